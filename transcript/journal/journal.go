// Package journal keeps every edit of a transcript on disk from the moment it
// is made, so that no crash costs more than a second of work.
//
// A [Journal] is one append-only file of JSON lines, one per transcript path:
// the transcript that work began from (the base), then each edit, undo and
// redo, each save (a checkpoint), where the person was ([State]) and how long
// they worked (active time). docs/journal.md specifies the file.
//
//	j, err := journal.Open("talk.vtt", journal.Options{})
//	found := j.Found() // something unsaved from before? ask the person
//	doc, err := j.Resume()       // go on with it, undo history included
//	doc, err = j.Begin(t, hash)  // or begin anew
//	defer j.Close()
//
// The document that Begin and Resume return tells the journal of each edit.
// Nothing here ever waits for a disk but Open, Resume, Flush and Close: a
// goroutine of the journal's own writes within 50 ms and syncs within 1 s.
// Where the disk refuses (full, read-only, gone) everything stays in memory
// and is tried again at least every 2 s; [Journal.Status] says since when.
//
// Not here: transcript files (transcript/format), saving them, questions to
// the person.
package journal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tapescript/transcript"
)

// ErrNothing is returned by [Journal.Resume] where no earlier work was found.
var ErrNothing = errors.New("there is no earlier work to resume")

// Options say where and when; the zero value is right for a program.
type Options struct {
	Folder string           // "" for [Folder]
	Now    func() time.Time // nil for time.Now

	openFile func(name string, flag int) (file, error) // nil for the real one
}

// Journal is the history of one transcript file, held under a lock. Its
// methods may be called from any goroutine.
type Journal struct {
	source   string // absolute path of the transcript
	path     string // the journal's own file, "" where not even a folder is known
	now      func() time.Time
	openFile func(name string, flag int) (file, error)
	lock     *lock // nil where no lock could be made
	history  *history
	loosed   bool // Begin or Resume was called; guarded by mu

	mu       sync.Mutex
	found    Found
	queue    []record  // told, not yet taken by the writer
	edits    int       // of the queue: edits, undos, redos and checkpoints
	oldest   time.Time // of those, when the first was made
	state    *State    // not yet taken
	lastSet  State     // the latest state of all
	active   time.Duration
	inactive time.Duration // active time not yet taken
	written  progress
	flushes  []*flush
	closed   bool

	wake chan struct{} // holds one: something is in the queue
	stop chan struct{}
	done chan struct{}
}

// progress is what the writer last said of itself.
type progress struct {
	pending int
	since   time.Time
	err     error
}

// State is where the person was and how they listened. The zero value says
// that nothing is known.
type State struct {
	Segment  string        `json:"segment,omitempty"`  // that the cursor is in
	Offset   int           `json:"offset,omitempty"`   // of the cursor, bytes in the segment's text
	Position time.Duration `json:"position,omitempty"` // heard last
	Speed    float64       `json:"speed,omitempty"`    // 1 is normal, 0 unknown
	GainDB   float64       `json:"gain_db,omitempty"`
}

// Found is what lay in the journal when it was opened.
type Found struct {
	Exists      bool   // there is a base to resume from
	SavedSHA256 string // of the transcript file as last saved, else as it was at the beginning; "" if there was none
	Unsaved     int    // edits, undos and redos that this file lacks
	LastEdit    time.Time
	State       State
	Active      time.Duration
	Damage      Damage
}

// Damage is what could not be read. The zero value says that all could.
type Damage struct {
	Lines int    // from the first bad one to the end, none of which is used
	Bytes int64  // that they take
	Kept  string // file that holds the damaged original, once Resume or Begin has put it aside
}

// Status says what is not safely on disk.
type Status struct {
	Pending int       // edits, undos, redos and checkpoints not yet synced
	Since   time.Time // when the oldest of them was made; zero where there is none
	// Err is why the last try failed; nil while all is well, also for the
	// second that an edit waits for its sync.
	Err error
}

