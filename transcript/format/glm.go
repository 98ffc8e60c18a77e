package format

import (
	"strings"

	"tapescript/transcript"
)

// Mapping is NIST's global mapping file (.glm): what a scoring tool replaces
// in both texts before it compares them. Applying it is the normaliser's work.
type Mapping struct {
	Name, Description string
	// CaseSensitive says that letters meet only in the same case. NIST's files
	// mostly say that they do not.
	CaseSensitive bool
	// KeepUnmatched says that text which no rule fits is kept; where it is
	// false it is dropped.
	KeepUnmatched bool
	Rules         []Rule
}

// Rule replaces From, where it stands between Before and After, by To; where
// there are several To, any of them counts as said. All are literal text. A
// space in Before or After is the border of a word, so a rule without either
// replaces parts of words too.
type Rule struct {
	From          string
	To            []string
	Before, After string
	Line          int // from 1
}

// maxRules bounds a mapping: NIST's own have up to 2500.
const maxRules = 100_000

// DecodeMapping reads a global mapping file; the path is for errors, which are
// an [*Error]:
//
//	;; a comment, also behind a rule
//	* name "en.glm"
//	* case_sensitive = 'F'
//	MR.   => MISTER / [ ] __ [ ]
//	GONNA => {[GONNA] / [GOING TO]} / [ ] __ [ ]
//
// Text is plain, or between [ and ] or quotes, which keep the spaces at its
// ends. The form is that of rfilter1 in SCTK, as its mapping files use it.
func DecodeMapping(data []byte, path string) (Mapping, error) {
	m := Mapping{KeepUnmatched: true}
	text, _, _, err := toText(data)
	if err != nil {
		return m, inFile(err, path)
	}
	number := 0
	for line := range strings.Lines(transcript.Clean(text)) {
		number++
		line, _, _ = strings.Cut(line, ";;")
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "* "):
			m.setting(line[2:])
		default:
			r, ok := readRule(line)
			if !ok || len(m.Rules) == maxRules {
				e := at(number, BadRule, line, CorrectLine)
				e.Path = path
				return m, e
			}
			r.Line = number
			m.Rules = append(m.Rules, r)
		}
	}
	return m, nil
}

// setting takes `name "x"` or `name = 'x'`; those that say how rfilter1 uses
// its memory mean nothing here.
func (m *Mapping) setting(line string) {
	key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
	value = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(value), "="))
	value = oneLine(strings.Trim(value, `'"`))
	yes := strings.HasPrefix(strings.ToUpper(value), "T")
	switch key {
	case "name":
		m.Name = value
	case "desc":
		m.Description = value
	case "case_sensitive":
		m.CaseSensitive = yes
	case "copy_no_hit":
		m.KeepUnmatched = yes
	}
}

func readRule(line string) (Rule, bool) {
	from, rest, found := strings.Cut(line, "=>")
	r := Rule{From: literal(from)}
	if !found || r.From == "" {
		return r, false
	}
	to := rest
	if i := strings.LastIndex(rest, "/"); i >= 0 && strings.Contains(rest[i:], "__") {
		before, after, _ := strings.Cut(rest[i+1:], "__")
		r.Before, r.After = literal(before), literal(after)
		to = rest[:i]
	}
	to = strings.TrimSpace(to)
	inner, braced := strings.CutPrefix(to, "{")
	if inner, ends := strings.CutSuffix(inner, "}"); braced && ends {
		for _, one := range strings.Split(inner, "/") {
			r.To = append(r.To, literal(one))
		}
		return r, true
	}
	r.To = []string{literal(to)}
	return r, true
}

// literal takes the marks off a text that has some at both ends; a quote at one
// end alone is part of a word: "BEGIN-QUOTE.
func literal(text string) string {
	text = strings.TrimSpace(text)
	for _, marks := range []string{"[]", `""`} {
		if len(text) >= 2 && text[0] == marks[0] && text[len(text)-1] == marks[1] {
			return text[1 : len(text)-1]
		}
	}
	return text
}
