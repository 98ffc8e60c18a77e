// Package workbench is the screen on which people transcribe: transport, wave,
// editor and score line over one document.
//
//	w := workbench.New(workbench.Opening{Document: doc, Journal: j, Player: player, …})
//	err := tui.Run(ctx, w, options)
//
// It owns the document. Every change goes the one way: an action asks the
// editor or works out an edit itself, perform applies it, and the change goes
// to the editor, to the journal (through the document) and to the score. Files
// are read and written in commands, never in Update.
package workbench

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/audio"
	"tapescript/audio/output"
	"tapescript/quality"
	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui"
	"tapescript/tui/editor"
	"tapescript/tui/locale"
	"tapescript/tui/transport"
	"tapescript/tui/wave"
)

// Journal is what the workbench needs of a journal. None of it waits for a
// disk.
type Journal interface {
	SetState(journal.State)
	AddActive(time.Duration)
	Status() journal.Status
	// Saved: the file holds all but the last `since` edits.
	Saved(sha256 string, since int)
}

// Opening is what a workbench works on.
type Opening struct {
	Document *transcript.Document
	Journal  Journal
	Player   transport.Player
	// Waveform opens the recording once more, for measuring peaks; nil draws
	// none.
	Waveform func() (WaveReader, error)
	// Bars is what the waveform is made of.
	Bars wave.Kind
	// Listening is how the whole recording is listened to behind the work; the
	// zero value does not.
	Listening Listening
	// Duration is the recording's, and Samples its place of a time.
	Duration time.Duration
	Samples  func(time.Duration) int64

	File   File
	Gold   *transcript.Transcript // nil: no live score
	Score  quality.Options
	State  journal.State // where the last session stopped
	Notice string        // what to say first, already in the person's language
	// Demo: saving ends in a temporary folder, so Quit need not ask.
	Demo bool

	// Lessons are shown one after the other while nothing else is said.
	Lessons []Lesson

	Words *locale.Words
	// Explain makes a sentence of an error; nil: the error's own.
	Explain  func(error) string
	Theme    tui.Theme
	AutoPlay bool // moving to a segment plays it
	Habits   Habits
	Spelling Spelling
	Pedal    Pedal
	Style    *style.Profile   // what the text is held against while it is typed; nil: nothing
	Now      func() time.Time // time.Now but in tests
}

// Habits are what a person or a project has settled on; the zero value is what
// nobody has to settle.
type Habits struct {
	Timestamp string            // the form of a time in the text: "[hh:mm:ss]"
	Speakers  []string          // names for those who are added, in order
	Snippets  map[string]string // texts by their trigger
	Glossary  []string          // words to complete
	Tags      []Tag             // nil: commonTags
	TypePause string            // what playing does while somebody types: "", "pause", "slow"
	Breaks    Breaks
	Reason    func(style.Finding) string // a finding's sentence
	LoopPause time.Duration              // between two rounds of a loop
	Doubt     float64                    // words below this confidence are walked; 0: defaultDoubt
}

// File is where the transcript is kept.
type File struct {
	Path   string
	Format format.Format
	// SHA256 is of the file as this session knows it; "" where there is none
	// yet.
	SHA256 string
	// Unsaved is how many edits of the document the file does not hold.
	Unsaved int
}

// Workbench is the screen.
type Workbench struct {
	Opening
	doc       *transcript.Document
	editor    *editor.Editor
	transport *transport.Transport
	sound     audio.State // as of the last tick

	question *tui.Question
	message  message
	score    scoreboard
	wave     waveform
	hear     hearing
	save     saving
	finder   finder
	doubt    doubt
	spell    spelling
	pressed  [3]int // how often each pedal was pressed and let go
	typing   typing
	loop     pausedLoop
	complete completion
	count    count
	remarks  remarks
	lesson   int // of Lessons

	tick       int                                                  // generation: a tick of an older chain is dropped
	after      func(time.Duration, func(time.Time) tea.Msg) tea.Cmd // tea.Tick but in tests
	lastActive time.Time
	lastTyped  time.Time
	soundWhy   output.Reason
	soundSaid  string // the sentence of it, while it may stand in the message
	diskWhy    string // why the journal could not write, as last said
	playing    int    // index of the segment that is heard, as of the last tick
}

// message is a line at the foot that gives way after a while.
type message struct {
	text  string
	bad   bool
	until time.Time
}

// messageTime is how long a message stays: two lines are read in that time.
const messageTime = 6 * time.Second

