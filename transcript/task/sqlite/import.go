package sqlite

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// Import implements task.Store. Tasks are written a hundred at a time; memory
// holds one such block, whatever the file's length.
func (s *Store) Import(ctx context.Context, b task.Batch, records iter.Seq2[task.Record, error], o task.ImportOptions) (task.Imported, error) {
	if err := b.Validate(); err != nil {
		return task.Imported{}, err
	}
	m := &importing{store: s, ctx: ctx, options: o, seed: maphash.MakeSeed(), seen: map[uint64]uint16{}}
	err := s.main.write(ctx, true, func(w *writer) error {
		m.writer = w
		if err := m.begin(b); err != nil {
			return err
		}
		if err := m.all(records); err != nil {
			return err
		}
		return m.finish()
	})
	if err != nil {
		return task.Imported{}, err
	}
	return m.counts, nil
}

// blockRows is how many tasks one statement writes.
const blockRows = 64

type importing struct {
	store   *Store
	ctx     context.Context
	writer  *writer
	options task.ImportOptions
	batch   task.Batch
	n       int64 // the batch's number
	fresh   bool  // the batch was made now
	counts  task.Imported

	block []any // arguments of the tasks that are not written yet
	rows  int
	gold  []sealed

	seed maphash.Seed
	seen map[uint64]uint16 // results without an ID: how often the same was there
}

// sealed is gold on its way into its own file.
type sealed struct {
	key, submission string // one of them
	gold            task.Gold
}

// begin finds the batch or makes it. A batch that is there keeps its terms.
func (m *importing) begin(b task.Batch) error {
	var body string
	found, err := m.writer.row("SELECT n, body FROM batch WHERE id = ?", []any{b.ID}, &m.n, &body)
	if err != nil {
		return err
	}
	if found {
		var known batches
		p, err := known.parse(body)
		if err != nil {
			return err
		}
		m.batch = *p
		if !slices.Equal(p.Source.Header, b.Source.Header) || p.Platform != b.Platform {
			return &task.InvalidError{Field: "batch", Code: task.Repeated, Value: b.ID}
		}
		_, err = m.writer.exec("UPDATE batch SET purged = 0 WHERE n = ?", m.n)
		return err
	}
	if b.Created.IsZero() {
		b.Created = m.store.now().UTC()
	}
	m.batch, m.fresh = b, true
	m.n, err = m.writer.insert("INSERT INTO batch (id, body) VALUES (?, ?)", b.ID, text(b))
	return err
}

// all reads the records. The iterator's own errors are rows that could not be
// read.
func (m *importing) all(records iter.Seq2[task.Record, error]) error {
	const progressRows = 10_000
	for r, err := range records {
		if err == nil {
			err = r.Validate()
		}
		if ctxErr := m.ctx.Err(); ctxErr != nil {
			return ctxErr
		}
		m.counts.Rows++
		if err != nil {
			if m.options.Reject == nil {
				return err
			}
			m.counts.Rejected++
			if err := m.options.Reject(err); err != nil {
				return err
			}
			continue
		}
		if err := m.record(&r); err != nil {
			return err
		}
		if m.options.Progress != nil && m.counts.Rows%progressRows == 0 {
			m.options.Progress(m.counts.Rows)
		}
	}
	return m.flush()
}

// record keeps one row.
func (m *importing) record(r *task.Record) error {
	if r.Kind == "" {
		r.Kind = task.General
	}
	cells := m.seal(r)
	if r.Done == nil {
		m.block = m.arguments(m.block, r, cells)
		if m.rows++; m.rows == blockRows {
			return m.flush()
		}
		return nil
	}
	if err := m.flush(); err != nil {
		return err
	}
	return m.done(r, cells)
}

// seal takes gold out of a row and remembers it for its own file.
func (m *importing) seal(r *task.Record) []string {
	if len(r.Gold) == 0 && r.Hint == "" {
		return r.Row.Cells
	}
	g := sealed{key: r.Key, gold: task.Gold{Texts: r.Gold, Reason: r.Hint, Cells: map[int]string{}}}
	cells := slices.Clone(r.Row.Cells)
	for _, i := range r.GoldCells {
		if i >= 0 && i < len(cells) {
			g.gold.Cells[i], cells[i] = cells[i], ""
		}
	}
	if r.Done != nil {
		m.gold = append(m.gold, sealed{submission: m.submissionID(r, false), gold: task.Gold{Cells: g.gold.Cells}})
		g.gold.Cells = nil
	}
	m.gold = append(m.gold, g)
	m.counts.Gold++
	return cells
}

