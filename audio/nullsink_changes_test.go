//go:build linux

package audio

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"tapescript/audio/output"
)

// What becomes of the sound when the device goes away under it: playing goes on
// or says why within a second, and the sound comes back when the device does.

// pactl tells the server to change something.
func (c *soundCard) pactl(t *testing.T, args ...string) (said string) {
	t.Helper()
	cmd := exec.Command(requireTool(t, "pactl"), args...)
	cmd.Env = c.env()
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("pactl %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// hears says whether the monitor of the card has just heard a tone of hz.
func (c *soundCard) hears(hz float64) bool {
	n := c.heardSamples()
	if n < output.RateHz/10 {
		return false
	}
	got := crossingHz(c.since(n - output.RateHz/20))
	return got > hz-5 && got < hz+5
}

func playingTone(t *testing.T, hz float64) *Player {
	t.Helper()
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(hz, 16000))
	p := devicePlayer(t, rec)
	p.Play()
	return p
}

// becomes waits until the output is of that kind, and says how long it took, and
// how late this machine was meanwhile.
func becomes(t *testing.T, p *Player, kind output.Kind) (took, late time.Duration) {
	t.Helper()
	begun, worst := time.Now(), lateness()
	waitFor(t, "the output to become "+string(kind), func() bool { return p.State().Output.Kind == kind })
	took, late = time.Since(begun), worst()
	t.Logf("%s after %v: %+v", kind, took.Round(time.Millisecond), p.State().Output)
	return took, late
}

// goesOn says that the position moves at the speed of time, without a device.
func goesOn(t *testing.T, p *Player) {
	t.Helper()
	at := p.State().Position
	waitFor(t, "the position to go on", func() bool { return p.State().Position > at+200*time.Millisecond })
}

func heardSuspended(t *testing.T, card *soundCard) {
	p := playingTone(t, 300)
	waitFor(t, "the tone", func() bool { return card.hears(300) })
	card.pactl(t, "suspend-sink", "card", "1")
	took, late := becomes(t, p, output.Silent)
	soon(t, "noticed", took, time.Second, late)
	if r := p.State().Output.Reason; r != output.Stalled {
		t.Errorf("reason %q", r)
	}
	goesOn(t, p)
	card.pactl(t, "suspend-sink", "card", "0")
	becomes(t, p, output.Device)
	waitFor(t, "the tone again", func() bool { return card.hears(300) })
}

// heardUnplugged takes the sink away while another is there: the server moves the
// stream, and playing goes on. The monitor follows the default sink as well.
func heardUnplugged(t *testing.T, card *soundCard) {
	other := card.pactl(t, "load-module", "module-null-sink", "sink_name=other", "rate=44100", "channels=2")
	card.pactl(t, "set-default-sink", "other")
	p := playingTone(t, 400)
	waitFor(t, "the tone", func() bool { return card.hears(400) })
	card.pactl(t, "unload-module", other)
	time.Sleep(300 * time.Millisecond)
	waitFor(t, "the tone on the other device", func() bool { return card.hears(400) })
	if s := p.State().Output; s.Kind != output.Device {
		t.Errorf("output %+v, though there is another device", s)
	}
	card.pactl(t, "unload-module", "module-null-sink")
	took, late := becomes(t, p, output.Silent)
	soon(t, "noticed", took, time.Second, late)
	goesOn(t, p)
}

func heardRestarted(t *testing.T, card *soundCard) {
	card.kill()
	card.start(t)
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	p := devicePlayer(t, rec)
	p.Play()
	waitFor(t, "the sound", func() bool { return p.State().Position > 200*time.Millisecond })
	card.kill()
	took, late := becomes(t, p, output.Silent)
	soon(t, "noticed", took, time.Second, late)
	if r := p.State().Output.Reason; r != output.Lost && r != output.Stalled {
		t.Errorf("reason %q", r)
	}
	goesOn(t, p)
	p.Seek(30 * time.Second)
	waitFor(t, "the seek", func() bool { return p.State().Position > 30100*time.Millisecond })
	card.start(t)
	becomes(t, p, output.Device)
	at := p.State().Position
	if at < 30*time.Second {
		t.Errorf("plays on at %v", at)
	}
	goesOn(t, p)
	p.Pause()
	card.kill()
	took, late = becomes(t, p, output.Silent)
	soon(t, "noticed, paused,", took, time.Second, late)
}
