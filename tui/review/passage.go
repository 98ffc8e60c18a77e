package review

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"

	"tapescript/quality/align"
	"tapescript/tui"
)

// differing marks, byte by byte of the two places' texts, the letters that the
// other side has not at that place.
func differing(c *Case) (gold, draft []bool) {
	g, d := c.Gold.Text(), c.Draft.Text()
	gold, draft = make([]bool, len(g)), make([]bool, len(d))
	if c.Kinds&(SpeakerLabel|Time) != 0 {
		return gold, draft
	}
	ids := map[string]int32{}
	gi, gat := clusters(g, ids)
	di, dat := clusters(d, ids)
	if len(gi)*len(di) > 1<<22 { // paragraphs: all of it
		for i := range gold {
			gold[i] = true
		}
		for i := range draft {
			draft[i] = true
		}
		return gold, draft
	}
	for _, s := range align.Tokens(gi, di, align.Levenshtein) {
		if s.Op == align.Correct {
			continue
		}
		if s.Op != align.Insertion {
			fill(gold, gat[s.Ref], gat[s.Ref+1])
		}
		if s.Op != align.Deletion {
			fill(draft, dat[s.Hyp], dat[s.Hyp+1])
		}
	}
	return gold, draft
}

func fill(marks []bool, from, to int) {
	for i := from; i < to; i++ {
		marks[i] = true
	}
}

// clusters numbers what a person takes for characters; at holds where each
// begins, and the end.
func clusters(text string, ids map[string]int32) (list []int32, at []int) {
	rest, state := text, -1
	var one string
	for rest != "" {
		at = append(at, len(text)-len(rest))
		one, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		id, ok := ids[one]
		if !ok {
			id = int32(len(ids))
			ids[one] = id
		}
		list = append(list, id)
	}
	return list, append(at, len(text))
}

// glyph is one cluster on its way to the screen.
type glyph struct {
	text   string
	width  int
	style  int // 0 text, 1 differs, 2 bracket
	inside bool
}

// passage lays out a place within its segment: so many rows of at most w cells,
// those with the place among them, which stands in brackets, the letters that
// differ in a style of their own.
func passage(p Place, marks []bool, w, rows int, style lipgloss.Style, theme tui.Theme) []string {
	out := make([]string, rows)
	if p.Segment == nil {
		out[0] = theme.Dim.Render("∅")
		return out
	}
	lines := broken(glyphs(p, marks), max(w, 8))
	first := 0
	for i, line := range lines {
		for _, g := range line {
			if g.inside {
				first = i
				break
			}
		}
		if first > 0 {
			break
		}
	}
	top := max(0, min(first-rows/2, len(lines)-rows))
	styles := []lipgloss.Style{theme.Text, style, theme.Title}
	for i := range out {
		if top+i < len(lines) {
			out[i] = drawn(lines[top+i], styles)
		}
	}
	return out
}

func glyphs(p Place, marks []bool) []glyph {
	var list []glyph
	text := p.Segment.Text
	bracket := func(s string) { list = append(list, glyph{s, 1, 2, true}) }
	rest, state, one := text, -1, ""
	opened, closed := false, false
	for rest != "" {
		at := len(text) - len(rest)
		if at >= p.From && !opened {
			bracket("[")
			opened = true
		}
		if at >= p.To && opened && !closed {
			bracket("]")
			closed = true
		}
		one, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		g := glyph{text: shown(one), inside: opened && !closed}
		if g.inside && at-p.From < len(marks) && marks[at-p.From] {
			g.style = 1
		}
		g.width = ansi.StringWidth(g.text)
		list = append(list, g)
	}
	if !opened {
		bracket("[")
	}
	if !closed {
		bracket("]")
	}
	return list
}

// broken wraps glyphs at spaces.
func broken(list []glyph, w int) [][]glyph {
	var lines [][]glyph
	var line []glyph
	used, space := 0, -1
	for _, g := range list {
		for used+g.width > w && len(line) > 0 {
			cut := len(line)
			if space > 0 {
				cut = space + 1
			}
			rest := append([]glyph(nil), line[cut:]...)
			lines = append(lines, line[:cut:cut])
			line, used, space = rest, 0, -1
			for _, r := range rest {
				used += r.width
			}
		}
		if g.text == " " {
			space = len(line)
		}
		line = append(line, g)
		used += g.width
	}
	return append(lines, line)
}

func drawn(line []glyph, styles []lipgloss.Style) string {
	var b, part strings.Builder
	at := -1
	flush := func() {
		if part.Len() > 0 && at == 0 {
			b.WriteString(part.String())
		} else if part.Len() > 0 {
			b.WriteString(styles[at].Render(part.String()))
		}
		part.Reset()
	}
	for _, g := range line {
		if g.style != at {
			flush()
			at = g.style
		}
		part.WriteString(g.text)
	}
	flush()
	return b.String()
}
