package platform

import (
	"bufio"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"

	"tapescript/transcript/task"
)

// labelStudio is Label Studio's JSON, tasks to import or its export: a list of
// tasks, each a recording with what people have annotated and models predicted.
//
//	[{"id": 1, "data": {"audio": "/data/1.wav"}, "predictions": [{"model_version": "whisper", "result": […]}],
//	  "annotations": [{"id": 26, "completed_by": 1, "ground_truth": true, "was_cancelled": false, "lead_time": 17.6, "result": [
//	    {"id": "JYMr", "from_name": "transcription", "to_name": "audio", "type": "textarea",
//	     "value": {"start": 0.5, "end": 3.2, "text": ["hello there"]}}]}]}]
//
// An annotation of ground truth is gold, every other one that was not cancelled
// a worker's answer, which took lead_time seconds; a prediction is a draft. The
// text of several regions is one, in the order of their times. transcript/format
// reads the regions themselves. Source: Label Studio's guides, "Export
// annotations", "Import pre-annotations".
var labelStudio = Platform{
	Name: "label-studio", Title: "Label Studio", ByTask: true,
	sniff: func(h *head) bool {
		return h.keys["[].data"] || h.keys["data"] && h.holds("annotations", "predictions", "data.audio") || h.keys["[].annotations"]
	},
	open: func(s *source) (rows, error) {
		return openObjects(s, labelStudioRecords)
	},
	encode: encodeLabelStudio,
	corpus: writeLabelStudio,
}

// writeLabelStudio writes SPLIT.json for each split, tasks that Label Studio
// imports with one annotation of ground truth each, and the sound in audio/.
func writeLabelStudio(c *corpusWriter) error {
	var begun []string
	err := c.each(func(u *Utterance) error {
		name, separator := u.Split+".json", ",\n"
		if !slices.Contains(begun, name) {
			begun, separator = append(begun, name), "[\n"
		}
		audio, isWhole, err := c.sound(u, "audio/"+u.ID)
		if err != nil {
			return err
		}
		place := u.Audio
		if isWhole { // the file is the utterance
			place.Start, place.End = 0, u.length()
		}
		data := object{}.set("audio", audio).set("recording", u.Recording)
		if u.Speaker != "" {
			data = data.set("speaker", u.Speaker)
		}
		annotation := object{}.set("ground_truth", true).set("was_cancelled", false).set("result", studioResult(task.Task{Audio: place}, u.Text))
		o := object{}.set("data", data).set("annotations", []object{annotation}).set("meta", object{}.set("key", u.ID))
		return c.put(name, separator+o.String())
	})
	for _, name := range begun {
		if err == nil {
			err = c.put(name, "\n]\n")
		}
	}
	return err
}

func labelStudioRecords(o object) ([]task.Record, error) {
	r, err := labelStudioTask(o)
	if err != nil {
		return nil, err
	}
	if data, err := o.object("data"); err == nil && r.Audio.Speaker == "" {
		r.Audio.Speaker = oneLine(textOf(data, "speaker"))
	}
	annotations, err := o.objects("annotations")
	if err != nil {
		return nil, err
	}
	var done []*task.Done
	for _, a := range annotations {
		if textOf(a, "was_cancelled") == "true" {
			continue
		}
		text, err := resultText(a)
		if err != nil {
			return nil, err
		}
		if textOf(a, "ground_truth") == "true" {
			if text != "" {
				r.Gold = append(r.Gold, text)
			}
			continue
		}
		work, err := a.seconds("lead_time")
		if err != nil {
			return nil, err
		}
		done = append(done, &task.Done{Text: text, Worker: completedBy(a), Assignment: oneLine(textOf(a, "id")),
			Work: work, Submitted: date(textOf(a, "created_at"))})
	}
	r.Kind = kindOf(r.Gold, "")
	if len(done) == 0 {
		return []task.Record{r}, nil
	}
	var list []task.Record
	for _, d := range done {
		r.Done = d
		list = append(list, r)
	}
	return list, nil
}

func labelStudioTask(o object) (r task.Record, err error) {
	data, err := o.object("data")
	if err != nil {
		return r, err
	}
	key, _ := data.first("audio", "audio_url", "url", "video", "wav", "file")
	if key == "" { // the project's author names it as he likes
		for _, m := range data {
			if text := textOf(data, m.key); key == "" && audioLike(text) {
				key = m.key
			}
		}
	}
	if r.Audio.Ref, err = data.text(key); err != nil {
		return r, err
	}
	if r.Audio.Ref = oneLine(r.Audio.Ref); r.Audio.Ref == "" {
		return r, bad("data.audio", NoAudio, "")
	}
	if r.Key = oneLine(textOf(o, "id")); r.Key == "" {
		r.Key = r.Audio.Ref
	}
	predictions, err := o.objects("predictions")
	if err != nil || len(predictions) == 0 {
		return r, err
	}
	r.Draft, err = resultText(predictions[0])
	return r, err
}

