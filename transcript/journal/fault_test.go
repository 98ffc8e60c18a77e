package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tapescript/transcript"
)

var errFull = errors.New("no space left on device")

// disk makes files that fail as it is told to.
type disk struct {
	mu      sync.Mutex
	space   int64 // bytes that a file may have; negative: no limit
	syncErr error
	panics  bool
	syncs   int
}

func (d *disk) open(name string, flag int) (file, error) {
	f, err := os.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return &faultyFile{f, d}, nil
}

func (d *disk) set(change func(d *disk)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change(d)
}

type faultyFile struct {
	*os.File
	d *disk
}

// WriteAt writes what there is space for, as a disk does, and as os.File does
// not say how much that was.
func (f *faultyFile) WriteAt(p []byte, at int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.panics {
		panic("a cosmic ray")
	}
	if f.d.space < 0 || at+int64(len(p)) <= f.d.space {
		return f.File.WriteAt(p, at)
	}
	_, err := f.File.WriteAt(p[:max(f.d.space-at, 0)], at)
	if err == nil {
		err = errFull
	}
	return 0, err
}

// Sync that fails loses what was not synced before, as a disk may.
func (f *faultyFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	f.d.syncs++
	if f.d.syncErr != nil {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		f.File.WriteAt(make([]byte, 40), max(info.Size()-40, 0))
		return f.d.syncErr
	}
	return f.File.Sync()
}

// onDisk is how many entries another program would recover now.
func onDisk(t *testing.T, j *Journal) int {
	t.Helper()
	h, err := readFile(j.path, j.source)
	if err != nil {
		t.Fatal(err)
	}
	if h.damage != (Damage{}) {
		t.Fatalf("the file is damaged: %+v", h.damage)
	}
	n := 0
	for _, r := range h.records {
		if r.kind.isEntry() {
			n++
		}
	}
	return n
}

// recovers closes the journal and checks that another run gets the typist's
// document, nothing lost and nothing doubled.
func recovers(t *testing.T, j *Journal, p *typist, o Options) {
	t.Helper()
	closed(t, j)
	j = open(t, j.source, o)
	if f := j.Found(); f.Unsaved != p.n || f.Damage != (Damage{}) {
		t.Fatalf("%d entries, found %+v", p.n, f)
	}
	same(t, resume(t, j), p.doc)
	closed(t, j)
}

