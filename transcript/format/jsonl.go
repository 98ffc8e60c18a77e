package format

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// jsonl is our own complete form, which holds everything: UTF-8 text, one JSON
// object a line, so that git shows a changed segment as one changed line.
//
// The first line is the header, the only one with the key "tapescript":
//
//	{"tapescript":"transcript","version":1,"media":{"path":"talk.flac","sha256":"…","duration":61.500},
//	 "language":"en","style":"clean","speakers":[{"id":"a","name":"Ann"}],"extras":{}}      (on one line)
//
// Each other line is a segment, in the order in which they are read:
//
//	{"id":"1","start":0.000,"end":2.400,"speaker":"a","channel":1,"text":"hello there",
//	 "words":[{"from":0,"to":5,"start":0.100,"end":0.450,"confidence":0.9,"estimated":true}],"extras":{}}
//
// Times are decimal seconds, exact to the nanosecond; from and to are byte
// offsets in text, half-open; start and end are missing where no time is
// known, and everything that is empty is left out. Blank lines are skipped. A
// reader keeps keys that it does not know, as extras "jsonl.KEY" that hold the
// JSON, and refuses a version greater than its own. Within version 1 keys may
// be added, never change their meaning.
//
// Lines without that header are read too where the first has a text and times:
// keys as above, start and end in seconds, the speaker by name. They are written
// with the header.
var jsonl = Format{
	Name: "jsonl", Title: "tapescript JSON Lines", Extensions: []string{".jsonl"},
	decode: decodeJSONL, encode: encodeJSONL, border: lineBorder, headed: true,
	sniff: func(head string) bool {
		line := strings.TrimSpace(firstOf(strings.TrimLeft(head, " \n")))
		return strings.HasPrefix(line, "{") && strings.Contains(line, `"tapescript"`)
	},
}

const (
	jsonlVersion = 1
	jsonlUnknown = "jsonl."
)

type headerLine struct {
	Tapescript string            `json:"tapescript"`
	Version    int               `json:"version"`
	Media      *mediaLine        `json:"media,omitempty"`
	Language   string            `json:"language,omitempty"`
	Style      string            `json:"style,omitempty"`
	Speakers   []speakerLine     `json:"speakers,omitempty"`
	Extras     transcript.Extras `json:"extras,omitempty"`
}

type mediaLine struct {
	Path     string       `json:"path,omitempty"`
	SHA256   string       `json:"sha256,omitempty"`
	Duration *jsonSeconds `json:"duration,omitempty"`
}

type speakerLine struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

type segmentLine struct {
	ID      string            `json:"id"`
	Start   *jsonSeconds      `json:"start,omitempty"`
	End     *jsonSeconds      `json:"end,omitempty"`
	Speaker string            `json:"speaker,omitempty"`
	Channel int               `json:"channel,omitempty"`
	Text    string            `json:"text"`
	Words   []wordLine        `json:"words,omitempty"`
	Extras  transcript.Extras `json:"extras,omitempty"`
}

type wordLine struct {
	From       int          `json:"from"`
	To         int          `json:"to"`
	Start      *jsonSeconds `json:"start,omitempty"`
	End        *jsonSeconds `json:"end,omitempty"`
	Confidence float64      `json:"confidence,omitempty"`
	Estimated  bool         `json:"estimated,omitempty"`
}

// jsonSeconds is a time as a decimal number that no float has rounded.
type jsonSeconds time.Duration

func (s jsonSeconds) MarshalJSON() ([]byte, error) { return []byte(seconds(time.Duration(s))), nil }

var errSeconds = errors.New("a time is a decimal number of seconds from 0 on")

func (s *jsonSeconds) UnmarshalJSON(data []byte) error {
	d, ok := parseSeconds(string(data))
	if !ok {
		return errSeconds
	}
	*s = jsonSeconds(d)
	return nil
}

// jsonSpan is a pair of times for JSON; no end is no time.
func jsonSpan(start, end time.Duration) (a, b *jsonSeconds) {
	if end == 0 {
		return nil, nil
	}
	s, e := jsonSeconds(start), jsonSeconds(end)
	return &s, &e
}

func (s *jsonSeconds) duration() time.Duration {
	if s == nil {
		return 0
	}
	return time.Duration(*s)
}

