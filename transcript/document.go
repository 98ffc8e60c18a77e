package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// ErrNothing is returned by [Document.Undo] and [Document.Redo] when there is
// nothing left to undo or redo.
var ErrNothing = errors.New("nothing to undo")

// RefusedError says why an edit does not fit the transcript. The document is
// as it was.
type RefusedError struct {
	Segment string // "" where the edit is not about one
	Why     string // English, lower case, without a period
}

func (e *RefusedError) Error() string {
	if e.Segment == "" {
		return "edit refused: " + e.Why
	}
	return fmt.Sprintf("edit refused in segment %s: %s", e.Segment, e.Why)
}

// Log is told of everything that happens to a document. Append must return at
// once; it is called by the document's owner.
type Log interface {
	Append(Entry)
}

// Entry is one line of a document's history. Replaying all entries on the
// transcript that a document began with gives the same document, undo
// included.
type Entry struct {
	Kind EntryKind
	Edit Edit // of Applied only
}

// EntryKind says what an [Entry] did.
type EntryKind string

// The kinds of entry.
const (
	Applied EntryKind = "apply"
	Undone  EntryKind = "undo"
	Redone  EntryKind = "redo"
)

// Change tells a screen what an edit did, so that it redraws and rescores only
// that.
type Change struct {
	Revision uint64
	Runs     []Run // in the order in which they were done
	Speakers bool  // the list of speakers is another one
	// Caret is where the hand is after the change; nowhere where it stays as it
	// was, as when a speaker is set.
	Caret Caret
	// Home is the ID of the segment that the change is about: where to look
	// after an undo whose Caret is nowhere. It is one that is there: for a
	// deletion a neighbor, of several edits the last one's. It is "" where the
	// change is about speakers only, or leaves no segments.
	Home string

	before                        Caret
	speakersBefore, speakersAfter []Speaker
}

// Run says that, beginning at index At, the segments Removed gave way to the
// segments Inserted.
type Run struct {
	At                int
	Removed, Inserted []*Segment
}

// renumbers says whether segments are other ones after the run, not the same
// anew.
func (r Run) renumbers() bool {
	return !slices.EqualFunc(r.Removed, r.Inserted, func(a, b *Segment) bool { return a.ID == b.ID })
}

// Caret is a place in the text: a byte offset in a segment. Segment "" is
// nowhere: the change says nothing about it.
type Caret struct {
	Segment string
	At      int
}

// Document is a transcript that is being worked on. It has one owner, who
// alone calls its methods; other goroutines read a [Document.Snapshot].
//
// Undo goes back without limit. Letters typed one after another are undone a
// word at a time; the grouping follows from the edits alone, so that a replay
// groups alike.
type Document struct {
	t        Transcript
	byID     map[string]*Segment // nil as long as the IDs are 1, 2, 3 …, as a file has them
	revision uint64
	undo     []step
	redo     []step
	log      Log
}

// step is what one undo takes back.
type step struct {
	change Change
	last   Edit // the latest edit in it, for grouping what is typed
}

// NewDocument begins work on a transcript, which it owns from then on. The
// error says which rule the transcript breaks.
func NewDocument(t *Transcript) (*Document, error) {
	if err := t.Validate(); err != nil {
		return nil, fmt.Errorf("opening the transcript: %w", err)
	}
	d := &Document{t: *t}
	if n := len(t.Segments); n > 0 && (!ascendingIDs(t.Segments) || number(t.Segments[n-1].ID) != n) {
		d.index()
	}
	return d, nil
}

// index makes the map of the segments.
func (d *Document) index() {
	d.byID = make(map[string]*Segment, len(d.t.Segments))
	for _, s := range d.t.Segments {
		d.byID[s.ID] = s
	}
}

// Record tells log of every edit from now on.
func (d *Document) Record(log Log) { d.log = log }

// Revision counts the changes since the document was opened.
func (d *Document) Revision() uint64 { return d.revision }

// Transcript is the document's own transcript, for its owner to look at until
// the next change. It must not be changed.
func (d *Document) Transcript() *Transcript { return &d.t }

// Segment returns a segment by its ID, or nil.
func (d *Document) Segment(id string) *Segment {
	if d.byID != nil {
		return d.byID[id]
	}
	if n := number(id); n > 0 && n <= len(d.t.Segments) {
		return d.t.Segments[n-1]
	}
	return nil
}

// Index returns a segment's place by its ID, or -1.
func (d *Document) Index(id string) int {
	s := d.Segment(id)
	switch {
	case s == nil:
		return -1
	case d.byID == nil:
		return number(id) - 1
	}
	return slices.Index(d.t.Segments, s)
}

// Snapshot is the transcript as it is now, which any goroutine may read and
// nobody may change.
func (d *Document) Snapshot() *Transcript {
	t := d.t
	t.Segments = slices.Clone(d.t.Segments)
	t.Speakers = slices.Clone(d.t.Speakers)
	return &t
}

// Apply does an edit, or returns a [*RefusedError] and does nothing. It is the
// only way in which a transcript changes.
func (d *Document) Apply(e Edit) (Change, error) {
	c, err := d.perform(e)
	if err != nil {
		return Change{}, err
	}
	c = d.done(c)
	d.redo = nil
	d.remember(c, e)
	d.tell(Entry{Applied, e})
	return c, nil
}

