package decode

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// ffmpegSpoolBytes bounds a spool: three hours of stereo at 48 kHz, nine of
// mono at 32 kHz. What comes after is read from processes of their own.
var ffmpegSpoolBytes = int64(4 << 30)

// ffmpegSpool holds what ffmpeg has decoded of a file so far in a temporary
// file that has no name. It is filled by a goroutine from the start on and
// shared by all streams of the file, such as the player's and the waveform's.
type ffmpegSpool struct {
	source ffmpegSource
	probe  ffmpegProbe
	file   *os.File
	cancel context.CancelFunc
	begun  time.Time
	ended  chan struct{} // closed when the goroutine has ended
	users  int           // guarded by spools.mu

	mu      sync.Mutex
	more    sync.Cond // signalled when any of these change
	kept    int64     // frames in file
	decoded int64     // frames
	full    bool      // no more are kept
	done    bool      // all is decoded
	err     error     // why decoding ended early
}

// spools are the spools in use.
var spools spoolSet

type spoolSet struct {
	mu  sync.Mutex
	all map[ffmpegSource]*ffmpegSpool
}

// take returns the spool of source, which it starts if nobody uses one.
func (s *spoolSet) take(source ffmpegSource) (*ffmpegSpool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	spool := s.all[source]
	if spool == nil {
		var err error
		if spool, err = startFFmpegSpool(source); err != nil {
			return nil, err
		}
		if s.all == nil {
			s.all = map[ffmpegSource]*ffmpegSpool{}
		}
		s.all[source] = spool
	}
	spool.users++
	return spool, nil
}

// giveBack ends the spool when nobody uses it any more.
func (s *spoolSet) giveBack(spool *ffmpegSpool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if spool.users--; spool.users > 0 {
		return
	}
	delete(s.all, spool.source)
	spool.cancel()
	<-spool.ended
	spool.file.Close()
	os.Remove(spool.file.Name()) // where an open file cannot be removed
}

// startFFmpegSpool starts the decoder, and asks what it decodes meanwhile.
func startFFmpegSpool(source ffmpegSource) (*ffmpegSpool, error) {
	ctx, cancel := context.WithCancel(context.Background())
	process, err := startFFmpegDecoder(ctx, source, 0, 0)
	if err != nil {
		cancel()
		return nil, err
	}
	probe, err := ffmpegProbeFile(source)
	if err != nil {
		process.stop(true)
		cancel()
		return nil, err
	}
	rateHz, channels, err := process.header()
	if err != nil {
		cancel()
		return nil, err
	}
	if rateHz != probe.rateHz || channels != probe.given() {
		probe.samples = probe.samples * int64(rateHz) / int64(probe.rateHz)
		probe.rateHz, probe.channels, probe.steady = rateHz, channels, false
	}
	file, err := os.CreateTemp(spoolFolder(), "tapescript-*.raw")
	if err != nil {
		process.stop(true)
		cancel()
		return nil, &Error{Reason: ErrRead, Err: err}
	}
	os.Remove(file.Name()) // nothing is left behind, however we end
	s := &ffmpegSpool{source: source, probe: probe, file: file, cancel: cancel, begun: time.Now(), ended: make(chan struct{})}
	s.more.L = &s.mu
	go s.fill(process)
	return s, nil
}

// spoolFolder is where large temporary files go: /tmp is memory on many
// systems.
func spoolFolder() string {
	const large = "/var/tmp"
	if st, err := os.Stat(large); os.Getenv("TMPDIR") == "" && err == nil && st.IsDir() {
		return large
	}
	return ""
}

func (s *ffmpegSpool) frameBytes() int { return 4 * s.probe.given() }

// fill copies what process decodes to the file.
func (s *ffmpegSpool) fill(process *ffmpegProcess) {
	defer close(s.ended)
	defer s.cancel()
	size := s.frameBytes()
	buf := make([]byte, 256<<10)
	have := 0
	var readErr error
	for readErr == nil {
		var n int
		n, readErr = process.out.Read(buf[have:])
		have += n
		frames := have / size
		s.keep(buf[:frames*size])
		have = copy(buf, buf[frames*size:have])
	}
	err := process.stop(readErr != io.EOF)
	s.mu.Lock()
	s.done = true
	// ffmpeg's word that the file is bad counts only where nothing came of it.
	if err != nil && (s.decoded == 0 || process.cmd.ProcessState == nil || !process.cmd.ProcessState.Exited()) {
		s.err = err
	}
	s.mu.Unlock()
	s.more.Broadcast()
}