func decodeJSONL(in *input) (*transcript.Transcript, error) {
	t := in.start()
	number, header := 0, in.later()
	foreign, _ := in.carry.(bool)
	for line := range strings.Lines(in.text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		var err error
		if !header && isForeignLine(line) {
			header, foreign = true, true
			in.carry = true
		}
		switch {
		case foreign:
			err = jsonRecord(line, number, func(v jsonValue, o jsonObject) error { return in.foreignSegment(t, v, o) })
			err = in.pass(err, number, number)
		case header:
			err = in.pass(jsonlSegment(in, t, line, number), number, number)
		default:
			header, err = true, jsonlHeader(in, t, line, number)
		}
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// strictly decodes a line into v; keys that v does not know go to extras.
func strictly(line string, number int, v any, extras *transcript.Extras) error {
	d := json.NewDecoder(strings.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err == nil && d.InputOffset() == int64(len(line)) {
		return nil
	}
	// Slowly again: to keep unknown keys, or to say what is wrong.
	if err := json.Unmarshal([]byte(line), v); err != nil {
		return jsonError(line, number, err)
	}
	var all, known map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &all); err != nil {
		return jsonError(line, number, err)
	}
	again, err := json.Marshal(v)
	if err != nil {
		return jsonError(line, number, err)
	}
	if err := json.Unmarshal(again, &known); err != nil {
		return jsonError(line, number, err)
	}
	for key, value := range all {
		if _, ok := known[key]; !ok && !jsonlKeys[strings.ToLower(key)] {
			var compact bytes.Buffer
			if err := json.Compact(&compact, value); err != nil {
				return jsonError(line, number, err)
			}
			extra(extras, jsonlUnknown+key, compact.String())
		}
	}
	return nil
}

// jsonlKeys are those that are ours; empty ones are not written again.
var jsonlKeys = map[string]bool{
	"tapescript": true, "version": true, "media": true, "language": true, "style": true, "speakers": true, "extras": true,
	"id": true, "start": true, "end": true, "speaker": true, "channel": true, "text": true, "words": true,
}

// isForeignLine says whether a line is a segment of somebody else's.
func isForeignLine(line string) bool {
	v, err := parseJSON(line, 1)
	if err != nil || v.kind() != '{' {
		return false
	}
	o, err := v.object()
	return err == nil && o.get("tapescript").doc == nil && o.get("text").kind() == '"' && !o.get("start").null() && !o.get("end").null()
}

// foreignSegment reads a line without our header.
func (in *input) foreignSegment(t *transcript.Transcript, v jsonValue, o jsonObject) error {
	s := &transcript.Segment{}
	var err error
	if s.ID, err = o.get("id").label(); err != nil {
		return err
	}
	text, err := o.get("text").text()
	if err != nil {
		return err
	}
	s.Text = transcript.Clean(text)
	if s.Start, s.End, err = segmentTimes(o.get("start"), o.get("end"), time.Second); err != nil {
		return err
	}
	if s.Channel, _, err = o.get("channel").whole(); err != nil {
		return err
	}
	name, err := o.get("speaker").label()
	if err != nil {
		return err
	}
	if s.Speaker, err = in.speaker(t, name, v.line()); err != nil {
		return err
	}
	for _, m := range o {
		if compact, ok := compactJSON(m.value.raw()); ok && !foreignKeys[m.key] {
			extra(&s.Extras, jsonlUnknown+transcript.Clean(m.key), compact)
		}
	}
	in.add(s, v.line())
	return nil
}

// foreignKeys are those that a segment is made of.
var foreignKeys = map[string]bool{"id": true, "start": true, "end": true, "speaker": true, "channel": true, "text": true}

func jsonError(line string, number int, err error) error {
	e := at(number, BadJSON, line, CorrectLine)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		e.Column = column(line, int(syntax.Offset))
		e.Offending = cut(line[min(len(line), max(0, int(syntax.Offset)-1)):])
	case errors.As(err, &kind):
		e.Column = column(line, int(kind.Offset))
		e.Offending = cut(kind.Field)
	case errors.Is(err, errSeconds):
		e.Code = BadTime
	}
	return e
}

// column turns a count of bytes read into a column.
func column(line string, offset int) int {
	return max(1, len([]rune(line[:min(len(line), max(0, offset))])))
}

func jsonlHeader(in *input, t *transcript.Transcript, line string, number int) error {
	var h headerLine
	if err := strictly(line, number, &h, &h.Extras); err != nil {
		return err
	}
	switch {
	case h.Tapescript != "transcript":
		return at(number, NoSegments, line, NeedKeys)
	case h.Version > jsonlVersion:
		return at(number, NewerVersion, line, UpdateItself)
	case len(h.Speakers) > maxSpeakers:
		return at(number, TooManySpeakers, "", CorrectLine)
	}
	t.Language, t.Style = h.Language, oneLine(h.Style)
	t.Extras = cleanExtras(h.Extras)
	if m := h.Media; m != nil {
		t.Media = transcript.Media{Path: m.Path, SHA256: oneLine(m.SHA256), Duration: m.Duration.duration()}
		if transcript.Clean(m.Path) != m.Path {
			in.note(MediaDropped, number)
			t.Media = transcript.Media{}
		}
	}
	for _, s := range h.Speakers {
		t.Speakers = append(t.Speakers, transcript.Speaker{ID: oneLine(s.ID), Name: oneLine(s.Name)})
	}
	return validHere(t, number)
}

func jsonlSegment(in *input, t *transcript.Transcript, line string, number int) error {
	s, ok := readSegment(line)
	if !ok {
		var err error
		if s, err = anySegment(line, number); err != nil {
			return err
		}
	}
	text := s.Text
	s.Speaker, s.Text = oneLine(s.Speaker), transcript.Clean(text)
	if s.End < s.Start {
		return at(number, EndBeforeStart, line, CorrectLine)
	}
	if s.Text != text && len(s.Words) > 0 {
		in.note(WordTimesGone, number) // the offsets were those of another text
		s.Words = nil
	}
	if err := t.ValidateSegment(s); err != nil {
		return at(number, Invalid, err.Error(), CorrectLine)
	}
	in.add(s, number)
	return nil
}

// anySegment reads a line however it is written.
func anySegment(line string, number int) (*transcript.Segment, error) {
	var l segmentLine
	if err := strictly(line, number, &l, &l.Extras); err != nil {
		return nil, err
	}
	s := &transcript.Segment{
		ID: l.ID, Start: l.Start.duration(), End: l.End.duration(),
		Speaker: l.Speaker, Channel: l.Channel, Text: l.Text, Extras: cleanExtras(l.Extras),
	}
	for _, w := range l.Words {
		s.Words = append(s.Words, transcript.Word{From: w.From, To: w.To, Start: w.Start.duration(), End: w.End.duration(),
			Confidence: w.Confidence, Estimated: w.Estimated})
	}
	return s, nil
}

// validHere says a broken rule where it stands in the file.
func validHere(t *transcript.Transcript, number int) error {
	if err := t.Validate(); err != nil {
		return at(number, Invalid, err.Error(), CorrectLine)
	}
	return nil
}

func cleanExtras(e transcript.Extras) transcript.Extras {
	for _, key := range slices.Collect(maps.Keys(e)) {
		value := e[key]
		delete(e, key)
		e[transcript.Clean(key)] = transcript.Clean(value)
	}
	if len(e) == 0 {
		return nil
	}
	return e
}

func encodeJSONL(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	if !w.later {
		if err := jsonlHeaderLine(out, t); err != nil {
			return err
		}
	}
	for _, s := range t.Segments {
		if line, ok := appendSegment(out.AvailableBuffer(), s); ok {
			out.Write(line)
			continue
		}
		if err := writeAnySegment(out, s); err != nil {
			return fmt.Errorf("segment %s: %w", s.ID, err)
		}
	}
	return nil
}

// writeAnySegment writes a segment's line whatever it holds.
func writeAnySegment(out *bytes.Buffer, s *transcript.Segment) error {
	l := segmentLine{ID: s.ID, Speaker: s.Speaker, Channel: s.Channel, Text: s.Text, Extras: s.Extras}
	l.Start, l.End = jsonSpan(s.Start, s.End)
	for _, w := range s.Words {
		word := wordLine{From: w.From, To: w.To, Confidence: w.Confidence, Estimated: w.Estimated}
		word.Start, word.End = jsonSpan(w.Start, w.End)
		l.Words = append(l.Words, word)
	}
	return jsonLine(out, &l, l.Extras)
}

func jsonlHeaderLine(out *bytes.Buffer, t *transcript.Transcript) error {
	h := headerLine{Tapescript: "transcript", Version: jsonlVersion, Language: t.Language, Style: t.Style, Extras: t.Extras}
	if t.Media != (transcript.Media{}) {
		h.Media = &mediaLine{Path: t.Media.Path, SHA256: t.Media.SHA256}
		_, h.Media.Duration = jsonSpan(0, t.Media.Duration)
	}
	for _, s := range t.Speakers {
		h.Speakers = append(h.Speakers, speakerLine(s))
	}
	return jsonLine(out, &h, h.Extras)
}

// jsonLine writes one object on a line, with the keys that were not known
// behind our own, in the order of their names.
func jsonLine(out *bytes.Buffer, v any, extras transcript.Extras) error {
	foreign, ours := make(transcript.Extras), make(transcript.Extras)
	for key, value := range extras {
		name, found := strings.CutPrefix(key, jsonlUnknown)
		if found && json.Valid([]byte(value)) && !jsonlKeys[strings.ToLower(name)] {
			foreign[name] = value
			continue
		}
		ours[key] = value
	}
	switch v := v.(type) {
	case *headerLine:
		v.Extras = ours
	case *segmentLine:
		v.Extras = ours
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(foreign)) {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		out.Truncate(out.Len() - len("}\n"))
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(foreign[name])); err != nil {
			return err
		}
		fmt.Fprintf(out, ",%s:%s}\n", key, compact.String())
	}
	return nil
}
