//go:build linux || freebsd || netbsd || openbsd || dragonfly

package output

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/jfreymuth/pulse/proto"
)

// The sound server is spoken to directly, in PulseAudio's protocol, which
// PipeWire speaks as well. The system's audio library would do, but it opens one
// device in a process for ever, mixes silence while nothing is played, and keeps
// to itself how much is still to be heard. Here a rewind is written over what the
// server has queued, a rest costs nothing, and a server that comes back is found
// again.

// canReturn: a server that was restarted is worth looking for.
const canReturn = true

const (
	// serverLatency is what the server may hold, its mixer and the sink's buffer
	// together. The sink, whose part cannot be called back, gets half of what is
	// left without two requests.
	serverLatency = 160 * time.Millisecond
	// serverRequest is the least it asks for at once: each costs a few wake-ups.
	serverRequest = 60 * time.Millisecond
	// mostSamples are sent at once, whatever a server asks for.
	mostSamples = RateHz / 2
	// serverPrebuffer is what it waits for after an interruption.
	serverPrebuffer = 5 * time.Millisecond
	// serverMargin is what stays of the queue when the rest is written over: the
	// sink may take a period of it, mostly 20 ms, before the message arrives.
	serverMargin = 25 * time.Millisecond
	// serverPatience bounds each answer, so that a server that hangs is known to
	// within a second.
	serverPatience = 400 * time.Millisecond
	// looks is how often the server is asked what has been heard.
	looks = 100 * time.Millisecond
	// answerShare: the server's answer is exact but for the time that it takes.
	answerShare = 0.5
	// tail is how long the sink is left running after the last sound.
	tail = 250 * time.Millisecond
	// trial is how long a new stream may take to begin to play.
	trial = 700 * time.Millisecond
)

// A server is one stream of a sound server. Its run and what that calls belong to
// one goroutine.
type server struct {
	o      *Output
	client *proto.Client
	conn   io.WriteCloser // written to between the client's own messages only
	stream uint32

	asked atomic.Int64 // bytes that the server wants and has not been sent
	woken chan struct{}
	gone  chan string // why the server, or the stream, is no more

	corked  bool
	written int64     // the server's index of the next byte
	first   int64     // the index of the first byte that is the source's
	read    int64     // its index of the next byte to play, when last asked
	moved   time.Time // when that last changed
	lookAt  time.Time
	restAt  time.Time // when the last sound has long been heard
	block   [][2]float64
	bytes   []byte
}

