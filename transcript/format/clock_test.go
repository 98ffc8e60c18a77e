package format

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestTimesAreWrittenAsPrintfWould compares with the plain way to say it.
func TestTimesAreWrittenAsPrintfWould(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 20_000 {
		d := time.Duration(rng.Int64N(int64(time.Hour) << rng.IntN(12))).Truncate([]time.Duration{1, 1000, time.Millisecond, time.Second}[rng.IntN(4)])
		ms := millis(d) / time.Millisecond
		if got, want := clock(d, ','), fmt.Sprintf("%02d:%02d:%02d,%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000); got != want {
			t.Fatalf("%d: %s, want %s", d, got, want)
		}
		fraction := fmt.Sprintf("%09d", d%time.Second)
		want := fmt.Sprintf("%d.%s%s", d/time.Second, fraction[:3], strings.TrimRight(fraction[3:], "0"))
		if got := seconds(d); got != want {
			t.Fatalf("%d: %s, want %s", d, got, want)
		}
		if back, ok := parseSeconds(want); !ok || back != d {
			t.Fatalf("%s is read as %v", want, back)
		}
	}
}
