//go:build linux

package audio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tapescript/audio/output"
)

// What is heard is compared with what is shown through a PulseAudio server of
// our own with a null sink, whose monitor gives back what a listener hears. The
// process has one device, so the tests that need another one run in a child.

// A soundCard is a running server and the recording of its monitor.
type soundCard struct {
	dir, socket, program string
	server               *exec.Cmd
	*monitor
}

// A monitor is what has been heard so far.
type monitor struct {
	mu    sync.Mutex
	heard bytes.Buffer
}

func (c *soundCard) env() []string {
	return append(os.Environ(), "HOME="+c.dir, "XDG_RUNTIME_DIR="+c.dir, "PULSE_RUNTIME_PATH="+c.dir,
		"PULSE_SERVER=unix:"+c.socket)
}

// start starts the server, and waits until it can be spoken to.
func (c *soundCard) start(t *testing.T) {
	t.Helper()
	c.server = exec.Command(c.program, "-n", "--daemonize=no", "--exit-idle-time=-1",
		"--use-pid-file=no", "--disable-shm=yes",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+c.socket,
		"-L", "module-rescue-streams",
		"-L", "module-null-sink sink_name=card rate=48000 channels=2")
	c.server.Env = c.env()
	if err := c.server.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the sound server", func() bool { _, err := os.Stat(c.socket); return err == nil })
}

// kill ends the server without a word to its clients.
func (c *soundCard) kill() {
	c.server.Process.Kill()
	c.server.Wait()
	os.Remove(c.socket)
}

func startSoundCard(t *testing.T) *soundCard {
	t.Helper()
	if testing.Short() {
		t.Skip("plays in real time")
	}
	pulseaudio, parec := requireTool(t, "pulseaudio"), requireTool(t, "parec")
	// A socket's path has to be short, so not t.TempDir.
	dir, err := os.MkdirTemp("", "card")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	c := &soundCard{dir: dir, socket: filepath.Join(dir, "native"), program: pulseaudio}
	t.Cleanup(func() { c.kill() })
	c.start(t)

	c.monitor = c.listen(t, parec, 10)
	t.Setenv("PULSE_SERVER", "unix:"+c.socket)
	return c
}

// listen records the card's monitor. The sink mixes in blocks of msec, each of
// which the monitor has as soon as it is mixed, while it is only beginning to be
// played: what is heard is up to msec early there.
func (c *soundCard) listen(t *testing.T, parec string, msec int) *monitor {
	t.Helper()
	record := exec.Command(parec, "--device=card.monitor", "--rate=48000", "--channels=2",
		"--format=float32le", fmt.Sprintf("--latency-msec=%d", msec))
	record.Env = c.env()
	pipe, err := record.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := record.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { record.Process.Kill(); record.Wait() })
	m := &monitor{}
	go m.read(pipe)
	waitFor(t, "the monitor", func() bool { return m.heardSamples() > 0 })
	return m
}

func (m *monitor) read(pipe io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := pipe.Read(buf)
		m.mu.Lock()
		m.heard.Write(buf[:n])
		m.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (m *monitor) heardSamples() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.heard.Len() / 8
}

// since is what was heard on the left from the monitor's sample from on.
func (m *monitor) since(from int) []float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.heard.Bytes()[from*8:]
	out := make([]float64, len(b)/8)
	for i := range out {
		out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[i*8:])))
	}
	return out
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long for %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// child runs the named test of this file in a process of its own, with its own
// sound device, and says that the caller is the parent.
func child(t *testing.T, env ...string) (parent bool) {
	t.Helper()
	const mark = "TAPESCRIPT_TEST_CHILD"
	if os.Getenv(mark) == t.Name() {
		return false
	}
	if testing.Short() {
		t.Skip("plays in real time")
	}
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(append(os.Environ(), env...), mark+"="+t.Name())
	out, err := cmd.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	case bytes.Contains(out, []byte("--- SKIP: "+t.Name()+" ")):
		t.Skipf("%s", out)
	default:
		t.Logf("%s", out)
	}
	return true
}

