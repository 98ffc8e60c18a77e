package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui/transport"
	"tapescript/tui/workbench"
)

// session is one transcript with its journal, open for work.
type session struct {
	document *transcript.Document
	journal  *journal.Journal
	file     workbench.File
	state    journal.State
	notice   string
	demo     bool
	lessons  []workbench.Lesson
	// recording is the path of what is transcribed; "" in the demo.
	recording string
	replays   map[int]int // how often each second was gone back to, once the screen is left

	closing sync.Once
	closed  error
}

// close ends the session. The error says that the journal does not hold all.
func (s *session) close() error {
	s.closing.Do(func() { s.closed = s.journal.Close() })
	return s.closed
}

// rescue saves a copy of what the journal could not keep: beside the
// transcript, else in the system's temporary folder.
func (s *session) rescue() (path string, err error) {
	f, _ := format.Lookup("jsonl")
	name := filepath.Base(s.file.Path) + ".rescue.jsonl"
	for _, dir := range []string{filepath.Dir(s.file.Path), os.TempDir()} {
		path = filepath.Join(dir, name)
		if _, err = format.Write(path, f, s.document.Snapshot()); err == nil {
			return path, nil
		}
	}
	return "", err
}

// flushTime is how long the end of the program waits for a disk.
const flushTime = 3 * time.Second

func (s *session) flush() {
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	_ = s.journal.Flush(ctx) // what the disk refuses is in the status line already
}

// openSession opens a transcript, or an empty one where there is none, with
// what its journal remembers. What cannot be saved where it lies is a draft to
// begin from.
func (p *program) openSession(path, recording string, duration time.Duration) (*session, error) {
	draft, err := isDraft(path)
	if err != nil {
		return nil, err
	}
	if draft {
		return p.openDraft(path, recording, duration)
	}
	f, err := format.ForPath(path)
	if err != nil {
		if _, statErr := os.Stat(path); errors.Is(statErr, fs.ErrNotExist) { // a name mistyped, or one that nothing can be saved under
			return nil, errors.New(p.words.Say("open.no-transcript", path, filepath.Base(defaultTranscript(path))))
		}
	}
	if err == nil && !f.CanWrite() {
		err = &format.Error{Path: path, Code: format.ReadOnly, Offending: f.Title, Advice: format.NameFormat}
	}
	if err != nil {
		return nil, err
	}
	// The lock first: what is read then is what the journal knows.
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		return nil, err
	}
	onDisk, source, err := readOrBegin(path, duration)
	if err != nil {
		j.Close()
		return nil, err
	}
	onDisk.Media.Path, onDisk.Media.Duration = filepath.Base(recording), duration
	s := &session{journal: j, file: workbench.File{Path: path, Format: f, SHA256: source.SHA256}}
	s.notice = strings.Join(p.notes(source), "; ")
	if s.document, err = p.continueWork(s, onDisk, source.SHA256); err != nil {
		j.Close()
		return nil, err
	}
	if n := j.Found().Damage.Lines; n > 0 {
		s.note(p.words.Count("recover.damaged", n))
	}
	p.noteFit(s, duration)
	s.state = j.Found().State
	return s, nil
}

// noteFit says where the transcript does not fit the recording, or its folder
// not the transcript.
func (p *program) noteFit(s *session, duration time.Duration) {
	beyond := 0
	for _, seg := range s.document.Transcript().Segments {
		if seg.Timed() && seg.Start >= duration {
			beyond++
		}
	}
	if beyond > 0 {
		s.note(p.words.Count("open.beyond", beyond))
	}
	if dir := filepath.Dir(s.file.Path); !folderTakes(dir) {
		s.note(p.words.Say("open.no-folder", dir))
	}
}

// folderTakes says whether a file can be made in a folder, by making one: what
// else a system allows is not to be guessed.
func folderTakes(dir string) bool {
	f, err := os.CreateTemp(dir, ".tapescript-")
	if err != nil {
		return false
	}
	f.Close()
	return os.Remove(f.Name()) == nil
}

// readOrBegin reads a transcript; where there is none it begins one: an empty
// segment over the whole recording.
func readOrBegin(path string, duration time.Duration) (*transcript.Transcript, format.Source, error) {
	t, source, err := format.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", End: duration}}}, format.Source{}, nil
	}
	if err != nil {
		return nil, source, err
	}
	if len(t.Segments) == 0 {
		t.Segments = []*transcript.Segment{{ID: "1", End: duration}}
	}
	return t, source, nil
}

// continueWork decides between what the journal remembers and what lies on
// disk, asking where both hold work.
func (p *program) continueWork(s *session, onDisk *transcript.Transcript, sha256 string) (*transcript.Document, error) {
	found := s.journal.Found()
	if kept, err := s.journal.Peek(); err == nil && kept.Draft != nil { // other programs may have changed the text; the draft is the same
		onDisk.Draft = kept.Draft
	}
	onDisk.BeginsDraft()
	switch {
	case !found.Exists:
		return s.journal.Begin(onDisk, sha256)
	case sha256 == "" && found.SavedSHA256 != "":
		return p.restoreGone(s, onDisk)
	case sha256 == found.SavedSHA256 && found.Unsaved == 0:
		return p.resume(s, onDisk, sha256)
	case sha256 == found.SavedSHA256:
		text := p.words.Count("recover.question", found.Unsaved, found.LastEdit.Format("2006-01-02 15:04"), s.file.Path)
		keep, err := p.choose(text, s.comparing(p, onDisk), "recover.keep", "recover.discard")
		if err != nil || !keep {
			return s.begin(onDisk, sha256, err)
		}
		return p.resume(s, onDisk, sha256)
	case found.Unsaved == 0:
		s.note(p.words.Say("conflict.newer", filepath.Base(s.file.Path)))
		return s.journal.Begin(onDisk, sha256)
	}
	text := p.words.Count("conflict.question", found.Unsaved, found.LastEdit.Format("2006-01-02 15:04"), s.file.Path)
	mine, err := p.choose(text, s.comparing(p, onDisk), "conflict.mine", "conflict.theirs")
	if err != nil || !mine {
		return s.begin(onDisk, sha256, err)
	}
	return p.resume(s, onDisk, sha256)
}

