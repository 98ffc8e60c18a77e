package tui

// Action is something a person can do, by its name. What it is called in help
// is the locale's "action.NAME"; which keys do it says the keymap.
type Action string

// The actions of playing. They work wherever the focus is, questions included.
const (
	PlayPause   Action = "play"
	Replay      Action = "replay"
	Back        Action = "back"
	Forward     Action = "forward"
	BackFar     Action = "back-far"
	ForwardFar  Action = "forward-far"
	Slower      Action = "slower"
	Faster      Action = "faster"
	NormalSpeed Action = "speed-normal"
	AgainSlower Action = "again-slower"
	Loop        Action = "loop"
	GainUp      Action = "gain-up"
	GainDown    Action = "gain-down"
	Channel     Action = "channel"
	Filter      Action = "filter"
	EvenOut     Action = "even"
	FirstMoment Action = "first-moment"
	LastMoment  Action = "last-moment"
	StepPlay    Action = "step-play"
	LoopPause   Action = "loop-pause"
	Start       Action = "start"
	Stop        Action = "stop"
	HoldPlay    Action = "hold-play"
)

// The actions on segments.
const (
	NextAndPlay     Action = "next-play"
	PreviousAndPlay Action = "previous-play"
	ToPlayhead      Action = "to-playhead"
	AutoPlay        Action = "auto-play"
	GoTo            Action = "go-to"
	SkipSilence     Action = "skip-silence"
	NextUntold      Action = "next-untold"
	ZoomIn          Action = "zoom-in"
	ZoomOut         Action = "zoom-out"
	StartHere       Action = "start-here"
	EndHere         Action = "end-here"
	InsertSegment   Action = "insert-segment"
	BeginSegments   Action = "begin-segments"
	DeleteSegment   Action = "delete-segment"
	MergeSegments   Action = "merge"
	Trim            Action = "trim"
	Resegment       Action = "resegment"
	NextRemark      Action = "next-remark"
	FixRemark       Action = "fix-remark"
	Speaker1        Action = "speaker-1"
	Speaker2        Action = "speaker-2"
	Speaker3        Action = "speaker-3"
	Speaker4        Action = "speaker-4"
	Speaker5        Action = "speaker-5"
	Speaker6        Action = "speaker-6"
	Speaker7        Action = "speaker-7"
	Speaker8        Action = "speaker-8"
	Speaker9        Action = "speaker-9"
	NameSpeaker     Action = "speaker-name"
	NextDoubt       Action = "next-doubt"
	PreviousDoubt   Action = "previous-doubt"
	KeepWord        Action = "keep-word"
	AllLikeIt       Action = "all-like-it"
	NextChange      Action = "next-change"
	PreviousChange  Action = "previous-change"
	RevertWord      Action = "revert-word"
	RevertSegment   Action = "revert-segment"
	RevertAll       Action = "revert-all"
	NextError       Action = "next-error"
	PreviousError   Action = "previous-error"
)

// The actions of writing.
const (
	SplitHere    Action = "split"
	NextSpeaker  Action = "next-speaker"
	LineBreak    Action = "line-break"
	Backspace    Action = "backspace"
	DeleteNext   Action = "delete"
	WordBack     Action = "delete-word-back"
	WordForward  Action = "delete-word"
	Inaudible    Action = "inaudible"
	Timestamp    Action = "timestamp"
	Tag          Action = "tag"
	Snippets     Action = "snippets"
	FillIn       Action = "fill-in"
	Complete     Action = "complete"
	NextMisspelt Action = "spelling"
	TypePause    Action = "type-pause"
	Undo         Action = "undo"
	Redo         Action = "redo"
	MoveLeft     Action = "left"
	MoveRight    Action = "right"
	MoveWordLeft Action = "word-left"
	MoveWordEnd  Action = "word-right"
	MoveHome     Action = "home"
	MoveEnd      Action = "end"
	MoveUp       Action = "up"
	MoveDown     Action = "down"
	SegmentUp    Action = "segment-up"
	SegmentDown  Action = "segment-down"
	PageUp       Action = "page-up"
	PageDown     Action = "page-down"
	First        Action = "first"
	Last         Action = "last"
	SelectLeft   Action = "select-left"
	SelectRight  Action = "select-right"
	SelectWordL  Action = "select-word-left"
	SelectWordR  Action = "select-word-right"
	SelectHome   Action = "select-home"
	SelectEnd    Action = "select-end"
	SelectUp     Action = "select-up"
	SelectDown   Action = "select-down"
	SelectAll    Action = "select-all"
)

// The actions on the work as a whole.
const (
	Copy   Action = "copy"
	Cut    Action = "cut"
	Save   Action = "save"
	SaveAs Action = "save-as"
	Quit   Action = "quit"
	Help   Action = "help"
	Redraw Action = "redraw"

	Figures      Action = "figures"
	Palette      Action = "palette"
	Find         Action = "find"
	FindNext     Action = "find-next"
	FindPrevious Action = "find-previous"
	Replace      Action = "replace"
)

// Group is a heading of the help under which actions stand together.
type Group struct {
	Name    string // the locale's "group.NAME"
	Actions []Action
}

// Groups lists every action, in the order in which help shows them. A test
// compares it with the key preset and with the words of each language.
var Groups = []Group{
	{"playing", []Action{PlayPause, Replay, Back, Forward, BackFar, ForwardFar, Slower, Faster, NormalSpeed, AgainSlower, Loop, FirstMoment, LastMoment, StepPlay, LoopPause, Start, Stop, HoldPlay,
		GainDown, GainUp, Channel, Filter, EvenOut}},
	{"segments", []Action{NextAndPlay, PreviousAndPlay, SegmentDown, SegmentUp, ToPlayhead, GoTo, AutoPlay, SkipSilence, NextUntold, ZoomIn, ZoomOut, StartHere, EndHere, InsertSegment, BeginSegments, DeleteSegment, MergeSegments, Trim, Resegment, NextRemark, FixRemark,
		Speaker1, Speaker2, Speaker3, Speaker4, Speaker5, Speaker6, Speaker7, Speaker8, Speaker9, NameSpeaker, NextError, PreviousError}},
	{"draft", []Action{NextDoubt, PreviousDoubt, KeepWord, AllLikeIt, NextChange, PreviousChange, RevertWord, RevertSegment, RevertAll}},
	{"writing", []Action{SplitHere, NextSpeaker, LineBreak, Backspace, DeleteNext, WordBack, WordForward, Inaudible, Timestamp, Tag, Snippets, FillIn, Complete, NextMisspelt, TypePause, Undo, Redo, Copy, Cut,
		MoveLeft, MoveRight, MoveWordLeft, MoveWordEnd, MoveHome, MoveEnd, MoveUp, MoveDown, PageUp, PageDown, First, Last,
		SelectLeft, SelectRight, SelectWordL, SelectWordR, SelectHome, SelectEnd, SelectUp, SelectDown, SelectAll}},
	judging,
	{"work", []Action{Palette, Find, FindNext, FindPrevious, Replace, Figures, Save, SaveAs, Quit, Help, Redraw}},
}

// Speakers are the actions that name the speaker of a segment, in order.
var Speakers = []Action{Speaker1, Speaker2, Speaker3, Speaker4, Speaker5, Speaker6, Speaker7, Speaker8, Speaker9}

// Plays says whether an action is one of playing, which passes any question.
func (a Action) Plays() bool {
	for _, p := range Groups[0].Actions {
		if a == p {
			return true
		}
	}
	return false
}
