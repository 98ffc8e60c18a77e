package audio

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"tapescript/audio/output"
)

const exact = 100 * time.Microsecond

func TestPositionFollowsTheSpeed(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000} {
		for _, speed := range []float64{0.25, 0.5, 1, 1.5, 2, 4} {
			t.Run(fmt.Sprint(rate, "Hz ", speed), func(t *testing.T) {
				p, clock := silentPlayer(t, rate, Options{})
				p.SetSpeed(speed)
				p.Seek(10 * time.Second)
				p.Play()
				clock.Advance(3 * time.Second)
				wantPosition(t, p, 10*time.Second+time.Duration(3*speed*float64(time.Second)), 20*time.Millisecond)
			})
		}
	}
}

func TestNothingMovesWhilePaused(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{})
	clock.Advance(time.Second)
	wantPosition(t, p, 0, 0)
	p.Play()
	clock.Advance(time.Second)
	p.Pause()
	clock.Advance(time.Second)
	wantPosition(t, p, time.Second, exact)
	p.Play()
	clock.Advance(time.Second)
	wantPosition(t, p, 2*time.Second, exact)
}

func TestResumeStepsBack(t *testing.T) {
	const rewind = 1500 * time.Millisecond
	p, clock := silentPlayer(t, 16000, Options{Rewind: rewind})
	p.Play()
	clock.Advance(time.Second)
	wantPosition(t, p, time.Second, exact)
	p.Toggle()
	p.Toggle() // not before the start of the recording
	wantPosition(t, p, 0, exact)
	clock.Advance(5 * time.Second)
	p.Pause()
	p.Play()
	wantPosition(t, p, 5*time.Second-rewind, exact)

	p.Pause() // before anything was heard of it
	wantPosition(t, p, 5*time.Second-rewind, exact)
	p.Seek(20 * time.Second)
	p.Play() // a seek says exactly where to go on
	wantPosition(t, p, 20*time.Second, 0)
}

func TestResumeStaysInSpan(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{Rewind: 1500 * time.Millisecond})
	p.PlaySpan(Span{10 * time.Second, 20 * time.Second})
	clock.Advance(time.Second)
	p.Pause()
	p.Play()
	wantPosition(t, p, 10*time.Second, exact)
}

func TestPlaySpanPausesAtItsEnd(t *testing.T) {
	for _, speed := range []float64{0.5, 1, 3} {
		p, clock := silentPlayer(t, 44100, Options{})
		p.SetSpeed(speed)
		p.PlaySpan(Span{10 * time.Second, 12 * time.Second})
		lasts := time.Duration(2 / speed * float64(time.Second))
		clock.Advance(lasts - 30*time.Millisecond)
		if !p.State().Playing {
			t.Errorf("speed %g: stopped early, at %v", speed, p.State().Position)
		}
		clock.Advance(60 * time.Millisecond)
		s := p.State()
		if s.Playing || s.Ended {
			t.Errorf("speed %g: playing %v, ended %v", speed, s.Playing, s.Ended)
		}
		wantPosition(t, p, 12*time.Second, exact)
		p.Play()
		clock.Advance(time.Second)
		wantPosition(t, p, 12*time.Second+time.Duration(speed*float64(time.Second)), 20*time.Millisecond)
	}
}

func TestSeekOutOfSpanPlaysOn(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{})
	p.PlaySpan(Span{10 * time.Second, 11 * time.Second})
	clock.Advance(500 * time.Millisecond)
	p.Seek(9500 * time.Millisecond)
	clock.Advance(3 * time.Second)
	wantPosition(t, p, 12500*time.Millisecond, exact)
}

func TestLoopGoesRoundInItsPeriod(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{})
	loop := Span{10 * time.Second, 11500 * time.Millisecond}
	p.Loop(loop)
	wantPosition(t, p, loop.Start, 0)
	if s := p.State(); !s.Looping || s.Loop != loop {
		t.Errorf("state %+v", s)
	}
	p.Play()
	for i := range 5 {
		clock.Advance(1500 * time.Millisecond)
		if got := p.State().Position; got > loop.Start+6*time.Millisecond && got < loop.End-6*time.Millisecond {
			t.Errorf("round %d: at %v", i, got)
		}
	}
	clock.Advance(time.Second)
	wantPosition(t, p, 11*time.Second, 6*time.Millisecond)
	p.Unloop()
	clock.Advance(2 * time.Second)
	wantPosition(t, p, 13*time.Second, 6*time.Millisecond)
	if p.State().Looping {
		t.Error("still looping")
	}
}

