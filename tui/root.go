// Package tui is what every screen shares: the root model, the screens'
// contract, actions and their keys, the theme, questions and help.
//
//	err := tui.Run(ctx, screen, tui.Options{Words: words})
//
// Who tells whom:
//
//	key          terminal → Root.Update → question | help | Keymap → Screen.Do(action)
//	letter       terminal → Root.Update → Screen.Type → Document.Apply → Log.Append → journal's goroutine
//	mouse        terminal → Root.Update → Pointed.Mouse, unless a question or the help has the screen
//	sound        Screen.Do → transport → Player (returns at once) → the pulling goroutine
//	time         tick (a command, while playing) → Screen.Update → Player.State() copied → next frame
//	score        Document's Change → command on a snapshot → result with its revision → Screen.Update
//	file         Screen.Do(save) → command → result → Screen.Update → Journal.Saved
//	end          signal or panic → Run → Options.Closing (journal on disk) → terminal given back
//
// There is one tea.Model, the Root; screens are plain structs. Not here: what
// any one screen shows.
package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui/locale"
)

// Root is the one model of the program: it owns the keyboard's way, the
// question at the foot and the help, and leaves the rest to the screen.
type Root struct {
	screen Screen
	keys   *Keymap
	words  *locale.Words
	theme  Theme

	width, height int
	noMouse       bool
	help          *helpPage
	// consoleKey: the Linux console sends F1–F5 as ESC [[ and a letter, which
	// the terminal library reports as an unknown event and a typed letter.
	consoleKey bool
	// Clock is time.Now but in tests.
	Clock    func() time.Time
	asked    *Question // the question that was drawn last
	askedAt  time.Time
	fault    *Fault // a panic that was caught: the program is ending
	palette  *Question
	releases bool // the terminal tells when a key is let go
	held     rune // the key that plays while it is held; 0: none
	pace     pace
	latest   tea.View // what View returned last
	same     bool     // View is to return it again
}

// NewRoot puts a screen into the root model.
func NewRoot(s Screen, keys *Keymap, words *locale.Words, theme Theme) *Root {
	return &Root{screen: s, keys: keys, words: words, theme: theme, Clock: time.Now}
}

// Fault is the panic that ended the program, or nil.
func (r *Root) Fault() *Fault { return r.fault }

// Init starts the screen.
func (r *Root) Init() tea.Cmd { return guarded(r.screen.Init()) }

// Update sends a message where it belongs. A panic ends the program in good
// order.
func (r *Root) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	defer func() {
		if cause := recover(); cause != nil {
			r.fault, m, cmd = caught(cause), r, tea.Quit // without a model the library would panic again
		}
	}()
	if r.fault != nil {
		return r, tea.Quit
	}
	if _, ok := msg.(viewed); ok {
		r.pace.taken()
		r.same = true
		return r, nil
	}
	return r, guarded(r.update(msg))
}

func (r *Root) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.width, r.height = msg.Width, msg.Height
		return nil
	case tea.KeyPressMsg:
		return r.key(msg)
	case tea.KeyReleaseMsg:
		return r.release(msg)
	case tea.KeyboardEnhancementsMsg:
		r.releases = msg.SupportsEventTypes()
		return nil
	case tea.PasteMsg:
		return r.paste(msg.Content)
	case tea.MouseMsg:
		return r.mouse(msg)
	case *Fault:
		r.fault = msg
		return tea.Quit
	}
	if isConsolePrefix(msg) {
		r.consoleKey = true
		return nil
	}
	return r.screen.Update(msg)
}

// key is a key's way: question, help, action, text.
func (r *Root) key(msg tea.KeyPressMsg) tea.Cmd {
	name := msg.String()
	if r.consoleKey {
		r.consoleKey = false
		if n := strings.Index("ABCDE", msg.Text); n >= 0 && len(msg.Text) == 1 {
			name, msg.Text = "f"+string(rune('1'+n)), ""
		}
	}
	action, bound := r.keys.Lookup(name)
	q := r.question()
	if _, judges := r.screen.(Judging); judges && q == nil && r.help == nil {
		if a, ok := r.keys.LookupJudging(name); ok {
			return r.do(a)
		}
	}
	if bound && action == HoldPlay {
		return r.hold(msg)
	}
	if bound && action.Plays() && (name != "esc" || q == nil && r.help == nil) { // Esc leads out first
		return r.screen.Do(action)
	}
	if q != nil {
		if q.Sudden && (q != r.asked || r.Clock().Sub(r.askedAt) < grace) {
			return nil
		}
		return q.key(name, msg.Text)
	}
	if r.help != nil {
		r.help = r.help.key(name)
		return nil
	}
	switch {
	case bound:
		return r.do(action)
	case msg.Text != "" && msg.Mod&^(tea.ModShift|tea.ModCapsLock|tea.ModNumLock|tea.ModScrollLock) == 0:
		return r.screen.Type(msg.Text)
	}
	return nil
}

