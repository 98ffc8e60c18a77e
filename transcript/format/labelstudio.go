package format

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"tapescript/transcript"
)

// labelStudio is Label Studio's JSON: a list of tasks, each a recording, with
// what people have annotated and models have predicted:
//
//	[{"id": 1, "data": {"audio": "/data/1.wav"},
//	  "annotations": [{"was_cancelled": false, "ground_truth": true, "lead_time": 17.6, "result": [
//	    {"id": "JYMr", "from_name": "labels", "to_name": "audio", "type": "labels", "original_length": 732.02,
//	     "value": {"start": 0.5, "end": 3.2, "channel": 0, "labels": ["Ann"]}},
//	    {"id": "JYMr", "from_name": "transcription", "to_name": "audio", "type": "textarea",
//	     "value": {"start": 0.5, "end": 3.2, "channel": 0, "text": ["hello there"]}}]}],
//	  "predictions": [{"result": […]}]}]
//
// All items of one ID are a segment: its first label says who speaks (Speech,
// the label of those who mark speech alone, says nobody), its first text is a
// list of lines.
// Of several annotations the first that was not cancelled is read, one of
// ground truth before others; where there is none, the first prediction, which
// is written back as an annotation beside it. Everything else in a task and in
// its items goes back out. The export JSON_MIN, whose tasks hold the regions
// and the texts as two lists, is read and written in full. Source: Label
// Studio's guides, "Export annotations" and "Audio transcription".
var labelStudio = Format{
	Name: dialectLabelStudio, Title: "Label Studio JSON", longLines: true, around: 320,
	Cannot: []LossKind{LostSpeakers, LostWordTimes, LostConfidence, LostEstimated, LostLanguage, LostStyle, LostMedia,
		LostSpeakerIDs, LostExtras},
	decodeAll: decodeLabelStudio, encode: encodeLabelStudio, border: studioBorder,
	sniff: isDialect(dialectLabelStudio),
}

const (
	studioBefore = "labelstudio.before" // the task, up to the result that was read
	studioAfter  = "labelstudio.after"  // and behind it
	studioRest   = "labelstudio.rest"   // items of that result that are no segment, as a JSON list
	studioItems  = "labelstudio.items"  // of a segment, as a JSON list
	studioSpeech = "Speech"             // the label that names no speaker
)

// AnnotationsPassed notes that a recording was annotated more than once.
const AnnotationsPassed NoteCode = "annotations-passed-over"

func decodeLabelStudio(in *input) error {
	if in.later() || in.more {
		return in.studioPart()
	}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return err
	}
	if root.kind() == '{' { // one task, as the API returns it
		o, err := root.object()
		if err != nil {
			return err
		}
		return in.studioTask(root, o)
	}
	return in.eachRecord(root, in.studioTask)
}

func (in *input) studioTask(v jsonValue, task jsonObject) error {
	if task.first("data", "annotations", "predictions").doc == nil {
		return in.studioMinimal(v, task)
	}
	path, err := studioAudio(task)
	if err != nil {
		return err
	}
	part := in.recording(path, "")
	part.setMedia(path, v.line())
	result, err := part.studioResult(task)
	if err != nil {
		return err
	}
	part.studioWrapper(v, result)
	return in.studioSegments(part, result)
}

// setMedia names the recording, unless its name would steer a terminal.
func (in *input) setMedia(path string, line int) {
	if transcript.Clean(path) != path {
		in.note(MediaDropped, line)
		return
	}
	in.made.Media.Path = path
}

// studioAudio is the recording of a task: data names its parts as the
// project's author likes.
func studioAudio(task jsonObject) (string, error) {
	data, err := task.get("data").object()
	if err != nil {
		return "", err
	}
	if v := data.first("audio", "audio_url", "url", "video"); v.doc != nil {
		return v.text()
	}
	for _, m := range data {
		if m.value.kind() == '"' {
			return m.value.text()
		}
	}
	return "", nil
}

// studioResult chooses what is read of a task: see labelStudio.
func (in *input) studioResult(task jsonObject) (jsonValue, error) {
	var chosen jsonValue
	gold := false
	err := task.get("annotations").objects(func(v jsonValue, o jsonObject) error {
		result := o.get("result")
		isGold := o.get("ground_truth").raw() == "true"
		switch {
		case o.get("was_cancelled").raw() == "true" || result.doc == nil:
			return nil
		case chosen.doc != nil:
			in.note(AnnotationsPassed, v.line())
		}
		if chosen.doc == nil || isGold && !gold {
			chosen, gold = result, isGold
		}
		return nil
	})
	if chosen.doc != nil || err != nil {
		return chosen, err
	}
	predictions, err := task.get("predictions").list()
	if err != nil || len(predictions) == 0 {
		return jsonValue{}, err
	}
	o, err := predictions[0].object()
	return o.get("result"), err
}

