package format

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// textGrid is Praat's TextGrid (Praat's manual, "TextGrid file formats"), in
// its long, short and chronological form; written is the long one. A reader of
// Praat's takes quoted texts, numbers that stand free and flags in angle
// brackets, and nothing else, so all programs' dialects are read alike, ELAN's
// among them. A tier is a speaker; an interval without text is silence; a point
// is a segment of no length. Of one who talks over himself there are several
// tiers of one name.
var textGrid = Format{
	around: 230,
	Name:   "textgrid", Title: "Praat TextGrid", Extensions: []string{".textgrid"}, longLines: true,
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeTextGrid, encode: encodeTextGrid,
	sniff: func(head string) bool {
		r := gridReader{text: head, line: 1}
		ok, _ := r.header()
		return ok
	},
}

// textGridEnd is where the recording ends, where that is behind all segments, in seconds.
const textGridEnd = "textgrid.xmax"

const chronological = "Praat chronological TextGrid text file"

// gridReader takes tokens one by one.
type gridReader struct {
	in    *input
	text  string
	at    int
	line  int
	tiers []gridTier
	xmax  time.Duration
	alone bool // the text is one entry, which leaves nothing of it
}

type gridTier struct {
	name     string
	points   bool
	segments []*transcript.Segment
	lines    []int
}

// token returns the next text, number or flag; quoted says which. A text that
// does not end, and the end of the file, are no token.
func (r *gridReader) token() (token string, quoted, ok bool) {
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '\n':
			r.line++
			r.at++
		case c == ' ' || c == '\t':
			r.at++
		case c == '!':
			r.at += len(firstOf(r.text[r.at:]))
		case c == '"':
			token, ok = r.quoted()
			return token, true, ok
		default:
			from := r.at
			for r.at < len(r.text) && !gridSpace[r.text[r.at]] {
				r.at++
			}
			if token = r.text[from:r.at]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '<' {
				return token, false, true
			}
		}
	}
	return "", false, false
}

// gridSpace is what ends a word.
var gridSpace = [256]bool{' ': true, '\t': true, '\n': true, '"': true, '!': true}

// quoted reads a text in quotes, in which a quote stands doubled.
func (r *gridReader) quoted() (string, bool) {
	from := r.at + 1
	for i := from; i < len(r.text); i++ {
		next := strings.IndexByte(r.text[i:], '"')
		if next < 0 {
			return "", false
		}
		i += next
		if i+1 < len(r.text) && r.text[i+1] == '"' {
			i++
			continue
		}
		raw := r.text[from:i]
		r.at = i + 1
		r.line += strings.Count(raw, "\n")
		if strings.IndexByte(raw, '"') >= 0 {
			raw = strings.ReplaceAll(raw, `""`, `"`)
		}
		return transcript.Clean(raw), true
	}
	return "", false
}

func (r *gridReader) name() (string, error) {
	line := r.line
	token, quoted, ok := r.token()
	if !ok || !quoted {
		return "", at(line, BadQuote, token, CorrectLine)
	}
	return token, nil
}

func (r *gridReader) number() (float64, error) {
	return r.value(r.token())
}

// value is a token's, which has to be a number.
func (r *gridReader) value(token string, quoted, ok bool) (float64, error) {
	value, err := strconv.ParseFloat(strings.TrimRight(token, ":"), 64)
	if !ok || quoted || err != nil || !(math.Abs(value) < 1e9) {
		return 0, at(r.line, BadTime, token, CorrectLine)
	}
	return value, nil
}

// time reads a number of seconds, to the nearest nanosecond: Praat writes
// seventeen digits, of which the last is noise.
func (r *gridReader) time() (time.Duration, error) {
	token, quoted, ok := r.token()
	if d, plain := parseSeconds(token); ok && !quoted && plain && len(token)-strings.IndexByte(token, '.') <= 10 && strings.IndexByte(token, ',') < 0 {
		return d, nil // exact to the nanosecond, as most are
	}
	value, err := r.value(token, quoted, ok)
	if err != nil {
		return 0, err
	}
	if value < 0 {
		return 0, at(r.line, BadTime, fmt.Sprint(value), CorrectLine)
	}
	whole := math.Floor(value)
	return time.Duration(whole)*time.Second + time.Duration(math.Round((value-whole)*1e9)), nil
}

