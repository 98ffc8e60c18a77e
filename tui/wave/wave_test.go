package wave

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tapescript/audio/peaks"
)

// view shows levels, ten samples each, from sample 1000 on.
func view(levels ...float32) View {
	p := peaks.Peaks{FromSamples: 1000, BucketSamples: 10}
	for _, l := range levels {
		p.Buckets = append(p.Buckets, peaks.Peak{Min: -l, Max: l / 2})
	}
	return View{Levels: p, FromSamples: 1000, ToSamples: 1000 + int64(len(levels))*10, PlayheadSamples: -1}
}

func drawn(v View, width, rows int, k Kind) string {
	return ansi.Strip(strings.Join(Draw(v, width, rows, k, Styles{}), "\n"))
}

func TestFrames(t *testing.T) {
	levels := []float32{0, .001, .01, .05, .1, .3, 1, 1}
	marked := view(levels...)
	marked.Speech = []Stretch{{0, 1012}, {1035, 1061}}
	marked.Bounds = []int64{1000, 1031, 1080}
	marked.PlayheadSamples = 1070
	for _, c := range []struct {
		name        string
		v           View
		width, rows int
		k           Kind
		want        string
	}{
		{"blocks", view(levels...), 8, 1, Blocks, "··▁▂▃▄██"},
		{"the louder of two neighbours", view(levels...), 4, 1, Blocks, "·▂▄█"},
		{"two bars in a cell of braille", view(levels...), 4, 1, Braille, "·⣀⣤⣿"},
		{"three rows, the lowest the rail", view(levels...), 8, 3, Blocks, "      ██\n··▂▃▅███\n        "},
		{"three rows of braille", view(levels...), 4, 3, Braille, "   ⣿\n·⣠⣾⣿\n    "},
		{"speech, bounds and playhead", marked, 8, 3, Blocks, "      █┃\n··▂▃▅██┃\n│· │▔▔·┃"},
		{"one row: bounds where it is silent", marked, 8, 1, Blocks, "│·▁▂▃▄█┃"},
		{"nothing known", View{ToSamples: 100, PlayheadSamples: 100}, 4, 2, Braille, "····\n    "},
	} {
		if got := drawn(c.v, c.width, c.rows, c.k); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestThePlayheadIsWhereItIs(t *testing.T) {
	v := view(0, 0, 0, 0)
	for _, c := range []struct {
		at   int64
		want string
	}{{999, "····"}, {1000, "┃···"}, {1019, "·┃··"}, {1039, "···┃"}, {1040, "····"}} {
		v.PlayheadSamples = c.at
		if got := drawn(v, 4, 1, Braille); got != c.want {
			t.Errorf("at %d: %s, want %s", c.at, got, c.want)
		}
	}
}

// TestEveryPeakIsSeen: wherever a single loud bucket lies, in a recording of
// any length, its cell is not silent and all others are.
func TestEveryPeakIsSeen(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		n, width := 1+r.IntN(3000), 1+r.IntN(200)
		levels := make([]float32, n)
		loud := r.IntN(n)
		levels[loud] = .02 + r.Float32()*.98
		v := view(levels...)
		for _, k := range []Kind{Braille, Blocks} {
			for _, rows := range []int{1, 3} {
				all := Draw(v, width, rows, k, Styles{})
				cells := []rune(ansi.Strip(all[max(0, rows-2)]))
				from, to := loud*width/n, ((loud+1)*width-1)/n
				seen := 0
				for x, c := range cells {
					if c != quiet && (x < from || x > to) {
						seen = -len(cells)
					} else if c != quiet {
						seen++
					}
				}
				if seen <= 0 {
					t.Fatalf("%d buckets in %d cells, bucket %d loud, kind %d: %q", n, width, loud, k, string(cells))
				}
			}
		}
	}
}

func TestRowsAreAlwaysAsWideAsAsked(t *testing.T) {
	marked := view(.5, .1, 0)
	marked.Bounds, marked.Speech = []int64{0, 1000, 1029, 1030}, []Stretch{{0, 9999}}
	for w := range 50 {
		for rows := range 5 {
			for _, v := range []View{marked, {ToSamples: 100}, {}} {
				got := Draw(v, w, rows, Braille, Styles{})
				if w > 0 && len(got) != rows || slices.ContainsFunc(got, func(row string) bool { return ansi.StringWidth(row) != w }) {
					t.Fatalf("%d by %d: %q", w, rows, got)
				}
			}
		}
	}
}

// BenchmarkFrameOfTenHours is the widest frame of the longest recording.
func BenchmarkFrameOfTenHours(b *testing.B) {
	const length = 36000 * 48000
	kept := append([]byte("peaks1"), 0, 0x30, 0xff, 0x66, 0, 0, 0, 0) // the length
	for i := range length / 256 {
		kept = append(kept, byte(i*7))
	}
	var o peaks.Overview
	if err := o.SetBytes(kept); err != nil {
		b.Fatal(err)
	}
	v := View{Levels: &o, ToSamples: length, PlayheadSamples: length / 3}
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		v.FromSamples = int64(i) * 1000003 % (length / 2)
		Draw(v, 200, 3, Braille, Styles{})
	}
}
