package format

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// Loss says how many things of a kind a file would not hold.
type Loss struct {
	What  LossKind
	Count int
}

// LossKind is a kind of thing that a format can fail to hold.
type LossKind string

// What can be lost. Only plain text loses segments: those without text.
const (
	LostText       LossKind = "text"        // segments whose words would read otherwise
	LostLineBreaks LossKind = "line breaks" // segments whose text differs in white space
	LostTimes      LossKind = "times"       // segments whose time would be another, or gone
	LostSegments   LossKind = "segments"    // segments whose borders would lie elsewhere
	LostPrecision  LossKind = "precision"   // times rounded by less than a millisecond
	LostSpeakers   LossKind = "speakers"    // segments that would name another speaker or none; speakers nobody would know of
	LostSpeakerIDs LossKind = "speaker ids" // speakers whose ID would be another
	LostChannels   LossKind = "channels"    // segments
	LostIDs        LossKind = "ids"         // segments whose ID would be another
	LostWordTimes  LossKind = "word times"  // words whose time would be another, or gone
	LostConfidence LossKind = "confidence"  // words
	LostEstimated  LossKind = "estimated"   // words whose mark of an estimated time would be gone
	LostLanguage   LossKind = "language"
	LostStyle      LossKind = "style"
	LostMedia      LossKind = "media"
	LostExtras     LossKind = "extras" // what other formats said: settings, notes, columns
)

// lossKinds is the order in which losses are named: the worst first.
var lossKinds = []LossKind{
	LostText, LostSegments, LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
	LostPrecision, LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras,
}

// Loses says what of a transcript a file of this format would not hold, the
// worst first; nil where the file would hold all of it. It encodes the
// transcript and decodes the result: some 100 ms for 20,000 segments. An error
// means that the transcript cannot be written, or not be read again.
func (f Format) Loses(t *transcript.Transcript) ([]Loss, error) {
	file, err := f.Prepare(t)
	if err != nil {
		return nil, err
	}
	return file.Losses(), nil
}

// difference counts what of t is not in back, which was read from this format.
func (f Format) difference(t, back *transcript.Transcript) []Loss {
	if f.channelwise {
		one, other := *t, *back
		one.Segments, other.Segments = byChannel(t, false), byChannel(back, true)
		return difference(&one, &other)
	}
	if f.words == nil {
		return difference(t, back)
	}
	c := counts{}
	c.transcripts(t, back)
	var m wordMatch
	m.compare(c, t, back, f.words(t), f.words(back))
	m.finish(c, len(t.Segments))
	return c.list()
}

// counts is what differs, by kind.
type counts map[LossKind]int

// difference counts what of t is not in back. Segments meet by their place,
// because formats keep the order.
func difference(t, back *transcript.Transcript) []Loss {
	c := counts{}
	c.transcripts(t, back)
	c.segments(t, back)
	return c.list()
}

func (c counts) segments(t, back *transcript.Transcript) {
	segments := t.Segments
	if len(back.Segments) < len(segments) { // plain text holds no segment without text
		segments = slices.DeleteFunc(slices.Clone(segments), func(s *transcript.Segment) bool { return strings.TrimSpace(s.Text) == "" })
		c[LostText] += len(t.Segments) - len(segments)
	}
	for i, s := range segments[:min(len(segments), len(back.Segments))] {
		c.segment(t, s, back, back.Segments[i])
	}
	c[LostText] += max(len(segments), len(back.Segments)) - min(len(segments), len(back.Segments))
}

// list names the losses, the worst first.
func (c counts) list() []Loss {
	var out []Loss
	for _, kind := range lossKinds {
		if c[kind] > 0 {
			out = append(out, Loss{kind, c[kind]})
		}
	}
	return out
}

func (c counts) transcripts(t, back *transcript.Transcript) {
	c.unless(t.Language == back.Language, LostLanguage)
	c.unless(t.Style == back.Style, LostStyle)
	c.unless(t.Media == back.Media, LostMedia)
	c.extras(t.Extras, back.Extras)
	var kept, found []string // names, in the order of each, of the speakers that both have
	for _, s := range t.Speakers {
		name := t.SpeakerName(s.ID)
		if !slices.ContainsFunc(back.Speakers, func(o transcript.Speaker) bool { return back.SpeakerName(o.ID) == name }) {
			c[LostSpeakers]++
			continue
		}
		kept = append(kept, name)
		c.unless(slices.Contains(back.Speakers, s), LostSpeakerIDs)
	}
	for _, s := range back.Speakers {
		if name := back.SpeakerName(s.ID); slices.Contains(kept, name) {
			found = append(found, name)
		}
	}
	c.unless(slices.Equal(kept, found), LostSpeakerIDs)
}

func (c counts) segment(t *transcript.Transcript, s *transcript.Segment, back *transcript.Transcript, o *transcript.Segment) {
	switch {
	case s.Text == o.Text:
	case sameWords(s.Text, o.Text):
		c[LostLineBreaks]++
	default:
		c[LostText]++
	}
	c.time(s.Start, s.End, o.Start, o.End, LostTimes)
	c.unless(t.SpeakerName(s.Speaker) == back.SpeakerName(o.Speaker), LostSpeakers)
	c.unless(s.Channel == o.Channel, LostChannels)
	c.unless(s.ID == o.ID, LostIDs)
	c.extras(s.Extras, o.Extras)
	c.words(s, o)
}

