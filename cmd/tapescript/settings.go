package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/pelletier/go-toml/v2"
	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/draft"
	"tapescript/tui"
	"tapescript/tui/workbench"
)

// settings are what a person has written in the configuration file.
type settings struct {
	Preset    string              `toml:"preset"`
	Keys      map[string][]string `toml:"keys"`
	Theme     string              `toml:"theme"`
	Rewind    *duration           `toml:"rewind"`
	AutoPlay  *bool               `toml:"auto-play"`
	Mouse     *bool               `toml:"mouse"`
	LoopPause duration            `toml:"loop-pause"`
	TypePause string              `toml:"type-pause"`
	Breaks    breakSettings       `toml:"breaks"`
	Draft     draftSettings       `toml:"draft"`
	Doubt     float64             `toml:"doubt"`
	projectSettings
}

// projectSettings are those that a file beside the recording may hold, too:
// words and habits of one customer. It may come from a stranger, so that it
// binds no key and runs nothing.
type projectSettings struct {
	Style     string            `toml:"style"`
	Timestamp string            `toml:"timestamp"`
	Speakers  []string          `toml:"speakers"`
	Glossary  []string          `toml:"glossary"`
	Snippets  map[string]string `toml:"snippets"`
}

// breakSettings say when a pause is proposed.
type breakSettings struct {
	Off   bool      `toml:"off"`
	Eyes  bool      `toml:"eyes"` // 20 s of looking away every 20 min
	Every *duration `toml:"every"`
}

// draftSettings say which recogniser makes drafts. They are a person's own alone:
// a file beside a recording runs nothing.
type draftSettings struct {
	Recogniser  string                      `toml:"recogniser"`
	Model       string                      `toml:"model"`
	Language    string                      `toml:"language"`
	Recognisers map[string]draft.Recogniser `toml:"recognisers"`
}

// duration is read as people write it: "1.5s", "55m".
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v < 0 {
		return errDuration
	}
	*d = duration(v)
	return nil
}

var errDuration = errors.New("not a duration")

// projectFile is looked for beside the recording.
const projectFile = "tapescript.toml"

// longestSettings bounds what is read of a configuration file.
const longestSettings = 1 << 20

// settingsPath is where the configuration lies.
func settingsPath() string {
	dir := os.Getenv("XDG_CONFIG_HOME") // as it is now; xdg read it when the program began
	if dir == "" {
		dir = xdg.ConfigHome
	}
	return filepath.Join(dir, "tapescript", "config.toml")
}

// readSettings reads the configuration; one that is not there is empty.
func (p *program) readSettings() (settings, error) {
	var s settings
	err := p.readTOML(settingsPath(), &s)
	return s, err
}

// addProject adds what the file beside a recording says. A word list grows,
// all else is replaced.
func (p *program) addProject(s *settings, recording string) error {
	var own projectSettings
	if err := p.readTOML(filepath.Join(filepath.Dir(recording), projectFile), &own); err != nil {
		return err
	}
	if own.Style != "" {
		s.Style = own.Style
	}
	if own.Timestamp != "" {
		s.Timestamp = own.Timestamp
	}
	if len(own.Speakers) > 0 {
		s.Speakers = own.Speakers
	}
	s.Glossary = append(s.Glossary, own.Glossary...)
	for trigger, text := range own.Snippets {
		if s.Snippets == nil {
			s.Snippets = map[string]string{}
		}
		s.Snippets[trigger] = text
	}
	return nil
}

// readTOML reads a file of settings strictly: a key that does not exist is told
// with its line, as is a value that cannot be meant.
func (p *program) readTOML(path string, into any) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Size() > longestSettings:
		return usagef("%s", p.words.Say("settings.large", path))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	err = toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields().Decode(into)
	var unknown *toml.StrictMissingError
	var wrong *toml.DecodeError
	switch {
	case errors.As(err, &unknown):
		line, _ := unknown.Errors[0].Position()
		return usagef("%s", p.words.Say("settings.unknown", path, line, strings.Join(unknown.Errors[0].Key(), ".")))
	case errors.As(err, &wrong):
		line, _ := wrong.Position()
		return usagef("%s", p.words.Say("settings.wrong", path, line))
	case err != nil:
		return usagef("%s", p.words.Say("settings.wrong", path, 1))
	}
	return nil
}

