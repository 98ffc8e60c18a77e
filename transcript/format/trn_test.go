package format

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// randomTexts are made of pieces that mean something to a reader.
func randomTexts(n int, pieces ...string) []string {
	r := rand.New(rand.NewPCG(71, 72))
	list := make([]string, n)
	for i := range list {
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		list[i] = b.String()
	}
	return list
}

// TestIDsOfTRNAreThoseOfThePattern holds the reader of lines against the
// expression that says what it reads.
func TestIDsOfTRNAreThoseOfThePattern(t *testing.T) {
	id, first, found := regexp.MustCompile(`\(([^\s()]+)\)$`), regexp.MustCompile(`^\\*;`), 0
	for _, line := range randomTexts(20_000, "(", ")", ")", "(s-1)", "(é)", " ", "\t", "\v", "\u00a0", "\xff", ";", `\`, "word") {
		line = strings.TrimSpace(line)
		text, name, ok := trnRecord(line)
		m := id.FindStringSubmatchIndex(line)
		if ok != (m != nil) || ok && (text != line[:m[0]] || name != line[m[2]:m[3]]) {
			t.Fatalf("%q: got %q %q %v, the pattern finds %v", line, text, name, ok, m)
		}
		if ok {
			found++
		}
		if got, want := semicolonFirst(line), first.MatchString(line); got != want {
			t.Fatalf("%q: a semicolon first: got %v, want %v", line, got, want)
		}
	}
	if found < 100 {
		t.Errorf("only %d lines had an ID", found)
	}
}

func TestUTF8IsToldAsTheLibraryTellsIt(t *testing.T) {
	valid := 0
	for _, text := range randomTexts(20_000, "plain words ", "12345678", "é", "€", "😀", "x", "\xe2\x82", "\xed\xa0\x80") {
		got, want := validUTF8([]byte(text)), utf8.ValidString(text)
		if got != want {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
		if got {
			valid++
		}
	}
	if valid == 0 || valid == 20_000 {
		t.Errorf("%d texts were valid", valid)
	}
}
