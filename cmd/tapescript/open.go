package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/audio/speech"
	"tapescript/quality"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/transport"
	"tapescript/tui/wave"
	"tapescript/tui/workbench"
)

// openFlags are what `open` can be told.
type openFlags struct {
	gold       string
	rewind     time.Duration
	noAutoPlay bool
	silent     bool
	segment    bool
	linear     bool
	deskFlags
}

// defaultRewind: oTranscribe's fixed value; interviewers ask for 3 to 5 s, which
// the flag gives them.
const defaultRewind = 1500 * time.Millisecond

// maxRewind is the longest step back on resume.
const maxRewind = 10 * time.Second

func (p *program) openCommand() *cobra.Command {
	var f openFlags
	c := p.command("open", cobra.RangeArgs(1, 2), func(c *cobra.Command, args []string) error {
		f.rewindGiven, f.autoPlayGiven = c.Flags().Changed("rewind"), c.Flags().Changed("no-auto-play")
		return p.open(c.Context(), args, f)
	})
	c.Flags().StringVar(&f.gold, "gold", "", p.words.Say("flag.gold"))
	c.Flags().DurationVar(&f.rewind, "rewind", defaultRewind, p.words.Say("flag.rewind"))
	c.Flags().BoolVar(&f.noAutoPlay, "no-auto-play", false, p.words.Say("flag.no-auto-play"))
	c.Flags().BoolVar(&f.silent, "silent", false, p.words.Say("flag.silent"))
	c.Flags().BoolVar(&f.segment, "segment", false, p.words.Say("flag.segment"))
	c.Flags().BoolVar(&f.linear, "linear", false, p.words.Say("flag.linear"))
	p.addDeskFlags(c, &f.deskFlags)
	return c
}

// readingGold reads a gold while something else is being opened: a long one
// takes as long as the transcript. It returns what waits for it, and makes it one
// for a recording of that duration. Without a path there is none.
func (p *program) readingGold(path, recording string) (wait func(duration time.Duration) (*transcript.Transcript, error)) {
	if path == "" {
		return func(time.Duration) (*transcript.Transcript, error) { return nil, nil }
	}
	reader := &program{p.streams, p.words} // p learns its keys meanwhile
	read := sync.OnceValues(func() (side, error) { return reader.readSide(path) })
	go func() {
		defer func() { _ = recover() }() // a panic is met again by who waits
		_, _ = read()
	}()
	return func(duration time.Duration) (*transcript.Transcript, error) {
		gold, err := read()
		if err != nil {
			return nil, err
		}
		return p.goldOf(gold, path, recording, duration)
	}
}

// roomAtFirst is how much a screen allocates before its memory is collected for
// the first time. Opening makes hardly any garbage: to look for it at 4, 8 and 16
// MiB, as the runtime would, takes a processor from the reading.
const roomAtFirst = 32 << 20

