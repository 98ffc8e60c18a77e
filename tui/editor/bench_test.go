package editor

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"tapescript/transcript"
)

// long is a transcript of n segments of real length, every fifth of two rows.
func long(n int) *transcript.Transcript {
	tr := &transcript.Transcript{Speakers: []transcript.Speaker{{ID: "a", Name: "Ana"}, {ID: "b", Name: "Bartholomew"}}}
	texts := []string{
		"So, what did you think of it?",
		"Well, I was not there when they talked about the plan to move, so I only heard of it later, from my brother, who had been told by somebody who was, and he said that it was not as bad as it sounds to you.",
		"Où étais-tu, alors ? À la maison, j’imagine.",
		"It was late.",
		"Nobody asked us, and nobody asked them either.",
	}
	for i := range n {
		s := &transcript.Segment{
			ID: strconv.Itoa(i + 1), Speaker: tr.Speakers[i%2].ID, Text: texts[i%len(texts)],
			Start: time.Duration(i) * 3 * time.Second, End: time.Duration(i+1) * 3 * time.Second,
		}
		s.Words = wordsFor(s)
		tr.Segments = append(tr.Segments, s)
	}
	return tr
}

func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{20, 20_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			h := newHand(b, long(n), 160, 48)
			h.ed.SetCursor(transcript.Caret{Segment: strconv.Itoa(n / 2), At: 5})
			h.ed.SetPlaying(strconv.Itoa(n/2+1), 1)
			h.ed.SetMarks(strconv.Itoa(n/2), []Mark{{From: 0, To: 3}, {From: 8, To: 8, Kind: Deletion}})
			b.ReportAllocs()
			for b.Loop() {
				h.ed.Draw()
			}
		})
	}
}

// BenchmarkType is a letter's way without journal and renderer, in the middle
// of 20,000 segments; it reports the slowest of a hundred as well.
func BenchmarkType(b *testing.B) {
	h := newHand(b, long(20_000), 160, 48)
	h.ed.SetCursor(transcript.Caret{Segment: "10002", At: 5})
	var took []time.Duration
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		began := time.Now()
		edit := h.ed.Type("e")
		if i%200 == 199 {
			edit = h.ed.DeleteWordBack()
		}
		if err := h.apply(edit); err != nil {
			b.Fatal(err)
		}
		h.ed.Draw()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100])/1e3, "p99-µs/op")
}

// BenchmarkPageDown lays out a whole new pane each time.
func BenchmarkPageDown(b *testing.B) {
	h := newHand(b, long(20_000), 160, 48)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%400 == 0 {
			h.ed.Move(First, false)
			clear(h.ed.layouts)
		}
		h.ed.Move(PageDown, false)
		h.ed.Draw()
	}
}

// TestCostIsOfThePaneAlone holds the cost of drawing: no more is laid out than
// the pane shows, and a row costs a few allocations.
func TestCostIsOfThePaneAlone(t *testing.T) {
	h := newHand(t, long(20_000), 160, 48)
	h.ed.SetCursor(transcript.Caret{Segment: "10000"})
	if n := len(h.ed.layouts); n > 6*48 {
		t.Errorf("%d segments were laid out for 48 rows", n)
	}
	if allocs := testing.AllocsPerRun(10, func() { h.ed.Draw() }); allocs > 600 {
		t.Errorf("drawing takes %v allocations", allocs)
	}
	for i := range 2 * maxLayouts {
		h.ed.SetCursor(transcript.Caret{Segment: fmt.Sprint(2*i + 1)})
	}
	if n := len(h.ed.layouts); n > maxLayouts+200 {
		t.Errorf("%d layouts are kept", n)
	}
}
