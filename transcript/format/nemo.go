package format

import (
	"bytes"
	"strings"
	"time"

	"tapescript/transcript"
)

// nemo is the manifest of NVIDIA NeMo: UTF-8 text, one JSON object a line, each
// an utterance:
//
//	{"audio_filepath": "a.wav", "offset": 3.45, "duration": 1.45, "text": "hello", "lang": "en", "speaker": "ann"}
//
// A line with an offset, or with a duration alone, is a segment of that
// recording, a manifest of many files so many recordings. Keys that are not
// named here are kept as extras "nemo.KEY" that hold the JSON, and go back out;
// where there is no text, pred_text, which a model has written, stands for it
// (and goes back out as text). Blank lines are skipped. Source: NeMo's user
// guide, "Preparing Custom ASR Data".
var nemo = Format{
	Name: dialectNeMo, Title: "NeMo manifest", Extensions: []string{".manifest"},
	Cannot: []LossKind{LostSpeakers, LostChannels, LostWordTimes, LostConfidence, LostEstimated, LostLanguage, LostStyle,
		LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decodeAll: decodeNeMo, encode: encodeNeMo, border: lineBorder,
	sniff: isDialect(dialectNeMo),
}

const nemoPrefix = "nemo."

// nemoKeys are those that a segment is made of.
var nemoKeys = map[string]bool{"audio_filepath": true, "offset": true, "duration": true, "text": true, "lang": true, "speaker": true}

func decodeNeMo(in *input) error {
	number := 0
	for line := range strings.Lines(in.text) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := in.pass(jsonRecord(line, number, in.utterance), number, number); err != nil {
			return err
		}
	}
	return nil
}

// utterance reads a line of a manifest.
func (in *input) utterance(v jsonValue, o jsonObject) error {
	path, err := nemoAudio(v, o)
	if err != nil {
		return err
	}
	language, err := o.get("lang").text()
	if err != nil {
		return err
	}
	part := in.recording(path, "")
	if transcript.Clean(path) == path {
		part.made.Media.Path = path
	}
	s, err := part.nemoSegment(v, o)
	if err != nil {
		return err
	}
	if part.made.Language == "" {
		part.made.Language = oneLine(language)
	}
	part.add(s, v.line())
	return nil
}

func nemoAudio(v jsonValue, o jsonObject) (string, error) {
	audio := o.get("audio_filepath")
	if audio.doc == nil {
		return "", v.fail(BadJSON)
	}
	return audio.text()
}

// nemoTimes reads where an utterance lies in its recording.
func nemoTimes(o jsonObject) (start, end time.Duration, err error) {
	start, _, err = o.get("offset").time(time.Second)
	if err != nil {
		return 0, 0, err
	}
	length, known, err := o.get("duration").time(time.Second)
	if err != nil || !known {
		return 0, 0, err
	}
	return start, start + length, nil
}

func (in *input) nemoSegment(v jsonValue, o jsonObject) (*transcript.Segment, error) {
	s := &transcript.Segment{}
	text, err := o.first("text", "pred_text").text()
	if err != nil {
		return nil, err
	}
	s.Text = transcript.Clean(text)
	if s.Start, s.End, err = nemoTimes(o); err != nil {
		return nil, err
	}
	speaker, err := o.get("speaker").label()
	if err != nil {
		return nil, err
	}
	if s.Speaker, err = in.speaker(in.made, speaker, v.line()); err != nil {
		return nil, err
	}
	for _, m := range o {
		if nemoKeys[m.key] || m.key == "pred_text" && o.get("text").doc == nil {
			continue
		}
		if compact, ok := compactJSON(m.value.raw()); ok {
			extra(&s.Extras, nemoPrefix+transcript.Clean(m.key), compact)
		}
	}
	return s, nil
}

func encodeNeMo(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	for _, s := range t.Segments {
		o := newJSONWriter(out)
		o.string("audio_filepath", t.Media.Path)
		if s.Timed() {
			o.raw("offset", seconds(s.Start))
			o.raw("duration", seconds(s.End-s.Start))
		}
		o.string("text", s.Text)
		if t.Language != "" {
			o.string("lang", t.Language)
		}
		if s.Speaker != "" {
			o.string("speaker", oneLine(t.SpeakerName(s.Speaker)))
		}
		for _, key := range sortedKeys(s.Extras, nemoPrefix) {
			name := strings.TrimPrefix(key, nemoPrefix)
			if compact, ok := compactJSON(s.Extras[key]); ok && !nemoKeys[name] {
				o.raw(name, compact)
			}
		}
		o.end()
		out.WriteByte('\n')
	}
	return nil
}
