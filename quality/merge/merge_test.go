package merge

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// of builds a transcript of lines "ID start-end speaker: text", in seconds.
func of(lines ...string) *transcript.Transcript {
	t := &transcript.Transcript{}
	for _, line := range lines {
		head, text, _ := strings.Cut(line, ": ")
		var s transcript.Segment
		var start, end float64
		fmt.Sscanf(head, "%s %f-%f %s", &s.ID, &start, &end, &s.Speaker)
		s.Start, s.End, s.Text = time.Duration(start*1e9), time.Duration(end*1e9), text
		if s.Speaker != "" {
			t.SpeakerNamed(s.Speaker)
		}
		t.Segments = append(t.Segments, &s)
	}
	return t
}

func lines(t *transcript.Transcript) string {
	var list []string
	for _, s := range t.Segments {
		list = append(list, fmt.Sprintf("%s %g-%g %s: %s", s.ID, s.Start.Seconds(), s.End.Seconds(), s.Speaker, s.Text))
	}
	return strings.Join(list, "\n")
}

func TestMerge(t *testing.T) {
	base := []string{"1 0-2 A: so the moon grinds your flour", "2 2-4 B: that is what I tell the children", "3 4-6 A: and how much"}
	for _, c := range []struct {
		name                       string
		ours, theirs, want, second []string
		codes                      []Code
	}{
		{"each another segment",
			[]string{"1 0-2 A: so the moon grinds your flower", base[1], base[2]},
			[]string{base[0], base[1], "3 4-6 A: and how many"},
			[]string{"1 0-2 A: so the moon grinds your flower", base[1], "3 4-6 A: and how many"}, nil, nil},
		{"each another word of one segment",
			[]string{"1 0-2 A: So the moon grinds your flour", base[1], base[2]},
			[]string{"1 0-2 A: so the full moon grinds your flour now", base[1], base[2]},
			[]string{"1 0-2 A: So the full moon grinds your flour now", base[1], base[2]}, nil, nil},
		{"the same change", []string{"1 0-2 A: so the moon grinds", base[1], base[2]}, []string{"1 0-2 A: so the moon grinds", base[1], base[2]},
			[]string{"1 0-2 A: so the moon grinds", base[1], base[2]}, nil, nil},
		{"text and times and speaker",
			[]string{"1 0-2 A: so the moon grinds your flower", base[1], base[2]},
			[]string{"1 0-1.5 B: so the moon grinds your flour", base[1], base[2]},
			[]string{"1 0-1.5 B: so the moon grinds your flower", base[1], base[2]}, nil, nil},
		{"the same word in two ways",
			[]string{"1 0-2 A: so the moon grinds your flower", base[1], base[2]},
			[]string{"1 0-2 A: so the moon grinds your floor", base[1], base[2]},
			[]string{"1 0-2 A: so the moon grinds your flower", base[1], base[2]},
			[]string{"1 0-2 A: so the moon grinds your floor", base[1], base[2]}, []Code{Text}},
		{"a cue more, and all behind numbered anew",
			[]string{base[0], "2 2-2.5 A: oh", "3 2.5-4 B: that is what I tell the children", "4 4-6 A: and how much"},
			[]string{base[0], base[1], "3 4-6 A: and how many"},
			[]string{base[0], "2 2-2.5 A: oh", "3 2.5-4 B: that is what I tell the children", "4 4-6 A: and how many"}, nil, nil},
		{"one deletes, the other leaves it", []string{base[0], base[2]}, []string{"1 0-2 A: so the sun", base[1], base[2]},
			[]string{"1 0-2 A: so the sun", base[2]}, nil, nil},
		{"one deletes what the other changes", []string{base[0], base[2]}, []string{base[0], "2 2-4 B: that is what I say", base[2]},
			[]string{base[0], base[2]}, []string{base[0], "2 2-4 B: that is what I say", base[2]}, []Code{Deleted}},
		{"both add in one place", []string{base[0], base[1], base[2], "4 7-9 A: fifty"}, []string{base[0], base[1], base[2], "4 7-9 A: fifteen"},
			[]string{base[0], base[1], base[2], "4 7-9 A: fifty"}, []string{base[0], base[1], base[2], "4 7-9 A: fifteen"}, []Code{Added}},
		{"both add the same", []string{base[0], base[1], base[2], "4 7-9 A: fifty"}, []string{base[0], base[1], base[2], "9 7-9 A: fifty"},
			[]string{base[0], base[1], base[2], "4 7-9 A: fifty"}, nil, nil},
		{"a split and a word before it", []string{"1 0-1 A: so the moon", "4 1-2 A: grinds your flour", base[1], base[2]}, []string{"1 0-2 A: so a moon grinds your flour", base[1], base[2]},
			[]string{"1 0-1 A: so a moon", "4 1-2 A: grinds your flour", base[1], base[2]}, nil, nil},
		{"both move it", []string{"1 0-1 A: so the moon grinds your flour", base[1], base[2]}, []string{"1 0-1.5 A: so the moon grinds your flour", base[1], base[2]},
			[]string{"1 0-1 A: so the moon grinds your flour", base[1], base[2]}, []string{"1 0-1.5 A: so the moon grinds your flour", base[1], base[2]}, []Code{Times}},
	} {
		r := Transcripts(of(base...), of(c.ours...), of(c.theirs...))
		if got, want := lines(r.Merged), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, want)
		}
		if c.second == nil {
			c.second = c.want
		}
		if got, want := lines(r.Theirs), strings.Join(c.second, "\n"); got != want {
			t.Errorf("%s, with theirs:\n%s\nwant\n%s", c.name, got, want)
		}
		var codes []Code
		for _, k := range r.Conflicts {
			codes = append(codes, k.Code)
		}
		if !slices.Equal(codes, c.codes) {
			t.Errorf("%s: conflicts %v, want %v", c.name, codes, c.codes)
		}
	}
}

