package journal

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// The promises, and the margins that keep them: written within 50 ms, synced
// within 1 s, tried again within 2 s.
const (
	writeEvery = 10 * time.Millisecond
	syncAfter  = 500 * time.Millisecond
	stateEvery = 5 * time.Second
	checkEvery = time.Second // whether the file is still where it was

	// baseWithin is how long a base may wait that nothing has been done to: what
	// it holds is in the transcript's own file, and the person waits for a screen.
	baseWithin = 100 * time.Millisecond

	firstRetry = 50 * time.Millisecond
	lastRetry  = 2 * time.Second
)

// file is what the journal needs of an [os.File]; tests put one that fails in
// its place.
type file interface {
	io.WriterAt
	io.ReaderAt
	Sync() error
	Truncate(size int64) error
	Stat() (os.FileInfo, error)
	Close() error
}

func openFile(name string, flag int) (file, error) { return os.OpenFile(name, flag, 0o600) }

// writer is the journal's goroutine. Everything from `synced` on is held in
// memory until a sync has succeeded:
//
//	file     |------ synced ------|--- written ---|
//	tail                          |---------------|--------|
//	                                               to write
//
// A write goes to its place in the file by offset, so one that failed half way
// is simply done again; after a failed sync, of which nobody knows what it
// lost, all of the tail is written again.
type writer struct {
	j    *Journal
	open func() (file, error) // until it has succeeded
	rest time.Time            // until when only an edit or somebody who waits makes it begin
	f    file

	taken   []record // of the queue, not yet lines
	enc     encoder
	seq     uint64 // number of the next line
	synced  int64
	tail    []byte
	written int    // bytes of tail
	marks   []mark // the lines of tail
	pending int    // of marks and taken, those that count

	dirty     time.Time // when the oldest write since the last sync was; zero: none
	syncing   int64     // where the file ends that a sync is under way for; 0: none is
	syncDone  chan error
	flushes   []*flush
	lastWrite time.Time
	nextState time.Time
	checked   time.Time

	err     error
	retryAt time.Time
	backoff time.Duration
}

// mark is a line in the tail.
type mark struct {
	end    int64 // in the file
	at     time.Time
	counts bool
}

func (j *Journal) start(w *writer) {
	w.j = j
	w.syncDone = make(chan error, 1)
	go w.run()
}

func (w *writer) run() {
	defer close(w.j.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		timer.Reset(w.turn())
		select {
		case <-timer.C:
		case <-w.j.wake:
		case err := <-w.syncDone:
			w.guard(func() { w.finishSync(err) })
		case <-w.j.stop:
			w.close()
			return
		}
	}
}

// turn does what is due and says how long nothing will be.
func (w *writer) turn() time.Duration {
	w.guard(func() {
		now := time.Now()
		asked := w.collect(now)
		if w.due(now) || asked {
			if err := w.attempt(now); err != nil {
				w.fail(err)
			}
		}
		w.answer(nil)
	})
	w.publish()
	return w.wait(time.Now())
}

// guard takes a panic for a failure like any other: reported, and tried again.
func (w *writer) guard(do func()) {
	defer func() {
		if p := recover(); p != nil {
			w.fail(fmt.Errorf("writing the journal: a fault in the program: %v", p))
		}
	}()
	do()
}

// collect takes over what is on the queue. It returns true if somebody new
// waits for a flush.
func (w *writer) collect(now time.Time) bool {
	j := w.j
	j.mu.Lock()
	defer j.mu.Unlock()
	saved := false
	for _, r := range j.queue {
		saved = saved || r.kind == kindSaved
	}
	w.taken = append(w.taken, j.queue...)
	w.pending += j.edits
	if j.written.since.IsZero() {
		j.written.since = j.oldest
	}
	j.written.pending = w.pending
	clear(j.queue)
	j.queue, j.edits, j.oldest = j.queue[:0], 0, time.Time{}
	if cap(j.queue) > 1<<12 {
		j.queue = nil
	}
	asked := len(j.flushes) > 0
	w.flushes = append(w.flushes, j.flushes...)
	j.flushes = nil
	if asked || saved || !now.Before(w.nextState) {
		w.takeState(now)
	}
	return asked
}

