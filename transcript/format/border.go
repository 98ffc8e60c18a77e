package format

import (
	"strings"

	"tapescript/transcript"
)

// Where a text can be cut in two that are then read alone as they are together:
// each function here returns the last such place in the beginning of a file, or
// of a later part of it; 0 where there is none. What follows the text is not
// known, so no cut is at its end.

// lineBorder cuts before any line.
func lineBorder(text string, _ any) int {
	return strings.LastIndexByte(text[:max(0, len(text)-1)], '\n') + 1
}

// labelBorder cuts before a label, not before the frequencies of one.
func labelBorder(text string, _ any) int {
	for cut := lineBorder(text, nil); cut > 0; cut = lineBorder(text[:cut], nil) {
		if text[cut] != '\\' {
			return cut
		}
	}
	return 0
}

// stmBorder cuts behind a segment, because comments belong to the next one.
func stmBorder(text string, _ any) int {
	for cut := lineBorder(text, nil); cut > 0; {
		before := lineBorder(text[:cut], nil)
		if line := text[before:cut]; strings.TrimSpace(line) != "" && !isComment(line) {
			return cut
		}
		cut = before
	}
	return 0
}

// srtBorder cuts between a blank line and a number that stands above a time line.
func srtBorder(text string, _ any) int {
	for end := len(text); ; {
		i := strings.LastIndex(text[:end], "\n\n")
		if i < 0 {
			return 0
		}
		number, rest, _ := strings.Cut(text[i+2:], "\n")
		times, _, whole := strings.Cut(rest, "\n")
		if _, ok := digits(number, 9); ok && whole {
			if _, _, _, ok, err := cueTimes(times, 0); ok && err == nil {
				return i + 2
			}
		}
		end = i + 1
	}
}

// vttBorder cuts behind a cue, because notes belong to the next one.
func vttBorder(text string, _ any) int {
	for end := len(text); ; {
		i := strings.LastIndex(text[:end], "\n\n")
		if i < 0 {
			return 0
		}
		before := strings.TrimRight(text[:i], "\n")
		begin := strings.LastIndex(before, "\n\n")
		if begin < 0 {
			return 0 // the header's
		}
		if i+2 < len(text) && isCue(before[begin+2:]) {
			return i + 2
		}
		end = i + 1
	}
}

// isCue says whether a block is surely a cue, with an identifier or without.
func isCue(block string) bool {
	if strings.HasPrefix(block, "NOTE") {
		return false
	}
	for n, line := range strings.SplitN(block, "\n", 3) {
		if n == 2 {
			break
		}
		if _, _, _, ok, err := cueTimes(line, 0); ok || err != nil {
			return ok && err == nil
		}
	}
	return false
}

// ttmlBorder cuts behind a p, whatever its prefix.
func ttmlBorder(text string, _ any) int {
	for end := len(text) - 1; ; {
		i := strings.LastIndex(text[:max(0, end)], "p>")
		if i < 0 {
			return 0
		}
		tag := text[strings.LastIndexByte(text[:i], '<')+1 : i]
		if tag == "/" || strings.HasPrefix(tag, "/") && strings.HasSuffix(tag, ":") {
			return i + 2
		}
		end = i
	}
}

// trsBorder cuts behind a turn.
func trsBorder(text string, _ any) int {
	const end = "</Turn>"
	if i := strings.LastIndex(text[:max(0, len(text)-1)], end); i >= 0 {
		return i + len(end)
	}
	return 0
}

// markdownBorder cuts behind a paragraph, because headings belong to the next one.
func markdownBorder(text string, _ any) int {
	for end := len(text); ; {
		i := strings.LastIndex(text[:end], "\n\n")
		if i < 0 {
			return 0
		}
		before := strings.TrimRight(text[:i], "\n")
		last := before[strings.LastIndexByte(before, '\n')+1:]
		if i+2 < len(text) && strings.TrimSpace(last) != "" && !strings.HasPrefix(last, "#") {
			return i + 2
		}
		end = i + 1
	}
}

// tableBorder cuts between rows.
func tableBorder(text string, carry any) int {
	h, later := carry.(table)
	if !later {
		h.separator = separatorIn(text)
	}
	if strings.IndexByte(text, '"') < 0 {
		return lineBorder(text, nil)
	}
	row := 0
	for at := 0; at < len(text)-1; {
		_, length, open, err := readQuoted(text[at:], h.separator, h.separator == '\t')
		if open || err != nil || at+length >= len(text)-1 {
			break
		}
		at += length + 1
		if text[at-1] == '\n' {
			row = at
		}
	}
	return row
}

// oddBreaks says whether a text holds characters that [transcript.Clean] makes
// line breaks of: those who count lines of the clean text count more.
func oddBreaks(text string) bool {
	for _, s := range []string{"\v", "\f", "\u2028", "\u2029", "\u0085"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// idRule holds the IDs of a file's segments to what needs no look at the rest of
// it: all have one, no two alike, or none has.
type idRule struct {
	begun, given bool
	number       int // the last, where IDs are numbers that grow
	seen         map[string]struct{}
}

// check says whether the ID of the next segment fits in.
func (r *idRule) check(s *transcript.Segment) bool {
	if !r.begun {
		r.begun, r.given = true, s.ID != ""
	}
	if !r.given || s.ID == "" {
		return r.given == (s.ID != "")
	}
	if n, ok := digits(s.ID, 9); ok && s.ID[0] != '0' {
		if n <= r.number {
			return false // perhaps taken: only the last is remembered
		}
		r.number = n
		return true
	}
	if r.seen == nil {
		r.seen = make(map[string]struct{})
	}
	_, taken := r.seen[s.ID]
	r.seen[strings.Clone(s.ID)] = struct{}{}
	return !taken
}