// note adds to what is said first.
func (s *session) note(text string) {
	s.notice = strings.TrimSpace(s.notice + " " + text)
}

// restoreGone offers the journal of a file that is not there any more.
func (p *program) restoreGone(s *session, onDisk *transcript.Transcript) (*transcript.Document, error) {
	kept, err := s.journal.Peek()
	if err != nil {
		return nil, err
	}
	text := p.words.Count("conflict.gone", len(kept.Segments), s.file.Path)
	keep, err := p.choose(text, s.comparing(p, onDisk), "conflict.keep", "conflict.afresh")
	if err != nil || !keep {
		return s.begin(onDisk, "", err)
	}
	doc, err := p.resume(s, onDisk, "")
	s.file.Unsaved = max(s.file.Unsaved, 1) // nothing of it is in a file
	return doc, err
}

func (s *session) begin(t *transcript.Transcript, sha256 string, err error) (*transcript.Document, error) {
	if err != nil {
		return nil, err
	}
	return s.journal.Begin(t, sha256)
}

// resume goes on from the journal; one that cannot be replayed is kept aside,
// and the file on disk is opened instead.
func (p *program) resume(s *session, onDisk *transcript.Transcript, sha256 string) (*transcript.Document, error) {
	doc, err := s.journal.Resume()
	if err != nil {
		s.note(p.words.Say("recover.broken", p.explain(err)))
		return s.journal.Begin(onDisk, sha256)
	}
	if n := s.journal.Found().Unsaved; n > 0 {
		s.file.Unsaved = n
		s.note(p.words.Count("recover.done", n))
	}
	return doc, nil
}

// choose asks for one of two versions, mine or theirs, on the plain terminal
// before the screen opens, so that a screen reader hears it too. Both can be
// compared first.
func (p *program) choose(text string, compare func() error, mine, theirs string) (bool, error) {
	in := bufio.NewReader(p.in)
	fmt.Fprintln(p.out, transcript.Clean(text))
	for {
		fmt.Fprintf(p.out, "  [1] %s\n  [2] %s\n  [3] %s\n> ", p.words.Say(mine), p.words.Say(theirs), p.words.Say("conflict.compare"))
		line, err := in.ReadString('\n')
		if err != nil {
			return false, quietError{exitFailed}
		}
		switch strings.TrimSpace(line) {
		case "1", "":
			return true, nil
		case "2":
			return false, nil
		case "3":
			if err := compare(); err != nil {
				return false, err
			}
		}
	}
}

// comparing compares what the journal holds with what lies on disk.
func (s *session) comparing(p *program, onDisk *transcript.Transcript) func() error {
	return func() error {
		kept, err := s.journal.Peek()
		if err != nil {
			return err
		}
		p.compare(kept, onDisk)
		return nil
	}
}

// compare prints what two versions say differently, segment by segment.
func (p *program) compare(mine, other *transcript.Transcript) {
	theirs := map[string]*transcript.Segment{}
	for _, seg := range other.Segments {
		theirs[seg.ID] = seg
	}
	differ := false
	for _, seg := range mine.Segments {
		other := theirs[seg.ID]
		delete(theirs, seg.ID)
		switch {
		case other == nil:
			differ = true
			fmt.Fprintf(p.out, "%s %s\n  + %s\n", transport.Clock(seg.Start), p.words.Say("conflict.only-mine"), seg.Text)
		case other.Text != seg.Text:
			differ = true
			fmt.Fprintf(p.out, "%s\n  %s %s\n  %s %s\n", transport.Clock(seg.Start), p.words.Say("conflict.mine-mark"), seg.Text, p.words.Say("conflict.theirs-mark"), other.Text)
		}
	}
	for _, seg := range other.Segments {
		if theirs[seg.ID] != nil {
			differ = true
			fmt.Fprintf(p.out, "%s %s\n  - %s\n", transport.Clock(seg.Start), p.words.Say("conflict.only-theirs"), seg.Text)
		}
	}
	if !differ { // in words; times and speakers may
		fmt.Fprintln(p.out, p.words.Say("conflict.same"))
	}
}

// goldOf is the gold for one recording in what was read: a transcript, or the row
// of a table whose ID is the recording's name.
func (p *program) goldOf(gold side, path, recording string, duration time.Duration) (*transcript.Transcript, error) {
	if gold.transcript != nil {
		return gold.transcript, nil
	}
	for _, item := range gold.items {
		if sameName(item.ID, recording) {
			return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", End: duration, Text: transcript.Clean(item.Text)}}}, nil
		}
	}
	return nil, fmt.Errorf("%s", p.words.Say("open.gold-row", path, filepath.Base(recording)))
}

// sameName compares names of recordings by their base names, without what
// stands behind the last dot.
func sameName(a, b string) bool {
	stem := func(s string) string {
		s = filepath.Base(s)
		return strings.TrimSuffix(s, filepath.Ext(s))
	}
	return a == b || stem(a) == stem(b)
}