// wordMatch compares transcripts word by word, where a format keeps no
// segments.
type wordMatch struct {
	words, found []fileWord // not compared yet
	met          int        // segments of which a word was
}

// compare takes more words, and compares those that both have.
func (m *wordMatch) compare(c counts, t, back *transcript.Transcript, words, found []fileWord) {
	n := min(len(m.words), len(found)) // those that are left of before come first
	m.these(c, t, back, m.words[:n], found[:n])
	m.words, found = m.words[n:], found[n:]
	n = min(len(words), len(m.found))
	m.these(c, t, back, words[:n], m.found[:n])
	m.found, words = m.found[n:], words[n:]
	n = min(len(words), len(found))
	if len(m.words) > 0 || len(m.found) > 0 {
		n = 0
	}
	m.these(c, t, back, words[:n], found[:n])
	m.words, m.found = append(slices.Clone(m.words), words[n:]...), append(slices.Clone(m.found), found[n:]...)
}

func (m *wordMatch) these(c counts, t, back *transcript.Transcript, words, found []fileWord) {
	for i := range words {
		w, o := &words[i], &found[i]
		c.unless(w.text == o.text, LostText)
		if w.mark == "" {
			c.unless(w.start == o.start && w.end == o.end && w.timed == o.timed, LostWordTimes)
			c.unless(w.confidence == o.confidence, LostConfidence)
			c.unless(w.estimated == o.estimated, LostEstimated)
		}
		if w.of.met {
			continue
		}
		w.of.met = true
		m.met++
		s, b := w.of, o.of
		c.unless(sameWords(s.Text, b.Text), LostSegments)
		c.unless(flat(s.Text) == s.Text, LostLineBreaks)
		c.unless(s.Start == b.Start && s.End == b.End, LostTimes)
		c.unless(t.SpeakerName(s.Speaker) == back.SpeakerName(b.Speaker), LostSpeakers)
		c.unless(s.Channel == b.Channel, LostChannels)
		c.unless(s.ID == b.ID, LostIDs)
		c.extras(s.Extras, b.Extras)
	}
}

// finish counts what only one of them has, of a transcript of so many segments.
func (m *wordMatch) finish(c counts, segments int) {
	c[LostText] += len(m.words) + len(m.found)
	c[LostSegments] += segments - m.met // those without a word
}

// sameWords says whether two texts differ in white space alone.
func sameWords(a, b string) bool {
	for a != b {
		var one, other string
		if one, a = nextField(a); one == "" {
			other, _ = nextField(b)
			return other == ""
		}
		if other, b = nextField(b); one != other {
			return false
		}
	}
	return true
}

// nextField is the first field of a text, "" of none, and what follows it.
func nextField(text string) (field, rest string) {
	for from, field := range fields(text) {
		return field, text[from+len(field):]
	}
	return "", ""
}

// words meet by which letters of the text they are, so that a line break that
// becomes a space does not part them.
func (c counts) words(s, o *transcript.Segment) {
	if len(s.Words) == 0 && len(o.Words) == 0 || s.Text == o.Text && slices.Equal(s.Words, o.Words) {
		return
	}
	if len(o.Words) == 0 { // as in most formats
		for _, w := range s.Words {
			c.time(w.Start, w.End, 0, 0, LostWordTimes)
			c.unless(w.Confidence == 0, LostConfidence)
			c.unless(!w.Estimated, LostEstimated)
		}
		return
	}
	in, on := letters(s.Text), letters(o.Text)
	there := make(map[[2]int]transcript.Word, len(o.Words))
	for _, w := range o.Words {
		there[[2]int{on[w.From], on[w.To]}] = w
	}
	for _, w := range s.Words {
		k := [2]int{in[w.From], in[w.To]}
		v := there[k]
		delete(there, k)
		c.time(w.Start, w.End, v.Start, v.End, LostWordTimes)
		c.unless(w.Confidence == v.Confidence, LostConfidence)
		c.unless(w.Estimated == v.Estimated, LostEstimated)
	}
	c[LostWordTimes] += len(there) // words of which the file would claim to know something
}

// letters says, for each byte of a text, how many bytes before it are no white
// space.
func letters(text string) []int {
	n := make([]int, len(text)+1)
	count := 0
	for i, r := range text {
		size := utf8.RuneLen(r)
		for k := range size {
			n[i+k] = count
		}
		if !unicode.IsSpace(r) {
			count += size
		}
	}
	n[len(text)] = count
	return n
}

// time tells a rounded time from another one.
func (c counts) time(start, end, otherStart, otherEnd time.Duration, kind LossKind) {
	near := func(a, b time.Duration) bool { return (a-b).Abs() < time.Millisecond || b == time.Millisecond && a < b }
	switch {
	case start == otherStart && end == otherEnd:
	case near(start, otherStart) && near(end, otherEnd) && (end > 0) == (otherEnd > 0):
		c[LostPrecision]++
	default:
		c[kind]++
	}
}

// extras that say only how a file was written are no loss elsewhere.
func (c counts) extras(e, other transcript.Extras) {
	for key, value := range e {
		if key != txtTimes && key != tableColumns {
			markup := (key == vttRaw || key == srtRaw) && sameMarkup(value, cmp.Or(other[key], other[srtRaw], other[vttRaw]))
			c.unless(markup || other[key] == value, LostExtras)
		}
	}
}

func (c counts) unless(same bool, kind LossKind) {
	if !same {
		c[kind]++
	}
}
