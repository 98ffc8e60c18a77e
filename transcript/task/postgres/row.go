package postgres

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
)

const taskColumns = `t.n, t.key, t.class, t.state, t.overlap, t.priority, t.deadline, t.ref, t.audio::text, t.draft, t.price::text, t.line, t.cells, b.id, b.body::text`

type taskRow struct {
	n, priority, deadline, line int64
	class, state, overlap       int
	key, batch, terms           string
	ref, audio, draft, price    *string
	cells                       []byte
}

func (r *taskRow) targets() []any {
	return []any{&r.n, &r.key, &r.class, &r.state, &r.overlap, &r.priority, &r.deadline, &r.ref, &r.audio, &r.draft, &r.price, &r.line, &r.cells, &r.batch, &r.terms}
}

// terms remembers the last batch that was read: rows of one follow each other.
type terms struct {
	body  string
	batch task.Batch
}

func (m *terms) of(body string) (task.Batch, error) {
	if m.body != body {
		b, err := bodyOf[task.Batch](body)
		if err != nil {
			return b, err
		}
		m.body, m.batch = body, b
	}
	return m.batch, nil
}

func (r *taskRow) task(m *terms) (t task.Task, b task.Batch, err error) {
	if b, err = m.of(r.terms); err != nil {
		return t, b, err
	}
	key := give(r.key)
	t = task.Task{
		ID: task.TaskID(b.ID, key), Batch: b.ID, Key: key, Kind: task.KindOf(r.class), State: task.Open,
		Overlap: r.overlap, Priority: int(-r.priority), Price: b.Price,
		Row: task.Row{Line: r.line, Cells: task.UnpackCells(r.cells)},
	}
	if r.state != 0 {
		t.State = task.Full
	}
	if r.deadline != task.NoDeadline {
		t.Deadline = time.Unix(0, r.deadline).UTC()
	}
	if r.audio != nil {
		err = json.Unmarshal([]byte(*r.audio), &t.Audio)
	}
	if r.price != nil && err == nil {
		t.Price = task.Price{}
		err = json.Unmarshal([]byte(*r.price), &t.Price)
	}
	t.Audio.Ref = key
	if r.ref != nil {
		t.Audio.Ref = give(*r.ref)
	}
	if r.draft != nil {
		t.Draft = give(*r.draft)
	}
	return t, b, err
}

const submissionColumns = `s.id, s.worker, s.assignment, s.text, s.transcript, s.active, s.wall, s.length, s.at, s.late, s.status, s.line, s.cells, s.extras::text`

type submissionRow struct {
	id, worker, assignment, text, status string
	transcript, cells                    []byte
	active, wall, length, line           int64
	at                                   *time.Time
	late                                 bool
	extras                               *string
}

func (r *submissionRow) targets() []any {
	return []any{&r.id, &r.worker, &r.assignment, &r.text, &r.transcript, &r.active, &r.wall, &r.length, &r.at, &r.late, &r.status, &r.line, &r.cells, &r.extras}
}

func (r *submissionRow) submission(taskID string) (task.Submission, error) {
	s := task.Submission{
		ID: give(r.id), Task: taskID, Worker: give(r.worker), Assignment: give(r.assignment), Text: give(r.text), Transcript: r.transcript,
		Active: time.Duration(r.active), Wall: time.Duration(r.wall), Length: time.Duration(r.length), At: fromStamp(r.at),
		Late: r.late, Status: give(r.status), Row: task.Row{Line: r.line, Cells: task.UnpackCells(r.cells)},
	}
	if r.extras != nil {
		return s, json.Unmarshal([]byte(*r.extras), &s.Extras)
	}
	return s, nil
}

const entryColumns = `key, worker, batch, task, submission, kind, "from", "to", amount, currency, at, note`

func entry(row pgx.CollectableRow) (e task.Entry, err error) {
	var amount int64
	err = row.Scan(&e.Key, &e.Worker, &e.Batch, &e.Task, &e.Submission, &e.Kind, &e.From, &e.To, &amount, &e.Currency, &e.At, &e.Note)
	e.Amount, e.At = task.Decimal(amount), e.At.UTC()
	for _, text := range []*string{&e.Key, &e.Worker, &e.Batch, &e.Task, &e.Submission, &e.Note} {
		*text = give(*text)
	}
	return e, err
}

const assignmentColumns = `a.id, b.id, t.key, a.worker, a.state, a.started, a.until, a.skipped
	FROM tapescript.assignment a JOIN tapescript.task t ON t.n = a.task JOIN tapescript.batch b ON b.n = t.batch`

func assignment(row pgx.CollectableRow) (a task.Assignment, err error) {
	var batch, key string
	err = row.Scan(&a.ID, &batch, &key, &a.Worker, &a.State, &a.Started, &a.LeaseUntil, &a.Skipped)
	a.Task, a.Worker, a.Skipped = task.TaskID(give(batch), give(key)), give(a.Worker), give(a.Skipped)
	a.Started, a.LeaseUntil = a.Started.UTC(), a.LeaseUntil.UTC()
	return a, err
}