// Open looks at the journal of a transcript file, which need not exist, and
// locks it. It returns a [*LockedError] if another living program has it and a
// [*VersionError] if a newer program wrote it. Where the journal's folder
// cannot be read or made, it returns a journal all the same, which works in
// memory, goes on trying, and says so in its Status.
func Open(transcriptPath string, o Options) (*Journal, error) {
	j := &Journal{
		now: o.Now, openFile: o.openFile,
		wake: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	if j.now == nil {
		j.now = time.Now
	}
	if j.openFile == nil {
		j.openFile = openFile
	}
	var err error
	if j.source, err = canonical(transcriptPath); err != nil {
		return nil, fmt.Errorf("finding the journal of %s: %w", transcriptPath, err)
	}
	folder := o.Folder
	if folder == "" {
		if folder, err = Folder(); err != nil {
			j.written.err = err
			j.history = &history{}
			return j, nil
		}
	}
	j.path = filepath.Join(folder, fileName(j.source))
	if err := j.takeLock(); err != nil {
		var locked *LockedError
		if errors.As(err, &locked) {
			return nil, err
		}
		j.written.err = err
	}
	if err := j.look(); err != nil {
		j.lock.release()
		return nil, err
	}
	return j, nil
}

// takeLock makes the folder and takes the lock, unless that is done.
func (j *Journal) takeLock() error {
	if j.lock != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(j.path), 0o700); err != nil {
		return fmt.Errorf("making the journal's folder: %w", err)
	}
	l, err := takeLock(lockName(j.path), j.now())
	if err != nil {
		return err
	}
	j.lock = l
	return nil
}

// look reads what is there. What cannot be opened counts as absent: Begin
// moves it aside unread.
func (j *Journal) look() error {
	h, err := readFile(j.path, j.source)
	var newer *VersionError
	switch {
	case errors.As(err, &newer):
		return err
	case err != nil:
		j.written.err = err
	}
	j.history = h
	j.found = h.found()
	j.active, j.lastSet = j.found.Active, j.found.State
	return nil
}

// Found says what lay there from before. After Resume and Begin its Damage
// says where the damaged original is kept.
func (j *Journal) Found() Found {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.found
}

// Begin starts anew from a transcript, which the returned document owns.
// fileSHA256 is the hash of the file that it was read from, "" if there was
// none. An earlier journal that holds edits is kept as a file ending in .old,
// and the eight before that as .old-2 to .old-9, so that to discard work is
// not final; its active time is carried on.
func (j *Journal) Begin(base *transcript.Transcript, fileSHA256 string) (*transcript.Document, error) {
	doc, err := transcript.NewDocument(base)
	if err != nil {
		return nil, err
	}
	if err := j.letGo(); err != nil {
		return nil, err
	}
	now := j.now()
	first := []record{
		{kind: kindHeader, at: now, text: j.source},
		{kind: kindBase, at: now, text: fileSHA256, base: doc.Snapshot()},
	}
	if a := j.found.Active; a > 0 {
		first = append(first, record{kind: kindActive, at: now, active: a})
	}
	j.mu.Lock()
	j.queue = append(first, j.queue...)
	j.mu.Unlock()
	was := j.history.outline()
	j.history = nil // it may be large
	j.start(&writer{open: func() (file, error) { return j.create(was) }, rest: time.Now().Add(baseWithin)})
	doc.Record(j)
	return doc, nil
}

// Resume gives back the document as it was when the last program ended: the
// base and everything that was done to it, undo history included. An entry
// that does not fit ends it there: Found().Damage then counts what was left
// out. It returns [ErrNothing] where Found().Exists is false. If there is no
// document to be made of what was found, Begin is still possible.
func (j *Journal) Resume() (*transcript.Document, error) {
	if !j.found.Exists {
		return nil, ErrNothing
	}
	if err := j.letGo(); err != nil {
		return nil, err
	}
	doc, err := j.replay()
	if err != nil {
		j.mu.Lock()
		j.loosed = false
		j.mu.Unlock()
		return nil, fmt.Errorf("resuming the work on %s: %w", j.source, err)
	}
	if smaller := j.compact(); smaller != nil {
		doc = smaller
	}
	h := j.history
	j.mu.Lock()
	j.active -= j.found.Active
	j.found = h.found()
	j.active += j.found.Active
	j.mu.Unlock()
	w := &writer{seq: h.seq(), synced: h.size}
	was := h.outline()
	j.history = nil // it may be large
	w.open = func() (file, error) { return j.reopen(was) }
	j.start(w)
	doc.Record(j)
	return doc, nil
}

// letGo marks the journal as begun; it can be begun only once. Who fails
// behind it takes the mark back.
func (j *Journal) letGo() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return errors.New("the journal is closed")
	case j.loosed:
		return errors.New("the journal has been begun already")
	}
	j.loosed = true
	return nil
}

// replay repeats the history on its base. What does not fit, and all after
// it, is cut off the history.
func (j *Journal) replay() (*transcript.Document, error) {
	doc, err := transcript.NewDocument(j.history.base())
	if err != nil {
		return nil, err
	}
	for i, r := range j.history.records {
		if r.kind.isEntry() && doc.Replay(r.entry()) != nil {
			j.history.cut(i)
			break
		}
	}
	return doc, nil
}
