package review

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/audio/output"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/locale"
	"tapescript/tui/transport"
)

// Deck is a player that can be given another recording.
type Deck interface {
	transport.Player
	// Load opens a recording, which is paused then, and returns its length. It
	// may take a moment, and is called by one goroutine at a time.
	Load(recording string) (time.Duration, error)
}

// stage is what the screens of this package share: the deck, what is said at
// the foot, the log's queue.
type stage struct {
	deck      Deck
	transport *transport.Transport
	sound     audio.State // as of the last tick
	loaded    string      // the recording in the deck; "" for none
	loading   bool
	wanted    *heard // to be played once it is loaded

	words    *locale.Words
	theme    tui.Theme
	explain  func(error) string
	now      func() time.Time
	after    func(time.Duration, func(time.Time) tea.Msg) tea.Cmd
	tick     int
	question *tui.Question
	message  message
	log      *logbook
}

// heard is a stretch of a recording to play.
type heard struct {
	recording string
	span      func(length time.Duration) audio.Span
}

// message is a line at the foot that gives way after a while.
type message struct {
	text  string
	bad   bool
	until time.Time
}

const messageTime = 6 * time.Second

func (s *stage) say(text string) {
	s.message = message{text: text, until: s.now().Add(messageTime)}
}

func (s *stage) complain(text string) {
	s.say(text)
	s.message.bad = true
}

// Question is what is asked now, or nil.
func (s *stage) Question() *tui.Question { return s.question }

// ask shows choices, with Esc as the way out of them.
func (s *stage) ask(text string, choices ...tui.Choice) {
	for i := range choices {
		do := choices[i].Do
		choices[i].Do = func() tea.Cmd { s.question = nil; return do() }
	}
	cancel := func() tea.Cmd { s.question = nil; return nil }
	choices = append(choices, tui.Choice{Key: "esc", Label: s.words.Say("question.back"), Do: cancel})
	s.question = &tui.Question{Text: text, Choices: choices, Cancel: cancel}
}

// askText asks for a line of text.
func (s *stage) askText(text, begin string, do func(string) tea.Cmd) {
	s.question = &tui.Question{
		Text: text, Input: &begin,
		Cancel: func() tea.Cmd { s.question = nil; return nil },
		Enter:  func(answer string) tea.Cmd { s.question = nil; return do(answer) },
	}
}

// How often the screen looks at the player.
const (
	playingTick = 95 * time.Millisecond
	pausedTick  = 500 * time.Millisecond
)

type tickMsg struct{ generation int }

// startTick begins a new chain of ticks; the old one ends by itself.
func (s *stage) startTick(after time.Duration) tea.Cmd {
	s.tick++
	generation := s.tick
	if after == 0 { // a key was pressed: let the player take it, then look
		after = 15 * time.Millisecond
	}
	return s.after(after, func(time.Time) tea.Msg { return tickMsg{generation} })
}

func (s *stage) onTick(msg tickMsg) tea.Cmd {
	if msg.generation != s.tick {
		return nil
	}
	before := s.sound
	s.sound = s.transport.State()
	if s.sound.Err != nil && before.Err == nil {
		s.complain(s.words.Say("sound.broken", s.explain(s.sound.Err)))
	}
	if why := s.sound.Output.Reason; why != "" && why != before.Output.Reason {
		s.complain(s.words.Say("sound." + string(why) + "-why"))
	}
	if s.sound.Playing {
		return s.startTick(playingTick)
	}
	return s.startTick(pausedTick)
}

// outputState says that nothing is heard, or "".
func (s *stage) outputState() string {
	switch {
	case s.sound.Output.Kind != output.Silent:
		return ""
	case s.sound.Output.Reason == "":
		return s.words.Say("sound.silent")
	}
	return s.words.Say("sound." + string(s.sound.Output.Reason))
}

type loadedMsg struct {
	recording string
	length    time.Duration
	err       error
}

// play plays a stretch, after loading its recording where another one is in.
func (s *stage) play(h heard) tea.Cmd {
	if h.recording == "" {
		return nil
	}
	if s.loaded == h.recording {
		if span := h.span(s.sound.Duration); span.End > span.Start {
			s.transport.PlaySpan(span)
		}
		return s.startTick(0)
	}
	s.wanted = &h
	return s.load()
}

// load loads the recording that is wanted; one at a time.
func (s *stage) load() tea.Cmd {
	if s.loading || s.wanted == nil {
		return nil
	}
	s.loading = true
	deck, recording := s.deck, s.wanted.recording
	return func() tea.Msg {
		length, err := deck.Load(recording)
		return loadedMsg{recording, length, err}
	}
}

// onLoaded plays what was wanted, or loads what is wanted by now.
func (s *stage) onLoaded(msg loadedMsg) tea.Cmd {
	s.loading = false
	wanted := s.wanted
	if msg.err != nil {
		s.loaded = ""
		s.complain(s.explain(msg.err))
	} else {
		s.loaded = msg.recording
		s.sound = s.transport.State()
	}
	if wanted == nil {
		return nil
	}
	if wanted.recording != msg.recording {
		return s.load()
	}
	s.wanted = nil
	if msg.err != nil {
		return nil
	}
	if span := wanted.span(msg.length); span.End > span.Start {
		s.transport.PlaySpan(span)
	}
	return s.startTick(0)
}

func clock(d time.Duration) string { return transport.Clock(d) }

// shown is a text as it may be drawn: in one row, steering no terminal.
func shown(text string) string {
	out := []rune(transcript.Clean(text))
	for i, r := range out {
		if r == '\n' || r == '\t' {
			out[i] = ' '
		}
	}
	return string(out)
}
