package privacy

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// The third set with a known truth: testdata/strangers_found.txt and
// strangers_left.txt, whose first lines say how they are written. Whoever wrote
// them had not read a rule of this package.

// stranger is a line of the set: a transcript, and where its personal data lies.
type stranger struct {
	line     int
	language string
	t        *transcript.Transcript
	secrets  []secretSpan
}

// secretSpan is one piece of personal data, in parts where it crosses a border.
type secretSpan struct {
	kind  Kind
	parts []Part
}

// made is what a {…} of the set stands for.
var made = regexp.MustCompile(`\{([^}]*)\}`)

// fill makes what {…} asks for: "visa en1/" is a Visa card's number said digit
// by digit in English, across a border of segments; "B/" has another speaker's
// segment in between.
func (g generator) fill(what string) string {
	words := strings.Fields(what)
	value := g.value(words)
	way := words[len(words)-1]
	border := ""
	if strings.HasSuffix(way, "/") {
		border = " / "
		if way == "B/" {
			border, way = " / B: mhm / ", words[len(words)-2]
		}
		way = strings.TrimSuffix(way, "/")
	}
	said := strings.Fields(saidOrWritten(words[0], value, way))
	if border == "" {
		return strings.Join(said, " ")
	}
	half := len(said) / 2
	return strings.Join(said[:half], " ") + border + strings.Join(said[half:], " ")
}

// value makes a number that passes its check.
func (g generator) value(words []string) string {
	switch words[0] {
	case "visa":
		return g.luhn("4", 16)
	case "mastercard":
		return g.luhn("5"+fmt.Sprint(1+g.IntN(5)), 16)
	case "amex":
		return g.luhn("37", 15)
	case "siren":
		return g.luhn(fmt.Sprint(3+g.IntN(6)), 9)
	case "siret":
		return g.luhn(g.luhn(fmt.Sprint(3+g.IntN(6)), 9)+"000", 14)
	case "iban":
		bban := map[string]string{"FR": g.digits(23), "DE": g.digits(18), "BE": g.digits(12),
			"GB": "NWBK" + g.digits(14), "IE": "AIBK" + g.digits(14)}[words[1]]
		return fmt.Sprintf("%s%02d%s", words[1], 98-mod97(bban+words[1]+"00"), bban)
	}
	place, numeric := fmt.Sprintf("%02d", 21+g.IntN(70)), "" // a NIR
	numeric = place
	switch words[0] {
	case "nir2a":
		place, numeric = "2A", "19"
	case "nir2b":
		place, numeric = "2B", "18"
	}
	head := fmt.Sprintf("%d%02d%02d", 1+g.IntN(2), 30+g.IntN(70), 1+g.IntN(12))
	tail := fmt.Sprintf("%03d%03d", 1+g.IntN(600), 1+g.IntN(900))
	return fmt.Sprintf("%s%s%s%02d", head, place, tail, 97-mod97(head+numeric+tail))
}

// saidOrWritten is a number as it is written or said.
func saidOrWritten(what, value, way string) string {
	nir := func() []string {
		return []string{value[:1], value[1:3], value[3:5], value[5:7], value[7:10], value[10:13], value[13:]}
	}
	switch {
	case way == "plain":
		return value
	case way == "dash":
		return groups(value, 4, "-")
	case way == "sp" && what == "amex":
		return value[:4] + " " + value[4:10] + " " + value[10:]
	case way == "sp" && strings.HasPrefix(what, "nir"):
		return strings.Join(nir(), " ")
	case way == "sp" && what == "siret":
		return groups(value[:9], 3, " ") + " " + value[9:]
	case way == "sp" && what == "siren":
		return groups(value, 3, " ")
	case way == "sp":
		return groups(value, 4, " ")
	case way == "frn":
		var said []string
		for _, part := range nir() {
			said = append(said, sayNumber(part))
		}
		return strings.Join(said, " ")
	}
	var said []string
	for _, run := range regexp.MustCompile(`[0-9]+|[A-Z]`).FindAllString(value, -1) {
		switch {
		case run[0] >= 'A':
			said = append(said, strings.ToLower(run))
		case way == "en1":
			said = append(said, oneByOne(run, "en", "oh"))
		case way == "end":
			said = append(said, spell(run, "en"))
		case way == "en2":
			said = append(said, pairs(run, "en"))
		case way == "fr1":
			said = append(said, oneByOne(run, "fr", ""))
		case way == "fr2":
			said = append(said, pairs(run, "fr"))
			if len(run)%2 > 0 {
				said = append(said, sayNumber(run[len(run)-1:]))
			}
		case way == "fr3":
			for len(run) > 0 {
				n := min(3, len(run))
				said, run = append(said, sayNumber(run[:n])), run[n:]
			}
		default:
			panic(way)
		}
	}
	return strings.Join(said, " ")
}

