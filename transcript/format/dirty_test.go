package format

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestDirtyFiles reads what people have as it comes out of their programs.
func TestDirtyFiles(t *testing.T) {
	for _, test := range []struct{ name, path, file, want string }{
		{"Excel where the comma is a decimal point", "a.csv", "\ufeffstart;end;speaker;text\r\n0,5;2,25;Ann;\"Hello; there\"\r\n", "0.5-2.25 Hello; there"},
		{"Excel's line for itself", "a.csv", "sep=;\r\nstart;end;text\r\n0,5;2;hi\r\n", "0.5-2 hi"},
		{"the same in quotes", "a.csv", "\"sep=,\"\nstart,end,text\n0.5,2,hi\n", "0.5-2 hi"},
		{"columns and rows that were emptied", "a.csv", "id;start;end;text;;\n1;0;1;hi;;\n;;;;;\n2;1;2;yo;;\n", "0-1 hi|1-2 yo"},
		{"an empty text at the right stays a cell", "a.csv", "start,end,text\n0,1,\n", "0-1 "},
		{"an empty text of a label", "a.txt", "0.5\t1\t\n", "0.5-1 "},
		{"subtitles without hours", "a.srt", "1\n00:01,000 --> 00:02.500\nHi\n", "1-2.5 Hi"},
		{"a number as text", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\n42\n", "1-2 1984|3-4 42"},
		{"a time of day as text", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n7\n12:30:00\n", "1-2 7\n12:30:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := Decode([]byte(test.file), test.path)
			if err != nil {
				t.Fatal(err)
			}
			var list []string
			for _, s := range got.Segments {
				list = append(list, strings.TrimSuffix(s.Start.String(), "s")+"-"+strings.TrimSuffix(s.End.String(), "s")+" "+s.Text)
			}
			if all := strings.ReplaceAll(strings.Join(list, "|"), "500m-", "0.5-"); all != test.want {
				t.Errorf("got %q, want %q", all, test.want)
			}
		})
	}
}

