// Package format reads and writes transcripts as files: one file a format.
//
// A [Format] decodes bytes to a transcript and encodes one; [Read] finds the
// format by what the file holds, and by its name only where that says nothing.
// [Format.Loses] names, before anything is written, what a file could not
// hold: it writes the transcript to memory, reads it back and counts what
// differs, so it cannot be wrong about what the format does. [Write] replaces
// a file so that it is never half written.
//
//	t, source, err := format.Read("talk.srt")
//	f, err := format.ForPath("talk.vtt")
//	lost, err := f.Loses(t)
//	sum, err := format.Write("talk.vtt", f, t)
//
// What no format models in the transcript rides in its Extras, under names
// that begin with the format's, and goes back to its place. Where a file breaks
// the rules there is an [Error] with the line; where it was read but not as it
// stands, a [Note]; nothing is dropped in silence.
//
// A new format is one file with one variable, and one line in [All]. Every
// format can be read, because what a file holds is measured by reading it;
// some, such as recognisers' drafts, are never written ([Format.CanWrite]). A
// format that is a folder of files travels through memory and pipes as a tar
// archive of them. Some files speak of several recordings: [ReadRecordings]
// takes them apart, [Read] refuses them by name.
//
// All this is for transcripts in memory; [Stream] converts a file that need not
// fit there, with the same result.
//
// Tables of utterances without times, which a batch is scored on, are not
// transcripts: [ReadItems] reads them. Not here: platforms' batches
// (transcript/task/platform), sentences for people in their language (tui/locale).
package format

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tapescript/transcript"
)

// Format is one way to keep a transcript in a file.
type Format struct {
	Name       string   // what --from and --to take: "vtt"
	Title      string   // what people call it: "WebVTT"
	Extensions []string // with the dot, lower case; the first is the usual one
	// Cannot says what the format cannot hold at all, or not in full. What one
	// transcript would lose is [Format.Loses]'s to say.
	Cannot []LossKind

	decode func(in *input) (*transcript.Transcript, error)
	// decodeAll stands in decode's place where a file can speak of several
	// recordings: it hands their segments to in.recording(name, channel).
	decodeAll func(in *input) error
	// encode writes a part of a transcript, mostly all of it; nil where the format
	// is only read.
	encode func(out *bytes.Buffer, t *transcript.Transcript, w *writing) error
	// border is set where a file can be read and written part by part: it says
	// where a text can be cut, the later the better; 0 where it cannot. Both
	// sides of the cut are then read alone as they are together ([Stream]).
	border func(text string, carry any) int
	// named says that a recording has to be called something in it.
	named bool
	// headed says that the head of a file names what the whole file holds.
	headed bool
	// late says that a part of a file can leave its last segments to the next.
	late bool
	// archive is set where the file is an archive, of which main is the format of
	// the one part that is written part by part.
	archive func(out io.Writer, t *transcript.Transcript) (archiveWriter, error)
	open    func(file io.ReaderAt, size int64) (main io.ReadCloser, tell func(*transcript.Transcript), err error)
	main    *Format
	// tailed says that the end of a file names its recording, so that the parts
	// before know of none.
	tailed bool
	// sniff says whether the beginning of a text is surely this format's; nil
	// where no beginning is. Of a binary format it sees bytes as they are.
	sniff func(head string) bool

	// binary says that a file is no text: in.text holds its bytes, as they are.
	binary bool
	// words lists what a format of words alone keeps of a transcript; nil where
	// the format has segments.
	words func(t *transcript.Transcript) []fileWord
	// around is about how many bytes a segment takes besides its text; 0 is some.
	around int
	// longLines says that a line may be as long as the file: JSON, XML.
	longLines bool
	// channelwise says that one channel is written after the other.
	channelwise bool
	// folder names the files of a format that is a folder, the first of which
	// there must be: in.files holds them, and encode uses writeFolder.
	folder []string
}

// CanWrite says whether transcripts can be written in this format.
func (f Format) CanWrite() bool { return f.encode != nil }

// IsFolder says whether the format is a folder of files.
func (f Format) IsFolder() bool { return len(f.folder) > 0 }

// All returns the formats in the order in which they are listed and tried.
func All() []Format {
	return []Format{
		vtt, srt, jsonl, tsv, csv, txt, plain, markdown, audacity,
		trn, stm, ctm, rttm,
		nemo, kaldi, labelStudio,
		ttml, textGrid, eaf, trs, otr, docx,
		whisper, amazon, google, azure, deepgram, assemblyAI, revJSON, revNLP,
	}
}

