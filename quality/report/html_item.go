package report

import (
	"cmp"
	"fmt"
	"html/template"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/quality"
	"tapescript/quality/align"
	"tapescript/transcript"
)

// Items makes the items one after another, so that a page of many is never in
// memory as a whole.
func (v *sheetView) Items() iter.Seq[*itemView] {
	return func(yield func(*itemView) bool) {
		for i := range v.Report.Items {
			if !yield(&itemView{ItemScore: &v.Report.Items[i], sheet: v, Anchor: v.anchor(i)}) {
				return
			}
		}
	}
}

// itemView is what the template asks of an item.
type itemView struct {
	*quality.ItemScore
	sheet  *sheetView
	Anchor string
}

func (v *itemView) Say(key string) string { return v.sheet.page.Words(key) }
func (v *itemView) Name() string          { return title(v.ItemScore) }
func (v *itemView) Speaker() string       { return clean(v.ItemScore.Speaker) }
func (v *itemView) Errors() int           { return v.Counts.Errors() }
func (v *itemView) Words() int            { return v.Counts.Words() }
func (v *itemView) Rate() cell            { return v.sheet.page.rate(v.Counts.WER()) }

// title is an item's ID, with the number of the hypothesis where it has several.
func title(item *quality.ItemScore) string {
	if item.Hypothesis > 0 {
		return fmt.Sprintf("%s #%d", clean(item.ID), item.Hypothesis)
	}
	return clean(item.ID)
}

// file is what the item's words are shown and heard with.
func (v *itemView) file() File {
	if f, ok := v.sheet.Files[v.ItemScore.Recording]; ok {
		return f
	}
	return File{Gold: v.sheet.Gold, Hypothesis: v.sheet.Hypothesis}
}

// Recording is the URL of the item's own recording.
func (v *itemView) Recording() template.URL {
	return template.URL(cmp.Or(v.sheet.Recordings[v.ID], v.file().Audio))
}

// segment is gold's segment that the item is, or nil.
func (v *itemView) segment() *transcript.Segment {
	if f, ok := v.sheet.Files[v.ItemScore.Recording]; ok {
		return f.Gold[strings.TrimPrefix(v.ID, v.ItemScore.Recording+"/")]
	}
	return v.sheet.Gold[v.ID]
}

// Clock is when the item is heard.
func (v *itemView) Clock() string {
	s := v.segment()
	if s == nil || !s.Timed() {
		return ""
	}
	figure := v.sheet.page.Figure
	return clock(s.Start, figure) + "–" + clock(s.End, figure)
}

// clock writes a position as people read it, to the tenth of a second.
func clock(t time.Duration, figure func(string, float64) string) string {
	t = t.Round(100 * time.Millisecond)
	rest := figure("%04.1f", (t % time.Minute).Seconds())
	if t >= time.Hour {
		return fmt.Sprintf("%d:%02d:%s", int(t.Hours()), int(t.Minutes())%60, rest)
	}
	return fmt.Sprintf("%d:%s", int(t.Minutes()), rest)
}

// Span is what is played of the item: "FROM,TO" in seconds, "0," for all of a
// recording, "" where there is no sound.
func (v *itemView) Span() string {
	s := v.segment()
	switch {
	case v.sheet.Recordings[v.ID] != "", v.file().Audio != "" && (s == nil || !s.Timed()):
		return "0,"
	case v.file().Audio == "" && v.sheet.page.Page.Audio == "" || s == nil || !s.Timed():
		return ""
	}
	return seconds(s.Start, s.End)
}

func seconds(from, to time.Duration) string {
	return strconv.FormatFloat(from.Seconds(), 'f', 3, 64) + "," + strconv.FormatFloat(to.Seconds(), 'f', 3, 64)
}

// part is a run of words that agree, with the text as gold has it, or a run of
// errors, which is one stop of the keys.
type part struct {
	Before string // white space
	Text   string
	Class  string // e, and s, i and d for the kinds of error in it
	Span   string
	Whole  bool // the span is the item's: nobody measured the words' times
	Marks  []mark
}

// mark is an error: gold's words above those that were written.
type mark struct {
	Gold, Hypothesis       string
	HasGold, HasHypothesis bool
}

// Parts are the item's words.
func (v *itemView) Parts() []part {
	var parts []part
	file := v.file()
	gold, hyp := reader{segments: file.Gold}, reader{segments: file.Hypothesis}
	for _, s := range v.Steps {
		if s.Gold != nil {
			gold.words = append(gold.words, s.Gold)
		}
		if s.Hypothesis != nil {
			hyp.words = append(hyp.words, s.Hypothesis)
		}
	}
	for first := 0; first < len(v.Steps); {
		end := first + 1
		for end < len(v.Steps) && wrong(v.Steps[end]) == wrong(v.Steps[first]) {
			end++
		}
		p := part{Before: " "}
		if first == 0 {
			p.Before = ""
		}
		if wrong(v.Steps[first]) {
			v.errors(&p, v.Steps[first:end], &gold, &hyp)
		} else {
			var text strings.Builder
			for k := first; k < end; k++ {
				word, apart := either(v.Steps[k], &gold, &hyp)
				switch {
				case k == first && !apart:
					p.Before = ""
				case k > first && apart && word != "":
					text.WriteByte(' ')
				}
				text.WriteString(word)
			}
			p.Text = text.String()
		}
		parts = append(parts, p)
		first = end
	}
	return parts
}