// keep puts whole frames behind the others, while there is room.
func (s *ffmpegSpool) keep(p []byte) {
	size := int64(s.frameBytes())
	s.mu.Lock()
	kept, full := s.kept, s.full
	s.mu.Unlock()
	frames := int64(len(p)) / size
	if !full && (kept+frames)*size > ffmpegSpoolBytes {
		full = true
	}
	if !full {
		if _, err := s.file.WriteAt(p, kept*size); err != nil {
			// The disk is full. Others, who save people's work, need it more:
			// half of what we took is given back.
			full, kept, frames = true, kept/2, 0
			s.file.Truncate(kept * size)
		} else {
			kept += frames
		}
	}
	s.mu.Lock()
	s.kept, s.full = kept, full
	s.decoded += int64(len(p)) / size
	s.mu.Unlock()
	s.more.Broadcast()
}

// wait returns when there are frames, and then when all are decoded or patience
// has passed. Its error says why there will be no frames.
func (s *ffmpegSpool) wait(patience time.Duration) error {
	late := false
	timer := time.AfterFunc(patience, func() {
		s.mu.Lock()
		late = true
		s.mu.Unlock()
		s.more.Broadcast()
	})
	defer timer.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.done && (s.decoded == 0 || !late) {
		s.more.Wait()
	}
	switch {
	case s.decoded > 0:
		return nil
	case s.err != nil:
		return s.err
	}
	return &Error{Reason: ErrFFmpeg, Err: errors.New("it gives no sound and no reason")}
}

func (s *ffmpegSpool) state() (decoded int64, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.decoded, s.done
}

// awaits is about how long it will take until the frames before to are kept: 0
// where they are, or where nothing but waiting leads there.
func (s *ffmpegSpool) awaits(to int64) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full || s.done || to <= s.kept {
		return 0
	}
	perFrame := float64(time.Since(s.begun)) / float64(max(s.kept, 1))
	return time.Duration(min(float64(to-s.kept)*perFrame, float64(time.Hour))) + 1
}

// errBehindSpool tells that a frame exists or may exist, but is not kept.
var errBehindSpool = errors.New("behind what the spool holds")

// readAt fills p with the frames from frame at on, waiting for them, and
// returns how many: fewer than fit only where what the spool holds ends.
func (s *ffmpegSpool) readAt(p []byte, at int64) (int, error) {
	size := int64(s.frameBytes())
	want := int64(len(p)) / size
	s.mu.Lock()
	for at+want > s.kept && !s.full && !s.done {
		s.more.Wait()
	}
	have := max(0, min(want, s.kept-at))
	full, done, decoded, err := s.full, s.done, s.decoded, s.err
	s.mu.Unlock()
	switch {
	case have > 0:
		n, err := s.file.ReadAt(p[:have*size], at*size)
		if err != nil {
			err = &Error{Reason: ErrRead, Err: err}
		}
		return int(int64(n) / size), err
	case done && at >= decoded && err != nil:
		return 0, err
	case done && at >= decoded:
		return 0, io.EOF
	case full:
		return 0, errBehindSpool
	}
	return 0, io.EOF
}

// ffmpegTail reads on from a frame that no spool holds. Where it may not jump,
// getting there costs a decoding from the start, which is exact and some
// hundred times as fast as listening; seeking in the container would be neither
// here nor there.
type ffmpegTail struct {
	process *ffmpegProcess
	size    int
	at      int64 // frame that read gives next
}

func startFFmpegTail(source ffmpegSource, probe ffmpegProbe, from int64, jump bool) (*ffmpegTail, error) {
	seconds := int64(0)
	if jump {
		seconds = max(from/int64(probe.rateHz)-ffmpegRunUp, 0)
	}
	process, err := startFFmpegDecoder(context.Background(), source, seconds, from-seconds*int64(probe.rateHz))
	if err != nil {
		return nil, err
	}
	rateHz, channels, err := process.header()
	if err == nil && (rateHz != probe.rateHz || channels != probe.given()) {
		process.stop(true)
		err = &Error{Reason: ErrFFmpeg, Err: fmt.Errorf("%d Hz, %d channels after a seek", rateHz, channels)}
	}
	if err != nil {
		return nil, err
	}
	return &ffmpegTail{process: process, size: 4 * probe.given(), at: from}, nil
}

// read fills p with frames and returns how many there were, with io.EOF at the
// end.
func (t *ffmpegTail) read(p []byte) (int, error) {
	n, err := io.ReadFull(t.process.out, p)
	n /= t.size
	t.at += int64(n)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

func (t *ffmpegTail) close() { t.process.stop(true) }
