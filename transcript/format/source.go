package format

import (
	"bytes"
	bits "encoding/binary" // binary is a function here
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"tapescript/transcript"
)

// Source says what a transcript was read from.
type Source struct {
	Format string
	SHA256 string // of the bytes, lower-case hex
	// "utf-8", "utf-8 with bom", "utf-16le", "utf-16be", "windows-1252", or "utf-8 damaged":
	// a few bytes were none, and are U+FFFD.
	Encoding string
	LineEnds string // "lf", "crlf", "cr", "mixed", "" where there is none
	Notes    []Note // what was not read as it stands
	Rejects  []Reject
}

// Note says that something in a file was read, but not as it stands there.
type Note struct {
	Code  NoteCode
	Line  int // of the first, from 1
	Count int // how many
}

// NoteCode is what a [Note] is about.
type NoteCode string

// What can be noted.
const (
	TimesOutOfOrder NoteCode = "times-out-of-order" // segments were sorted by their start
	IDsReplaced     NoteCode = "ids-replaced"       // IDs taken twice, or unusable
	EndsFromNext    NoteCode = "ends-from-next"     // the file has starts only; an end is the next start
	Milliseconds    NoteCode = "milliseconds"       // the times were read as whole milliseconds
	MarkupHidden    NoteCode = "markup-hidden"      // italics and the like; they go back out while the text is the same
	MarkupDropped   NoteCode = "markup-dropped"     // italics and the like that cannot go back out
	VoicesSplit     NoteCode = "voices-split"       // one cue of several voices became several segments
	TextOutsideCues NoteCode = "text-outside-cues"  // kept in place, but part of no segment
	BlankLineGone   NoteCode = "blank-line-missing" // a cue began without a blank line before it
	WordTimesGone   NoteCode = "word-times-dropped" // word times that run backwards or fit no text
	MediaDropped    NoteCode = "media-dropped"      // a recording's name with control characters
	LinesPassed     NoteCode = "lines-passed-over"  // lines of a kind that a transcript has no place for
	ConfidenceGone  NoteCode = "confidence-dropped" // confidences outside 0 to 1
	LinesRolled     NoteCode = "lines-rolled"       // a cue repeated the line of the one before, as captions roll
	EndsMissing     NoteCode = "ends-missing"       // a recogniser gave no end; the segment ends where it begins
	EncodingChanges NoteCode = "encoding-changes"   // the file is not UTF-8, but will be once it is saved
)

// toText makes UTF-8 with \n of a file: by its byte order mark, by the zeros
// that UTF-16 leaves in Western text, as UTF-8 where it is that or was before a few
// bytes were lost, else as Windows-1252, in which any bytes are a text.
func toText(data []byte) (text, encoding, lineEnds string, err error) {
	return textOf(data, string(data))
}

// ownText is toText of bytes that nobody changes any more: the text may lie in
// them.
func ownText(data []byte) (text, encoding, lineEnds string, err error) {
	return textOf(data, ownString(data))
}

// ownString is a string that lies in bytes that nobody changes any more.
func ownString(data []byte) string { return unsafe.String(unsafe.SliceData(data), len(data)) }

func textOf(data []byte, plain string) (text, encoding, lineEnds string, err error) {
	text, encoding = decodeBytes(data, plain)
	if i := strings.IndexByte(text, 0); i >= 0 {
		return "", "", "", at(1+strings.Count(text[:i], "\n"), NotText, "", SaveAsText)
	}
	if encoding == "windows-1252" && binary(data) {
		return "", "", "", &Error{Code: NotText, Advice: SaveAsText}
	}
	lineEnds = lineEndsOf(text)
	if lineEnds != "lf" && lineEnds != "" {
		text = withLineFeeds(text)
	}
	return text, encoding, lineEnds, nil
}

// withLineFeeds makes all line breaks \n.
func withLineFeeds(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := strings.IndexByte(text, '\r')
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		b.WriteByte('\n')
		text = strings.TrimPrefix(text[i+1:], "\n")
	}
	b.WriteString(text)
	return b.String()
}

// byteOrderMark at the head of a file says how it is encoded and is no text.
const byteOrderMark = "\ufeff"

