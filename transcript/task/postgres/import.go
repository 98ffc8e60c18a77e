package postgres

import (
	"context"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
)

// Import implements task.Store. Rows are written some thousands at a time, as
// columns; memory holds one such block, whatever the file's length.
func (s *Store) Import(ctx context.Context, b task.Batch, records iter.Seq2[task.Record, error], o task.ImportOptions) (task.Imported, error) {
	if err := b.Validate(); err != nil {
		return task.Imported{}, err
	}
	m := &importing{options: o, ids: task.NewSubmissionIDs(), filled: map[int64]int32{}}
	err := s.once(ctx, true, func(w *tx) error {
		m.tx = w
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
		return task.Imported{}, explain(err)
	}
	return m.counts, nil
}

// A block ends with so many rows, or bytes.
const (
	blockRows  = 2000
	blockBytes = 8 << 20
)

type importing struct {
	tx      *tx
	options task.ImportOptions
	batch   task.Batch
	n       int64 // the batch's number
	fresh   bool  // the batch was made now
	counts  task.Imported
	ids     *task.SubmissionIDs

	block []incoming
	bytes int
	gold  columns // batch, key, texts, reason, cells
	shown columns // batch, submission, cells

	filled map[int64]int32 // places that results fill, by the task's number
}

// incoming is a record on its way: a task, or with an ID what was done of one.
type incoming struct {
	task.Record
	hash, cells []byte
	id          string
}

// columns are arguments of an INSERT from arrays.
type columns [][]any

func (c *columns) add(values ...any) {
	if *c == nil {
		*c = make(columns, len(values))
	}
	for i, v := range values {
		(*c)[i] = append((*c)[i], v)
	}
}

// args are the columns of a block, which is empty then.
func (c *columns) args() []any {
	list := make([]any, len(*c))
	for i, column := range *c {
		list[i] = column
	}
	*c = nil
	return list
}

// begin finds the batch or makes it. A batch that is there keeps its terms.
// Imports into one batch come one after another.
func (m *importing) begin(b task.Batch) error {
	if _, err := m.tx.exec("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", keep(b.ID)); err != nil {
		return err
	}
	var text string
	found, err := m.tx.row("SELECT n, body::text FROM tapescript.batch WHERE id = $1", keepAll(b.ID), &m.n, &text)
	if err != nil {
		return err
	}
	if found {
		if m.batch, err = bodyOf[task.Batch](text); err != nil {
			return err
		}
		if err := m.batch.Fits(b); err != nil {
			return err
		}
		_, err = m.tx.exec("UPDATE tapescript.batch SET purged = NULL WHERE n = $1", m.n)
		return err
	}
	if b.Created.IsZero() {
		b.Created = time.Now().UTC()
	}
	m.batch, m.fresh = b, true
	_, err = m.tx.row("INSERT INTO tapescript.batch (id, body) VALUES ($1, $2) RETURNING n", []any{keep(b.ID), body(b)}, &m.n)
	return err
}

// record puts a row into the block, its gold aside.
func (m *importing) record(r *task.Record) error {
	in := incoming{Record: *r, hash: task.Hash(m.batch.ID, r.Key)}
	cells, gold := r.Seal()
	if r.Done != nil {
		in.id = m.ids.Next(m.batch.ID, r)
	}
	if gold != nil {
		if in.id != "" {
			m.shown.add(keep(m.batch.ID), keep(in.id), body(gold.Cells))
			gold.Cells = nil
		}
		m.gold.add(keep(m.batch.ID), keep(r.Key), body(gold.Texts), keep(gold.Reason), body(gold.Cells))
		m.counts.Gold++
	}
	in.cells = task.PackCells(nil, cells)
	in.Row.Cells, in.Gold = nil, nil
	m.block = append(m.block, in)
	m.bytes += len(in.cells) + len(r.Key) + len(r.Draft)
	if in.id != "" {
		m.bytes += len(r.Done.Text)
	}
	for _, g := range r.Gold {
		m.bytes += len(g)
	}
	if len(m.block) == blockRows || m.bytes > blockBytes {
		return m.flush()
	}
	return nil
}

// flush writes the block. Gold goes first: tasks without their gold would be
// taken for work.
func (m *importing) flush() error {
	b := &pgx.Batch{}
	if m.gold != nil {
		b.Queue("INSERT INTO tapescript_gold.gold SELECT * FROM unnest($1::text[], $2::text[], $3::json[], $4::text[], $5::json[]) ON CONFLICT DO NOTHING", m.gold.args()...)
	}
	if m.shown != nil {
		b.Queue("INSERT INTO tapescript_gold.shown SELECT * FROM unnest($1::text[], $2::text[], $3::json[]) ON CONFLICT DO NOTHING", m.shown.args()...)
	}
	if err := m.tx.SendBatch(m.tx.ctx, b).Close(); err != nil {
		return err
	}
	numbers, err := m.tasks()
	if err != nil {
		return err
	}
	if err := m.done(numbers); err != nil {
		return err
	}
	m.block, m.bytes = m.block[:0], 0
	return nil
}

// tasks writes the tasks of a block that are new, counts them, and returns the
// numbers of those that something was done of.
func (m *importing) tasks() (map[string]int64, error) {
	var c columns
	first := map[string]int{}
	var results [][]byte
	for i := range m.block {
		in := &m.block[i]
		if in.id != "" {
			results = append(results, in.hash)
		}
		if _, is := first[string(in.hash)]; !is {
			first[string(in.hash)] = i
			m.task(&c, in)
		}
	}
	if c == nil {
		return nil, nil
	}
	fresh, err := column[[]byte](m.tx, `INSERT INTO tapescript.task (batch, hash, key, class, overlap, priority, deadline, pay, ref, audio, draft, price, line, cells)
		SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::smallint[], $5::integer[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::json[], $11::text[], $12::json[], $13::bigint[], $14::bytea[])
		ON CONFLICT (hash) DO NOTHING RETURNING hash`, c.args()...)
	if err != nil {
		return nil, err
	}
	added := map[int]bool{}
	for _, hash := range fresh {
		added[first[string(hash)]] = true
	}
	for i, in := range m.block {
		switch {
		case added[i] && in.id == "":
			m.counts.New++
			m.counts.Tasks++
		case added[i]:
			m.counts.Tasks++
		case in.id == "":
			m.counts.Known++
		}
	}
	if len(results) == 0 {
		return nil, nil
	}
	return m.numbers("SELECT hash, n FROM tapescript.task WHERE hash = ANY($1)", results)
}

func (m *importing) numbers(query string, args ...any) (map[string]int64, error) {
	rows, err := m.tx.Query(m.tx.ctx, query, args...)
	if err != nil {
		return nil, err
	}
	numbers := map[string]int64{}
	var hash []byte
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&hash, &n}, func() error {
		numbers[string(hash)] = n
		return nil
	})
	return numbers, err
}

