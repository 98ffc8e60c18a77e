package normalize

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func profile(t testing.TB, name string) Profile {
	t.Helper()
	p, err := Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// say draws readings: {from-to step: words}.
func say(readings []Reading) string {
	var out []string
	for _, r := range readings {
		out = append(out, fmt.Sprintf("{%d-%d %s: %s}", r.From, r.To, r.Step, strings.Join(texts(r.Tokens), " ")))
	}
	return strings.Join(out, " ")
}

func TestReadings(t *testing.T) {
	for _, c := range []struct{ profile, text, want string }{
		{"english", "nothing to read in two ways here", ""},
		{"english", "Mario's castle", ""},
		{"english", "it's", "{0-1 contractions: it is} {0-1 contractions: it has}"},
		{"english", "thirty six", "{0-2 numbers: 36}"},
		{"english", "one of us", ""},
		{"english", "um, the colour", "{0-1 fillers: } {2-3 spelling: color}"},
		{"english", "uh-huh", ""},
		{"english", "St. John", "{0-1 names: saint}"},
		{"english", "Elm St. is", "{1-2 names: saint} {1-2 names: street}"},
		{"english", "[laughs] yes", "{0-1 tags: }"},
		{"english", "2019", "{0-1 numbers: two zero one nine}"},
		{"french", "l'été", ""},
		{"french", "soixante et onze", "{0-3 numbers: 71} {0-1 numbers: 60} {2-3 numbers: 11}"},
		{"german", "einundzwanzig", "{0-1 numbers: 21}"},
		{"japanese", "二十三", "{0-3 numbers: 23} {1-3 numbers: 13}"},
		{"basic", "it's 50", ""},
	} {
		_, readings := profile(t, c.profile).Readings(c.text)
		if got := say(readings); got != c.want {
			t.Errorf("%s %q: got %s, want %s", c.profile, c.text, got, c.want)
		}
	}
}

func TestWordsOfMarksAreWildcards(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"call [NAME] at *****", "call name* at redacted*"},
		{"[inaudible] yes <PHONE_1>", "inaudible* yes phone* 1*"},
		{"[laughs] (name) it *is* (really) so", "laughs name* it is really so"},
		{"██████ said", "redacted* said"},
	} {
		var got []string
		for _, token := range profile(t, "english").Tokens(c.text) {
			word := token.Text
			if token.Kind == Wildcard {
				word += "*"
			}
			got = append(got, word)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q: got %q, want %q", c.text, strings.Join(got, " "), c.want)
		}
	}
}

func TestJoins(t *testing.T) {
	p := profile(t, "english")
	for _, c := range []struct{ a, b, forA, forB string }{
		{"please log in now", "please login now", "{1-3 compounds: login}", ""},
		{"ice-cream", "icecream", "{0-2 compounds: icecream}", ""},
		{"nevertheless", "never the less", "", "{0-3 compounds: nevertheless}"},
		{"the F B I agent", "the FBI agent", "{1-4 compounds: fbi}", ""},
		{"N A S C A R", "NASCAR", "{0-6 compounds: nascar}", ""},
		{"a b", "c d", "", ""},
		{"", "x", "", ""},
	} {
		forA, forB := p.Joins(p.Tokens(c.a), p.Tokens(c.b))
		if say(forA) != c.forA || say(forB) != c.forB {
			t.Errorf("%q and %q: got %s and %s, want %s and %s", c.a, c.b, say(forA), say(forB), c.forA, c.forB)
		}
	}
	if a, _ := p.Without("compounds").Joins(p.Tokens("log in"), p.Tokens("login")); a != nil {
		t.Errorf("joins without the step: %s", say(a))
	}
}

func TestEachStepCanBeTurnedOff(t *testing.T) {
	for _, c := range []struct{ profile, step, a, b string }{
		{"english", "contractions", "don't", "do not"},
		{"english", "endings", "John'll", "John will"},
		{"english", "spelling", "colour", "color"},
		{"english", "abbreviations", "Mr. X", "mister X"},
		{"english", "names", "St. John", "saint John"},
		{"english", "roman", "XIV", "fourteen"},
		{"english", "symbols", "R&D", "R and D"},
		{"english", "units", "5 km", "five kilometers"},
		{"english", "fillers", "uh yes", "yes"},
		{"english", "numbers", "36", "thirty six"},
		{"english", "compounds", "log in", "login"},
		{"english", "tags", "[laughs] yes", "yes"},
		{"english", "fold", "Yes", "yes"},
		{"english", "width", "ＡＢ", "AB"},
		{"french", "elisions", "j'suis", "je suis"},
		{"french", "ligatures", "sœur", "soeur"},
		{"german", "umlauts", "Mueller", "Müller"},
		{"japanese", "kana", "ネコ", "ねこ"},
		{"japanese", "spelling", "下さい", "ください"},
		{"english", "signs", "-5 degrees", "minus five degrees"},
		{"german", "endings", "5-jährig", "fünfjährig"},
	} {
		p := profile(t, c.profile)
		if !equivalent(p, c.a, c.b) {
			t.Errorf("%s: %q and %q are not the same", c.profile, c.a, c.b)
		}
		if p := p.Without(c.step); equivalent(p, c.a, c.b) || slices.Contains(p.Steps(), c.step) {
			t.Errorf("%s without %s: %q and %q are the same", c.profile, c.step, c.a, c.b)
		}
	}
	if got := len(profile(t, "english").Without("nothing").Steps()); got != len(profile(t, "english").Steps()) {
		t.Errorf("%d steps are left without one that is not there", got)
	}
}