// openServer connects to the sound server and makes a stream that plays: one
// that takes no samples, because its sink is suspended, is no device.
func openServer(o *Output) (engine, error) {
	client, conn, err := proto.Connect("")
	if err != nil {
		return nil, fmt.Errorf("connecting to the sound server: %w", err)
	}
	client.SetTimeout(serverPatience)
	s := &server{
		o: o, client: client, conn: conn, stream: proto.Undefined,
		woken: make(chan struct{}, 1), gone: make(chan string, 1),
		block: make([][2]float64, blockSamples),
	}
	client.Callback = s.told
	if err := s.begin(); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// begin makes the stream and sees it play silence.
func (s *server) begin() error {
	name := proto.PropList{
		"application.name": proto.PropListString("tapescript"),
		"media.name":       proto.PropListString("tapescript"),
	}
	if err := s.client.Request(&proto.SetClientName{Props: name}, &proto.SetClientNameReply{}); err != nil {
		return fmt.Errorf("greeting the sound server: %w", err)
	}
	bytesOf := func(d time.Duration) uint32 { return uint32(int64(d) * RateHz / int64(time.Second) * frameBytes) }
	reply := proto.CreatePlaybackStreamReply{}
	err := s.client.Request(&proto.CreatePlaybackStream{
		SampleSpec:            proto.SampleSpec{Format: proto.FormatFloat32LE, Channels: 2, Rate: RateHz},
		ChannelMap:            proto.ChannelMap{proto.ChannelLeft, proto.ChannelRight},
		SinkIndex:             proto.Undefined,
		BufferMaxLength:       2 * bytesOf(serverLatency),
		BufferTargetLength:    bytesOf(serverLatency),
		BufferPrebufferLength: bytesOf(serverPrebuffer),
		BufferMinimumRequest:  bytesOf(serverRequest),
		AdjustLatency:         true,
		ChannelVolumes:        proto.ChannelVolumes{proto.VolumeNorm, proto.VolumeNorm}, // the server's own is kept, as VolumeSet is not set
		Properties:            name,
	}, &reply)
	if err != nil {
		return fmt.Errorf("opening a stream of the sound server: %w", err)
	}
	s.stream = reply.StreamIndex
	s.asked.Add(int64(reply.Missing))
	for deadline := s.o.wall().Add(trial); ; {
		if err := s.send(0, int(s.asked.Swap(0))/frameBytes, func([][2]float64) bool { return false }); err != nil {
			return err
		}
		if _, err := s.look(); err != nil {
			return err
		}
		if s.read > 0 {
			s.first = s.written
			return nil
		}
		select {
		case why := <-s.gone:
			return errors.New(why)
		case <-s.o.done:
			return errClosed
		case <-time.After(serverRequest / 4):
		}
		if s.o.wall().After(deadline) {
			return errors.New("the sound server takes no samples")
		}
	}
}

// told hears what the server says by itself. It must not wait: the connection's
// reader calls it.
func (s *server) told(message any) {
	switch m := message.(type) {
	case *proto.Request:
		s.asked.Add(int64(m.Length))
		s.wake()
	case *proto.PlaybackStreamKilled:
		s.end("the sound server ended the stream")
	case *proto.ConnectionClosed:
		s.end("the sound server is gone")
	}
}

func (s *server) wake() {
	select {
	case s.woken <- struct{}{}:
	default: // one is waiting already and will do for both
	}
}

func (s *server) end(why string) {
	select {
	case s.gone <- why:
	default:
	}
}

// run serves the stream until it ends.
func (s *server) run() (Reason, string) {
	defer s.conn.Close()
	timer := time.NewTimer(looks)
	defer timer.Stop()
	s.moved = s.o.wall()
	s.wake() // pays a drop that was asked for while opening
	for {
		select {
		case <-s.o.done:
			return "", ""
		case why := <-s.gone:
			return Lost, why
		case <-s.woken:
		case <-timer.C:
		}
		if err := s.serve(); err != nil {
			return Lost, err.Error()
		}
		if s.corked {
			timer.Stop()
			continue
		}
		timer.Reset(looks)
		if s.o.playing.Load() && s.o.wall().Sub(s.moved) > stallPatience {
			return Stalled, "the sound device takes no more samples"
		}
	}
}

// serve does what is owed: a drop, a rest or its end, samples, and a look at what
// has been heard.
func (s *server) serve() error {
	now := s.o.wall()
	if s.o.playing.Load() || s.o.drop.Load() {
		s.restAt = now.Add(tail)
	}
	if err := s.drop(); err != nil {
		return err
	}
	if err := s.cork(now.After(s.restAt)); err != nil || s.corked {
		return err
	}
	if err := s.send(0, int(s.asked.Swap(0))/frameBytes, s.pull); err != nil {
		return err
	}
	if done := s.o.wall(); done.Sub(now) > looks {
		s.moved = done // the source was slow: that is not the device's fault
	}
	if now.Before(s.lookAt) {
		return nil
	}
	s.lookAt = now.Add(looks * 9 / 10)
	latency, err := s.look()
	if err != nil {
		return err
	}
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	s.o.heard.took(s.o.pulled, latency, answerShare, s.o.wall())
	return nil
}

func (s *server) pull(block [][2]float64) bool { return s.o.pullBlock(Device, block) }

// send sends n samples, in blocks that pull fills; where it reports false they are
// silence. They go over the last back samples of the queue, then behind it, all in
// one message: so nothing of what is replaced is heard between.
func (s *server) send(back int64, n int, pull func([][2]float64) bool) error {
	if n = min(n, mostSamples); n <= 0 {
		return nil
	}
	const relative = 0 // the offset counts from the server's index of the next byte
	m := binary.BigEndian.AppendUint32(s.bytes[:0], uint32(n*frameBytes))
	m = binary.BigEndian.AppendUint32(m, s.stream)
	m = binary.BigEndian.AppendUint64(m, uint64(-back*frameBytes))
	m = binary.BigEndian.AppendUint32(m, relative)
	for left := n; left > 0; {
		block := s.block[:min(left, blockSamples)]
		if !pull(block) {
			clear(block)
		}
		m = appendFrames(m, block)
		left -= len(block)
	}
	s.bytes = m
	if _, err := s.conn.Write(m); err != nil {
		return fmt.Errorf("sending to the sound server: %w", err)
	}
	s.written += (int64(n) - back) * frameBytes
	s.o.mu.Lock()
	s.o.heard.consumed = s.o.pulled
	s.o.mu.Unlock()
	return nil
}

// look asks how many samples are still to be heard.
func (s *server) look() (latencySamples int64, err error) {
	reply := proto.GetPlaybackLatencyReply{}
	if err := s.client.Request(&proto.GetPlaybackLatency{StreamIndex: s.stream}, &reply); err != nil {
		return 0, fmt.Errorf("asking the sound server: %w", err)
	}
	if reply.ReadIndex != s.read {
		s.read, s.moved = reply.ReadIndex, s.o.wall()
	}
	queued := max(s.written-reply.ReadIndex, 0) / frameBytes
	return queued + int64(reply.Latency)*RateHz/1e6, nil
}

// drop writes over what the server has queued, and tells the source what is thrown
// away by that.
func (s *server) drop() error {
	if !s.o.drop.Swap(false) {
		return nil
	}
	latency, err := s.look()
	if err != nil {
		s.o.drop.Store(true) // for the silent clock to pay
		return err
	}
	const keep = int64(serverMargin) * RateHz / int64(time.Second)
	back := max((s.written-s.read)/frameBytes-keep, 0)
	s.lookAt = time.Time{}
	from := s.written - back*frameBytes
	s.o.dropped((s.written-max(from, s.first))/frameBytes, latency-back, answerShare)
	s.first = min(s.first, from)
	return s.send(back, int(back), s.pull)
}

// cork stops the stream, or lets it go on.
func (s *server) cork(corked bool) error {
	if s.corked == corked {
		return nil
	}
	if err := s.client.Request(&proto.CorkPlaybackStream{StreamIndex: s.stream, Corked: corked}, nil); err != nil {
		return fmt.Errorf("pausing the sound server's stream: %w", err)
	}
	s.corked = corked
	now := s.o.wall()
	s.moved, s.lookAt = now, time.Time{}
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	s.o.heard.rest(now)
	return nil
}