// task adds a task's columns. The row of what was done is the submission's: kept
// once.
func (m *importing) task(c *columns, in *incoming) {
	p := task.PlaceOf(&m.batch, &in.Record)
	var ref, audio, draft, own, cells any
	if in.Audio.Ref != in.Key {
		ref = keep(in.Audio.Ref)
	}
	if a := in.Audio; a != (task.Audio{Ref: a.Ref}) {
		a.Ref = ""
		audio = body(a)
	}
	if in.Draft != "" {
		draft = keep(in.Draft)
	}
	if in.Price.Stated() {
		own = body(in.Price)
	}
	if in.id == "" && in.cells != nil {
		cells = in.cells
	}
	c.add(m.n, in.hash, keep(in.Key), int16(p.Class), int32(p.Overlap), p.Priority, p.Deadline, p.Pay, ref, audio, draft, own, in.Row.Line, cells)
}

// done keeps what a file of results tells, and the verdicts and the money that
// go with it.
func (m *importing) done(numbers map[string]int64) error {
	var c columns
	for _, in := range m.block {
		if in.id == "" {
			continue
		}
		d := in.Done
		var cells any
		if in.cells != nil {
			cells = in.cells
		}
		c.add(task.Hash(in.id), keep(in.id), numbers[string(in.hash)], keep(d.Worker), keep(d.Assignment), keep(d.Text), int64(d.Work), int64(d.Wall()), stamp(d.Submitted), keep(d.Status), string(d.Decision()), in.Row.Line, cells)
	}
	if c == nil {
		return nil
	}
	fresh, err := m.numbers(`INSERT INTO tapescript.submission (hash, id, task, worker, assignment, text, active, wall, length, at, late, status, decision, line, cells)
		SELECT h, i, t, w, a, x, k, l, 0, s, false, u, d, n, c FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::timestamptz[], $10::text[], $11::text[], $12::bigint[], $13::bytea[]) AS x(h, i, t, w, a, x, k, l, s, u, d, n, c)
		ON CONFLICT (hash) DO NOTHING RETURNING hash, n`, c.args()...)
	if err != nil {
		return err
	}
	var entries []task.Entry
	verdicts := &pgx.Batch{}
	for _, in := range m.block {
		if in.id == "" {
			continue
		}
		hash := string(task.Hash(in.id))
		n, is := fresh[hash]
		if !is {
			m.counts.Known++
			continue
		}
		delete(fresh, hash) // the same ID again is known
		m.counts.New++
		if in.Done.Decision() != task.Rejected {
			m.filled[numbers[string(in.hash)]]++
		}
		if in.Done.Verdict != nil {
			v := *in.Done.Verdict
			v.Submission = in.id
			verdicts.Queue("INSERT INTO tapescript.verdict (submission, body) VALUES ($1, $2)", n, body(v))
		}
		entries = append(entries, in.Earned(m.batch.ID, in.id)...)
	}
	if err := m.tx.SendBatch(m.tx.ctx, verdicts).Close(); err != nil {
		return err
	}
	if _, err := m.tx.post(entries...); err != nil {
		return err
	}
	return m.fill()
}

