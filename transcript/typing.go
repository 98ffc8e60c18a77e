package transcript

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestKey is how many bytes one press of a key can bring (a family emoji
// has 25); more is a paste, which is a step of its own.
const longestKey = 32

// joins says whether an edit carries on what the last one typed or deleted, so
// that both are undone at once, and returns the two as one edit.
func joins(last, next Edit) (Edit, bool) {
	a, ok := last.(Splice)
	if !ok {
		return nil, false
	}
	b, ok := next.(Splice)
	if !ok || a.Segment != b.Segment {
		return nil, false
	}
	switch {
	case a.Delete == "" && b.Delete == "":
		return joinsTyping(a, b)
	case a.Insert == "" && b.Insert == "":
		return joinsDeleting(a, b)
	}
	return nil, false
}

// joinsTyping: a letter right behind the last one, until a new word begins.
func joinsTyping(a, b Splice) (Edit, bool) {
	if b.At != a.At+len(a.Insert) || len(b.Insert) > longestKey || a.Insert == "" {
		return nil, false
	}
	// Typing never joins two words, nor crosses a line: this one was pasted.
	if len(strings.Fields(a.Insert)) > 1 || strings.Contains(a.Insert, "\n") {
		return nil, false
	}
	before, _ := utf8.DecodeLastRuneInString(a.Insert)
	first, _ := utf8.DecodeRuneInString(b.Insert)
	if unicode.IsSpace(before) && !unicode.IsSpace(first) || first == '\n' {
		return nil, false
	}
	a.Insert += b.Insert
	return a, true
}

// joinsDeleting: backspace after backspace, or delete after delete, until a
// word is gone, with the white space that follows it on the way.
func joinsDeleting(a, b Splice) (Edit, bool) {
	if len(b.Delete) > longestKey {
		return nil, false
	}
	switch {
	case b.At+len(b.Delete) == a.At: // backspace
		before, _ := utf8.DecodeRuneInString(a.Delete)
		now, _ := utf8.DecodeLastRuneInString(b.Delete)
		if unicode.IsSpace(before) && !unicode.IsSpace(now) {
			return nil, false
		}
		a.At, a.Delete = b.At, b.Delete+a.Delete
		return a, true
	case b.At == a.At: // delete
		before, _ := utf8.DecodeLastRuneInString(a.Delete)
		now, _ := utf8.DecodeRuneInString(b.Delete)
		if unicode.IsSpace(before) && !unicode.IsSpace(now) {
			return nil, false
		}
		a.Delete += b.Delete
		return a, true
	}
	return nil, false
}
