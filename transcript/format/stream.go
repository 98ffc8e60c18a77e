package format

import (
	"bytes"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"tapescript/transcript"
)

// Stream converts a file part by part, a few thousand segments at a time, in
// memory that does not grow with the file. Each part is read, changed, written,
// read again to see that it can be, and compared, as [Format.Prepare] and
// [File.Losses] do with a whole; what comes out is the same, byte for byte. Not
// every file can be converted so ([ErrWhole]).
type Stream struct {
	From, To Format
	How      Reading
	// Change is done to each part between reading and writing; it may not
	// change the order of segments. Nil changes nothing.
	Change func(t *transcript.Transcript) (*transcript.Transcript, error)
	// Name is the file that a transcript goes by which names no recording; see
	// [NameRecording]. "" names none.
	Name string
	// CRLF ends lines in \r\n.
	CRLF bool
	// PartBytes is how much of a text is one part; 0 is what is fastest.
	PartBytes int
}

// Streamed says what came of a [Stream].
type Streamed struct {
	Source Source // without the sum
	Tally  Tally  // of what was read
	Losses []Loss
}

// Output is what a [Stream] writes to, from its beginning on: a file.
type Output interface {
	io.Writer
	io.ReaderAt
	io.WriterAt
}

// ErrWhole says that a file cannot be converted part by part: the formats do
// not allow it, or something in the file concerns all of it, such as times out
// of order, IDs taken twice, or an error, which those tell better who read the
// whole file. What was written is then of no use.
var ErrWhole = errors.New("this file has to be read as a whole")

var errWhole = ErrWhole

// Streams says whether files of this format can be read, and written, part by
// part.
func (f Format) Streams() bool { return f.border != nil }

// StreamsIn says whether files of this format can be read part by part, by an
// [io.ReaderAt] where the format is an archive.
func (f Format) StreamsIn() bool { return f.Streams() || f.archive != nil }

// StreamsOut says whether files of this format can be written part by part.
func (f Format) StreamsOut() bool { return f.Streams() || f.archive != nil }

// archiveWriter takes the main part of an archive; the others are written.
type archiveWriter interface {
	io.WriteCloser
	tell(t *transcript.Transcript) // adds what the other parts say, as they are read again
}

// writing is what an encoder carries from one part of a transcript to the next.
type writing struct {
	placer
	count       int      // segments written before this part
	columns     []string // a table's header
	channel     int      // of the first segment
	txt         txtWriting
	ctm         ctmWriting
	ttml        ttmlWriting
	trs         trsWriting
	headOf      *writing // the head alone is written, of the file that this writes
	later, last bool     // this part is not the first; it is the last
}

// span is a segment's place in a format that has no other way to say that no
// time is known: the place of no length where the one before it began.
func (w *writing) span(s *transcript.Segment) (start, end time.Duration) {
	if !s.Timed() {
		return w.latest, w.latest
	}
	w.latest = s.Start
	return s.Start, s.End
}

// streamBytes is a part: some thousand segments, which fit in a processor's cache.
const streamBytes = 256 << 10

// Convert reads in and writes out. The error is [ErrWhole], Change's own, or one
// of reading or writing.
func (s Stream) Convert(in io.Reader, out Output) (Streamed, error) {
	if !s.To.StreamsOut() {
		return Streamed{}, ErrWhole
	}
	source, err := s.open(in)
	if err != nil {
		return Streamed{}, err
	}
	defer source.close()
	parts, stop := make(chan part, 1), make(chan struct{})
	defer func() {
		close(stop)
		for range parts { // until nobody reads the file any more
		}
	}()
	go func() {
		defer close(parts)
		for {
			p := source.next()
			select {
			case parts <- p:
			case <-stop:
				return
			}
			if p.last || p.err != nil {
				return
			}
		}
	}()
	w := newPartWriter(s, out)
	defer w.end()
	for p := range parts { // reading, writing and reading again run side by side
		if p.err != nil {
			return Streamed{}, p.err
		}
		if err := w.write(p.t, p.last); err != nil {
			return Streamed{}, err
		}
	}
	losses, err := w.finish()
	if err != nil {
		return Streamed{}, err
	}
	told := source.told()
	told.Losses = losses
	return told, nil
}

