package format

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// ctm is NIST's time-marked conversation, in which recognisers hand in: one
// word a line, with recording, channel, start, duration and, where there is
// one, a confidence.
//
//	2347 A 1.06 0.24 so 0.93
//	2347 A * * <ALT_BEGIN>
//	2347 A 1.40 0.20 um
//	2347 A * * <ALT>
//	2347 A 1.40 0.20 uh
//	2347 A * * <ALT_END>
//
// is "so { um / uh }". A seventh field is the word's type, an eighth its
// speaker. The file knows no segments: a pause of a second, another speaker or
// a hundred words begin a new one. Writing puts the words in order of time, as
// sclite wants them; words without a time share that between their neighbours.
var ctm = Format{
	Name: "ctm", Title: "NIST ctm", Extensions: []string{".ctm"},
	Cannot: []LossKind{LostSegments, LostSpeakers, LostTimes, LostLineBreaks, LostWordTimes, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostExtras},
	decodeAll: decodeCTM, named: true, encode: encodeCTM, words: ctmWords, border: lineBorder,
	sniff: func(head string) bool { return nistKind(head) == "ctm" },
}

const (
	ctmPause   = time.Second
	ctmLongest = 100 // words in a segment
)

// alternation turns a ctm's marks into those of the other NIST formats.
var alternation = map[string]string{"<ALT_BEGIN>": "{", "<ALT>": "/", "<ALT_END>": "}"}

// ctmReader makes segments of one channel's words.
type ctmReader struct {
	in    *input
	part  *input
	open  *transcript.Segment
	text  bytes.Buffer
	words int
	depth int // of alternations
	timed []transcript.Word
}

func decodeCTM(in *input) error {
	readers := make(map[*input]*ctmReader)
	if r, ok := in.carry.(*ctmReader); ok { // the part before this broke off in a segment
		r.in, r.part = in, in.parts[0]
		readers[r.part] = r
		if r.open != nil {
			r.part.add(r.open, 0)
		}
	}
	var fields []string
	var r *ctmReader // of the line before, mostly this one's too
	var name, channel string
	err := in.records(func(string) {}, func(line string, number int) error {
		fields = appendFields(fields[:0], line)
		if len(fields) < 5 {
			return at(number, ColumnCount, line, CorrectLine)
		}
		if r == nil || name != fields[0] || channel != fields[1] {
			part := in.recording(fields[0], fields[1])
			nameIt(part)
			if r = readers[part]; r == nil {
				r = &ctmReader{in: in, part: part}
				readers[part] = r
			}
			name, channel = fields[0], fields[1]
		}
		if fields[2] == "*" {
			if mark := alternation[strings.ToUpper(fields[4])]; mark != "" {
				r.mark(mark)
				return nil
			}
		}
		return r.word(fields, number)
	})
	for _, r := range readers {
		if !in.more {
			r.shut()
		} else if len(readers) > 1 {
			in.whole = true // their words stand one channel after the other
		} else {
			r.hold()
		}
	}
	in.setChannels()
	return err
}

// hold keeps the segment that the next part of the file goes on with.
func (r *ctmReader) hold() {
	r.in.carry = r
	if r.open != nil {
		last := len(r.part.segments) - 1
		r.part.segments, r.part.lines = r.part.segments[:last], r.part.lines[:last]
		r.in.whole = r.in.whole || !r.open.Timed()
	}
}

// mark takes the border of an alternation.
func (r *ctmReader) mark(mark string) {
	switch mark {
	case "{":
		r.depth++
	case "}":
		r.depth--
	}
	if r.open == nil { // the segment begins with the first word's time
		r.text.WriteString(mark + " ")
		return
	}
	r.text.WriteString(" " + mark)
}

func (r *ctmReader) word(fields []string, number int) error {
	start, ok1 := parseSeconds(fields[2])
	length, ok2 := parseSeconds(fields[3])
	if !ok1 || !ok2 {
		return at(number, BadTime, strings.Join(fields, " "), CorrectLine)
	}
	speaker := ""
	if len(fields) > 7 && fields[7] != notApplicable && !strings.EqualFold(fields[7], unnamedSpeaker) {
		var err error
		if speaker, err = r.part.speaker(r.part.made, fields[7], number); err != nil {
			return err
		}
	}
	untimed := start+length == 0 // in a ctm of words without times all stand there
	if s := r.open; s != nil && r.depth <= 0 && (untimed == s.Timed() || start >= s.End+ctmPause || speaker != s.Speaker || r.words >= ctmLongest) {
		r.shut()
	}
	if r.open == nil {
		r.open = &transcript.Segment{Start: start, Speaker: speaker}
		if untimed { // before all that have a time, so that writing finds them there again
			number = 0
			r.in.whole = r.in.later()
		}
		r.part.add(r.open, number)
	}
	if text := r.text.Bytes(); len(text) > 0 && text[len(text)-1] != ' ' {
		r.text.WriteByte(' ')
	}
	w := transcript.Word{From: r.text.Len(), Start: start, End: start + length}
	r.text.WriteString(fields[4])
	w.To = r.text.Len()
	if len(fields) > 5 {
		w.Confidence = r.confidence(fields[5], number)
	}
	r.words++
	r.open.Start, r.open.End = min(r.open.Start, start), max(r.open.End, w.End)
	if w.Timed() || w.Confidence > 0 {
		r.timed = append(r.timed, w)
	}
	return nil
}

