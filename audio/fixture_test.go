package audio

import (
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"tapescript/audio/decode"
	"tapescript/audio/output"
)

// memory is a recording in memory: sample n is value(n), on the right right(n)
// if set. After brokenAt, if set, reading fails.
type memory struct {
	info     decode.Info
	value    func(n int64) float64
	right    func(n int64) float64
	at       int64
	brokenAt int64
}

var errBroken = errors.New("damaged")

func (m *memory) Info() decode.Info { return m.info }

func (m *memory) Read(dst [][2]float64) (int, error) {
	for i := range dst {
		if m.at == m.info.LengthSamples {
			return i, io.EOF
		}
		if m.brokenAt > 0 && m.at == m.brokenAt {
			return i, errBroken
		}
		v := m.value(m.at)
		dst[i] = [2]float64{v, v}
		if m.right != nil {
			dst[i][1] = m.right(m.at)
		}
		m.at++
	}
	return len(dst), nil
}

func (m *memory) Seek(at decode.Samples) error {
	if at < 0 || at > m.info.LengthSamples {
		return errors.New("out of range")
	}
	m.at = at
	return nil
}

func (m *memory) Close() error { return nil }

func memoryRecording(t testing.TB, rateHz int, length time.Duration, value func(n int64) float64) (*Recording, *memory) {
	t.Helper()
	m := &memory{value: value, info: decode.Info{
		Format: "wav", RateHz: rateHz, Channels: 1, LengthSamples: samplesIn(length, rateHz)}}
	rec, err := openWith("memory", func(string) (decode.Stream, error) { return m, nil })
	if err != nil {
		t.Fatal(err)
	}
	return rec, m
}

func sine(hz, rateHz float64) func(int64) float64 {
	return func(n int64) float64 { return 0.5 * math.Sin(2*math.Pi*hz*float64(n)/rateHz) }
}

// silentPlayer is a player of a 60 s recording whose time is the clock's.
func silentPlayer(t testing.TB, rateHz int, opts Options) (*Player, *output.ManualClock) {
	t.Helper()
	rec, _ := memoryRecording(t, rateHz, time.Minute, sine(200, float64(rateHz)))
	return playerOf(t, rec, opts)
}

func playerOf(t testing.TB, rec *Recording, opts Options) (*Player, *output.ManualClock) {
	t.Helper()
	clock := &output.ManualClock{}
	opts.Clock = clock
	p := NewPlayer(rec, opts)
	t.Cleanup(func() { p.Close() })
	return p, clock
}

func wantPosition(t testing.TB, p *Player, want, within time.Duration) {
	t.Helper()
	if got := p.State().Position; got < want-within || got > want+within {
		t.Errorf("position %v, want %v ± %v", got, want, within)
	}
}
