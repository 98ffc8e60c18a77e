package privacy

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"tapescript/transcript"
	"tapescript/transcript/format"
)

// leaky is a transcript that has a secret in every field there is.
func leaky() (*transcript.Transcript, []string) {
	t := &transcript.Transcript{
		Media:    transcript.Media{Path: "calls/Oksana_Lacombe-0612345678.wav", SHA256: strings.Repeat("ab", 32), Duration: time.Minute},
		Language: "fr",
		Speakers: []transcript.Speaker{{ID: "Thibaut Szabo", Name: "Thibaut Szabo"}, {ID: "S2", Name: "S2"}},
		Extras: transcript.Extras{
			"vtt.head": "NOTE jointe par o.lacombe@orange.fr", "vtt.header-text": " - Oksana Lacombe",
			"labelstudio.rest": `[{"id":7,"data":{"text":"au 06.12.34.56.78 svp"}}]`, "stm.tail": ";; rien d'autre",
		},
	}
	texts := []string{
		"Bonjour, je m'appelle Oksana Lacombe.",
		"Mon numéro c'est le zéro six douze", "euh trente-quatre cinquante-six soixante-dix-huit voilà",
		"Mon mail : o.lacombe@orange.fr, né le 12 mars 1961.",
		"Merci oksana lacombe, et la carte est 4539 1488 0343 6467.",
		"L'IBAN est FR14 2004 1010 0505 0001 3M02 606.",
	}
	for i, text := range texts {
		start := time.Duration(i) * 5 * time.Second
		seg := &transcript.Segment{ID: fmt.Sprintf("t%d", i), Start: start, End: start + 4*time.Second, Speaker: []string{"Thibaut Szabo", "S2"}[i%2], Channel: 1, Text: text}
		if i == 1 || i == 2 {
			seg.Speaker = "S2"
		}
		at := 0
		for n, word := range strings.Fields(text) {
			from := at + strings.Index(text[at:], word)
			at = from + len(word)
			begin := start + time.Duration(n)*300*time.Millisecond
			seg.Words = append(seg.Words, transcript.Word{From: from, To: at, Start: begin, End: begin + 250*time.Millisecond, Confidence: 0.9})
		}
		t.Segments = append(t.Segments, seg)
	}
	t.Segments[0].Extras = transcript.Extras{"vtt.raw": "Bonjour, je m'appelle <b>Oksana</b> Lacombe.", "srt.raw": "<i>Oksana</i> Lacombe", "vtt.settings": "align:start"}
	t.Segments[5].ID = "Lacombe, Oksana Lacombe"
	return t, []string{
		"Oksana Lacombe", "oksana", "Thibaut Szabo", "zéro six douze", "trente-quatre cinquante-six soixante-dix-huit", "0612345678", "06 12 34 56 78", "06.12.34.56.78",
		"o.lacombe@orange.fr", "lacombe", "12 mars 1961", "4539 1488 0343 6467", "4539148803436467", "FR14 2004 1010 0505 0001 3M02 606",
	}
}

// encodings are the ways in which a careless writer could put a text in a file.
func encodings(s string) []string {
	return []string{
		s, strings.ToUpper(s), strings.ToLower(s), norm.NFD.String(s), url.QueryEscape(s), url.PathEscape(s), html.EscapeString(s),
		base64.StdEncoding.EncodeToString([]byte(s)), hex.EncodeToString([]byte(s)), strings.Trim(fmt.Sprintf("%+q", s), `"`),
	}
}

