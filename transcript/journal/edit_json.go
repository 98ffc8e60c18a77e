package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"tapescript/transcript"
)

// editJSON is any edit: "do" names it, and it uses those of the other members
// that its kind has. Times are nanoseconds, offsets bytes.
type editJSON struct {
	Do      string        `json:"do"`
	Segment string        `json:"segment,omitempty"`
	At      int           `json:"at,omitempty"`
	Delete  string        `json:"delete,omitempty"`
	Insert  string        `json:"insert,omitempty"`
	Time    time.Duration `json:"time,omitempty"`
	Start   time.Duration `json:"start,omitempty"`
	End     time.Duration `json:"end,omitempty"`
	First   string        `json:"first,omitempty"`
	Second  string        `json:"second,omitempty"`
	NewID   string        `json:"new_id,omitempty"`
	Before  string        `json:"before,omitempty"`
	New     *segmentJSON  `json:"new,omitempty"`
	Speaker text          `json:"speaker,omitempty"`
	Name    text          `json:"name,omitempty"`
	Words   []wordJSON    `json:"words,omitempty"`
	Edits   batchJSON     `json:"edits,omitempty"`
}

// editToJSON fails only for a kind of edit that has no case here; a test finds
// such a kind before anybody meets it.
func editToJSON(e transcript.Edit) (editJSON, error) {
	switch e := e.(type) {
	case transcript.Splice:
		return editJSON{Do: "splice", Segment: e.Segment, At: e.At, Delete: e.Delete, Insert: e.Insert}, nil
	case transcript.Split:
		return editJSON{Do: "split", Segment: e.Segment, At: e.At, Time: e.Time, NewID: e.NewID}, nil
	case transcript.Merge:
		return editJSON{Do: "merge", First: e.First, Second: e.Second}, nil
	case transcript.Insert:
		s := segmentToJSON(&e.Segment)
		return editJSON{Do: "insert", New: &s, Before: e.Before}, nil
	case transcript.Delete:
		return editJSON{Do: "delete", Segment: e.Segment}, nil
	case transcript.Retime:
		return editJSON{Do: "retime", Segment: e.Segment, Start: e.Start, End: e.End}, nil
	case transcript.SetSpeaker:
		return editJSON{Do: "set_speaker", Segment: e.Segment, Speaker: text(e.Speaker)}, nil
	case transcript.AddSpeaker:
		return editJSON{Do: "add_speaker", Speaker: text(e.Speaker.ID), Name: text(e.Speaker.Name)}, nil
	case transcript.RenameSpeaker:
		return editJSON{Do: "rename_speaker", Speaker: text(e.ID), Name: text(e.Name)}, nil
	case transcript.SetWords:
		return editJSON{Do: "set_words", Segment: e.Segment, Words: wordsToJSON(e.Words)}, nil
	case transcript.Batch:
		return editJSON{Do: "batch", Edits: flatten(nil, e)}, nil
	}
	return editJSON{}, fmt.Errorf("the journal does not know how to write the edit %v", e)
}

// edit is the inverse of editToJSON. It checks the form; whether the edit fits
// is for the document to say.
func (w *editJSON) edit() (transcript.Edit, error) {
	switch w.Do {
	case "splice":
		return transcript.Splice{Segment: w.Segment, At: w.At, Delete: w.Delete, Insert: w.Insert}, nil
	case "split":
		return transcript.Split{Segment: w.Segment, At: w.At, Time: w.Time, NewID: w.NewID}, nil
	case "merge":
		return transcript.Merge{First: w.First, Second: w.Second}, nil
	case "insert":
		if w.New == nil {
			return nil, errors.New("an insertion without a segment")
		}
		return transcript.Insert{Segment: w.New.segment(), Before: w.Before}, nil
	case "delete":
		return transcript.Delete{Segment: w.Segment}, nil
	case "retime":
		return transcript.Retime{Segment: w.Segment, Start: w.Start, End: w.End}, nil
	case "set_speaker":
		return transcript.SetSpeaker{Segment: w.Segment, Speaker: string(w.Speaker)}, nil
	case "add_speaker":
		return transcript.AddSpeaker{Speaker: transcript.Speaker{ID: string(w.Speaker), Name: string(w.Name)}}, nil
	case "rename_speaker":
		return transcript.RenameSpeaker{ID: string(w.Speaker), Name: string(w.Name)}, nil
	case "set_words":
		return transcript.SetWords{Segment: w.Segment, Words: wordsFromJSON(w.Words)}, nil
	case "batch":
		return transcript.Batch{Edits: w.Edits}, nil
	}
	return nil, fmt.Errorf("the edit %q is unknown", w.Do)
}

// flatten lists the edits of a batch with batches in it: done and undone as
// one either way, and the file needs no nesting.
func flatten(list batchJSON, b transcript.Batch) batchJSON {
	for _, e := range b.Edits {
		if inner, ok := e.(transcript.Batch); ok {
			list = flatten(list, inner)
			continue
		}
		list = append(list, e)
	}
	return list
}

// batchJSON reads and writes its edits one at a time, so that a hostile line
// of empty objects costs no more memory than an honest one.
type batchJSON []transcript.Edit

func (b batchJSON) MarshalJSON() ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for i, e := range b {
		buf.WriteByte("[,"[min(i, 1)])
		w, err := editToJSON(e)
		if err != nil {
			return nil, err
		}
		if err := enc.Encode(w); err != nil {
			return nil, err
		}
	}
	buf.WriteByte(']')
	return buf.Bytes(), nil
}

func (b *batchJSON) UnmarshalJSON(data []byte) error {
	return eachElement(data, func(d *json.Decoder) error {
		var w editJSON
		if err := d.Decode(&w); err != nil {
			return err
		}
		if w.Do == "batch" {
			return errors.New("a batch in a batch")
		}
		e, err := w.edit()
		*b = append(*b, e)
		return err
	})
}

// eachElement calls read at each element of a JSON array; null has none.
func eachElement(data []byte, read func(*json.Decoder) error) error {
	d := json.NewDecoder(bytes.NewReader(data))
	open, err := d.Token()
	if err != nil || open == nil {
		return err
	}
	if open != json.Delim('[') {
		return errors.New("a list was expected")
	}
	for d.More() {
		if err := read(d); err != nil {
			return err
		}
	}
	return nil
}
