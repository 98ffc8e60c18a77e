package review

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/locale"
)

// silentDeck notes what it is asked to play.
type silentDeck struct {
	mu     sync.Mutex
	loaded []string
	spans  []audio.Span
}

func (d *silentDeck) Play()                {}
func (d *silentDeck) Toggle()              {}
func (d *silentDeck) Seek(time.Duration)   {}
func (d *silentDeck) Step(time.Duration)   {}
func (d *silentDeck) Loop(audio.Span)      {}
func (d *silentDeck) Unloop()              {}
func (d *silentDeck) SetSpeed(float64)     {}
func (d *silentDeck) SetGainDB(float64)    {}
func (d *silentDeck) SetEar(audio.Ear)     {}
func (d *silentDeck) SetSteps(audio.Steps) {}
func (d *silentDeck) State() audio.State {
	return audio.State{Speed: 1, Duration: time.Minute}
}

func (d *silentDeck) PlaySpan(s audio.Span) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.spans = append(d.spans, s)
}

func (d *silentDeck) Load(recording string) (time.Duration, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.loaded = append(d.loaded, recording)
	return time.Minute, nil
}

// memory is a log in memory; it can refuse.
type memory struct {
	bytes.Buffer
	refuse error
}

func (m *memory) Append(lines []byte) error {
	if m.refuse != nil {
		return m.refuse
	}
	m.Write(lines)
	return nil
}

// table drives a screen without a terminal.
type table struct {
	t    *testing.T
	r    *Review
	deck *silentDeck
	log  *memory
}

func sit(t *testing.T, o Opening) *table {
	t.Helper()
	s := &table{t: t, deck: &silentDeck{}, log: &memory{}}
	o.Deck, o.Log, o.Words, o.Theme, o.Reviewer = s.deck, s.log, locale.For("en"), tui.Plain(), "ana"
	o.Now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	s.r = New(o)
	s.r.after = func(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil } // no clock
	s.run(s.r.Init())
	return s
}

// run carries out a command and what follows from it.
func (s *table) run(cmd tea.Cmd) {
	s.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			s.run(c)
		}
	case tea.QuitMsg:
	default:
		s.run(s.r.Update(msg))
	}
}

// press does what a key does on a screen for judging.
func press(t *testing.T, s tui.Judging, key string) tea.Cmd {
	t.Helper()
	keys, err := tui.Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	if a, bound := keys.LookupJudging(key); bound {
		return s.Do(a)
	}
	return s.Type(key)
}

// keys presses letters, and actions in angle brackets' place.
func (s *table) keys(keys ...any) {
	s.t.Helper()
	for _, k := range keys {
		switch k := k.(type) {
		case tui.Action:
			s.run(s.r.Do(k))
		case string:
			s.run(press(s.t, s.r, k))
		}
	}
}

func (s *table) screen(w, h int) string {
	f := s.r.Draw(w, h)
	if len(f.Rows) != h {
		s.t.Errorf("%d rows of %d", len(f.Rows), h)
	}
	for _, row := range f.Rows {
		if n := ansi.StringWidth(row); n > w {
			s.t.Errorf("a row of %d cells of %d: %q", n, w, row)
		}
	}
	return ansi.Strip(strings.Join(f.Rows, "\n"))
}

func (s *table) shows(texts ...string) {
	s.t.Helper()
	screen := s.screen(80, 24)
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			s.t.Errorf("no %q on\n%s", text, screen)
		}
	}
}

func three(t *testing.T) *Item {
	return item(t,
		one("we are going to see", "the old town of Ghent", "and going to stay two days"),
		one("we are gonna see", "the cold town of Gent", "and gonna stay to days"))
}

