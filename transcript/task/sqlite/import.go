package sqlite

import (
	"context"
	"errors"
	"iter"
	"strings"

	"tapescript/transcript/task"
)

// Import implements task.Store. Tasks are written a hundred at a time; memory
// holds one such block, whatever the file's length.
func (s *Store) Import(ctx context.Context, b task.Batch, records iter.Seq2[task.Record, error], o task.ImportOptions) (task.Imported, error) {
	if err := b.Validate(); err != nil {
		return task.Imported{}, err
	}
	m := &importing{store: s, ctx: ctx, options: o, ids: task.NewSubmissionIDs()}
	err := s.main.write(ctx, true, func(w *writer) error {
		m.writer = w
		if err := m.begin(b); err != nil {
			return err
		}
		if err := o.Each(ctx, records, &m.counts, m.record); err != nil {
			return err
		}
		if err := m.flush(); err != nil {
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
	ids   *task.SubmissionIDs
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
		if err := p.Fits(b); err != nil {
			return err
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

// record keeps one row.
func (m *importing) record(r *task.Record) error {
	id := ""
	if r.Done != nil {
		id = m.ids.Next(m.batch.ID, r)
	}
	cells := m.seal(r, id)
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
	return m.done(r, id, cells)
}

// seal takes gold out of a row and remembers it for its own file; submission is
// the ID of what was done, "" where nothing was.
func (m *importing) seal(r *task.Record, submission string) []string {
	cells, gold := r.Seal()
	if gold == nil {
		return cells
	}
	if submission != "" {
		m.gold = append(m.gold, sealed{submission: submission, gold: task.Gold{Cells: gold.Cells}})
		gold.Cells = nil
	}
	m.gold = append(m.gold, sealed{key: r.Key, gold: *gold})
	m.counts.Gold++
	return cells
}

const taskFields = 14

var insertTask = "INSERT INTO task (batch, hash, key, class, state, overlap, priority, deadline, pay, ref, audio, draft, price, line, cells) VALUES "

// arguments appends a task's columns.
func (m *importing) arguments(to []any, r *task.Record, cells []string) []any {
	p := task.PlaceOf(&m.batch, r)
	var ref, audio, draft, own any
	if r.Price.Stated() {
		own = text(r.Price)
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
	return append(to, m.n, task.Hash(m.batch.ID, r.Key), r.Key, p.Class, p.Overlap, p.Priority, p.Deadline, p.Pay,
		ref, audio, draft, own, r.Row.Line, task.PackCells(nil, cells))
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

// done keeps a row of a file of results: its task, where it is new, and what
// was done.
func (m *importing) done(r *task.Record, id string, cells []string) error {
	n, err := m.taskOf(r)
	if err != nil {
		return err
	}
	d := r.Done
	decision := d.Decision()
	added, err := m.writer.exec(`INSERT INTO submission (hash, id, task, worker, assignment, text, active, wall, length, at, late, status, decision, line, cells)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
		task.Hash(id), id, n, d.Worker, d.Assignment, d.Text, int64(d.Work), int64(d.Wall()), unix(d.Submitted), d.Status, string(decision), r.Row.Line, task.PackCells(nil, cells))
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
	return m.earned(r, id)
}

func (m *importing) taskOf(r *task.Record) (n int64, err error) {
	const find = "SELECT n FROM task WHERE hash = ?"
	key := []any{task.Hash(m.batch.ID, r.Key)}
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
func (m *importing) earned(r *task.Record, id string) error {
	if r.Done.Verdict != nil {
		v := *r.Done.Verdict
		v.Submission = id
		if _, err := m.writer.exec("INSERT INTO verdict (submission, body) SELECT n, ? FROM submission WHERE hash = ?", text(v), task.Hash(id)); err != nil {
			return err
		}
	}
	for _, e := range r.Earned(m.batch.ID, id) {
		if _, err := m.writer.post(e); err != nil {
			return err
		}
	}
	return nil
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
