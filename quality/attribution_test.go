package quality

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// dialogue makes a transcript of lines "speaker start-end words", in seconds.
func dialogue(t *testing.T, lines string) *transcript.Transcript {
	t.Helper()
	d := &transcript.Transcript{}
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		var speaker string
		var start, end float64
		if _, err := fmt.Sscanf(line, "%s %f-%f", &speaker, &start, &end); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		_, text, _ := strings.Cut(line[strings.Index(line, "-"):], " ")
		d.Segments = append(d.Segments, &transcript.Segment{
			Speaker: d.SpeakerNamed(speaker).ID, Text: text,
			Start: time.Duration(start * float64(time.Second)), End: time.Duration(end * float64(time.Second)),
		})
	}
	d.AssignIDs()
	return d
}

func TestSpeakersAreCountedApart(t *testing.T) {
	gold := dialogue(t, `
		ann 0-2 good morning to you
		bob 2-4 hello there ann
		ann 4-6 how are things`)
	for _, c := range []struct {
		name, hypothesis        string
		permuted, timed, labels int
		of                      int
	}{
		{"other names", `
			S1 0-2 good morning to you
			S2 2-4 hello there ann
			S1 4-6 how are things`, 0, 0, 0, 10},
		{"one turn is another's", `
			S1 0-2 good morning to you
			S2 2-4 hello there ann
			S2 4-6 how are things`, 6, 6, 3, 10}, // missing with one, too many with the other
		{"a speaker too many", `
			S1 0-2 good morning to you
			S2 2-4 hello there ann
			S3 4-6 how are things`, 6, 6, 3, 10},
		{"all one speaker", `
			S1 0-2 good morning to you
			S1 2-4 hello there ann
			S1 4-6 how are things`, 6, 6, 3, 10},
		{"the right words at another time", `
			S1 0-2 good morning to you
			S2 2-4 hello there ann
			S1 60-62 how are things`, 0, 6, 0, 10},
		{"nothing", "", 10, 10, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := ScoreTranscripts(gold, dialogue(t, c.hypothesis), Options{}).Attribution
			if a == nil || !a.TimedKnown {
				t.Fatalf("got %+v", a)
			}
			if a.Permuted.Errors() != c.permuted || a.Timed.Errors() != c.timed || a.Labels != (Share{c.labels, c.of}) {
				t.Errorf("got %d, %d, %v; want %d, %d, %d of %d", a.Permuted.Errors(), a.Timed.Errors(), a.Labels, c.permuted, c.timed, c.labels, c.of)
			}
			if a.Permuted.Words() != 10 || a.Timed.Words() != 10 {
				t.Errorf("%d and %d words", a.Permuted.Words(), a.Timed.Words())
			}
		})
	}
	if a := ScoreTranscripts(gold, transcriptOf("good morning to you"), Options{}).Attribution; a != nil {
		t.Errorf("nobody is named: %+v", a)
	}
}

// TestTimesConstrainAsInMeetEval has the figures that MeetEval's own tests expect
// (tests/test_time_constrained.py, cp_word_error_rate), in errors.
func TestTimesConstrainAsInMeetEval(t *testing.T) {
	overlap := "A 0-4 a b c d\nA 2-6 e f g h"
	for _, c := range []struct {
		name, gold, hypothesis string
		collar                 time.Duration
		permuted, timed, words int
	}{
		{"half is missing", "A 0-2 a b\nA 0-2 c d", "B 0-1 a", -1, 3, 3, 4},
		{"a speaker interrupts himself", overlap, "B 0-6 a b c d e f g h", -1, 0, 6, 8},
		{"with a collar the text's order holds", overlap, "B 0-6 a b c d e f g h", time.Second, 0, 0, 8},
		{"segments lie as they begin", "A 4-7 e f g h\nA 0-3 a b c d", "B 0-7 a b c d e f g h", -1, 0, 4, 8},
		{"a speaker too many", "A 0-1 a b", "B 0-1 z\nC 0-1 a e f", 0, 3, 3, 2},
		{"in another order", "A 0-1 a\nB 0-1 b\nC 0-1 c", "E 0-1 b\nF 0-1 c\nG 0-1 d\nH 0-1 a", 0, 1, 1, 3},
	} {
		gold := dialogue(t, c.gold)
		a := ScoreTranscripts(gold, dialogue(t, c.hypothesis), Options{Collar: c.collar}).Attribution
		if a == nil || a.Permuted.Errors() != c.permuted || a.Timed.Errors() != c.timed || a.Timed.Words() != c.words {
			t.Errorf("%s: got %+v, want %d and %d errors of %d", c.name, a, c.permuted, c.timed, c.words)
		}
	}
}