func TestAReviewFromErrorToError(t *testing.T) {
	it := three(t)
	s := sit(t, Opening{Items: []*Item{it}})
	s.shows("1 of 5 · other word", "2× alike", "gonna → going to", "[going to]", "[gonna]", "WER 43.75%")
	s.keys(tui.NextError)
	if len(s.deck.loaded) != 1 || len(s.deck.spans) != 1 || s.deck.spans[0].Start > 0 {
		t.Fatalf("loaded %v, played %v", s.deck.loaded, s.deck.spans)
	}
	s.keys(tui.NextError)
	s.shows("2 of 5", "[old]", "[cold]")
	if n := len(s.deck.spans); n != 2 || s.deck.spans[1].Start > time.Second || s.deck.spans[1].End < 2*time.Second {
		t.Fatalf("played %v", s.deck.spans)
	}
	s.keys("d") // the draft heard it rightly
	if text := it.Gold.Segment("2").Text; text != "the cold town of Ghent" {
		t.Errorf("gold %q", text)
	}
	s.shows("2 of 4", "Gent → Ghent", "WER 37.50% (-6.25)", "not saved", "1 decided")
	s.keys("g")
	s.shows("2 of 3", "gonna → going to")
	s.keys("G") // both of them at once
	if a, b := it.Draft.Segment("1").Text, it.Draft.Segment("3").Text; a != "we are going to see" || b != "and going to stay to days" {
		t.Errorf("drafts %q, %q", a, b)
	}
	s.shows("1 of 1", "4 decided", "to → two", "Draft corrected in 2 places.")
	s.keys(tui.Undo)
	s.shows("of 3", "2 decided", "gonna → going to", "2 decisions undone.")
	s.keys(tui.Redo)
	s.shows("1 of 1", "4 decided")
	s.keys(tui.Undo, tui.Undo, tui.Undo)
	s.shows("of 5", "0 decided", "WER 43.75%")
	if a, b := it.Gold.Segment("2").Text, it.Draft.Segment("1").Text; a != "the old town of Ghent" || b != "we are gonna see" {
		t.Errorf("undone: %q, %q", a, b)
	}
	s.keys(tui.Undo)
	s.shows("Nothing to undo")
}

// answer gives a question's answer.
func (s *table) answer(key string) {
	s.t.Helper()
	q := s.r.Question()
	if q == nil {
		s.t.Fatalf("nothing is asked on\n%s", s.screen(80, 24))
	}
	if q.Input != nil {
		s.run(q.Enter(key))
		return
	}
	for _, c := range q.Choices {
		if c.Key == key {
			s.run(c.Do())
			return
		}
	}
	s.t.Fatalf("no answer %q to %q", key, q.Text)
}

func TestTheOtherVerdicts(t *testing.T) {
	it := three(t)
	s := sit(t, Opening{Items: []*Item{it}})
	s.keys(tui.NextError, "B") // gonna is right too, everywhere
	if text := it.Gold.Segment("3").Text; text != "and { going to / gonna } stay two days" {
		t.Errorf("gold %q", text)
	}
	s.keys("t")
	s.answer("bold")
	if a, b := it.Gold.Segment("2").Text, it.Draft.Segment("2").Text; a != "the bold town of Ghent" || b != "the bold town of Gent" {
		t.Errorf("%q, %q", a, b)
	}
	s.keys("n")
	s.answer("s")
	s.answer("both are used")
	s.shows("1 of 1", "to → two", "by the rules)", "WER 14.29%")
	s.keys("u")
	s.shows("1 of 1", "?")
	f := Count(s.r.log.entries)
	if f.Decisions != 5 || f.By[BothRight] != 2 || f.By[Third] != 1 || f.By[NoError] != 1 || f.By[Unclear] != 1 || f.Overturned != 1 || f.Decided != 4 {
		t.Errorf("%+v", f)
	}
	log, err := ReadLog(&s.log.Buffer)
	if err != nil || len(log) != 5 {
		t.Fatalf("%d lines, %v", len(log), err)
	}
	if e := log[3]; e.Reviewer != "ana" || e.Rule != "spelling" || e.Reason != "both are used" || e.Time.Year() != 2026 || e.Gold != "Ghent" || e.Draft != "Gent" {
		t.Errorf("%+v", e)
	}
	// A second reviewer sees what was left, and nothing else.
	again := three(t)
	log = append([]Entry{{Saved: map[string]string{"draft": "d", "gold": "g"}}}, log...)
	if done, refused := Restore([]*Item{again}, log, map[Side]string{Draft: "d", Gold: "g"}); done != 2 || refused != 0 {
		t.Fatalf("%d done again, %d refused", done, refused)
	}
	second := sit(t, Opening{Items: []*Item{again}, Entries: log, OnlyUnclear: true})
	second.shows("1 of 1", "to → two", "only unclear")
	second.keys("g")
	second.shows("No such differences")
	first := sit(t, Opening{Items: []*Item{again}, Entries: log})
	first.keys(tui.Undo, tui.Undo) // of an earlier session: the unclear, the rule
	first.shows("of 1", "Gent → Ghent")
}

