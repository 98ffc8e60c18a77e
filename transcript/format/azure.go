package format

import (
	"strings"
	"time"

	"tapescript/transcript"
)

// azure is the result of Azure's Speech service, of batch and of fast
// transcription:
//
//	batch {"source", "durationInTicks", "recognizedPhrases": [{"recognitionStatus": "Success", "channel": 0, "speaker": 1,
//	        "locale", "offsetInTicks", "durationInTicks",
//	        "nBest": [{"confidence", "lexical", "itn", "maskedITN", "display",
//	          "words": [{"word", "offsetInTicks", "durationInTicks", "confidence"}],
//	          "displayWords": [{"displayText", "offsetInTicks", "durationInTicks"}]}]}]}
//	fast  {"durationMilliseconds", "phrases": [{"channel": 0, "speaker": 1, "offsetMilliseconds", "durationMilliseconds",
//	        "text", "words": [{"text", "offsetMilliseconds", "durationMilliseconds"}], "locale", "confidence"}]}
//
// A tick is 100 ns; channels count from 0. The text is display, which hides no
// profanity, as maskedITN does; its words are displayWords, or else those of
// the lexical form, which keep their times where they stand in display too.
// Source: "Get batch transcription results" and the fast transcription API's
// reference.
var azure = Format{
	Name: dialectAzure, Title: "Azure Speech JSON", longLines: true,
	decode: decodeAzure, sniff: isDialect(dialectAzure),
}

const (
	azureTick       = 100 * time.Nanosecond
	azureConfidence = "azure.confidence" // a phrase's
	azureSource     = "azure.source"     // the recording's address
)

func decodeAzure(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return nil, err
	}
	top, err := root.object()
	if err != nil {
		return nil, err
	}
	source, err := top.get("source").text()
	if err != nil {
		return nil, err
	}
	if source, _, _ = strings.Cut(source, "?"); source != "" { // behind it stands the key to somebody's storage
		extra(&t.Extras, azureSource, oneLine(source))
	}
	if t.Media.Duration, err = azureTime(top, "duration"); err != nil {
		return nil, err
	}
	phrases, read := top.get("recognizedPhrases"), in.azureBatch
	if phrases.doc == nil {
		phrases, read = top.get("phrases"), in.azureFast
	}
	if phrases.doc == nil && top.first("combinedRecognizedPhrases", "combinedPhrases").doc == nil {
		return nil, root.fail(BadJSON)
	}
	var all []*transcript.Segment
	var lines []int
	err = in.eachRecord(phrases, func(v jsonValue, o jsonObject) error {
		s, err := in.azurePhrase(t, v, o)
		if err != nil {
			return err
		}
		if err := read(s, o); err != nil {
			return err
		}
		if s.Text != "" {
			all, lines = append(all, s), append(lines, v.line())
		}
		return nil
	})
	in.addInOrder(all, lines)
	return t, err
}

// azureTime reads NAMEInTicks or NAMEMilliseconds.
func azureTime(o jsonObject, name string) (time.Duration, error) {
	d, known, err := o.get(name + "InTicks").time(azureTick)
	if known || err != nil {
		return d, err
	}
	d, _, err = o.get(name + "Milliseconds").time(time.Millisecond)
	return d, err
}

// azurePhrase reads what batch and fast have in common.
func (in *input) azurePhrase(t *transcript.Transcript, v jsonValue, o jsonObject) (*transcript.Segment, error) {
	s := &transcript.Segment{}
	var err error
	if s.Start, err = azureTime(o, "offset"); err != nil {
		return nil, err
	}
	length, err := azureTime(o, "duration")
	if err != nil {
		return nil, err
	}
	s.End = s.Start + length
	channel, known, err := o.get("channel").whole()
	if err != nil {
		return nil, err
	}
	if known {
		s.Channel = channel + 1
	}
	if s.Speaker, err = in.azureSpeaker(t, v, o); err != nil {
		return nil, err
	}
	locale, err := o.get("locale").text()
	if t.Language == "" {
		t.Language = languageTag(locale)
	}
	return s, err
}

// azureSpeaker is a phrase's speaker; before version 3.1 it stood in nBest.
func (in *input) azureSpeaker(t *transcript.Transcript, v jsonValue, o jsonObject) (string, error) {
	name, err := o.get("speaker").label()
	if best, notList := o.get("nBest").list(); err == nil && name == "" && notList == nil && len(best) > 0 {
		phrase, wrong := best[0].object()
		if wrong != nil {
			return "", wrong
		}
		name, err = phrase.get("speaker").label()
	}
	if err != nil {
		return "", err
	}
	return in.speaker(t, name, v.line())
}

func (in *input) azureBatch(s *transcript.Segment, o jsonObject) error {
	best, err := o.get("nBest").list()
	if err != nil || len(best) == 0 { // of a recognitionStatus other than Success
		return err
	}
	phrase, err := best[0].object()
	if err != nil {
		return err
	}
	if err := in.azureText(s, phrase, "display", "lexical"); err != nil {
		return err
	}
	words := phrase.get("displayWords")
	if words.doc == nil {
		words = phrase.get("words")
	}
	return in.azureWords(s, words)
}

func (in *input) azureFast(s *transcript.Segment, o jsonObject) error {
	if err := in.azureText(s, o, "text"); err != nil {
		return err
	}
	return in.azureWords(s, o.get("words"))
}

func (in *input) azureText(s *transcript.Segment, o jsonObject, keys ...string) error {
	text, err := o.first(keys...).text()
	if err != nil {
		return err
	}
	s.Text = trimmed(text)
	c := o.get("confidence")
	if _, err := c.confidence(); err != nil || c.doc == nil {
		return err
	}
	extra(&s.Extras, azureConfidence, transcript.Clean(c.raw()))
	return nil
}

func (in *input) azureWords(s *transcript.Segment, list jsonValue) error {
	var words []heard
	err := list.objects(func(v jsonValue, o jsonObject) error {
		w := heard{line: v.line()}
		var err error
		if w.text, err = o.first("word", "text", "displayText").text(); err != nil {
			return err
		}
		if w.start, err = azureTime(o, "offset"); err != nil {
			return err
		}
		length, err := azureTime(o, "duration")
		if err != nil {
			return err
		}
		w.end = w.start + length
		if w.confidence, err = o.get("confidence").confidence(); err != nil {
			return err
		}
		words = append(words, w)
		return nil
	})
	in.fitWords(s, words)
	return err
}