// sayNumber says up to three digits as one French number, zeros in front by name.
func sayNumber(digits string) string {
	var said []string
	for len(digits) > 1 && digits[0] == '0' {
		said, digits = append(said, "zéro"), digits[1:]
	}
	switch {
	case len(digits) == 2 && digits[1] >= 'A':
		said = append(said, digitWords["fr"][digits[0]-'0'], strings.ToLower(digits[1:]))
	case len(digits) == 1:
		said = append(said, digitWords["fr"][digits[0]-'0'])
	case len(digits) == 2:
		said = append(said, pairFR(int(digits[0]-'0')*10+int(digits[1]-'0')))
	default:
		n := int(digits[0]-'0')*100 + int(digits[1]-'0')*10 + int(digits[2]-'0')
		hundred := hundredFR(n)
		if r := n % 100; r > 0 && r < 10 { // not "cent zéro deux"
			hundred = strings.Replace(hundred, "zéro ", "", 1)
		}
		said = append(said, hundred)
	}
	return strings.Join(said, " ")
}

// strangers reads one of the two files of the set.
func strangers(t *testing.T, name string, g generator) (list []stranger) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		language, text, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		text = made.ReplaceAllStringFunc(text, func(s string) string { return g.fill(s[1 : len(s)-1]) })
		list = append(list, parseStranger(i+1, language, text))
	}
	return list
}

// parseStranger reads the text of one line.
func parseStranger(line int, language, text string) stranger {
	s := stranger{line: line, language: language, t: &transcript.Transcript{Language: language}}
	open := false
	for _, raw := range strings.Split(text, " / ") {
		raw, other := strings.CutPrefix(raw, "B: ")
		speaker := "A"
		if other {
			speaker = "B"
		}
		var clean strings.Builder
		n, from := len(s.t.Segments), 0
		end := func() {
			if p := (Part{n, from, clean.Len()}); open && p.To > p.From {
				last := &s.secrets[len(s.secrets)-1]
				last.parts = append(last.parts, p)
			}
		}
		// What another speaker says inside of it is none of it.
		inside := open && other && !strings.ContainsAny(raw, "[]")
		for len(raw) > 0 {
			if kind, rest, ok := strings.Cut(strings.TrimPrefix(raw, "["), "|"); ok && raw[0] == '[' {
				s.secrets, open = append(s.secrets, secretSpan{kind: Kind(kind)}), true
				raw, from = rest, clean.Len()
				continue
			}
			if raw[0] == ']' {
				end()
				open, raw = false, raw[1:]
				continue
			}
			clean.WriteByte(raw[0])
			raw = raw[1:]
		}
		if !inside {
			end()
		}
		s.t.Segments = append(s.t.Segments, &transcript.Segment{ID: fmt.Sprint(n), Speaker: speaker, Text: clean.String()})
	}
	return s
}

// leaks is what of a secret no finding covers: words of more than filling.
func (s *stranger) leaks(secret secretSpan, found []Finding) (left []string, kinds []Kind) {
	for _, p := range secret.parts {
		text := []byte(s.t.Segments[p.Segment].Text[:p.To])
		for _, f := range found {
			for _, q := range f.Parts {
				if q.Segment != p.Segment || q.To <= p.From || q.From >= p.To {
					continue
				}
				kinds = append(kinds, f.Kind)
				for i := max(p.From, q.From); i < min(p.To, q.To); i++ {
					text[i] = ' '
				}
			}
		}
		for _, w := range strings.FieldsFunc(string(text[p.From:]), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && utf8.ValidRune(r) }) {
			if !slices.Contains([]string{"euh", "the", "le"}, w) {
				left = append(left, w)
			}
		}
	}
	return left, kinds
}