// header says whether this is a TextGrid, and whether a chronological one.
func (r *gridReader) header() (ok, byTime bool) {
	first, err := r.name()
	if err != nil {
		return false, false
	}
	if first == chronological {
		return true, true
	}
	class, err := r.name()
	return err == nil && strings.HasPrefix(first, "ooTextFile") && class == "TextGrid", false
}

func decodeTextGrid(in *input) (*transcript.Transcript, error) {
	r := &gridReader{in: in, text: in.text, line: 1}
	byTime, err := r.top()
	if err != nil {
		return nil, err
	}
	if byTime {
		err = r.chronological()
	} else {
		err = r.tierByTier()
	}
	if err != nil && in.reading.Lenient {
		r = &gridReader{in: in, text: in.text, line: 1}
		err = r.leniently(err)
	}
	if err != nil {
		return nil, err
	}
	return r.finish()
}

// top reads what stands before the tiers; byTime says that it is a
// chronological file.
func (r *gridReader) top() (byTime bool, err error) {
	ok, byTime := r.header()
	if !ok {
		return false, at(1, MissingHeader, firstOf(r.text), AddHeader)
	}
	if _, err := r.number(); err != nil { // xmin, which may be negative
		return false, err
	}
	r.xmax, err = r.time()
	return byTime, err
}

func (r *gridReader) tierByTier() error {
	if flag, _, ok := r.token(); !ok || flag != "<exists>" {
		return nil
	}
	count, err := r.number()
	if err != nil {
		return err
	}
	for range int(count) {
		tier, err := r.tier()
		if err != nil {
			return err
		}
		entries, err := r.number()
		if err != nil {
			return err
		}
		for range int(entries) {
			if err := r.entry(&tier); err != nil {
				return err
			}
		}
		r.tiers = append(r.tiers, tier)
	}
	return nil
}

// tier reads what stands before a tier's entries.
func (r *gridReader) tier() (gridTier, error) {
	class, err := r.name()
	if err != nil {
		return gridTier{}, err
	}
	name, err := r.name()
	if err != nil {
		return gridTier{}, err
	}
	for range 2 { // its own borders
		if _, err := r.number(); err != nil {
			return gridTier{}, err
		}
	}
	return gridTier{name: name, points: class == "TextTier"}, nil
}

func (r *gridReader) entry(tier *gridTier) error {
	start, err := r.time()
	if err != nil {
		return err
	}
	line, end := r.line, start
	if !tier.points {
		if end, err = r.time(); err != nil {
			return err
		}
	}
	text, err := r.name()
	if err != nil {
		return err
	}
	if r.alone && r.more() && r.text[r.at] != '!' {
		return at(r.line, BadQuote, firstOf(r.text[r.at:]), CorrectLine)
	}
	if end < start {
		return at(line, EndBeforeStart, seconds(start)+" "+seconds(end), CorrectLine)
	}
	if strings.TrimSpace(text) != "" {
		tier.segments = append(tier.segments, &transcript.Segment{Start: start, End: end, Text: text})
		tier.lines = append(tier.lines, line)
	}
	return nil
}

// chronological reads entries of all tiers in the order of their times, each
// with the number of its tier.
func (r *gridReader) chronological() error {
	if err := r.tierList(); err != nil {
		return err
	}
	for strings.TrimSpace(r.text[r.at:]) != "" {
		if err := r.timedEntry(); err != nil {
			return err
		}
	}
	return nil
}

func (r *gridReader) tierList() error {
	count, err := r.number()
	if err != nil {
		return err
	}
	for range int(count) {
		tier, err := r.tier()
		if err != nil {
			return err
		}
		r.tiers = append(r.tiers, tier)
	}
	return nil
}

// timedEntry reads an entry behind the number of its tier.
func (r *gridReader) timedEntry() error {
	n, err := r.number()
	if err != nil {
		return err
	}
	if n < 1 || int(n) > len(r.tiers) {
		return at(r.line, Invalid, fmt.Sprint(n), CorrectLine)
	}
	return r.entry(&r.tiers[int(n)-1])
}

