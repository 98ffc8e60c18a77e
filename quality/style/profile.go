package style

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/pelletier/go-toml/v2"

	"tapescript/transcript"
)

//go:embed profiles/*.toml
var profileFiles embed.FS

// names are the built-in profiles, as people list them.
var names = []string{"rev-clean", "rev-verbatim", "gotranscript-clean", "transcribeme-cv", "ldc-qtr", "asr-lower", "chat-min"}

// Names lists the built-in profiles.
func Names() []string { return slices.Clone(names) }

// Settings are what a profile sets in a rule. Not every rule reads all of them.
type Settings struct {
	Severity  Severity          `toml:"severity"`
	Words     []string          `toml:"words"`     // that the rule meets besides the list's
	Allow     []string          `toml:"allow"`     // that the rule lets be
	Replace   map[string]string `toml:"replace"`   // what is written, and what should be
	Tags      []string          `toml:"tags"`      // all that there may be
	Timed     []string          `toml:"timed"`     // tags that need a time; the others must have none
	Forbidden []string          `toml:"forbidden"` // tags that go
	Guess     bool              `toml:"guess"`     // [word?] is a tag too
	Form      string            `toml:"form"`
	Least     float64           `toml:"least"`
	Most      float64           `toml:"most"`
	Limit     float64           `toml:"limit"` // above it, a note is a warning
	// Bad breaks this rule and no other, Good none: a line a segment,
	// "0.0-3.5 <Ann> Text", of which time and speaker may be missing. A line
	// "gold> Text" is what the gold has there.
	Bad  string `toml:"bad"`
	Good string `toml:"good"`
	// Text is the profile's own sentence for the rule, by language.
	Text map[string]string `toml:"text"`
}

// Profile is a style that transcripts are written in. It is safe for use by
// several goroutines.
type Profile struct {
	name, title, language string
	set                   map[string]Settings
	rules                 []active
	lexicons              map[string]*lexicon
}

// active is a rule that a profile asks for.
type active struct {
	*rule
	Settings
}

// profileFile is a profile as it is written down.
type profileFile struct {
	Name     string              `toml:"name"`
	Title    string              `toml:"title"`
	Extends  string              `toml:"extends"`
	Language string              `toml:"language"`
	Rule     map[string]Settings `toml:"rule"`
}

var builtIn struct {
	sync.Mutex
	profiles map[string]*Profile
}

// Lookup returns a built-in profile. The error is an [*ProfileError] of code
// UnknownProfile.
func Lookup(name string) (*Profile, error) {
	builtIn.Lock()
	defer builtIn.Unlock()
	return lookup(name)
}

func lookup(name string) (*Profile, error) {
	if p := builtIn.profiles[name]; p != nil {
		return p, nil
	}
	if !slices.Contains(names, name) {
		return nil, &ProfileError{Code: UnknownProfile, Arg: name}
	}
	path := "profiles/" + name + ".toml"
	data, err := profileFiles.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, err := parse(data, path, lookup)
	if err != nil {
		return nil, err
	}
	if builtIn.profiles == nil {
		builtIn.profiles = map[string]*Profile{}
	}
	builtIn.profiles[name] = p
	return p, nil
}

// MaxProfile is the size in bytes above which a profile's file is not read.
const MaxProfile = 1 << 20

// Parse reads a profile of one's own, in TOML:
//
//	name = "ours"
//	extends = "rev-clean"       # a built-in one, or nothing
//	language = "fr"             # of the word lists, where a transcript does not say
//
//	[rule.V01]
//	severity = "warning"        # error, warning, note, off
//	words = ["you see"]         # lists add to those of the extended profile
//
//	[rule.V01.text]
//	en = "Our clients want no fillers."
//
// Lists and tables add to what the extended profile has; all else replaces it.
// Errors are a [*ProfileError] with the line; the path stands in them.
func Parse(data []byte, path string) (*Profile, error) { return parse(data, path, Lookup) }

func parse(data []byte, path string, base func(string) (*Profile, error)) (*Profile, error) {
	fail := func(line int, code ProfileCode, arg string) error {
		return &ProfileError{Path: path, Line: line, Code: code, Arg: arg}
	}
	if len(data) > MaxProfile {
		return nil, fail(0, ProfileTooLarge, "")
	}
	var f profileFile
	decoder := toml.NewDecoder(bytes.NewReader(data)).DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, tomlError(err, path)
	}
	p := &Profile{name: f.Name, title: f.Title, language: f.Language, set: map[string]Settings{}}
	if f.Extends != "" {
		b, err := base(f.Extends)
		if err != nil {
			return nil, fail(lineOf(data, "extends"), UnknownProfile, f.Extends)
		}
		p.set = maps.Clone(b.set)
		if p.language == "" {
			p.language = b.language
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.Rule)) {
		r := ruleByID(id)
		if r == nil {
			return nil, fail(lineOf(data, "[rule."+id), UnknownRule, id)
		}
		if form := f.Rule[id].Form; form != "" && !slices.Contains(r.forms, form) {
			return nil, fail(lineOf(data, "[rule."+id, "form"), UnknownForm, form)
		}
		merged := p.set[id].with(f.Rule[id])
		if merged.Severity == "" {
			merged.Severity = Warning
		}
		p.set[id] = merged
	}
	if p.language == "" {
		p.language = languages[0]
	}
	if !slices.Contains(languages, p.language) {
		return nil, fail(lineOf(data, "language"), UnknownLanguage, p.language)
	}
	p.compile()
	return p, nil
}

