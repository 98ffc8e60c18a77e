package format

import (
	"bytes"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// txt is plain text, one segment a line, in any of these forms:
//
//	hello there
//	Ann: hello there
//	[00:01:02.500] Ann: hello there
//	[00:01:02.500 --> 00:01:05.000] [Ann]: hello there
//
// A time at the head of a line is the segment's start, an arrow and a second
// one its end, as whisper prints them. In a file of starts alone a segment ends
// where the next one begins. Blank lines mean nothing.
//
// "Name: " is a speaker where at least half of the lines begin so and this
// name begins two of them, or all lines begin so; a name has at most 40 letters
// and no [ ] : ; , ? ! or quotes. "[Name]: " always is one, and "[]: " says
// that what follows is text. Writing uses the first form where it would be read
// back right, else the second.
//
// Times are written where they are known: a start alone if the file that was
// read had starts alone. plain writes the words and nothing else.
var txt = Format{
	Name: "txt", Title: "plain text with times and speakers", Extensions: []string{".txt"},
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostPrecision, LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeTXT, encode: encodeTXT, border: lineBorder,
}

// plain is txt without times and speakers: what other people's programs take.
// A segment without text leaves an empty line, and is lost.
var plain = Format{
	Name: "plain", Title: "plain text, the words alone",
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostExtras},
	decode: decodePlain, encode: encodePlain, border: lineBorder,
}

// txtTimes is "start" where a file gave starts alone.
const txtTimes = "txt.times"

// txtTime reads "[time]" or "[time --> time]" at the head of a line.
var txtTime = pattern(`^\[([0-9:;.,]+)(?:\s*-->\s*([0-9:;.,]+))?\](?:\s+|$)`)

// txtLine is a line taken apart.
type txtLine struct {
	number      int
	start, end  time.Duration
	timed       bool
	spans       bool // it has an end
	tagged      bool // the name stood between brackets
	name, after string
	text        string
}

func readTxtLine(line string, number int) (txtLine, error) { return (&input{}).txtLine(line, number) }

func (in *input) txtLine(line string, number int) (txtLine, error) {
	l := txtLine{number: number, text: strings.TrimSpace(line)}
	if !strings.HasPrefix(l.text, "[") {
	} else if m := txtTime().FindStringSubmatch(l.text); m != nil && strings.Contains(m[1], ":") {
		var ok bool
		if l.start, ok = in.clock(m[1]); !ok {
			return l, timeError(number, line, m[1])
		}
		if l.spans = m[2] != ""; l.spans {
			if l.end, ok = in.clock(m[2]); !ok {
				return l, timeError(number, line, m[2])
			}
			if l.end < l.start {
				return l, at(number, EndBeforeStart, line, CorrectLine)
			}
		}
		l.timed, l.text = true, l.text[len(m[0]):]
	}
	if name, rest, ok := taggedName(l.text); ok {
		l.name, l.text, l.tagged = name, rest, true
	} else {
		l.name, l.after = looseName(l.text)
	}
	return l, nil
}

// looseName takes "Name: text" apart, where the name can be one.
func looseName(text string) (name, rest string) {
	name, rest, found := strings.Cut(text, ":")
	if !found || name == "" || rest != "" && rest[0] != ' ' || utf8.RuneCountInString(name) > 40 || strings.ContainsAny(name, "[];,?!\"“”«»<>{}") || oneLine(name) != name {
		return "", ""
	}
	if first, _ := utf8.DecodeRuneInString(name); !unicode.IsLetter(first) && !unicode.IsDigit(first) {
		return "", ""
	}
	return name, strings.TrimSpace(rest)
}

// looseNames decides which lines' loose names are speakers, by what a whole file
// holds, or as much of it as was seen.
type looseNames struct {
	lines, loose int
	names        map[string]*nameCount
}

// nameCount is one loose name.
type nameCount struct {
	times         int
	judged, taken bool // how it was read in the parts so far
	meant, plain  bool // of what is written: it is a speaker there, it is text
}

func (n *looseNames) count(l txtLine) *nameCount {
	n.lines++
	if l.tagged || l.name == "" {
		return nil
	}
	n.loose++
	if n.names == nil {
		n.names = make(map[string]*nameCount)
	}
	c := n.names[l.name]
	if c == nil {
		c = &nameCount{}
		n.names[l.name] = c
	}
	c.times++
	return c
}

// speaker says whether a name is one.
func (n *looseNames) speaker(c *nameCount) bool {
	return n.loose == n.lines || n.loose*2 >= n.lines && c.times >= 2
}

// maxLooseNames bounds what is remembered of a file that is read part by part.
const maxLooseNames = 10_000

// settled judges the names, and says whether all that was judged before stays
// so: what each part of a file adds can change how the others are read.
func (n *looseNames) settled() bool {
	same := len(n.names) <= maxLooseNames
	for _, c := range n.names {
		taken := n.speaker(c)
		same = same && (!c.judged || c.taken == taken)
		c.judged, c.taken = true, taken
	}
	return same
}

