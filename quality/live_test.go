package quality

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tapescript/quality/align"
	"tapescript/transcript"
)

// draftOf returns gold's text under other borders: some segments joined, some
// moved a little, some of the words changed.
func draftOf(r *rand.Rand, gold *transcript.Transcript) *transcript.Transcript {
	var out transcript.Transcript
	for _, g := range gold.Segments {
		s := *g
		s.ID = "h" + g.ID
		s.Text = strings.Replace(g.Text, "a", "x", r.IntN(2))
		switch last := len(out.Segments) - 1; {
		case r.IntN(4) == 0 && last >= 0:
			out.Segments[last].End = s.End
			out.Segments[last].Text += " " + s.Text
			continue
		case r.IntN(6) == 0:
			s.Start += 40 * time.Millisecond
		}
		out.Segments = append(out.Segments, &s)
	}
	return &out
}

// speech returns a transcript of n segments of a few short words, with a pause
// here and there.
func speech(r *rand.Rand, n int) *transcript.Transcript {
	var out transcript.Transcript
	at := time.Duration(0)
	for i := range n {
		words := make([]string, r.IntN(7))
		for k := range words {
			words[k] = string(rune('a' + r.IntN(5)))
		}
		s := &transcript.Segment{ID: fmt.Sprint(i + 1), Start: at, End: at + 2*time.Second, Text: strings.Join(words, " ")}
		out.Segments = append(out.Segments, s)
		at = s.End + time.Duration(r.IntN(2))*time.Second
	}
	return &out
}

// anyEdit returns an edit that may or may not fit.
func anyEdit(r *rand.Rand, t *transcript.Transcript, n int) transcript.Edit {
	i := r.IntN(len(t.Segments))
	s := t.Segments[i]
	at := r.IntN(len(s.Text) + 1)
	switch r.IntN(9) {
	case 0:
		return transcript.Split{Segment: s.ID, At: at, Time: s.Start + (s.End-s.Start)/2, NewID: fmt.Sprint("n", n)}
	case 1:
		if i+1 < len(t.Segments) {
			return transcript.Merge{First: s.ID, Second: t.Segments[i+1].ID}
		}
	case 2:
		return transcript.Retime{Segment: s.ID, Start: s.Start, End: s.End - time.Duration(r.IntN(2))*time.Second/2}
	case 3:
		return transcript.Delete{Segment: s.ID}
	case 4:
		return transcript.Insert{Segment: transcript.Segment{ID: fmt.Sprint("n", n), Text: "b c"}, Before: s.ID}
	case 5:
		to := min(len(s.Text), at+r.IntN(4))
		return transcript.Splice{Segment: s.ID, At: at, Delete: s.Text[at:to]}
	}
	return transcript.Splice{Segment: s.ID, At: at, Insert: string("abcde "[r.IntN(6)])}
}

// TestLiveAgreesWithTheWholeScore is the promise of Live: whatever is edited,
// undone or redone, its counts are those of the same text scored as files.
func TestLiveAgreesWithTheWholeScore(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 9))
		gold := speech(r, 1+r.IntN(40))
		draft := draftOf(r, gold)
		for _, s := range draft.Segments {
			if seed%3 == 1 || seed%3 == 2 && r.IntN(2) == 0 {
				s.Start, s.End = 0, 0
			}
		}
		doc, err := transcript.NewDocument(draft)
		if err != nil {
			t.Fatal(err)
		}
		o := Options{Align: []align.Costs{align.Levenshtein, align.SCLite}[seed%2]}
		live := NewLive(gold, o)
		for n := range 200 {
			for k := range 1 + r.IntN(4) {
				switch x := r.IntN(12); {
				case x == 0:
					_, _ = doc.Undo()
				case x == 1:
					_, _ = doc.Redo()
				case len(doc.Transcript().Segments) > 0:
					_, _ = doc.Apply(anyEdit(r, doc.Transcript(), 4*n+k)) // a refused one changes nothing
				}
			}
			snapshot := doc.Snapshot()
			got, want := live.Score(snapshot), ScoreTranscripts(gold, snapshot, o).Corpus
			want.Characters, want.CharacterErrors = 0, 0
			if got != want {
				t.Fatalf("seed %d, edit %d: got %+v, want %+v", seed, n, got, want)
			}
			checkMarks(t, live, snapshot, got)
		}
	}
}

