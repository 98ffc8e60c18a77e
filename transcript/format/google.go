package format

import (
	"strings"
	"time"

	"tapescript/transcript"
)

// google is what Google's Speech-to-Text returns, v1 and v2, as the client
// libraries and gcloud write it:
//
//	v1 {"results": [{"alternatives": [{"transcript", "confidence",
//	     "words": [{"startTime": "1.300s", "endTime": "1.400s", "word", "confidence", "speakerTag": 1}]}],
//	     "channelTag": 1, "resultEndTime": "5.2s", "languageCode": "en-us"}]}
//	v2 the same with "startOffset", "endOffset", "resultEndOffset", "speakerLabel": "1"
//
// or that in the "response" of an operation, or with the names of the protocol
// buffers as Python's client keeps them: "start_time", "speaker_tag". A time of zero is left out. A
// result is a segment; but with diarisation the last result repeats all words,
// with their speakers and without a transcript: then these are the file, and
// segments are made of them (see utterances). Sources: the services' REST
// references, SpeechRecognitionResult and "speaker diarization".
var google = Format{
	Name: dialectGoogle, Title: "Google Speech-to-Text JSON", longLines: true,
	decode: decodeGoogle, sniff: isDialect(dialectGoogle),
}

// googleConfidence is a result's, which has no place in the words.
const googleConfidence = "google.confidence"

// googleResult is one result's best alternative.
type googleResult struct {
	text       string
	confidence string // as it stands there
	words      []heard
	channel    int
	end        time.Duration // resultEndTime, 0 where it is not there
	line       int
}

func decodeGoogle(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return nil, err
	}
	top, err := root.object()
	if err != nil {
		return nil, err
	}
	if top.get("results").doc == nil {
		if top, err = top.get("response").object(); err != nil {
			return nil, err
		}
	}
	if top.get("results").doc == nil {
		return nil, root.fail(BadJSON)
	}
	var results []googleResult
	err = in.eachRecord(top.get("results"), func(v jsonValue, o jsonObject) error {
		r, err := in.googleResult(v, o)
		if err != nil {
			return err
		}
		language, err := o.first("languageCode", "language_code").text()
		if err != nil {
			return err
		}
		if t.Language == "" {
			t.Language = languageTag(language)
		}
		results = append(results, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if last := len(results) - 1; repeats(results) {
		return t, in.addUtterances(t, results[last].words)
	}
	return t, in.googleSegments(t, results)
}

// repeats says whether the last result tells again what the others have told.
func repeats(results []googleResult) bool {
	last := results[max(0, len(results)-1):]
	if len(last) == 0 || len(last[0].words) == 0 || last[0].words[0].speaker == "" {
		return false
	}
	before := 0
	for _, r := range results[:len(results)-1] {
		if r.channel == last[0].channel {
			before += len(r.words)
		}
	}
	return len(results) == 1 || len(last[0].words) >= before
}

func (in *input) googleResult(v jsonValue, o jsonObject) (googleResult, error) {
	r := googleResult{line: v.line()}
	alternatives, err := o.get("alternatives").list()
	if err != nil {
		return r, err
	}
	if r.channel, _, err = o.first("channelTag", "channel_tag").whole(); err != nil {
		return r, err
	}
	if r.end, err = googleTime(o.first("resultEndTime", "resultEndOffset", "result_end_time", "result_end_offset")); err != nil {
		return r, err
	}
	if len(alternatives) == 0 { // of silence
		return r, nil
	}
	best, err := alternatives[0].object()
	if err != nil {
		return r, err
	}
	if r.text, err = best.get("transcript").text(); err != nil {
		return r, err
	}
	if c := best.get("confidence"); c.doc != nil {
		if _, err := c.confidence(); err != nil {
			return r, err
		}
		r.confidence = c.raw()
	}
	err = best.get("words").objects(func(v jsonValue, o jsonObject) error {
		w, err := in.googleWord(v, o)
		w.channel = r.channel
		r.words = append(r.words, w)
		return err
	})
	return r, err
}

func (in *input) googleWord(v jsonValue, o jsonObject) (w heard, err error) {
	w.line = v.line()
	if w.text, err = o.get("word").text(); err != nil {
		return w, err
	}
	if w.start, err = googleTime(o.first("startTime", "startOffset", "start_time", "start_offset")); err != nil {
		return w, err
	}
	if w.end, err = googleTime(o.first("endTime", "endOffset", "end_time", "end_offset")); err != nil {
		return w, err
	}
	if w.end < w.start {
		in.note(WordTimesGone, w.line)
		w.start, w.end = 0, 0
	}
	if c := o.get("confidence"); c.raw() != "0" && c.raw() != "0.0" { // it was not asked for
		if w.confidence, err = c.confidence(); err != nil {
			return w, err
		}
	}
	w.speaker, err = o.first("speakerLabel", "speakerTag", "speaker_label", "speaker_tag").label()
	if w.speaker == "0" { // nobody knows
		w.speaker = ""
	}
	return w, err
}

// googleTime reads a duration of protocol buffers: "1.300s", or as older
// libraries write it {"seconds": "1", "nanos": 300000000}.
func googleTime(v jsonValue) (time.Duration, error) {
	if v.kind() == '{' {
		o, err := v.object()
		if err != nil {
			return 0, err
		}
		seconds, _, err := o.get("seconds").time(time.Second)
		if err != nil {
			return 0, err
		}
		nanos, _, err := o.get("nanos").time(time.Nanosecond)
		if nanos >= time.Second {
			return 0, v.fail(BadTime)
		}
		return seconds + nanos, err
	}
	s, err := v.text()
	if err != nil || s == "" {
		return 0, err
	}
	number, found := strings.CutSuffix(s, "s")
	d, ok := parseSeconds(number)
	if !found || !ok {
		return 0, v.fail(BadTime)
	}
	return d, nil
}

// googleSegments makes a segment of each result: from its first word to its
// last; without words from where the channel's last result ended.
func (in *input) googleSegments(t *transcript.Transcript, results []googleResult) error {
	var all []*transcript.Segment
	var lines []int
	ended := make(map[int]time.Duration) // by channel
	for _, r := range results {
		s := &transcript.Segment{Text: trimmed(r.text), Channel: r.channel}
		s.Start, s.End = utterance(r.words).span()
		if s.End == 0 && r.end > 0 {
			s.Start, s.End = min(ended[r.channel], r.end), r.end
		}
		ended[r.channel] = max(s.End, r.end)
		if s.Text == "" {
			continue
		}
		if len(r.words) > 0 {
			var err error
			if s.Speaker, err = in.speaker(t, r.words[0].speaker, r.line); err != nil {
				return err
			}
		}
		if r.confidence != "" {
			extra(&s.Extras, googleConfidence, r.confidence)
		}
		in.fitWords(s, r.words)
		all, lines = append(all, s), append(lines, r.line)
	}
	in.addInOrder(all, lines)
	return nil
}
