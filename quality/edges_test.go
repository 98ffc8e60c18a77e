package quality

import (
	"fmt"
	"strings"
	"testing"
)

// TestTextsAtTheEdge holds what docs/scoring.md says of texts that are hardly
// texts: C S I D, and characters that differ of how many.
func TestTextsAtTheEdge(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	for _, c := range []struct {
		name, gold, hypothesis, want string
	}{
		{"nothing", "", "", "0 0 0 0, 0/0"},
		{"gold empty", "", "one two", "0 0 2 0, 7/0"},
		{"hypothesis empty", "one two", "", "0 0 0 2, 7/7"},
		{"punctuation alone", "… — ?!", "", "0 0 0 0, 0/0"},
		{"punctuation against a word", "?!", "yes", "0 0 1 0, 3/0"},
		{"white space", " \t\n\u00a0\u202f ", "", "0 0 0 0, 0/0"},
		{"1 MB without a space", long, long, "1 0 0 0, 0/1048576"},
		{"1 MB and one letter", long, long + "b", "0 1 0 0, 1/1048576"},
		{"invalid UTF-8", "one \xff\xfe two", "one two", "2 0 0 0, 0/7"},
		{"cut in a character", "caf\xc3", "caf", "1 0 0 0, 0/3"},
		{"NFC and NFD", "café Å", "cafe\u0301 A\u030a", "2 0 0 0, 0/6"},
		{"right to left", "\u202bשלום\u202c עולם", "שלום עולם", "2 0 0 0, 0/9"},
		{"Arabic with vowel signs", "كِتَاب", "كتاب", "0 1 0 0, 2/4"},
		{"emoji", "yes 👍🏽 👨‍👩‍👧", "yes", "1 0 0 0, 0/3"},
		{"Devanagari keeps its signs", "की", "का", "0 1 0 0, 1/1"},
		{"byte order mark", "\ufeffyes", "yes", "1 0 0 0, 0/3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scored(t, Options{}, [2]string{c.gold, c.hypothesis})
			got := r.Corpus
			s := fmt.Sprintf("%d %d %d %d, %d/%d", got.Correct, got.Substitutions, got.Insertions, got.Deletions, got.CharacterErrors, got.Characters)
			if s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
			if _, known := got.WER(); known != (got.Words() > 0) {
				t.Error("a rate over no words is known")
			}
			if wrong := r.Sentences().Wrong > 0; wrong != (got.Errors() > 0) {
				t.Errorf("items with errors: %v", r.Sentences())
			}
		})
	}
}

// Under the language's rules redaction marks stand for any words; gold's alone
// do, for nobody may be right by writing marks.
func TestRedactionMarksAreWildcards(t *testing.T) {
	for _, name := range []string{"basic", "english", "french", "german", "japanese"} {
		for _, mark := range []string{"*****", "[REDACTED]", "[NAME]"} {
			o := Options{Normalize: profile(t, name)}
			r := scored(t, o, [2]string{"a " + mark + " b", "a x y b"})
			if got := r.Corpus; got.Errors() != 0 || got.Correct != 2 {
				t.Errorf("%s, %s: got %+v", name, mark, got)
			}
		}
	}
}
