package format

import (
	"strconv"
	"time"

	"tapescript/transcript"
)

// deepgram is Deepgram's answer:
//
//	{"metadata": {"sha256", "duration", "channels"},
//	 "results": {
//	   "channels": [{"alternatives": [{"transcript", "confidence",
//	     "words": [{"word", "start", "end", "confidence", "speaker": 0, "punctuated_word"}]}], "detected_language"}],
//	   "utterances": [{"start", "end", "confidence", "channel": 0, "transcript", "words": […], "speaker": 0, "id"}]}}
//
// The segments are its utterances; where these were not asked for, see
// utterances. Speakers are counted anew on each channel: of several channels,
// "2:0" is the first on the second. The hash is the recording's, and a free
// check that it is the right one. Source: the API's reference, "Pre-recorded audio".
var deepgram = Format{
	Name: dialectDeepgram, Title: "Deepgram JSON", longLines: true,
	decode: decodeDeepgram, sniff: isDialect(dialectDeepgram),
}

func decodeDeepgram(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return nil, err
	}
	top, err := root.object()
	if err != nil {
		return nil, err
	}
	results, err := top.get("results").object()
	if err != nil {
		return nil, err
	}
	if len(results) == 0 {
		return nil, root.fail(BadJSON)
	}
	metadata, err := top.get("metadata").object()
	if err != nil {
		return nil, err
	}
	sum, err := metadata.get("sha256").text()
	if err != nil {
		return nil, err
	}
	t.Media.SHA256 = oneLine(sum)
	if t.Media.Duration, _, err = metadata.get("duration").time(time.Second); err != nil {
		return nil, err
	}
	var all []*transcript.Segment
	var lines []int
	channels, err := results.get("channels").list()
	if err != nil {
		return nil, err
	}
	several := len(channels) > 1
	for i, v := range channels {
		channel, err := v.object()
		if err != nil {
			return nil, err
		}
		language, err := channel.get("detected_language").text()
		if err != nil {
			return nil, err
		}
		if t.Language == "" {
			t.Language = languageTag(language)
		}
		if results.get("utterances").doc != nil {
			continue
		}
		words, err := in.deepgramChannel(channel)
		if err != nil {
			return nil, err
		}
		if several {
			for n := range words {
				words[n].channel = i + 1
				words[n].speaker = deepgramSpeaker(words[n].speaker, i+1)
			}
		}
		for _, u := range utterances(words) {
			s, err := u.segment(in, t)
			if err != nil {
				return nil, err
			}
			all, lines = append(all, s), append(lines, u[0].line)
		}
	}
	err = in.eachRecord(results.get("utterances"), func(v jsonValue, o jsonObject) error {
		s, err := in.deepgramUtterance(t, v, o, several)
		if err != nil {
			return err
		}
		all, lines = append(all, s), append(lines, v.line())
		return nil
	})
	in.addInOrder(all, lines)
	return t, err
}

// deepgramSpeaker tells the speakers of several channels apart.
func deepgramSpeaker(speaker string, channel int) string {
	if speaker == "" {
		return ""
	}
	return strconv.Itoa(channel) + ":" + speaker
}

// deepgramChannel returns the words of a channel's best alternative.
func (in *input) deepgramChannel(channel jsonObject) ([]heard, error) {
	alternatives, err := channel.get("alternatives").list()
	if err != nil || len(alternatives) == 0 {
		return nil, err
	}
	best, err := alternatives[0].object()
	if err != nil {
		return nil, err
	}
	return in.deepgramWords(best.get("words"))
}

func (in *input) deepgramWords(list jsonValue) ([]heard, error) {
	var words []heard
	err := list.objects(func(v jsonValue, o jsonObject) error {
		w := heard{line: v.line()}
		var err error
		if w.text, err = o.first("punctuated_word", "word").text(); err != nil {
			return err
		}
		if w.start, w.end, err = in.wordTimes(o.get("start"), o.get("end"), time.Second); err != nil {
			return err
		}
		if w.confidence, err = o.get("confidence").confidence(); err != nil {
			return err
		}
		w.speaker, err = o.get("speaker").label()
		words = append(words, w)
		return err
	})
	return words, err
}

func (in *input) deepgramUtterance(t *transcript.Transcript, v jsonValue, o jsonObject, several bool) (*transcript.Segment, error) {
	text, err := o.get("transcript").text()
	if err != nil {
		return nil, err
	}
	s := &transcript.Segment{Text: trimmed(text)}
	if s.ID, err = o.get("id").label(); err != nil {
		return nil, err
	}
	if s.Start, s.End, err = segmentTimes(o.get("start"), o.get("end"), time.Second); err != nil {
		return nil, err
	}
	speaker, err := o.get("speaker").label()
	if err != nil {
		return nil, err
	}
	channel, known, err := o.get("channel").whole()
	if err != nil {
		return nil, err
	}
	if known && several {
		s.Channel = channel + 1
		speaker = deepgramSpeaker(speaker, s.Channel)
	}
	if s.Speaker, err = in.speaker(t, speaker, v.line()); err != nil {
		return nil, err
	}
	words, err := in.deepgramWords(o.get("words"))
	in.fitWords(s, words)
	return s, err
}
