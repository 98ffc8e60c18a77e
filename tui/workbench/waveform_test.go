package workbench

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio/speech"
	"tapescript/transcript"
)

func TestZoomsGoThroughTheSegment(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt") // the segment has 2 s
	for _, c := range []struct {
		key  string
		want time.Duration // 0: the segment
	}{
		{"ctrl+down", 5}, {"ctrl+down", 10}, {"ctrl+down", 20}, {"ctrl+down", 20},
		{"ctrl+up", 10}, {"ctrl+up", 5}, {"ctrl+up", 0}, {"ctrl+up", 2}, {"alt+;", 5},
	} {
		d.press(c.key)
		if got := d.bench.wave.zoom; got != c.want*time.Second {
			t.Errorf("%s shows %v, want %v s", c.key, got, c.want)
		}
	}
	d.shows("Waveform: 0:05.0")
}

// TestTheViewHoldsThePlayhead: at any zoom, in any place, with something before
// it, but for the recording's start.
func TestTheViewHoldsThePlayhead(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	w := d.bench
	w.Duration = 10 * time.Hour
	w.sound.Playing = true
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		w.wave.zoom = zooms[r.IntN(len(zooms))]
		w.sound.Position = time.Duration(r.Int64N(int64(w.Duration)))
		from, to := w.zoomedView()
		p := w.sound.Position
		if p < from || p >= to || to-from != w.wave.zoom || from < 0 || to > w.Duration {
			t.Fatalf("%v at %v shows %v to %v", w.wave.zoom, p, from, to)
		}
		if from > 0 && p-from < w.wave.zoom/4-time.Millisecond {
			t.Fatalf("%v at %v begins only at %v", w.wave.zoom, p, from)
		}
	}
}

func TestTallScreensHaveMoreRows(t *testing.T) {
	d := sitWith(t, two(), nil, "tone.vtt", knowing(found{Speech: spoken(1.5, 3)}))
	for _, c := range []struct{ height, want int }{{24, 1}, {30, 2}, {50, 3}} {
		d.send(tea.WindowSizeMsg{Width: 80, Height: c.height})
		if got := len(d.bench.waveRows(80, c.height)); got != c.want {
			t.Errorf("%d rows on a screen of %d, want %d", got, c.height, c.want)
		}
	}
	d.shows("▔▔▔") // the last screen has room for it
}

// BenchmarkScreenOfTenHours is a key, and what follows is drawn, over the whole
// of 10 hours with speech and segments every four seconds.
func BenchmarkScreenOfTenHours(b *testing.B) {
	var segments []*transcript.Segment
	var heard []speech.Span
	for i := range 9000 {
		at := time.Duration(i) * 4 * time.Second
		segments = append(segments, &transcript.Segment{ID: strconv.Itoa(i + 1), Start: at, End: at + 3*time.Second, Text: "some words"})
		heard = append(heard, speech.Span{Start: at, End: at + 2500*time.Millisecond})
	}
	d := sitWith(b, segments, nil, "tone.vtt", func(o *Opening) { o.Duration = 10 * time.Hour })
	w := d.bench
	block := make([][2]float64, 8000*4)
	for i := range block {
		block[i][0] = float64(i%977) / 977
	}
	for range 9000 {
		w.hear.overview.Add(block)
	}
	w.hear.overview.End()
	w.hear.Speech, w.hear.known, w.hear.checked, w.hear.revision = heard, true, true, w.doc.Revision()
	w.wave.zoom = w.Duration
	d.root.Update(tea.WindowSizeMsg{Width: 200, Height: 50})
	b.ResetTimer()
	for b.Loop() {
		d.root.Update(tickMsg{w.tick})
		d.root.View()
	}
}
