package wave

import (
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tapescript/audio/peaks"
)

func view(levels ...float32) View {
	v := View{Peaks: peaks.Peaks{FromSamples: 1000, BucketSamples: 10}, FromSamples: 1000, ToSamples: 1000 + int64(len(levels))*10, PlayheadSamples: -1}
	for _, l := range levels {
		v.Peaks.Buckets = append(v.Peaks.Buckets, peaks.Peak{Min: -l, Max: l / 2})
	}
	return v
}

func TestRowDrawsLevels(t *testing.T) {
	v := view(0, .001, .01, .05, .1, .3, 1, 1)
	if got, want := ansi.Strip(Row(v, 8, Styles{})), "··▁▂▃▄██"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	// Half as many cells: the louder of two neighbours is what is seen.
	if got, want := ansi.Strip(Row(v, 4, Styles{})), "·▂▄█"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRowDrawsThePlayheadWhereItIs(t *testing.T) {
	v := view(0, 0, 0, 0)
	for _, c := range []struct {
		at   int64
		want string
	}{{999, "····"}, {1000, "┃···"}, {1019, "·┃··"}, {1039, "···┃"}, {1040, "····"}} {
		v.PlayheadSamples = c.at
		if got := ansi.Strip(Row(v, 4, Styles{})); got != c.want {
			t.Errorf("at %d: %s, want %s", c.at, got, c.want)
		}
	}
}

func TestRowIsAlwaysAsWideAsAsked(t *testing.T) {
	empty := View{ToSamples: 100}
	for w := range 50 {
		for _, v := range []View{view(.5, .1), empty, {}} {
			if got := ansi.StringWidth(Row(v, w, Styles{})); got != w {
				t.Fatalf("width %d, want %d", got, w)
			}
		}
	}
}
