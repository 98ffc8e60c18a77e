package format

import (
	"errors"
	"testing"

	"tapescript/transcript"
)

// TestAnEmptyFileIsATranscriptOfItsName: somebody touched it, to begin.
func TestAnEmptyFileIsATranscriptOfItsName(t *testing.T) {
	for _, f := range All() {
		for _, ext := range f.Extensions {
			for _, data := range []string{"", "\ufeff", "\n", "\r\n \t\r\n", "  \n", "\t", "\u00a0\n", "\xff\xfe", "\xff\xfe \x00"} {
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
	for path, data := range map[string]string{"talk": "", "-": "\n", "talk.docx": " "} {
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