// decodeBytes finds the encoding of bytes; plain are the same bytes.
func decodeBytes(data []byte, plain string) (text, encoding string) {
	utf16 := func(order unicode.Endianness, name string) (string, string) {
		// The decoder of x/text replaces what is no UTF-16 and never fails.
		out, _ := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(data)
		return strings.TrimPrefix(string(out), byteOrderMark), name
	}
	switch {
	case bytes.HasPrefix(data, []byte(byteOrderMark)) && utf8.Valid(data):
		return plain[len(byteOrderMark):], "utf-8 with bom"
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return utf16(unicode.LittleEndian, "utf-16le")
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return utf16(unicode.BigEndian, "utf-16be")
	}
	head := data[:min(len(data), 1024)&^1]
	even, odd := 0, 0 // zeros there
	for i, b := range head {
		if b == 0 && i%2 == 0 {
			even++
		} else if b == 0 {
			odd++
		}
	}
	// Half of the high bytes: line ends, digits and ASCII, even among Cyrillic.
	switch {
	case odd > len(head)/4 && even == 0:
		return utf16(unicode.LittleEndian, "utf-16le")
	case even > len(head)/4 && odd == 0:
		return utf16(unicode.BigEndian, "utf-16be")
	case validUTF8(data):
		return plain, "utf-8"
	case brokenJSON(data):
		return strings.ToValidUTF8(string(data), string(utf8.RuneError)), "utf-8"
	case damaged(data):
		return strings.ToValidUTF8(string(data), string(utf8.RuneError)), "utf-8 damaged"
	}
	out, _ := charmap.Windows1252.NewDecoder().Bytes(data)
	return string(out), "windows-1252"
}

// validUTF8 is utf8.Valid, and goes on by eight bytes also behind the first
// character that is not ASCII.
func validUTF8(data []byte) bool {
	for {
		for len(data) >= 8 && bits.LittleEndian.Uint64(data)&0x8080808080808080 == 0 {
			data = data[8:]
		}
		if len(data) == 0 {
			return true
		}
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			return false
		}
		data = data[size:]
	}
}

// damaged says whether bytes are UTF-8 but for a few. Text in an older encoding has next
// to no characters that are whole: é and the like stand before letters.
func damaged(data []byte) bool {
	whole, broken := highRunes(data)
	return 4*broken <= whole
}

// highRunes counts the characters beyond ASCII that are UTF-8, and the bytes that are
// none.
func highRunes(data []byte) (whole, broken int) {
	for i := 0; i < len(data); {
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(data[i:])
		if size == 1 {
			broken++
		} else {
			whole++
		}
		i += size
	}
	return whole, broken
}

// binary says whether bytes that are not UTF-8 look like no text either: more
// than one in twenty of the first are control characters.
func binary(data []byte) bool {
	head := data[:min(len(data), 4096)]
	n := 0
	for _, b := range head {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' || b == 0x7f {
			n++
		}
	}
	return n*20 > len(head)
}

// wholeRunes drops a character that was cut in two at the end, so that the
// beginning of UTF-8 is UTF-8.
func wholeRunes(head []byte) []byte {
	for back := 1; back < utf8.UTFMax && back <= len(head); back++ {
		if b := head[len(head)-back]; utf8.RuneStart(b) {
			if !utf8.FullRune(head[len(head)-back:]) {
				return head[:len(head)-back]
			}
			break
		}
	}
	return head
}

func lineEndsOf(text string) string {
	var n lineEnds
	n.count(text)
	return n.name()
}

// lineEnds counts how lines end.
type lineEnds struct{ lf, crlf, cr int }

func (n *lineEnds) count(text string) {
	lf, cr, crlf := strings.Count(text, "\n"), strings.Count(text, "\r"), 0
	if cr > 0 {
		crlf = strings.Count(text, "\r\n")
	}
	n.lf, n.crlf, n.cr = n.lf+lf-crlf, n.crlf+crlf, n.cr+cr-crlf
}

func (n *lineEnds) name() string {
	kinds, name := 0, ""
	for _, k := range []struct {
		n    int
		name string
	}{{n.lf, "lf"}, {n.crlf, "crlf"}, {n.cr, "cr"}} {
		if k.n > 0 {
			kinds++
			name = k.name
		}
	}
	if kinds > 1 {
		return "mixed"
	}
	return name
}

// tooLongLine returns the number of the first line that is too long, or 0.
func tooLongLine(text string) int {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if len(line) > maxLineBytes {
			return n
		}
	}
	return 0
}

// lineCounter counts the line breaks before a place in a text. Who asks goes
// forward mostly, and pays for the way between two places alone.
type lineCounter struct {
	at, breaks int
	all        []int // where lines end, from when somebody went back
}

func (c *lineCounter) before(text string, at int) int {
	switch {
	case c.all == nil && at >= c.at:
		c.breaks += strings.Count(text[c.at:at], "\n")
		c.at = at
		return c.breaks
	case c.all == nil && c.at-at < 4096: // a parent is named after its child
		return c.breaks - strings.Count(text[at:c.at], "\n")
	case c.all == nil:
		c.all = make([]int, 0, c.breaks+strings.Count(text[c.at:], "\n"))
		for i := range len(text) {
			if text[i] == '\n' {
				c.all = append(c.all, i)
			}
		}
	}
	n, _ := slices.BinarySearch(c.all, at)
	return n
}

