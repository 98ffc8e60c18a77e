package draft

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Progress is how far a recogniser says that it is: a share of the work, or the
// place in the recording that it has come to; one of the two is zero.
type Progress struct {
	Share float64
	At    time.Duration
}

const (
	mostOutput = 256 << 20       // of a program's standard output
	lastWords  = 2000            // bytes of what it said last, for the error
	grace      = 5 * time.Second // from being asked to end to being ended
)

// Run runs the recogniser on a job and returns the path of what it wrote, which
// lies in the job's folder unless its own Writes says otherwise. progress is
// called from another goroutine now and then; it may be nil. Errors are an
// [*Error], or the context's.
func (r Recogniser) Run(ctx context.Context, j Job, progress func(Progress)) (string, error) {
	arguments, err := r.Arguments(j)
	if err != nil {
		return "", err
	}
	program, err := exec.LookPath(arguments[0])
	if err != nil {
		return "", &Error{Code: NotInstalled, Recogniser: r.Name, Detail: arguments[0], Err: err}
	}
	said, err := os.Create(filepath.Join(j.Folder, "standard-output.txt"))
	if err != nil {
		return "", err
	}
	defer said.Close()
	c := exec.CommandContext(ctx, program, arguments[1:]...)
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = grace
	tail := &tail{most: lastWords}
	out, complaints := newWatcher(progress), newWatcher(progress)
	c.Stdout = io.MultiWriter(&bounded{said, mostOutput}, out, tail)
	c.Stderr = io.MultiWriter(complaints, tail)
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", &Error{Code: Failed, Recogniser: r.Name, Detail: tail.line(), Err: err}
	}
	if r.Writes == "" {
		return said.Name(), said.Close()
	}
	path, err := r.fill(r.Writes, j)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", &Error{Code: WroteNothing, Recogniser: r.Name, Detail: filepath.Base(path), Err: err}
	}
	return path, nil
}

// bounded refuses what is more than fits.
type bounded struct {
	w    io.Writer
	rest int
}

var errTooMuch = errors.New("it writes without end")

func (b *bounded) Write(p []byte) (int, error) {
	if b.rest -= len(p); b.rest < 0 {
		return 0, errTooMuch
	}
	return b.w.Write(p)
}

// tail keeps what was written last, of two streams at once.
type tail struct {
	lock sync.Mutex
	most int
	data []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	t.data = append(t.data, p...)
	if over := len(t.data) - t.most; over > 0 {
		t.data = t.data[over:]
	}
	return len(p), nil
}

// line is the last line that says something.
func (t *tail) line() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	text := strings.TrimSpace(strings.ToValidUTF8(string(t.data), ""))
	if i := strings.LastIndexAny(text, "\r\n"); i >= 0 {
		text = text[i+1:]
	}
	return text
}

// watcher looks for what programs say of their progress: a percentage, or the
// times of what they have just recognised.
type watcher struct {
	progress func(Progress)
	line     []byte
}

func newWatcher(progress func(Progress)) *watcher { return &watcher{progress: progress} }

var (
	percent = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\d{1,3})(?:\.\d+)? ?%`) })
	upTo    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`--> ?(?:(\d+):)?(\d\d):(\d\d)[.,](\d{3})`) })
)

const longestLine = 4096

func (w *watcher) Write(p []byte) (int, error) {
	if w.progress == nil {
		return len(p), nil
	}
	for rest := p; len(rest) > 0; {
		i := bytes.IndexAny(rest, "\r\n")
		if i < 0 {
			w.line = append(w.line, rest[:min(len(rest), max(0, longestLine-len(w.line)))]...)
			break
		}
		w.line = append(w.line, rest[:min(i, max(0, longestLine-len(w.line)))]...)
		if got, ok := readProgress(string(w.line)); ok {
			w.progress(got)
		}
		w.line, rest = w.line[:0], rest[i+1:]
	}
	return len(p), nil
}

func readProgress(line string) (Progress, bool) {
	if m := upTo().FindStringSubmatch(line); m != nil {
		at := time.Duration(0)
		for i, unit := range []time.Duration{time.Hour, time.Minute, time.Second, time.Millisecond} {
			n, _ := strconv.Atoi(m[i+1])
			at += time.Duration(n) * unit
		}
		return Progress{At: at}, true
	}
	if m := percent().FindStringSubmatch(line); m != nil {
		n, _ := strconv.Atoi(m[1])
		if n <= 100 {
			return Progress{Share: float64(n) / 100}, true
		}
	}
	return Progress{}, false
}