// takeState makes records of the state and the active time.
func (w *writer) takeState(now time.Time) {
	j := w.j
	at := j.now()
	if j.state != nil {
		w.taken = append(w.taken, record{kind: kindState, at: at, state: j.state})
		j.state = nil
		w.nextState = now.Add(stateEvery)
	}
	if ms := j.inactive.Truncate(time.Millisecond); ms > 0 {
		w.taken = append(w.taken, record{kind: kindActive, at: at, active: ms})
		j.inactive -= ms
		w.nextState = now.Add(stateEvery)
	}
}

func (w *writer) unwritten() bool { return len(w.taken) > 0 || w.written < len(w.tail) }

func (w *writer) due(now time.Time) bool {
	switch {
	case w.err != nil:
		return !now.Before(w.retryAt)
	case w.f == nil:
		return w.pending > 0 || !now.Before(w.rest)
	case w.unwritten() && !now.Before(w.lastWrite.Add(writeEvery)):
		return true
	}
	return w.syncDue(now)
}

func (w *writer) syncDue(now time.Time) bool {
	return w.syncing == 0 && w.written > 0 && (len(w.flushes) > 0 || !now.Before(w.dirty.Add(syncAfter)))
}

// wait is the time until something is due.
func (w *writer) wait(now time.Time) time.Duration {
	next := now.Add(time.Hour)
	earlier := func(t time.Time) {
		if t.Before(next) {
			next = t
		}
	}
	if w.err != nil {
		earlier(w.retryAt)
		return next.Sub(now)
	}
	if w.f == nil {
		earlier(w.rest)
		return max(next.Sub(now), 0)
	}
	if w.unwritten() {
		earlier(w.lastWrite.Add(writeEvery))
	}
	if w.written > 0 && w.syncing == 0 {
		earlier(w.dirty.Add(syncAfter))
	}
	w.j.mu.Lock()
	if w.j.state != nil || w.j.inactive >= time.Millisecond {
		earlier(w.nextState)
	}
	w.j.mu.Unlock()
	return max(next.Sub(now), 0)
}

// attempt makes lines of the records, writes them, and begins a sync if it is
// time for one.
func (w *writer) attempt(now time.Time) error {
	if err := w.encode(); err != nil {
		return err
	}
	if w.f == nil {
		f, err := w.open()
		if err != nil {
			return err
		}
		w.f, w.open, w.checked = f, nil, now
	}
	if err := w.restore(now); err != nil {
		return err
	}
	if err := w.write(now); err != nil {
		return err
	}
	switch {
	case w.syncing == 0 && w.written == 0:
		w.heal()
	case w.syncDue(now) || w.syncing == 0 && w.err != nil:
		w.startSync()
	}
	w.retryAt = now.Add(lastRetry) // after a failure only the sync knows whether all is well again
	return nil
}

// encode makes lines of the records that were taken.
func (w *writer) encode() error {
	for len(w.taken) > 0 {
		r := w.taken[0]
		tail, err := w.enc.appendLine(w.tail, w.seq, r)
		if err != nil {
			return err
		}
		if len(tail)-len(w.tail) > maxLine {
			return fmt.Errorf("writing the journal: a line of %d bytes is larger than any reader takes", len(tail)-len(w.tail))
		}
		w.tail = tail
		w.seq++
		w.marks = append(w.marks, mark{w.synced + int64(len(w.tail)), r.at, r.kind.counts()})
		w.taken = w.taken[1:]
	}
	w.taken = nil
	for _, f := range w.flushes {
		if f.end == 0 {
			f.end = w.synced + int64(len(w.tail))
		}
	}
	return nil
}

// write puts what is not written at its place in the file.
func (w *writer) write(now time.Time) error {
	if w.written == len(w.tail) {
		return nil
	}
	w.lastWrite = now
	_, err := w.f.WriteAt(w.tail[w.written:], w.synced+int64(w.written))
	if err == nil {
		w.written = len(w.tail)
	} else {
		err = w.writeLines()
	}
	if w.dirty.IsZero() && w.written > 0 {
		w.dirty = now
	}
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}

// writeLines saves what can be saved when all at once did not succeed: line by
// line, because a failed WriteAt of [os.File] does not say how far it came.
// The torn line is cut off, so that the file is good even if the next thing is
// a crash.
func (w *writer) writeLines() error {
	for _, m := range w.marks {
		end := int(m.end - w.synced)
		if end <= w.written {
			continue
		}
		if _, err := w.f.WriteAt(w.tail[w.written:end], w.synced+int64(w.written)); err != nil {
			w.f.Truncate(w.synced + int64(w.written))
			return err
		}
		w.written = end
	}
	return nil
}

