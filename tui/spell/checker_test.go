package spell

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// small is a dictionary of some words, by the name of a real one.
func small(t testing.TB, name, affixes string, words ...string) *Dictionary {
	t.Helper()
	d, err := Read([]byte("SET UTF-8\n"+affixes), []byte("1\n"+strings.Join(words, "\n")+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	d.name = name
	return d
}

func misspelt(c *Checker, text string) string {
	var list []string
	for _, s := range c.Misspelt(text) {
		list = append(list, text[s.From:s.To])
	}
	return strings.Join(list, " ")
}

func TestWhatOfATextIsHeldAgainstTheDictionary(t *testing.T) {
	c := NewChecker(small(t, "en_US", "", "the", "mill", "old", "well", "known", "he's", "can't", "wait", "so"))
	for text, want := range map[string]string{
		"The old mlil.": "mlil",
		"THE OLD MLIL":  "MLIL",
		"the [inaudibel 00:12] mill <unk> {lauhgs}": "",
		"the [inaudibel mill":                       "inaudibel",
		"see https://exmaple.org/xyz, me@exmaple.org www.exmaple.org or exmaple.org": "see or",
		"old.Mlil":                 "Mlil",
		"00:12 1st 3rd 42 B2B x y": "",
		"日本語 عربي mill Привет naïïve":      "naïïve",
		"well-known well-knwon":            "well-knwon",
		"wha- the mil— th-":                "mil",
		"the mill--olde":                   "olde",
		"'the mill' “old” he’s he's can’t": "",
		"‘mlil’":                           "mlil",
		"the\u00a0mlil\n":                  "mlil",
		"file_name so":                     "",
	} {
		if got := misspelt(c, text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestOnesOwnWords(t *testing.T) {
	c := NewChecker(small(t, "fr_FR", "", "la", "eau", "table", "de"), "Carrow Creek", "wokisme", "McKay")
	for word, want := range map[string]bool{
		"Carrow": true, "CARROW": true, "carrow": false, "wokisme": true, "Wokisme": true, "McKay": true, "MCKAY": true, "Mckay": false,
		"l'eau": true, "L’EAU": true, "l'table": false, "d'Orval": false, "x'eau": false, "table-Carrow": true,
	} {
		if got := c.Good(word); got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
	c.Know("Orval")
	if !c.Good("d'Orval") || c.Good("orval") {
		t.Error("a word that was added is not known, or too well")
	}
	english := NewChecker(small(t, "en_US", "", "the"), "Carrow")
	if !english.Good("Carrow's") || !english.Good("Carrow’s") {
		t.Error("the possessive of a name is refused")
	}
	if got := c.Suggest("d’Orvall"); len(got) == 0 || got[0] != "d’Orval" {
		t.Errorf("for d’Orvall: %q", got)
	}
}

func TestListsOfWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "words.txt")
	if list, err := ReadList(path); err != nil || list != nil {
		t.Fatal(list, err)
	}
	for _, w := range []string{"Carrow", "wokisme", "Carrow"} {
		if err := AddToList(path, w); err != nil {
			t.Fatal(err)
		}
	}
	if data, _ := os.ReadFile(path); string(data) != "Carrow\nwokisme\n" {
		t.Errorf("%q", data)
	}
	if err := os.WriteFile(path, []byte("# mine\r\nfoo bar # two\r\n\r\nbaz"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := AddToList(path, "last"); err != nil {
		t.Fatal(err)
	}
	list, err := ReadList(path)
	if want := []string{"foo bar", "baz", "last"}; err != nil || !reflect.DeepEqual(list, want) {
		t.Errorf("%q, want %q", list, want)
	}
}

func TestFindsTheDictionaryOfALanguage(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("DICPATH", filepath.Join(dir, "b"))
	t.Setenv("XDG_DATA_HOME", dir)
	t.Setenv("XDG_DATA_DIRS", "")
	own := []string{filepath.Join(dir, "a*")}
	for _, name := range []string{"a1/xx_AA", "a2/xx_BB", "b/xx_AA", "b/yy", "b/yy_CC", "hunspell/zz-variant"} {
		for _, ext := range []string{".aff", ".dic"} {
			path := filepath.Join(dir, name+ext)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "b", "ww.aff"), nil, 0o600); err != nil { // no .dic
		t.Fatal(err)
	}
	for language, want := range map[string]string{
		"xx-BB": "a2/xx_BB", "xx_AA": "a1/xx_AA", "xx": "a1/xx_AA", "yy": "b/yy", "yy-cc": "b/yy_CC", "zz-ZZ": "hunspell/zz-variant", "ww": "", "qq": "",
	} {
		f, err := Find(language, own)
		got := ""
		if err == nil {
			rel, _ := filepath.Rel(dir, f.Path)
			got = strings.TrimSuffix(filepath.ToSlash(rel), ".aff")
		} else if _, ok := err.(*Missing); !ok {
			t.Error(err)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}