func TestLoopWithinGoesOn(t *testing.T) {
	p, clock := silentPlayer(t, 48000, Options{})
	p.Seek(10 * time.Second)
	p.Play()
	clock.Advance(time.Second)
	p.Loop(Span{10 * time.Second, 12 * time.Second})
	wantPosition(t, p, 11*time.Second, exact)
	clock.Advance(1500 * time.Millisecond)
	wantPosition(t, p, 10500*time.Millisecond, 6*time.Millisecond)
}

func TestStepsAddUpFromWhatIsHeard(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{})
	p.Seek(30 * time.Second)
	p.Play()
	clock.Advance(time.Second)
	p.Step(-2 * time.Second)
	p.Step(-2 * time.Second)
	wantPosition(t, p, 27*time.Second, exact)
	clock.Advance(time.Second)
	wantPosition(t, p, 28*time.Second, exact)
	p.Step(-1 << 62)
	wantPosition(t, p, 0, 0)
	p.Step(1<<63 - 1)
	wantPosition(t, p, time.Minute, 0)
}

func TestEndPausesAndPlayRepeatsTheLastWords(t *testing.T) {
	p, clock := silentPlayer(t, 16000, Options{})
	p.Seek(59 * time.Second)
	p.Play()
	clock.Advance(2 * time.Second)
	if s := p.State(); s.Playing || !s.Ended || s.Position != time.Minute || s.Err != nil {
		t.Errorf("at the end: %+v", s)
	}
	p.Play()
	wantPosition(t, p, time.Minute-DefaultRewind, exact)
	if s := p.State(); !s.Playing || s.Ended {
		t.Errorf("again: %+v", s)
	}
}

func TestDecoderErrorPausesAndSeekRecovers(t *testing.T) {
	rec, m := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	m.brokenAt = 16000 * 20
	p, clock := playerOf(t, rec, Options{})
	p.Seek(19 * time.Second)
	p.Play()
	clock.Advance(3 * time.Second)
	if s := p.State(); s.Playing || !errors.Is(s.Err, errBroken) {
		t.Errorf("after the damage: %+v", s)
	}
	wantPosition(t, p, 20*time.Second, exact)
	p.Seek(40 * time.Second)
	p.Play()
	clock.Advance(time.Second)
	if s := p.State(); !s.Playing || s.Err != nil {
		t.Errorf("after the seek: %+v", s)
	}
	wantPosition(t, p, 41*time.Second, exact)
}

func TestPanicInADecoderIsAnError(t *testing.T) {
	rec, _ := memoryRecording(t, 16000, time.Minute, func(n int64) float64 {
		if n == 16000 {
			panic("index out of range")
		}
		return 0
	})
	p, clock := playerOf(t, rec, Options{})
	p.Play()
	clock.Advance(2 * time.Second)
	if s := p.State(); s.Playing || s.Err == nil {
		t.Errorf("after the panic: %+v", s)
	}
}

func TestSpeedsLieOnTheGrid(t *testing.T) {
	want := []float64{0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3}
	x := 0.1
	for _, w := range want {
		if x = Faster(x); x != w {
			t.Errorf("faster: %v, want %v", x, w)
		}
	}
	for i := len(want) - 2; i >= 0; i-- {
		if x = Slower(x); x != want[i] {
			t.Errorf("slower: %v, want %v", x, want[i])
		}
	}
	if Slower(0.25) != 0.25 || Faster(4) != 4 || Slower(9) != 4 || Faster(1.04) != 1.1 || Slower(1.04) != 1 {
		t.Error("ends or places between the steps")
	}
}

func TestSilentPlayerRunsInRealTime(t *testing.T) {
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	p := NewPlayer(rec, Options{Silent: true})
	defer p.Close()
	p.Play()
	begun := time.Now()
	for p.State().Position < 300*time.Millisecond {
		if time.Since(begun) > 5*time.Second {
			t.Fatalf("position stands at %v", p.State().Position)
		}
		time.Sleep(time.Millisecond)
	}
	if took := time.Since(begun); took < 280*time.Millisecond {
		t.Errorf("300 ms took %v", took)
	}
	if s := p.State().Output; s != (output.Status{Kind: output.Silent}) {
		t.Errorf("output %+v", s)
	}
}

func TestTimesConvertExactly(t *testing.T) {
	for _, rate := range []int{1, 8000, 11025, 44100, 48000, 192000, 768000} {
		for _, n := range []int64{0, 1, 12345, 1<<31 + 7, 200 * 3600 * int64(rate)} {
			if got := samplesIn(timeOf(n, rate), rate); got != n {
				t.Errorf("%d at %d Hz came back as %d", n, rate, got)
			}
		}
	}
	if timeOf(1<<62, 8000) <= 0 || samplesIn(1<<63-1, 48000) <= 0 {
		t.Error("overflow")
	}
}