// Read reads in to one transcript, as [Format.DecodeAs] does, but part by part, so
// that the file is never whole in memory: of a long one in less than half the
// time. The error is [ErrWhole], or one of reading.
func (s Stream) Read(in io.Reader) (*transcript.Transcript, Streamed, error) {
	source, err := s.open(in)
	if err != nil {
		return nil, Streamed{}, err
	}
	defer source.close()
	var all []*transcript.Segment
	for {
		p := source.next()
		if p.err != nil {
			return nil, Streamed{}, p.err
		}
		for _, segment := range p.t.Segments {
			detach(segment, p.t)
		}
		all = append(all, p.t.Segments...)
		if p.last {
			t := *p.t
			t.Segments = all
			return &t, source.told(), nil
		}
	}
}

// detach lets go of the text that a segment was read from.
func detach(s *transcript.Segment, t *transcript.Transcript) {
	both := s.ID + s.Text
	s.ID, s.Text = both[:len(s.ID)], both[len(s.ID):]
	for _, speaker := range t.Speakers {
		if s.Speaker == speaker.ID {
			s.Speaker = speaker.ID
			break
		}
	}
	for key, value := range s.Extras {
		s.Extras[key] = strings.Clone(value)
	}
}

// Write puts what becomes of in in a file, as the function [Write] does: whole
// or not at all, and not where accept, which is told what came of it, returns an
// error. Errors of accept and Change, and ErrWhole, are in the one returned.
func (s Stream) Write(path string, in io.Reader, accept func(Streamed) error) error {
	s.CRLF = !s.To.binary && endsInCRLF(path)
	return transcript.ReplaceFileBy(path, 0o666, func(f *os.File) error {
		done, err := s.Convert(in, f)
		if err != nil {
			return err
		}
		return accept(done)
	})
}

// WriteParts puts a transcript in a file as [Format.Prepare], [File.Losses] and
// [File.Write] do, but part by part, so that neither the file nor what is read
// of it again is ever whole in memory. accept is told the losses; what it
// refuses is not written. The error is [ErrWhole] where that cannot be, or
// accept's own.
func (f Format) WriteParts(path string, t *transcript.Transcript, accept func([]Loss) error) error {
	if !f.StreamsOut() || t.Validate() != nil {
		return ErrWhole
	}
	s := Stream{To: f, CRLF: !f.binary && endsInCRLF(path)}
	return transcript.ReplaceFileBy(path, 0o666, func(out *os.File) error {
		losses, err := s.writeParts(out, t, partSegments)
		if err != nil {
			return err
		}
		return accept(losses)
	})
}

// partSegments is how many segments [Format.WriteParts] writes at a time.
const partSegments = 2000

// writeParts writes a transcript, some segments at a time.
func (s Stream) writeParts(out Output, t *transcript.Transcript, many int) ([]Loss, error) {
	w := newPartWriter(s, out)
	defer w.end()
	for from, last := 0, false; !last; from += many {
		part := *t
		last = from+many >= len(t.Segments)
		part.Segments = t.Segments[from:min(from+many, len(t.Segments))]
		if err := w.write(&part, last); err != nil {
			return nil, err
		}
	}
	return w.finish()
}

// part is a stretch of a file, read and changed.
type part struct {
	t    *transcript.Transcript
	last bool
	err  error
}

// partSource is a file that is read part by part.
type partSource struct {
	stream Stream
	text   *textReader
	reader *partReader
	main   io.Closer                    // of an archive
	tell   func(*transcript.Transcript) // what an archive's other parts say
}

