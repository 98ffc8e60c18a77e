package transcript

import "time"

// Edit is one small operation on a transcript. The set is closed: [Splice],
// [Split], [Merge], [Insert], [Delete], [Retime], [SetSpeaker], [AddSpeaker],
// [RenameSpeaker], [SetWords] and [Batch]. Edits are plain values that a journal can write;
// each names segments by ID, says what it expects to find, and is refused by
// [Document.Apply] where it does not fit.
type Edit interface {
	// apply works out what changes; it changes nothing itself.
	apply(d *Document) (Change, error)
}

// Splice replaces text in a segment: at byte At, Delete gives way to Insert.
//
// Words outside the splice keep their times. A word that a typed space cuts in
// two becomes two words whose times are estimated by their length; two words
// that a deleted space joins become one; a word that is replaced whole by one
// other word gives it its time.
type Splice struct {
	Segment string
	At      int
	Delete  string
	Insert  string
}

// Split cuts a segment in two at byte At of its text, white space around the
// cut falling away. The first part ends and the second begins at Time, which
// is ignored in a segment without time. The second part has the ID NewID.
type Split struct {
	Segment string
	At      int
	Time    time.Duration
	NewID   string
}

// Merge joins a segment with the one that follows it: texts with a space
// between them where both have text, the time from the first's start to the
// later end, the first's speaker unless it has none.
type Merge struct {
	First, Second string
}

// Insert puts a new segment before another one; Before "" puts it at the end.
type Insert struct {
	Segment Segment
	Before  string
}

// Delete takes a segment out.
type Delete struct {
	Segment string
}

// Retime moves a segment's borders. The segment changes its place in the order
// where its new start asks for it. Words keep their times.
type Retime struct {
	Segment    string
	Start, End time.Duration
}

// SetSpeaker says who speaks in a segment; "" takes the speaker away.
type SetSpeaker struct {
	Segment string
	Speaker string
}

// AddSpeaker adds somebody to the list of speakers.
type AddSpeaker struct {
	Speaker Speaker
}

// RenameSpeaker changes the name that people see, everywhere at once.
type RenameSpeaker struct {
	ID, Name string
}

// SetWords replaces what is known of a segment's words.
type SetWords struct {
	Segment string
	Words   []Word
}

// Batch is several edits that are done, and undone, as one. Where one does not
// fit, none is done.
type Batch struct {
	Edits []Edit
}