func TestNoFormatHoldsASecret(t *testing.T) {
	source, planted := leaky()
	if err := source.Validate(); err != nil {
		t.Fatal(err)
	}
	clean, secrets := Redact(source, Find(source, Options{}), Options{})
	if err := clean.Validate(); err != nil {
		t.Fatal(err)
	}
	written := 0
	for _, f := range format.All() {
		if !f.CanWrite() {
			continue
		}
		var before, after bytes.Buffer
		if err := f.Encode(&before, source); err != nil {
			t.Fatal(f.Name, err)
		}
		if err := f.Encode(&after, clean); err != nil {
			t.Fatal(f.Name, err)
		}
		written++
		if secrets.In(before.Bytes()) == 0 && f.Name != "rttm" { // rttm has no words
			t.Errorf("%s: the search finds nothing in what was not redacted", f.Name)
		}
		if n := secrets.In(after.Bytes()); n != 0 {
			t.Errorf("%s holds %d secrets still: %.800s", f.Name, n, after.Bytes())
		}
		for _, data := range unzip(after.Bytes()) {
			low := bytes.ToLower(data)
			for _, p := range planted {
				for _, e := range encodings(p) {
					if bytes.Contains(low, bytes.ToLower([]byte(e))) {
						t.Errorf("%s holds %q", f.Name, e)
					}
				}
			}
		}
	}
	if written < 10 {
		t.Errorf("only %d formats were searched", written)
	}
}

func TestMasksKeepTheirTimes(t *testing.T) {
	source, _ := leaky()
	clean, secrets := Redact(source, Find(source, Options{}), Options{})
	want := []string{
		"Bonjour, je m'appelle [PERSON_NAME].",
		"Mon numéro c'est le [PHONE]", "[PHONE] voilà",
		"Mon mail : [EMAIL], né le [DATE_OF_BIRTH].",
		"Merci [PERSON_NAME], et la carte est [CARD].",
		"L'IBAN est [IBAN].",
	}
	for i, seg := range clean.Segments {
		if seg.Text != want[i] {
			t.Errorf("%q, want %q", seg.Text, want[i])
		}
	}
	phone := clean.Segments[2]
	if len(phone.Words) != 2 || phone.Words[0].Start != source.Segments[2].Words[0].Start || phone.Words[0].End != source.Segments[2].Words[3].End || phone.Words[0].Confidence != 0 {
		t.Errorf("words of the mask: %+v", phone.Words)
	}
	if clean.Extras["stm.tail"] == "" || len(clean.Extras) != 1 || clean.Segments[0].Extras["vtt.settings"] == "" {
		t.Errorf("extras %v %v", clean.Extras, clean.Segments[0].Extras)
	}
	if c := secrets.Counts(); c[Phone] != 1 || c[Card] != 1 || c[Email] != 1 {
		t.Errorf("counts %v", c)
	}
	if again := Find(clean, Options{}); len(again) != 0 {
		t.Errorf("a second time: %v", again)
	}
}

func TestSearchFindsEveryEncoding(t *testing.T) {
	secrets := &Secrets{}
	secrets.add(Email, []string{"élodie.roche@orange.fr"})
	for _, e := range encodings("élodie.roche@orange.fr") {
		for pad := range 3 {
			if secrets.In([]byte(strings.Repeat("x", pad)+" "+e+" y")) != 1 {
				t.Errorf("not found in %q", e)
			}
		}
	}
	for pad := range 4 {
		inside := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("z", pad) + "élodie.roche@orange.fr" + "ww"))
		if secrets.In([]byte(inside)) != 1 {
			t.Errorf("not found in base64 at %d", pad)
		}
	}
	spoken := &Secrets{}
	spoken.add(Phone, []string{"zéro six douze", "trente-quatre cinquante-six soixante-dix-huit"})
	for _, s := range []string{"0612345678", "06.12.34.56.78", "zéro six, douze trente quatre, cinquante six, soixante dix huit", "0 6 1 2 3 4 5 6 7 8"} {
		if spoken.In([]byte("a "+s+" b")) != 1 {
			t.Errorf("not found: %q", s)
		}
	}
	if secrets.In([]byte("elodie at home")) != 0 || spoken.In([]byte("06 12 and 34")) != 0 {
		t.Error("found what is not there")
	}
}

