package spell

import (
	"testing"
	"unicode/utf8"
)

// A dictionary from anywhere must neither panic nor keep anybody waiting; what
// it proposes are words of its own.
func FuzzDictionary(f *testing.F) {
	for _, c := range ruleCases(f) {
		f.Add([]byte(c.aff), []byte(c.dic), c.good[0])
		f.Add([]byte(c.aff), []byte(c.dic), c.bad[0])
	}
	f.Add([]byte("SET UTF-8\nCOMPOUNDFLAG A\nCOMPOUNDMIN 1\nSFX A Y 1\nSFX A 0 a/A .\n"), []byte("1\na/A\n"), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")
	f.Add([]byte("SET UTF-8\nCOMPOUNDMIN 1\nCOMPOUNDRULE 1\nCOMPOUNDRULE a*a*a*a*a*b\n"), []byte("1\na/a\n"), "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac")
	f.Add([]byte("SET UTF-8\nBREAK 1\nBREAK a\n"), []byte("1\na\n"), "aaaaaaaab")
	f.Fuzz(func(t *testing.T, aff, dic []byte, word string) {
		d, err := Read(aff, dic)
		if err != nil {
			return
		}
		first := d.Check(word)
		if d.Check(word) != first {
			t.Fatal("two answers to one question")
		}
		for _, w := range d.Suggest(word) {
			if w == "" || !utf8.ValidString(w) {
				t.Fatalf("proposes %q", w)
			}
		}
	})
}