// New prepares the screen; nothing plays yet.
func New(o Opening) *Workbench {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Explain == nil {
		o.Explain = error.Error
	}
	w := &Workbench{
		Opening: o, doc: o.Document, playing: -1,
		editor:    editor.New(o.Document, o.Theme),
		transport: transport.New(o.Player),
		after:     tea.Tick,
	}
	w.editor.SetWidths(ansi.WcWidth) // until the terminal says that it knows clusters
	w.save.savedRevision = o.Document.Revision()
	w.save.unsaved, w.save.toldLoss = o.File.Unsaved, map[string]bool{}
	w.score.init(o.Gold, o.Score)
	w.transport.Resume(o.State.Position, o.State.Speed, o.State.GainDB)
	if o.State.Segment != "" {
		w.editor.SetCursor(transcript.Caret{Segment: o.State.Segment, At: o.State.Offset})
	}
	w.sound = w.transport.State()
	if o.Notice != "" {
		w.say(o.Notice)
		w.message.until = o.Now().Add(time.Hour) // until the first key
	}
	return w
}

// openDelay is from the start to the work behind the screen: on two processors
// that work, begun at once, holds up the first frame that a person waits for.
const openDelay = 30 * time.Millisecond

// openedMsg says that the first frame has had its time.
type openedMsg struct{}

// Init starts the clock; the first score, the style's remarks and the listening
// come behind the first frame.
func (w *Workbench) Init() tea.Cmd {
	return tea.Batch(w.startTick(0), w.listenPedal(), w.after(openDelay, func(time.Time) tea.Msg { return openedMsg{} }))
}

// Question is what is asked now, or nil.
func (w *Workbench) Question() *tui.Question { return w.question }

// Update takes ticks and the results of commands.
func (w *Workbench) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tickMsg:
		return w.onTick(msg)
	case openedMsg:
		return tea.Batch(w.rescore(), w.measureWave(), w.listen(), w.lint())
	case settledMsg:
		return w.scoreNow()
	case scoredMsg:
		return w.onScored(msg)
	case waveMsg:
		return w.onWave(msg)
	case heardMsg:
		return w.onHeard(msg)
	case checkedMsg:
		return w.onChecked(msg)
	case lintedMsg:
		w.onLinted(msg)
	case savedMsg:
		return w.onSaved(msg)
	case spelledMsg:
		return w.onSpelled(msg)
	case pedalMsg:
		return w.onPedal(msg)
	case heldMsg:
		return w.onHeld(msg)
	case learntMsg:
		return w.onLearnt(msg)
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore && msg.Value != ansi.ModeNotRecognized && msg.Value != ansi.ModePermanentlyReset {
			w.editor.SetWidths(ansi.GraphemeWidth) // the renderer counts so from now on
		}
	}
	return nil
}

func (w *Workbench) say(text string) {
	w.message = message{text: text, until: w.Now().Add(messageTime)}
}

func (w *Workbench) complain(text string) {
	w.say(text)
	w.message.bad = true
}

// perform is the one way in which the document changes here.
func (w *Workbench) perform(e transcript.Edit) tea.Cmd {
	if e == nil {
		return nil
	}
	c, err := w.doc.Apply(e)
	if err != nil {
		w.refuse(err)
		return nil
	}
	return w.changed(c)
}

// refuse says why an edit does not fit.
func (w *Workbench) refuse(err error) {
	why := err.Error()
	if refused, ok := errors.AsType[*transcript.RefusedError](err); ok {
		why = refused.Why
	}
	w.complain(w.Words.Say("edit.refused", why))
}

// changed tells everybody of a change.
func (w *Workbench) changed(c transcript.Change) tea.Cmd {
	w.editor.Changed(c)
	w.score.touch(c)
	w.relint(c)
	w.rememberPlace()
	return tea.Batch(w.rescore(), w.measureWave())
}

// rememberPlace tells the journal where the hand and the playhead are.
func (w *Workbench) rememberPlace() {
	c := w.editor.Cursor()
	w.Journal.SetState(journal.State{
		Segment: c.Segment, Offset: c.At,
		Position: w.sound.Position, Speed: w.sound.Speed, GainDB: w.sound.GainDB,
	})
}

// span is the current segment's stretch of the recording; empty where it has
// no time.
func (w *Workbench) span() audio.Span {
	s := w.editor.Segment()
	if s == nil || !s.Timed() {
		return audio.Span{}
	}
	return audio.Span{Start: s.Start, End: s.End}
}
