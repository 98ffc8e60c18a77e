package format

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// textReader reads a text of UTF-8 in stretches. What toText makes of a whole
// file it makes of each; other encodings are for those who hold the file whole.
type textReader struct {
	in       io.Reader
	text     []byte // UTF-8 with \n, not handed out yet
	held     []byte // bytes that the next ones may belong to: half a character, half a line end
	read     int64
	ended    bool
	encoding string
	ends     lineEnds
	block    []byte
}

// next returns the next part of some size, up to the last border in it; last
// says that nothing follows. The error is ErrWhole, or one of reading.
func (r *textReader) next(border func(string, any) int, carry any, size int) (text string, last bool, err error) {
	for try := size; ; try *= 2 {
		// Twice as much is at hand, so that the last part is not a small one.
		if err := r.fill(2 * try); err != nil {
			return "", false, err
		}
		if r.ended {
			return string(r.text), true, nil
		}
		text = string(r.text[:try])
		if cut := border(text, carry); cut > 0 {
			r.text = append(r.text[:0], r.text[cut:]...)
			return text[:cut], false, nil
		}
		if try > maxLineBytes {
			return "", false, ErrWhole
		}
	}
}

// fill reads until so many bytes are at hand, or the file ends.
func (r *textReader) fill(enough int) error {
	if r.block == nil {
		r.block = make([]byte, 64<<10)
	}
	for len(r.text) < enough && !r.ended {
		n, err := r.in.Read(r.block)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if r.read += int64(n); r.read > maxBytes {
			return ErrWhole
		}
		r.ended = err != nil
		if err := r.take(r.block[:n]); err != nil {
			return err
		}
	}
	return nil
}

// take appends bytes to the text, but for those that the next may belong to.
func (r *textReader) take(data []byte) error {
	data = append(r.held, data...)
	n := len(data)
	if !r.ended {
		n = len(bytes.TrimSuffix(wholeRunes(data), []byte("\r")))
	}
	whole := string(data[:n])
	r.held = bytes.Clone(data[n:])
	if !utf8.ValidString(whole) || strings.IndexByte(whole, 0) >= 0 {
		return ErrWhole
	}
	if r.encoding == "" && (n > 0 || r.ended) {
		r.encoding = "utf-8"
		if strings.HasPrefix(whole, byteOrderMark) {
			r.encoding, whole = "utf-8 with bom", whole[len(byteOrderMark):]
		}
	}
	r.ends.count(whole)
	if strings.IndexByte(whole, '\r') >= 0 {
		whole = withLineFeeds(whole)
	}
	r.text = append(r.text, whole...)
	return nil
}