// open begins to read a file, which has to be closed. The error is always ErrWhole.
func (s Stream) open(in io.Reader) (*partSource, error) {
	if !s.From.StreamsIn() || s.From.decodeAll == nil && s.How.Recording != "" {
		return nil, ErrWhole
	}
	if s.PartBytes <= 0 {
		s.PartBytes = streamBytes
	}
	p := &partSource{stream: s, text: &textReader{in: in}, reader: &partReader{format: s.From, how: s.How}}
	if s.From.open == nil {
		return p, nil
	}
	file, ok := in.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok {
		return nil, ErrWhole
	}
	size, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, ErrWhole
	}
	main, tell, err := s.From.open(file, size)
	if err != nil {
		return nil, ErrWhole
	}
	p.text.in, p.reader.format, p.main, p.tell = main, *s.From.main, main, tell
	return p, nil
}

func (p *partSource) close() {
	if p.main != nil {
		p.main.Close()
	}
}

// next reads the next part.
func (p *partSource) next() part {
	text, last, err := p.text.next(p.reader.format.border, p.reader.carry, p.stream.PartBytes)
	if err != nil && p.main != nil {
		err = ErrWhole // the archive is broken
	}
	if err != nil {
		return part{err: err}
	}
	t, err := p.reader.read(text, last)
	if err == nil && last && len(p.reader.rejects) > 0 && p.reader.tally.Segments == 0 {
		err = ErrWhole // nothing was read at all
	}
	if err == nil && p.tell != nil {
		p.tell(t)
	}
	if err == nil && p.stream.Change != nil {
		t, err = p.stream.Change(t)
	}
	return part{t, last, err}
}

// told is what came of reading so far.
func (p *partSource) told() Streamed {
	source := Source{Format: p.stream.From.Name, Notes: p.reader.notes, Rejects: p.reader.rejects}
	if !p.stream.From.binary {
		source.Encoding, source.LineEnds = p.text.encoding, p.text.ends.name()
	}
	return Streamed{Source: source, Tally: p.reader.tally}
}

// partReader reads a format part by part.
type partReader struct {
	format   Format
	how      Reading
	begun    *transcript.Transcript // what the parts so far have begun, with the segments of the last
	carry    any
	speakers map[string]string
	known    []recordingKey
	lines    int // before the next part
	ids      idRule
	latest   time.Duration
	tally    Tally
	notes    []Note
	rejects  []Reject
	again    bool // what is read was written by us: a part may hold no segment that ends in it
}

// read reads the next part. The error is always ErrWhole.
func (r *partReader) read(text string, last bool) (*transcript.Transcript, error) {
	if tooLongLine(text) > 0 || oddBreaks(text) {
		return nil, ErrWhole
	}
	in := &input{text: text, reading: r.how, begun: r.begun, carry: r.carry, speakers: r.speakers, more: !last}
	for _, k := range r.known {
		in.recording(k.name, k.channel)
	}
	var t *transcript.Transcript
	var err error
	if r.format.decodeAll != nil {
		t, err = r.format.decodeOne(in)
	} else {
		t, err = r.format.decode(in)
	}
	if err != nil || in.whole || len(in.segments) == 0 && !r.again || !r.fits(in, t) {
		return nil, ErrWhole
	}
	t.Segments = in.segments
	if r.order(t) != nil || t.Validate() != nil {
		return nil, ErrWhole
	}
	for i := range in.notes {
		in.notes[i].Line += r.lines
	}
	for _, reject := range in.rejects {
		reject.Line += r.lines
		reject.Err.Line += r.lines
		r.rejects = append(r.rejects, reject)
	}
	r.notes = mergeNotes(r.notes, in.notes)
	r.lines += strings.Count(text, "\n")
	r.begun, r.carry, r.speakers = t, in.carry, in.speakers
	return t, nil
}

