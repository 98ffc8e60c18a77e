package normalize

import (
	"strings"
)

// Replacement is a rule of a [Mapping]: From, where it stands between Before
// and After, becomes To. All are literal; a space is the border of a word.
type Replacement struct {
	From, To, Before, After string
}

// Mapping rewrites a text before its words are taken, as NIST's csrfilt.sh and
// rfilter1 do with a global mapping file. A text is read from left to right with
// a space at both ends and single ones within; at each place the first rule that
// fits replaces what it names, and its context, which is that of the text as it
// was, is read on. To may hold NIST's marks: {A / B}, (UH).
type Mapping struct {
	rules [256][]Replacement // by the first byte of From
	fold  bool
	keep  bool
}

// NewMapping makes a mapping of rules, of which the earlier ones go first. With
// fold, letters of ASCII meet in any case; without keep, what no rule fits goes.
// Rules without a From are left out.
func NewMapping(rules []Replacement, fold, keep bool) *Mapping {
	m := &Mapping{fold: fold, keep: keep}
	for _, r := range rules {
		if r.From != "" {
			first := m.letter(r.From[0])
			m.rules[first] = append(m.rules[first], r)
		}
	}
	return m
}

func (m *Mapping) letter(b byte) byte {
	if m.fold && 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

// Mapped is a text that a [Mapping] has rewritten.
type Mapped struct {
	Text   string
	bounds [][2]int32 // the span of the raw text that each byte came from
	rules  []Token    // what rules wrote, with the spans that they replaced
}

// Replaced returns what rules wrote, in order, with the spans of the raw text
// that it stands for.
func (m Mapped) Replaced() []Token { return m.rules }

// Span returns the bytes of the raw text that Text[start:end) came from.
func (m Mapped) Span(start, end int) (from, to int) {
	if start >= end {
		return 0, 0
	}
	first, last := m.bounds[start], m.bounds[end-1]
	for _, b := range m.bounds[start:end] { // a replaced word may end after a later byte
		last[1] = max(last[1], b[1])
	}
	return int(first[0]), int(last[1])
}

// Apply rewrites a text. Where each word stands alone, as those of a ctm file
// do, no rule sees two of them.
func (m *Mapping) Apply(text string, alone bool) Mapped {
	var from, to Mapped
	from.prepare(text)
	var out strings.Builder
	for rest := 0; rest < len(from.Text); {
		end := len(from.Text)
		if alone {
			if next := strings.IndexByte(from.Text[rest+1:], ' '); next >= 0 {
				end = rest + 1 + next + 1
			}
		}
		m.rewrite(from, rest, end, &out, &to)
		if rest = end; end < len(from.Text) {
			rest-- // the space behind a word is that before the next
		}
	}
	to.Text = out.String()
	return to.tight()
}

// prepare puts single spaces between words, and around those marks that say
// that words may be left out.
func (m *Mapped) prepare(text string) {
	var out strings.Builder
	put := func(b byte, from, to int) {
		if b == ' ' && out.Len() > 0 && m.bounds[out.Len()-1][0] < 0 {
			return // one is there
		}
		if b == ' ' {
			from, to = -1, -1
		}
		out.WriteByte(b)
		m.bounds = append(m.bounds, [2]int32{int32(from), int32(to)})
	}
	put(' ', 0, 0)
	for i := range len(text) {
		switch b := text[i]; b {
		case ' ', '\t', '\n', '\r', '\f', '\v':
			put(' ', i, i)
		case '(', ')':
			put(' ', i, i)
			put(b, i, i+1)
			put(' ', i, i)
		default:
			put(b, i, i+1)
		}
	}
	put(' ', len(text), len(text))
	m.Text = out.String()
	// A space has no width in the raw text: it lies where the byte before it ends.
	at := int32(0)
	for i, b := range m.bounds {
		if b[0] < 0 {
			m.bounds[i] = [2]int32{at, at}
		}
		at = m.bounds[i][1]
	}
}

// rewrite appends what becomes of a stretch, which rules do not see beyond.
func (m *Mapping) rewrite(from Mapped, start, end int, out *strings.Builder, to *Mapped) {
	text := from.Text[start:end]
	for i := 0; i < len(text); {
		rule := m.at(text, i)
		if rule == nil {
			if m.keep || text[i] == ' ' {
				out.WriteByte(text[i])
				to.bounds = append(to.bounds, from.bounds[start+i])
			}
			i++
			continue
		}
		raw := [2]int32{from.bounds[start+i][0], from.bounds[start+i+len(rule.From)-1][1]}
		for range len(rule.To) {
			to.bounds = append(to.bounds, raw)
		}
		out.WriteString(rule.To)
		to.rules = append(to.rules, Token{Text: rule.To, Start: int(raw[0]), End: int(raw[1])})
		i += len(rule.From)
	}
}

// at returns the first rule that fits at a place of a text, or nil.
func (m *Mapping) at(text string, i int) *Replacement {
	rules := m.rules[m.letter(text[i])]
	for k := range rules {
		r := &rules[k]
		if m.begins(text[i:], r.From) && i >= len(r.Before) && m.begins(text[i-len(r.Before):], r.Before) &&
			m.begins(text[i+len(r.From):], r.After) {
			return r
		}
	}
	return nil
}

func (m *Mapping) begins(text, with string) bool {
	if len(text) < len(with) {
		return false
	}
	for i := range len(with) {
		if m.letter(text[i]) != m.letter(with[i]) {
			return false
		}
	}
	return true
}

// tight closes parentheses up to their words, and gives each of several words
// its own: (UH UM) becomes (UH) (UM), but where parentheses do not pair.
func (m Mapped) tight() Mapped {
	if !strings.ContainsAny(m.Text, "()") {
		return m
	}
	var out strings.Builder
	t := Mapped{rules: m.rules}
	put := func(b byte, bounds [2]int32) {
		out.WriteByte(b)
		t.bounds = append(t.bounds, bounds)
	}
	open, parts, last := false, paired(m.Text), byte(0)
	for i := range len(m.Text) {
		b, at := m.Text[i], m.bounds[i]
		switch {
		case b == '(' || b == ')':
			open = b == '(' && parts
		case b == ' ' && (last == '(' || beforeClosing(m.Text[i:])):
			continue
		case b == ' ' && open && last != ' ':
			put(')', at)
			put(' ', at)
			put('(', at)
			last = '('
			continue
		}
		put(b, at)
		last = b
	}
	t.Text = out.String()
	return t
}

// beforeClosing says whether only spaces stand before the next ).
func beforeClosing(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, " "), ")")
}

// paired says whether every ( has its ) before the next one.
func paired(text string) bool {
	open := false
	for i := range len(text) {
		switch text[i] {
		case '(':
			if open {
				return false
			}
			open = true
		case ')':
			if !open {
				return false
			}
			open = false
		}
	}
	return !open
}