func decodeTXT(in *input) (*transcript.Transcript, error) {
	t := in.start()
	names, later := in.carry.(*looseNames)
	if !later {
		names = &looseNames{}
	}
	in.carry = names
	var lines []txtLine
	number, starts, spans := 0, 0, 0
	for line := range strings.Lines(transcript.Clean(in.text)) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		l, err := in.txtLine(strings.TrimSuffix(line, "\n"), number)
		if err != nil {
			if err = in.pass(err, number, number); err != nil {
				return nil, err
			}
			continue
		}
		if l.spans {
			spans++
		} else if l.timed {
			starts++
		}
		names.count(l)
		lines = append(lines, l)
	}
	in.whole = !names.settled() || starts > 0 // whose end is the next one's start
	if starts > 0 && spans == 0 {
		extra(&t.Extras, txtTimes, "start")
	}
	for i, l := range lines {
		if !l.tagged && l.name != "" && names.names[l.name].taken {
			l.text = l.after
		} else if !l.tagged {
			l.name = ""
		}
		s := &transcript.Segment{Start: l.start, End: l.end, Text: l.text}
		if l.timed && !l.spans {
			in.note(EndsFromNext, l.number)
			s.End = nextStart(lines, i)
		}
		var err error
		if s.Speaker, err = in.speaker(t, l.name, l.number); err != nil {
			return nil, err
		}
		in.add(s, l.number)
	}
	return t, nil
}

// nextStart is where a segment that says only its start ends: at the next
// start; the last, and one that a later line precedes, where it begins.
func nextStart(lines []txtLine, i int) time.Duration {
	for _, l := range lines[i+1:] {
		if l.timed {
			return max(l.start, lines[i].start)
		}
	}
	return lines[i].start
}

// txtWriting is what is known of a file that is being written.
type txtWriting struct {
	looseNames
	hopeless bool // a line could not be read back as "Name: text"
	loose    bool // all lines can, and so they are written
}

// add takes a line into account.
func (w *txtWriting) add(name, text string) {
	l := loosely(name, text)
	switch c := w.count(l); {
	case l.tagged || name != "" && (l.name != name || l.after != text):
		w.hopeless = true
	case c != nil && name != "":
		c.meant = true
	case c != nil:
		c.plain = true
	}
}

// judge says whether every name would be read back as it is meant.
func (w *txtWriting) judge() bool {
	if w.hopeless {
		return false
	}
	for _, c := range w.names {
		if taken := w.speaker(c); taken && c.plain || !taken && c.meant {
			return false
		}
	}
	return true
}

func encodeTXT(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	names := make([]string, len(t.Segments))
	texts := make([]string, len(t.Segments))
	for i, s := range t.Segments {
		texts[i] = flat(s.Text)
		if s.Speaker != "" {
			names[i] = t.SpeakerName(s.Speaker)
		}
		w.txt.add(names[i], texts[i])
	}
	loose := w.txt.judge()
	if w.later && (loose != w.txt.loose || len(w.txt.names) > maxLooseNames) {
		return ErrWhole // the parts before this are written otherwise
	}
	w.txt.loose = loose
	for i, s := range t.Segments {
		stamp := txtStamp(t, s)
		body := tagName(names[i], texts[i])
		if loose {
			body = texts[i]
			if names[i] != "" {
				body = names[i] + ": " + texts[i]
			}
		}
		unnamed := names[i] == "" || !loose && !taggable(names[i])
		// Text that begins like a time or a name, or is nothing, needs a guard.
		if l, err := readTxtLine(body, 0); unnamed && stamp == "" && (err != nil || l.timed || body == "") || !loose && !l.tagged && l.name != "" {
			body = "[]: " + body
		}
		out.WriteString(strings.TrimSpace(stamp + body))
		out.WriteByte('\n')
	}
	return nil
}

// loosely is the line that "Name: text" would be read as.
func loosely(name, text string) txtLine {
	if name != "" {
		text = strings.TrimSpace(name + ": " + text)
	}
	l := txtLine{text: text}
	if _, _, tagged := taggedName(text); tagged {
		return txtLine{tagged: true, name: "\x00"} // not what is meant
	}
	l.name, l.after = looseName(text)
	return l
}

// txtStamp is the time at the head of a segment's line, with the space behind.
func txtStamp(t *transcript.Transcript, s *transcript.Segment) string {
	switch {
	case !s.Timed():
		return ""
	case t.Extras[txtTimes] == "start":
		return "[" + clock(s.Start, '.') + "] "
	}
	return "[" + clock(s.Start, '.') + " --> " + clock(endMillis(s.End), '.') + "] "
}

func decodePlain(in *input) (*transcript.Transcript, error) {
	t := in.start()
	number := 0
	for line := range strings.Lines(transcript.Clean(in.text)) {
		number++
		if text := strings.TrimSpace(line); text != "" {
			in.add(&transcript.Segment{Text: text}, number)
		}
	}
	return t, nil
}

func encodePlain(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	for _, s := range t.Segments {
		out.WriteString(flat(s.Text) + "\n")
	}
	return nil
}