const taskFields = 14

var insertTask = "INSERT INTO task (batch, hash, key, class, state, overlap, priority, deadline, pay, ref, audio, draft, price, line, cells) VALUES "

// arguments appends a task's columns.
func (m *importing) arguments(to []any, r *task.Record, cells []string) []any {
	overlap := r.Overlap
	if overlap == 0 {
		overlap = max(m.batch.Overlap, 1)
		if r.Kind != task.General {
			overlap = 0 // each worker may have it once
		}
	}
	priority, deadline, price := r.Priority, int64(noDeadline), m.batch.Price
	if priority == 0 {
		priority = m.batch.Priority
	}
	for _, d := range []time.Time{m.batch.Deadline, r.Deadline} {
		if !d.IsZero() {
			deadline = unix(d)
		}
	}
	var ref, audio, draft, own any
	if r.Price.Stated() {
		price, own = r.Price, text(r.Price)
	}
	pay, err := price.For(r.Audio.Duration)
	if err != nil {
		pay = 0 // by time, of a recording whose length nobody said
	}
	if r.Audio.Ref != r.Key {
		ref = r.Audio.Ref
	}
	if a := r.Audio; a != (task.Audio{Ref: a.Ref}) {
		a.Ref = ""
		audio = text(a)
	}
	if r.Draft != "" {
		draft = r.Draft
	}
	return append(to, m.n, hash(m.batch.ID, r.Key), r.Key, class(r.Kind), overlap, -priority, deadline, -int64(pay),
		ref, audio, draft, own, r.Row.Line, packCells(nil, cells))
}

// values is the VALUES part of an insert of that many tasks.
func values(rows int) string {
	one := "(?,?,?,?,0" + strings.Repeat(",?", taskFields-4) + ")"
	return strings.Repeat(one+",", rows-1) + one
}

var wholeBlock = insertTask + values(blockRows) + " ON CONFLICT (hash) DO NOTHING"

// flush writes the tasks that wait, and the gold that has gathered. Gold goes
// first: tasks without their gold would be taken for work.
func (m *importing) flush() error {
	if m.rows > 0 {
		query := wholeBlock
		if m.rows < blockRows {
			query = insertTask + values(m.rows) + " ON CONFLICT (hash) DO NOTHING"
		}
		added, err := m.writer.exec(query, m.block...)
		if err != nil {
			return err
		}
		m.counts.New += added
		m.counts.Tasks += added
		m.counts.Known += int64(m.rows) - added
		m.block, m.rows = m.block[:0], 0
	}
	const waiting = 1000
	if len(m.gold) >= waiting {
		return m.flushGold()
	}
	return nil
}

