package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"sync"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

var sumForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f]{64}$`) })

// audioOf sends the recording of an assignment's task, to whoever may see the
// assignment.
func (c *call) audioOf() error {
	a, err := c.store.Assignment(c.r.Context(), c.path("id"))
	if err != nil {
		return err
	}
	t, err := c.Store.Task(c.r.Context(), a.Task)
	if err != nil {
		return err
	}
	return c.sendAudio(t.Audio.SHA256)
}

func (c *call) audio() error { return c.sendAudio(c.path("sum")) }

// sendAudio sends a recording, or the range of it that was asked for. Its name
// is its sum, so that what was fetched once is good for ever.
func (c *call) sendAudio(sum string) error {
	if c.Recordings == nil || !sumForm().MatchString(sum) {
		return api.ErrNoAudio
	}
	size, err := c.Recordings.Size(c.r.Context(), sum)
	if errors.Is(err, task.ErrNotFound) {
		return api.ErrNoAudio
	}
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("ETag", `"`+sum+`"`)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	s := &seeker{ctx: c.r.Context(), from: c.Recordings, sum: sum, size: size}
	defer s.close()
	before := c.w.bytes
	http.ServeContent(&ranged{c}, c.r, "", time.Time{}, s)
	c.figures.audio.Add(float64(c.w.bytes - before))
	return nil
}

// ranged turns the one refusal of ServeContent into a problem like all others.
type ranged struct{ *call }

func (r *ranged) Header() http.Header { return r.w.Header() }

func (r *ranged) WriteHeader(status int) {
	if status == http.StatusRequestedRangeNotSatisfiable {
		r.w.Header().Del("ETag")
		r.fail(api.ErrBadRange)
		return
	}
	r.w.WriteHeader(status)
}

func (r *ranged) Write(b []byte) (int, error) {
	if r.w.status == http.StatusRequestedRangeNotSatisfiable {
		return len(b), nil
	}
	return r.w.Write(b)
}

// seeker reads a recording from where it was last sent to, without opening it
// for a place that nobody reads from.
type seeker struct {
	ctx  context.Context
	from Recordings
	sum  string
	size int64
	at   int64
	open io.ReadCloser
}

func (s *seeker) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += s.size
	}
	if offset < 0 {
		return 0, api.ErrBadRange
	}
	if offset != s.at {
		s.close()
		s.at = offset
	}
	return s.at, nil
}

func (s *seeker) Read(b []byte) (n int, err error) {
	if s.at >= s.size {
		return 0, io.EOF
	}
	if s.open == nil {
		if s.open, err = s.from.Open(s.ctx, s.sum, s.at); err != nil {
			return 0, err
		}
	}
	n, err = s.open.Read(b)
	s.at += int64(n)
	return n, err
}

func (s *seeker) close() {
	if s.open != nil {
		_ = s.open.Close()
		s.open = nil
	}
}

// keepAudio keeps a recording that somebody uploads. One that is there already
// is not read.
func (c *call) keepAudio() error {
	sum := c.path("sum")
	if c.Recordings == nil {
		return api.ErrNoAudio
	}
	if !sumForm().MatchString(sum) {
		return &task.InvalidError{Field: "sum", Code: task.Unknown}
	}
	size, err := c.Recordings.Size(c.r.Context(), sum)
	if errors.Is(err, task.ErrNotFound) {
		if c.r.ContentLength > c.MostAudio {
			return api.ErrTooLarge
		}
		size, err = c.Recordings.Put(c.r.Context(), sum, c.patient(c.MostAudio))
	}
	if err != nil {
		return err
	}
	return c.answer(api.Recording{SHA256: sum, Size: size})
}

func (c *call) removeAudio() error {
	if c.Recordings == nil || !sumForm().MatchString(c.path("sum")) {
		return api.ErrNoAudio
	}
	err := c.Recordings.Remove(c.r.Context(), c.path("sum"))
	if errors.Is(err, task.ErrNotFound) {
		return api.ErrNoAudio
	}
	if err != nil {
		return err
	}
	return c.done()
}
