package format

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

func TestContentTellsTheFormatBeforeTheName(t *testing.T) {
	for _, c := range []struct{ path, data, want string }{
		{"a.txt", "WEBVTT\n\n", "vtt"},
		{"a.txt", "\ufeffWEBVTT - x", "vtt"},
		{"a.vtt", "1\n00:00:01,000 --> 00:00:02,000\nhi\n", "srt"},
		{"a", "00:00:01.000 --> 00:00:02.000\nhi\n", "srt"},
		{"a.txt", `{"tapescript":"transcript"}`, "jsonl"},
		{"a.txt", "id\tstart\tend\ttext\n", "tsv"},
		{"a.tsv", "start,end,text\n", "csv"},
		{"a.txt", "0.5\t1.5\thi\n", "audacity"},
		{"a.txt", "hello there", "txt"},
		{"a.TXT", "", "txt"},
		{"a.srt", "", "srt"},
		{"a.txt", "some\ttext with a tab", "txt"},
	} {
		f, err := Sniff(c.path, []byte(c.data))
		if err != nil || f.Name != c.want {
			t.Errorf("%s %q: %s (%v), want %s", c.path, c.data, f.Name, err, c.want)
		}
	}
}

func TestNamesFindFormats(t *testing.T) {
	for _, f := range All() {
		if got, ok := Lookup(f.Name); !ok || got.Title != f.Title || f.Title == "" {
			t.Errorf("%s is not found by its name", f.Name)
		}
		for _, ext := range f.Extensions {
			if got, err := ForPath("talk" + strings.ToUpper(ext)); err != nil || got.Name != f.Name {
				t.Errorf("%s: %s (%v), want %s", ext, got.Name, err, f.Name)
			}
		}
	}
	if _, ok := Lookup("pages"); ok {
		t.Error("a format that is not there was found")
	}
	var e *Error
	if _, err := ForPath("talk.pages"); !errors.As(err, &e) || e.Code != UnknownFormat {
		t.Errorf("%v", err)
	}
	if len(Names()) != len(All()) || !slices.Contains(Names(), "plain") {
		t.Errorf("names: %v", Names())
	}
}

func TestAnyEncodingAndLineEndIsRead(t *testing.T) {
	utf16 := func(s, order string) string {
		var b []byte
		for _, r := range s {
			lo, hi := byte(r), byte(r>>8)
			if order == "be" {
				lo, hi = hi, lo
			}
			b = append(b, lo, hi)
		}
		return string(b)
	}
	for _, c := range []struct{ data, text, encoding, ends string }{
		{"où\nça", "où ça", "utf-8", "lf"},
		{"\xef\xbb\xbfoù\r\nça", "où ça", "utf-8 with bom", "crlf"},
		{"o\xf9\rça"[:3] + "\r\xe7a", "où ça", "windows-1252", "cr"},
		{"\x93o\xf9\x94\r\n\xe7a\n", "“où” ça", "windows-1252", "mixed"},
		{"où été ça là\xff\n", "où été ça là\ufffd", "utf-8 damaged", "lf"},
		{"\xff\xfe" + utf16("où\r\nça", "le"), "où ça", "utf-16le", "crlf"},
		{"\xfe\xff" + utf16("où ça", "be"), "où ça", "utf-16be", ""},
		{utf16("où ça\n", "le"), "où ça", "utf-16le", "lf"},
		{utf16("où ça\n", "be"), "où ça", "utf-16be", "lf"},
	} {
		tr, source, err := txt.Decode([]byte(c.data), "a.txt")
		if err != nil {
			t.Errorf("%q: %v", c.data, err)
			continue
		}
		var texts []string
		for _, s := range tr.Segments {
			texts = append(texts, s.Text)
		}
		if got := strings.Join(texts, " "); got != c.text || source.Encoding != c.encoding || source.LineEnds != c.ends {
			t.Errorf("%q: %q, %s, %s; want %q, %s, %s", c.data, got, source.Encoding, source.LineEnds, c.text, c.encoding, c.ends)
		}
	}
}

func TestACharacterCutByTheSniffersBorderIsStillUTF8(t *testing.T) {
	head := "WEBVTT\n\n" + strings.Repeat("é", sniffBytes/2)
	if f, err := Sniff("x", []byte(head)[:sniffBytes-1]); err != nil || f.Name != "vtt" {
		t.Errorf("%s, %v", f.Name, err)
	}
}