// fits says whether a later part names no recording, channel or language that
// would have changed how the parts before it are read or written.
func (r *partReader) fits(in *input, t *transcript.Transcript) bool {
	if r.begun == nil {
		t.Language = oneLine(t.Language)
		for _, p := range in.parts {
			r.known = append(r.known, recordingKey{p.name, p.channel})
		}
		return true
	}
	if len(in.parts) > 1 && len(t.Speakers) > len(r.begun.Speakers) {
		return false // they are listed by channel
	}
	b := r.begun
	named := t.Media == b.Media || r.again && r.format.tailed // of what we wrote, the name is known
	return len(in.parts) == len(r.known) && t.Language == b.Language && t.Style == b.Style && named
}

// order is what [input.finish] does, as far as it needs no look at other parts.
func (r *partReader) order(t *transcript.Transcript) error {
	for _, s := range t.Segments {
		if s.Timed() {
			if s.Start < r.latest {
				return ErrWhole
			}
			r.latest = s.Start
		}
		if usableID(s.ID) != s.ID || !r.ids.check(s) {
			return ErrWhole
		}
		r.tally.Segments++
		if s.ID == "" {
			s.ID = strconv.Itoa(r.tally.Segments)
		}
	}
	r.tally.Segments -= len(t.Segments)
	r.tally.add(t)
	return nil
}

// partWriter writes a format part by part. What it has written is read again and
// compared beside it.
type partWriter struct {
	stream  Stream
	to      Format // of what is written part by part
	out     Output
	archive archiveWriter // around it; nil where there is none
	writing writing
	last    *transcript.Transcript
	header  []byte // as it was written
	size    int64
	most    int // bytes of a part so far
	written chan writtenPart
	check   *partCheck
}

// writtenPart is a part and what it was written as.
type writtenPart struct {
	t           *transcript.Transcript
	text        string
	words       []fileWord // of a format of words
	later, last bool
}

// partCheck reads again what was written.
type partCheck struct {
	to    Format
	back  partReader
	lost  counts
	match wordMatch
	queue []*transcript.Segment // written in part, or not read again yet
	wrong atomic.Bool           // something cannot be read again part by part
	done  chan struct{}         // closed when all is read
}

// newPartWriter returns a writer that has to be ended.
func newPartWriter(s Stream, out Output) *partWriter {
	p := &partWriter{stream: s, to: s.To, out: out, written: make(chan writtenPart, 1)}
	if s.To.archive != nil {
		p.to = *s.To.main
	}
	p.check = &partCheck{
		to: p.to, lost: counts{}, done: make(chan struct{}),
		back: partReader{format: p.to, again: p.to.words != nil || p.to.late},
	}
	go p.check.all(p.written)
	return p
}

// end waits until all that was written is read again; it may be called twice.
func (p *partWriter) end() {
	if p.written != nil {
		close(p.written)
		p.written = nil
	}
	<-p.check.done
}

func (p *partWriter) write(t *transcript.Transcript, last bool) error {
	if p.check.wrong.Load() {
		return ErrWhole
	}
	to := p.to
	if to.NeedsName() && p.stream.Name != "" {
		named := *t
		named.Extras = nil
		for key, value := range t.Extras {
			extra(&named.Extras, key, value)
		}
		t = &named
		NameRecording(t, p.stream.Name)
	}
	if p.stream.To.archive != nil && p.archive == nil {
		var err error
		if p.archive, err = p.stream.To.archive(p.out, t); err != nil {
			return err
		}
	}
	p.writing.last = last
	var buffer bytes.Buffer // which the text that is read again lies in
	buffer.Grow(p.most + p.most/8)
	if to.encode(&buffer, t, &p.writing) != nil {
		return ErrWhole
	}
	if !p.writing.later {
		if bytes.HasPrefix(buffer.Bytes(), []byte(byteOrderMark)) {
			return ErrWhole // a reader would take it away
		}
		header, err := p.head(t)
		if err != nil {
			return ErrWhole
		}
		p.header = header
	}
	p.most = max(p.most, buffer.Len())
	data := p.ends(buffer.Bytes())
	p.size += int64(len(data))
	p.written <- writtenPart{t, ownString(buffer.Bytes()), p.writing.ctm.written, p.writing.later, last}
	p.writing.count += len(t.Segments)
	p.writing.later = true
	p.last = t
	var err error
	if p.archive != nil {
		_, err = p.archive.Write(data)
	} else {
		_, err = p.out.Write(data)
	}
	return err
}

