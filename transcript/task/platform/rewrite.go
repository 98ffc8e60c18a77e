package platform

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tapescript/transcript/task"
)

// Value is one thing that a result takes along into a file.
type Value struct {
	// Name is what it is: ValueText and the others below, else its column's or
	// key's name.
	Name string
	Text string
}

// What a value can be, whatever its column is called.
const (
	ValueText    = "text"
	ValueWorker  = "worker"
	ValueSpeaker = "speaker"
	ValueAudio   = "audio"
	ValueKey     = "key"
	ValueComment = "comment"
)

// Rewrite returns a result in which every value that could leave in a file is
// what change made of it: what was transcribed, its gold, draft and comment, who
// did it, the recording's name, and each cell of its row, or each string in its
// object. change gets all values of the result at once and returns as many. The
// recording's place on this machine and the transcript's own lines are left out.
func Rewrite(b task.Batch, r task.Result, change func(values []Value) []string) (task.Result, error) {
	w := &rewriter{batch: b}
	if _, err := w.result(r); err != nil { // collects
		return r, err
	}
	w.changed = change(w.values)
	return w.result(r)
}

// RewriteDossier puts in a dossier what change made of every value that somebody
// wrote in it, as [Rewrite] does with a result. Keys, who worked, and what names
// a recording are among the values, so that change sees them, and stay as they
// are. Transcripts are not among them: they are a format of their own.
func RewriteDossier(b task.Batch, d *task.Dossier, change func(values []Value) []string) error {
	w := &rewriter{batch: b}
	if err := w.dossier(d); err != nil { // collects
		return err
	}
	w.changed = change(w.values)
	for i, v := range w.values {
		switch v.Name {
		case ValueKey, ValueWorker, ValueAudio:
			w.changed[i] = v.Text
		}
	}
	return w.dossier(d)
}

func (w *rewriter) dossier(d *task.Dossier) (err error) {
	d.Task.Draft = w.value(ValueText, d.Task.Draft)
	d.Task.Audio.Speaker = w.value(ValueSpeaker, d.Task.Audio.Speaker)
	var sealed map[int]string
	if d.Gold != nil {
		d.Gold.Reason, sealed = w.value(ValueText, d.Gold.Reason), d.Gold.Cells
		for i, text := range d.Gold.Texts {
			d.Gold.Texts[i] = w.value(ValueText, text)
		}
	}
	if d.Task.Row.Cells, err = w.sealedCells(d.Task.Row.Cells, sealed); err != nil {
		return err
	}
	for i := range d.Answers {
		if err := w.answer(&d.Answers[i]); err != nil {
			return err
		}
	}
	for i := range d.Skipped {
		d.Skipped[i].Skipped = w.value(ValueComment, d.Skipped[i].Skipped)
	}
	return nil
}

func (w *rewriter) answer(a *task.Answer) (err error) {
	s := &a.Submission
	s.Text = w.value(ValueText, s.Text)
	for _, key := range slices.Sorted(maps.Keys(s.Extras)) {
		s.Extras[key] = w.value(key, s.Extras[key])
	}
	if s.Row.Cells, err = w.sealedCells(s.Row.Cells, a.Shown); err != nil {
		return err
	}
	for i := range a.Verdicts {
		v := &a.Verdicts[i]
		v.Comment = w.value(ValueComment, v.Comment)
		for k, arg := range v.Reason.Args {
			v.Reason.Args[k] = w.value(ValueComment, arg)
		}
	}
	if a.Appeal != nil {
		a.Appeal.Text, a.Appeal.Answer = w.value(ValueComment, a.Appeal.Text), w.value(ValueComment, a.Appeal.Answer)
	}
	return nil
}

// sealedCells rewrites a row together with those of its cells that are kept
// elsewhere, and puts each back where it was.
func (w *rewriter) sealedCells(cells []string, sealed map[int]string) ([]string, error) {
	whole := slices.Clone(cells)
	for i, cell := range sealed {
		if i >= 0 && i < len(whole) {
			whole[i] = cell
		}
	}
	list, err := w.cells(whole)
	if err != nil || w.changed == nil {
		return cells, err
	}
	if len(list) != len(cells) { // an object in other pieces: it is sealed whole, or not at all
		if len(sealed) == 0 {
			return list, nil
		}
		clear(sealed)
		for i, piece := range list {
			sealed[i] = piece
		}
		return make([]string, len(list)), nil
	}
	for i := range sealed {
		if i >= 0 && i < len(list) {
			sealed[i], list[i] = list[i], cells[i]
		}
	}
	return list, nil
}

// rewriter goes through a result twice, in the same order: to collect the
// values, and to put the new ones in their places.
type rewriter struct {
	batch   task.Batch
	values  []Value
	changed []string // nil the first time
	at      int
}

