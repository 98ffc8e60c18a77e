package format

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tapescript/transcript"
)

// TestWordsBecomeSegments holds the rules of utterances: a bar stands where a
// segment ends.
func TestWordsBecomeSegments(t *testing.T) {
	word := func(text string, start, end float64) heard {
		return heard{text: text, start: time.Duration(start * 1e9), end: time.Duration(end * 1e9)}
	}
	by := func(speaker string, channel int, w heard) heard {
		w.speaker, w.channel = speaker, channel
		return w
	}
	for name, c := range map[string]struct {
		words []heard
		want  string
	}{
		"a pause of a second is none":  {[]heard{word("a", 0, 1), word("b", 2, 3)}, "a b"},
		"a longer one ends":            {[]heard{word("a", 0, 1), word("b", 2.001, 3)}, "a|b"},
		"a speaker":                    {[]heard{by("x", 0, word("a", 0, 1)), by("y", 0, word("b", 1, 2))}, "a|b"},
		"a channel":                    {[]heard{by("x", 1, word("a", 0, 1)), by("x", 2, word("b", 1, 2))}, "a|b"},
		"a sentence":                   {[]heard{word("a", 0, 1), word("b.", 1, 2), word("c", 2, 3)}, "a b.|c"},
		"a sentence in quotes":         {[]heard{word("a", 0, 1), word("b?”", 1, 2), word("c", 2, 3)}, "a b?”|c"},
		"an abbreviation":              {[]heard{word("Mr.", 0, 0.5), word("X", 0.5, 1)}, "Mr. X"},
		"a Japanese sentence":          {[]heard{word("日。", 0, 2), word("本", 2, 3)}, "日。|本"},
		"15 seconds":                   {[]heard{word("a", 0, 7), word("b", 7, 15), word("c", 15, 15.1)}, "a b|c"},
		"without times a sentence":     {[]heard{word("a.", 0, 0), word("b", 0, 0)}, "a.|b"},
		"a word without a time inside": {[]heard{word("a", 0, 1), word("5", 0, 0), word("b", 2, 3)}, "a 5 b"},
		"joined":                       {[]heard{word("日", 0, 1), {text: "本", joined: true, start: 1e9, end: 2e9}}, "日本"},
	} {
		in := &input{}
		if err := in.addUtterances(&transcript.Transcript{}, c.words); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, s := range in.segments {
			texts = append(texts, s.Text)
		}
		if got := strings.Join(texts, "|"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestSegmentsOfWordsAreBounded: no word is lost or moved, and no segment is
// longer than it may be.
func TestSegmentsOfWordsAreBounded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var words []heard
		var at time.Duration
		for range rng.IntN(200) {
			at += time.Duration(rng.Int64N(int64(300 * time.Millisecond)))
			w := heard{text: []string{"a", "bc", "d,", "e", "f", "g."}[rng.IntN(6)], speaker: []string{"x", "x", "x", "y"}[rng.IntN(4)]}
			if rng.IntN(10) > 0 {
				w.start, w.end = at, at+time.Duration(1+rng.Int64N(int64(2*time.Second)))
				at = w.end
			}
			words = append(words, w)
		}
		var back []heard
		for _, u := range utterances(words) {
			start, end := u.span()
			if len(u) > utteranceWords || end-start > utteranceLongest {
				t.Fatalf("a segment of %d words, %v to %v", len(u), start, end)
			}
			for _, w := range u {
				if w.speaker != u[0].speaker {
					t.Fatal("two speakers in one segment")
				}
			}
			back = append(back, u...)
		}
		if !reflect.DeepEqual(back, words) {
			t.Fatal("the words are others")
		}
	}
}

// TestWordsFindTheirPlaces: brackets stand around what each word was given.
func TestWordsFindTheirPlaces(t *testing.T) {
	for _, c := range []struct{ text, words, want string }{
		{"Hello, there.", "Hello there", "[Hello,] [there.]"},
		{"Hello, there.", " Hello,| there.", "[Hello,] [there.]"},
		{"“Yes” (she) said", "Yes she said", "[“Yes”] [(she)] [said]"},
		{"well-known", "well known", "[well-][known]"},
		{"C'est l'été", "C'est l' été", "[C'est] [l'][été]"},
		{"23%", "23 %", "[23][%]"},
		{"日本語です。", "日本 語 です", "[日本][語][です。]"},
		{"I paid $23.", "i paid twenty three dollars", "[I] [paid] $23."},
		{"and a hat", "a hat", "and [a] [hat]"},
		{"Ann a\nb", "Ann a b", "[Ann] [a]\n[b]"},
		{"a b", "x y z", "a b"},
		{"", "a", ""},
		{"— a —", "a", "— [a] —"},
	} {
		in := &input{}
		s := &transcript.Segment{Text: c.text}
		var words []heard
		separator := " "
		if strings.Contains(c.words, "|") {
			separator = "|"
		}
		for _, w := range strings.Split(c.words, separator) {
			words = append(words, heard{text: w, end: 1})
		}
		in.fitWords(s, words)
		var b strings.Builder
		at := 0
		for _, w := range s.Words {
			b.WriteString(c.text[at:w.From] + "[" + c.text[w.From:w.To] + "]")
			at = w.To
		}
		if got := b.String() + c.text[at:]; got != c.want {
			t.Errorf("%s in %q: %s, want %s", c.words, c.text, got, c.want)
		}
		dropped := 0
		for _, n := range in.notes {
			dropped += n.Count
		}
		if dropped+len(s.Words) != len(words) {
			t.Errorf("%s in %q: %d words, %d placed, %d noted", c.words, c.text, len(words), len(s.Words), dropped)
		}
	}
}

// TestNoBeginningIsTakenForAnotherDialect: wherever a file breaks off, it is
// known for what it is or not at all; and it is known by its first 64 KiB.
func TestNoBeginningIsTakenForAnotherDialect(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files (%v)", len(files), err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want := filepath.Base(filepath.Dir(path))
		if got := jsonDialect(string(data)); got != want {
			t.Errorf("%s is taken for %q", path, got)
		}
		step := 1
		if testing.Short() {
			step = 17
		}
		for n := 0; n < len(data); n += step {
			if got := jsonDialect(string(data[:n])); got != "" && got != want {
				t.Errorf("%s, %d bytes of it: taken for %s", path, n, got)
				break
			}
		}
	}
	long := `{"text": "` + strings.Repeat(" and so on", sniffBytes/10) + `", "segments": [{"start": 0, "end": 1, "text": "x"}], "language": "en"}`
	if f, err := Sniff("talk.json", []byte(long)); err != nil || f.Name != whisper.Name {
		t.Errorf("a long text: %s (%v)", f.Name, err)
	}
	for _, foreign := range []string{`{"text":"<p>hi</p>","media":"a.mp3"}`, `{"a":1}`, `[]`, `{}`, `[1]`, `"text"`, `{"tapescript":"transcript"}`, "{", "[{\"", `{"name":"x","version":"1"}`} {
		if got := jsonDialect(foreign); got != "" {
			t.Errorf("%s is taken for %s", foreign, got)
		}
	}
}