// all reads one part after the other until there are no more.
func (c *partCheck) all(parts <-chan writtenPart) {
	defer close(c.done)
	for part := range parts {
		if !c.wrong.Load() && c.one(part) != nil {
			c.wrong.Store(true)
		}
	}
}

func (c *partCheck) one(part writtenPart) error {
	if part.later && c.to.headed { // what this part's header would say will be written at the end
		begun := *c.back.begun
		begun.Speakers = part.t.Speakers
		c.back.begun = &begun
	}
	back, err := c.back.read(part.text, part.last)
	switch {
	case err != nil:
		return err
	case c.to.words != nil:
		c.match.compare(c.lost, part.t, back, part.words, c.to.words(back))
	case c.to.late:
		c.late(part.t, back, part.last)
	default:
		c.lost.segments(part.t, back)
	}
	return nil
}

// late compares the segments that have been read again, which may be those of
// parts before.
func (c *partCheck) late(t, back *transcript.Transcript, last bool) {
	c.queue = append(c.queue, t.Segments...)
	n := len(c.queue)
	if !last {
		n = min(n, len(back.Segments))
	}
	now := *t
	now.Segments, c.queue = c.queue[:n:n], slices.Clone(c.queue[n:])
	c.lost.segments(&now, back)
}

// head is the header of a file that holds t.
func (p *partWriter) head(t *transcript.Transcript) ([]byte, error) {
	headed := *t
	headed.Segments = nil
	var b bytes.Buffer
	err := p.to.encode(&b, &headed, &writing{headOf: &p.writing})
	return b.Bytes(), err
}

func (p *partWriter) ends(data []byte) []byte {
	if !p.stream.CRLF {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
}

// finish writes the header anew where it has become another since, and says
// what was lost.
func (p *partWriter) finish() ([]Loss, error) {
	p.end()
	c := p.check
	if c.wrong.Load() {
		return nil, ErrWhole
	}
	header, err := p.head(p.last)
	if err != nil {
		return nil, ErrWhole
	}
	back := c.back.begun
	if to := p.to; to.headed {
		if back, err = to.decode(&input{text: string(header), more: true}); err != nil {
			return nil, ErrWhole
		}
		old, now := p.ends(p.header), p.ends(header)
		if err := moveTail(p.out, int64(len(old)), p.size, len(now)-len(old)); err != nil {
			return nil, err
		}
		if _, err := p.out.WriteAt(now, 0); err != nil {
			return nil, err
		}
	}
	if p.archive != nil {
		p.archive.tell(back)
		if err := p.archive.Close(); err != nil {
			return nil, err
		}
	}
	if p.to.words != nil {
		c.match.finish(c.lost, p.writing.count)
	}
	c.lost.transcripts(p.last, back)
	return c.lost.list(), nil
}

// moveTail moves what lies between from and size in a file by some bytes
// towards its end.
func moveTail(f Output, from, size int64, by int) error {
	if by == 0 {
		return nil
	}
	if by < 0 {
		return ErrWhole
	}
	block := make([]byte, 1<<20)
	for end := size; end > from; {
		b := block[:min(int64(len(block)), end-from)]
		end -= int64(len(b))
		if _, err := f.ReadAt(b, end); err != nil {
			return err
		}
		if _, err := f.WriteAt(b, end+int64(by)); err != nil {
			return err
		}
	}
	return nil
}