func TestEveryLossIsNamedWithItsCount(t *testing.T) {
	tr := &transcript.Transcript{
		Language: "en", Style: "clean", Media: transcript.Media{Path: "a.wav"},
		Speakers: []transcript.Speaker{{ID: "a", Name: "Ann"}, {ID: "b", Name: "Bob"}},
		Segments: []*transcript.Segment{
			{ID: "x", Start: time.Second, End: 2*time.Second + 1, Speaker: "a", Channel: 1, Text: "two\n\nlines",
				Words: []transcript.Word{{From: 0, To: 3, Start: time.Second, End: 1500 * time.Millisecond, Confidence: 0.5, Estimated: true}}},
			{ID: "y", Text: "<i>no time", Extras: transcript.Extras{"vtt.settings": "line:0"}},
		},
	}
	for name, want := range map[string][]Loss{
		"jsonl": nil,
		"vtt": {{LostSpeakers, 1}, {LostLineBreaks, 1}, {LostChannels, 1}, {LostConfidence, 1}, {LostPrecision, 1}, {LostStyle, 1}, {LostMedia, 1},
			{LostSpeakerIDs, 1}},
		"srt": {{LostText, 1}, {LostSpeakers, 1}, {LostTimes, 1}, {LostLineBreaks, 1}, {LostChannels, 1}, {LostWordTimes, 1}, {LostConfidence, 1},
			{LostEstimated, 1}, {LostPrecision, 1}, {LostLanguage, 1}, {LostStyle, 1}, {LostMedia, 1}, {LostIDs, 2}, {LostSpeakerIDs, 1}, {LostExtras, 1}},
		"tsv": {{LostSpeakers, 1}, {LostWordTimes, 1}, {LostConfidence, 1}, {LostEstimated, 1}, {LostLanguage, 1}, {LostStyle, 1}, {LostMedia, 1},
			{LostSpeakerIDs, 1}, {LostExtras, 1}},
		"plain": {{LostSpeakers, 3}, {LostTimes, 1}, {LostLineBreaks, 1}, {LostChannels, 1}, {LostWordTimes, 1}, {LostConfidence, 1},
			{LostEstimated, 1}, {LostLanguage, 1}, {LostStyle, 1}, {LostMedia, 1}, {LostIDs, 2}, {LostExtras, 1}},
	} {
		f, _ := Lookup(name)
		if got, err := f.Loses(tr); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %v (%v)\nwant %v", name, got, err, want)
		}
	}
}

func TestWriteReplacesTheFileAndSaysItsSum(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.vtt")
	tr := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Start: 0, End: time.Second, Text: "hi"}}}
	sum, err := Write(path, vtt, tr)
	if err != nil {
		t.Fatal(err)
	}
	back, source, err := Read(path)
	if err != nil || source.SHA256 != sum || source.Format != "vtt" || !reflect.DeepEqual(back.Segments, tr.Segments) {
		t.Errorf("read %s (%+v, %v), written as %s", dump(back), source, err, sum)
	}
}

func TestWhatCannotBeReadAgainIsNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "talk.vtt")
	if err := os.WriteFile(path, []byte("WEBVTT\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	long := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: strings.Repeat("x", maxLineBytes+1)}}}
	twice := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1"}, {ID: "1"}}}
	for _, tr := range []*transcript.Transcript{long, twice} {
		if _, err := Write(path, vtt, tr); err == nil {
			t.Error("it was written")
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "WEBVTT\n" {
			t.Errorf("the file holds %d bytes (%v)", len(data), err)
		}
		if _, err := vtt.Loses(tr); err == nil {
			t.Error("its losses were named as if it could be written")
		}
	}
}

func TestReadSaysWhatIsInTheWay(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := Read(dir); err == nil || !strings.Contains(err.Error(), "it is a folder") {
		t.Errorf("a folder: %v", err)
	}
	if _, _, err := Read(filepath.Join(dir, "none.vtt")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestClockReadsAndWritesExactly(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"1": time.Second, "0.000000001": 1, "1,5": 1500 * time.Millisecond, "1:02.5": 62500 * time.Millisecond, "75:00": 75 * time.Minute,
		"100:00:00.000": 100 * time.Hour, "1:02:03,004": time.Hour + 2*time.Minute + 3*time.Second + 4*time.Millisecond, "1.0000000019": time.Second + 1,
	} {
		if got, ok := parseClock(s); !ok || got != want {
			t.Errorf("%s: %v %v, want %v", s, got, ok, want)
		}
	}
	for _, s := range []string{"", ":", "1:", ":1", "1:60", "1:60:00", "1:2:3:4", "-1", "1.", ".5", "1e3", "+1", " 1", "1 ", "9999999:00:00", "99999999999", "1.5.5", "１"} {
		if got, ok := parseClock(s); ok {
			t.Errorf("%q was read as %v", s, got)
		}
	}
	for d, want := range map[time.Duration]string{0: "00:00:00.000", 100*time.Hour + 999600*time.Microsecond: "100:00:01.000", 61500 * time.Millisecond: "00:01:01.500"} {
		if got := clock(d, '.'); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0.000", 1: "0.000000001", 1500 * time.Millisecond: "1.500", time.Hour + 120*time.Microsecond: "3600.00012"} {
		if got := seconds(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
}

// TestEditedCueLosesItsMarkupAndAnotherKeepsIts: what was not touched goes
// back as it came.
func TestEditedCueLosesItsMarkupAndAnotherKeepsIts(t *testing.T) {
	const file = "WEBVTT\n\na\n00:00:01.000 --> 00:00:02.000\nsay <i>so</i>\n\nb\n00:00:02.000 --> 00:00:03.000\nand <b>so</b>\n"
	doc, err := transcript.NewDocument(decoded(t, vtt, []byte(file)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := doc.Apply(transcript.Splice{Segment: "a", At: 4, Delete: "so", Insert: "it"}); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(file, "<i>so</i>", "it", 1)
	if got := string(encoded(t, vtt, doc.Snapshot())); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	lost, err := vtt.Loses(doc.Snapshot())
	if err != nil || !reflect.DeepEqual(lost, []Loss{{LostExtras, 1}}) {
		t.Errorf("named losses: %v (%v)", lost, err)
	}
}
