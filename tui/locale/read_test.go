package locale

import (
	"maps"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// flatten makes keys with dots of tables in tables.
func flatten(prefix string, tree map[string]any, into map[string]string) {
	for key, value := range tree {
		switch v := value.(type) {
		case map[string]any:
			flatten(prefix+key+".", v, into)
		case string:
			into[prefix+key] = v
		}
	}
}

// TestEveryFileIsReadAsTOML holds our reader against the library.
func TestEveryFileIsReadAsTOML(t *testing.T) {
	files := map[string]string{"made up": "#\n[a.b]\nc.d = \"x\" # y\n\"e f\" = {one=\"1\\n\\\"\\u00e9\" , many = \"\"}\ng = \"\"\"\nh\n\"i\"\n\"\"\"\n"}
	for _, language := range Languages() {
		files[language] = file(language)
	}
	for name, data := range files {
		got, err := read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var tree map[string]any
		if err := toml.Unmarshal([]byte(data), &tree); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := map[string]string{}
		flatten("", tree, want)
		if !maps.Equal(got, want) {
			for k, v := range want {
				if got[k] != v {
					t.Errorf("%s: %s is %q, want %q", name, k, got[k], v)
				}
			}
			t.Errorf("%s: %d texts, want %d", name, len(got), len(want))
		}
	}
}

// TestTablesAreTheWholeFile: read one by one, they hold all that it holds, each
// found by its key.
func TestTablesAreTheWholeFile(t *testing.T) {
	for _, language := range Languages() {
		whole, err := read(file(language))
		if err != nil {
			t.Fatal(err)
		}
		w := &Words{language, tablesOf(file(language)), nil}
		for key, want := range whole {
			if got, ok := w.find(key); !ok || got != want {
				t.Errorf("%s: %s is %q, want %q", language, key, got, want)
			}
		}
		if n := len(w.Keys()); n != len(whole) {
			t.Errorf("%s: %d texts in tables, %d in the file", language, n, len(whole))
		}
	}
}

func TestWhatIsNotOfThisPartOfTOMLIsRefused(t *testing.T) {
	for _, text := range []string{
		"a", "a = 1", "a = 'b'", "a = \"b", "a = \"b\nc\"", "a = \"\\x\"", "a = \"\\", "a = \"b\" c", "[a", "[[a]]\n",
		"a = {", "a = {b = \"c\"", "a = {b = \"c\" d = \"e\"}", "a = {}", "= \"b\"", "a = \"b\"\na = \"c\"", "a = \"\"\"b\"",
	} {
		if got, err := read(text); err == nil {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}
