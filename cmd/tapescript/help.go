package main

import (
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// version is the module's version, or "devel" where it was built from a
// checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// usageTemplate is the library's, in the person's language.
func (p *program) usageTemplate() string {
	say := p.words.Say
	return strings.NewReplacer(
		"USAGE", say("help.usage"), "COMMANDS", say("help.commands"), "EXAMPLES", say("help.examples"),
		"FLAGS", say("help.flags"), "MORE", say("help.more"), "COMMANDNAME", say("help.command"),
	).Replace(`USAGE
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMANDNAME{{else}}{{.UseLine}}{{end}}
{{if .HasExample}}
EXAMPLES
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
COMMANDS{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding }} {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
FLAGS
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableSubCommands}}
MORE
{{end}}`)
}

// translateFlags gives the flags that the library adds our words, in a command
// and in those under it.
func (p *program) translateFlags(c *cobra.Command) {
	c.InitDefaultHelpFlag()
	c.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "help":
			f.Usage = p.words.Say("flag.help")
		case "version":
			f.Usage = p.words.Say("flag.version")
		}
		p.translateDefault(f)
	})
	for _, sub := range c.Commands() {
		p.translateFlags(sub)
	}
}

// translateDefault puts a flag's default into its description: the library says
// it in English.
func (p *program) translateDefault(f *pflag.Flag) {
	zero, known := map[string]string{"string": "", "int": "0", "float64": "0", "duration": "0s"}[f.Value.Type()]
	if !known || f.DefValue == zero {
		return
	}
	f.Usage += p.words.Say("flag.default", f.DefValue)
	f.DefValue = zero
}
