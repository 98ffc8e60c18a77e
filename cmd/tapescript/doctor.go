package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tapescript/audio/output"
	"tapescript/transcript/journal"
)

// finding is one thing that doctor looked at.
type finding struct {
	What   string `json:"what"`
	OK     bool   `json:"ok"`
	State  string `json:"state"`
	Advice string `json:"advice,omitempty"`
}

func (p *program) doctorCommand() *cobra.Command {
	var asJSON bool
	c := p.command("doctor", cobra.NoArgs, func(*cobra.Command, []string) error {
		return p.doctor(asJSON)
	})
	c.Flags().BoolVar(&asJSON, "json", false, p.words.Say("flag.json"))
	return c
}

// doctor says what of this machine tapescript can use, and what to do about
// the rest. Nothing that it finds missing is a failure: the program works
// without.
func (p *program) doctor(asJSON bool) error {
	findings := []finding{p.checkTerminal(), p.checkText(), p.checkSound(), p.checkFFmpeg(), p.checkSpelling(), p.findPedal()}
	findings = append(findings, p.checkJournal())
	if asJSON {
		data, err := json.MarshalIndent(findings, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(data)+"\n")
	}
	var b strings.Builder
	for _, f := range findings {
		sign := "✓"
		if !f.OK {
			sign = "!"
		}
		fmt.Fprintf(&b, "%s %-*s %s\n", sign, 14, f.What, f.State)
		if f.Advice != "" {
			fmt.Fprintf(&b, "  %-*s → %s\n", 14, "", f.Advice)
		}
	}
	return p.print(p.out, b.String())
}

func (p *program) found(what string, ok bool, state, advice string) finding {
	f := finding{What: p.words.Say("doctor." + what), OK: ok, State: state}
	if !ok {
		f.Advice = advice
	}
	return f
}

// checkTerminal: is there one, which one, how large.
func (p *program) checkTerminal() finding {
	name := os.Getenv("TERM")
	if !isTerminal(p.out) {
		return p.found("terminal", false, p.words.Say("doctor.terminal-none"), p.words.Say("doctor.terminal-run"))
	}
	w, h, err := term.GetSize(int(p.out.Fd()))
	if err != nil {
		return p.found("terminal", false, name, p.words.Say("doctor.terminal-run"))
	}
	state := p.words.Say("doctor.terminal-size", name, w, h)
	switch {
	case name == "" && runtime.GOOS != "windows" || name == "dumb":
		return p.found("terminal", false, state, p.words.Say("doctor.terminal-dumb"))
	case w < 80 || h < 24:
		return p.found("terminal", false, state, p.words.Say("doctor.terminal-small"))
	}
	return p.found("terminal", true, state, "")
}

// checkText: does the locale say UTF-8, which accents and the wave need.
func (p *program) checkText() finding {
	value := ""
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value = os.Getenv(name); value != "" {
			break
		}
	}
	upper := strings.ToUpper(value)
	ok := strings.Contains(upper, "UTF-8") || strings.Contains(upper, "UTF8")
	if value == "" {
		value = p.words.Say("doctor.text-none")
	}
	return p.found("text", ok, value, p.words.Say("doctor.text-advice"))
}

// silence is the source of a device that is only tried.
type silence struct{}

func (silence) Pull(dst [][2]float64) { clear(dst) }
func (silence) Dropped(int)           {}

// soundTime is how long a device may take to open.
const soundTime = 3 * time.Second

// checkSound opens the device, and closes it again.
func (p *program) checkSound() finding {
	out := output.Open(silence{})
	defer out.Close()
	out.Play()
	deadline := time.Now().Add(soundTime)
	for out.Status().Kind == output.Opening && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	s := out.Status()
	if s.Kind == output.Device {
		return p.found("sound", true, p.words.Say("doctor.sound-works"), "")
	}
	state := p.words.Say("doctor.sound-none")
	if s.Detail != "" {
		state += " (" + s.Detail + ")"
	}
	return p.found("sound", false, state, p.words.Say("doctor.sound-advice"))
}

// checkFFmpeg: is it there, for the formats that we do not read ourselves.
func (p *program) checkFFmpeg() finding {
	path, err := exec.LookPath("ffmpeg")
	if err != nil {
		return p.found("ffmpeg", false, p.words.Say("doctor.ffmpeg-none"), p.words.Say("doctor.ffmpeg-advice"))
	}
	return p.found("ffmpeg", true, path, "")
}

// checkJournal: can what must be kept be written.
func (p *program) checkJournal() finding {
	folder, err := journal.Folder()
	if err != nil {
		return p.found("journal", false, err.Error(), p.words.Say("doctor.folder-advice", "XDG_STATE_HOME"))
	}
	if why := writable(folder); why != nil {
		return p.found("journal", false, fmt.Sprintf("%s (%v)", folder, why), p.words.Say("doctor.folder-advice", folder))
	}
	return p.found("journal", true, folder, "")
}

// writable tries a folder as it will be used: made if need be, then written to.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".doctor-")
	if err != nil {
		return err
	}
	f.Close()
	return os.Remove(f.Name())
}
