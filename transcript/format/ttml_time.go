package format

import (
	"math/big"
	"strings"
	"time"
)

// ttmlClock reads the time expressions of a TTML document (TTML2 §12.3, the
// parameters of §7.2, SMPTE time codes by §12.4):
//
//	00:00:01.5   00:00:01:12   00:00:01:12.1   1.5h 90m 3s 250ms 36f 1000t
type ttmlClock struct {
	rate      FrameRate // frames a second, as they pass
	nominal   int64     // frames a second, as they are counted
	subFrames int64
	ticks     *big.Rat // a second
	drop      string   // of an SMPTE time base: nonDrop, dropNTSC, dropPAL; "" of others
}

// newTTMLClock reads the root's parameters; wrong is one that is out of range.
func newTTMLClock(root *xmlNode, given FrameRate) (c ttmlClock, wrong string) {
	c = ttmlClock{rate: FrameRate{num: 30, den: 1}, subFrames: 1}
	if given.Known() {
		c.rate = given
	}
	rate := root.attr("frameRate")
	if rate != "" {
		n, ok := digits(rate, 3)
		if !ok || n == 0 {
			return c, rate
		}
		c.rate = FrameRate{num: int64(n), den: 1}
	}
	c.nominal = c.rate.nominal()
	if text := root.attr("frameRateMultiplier"); text != "" {
		// The first edition had a colon between the two.
		parts := strings.Fields(strings.Replace(text, ":", " ", 1))
		if len(parts) == 1 {
			parts = append(parts, "1")
		}
		top, ok1 := digits(parts[0], 5)
		bottom, ok2 := digits(parts[len(parts)-1], 5)
		if !ok1 || !ok2 || len(parts) != 2 || top == 0 || bottom == 0 {
			return c, text
		}
		c.rate = FrameRate{num: c.nominal * int64(top), den: int64(bottom)}
	}
	if text := root.attr("subFrameRate"); text != "" {
		n, ok := digits(text, 2)
		if !ok || n == 0 {
			return c, text
		}
		c.subFrames = int64(n)
	}
	c.ticks = big.NewRat(1, 1)
	if rate != "" {
		c.ticks = big.NewRat(c.rate.num*c.subFrames, c.rate.den)
	}
	if text := root.attr("tickRate"); text != "" {
		n, ok := digits(text, 10)
		if !ok || n == 0 {
			return c, text
		}
		c.ticks = big.NewRat(int64(n), 1)
	}
	if root.attr("timeBase") == "smpte" {
		if c.drop = root.attr("dropMode"); c.drop == "" {
			c.drop = "nonDrop"
		}
	}
	return c, ""
}

// ttmlMost is a bound on a time: more than a century would not be a recording.
const ttmlMost = 876_000 * time.Hour

// parse reads one time expression, to the nearest nanosecond.
func (c ttmlClock) parse(text string) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if strings.Count(text, ":") >= 2 {
		return c.clock(text)
	}
	unit := strings.TrimLeft(text, "0123456789.")
	text = text[:len(text)-len(unit)]
	if unit == "s" || unit == "" { // some writers leave the s away
		d, ok := parseSeconds(text)
		return d, ok && d <= ttmlMost
	}
	if len(text) > 20 || strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") {
		return 0, false
	}
	value, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false
	}
	switch unit {
	case "h":
		value.Mul(value, big.NewRat(3600, 1))
	case "m":
		value.Mul(value, big.NewRat(60, 1))
	case "ms":
		value.Quo(value, big.NewRat(1000, 1))
	case "f":
		value.Mul(value, big.NewRat(c.rate.den, c.rate.num))
	case "t":
		value.Quo(value, c.ticks)
	default:
		return 0, false
	}
	return nanoseconds(value)
}

// nanoseconds rounds a number of seconds to the nearest.
func nanoseconds(seconds *big.Rat) (time.Duration, bool) {
	twice := new(big.Rat).Mul(seconds, big.NewRat(2e9, 1))
	n := new(big.Int).Quo(twice.Num(), twice.Denom())
	if !n.IsInt64() || n.Int64() > 2*int64(ttmlMost) || n.Int64() < 0 {
		return 0, false
	}
	return time.Duration((n.Int64() + 1) / 2), true
}

// clock reads hours:minutes:seconds, with a fraction or frames.
func (c ttmlClock) clock(text string) (time.Duration, bool) {
	parts := strings.Split(text, ":")
	if len(parts) == 3 {
		// SMPTE counts its whole seconds in frames too.
		if d, ok := parseClock(text); ok && (c.drop == "" || strings.Contains(text, ".")) {
			return d, d <= ttmlMost
		}
		parts = append(parts, "0")
	}
	if len(parts) != 4 {
		return 0, false
	}
	frames, sub, found := strings.Cut(parts[3], ".")
	var n [5]int64
	for i, field := range []struct {
		text string
		most int64
	}{{parts[0], 99_999}, {parts[1], 59}, {parts[2], 59}, {frames, c.nominal - 1}, {sub, c.subFrames - 1}} {
		if i == 4 && !found {
			break
		}
		value, ok := digits(field.text, 5)
		if n[i] = int64(value); !ok || n[i] > field.most {
			return 0, false
		}
	}
	return c.frames(n)
}

// frames is the time of hours, minutes, seconds, frames and parts of a frame.
func (c ttmlClock) frames(n [5]int64) (time.Duration, bool) {
	minutes := n[0]*60 + n[1]
	lasting := func(count int64) (time.Duration, bool) { // bounds above keep this below 2^63
		return nanoseconds(big.NewRat((count*c.subFrames+n[4])*c.rate.den, c.rate.num*c.subFrames))
	}
	if c.drop == "" { // the media's own time: seconds are seconds
		d, ok := lasting(n[3])
		return time.Duration(minutes*60+n[2])*time.Second + d, ok
	}
	var dropped int64
	switch c.drop {
	case "dropNTSC": // numbers 0 and 1 of each minute but the tenth
		if n[2] == 0 && n[3] < 2 && n[1]%10 != 0 {
			return 0, false
		}
		dropped = (n[0]*54 + n[1] - n[1]/10) * 2
	case "dropPAL": // numbers 0 to 3 of each second minute but the twentieth
		if n[2] == 0 && n[3] < 4 && n[1]%2 == 0 && n[1]%20 != 0 {
			return 0, false
		}
		dropped = (n[0]*27 + n[1]/2 - n[1]/20) * 4
	}
	counted := (minutes*60+n[2])*c.nominal + n[3] - dropped
	return lasting(counted)
}