func TestEqualDifferencesAreDecidedTogether(t *testing.T) {
	it := three(t)
	s := sit(t, Opening{Items: []*Item{it}})
	s.keys("=")
	s.shows("1 of 4", "gonna → going to  2×")
	s.keys("g")
	s.shows("1 of 3", "2 decided")
	s.keys("=", "f")
	s.answer("n")
	s.shows("1 of 1", "to → two", "only number")
	s.keys("f")
	s.answer("e")
	s.keys("z")
	s.shows("No such differences")
}

// TestATableSharesItsGold: two workers, one gold; what is decided of the gold
// is decided for both.
func TestATableSharesItsGold(t *testing.T) {
	a := item(t, one("they came from Gent and went to Gent"), one("they came from Ghent and went to Ghent"))
	b := item(t, one(""), one("we came from Ghent and went to Ghent"))
	b.Gold = a.Gold
	a.Worker, b.Worker = "1", "2"
	s := sit(t, Opening{Items: []*Item{a, b}})
	s.shows("1 of 5", "4× alike", "talk (1)")
	s.keys(tui.NextError, "D")
	if text := a.Gold.Segment("1").Text; text != "they came from Ghent and went to Ghent" {
		t.Errorf("gold %q", text)
	}
	s.shows("1 of 1", "we → they", "4 decided")
	log, _ := ReadLog(&s.log.Buffer)
	log = append([]Entry{{Saved: map[string]string{"draft": "d", "gold": "g"}}}, log...)
	c := item(t, one("they came from Gent and went to Gent"), one("they came from Ghent and went to Ghent"))
	c.Worker = "1"
	if _, refused := Restore([]*Item{c}, log, map[Side]string{Draft: "d", Gold: "g"}); refused != 0 || texts(c.Gold)[0] != texts(a.Gold)[0] {
		t.Errorf("restored %q", texts(c.Gold))
	}
	s.keys(tui.Undo)
	s.shows("of 5", "0 decided")
	if text := a.Gold.Segment("1").Text; text != "they came from Gent and went to Gent" {
		t.Errorf("undone: %q", text)
	}
}

func TestSavingAndLeaving(t *testing.T) {
	it := three(t)
	var wrote []Snapshot
	fail := ErrChanged
	s := sit(t, Opening{Items: []*Item{it}, Save: func(work []Snapshot, over bool) ([]Saved, error) {
		if !over && fail != nil {
			return nil, fmt.Errorf("talk.vtt: %w", fail)
		}
		wrote = work
		return []Saved{{Draft, "talk.vtt", "abc"}}, nil
	}})
	s.keys(tui.Save)
	s.shows("Nothing to save")
	s.keys(tui.NextError, "g", tui.Quit)
	s.answer("l")
	s.keys(tui.Save)
	s.answer("o") // another program changed the file: replace it
	if len(wrote) != 1 || !wrote[0].Changed[Draft] || wrote[0].Changed[Gold] || s.r.Unsaved() != 0 {
		t.Fatalf("wrote %+v", wrote)
	}
	s.shows("Saved: talk.vtt")
	log, err := ReadLog(bytes.NewReader(s.log.Bytes()))
	if err != nil || !Knows(log, Draft, "abc") {
		t.Fatalf("%v %+v", err, log)
	}
	// What was saved is not done again; what came after is.
	s.keys("d")
	log, _ = ReadLog(&s.log.Buffer)
	saved := item(t, three(t).Gold.Snapshot(), wrote[0].Draft)
	log[0].Saved = map[string]string{"gold": "g", "draft": "before"}
	log = append([]Entry{{Saved: map[string]string{"gold": "g", "draft": "before"}}}, log...)
	if done, refused := Restore([]*Item{saved}, log, map[Side]string{Draft: "abc", Gold: "g"}); done != 1 || refused != 0 {
		t.Errorf("%d done, %d refused", done, refused)
	}
}

func TestALogThatCannotBeWrittenIsSaid(t *testing.T) {
	s := sit(t, Opening{Items: []*Item{three(t)}})
	s.log.refuse = errors.New("the disk is full")
	s.keys(tui.NextError, "g")
	s.shows("nothing reaches the disk")
	s.log.refuse = nil
	s.keys("g")
	log, err := ReadLog(&s.log.Buffer)
	if err != nil || len(log) != 2 {
		t.Fatalf("%d lines, %v", len(log), err)
	}
	if screen := s.screen(80, 24); strings.Contains(screen, "nothing reaches the disk") {
		t.Error("still said")
	}
}

