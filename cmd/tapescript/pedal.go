package main

import (
	"context"
	"slices"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/pedal"
	"tapescript/tui/workbench"
)

// pedalSettings say which foot pedal is read, and what it does.
type pedalSettings struct {
	Device string   `toml:"device"` // "": one that is known; "off": none
	Left   string   `toml:"left"`   // actions
	Middle string   `toml:"middle"`
	Right  string   `toml:"right"`
	Mode   string   `toml:"mode"`  // "hold", "toggle"
	Codes  []uint16 `toml:"codes"` // what it sends for left, middle, right
	Grab   *bool    `toml:"grab"`  // keep its keys from the terminal
}

// actions are the names of what the pedals do, "" where nobody said.
func (s pedalSettings) actions() map[pedal.Button]string {
	return map[pedal.Button]string{pedal.Left: s.Left, pedal.Middle: s.Middle, pedal.Right: s.Right}
}

// checkPedal says what is wrong with the settings of the pedal.
func (p *program) checkPedal(s pedalSettings) error {
	if s.Mode != "" && s.Mode != "hold" && s.Mode != "toggle" {
		return usagef("%s", p.words.Say("pedal-error.mode", settingsPath(), transcript.Clean(s.Mode)))
	}
	for _, name := range s.actions() {
		exists := slices.ContainsFunc(tui.Groups, func(g tui.Group) bool { return slices.Contains(g.Actions, tui.Action(name)) })
		if name != "" && !exists {
			return usagef("%s", p.words.Say("pedal-error.action", settingsPath(), transcript.Clean(name)))
		}
	}
	return nil
}

// pedal begins to read the pedal. Without settings one that is known is used.
func (d *desk) pedal(ctx context.Context) workbench.Pedal {
	s := d.Pedal
	w := workbench.Pedal{Actions: workbench.PedalActions(), Toggle: s.Mode == "toggle"}
	for button, name := range s.actions() {
		if name != "" {
			w.Actions[button] = tui.Action(name)
		}
	}
	if s.Device != "off" && pedal.Supported {
		w.Events = pedal.Listen(ctx, pedal.Settings{Device: s.Device, Codes: s.Codes, Grab: s.Grab})
	}
	return w
}

// findPedal: is there a pedal, and may it be read.
func (p *program) findPedal() finding {
	if !pedal.Supported {
		return p.found("pedal", true, p.words.Say("doctor.pedal-keys"), "")
	}
	s, _ := p.readSettings() // what is wrong with it, another command says
	d, ok := pedal.Chosen(pedal.Settings{Device: s.Pedal.Device})
	name := transcript.Clean(d.Name)
	switch {
	case !ok:
		return p.found("pedal", true, p.words.Say("doctor.pedal-none"), "")
	case !d.Readable:
		return p.found("pedal", false, p.words.Say("doctor.pedal-denied", name, d.ID(), d.Path), p.words.Say("doctor.pedal-advice", d.Vendor, d.Product))
	}
	return p.found("pedal", true, p.words.Say("doctor.pedal-there", name, d.ID(), d.Path), "")
}
