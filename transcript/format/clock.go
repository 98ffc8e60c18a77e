package format

import (
	"strconv"
	"strings"
	"time"
)

// parseClock reads [[hours:]minutes:]seconds with a point or comma before the
// fraction. Minutes and seconds stay below 60 where something stands before
// them. Fractions finer than a nanosecond are cut.
func parseClock(s string) (time.Duration, bool) {
	last := strings.LastIndexByte(s, ':')
	total, ok := parseSeconds(s[last+1:])
	if last < 0 || !ok {
		return total, ok
	}
	hours, minutes, both := strings.Cut(s[:last], ":")
	if !both {
		hours, minutes = "0", hours
	}
	h, ok1 := digits(hours, 6) // 6 digits of hours are a century: no overflow
	m, ok2 := digits(minutes, 6)
	if !ok1 || !ok2 || both && m >= 60 || total >= time.Minute {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + total, true
}

// parseSeconds reads a decimal number of seconds, exactly.
func parseSeconds(s string) (time.Duration, bool) {
	whole, fraction, found := strings.Cut(s, ".")
	if !found {
		whole, fraction, found = strings.Cut(s, ",")
	}
	n, ok := digits(whole, 9)
	if !ok || found && fraction == "" {
		return 0, false
	}
	nano := 0
	for i := range max(len(fraction), 9) {
		if i < len(fraction) && (fraction[i] < '0' || fraction[i] > '9') {
			return 0, false
		}
		if i < 9 {
			nano *= 10
			if i < len(fraction) {
				nano += int(fraction[i] - '0')
			}
		}
	}
	return time.Duration(n)*time.Second + time.Duration(nano), true
}

func digits(s string, most int) (int, bool) {
	if s == "" || len(s) > most {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// millis is a time in whole milliseconds, rounded to the nearest.
func millis(d time.Duration) time.Duration {
	return (d + time.Millisecond/2) / time.Millisecond * time.Millisecond
}

// endMillis rounds an end, but never to 0, which would say that no time is known.
func endMillis(d time.Duration) time.Duration {
	if d > 0 && d < time.Millisecond {
		return time.Millisecond
	}
	return millis(d)
}

// clock writes hh:mm:ss, the point given, and milliseconds.
func clock(d time.Duration, point byte) string {
	ms := int64(millis(d) / time.Millisecond)
	b := make([]byte, 0, 16)
	if ms < 36_000_000 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, ms/3_600_000, 10)
	for _, n := range [...]int64{ms / 60_000 % 60, ms / 1000 % 60} {
		b = append(b, ':', byte('0'+n/10), byte('0'+n%10))
	}
	n := ms % 1000
	return string(append(b, point, byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10)))
}

// seconds writes a time as a decimal number of seconds, exactly: three
// decimals, more where the time needs them.
func seconds(d time.Duration) string { return string(appendSeconds(make([]byte, 0, 20), d)) }

// appendSeconds appends what seconds returns.
func appendSeconds(b []byte, d time.Duration) []byte {
	b = strconv.AppendInt(b, int64(d/time.Second), 10)
	rest := int64(d % time.Second)
	if ms := rest / int64(time.Millisecond); rest >= 0 && rest%int64(time.Millisecond) == 0 { // as nearly all are
		return append(b, '.', byte('0'+ms/100), byte('0'+ms/10%10), byte('0'+ms%10))
	}
	b = append(b, '.')
	for n, unit := 0, int64(time.Second); n < 3 || rest > 0; n++ {
		unit /= 10
		b = append(b, byte('0'+rest/unit))
		rest %= unit
	}
	return b
}

// borders rounds a stretch of time to whole milliseconds, and to one at least:
// WebVTT forbids a cue whose end is not after its start, and players skip it.
// Making it a millisecond long keeps its place, which a segment without time
// would not have.
func borders(start, end time.Duration) (time.Duration, time.Duration) {
	start = millis(start)
	return start, max(millis(end), start+time.Millisecond)
}

// placer gives each segment, in order, the borders that a format of
// milliseconds can write. A segment without time gets the shortest place where
// the one before it began, which keeps the order and claims little.
type placer struct {
	latest time.Duration
}

func (p *placer) place(start, end time.Duration) (time.Duration, time.Duration) {
	if end == 0 {
		return borders(p.latest, p.latest)
	}
	p.latest = max(p.latest, millis(start))
	return borders(start, end)
}