func TestExplain(t *testing.T) {
	const text = "L’Été coûte 36 €."
	var got []string
	for _, e := range profile(t, "french").Explain(text) {
		line := text[e.Start:e.End]
		for _, c := range e.Changes {
			line += fmt.Sprintf(" %s:%s>%s", c.Step, c.From, c.To)
		}
		got = append(got, line+" = "+strings.Join(texts(e.Tokens), "|")+" "+say(e.Readings))
	}
	want := []string{
		"L’Été fold:L’Été>l’été apostrophes:l’été>l'été elisions:l'été>lʼ été elisions:lʼ été>l' été = l'|été ",
		"coûte = coûte {2-3 elisions: coute}",
		"36 = 36 {3-4 numbers: trois six}",
		"€. punctuation:€.>€ = € ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// scripts are texts whose letters carry marks that other normalisers drop.
var scripts = []string{
	"हिन्दी में लिखा हुआ", "ภาษาไทยที่นี่", "اللُّغَةُ العَرَبِيَّة", "שָׁלוֹם עוֹלָם", "தமிழ் மொழி", "ខ្មែរ", "မြန်မာ", "Tiếng Việt", "ਪੰਜਾਬੀ", "বাংলা",
}

func TestNoMarkIsLost(t *testing.T) {
	count := func(s string) (n int) {
		for _, r := range norm.NFD.String(s) {
			if unicode.IsMark(r) {
				n++
			}
		}
		return n
	}
	for _, text := range scripts {
		for _, name := range []string{"basic", "letters", "none", "english", "french", "german", "japanese", "chars"} {
			if got := strings.Join(texts(profile(t, name).Tokens(text)), ""); count(got) != count(text) {
				t.Errorf("%s %q: %d marks of %d are left in %q", name, text, count(got), count(text), got)
			}
		}
	}
}

func TestComposedAndDecomposedAreTheSame(t *testing.T) {
	for _, text := range append(scripts, "Événement coûteux", "Äpfel über Öl", "ガギグゲゴ", "café déjà vu") {
		for _, p := range profiles {
			if strings.HasPrefix(p.name, "sclite") { // compares bytes, as sclite does
				continue
			}
			a, b := texts(p.Tokens(norm.NFC.String(text))), texts(p.Tokens(norm.NFD.String(text)))
			if !slices.Equal(a, b) {
				t.Errorf("%s %q: %q composed, %q decomposed", p.name, text, a, b)
			}
		}
	}
}

func TestCharacters(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Don't, Straße!", "d|o|n|t|s|t|r|a|ß|e"},
		{"हिन्दी", "हि|न्|दी"},
		{"我用iPhone。", "我|用|i|p|h|o|n|e"},
		{"e\u0301te\u0301", "é|t|é"},
		{"กำที่", "กำ|ที่"},
		{"한국어", "한|국|어"},
		{"ΟΔΟΣ οδος", "ο|δ|ο|σ|ο|δ|ο|σ"},
		{"I ı İ i", "i|ı|İ|i"},
	} {
		if got := strings.Join(texts(profile(t, "chars").Tokens(c.text)), "|"); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func TestHostileTextsAreReadInLinearTime(t *testing.T) {
	for _, unit := range []string{
		"123 ", "one ", "million ", "one point ", "quatre vingt ", "ein und ", "二", "三・", "[", "(laughs", "****", "a ", "1.", "n'", "half past ", "-5",
		"and ", "1/2 ", "$", "oh ", "XIV ", "st ", "ue",
	} {
		text := strings.Repeat(unit, 50_000/len(unit))
		for _, name := range []string{"english", "french", "german", "japanese", "chars"} {
			p, began := profile(t, name), time.Now()
			tokens, _ := p.Readings(text)
			p.Joins(tokens, tokens)
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("%s: 50 kB of %q took %v", name, unit, took)
			}
		}
	}
}

// FuzzReadings holds the promises on readings: they lie on the tokens, in order,
// bounded in number, and every way is the same in both directions.
func FuzzReadings(f *testing.F) {
	for _, s := range []string{
		"twenty one hundred and thirty two point five million dollars and 50 cents", "10:30 1,000 1 000 1.000,5 ½ 2½ 3/4 -5 .5",
		"quatre-vingt-dix-neuf virgule quatre-vingts j'suis l'îl'", "neunzehnhundertundeins 24.12. XIV.", "二〇二四 三億五千万 えーと", "0:00 2024/0/0",
		"St st. 'cause goin' John'll [NAME_1] ***** (laughs) <", "99999999999999999999999999 trillion billion", "one two three four five 5 5 5",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range profiles {
			tokens, readings := p.Readings(text)
			if len(readings) > readingsPerToken*len(tokens) {
				t.Fatalf("%s %q: %d readings of %d tokens", p.name, text, len(readings), len(tokens))
			}
			from := 0
			for _, r := range readings {
				if r.From < from || r.To <= r.From || r.To > len(tokens) || !slices.Contains(p.Steps(), r.Step) {
					t.Fatalf("%s %q: bad reading %+v", p.name, text, r)
				}
				from = r.From
				for _, token := range r.Tokens {
					if token.Text == "" || token.Start != tokens[r.From].Start || token.End != tokens[r.To-1].End || utf8.ValidString(text) && !utf8.ValidString(token.Text) {
						t.Fatalf("%s %q: bad token in %+v", p.name, text, r)
					}
				}
			}
			p.Explain(text)
			p.Joins(tokens, p.Tokens(text[:len(text)/2]))
		}
	})
}
