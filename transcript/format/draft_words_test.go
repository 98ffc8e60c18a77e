package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// draftWords says where a recogniser's file keeps its words, for a reader that
// knows nothing of ours.
type draftWords struct {
	file                         string
	words                        string // the path of each; [0] and [-1] are the first and the last of a list
	text, start, end, confidence string
	unit                         time.Duration
}

// draftFiles are all recognisers' files that have words, but for whisper.cpp's
// tokens, which are parts of words, and for azure/batch.json, where the words of
// one phrase are found in two places and others were said in other words: the
// golden files and the table of dialects show what becomes of these.
var draftFiles = []draftWords{
	{"whisper/openai.json", "segments[].words[]", "word", "start", "end", "probability", time.Second},
	{"whisper/api.json", "words[]", "word", "start", "end", "", time.Second},
	{"whisper/faster-whisper.json", "[].words[]", "word", "start", "end", "probability", time.Second},
	{"whisper/whisperx.json", "segments[].words[]", "word", "start", "end", "score", time.Second},
	{"whisper/whisperx-words.json", "segments[].words[]", "word", "start", "end", "score", time.Second},
	{"whisper/timestamped.json", "segments[].words[]", "text", "start", "end", "confidence", time.Second},
	{"whisper/whispercpp-server.json", "segments[].words[]", "word", "start", "end", "probability", time.Second},
	{"whisper/transformers-words.json", "chunks[]", "text", "timestamp[0]", "timestamp[-1]", "", time.Second},
	{"amazon-transcribe/segments.json", "results.items[]", "alternatives[0].content", "start_time", "end_time", "alternatives[0].confidence", time.Second},
	{"amazon-transcribe/older.json", "results.items[]", "alternatives[0].content", "start_time", "end_time", "alternatives[0].confidence", time.Second},
	{"amazon-transcribe/alternatives.json", "results.items[]", "alternatives[0].content", "start_time", "end_time", "alternatives[0].confidence", time.Second},
	{"amazon-transcribe/channels.json", "results.channel_labels.channels[].items[]", "alternatives[0].content", "start_time", "end_time", "alternatives[0].confidence", time.Second},
	{"google/v1.json", "results[].alternatives[0].words[]", "word", "startTime", "endTime", "confidence", time.Second},
	{"google/v2.json", "results[].alternatives[0].words[]", "word", "startOffset", "endOffset", "confidence", time.Second},
	{"google/python.json", "results[].alternatives[0].words[]", "word", "start_time", "end_time", "confidence", time.Second},
	{"google/diarised.json", "results[-1].alternatives[0].words[]", "word", "startTime", "endTime", "confidence", time.Second},
	{"azure/older.json", "recognizedPhrases[].nBest[0].words[]", "word", "offsetInTicks", "+durationInTicks", "confidence", 100},
	{"azure/masked.json", "recognizedPhrases[].nBest[0].words[]", "word", "offsetInTicks", "+durationInTicks", "confidence", 100},
	{"azure/fast.json", "phrases[].words[]", "text", "offsetMilliseconds", "+durationMilliseconds", "confidence", time.Millisecond},
	{"deepgram/words.json", "results.channels[].alternatives[0].words[]", "word", "start", "end", "confidence", time.Second},
	{"deepgram/channels.json", "results.channels[].alternatives[0].words[]", "word", "start", "end", "confidence", time.Second},
	{"deepgram/paragraphs.json", "results.channels[].alternatives[0].words[]", "word", "start", "end", "confidence", time.Second},
	{"deepgram/utterances.json", "results.utterances[].words[]", "word", "start", "end", "confidence", time.Second},
	{"assemblyai/words.json", "words[]", "text", "start", "end", "confidence", time.Millisecond},
	{"assemblyai/utterances.json", "utterances[].words[]", "text", "start", "end", "confidence", time.Millisecond},
	{"assemblyai/channels.json", "utterances[].words[]", "text", "start", "end", "confidence", time.Millisecond},
	{"rev-json/machine.json", "monologues[].elements[]", "value", "ts", "end_ts", "confidence", time.Second},
	{"rev-json/human.json", "monologues[].elements[]", "value", "ts", "end_ts", "confidence", time.Second},
}

// TestEachWordOfADraftSurvives: its time to the nanosecond, its confidence to
// the last digit, as another reader finds them in the file.
func TestEachWordOfADraftSurvives(t *testing.T) {
	for _, c := range draftFiles {
		data, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		var root any
		if err := decoder.Decode(&root); err != nil {
			t.Fatalf("%s: %v", c.file, err)
		}
		var want []string
		for _, word := range below(root, c.words) {
			if line := c.line(word); line != "" {
				want = append(want, line)
			}
		}
		tr, _, err := Read("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range wordLines(tr) {
			i := slices.Index(want, got)
			if i < 0 {
				t.Errorf("%s: %q is not in the file, which has %q", c.file, got, want)
				continue
			}
			want = slices.Delete(want, i, i+1)
		}
		if len(want) > 0 {
			t.Errorf("%s: lost are %q", c.file, want)
		}
	}
}

// below are the values at a path: "results[].alternatives[0].words[]".
func below(root any, path string) []any {
	list := []any{root}
	for _, step := range strings.Split(strings.ReplaceAll(path, "[", ".["), ".") {
		var next []any
		for _, v := range list {
			items, _ := v.([]any)
			object, _ := v.(map[string]any)
			switch {
			case step == "":
				next = append(next, v)
			case step == "[]":
				next = append(next, items...)
			case step == "[-1]" && len(items) > 0:
				next = append(next, items[len(items)-1])
			case step == "[0]" && len(items) > 0:
				next = append(next, items[0])
			case object[step] != nil:
				next = append(next, object[step])
			}
		}
		list = next
	}
	return list
}

// line is a word of the file as [wordLines] has it; "" where nothing is known of it.
func (c draftWords) line(word any) string {
	value := func(path string) string {
		found := below(word, strings.TrimPrefix(path, "+"))
		if path == "" || len(found) == 0 {
			return ""
		}
		return fmt.Sprint(found[0])
	}
	times := make([]time.Duration, 2)
	for i, path := range []string{c.start, c.end} {
		r, ok := new(big.Rat).SetString(strings.TrimSuffix(value(path), "s"))
		if !ok {
			continue
		}
		r.Mul(r, new(big.Rat).SetInt64(int64(c.unit)))
		f, _ := r.Float64()
		times[i] = time.Duration(f + .5)
	}
	if strings.HasPrefix(c.end, "+") {
		times[1] += times[0]
	}
	rated, err := strconv.ParseFloat(value(c.confidence), 64)
	switch {
	case err == nil && rated == 0 && !strings.HasPrefix(c.file, "google"): // where 0 says that it was not asked for
		rated = transcript.LeastConfidence
	case times[1] < times[0]: // no time at all
		times = []time.Duration{0, 0}
	}
	if times[1] == 0 && rated == 0 || below(word, "type") != nil && value(c.start) == "" {
		return ""
	}
	return fmt.Sprint(lettersOf(value(c.text)), " ", times[0], " ", times[1], " ", rated)
}

func wordLines(t *transcript.Transcript) []string {
	var lines []string
	for _, s := range t.Segments {
		for _, w := range s.Words {
			lines = append(lines, fmt.Sprint(lettersOf(s.Text[w.From:w.To]), " ", w.Start, " ", w.End, " ", w.Confidence))
		}
	}
	return lines
}
