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

// translateFlags gives the flags that the library adds our words.
func (p *program) translateFlags(root *cobra.Command) {
	for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
		c.InitDefaultHelpFlag()
		c.Flags().VisitAll(func(f *pflag.Flag) {
			switch f.Name {
			case "help":
				f.Usage = p.words.Say("flag.help")
			case "version":
				f.Usage = p.words.Say("flag.version")
			}
		})
	}
}
