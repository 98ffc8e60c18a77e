package stretch

import (
	"fmt"
	"path/filepath"
	"testing"
)

// judged are the speeds that are measured.
var judged = []float64{0.25, 0.5, 1.5, 2, 3, 4}

// A peer changes the speed of a WAV file.
type peer struct {
	name    string
	command func(from, to string, speed float64) []string
}

var peers = []peer{
	{"rubberband-R3", func(from, to string, speed float64) []string {
		return []string{"rubberband", "-q", "-3", "-t", fmt.Sprint(1 / speed), from, to}
	}},
	{"rubberband-R2", func(from, to string, speed float64) []string {
		return []string{"rubberband", "-q", "-2", "-t", fmt.Sprint(1 / speed), from, to}
	}},
	{"sox", func(from, to string, speed float64) []string {
		return []string{"sox", "-D", from, to, "tempo", "-s", fmt.Sprint(speed)}
	}},
	{"soundstretch", func(from, to string, speed float64) []string {
		return []string{"soundstretch", from, to, fmt.Sprintf("-tempo=%g", 100*(speed-1)), "-speech"}
	}},
}

// apply is x as a peer plays it.
func (p peer) apply(t testing.TB, x []float64, speed float64) []float64 {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from.wav"), filepath.Join(dir, "to.wav")
	writeWAV(t, from, x)
	run(t, p.command(from, to, speed)...)
	return pcm16(run(t, "sox", "-D", to, "-t", "raw", "-e", "signed", "-b", "16", "-"))
}

// ours is x as this package plays it.
func ours(_ testing.TB, x []float64, speed float64) []float64 {
	out, _ := stretched(both(x), corpusHz, speed)
	return left(out)
}

// A score is how well speech keeps.
type score struct{ stoi, cents, gross, onsets float64 }

// A source is speech with what is compared with its copies.
type source struct {
	x, clean []float64
	contour  []pitchFrame
	onsets   []float64
}

func newSource(x []float64) source {
	return source{x, to10k(x), pitchContour(x), onsets(x, strongOnset)}
}

// judge measures what a stretcher makes of the source.
func (src source) judge(t testing.TB, apply tool, speed float64) score {
	there := apply(t, src.x, speed)
	back := apply(t, there, 1/speed)
	var s score
	s.stoi = stoi(src.clean, to10k(back))
	s.cents, s.gross = pitchError(src.contour, there, speed)
	s.onsets = onsetsKept(src.onsets, there, speed)
	return s
}

// BenchmarkQuality measures every tool on the whole corpus. It takes minutes.
func BenchmarkQuality(b *testing.B) {
	corpus := halves(b)
	whole := newSource(append(corpus[0], corpus[1]...))
	eachTool(b, "", func(b *testing.B, apply tool, speed float64) {
		var s score
		for b.Loop() {
			s = whole.judge(b, apply, speed)
		}
		b.ReportMetric(s.stoi, "STOI")
		b.ReportMetric(s.cents, "cents")
		b.ReportMetric(100*s.gross, "%gross")
		b.ReportMetric(100*s.onsets, "%onsets")
	})
}

// tool plays a sound at a speed.
type tool func(t testing.TB, x []float64, speed float64) []float64

// eachTool calls measure for ours and every peer, at each speed. What counts are
// the metrics, not the time.
func eachTool(b *testing.B, prefix string, measure func(b *testing.B, apply tool, speed float64)) {
	for _, speed := range judged {
		run := func(name string, apply tool) {
			b.Run(fmt.Sprintf("%sx%g/%s", prefix, speed, name), func(b *testing.B) {
				measure(b, apply, speed)
				b.ReportMetric(0, "ns/op")
			})
		}
		run("ours", ours)
		for _, p := range peers {
			run(p.name, p.apply)
		}
	}
}

// A bar is what speech must keep at a speed: a little less than it did on the
// excerpt when the bar was set.
func TestSpeechKeepsItsQuality(t *testing.T) {
	in := newSource(excerpt(t))
	for _, bar := range []struct{ speed, stoi, cents float64 }{
		{0.25, 0.935, 2.5}, {0.5, 0.95, 3.5}, {1.5, 0.915, 3.5}, {2, 0.875, 5}, {3, 0.812, 11}, {4, 0.785, 11},
	} {
		s := in.judge(t, ours, bar.speed)
		t.Logf("speed %g: STOI %.3f, F0 %.1f cents, %.1f %% gross, %.0f %% of the onsets", bar.speed, s.stoi, s.cents, 100*s.gross, 100*s.onsets)
		if s.stoi < bar.stoi {
			t.Errorf("speed %g: STOI %.3f, want %.3f", bar.speed, s.stoi, bar.stoi)
		}
		if s.cents > bar.cents {
			t.Errorf("speed %g: F0 is %.1f cents off, want %.1f", bar.speed, s.cents, bar.cents)
		}
	}
}
