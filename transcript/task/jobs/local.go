package jobs

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// local is a Runner in this process: what waits is gone with it, and is found
// again by who adds jobs.
type local struct {
	do    Do
	pause time.Duration // before the second try; doubled for each further one

	mu      sync.Mutex
	jobs    []*entry
	pending map[Job]bool // waiting, running or to be tried again
	changed chan struct{}
	done    map[Kind]*Figures
}

type entry struct {
	job     Job
	tries   int
	after   time.Time
	running bool
}

// Local is a runner for a store in a file.
func Local(do Do) Runner { return newLocal(do, time.Second) }

func newLocal(do Do, pause time.Duration) *local {
	return &local{do: do, pause: pause, pending: map[Job]bool{}, changed: make(chan struct{}), done: map[Kind]*Figures{}}
}

func (l *local) tell() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Add implements Runner.
func (l *local) Add(_ context.Context, list ...Job) (added int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range list {
		if l.pending[j] {
			continue
		}
		l.pending[j] = true
		l.jobs = append(l.jobs, &entry{job: j})
		added++
	}
	l.tell()
	return added, nil
}

// Run implements Runner.
func (l *local) Run(ctx context.Context) error {
	var group sync.WaitGroup
	for range Many {
		group.Go(func() {
			for {
				e, wait, changed := l.next()
				if e != nil {
					l.end(e, attempt(ctx, l.do, e.job))
					if ctx.Err() != nil {
						return
					}
					continue
				}
				select {
				case <-ctx.Done():
					return
				case <-changed:
				case <-time.After(wait):
				}
			}
		})
	}
	group.Wait()
	return nil
}

// next takes the first job whose time has come, or says how long to wait.
func (l *local) next() (e *entry, wait time.Duration, changed chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait = time.Hour
	for _, e := range l.jobs {
		if e.running {
			continue
		}
		if left := time.Until(e.after); left > 0 {
			wait = min(wait, left)
			continue
		}
		e.running = true
		e.tries++
		return e, 0, nil
	}
	return nil, wait, l.changed
}

func (l *local) end(e *entry, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.running = false
	if err != nil && e.tries < Tries {
		e.after = time.Now().Add(l.pause << (e.tries - 1))
		l.tell()
		return
	}
	f := l.of(e.job.Kind)
	if err != nil {
		f.Failed++
	} else {
		f.Done++
	}
	delete(l.pending, e.job)
	for i, other := range l.jobs {
		if other == e {
			l.jobs = append(l.jobs[:i], l.jobs[i+1:]...)
			break
		}
	}
	l.tell()
}

func (l *local) of(k Kind) *Figures {
	if l.done[k] == nil {
		l.done[k] = &Figures{Kind: k}
	}
	return l.done[k]
}

// attempt tries a job once; a panic of it is an error.
func attempt(ctx context.Context, do Do, j Job) (err error) {
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the job %s panicked: %v", j.Kind, cause)
		}
	}()
	return do(ctx, j)
}

// Wait implements Runner.
func (l *local) Wait(ctx context.Context) error {
	for {
		l.mu.Lock()
		n, changed := len(l.jobs), l.changed
		l.mu.Unlock()
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-changed:
		}
	}
}

// Figures implements Runner.
func (l *local) Figures(context.Context) (list []Figures, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range Kinds() {
		f := Figures{Kind: k}
		if l.done[k] != nil {
			f = *l.done[k]
		}
		for _, e := range l.jobs {
			switch {
			case e.job.Kind != k:
			case e.running:
				f.Running++
			case e.tries > 0:
				f.Again++
			default:
				f.Waiting++
			}
		}
		if f != (Figures{Kind: k}) {
			list = append(list, f)
		}
	}
	return list, nil
}