// TestDirtyErrors holds that what cannot be meant as text is not read as such,
// and that the message shows the place as it stands in the file.
func TestDirtyErrors(t *testing.T) {
	const cue = "1\n00:00:01,000 --> 00:00:02,000\nHi\n\n"
	for _, test := range []struct{ name, path, file, want string }{
		{"a file cut off within a time", "a.srt", cue + "2\n00:00:03,0", "a.srt, line 6, column 1: this is not a time (00:00:03,0)"},
		{"a short arrow", "a.srt", cue + "2\n00:00:03,000 -> 00:00:04,000\nYo\n", "a.srt, line 6, column 1: this is not a time (00:00:03,000 -> 00:00:04,000)"},
		{"a short arrow at the head", "a.srt", "1\n00:00:03,000 -> 00:00:04,000\nYo\n", "a.srt, line 2, column 1: this is not a time"},
		{"a negative label", "a.txt", "-1.0\t2.0\thi\n3.0\t4.0\tyo\n", "a.txt, line 1, column 1: this is not a time (-1.0)"},
		{"a negative end of a label", "a.txt", "1.0\t2.0\thi\n3.0\t-4.0\tyo\n", "a.txt, line 2, column 5: this is not a time (-4.0)"},
		{"a row that is short", "a.csv", "start;end;text;note\n0;1;hi\n", "a.csv, line 2: the row does not have as many cells as the header (0;1;hi)"},
		{"a row that is long", "a.csv", "start;end;text;\n0;1;hi;;;\n", "a.csv, line 2: the row does not have as many cells as the header (0;1;hi;;;)"},
		{"content under no name", "a.csv", "start;end;text;;\n0;1;hi;;x\n", "a.csv, line 1: the header names a column twice"},
		{"nothing but separators", "a.csv", ";;;\n;;;\n", "a.csv, line 1: the header is missing (;;;)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := ForPath(test.path)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = Decode([]byte(test.file), test.path)
			if test.path == "a.csv" {
				_, _, err = f.Decode([]byte(test.file), test.path)
			}
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// TestRollingCaptionsSayEveryWordOnce reads captions as YouTube's machine makes
// them; what is written of them is no longer of that kind, and stays.
func TestRollingCaptionsSayEveryWordOnce(t *testing.T) {
	const file = `WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.550 align:start position:0%
` + " " + `
so<00:00:00.320><c> today</c><00:00:00.560><c> we</c><00:00:00.719><c> look</c>

00:00:02.550 --> 00:00:02.560 align:start position:0%
so today we look
` + " " + `

00:00:02.560 --> 00:00:04.789 align:start position:0%
so today we look
[Music]

00:00:04.789 --> 00:00:04.799 align:start position:0%
[Music]
` + " " + `

00:00:04.799 --> 00:00:06.000 align:start position:0%
[Music]
[Music]
`
	want := []string{"so today we look", "[Music]", "[Music]"}
	texts := func(data []byte) (list []string, notes []Note) {
		t.Helper()
		got, source, err := vtt.Decode(data, "a.vtt")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Segments {
			list = append(list, s.Text)
		}
		if n := len(got.Segments[0].Words); n != 4 {
			t.Errorf("%d words have a time, want 4", n)
		}
		var out bytes.Buffer
		if err := vtt.Encode(&out, got); err != nil {
			t.Fatal(err)
		}
		again, _, err := vtt.Decode(out.Bytes(), "a.vtt")
		if err != nil || dump(again) != dump(got) {
			t.Errorf("written and read again: %v\n%s\nwant\n%s", err, dump(again), dump(got))
		}
		return list, source.Notes
	}
	got, notes := texts([]byte(file))
	if !slices.Equal(got, want) || !slices.Contains(notes, Note{LinesRolled, 9, 4}) {
		t.Errorf("got %q, %v", got, notes)
	}
	// Without the marks of such a file its cues are as they are.
	if got, notes := texts([]byte(strings.Replace(file, "Kind: captions\n", "", 1))); len(got) != 5 || len(notes) > 0 && notes[0].Code == LinesRolled {
		t.Errorf("got %q, %v", got, notes)
	}
}

func TestWhisperNamesLanguagesAndForgetsEnds(t *testing.T) {
	for name, want := range map[string]string{"english": "en", "German": "de", "haitian creole": "ht", "cantonese": "yue", "en": "en", "pt_br": "pt-BR", "klingon": ""} {
		got, _, err := whisper.Decode([]byte(`{"language":"`+name+`","segments":[{"start":0,"end":1,"text":"a"}]}`), "a.json")
		if err != nil || got.Language != want {
			t.Errorf("%s: %q (%v), want %q", name, got.Language, err, want)
		}
	}
	got, source, err := whisper.Decode([]byte(`{"text":"","chunks":[{"timestamp":[0.0,2.5],"text":" hi there"},`+"\n"+`{"timestamp":[2.5,null],"text":" you all"}]}`), "a.json")
	if err != nil || got.Segments[1].End != got.Segments[1].Start || !slices.Equal(source.Notes, []Note{{EndsMissing, 2, 1}}) {
		t.Errorf("%v, %v: %s", err, source.Notes, dump(got))
	}
}

// TestLenientPassesOverObjectsOfJSON: the reject is the object as it stands there.
func TestLenientPassesOverObjectsOfJSON(t *testing.T) {
	for _, c := range []struct{ format, good, bad, file string }{
		{"whisper", `{"start":1,"end":2,"text":"a"}`, `{"start":-0.5,"end":2,"text":"b"}`, `{"segments":[%s]}`},
		{"whisper", `{"timestamp":[1,2],"text":"a b"}`, `{"timestamp":[2,1],"text":"b c"}`, `{"chunks":[%s]}`},
		{"whisper", `{"offsets":{"from":1,"to":2},"text":"a"}`, `{"offsets":{"from":"x"},"text":"b"}`, `{"transcription":[%s]}`},
		{"assemblyai", `{"start":1,"end":2,"text":"a","words":[]}`, `{"start":true,"end":2,"text":"b"}`, `{"audio_duration":3,"utterances":[%s]}`},
		{"azure", `{"offsetInTicks":1,"durationInTicks":9,"nBest":[{"display":"a"}]}`, `7`, `{"recognizedPhrases":[%s]}`},
		{"google", `{"alternatives":[{"transcript":"a"}]}`, `{"alternatives":[{"transcript":7}]}`, `{"results":[%s]}`},
		{"rev-json", `{"elements":[{"type":"text","value":"a","ts":1,"end_ts":2}]}`, `{"elements":7}`, `{"monologues":[%s]}`},
		{"deepgram", `{"start":1,"end":2,"transcript":"a","words":[]}`, `{"start":2,"end":1,"transcript":"b"}`, `{"results":{"channels":[],"utterances":[%s]}}`},
	} {
		f, _ := Lookup(c.format)
		both := []byte(fmt.Sprintf(c.file, c.bad+",\n"+c.good))
		if _, _, err := f.Decode(both, "a.json"); err == nil {
			t.Errorf("%s: read %s", c.format, c.bad)
		}
		got, source, err := f.DecodeAs(both, "a.json", Reading{Lenient: true})
		if err != nil {
			t.Errorf("%s: %v", c.format, err)
			continue
		}
		if want := decoded(t, f, []byte(fmt.Sprintf(c.file, c.good))); dump(got) != dump(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.format, dump(got), dump(want))
		}
		if len(source.Rejects) != 1 || source.Rejects[0].Text != c.bad || source.Rejects[0].Line != 1 || source.Rejects[0].Err.Path != "a.json" {
			t.Errorf("%s: rejects %v", c.format, source.Rejects)
		}
	}
}
