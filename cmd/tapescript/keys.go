package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"tapescript/tui"
	"tapescript/tui/locale"
)

// keysFlags are what `keys` can be told.
type keysFlags struct {
	preset               string
	markdown, card, test bool
	json                 bool
}

func (p *program) keysCommand() *cobra.Command {
	var f keysFlags
	c := p.command("keys", cobra.NoArgs, func(*cobra.Command, []string) error { return p.showKeys(f) })
	c.Flags().StringVar(&f.preset, "preset", "", p.words.Say("flag.preset"))
	c.Flags().BoolVar(&f.markdown, "markdown", false, p.words.Say("flag.keys-markdown"))
	c.Flags().BoolVar(&f.card, "card", false, p.words.Say("flag.keys-card"))
	c.Flags().BoolVar(&f.test, "test", false, p.words.Say("flag.keys-test"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	c.MarkFlagsMutuallyExclusive("markdown", "card", "test", "json")
	return c
}

// showKeys prints the key map that `open` would go by, and says on standard
// error what of it cannot work.
func (p *program) showKeys(f keysFlags) error {
	s, err := p.readSettings()
	if err != nil {
		return err
	}
	if f.preset != "" {
		s.Preset = f.preset
	}
	keys, remarks, err := p.keymap(s)
	if err != nil {
		return err
	}
	for _, r := range remarks {
		p.tell(p.keyRemark(r))
	}
	switch {
	case f.test:
		if err := p.needTerminal("keys --test"); err != nil {
			return err
		}
		return tui.TestKeys(p.in, p.out, keys, p.words)
	case f.json:
		return p.keysJSON(keys)
	case f.markdown:
		return p.print(p.out, p.keysMarkdown(keys))
	case f.card:
		return p.print(p.out, p.keysCard(keys))
	}
	return p.print(p.out, p.keysText(keys))
}

// boundKey is a row of the map.
type boundKey struct {
	Action tui.Action `json:"action"`
	Group  string     `json:"group"`
	Keys   []string   `json:"keys"`
	Text   string     `json:"text"`
}

// bound lists what every action is done with.
func (p *program) bound(keys *tui.Keymap) []boundKey {
	var list []boundKey
	for _, g := range tui.Groups {
		for _, a := range g.Actions {
			list = append(list, boundKey{a, g.Name, append([]string{}, keys.Keys(a)...), p.words.Say("action." + string(a))})
		}
	}
	return list
}

func (p *program) keysJSON(keys *tui.Keymap) error {
	data, err := json.MarshalIndent(p.bound(keys), "", "  ")
	if err != nil {
		return err
	}
	return p.print(p.out, string(data)+"\n")
}

// names writes an action's keys as people do.
func (b boundKey) names(words *locale.Words, join string) string {
	var list []string
	for _, k := range b.Keys {
		list = append(list, tui.KeyNameIn(words, k))
	}
	return strings.Join(list, join)
}

// keysText has the action's name too: that is what the configuration takes.
func (p *program) keysText(keys *tui.Keymap) string {
	var b strings.Builder
	group := ""
	for _, k := range p.bound(keys) {
		if k.Group != group {
			if group = k.Group; b.Len() > 0 {
				b.WriteString("\n")
			}
			b.WriteString(p.words.Say("group."+group) + "\n")
		}
		fmt.Fprintf(&b, "  %s  %-18s %s\n", pad(k.names(p.words, "  "), 34), k.Action, k.Text)
	}
	return b.String()
}

// pad fills a text up to a width in cells.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-ansi.StringWidth(text), 0))
}

func (p *program) keysMarkdown(keys *tui.Keymap) string {
	var b strings.Builder
	group := ""
	escape := strings.NewReplacer("|", "\\|", "<", "&lt;", ">", "&gt;", "`", "&#96;", "\\", "\\\\")
	for _, k := range p.bound(keys) {
		if k.Group != group {
			if group = k.Group; b.Len() > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "## %s\n\n| %s | %s | %s |\n|---|---|---|\n", p.words.Say("group."+group),
				p.words.Say("keys.column-keys"), p.words.Say("keys.column-text"), p.words.Say("keys.column-action"))
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", escape.Replace(k.names(p.words, ", ")), escape.Replace(k.Text), k.Action)
	}
	return b.String()
}

// The card is a page: two columns, together as wide as paper in landscape at
// ten characters an inch.
const (
	cardColumn = 57
	cardKey    = 18
)

// keysCard is the map for a sheet of paper: an action's first key alone, and
// the keys that every editor has left out.
func (p *program) keysCard(keys *tui.Keymap) string {
	var blocks [][]string
	group := ""
	for _, k := range p.bound(keys) {
		if k.Group != group {
			group = k.Group
			blocks = append(blocks, []string{strings.ToUpper(p.words.Say("group." + group))})
		}
		if len(k.Keys) == 0 || everyEditorHas[k.Action] {
			continue
		}
		text := strings.Split(ansi.Wrap(k.Text, cardColumn-cardKey-2, ""), "\n")
		lines := []string{pad(tui.KeyNameIn(p.words, k.Keys[0]), cardKey) + text[0]}
		for _, more := range text[1:] {
			lines = append(lines, strings.Repeat(" ", cardKey)+more)
		}
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], lines...)
	}
	var lines []string
	for i, b := range blocks {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, b...)
	}
	half := (len(lines) + 1) / 2
	var b strings.Builder
	for i := range half {
		right := ""
		if half+i < len(lines) {
			right = lines[half+i]
		}
		b.WriteString(strings.TrimRight(pad(lines[i], cardColumn)+"  "+right, " ") + "\n")
	}
	return b.String()
}

var everyEditorHas = map[tui.Action]bool{
	tui.MoveLeft: true, tui.MoveRight: true, tui.MoveUp: true, tui.MoveDown: true, tui.MoveHome: true, tui.MoveEnd: true,
	tui.DeleteNext: true, tui.SelectLeft: true, tui.SelectRight: true, tui.SelectHome: true, tui.SelectEnd: true,
	tui.Speaker2: true, tui.Speaker3: true, tui.Speaker4: true, tui.Speaker5: true, tui.Speaker6: true, tui.Speaker7: true, tui.Speaker8: true,
}