// Names returns the names of all formats, for messages and completion.
func Names() []string {
	var names []string
	for _, f := range All() {
		names = append(names, f.Name)
	}
	return names
}

// Lookup returns the format of a name.
func Lookup(name string) (Format, bool) {
	i := slices.IndexFunc(All(), func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return All()[i], true
}

// ForPath returns the format that a file of this name is written in.
// The error is an [*Error] of code UnknownFormat.
func ForPath(path string) (Format, error) {
	ext := strings.ToLower(filepath.Ext(path))
	for _, f := range All() {
		if ext != "" && slices.Contains(f.Extensions, ext) {
			return f, nil
		}
	}
	return Format{}, &Error{Path: path, Code: UnknownFormat, Offending: ext, Advice: NameFormat}
}

// Sniff finds the format of a file by its beginning (some 64 KiB are enough)
// and, where that says nothing, by its name. What begins is asked in this
// order: is it the start of a binary format; else, made UTF-8, of a format of
// text; else what its name's ending says, unless it is a table of utterances.
// All formats are asked, and no two may say yes: formats that look alike (the
// dialects of JSON) have one function that tells them apart. The error is an [*Error]: of code
// Ambiguous where the content fits several formats, UnknownFormat where it fits
// none, NotText, ItemsTable.
func Sniff(path string, head []byte) (Format, error) {
	head = head[:min(len(head), sniffBytes)]
	for _, f := range All() {
		if f.binary && f.sniff != nil && f.sniff(string(head)) {
			return f, nil
		}
	}
	text, _, _, err := toText(wholeRunes(head))
	if err != nil {
		return Format{}, inFile(err, path)
	}
	return sniffText(path, text)
}

// sniffBytes is how much of a file is looked at to find its format: more than
// the longest header or STYLE block seen.
const sniffBytes = 64 << 10

func sniffText(path, text string) (Format, error) {
	if strings.TrimSpace(text) == "" {
		return ForPath(path)
	}
	var fits []Format
	for _, f := range All() {
		if f.sniff != nil && !f.binary && f.sniff(text) {
			fits = append(fits, f)
		}
	}
	switch {
	case len(fits) == 1:
		return fits[0], nil
	case len(fits) > 1:
		return Format{}, &Error{Path: path, Code: Ambiguous, Offending: fits[0].Name + ", " + fits[1].Name, Advice: NameFormat}
	}
	f, err := ForPath(path)
	switch kind := sniffTable(text); {
	case kind == TableNone:
	case kind == TableIDText && f.Name != tsv.Name: // any text with a tab
	default:
		return Format{}, &Error{Path: path, Line: 1, Code: ItemsTable, Offending: firstLine(text), Advice: UseScore}
	}
	return f, err
}

// Read reads the transcript in a file, whatever its format. Errors of content
// are an [*Error].
func Read(path string) (*transcript.Transcript, Source, error) { return ReadAs(path, Reading{}) }

// Decode reads a transcript from bytes whose format it finds as [Sniff] does.
// The path is for the format and for errors; it need not exist.
func Decode(data []byte, path string) (*transcript.Transcript, Source, error) {
	f, err := Sniff(path, data)
	if err != nil {
		return nil, Source{}, err
	}
	return f.Decode(data, path)
}

// DecodeOwn is [Decode] of bytes that nobody changes any more: the texts may lie
// in them, without a copy.
func DecodeOwn(data []byte, path string) (*transcript.Transcript, Source, error) {
	f, err := Sniff(path, data)
	if err != nil {
		return nil, Source{}, err
	}
	return f.decodeSummed(data, path, Reading{})
}

// Decode reads a transcript in this format. It passes Validate. An empty file,
// or one of white space, is a transcript without segments in every format:
// somebody made the file to begin with. Errors are an [*Error]; path stands in
// them.
func (f Format) Decode(data []byte, path string) (*transcript.Transcript, Source, error) {
	return f.DecodeAs(data, path, Reading{})
}

// input makes ready what a decoder reads. Bytes that are its own are not
// copied: nobody may change them any more.
func (f Format) input(data []byte, path string, own bool) (*input, Source, error) {
	source := Source{Format: f.Name}
	in := &input{path: path}
	var err error
	switch {
	case len(data) > maxBytes:
		err = &Error{Code: TooLarge, Advice: SplitFile}
	case f.binary && own:
		in.text = ownString(data)
	case f.binary:
		in.text = string(data)
	case f.IsFolder():
		in.files, err = readFolder(data, f.folder, own)
	default:
		if own {
			in.text, source.Encoding, source.LineEnds, err = ownText(data)
		} else {
			in.text, source.Encoding, source.LineEnds, err = toText(data)
		}
		if line := tooLongLine(in.text); err == nil && line > 0 && !f.longLines {
			err = &Error{Line: line, Code: LineTooLong, Advice: CorrectLine}
		}
		if e := source.Encoding; e != "" && e != "utf-8" && e != "utf-8 with bom" {
			in.note(EncodingChanges, 1)
		}
	}
	return in, source, inFile(err, path)
}

// Encode writes a transcript, which must pass Validate, as UTF-8 with \n.
// What the format cannot hold is left out. The error of a format that is only
// read is an [*Error] of code ReadOnly.
func (f Format) Encode(w io.Writer, t *transcript.Transcript) error {
	data, err := f.bytes(t)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("writing the transcript as %s: %w", f.Name, err)
	}
	return nil
}

