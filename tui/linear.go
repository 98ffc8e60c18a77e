package tui

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os/signal"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/tui/locale"
)

// Spoken is a screen that can also be worked line by line, for screen readers,
// braille lines and terminals that cannot move the cursor.
type Spoken interface {
	Screen
	// Heard is the message of the moment, "" where there is none.
	Heard() string
	// Where says in words where the cursor is, and what stands there.
	Where() string
	// State says how the work stands: playing, the score, what is saved.
	State() string
	// Append writes text at the end of the current segment, Rewrite in place of
	// its text, and GoToSegment goes to the n-th, from 1.
	Append(text string) tea.Cmd
	Rewrite(text string) tea.Cmd
	GoToSegment(n int) tea.Cmd
}

// letters are the commands of one letter, behind the colon.
var letters = map[string]Action{
	"p": PlayPause, "r": Replay, "s": AgainSlower, "+": Faster, "-": Slower, "b": Back, "f": Forward, "o": Loop,
	"n": NextAndPlay, "v": PreviousAndPlay, "e": NextError, "E": PreviousError, "d": NextDoubt, "k": KeepWord,
	"c": SplitHere, "m": MergeSegments, "u": Undo, "U": Redo, "a": InsertSegment, "<": StartHere, ">": EndHere,
	"w": Save, "q": Quit,
}

// linear is a session by lines. It is what the root is to a screen that is
// drawn: the one place where messages arrive.
type linear struct {
	screen Spoken
	words  *locale.Words
	out    io.Writer
	inbox  chan tea.Msg
	ctx    context.Context

	said, where string    // what was written last
	asked       *Question // the question that was written last
	ended       bool
	fault       *Fault
}

// RunLinear works a screen by lines until it quits, its input ends or a signal
// comes. What is not a command is text. Closing is called however it ends.
func RunLinear(ctx context.Context, s Spoken, in io.Reader, out io.Writer, o Options) error {
	ctx, stop := signal.NotifyContext(ctx, EndSignals...)
	defer stop()
	if o.Closing != nil {
		defer o.Closing()
	}
	l := &linear{screen: s, words: o.Words, out: out, inbox: make(chan tea.Msg, 64), ctx: ctx}
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	s.Draw(80, 24) // what moves by rows needs a size
	l.run(s.Init())
	l.write(l.words.Say("linear.intro"))
	l.tell(true)
	l.loop(lines)
	if l.fault != nil {
		return l.fault
	}
	return nil
}

func (l *linear) loop(lines <-chan string) {
	defer func() {
		if cause := recover(); cause != nil {
			l.fault = caught(cause)
		}
	}()
	for !l.ended {
		select {
		case <-l.ctx.Done():
			return
		case line, ok := <-lines:
			if !ok { // the input has ended: leave, after a save that is under way
				lines = nil
				l.run(l.screen.Do(Quit))
				if l.screen.Question() != nil {
					return
				}
				continue
			}
			l.line(strings.TrimRight(line, "\r\n"))
			l.tell(true)
		case msg := <-l.inbox:
			l.message(msg)
			l.tell(false)
			if lines == nil && l.screen.Question() != nil { // nobody is there to answer
				return
			}
		}
	}
}

// run carries a command out beside the loop, as the drawn program does.
func (l *linear) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	cmd = guarded(cmd)
	go func() {
		if msg := cmd(); msg != nil {
			select {
			case l.inbox <- msg:
			case <-l.ctx.Done():
			}
		}
	}()
}

func (l *linear) message(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.QuitMsg:
		l.ended = true
	case *Fault:
		l.fault, l.ended = msg, true
	case tea.BatchMsg:
		for _, cmd := range msg {
			l.run(cmd)
		}
	default:
		l.run(l.screen.Update(msg))
	}
}

// write prints a line that steers no terminal.
func (l *linear) write(text string) {
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintln(l.out, plain(line))
	}
}