// hold plays while a key is down. Where the terminal does not tell when it is
// let go, the same key plays and pauses.
func (r *Root) hold(msg tea.KeyPressMsg) tea.Cmd {
	switch {
	case msg.IsRepeat, r.held != 0:
		return nil
	case !r.releases:
		return r.screen.Do(PlayPause)
	}
	r.held = msg.Code
	return r.screen.Do(Start)
}

// release pauses when the key that was held is let go, whichever of the keys
// pressed with it went first.
func (r *Root) release(msg tea.KeyReleaseMsg) tea.Cmd {
	if r.held == 0 || msg.Code != r.held {
		return nil
	}
	r.held = 0
	return r.screen.Do(Stop)
}

// question is what is asked now: by the screen, or else by the palette.
func (r *Root) question() *Question {
	if q := r.screen.Question(); q != nil {
		r.palette = nil
		return q
	}
	return r.palette
}

// do carries out an action: those of every screen here, the rest there.
func (r *Root) do(a Action) tea.Cmd {
	switch a {
	case Help:
		r.help = &helpPage{groups: r.groups()}
	case Redraw:
		return tea.ClearScreen
	case Palette:
		r.palette = r.newPalette()
	default:
		return r.screen.Do(a)
	}
	return nil
}

// grace is how long a hand goes on typing when a question appears.
const grace = 700 * time.Millisecond

func (r *Root) paste(text string) tea.Cmd {
	if q := r.question(); q != nil {
		return q.key("", strings.Join(strings.Fields(text), " "))
	}
	if r.help != nil {
		return nil
	}
	return r.screen.Type(text)
}

// View draws the screen, and over it the help or the question. After a panic
// it is empty, and the next message ends the program.
func (r *Root) View() (v tea.View) {
	if r.same { // nothing has happened but that the latest was taken
		r.same = false
		return r.latest
	}
	v = tea.View{AltScreen: true, WindowTitle: "tapescript", MouseMode: r.mouseMode(), ForegroundColor: r.theme.Foreground, BackgroundColor: r.theme.Background}
	v.KeyboardEnhancements.ReportEventTypes = true // for HoldPlay; a terminal that cannot stays as it is
	defer func() {
		if cause := recover(); cause != nil {
			r.fault = caught(cause)
		}
	}()
	defer func() { r.latest = v }()
	defer r.pace.drawn()
	w, h := r.width, r.height
	if w <= 0 || h <= 0 {
		return v
	}
	f := r.frame(w, h)
	v.Content = strings.Join(f.Rows, "\n")
	if f.CursorX >= 0 && f.CursorX < w && f.CursorY >= 0 && f.CursorY < h {
		v.Cursor = tea.NewCursor(f.CursorX, f.CursorY)
	}
	return v
}

func (r *Root) frame(w, h int) Frame {
	if r.tiny() {
		return r.tooSmall(w, h)
	}
	if r.help != nil {
		return r.help.draw(w, h, r.keys, r.words, r.theme)
	}
	q := r.question()
	if q != r.asked {
		r.asked, r.askedAt = q, r.Clock()
	}
	if q == nil {
		return r.screen.Draw(w, h)
	}
	foot := q.draw(w, h, r.words, r.theme)
	foot.Rows = foot.Rows[:min(len(foot.Rows), h-1)]
	f := r.screen.Draw(w, h-len(foot.Rows))
	f.CursorX, f.CursorY = foot.CursorX, foot.CursorY+len(f.Rows)
	f.Rows = append(f.Rows, foot.Rows...)
	return f
}

// tiny: nothing of a screen would fit.
func (r *Root) tiny() bool { return r.width < 20 || r.height < 5 }

// tooSmall says so, in as many cells as there are. Work goes on underneath:
// keys act and the journal writes.
func (r *Root) tooSmall(w, h int) Frame {
	f := Frame{CursorX: -1}
	for _, line := range Wrap(r.words.Say("screen.small"), w) {
		if len(f.Rows) < h {
			f.Rows = append(f.Rows, line)
		}
	}
	return f
}