// keymap makes the key map that the settings ask for, and says what the person
// should know of it.
func (p *program) keymap(s settings) (*tui.Keymap, []tui.KeyRemark, error) {
	preset := s.Preset
	if preset == "" {
		preset = tui.Presets()[0]
	}
	keys, err := tui.Preset(preset)
	if errors.Is(err, tui.ErrPreset) {
		return nil, nil, usagef("%s", p.words.Say("settings.preset", preset, strings.Join(tui.Presets(), " ")))
	}
	if err != nil {
		return nil, nil, err
	}
	remarks, err := keys.Bind(s.Keys)
	if wrong, ok := errors.AsType[*tui.KeyError](err); ok {
		return nil, nil, usagef("%s", p.words.Say("keys-error."+string(wrong.Code), settingsPath(), transcript.Clean(wrong.Key), wrong.Action, wrong.Other))
	}
	return keys, remarks, err
}

// keyRemark says a remark on a binding, with what to use instead.
func (p *program) keyRemark(r tui.KeyRemark) string {
	key := tui.KeyName(r.Key)
	text := ""
	switch r.Code {
	case tui.TakenKey, tui.Bereft:
		text = p.words.Say("keys-remark."+string(r.Code), key, r.Action, r.Other)
	default:
		text = p.words.Say("keys-delivery."+string(r.Trouble.Code), key, r.Action, tui.KeyName(r.Trouble.Same))
	}
	if r.Instead != "" {
		text += " " + p.words.Say("keys-remark.instead", tui.KeyName(r.Instead))
	}
	return text
}

// deskFlags are what a screen's flags say over the settings.
type deskFlags struct {
	preset, theme string

	rewindGiven, autoPlayGiven bool // on the command line, so that the settings do not count
}

func (p *program) addDeskFlags(c *cobra.Command, f *deskFlags) {
	c.Flags().StringVar(&f.preset, "preset", "", p.words.Say("flag.preset"))
	c.Flags().StringVar(&f.theme, "theme", "", p.words.Say("flag.theme"))
}

// desk is what a screen runs with: keys, colours, habits.
type desk struct {
	settings
	keys  *tui.Keymap
	theme tui.Theme
}

// arrange reads the settings for a screen and puts the flags over them; the
// words name the keys that are bound from then on.
func (p *program) arrange(f deskFlags, recording string) (*desk, error) {
	s, err := p.readSettings()
	if err != nil {
		return nil, err
	}
	if recording != "" {
		if err := p.addProject(&s, recording); err != nil {
			return nil, err
		}
	}
	if f.preset != "" {
		s.Preset = f.preset
	}
	if f.theme != "" {
		s.Theme = f.theme
	}
	if s.TypePause != "" && !slices.Contains(typePauses, s.TypePause) {
		return nil, usagef("%s", p.words.Say("settings.type-pause", settingsPath(), s.TypePause, strings.Join(typePauses, " ")))
	}
	d := &desk{settings: s}
	var remarks []tui.KeyRemark
	if d.keys, remarks, err = p.keymap(s); err != nil {
		return nil, err
	}
	for _, r := range remarks {
		if r.Code == tui.Bereft || r.Code == tui.Unsent {
			p.tell(p.keyRemark(r))
		}
	}
	if d.theme, err = tui.ThemeNamed(s.Theme); err != nil {
		return nil, usagef("%s", p.words.Say("settings.theme", s.Theme, strings.Join(tui.Themes(), " ")))
	}
	p.words = p.words.WithKeys(func(action string) string {
		if list := d.keys.Keys(tui.Action(action)); len(list) > 0 {
			return tui.KeyName(list[0])
		}
		return fmt.Sprintf("(%s)", action)
	})
	return d, nil
}

// habits are the workbench's.
func (d *desk) habits() workbench.Habits {
	return workbench.Habits{Timestamp: d.Timestamp, Speakers: d.Speakers, Doubt: d.Doubt}
}

// apply puts the settings where no flag was given.
func (d *desk) apply(f *openFlags) {
	if d.Rewind != nil && !f.rewindGiven {
		f.rewind = min(time.Duration(*d.Rewind), maxRewind)
	}
	if d.AutoPlay != nil && !f.autoPlayGiven {
		f.noAutoPlay = !*d.AutoPlay
	}
}

// typePauses are what playing does while somebody types.
var typePauses = []string{"off", "pause", "slow"}