// TestWordsKeepTheirTimes: what theirs did to a text is done to ours, so that the
// words around it are heard where they were.
func TestWordsKeepTheirTimes(t *testing.T) {
	base, ours, theirs := of("1 0-2: one two three"), of("1 0-2: One two three"), of("1 0-2: one two and three")
	ours.Segments[0].Words = []transcript.Word{{From: 8, To: 13, Start: time.Second, End: 2 * time.Second}}
	got := Transcripts(base, ours, theirs).Merged.Segments[0]
	if got.Text != "One two and three" || len(got.Words) != 1 || got.Text[got.Words[0].From:got.Words[0].To] != "three" || got.Words[0].Start != time.Second {
		t.Errorf("%+v", got)
	}
}

// unnamed is lines without the IDs, which are ours where a segment is both's.
func unnamed(t *transcript.Transcript) string {
	c := cloned(t)
	for _, s := range c.Segments {
		s.ID = "?"
	}
	return lines(c)
}

// random changes a transcript as a person might.
func random(r *rand.Rand, t *transcript.Transcript) *transcript.Transcript {
	doc, err := transcript.NewDocument(cloned(t))
	if err != nil {
		panic(err)
	}
	for range r.IntN(4) {
		list := doc.Snapshot().Segments
		if len(list) == 0 {
			break
		}
		s := list[r.IntN(len(list))]
		var e transcript.Edit
		switch r.IntN(5) {
		case 0:
			e = transcript.Delete{Segment: s.ID}
		case 1:
			e = transcript.Retime{Segment: s.ID, Start: s.Start, End: s.End + 300*time.Millisecond}
		case 2:
			e = transcript.Split{Segment: s.ID, At: 0, Time: (s.Start + s.End) / 2, NewID: fmt.Sprint(100 + r.IntN(1000))}
		default:
			fields := tokens(s.Text)
			if len(fields) == 0 {
				continue
			}
			w := fields[r.IntN(len(fields))]
			e = transcript.Splice{Segment: s.ID, At: w.from, Delete: s.Text[w.from:w.to], Insert: []string{"x", "x y", ""}[r.IntN(3)]}
		}
		_, _ = doc.Apply(e)
	}
	return doc.Snapshot()
}

func cloned(t *transcript.Transcript) *transcript.Transcript {
	c := *t
	c.Segments = nil
	for _, s := range t.Segments {
		c.Segments = appendCopy(c.Segments, s)
	}
	return &c
}

// TestMergeHolds: whatever both did, the results are whole; what only one did is
// that one's; and with no change on a side the other comes out.
func TestMergeHolds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 2000 {
		var text []string
		for i := range 1 + r.IntN(6) {
			text = append(text, fmt.Sprintf("%d %d-%d A: a b c d e f %d", i+1, 2*i, 2*i+2, i))
		}
		base := of(text...)
		ours, theirs := random(r, base), random(r, base)
		before := [3]string{lines(base), lines(ours), lines(theirs)}
		got := Transcripts(base, ours, theirs)
		for _, result := range []*transcript.Transcript{got.Merged, got.Theirs} {
			if err := result.Validate(); err != nil {
				t.Fatalf("%d: %v\n%s\n\n%s\n\n%s", n, err, before[0], before[1], before[2])
			}
		}
		if len(got.Conflicts) == 0 && lines(got.Merged) != lines(got.Theirs) {
			t.Fatalf("%d: without a conflict the two differ", n)
		}
		if a := Transcripts(base, ours, base); lines(a.Merged) != lines(ours) || len(a.Conflicts) > 0 {
			t.Fatalf("%d: ours alone gives\n%s\nwant\n%s", n, lines(a.Merged), lines(ours))
		}
		if a := Transcripts(base, base, theirs); unnamed(a.Merged) != unnamed(theirs) || len(a.Conflicts) > 0 {
			t.Fatalf("%d: theirs alone gives\n%s\nwant\n%s\nfrom\n%s", n, lines(a.Merged), lines(theirs), lines(base))
		}
		if after := [3]string{lines(base), lines(ours), lines(theirs)}; after != before {
			t.Fatalf("%d: a version was changed", n)
		}
	}
}
