package platform

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"tapescript/transcript"
	"tapescript/transcript/task"
)

// sniffBytes of a file's beginning tell what it is.
const sniffBytes = 1 << 16

// File is a batch that is being read.
type File struct {
	// Platform is what the file was found to be.
	Platform Platform

	source *source
	rows   rows
	read   *countingReader // nil for a folder
	size   int64           // 0 where nobody knows
	close  func() error
}

// source is what the decoders of all platforms read from.
type source struct {
	path   string
	in     *bufio.Reader // UTF-8 without a byte order mark; nil for a folder
	o      Options
	batch  task.Batch
	counts Counts
	sum    hash.Hash // of all that was read, as it lies on the disk
}

// Open opens a batch: a file, or a folder. Errors of content are an [*Error]
// here, and in [File.Records] mostly a [*RowError].
func Open(path string, o Options) (*File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return openFolder(path, o)
	}
	if o.From != "" {
		if p, ok := Lookup(o.From); ok && p.Folder {
			return openFolder(filepath.Dir(path), o)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f, err := Read(file, path, o)
	if err != nil {
		file.Close()
		return nil, err
	}
	if info.Mode().IsRegular() {
		f.size = info.Size()
	}
	f.close = file.Close
	return f, nil
}

// Read reads a batch from r; the path is for finding the platform and for
// errors. A platform whose data is a folder needs [Open].
func Read(r io.Reader, path string, o Options) (*File, error) {
	count := &countingReader{r: r}
	sum := sha256.New()
	raw := bufio.NewReaderSize(io.TeeReader(count, sum), sniffBytes)
	begin, err := raw.Peek(sniffBytes)
	if err != nil && err != io.EOF {
		return nil, err
	}
	p, err := choose(path, begin, o)
	if err != nil {
		return nil, err
	}
	if p.Folder {
		return nil, &Error{Path: path, Code: NotFolder}
	}
	s := &source{path: path, o: o, sum: sum}
	var encoding string
	encoding, s.batch.Source.Shape.BOM, s.in = decoded(raw, begin)
	if encoding != "utf-8" {
		s.batch.Source.Extras = map[string]string{"encoding": encoding}
	}
	f := &File{Platform: p, source: s, read: count}
	return f, f.begin()
}

func openFolder(path string, o Options) (*File, error) {
	p, err := chooseFolder(path, o)
	if err != nil {
		return nil, err
	}
	f := &File{Platform: p, source: &source{path: path, o: o, sum: sha256.New()}}
	return f, f.begin()
}

// begin reads up to the first row.
func (f *File) begin() error {
	s := f.source
	s.batch.Platform = f.Platform.Name
	s.batch.Source.Format = f.Platform.Name
	s.batch.Source.File = filepath.Base(s.path)
	var err error
	f.rows, err = f.Platform.open(s)
	var e *Error
	if errors.As(err, &e) && e.Path == "" {
		e.Path = s.path
	}
	return err
}

// Batch is what the file says of all its tasks together. The sum of its Source
// is known once the records have been read.
func (f *File) Batch() task.Batch { return f.source.batch }

// Counts says what has been read by now.
func (f *File) Counts() Counts { return f.source.counts }

// Share is how much of the file has been read, 0 to 1; 0 where nobody knows.
func (f *File) Share() float64 {
	if f.read == nil || f.size <= 0 {
		return 0
	}
	return min(1, float64(f.read.n)/float64(f.size))
}

// Close lets go of the file.
func (f *File) Close() error {
	if f.close == nil {
		return nil
	}
	return f.close()
}

// Records are the records of the file in its order, once. Behind a [*RowError]
// they go on; any other error is the last thing that comes.
func (f *File) Records() iter.Seq2[task.Record, error] {
	return func(yield func(task.Record, error) bool) {
		s, whole := f.source, true
		for records, err := range f.rows {
			var e *RowError
			switch {
			case errors.As(err, &e):
				s.counts.Rows++
				s.counts.Rejected++
				if e.Path == "" {
					e.Path = s.path
				}
				whole = yield(task.Record{}, e)
			case err != nil:
				var e *Error
				if errors.As(err, &e) && e.Path == "" {
					e.Path = s.path
				}
				yield(task.Record{}, err)
				return
			case len(records) == 0:
				s.counts.Rows++
				s.counts.Passed++
			default:
				s.counts.Rows++
				s.counts.Taken++
				for _, r := range records {
					if r.Kind == "" {
						r.Kind = task.General
					}
					s.counts.Records++
					if whole = yield(r, nil); !whole {
						return
					}
				}
			}
			if !whole {
				return
			}
		}
		s.batch.Source.SHA256 = hex.EncodeToString(s.sum.Sum(nil))
	}
}

// countingReader says how far a file was read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// decoded makes UTF-8 of a text: by its byte order mark, as UTF-8 where its
// beginning is that, else as Windows-1252, in which any bytes are a text.
func decoded(raw *bufio.Reader, begin []byte) (encoding string, mark bool, in *bufio.Reader) {
	switch {
	case bytes.HasPrefix(begin, []byte("\xff\xfe")):
		d := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
		return "utf-16le", true, bufio.NewReaderSize(d.Reader(raw), sniffBytes)
	case bytes.HasPrefix(begin, []byte("\xfe\xff")):
		d := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
		return "utf-16be", true, bufio.NewReaderSize(d.Reader(raw), sniffBytes)
	case bytes.HasPrefix(begin, []byte("\xef\xbb\xbf")):
		raw.Discard(3) // peeked: it is there
		return "utf-8", true, raw
	case validBegin(begin) || bytes.IndexByte(begin, 0) >= 0:
		return "utf-8", false, raw
	}
	return "windows-1252", false, bufio.NewReaderSize(charmap.Windows1252.NewDecoder().Reader(raw), sniffBytes)
}

// validBegin says whether a text that may break off begins as UTF-8. One byte
// that is none in 200 lines may be an accident, and costs its row; more mean
// another encoding.
func validBegin(begin []byte) bool {
	for back := 0; back < utf8.UTFMax && back <= len(begin); back++ {
		if utf8.Valid(begin[:len(begin)-back]) {
			return true
		}
	}
	whole, broken := 0, 0
	for i := 0; i < len(begin); {
		r, size := utf8.DecodeRune(begin[i:])
		if r == utf8.RuneError && size == 1 {
			broken++
		} else if size > 1 {
			whole++
		}
		i += size
	}
	return broken <= whole
}

// clean makes a stranger's text fit to be shown and typed over.
func clean(text string) string { return transcript.Clean(text) }