// studioWrapper keeps the task around its result: as it stands around that of
// an annotation, else with a new annotation at its end.
func (in *input) studioWrapper(task, result jsonValue) {
	members, err := task.object()
	if err != nil {
		return
	}
	annotations := jsonObject(members).get("annotations")
	var before, after bytes.Buffer
	if result.doc != nil && annotations.doc != nil && annotations.from <= result.from && result.to <= annotations.to {
		before.WriteString(task.doc.text[task.from:result.from])
		after.WriteString(task.doc.text[result.to:task.to])
	} else {
		w := newJSONWriter(&before)
		for _, m := range members {
			if m.key != "annotations" {
				w.raw(m.key, m.value.raw())
			}
		}
		if w.begun {
			before.WriteByte(',')
		}
		before.WriteString(`"annotations":[{"result":`)
		after.WriteString(`}]}`)
	}
	// Compacted as one text, in which a mark stands for the result.
	const mark = `"labelstudio.result"`
	whole, ok := compactJSON(before.String() + mark + after.String())
	if ok && strings.Count(whole, mark) == 1 {
		head, tail, _ := strings.Cut(whole, mark)
		extra(&in.made.Extras, studioBefore, head)
		extra(&in.made.Extras, studioAfter, tail)
	}
}

// isStudioRegion says whether an item is about a stretch of the recording, or
// its words; others are about the task, or join two regions.
func isStudioRegion(item jsonObject) bool {
	_, ok := studioRegionValue(item, nil)
	return ok
}

// studioRegionValue is the value of a region, in the room of another one.
func studioRegionValue(item, room jsonObject) (value jsonObject, ok bool) {
	v := item.get("value")
	if v.kind() != '{' {
		return room, false
	}
	value, err := v.objectIn(room)
	return value, err == nil && value.first("start", "end", "text", "labels").doc != nil
}

// studioRegion is the items of one ID.
type studioRegion struct {
	id    string
	items []jsonValue
}

// studioSegments reads the segments of a part; broken ones are passed over where
// somebody asked for that.
func (in *input) studioSegments(part *input, result jsonValue) error {
	var regions []*studioRegion
	byID := make(map[string]*studioRegion)
	var last *studioRegion
	var rest []string
	var room, value jsonObject
	item := func(v jsonValue) error {
		item, err := v.objectIn(room)
		if err != nil {
			return err
		}
		room = item
		var ok bool
		if value, ok = studioRegionValue(item, value); !ok {
			if compact, ok := compactJSON(v.raw()); ok {
				rest = append(rest, compact)
			}
			return nil
		}
		id, err := item.get("id").label()
		if err != nil {
			return err
		}
		if part.made.Media.Duration == 0 {
			if part.made.Media.Duration, _, err = item.get("original_length").time(time.Second); err != nil {
				return err
			}
		}
		if last == nil || id == "" || last.id != id { // the items of one stand together
			region := byID[id]
			if region == nil || id == "" {
				region = &studioRegion{id: id, items: make([]jsonValue, 0, 2)}
				byID[id] = region
				regions = append(regions, region)
			}
			last = region
		}
		last.items = append(last.items, v)
		return nil
	}
	if err := result.each(func(v jsonValue) error { return in.skip(item(v), v) }); err != nil {
		return err
	}
	if len(rest) > 0 {
		extra(&part.made.Extras, studioRest, "["+strings.Join(rest, ",")+"]")
	}
	var rooms studioRooms
	for _, region := range regions {
		if err := in.skip(part.studioSegment(region, &rooms), region.items...); err != nil {
			return err
		}
	}
	return nil
}

// studioRooms are used again for each segment.
type studioRooms struct {
	item, value jsonObject
	ours        bytes.Buffer
}

func (in *input) studioSegment(region *studioRegion, rooms *studioRooms) error {
	s := &transcript.Segment{ID: region.id}
	worded := false
	for _, v := range region.items {
		item, err := v.objectIn(rooms.item)
		if err != nil {
			return err
		}
		rooms.item = item
		value, err := item.get("value").objectIn(rooms.value)
		if err != nil {
			return err
		}
		if value != nil {
			rooms.value = value
		}
		if s.End == 0 {
			if s.Start, s.End, err = segmentTimes(value.get("start"), value.get("end"), time.Second); err != nil {
				return err
			}
		}
		if err := in.studioValue(s, value); err != nil {
			return err
		}
		if v := value.get("text"); v.doc != nil && !worded {
			if s.Text, err = studioText(v); err != nil {
				return err
			}
			worded = true
		}
	}
	if !in.studioOurs(s, region, &rooms.ours) {
		var items []string
		for _, v := range region.items {
			if compact, ok := compactJSON(v.raw()); ok {
				items = append(items, compact)
			}
		}
		extra(&s.Extras, studioItems, "["+strings.Join(items, ",")+"]")
	}
	in.add(s, region.items[0].line())
	return nil
}

// studioOurs says whether the items of a segment are what we would write of it:
// such need not be kept.
func (in *input) studioOurs(s *transcript.Segment, region *studioRegion, ours *bytes.Buffer) bool {
	ours.Reset()
	if err := writeStudioSegment(ours, in.made, s, func() { ours.WriteByte('\n') }); err != nil {
		return false
	}
	text := ours.Bytes()
	for _, v := range region.items {
		raw := v.raw()
		if len(text) <= len(raw) || string(text[1:1+len(raw)]) != raw {
			return false
		}
		text = text[1+len(raw):]
	}
	return len(text) == 0
}

