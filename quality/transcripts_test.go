package quality

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tapescript/quality/align"
	"tapescript/transcript"
)

// spokenAs builds a transcript from lines "start end text" in seconds, or
// "- - text" without times; segment IDs are prefix and number.
func spokenAs(t testing.TB, prefix, lines string) *transcript.Transcript {
	t.Helper()
	var tr transcript.Transcript
	for line := range strings.Lines(lines) {
		fields := strings.SplitN(strings.TrimSpace(line), " ", 3)
		if len(fields) < 2 {
			continue
		}
		s := &transcript.Segment{ID: fmt.Sprint(prefix, len(tr.Segments)+1)}
		if fields[0] != "-" {
			var start, end float64
			if _, err := fmt.Sscan(fields[0]+" "+fields[1], &start, &end); err != nil {
				t.Fatal(err)
			}
			s.Start, s.End = seconds(start), seconds(end)
		}
		if len(fields) == 3 {
			s.Text = fields[2]
		}
		tr.Segments = append(tr.Segments, s)
	}
	return &tr
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// brief writes items as "id C S D I".
func brief(items []ItemScore) string {
	var parts []string
	for _, i := range items {
		c := i.Counts
		parts = append(parts, fmt.Sprintf("%s %d %d %d %d", i.ID, c.Correct, c.Substitutions, c.Deletions, c.Insertions))
	}
	return strings.Join(parts, ", ")
}

func TestErrorsBelongToGoldSegments(t *testing.T) {
	const gold = `
		0 5 one two three
		5 9 four five
		10 14 six seven eight`
	for _, c := range []struct{ name, hyp, want string }{
		{"the same borders", "0 5 one two\n 5 9 for five\n 10 14 six seven eight", "g1 2 0 1 0, g2 1 1 0 0, g3 3 0 0 0"},
		{"a word over a shared border is two errors", "0 5 one two three four\n 5 9 five\n 10 14 six seven eight", "g1 3 0 0 1, g2 1 0 1 0, g3 3 0 0 0"},
		{"a word over a border of gold alone is none", "0 6 one two three four\n 6 9 five\n 10 14 six seven eight", "g1 3 0 0 0, g2 2 0 0 0, g3 3 0 0 0"},
		{"one segment for all", "0 14 one two three four five six seven eight", "g1 3 0 0 0, g2 2 0 0 0, g3 3 0 0 0"},
		{"without times", "- - one three four uh five six seven", "g1 2 0 1 0, g2 2 0 0 1, g3 2 0 1 0"},
		{"numbers mean nothing", "10 14 six seven eight", "g1 0 0 3 0, g2 0 0 2 0, g3 3 0 0 0"},
		{"an insertion where its time is", "0 9 one two three four five\n 9 9.6 uh uh\n 9.9 14 six seven eight", "g1 3 0 0 0, g2 2 0 0 2, g3 3 0 0 0"},
		{"nothing written yet", "0 14", "g1 0 0 3 0, g2 0 0 2 0, g3 0 0 3 0"},
		{"no segment yet", "", "g1 0 0 3 0, g2 0 0 2 0, g3 0 0 3 0"},
		{"out of order", "10 14 six seven eight\n 0 9 one two three four five", "g1 3 0 0 0, g2 2 0 0 0, g3 3 0 0 0"},
		{"hundredths of a second", "0 5.004 one two three\n 5.004 9 four five\n 10 14 six seven eight", "g1 3 0 0 0, g2 2 0 0 0, g3 3 0 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := ScoreTranscripts(spokenAs(t, "g", gold), spokenAs(t, "h", c.hyp), Options{})
			if got := brief(r.Items); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			var sum Counts
			for _, i := range r.Items {
				sum = sum.Add(i.Counts)
			}
			if sum != r.Corpus {
				t.Errorf("the items sum to %+v, the corpus is %+v", sum, r.Corpus)
			}
		})
	}
}

func TestAnInsertionFollowsItsWordsTime(t *testing.T) {
	gold := spokenAs(t, "g", "0 5 one\n 5 10 two")
	hyp := spokenAs(t, "h", "0 10 one uh two")
	hyp.Segments[0].Words = []transcript.Word{{From: 4, To: 6, Start: seconds(7), End: seconds(7.2)}}
	if got, want := brief(ScoreTranscripts(gold, hyp, Options{}).Items), "g1 1 0 0 0, g2 1 0 0 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestChannelsAreKeptApart(t *testing.T) {
	gold := spokenAs(t, "g", "0 5 one two\n 0 5 three four")
	hyp := spokenAs(t, "h", "0 5 three four\n 0 5 one two")
	gold.Segments[0].Channel, gold.Segments[1].Channel = 1, 2
	hyp.Segments[0].Channel, hyp.Segments[1].Channel = 2, 1
	if r := ScoreTranscripts(gold, hyp, Options{}); r.Corpus.Errors() != 0 {
		t.Errorf("got %d errors, want none", r.Corpus.Errors())
	}
	for _, s := range hyp.Segments {
		s.Channel = 0 // now only one side knows channels: all is one text
	}
	if r := ScoreTranscripts(gold, hyp, Options{}); r.Corpus.Errors() != 4 {
		t.Errorf("got %d errors, want 4", r.Corpus.Errors())
	}
}

func TestWithoutGoldAllIsExtra(t *testing.T) {
	r := ScoreTranscripts(&transcript.Transcript{}, spokenAs(t, "h", "0 1 a b\n 1 2 c"), Options{})
	if want := (Counts{Insertions: 3, CharacterErrors: 5}); r.Corpus != want || fmt.Sprint(r.Extra) != "[h1 h2]" {
		t.Errorf("got %+v, extra %v", r.Corpus, r.Extra)
	}
}

func TestCharactersOfABlockAreSharedOut(t *testing.T) {
	r := ScoreTranscripts(spokenAs(t, "g", "0 5 abc de\n 5 9 fgh"), spokenAs(t, "h", "0 9 abc dx fgg"), Options{})
	var got []string
	for _, i := range r.Items {
		got = append(got, fmt.Sprintf("%d/%d", i.Counts.CharacterErrors, i.Counts.Characters))
	}
	if s := strings.Join(got, " "); s != "1/7 1/3" {
		t.Errorf("got %s, want 1/7 1/3", s)
	}
}

func TestStepsPointAtTheRawText(t *testing.T) {
	gold := spokenAs(t, "g", "0 5 Its’ «Élan»")
	gold.Speakers = []transcript.Speaker{{ID: "s1", Name: "Ann"}}
	gold.Segments[0].Speaker = "s1"
	hyp := spokenAs(t, "h", "0 5 its elan, vital")
	item := ScoreTranscripts(gold, hyp, Options{}).Items[0]
	var got []string
	for _, s := range item.Steps {
		line := s.Op.String()
		if s.Gold != nil {
			line += " " + gold.Segments[0].Text[s.Gold.Start:s.Gold.End]
		}
		if s.Hypothesis != nil {
			line += " " + hyp.Segments[0].Text[s.Hypothesis.Start:s.Hypothesis.End]
		}
		got = append(got, line)
	}
	want := "correct Its its|substitution Élan elan|insertion vital"
	if s := strings.Join(got, "|"); s != want || item.Speaker != "Ann" {
		t.Errorf("got %s of %s, want %s", s, item.Speaker, want)
	}
	if item.Steps[0].Op != align.Correct {
		t.Errorf("got %v first", item.Steps[0].Op)
	}
}
