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

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/draft"
	"tapescript/tui"
	"tapescript/tui/spell"
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
	Spell     spellSettings       `toml:"spell"`
	Pedal     pedalSettings       `toml:"pedal"`
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
	words, err := spell.ReadList(filepath.Join(filepath.Dir(recording), projectWords))
	if err != nil {
		return err
	}
	s.Glossary = append(append(s.Glossary, own.Glossary...), words...)
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
	key := tui.KeyNameIn(p.words, r.Key)
	text := ""
	switch r.Code {
	case tui.TakenKey, tui.Bereft, tui.HiddenKey:
		text = p.words.Say("keys-remark."+string(r.Code), key, r.Action, r.Other)
	default:
		text = p.words.Say("keys-delivery."+string(r.Trouble.Code), key, r.Action, tui.KeyNameIn(p.words, r.Trouble.Same))
	}
	if r.Instead != "" {
		text += " " + p.words.Say("keys-remark.instead", tui.KeyNameIn(p.words, r.Instead))
	}
	return text
}

// deskFlags are what a screen's flags say over the settings.
type deskFlags struct {
	preset, theme, style string

	rewindGiven, autoPlayGiven bool // on the command line, so that the settings do not count
}

func (p *program) addDeskFlags(c *cobra.Command, f *deskFlags) {
	c.Flags().StringVar(&f.preset, "preset", "", p.words.Say("flag.preset"))
	c.Flags().StringVar(&f.theme, "theme", "", p.words.Say("flag.theme"))
	c.Flags().StringVar(&f.style, "style", "", p.words.Say("flag.style"))
}

// desk is what a screen runs with: keys, colours, habits.
type desk struct {
	settings
	keys    *tui.Keymap
	theme   tui.Theme
	profile *style.Profile // nil: none is asked for
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
	if f.style != "" {
		s.Style = f.style
	}
	d := &desk{settings: s}
	if d.profile, err = p.findProfile(s.Style, recording); err != nil {
		return nil, err
	}
	if err := p.checkPedal(s.Pedal); err != nil {
		return nil, err
	}
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
	words := p.words
	p.words = words.WithKeys(func(action string) string {
		if list := d.keys.Keys(tui.Action(action)); len(list) > 0 {
			return tui.KeyNameIn(words, list[0])
		}
		return fmt.Sprintf("(%s)", action)
	})
	return d, nil
}

// tagsOf are the tags that a style has, and whether each bears a time; nil
// where it says nothing of them.
func tagsOf(profile *style.Profile) []workbench.Tag {
	if profile == nil {
		return nil
	}
	var tags []workbench.Tag
	timed := map[string]bool{}
	for _, r := range profile.Rules() {
		for _, name := range r.Timed {
			timed[name] = true
		}
	}
	for _, r := range profile.Rules() {
		if r.ID == "T01" {
			for _, name := range r.Tags {
				tags = append(tags, workbench.Tag{Name: name, Timed: timed[name]})
			}
		}
	}
	return tags
}

// findProfile reads the style that the settings name: a built-in one, or a file
// beside the file that names it. "" is none.
func (p *program) findProfile(name, recording string) (*style.Profile, error) {
	if name == "" {
		return nil, nil
	}
	if !strings.HasSuffix(name, ".toml") {
		return style.Lookup(name)
	}
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(recording), name)
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > style.MaxProfile {
		return nil, &style.ProfileError{Path: name, Code: style.ProfileTooLarge}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return style.Parse(data, name)
}

// habits are the workbench's.
func (d *desk) habits(p *program) workbench.Habits {
	h := workbench.Habits{
		Timestamp: d.Timestamp, Speakers: d.Speakers, Doubt: d.Doubt, Snippets: d.Snippets, Glossary: d.Glossary,
		LoopPause: time.Duration(d.LoopPause), TypePause: d.TypePause, Tags: tagsOf(d.profile),
	}
	if d.profile != nil {
		h.Reason = func(f style.Finding) string { return p.lintSentence(&linted{profile: d.profile}, f) }
	}
	h.Breaks = workbench.Breaks{Off: d.Breaks.Off, Eyes: d.Breaks.Eyes}
	if d.Breaks.Every != nil {
		h.Breaks.Every = time.Duration(*d.Breaks.Every)
	}
	if h.TypePause == "off" {
		h.TypePause = ""
	}
	return h
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