// confidence reads one; what is none, as NA, says that there is none.
func (r *ctmReader) confidence(text string, number int) float64 {
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return 0
	case !(n >= 0 && n <= 1):
		r.part.note(ConfidenceGone, number)
		return 0
	}
	return max(n, transcript.LeastConfidence)
}

func (r *ctmReader) shut() {
	if r.open != nil {
		r.open.Text = string(bytes.TrimRight(r.text.Bytes(), " "))
		r.open.Words = append([]transcript.Word(nil), r.timed...)
	}
	r.open, r.words, r.depth, r.timed = nil, 0, 0, r.timed[:0]
	r.text.Reset()
}

func encodeCTM(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	name, channel := recordingName(t), channelNames(t)
	words, err := w.ctm.next(t, w)
	if err != nil {
		return err
	}
	out.Grow(len(words) * (len(name) + 30))
	for _, w := range words {
		out.WriteString(name)
		out.WriteByte(' ')
		out.WriteString(channel(w.of.Channel))
		if w.mark != "" {
			out.WriteString(" * * " + w.mark + "\n")
			continue
		}
		b := append(out.AvailableBuffer(), ' ')
		b = appendSeconds(b, w.start)
		b = append(b, ' ')
		b = appendSeconds(b, w.end-w.start)
		b = append(b, ' ')
		b = append(b, w.text...)
		switch {
		case w.confidence == transcript.LeastConfidence:
			b = append(b, " 0"...)
		case w.confidence > 0:
			b = append(b, ' ')
			b = strconv.AppendFloat(b, w.confidence, 'f', -1, 64)
		}
		out.Write(append(b, '\n'))
	}
	return nil
}

// ctmWriting is what is known of a file that is being written.
type ctmWriting struct {
	channel int
	held    []fileWord    // those that words to come may precede
	latest  time.Duration // when the last one that was written begins
	written []fileWord    // of the last part
}

// next returns the words that come next in the file. Of a transcript that comes
// in parts they are those that begin before its last segment: the segments to
// come begin no earlier.
func (c *ctmWriting) next(t *transcript.Transcript, w *writing) ([]fileWord, error) {
	if !w.later && w.last || len(t.Segments) == 0 {
		c.written = ctmWords(t)
		return c.written, nil
	}
	if !w.later {
		c.channel = t.Segments[0].Channel
	}
	for _, s := range t.Segments {
		if s.Channel != c.channel || !s.Timed() {
			return nil, ErrWhole // channels follow one another; what has no time comes first
		}
	}
	words := ctmWordsBehind(c.held, t)
	now, until := 0, t.Segments[len(t.Segments)-1].Start
	for now < len(words) {
		to := groupEnd(words, now)
		start := groupStart(words[now:to])
		if start < c.latest { // or has no time
			return nil, ErrWhole
		}
		if !w.last && start >= until {
			break
		}
		c.latest, now = start, to
	}
	c.written, c.held = words[:now:now], slices.Clone(words[now:])
	return c.written, nil
}

// countFields counts the words of a text, as fields yields them; a few too many
// where spaces are not ASCII.
func countFields(text string) int {
	n, inside := 0, false
	for i := range len(text) {
		space := text[i] == ' ' || text[i] >= '\t' && text[i] <= '\r'
		if !space && !inside {
			n++
		}
		inside = !space
	}
	return n
}

// fileWord is a word as a file of words alone has it.
type fileWord struct {
	of         *fileSegment
	text       string // without white space
	mark       string // or the border of an alternation, which has no time
	start, end time.Duration
	confidence float64
	timed      bool // it has a time of its own
	estimated  bool
}

// fileSegment is a word's segment.
type fileSegment struct {
	*transcript.Segment
	met bool // a word of it was compared
}

// ctmWords lists the words of a transcript, channel by channel in the order of
// their time; the words of an alternation stay together.
func ctmWords(t *transcript.Transcript) []fileWord { return ctmWordsBehind(nil, t) }

