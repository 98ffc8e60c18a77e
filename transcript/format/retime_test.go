package format

import (
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"tapescript/transcript"
)

func TestTimecodesAreExact(t *testing.T) {
	for _, c := range []struct {
		rate, code string
		want       time.Duration // -1: none
	}{
		{"25", "00:00:01:12", 1480 * time.Millisecond},
		{"24", "100:00:00:23", 100*time.Hour + 958333333},
		{"23.976", "00:00:01:00", 1001 * time.Millisecond},
		{"29.97", "01:00:00:00", 3603600 * time.Millisecond},
		{"29.97df", "01:00:00:00", 3600*time.Second - 3600*time.Microsecond}, // SMPTE: 3.6 ms short of the clock
		{"29.97", "01:00:00;00", 3600*time.Second - 3600*time.Microsecond},
		{"29.97df", "00:00:59:29", 60026633333},
		{"29.97df", "00:01:00:02", 60060 * time.Millisecond}, // the very next frame
		{"29.97df", "00:01:00:01", -1},                       // a number that is dropped
		{"29.97df", "00:10:00:00", 599999400 * time.Microsecond},
		{"30000/1001", "00:00:00:01", 33366667},
		{"30", "00:00:00:15", 500 * time.Millisecond},
		{"25", "00:00:00:25", -1}, {"25", "00:60:00:00", -1}, {"25", "00:00:00", -1},
	} {
		r, ok := ParseFrameRate(c.rate)
		if !ok {
			t.Errorf("%s is no rate", c.rate)
			continue
		}
		got, ok := r.timecode(c.code)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("%s at %s: %v (%v), want %v", c.code, c.rate, got, ok, c.want)
		}
	}
	for _, bad := range []string{"", "0", "-25", "x", "1e9", "2000", "25df", "1/0"} {
		if r, ok := ParseFrameRate(bad); ok {
			t.Errorf("%q is %+v", bad, r)
		}
	}
}

// TestDropFrameNumbersCountEveryFrame walks all numbers of an hour and more:
// each that is not dropped is one frame after the one before.
func TestDropFrameNumbersCountEveryFrame(t *testing.T) {
	r, _ := ParseFrameRate("29.97df")
	n := int64(0)
	for second := range 4000 {
		for frame := range 30 {
			code := clockText(second) + ":" + string(rune('0'+frame/10)) + string(rune('0'+frame%10))
			got, ok := r.timecode(code)
			if dropped := second%60 == 0 && second%600 != 0 && frame < 2; dropped == ok {
				t.Fatalf("%s: %v", code, ok)
			}
			if !ok {
				continue
			}
			if got != r.frames(n) {
				t.Fatalf("%s is %v, but frame %d begins at %v", code, got, n, r.frames(n))
			}
			n++
		}
	}
}

func clockText(second int) string { return clock(time.Duration(second)*time.Second, '.')[:8] }

func TestRetimingIsExactAndSaysWhatItCuts(t *testing.T) {
	tr := &transcript.Transcript{Segments: []*transcript.Segment{
		{ID: "1", Start: time.Second, End: 2 * time.Second, Text: "gone"},
		{ID: "2", Start: 3 * time.Second, End: 6 * time.Second, Text: "cut in", Words: []transcript.Word{
			{From: 0, To: 3, Start: 3 * time.Second, End: 4 * time.Second, Estimated: true}, {From: 4, To: 6, Start: 5 * time.Second, End: 6 * time.Second}}},
		{ID: "3", Text: "no time"},
	}}
	before := dump(tr)
	got, done, err := Retime(tr, big.NewRat(1, 2), -2250*time.Millisecond)
	if err != nil || done != (Retimed{Cut: 1, Lost: 1}) || dump(tr) != before {
		t.Fatalf("%+v, %v", done, err)
	}
	if err := got.Validate(); err != nil {
		t.Fatal(err)
	}
	s := got.Segments[1]
	if got.Segments[0].Timed() || s.Start != 0 || s.End != 750*time.Millisecond || s.Words[0].Timed() || s.Words[0].Estimated ||
		s.Words[1].Start != 250*time.Millisecond || s.Words[1].End != 750*time.Millisecond {
		t.Errorf("%s", dump(got))
	}
	if _, _, err := Retime(tr, big.NewRat(1e12, 1), 0); err == nil {
		t.Error("a time of a thousand years was accepted")
	}
}

// TestRetimingBackGivesTheSameTimes: 25/23.976 and its inverse, at most a
// nanosecond apart.
func TestRetimingBackGivesTheSameTimes(t *testing.T) {
	there, ok := ParseRatio("25/23.976")
	back, ok2 := ParseRatio("23.976/25")
	if !ok || !ok2 || new(big.Rat).Mul(there, back).Cmp(big.NewRat(1, 1)) != 0 {
		t.Fatal(there, back)
	}
	for seed := range uint64(200) {
		tr := randomTranscript(rand.New(rand.NewPCG(seed, 3)))
		once, _, err := Retime(tr, there, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		once, _, err = Retime(once, big.NewRat(1, 1), -time.Second)
		if err != nil {
			t.Fatal(err)
		}
		again, _, err := Retime(once, back, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i, s := range tr.Segments {
			o := again.Segments[i]
			if (s.Start-o.Start).Abs() > 1 || (s.End-o.End).Abs() > 1 || len(s.Words) != len(o.Words) {
				t.Fatalf("seed %d: %v to %v is %v to %v", seed, s.Start, s.End, o.Start, o.End)
			}
		}
	}
}