// FuzzParseJSON: what encoding/json takes for JSON is JSON, and reads alike.
func FuzzParseJSON(f *testing.F) {
	for _, text := range []string{`{"a":[1,-2.5e3,"x\u00e9\n",true,null,{}],"b":NaN}`, "[[]", `{"a":1,"a":2}`, "\"\\ud83d\\ude00\"", "01", "-", "[1,]", `{"a"}`, " 1 ", "\"\x01\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseJSON(text, 1)
		valid := json.Valid([]byte(text))
		if strings.Count(text, "[")+strings.Count(text, "{") > jsonDepth || strings.Contains(text, "N") || strings.Contains(text, "I") || len(text) > 300 || !utf8.ValidString(text) {
			return // what we bound or read besides
		}
		if valid != (err == nil) {
			t.Fatalf("%q: encoding/json says %v, we %v", text, valid, err)
		}
		if err != nil {
			return
		}
		var want any
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := plainJSON(t, v); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: read as %v, want %v", text, got, want)
		}
	})
}

// plainJSON is a value as encoding/json has it.
func plainJSON(t *testing.T, v jsonValue) any {
	t.Helper()
	switch v.kind() {
	case '{':
		o, err := v.object()
		if err != nil {
			t.Fatal(err)
		}
		m := make(map[string]any)
		for _, member := range o {
			m[member.key] = plainJSON(t, member.value)
		}
		return m
	case '[':
		list, err := v.list()
		if err != nil {
			t.Fatal(err)
		}
		values := []any{}
		for _, item := range list {
			values = append(values, plainJSON(t, item))
		}
		return values
	case '"':
		return unquote(v.raw())
	case 't', 'f':
		return v.kind() == 't'
	case 'n':
		return nil
	}
	return json.Number(v.raw())
}

func TestTimesInJSONAreExact(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "1.5": 1500 * time.Millisecond, "3.2199999999999998": 3220 * time.Millisecond, "1e-3": time.Millisecond, "2E1": 20 * time.Second,
		"363600.123456789": 363600123456789, `"0.04"`: 40 * time.Millisecond, "-0": 0, `" 1 "`: time.Second,
	} {
		v, err := parseJSON(text, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, known, err := v.time(time.Second); got != want || !known || err != nil {
			t.Errorf("%s: %v, %v (%v), want %v", text, got, known, err, want)
		}
	}
	for _, text := range []string{"-1", "1e9", "1e400", "true", `""`, `"0x10"`, `"1_0"`, `"inf"`, `"nan"`, "{}", "[]"} {
		v, err := parseJSON(text, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := v.time(time.Second); err == nil {
			t.Errorf("%s was read as %v", text, got)
		}
	}
}
