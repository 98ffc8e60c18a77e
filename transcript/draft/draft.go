// Package draft runs the recogniser that the user has, and says what it wrote.
//
//	r, err := draft.Preset("whisper.cpp")
//	wrote, err := r.Run(ctx, draft.Job{Recording: "talk.mp3", WAV: wav, Language: "en", Folder: dir}, progress)
//
// A recogniser is a program and its arguments, in which places in braces stand
// for what changes; it is never given to a shell. Nothing is downloaded and
// nothing sent: what the program does by itself is the user's choice.
//
// Not here: reading what it wrote (transcript/format does), but for the lines of
// pocketsphinx, which no format is ([ReadSphinx]).
package draft

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Recogniser is a program that makes a transcript of a recording.
type Recogniser struct {
	Name string `toml:"-"`
	// Command is the program and its arguments. In them stand
	//
	//	{recording}  the file as the user named it, absolute
	//	{stem}       its base name without the ending
	//	{wav}        the same as a wav file of 16 kHz, mono, 16 bit
	//	{folder}     a temporary folder to write to
	//	{language}   what is spoken, as "en"
	//	{model}      a model's name or file
	//
	// An argument of which nothing is known (no language was named) falls away
	// with the option before it.
	Command []string `toml:"command"`
	// Writes is the file that it writes, with the same places; "" is its
	// standard output.
	Writes string `toml:"writes"`
	// Output is "sphinx" where it writes pocketsphinx's lines; else it is left to
	// the formats to know it.
	Output string `toml:"output"`
	// Model is used where none is asked for.
	Model string `toml:"model"`
}

// Sphinx is [Recogniser.Output] of pocketsphinx.
const Sphinx = "sphinx"

// presets are as the programs' own documentation has their options.
var presets = []Recogniser{
	{
		Name:    "whisper.cpp", // ggml-org/whisper.cpp, examples/cli
		Command: []string{"whisper-cli", "-m", "{model}", "-f", "{wav}", "-l", "{language}", "-ojf", "-of", "{folder}/draft", "-pp"},
		Writes:  "{folder}/draft.json",
	},
	{
		Name: "faster-whisper", // its command line is whisper-ctranslate2
		Command: []string{
			"whisper-ctranslate2", "{recording}", "--model", "{model}", "--language", "{language}",
			"--output_dir", "{folder}", "--output_format", "json", "--word_timestamps", "True",
		},
		Writes: "{folder}/{stem}.json", Model: "small",
	},
	{
		Name: "whisperx",
		Command: []string{
			"whisperx", "{recording}", "--model", "{model}", "--language", "{language}",
			"--output_dir", "{folder}", "--output_format", "json", "--print_progress", "True",
		},
		Writes: "{folder}/{stem}.json", Model: "small",
	},
	{
		Name: "whisper", // openai/whisper
		Command: []string{
			"whisper", "{recording}", "--model", "{model}", "--language", "{language}",
			"--output_dir", "{folder}", "--output_format", "json", "--word_timestamps", "True",
		},
		Writes: "{folder}/{stem}.json", Model: "small",
	},
	{
		Name:    "pocketsphinx", // English alone, and far behind the others; but Debian has it
		Command: []string{"pocketsphinx_continuous", "-infile", "{wav}", "-time", "yes", "-logfn", "/dev/null"},
		Output:  Sphinx,
	},
}

// Presets are the recognisers that are known, the best first.
func Presets() []Recogniser { return slices.Clone(presets) }

// Preset is the one of a name.
func Preset(name string) (Recogniser, bool) {
	i := slices.IndexFunc(presets, func(r Recogniser) bool { return r.Name == name })
	if i < 0 {
		return Recogniser{}, false
	}
	return presets[i], true
}

// Job is one recording to be recognised.
type Job struct {
	Recording string // its path
	WAV       string // the same at 16 kHz, mono; needed where [Recogniser.NeedsWAV]
	Folder    string // where the program may write; what lies there is the caller's to remove
	Language  string // "": the recogniser finds out, or has its own
	Model     string // "": the recogniser's
}

// Code says why a recogniser cannot be run.
type Code string

// What can be wrong with a recogniser.
const (
	NoCommand    Code = "no-command"    // there are no arguments
	UnknownPlace Code = "unknown-place" // braces that stand for nothing known: Detail
	NoModel      Code = "no-model"      // it needs a model, and none was named
	NotInstalled Code = "not-installed" // the program is not there: Detail
	Failed       Code = "failed"        // the program ended with an error: Detail is what it said last
	WroteNothing Code = "wrote-nothing" // the file that it should write is not there: Detail
)

// Error says why a recogniser gave nothing.
type Error struct {
	Code       Code
	Recogniser string
	Detail     string
	Err        error
}

func (e *Error) Error() string {
	return fmt.Sprintf("recogniser %s: %s %s", e.Recogniser, e.Code, e.Detail)
}

func (e *Error) Unwrap() error { return e.Err }

var place = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[a-z]*\}`) })

// NeedsWAV tells whether the recogniser wants a wav file of 16 kHz.
func (r Recogniser) NeedsWAV() bool {
	return slices.ContainsFunc(r.Command, func(s string) bool { return strings.Contains(s, "{wav}") })
}

// errUnset says that an argument speaks of what is not known.
var errUnset = errors.New("not known")

// fill puts what is known into one argument.
func (r Recogniser) fill(argument string, j Job) (string, error) {
	base := filepath.Base(j.Recording)
	model := j.Model
	if model == "" {
		model = r.Model
	}
	known := map[string]string{
		"{recording}": j.Recording, "{stem}": strings.TrimSuffix(base, filepath.Ext(base)), "{wav}": j.WAV,
		"{folder}": j.Folder, "{language}": j.Language, "{model}": model,
	}
	var failed error
	filled := place().ReplaceAllStringFunc(argument, func(name string) string {
		value, ok := known[name]
		switch {
		case !ok:
			failed = &Error{Code: UnknownPlace, Recogniser: r.Name, Detail: name}
		case name == "{model}" && value == "":
			failed = &Error{Code: NoModel, Recogniser: r.Name}
		case value == "" && failed == nil:
			failed = errUnset
		}
		return value
	})
	return filled, failed
}

// Arguments is the command line for a job.
func (r Recogniser) Arguments(j Job) ([]string, error) {
	if len(r.Command) == 0 || r.Command[0] == "" {
		return nil, &Error{Code: NoCommand, Recogniser: r.Name}
	}
	var list []string
	for i, argument := range r.Command {
		filled, err := r.fill(argument, j)
		switch {
		case errors.Is(err, errUnset):
			if last := len(list) - 1; last > 0 && i > 0 && list[last] == r.Command[i-1] && strings.HasPrefix(list[last], "-") {
				list = list[:last]
			}
		case err != nil:
			return nil, err
		default:
			list = append(list, filled)
		}
	}
	return list, nil
}
