// Command tapescript transcribes recordings in a terminal and scores
// transcripts against gold references.
//
// One file a command: flags and wiring in, one call, result out. Here is the
// one switch from errors to exit codes:
//
//	0 done · 1 it failed · 2 wrong usage · 3 a gate was missed
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"tapescript/transcript"
	"tapescript/tui/locale"
)

func main() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) }

// streams are the program's three files: data goes to out, all else to err.
type streams struct {
	in, out, err *os.File
}

// program is what every command needs.
type program struct {
	streams
	words *locale.Words
}

// isTerminal says whether somebody may be looking at a file.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// The exit codes.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitGate
)

// usageError is a command line that cannot be meant.
type usageError struct{ error }

// gateError says that a result is there and is not good enough.
type gateError struct{ error }

// quietError has been told to the person already.
type quietError struct{ code int }

func (quietError) Error() string { return "" }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// goError is the tail of a flag's error that speaks of Go's own packages.
var goError = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`: (strconv|time|parse error|invalid syntax)\b.*$`)
})

// run carries out a command line and returns its exit code.
func run(args []string, s streams) int {
	p := &program{s, locale.For(locale.Preferred(os.Getenv))}
	root := p.root(args)
	args = withBareAudio(args)
	root.SetArgs(args)
	err := root.Execute()
	var (
		usage usageError
		gate  gateError
		quiet quietError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &quiet):
		return quiet.code
	case errors.As(err, &gate):
		p.tell(p.explain(gate.error))
		return exitGate
	case errors.As(err, &usage):
		p.tell("tapescript: " + p.explain(usage.error))
		meant, _, _ := root.Find(args)
		if meant.Hidden {
			meant = root
		}
		p.tell(p.words.Say("usage.more", meant.CommandPath()))
		return exitUsage
	}
	p.tell("tapescript: " + p.explain(err))
	return exitFailed
}

// inOurOrder keeps commands in the order of the list; the library asks for it in
// a variable of the whole program, and jobs build several roots at once.
var inOurOrder = sync.OnceFunc(func() { cobra.EnableCommandSorting = false })

// root is the command tree, in the order of the help; where the first argument
// is a command, that alone.
func (p *program) root(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "tapescript",
		Short:         p.words.Say("cmd.root.short"),
		Long:          p.words.Say("cmd.root.long"),
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(root *cobra.Command, args []string) error {
			if len(args) > 0 {
				return p.noCommand(root, args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	root.SetVersionTemplate("tapescript {{.Version}}\n")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		// What stands behind the flag's value is a Go function's own error.
		return usageError{errors.New(goError().ReplaceAllString(err.Error(), ""))}
	})
	root.CompletionOptions.DisableDefaultCmd = true // we have our own
	inOurOrder()
	root.SetUsageTemplate(p.usageTemplate())
	root.SetHelpTemplate("{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}\n\n{{end}}{{.UsageString}}")
	for _, c := range p.needed(args) {
		root.AddCommand(c.make())
	}
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, RunE: func(_ *cobra.Command, args []string) error {
		return p.helpOn(root, args)
	}})
	root.InitDefaultHelpFlag()
	root.InitDefaultVersionFlag()
	p.translateFlags(root)
	return root
}

// helpOn is what many type instead of --help.
func (p *program) helpOn(root *cobra.Command, args []string) error {
	c, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return p.noCommand(root, args[0])
	}
	return c.Help()
}

// noCommand says that there is no such command, and which may be meant.
func (p *program) noCommand(root *cobra.Command, name string) error {
	root.SuggestionsMinimumDistance = 2
	if near := root.SuggestionsFor(name); len(near) > 0 {
		return usagef("%s", p.words.Say("usage.near-command", name, strings.Join(near, ", ")))
	}
	return usagef("%s", p.words.Say("usage.unknown-command", name))
}

// listed is a command that is made when it is needed.
type listed struct {
	name string
	make func() *cobra.Command
}

// commands lists every command: a new one is a file and a line here.
func (p *program) commands() []listed {
	return []listed{
		{"open", p.openCommand},
		{"review", p.reviewCommand},
		{"score", p.scoreCommand},
		{"consensus", p.consensusCommand},
		{"diff", p.diffCommand},
		{"changes", p.changesCommand},
		{"lint", p.lintCommand},
		{"convert", p.convertCommand},
		{"segment", p.segmentCommand},
		{"align", p.alignCommand},
		{"formats", p.formatsCommand},
		{"draft", p.draftCommand},
		{"clip", p.clipCommand},
		{"redact", p.redactCommand},
		{"export", p.exportCommand},
		{"keys", p.keysCommand},
		{"import", p.importCommand},
		{"queue", p.queueCommand},
		{"work", p.workCommand},
		{"submit", p.submitCommand},
		{"qualify", p.qualifyCommand},
		{"grade", p.gradeCommand},
		{"pay", p.payCommand},
		{"stats", p.statsCommand},
		{"board", p.boardCommand},
		{"jobs", p.jobsCommand},
		{"purge", p.purgeCommand},
		{"serve", p.serveCommand},
		{"demo", p.demoCommand},
		{"doctor", p.doctorCommand},
		{"completion", p.completionCommand},
	}
}

// needed are the commands that a command line needs: to make all of them, with
// their words and flags, takes longer than many a command does its work. What
// speaks of others (help, completion, a name mistyped) has all.
func (p *program) needed(args []string) []listed {
	all := p.commands()
	if len(args) == 1 && args[0] == "--version" {
		return nil
	}
	if len(args) > 0 {
		i := slices.IndexFunc(all, func(c listed) bool { return c.name == args[0] })
		if i >= 0 && args[0] != "completion" { // whose script asks for what there is
			return all[i : i+1]
		}
	}
	return all
}

// command begins a command whose words are the locale's "cmd.NAME.*".
func (p *program) command(name string, args cobra.PositionalArgs, do func(*cobra.Command, []string) error) *cobra.Command {
	key := "cmd." + name + "."
	c := &cobra.Command{
		Use:     strings.TrimSpace(name + " " + p.words.Say(key+"arguments")),
		Short:   p.words.Say(key + "short"),
		Long:    p.words.Say(key + "long"),
		Example: p.words.Say(key + "example"),
		RunE:    do,

		DisableFlagsInUseLine: true,
	}
	c.Args = func(c *cobra.Command, list []string) error {
		if err := args(c, list); err != nil {
			return usagef("%s", p.words.Say("usage.arguments", c.UseLine()))
		}
		return nil
	}
	return c
}

// tell says something on standard error. What a file's name brings along steers
// no terminal.
func (p *program) tell(text string) { fmt.Fprintln(p.err, transcript.Clean(text)) }

// print writes a result.
func (p *program) print(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}
