package format

import (
	"strings"

	"tapescript/transcript"
)

// Mapping is NIST's global mapping file (.glm): what a scoring tool replaces
// in both texts before it compares them. Applying it is the normaliser's work.
type Mapping struct {
	Name, Description string
	// CaseSensitive is what the file says; NIST's csrfilt.sh makes all text upper
	// case first, unless it is told not to.
	CaseSensitive bool
	// KeepUnmatched says that text which no rule fits is kept; where it is
	// false it is dropped.
	KeepUnmatched bool
	Rules         []Rule
}

// Rule replaces From, where it stands between Before and After, by To. All are
// literal text, in which a space is the border of a word, so a rule without
// Before and After replaces parts of words too. To may hold NIST's marks for
// what may be said in several ways, {A / B}, or left out, (UH).
type Rule struct {
	From, To      string
	Before, After string
	// Only is a regular expression of the kinds of file (stm, ctm, trn, txt) and
	// the sides (ref, hyp) to which the rule applies; "" is all.
	Only string
	Line int // from 1
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
//	GONNA => [{GONNA / GOING TO}] / [ ] __ [ ]
//	;; INPUT_DEPENDENT_APPLICATION = "stm|ref"
//
// Text is plain, or between [ and ] or quotes, which keep the spaces at its
// ends. The form is that of rfilter1 and csrfilt.sh in SCTK (rules.doc there).
func DecodeMapping(data []byte, path string) (Mapping, error) {
	m := Mapping{KeepUnmatched: true}
	text, _, _, err := toText(data)
	if err != nil {
		return m, inFile(err, path)
	}
	number, only := 0, ""
	for line := range strings.Lines(transcript.Clean(text)) {
		number++
		if kinds, ok := dependent(line); ok {
			only = kinds
		}
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
			r.Line, r.Only = number, only
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

// dependent reads the comment that says to what the rules below it apply.
func dependent(line string) (kinds string, ok bool) {
	line, ok = strings.CutPrefix(line, ";;")
	if !ok {
		return "", false
	}
	key, value, _ := strings.Cut(line, "=")
	if strings.TrimSpace(key) != "INPUT_DEPENDENT_APPLICATION" {
		return "", false
	}
	_, value, ok = strings.Cut(value, `"`)
	kinds, _, closed := strings.Cut(value, `"`)
	return strings.ToLower(kinds), ok && closed
}

func readRule(line string) (Rule, bool) {
	from, rest, found := strings.Cut(line, "=>")
	r := Rule{From: literal(from)}
	if !found || r.From == "" {
		return r, false
	}
	to := rest
	if i := context(rest); i >= 0 {
		before, after, _ := strings.Cut(rest[i+1:], "_")
		r.Before, r.After = literal(before), literal(strings.TrimLeft(after, "_"))
		to = rest[:i]
	}
	r.To = literal(to)
	return r, true
}

// context finds the slash before a rule's context, or is -1: the last one, where
// a place for the word follows it outside of brackets.
func context(rest string) int {
	i := strings.LastIndexByte(rest, '/')
	if i < 0 || !strings.Contains(rest[i:], "_") {
		return -1
	}
	closing, opening := strings.IndexByte(rest[i:], ']'), strings.IndexByte(rest[i:], '[')
	if closing >= 0 && (opening < 0 || closing < opening) {
		return -1
	}
	return i
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
