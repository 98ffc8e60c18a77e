package format

import (
	"errors"
	"testing"
)

// TestEveryFormatSaysWhereAFileIsBroken: one broken file a format, and the
// place that a person is sent to.
func TestEveryFormatSaysWhereAFileIsBroken(t *testing.T) {
	cases := map[string]struct {
		data  string
		place Error // its Line, Column, Node and Code
	}{
		"vtt":               {"WEBVTT\n\n00:01.000 --> 00:0x.000\nhi\n", Error{Line: 3, Column: 15, Code: BadTime}},
		"srt":               {"1\n00:00:01,000 --> 00:00:0x\nhi\n", Error{Line: 2, Column: 18, Code: BadTime}},
		"jsonl":             {"{\"tapescript\":\"transcript\"}\n{\"id\":\"1\" oops}\n", Error{Line: 2, Column: 11, Code: BadJSON}},
		"tsv":               {"start\tend\ttext\n1.0\tx\thi\n", Error{Line: 2, Code: BadTime}},
		"csv":               {"start,end,text\n2,1,hi\n", Error{Line: 2, Code: EndBeforeStart}},
		"txt":               {"hi\n[00:00:99] x\n", Error{Line: 2, Column: 2, Code: BadTime}},
		"markdown":          {"hi\n\n[00:00:99.000 --> 00:02.000] x\n", Error{Line: 3, Column: 2, Code: BadTime}},
		"audacity":          {"1.0\t2.0\thi\n1.0\tx\thi\n", Error{Line: 2, Column: 5, Code: BadTime}},
		"trn":               {"hi (a-1)\nho\n", Error{Line: 2, Code: MissingID}},
		"stm":               {"a 1 s 0 1 hi\na 1 s 2 1 ho\n", Error{Line: 2, Code: EndBeforeStart}},
		"ctm":               {"a 1 0 1 hi\na 1 x 1 ho\n", Error{Line: 2, Code: BadTime}},
		"rttm":              {"SPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\nSPEAKER a 1 x 1 <NA> <NA> x <NA> <NA>\n", Error{Line: 2, Code: BadTime}},
		"nemo":              {"{\"audio_filepath\":\"a.wav\",\"text\":\"hi\"}\n{\"audio_filepath\":\"a.wav\",\"offset\":-1}\n", Error{Line: 2, Column: 36, Node: "$.offset", Code: BadTime}},
		"label-studio":      {`[{"data":{"audio":"a"},"annotations":[{"result":[{"id":"A","value":{"start":"x","end":1}}]}]}]`, Error{Line: 1, Column: 77, Node: "$[0].annotations[0].result[0].value.start", Code: BadTime}},
		"ttml":              {"<tt xmlns=\"http://www.w3.org/ns/ttml\"><body><div>\n<p begin=\"x\" end=\"2s\">hi</p></div></body></tt>", Error{Line: 2, Column: 1, Code: BadTime}},
		"textgrid":          {"File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n1\n<exists>\n1\n\"IntervalTier\"\n\"a\"\n0\n1\n1\n0\nx\n\"hi\"\n", Error{Line: 15, Code: BadTime}}, // a word alone is a comment there
		"eaf":               {"<ANNOTATION_DOCUMENT><TIME_ORDER>\n<TIME_SLOT TIME_SLOT_ID=\"ts1\" TIME_VALUE=\"x\"/></TIME_ORDER></ANNOTATION_DOCUMENT>", Error{Line: 2, Column: 1, Code: BadTime}},
		"trs":               {"<Trans><Episode><Section startTime=\"0\" endTime=\"1\">\n<Turn startTime=\"x\" endTime=\"1\">hi</Turn></Section></Episode></Trans>", Error{Line: 2, Column: 1, Code: BadTime}},
		"otr":               {"{\"text\":\n12}", Error{Line: 2, Column: 1, Node: "$.text", Code: BadJSON}},
		"whisper":           {"{\"segments\":[{\"start\":0,\"end\":1,\"text\":\"a\"},\n{\"start\":5,\"end\":1,\"text\":\"b\"}]}", Error{Line: 2, Column: 18, Node: "$.segments[1].end", Code: EndBeforeStart}},
		"amazon-transcribe": {"{\"results\":{\"items\":[\n{\"type\":\"pronunciation\",\"start_time\":\"x\",\"end_time\":\"1\",\"alternatives\":[{\"content\":\"a\"}]}]}}", Error{Line: 2, Column: 38, Node: "$.results.items[0].start_time", Code: BadTime}},
		"google":            {"{\"results\":[{\"alternatives\":[{\"transcript\":\"a\",\"words\":[\n{\"startTime\":\"x\",\"endTime\":\"1s\",\"word\":\"a\"}]}]}]}", Error{Line: 2, Column: 14, Node: "$.results[0].alternatives[0].words[0].startTime", Code: BadTime}},
		"azure":             {"{\"recognizedPhrases\":[\n{\"recognitionStatus\":\"Success\",\"offsetInTicks\":\"x\",\"durationInTicks\":1,\"nBest\":[{\"display\":\"a\"}]}]}", Error{Line: 2, Column: 48, Node: "$.recognizedPhrases[0].offsetInTicks", Code: BadTime}},
		"deepgram":          {"{\"results\":{\"channels\":[{\"alternatives\":[{\"transcript\":\"a\",\"words\":[\n{\"word\":\"a\",\"start\":\"x\",\"end\":1}]}]}]}}", Error{Line: 2, Column: 21, Node: "$.results.channels[0].alternatives[0].words[0].start", Code: BadTime}},
		"assemblyai":        {"{\"audio_duration\":9,\"utterances\":[\n{\"speaker\":\"A\",\"text\":\"a\",\"start\":9,\"end\":1,\"words\":[]}]}", Error{Line: 2, Column: 43, Node: "$.utterances[0].end", Code: EndBeforeStart}},
		"rev-json":          {"{\"monologues\":[{\"speaker\":0,\"elements\":[\n{\"type\":\"text\",\"value\":\"a\",\"ts\":\"x\",\"end_ts\":1}]}]}", Error{Line: 2, Column: 33, Node: "$.monologues[0].elements[0].ts", Code: BadTime}},
		"rev-nlp":           {"token|speaker|ts|endTs|punctuation|case|tags\na|1|x|1||LC|[]\n", Error{Line: 2, Code: BadTime}},
	}
	for _, f := range All() {
		c, ok := cases[f.Name]
		if !ok {
			if f.Name != plain.Name && !f.IsFolder() && !f.binary { // any text is plain; the others have tests of their own
				t.Errorf("%s has no broken file here", f.Name)
			}
			continue
		}
		_, _, err := f.Decode([]byte(c.data), "x")
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", f.Name, err)
			continue
		}
		got := Error{Line: e.Line, Column: e.Column, Node: e.Node, Code: e.Code}
		if got != c.place {
			t.Errorf("%s: %d, %d, %q, %s; want %d, %d, %q, %s", f.Name, got.Line, got.Column, got.Node, got.Code, c.place.Line, c.place.Column, c.place.Node, c.place.Code)
		}
		if e.Offending == "" {
			t.Errorf("%s does not say what is wrong: %v", f.Name, e)
		}
	}
}
