package main

import "github.com/spf13/cobra"

// completionCommand prints a script that teaches a shell our commands.
func (p *program) completionCommand() *cobra.Command {
	c := p.command("completion", cobra.ExactArgs(1), func(c *cobra.Command, args []string) error {
		root := c.Root()
		switch args[0] {
		case "bash":
			return root.GenBashCompletionV2(p.out, true)
		case "zsh":
			return root.GenZshCompletion(p.out)
		case "fish":
			return root.GenFishCompletion(p.out, true)
		case "powershell":
			return root.GenPowerShellCompletionWithDesc(p.out)
		}
		return usagef("%s", p.words.Say("completion.unknown", args[0]))
	})
	c.ValidArgs = []string{"bash", "zsh", "fish", "powershell"}
	return c
}
