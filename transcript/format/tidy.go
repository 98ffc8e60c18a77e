package format

import (
	"strings"
	"unicode"

	"tapescript/transcript"
)

// tidy makes a text fit for formats in which a blank line ends it: no white
// space around it, no blank lines in it. Words move with the text.
func tidy(text string, words []transcript.Word) (string, []transcript.Word) {
	if trimmed := strings.TrimSpace(text); (len(words) == 0 || trimmed == text) && !hasBlankLine(trimmed) {
		return trimmed, words
	}
	var b strings.Builder
	moved := make([]int, len(text)+1) // where each byte went
	begin, end := len(text)-len(strings.TrimLeftFunc(text, unicode.IsSpace)), len(strings.TrimRightFunc(text, unicode.IsSpace))
	for at := 0; at < len(text); {
		next := at + len(text[at:])
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			next = at + i + 1
		}
		blank := strings.TrimSpace(text[at:next]) == ""
		for i := at; i < next; i++ {
			moved[i] = b.Len()
			if !blank && i >= begin && i < end {
				b.WriteByte(text[i])
			}
		}
		at = next
	}
	moved[len(text)] = b.Len()
	var out []transcript.Word
	for _, w := range words {
		w.From, w.To = moved[w.From], moved[w.To]
		if w.From < w.To {
			out = append(out, w)
		}
	}
	return b.String(), out
}

// hasBlankLine says whether nothing but white space stands between two of a
// text's line breaks.
func hasBlankLine(text string) bool {
	for {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			return false
		}
		text = text[i+1:]
		line, _, more := strings.Cut(text, "\n")
		if more && strings.TrimSpace(line) == "" {
			return true
		}
	}
}

// flat puts a text on one line.
func flat(text string) string {
	text, _ = tidy(text, nil)
	return strings.ReplaceAll(text, "\n", " ")
}

// taggedName splits "[Name]: text", the form in which WhisperX and this
// package say who speaks where a format has no place for it. "[]: text" is
// spoken by nobody in particular.
func taggedName(text string) (name, rest string, ok bool) {
	if !strings.HasPrefix(text, "[") {
		return "", text, false
	}
	name, rest, ok = strings.Cut(text[1:], "]:")
	if !ok || strings.ContainsAny(name, "[]\n") || rest != "" && rest[0] != ' ' && rest[0] != '\n' {
		return "", text, false
	}
	return name, strings.TrimLeft(rest, " \n"), true
}

// tagName is the inverse of taggedName: what taggedName would take for a name
// in the text itself is guarded by an empty one.
func tagName(name, text string) string {
	_, _, looks := taggedName(text)
	switch {
	case taggable(name):
		return strings.TrimRight("["+name+"]: "+text, " ")
	case looks:
		return "[]: " + text
	}
	return text
}

// taggable says whether a name survives between brackets.
func taggable(name string) bool {
	return name != "" && !strings.ContainsAny(name, "[]\n") && oneLine(name) == name
}

// extra sets an extra, making the map.
func extra(e *transcript.Extras, key, value string) {
	if *e == nil {
		*e = transcript.Extras{}
	}
	(*e)[key] = value
}