// ctmWordsBehind is ctmWords of a part, with words of parts before among them.
func ctmWordsBehind(held []fileWord, t *transcript.Transcript) []fileWord {
	n := len(held)
	for _, s := range t.Segments {
		n += countFields(s.Text)
	}
	words := append(make([]fileWord, 0, n), held...)
	latest := make(map[int]time.Duration) // by channel
	segments := make([]fileSegment, len(t.Segments))
	for i, s := range t.Segments {
		if s.Timed() {
			latest[s.Channel] = s.Start
		}
		from := len(words)
		segments[i].Segment = s
		words = segmentWords(words, &segments[i], latest[s.Channel])
		if strings.IndexByte(s.Text, '{') >= 0 {
			markAlternations(words[from:])
		}
	}
	if inOrder(words) {
		return words
	}
	groups := groupsOf(words)
	slices.SortStableFunc(groups, func(a, b wordGroup) int {
		if d := words[a.from].of.Channel - words[b.from].of.Channel; d != 0 {
			return d
		}
		return cmp.Compare(groupStart(words[a.from:a.to]), groupStart(words[b.from:b.to]))
	})
	return inGroups(words, groups)
}

// inOrder says whether words stand in the order of their channels and times.
func inOrder(words []fileWord) bool {
	channel, latest := 0, time.Duration(-1)
	for from := 0; from < len(words); {
		to := groupEnd(words, from)
		start := groupStart(words[from:to])
		switch c := words[from].of.Channel; {
		case c < channel || c == channel && start < latest:
			return false
		default:
			channel, latest = c, start
		}
		from = to
	}
	return true
}

// inGroups are words in the order of their groups.
func inGroups(words []fileWord, groups []wordGroup) []fileWord {
	sorted := make([]fileWord, 0, len(words))
	for _, g := range groups {
		sorted = append(sorted, words[g.from:g.to]...)
	}
	return sorted
}

// groupsOf finds the words that stay together.
func groupsOf(words []fileWord) []wordGroup {
	groups := make([]wordGroup, 0, len(words))
	for from := 0; from < len(words); {
		to := groupEnd(words, from)
		groups = append(groups, wordGroup{from, to})
		from = to
	}
	return groups
}

// groupEnd is where the group ends that begins at a word: behind an alternation's
// end, else behind the word.
func groupEnd(words []fileWord, from int) int {
	to := from + 1
	if words[from].mark == "<ALT_BEGIN>" {
		for words[to-1].mark != "<ALT_END>" {
			to++
		}
	}
	return to
}

// wordGroup is a stretch of a list of words that stays together.
type wordGroup struct{ from, to int }

// groupStart is when a group begins; what has no time comes before all.
func groupStart(group []fileWord) time.Duration {
	for _, w := range group {
		if w.mark == "" && w.end > 0 {
			return w.start
		}
	}
	return -1
}

// markAlternations marks the borders of the alternations in the words of a
// segment. One that does not end, or holds no word, is none, and its marks are
// words.
func markAlternations(words []fileWord) {
	marks := map[string]string{"{": "<ALT_BEGIN>", "/": "<ALT>", "}": "<ALT_END>"}
	for len(words) > 0 {
		n := 1
		if words[0].text == "{" {
			if end := slices.IndexFunc(words, func(w fileWord) bool { return w.text == "}" }); end > 1 && alternate(words[1:end]) {
				n = end + 1
				for i := range n {
					words[i].mark = marks[words[i].text]
				}
			}
		}
		words = words[n:]
	}
}

// alternate says whether words can stand between braces in a ctm, which nests
// nothing: no brace among them, and one word that is no stroke.
func alternate(words []fileWord) bool {
	some := false
	for _, w := range words {
		if w.text == "{" {
			return false
		}
		some = some || w.text != "/"
	}
	return some
}

// segmentWords appends the words of a segment, each with a time: its own, else a
// share of that between its neighbours.
func segmentWords(words []fileWord, s *fileSegment, latest time.Duration) []fileWord {
	from := len(words)
	k := 0
	for at, text := range fields(s.Text) {
		to := at + len(text)
		for k < len(s.Words) && s.Words[k].To <= at {
			k++
		}
		w := fileWord{of: s, text: text}
		if k < len(s.Words) && s.Words[k].From < to { // the first that lies in it stands for it
			known := s.Words[k]
			w.confidence, w.estimated = known.Confidence, known.Estimated
			w.start, w.end, w.timed = known.Start, known.End, known.Timed()
		}
		words = append(words, w)
	}
	list := words[from:]
	start, end := latest, latest
	if s.Timed() {
		start, end = s.Start, s.End
	}
	for i := 0; i < len(list); {
		if list[i].timed {
			start = list[i].end
			i++
			continue
		}
		j := i
		for j < len(list) && !list[j].timed {
			j++
		}
		until := max(start, end)
		if j < len(list) {
			until = max(start, list[j].start)
		}
		for n := i; n < j; n++ {
			list[n].start = start + share(until-start, n-i, j-i)
			list[n].end = start + share(until-start, n-i+1, j-i)
		}
		i = j
	}
	return words
}