func (w *rewriter) value(name, text string) string {
	if text == "" {
		return ""
	}
	if w.changed == nil {
		w.values = append(w.values, Value{name, text})
		return text
	}
	text = w.changed[w.at]
	w.at++
	return text
}

func (w *rewriter) result(r task.Result) (task.Result, error) {
	t := &r.Task
	t.Key = w.value(ValueKey, t.Key)
	t.ID = task.TaskID(t.Batch, t.Key)
	t.Draft = w.value(ValueText, t.Draft)
	t.Audio.Ref = w.value(ValueAudio, t.Audio.Ref)
	t.Audio.Speaker = w.value(ValueSpeaker, t.Audio.Speaker)
	t.Audio.Path, t.Audio.SHA256 = "", ""
	if s := r.Submission; s != nil {
		c := *s
		c.ID = w.value(ValueKey, c.ID) // it may be made of the recording's name
		c.Text, c.Worker, c.Transcript, c.Extras = w.value(ValueText, c.Text), w.value(ValueWorker, c.Worker), nil, nil
		r.Submission = &c
	}
	if v := r.Verdict; v != nil {
		c := *v
		c.Comment = w.value(ValueComment, c.Comment)
		r.Verdict = &c
	}
	row := r.Row()
	if r.Gold != nil {
		c := task.Gold{Task: t.ID, Reason: w.value(ValueText, r.Gold.Reason)}
		for _, text := range r.Gold.Texts {
			c.Texts = append(c.Texts, w.value(ValueText, text))
		}
		r.Gold = &c // its cells are in the row
	}
	var err error
	if row.Cells, err = w.cells(row.Cells); err != nil {
		return r, err
	}
	t.Row = row
	if r.Submission != nil && r.Submission.Row.Cells != nil {
		r.Submission.Row = row
	}
	return r, nil
}

// cells rewrites a row: of a table cell by cell, of objects string by string.
func (w *rewriter) cells(cells []string) ([]string, error) {
	if len(cells) == 0 {
		return cells, nil
	}
	if whole := strings.Join(cells, ""); len(w.batch.Source.Header) == 0 && strings.HasPrefix(whole, "{") {
		raw, err := w.json("", json.RawMessage(whole))
		return pieces(string(raw)), err
	}
	t := newSheet(nil, w.batch, w.batch.Source.Format, ',')
	r := &rowReader{separator: t.comma}
	if t.plain {
		r.quotes = unquoted
	}
	names := cellNames(t.names, storedMapping(w.batch))
	list := slices.Clone(cells)
	for i, cell := range cells {
		name := ""
		if i < len(names) {
			name = names[i]
		}
		was := r.valueOf(cell)
		if now := w.value(name, was); now != was {
			list[i] = t.raw(now)
		}
	}
	return list, nil
}

// cellNames says what each column is.
func cellNames(columns []string, m Mapping) []string {
	names := slices.Clone(columns)
	for _, f := range []struct{ column, name string }{{m.Key, ValueKey}, {m.Audio, ValueAudio}, {m.Speaker, ValueSpeaker}, {m.Worker, ValueWorker},
		{m.Text, ValueText}, {m.Draft, ValueText}, {m.Gold, ValueText}, {m.Hint, ValueText}, {m.Comment, ValueComment}, {m.Reject, ValueComment}} {
		if i := columnOf(columns, f.column); f.column != "" && i >= 0 {
			names[i] = f.name
		}
	}
	return names
}

// jsonNames are the keys that say who, and what recording.
var jsonNames = map[string]string{
	"_session_id": ValueWorker, "_annotator_id": ValueWorker, "completed_by": ValueWorker, "worker_id": ValueWorker, "username": ValueWorker,
	"email": ValueWorker, "first_name": ValueWorker, "last_name": ValueWorker, "audio": ValueAudio, "audio_filepath": ValueAudio,
	"path": ValueAudio, "file": ValueAudio, "source-ref": ValueAudio, "attachment": ValueAudio, "file_name": ValueAudio, "speaker": ValueSpeaker,
}

func (w *rewriter) json(key string, raw json.RawMessage) (json.RawMessage, error) {
	switch raw[0] {
	case '"':
		var text string
		if err := json.Unmarshal(raw, &text); err != nil {
			return nil, bad(key, BadJSON, string(raw))
		}
		name := key
		if known := jsonNames[key]; known != "" {
			name = known
		}
		if now := w.value(name, text); now != text {
			return marshal(now), nil
		}
	case '{':
		o, err := parseObject(string(raw))
		if err != nil {
			return nil, err
		}
		for i, m := range o {
			if o[i].raw, err = w.json(m.key, m.raw); err != nil {
				return nil, err
			}
		}
		return json.RawMessage(o.String()), nil
	case '[':
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, bad(key, BadJSON, string(raw))
		}
		for i, e := range list {
			var err error
			if list[i], err = w.json(key, e); err != nil {
				return nil, err
			}
		}
		return marshal(list), nil
	}
	return raw, nil
}
