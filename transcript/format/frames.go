package format

import (
	"math/big"
	"strings"
	"time"
)

// FrameRate is how a picture's frames are counted, as frames a second; the zero
// value says that nobody has said. Rates of television are exact: 29.97 is
// 30000/1001, 23.976 is 24000/1001.
type FrameRate struct {
	num, den int64
	// drop says that numbers of frames are left out, two at each minute but the
	// tenth, so that a count of 29.97 a second keeps up with the clock (SMPTE
	// ST 12-1). No frame is.
	drop bool
}

// ParseFrameRate reads a rate: "25", "29.97", "30000/1001", "29.97df" for one
// that drops numbers. ok is false where it is none, or outside 1 to 1000.
func ParseFrameRate(text string) (r FrameRate, ok bool) {
	text, r.drop = strings.CutSuffix(strings.ToLower(strings.TrimSpace(text)), "df")
	value, ok := ParseRatio(text)
	if !ok || value.Cmp(big.NewRat(1, 1)) < 0 || value.Cmp(big.NewRat(1000, 1)) > 0 {
		return FrameRate{}, false
	}
	// 23.976, 29.97, 59.94 and the like mean the next whole number times 1000/1001.
	whole := new(big.Rat).SetInt(ceiling(value))
	television := new(big.Rat).Mul(whole, big.NewRat(1000, 1001))
	if off := new(big.Rat).Sub(television, value); off.Abs(off).Cmp(big.NewRat(1, 1000)) < 0 {
		value = television
	}
	if !value.Num().IsInt64() || !value.Denom().IsInt64() || value.Num().Int64() > 1e9 {
		return FrameRate{}, false
	}
	r.num, r.den = value.Num().Int64(), value.Denom().Int64()
	return r, !r.drop || r.nominal()%30 == 0
}

func ceiling(r *big.Rat) *big.Int {
	n := new(big.Int).Add(r.Num(), new(big.Int).Sub(r.Denom(), big.NewInt(1)))
	return n.Div(n, r.Denom())
}

// Known says whether there is a rate.
func (r FrameRate) Known() bool { return r.num > 0 }

// nominal is how many numbers there are for a second's frames.
func (r FrameRate) nominal() int64 { return (r.num + r.den - 1) / r.den }

// frames is the time from the start until a frame begins, by how many came
// before it, to the nearest nanosecond.
func (r FrameRate) frames(n int64) time.Duration {
	seconds, rest := n*r.den/r.num, n*r.den%r.num
	return time.Duration(seconds)*time.Second + time.Duration((rest*int64(time.Second)+r.num/2)/r.num)
}

// clock reads a time as [parseClock] does, or a number of frames where the file
// counts them.
func (in *input) clock(text string) (time.Duration, bool) {
	if d, ok := in.reading.Rate.timecode(text); ok {
		return d, true
	}
	return parseClock(text)
}

// timecode reads hours:minutes:seconds:frames, at most 99,999 hours; a
// semicolon or a point before the frames says that numbers are dropped. ok is
// false where it is none, or a number that is dropped.
func (r FrameRate) timecode(text string) (time.Duration, bool) {
	if !r.Known() {
		return 0, false
	}
	drop := r.drop
	if i := strings.LastIndexAny(text, ";."); i >= 0 && r.nominal()%30 == 0 {
		drop, text = true, text[:i]+":"+text[i+1:]
	}
	parts := strings.Split(text, ":")
	if len(parts) != 4 {
		return 0, false
	}
	var n [4]int64
	for i, most := range []int64{99_999, 59, 59, r.nominal() - 1} {
		value, ok := digits(parts[i], 5)
		if n[i] = int64(value); !ok || n[i] > most {
			return 0, false
		}
	}
	minutes := n[0]*60 + n[1]
	count := (minutes*60+n[2])*r.nominal() + n[3]
	if drop {
		lost := r.nominal() / 15 // two of thirty
		if n[2] == 0 && n[3] < lost && minutes%10 != 0 {
			return 0, false
		}
		count -= lost * (minutes - minutes/10)
	}
	return r.frames(count), true
}
