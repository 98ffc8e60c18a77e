package format

import (
	"strings"
	"time"

	"tapescript/transcript"
)

// amazon is the result of Amazon Transcribe:
//
//	{"results": {"language_code", "transcripts": […],
//	  "items": [{"id", "type": "pronunciation"|"punctuation", "start_time": "0.04", "end_time": "0.35",
//	    "alternatives": [{"confidence": "0.996", "content": "hello"}], "speaker_label", "channel_label": "ch_0"}],
//	  "audio_segments": [{"id", "transcript", "start_time", "end_time", "speaker_label", "channel_label", "items": [ids]}],
//	  "speaker_labels": {"segments": [{"items": [{"start_time", "speaker_label"}]}]},
//	  "channel_labels": {"channels": [{"channel_label", "items": […]}]}}}
//
// Numbers are strings. The segments are its own; older files have none, and
// say who speaks in speaker_labels alone: there, see utterances. Source: the
// service's Developer Guide, "Data input and output".
var amazon = Format{
	Name: dialectAmazon, Title: "Amazon Transcribe JSON", longLines: true,
	decode: decodeAmazon, sniff: isDialect(dialectAmazon),
}

func decodeAmazon(in *input) (*transcript.Transcript, error) {
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
	language, err := results.get("language_code").text()
	if err != nil {
		return nil, err
	}
	t.Language = languageTag(language)
	words, ids, err := in.amazonItems(results)
	if err != nil {
		return nil, err
	}
	if segments := results.get("audio_segments"); segments.doc != nil {
		return t, in.amazonSegments(t, segments, words, ids)
	}
	var all []*transcript.Segment
	var lines []int
	for _, u := range utterances(words) {
		s, err := u.segment(in, t)
		if err != nil {
			return nil, err
		}
		all, lines = append(all, s), append(lines, u[0].line)
	}
	in.addInOrder(all, lines)
	return t, nil
}

// amazonItems reads the words, of a recording of several channels one channel
// after the other, and says which word an item's ID means.
func (in *input) amazonItems(results jsonObject) (words []heard, ids map[string]int, err error) {
	speakers, err := amazonSpeakers(results.get("speaker_labels"))
	if err != nil {
		return nil, nil, err
	}
	ids = make(map[string]int)
	read := func(list, channel jsonValue) error {
		opening, first := "", len(words)
		return in.eachRecord(list, func(v jsonValue, o jsonObject) error {
			w, mark, err := in.amazonItem(v, o, channel, speakers)
			if err != nil {
				return err
			}
			id, err := o.get("id").label()
			if err != nil {
				return err
			}
			if mark {
				own := words[first:]
				punctuation(own, &opening, w.text)
			} else {
				w.text, opening = opening+w.text, ""
				words = append(words, w)
			}
			if id != "" && len(words) > 0 {
				ids[id] = len(words) - 1
			}
			return nil
		})
	}
	labels, err := results.get("channel_labels").object()
	if err != nil {
		return nil, nil, err
	}
	if channels := labels.get("channels"); channels.doc != nil {
		err := channels.objects(func(_ jsonValue, o jsonObject) error {
			return read(o.get("items"), o.get("channel_label"))
		})
		return words, ids, err
	}
	return words, ids, read(results.get("items"), jsonValue{})
}

func (in *input) amazonItem(v jsonValue, o jsonObject, channel jsonValue, speakers map[string]string) (w heard, mark bool, err error) {
	alternatives, err := o.get("alternatives").list()
	if err != nil {
		return w, false, err
	}
	if len(alternatives) == 0 {
		return w, false, v.fail(BadJSON)
	}
	best, err := alternatives[0].object()
	if err != nil {
		return w, false, err
	}
	w = heard{line: v.line()}
	if w.text, err = best.get("content").text(); err != nil {
		return w, false, err
	}
	kind, err := o.get("type").text()
	if err != nil || kind == "punctuation" {
		return w, true, err
	}
	if w.confidence, err = best.get("confidence").confidence(); err != nil {
		return w, false, err
	}
	if w.start, w.end, err = in.wordTimes(o.get("start_time"), o.get("end_time"), time.Second); err != nil {
		return w, false, err
	}
	if w.speaker, err = o.get("speaker_label").text(); err != nil {
		return w, false, err
	}
	if w.speaker == "" {
		w.speaker = speakers[plainNumber(o.get("start_time"))]
	}
	if label := o.get("channel_label"); label.doc != nil {
		channel = label
	}
	w.channel, err = amazonChannel(channel)
	return w, false, err
}

// amazonSpeakers says who speaks when a word begins, by the time as it stands
// there, for files whose items do not say.
func amazonSpeakers(labels jsonValue) (map[string]string, error) {
	speakers := make(map[string]string)
	o, err := labels.object()
	if err != nil {
		return nil, err
	}
	err = o.get("segments").objects(func(_ jsonValue, o jsonObject) error {
		return o.get("items").objects(func(_ jsonValue, o jsonObject) error {
			name, err := o.get("speaker_label").text()
			speakers[plainNumber(o.get("start_time"))] = name
			return err
		})
	})
	return speakers, err
}

// plainNumber is a number, in quotes or not, as it stands in the file.
func plainNumber(v jsonValue) string { return strings.Trim(v.raw(), `"`) }

// amazonChannel: ch_0 is the left one.
func amazonChannel(v jsonValue) (int, error) {
	name, err := v.text()
	if err != nil || name == "" {
		return 0, err
	}
	n, ok := digits(strings.TrimPrefix(name, "ch_"), 3)
	if !ok {
		return 0, v.fail(BadChannel)
	}
	return n + 1, nil
}

func (in *input) amazonSegments(t *transcript.Transcript, list jsonValue, words []heard, ids map[string]int) error {
	var all []*transcript.Segment
	var lines []int
	err := in.eachRecord(list, func(v jsonValue, o jsonObject) error {
		text, err := o.get("transcript").text()
		if err != nil {
			return err
		}
		s := &transcript.Segment{Text: trimmed(text)}
		if s.Start, s.End, err = segmentTimes(o.get("start_time"), o.get("end_time"), time.Second); err != nil {
			return err
		}
		speaker, err := o.get("speaker_label").text()
		if err != nil {
			return err
		}
		if s.Speaker, err = in.speaker(t, speaker, v.line()); err != nil {
			return err
		}
		if s.Channel, err = amazonChannel(o.get("channel_label")); err != nil {
			return err
		}
		items, err := o.get("items").list()
		if err != nil {
			return err
		}
		var own []heard
		last := -1
		for _, item := range items {
			id, err := item.label()
			if err != nil {
				return err
			}
			// A mark of punctuation has the number of its word.
			if n, ok := ids[id]; ok && n > last {
				own = append(own, words[n])
				last = n
			}
		}
		in.fitWords(s, own)
		all, lines = append(all, s), append(lines, v.line())
		return nil
	})
	in.addInOrder(all, lines)
	return err
}
