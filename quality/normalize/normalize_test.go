package normalize

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func texts(tokens []Token) []string {
	out := []string{}
	for _, t := range tokens {
		out = append(out, t.Text)
	}
	return out
}

func TestProfiles(t *testing.T) {
	for _, c := range []struct{ profile, text, want string }{
		{"basic", "", ""},
		{"basic", " \t\u00a0\u202f …!", ""},
		{"basic", "Well, I NEVER!", "well|i|never"},
		{"basic", "don’t don`t don´t donʼt don't", "don't|don't|don't|don't|don't"},
		{"basic", "'Tis the dogs' ''quoted'' o'clock", "tis|the|dogs|quoted|o'clock"},
		{"basic", "air-tight and/or end.Start word—word", "air|tight|and|or|end|start|word|word"},
		{"basic", "3.14 1,000 10:30 5.", "3.14|1,000|10:30|5"},
		{"basic", "the U.S. at 5 a.m. J.Smith", "the|us|at|5|am|j|smith"},
		{"basic", "$5 5% 5 % R&D ♪ 😀 la", "$|5|5|%|5|%|r|&|d|la"},
		{"basic", "Cafe\u0301 CAFÉ", "café|café"},
		{"basic", "Straße STRASSE ΣΊΣΥΦΟΣ Σίσυφος", "strasse|strasse|σίσυφοσ|σίσυφοσ"},
		{"basic", "\ufeffzero\u200bwidth so\u00adft \u200fעברית\u200e", "zerowidth|soft|עברית"},
		{"basic", "Qu’est-ce que\u00a0c’est\u202f?", "qu'est|ce|que|c'est"},
		{"basic", "हिन्दी में", "हिन्दी|में"},
		{"basic", "我用iPhone打电话。", "我|用|iphone|打|电|话"},
		{"basic", "コーヒーを、カ\u3099", "コ|ー|ヒ|ー|を|ガ"},
		{"basic", "한국어 말", "한국어|말"},
		{"basic", "a\xffb \x1b[31m", "a|b|31m"},
		{"letters", "He said: “It’s 5-ish!”", "he|said|it's|ish"},
		{"letters", "'Tis dogs' É", "'tis|dogs'|é"},
		{"letters", "İki don´t", "i\u0307ki|dont"},
		{"none", "Cafe\u0301, “Now”", "Café,|“Now”"},
		{"sclite", "ÉTÉ Été DON'T-x", "ÉtÉ|Été|don't-x"},
	} {
		p, err := Lookup(c.profile)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(texts(p.Tokens(c.text)), "|"); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.profile, c.text, got, c.want)
		}
	}
}

func TestSpansLieOnTheRawText(t *testing.T) {
	const text = "«L’E\u0301té», 100% U.S. 我们"
	var got []string
	for _, token := range Basic().Tokens(text) {
		got = append(got, text[token.Start:token.End])
	}
	want := []string{"L’E\u0301té", "100", "%", "U.S", "我", "们"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUnknownProfileIsRefused(t *testing.T) {
	if _, err := Lookup("klingon"); err == nil || !strings.Contains(err.Error(), "basic") {
		t.Errorf("got %v, want an error that lists the profiles", err)
	}
}

func TestStepsAreNamed(t *testing.T) {
	got := strings.Join(Basic().Steps(), " ")
	if want := "tags invisible nfc fold apostrophes characters punctuation"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{
		"Don’t — stop… 3.14", "e\u00ad\u0301", "ΐ\u0345 ŉ İ ﬁ", "\u1100\u1161\u11a8가", "か\u3099\u200b。",
		"a.\u0301b", "\xff\xfe'a'", "\u037e\u0301x", "Don't go 'there', Mr. J: it is 10:30 or 3.14-ish; 1,000.", "a.b 5'5 x'-'y 1.a 2,", "x\u0345\u0301'\u0301y", "5\u066b3",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range profiles {
			tokens := p.Tokens(text)
			start, end := 0, 0
			for _, token := range tokens {
				// マイナス for one - is four tokens of the same place.
				same := token.Start == start && token.End == end
				if token.Text == "" || token.Start < end && !same || token.End <= token.Start || token.End > len(text) {
					t.Fatalf("%s %q: bad span in %+v", p.name, text, tokens)
				}
				for _, at := range []int{token.Start, token.End} {
					if utf8.ValidString(text) && at < len(text) && !utf8.RuneStart(text[at]) {
						t.Fatalf("%s %q: %+v is not on a character's border", p.name, text, token)
					}
				}
				start, end = token.Start, token.End
			}
			checkPlain(t, p, text)
			again := texts(p.Tokens(strings.Join(texts(tokens), " ")))
			if want := texts(tokens); !slices.Equal(again, want) {
				t.Fatalf("%s %q: normalised twice: got %q, want %q", p.name, text, again, want)
			}
		}
	})
}

// checkPlain holds the quick way of a profile against its steps.
func checkPlain(t *testing.T, p Profile, text string) {
	t.Helper()
	if p.plain == nil {
		return
	}
	if plain, ok := p.plain(nil, text); ok && !slices.Equal(tokenize(p.steps, text), plain) {
		t.Fatalf("%s %q: one pass says %v, the steps %v", p.name, text, plain, tokenize(p.steps, text))
	}
}

func TestPlainTextsAreReadAsTheStepsDo(t *testing.T) {
	const characters = "aB z'-.,09 \t\n\v!\x1f\x7f{@"
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		text := make([]byte, r.IntN(12))
		for i := range text {
			text[i] = characters[r.IntN(len(characters))]
		}
		for _, p := range profiles {
			checkPlain(t, p, string(text))
		}
	}
}

func BenchmarkTokens(b *testing.B) {
	text := strings.Repeat("If carried any distance, it should be stored away in Air-tight vessels. L’été ", 1)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Basic().Tokens(text)
	}
}