func (f Format) bytes(t *transcript.Transcript) ([]byte, error) {
	if !f.CanWrite() {
		return nil, &Error{Code: ReadOnly, Offending: f.Title, Advice: OtherFormat}
	}
	if err := t.Validate(); err != nil {
		return nil, fmt.Errorf("the transcript cannot be written: %w", err)
	}
	var out bytes.Buffer
	out.Grow(f.roughSize(t)) // a buffer that doubles copies, and clears, as much again
	if err := f.encode(&out, t, &writing{last: true}); err != nil {
		return nil, fmt.Errorf("writing the transcript as %s: %w", f.Name, err)
	}
	if !f.binary && !f.IsFolder() && bytes.HasPrefix(out.Bytes(), []byte(byteOrderMark)) { // a text's own; a reader takes the first away
		return append([]byte(byteOrderMark), out.Bytes()...), nil
	}
	return out.Bytes(), nil
}

// roughSize is about how many bytes a format needs for a transcript.
func (f Format) roughSize(t *transcript.Transcript) int {
	n, around := 1<<10, cmp.Or(f.around, 64)
	for _, s := range t.Segments {
		n += len(s.Text) + 32*len(s.Words) + around
	}
	return n
}

// Write puts a transcript in a file, replacing it whole or not at all, and
// returns the SHA-256 of what the file holds now, in lower-case hex. The text
// is UTF-8; lines end in \r\n where all lines of the replaced file do, so that
// only lines that changed differ, else in \n. What could not be read back is
// not written. Of a folder each file is replaced so, and the sum is that of the
// archive which [Format.Encode] makes of it.
func Write(path string, f Format, t *transcript.Transcript) (sha256 string, err error) {
	file, err := f.Prepare(t)
	if err != nil {
		return "", inFile(err, path)
	}
	return file.Write(path)
}

// endsInCRLF says whether every line of the text file at path ends in \r\n.
// What cannot be read or is no text has no say: replacing it may still do.
func endsInCRLF(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() { // a pipe would block
		return false
	}
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	for r := (&textReader{in: file}); ; r.text = r.text[:0] {
		switch err := r.fill(streamBytes); {
		case errors.Is(err, ErrWhole): // an older encoding
			data, err := readBounded(path)
			if err != nil {
				return false
			}
			_, _, ends, err := toText(data)
			return err == nil && ends == "crlf"
		case err != nil:
			return false
		case r.ended:
			return r.ends.name() == "crlf"
		}
	}
}

// maxBytes bounds a file: 256 MiB of text is a thousand hours of speech and more.
const maxBytes = 256 << 20

// maxLineBytes bounds a line, as the longest that a person could mean.
const maxLineBytes = 1 << 20

func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is a folder")}
	}
	size := 0 // at once: doubling copies as much again
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() && info.Size() <= maxBytes {
		size = int(info.Size())
	}
	data := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead)) // Grow would clear what is overwritten
	if _, err := data.ReadFrom(io.LimitReader(file, maxBytes+1)); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if data.Len() > maxBytes {
		return nil, &Error{Path: path, Code: TooLarge, Advice: SplitFile}
	}
	return data.Bytes(), nil
}

func sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}