// wrong says whether a step counts as an error.
func wrong(s quality.Step) bool { return s.Op != align.Correct && !s.Free }

// either reads a step that is no error: gold's word, else, where gold need not
// have one, what was written.
func either(s quality.Step, gold, hyp *reader) (word string, apart bool) {
	if s.Hypothesis != nil {
		word, apart = hyp.read()
	}
	if s.Gold != nil {
		word, apart = gold.read()
	}
	return word, apart
}

// errors fills a part with a run of errors.
func (v *itemView) errors(p *part, steps []quality.Step, gold, hyp *reader) {
	var kinds [4]bool
	span := v.heard(steps)
	for k, s := range steps {
		kinds[s.Op] = true
		m := mark{HasGold: s.Gold != nil, HasHypothesis: s.Hypothesis != nil}
		apart := true
		if m.HasHypothesis {
			m.Hypothesis, apart = hyp.read()
		}
		if m.HasGold {
			m.Gold, apart = gold.read()
		}
		if k == 0 && !apart {
			p.Before = ""
		}
		p.Marks = append(p.Marks, m)
	}
	p.Class, p.Span, p.Whole = "e", span, span != "" && span == v.Span()
	for _, kind := range []struct {
		op    align.Op
		class string
	}{{align.Substitution, " s"}, {align.Insertion, " i"}, {align.Deletion, " d"}} {
		if kinds[kind.op] {
			p.Class += kind.class
		}
	}
}

// around is played before and after a word whose time is known: a word alone is
// hard to understand.
const around = 300 * time.Millisecond

// heard is the span in which a run of errors is heard: that of its words where
// somebody measured their times, else the item's.
func (v *itemView) heard(steps []quality.Step) string {
	whole := v.Span()
	if whole == "" || whole == "0," {
		return whole
	}
	file := v.file()
	var from, to time.Duration
	for _, s := range steps {
		a, b, ok := wordTime(file.Hypothesis, s.Hypothesis)
		if !ok {
			a, b, ok = wordTime(file.Gold, s.Gold)
		}
		if !ok {
			return whole
		}
		if to == 0 || a < from {
			from = a
		}
		to = max(to, b)
	}
	return seconds(max(0, from-around), to+around)
}

// wordTime is when a word is heard, where that was measured.
func wordTime(segments map[string]*transcript.Segment, w *quality.Word) (from, to time.Duration, ok bool) {
	if w == nil || segments[w.Segment] == nil {
		return 0, 0, false
	}
	for _, t := range segments[w.Segment].Words {
		if t.From < w.End && w.Start < t.To && t.Timed() && !t.Estimated {
			return t.Start, t.End, true
		}
	}
	return 0, 0, false
}

// reader reads one side's words as they were written, one after another.
type reader struct {
	segments map[string]*transcript.Segment
	words    []*quality.Word // still to be read
	last     quality.Word    // as wide as it was shown
}

// read returns the next word with the punctuation that clings to it, and whether
// it stands apart from the word before. Two tokens of one written word ("10 h"
// for "10h") are shown with the first.
func (r *reader) read() (word string, apart bool) {
	w := *r.words[0]
	r.words = r.words[1:]
	s := r.segments[w.Segment]
	if s == nil || w.End > len(s.Text) || w.Start > w.End {
		return clean(cmp.Or(w.Raw(), w.Text)), true
	}
	left, right := 0, len(s.Text)
	same := r.last.Segment == w.Segment && r.last.End > 0
	if same {
		if w.End <= r.last.End {
			return "", true
		}
		left = r.last.End
		w.Start = max(w.Start, left)
	}
	if len(r.words) > 0 && r.words[0].Segment == w.Segment {
		right = max(w.End, r.words[0].Start)
	}
	w.Start, w.End = clinging(s.Text, w.Start, w.End, left, right)
	apart = !same || w.Start > r.last.End
	r.last = w
	return clean(strings.Join(strings.Fields(s.Text[w.Start:w.End]), " ")), apart
}

// clinging widens a word to the punctuation around it, within [left, right):
// what follows, and what opens it after a space.
func clinging(text string, start, end, left, right int) (from, to int) {
	from, to = start, end
	for to < right {
		r, size := utf8.DecodeRuneInString(text[to:])
		if !sticks(r) {
			break
		}
		to += size
	}
	for from > left {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if unicode.IsSpace(r) {
			return from, to
		}
		if !sticks(r) {
			return start, to
		}
		from -= size
	}
	return from, to
}

// sticks says whether a character that is no word belongs to one beside it. Those
// that nobody sees do: what turns the direction of writing is to be seen.
func sticks(r rune) bool {
	return unicode.IsPunct(r) || unicode.IsSymbol(r) || unicode.Is(unicode.Cf, r)
}
