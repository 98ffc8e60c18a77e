package output

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// log is a source that notes what is asked of it.
type log struct {
	mu      sync.Mutex
	pulled  int
	dropped []int // pulled so far, at each Dropped
	block   chan struct{}
}

func (l *log) Pull(dst [][2]float64) {
	if l.block != nil {
		<-l.block
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pulled += len(dst)
}

func (l *log) Dropped(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dropped = append(l.dropped, l.pulled)
}

func TestSilentOutputPullsWhatTimeIsWorth(t *testing.T) {
	src, clock := &log{}, &ManualClock{}
	o := OpenSilent(src, clock)
	defer o.Close()
	clock.Advance(time.Second)
	if src.pulled != 0 {
		t.Errorf("%d samples pulled before Play", src.pulled)
	}
	o.Play()
	for range 1000 {
		clock.Advance(1234567 * time.Nanosecond)
	}
	const want = 1234567 * 1000 * RateHz / 1000000000
	if src.pulled < want-1 || src.pulled > want+1 || o.Heard() != int64(src.pulled) {
		t.Errorf("%d samples pulled, %d heard, want %d", src.pulled, o.Heard(), want)
	}
	o.Pause()
	before := src.pulled
	clock.Advance(time.Second)
	if src.pulled != before {
		t.Error("pulled while paused")
	}
}

func TestDropIsAnsweredBeforeTheNextPull(t *testing.T) {
	src, clock := &log{}, &ManualClock{}
	o := OpenSilent(src, clock)
	defer o.Close()
	o.Play()
	clock.Advance(100 * time.Millisecond)
	o.Drop()
	o.Drop()
	clock.Advance(100 * time.Millisecond)
	if len(src.dropped) != 1 || src.dropped[0] != RateHz/10 {
		t.Errorf("told at %v, want once at %d", src.dropped, RateHz/10)
	}
}

func TestClosedOutputPullsNoMore(t *testing.T) {
	src, clock := &log{}, &ManualClock{}
	o := OpenSilent(src, clock)
	o.Play()
	for range 2 {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}
	clock.Advance(time.Second)
	if src.pulled != 0 || len(clock.running()) != 0 {
		t.Errorf("%d samples pulled", src.pulled)
	}
}

func TestCallsReturnWhileTheSourceWorks(t *testing.T) {
	src, clock := &log{block: make(chan struct{})}, &ManualClock{}
	o := OpenSilent(src, clock)
	o.Play()
	ended := make(chan struct{})
	go func() { clock.Advance(20 * time.Millisecond); close(ended) }()
	src.block <- struct{}{} // the source is at work from here on
	called := make(chan struct{})
	go func() {
		o.Drop()
		o.Pause()
		o.Play()
		o.Heard()
		o.Status()
		close(called)
	}()
	select {
	case <-called:
	case <-time.After(5 * time.Second):
		t.Error("a call waits for the source")
	}
	close(src.block)
	<-ended
	o.Close()
}

func TestWallClockCatchesUpLittle(t *testing.T) {
	got := make(chan time.Duration, 1)
	stop := WallClock{}.Start(func(passed time.Duration) bool {
		select {
		case got <- passed:
		default:
		}
		return true
	})
	defer stop()
	if d := <-got; d <= 0 || d > mostPassed {
		t.Errorf("first step of %v", d)
	}
}

// A device takes bursts at uneven moments; what the clock shows runs evenly.
func TestEarClockRunsEvenly(t *testing.T) {
	var c earClock
	random := rand.New(rand.NewPCG(1, 2))
	begun := time.Now()
	const latency, burst = 2400, 960
	last := int64(0)
	for i := int64(0); i < 500; i++ {
		late := time.Duration(random.Int64N(int64(8 * time.Millisecond)))
		due := time.Duration(i*burst) * time.Second / RateHz
		c.took(i*burst+latency, latency, 0.1, begun.Add(due+late))
		for look := range 4 {
			at := due + late + time.Duration(look)*2*time.Millisecond
			heard := c.at(begun.Add(at))
			if heard < last {
				t.Fatalf("burst %d: heard falls from %d to %d", i, last, heard)
			}
			last = heard
			if off := heard - int64(at)*RateHz/int64(time.Second); i > 50 && (off > 480 || off < -480) {
				t.Fatalf("burst %d: %d samples off", i, off)
			}
		}
	}
}

func TestEarClockNeverHearsWhatWasNotTaken(t *testing.T) {
	var c earClock
	now := time.Now()
	c.took(4800, 2400, 0.1, now)
	if got := c.at(now.Add(time.Minute)); got != 4800 {
		t.Errorf("heard %d of 4800", got)
	}
	c.took(9600, 2400, 0.1, now.Add(time.Minute)) // after an interruption
	if got := c.at(now.Add(time.Minute)); got != 7200 {
		t.Errorf("heard %d, want 7200", got)
	}
}

func TestSystemMessagesAreOneCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"\n no device\nALSA lib\n":       "no device",
		"bad \x1b[31mred\x07 \u009bname": "bad [31mred name",
		strings.Repeat("é", 500):         strings.Repeat("é", 200),
	} {
		if got := firstLine(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}
