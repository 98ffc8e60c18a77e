package format

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"tapescript/transcript"
)

// writeStudioSegment writes the items of a segment: those that it came from,
// with what has changed, and those that it needs besides.
func writeStudioSegment(out *bytes.Buffer, t *transcript.Transcript, s *transcript.Segment, next func()) error {
	kept, err := keptItems(s)
	if err != nil {
		return err
	}
	labelled, worded := false, false
	for _, item := range kept {
		value, err := item.get("value").object()
		if err != nil {
			return err
		}
		next()
		w := newJSONWriter(out)
		for _, m := range item {
			switch m.key {
			case "id":
				w.string("id", s.ID)
			case "value":
				w.raw("value", studioNewValue(t, s, value, &labelled, &worded))
			default:
				w.raw(m.key, m.value.raw())
			}
		}
		if item.get("id").doc == nil {
			w.string("id", s.ID)
		}
		w.end()
	}
	if speaker := studioLabel(t, s); !labelled && (len(kept) == 0 && s.Timed() || speaker != studioSpeech) {
		next()
		writeStudioItem(out, t, s, "labels", "labels", speaker)
	}
	if !worded && (s.Text != "" || !s.Timed()) {
		next()
		writeStudioItem(out, t, s, "transcription", "textarea", s.Text)
	}
	return nil
}

// keptItems is the items that a segment came from, each once, and none where
// they are not such.
func keptItems(s *transcript.Segment) ([]jsonObject, error) {
	kept := s.Extras[studioItems]
	if kept == "" {
		return nil, nil
	}
	if !json.Valid([]byte(kept)) {
		return nil, nil
	}
	list, err := parseJSON(kept, 1)
	if err != nil || list.kind() != '[' {
		return nil, nil
	}
	// What could not be read again is not what was read.
	trial := &input{made: &transcript.Transcript{}}
	if err := trial.studioSegments(trial, list); err != nil || len(trial.segments) != 1 || trial.made.Extras[studioRest] != "" {
		return nil, nil
	}
	var items []jsonObject
	err = list.objects(func(_ jsonValue, o jsonObject) error {
		items = append(items, o)
		return nil
	})
	return items, err
}

// studioLabel is the label of a segment: its speaker's name.
func studioLabel(t *transcript.Transcript, s *transcript.Segment) string {
	if name := oneLine(t.SpeakerName(s.Speaker)); s.Speaker != "" && name != "" {
		return name
	}
	return studioSpeech
}

// studioNewValue is a value with the segment's times, channel, label and text.
// What has not changed is written as it stood.
func studioNewValue(t *transcript.Transcript, s *transcript.Segment, value jsonObject, labelled, worded *bool) string {
	var out bytes.Buffer
	w := newJSONWriter(&out)
	studioPlace(w, s, value)
	for _, m := range value {
		switch m.key {
		case "start", "end", "channel":
		case "text":
			switch text, err := studioText(m.value); {
			case *worded || err == nil && text == s.Text: // others are notes
				w.raw("text", m.value.raw())
			default:
				w.raw("text", "["+quoteJSON(s.Text)+"]")
			}
			*worded = true
		case "labels":
			label := studioLabel(t, s)
			list, err := m.value.list()
			was := ""
			if err == nil && len(list) > 0 {
				was, _ = list[0].label() // what is no label is none
			}
			if oneLine(was) == label || *labelled {
				w.raw("labels", m.value.raw())
			} else {
				w.raw("labels", "["+quoteJSON(label)+"]")
			}
			*labelled = true
		default:
			w.raw(m.key, m.value.raw())
		}
	}
	w.end()
	return out.String()
}

// studioPlace writes start, end and channel; as they stood in the value where
// they are the same.
func studioPlace(w *jsonWriter, s *transcript.Segment, value jsonObject) {
	for _, border := range []struct {
		name string
		time time.Duration
	}{{"start", s.Start}, {"end", s.End}} {
		if !s.Timed() {
			continue
		}
		v := value.get(border.name)
		if d, known, err := v.time(time.Second); known && err == nil && d == border.time && v.kind() != '"' {
			w.raw(border.name, v.raw())
		} else {
			w.raw(border.name, seconds(border.time))
		}
	}
	if s.Channel > 0 {
		w.raw("channel", strconv.Itoa(s.Channel-1))
	}
}

// writeStudioItem writes an item of ours, whose content is a list of one.
func writeStudioItem(out *bytes.Buffer, t *transcript.Transcript, s *transcript.Segment, name, kind, content string) {
	b := append(out.AvailableBuffer(), `{"id":`...)
	b = appendJSON(b, s.ID)
	b = append(b, `,"from_name":"`...)
	b = append(b, name...)
	b = append(b, `","to_name":"audio","type":"`...)
	b = append(b, kind...)
	b = append(b, '"')
	if t.Media.Duration > 0 {
		b = append(b, `,"original_length":`...)
		b = appendSeconds(b, t.Media.Duration)
	}
	b = append(b, `,"value":{`...)
	if s.Timed() {
		b = append(b, `"start":`...)
		b = appendSeconds(b, s.Start)
		b = append(b, `,"end":`...)
		b = appendSeconds(b, s.End)
		b = append(b, ',')
	}
	if s.Channel > 0 {
		b = append(b, `"channel":`...)
		b = strconv.AppendInt(b, int64(s.Channel-1), 10)
		b = append(b, ',')
	}
	key := kind
	if kind == "textarea" {
		key = "text"
	}
	b = append(b, '"')
	b = append(b, key...)
	b = append(b, `":[`...)
	b = appendJSON(b, content)
	out.Write(append(b, "]}}"...))
}
