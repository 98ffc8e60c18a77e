package journal

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"tapescript/transcript"
)

// closeWithin is how long Close waits for a disk that does not answer.
const closeWithin = 5 * time.Second

// flush is somebody who waits until everything told so far is on disk.
type flush struct {
	end  int64 // of the file, when it is; 0 until the writer has seen it
	done chan error
}

// Append puts an entry of the document's history on the queue. It never waits
// and never fails: what the disk refuses is kept and tried again. It is how
// the journal is a [transcript.Log]; the edit must not be changed afterwards.
func (j *Journal) Append(e transcript.Entry) {
	j.put(record{kind: kind(e.Kind), at: j.now(), edit: e.Edit})
}

// Saved notes that the document was written to the transcript file, which has
// this SHA-256 (lower-case hex). A save takes its time and nobody stops typing
// for it: since is how many entries were told after the snapshot that was
// written had been taken, which the file therefore lacks. Less than 0 counts
// as 0.
func (j *Journal) Saved(fileSHA256 string, since int) {
	j.put(record{kind: kindSaved, at: j.now(), text: fileSHA256, unsaved: max(since, 0)})
}

func (j *Journal) put(r record) {
	j.mu.Lock()
	j.queue = append(j.queue, r)
	if j.edits++; j.edits == 1 {
		j.oldest = r.at
	}
	j.mu.Unlock()
	j.nudge()
}

// nudge wakes the writer, or leaves word that there is something to do.
func (j *Journal) nudge() {
	select {
	case j.wake <- struct{}{}:
	default:
	}
}

// SetState notes where the person is. It may be called for each frame: only
// the latest is kept, and it is written every few seconds at most, at a save
// and at the end.
func (j *Journal) SetState(s State) {
	for _, f := range []*float64{&s.Speed, &s.GainDB} {
		if math.IsNaN(*f) || math.IsInf(*f, 0) {
			*f = 0
		}
	}
	j.mu.Lock()
	changed := s != j.lastSet
	if changed {
		j.lastSet, j.state = s, &s
	}
	j.mu.Unlock()
	if changed {
		j.nudge()
	}
}

// AddActive counts time in which somebody worked: typed, or listened. Like
// the state it is written every few seconds, so a crash costs as much of it.
func (j *Journal) AddActive(d time.Duration) {
	if d <= 0 {
		return
	}
	j.mu.Lock()
	d = min(d, maxActive-j.active)
	j.active += d
	j.inactive += d
	j.mu.Unlock()
	j.nudge()
}

// Active is how long this transcript has been worked on, all runs together.
func (j *Journal) Active() time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.active
}

// Status says what is not safely on disk, and why. It costs nothing and may
// be asked for each frame.
func (j *Journal) Status() Status {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := Status{Pending: j.written.pending + j.edits, Since: j.written.since, Err: j.written.err}
	if j.written.pending == 0 && j.edits > 0 {
		s.Since = j.oldest
	}
	if s.Err == nil && j.closed && s.Pending > 0 {
		s.Err = errors.New("the journal is closed")
	}
	return s
}

// Flush returns nil when everything told so far is on disk, the state and the
// active time too. It fails at the first try that fails, and when ctx ends;
// the journal goes on trying either way.
func (j *Journal) Flush(ctx context.Context) error {
	j.mu.Lock()
	if !j.loosed || j.closed {
		j.mu.Unlock()
		return nil
	}
	f := &flush{done: make(chan error, 1)}
	j.flushes = append(j.flushes, f)
	j.mu.Unlock()
	j.nudge()
	select {
	case err := <-f.done:
		return err
	case <-j.done:
		return errors.New("writing the journal: it was closed meanwhile")
	case <-ctx.Done():
		return fmt.Errorf("writing the journal: the disk does not answer: %w", ctx.Err())
	}
}

// Close writes what is left, waiting for at most 5 s, and gives the lock back.
// The error says what did not reach the disk.
func (j *Journal) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	err := j.Flush(ctx)
	j.mu.Lock()
	closed, loosed := j.closed, j.loosed
	j.closed = true
	j.mu.Unlock()
	if closed {
		return nil
	}
	close(j.stop)
	if !loosed {
		close(j.done)
	}
	select {
	case <-j.done:
		j.lock.release()
	case <-ctx.Done(): // the disk hangs: the lock goes when the process does
	}
	if err != nil {
		return fmt.Errorf("%d changes are not in the journal: %w", j.Status().Pending, err)
	}
	return nil
}