// fill counts the places that results fill.
func (m *importing) fill() error {
	var c columns
	for n, by := range m.filled {
		c.add(n, by)
	}
	clear(m.filled)
	if c == nil {
		return nil
	}
	_, err := m.tx.exec(`UPDATE tapescript.task t SET taken = t.taken + f.k, state = (t.overlap > 0 AND t.taken + f.k >= t.overlap)::int
		FROM unnest($1::bigint[], $2::integer[]) AS f(n, k) WHERE t.n = f.n`, c.args()...)
	return err
}

// finish counts the batch anew: workers' cursors begin again, because what came
// in may stand before them. Claims wait for the count at their end, so none is
// counted twice.
func (m *importing) finish() error {
	if m.fresh && m.options.Finish != nil {
		m.options.Finish(&m.batch)
		if _, err := m.tx.exec("UPDATE tapescript.batch SET body = $2 WHERE n = $1", m.n, body(m.batch)); err != nil {
			return err
		}
	}
	for _, query := range []string{
		"DELETE FROM tapescript.cursor WHERE batch = $1",
		"INSERT INTO tapescript.backlog SELECT $1, g, 0 FROM generate_series(0, 15) g ON CONFLICT DO NOTHING",
		"SELECT 1 FROM tapescript.backlog WHERE batch = $1 ORDER BY part FOR UPDATE",
		`UPDATE tapescript.backlog l SET open = coalesce(c.k, 0) FROM generate_series(0, 15) g LEFT JOIN
			(SELECT n % 16 AS p, count(*) AS k FROM tapescript.task WHERE batch = $1 AND class = 0 AND state = 0 GROUP BY 1) c ON c.p = g WHERE l.batch = $1 AND l.part = g`,
	} {
		if _, err := m.tx.exec(query, m.n); err != nil {
			return err
		}
	}
	if _, err := m.tx.exec(`UPDATE tapescript.batch b SET tasks = tasks + $2, general = c.g, control = c.c FROM
		(SELECT count(*) FILTER (WHERE class = 0) AS g, count(*) FILTER (WHERE class = 1) AS c FROM tapescript.task WHERE batch = $1 AND state = 0) c WHERE b.n = $1`, m.n, m.counts.Tasks); err != nil {
		return err
	}
	_, err := m.tx.exec("ANALYZE tapescript.task")
	return err
}
