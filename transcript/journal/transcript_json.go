package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"tapescript/transcript"
)

// transcriptJSON is a whole transcript. Times are nanoseconds, offsets bytes.
type transcriptJSON struct {
	MediaPath     text          `json:"media_path,omitempty"`
	MediaSHA256   text          `json:"media_sha256,omitempty"`
	MediaDuration time.Duration `json:"media_duration,omitempty"`
	Language      text          `json:"language,omitempty"`
	Style         text          `json:"style,omitempty"`
	Speakers      []speakerJSON `json:"speakers,omitempty"`
	Segments      segmentsJSON  `json:"segments,omitempty"`
	Extras        extrasJSON    `json:"extras,omitempty"`
	// Draft is the draft that work began from, DraftIsThis that it was this very
	// transcript.
	Draft       *transcriptJSON `json:"draft,omitempty"`
	DraftIsThis bool            `json:"draft_is_this,omitempty"`
}

type speakerJSON struct {
	ID   text `json:"id"`
	Name text `json:"name,omitempty"`
}

type segmentJSON struct {
	ID      string        `json:"id"`
	Start   time.Duration `json:"start,omitempty"`
	End     time.Duration `json:"end,omitempty"`
	Speaker text          `json:"speaker,omitempty"`
	Channel int           `json:"channel,omitempty"`
	Text    string        `json:"text,omitempty"`
	Words   []wordJSON    `json:"words,omitempty"`
	Extras  extrasJSON    `json:"extras,omitempty"`
}

type wordJSON struct {
	From       int           `json:"from"`
	To         int           `json:"to"`
	Start      time.Duration `json:"start,omitempty"`
	End        time.Duration `json:"end,omitempty"`
	Confidence float64       `json:"confidence,omitempty"`
	Estimated  bool          `json:"estimated,omitempty"`
}

func transcriptToJSON(t *transcript.Transcript) *transcriptJSON {
	w := &transcriptJSON{
		MediaPath: text(t.Media.Path), MediaSHA256: text(t.Media.SHA256), MediaDuration: t.Media.Duration,
		Language: text(t.Language), Style: text(t.Style), Segments: t.Segments, Extras: extrasJSON(t.Extras),
	}
	for _, s := range t.Speakers {
		w.Speakers = append(w.Speakers, speakerJSON{text(s.ID), text(s.Name)})
	}
	switch d := t.Draft; {
	case d == nil:
	case slices.Equal(d.Segments, t.Segments) && slices.Equal(d.Speakers, t.Speakers):
		w.DraftIsThis = true
	default:
		bare := *d
		bare.Draft = nil
		w.Draft = transcriptToJSON(&bare)
	}
	return w
}

// transcript is the inverse of transcriptToJSON. The result need not be valid.
func (w *transcriptJSON) transcript() *transcript.Transcript {
	t := &transcript.Transcript{
		Media:    transcript.Media{Path: string(w.MediaPath), SHA256: string(w.MediaSHA256), Duration: w.MediaDuration},
		Language: string(w.Language), Style: string(w.Style), Segments: w.Segments, Extras: transcript.Extras(w.Extras),
	}
	for _, s := range w.Speakers {
		t.Speakers = append(t.Speakers, transcript.Speaker{ID: string(s.ID), Name: string(s.Name)})
	}
	switch {
	case w.DraftIsThis:
		d := *t
		d.Segments, d.Speakers = slices.Clone(t.Segments), slices.Clone(t.Speakers)
		t.Draft = &d
	case w.Draft != nil:
		t.Draft = w.Draft.transcript()
		t.Draft.Draft = nil
	}
	return t
}

func segmentToJSON(s *transcript.Segment) segmentJSON {
	return segmentJSON{
		ID: s.ID, Start: s.Start, End: s.End, Speaker: text(s.Speaker), Channel: s.Channel,
		Text: s.Text, Words: wordsToJSON(s.Words), Extras: extrasJSON(s.Extras),
	}
}

func (w *segmentJSON) segment() transcript.Segment {
	return transcript.Segment{
		ID: w.ID, Start: w.Start, End: w.End, Speaker: string(w.Speaker), Channel: w.Channel,
		Text: w.Text, Words: wordsFromJSON(w.Words), Extras: transcript.Extras(w.Extras),
	}
}

// segmentsJSON reads and writes its segments one at a time; see [batchJSON].
type segmentsJSON []*transcript.Segment

func (list segmentsJSON) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	size := 0
	for _, s := range list {
		size += len(s.ID) + len(s.Text) + 64*(1+len(s.Words))
	}
	buf.Grow(size) // about: one that doubles copies, and clears, as much again
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for i, s := range list {
		buf.WriteByte("[,"[min(i, 1)])
		if err := enc.Encode(segmentToJSON(s)); err != nil {
			return nil, err
		}
	}
	buf.WriteByte(']')
	return buf.Bytes(), nil
}

func (list *segmentsJSON) UnmarshalJSON(data []byte) error {
	return eachElement(data, func(d *json.Decoder) error {
		var w segmentJSON
		if err := d.Decode(&w); err != nil {
			return err
		}
		if w.ID == "" {
			return errors.New("a segment without an ID")
		}
		s := w.segment()
		*list = append(*list, &s)
		return nil
	})
}

// wordsToJSON and wordsFromJSON convert: the two types have the same fields.
func wordsToJSON(words []transcript.Word) []wordJSON {
	if len(words) == 0 {
		return nil
	}
	out := make([]wordJSON, len(words))
	for i, w := range words {
		out[i] = wordJSON(w)
	}
	return out
}

func wordsFromJSON(words []wordJSON) []transcript.Word {
	if len(words) == 0 {
		return nil
	}
	out := make([]transcript.Word, len(words))
	for i, w := range words {
		out[i] = transcript.Word(w)
	}
	return out
}

// text is a string that may hold bytes which are not UTF-8 (a path, what a
// file said): a JSON string where it does not, else {"base64": …}, so that
// nothing is replaced.
type text string

type base64JSON struct {
	Base64 []byte `json:"base64"`
}

func (s text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(s)) {
		return json.Marshal(string(s))
	}
	return json.Marshal(base64JSON{[]byte(s)})
}

func (s *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var b base64JSON
		err := json.Unmarshal(data, &b)
		*s = text(b.Base64)
		return err
	}
	return json.Unmarshal(data, (*string)(s))
}

// extrasJSON is an object of strings; with bytes that are not UTF-8 in it, it
// is a list of base64 strings instead: name, value, name, value …
type extrasJSON transcript.Extras

func (x extrasJSON) MarshalJSON() ([]byte, error) {
	var names []string
	clean := true
	for name, value := range x {
		names = append(names, name)
		clean = clean && utf8.ValidString(name) && utf8.ValidString(value)
	}
	if clean {
		return json.Marshal(map[string]string(x))
	}
	slices.Sort(names)
	var list []string
	for _, name := range names {
		list = append(list, base64.StdEncoding.EncodeToString([]byte(name)), base64.StdEncoding.EncodeToString([]byte(x[name])))
	}
	return json.Marshal(list)
}

func (x *extrasJSON) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		return json.Unmarshal(data, (*map[string]string)(x))
	}
	var list [][]byte // encoding/json reads base64 into bytes
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	if len(list)%2 != 0 {
		return errors.New("a name without a value")
	}
	*x = make(extrasJSON, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		(*x)[string(list[i])] = string(list[i+1])
	}
	return nil
}
