package main

import (
	"path/filepath"
	"strings"

	"tapescript/transcript"
	"tapescript/tui/spell"
	"tapescript/tui/workbench"
)

// spellSettings say what words are held against.
type spellSettings struct {
	Language string   `toml:"language"` // where a transcript says none
	Path     []string `toml:"path"`     // folders that come first
}

// Lists of words that are right: one's own beside the configuration, the
// project's beside the recording.
const (
	ownWords     = "words.txt"
	projectWords = "tapescript.words.txt"
)

func ownWordsPath() string { return filepath.Join(filepath.Dir(settingsPath()), ownWords) }

// checker reads the dictionary of a transcript's language, and the words that
// are right besides: one's own, and those of the glossary, which holds the
// project's.
func (p *program) checker(t *transcript.Transcript, s settings) (*spell.Checker, error) {
	language := t.Language
	if language == "" {
		language = s.Spell.Language
	}
	if language == "" {
		texts := make([]string, 0, len(t.Segments))
		for _, seg := range t.Segments {
			texts = append(texts, seg.Text)
		}
		language = spell.Guess(texts)
	}
	if language == "" {
		language = p.words.Language()
	}
	found, err := spell.Find(language, s.Spell.Path)
	if err != nil {
		return nil, err
	}
	d, err := spell.Open(found.Path)
	if err != nil {
		return nil, err
	}
	c := spell.NewChecker(d, s.Glossary...)
	words, err := spell.ReadList(ownWordsPath())
	c.Know(words...)
	return c, err
}

// spelling is the workbench's.
func (p *program) spelling(d *desk, s *session) workbench.Spelling {
	folder := ""
	if s.recording != "" {
		folder = filepath.Dir(s.recording)
	}
	w := workbench.Spelling{
		Project: folder != "",
		Load:    func(t *transcript.Transcript) (*spell.Checker, error) { return p.checker(t, d.settings) },
	}
	if s.demo { // writes nothing
		return w
	}
	w.Learn = func(word string, project bool) error {
		if project {
			return spell.AddToList(filepath.Join(folder, projectWords), word)
		}
		return spell.AddToList(ownWordsPath(), word)
	}
	return w
}

// packageOf is what a distribution calls the dictionary of a language.
func packageOf(language string) string {
	language = strings.ToLower(strings.ReplaceAll(language, "_", "-"))
	switch base, _, _ := strings.Cut(language, "-"); {
	case language == "en":
		return "hunspell-en-us"
	case base == "fr":
		return "hunspell-fr"
	}
	return "hunspell-" + language
}

// checkSpelling: which dictionaries are there.
func (p *program) checkSpelling() finding {
	s, _ := p.readSettings() // what is wrong with it, another command says
	var names []string
	for _, f := range spell.List(s.Spell.Path) {
		names = append(names, f.Name)
	}
	language := p.words.Language()
	_, err := spell.Find(language, s.Spell.Path)
	state := p.words.Say("doctor.spelling-none")
	if len(names) > 0 {
		const most = 12
		state = strings.Join(names[:min(len(names), most)], " ")
		if len(names) > most {
			state += " …"
		}
	}
	return p.found("spelling", err == nil, state, p.words.Say("doctor.spelling-advice", packageOf(language)))
}
