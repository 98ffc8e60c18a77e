package postgres

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A text of PostgreSQL holds no NUL and nothing but UTF-8; a stranger's may.
// keep writes such a byte as ESC and a code, and ESC itself too.
const escape = '\x1b'

func keep(text string) string {
	if utf8.ValidString(text) && !strings.ContainsAny(text, "\x00\x1b") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1, r == 0, r == escape:
			b.WriteByte(escape)
			b.WriteString(hexByte(text[i]))
		default:
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	return b.String()
}

func hexByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// give is the inverse of keep; what was not written by it is left as it is.
func give(text string) string {
	if strings.IndexByte(text, escape) < 0 {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == escape && i+2 < len(text) {
			if c, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// keepAll keeps each of a list.
func keepAll(list ...string) []any {
	kept := make([]any, len(list))
	for i, text := range list {
		kept[i] = keep(text)
	}
	return kept
}

// body is a value as JSON: of types that cannot fail.
func body(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// bodyOf reads what body wrote.
func bodyOf[T any](text string) (v T, err error) {
	return v, json.Unmarshal([]byte(text), &v)
}