// speechLike is the speech sample of the test data, or syllables of a buzzing
// voice where there is none.
func speechLike(t *testing.T) *Recording {
	t.Helper()
	if dir := os.Getenv("TAPESCRIPT_TESTDATA"); dir != "" {
		rec, err := Open(filepath.Join(dir, "speech", "jfk.flac"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { rec.Close() })
		return rec
	}
	rec, _ := memoryRecording(t, 16000, 6*time.Second, func(n int64) float64 {
		at := float64(n) / 16000
		syllable := math.Max(0, math.Sin(2*math.Pi*3.1*at))
		return 0.3 * syllable * harmonics(n, 110+20*math.Round(math.Sin(at)), 16000)
	})
	return rec
}

func harmonics(n int64, hz, rateHz float64) (sum float64) {
	for k := 1.0; k <= 10; k++ {
		sum += math.Sin(2*math.Pi*hz*k*float64(n)/rateHz+k*k) / k
	}
	return sum / 2
}

// TestNullSink holds what is heard against what is shown.
func TestNullSink(t *testing.T) {
	if child(t) {
		return
	}
	card := startSoundCard(t)
	t.Run("speech", func(t *testing.T) { heardSpeech(t, card) })
	t.Run("length", func(t *testing.T) { heardLengthAndPitch(t, card) })
	t.Run("position", func(t *testing.T) { heardPosition(t, card) })
	t.Run("rewind", func(t *testing.T) { heardRewind(t, card) })
	t.Run("session", func(t *testing.T) { heardSession(t, card) })
	t.Run("suspended", func(t *testing.T) { heardSuspended(t, card) })
	t.Run("unplugged", func(t *testing.T) { heardUnplugged(t, card) })
	t.Run("restarted", func(t *testing.T) { heardRestarted(t, card) })
}

func devicePlayer(t *testing.T, rec *Recording) *Player {
	t.Helper()
	p := NewPlayer(rec, Options{})
	t.Cleanup(func() { p.Close() })
	waitFor(t, "the device", func() bool { return p.State().Output.Kind != output.Opening })
	if s := p.State().Output; s.Kind != output.Device {
		t.Fatalf("output %+v", s)
	}
	return p
}

// lateness watches how late this process wakes up, until the function that it
// returns is called, which tells the worst. Where we wake up late, so does the
// sound server, and what is heard tells nothing of what is tested.
func lateness() (worst func() time.Duration) {
	const nap = time.Millisecond
	stop, late := make(chan struct{}), make(chan time.Duration)
	go func() {
		most := time.Duration(0)
		for {
			begun := time.Now()
			select {
			case <-stop:
				late <- most
				return
			case <-time.After(nap):
				most = max(most, time.Since(begun)-nap)
			}
		}
	}()
	return func() time.Duration { close(stop); return <-late }
}

// tooLate is when a machine is too busy for sound.
const tooLate = 8 * time.Millisecond

// calmly fails where a try fails three times on a machine at rest. What fails on
// one that is busy with other tests does not count, and where it never rests,
// nothing can be told.
func calmly(t *testing.T, try func() error) {
	t.Helper()
	for attempt, counted := 1, 0; attempt <= 8; attempt++ {
		worst := lateness()
		err := try()
		late := worst()
		if err == nil {
			return
		}
		if late < tooLate {
			counted++
		}
		t.Logf("try %d, at most %v late: %v", attempt, late.Round(time.Millisecond), err)
		if counted == 3 {
			t.Error(err)
			return
		}
	}
	t.Log("this machine is too busy to tell")
}

// soon is within a time, on a machine at rest; on a busy one each wait of those
// that make it up is late.
func soon(t *testing.T, what string, took, within, late time.Duration) {
	t.Helper()
	if took > within+20*late {
		t.Errorf("%s after %v, on a machine that is at most %v late", what, took, late)
	}
}

// heardSpeech: at speed 1 the sound is the recording's own, gapless.
func heardSpeech(t *testing.T, card *soundCard) {
	rec := speechLike(t)
	const from, length = time.Second, 4 * time.Second
	source := resampledSource(t, rec, from, length)
	p := devicePlayer(t, rec)
	// Fades at both ends are left out.
	inner := source[output.RateHz/50 : len(source)-output.RateHz/50]
	calmly(t, func() error {
		begun := card.heardSamples()
		p.PlaySpan(Span{from, from + length})
		waitFor(t, "the span's end", func() bool { return !p.State().Playing })
		settled := card.heardSamples()
		waitFor(t, "the monitor", func() bool { return card.heardSamples() > settled+output.RateHz/4 })
		snr, at := aligned(card.since(begun), inner)
		t.Logf("signal to noise %.1f dB, begins %.0f ms after the key", snr, float64(at)/48-20)
		if snr < 60 {
			return fmt.Errorf("signal to noise %.1f dB, want 60", snr)
		}
		return nil
	})
}

// resampledSource is the left channel of a stretch of rec at the output's rate.
func resampledSource(t *testing.T, rec *Recording, from, length time.Duration) []float64 {
	t.Helper()
	if err := rec.Seek(int(rec.Samples(from))); err != nil {
		t.Fatal(err)
	}
	r := newResampler(rec, rec.info.RateHz, output.RateHz)
	buf := make([][2]float64, samplesIn(length, output.RateHz))
	n, _ := r.Stream(buf)
	out := make([]float64, n)
	for i, v := range buf[:n] {
		out[i] = v[0]
	}
	return out
}

// aligned finds source in heard and gives the ratio of source to difference.
func aligned(heard, source []float64) (dB float64, at int) {
	// Found by the loudest tenth of a second, then compared over the whole.
	piece := output.RateHz / 10
	loud, best := 0, 0.0
	for i := 0; i+piece <= len(source); i += piece {
		if e := energy(source[i : i+piece]); e > best {
			loud, best = i, e
		}
	}
	key := source[loud : loud+piece]
	bestScore := math.Inf(-1)
	for i := loud; i+len(source)-loud <= len(heard); i++ {
		score := 0.0
		for k := 0; k < piece; k += 7 {
			score += heard[i+k] * key[k]
		}
		if score > bestScore {
			bestScore, at = score, i-loud
		}
	}
	// The coarse score skips samples: the true place is close by.
	noise := math.Inf(1)
	first := at
	for i := max(first-8, 0); i <= first+8 && i+len(source) <= len(heard); i++ {
		sum := 0.0
		for k, v := range source {
			sum += (heard[i+k] - v) * (heard[i+k] - v)
		}
		if sum < noise {
			noise, at = sum, i
		}
	}
	return 10 * math.Log10(energy(source)/(noise+1e-20)), at
}

func energy(x []float64) (sum float64) {
	for _, v := range x {
		sum += v * v
	}
	return sum
}

// heardLengthAndPitch plays a tone of known length at several speeds.
func heardLengthAndPitch(t *testing.T, card *soundCard) {
	const hz, length = 150.0, 3 * time.Second
	rec, _ := memoryRecording(t, 16000, length, func(n int64) float64 { return 0.4 * harmonics(n, hz, 16000) })
	for _, speed := range []float64{0.5, 1, 2} {
		t.Run(fmt.Sprint(speed), func(t *testing.T) {
			calmly(t, func() error { return lengthAndPitch(t, card, rec, speed, length, hz) })
		})
	}
}

func lengthAndPitch(t *testing.T, card *soundCard, rec *Recording, speed float64, length time.Duration, hz float64) error {
	p := devicePlayer(t, rec)
	defer p.Close()
	p.SetSpeed(speed)
	begun := card.heardSamples()
	p.Play()
	waitFor(t, "the end", func() bool { return p.State().Ended })
	settled := card.heardSamples()
	waitFor(t, "the monitor", func() bool { return card.heardSamples() > settled+output.RateHz/4 })
	tone := trimmed(card.since(begun))
	got, want := float64(len(tone))/output.RateHz, length.Seconds()/speed
	if math.Abs(got/want-1) > 0.01 {
		return fmt.Errorf("lasts %.3f s, want %.3f", got, want)
	}
	cents := 1200 * math.Log2(toneHz(tone, hz)/hz)
	t.Logf("%.3f s for %.3f, %.2f cents", got, want, cents)
	if math.Abs(cents) > 10 {
		return fmt.Errorf("%.1f cents off", cents)
	}
	return nil
}

// trimmed cuts the silence off both ends.
func trimmed(x []float64) []float64 {
	const quiet = 0.005
	for len(x) > 0 && math.Abs(x[0]) < quiet {
		x = x[1:]
	}
	for len(x) > 0 && math.Abs(x[len(x)-1]) < quiet {
		x = x[:len(x)-1]
	}
	return x
}

// toneHz is the frequency of a steady tone near hz, by correlation over eight
// of its periods.
func toneHz(x []float64, hz float64) float64 {
	x = x[len(x)/10 : len(x)*9/10]
	x = x[:min(len(x), output.RateHz)]
	const periods = 8
	around := periods * output.RateHz / hz
	score := func(lag int) (sum float64) {
		n := len(x) - int(around*1.03)
		for i := range n {
			sum += x[i] * x[i+lag]
		}
		return sum
	}
	best, at := math.Inf(-1), 0
	for lag := int(around * 0.98); lag <= int(around*1.02); lag++ {
		if s := score(lag); s > best {
			best, at = s, lag
		}
	}
	a, b, c := score(at-1), best, score(at+1)
	return periods * output.RateHz / (float64(at) + 0.5*(a-c)/(a-2*b+c))
}

// heardPosition plays a tone that rises with time, so that the pitch heard at
// the monitor's end says which place that was.
func heardPosition(t *testing.T, card *soundCard) {
	const rate = 16000.0
	// The tone is at 200 + 100 t Hz: the phase is the integral.
	rec, _ := memoryRecording(t, rate, 20*time.Second, func(n int64) float64 {
		at := float64(n) / rate
		return 0.5 * math.Sin(2*math.Pi*(200*at+50*at*at))
	})
	p := devicePlayer(t, rec)
	m := card.listen(t, requireTool(t, "parec"), 2)
	for _, speed := range []float64{0.5, 1, 2} {
		calmly(t, func() error {
			p.Pause()
			p.SetSpeed(speed)
			p.Seek(2 * time.Second)
			p.Play()
			waitFor(t, "the sound", func() bool { return p.State().Position > 2300*time.Millisecond })
			return shownAgainstHeard(t, m, p, speed)
		})
	}
}

// shownAgainstHeard knows the place by the pitch: 200 + 100 t Hz.
func shownAgainstHeard(t *testing.T, m *monitor, p *Player, speed float64) error {
	var worst, sum float64
	const looks = 15
	for range looks {
		time.Sleep(50 * time.Millisecond)
		n := m.heardSamples()
		shown := p.State().Position
		hz := crossingHz(m.since(n - output.RateHz/20))
		// The 50 ms looked at have their middle 25 ms back.
		place := (hz-200)/100 + 0.025*speed
		off := shown.Seconds() - place
		sum += off
		worst = max(worst, math.Abs(off))
	}
	t.Logf("speed %g, shown minus heard: mean %.1f ms, worst %.1f ms", speed, sum/looks*1000, worst*1000)
	if math.Abs(sum/looks) > 0.005*max(speed, 1) || worst > 0.020 {
		return fmt.Errorf("speed %g: what is shown is up to %.0f ms from what is heard", speed, worst*1000)
	}
	return nil
}

// crossingHz is the mean frequency by the first and last rise through zero.
func crossingHz(x []float64) float64 {
	var first, last float64
	count := -1
	for i := 1; i < len(x); i++ {
		if x[i-1] < 0 && x[i] >= 0 {
			last = float64(i) - x[i]/(x[i]-x[i-1])
			if count < 0 {
				first = last
			}
			count++
		}
	}
	if count < 1 {
		return math.NaN()
	}
	return float64(count) * output.RateHz / (last - first)
}

// heardSession does what hands do in half a minute: nothing clicks, and at the end
// what is shown is what is heard.
func heardSession(t *testing.T, card *soundCard) {
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	p := devicePlayer(t, rec)
	calmly(t, func() error {
		begun := card.heardSamples()
		playSession(p)
		waitFor(t, "the monitor", func() bool {
			n := card.heardSamples()
			return energy(card.since(n-output.RateHz/10)) == 0
		})
		step, at := mostStep(card.since(begun))
		t.Logf("the largest step is %.4f, at %.2f s; the tone's own is %.4f", step, float64(at)/output.RateHz, toneStep)
		if step > seamStep {
			return fmt.Errorf("a step of %.4f", step)
		}
		return nil
	})
}

// playSession plays, steps, slows and hurries, and pauses in the end.
func playSession(p *Player) {
	short := func() { time.Sleep(130 * time.Millisecond) }
	p.Seek(10 * time.Second)
	p.Play()
	for _, speed := range []float64{1, 0.5, 0.25, 1.7, 4, 2, 1} {
		p.SetSpeed(speed)
		short()
		p.Step(-2 * time.Second)
		short()
		p.SetGainDB(-6)
		short()
		p.SetEar(Ear{Even: true, Speech: true})
		short()
		p.SetEar(Ear{})
		p.SetGainDB(0)
		p.Seek(30*time.Second + time.Duration(speed*float64(time.Second)))
		short()
		p.Pause()
		short()
		p.Play()
		short()
		p.PlaySpan(Span{20 * time.Second, 20*time.Second + 333*time.Millisecond})
		short()
		p.Loop(Span{40 * time.Second, 40*time.Second + 77*time.Millisecond})
		short()
		p.Unloop()
		short()
	}
	p.Pause()
}

// heardRewind goes from a low tone to a high one: the change is heard soon
// after the key.
func heardRewind(t *testing.T, card *soundCard) {
	rec, _ := memoryRecording(t, 16000, 20*time.Second, func(n int64) float64 {
		hz := 1000.0
		if n >= 5*16000 {
			hz = 250
		}
		return 0.5 * math.Sin(2*math.Pi*hz*float64(n)/16000)
	})
	p := devicePlayer(t, rec)
	rewind := func() error {
		p.Seek(10 * time.Second)
		p.Play()
		waitFor(t, "the low tone", func() bool {
			n := card.heardSamples()
			return n > output.RateHz/10 && math.Abs(crossingHz(card.since(n-output.RateHz/20))-250) < 5
		})
		pressed := card.heardSamples()
		p.Step(-8 * time.Second)
		waitFor(t, "the high tone", func() bool {
			return card.heardSamples() > pressed+output.RateHz/2
		})
		heard := card.since(pressed)
		const window = output.RateHz / 100
		at := 0
		for at+window < len(heard) && math.Abs(crossingHz(heard[at:at+window])-1000) > 50 {
			at += window / 5
		}
		after := time.Duration(at) * time.Second / output.RateHz
		t.Logf("the rewind is heard after %v", after)
		if after > 100*time.Millisecond {
			return fmt.Errorf("the rewind is heard after %v", after)
		}
		return nil
	}
	for range 3 {
		calmly(t, rewind)
	}
}

func TestNoServerIsSilent(t *testing.T) {
	if child(t, "PULSE_SERVER=unix:/nonexistent/native", "ALSA_CONFIG_PATH=/nonexistent") {
		return
	}
	rec, _ := memoryRecording(t, 16000, time.Minute, sine(200, 16000))
	p := NewPlayer(rec, Options{})
	defer p.Close()
	p.Play()
	waitFor(t, "the position to go on", func() bool { return p.State().Position > 100*time.Millisecond })
	s := p.State().Output
	t.Logf("%+v", s)
	if s.Kind != output.Silent || s.Reason != output.NoDevice || s.Detail == "" {
		t.Errorf("output %+v", s)
	}
}

// requireTool skips the test when a foreign tool is absent, or fails it where
// every test is to run.
func requireTool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}