// finish hands the tiers over, those of one speaker together: so they are
// written, and segments that begin together keep their order.
func (r *gridReader) finish() (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	r.takeWords()
	bySpeaker := make(map[string][]gridTier)
	for _, tier := range r.tiers {
		id, err := r.in.speaker(t, tier.name, 0)
		if err != nil {
			return nil, err
		}
		bySpeaker[id] = append(bySpeaker[id], tier)
	}
	var last time.Duration
	var first []int
	for _, id := range append(speakerIDs(t), "") {
		for _, tier := range bySpeaker[id] {
			first = append(first, len(r.in.segments))
			for i, s := range tier.segments {
				s.Speaker = id
				last = max(last, s.End)
				r.in.add(s, tier.lines[i])
			}
		}
	}
	if r.xmax > last && (last > 0 || r.xmax != emptyGrid) {
		extra(&t.Extras, textGridEnd, seconds(r.xmax))
	}
	r.in.sortTiers(first)
	return t, nil
}

func speakerIDs(t *transcript.Transcript) []string {
	var ids []string
	for _, s := range t.Speakers {
		ids = append(ids, s.ID)
	}
	return ids
}

// emptyGrid is how long a TextGrid is that has nothing in it: Praat refuses one of no length.
const emptyGrid = time.Second

// gridRow is what one tier of Praat's holds: points, or intervals.
type gridRow struct {
	name    string
	points  bool
	entries []tierSegment
}

// gridRows parts points from intervals. A speaker who never speaks has a tier
// all the same.
func gridRows(t *transcript.Transcript) (rows []gridRow, end time.Duration) {
	end = t.Media.Duration
	if kept, ok := parseSeconds(t.Extras[textGridEnd]); ok {
		end = max(end, kept)
	}
	for _, row := range layTiers(t, 1) {
		spans, points := gridRow{name: row.name}, gridRow{name: row.name, points: true}
		for _, s := range row.segments {
			end = max(end, s.end)
			switch {
			case strings.TrimSpace(s.Text) == "":
			case s.end > s.start:
				spans.entries = append(spans.entries, s)
			default:
				points.entries = append(points.entries, s)
			}
		}
		if len(spans.entries) > 0 || len(points.entries) == 0 && row.nth == 1 && row.name != "" {
			rows = append(rows, spans)
		}
		if len(points.entries) > 0 {
			rows = append(rows, points)
		}
	}
	if len(rows) == 0 { // Praat wants one
		rows = append(rows, gridRow{})
	}
	if end == 0 {
		end = emptyGrid
	}
	return rows, end
}

func encodeTextGrid(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	rows, end := gridRows(t)
	fmt.Fprintf(out, "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = %s\ntiers? <exists>\nsize = %d\nitem []:\n", seconds(end), len(rows))
	for i, row := range rows {
		class, entries := "IntervalTier", "intervals"
		if row.points {
			class, entries = "TextTier", "points"
		} else {
			row.entries = withSilence(row.entries, end)
		}
		fmt.Fprintf(out, "    item [%d]:\n        class = \"%s\"\n        name = %s\n        xmin = 0\n        xmax = %s\n        %s: size = %d\n",
			i+1, class, gridQuote(row.name), seconds(end), entries, len(row.entries))
		for n, s := range row.entries {
			text := ""
			if s.Segment != nil {
				text = s.Text
			}
			b, last := out.AvailableBuffer(), "\n            text = \""
			if row.points {
				b = append(b, "        points ["...)
				b = strconv.AppendInt(b, int64(n+1), 10)
				b = append(b, "]:\n            number = "...)
				b = appendSeconds(b, s.start)
				last = "\n            mark = \""
			} else {
				b = append(b, "        intervals ["...)
				b = strconv.AppendInt(b, int64(n+1), 10)
				b = append(b, "]:\n            xmin = "...)
				b = appendSeconds(b, s.start)
				b = append(b, "\n            xmax = "...)
				b = appendSeconds(b, s.end)
			}
			b = append(b, last...)
			b = append(b, strings.ReplaceAll(text, `"`, `""`)...)
			out.Write(append(b, "\"\n"...))
		}
	}
	return nil
}

// withSilence fills a tier from 0 to the end, as Praat wants it.
func withSilence(entries []tierSegment, end time.Duration) []tierSegment {
	list := make([]tierSegment, 0, 2*len(entries)+1)
	at := time.Duration(0)
	for _, s := range entries {
		if s.start > at {
			list = append(list, tierSegment{nil, at, s.start})
		}
		list = append(list, s)
		at = s.end
	}
	if at < end {
		list = append(list, tierSegment{nil, at, end})
	}
	return list
}

func gridQuote(text string) string {
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