// collectLater lets the heap grow to [roomAtFirst] once, unless GOGC says how it
// is to be collected.
func collectLater() {
	if os.Getenv("GOGC") != "" {
		return
	}
	const least = 4 << 20 // the runtime's first collection, at 100 per cent
	usual := debug.SetGCPercent(100 * roomAtFirst / least)
	// What nobody refers to is cleaned up after the first collection.
	runtime.AddCleanup(new([64]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// getReady does what takes a while and needs nothing that is read, while that is
// read: the renderer's table of widths is made when it first meets a character
// beyond Latin.
func getReady() { ansi.StringWidthWc("…") }

// needTerminal returns why a screen cannot be shown, as wrong usage.
func (p *program) needTerminal(command string) error {
	switch why := tui.Terminal(p.in, p.out, isTerminal); why {
	case "":
		return nil
	case "terminal.dumb":
		return usagef("%s", p.words.Say(why, command, os.Getenv("TERM")))
	default:
		return usagef("%s", p.words.Say(why, command))
	}
}

// open is a working session on one recording.
func (p *program) open(ctx context.Context, args []string, f openFlags) error {
	if tui.Terminal(p.in, p.out, isTerminal) == "terminal.dumb" {
		f.linear = true
	}
	if !f.linear {
		if err := p.needTerminal("open"); err != nil {
			return err
		}
	}
	if f.rewind < 0 || f.rewind > maxRewind {
		return usagef("%s", p.words.Say("usage.rewind", maxRewind))
	}
	collectLater()
	readGold := p.readingGold(f.gold, args[0])
	go getReady()
	d, err := p.arrange(f.deskFlags, args[0])
	if err != nil {
		return err
	}
	recording, err := audio.Open(args[0])
	if err != nil {
		return err
	}
	defer recording.Close()
	path := defaultTranscript(args[0])
	if len(args) > 1 {
		path = args[1]
	}
	s, err := p.openSession(path, args[0], recording.Duration())
	if err != nil {
		return adviseOpen(err)
	}
	defer s.close()
	gold, err := readGold(recording.Duration())
	if err != nil {
		return adviseOpen(err)
	}
	s.recording = args[0]
	// One mp3 frame of grace: some encoders count the frame that says so.
	const grace = 1152
	if i := recording.Info(); i.PromisedSamples > i.LengthSamples+grace {
		s.note(p.words.Say("open.short", transport.Clock(recording.Duration()), transport.Clock(recording.Time(i.PromisedSamples))))
	}
	d.apply(&f)
	return p.work(ctx, recording, s, gold, d, f)
}

// work shows the workbench until the person leaves it, and says what is not in
// the file then.
func (p *program) work(ctx context.Context, recording *audio.Recording, s *session, gold *transcript.Transcript, d *desk, f openFlags) error {
	// The end of the program is not to be cut short by a second signal.
	signal.Notify(make(chan os.Signal, 1), tui.EndSignals...)
	unsaved, err := p.show(ctx, recording, s, gold, d, f)
	lost := s.close()
	if fault, ok := errors.AsType[*tui.Fault](err); ok {
		err = p.reportFault(fault)
	}
	switch {
	case s.demo || unsaved == 0:
		return err
	case lost == nil:
		p.tell(p.words.Count("open.kept", unsaved, s.file.Path))
		return err
	}
	path, rescueErr := s.rescue()
	if rescueErr != nil {
		return errors.New(p.words.Say("open.lost", p.explain(rescueErr)))
	}
	p.tell(p.words.Say("open.rescued", path))
	return errors.Join(err, quietError{exitFailed})
}

// reportFault keeps the trace of a panic in a file, and makes a sentence of the
// rest.
func (p *program) reportFault(fault *tui.Fault) error {
	place := os.DevNull
	if f, err := os.CreateTemp("", "tapescript-fault-*.txt"); err == nil {
		defer f.Close()
		fmt.Fprintf(f, "tapescript %s\n%s\n\n%s", version(), fault.Cause, fault.Stack)
		place = f.Name()
	}
	return errors.New(p.words.Say("fault.met", fault.Cause, place))
}

// show runs the screen. Standard error is silent until the player is closed.
func (p *program) show(ctx context.Context, recording *audio.Recording, s *session, gold *transcript.Transcript, d *desk, f openFlags) (unsaved int, err error) {
	options, err := scoreOptions("", "")
	if err != nil {
		return 0, err
	}
	player := audio.NewPlayer(recording, audio.Options{Rewind: f.rewind, Silent: f.silent})
	defer player.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()  // what runs behind the screen ends with it
	if f.linear { // there are no keys: a sentence names the command
		p.words = p.words.WithKeys(func(action string) string { return ":" + action })
	}
	opening := p.opening(recording, player, s, gold, options, d)
	opening.AutoPlay = !f.noAutoPlay
	opening.Listening = listening(ctx, recording, s)
	opening.Listening.Begin = f.segment
	opening.Pedal = d.pedal(ctx)
	screen := workbench.New(opening)
	if f.linear {
		err = tui.RunLinear(ctx, screen, p.in, p.out, tui.Options{Words: p.words, Closing: s.flush})
		return screen.Unsaved(), err
	}
	err = tui.Run(ctx, screen, tui.Options{Keys: d.keys, Words: p.words, Theme: d.theme, NoMouse: d.Mouse != nil && !*d.Mouse, Closing: s.flush})
	s.replays = screen.Replays()
	return screen.Unsaved(), err
}

func (p *program) opening(r *audio.Recording, player *audio.Player, s *session, gold *transcript.Transcript, o quality.Options, d *desk) workbench.Opening {
	return workbench.Opening{
		Document: s.document, Journal: s.journal, Player: player,
		Waveform: func() (workbench.WaveReader, error) { return r.Reader() },
		Duration: r.Duration(), Samples: r.Samples,
		File: s.file, Gold: gold, Score: o, State: s.state, Notice: s.notice, Demo: s.demo, Lessons: s.lessons,
		Words: p.words, Explain: p.explain, Theme: d.theme, Bars: bars(),
		Habits: d.habits(p), Style: d.profile, Spelling: p.spelling(d, s),
	}
}

// bars are what the waveform is made of: the Linux console has no braille.
func bars() wave.Kind {
	if os.Getenv("TERM") == "linux" {
		return wave.Blocks
	}
	return wave.Braille
}

// listening says how the recording is listened to, and keeps what is found in
// the user's cache; the demo writes nothing there.
func listening(ctx context.Context, r *audio.Recording, s *session) workbench.Listening {
	l := workbench.Listening{
		Context: ctx, RateHz: r.Info().RateHz,
		Rules: speech.Rules{Min: defaultSegmentMin, Max: defaultSegmentMax, Pad: defaultSegmentPad},
	}
	key, err := audio.KeyOf(s.recording)
	if err != nil || s.demo {
		return l
	}
	cache := audio.NewCache(filepath.Join(xdg.CacheHome, "tapescript", "audio"))
	l.Load = func(kind string) ([]byte, bool) { return cache.Get(key, kind) }
	l.Save = func(kind string, data []byte) error { return cache.Put(key, kind, data) }
	return l
}

// defaultTranscript is the recording's name as a WebVTT file.
func defaultTranscript(recording string) string {
	return strings.TrimSuffix(recording, filepath.Ext(recording)) + ".vtt"
}
