package format

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tapescript/transcript"
)

// TestSavingKeepsTheLineEndsOfTheFile: one letter changed is one line changed.
func TestSavingKeepsTheLineEndsOfTheFile(t *testing.T) {
	const mixed = "1\r\n00:00:01,000 --> 00:00:02,000\nhi\r\n\r\n"
	for _, c := range []struct{ name, old, want string }{
		{"a.srt", "1\r\n00:00:01,000 --> 00:00:02,000\r\nhi\r\nyou\r\n\r\n", ""},
		{"a.vtt", "WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:02.000\r\nhi\r\n", ""},
		{"a.txt", "[00:00:01.000 --> 00:00:02.000] hi\r\n", ""},
		{"a.tsv", "id\tstart\tend\tspeaker\tchannel\ttext\r\n1\t1.000\t2.000\t\t\t\"hi\r\nyou\"\r\n", ""},
		{"a.jsonl", "{\"tapescript\":\"transcript\",\"version\":1}\r\n{\"id\":\"1\",\"text\":\"hi\"}\r\n", ""},
		{"b.srt", "1\n00:00:01,000 --> 00:00:02,000\nhi\n\n", ""},
		{"mixed.srt", mixed, strings.ReplaceAll(mixed, "\r", "")},
		{"one line.txt", "hi", "hi\n"},
		{"bom.txt", "\ufeffhi\r\nyou\r\n", "hi\r\nyou\r\n"},
		{"windows.txt", "o\xf9\r\n", "où\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.want == "" {
				c.want = c.old
			}
			path := filepath.Join(t.TempDir(), c.name)
			if err := os.WriteFile(path, []byte(c.old), 0o644); err != nil {
				t.Fatal(err)
			}
			tr, source, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			f, _ := Lookup(source.Format)
			written, err := Write(path, f, tr)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(path)
			if err != nil || string(got) != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
			back, source, err := Read(path)
			if err != nil || source.SHA256 != written || !reflect.DeepEqual(back, tr) {
				t.Errorf("read again: %s (%+v, %v), want the sum %s", dump(back), source, err, written)
			}
		})
	}
}

func TestANewFileAndOneThatIsNoTextGetPlainLineEnds(t *testing.T) {
	tr := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: "hi"}}}
	for name, old := range map[string]string{"new.txt": "", "binary.txt": "\x00\r\n\r\n"} {
		path := filepath.Join(t.TempDir(), name)
		if old != "" {
			if err := os.WriteFile(path, []byte(old), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Write(path, txt, tr); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != "hi\n" {
			t.Errorf("%s: %q (%v)", name, got, err)
		}
	}
}

func TestANoteSaysThatTheEncodingWillChange(t *testing.T) {
	for data, want := range map[string][]Note{
		"o\xf9\n\xe7a":          {{EncodingChanges, 1, 1}},
		"\xff\xfeh\x00i\x00":    {{EncodingChanges, 1, 1}},
		"\xfe\xff\x00h\x00i":    {{EncodingChanges, 1, 1}},
		"où":                    nil,
		"\ufeffoù":              nil,
		"":                      nil,
		"\xff\xfe\n\x00o\x00":   {{EncodingChanges, 1, 1}},
		"hello\r\nthere\r\n":    nil,
		"\x93hi\x94\n\x93o\x94": {{EncodingChanges, 1, 1}},
	} {
		_, source, err := txt.Decode([]byte(data), "a.txt")
		if err != nil || !reflect.DeepEqual(source.Notes, want) {
			t.Errorf("%q: %v (%v), want %v", data, source.Notes, err, want)
		}
	}
}

// TestAnEmptyFileIsATranscriptOfItsName: somebody touched it, to begin.
func TestAnEmptyFileIsATranscriptOfItsName(t *testing.T) {
	for _, f := range All() {
		for _, ext := range f.Extensions {
			for _, data := range []string{"", "\ufeff", "\n", "\r\n \t\r\n", "  \n", "\t", "\u00a0\n", "\xff\xfe", "\xff\xfe \x00"} {
				if f.binary && data != "" { // what no program of such a format writes
					continue
				}
				tr, source, err := Decode([]byte(data), "talk"+ext)
				if err != nil || source.Format != f.Name || len(tr.Segments) > 0 {
					t.Errorf("%s %q: %s (%v)", ext, data, source.Format, err)
				}
			}
		}
		if tr, _, err := f.Decode(nil, "-"); err != nil || len(tr.Segments) > 0 {
			t.Errorf("as %s: %v", f.Name, err)
		}
	}
	for path, data := range map[string]string{"talk": "", "-": "\n", "talk.pages": " "} {
		var e *Error
		if _, _, err := Decode([]byte(data), path); !errors.As(err, &e) || e.Code != UnknownFormat {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestNamesThatSteerATerminalAreReadWithoutIt, as they always were.
func TestNamesThatSteerATerminalAreReadWithoutIt(t *testing.T) {
	for path, data := range map[string]string{
		"a.vtt":   "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A\x1bn\u2028n&#27;>hi\n",
		"a.srt":   "1\n00:00:01,000 --> 00:00:02,000\n[A\x1bn n]: hi\n",
		"a.txt":   "[A\x1bn n]: hi\n",
		"a.tsv":   "start\tend\tspeaker\ttext\n1.0\t2.0\t\"A\x1bn\nn\"\thi\n",
		"a.csv":   "start,end,speaker,text\n1.0,2.0,\"A\x1bn\nn\",hi\n",
		"a.jsonl": `{"tapescript":"transcript","speakers":[{"id":"A\u001bn\nn","name":"A\u001bn\nn"}]}` + "\n" + `{"id":"1","text":"hi","speaker":"A\u001bn\nn"}` + "\n",
	} {
		tr, _, err := Decode([]byte(data), path)
		if err != nil || len(tr.Speakers) != 1 || tr.Speakers[0] != (transcript.Speaker{ID: "An n", Name: "An n"}) || tr.Segments[0].Speaker != "An n" {
			t.Errorf("%s: %v: %s", path, err, dump(tr))
		}
	}
}
