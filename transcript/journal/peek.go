package journal

import (
	"errors"
	"fmt"
	"path/filepath"

	"tapescript/transcript"
)

// Peek returns the transcript that [Journal.Resume] would give back, for
// comparing before choosing. It is for before Resume and Begin, which end what
// can be looked at; it returns [ErrNothing] where Found().Exists is false.
func (j *Journal) Peek() (*transcript.Transcript, error) {
	if !j.found.Exists {
		return nil, ErrNothing
	}
	if j.history == nil {
		return nil, errors.New("the journal has been begun already")
	}
	return j.history.last()
}

// Read returns the transcript as the journal of a file has it, without taking
// its lock: what a program that has it open wrote up to now. It returns
// [ErrNothing] where there is no journal.
func Read(transcriptPath string, o Options) (*transcript.Transcript, error) {
	source, err := canonical(transcriptPath)
	if err != nil {
		return nil, fmt.Errorf("finding the journal of %s: %w", transcriptPath, err)
	}
	folder := o.Folder
	if folder == "" {
		if folder, err = Folder(); err != nil {
			return nil, err
		}
	}
	h, err := readFile(filepath.Join(folder, fileName(source)), source)
	if err != nil {
		return nil, err
	}
	if !h.found().Exists {
		return nil, ErrNothing
	}
	return h.last()
}

// last is the transcript as it is after all that was done.
func (h *history) last() (*transcript.Transcript, error) {
	doc, err := transcript.NewDocument(h.base())
	if err != nil {
		return nil, err
	}
	for _, r := range h.records {
		if r.kind.isEntry() && doc.Replay(r.entry()) != nil {
			break
		}
	}
	return doc.Snapshot(), nil
}