// input is a text on its way to a transcript: what decoders share.
type input struct {
	path     string
	text     string            // of a text, UTF-8 with \n; of a binary file its bytes
	files    map[string]string // of a folder, by name; those that are missing are ""
	reading  Reading
	split    []string // the lines, once one was rejected
	rejects  []Reject
	parts    []*input // of a file that speaks of several recordings
	byName   map[recordingKey]*input
	name     string // a part's recording, and its channel
	channel  string
	made     *transcript.Transcript // what a part's segments belong to
	segments []*transcript.Segment
	room     []transcript.Segment // for the next
	lines    []int                // where each segment began
	notes    []Note
	speakers map[string]string // from name to ID
	// Of a later part of a file: what the parts before it have begun, and what
	// its decoder needs to know of them.
	begun *transcript.Transcript
	carry any
	whole bool // how a later part is to be read, this one cannot say
	more  bool // parts follow this one
}

// start is the transcript that a decoder fills: a new one, or the one that the
// parts of the file before this have begun.
func (in *input) start() *transcript.Transcript {
	if in.begun == nil {
		return &transcript.Transcript{}
	}
	t := *in.begun
	t.Segments, t.Extras = nil, maps.Clone(t.Extras)
	return &t
}

// later says whether this is a part of a file, and not its first.
func (in *input) later() bool { return in.begun != nil }

// empty says whether there is nothing to read: somebody made the file to begin with.
func (in *input) empty() bool {
	for _, text := range in.files {
		if strings.TrimSpace(text) != "" {
			return false
		}
	}
	return strings.TrimSpace(in.text) == "" || in.files != nil
}

// expect makes room for n segments in a text of that many bytes, so that the
// lists need not grow; no more than a text of that size can be thought to hold.
func (in *input) expect(n, bytes int) {
	const least = 16 // bytes of a segment
	n = min(n, bytes/least)
	in.segments, in.lines = slices.Grow(in.segments, n), slices.Grow(in.lines, n)
}

// segment is a new segment. They are made some at a time.
func (in *input) segment() *transcript.Segment {
	if len(in.room) == 0 {
		in.room = make([]transcript.Segment, 32)
	}
	s := &in.room[0]
	in.room = in.room[1:]
	return s
}

// add appends a segment that begins on a line.
func (in *input) add(s *transcript.Segment, line int) {
	in.segments = append(in.segments, s)
	in.lines = append(in.lines, line)
}

func (in *input) note(code NoteCode, line int) {
	for i := range in.notes {
		if in.notes[i].Code == code {
			in.notes[i].Count++
			return
		}
	}
	in.notes = append(in.notes, Note{code, line, 1})
}

// maxSpeakers keeps a file of nothing but names from taking quadratic time.
const maxSpeakers = 1000

// speaker returns the ID of the speaker of a name, adding it to t.
func (in *input) speaker(t *transcript.Transcript, name string, line int) (string, error) {
	if name = oneLine(name); name == "" {
		return "", nil
	}
	if id, ok := in.speakers[name]; ok {
		return id, nil
	}
	if len(t.Speakers) >= maxSpeakers {
		return "", at(line, TooManySpeakers, name, CorrectLine)
	}
	if in.speakers == nil {
		in.speakers = make(map[string]string)
	}
	id := t.SpeakerNamed(name).ID
	in.speakers[name] = id
	return id, nil
}

// finish puts the segments in t in order, gives IDs where there are none, and
// lets nothing pass that breaks a transcript's rules.
func (in *input) finish(t *transcript.Transcript) error {
	t.Segments = in.segments
	t.Language = oneLine(t.Language)
	var last time.Duration
	var ids idNotes
	for i, s := range t.Segments {
		if s.Timed() {
			if s.Start < last {
				in.note(TimesOutOfOrder, in.lines[i])
			}
			last = max(last, s.Start)
		}
		id := usableID(s.ID)
		if id != s.ID || id != "" && ids.taken(id, t.Segments[:i]) {
			in.note(IDsReplaced, in.lines[i])
		}
		s.ID = id
	}
	t.SortSegments()
	t.AssignIDs()
	if err := t.Validate(); err != nil {
		return &Error{Code: Invalid, Offending: cut(err.Error()), Advice: CorrectLine}
	}
	return nil
}

// idNotes says which IDs were taken before. Numbers that grow, as most files
// have them, need not be remembered.
type idNotes struct {
	last int
	seen map[string]bool // nil until an ID is no such number
}

// taken says whether an ID that is not empty is one of those before it.
func (n *idNotes) taken(id string, before []*transcript.Segment) bool {
	if n.seen == nil {
		if number, ok := digits(id, 9); ok && id[0] != '0' && number > n.last {
			n.last = number
			return false
		}
		n.seen = make(map[string]bool, 2*len(before))
		for _, s := range before {
			n.seen[s.ID] = true
		}
	}
	taken := n.seen[id]
	n.seen[id] = true
	return taken
}

// usableID returns an ID that a transcript may hold, "" where none can be made.
func usableID(id string) string {
	id = oneLine(id)
	if len(id) > 256 || strings.Contains(id, "-->") {
		return ""
	}
	return id
}

// oneLine makes a name of a stranger's text.
func oneLine(s string) string {
	s = transcript.Clean(s)
	if strings.Contains(s, "\n") {
		s = strings.ReplaceAll(s, "\n", " ")
	}
	return strings.TrimSpace(s)
}
