package journal

import (
	"fmt"
	"testing"
	"time"

	"tapescript/transcript"
)

// BenchmarkResume100000Keys opens and replays what a person types in a day.
func BenchmarkResume100000Keys(b *testing.B) {
	path, o := source(b)
	j := open(b, path, o)
	doc := begin(b, j)
	for n := range 100_000 {
		s := doc.Segment("2")
		e := transcript.Splice{Segment: "2", At: len(s.Text), Insert: string("abcde "[n%6])}
		if n%100 == 99 {
			e = transcript.Splice{Segment: "2", Delete: s.Text[:99]}
		}
		if _, err := doc.Apply(e); err != nil {
			b.Fatal(err)
		}
	}
	closed(b, j)
	for b.Loop() {
		j := open(b, path, o)
		resume(b, j)
		closed(b, j)
	}
}

// BenchmarkBegin20000Segments is what the base of a long recording costs:
// until Begin returns, and until all of it is on disk.
func BenchmarkBegin20000Segments(b *testing.B) {
	var returned time.Duration
	for b.Loop() {
		b.StopTimer()
		path, o := source(b)
		t := &transcript.Transcript{}
		for i := range 20_000 {
			at := time.Duration(i) * time.Second
			s := &transcript.Segment{ID: fmt.Sprint(i), Start: at, End: at + time.Second, Text: "ten words of some length stand in one segment here"}
			for k := range 10 {
				s.Words = append(s.Words, transcript.Word{From: k * 5, To: k*5 + 4, Start: at, End: at + 1234567, Confidence: .87})
			}
			t.Segments = append(t.Segments, s)
		}
		j := open(b, path, o)
		b.StartTimer()
		began := time.Now()
		if _, err := j.Begin(t, ""); err != nil {
			b.Fatal(err)
		}
		returned += time.Since(began)
		closed(b, j)
	}
	b.ReportMetric(float64(returned.Milliseconds())/float64(b.N), "ms-to-return")
}

func BenchmarkAppend(b *testing.B) {
	path, o := source(b)
	j := open(b, path, o)
	begin(b, j)
	e := transcript.Entry{Kind: transcript.Applied, Edit: transcript.Splice{Segment: "2", Insert: "x"}}
	for b.Loop() {
		j.Append(e)
	}
	b.StopTimer()
	closed(b, j)
}
