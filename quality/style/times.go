package style

import (
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// order finds a segment that begins before its speaker's last one ended, and
// words that its border cuts (Z01).
func (l *linter) order() {
	s := l.seg
	if !s.Timed() {
		return
	}
	if before := l.neighbour(-1); before != nil && before.End > s.Start && before.Timed() {
		l.add(0, 0, OverlapOwn, l.t.SpeakerName(s.Speaker))
	}
	for _, w := range s.Words {
		if w.Timed() && !w.Estimated && (w.Start < s.Start || w.End > s.End) {
			l.add(w.From, w.To, WordOutside, s.Text[w.From:w.To])
		}
	}
}

// lengths finds segments that are too short or too long for the style (Z02).
func (l *linter) lengths() {
	if !l.seg.Timed() {
		return
	}
	length := (l.seg.End - l.seg.Start).Seconds()
	limit := l.rule.Limit
	switch {
	case limit > 0 && length > limit:
		f := l.add(0, 0, SegmentLong, tenths(length), tenths(limit))
		if f.Severity == Note {
			f.Severity = Warning
		}
	case l.rule.Most > 0 && length > l.rule.Most:
		l.add(0, 0, SegmentLong, tenths(length), tenths(l.rule.Most))
	case length < l.rule.Least:
		l.add(0, 0, SegmentShort, tenths(length), tenths(l.rule.Least))
	}
}

func tenths(x float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
}

// leastSpeech is how much speech there has to be in a segment for its text to
// be missed, and how much there may be by mistake where nobody speaks.
const leastSpeech = 300 * time.Millisecond

// empty finds timed segments without text: all of them, or where somebody has
// listened, those with speech (Z03).
func (l *linter) empty() {
	if l.seg.Timed() && strings.TrimSpace(l.seg.Text) == "" && (l.speech == nil || l.heard() >= leastSpeech) {
		l.add(0, 0, SegmentEmpty)
	}
}

// silent finds words where nobody speaks (Z04), if somebody has listened.
func (l *linter) silent() {
	if l.speech != nil && l.seg.Timed() && len(l.page.words) > 0 && l.heard() == 0 {
		l.add(0, 0, SegmentSilent)
	}
}

// heard is how much speech there is in the segment's time.
func (l *linter) heard() time.Duration {
	var sum time.Duration
	first := sort.Search(len(l.speech), func(i int) bool { return l.speech[i].End > l.seg.Start })
	for _, s := range l.speech[first:] {
		if s.Start >= l.seg.End {
			break
		}
		sum += max(0, min(s.End, l.seg.End)-max(s.Start, l.seg.Start))
	}
	return sum
}

// pace finds segments with more or fewer characters than people say in their
// time (Z05): mostly a border that is off, or text that is missing. Segments
// below a second are too short to say.
func (l *linter) pace() {
	length := (l.seg.End - l.seg.Start).Seconds()
	if !l.seg.Timed() || length < 1 || len(l.page.words) == 0 {
		return
	}
	characters := utf8.RuneCountInString(l.page.text)
	for _, m := range l.page.marks {
		if m.open == '(' {
			continue
		}
		if characters -= m.to - m.from; l.page.text[m.from] == '[' {
			return // who knows what was said there
		}
	}
	switch rate := float64(characters) / length; {
	case rate > l.rule.Most && l.rule.Most > 0:
		l.add(0, 0, PaceFast, tenths(rate), tenths(l.rule.Most))
	case rate < l.rule.Least:
		l.add(0, 0, PaceSlow, tenths(rate), tenths(l.rule.Least))
	}
}
