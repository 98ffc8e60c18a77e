package platform

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// quoting is how a table keeps separators and line breaks in its cells.
type quoting int

const (
	quoted   quoting = iota // RFC 4180: a cell that begins with a quote ends with one
	loosely                 // the same, but a quote that does not end as it should is a character
	unquoted                // a quote is a character
)

// maxRow bounds a row, all its cells and line breaks together.
const maxRow = 1 << 20

// rowReader takes a table apart, one row at a time, and keeps every cell as it
// stands: with its quotes, so that cells joined by the separator are the row.
//
// A quote that never ends would swallow the rest of the file. So the lines of a
// row that turns out broken are read again, but for the first: only that is
// lost, and the rows behind it are not.
type rowReader struct {
	in        *bufio.Reader
	separator byte
	quotes    quoting
	line      int64 // of the next line
	lineEnd   string
	again     []pendingLine // lines to be read once more
	more      []pendingLine // lines that the row at hand has taken behind its first
	first     int           // the length of its first
	cells     []int         // where its cells end
}

// pendingLine is a line, or the error that it was.
type pendingLine struct {
	text []byte
	err  error
}

func newRowReader(in *bufio.Reader, separator byte, q quoting) *rowReader {
	return &rowReader{in: in, separator: separator, quotes: q, line: 1}
}

// next returns the next row that is not blank, io.EOF behind the last, or a
// [*RowError] for a row that is lost; the one after it may be read then.
func (r *rowReader) next() (line int64, cells []string, err error) {
	for {
		line = r.line
		var row []byte
		if row, err = r.readLine(); err != nil {
			return line, nil, r.lost(err, line, nil)
		}
		if len(trimEnd(row)) == 0 {
			continue
		}
		r.first = len(row)
		row, err = r.readCells(row)
		if err != nil {
			return line, nil, r.lost(err, line, row)
		}
		text := string(trimEnd(row))
		if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return line, nil, r.lost(bad("", NotText, text), line, row)
		}
		return line, r.apart(text), nil
	}
}

// apart cuts a row where readCells has found its cells to end.
func (r *rowReader) apart(text string) []string {
	cells := make([]string, len(r.cells))
	from := 0
	for i, to := range r.cells {
		cells[i] = text[from:to]
		from = to + 1
	}
	return cells
}

// lost completes the error of a row.
func (r *rowReader) lost(err error, line int64, row []byte) error {
	var e *RowError
	if errors.As(err, &e) {
		e.Line = line
		e.Raw = string(trimEnd(row))
	}
	return err
}

// readLine returns a line with its end. A longer one than a row may be is
// passed over, and is an error.
func (r *rowReader) readLine() ([]byte, error) {
	if len(r.again) > 0 {
		line := r.again[0]
		r.again = r.again[1:]
		r.line++
		return line.text, line.err
	}
	line, err := readLine(r.in, maxRow)
	if err == nil || len(line) > 0 {
		r.line++
	}
	if r.lineEnd == "" && bytes.HasSuffix(line, []byte("\n")) {
		r.lineEnd = "\n"
		if bytes.HasSuffix(line, []byte("\r\n")) {
			r.lineEnd = "\r\n"
		}
	}
	if errors.Is(err, errTooLong) {
		return nil, bad("", TooLong, string(line))
	}
	return line, err
}

var errTooLong = errors.New("line too long")

// readLine reads up to and with the next \n, at the end of the text what is
// left. The line belongs to the caller. Of one that is longer than most the
// beginning comes with errTooLong, and the rest is passed over.
func readLine(in *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(line) > most {
			long = true
			line = line[:200:200]
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if long && (err == nil || err == io.EOF) {
			return line, errTooLong
		}
		if err == io.EOF && len(line) > 0 {
			err = nil
		}
		return line, err
	}
}

// readCells finds where the cells of a row end, and reads on where a quoted
// one holds line breaks.
func (r *rowReader) readCells(row []byte) ([]byte, error) {
	r.cells, r.more = r.cells[:0], nil
	for at := 0; ; {
		to, end := 0, len(trimEnd(row))
		if r.quotes != unquoted && at < end && row[at] == '"' {
			var err error
			if row, to, err = r.quotedCell(row, at); err != nil {
				return row, err
			}
			end = len(trimEnd(row))
		} else {
			to = r.plainCell(row, at)
		}
		r.cells = append(r.cells, to)
		if to >= end {
			return row, nil
		}
		at = to + 1
	}
}

// plainCell returns the end of the cell at from, in which a quote is a character.
func (r *rowReader) plainCell(row []byte, from int) int {
	end := len(trimEnd(row))
	if to := bytes.IndexByte(row[from:end], r.separator); to >= 0 {
		return from + to
	}
	return end
}

// quotedCell returns the end of the cell whose quote stands at from, and the
// row with the lines that it took to find that.
func (r *rowReader) quotedCell(row []byte, from int) ([]byte, int, error) {
	whole, known := row, len(r.more)
	to := closing(row, from+1)
	for to < 0 {
		line, err := r.readLine()
		if err == io.EOF {
			break
		}
		r.more = append(r.more, pendingLine{line, err})
		if err != nil || len(whole)+len(line) > maxRow {
			break
		}
		at := len(whole)
		whole = append(whole, line...)
		to = closing(whole, at)
	}
	if to >= 0 && (to >= len(trimEnd(whole)) || whole[to] == r.separator) {
		return whole, to, nil
	}
	if r.quotes == loosely {
		r.putBack(known)
		return row, r.plainCell(row, from), nil
	}
	e := bad("", BadQuote, string(whole[from:min(len(whole), from+200)]))
	e.Column = len(r.cells) + 1
	r.putBack(0)
	return row[:r.first], 0, e
}

// closing returns the place behind the quote that ends a cell, -1 where none does.
func closing(row []byte, at int) int {
	for {
		i := bytes.IndexByte(row[at:], '"')
		if i < 0 {
			return -1
		}
		if at += i + 1; at >= len(row) || row[at] != '"' {
			return at
		}
		at++
	}
}

// putBack has the lines of the row at hand, from the one of this number on, be
// read again.
func (r *rowReader) putBack(from int) {
	lines := r.more[from:]
	r.again = append(slices.Clone(lines), r.again...)
	r.line -= int64(len(lines))
	r.more = r.more[:from]
}

// trimEnd takes the line end off.
func trimEnd(row []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(row, []byte("\n")), []byte("\r"))
}

// valueOf is what a cell says: without its quotes.
func (r *rowReader) valueOf(cell string) string {
	if r.quotes == unquoted || len(cell) < 2 || cell[0] != '"' || cell[len(cell)-1] != '"' {
		return cell
	}
	if r.quotes == loosely && closing([]byte(cell), 1) != len(cell) {
		return cell
	}
	return strings.ReplaceAll(cell[1:len(cell)-1], `""`, `"`)
}

// rawCell is the inverse of valueOf: quoted where it must be, or always.
func rawCell(value string, separator byte, always bool) string {
	if always || strings.HasPrefix(value, `"`) || strings.ContainsAny(value, "\"\r\n"+string(separator)) {
		return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
	}
	return value
}