// Undo takes back the last step, or returns [ErrNothing].
func (d *Document) Undo() (Change, error) {
	if len(d.undo) == 0 {
		return Change{}, ErrNothing
	}
	s := d.undo[len(d.undo)-1]
	d.undo = d.undo[:len(d.undo)-1]
	d.redo = append(d.redo, s)
	c := s.change.inverse()
	d.carryOut(c)
	c = d.done(c)
	d.tell(Entry{Kind: Undone})
	return c, nil
}

// Redo does again what Undo took back, or returns [ErrNothing].
func (d *Document) Redo() (Change, error) {
	if len(d.redo) == 0 {
		return Change{}, ErrNothing
	}
	s := d.redo[len(d.redo)-1]
	d.redo = d.redo[:len(d.redo)-1]
	s.last = nil // what is typed now is a step of its own
	d.undo = append(d.undo, s)
	d.carryOut(s.change)
	c := d.done(s.change)
	d.tell(Entry{Kind: Redone})
	return c, nil
}

// Replay repeats what a log was told.
func (d *Document) Replay(e Entry) error {
	var err error
	switch e.Kind {
	case Applied:
		_, err = d.Apply(e.Edit)
	case Undone:
		_, err = d.Undo()
	case Redone:
		_, err = d.Redo()
	default:
		err = fmt.Errorf("a history entry of kind %q is unknown", e.Kind)
	}
	return err
}

func (d *Document) tell(e Entry) {
	if d.log != nil {
		d.log.Append(e)
	}
}

// perform works an edit out and carries it out, without remembering it.
func (d *Document) perform(e Edit) (Change, error) {
	b, isBatch := e.(Batch)
	if !isBatch {
		c, err := e.apply(d)
		if err == nil {
			d.carryOut(c)
		}
		return c, err
	}
	var all Change
	for i, e := range b.Edits {
		c, err := d.perform(e)
		if err != nil {
			d.carryOut(all.inverse())
			return Change{}, fmt.Errorf("edit %d of %d: %w", i+1, len(b.Edits), err)
		}
		all = all.then(c)
	}
	return all, nil
}

// carryOut is the one place where the transcript changes.
func (d *Document) carryOut(c Change) {
	if d.byID == nil && slices.ContainsFunc(c.Runs, Run.renumbers) {
		d.index()
	}
	for _, r := range c.Runs {
		if d.byID != nil {
			for _, s := range r.Removed {
				delete(d.byID, s.ID)
			}
			for _, s := range r.Inserted {
				d.byID[s.ID] = s
			}
		}
		d.t.Segments = slices.Replace(d.t.Segments, r.At, r.At+len(r.Removed), r.Inserted...)
	}
	if c.Speakers {
		d.t.Speakers = slices.Clone(c.speakersAfter)
	}
}

// done completes a change that was carried out by what can be said only then.
func (d *Document) done(c Change) Change {
	d.revision++
	c.Revision = d.revision
	c.Home = d.home(c.Runs)
	return c
}

// home finds the segment that runs are about in the last of them, because what
// it put in place is surely there still: the first that is not merely moved.
func (d *Document) home(runs []Run) string {
	if len(runs) == 0 || len(d.t.Segments) == 0 {
		return ""
	}
	last := runs[len(runs)-1]
	before := make(map[*Segment]bool, len(last.Removed))
	for _, s := range last.Removed {
		before[s] = true
	}
	for _, s := range last.Inserted {
		if !before[s] {
			return s.ID
		}
	}
	return d.t.Segments[max(0, last.At-1)].ID
}

// inverse is the change that takes c back.
func (c Change) inverse() Change {
	inv := Change{
		Speakers: c.Speakers, speakersBefore: c.speakersAfter, speakersAfter: c.speakersBefore,
		Caret: c.before, before: c.Caret,
	}
	for _, r := range slices.Backward(c.Runs) {
		inv.Runs = append(inv.Runs, Run{r.At, r.Inserted, r.Removed})
	}
	return inv
}

// then is c and after it next, as one change.
func (c Change) then(next Change) Change {
	if len(c.Runs) == 0 && !c.Speakers {
		return next
	}
	c.Runs = append(c.Runs, next.Runs...)
	if next.Speakers {
		if !c.Speakers {
			c.Speakers, c.speakersBefore = true, next.speakersBefore
		}
		c.speakersAfter = next.speakersAfter
	}
	if next.Caret.Segment != "" {
		c.Caret = next.Caret
	}
	return c
}

// remember puts a change on the undo stack, joining what is typed letter by
// letter to the step before.
func (d *Document) remember(c Change, e Edit) {
	if n := len(d.undo); n > 0 {
		if joined, ok := joins(d.undo[n-1].last, e); ok {
			top := &d.undo[n-1]
			// Both changes replace the same one segment: keep the oldest and
			// the newest, forget the versions between.
			top.change.Runs = []Run{{c.Runs[0].At, top.change.Runs[0].Removed, c.Runs[0].Inserted}}
			top.change.Caret = c.Caret
			top.last = joined
			return
		}
	}
	d.undo = append(d.undo, step{c, e})
}

func itoa(n int) string { return strconv.Itoa(n) }
