package locale

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

var verb = regexp.MustCompile(`%[-+0-9.\[\]]*[a-zA-Z%]`)

func TestEveryLanguageSaysTheSame(t *testing.T) {
	english := For("en")
	if len(Languages()) < 2 {
		t.Fatal("there is only one language")
	}
	for _, code := range Languages()[1:] {
		other := For(code)
		for _, k := range english.Keys() {
			if !other.Has(k) {
				t.Errorf("%s lacks %s", code, k)
				continue
			}
			if a, b := verb.FindAllString(english.Say(k), -1), verb.FindAllString(other.Say(k), -1); !slices.Equal(a, b) {
				t.Errorf("%s: %s has the verbs %v, English %v", code, k, b, a)
			}
		}
		for _, k := range other.Keys() {
			if !english.Has(k) {
				t.Errorf("%s has %s, which English lacks", code, k)
			}
		}
	}
}

func TestPreferredLanguageFollowsTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want string
	}{
		{nil, "en"},
		{map[string]string{"LANG": "fr_FR.UTF-8"}, "fr"},
		{map[string]string{"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"},
		{map[string]string{"LANG": "en_US.UTF-8", "LC_MESSAGES": "fr_CA"}, "fr"},
		{map[string]string{"LANG": "en_US.UTF-8", "LANGUAGE": "de:fr:en"}, "fr"},
		{map[string]string{"LANG": "de_DE.UTF-8"}, "en"},
		{map[string]string{"LANG": "fr"}, "fr"},
	} {
		if got := Preferred(func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%v: %s, want %s", c.env, got, c.want)
		}
	}
}

func TestAMissingSentenceIsSeen(t *testing.T) {
	if got := For("en").Say("no.such.key"); got != "⟦no.such.key⟧" {
		t.Errorf("got %q", got)
	}
}

// TestTheNameOfAnActionFits the palette of a screen of 80 columns, beside its keys.
func TestTheNameOfAnActionFits(t *testing.T) {
	for _, language := range Languages() {
		w := For(language)
		for _, key := range w.Keys() {
			if text := w.Say(key); strings.HasPrefix(key, "action.") && utf8.RuneCountInString(text) > 52 {
				t.Errorf("%s: %s is %d cells: %s", language, key, utf8.RuneCountInString(text), text)
			}
		}
	}
}

func TestFiguresHaveTheLanguagesSign(t *testing.T) {
	en, fr := For("en"), For("fr")
	for _, c := range []struct{ got, want string }{
		{en.Figure("%.1f%%", 4.25), "4.2%"},
		{fr.Figure("%.1f%%", 4.25), "4,2%"},
		{fr.Figure(" (%+.2f)", -1.5), " (-1,50)"},
		{fr.Figure("%6.2f|", 3), "  3,00|"},
		{fr.Figure("%g", 5), "5"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
