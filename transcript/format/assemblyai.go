package format

import (
	"time"

	"tapescript/transcript"
)

// assemblyAI is AssemblyAI's transcript:
//
//	{"id", "status": "completed", "language_code": "en_us", "audio_duration": 281, "text",
//	 "words": [{"text", "start": 250, "end": 650, "confidence": 0.97, "speaker": "A", "channel": "1"}],
//	 "utterances": [{"speaker": "A", "channel", "text", "start", "end", "confidence", "words": […]}] or null}
//
// Times are whole milliseconds, the duration is in seconds. The segments are
// its utterances, else see utterances. Source: the API's reference, "Get
// transcript".
var assemblyAI = Format{
	Name: dialectAssemblyAI, Title: "AssemblyAI JSON", longLines: true,
	decode: decodeAssemblyAI, sniff: isDialect(dialectAssemblyAI),
}

func decodeAssemblyAI(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return nil, err
	}
	o, err := root.object()
	if err != nil {
		return nil, err
	}
	language, err := o.get("language_code").text()
	if err != nil {
		return nil, err
	}
	t.Language = languageTag(language)
	if t.Media.Duration, _, err = o.get("audio_duration").time(time.Second); err != nil {
		return nil, err
	}
	if turns := o.get("utterances"); turns.doc != nil {
		return t, in.eachRecord(turns, func(v jsonValue, o jsonObject) error { return in.assemblyTurn(t, v, o) })
	}
	if o.first("words", "text", "status").doc == nil {
		return nil, root.fail(BadJSON)
	}
	words, err := in.assemblyWords(o.get("words"))
	if err != nil {
		return nil, err
	}
	return t, in.addUtterances(t, words)
}

func (in *input) assemblyTurn(t *transcript.Transcript, v jsonValue, o jsonObject) error {
	text, err := o.get("text").text()
	if err != nil {
		return err
	}
	s := &transcript.Segment{Text: trimmed(text)}
	if s.Start, s.End, err = segmentTimes(o.get("start"), o.get("end"), time.Millisecond); err != nil {
		return err
	}
	speaker, err := o.get("speaker").label()
	if err != nil {
		return err
	}
	if s.Speaker, err = in.speaker(t, speaker, v.line()); err != nil {
		return err
	}
	if s.Channel, _, err = o.get("channel").whole(); err != nil {
		return err
	}
	words, err := in.assemblyWords(o.get("words"))
	if err != nil {
		return err
	}
	in.fitWords(s, words)
	in.add(s, v.line())
	return nil
}

func (in *input) assemblyWords(list jsonValue) ([]heard, error) {
	var words []heard
	err := list.objects(func(v jsonValue, o jsonObject) error {
		w := heard{line: v.line()}
		var err error
		if w.text, err = o.get("text").text(); err != nil {
			return err
		}
		if w.start, w.end, err = in.wordTimes(o.get("start"), o.get("end"), time.Millisecond); err != nil {
			return err
		}
		if w.confidence, err = o.get("confidence").confidence(); err != nil {
			return err
		}
		if w.speaker, err = o.get("speaker").label(); err != nil {
			return err
		}
		w.channel, _, err = o.get("channel").whole()
		words = append(words, w)
		return err
	})
	return words, err
}