// transcriptOf is one segment without a speaker.
func transcriptOf(text string) *transcript.Transcript {
	return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
}

// TestPartnersAreTheBest tries every pairing of up to five speakers.
func TestPartnersAreTheBest(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, name := range []string{"basic", "english"} {
		o := Options{Normalize: profile(t, name)}
		for n := range 60 {
			gold, hyp := randomTalk(r, 1+r.IntN(4)), randomTalk(r, 1+r.IntN(4))
			a := ScoreTranscripts(gold, hyp, o).Attribution
			if a == nil {
				t.Fatal("not measured")
			}
			if want := fewestErrors(o, gold, hyp); a.Permuted.Errors() != want {
				t.Fatalf("%s %d: %d errors, want %d", name, n, a.Permuted.Errors(), want)
			}
		}
	}
}

func randomTalk(r *rand.Rand, speakers int) *transcript.Transcript {
	words := strings.Fields("it's it is fifty 50 login log in the cat dog [inaudible] uh favour favor")
	t := &transcript.Transcript{}
	for i := range 1 + r.IntN(6) {
		var text []string
		for range r.IntN(6) {
			text = append(text, words[r.IntN(len(words))])
		}
		at := time.Duration(i) * time.Second
		t.Segments = append(t.Segments, &transcript.Segment{
			Speaker: t.SpeakerNamed(fmt.Sprint("s", r.IntN(speakers))).ID, Text: strings.Join(text, " "), Start: at, End: at + time.Second,
		})
	}
	t.AssignIDs()
	return t
}

func fewestErrors(o Options, gold, hyp *transcript.Transcript) int {
	n := newNumbering(o)
	g, _ := n.voices(gold.Segments)
	h, _ := n.voices(hyp.Segments)
	for len(g) < len(h) {
		g = append(g, voice{})
	}
	for len(h) < len(g) {
		h = append(h, voice{})
	}
	best := 1 << 30
	var try func(i, errors int, taken uint)
	try = func(i, errors int, taken uint) {
		if i == len(g) {
			best = min(best, errors)
			return
		}
		for k := range h {
			if taken>>k&1 == 0 {
				p := n.match(block{g[i].spoken, h[k].spoken})
				try(i+1, errors+p.count().Errors(), taken|1<<k)
			}
		}
	}
	try(0, 0, 0)
	return best
}

func TestAssignIsTheLeast(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 500 {
		n := r.IntN(6)
		cost := make([][]int, n)
		for i := range cost {
			cost[i] = make([]int, n)
			for k := range cost[i] {
				cost[i][k] = r.IntN(20) - 5
			}
		}
		best := 1 << 30
		var try func(i, sum int, taken uint)
		try = func(i, sum int, taken uint) {
			if i == n {
				best = min(best, sum)
				return
			}
			for k := range n {
				if taken>>k&1 == 0 {
					try(i+1, sum+cost[i][k], taken|1<<k)
				}
			}
		}
		try(0, 0, 0)
		got := 0
		for i, k := range assign(cost) {
			got += cost[i][k]
		}
		if got != best {
			t.Fatalf("%v: %d, want %d", cost, got, best)
		}
	}
}

func TestSegmentsAreMatchedByTheirTimes(t *testing.T) {
	gold := dialogue(t, `
		a 0-2 one
		a 2-4 two
		a 5-7 three`)
	s := ScoreTranscripts(gold, dialogue(t, `
		a 0.1-2.1 one
		a 2.1-3.7 two
		a 5-5.4 thr
		a 5.4-7 ee`), Options{}).Segmentation
	if s == nil || s.Gold != 3 || s.Hypothesis != 4 || s.Matched != 3 {
		t.Fatalf("got %+v", s)
	}
	if f1, _ := s.F1(); f1 != 6.0/7 {
		t.Errorf("F1 %v", f1)
	}
	starts, _ := s.Starts()
	ends, known := s.Ends()
	ms := time.Millisecond
	if starts != (Deviation{200 * ms, 100 * ms, 400 * ms, 200 * ms}) || !known || ends.Bias != -200*ms/3 && ends.Bias.Round(ms) != -67*ms {
		t.Errorf("starts %v, ends %v", starts, ends)
	}
	if s := ScoreTranscripts(gold, transcriptOf("one"), Options{}).Segmentation; s != nil {
		t.Errorf("no times: %+v", s)
	}
}
