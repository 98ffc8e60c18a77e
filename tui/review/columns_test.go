package review

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/quality/consensus"
	"tapescript/tui"
	"tapescript/tui/locale"
)

// versions lays texts side by side: those of one utterance after the other.
func versions(t *testing.T, utterances ...[]string) []*Versions {
	t.Helper()
	var rows []consensus.Submission
	for i, texts := range utterances {
		for k, text := range texts {
			rows = append(rows, consensus.Submission{Item: fmt.Sprintf("u%d.wav", i+1), Worker: fmt.Sprintf("w%d", k+1), Text: text})
		}
	}
	lattices, err := consensus.Lattices(rows, consensus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var list []*Versions
	for i := range lattices {
		l := &lattices[i]
		list = append(list, &Versions{ID: l.Item, Recording: l.Item, Names: l.Workers, Lattice: l})
	}
	return list
}

// bench drives the column view without a terminal.
type bench struct {
	t    *testing.T
	c    *Columns
	deck *silentDeck
	log  *memory
	gold []Chosen
}

func choosing(t *testing.T, log []Entry, items []*Versions) *bench {
	b := &bench{t: t, deck: &silentDeck{}, log: &memory{}}
	b.c = NewColumns(ChooseOpening{
		Items: items, Deck: b.deck, Log: b.log, Entries: log, Reviewer: "ana", Words: locale.For("en"), Theme: tui.Plain(),
		Now:  func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
		Save: func(work []Chosen) (string, error) { b.gold = work; return "gold.tsv", nil },
	})
	b.c.after = func(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil }
	return b
}

func (b *bench) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil, tea.QuitMsg:
	case tea.BatchMsg:
		for _, c := range msg {
			b.run(c)
		}
	default:
		b.run(b.c.Update(msg))
	}
}

func (b *bench) keys(keys ...any) {
	for _, k := range keys {
		switch k := k.(type) {
		case tui.Action:
			b.run(b.c.Do(k))
		case string:
			b.run(press(b.t, b.c, k))
		}
	}
}

func (b *bench) shows(w, h int, texts ...string) {
	b.t.Helper()
	f := b.c.Draw(w, h)
	if len(f.Rows) != h {
		b.t.Errorf("%d rows of %d", len(f.Rows), h)
	}
	for _, row := range f.Rows {
		if n := ansi.StringWidth(row); n > w {
			b.t.Errorf("a row of %d cells of %d: %q", n, w, row)
		}
	}
	screen := ansi.Strip(strings.Join(f.Rows, "\n"))
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			b.t.Errorf("no %q on\n%s", text, screen)
		}
	}
}

func TestChoosingColumnByColumn(t *testing.T) {
	two := func() []*Versions {
		return versions(t,
			[]string{"we saw the old town", "we saw a old town", "we saw an old town"},
			[]string{"it was late", "it was late", "it was late"},
			[]string{"and they went home", "and day went home", "and dey went home"})
	}
	b := choosing(t, nil, two())
	b.shows(80, 24, "1 of 3 · u1.wav · column 3 of 5", "2 to choose", "w1", "w3")
	b.keys(tui.NextError)
	if len(b.deck.loaded) != 1 || len(b.deck.spans) != 1 {
		t.Fatalf("loaded %v, played %v", b.deck.loaded, b.deck.spans)
	}
	second := b.c.current().Lattice.Columns[2].Candidates[1].Text
	b.keys("2")
	if got := b.c.Items[0].chosen[2]; got != second {
		t.Errorf("chose %q, not %q", got, second)
	}
	b.shows(80, 24, "3 of 3 · u3.wav · column 2 of 4", "1 to choose", "[")
	b.keys("t")
	b.run(b.c.Question().Enter("those people"))
	b.shows(80, 24, "those people", "0 to choose", "Nothing more to choose")
	b.keys(tui.Save)
	if len(b.gold) != 3 || b.gold[2].Text != "and those people went home" || b.gold[1].Text != "it was late" {
		t.Fatalf("%+v", b.gold)
	}
	p := b.gold[2].Provenance[1]
	if p.By != "reviewer" || p.Reviewer != "ana" || len(p.Versions) != 0 || p.Confidence != 0 || b.gold[1].Provenance[0].By != "all" {
		t.Errorf("%+v", p)
	}
	log, err := ReadLog(&b.log.Buffer)
	if err != nil || len(log) != 2 {
		t.Fatalf("%d lines, %v", len(log), err)
	}
	again := choosing(t, log, two())
	if text := again.c.Items[2].Text(); text != "and those people went home" {
		t.Errorf("restored %q", text)
	}
	again.keys(tui.Undo)
	again.shows(80, 24, "1 to choose", "u3.wav")
	again.keys("0")
	if text := again.c.Items[2].Text(); text != "and went home" {
		t.Errorf("without the word: %q", text)
	}
}

// TestTwentyVersionsStayReadable: on the smallest usual terminal the text, the
// candidates and versions are all there, and the rest is scrolled to.
func TestTwentyVersionsStayReadable(t *testing.T) {
	var texts []string
	for i := range 20 {
		texts = append(texts, fmt.Sprintf("a long utterance in which everybody hears the number %d somewhat differently from word %d on to its very end", 100+i, i))
	}
	b := choosing(t, nil, versions(t, texts))
	b.keys(tui.NextError)
	b.shows(80, 24, "▸1 ", " 2 ", "w1 ", "column")
	for range 40 {
		b.keys(tui.MoveDown)
	}
	b.shows(80, 24, "w20")
	for w := 20; w < 150; w += 17 {
		for h := 5; h < 45; h += 3 {
			b.shows(w, h)
		}
	}
}
