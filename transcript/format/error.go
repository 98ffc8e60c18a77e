package format

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error says why a file cannot be read. It holds codes and their arguments, so
// that the interface can say it in any language; Error says it in English.
type Error struct {
	Path      string // "" or "-" where the text came from elsewhere
	Line      int    // from 1; 0 where it is about the whole file
	Column    int    // in characters, from 1; 0 where it is about the whole line
	Node      string // the place in a tree: "$.results.items[3].start_time"; "" where the file is none
	Code      Code
	Offending string // the text that it is about, cut and with control characters escaped
	Advice    Advice
}

// Code is what is wrong with a file.
type Code string

// What can be wrong.
const (
	UnknownFormat   Code = "unknown-format"
	Ambiguous       Code = "ambiguous"
	NotText         Code = "not-text"
	TooLarge        Code = "too-large"
	LineTooLong     Code = "line-too-long"
	TooManySpeakers Code = "too-many-speakers"
	ItemsTable      Code = "items-table"
	MissingHeader   Code = "missing-header"
	MissingColumn   Code = "missing-column"
	DoubledColumn   Code = "doubled-column"
	ColumnCount     Code = "column-count"
	BadQuote        Code = "bad-quote"
	BadTime         Code = "bad-time"
	EndBeforeStart  Code = "end-before-start"
	StrayText       Code = "stray-text"
	BadChannel      Code = "bad-channel"
	BadJSON         Code = "bad-json"
	NewerVersion    Code = "newer-version"
	Invalid         Code = "invalid"
	ReadOnly        Code = "read-only"
	Recordings      Code = "several-recordings"
	NoRecording     Code = "no-recording"
	BadArchive      Code = "bad-archive"
	MissingID       Code = "missing-id"
	BadRule         Code = "bad-rule"
	BadXML          Code = "bad-xml"
	TooComplex      Code = "too-complex"
	NoSegments      Code = "no-segments"
)

// Advice is what somebody can do about an [Error].
type Advice string

// What can be done.
const (
	NameFormat   Advice = "name-format"
	CorrectLine  Advice = "correct-line"
	AddHeader    Advice = "add-header"
	SplitFile    Advice = "split-file"
	UseScore     Advice = "use-score"
	SaveAsText   Advice = "save-as-text"
	UpdateItself Advice = "update-itself"
	OtherFormat  Advice = "other-format"
	NameIt       Advice = "name-recording"
	NeedKeys     Advice = "need-keys"
)

var codeText = map[Code]string{
	UnknownFormat:   "the content fits no transcript format that is known, and neither does the name",
	Ambiguous:       "the content fits more than one format",
	NotText:         "this is not a text file",
	TooLarge:        "the file is larger than 256 MiB",
	LineTooLong:     "the line is longer than 1 MiB",
	TooManySpeakers: "there are more than 1000 speakers",
	ItemsTable:      "this is a table of utterances without times, not a transcript",
	MissingHeader:   "the header is missing",
	MissingColumn:   "the header lacks a column",
	DoubledColumn:   "the header names a column twice",
	ColumnCount:     "the row does not have as many cells as the header",
	BadQuote:        "a quoted cell does not end as it should",
	BadTime:         "this is not a time",
	EndBeforeStart:  "the end comes before the start",
	StrayText:       "there is text before the first time line",
	BadChannel:      "this is not a channel: 1 is the left one, 2 the right one",
	BadJSON:         "this is not the JSON that was expected",
	NewerVersion:    "the file was written by a newer tapescript",
	Invalid:         "what was read contradicts itself",
	ReadOnly:        "this format is read, but never written",
	Recordings:      "the file speaks of several recordings",
	NoRecording:     "the file does not speak of this recording",
	MissingID:       "the line does not end in an ID in parentheses",
	BadRule:         "this is not a rule: OLD => NEW / CONTEXT",
	Command:         "the file asks for a command to be run, which is never done",
	BadArchive:      "this is not the archive that was expected",
	BadXML:          "this is not the XML that was expected",
	NoSegments:      "the lines of JSON are neither a transcript of ours nor segments with times",
	TooComplex:      "the file nests too deep, or has too many elements",
}

var adviceText = map[Advice]string{
	NameFormat:   "name the format with --from",
	CorrectLine:  "correct it in a text editor",
	AddHeader:    "add the header, or name the format with --from",
	SplitFile:    "split the file",
	UseScore:     "tapescript score takes it",
	SaveAsText:   "save it as text, or give the recording and the transcript in the other order",
	UpdateItself: "update tapescript",
	OtherFormat:  "choose another with --to",
	NameIt:       "choose one with --recording",
	NeedKeys:     "each line needs the keys start, end and text",
}

// Error is one line of English: file, place, what is wrong, what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Path != "" {
		b.WriteString(e.Path)
	} else {
		b.WriteString("input")
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, ", column %d", e.Column)
	}
	if e.Node != "" {
		b.WriteString(", " + e.Node)
	}
	b.WriteString(": " + codeText[e.Code])
	if e.Offending != "" {
		b.WriteString(" (" + e.Offending + ")")
	}
	if e.Advice != "" {
		b.WriteString("; " + adviceText[e.Advice])
	}
	return b.String()
}

// inFile puts the path in an error that does not know it.
func inFile(err error, path string) error {
	var e *Error
	if errors.As(err, &e) && e.Path == "" {
		e.Path = path
	}
	return err
}

// at returns an error about a line.
func at(line int, code Code, offending string, advice Advice) *Error {
	return &Error{Line: line, Code: code, Offending: cut(offending), Advice: advice}
}

// cut makes a stranger's text fit for a message: 60 characters of it, control
// and other invisible characters as escapes, so that it steers no terminal.
func cut(s string) string {
	const most = 60
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n == most {
			b.WriteString("…")
			break
		}
		n++
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return cut(line)
}