// tell writes what is new: a message, a question, another place.
func (l *linear) tell(prompt bool) {
	if l.ended {
		return
	}
	fresh := false
	if said := l.screen.Heard(); said != l.said {
		l.said = said
		if said != "" {
			l.write(said)
			fresh = true
		}
	}
	if where := l.screen.Where(); where != l.where {
		l.where = where
		l.write(where)
		fresh = true
	}
	if q := l.screen.Question(); q != l.asked {
		l.asked = q
		if q != nil {
			l.ask(q)
			fresh = true
		}
	}
	if prompt || fresh {
		fmt.Fprint(l.out, "> ")
	}
}

// ask writes a question with its answers.
func (l *linear) ask(q *Question) {
	l.write(q.Text)
	for _, c := range q.Choices {
		l.write("  " + l.words.Say("linear.choice", KeyNameIn(l.words, c.Key), c.Label))
	}
	if q.Input != nil && *q.Input != "" {
		l.write("  [" + *q.Input + "]")
	}
}

// line takes one line: an answer, a command, text, or nothing, which goes on to
// the next segment.
func (l *linear) line(line string) {
	if q := l.screen.Question(); q != nil {
		l.run(l.answer(q, line))
		return
	}
	command, isCommand := strings.CutPrefix(line, ":")
	switch {
	case strings.TrimSpace(line) == "":
		l.run(l.screen.Do(NextAndPlay))
	case isCommand:
		l.command(command)
	default:
		l.run(l.screen.Append(strings.TrimPrefix(line, "\\")))
	}
}

// answer gives a question its answer: the letter of a choice, or a line. An
// empty line leaves, where there is a way out.
func (l *linear) answer(q *Question, line string) tea.Cmd {
	text := strings.TrimSpace(line)
	if text == "" && q.Cancel != nil {
		return q.Cancel()
	}
	if q.Input == nil {
		for _, c := range q.Choices {
			if strings.EqualFold(text, c.Key) {
				return c.Do()
			}
		}
		l.asked = nil // asked again
		return nil
	}
	*q.Input = text
	if q.Changed != nil {
		q.Changed(text)
	}
	cmd := q.Enter(text)
	if l.screen.Question() == q && q.Cancel != nil { // what stays open while one looks on
		cmd = tea.Batch(cmd, q.Cancel())
	}
	return cmd
}

// command carries out what stands behind a colon.
func (l *linear) command(text string) {
	name, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(rest)
	switch name {
	case "h", "?", "help", "aide":
		l.help()
		return
	case ".", "":
		l.where = ""
		return
	case "i":
		l.write(l.screen.State())
		return
	case "t":
		l.run(l.screen.Rewrite(rest))
		return
	case "g":
		if n, err := strconv.Atoi(rest); err == nil {
			l.run(l.screen.GoToSegment(n))
			return
		}
		l.run(l.screen.Do(GoTo))
		return
	}
	if a, ok := letters[name]; ok && rest == "" {
		l.do(a)
		return
	}
	if known(Action(name)) && rest == "" {
		l.do(Action(name))
		return
	}
	list := FindActions(Groups, text)
	switch {
	case len(list) == 0:
		l.write(l.words.Say("linear.unknown", text))
	case len(list) == 1:
		l.do(list[0])
	default:
		l.write(l.words.Say("linear.which"))
		for _, a := range list[:min(len(list), 8)] {
			l.write("  :" + string(a) + "  " + l.words.Say("action."+string(a)))
		}
	}
}

func (l *linear) do(a Action) {
	switch a {
	case Help, Palette:
		l.help()
	case Redraw:
		l.where = ""
	default:
		l.run(l.screen.Do(a))
	}
}

// help lists the letters, in the order of the ordinary help.
func (l *linear) help() {
	l.write(l.words.Say("linear.help"))
	for _, g := range Groups {
		for _, a := range g.Actions {
			for letter, b := range letters {
				if a == b {
					l.write("  :" + letter + "  " + l.words.Say("action."+string(a)))
				}
			}
		}
	}
}
