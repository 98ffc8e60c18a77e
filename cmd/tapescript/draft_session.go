package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui/workbench"
)

// sniffed is how much of a file tells its format.
const sniffed = 64 << 10

// isDraft says whether a transcript cannot be saved where it lies: its format
// is only read, it is a folder, or the file speaks of other recordings, too,
// which saving would throw away.
func isDraft(path string) (bool, error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, nil // there is none, or reading it will say why not
	}
	if info.IsDir() {
		return true, nil
	}
	in, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer in.Close()
	head, err := io.ReadAll(io.LimitReader(in, sniffed))
	if err != nil {
		return false, err
	}
	f, err := format.Sniff(path, head)
	if err != nil {
		return false, nil // an empty file has its format by name; the rest is told by reading it
	}
	if !f.NamesRecordings() {
		named, err := format.ForPath(path)
		return err != nil || !f.CanWrite() || !named.CanWrite(), nil
	}
	list, _, err := format.ReadRecordings(path)
	if err != nil {
		return false, err
	}
	for _, r := range list {
		if r.Name != list[0].Name {
			return true, nil
		}
	}
	return !f.CanWrite(), nil
}

// readDraft reads what a draft says of one recording.
func readDraft(path, recording string) (*transcript.Transcript, format.Source, error) {
	t, source, err := format.Read(path)
	if e, ok := errors.AsType[*format.Error](err); ok && e.Code == format.Recordings {
		return format.ReadAs(path, format.Reading{Recording: filepath.Base(recording)})
	}
	return t, source, err
}

// adviseOpen replaces advice that another command can follow.
func adviseOpen(err error) error {
	if e, ok := errors.AsType[*format.Error](err); ok && e.Advice == format.NameIt {
		e.Advice = "open-recording"
	}
	return err
}

// openDraft begins RECORDING.vtt from a draft. The journal is that of
// RECORDING.vtt, since there the work is to lie: what was not saved is offered
// whether the next session names the draft or not.
func (p *program) openDraft(draft, recording string, duration time.Duration) (*session, error) {
	path := defaultTranscript(recording)
	t, source, err := readDraft(draft, recording)
	if err != nil {
		return nil, err
	}
	if kept, _, err := format.Read(path); !errors.Is(err, fs.ErrNotExist) {
		if err != nil {
			return nil, err
		}
		text := p.words.Say("draft.exists", path, filepath.Base(draft))
		goOn, err := p.choose(text, func() error { p.compare(kept, t); return nil }, "draft.go-on", "draft.afresh")
		if err != nil {
			return nil, err
		}
		if goOn {
			return p.openSession(path, recording, duration)
		}
	}
	j, err := journal.Open(path, journal.Options{})
	if err != nil {
		return nil, err
	}
	s, err := p.beginDraft(j, t, path, recording, duration)
	if err != nil {
		j.Close()
		return nil, err
	}
	for _, n := range p.notes(source) {
		s.note(n)
	}
	s.note(p.words.Say("draft.read", filepath.Base(draft), filepath.Base(path)))
	p.noteFit(s, duration)
	return s, nil
}

// beginDraft begins a document with a draft, or goes on with edits of an
// earlier session that were never saved.
func (p *program) beginDraft(j *journal.Journal, t *transcript.Transcript, path, recording string, duration time.Duration) (*session, error) {
	f, err := format.ForPath(path)
	if err != nil {
		return nil, err
	}
	t.Media = transcript.Media{Path: filepath.Base(recording), Duration: duration}
	if len(t.Segments) == 0 {
		t.Segments = []*transcript.Segment{{ID: "1", End: duration}}
	}
	t.BeginsDraft()
	s := &session{journal: j, file: workbench.File{Path: path, Format: f}}
	if found := j.Found(); found.Exists && found.Unsaved > 0 {
		s.document, err = p.continueWork(s, t, "")
		s.state = found.State
		return s, err
	}
	s.document, err = j.Begin(t, "")
	return s, err
}