// completedBy is who annotated: a number, or an object with one.
func completedBy(a object) string {
	raw := a.get("completed_by")
	if raw != nil && raw[0] == '{' {
		who, err := parseObject(string(raw))
		if err != nil {
			return ""
		}
		key, _ := who.first("id", "email", "username")
		return oneLine(textOf(who, key))
	}
	return oneLine(textOf(a, "completed_by"))
}

// resultText joins the texts of an annotation's regions, by their times.
func resultText(a object) (string, error) {
	items, err := a.objects("result")
	if err != nil {
		return "", err
	}
	type region struct {
		start float64
		text  string
	}
	var regions []region
	for _, item := range items {
		value, err := item.object("value")
		if err != nil {
			return "", err
		}
		lines, ok := stringList(value.get("text"))
		if !ok {
			return "", bad("text", BadJSON, string(value.get("text")))
		}
		if text := strings.TrimSpace(clean(strings.Join(lines, "\n"))); text != "" {
			start, _ := strconv.ParseFloat(textOf(value, "start"), 64) // what has no time comes first
			regions = append(regions, region{start, text})
		}
	}
	slices.SortStableFunc(regions, func(a, b region) int {
		switch {
		case a.start < b.start:
			return -1
		case a.start > b.start:
			return 1
		}
		return 0
	})
	var texts []string
	for _, r := range regions {
		texts = append(texts, r.text)
	}
	return strings.Join(texts, "\n"), nil
}

// stringList reads a list of strings, or one alone.
func stringList(raw json.RawMessage) ([]string, bool) {
	if raw == nil {
		return nil, true
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}, true
	}
	var list []string
	err := json.Unmarshal(raw, &list)
	return list, err == nil
}

func encodeLabelStudio(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	out := newObjectsOut(w, b, "label-studio", true)
	for list, err := range byTask(results) {
		if err != nil {
			return err
		}
		o := rowObject(b, "label-studio", list[0])
		if o == nil {
			o = object{}.set("data", object{}.set("audio", list[0].Task.Audio.Ref)).set("meta", object{}.set("key", list[0].Task.Key))
		}
		annotations, err := o.objects("annotations")
		if err != nil {
			return err
		}
		for _, r := range list {
			annotations = studioAnnotation(annotations, r, isOwn(b, "label-studio", r))
		}
		if list[0].Gold != nil && b.Source.Format != "label-studio" {
			for _, text := range list[0].Gold.Texts {
				annotations = append(annotations, object{}.set("ground_truth", true).set("result", studioResult(list[0].Task, text)))
			}
		}
		if len(annotations) > 0 {
			o = o.set("annotations", annotations)
		}
		out.write(o)
	}
	out.end()
	return nil
}

// studioAnnotation adds what a worker did to the annotations of a task, or the
// review to the one that is there.
func studioAnnotation(list []object, r task.Result, own bool) []object {
	s := r.Submission
	if s == nil {
		return list
	}
	at := -1
	if own {
		at = slices.IndexFunc(list, func(a object) bool {
			return s.Assignment != "" && oneLine(textOf(a, "id")) == s.Assignment
		})
		if at < 0 && !decided(r) {
			return list
		}
	}
	if at < 0 {
		a := object{}.set("completed_by", object{}.set("username", s.Worker)).set("was_cancelled", false).set("ground_truth", false).
			set("created_at", dateText(s.At)).set("unique_id", s.ID)
		if work := s.Wall; work > 0 {
			a = a.set("lead_time", secondsRaw(work))
		}
		list = append(list, a.set("result", studioResult(r.Task, s.Text)))
		at = len(list) - 1
	}
	if decided(r) {
		review := object{}.set("accepted", r.Verdict.Decision == task.Accepted).set("comment", r.Verdict.Comment)
		list[at] = list[at].set("reviews", []object{review})
	}
	return list
}

// studioResult is a text as the one region of a recording.
func studioResult(t task.Task, text string) []object {
	value := object{}
	if t.Audio.End > 0 {
		value = value.set("start", secondsRaw(t.Audio.Start)).set("end", secondsRaw(t.Audio.End))
	}
	if t.Audio.Channel > 0 {
		value = value.set("channel", t.Audio.Channel-1)
	}
	value = value.set("text", []string{text})
	return []object{object{}.set("id", "1").set("from_name", "transcription").set("to_name", "audio").set("type", "textarea").
		set("origin", "manual").set("value", value)}
}
