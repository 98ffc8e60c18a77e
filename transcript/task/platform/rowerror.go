package platform

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RowError says why a row of a file was not taken. It holds codes and their
// arguments, so that the interface can say it in any language.
type RowError struct {
	Path   string // "" or "-" where the text came from elsewhere
	Line   int64  // where the row begins, from 1
	Column int    // the cell, from 1; 0 where it is about the whole row
	Name   string // the cell's column, or the key in an object
	Code   Code
	Text   string // what it is about, cut and with control characters escaped
	Raw    string // the row as it stands in the file, without its line end; "" where it is too long to keep
}

// Code is what is wrong with a row, or with a whole file.
type Code string

// What can be wrong.
const (
	BadQuote      Code = "bad-quote"      // a quoted cell does not end as it should
	ColumnCount   Code = "column-count"   // more or fewer cells than the header has
	TooLong       Code = "too-long"       // a row or a cell over the bound
	NotText       Code = "not-text"       // bytes that are no UTF-8, or zeros
	NoAudio       Code = "no-audio"       // the row names no recording
	BadTime       Code = "bad-time"       // a time or duration that is none
	EndBefore     Code = "end-before"     // the end comes before the start
	BadNumber     Code = "bad-number"     // a number that is none, or out of range
	BadStatus     Code = "bad-status"     // a status that the platform does not know
	BadJSON       Code = "bad-json"       // not the JSON that was expected
	OtherType     Code = "other-type"     // a task of another type than audio transcription
	NoRecording   Code = "no-recording"   // an utterance of a recording that the folder does not list
	OutsideFolder Code = "outside-folder" // a name that leads out of the folder
	NotSorted     Code = "not-sorted"     // Kaldi's files are sorted by their first field
	TakenTwice    Code = "taken-twice"    // an ID that stands twice where it may not

	// About a whole file.
	Unknown       Code = "unknown"        // no platform is known that writes such a file
	NeedsMapping  Code = "needs-mapping"  // a table whose columns nobody has named
	MissingColumn Code = "missing-column" // the header lacks a column
	BadMapping    Code = "bad-mapping"    // the mapping names a column that is not there, or is no TOML
	Command       Code = "command"        // the file asks for a command to be run
	NotFolder     Code = "not-folder"     // the platform's data is a folder
	CannotWrite   Code = "cannot-write"   // the platform's files are only read
	IsTranscript  Code = "is-transcript"  // a transcript, not a batch
	NoWork        Code = "no-work"        // tasks that nobody has done
)

var codeText = map[Code]string{
	BadQuote:      "a quoted cell does not end as it should",
	ColumnCount:   "the row does not have as many cells as the header",
	TooLong:       "the row is too long",
	NotText:       "the row holds bytes that are no text",
	NoAudio:       "the row names no recording",
	BadTime:       "this is not a time",
	EndBefore:     "the end comes before the start",
	BadNumber:     "this is not a number that fits here",
	BadStatus:     "this is not a status that the platform knows",
	BadJSON:       "this is not the JSON that was expected",
	OtherType:     "this is a task of another type",
	NoRecording:   "the folder does not list this recording",
	OutsideFolder: "the name leads out of the folder",
	NotSorted:     "the file is not sorted by its first field",
	TakenTwice:    "the ID stands twice",
	Unknown:       "no platform is known that writes such a file",
	NeedsMapping:  "nobody has said what the columns of this table mean",
	MissingColumn: "the header lacks a column",
	BadMapping:    "the mapping does not fit",
	Command:       "the file asks for a command to be run, which is never done",
	NotFolder:     "a folder is expected",
	CannotWrite:   "files of this platform are only read",
	IsTranscript:  "this is a transcript, not a batch of tasks",
	NoWork:        "nobody has done any of these tasks",
}

// Codes lists all codes, for those who have a sentence for each.
func Codes() []Code {
	return []Code{BadQuote, ColumnCount, TooLong, NotText, NoAudio, BadTime, EndBefore, BadNumber, BadStatus, BadJSON,
		OtherType, NoRecording, OutsideFolder, NotSorted, TakenTwice, Unknown, NeedsMapping, MissingColumn, BadMapping,
		Command, NotFolder, CannotWrite, IsTranscript, NoWork}
}

func (e *RowError) Error() string { return say(e.Path, e.Line, e.Name, e.Code, e.Text) }

// Error says why a whole file cannot be read or written.
type Error struct {
	Path string
	Line int64  // 0 where it is about no line
	Name string // the column or key, "" where it is about none
	Code Code
	Text string
}

func (e *Error) Error() string { return say(e.Path, e.Line, e.Name, e.Code, e.Text) }

func say(path string, line int64, name string, code Code, text string) string {
	var b strings.Builder
	if path == "" {
		path = "input"
	}
	b.WriteString(path)
	if line > 0 {
		fmt.Fprintf(&b, ", line %d", line)
	}
	if name != "" {
		b.WriteString(", " + cut(name))
	}
	b.WriteString(": " + codeText[code])
	if text != "" {
		b.WriteString(" (" + text + ")")
	}
	return b.String()
}

// bad is a RowError that does not know its row yet.
func bad(name string, code Code, text string) *RowError {
	return &RowError{Name: name, Code: code, Text: cut(text)}
}

// cut makes a stranger's text fit for a message: 60 characters of it, what
// cannot be seen as escapes, so that it steers no terminal.
func cut(s string) string {
	const most = 60
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n++; n > most {
			b.WriteString("…")
			break
		}
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !unicode.IsPrint(r):
			q := fmt.Sprintf("%+q", r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
