package journal

import (
	"errors"

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
	doc, err := transcript.NewDocument(j.history.base())
	if err != nil {
		return nil, err
	}
	for _, r := range j.history.records {
		if r.kind.isEntry() && doc.Replay(r.entry()) != nil {
			break
		}
	}
	return doc.Snapshot(), nil
}
