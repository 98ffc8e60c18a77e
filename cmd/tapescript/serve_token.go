package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"tapescript/transcript"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/server"
)

// tokenCommand gives people tokens and takes them back.
func (p *program) tokenCommand(file *string) *cobra.Command {
	c := p.command("token", cobra.NoArgs, func(c *cobra.Command, _ []string) error { return c.Help() })
	var role, note string
	var days int
	add := p.command("token-add", cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error {
		return p.addToken(*file, args[0], api.Role(role), note, days)
	})
	add.Flags().StringVar(&role, "role", string(api.Worker), p.words.Say("flag.token-role"))
	add.Flags().IntVar(&days, "days", 90, p.words.Say("flag.token-days"))
	add.Flags().StringVar(&note, "note", "", p.words.Say("flag.token-note"))
	var asJSON bool
	list := p.command("token-list", cobra.NoArgs, func(*cobra.Command, []string) error { return p.listTokens(*file, asJSON) })
	list.Flags().BoolVar(&asJSON, "json", false, p.words.Say("flag.json"))
	revoke := p.command("token-revoke", cobra.ExactArgs(1), func(_ *cobra.Command, args []string) error { return p.revokeToken(*file, args[0]) })
	for _, sub := range []*cobra.Command{add, list, revoke} {
		sub.Use = strings.TrimPrefix(sub.Use, "token-")
		c.AddCommand(sub)
	}
	return c
}

// addToken prints a new token's secret: it is shown this once.
func (p *program) addToken(file, worker string, role api.Role, note string, days int) error {
	known := false
	for _, r := range api.Roles {
		known = known || r == role
	}
	if !known {
		return usagef("%s", p.words.Say("token.role", string(role)))
	}
	const most = 3650
	if days < 1 || days > most {
		return usagef("%s", p.words.Say("token.days", most))
	}
	tokens, err := server.OpenTokens(tokensPath(file))
	if err != nil {
		return err
	}
	now := time.Now()
	secret, made, err := tokens.Add(transcript.Clean(worker), role, transcript.Clean(note), now, now.AddDate(0, 0, days))
	if err != nil {
		return err
	}
	p.tell(p.words.Say("token.added", made.ID, made.Worker, string(made.Role), made.Expires.Local().Format("2006-01-02")))
	return p.print(p.out, secret+"\n")
}

// tokenRow is a token in the list, and its JSON.
type tokenRow struct {
	ID      string     `json:"id"`
	Worker  string     `json:"worker"`
	Role    string     `json:"role"`
	State   string     `json:"state"` // valid, expired, revoked
	Created time.Time  `json:"created"`
	Expires time.Time  `json:"expires"`
	Revoked *time.Time `json:"revoked,omitempty"`
	Note    string     `json:"note,omitempty"`
}

func (p *program) listTokens(file string, asJSON bool) error {
	tokens, err := server.OpenTokens(tokensPath(file))
	if err != nil {
		return err
	}
	list, err := tokens.List()
	if err != nil {
		return err
	}
	rows := []tokenRow{}
	for _, k := range list {
		state := "valid"
		switch {
		case !k.Revoked.IsZero():
			state = "revoked"
		case time.Now().After(k.Expires):
			state = "expired"
		}
		rows = append(rows, tokenRow{k.ID, k.Worker, string(k.Role), state, k.Created, k.Expires, stated(k.Revoked), k.Note})
	}
	if asJSON {
		return p.printJSON(rows)
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, p.words.Say("token.head"))
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, transcript.Clean(r.Worker), r.Role, p.words.Say("token."+r.State), r.Expires.Local().Format("2006-01-02"), transcript.Clean(r.Note))
	}
	t.Flush()
	return p.print(p.out, text.String())
}

func (p *program) revokeToken(file, who string) error {
	tokens, err := server.OpenTokens(tokensPath(file))
	if err != nil {
		return err
	}
	ended, err := tokens.Revoke(who, time.Now())
	if err != nil {
		return err
	}
	if len(ended) == 0 {
		return fmt.Errorf("%s", p.words.Say("token.none", who))
	}
	for _, k := range ended {
		p.tell(p.words.Say("token.revoked-now", k.ID, k.Worker, string(k.Role)))
	}
	return nil
}