func TestAnEditIsWrittenWithin50msAndSyncedWithin1s(t *testing.T) {
	path, o := source(t)
	synctest.Test(t, func(t *testing.T) {
		d := &disk{space: -1}
		o := o
		o.openFile = d.open
		j := open(t, path, o)
		p := newTypist(begin(t, j))
		time.Sleep(5 * time.Second)
		for range 100 {
			p.step(t)
			made := time.Now()
			if s := j.Status(); s.Pending == 0 || s.Since.After(made) || s.Err != nil {
				t.Fatalf("status %+v at %v", s, made)
			}
			time.Sleep(50 * time.Millisecond)
			synctest.Wait()
			if n := onDisk(t, j); n != p.n {
				t.Fatalf("50 ms after edit %d the disk has %d", p.n, n)
			}
			if s := j.Status(); s.Pending > 0 && time.Since(s.Since) > time.Second {
				t.Fatalf("status %+v at %v", s, time.Now())
			}
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if s := j.Status(); s != (Status{}) {
			t.Errorf("a second later: %+v", s)
		}
		if d.syncs > 25 {
			t.Errorf("%d syncs in 5 s of typing", d.syncs)
		}
		recovers(t, j, p, o)
	})
}

func TestASlowSyncHoldsNoWriteUp(t *testing.T) {
	path, o := source(t)
	synctest.Test(t, func(t *testing.T) {
		slow := &slowDisk{take: 10 * time.Second}
		o := o
		o.openFile = slow.open
		j := open(t, path, o)
		p := newTypist(begin(t, j))
		for range 100 {
			p.step(t)
			time.Sleep(50 * time.Millisecond)
			synctest.Wait()
			if n := onDisk(t, j); n != p.n {
				t.Fatalf("50 ms after edit %d the disk has %d", p.n, n)
			}
		}
		if s := j.Status(); s.Pending != p.n || time.Since(s.Since) < 4*time.Second {
			t.Errorf("what is not synced counts as safe: %+v", s)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := j.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if err := j.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		o.openFile = nil
		recovers(t, j, p, o)
	})
}

// slowDisk takes its time for a sync.
type slowDisk struct{ take time.Duration }

type slowFile struct {
	*os.File
	take time.Duration
}

func (d *slowDisk) open(name string, flag int) (file, error) {
	f, err := os.OpenFile(name, flag, 0o600)
	return &slowFile{f, d.take}, err
}

func (f *slowFile) Sync() error { time.Sleep(f.take); return f.File.Sync() }

func TestAFullDiskCostsNothingOnceThereIsSpace(t *testing.T) {
	for _, space := range []int64{0, 1, 700, 1500, 3001, 4321} {
		path, o := source(t)
		synctest.Test(t, func(t *testing.T) {
			d := &disk{space: space}
			o := o
			o.openFile = d.open
			j := open(t, path, o)
			p := newTypist(begin(t, j))
			began := time.Now()
			for range 50 {
				p.step(t)
				time.Sleep(100 * time.Millisecond)
			}
			synctest.Wait()
			s := j.Status()
			if !errors.Is(s.Err, errFull) || s.Pending == 0 || s.Since.Before(began) || time.Since(s.Since) < time.Second {
				t.Errorf("space %d: status %+v", space, s)
			}
			if err := j.Flush(t.Context()); !errors.Is(err, errFull) {
				t.Errorf("flush: got %v", err)
			}
			if space > 3000 { // there is a base, and whole lines behind it
				if n := onDisk(t, j); n == 0 || n < p.n-s.Pending {
					t.Errorf("%d on disk, %d pending of %d", n, s.Pending, p.n)
				}
			}
			d.set(func(d *disk) { d.space = -1 })
			time.Sleep(2*time.Second + 100*time.Millisecond)
			synctest.Wait()
			if n := onDisk(t, j); n != p.n {
				t.Errorf("2 s after there is space %d of %d are on disk", n, p.n)
			}
			if s := j.Status(); s.Err != nil {
				t.Errorf("healed, but %+v", s)
			}
			recovers(t, j, p, o)
		})
	}
}

func TestWhatAFailedSyncMayHaveLostIsWrittenAgain(t *testing.T) {
	path, o := source(t)
	synctest.Test(t, func(t *testing.T) {
		d := &disk{space: -1}
		o := o
		o.openFile = d.open
		j := open(t, path, o)
		p := newTypist(begin(t, j))
		for round := range 20 {
			fails := round%3 == 1
			d.set(func(d *disk) {
				if d.syncErr = nil; fails {
					d.syncErr = errors.New("input/output error")
				}
			})
			p.steps(t, 5)
			time.Sleep(3 * time.Second)
			synctest.Wait()
			if s := j.Status(); (s.Err != nil) != fails || (s.Pending > 0) != fails {
				t.Errorf("round %d: %+v", round, s)
			}
		}
		d.set(func(d *disk) { d.syncErr = nil })
		recovers(t, j, p, o)
	})
}

func TestAPanicInTheWriterIsReportedAndSurvived(t *testing.T) {
	path, o := source(t)
	synctest.Test(t, func(t *testing.T) {
		d := &disk{space: -1}
		o := o
		o.openFile = d.open
		j := open(t, path, o)
		p := newTypist(begin(t, j))
		p.steps(t, 5)
		time.Sleep(time.Second)
		d.set(func(d *disk) { d.panics = true })
		p.steps(t, 5)
		time.Sleep(time.Second)
		synctest.Wait()
		if s := j.Status(); s.Err == nil || s.Pending != 5 {
			t.Errorf("status %+v", s)
		}
		d.set(func(d *disk) { d.panics = false })
		recovers(t, j, p, o)
	})
}

func TestWithoutAFolderWorkGoesOnInMemoryUntilThereIsOne(t *testing.T) {
	path, o := source(t)
	blocker := filepath.Dir(filepath.Dir(o.Folder)) + "/state"
	if err := os.WriteFile(blocker, nil, 0o600); err != nil { // root may write anywhere, but not in a file
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		j := open(t, path, o)
		if s := j.Status(); s.Err == nil {
			t.Error("the missing folder goes unsaid")
		}
		p := newTypist(begin(t, j))
		p.steps(t, 50)
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if s := j.Status(); s.Err == nil || s.Pending != 50 || time.Since(s.Since) < 10*time.Second {
			t.Errorf("status %+v", s)
		}
		if err := j.Flush(t.Context()); err == nil {
			t.Error("a flush to nowhere succeeded")
		}
		if err := os.Remove(blocker); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2*time.Second + 600*time.Millisecond)
		synctest.Wait()
		if s := j.Status(); s != (Status{}) {
			t.Errorf("with the folder: %+v", s)
		}
		if _, err := Open(path, o); !errors.As(err, new(*LockedError)) {
			t.Errorf("the lock was not taken: %v", err)
		}
		recovers(t, j, p, o)
	})
}