// studioValue reads the channel and the speaker of an item.
func (in *input) studioValue(s *transcript.Segment, value jsonObject) error {
	channel, known, err := value.get("channel").whole()
	if err != nil {
		return err
	}
	if known {
		s.Channel = channel + 1
	}
	labels, err := value.get("labels").list()
	if err != nil || len(labels) == 0 || s.Speaker != "" {
		return err
	}
	name, err := labels[0].label()
	if err != nil || name == studioSpeech {
		return err
	}
	s.Speaker, err = in.speaker(in.made, name, labels[0].line())
	return err
}

// studioText is the lines of a text, which is a list or, in JSON_MIN, a string.
func studioText(v jsonValue) (string, error) {
	if v.kind() != '[' {
		text, err := v.text()
		return transcript.Clean(text), err
	}
	list, err := v.list()
	if err != nil {
		return "", err
	}
	var lines []string
	for _, item := range list {
		line, err := item.text()
		if err != nil {
			return "", err
		}
		lines = append(lines, transcript.Clean(line))
	}
	return strings.Join(lines, "\n"), nil
}

// studioMinimal reads a task of JSON_MIN: a list of regions and a text for
// each of them.
func (in *input) studioMinimal(v jsonValue, task jsonObject) error {
	var path string
	var regions, texts []jsonValue
	var text jsonValue
	for _, m := range task {
		list, _ := m.value.list() // a key of another type has none
		switch {
		case len(list) > 0 && list[0].kind() == '{' && regions == nil:
			regions = list
		case m.key == "transcription" || m.key == "text":
			text, texts = m.value, list
			if m.value.kind() == '"' {
				texts = []jsonValue{m.value}
			}
		case m.value.kind() == '"' && path == "" && (m.key == "audio" || m.key == "url" || m.key == "video"):
			path = unquote(m.value.raw())
		}
	}
	part := in.recording(path, "")
	part.setMedia(path, v.line())
	if len(regions) > 0 && len(texts) > 0 && len(texts) != len(regions) {
		return text.fail(Invalid)
	}
	for i := range max(len(regions), len(texts)) {
		s, record := &transcript.Segment{}, v
		var err error
		if i < len(regions) {
			record = regions[i]
			err = part.studioTimes(s, record)
		}
		if i < len(texts) && err == nil {
			s.Text, err = studioText(texts[i])
		}
		if err != nil {
			if err = in.skip(err, record); err != nil {
				return err
			}
			continue
		}
		part.add(s, record.line())
	}
	return nil
}

// studioTimes reads the region that a task of JSON_MIN has for a segment.
func (in *input) studioTimes(s *transcript.Segment, region jsonValue) error {
	value, err := region.object()
	if err != nil {
		return err
	}
	if s.Start, s.End, err = segmentTimes(value.get("start"), value.get("end"), time.Second); err != nil {
		return err
	}
	return in.studioValue(s, value)
}

func encodeLabelStudio(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	before, after := studioFrame(t)
	if (w.later || !w.last) && ("["+before+"[" != studioOpens+quoteJSON(t.Media.Path)+studioResult || "]"+after+"]" != studioCloses || t.Extras[studioRest] != "") {
		return ErrWhole
	}
	if !w.later {
		out.WriteString("[" + before + "[")
	}
	begun := w.count > 0
	next := func() {
		if begun {
			out.WriteByte(',')
		}
		begun = true
		out.WriteByte('\n')
	}
	for _, s := range t.Segments {
		if err := writeStudioSegment(out, t, s, next); err != nil {
			return err
		}
	}
	if !w.last {
		return nil
	}
	if err := writeStudioRest(out, t, next); err != nil {
		return err
	}
	out.WriteString("]" + after + "]\n")
	return nil
}

// writeStudioRest writes the items that are no segment's.
func writeStudioRest(out *bytes.Buffer, t *transcript.Transcript, next func()) error {
	rest, err := parseJSON(t.Extras[studioRest], 1)
	if err != nil || rest.kind() != '[' || !json.Valid([]byte(rest.raw())) {
		return nil
	}
	list, err := rest.list()
	if err != nil {
		return err
	}
	for _, item := range list {
		if o, err := item.object(); err == nil && !isStudioRegion(o) && item.kind() == '{' {
			next()
			out.WriteString(item.raw())
		}
	}
	return nil
}

// studioFits says whether a task that was kept is one, and still about the
// same recording.
func studioFits(t *transcript.Transcript, before, after string) bool {
	whole := before + "[]" + after
	if !json.Valid([]byte(whole)) {
		return false
	}
	v, err := parseJSON(whole, 1)
	if err != nil || v.kind() != '{' {
		return false
	}
	task, err := v.object()
	if err != nil {
		return false
	}
	path, err := studioAudio(task)
	if err != nil || path != t.Media.Path {
		return false
	}
	var in input
	result, err := in.studioResult(task)
	return err == nil && result.doc != nil && result.from == len(before) && result.to == len(before)+2
}