// TestEveryScreenFits draws every state in many sizes, over a text that would
// steer a terminal if it could.
func TestEveryScreenFits(t *testing.T) {
	evil := "red text and a very long line indeed of 日本語 words that goes on and on until it wraps " + strings.Repeat("é", 90)
	it := item(t, &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: evil}}},
		&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: "read text and a line"}}})
	it.ID, it.Worker = "a\x1b[31mtext", "\x1b]0;x\a"
	s := sit(t, Opening{Items: []*Item{it, three(t)}})
	for range 2 {
		for w := 20; w < 130; w += 13 {
			for h := 5; h < 40; h += 3 {
				s.screen(w, h)
				if f := s.r.Draw(w, h); strings.Contains(strings.Join(f.Rows, ""), "\x1b[31mtext") || strings.Contains(strings.Join(f.Rows, ""), "\x1b]") {
					t.Fatal("a text steers the terminal")
				}
			}
		}
		s.keys("?")
		for _, line := range []string{"gold is right", "Shift a letter decides"} {
			s.shows(line)
		}
		s.keys("?") // goes back
	}
}

func TestALogOfStrangers(t *testing.T) {
	for _, text := range []string{"not json\n", "{\"verdict\":\"maybe\"}\n", "{}\n{\"n\":\"x\"}\n", strings.Repeat("x", 2*maxLine)} {
		if _, err := ReadLog(strings.NewReader(text)); err == nil {
			t.Errorf("%.20q is taken", text)
		}
	}
	var csv bytes.Buffer
	log := []Entry{{N: 1, Group: 1, Verdict: TakeGold, Gold: "=cmd()", Draft: "a,b \"c\""}}
	if err := WriteCSV(&csv, log); err != nil || !strings.Contains(csv.String(), ",'=cmd(),\"a,b \"\"c\"\"\",gold,") {
		t.Errorf("%v %s", err, csv.String())
	}
}

// long is a ten-hour transcript with some 5,000 errors, without common borders.
func long(t testing.TB) *Item {
	gold, draft := &transcript.Transcript{}, &transcript.Transcript{}
	for i := range 6000 {
		from := time.Duration(i) * 6 * time.Second
		text := fmt.Sprintf("this is sentence number %d of a recording that goes on for ten hours or so and then ends", i)
		gold.Segments = append(gold.Segments, &transcript.Segment{ID: fmt.Sprint(i), Start: from, End: from + 6*time.Second, Text: text})
		if i%6 != 5 {
			text = strings.Replace(text, "goes on", "gose", 1)
		}
		draft.Segments = append(draft.Segments, &transcript.Segment{ID: fmt.Sprint(i), Start: from, End: from + 6*time.Second, Text: text})
	}
	g, err := transcript.NewDocument(gold)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := transcript.NewDocument(draft)
	return &Item{ID: "long", Gold: g, Draft: d, Recording: "long.wav"}
}

// BenchmarkJump is a key, its jump and its frame in a review of ten hours.
func BenchmarkJump(b *testing.B) {
	r := New(Opening{Items: []*Item{long(b)}, Deck: &silentDeck{}, Words: locale.For("en"), Theme: tui.Plain()})
	r.Update(r.compare()())
	if len(r.rows) != 5000 {
		b.Fatalf("%d errors", len(r.rows))
	}
	for b.Loop() {
		r.Do(tui.NextError)
		r.Draw(120, 40)
	}
}

// BenchmarkDecide is a decision in a review of ten hours, and all that follows
// until the score has moved.
func BenchmarkDecide(b *testing.B) {
	r := New(Opening{Items: []*Item{long(b)}, Deck: &silentDeck{}, Words: locale.For("en"), Theme: tui.Plain()})
	r.Update(r.compare()())
	for b.Loop() {
		if len(r.rows) == 0 {
			b.Fatal("no errors left")
		}
		r.Do(tui.GoldRight)
		for it := range r.Items {
			f := r.Items[it].compare(r.Items[it].Gold.Snapshot(), r.Items[it].Draft.Snapshot(), r.Score, r.Items[it].revision())
			r.busy = true
			r.Update(comparedMsg{map[*Item]found{r.Items[it]: f}})
		}
	}
}
