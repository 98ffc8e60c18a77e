package spell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// ruleCase is a small dictionary with words that it takes and does not take.
type ruleCase struct {
	name, aff, dic string
	good, bad      []string
}

// ruleCases are the files of testdata/rules.
func ruleCases(t testing.TB) []ruleCase {
	t.Helper()
	paths, err := filepath.Glob("testdata/rules/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	var list []ruleCase
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := ruleCase{name: strings.TrimSuffix(filepath.Base(path), ".txt")}
		parts := map[string]string{}
		for _, part := range strings.Split("\n"+string(data), "\n-- ")[1:] {
			name, text, _ := strings.Cut(part, "\n")
			parts[name] = text + "\n"
		}
		c.aff, c.dic = parts["aff"], parts["dic"]
		words := func(s string) []string {
			if strings.Contains(c.aff, "8859-15") {
				if s, err = charmap.ISO8859_15.NewDecoder().String(s); err != nil {
					t.Fatal(err)
				}
			}
			return strings.Fields(s)
		}
		c.good, c.bad = words(parts["good"]), words(parts["bad"])
		if c.aff == "" || c.dic == "" || len(c.good) == 0 || len(c.bad) == 0 {
			t.Fatalf("%s lacks a part", path)
		}
		list = append(list, c)
	}
	return list
}

func TestRules(t *testing.T) {
	for _, c := range ruleCases(t) {
		t.Run(c.name, func(t *testing.T) {
			d, err := Read([]byte(c.aff), []byte(c.dic))
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range c.good {
				if !d.Check(w) {
					t.Errorf("%s is refused", w)
				}
			}
			for _, w := range c.bad {
				if d.Check(w) {
					t.Errorf("%s is taken", w)
				}
			}
		})
	}
}

// The cases themselves are held against Hunspell.
func TestRulesAsHunspellReadsThem(t *testing.T) {
	for _, c := range ruleCases(t) {
		dir := t.TempDir()
		for ext, text := range map[string]string{".aff": c.aff, ".dic": c.dic} {
			if err := os.WriteFile(filepath.Join(dir, "x"+ext), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		rejected := hunspellRejects(t, filepath.Join(dir, "x"), append(c.good[:len(c.good):len(c.good)], c.bad...))
		for _, w := range c.good {
			if rejected[w] {
				t.Errorf("%s: Hunspell refuses %s", c.name, w)
			}
		}
		for _, w := range c.bad {
			if !rejected[w] {
				t.Errorf("%s: Hunspell takes %s", c.name, w)
			}
		}
	}
}

func TestWhatIsWrongWithADictionary(t *testing.T) {
	for _, c := range []struct {
		aff, dic string
		code     Code
	}{
		{"SET KLINGON\n", "1\nfoo\n", BadEncoding},
		{"SET UTF-8\nFLAG num\n", "1\nfoo/x\n", BadFlag},
		{"SET UTF-8\nSFX A Y many\n", "1\nfoo\n", BadAffix},
		{"SET UTF-8\nSFX A Y 1\nSFX A 0 s [ab\n", "1\nfoo\n", BadAffix},
		{"SET UTF-8\nSFX A Y 1\nSFX A 0\n", "1\nfoo\n", BadAffix},
	} {
		_, err := Read([]byte(c.aff), []byte(c.dic))
		bad, ok := err.(*Error)
		if !ok || bad.Code != c.code || bad.Line == 0 {
			t.Errorf("%q: %v, want %s with its line", c.aff, err, c.code)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.aff")); err == nil {
		t.Error("a dictionary that is not there was opened")
	}
}