// TestLiveSeesASegmentThatMoved joins two segments and splits another between
// two scores: as many as before, at the same times, and one at another place.
func TestLiveSeesASegmentThatMoved(t *testing.T) {
	gold := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "g", Text: "a b c d e"}}}
	doc, err := transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{
		{ID: "1", Text: "a"}, {ID: "2", Text: "b"}, {ID: "3", Text: "c"}, {ID: "4", Text: "d e"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	live := NewLive(gold, Options{})
	live.Score(doc.Snapshot())
	for i, e := range []transcript.Edit{
		transcript.Batch{Edits: []transcript.Edit{
			transcript.Merge{First: "1", Second: "2"},
			transcript.Split{Segment: "4", At: 1, NewID: "5"},
		}},
		transcript.Splice{Segment: "3", At: 1, Insert: "x"},
	} {
		if _, err := doc.Apply(e); err != nil {
			t.Fatal(err)
		}
		snapshot := doc.Snapshot()
		got, want := live.Score(snapshot), ScoreTranscripts(gold, snapshot, Options{}).Corpus
		want.Characters, want.CharacterErrors = 0, 0
		if got != want || got.Substitutions != i {
			t.Fatalf("edit %d: got %+v, want %+v", i, got, want)
		}
		checkMarks(t, live, snapshot, got)
	}
}

// checkMarks holds the marks against the counts: each substitution and
// insertion is marked once, and in its place.
func checkMarks(t *testing.T, live *Live, snapshot *transcript.Transcript, c Counts) {
	t.Helper()
	var by [4]int
	for _, s := range snapshot.Segments {
		marks, ok := live.Marks(s)
		if !ok {
			t.Fatalf("segment %s was scored and has no marks", s.ID)
		}
		last := 0
		for _, m := range marks {
			by[m.Op]++
			if m.From < last || m.To < m.From || m.To > len(s.Text) || (m.From == m.To) != (m.Op == align.Deletion) {
				t.Fatalf("segment %q: bad mark in %+v", s.Text, marks)
			}
			last = m.From
		}
	}
	if by[align.Substitution] != c.Substitutions || by[align.Insertion] != c.Insertions || by[align.Correct] != 0 {
		t.Fatalf("marked %v, counted %+v", by, c)
	}
}

func TestMarks(t *testing.T) {
	gold := spokenAs(t, "g", "0 5 It’s a very cold day\n 5 9 you know, uh\n 9 12 fine")
	for _, c := range []struct{ name, hyp, want string }{
		{"in their places", "0 5 Its the cold, cold day\n 5 9 well\n 9 12 fine",
			"h1 substitution Its/It’s@g1, h1 substitution the/a@g1, h1 substitution cold/very@g1, h2 deletion at 0/you know@g2, h2 substitution well/uh@g2"},
		{"missing at the beginning of a segment", "0 8 It’s a very cold day\n 8.5 12 uh",
			"h1 deletion at 22/you know@g2, h2 deletion at 2/fine@g3"},
		{"missing where the next segment has begun", "0 4.9 It’s a very cold day\n 5.5 6\n 4.95 12 uh fine",
			"h3 deletion at 0/you know@g2"},
		{"nothing is written", "0 5\n 5 9 you know uh\n 9 12 fine", "h1 deletion at 0/It’s a very cold day@g1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hyp := spokenAs(t, "h", c.hyp)
			hyp.SortSegments()
			live := NewLive(gold, Options{})
			live.Score(hyp)
			var got []string
			for _, s := range hyp.Segments {
				marks, _ := live.Marks(s)
				for _, m := range marks {
					what := s.Text[m.From:m.To]
					if m.Op == align.Deletion {
						what = fmt.Sprint("at ", m.From)
					}
					got = append(got, fmt.Sprintf("%s %v %s/%s@%s", s.ID, m.Op, what, m.Gold, m.GoldSegment))
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got  %s\nwant %s", s, c.want)
			}
		})
	}
}

func TestMarksOfAnUnknownSegment(t *testing.T) {
	live := NewLive(&transcript.Transcript{}, Options{})
	if _, ok := live.Marks(&transcript.Segment{}); ok {
		t.Error("a segment that was never scored has marks")
	}
}

// BenchmarkLiveKey types a letter in a transcript of 20,000 segments.
func BenchmarkLiveKey(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	gold := speech(r, 20000)
	draft := speech(rand.New(rand.NewPCG(1, 1)), 20000)
	doc, err := transcript.NewDocument(draft)
	if err != nil {
		b.Fatal(err)
	}
	live := NewLive(gold, Options{})
	live.Score(doc.Snapshot())
	for b.Loop() {
		b.StopTimer()
		s := doc.Transcript().Segments[r.IntN(20000)]
		if _, err := doc.Apply(transcript.Splice{Segment: s.ID, At: len(s.Text), Insert: "x"}); err != nil {
			b.Fatal(err)
		}
		snapshot := doc.Snapshot()
		b.StartTimer()
		live.Score(snapshot)
	}
}

// BenchmarkLiveSplit splits a segment, which cuts all blocks anew.
func BenchmarkLiveSplit(b *testing.B) {
	gold := speech(rand.New(rand.NewPCG(1, 1)), 20000)
	first, second := *gold, *gold
	first.Segments = gold.Segments[:19999]
	live := NewLive(gold, Options{})
	live.Score(&second)
	for n := 0; b.Loop(); n++ {
		live.Score([]*transcript.Transcript{&first, &second}[n%2])
	}
}