func (m *importing) flushGold() error {
	if len(m.gold) == 0 {
		return nil
	}
	f, err := m.store.goldFile(m.ctx)
	if err != nil {
		return err
	}
	err = f.write(m.ctx, true, func(w *writer) error {
		for _, g := range m.gold {
			var err error
			if g.submission != "" {
				_, err = w.exec("INSERT INTO shown VALUES (?, ?, ?) ON CONFLICT DO NOTHING", m.batch.ID, g.submission, text(g.gold.Cells))
			} else {
				_, err = w.exec("INSERT INTO gold VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", m.batch.ID, g.key, text(g.gold.Texts), g.gold.Reason, text(g.gold.Cells))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	m.gold = m.gold[:0]
	return err
}

// submissionID is the platform's own where there is one: an assignment may hold
// several tasks. Else it is made from who wrote what, and counted where one
// file has the same twice.
func (m *importing) submissionID(r *task.Record, count bool) string {
	d := r.Done
	if d.Assignment != "" {
		return d.Assignment + "/" + r.Key
	}
	id := hex.EncodeToString(hash(m.batch.ID, r.Key, d.Worker, d.Text))
	h := maphash.String(m.seed, id)
	n := m.seen[h]
	if count {
		m.seen[h] = n + 1
	}
	if n > 0 {
		id = fmt.Sprintf("%s-%d", id, n+1)
	}
	return id
}

// done keeps a row of a file of results: its task, where it is new, and what
// was done.
func (m *importing) done(r *task.Record, cells []string) error {
	id := m.submissionID(r, true)
	n, err := m.taskOf(r)
	if err != nil {
		return err
	}
	d := r.Done
	decision := task.Pending
	if d.Verdict != nil {
		decision = d.Verdict.Decision
	}
	added, err := m.writer.exec(`INSERT INTO submission (hash, id, task, worker, assignment, text, active, wall, length, at, late, status, decision, line, cells)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
		hash(id), id, n, d.Worker, d.Assignment, d.Text, int64(d.Work), int64(wall(d)), unix(d.Submitted), d.Status, string(decision), r.Row.Line, packCells(nil, cells))
	if err != nil {
		return err
	}
	if added == 0 {
		m.counts.Known++
		return nil
	}
	m.counts.New++
	if decision != task.Rejected {
		if _, err := m.writer.exec("UPDATE task SET taken = taken + 1, state = (overlap > 0 AND taken + 1 >= overlap) WHERE n = ?", n); err != nil {
			return err
		}
	}
	return m.earned(r, id, decision)
}

func wall(d *task.Done) time.Duration {
	if d.Started.IsZero() || d.Submitted.Before(d.Started) {
		return d.Work
	}
	return d.Submitted.Sub(d.Started)
}

func (m *importing) taskOf(r *task.Record) (n int64, err error) {
	const find = "SELECT n FROM task WHERE hash = ?"
	key := []any{hash(m.batch.ID, r.Key)}
	found, err := m.writer.row(find, key, &n)
	if found || err != nil {
		return n, err
	}
	// The row is the submission's: kept once.
	if _, err := m.writer.exec(insertTask+values(1)+" ON CONFLICT (hash) DO NOTHING", m.arguments(nil, r, nil)...); err != nil {
		return 0, err
	}
	m.counts.Tasks++
	if found, err = m.writer.row(find, key, &n); err == nil && !found {
		err = errors.New("a task that was just written is not there")
	}
	return n, err
}

// earned keeps the verdict and the money that a file of results tells of.
func (m *importing) earned(r *task.Record, id string, decision task.Decision) error {
	d := r.Done
	if d.Verdict != nil {
		v := *d.Verdict
		v.Submission = id
		if _, err := m.writer.exec("INSERT INTO verdict (submission, body) SELECT n, ? FROM submission WHERE hash = ?", text(v), hash(id)); err != nil {
			return err
		}
	}
	if d.Reward.Amount == 0 {
		return nil
	}
	e := task.Entry{
		Key: "task/" + id, Worker: d.Worker, Batch: m.batch.ID, Task: task.TaskID(m.batch.ID, r.Key), Submission: id,
		Kind: task.ForTask, To: task.InReview, Amount: d.Reward.Amount, Currency: d.Reward.Currency, At: d.Submitted,
	}
	if _, err := m.writer.post(e); err != nil || decision == task.Pending {
		return err
	}
	e.Key, e.Kind, e.From, e.To = "verdict/"+id+"/1", task.ForVerdict, task.InReview, task.Approved
	if decision == task.Rejected {
		e.To = task.RejectedAs
	}
	_, err := m.writer.post(e)
	return err
}

// finish counts the batch anew: workers' cursors begin again, because what came
// in may stand before them.
func (m *importing) finish() error {
	if err := m.flushGold(); err != nil {
		return err
	}
	if m.fresh && m.options.Finish != nil {
		m.options.Finish(&m.batch)
		if _, err := m.writer.exec("UPDATE batch SET body = ? WHERE n = ?", text(m.batch), m.n); err != nil {
			return err
		}
	}
	if _, err := m.writer.exec("DELETE FROM cursor WHERE batch = ?", m.n); err != nil {
		return err
	}
	_, err := m.writer.exec(`UPDATE batch SET tasks = tasks + ?2,
		open = (SELECT count(*) FROM task WHERE batch = ?1 AND class = 0 AND state = 0),
		general = (SELECT count(*) FROM task WHERE batch = ?1 AND class = 0 AND state = 0),
		control = (SELECT count(*) FROM task WHERE batch = ?1 AND class = 1 AND state = 0) WHERE n = ?1`, m.n, m.counts.Tasks)
	return err
}