// compile makes of the settings what Lint runs.
func (p *Profile) compile() {
	for i := range rules {
		if s, ok := p.set[rules[i].id]; ok && s.Severity != off {
			p.rules = append(p.rules, active{&rules[i], s})
		}
	}
	p.lexicons = map[string]*lexicon{}
	for _, language := range languages {
		p.lexicons[language] = newLexicon(language, p)
	}
}

// with returns settings as an extending profile changes them.
func (s Settings) with(o Settings) Settings {
	if o.Severity != "" {
		s.Severity = o.Severity
	}
	s.Words, s.Allow = join(s.Words, lower(o.Words)), join(s.Allow, lower(o.Allow))
	s.Tags, s.Timed, s.Forbidden = join(s.Tags, lower(o.Tags)), join(s.Timed, lower(o.Timed)), join(s.Forbidden, lower(o.Forbidden))
	s.Replace, s.Text = merged(s.Replace, o.Replace), merged(s.Text, o.Text)
	s.Guess = s.Guess || o.Guess
	for _, f := range []struct{ to, from *string }{{&s.Form, &o.Form}, {&s.Bad, &o.Bad}, {&s.Good, &o.Good}} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	for _, f := range []struct{ to, from *float64 }{{&s.Least, &o.Least}, {&s.Most, &o.Most}, {&s.Limit, &o.Limit}} {
		if *f.from != 0 {
			*f.to = *f.from
		}
	}
	return s
}

func merged(a, b map[string]string) map[string]string {
	m := maps.Clone(a)
	if m == nil {
		m = map[string]string{}
	}
	maps.Copy(m, b)
	return m
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(strings.TrimSpace(s))
	}
	return out
}

// Name is what the profile calls itself.
func (p *Profile) Name() string { return p.name }

// Title says in English whose style it is.
func (p *Profile) Title() string { return p.title }

// In returns the profile for transcripts of a language (BCP 47) that do not say
// theirs. The error is a [*ProfileError] where there are no lists of it.
func (p *Profile) In(language string) (*Profile, error) {
	base := baseLanguage(language)
	if p.lexicons[base] == nil {
		return nil, &ProfileError{Code: UnknownLanguage, Arg: language}
	}
	q := *p
	q.language = base
	return &q, nil
}

func baseLanguage(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}

// Rule says what a profile asks for.
type Rule struct {
	ID string
	Settings
}

// Rules lists what the profile asks for, by ID.
func (p *Profile) Rules() []Rule {
	var list []Rule
	for _, a := range p.rules {
		list = append(list, Rule{a.id, a.Settings})
	}
	return list
}

// Text is the profile's own sentence for a rule in a language, "" where it has
// none.
func (p *Profile) Text(rule, language string) string { return p.set[rule].Text[language] }

// ProfileCode is what is wrong with a profile.
type ProfileCode string

// What can be wrong with a profile.
const (
	UnknownProfile  ProfileCode = "unknown-profile"
	UnknownRule     ProfileCode = "unknown-rule"
	UnknownForm     ProfileCode = "unknown-form"
	UnknownLanguage ProfileCode = "unknown-language"
	UnknownKey      ProfileCode = "unknown-key"
	BadTOML         ProfileCode = "bad-toml"
	ProfileTooLarge ProfileCode = "too-large"
)

// ProfileError says why a profile cannot be used.
type ProfileError struct {
	Path string // "" where it is about a name
	Line int    // from 1; 0 where it is about the whole file
	Code ProfileCode
	Arg  string // what the code speaks of
}

func (e *ProfileError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("style profile %s, line %d: %s %s", e.Path, e.Line, e.Code, e.Arg))
}

// tomlError finds the line of what the TOML reader refused.
func tomlError(err error, path string) error {
	var (
		decode *toml.DecodeError
		strict *toml.StrictMissingError
	)
	switch {
	case errors.As(err, &strict) && len(strict.Errors) > 0:
		line, _ := strict.Errors[0].Position()
		return &ProfileError{Path: path, Line: line, Code: UnknownKey, Arg: strings.Join(strict.Errors[0].Key(), ".")}
	case errors.As(err, &decode):
		line, _ := decode.Position()
		return &ProfileError{Path: path, Line: line, Code: BadTOML, Arg: transcript.Clean(decode.Error())}
	}
	return &ProfileError{Path: path, Code: BadTOML, Arg: transcript.Clean(err.Error())}
}

// lineOf finds the line that begins with the last of some words, each looked
// for behind the one before; 0 where it is written in another way.
func lineOf(data []byte, words ...string) int {
	number, found := 0, 0
	for line := range bytes.Lines(data) {
		number++
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte(words[0])) {
			found = number
			if words = words[1:]; len(words) == 0 {
				break
			}
		}
	}
	return found
}