// TestAnswersWhereNobodyKnowsWhoSpeaks: formats without speakers have question and
// answer, and what the listener says between, in one stream.
func TestAnswersWhereNobodyKnowsWhoSpeaks(t *testing.T) {
	tr := &transcript.Transcript{}
	for _, text := range []string{"Your card number?", "four five three two seven five oh six", "mhm", "three four six three oh nine one three that is it",
		"And your name?", "Esperanza Villanueva."} {
		tr.Segments = append(tr.Segments, &transcript.Segment{ID: text, Text: text})
	}
	got := map[int]string{}
	for _, f := range Find(tr, Options{}) {
		for _, p := range f.Parts {
			got[p.Segment] += string(f.Kind) + " " + tr.Segments[p.Segment].Text[p.From:p.To]
		}
	}
	want := map[int]string{1: "CARD four five three two seven five oh six", 2: "CARD mhm", 3: "CARD three four six three oh nine one three",
		5: "PERSON_NAME Esperanza Villanueva"}
	if !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// tally counts for one kind in one language.
type tally struct{ secrets, hidden, named, alarms int }

// measureStrangers runs the whole set once.
func measureStrangers(t *testing.T, set string, seed uint64, show bool) map[string]*tally {
	g := generator{rand.New(rand.NewPCG(seed, 11))}
	counts := map[string]*tally{}
	of := func(language string, kind Kind) *tally {
		key := language + " " + string(kind)
		if counts[key] == nil {
			counts[key] = &tally{}
		}
		return counts[key]
	}
	all := append(strangers(t, set+"_found.txt", g), strangers(t, set+"_left.txt", g)...)
	for _, s := range all {
		found := Find(s.t, Options{})
		for _, secret := range s.secrets {
			c := of(s.language, secret.kind)
			c.secrets++
			left, kinds := s.leaks(secret, found)
			if len(left) == 0 {
				c.hidden++
			} else if show {
				t.Logf("missed %s %d %s: %q of %q", s.language, s.line, secret.kind, left, texts(s.t))
			}
			if len(left) == 0 && slices.Contains(kinds, secret.kind) {
				c.named++
			} else if show && len(left) == 0 {
				t.Logf("named %v %s %d %s: %q", kinds, s.language, s.line, secret.kind, texts(s.t))
			}
		}
		for _, f := range found {
			if !s.touches(f) {
				of(s.language, f.Kind).alarms++
				if show {
					p := f.Parts[0]
					t.Logf("alarm %s %d %s %q in %q", s.language, s.line, f.Kind, s.t.Segments[p.Segment].Text[p.From:p.To], texts(s.t))
				}
			}
		}
	}
	return counts
}

func (s *stranger) touches(f Finding) bool {
	for _, p := range f.Parts {
		for _, secret := range s.secrets {
			for _, q := range secret.parts {
				if p.Segment == q.Segment && p.From < q.To && q.From < p.To {
					return true
				}
			}
		}
	}
	return false
}

func texts(t *transcript.Transcript) string {
	var list []string
	for _, s := range t.Segments {
		list = append(list, s.Text)
	}
	return strings.Join(list, " / ")
}

// TestPrecisionAndRecallOnStrangersSentences: what a stranger gets is what came
// out before anything was mended for a set:
//
//	strangers: en recall .829, precision .829; fr recall .836, precision .852
//	later:     en recall .972, precision .921; fr recall .944, precision .919
//
// (In later, two of the four misses were marks too wide, since set right.) Since
// then both guard against loss.
func TestPrecisionAndRecallOnStrangersSentences(t *testing.T) {
	for _, set := range []string{"strangers", "later"} {
		for seed := range uint64(3) {
			checkStrangers(t, set, seed)
		}
	}
}

func checkStrangers(t *testing.T, set string, seed uint64) {
	counts := measureStrangers(t, set, seed, seed == 0)
	total := map[string]*tally{"en": {}, "fr": {}}
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		c, sum := counts[key], total[key[:2]]
		t.Logf("%s %-17s %3d secrets, %3d hidden, %3d by their kind, %2d false alarms", set, key, c.secrets, c.hidden, c.named, c.alarms)
		sum.secrets, sum.hidden, sum.named, sum.alarms = sum.secrets+c.secrets, sum.hidden+c.hidden, sum.named+c.named, sum.alarms+c.alarms
	}
	for language, c := range total {
		recall, precision := float64(c.hidden)/float64(c.secrets), float64(c.hidden)/float64(c.hidden+c.alarms)
		t.Logf("%s %s: recall %.3f (by kind %.3f), precision %.3f", set, language, recall, float64(c.named)/float64(c.secrets), precision)
		if recall < .97 || precision < .93 {
			t.Errorf("%s %s, seed %d: recall %.3f, precision %.3f", set, language, seed, recall, precision)
		}
	}
}