// startSync syncs in a goroutine of its own, because on a busy disk that takes
// seconds, in which writing must go on.
func (w *writer) startSync() {
	w.syncing, w.dirty = w.synced+int64(w.written), time.Time{}
	go func(f file) {
		err := fmt.Errorf("syncing the journal: a fault in the program")
		defer func() {
			recover()
			w.syncDone <- err
		}()
		err = f.Sync()
	}(w.f)
}

// finishSync lets go of what is on disk for good.
func (w *writer) finishSync(err error) {
	end := w.syncing
	w.syncing = 0
	if err != nil {
		w.written, w.dirty = 0, time.Time{}
		w.fail(fmt.Errorf("syncing the journal: %w", err))
		return
	}
	n := int(end - w.synced)
	w.synced = end
	w.tail = append(w.tail[:0], w.tail[n:]...)
	if w.written -= n; w.written > 0 && w.dirty.IsZero() {
		w.dirty = time.Now()
	}
	if len(w.tail) == 0 && cap(w.tail) > 1<<20 {
		w.tail = nil
	}
	done := 0
	for done < len(w.marks) && w.marks[done].end <= end {
		if w.marks[done].counts {
			w.pending--
		}
		done++
	}
	w.marks = append(w.marks[:0], w.marks[done:]...)
	if w.written == len(w.tail) {
		w.heal()
	}
	w.retryAt = time.Now()
}

// fail notes why nothing goes on, and when to try again.
func (w *writer) fail(err error) {
	w.err = err
	w.backoff = min(max(2*w.backoff, firstRetry), lastRetry)
	w.retryAt = time.Now().Add(w.backoff)
	w.answer(err)
}

func (w *writer) heal() { w.err, w.backoff = nil, 0 }

// answer tells those who wait for a flush: of a failure all, else those whose
// lines are on disk.
func (w *writer) answer(err error) {
	waiting := w.flushes[:0]
	for _, f := range w.flushes {
		if err != nil || f.end > 0 && f.end <= w.synced {
			f.done <- err
			continue
		}
		waiting = append(waiting, f)
	}
	w.flushes = waiting
}

// publish says how things stand to whoever asks for the Status.
func (w *writer) publish() {
	p := progress{pending: w.pending, err: w.err}
	for _, m := range w.marks {
		if m.counts && p.since.IsZero() {
			p.since = m.at
			break
		}
	}
	for i := 0; i < len(w.taken) && p.since.IsZero(); i++ {
		if w.taken[i].kind.counts() {
			p.since = w.taken[i].at
		}
	}
	w.j.mu.Lock()
	w.j.written = p
	w.j.mu.Unlock()
}

// close gives the file back, unless a sync hangs on it, in which case closing
// would hang too.
func (w *writer) close() {
	if w.f != nil && w.syncing == 0 {
		w.f.Close()
	}
}

// restore puts the journal back if somebody removed or replaced its file while
// it is open: what was written is still readable through the open one.
func (w *writer) restore(now time.Time) error {
	if w.syncing != 0 || now.Before(w.checked.Add(checkEvery)) {
		return nil
	}
	w.checked = now
	have, err := w.f.Stat()
	if err != nil {
		return nil // the write will tell
	}
	there, err := os.Lstat(w.j.path)
	if err == nil && os.SameFile(have, there) {
		return nil
	}
	w.checked = time.Time{} // until it is done
	j := w.j
	if j.lock != nil && j.lock.gone(lockName(j.path)) {
		j.lock.release()
		j.lock = nil
	}
	if err := j.takeLock(); err != nil {
		return err
	}
	if err == nil {
		if _, err := setAside(j.path, endDamaged); err != nil {
			return err
		}
	}
	f, err := w.copyTo(j.path + ".new")
	if err != nil {
		return fmt.Errorf("putting back the journal, which was removed: %w", err)
	}
	if err := os.Rename(j.path+".new", j.path); err != nil {
		f.Close()
		return fmt.Errorf("putting back the journal, which was removed: %w", err)
	}
	syncDir(filepath.Dir(j.path))
	w.f.Close()
	w.f, w.checked = f, now
	return nil
}

// copyTo copies what was written to a new file, and syncs it.
func (w *writer) copyTo(name string) (file, error) {
	f, err := w.j.openFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return nil, err
	}
	size := w.synced + int64(w.written)
	_, err = io.Copy(io.NewOffsetWriter(f, 0), io.NewSectionReader(w.f, 0, size))
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
