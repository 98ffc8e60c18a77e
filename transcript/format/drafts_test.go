package format

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func FuzzWhisper(f *testing.F)     { fuzzFiles(f, whisper) }
func FuzzAmazon(f *testing.F)      { fuzzFiles(f, amazon) }
func FuzzGoogle(f *testing.F)      { fuzzFiles(f, google) }
func FuzzAzure(f *testing.F)       { fuzzFiles(f, azure) }
func FuzzDeepgram(f *testing.F)    { fuzzFiles(f, deepgram) }
func FuzzAssemblyAI(f *testing.F)  { fuzzFiles(f, assemblyAI) }
func FuzzRevJSON(f *testing.F)     { fuzzFiles(f, revJSON) }
func FuzzRevNLP(f *testing.F)      { fuzzFiles(f, revNLP) }
func FuzzNeMo(f *testing.F)        { fuzzFiles(f, nemo) }
func FuzzLabelStudio(f *testing.F) { fuzzFiles(f, labelStudio) }
func FuzzKaldi(f *testing.F)       { fuzzFiles(f, kaldi) }

// fuzzFiles begins with the format's golden files.
func fuzzFiles(f *testing.F, format Format) {
	files, err := filepath.Glob("testdata/" + format.Name + "/*")
	if err != nil || len(files) == 0 {
		f.Fatalf("no files of %s (%v)", format.Name, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, ".golden") {
			continue
		}
		data, err := os.ReadFile(path)
		if format.IsFolder() {
			data, err = format.pack(path)
		}
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	fuzz(f, format)
}

// TestBadDraftsAreRefusedWithTheirPlace: a path leads to what is wrong.
func TestBadDraftsAreRefusedWithTheirPlace(t *testing.T) {
	for _, c := range []struct {
		format     Format
		data, want string
	}{
		{whisper, `{"segments":[{"start":0,"end":1,"text":"a"},{"start":-1,"end":2,"text":"b"}]}`, "x, line 1, column 54, $.segments[1].start: this is not a time (-1); correct it in a text editor"},
		{whisper, "{\"segments\":[\n {\"start\":3,\"end\":1,\"text\":\"a\"}]}", "x, line 2, column 19, $.segments[0].end: the end comes before the start (1); correct it in a text editor"},
		{whisper, `{"segments":[{"start":1e99,"end":1,"text":"a"}]}`, "x, line 1, column 23, $.segments[0].start: this is not a time (1e99); correct it in a text editor"},
		{whisper, `{"segments":[{"start":0,"end":1,"text":["a"]}]}`, `x, line 1, column 40, $.segments[0].text: this is not the JSON that was expected (["a"]); correct it in a text editor`},
		{whisper, `{"segments":{"start":0}}`, `x, line 1, column 13, $.segments: this is not the JSON that was expected ({"start":0}); correct it in a text editor`},
		{whisper, `{"segments":[{"start":0,"end":1,"text":"a","words":[{"word":"a","start":0,"end":1,"probability":7}]}]}`, "x, line 1, column 97, $.segments[0].words[0].probability: this is not the JSON that was expected (7); correct it in a text editor"},
		{whisper, `{"segments":[{"start":0,}]}`, "x, line 1, column 25: this is not the JSON that was expected (}]}); correct it in a text editor"},
		{whisper, `{"segments":[]} and more`, "x, line 1, column 17: this is not the JSON that was expected (and more); correct it in a text editor"},
		{whisper, `{"chunks":[{"timestamp":[1],"text":"a"}]}`, `x, line 1, column 12, $.chunks[0]: this is not a time ({"timestamp":[1],"text":"a"}); correct it in a text editor`},
		{whisper, strings.Repeat("[", 1000), "x, line 1, column 202: this is not the JSON that was expected ([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…); correct it in a text editor"},
		{amazon, `{"results":{"items":[{"type":"pronunciation","start_time":"x","end_time":"1","alternatives":[{"content":"a"}]}]}}`, `x, line 1, column 59, $.results.items[0].start_time: this is not a time ("x"); correct it in a text editor`},
		{amazon, `{"results":{"items":[{"type":"punctuation","alternatives":[]}]}}`, `x, line 1, column 22, $.results.items[0]: this is not the JSON that was expected ({"type":"punctuation","alternatives":[]}); correct it in a text editor`},
		{amazon, `{"results":{"items":[{"type":"pronunciation","channel_label":"left","alternatives":[{"content":"a"}]}]}}`, `x, line 1, column 62, $.results.items[0].channel_label: this is not a channel: 1 is the left one, 2 the right one ("left"); correct it in a text editor`},
		{google, `{"results":[{"alternatives":[{"transcript":"a","words":[{"word":"a","startTime":"1.5"}]}]}]}`, `x, line 1, column 81, $.results[0].alternatives[0].words[0].startTime: this is not a time ("1.5"); correct it in a text editor`},
		{azure, `{"recognizedPhrases":[{"offsetInTicks":"-3"}]}`, `x, line 1, column 40, $.recognizedPhrases[0].offsetInTicks: this is not a time ("-3"); correct it in a text editor`},
		{deepgram, `{"results":{"utterances":[{"start":2,"end":1,"transcript":"a"}]}}`, "x, line 1, column 44, $.results.utterances[0].end: the end comes before the start (1); correct it in a text editor"},
		{assemblyAI, `{"words":[{"text":1}]}`, "x, line 1, column 19, $.words[0].text: this is not the JSON that was expected (1); correct it in a text editor"},
		{revJSON, `{"monologues":[{"elements":[{"type":"text","value":"a","ts":true}]}]}`, "x, line 1, column 61, $.monologues[0].elements[0].ts: this is not a time (true); correct it in a text editor"},
		{revNLP, "token|speaker|ts|endTs\na|0|1\n", "x, line 2: the row does not have as many cells as the header (a|0|1); correct it in a text editor"},
		{revNLP, "token|speaker\n", "x, line 1: the header lacks a column (ts); add the header, or name the format with --from"},
		{revNLP, "token|speaker|ts|endTs\na|0|x|2\n", "x, line 2: this is not a time (x); correct it in a text editor"},
		{nemo, "{\"audio_filepath\":\"a\"}\n{\"audio_filepath\":\"a\",\"duration\":\"long\"}", `x, line 2, column 34, $.duration: this is not a time ("long"); correct it in a text editor`},
		{nemo, `{"text":"a"}`, `x, line 1, column 1, $: this is not the JSON that was expected ({"text":"a"}); correct it in a text editor`},
		{nemo, "{\"audio_filepath\":\"a\"}\n{\"audio_filepath\":\"b\"}", "x: the file speaks of several recordings (a, b); choose one with --recording"},
		{labelStudio, `[{"data":{},"annotations":[{"result":[{"id":"a","value":{"start":"x","end":1}}]}]}]`, `x, line 1, column 66, $[0].annotations[0].result[0].value.start: this is not a time ("x"); correct it in a text editor`},
		{labelStudio, `[{"audio":"a","label":[{"start":0,"end":1},{"start":1,"end":2}],"transcription":["a"]}]`, `x, line 1, column 81, $[0].transcription: what was read contradicts itself (["a"]); correct it in a text editor`},
	} {
		_, _, err := c.format.Decode([]byte(c.data), "x")
		if err == nil || err.Error() != c.want {
			t.Errorf("%s %s\ngot:  %v\nwant: %s", c.format.Name, c.data[:min(len(c.data), 60)], err, c.want)
		}
	}
}

// TestKaldiFoldersAreRefusedWithTheirPlace, and no command of theirs is run.
func TestKaldiFoldersAreRefusedWithTheirPlace(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "ran")
	for _, c := range []struct {
		files map[string]string
		want  string
	}{
		{map[string]string{"text": "a hi\n", "wav.scp": "a touch " + mark + " |\n"}, "wav.scp, line 1: the file asks for a command to be run, which is never done"},
		{map[string]string{"text": "a hi\n", "wav.scp": "a |touch " + mark + "\n"}, "wav.scp, line 1: the file asks for a command to be run, which is never done"},
		{map[string]string{"text": "a hi\na ho\n"}, "text, line 2: what was read contradicts itself (a)"},
		{map[string]string{"text": "a hi\nb ho\n", "segments": "a r 1 2\n"}, "text, line 2: what was read contradicts itself (b)"},
		{map[string]string{"text": "a hi\n", "segments": "a r 1\n"}, "segments, line 1: the row does not have as many cells as the header (a r 1)"},
		{map[string]string{"text": "a hi\n", "segments": "a r 1 NaN\n"}, "segments, line 1: this is not a time (NaN)"},
		{map[string]string{"text": "a hi\n", "segments": "a r 2 1\n"}, "segments, line 1: the end comes before the start (r 2 1)"},
		{map[string]string{"text": "a hi\nb ho\n"}, "the file speaks of several recordings (a, b)"},
	} {
		dir := t.TempDir()
		for name, text := range c.files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, _, err := Read(dir)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v\ngot:  %v\nwant: %s", c.files, err, c.want)
		}
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("a command of wav.scp was run")
	}
}

// TestOtherRecognisersAreNotTakenForGoogles, whose reader would pass their words
// over: they are refused, not half read.
func TestOtherRecognisersAreNotTakenForGoogles(t *testing.T) {
	for _, data := range []string{
		`{"results":[{"alternatives":[{"timestamps":[["April",1.3,1.54]],"confidence":0.9,"transcript":"April"}],"final":true}],"result_index":0}`,
		`{"format":"2.9","metadata":{"type":"transcription"},"results":[{"alternatives":[{"confidence":1.0,"content":"Hello","speaker":"S1"}],"end_time":1.2,"start_time":0.9,"type":"word"}]}`,
	} {
		var e *Error
		if _, source, err := Decode([]byte(data), "x.json"); !errors.As(err, &e) || e.Code != UnknownFormat {
			t.Errorf("%s: read as %s (%v)", data[:40], source.Format, err)
		}
	}
}