func TestWithoutAFolderToTheEndCloseSaysWhatIsLost(t *testing.T) {
	path, o := source(t)
	if err := os.WriteFile(filepath.Dir(o.Folder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 3)
	if err := j.Close(); err == nil || j.Status().Pending != 3 {
		t.Errorf("got %v, %+v", err, j.Status())
	}
}

func TestAReadOnlyFolderIsSaid(t *testing.T) {
	path, o := source(t)
	want := os.ErrPermission
	if runtime.GOOS == "linux" && os.Geteuid() == 0 {
		// Root may write in a read-only folder, but makes no file in /proc.
		o.Folder, want = "/proc/tapescript/journal", os.ErrNotExist
	} else if err := os.MkdirAll(o.Folder, 0o500); err != nil {
		t.Fatal(err)
	}
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 3)
	if err := j.Close(); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestARemovedJournalIsPutBack(t *testing.T) {
	path, o := source(t)
	synctest.Test(t, func(t *testing.T) {
		j := open(t, path, o)
		p := newTypist(begin(t, j))
		p.steps(t, 100)
		time.Sleep(2 * time.Second)
		if err := os.RemoveAll(filepath.Dir(o.Folder)); err != nil {
			t.Fatal(err)
		}
		p.steps(t, 100)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if n := onDisk(t, j); n != p.n {
			t.Errorf("%d of %d are back: %v", n, p.n, j.Status().Err)
		}
		if _, err := Open(path, o); !errors.As(err, new(*LockedError)) {
			t.Errorf("the lock is gone: %v", err)
		}
		recovers(t, j, p, o)
	})
}

func TestStateIsWrittenSeldomButBeforeTheEnd(t *testing.T) {
	path, o := source(t)
	synctest.Test(t, func(t *testing.T) {
		j := open(t, path, o)
		begin(t, j)
		const seconds = 60
		for frame := range seconds * 30 {
			j.SetState(State{Position: time.Duration(frame)})
			j.AddActive(time.Second / 30)
			time.Sleep(time.Second / 30)
		}
		synctest.Wait()
		h, err := readFile(j.path, j.source)
		if err != nil || len(h.records) > 2*(seconds/5+1) {
			t.Errorf("%d lines for a minute of playing: %v", len(h.records), err)
		}
		closed(t, j)
		j = open(t, path, o)
		f := j.Found()
		if f.State.Position != seconds*30-1 || f.Active.Round(time.Second) != seconds*time.Second {
			t.Errorf("found %+v", f)
		}
		closed(t, j)
	})
}

func TestAppendCostsNothingOfNote(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	begin(t, j)
	e := transcript.Entry{Kind: transcript.Applied, Edit: transcript.Splice{Segment: "2", Insert: "x"}}
	if n := testing.AllocsPerRun(1000, func() { j.Append(e) }); n > 3 {
		t.Errorf("%v allocations an entry", n)
	}
	closed(t, j)
}