func TestIntervalsCoverTheWordsOrTheSegment(t *testing.T) {
	source, _ := leaky()
	source.Segments[3].Words = nil
	source.Segments[4].Words[1].Estimated = true
	got, untimed := Intervals(source, Find(source, Options{}), 100*time.Millisecond)
	ms := func(a, b int) Interval {
		return Interval{time.Duration(a) * time.Millisecond, time.Duration(b) * time.Millisecond}
	}
	want := []Interval{ms(800, 1550), ms(6100, 7150), ms(9900, 11250), ms(14900, 19100), ms(19900, 24100), ms(25500, 27750)}
	if untimed != 0 || !slices.Equal(got, want) {
		t.Errorf("%v (%d untimed), want %v", got, untimed, want)
	}
}

// TestNumberWordsReadBack holds the reader of number words against a writer of
// its own: digits said in either way come back.
func TestNumberWordsReadBack(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(3, 5))}
	for range 2000 {
		n := g.digits(10)
		for _, said := range []string{spell(n, "en"), spell(n, "fr")} {
			if got := code(said); got != n {
				t.Errorf("%q is %s, want %s", said, got, n)
			}
		}
	}
	for n := 10; n < 100; n++ {
		if got := code(pairFR(n)); got != fmt.Sprint(n) {
			t.Errorf("%q is %s", pairFR(n), got)
		}
		if got := code(pairEN(n)); got != fmt.Sprint(n) {
			t.Errorf("%q is %s", pairEN(n), got)
		}
	}
	for said, want := range map[string]string{
		"quatre cent douze": "412", "four hundred and twelve": "412", "mille neuf cent quatre-vingt-quatre": "1984", "soixante quatre-vingt-douze": "6092",
		"zéro quatre vingt": "0420", "nonante et un": "91", "deux mille trois": "2003", "two thousand and six": "2006", "oh two": "02", "triple oh": "000",
	} {
		if got := code(said); got != want {
			t.Errorf("%q is %s, want %s", said, got, want)
		}
	}
}

func TestTableOfWritingsAndSayings(t *testing.T) {
	for _, c := range []struct {
		text string
		kind Kind
		want string
	}{
		{"call +44 20 7946 0958 now", Phone, "+44 20 7946 0958"},
		{"unter 030 12345678 erreichbar", Phone, "030 12345678"},
		{"au 0041 22 767 61 11", Phone, "0041 22 767 61 11"},
		{"plus thirty three six twelve thirty four fifty six seventy eight", Phone, "plus thirty three six twelve thirty four fifty six seventy eight"},
		{"it is j o h n dot d at proton dot co dot uk", Email, "j o h n dot d at proton dot co dot uk"},
		{"see www dot lacombe dot fr today", URL, "www dot lacombe dot fr"},
		{"at one ninety two dot one sixty eight dot one dot ten", IP, "one ninety two dot one sixty eight dot one dot ten"},
		{"host fe80::1ff:fe23:4567:890a here", IP, "fe80::1ff:fe23:4567:890a"},
		{"card 00:1B:44:11:3A:B7 there", MAC, "00:1B:44:11:3A:B7"},
		{"nir un quatre-vingt-cinq zéro trois deux a cent vingt-trois", "", ""},
		{"né le douze mars 1961 à Lens", Birth, "douze mars 1961"},
	} {
		var got []string
		for _, s := range findSpans(c.text, Options{}) {
			got = append(got, string(s.kind)+" "+c.text[s.from:s.to])
		}
		if c.kind == "" && len(got) == 0 {
			continue
		}
		if want := string(c.kind) + " " + c.want; len(got) != 1 || got[0] != want {
			t.Errorf("%q: %q, want %q", c.text, got, want)
		}
	}
	names := Options{Names: []string{"Zoltán Vandermeer"}, Kinds: []Kind{Person}}
	if got := FindText("so zoltan vandermeer came, a@b.fr", names); len(got) != 1 || got[0].Parts[0] != (Part{0, 3, 20}) {
		t.Errorf("a listed name: %v", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, s := range []string{"je m'appelle X\x00 06 12", "a@b.fr 4539 1488 0343 6467", "double double oh hundred cent vingt", "dot com at at dot fr", "b as in", "::::1:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = transcript.Clean(text)
		if len(text) > 4096 {
			return
		}
		source := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
		clean, _ := Redact(source, Find(source, Options{}), Options{})
		if err := clean.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}
