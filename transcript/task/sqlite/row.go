package sqlite

import (
	"database/sql"
	"encoding/json"
	"time"

	"tapescript/transcript/task"
)

// taskColumns are those that scanTask reads.
const taskColumns = `t.n, t.key, t.class, t.state, t.overlap, t.priority, t.deadline, t.ref, t.audio, t.draft, t.price, t.line, t.cells, b.id, b.body`

type taskRow struct {
	n, overlap, priority, deadline, line int64
	class, state                         int
	key, batch, body                     string
	ref, audio, draft, price             sql.NullString
	cells                                []byte
}

func (r *taskRow) targets() []any {
	return []any{&r.n, &r.key, &r.class, &r.state, &r.overlap, &r.priority, &r.deadline, &r.ref, &r.audio, &r.draft, &r.price, &r.line, &r.cells, &r.batch, &r.body}
}

// batches remembers the last batch that was read: rows of one batch follow each
// other.
type batches struct {
	body  string
	batch task.Batch
}

func (m *batches) parse(body string) (*task.Batch, error) {
	if m.body != body {
		var b task.Batch
		if err := json.Unmarshal([]byte(body), &b); err != nil {
			return nil, err
		}
		m.body, m.batch = body, b
	}
	return &m.batch, nil
}

func (r *taskRow) task(m *batches) (task.Task, error) {
	b, err := m.parse(r.body)
	if err != nil {
		return task.Task{}, err
	}
	t := task.Task{
		ID: task.TaskID(r.batch, r.key), Batch: r.batch, Key: r.key, Kind: task.KindOf(r.class), State: task.Open,
		Draft: r.draft.String, Overlap: int(r.overlap), Priority: int(-r.priority), Price: b.Price,
		Row: task.Row{Line: r.line, Cells: task.UnpackCells(r.cells)},
	}
	if r.state != 0 {
		t.State = task.Full
	}
	if r.deadline != task.NoDeadline {
		t.Deadline = fromUnix(r.deadline)
	}
	if r.audio.Valid {
		if err := json.Unmarshal([]byte(r.audio.String), &t.Audio); err != nil {
			return t, err
		}
	}
	t.Audio.Ref = r.key
	if r.ref.Valid {
		t.Audio.Ref = r.ref.String
	}
	if r.price.Valid {
		if err := json.Unmarshal([]byte(r.price.String), &t.Price); err != nil {
			return t, err
		}
	}
	return t, nil
}

const submissionColumns = `s.n, s.id, s.worker, s.assignment, s.text, s.transcript, s.active, s.wall, s.length, s.at, s.late, s.status, s.decision, s.line, s.cells, s.extras`

type submissionRow struct {
	n                          int64
	active, wall, length, at   int64
	late                       bool
	decision                   string
	line                       int64
	cells                      []byte
	extras                     sql.NullString
	id, worker, assigned, text string
	status                     string
	transcript                 []byte
}

func (r *submissionRow) targets() []any {
	return []any{&r.n, &r.id, &r.worker, &r.assigned, &r.text, &r.transcript, &r.active, &r.wall, &r.length, &r.at, &r.late, &r.status, &r.decision, &r.line, &r.cells, &r.extras}
}

func (r *submissionRow) submission(taskID string) (task.Submission, error) {
	s := task.Submission{
		ID: r.id, Task: taskID, Worker: r.worker, Assignment: r.assigned, Text: r.text, Transcript: r.transcript,
		Active: time.Duration(r.active), Wall: time.Duration(r.wall), Length: time.Duration(r.length), At: fromUnix(r.at),
		Late: r.late, Status: r.status, Row: task.Row{Line: r.line, Cells: task.UnpackCells(r.cells)},
	}
	if r.extras.Valid {
		return s, json.Unmarshal([]byte(r.extras.String), &s.Extras)
	}
	return s, nil
}

// text writes a value as JSON: of types that cannot fail.
func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(data)
}

const entryColumns = `key, worker, batch, task, submission, kind, "from", "to", amount, currency, at, note`

func entry(rows *sql.Rows) (e task.Entry, err error) {
	var at int64
	err = rows.Scan(&e.Key, &e.Worker, &e.Batch, &e.Task, &e.Submission, &e.Kind, &e.From, &e.To, &e.Amount, &e.Currency, &at, &e.Note)
	e.At = fromUnix(at)
	return e, err
}
