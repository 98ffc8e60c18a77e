package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"sync"
	"time"

	"tapescript/transcript"
)

// version is the format's. A kind of line or edit that an older reader cannot
// leave out without changing the transcript raises it.
const version = 1

// maxActive bounds the active time, so that sums of it cannot overflow.
const maxActive = 50 * 365 * 24 * time.Hour

type kind string

const (
	kindHeader kind = "header"
	kindBase   kind = "base"
	kindSaved  kind = "saved"
	kindState  kind = "state"
	kindActive kind = "active"

	kindApply = kind(transcript.Applied)
	kindUndo  = kind(transcript.Undone)
	kindRedo  = kind(transcript.Redone)
)

// isEntry says whether the line belongs to the document's history.
func (k kind) isEntry() bool { return k == kindApply || k == kindUndo || k == kindRedo }

// counts says whether the line is work that a person would miss.
func (k kind) counts() bool { return k.isEntry() || k == kindSaved }

// record is what one line says.
type record struct {
	kind    kind
	at      time.Time
	edit    transcript.Edit        // of apply
	text    string                 // header: path of the transcript; base, saved: SHA-256 of the file
	base    *transcript.Transcript // of base
	unsaved int                    // of base, saved: entries before this line that the file of that hash lacks
	state   *State                 // of state
	active  time.Duration          // of active
}

func (r record) entry() transcript.Entry {
	return transcript.Entry{Kind: transcript.EntryKind(r.kind), Edit: r.edit}
}

// lineJSON is a line without its checksum.
type lineJSON struct {
	N          uint64          `json:"n"`
	At         int64           `json:"at"` // ms since 1970
	Kind       kind            `json:"kind"`
	Version    int             `json:"version,omitempty"`
	Path       text            `json:"path,omitempty"`
	SHA256     string          `json:"sha256,omitempty"`
	Unsaved    int             `json:"unsaved,omitempty"`
	Transcript *transcriptJSON `json:"transcript,omitempty"`
	Edit       *editJSON       `json:"edit,omitempty"`
	State      *State          `json:"state,omitempty"`
	ActiveMS   int64           `json:"active_ms,omitempty"`
}

// A line is {"crc":"xxxxxxxx", and then the rest of one JSON object, over
// which the CRC-32C is taken, and a line feed, over which it is not.
const (
	crcBegin = `{"crc":"`
	crcEnd   = `",`
	crcAll   = len(crcBegin) + 8 + len(crcEnd)
)

var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// encoder makes lines.
type encoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

// appendLine appends record number n as a line.
func (e *encoder) appendLine(dst []byte, n uint64, r record) ([]byte, error) {
	if e.enc == nil {
		e.enc = json.NewEncoder(&e.buf)
		e.enc.SetEscapeHTML(false) // people read journals too
	}
	l := lineJSON{N: n, At: r.at.UnixMilli(), Kind: r.kind, State: r.state, ActiveMS: r.active.Milliseconds(), Unsaved: r.unsaved}
	switch r.kind {
	case kindHeader:
		l.Version, l.Path = version, text(r.text)
	case kindBase:
		l.SHA256, l.Transcript = r.text, transcriptToJSON(r.base)
	case kindSaved:
		l.SHA256 = r.text
	case kindApply:
		w, err := editToJSON(r.edit)
		if err != nil {
			return dst, err
		}
		l.Edit = &w
	}
	e.buf.Reset()
	if err := e.enc.Encode(l); err != nil {
		return dst, fmt.Errorf("encoding a journal line: %w", err)
	}
	rest := e.buf.Bytes()[1:] // without the brace that the checksum's prefix brings
	dst = append(dst, crcBegin...)
	dst = appendHex8(dst, crc32.Checksum(rest[:len(rest)-1], castagnoli()))
	dst = append(dst, crcEnd...)
	dst = append(dst, rest...)
	if e.buf.Cap() > 1<<20 { // a base went through; typing needs no such buffer
		e.buf = bytes.Buffer{}
	}
	return dst, nil
}

func appendHex8(dst []byte, v uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, digits[v>>shift&15])
	}
	return dst
}

var errChecksum = errors.New("the checksum does not fit")

// VersionError says that a newer program wrote the journal, which this one
// must neither read nor replace.
type VersionError struct {
	Path    string // of the journal
	Version int
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the journal %s has version %d and this program knows versions up to %d: use the newer program, or move the file away", e.Path, e.Version, version)
}

// parseLine reads a line, given without its line feed, and its number. A line
// of a kind that is not known comes back with that kind and nothing else.
func parseLine(line []byte) (n uint64, r record, err error) {
	if len(line) <= crcAll || string(line[:len(crcBegin)]) != crcBegin || string(line[crcAll-len(crcEnd):crcAll]) != crcEnd {
		return 0, r, errChecksum
	}
	want, err := strconv.ParseUint(string(line[len(crcBegin):crcAll-len(crcEnd)]), 16, 32)
	if err != nil || uint32(want) != crc32.Checksum(line[crcAll:], castagnoli()) {
		return 0, r, errChecksum
	}
	var l lineJSON
	if err := json.Unmarshal(line, &l); err != nil {
		return 0, r, fmt.Errorf("reading a journal line: %w", err)
	}
	r = record{kind: l.Kind, at: time.UnixMilli(l.At)}
	err = r.fill(&l)
	return l.N, r, err
}

// fill takes over what a line of its kind must have.
func (r *record) fill(l *lineJSON) (err error) {
	switch l.Kind {
	case kindHeader:
		r.text = string(l.Path)
		switch {
		case l.Version > version:
			return &VersionError{Version: l.Version}
		case l.Version < 1:
			return errors.New("a header without a version")
		}
	case kindBase:
		if l.Transcript == nil {
			return errors.New("a base without a transcript")
		}
		r.text, r.unsaved = l.SHA256, l.Unsaved
		r.base = l.Transcript.transcript()
		if err = r.base.Validate(); err == nil {
			err = l.checkUnsaved()
		}
	case kindSaved:
		r.text, r.unsaved = l.SHA256, l.Unsaved
		err = l.checkUnsaved()
	case kindApply:
		if l.Edit == nil {
			return errors.New("an edit is missing")
		}
		r.edit, err = l.Edit.edit()
	case kindState:
		if l.State == nil || l.State.Offset < 0 || l.State.Position < 0 {
			return errors.New("a state is missing")
		}
		r.state = l.State
	case kindActive:
		if l.ActiveMS < 0 || l.ActiveMS > maxActive.Milliseconds() {
			return errors.New("an active time out of bounds")
		}
		r.active = time.Duration(l.ActiveMS) * time.Millisecond
	}
	return err
}

// checkUnsaved refuses more entries than a journal can hold, so that counting
// on from there cannot overflow.
func (l *lineJSON) checkUnsaved() error {
	if l.Unsaved < 0 || l.Unsaved > maxFile {
		return errors.New("a number of unsaved entries out of bounds")
	}
	return nil
}
