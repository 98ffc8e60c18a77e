package review

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/quality"
	"tapescript/tui"
	"tapescript/tui/transport"
)

// Draw lays the screen out: what the case is, the list, both texts one above
// the other, the player and the score, a hint.
func (r *Review) Draw(w, h int) tui.Frame {
	if r.help {
		return r.helpPage(w, h)
	}
	text := r.contextRows(w, max(1, min(4, (h-8)/5)))
	room := h - 1 - len(text) - 2
	rows := []string{r.titleRow(w)}
	rows = append(rows, r.listRows(w, max(room, 1))...)
	for len(rows) < 1+room {
		rows = append(rows, "")
	}
	rows = append(rows, text...)
	rows = append(rows, r.statusRow(w), r.footRow(w))
	if len(rows) > h {
		rows = append(rows[:1], rows[len(rows)-h+1:]...)
	}
	return tui.Frame{Rows: rows, CursorX: -1}
}

// titleRow says which case this is of how many, and of what kinds.
func (r *Review) titleRow(w int) string {
	text := " " + r.words.Say("score.working")
	c := r.here()
	switch {
	case r.ready && c == nil && r.filterNames() != "":
		text = " " + r.words.Say("review.none-such")
	case r.ready && c == nil && len(r.log.entries) > 0:
		text = " " + r.words.Say("review.all-decided")
	case r.ready && c == nil:
		text = " " + r.words.Say("review.none")
	case c != nil:
		text = " " + r.words.Say("review.case", r.at+1, len(r.rows), r.kinds(c.Kinds))
		if c.Speaker != "" {
			text += " · " + shown(c.Speaker)
		}
		if len(r.Items) > 1 {
			text += " · " + shown(path.Base(c.item.ID))
			if c.item.Worker != "" {
				text += " (" + shown(c.item.Worker) + ")"
			}
		}
		if n := len(r.equals()); n > 1 {
			text += " · " + r.words.Say("review.times", n)
		}
	}
	if names := r.filterNames(); names != "" {
		text += " · " + r.words.Say("review.only", names)
	}
	text = ansi.Truncate(text, w, "…")
	return r.theme.Bar.Render(text + strings.Repeat(" ", max(0, w-ansi.StringWidth(text))))
}

func (r *Review) kinds(k Kinds) string {
	var list []string
	for _, name := range k.Names() {
		list = append(list, r.words.Say("review.kind-"+name))
	}
	return strings.Join(list, ", ")
}

func (r *Review) filterNames() string {
	var list []string
	switch r.Filter.Kinds {
	case 0:
	case Errors:
		list = append(list, r.words.Say("review.kind-words"))
	default:
		list = append(list, r.kinds(r.Filter.Kinds))
	}
	if r.Filter.Speaker != "" {
		list = append(list, shown(r.Filter.Speaker))
	}
	if r.Filter.MinWords > 1 {
		list = append(list, r.words.Say("review.size", r.Filter.MinWords))
	}
	if r.OnlyUnclear {
		list = append(list, r.words.Say("review.unclear"))
	}
	return strings.Join(list, ", ")
}

// letters are the kinds in the list, one sign each.
var letters = []struct {
	kind Kinds
	sign string
}{
	{Substitution, "S"}, {Deletion, "D"}, {Insertion, "I"}, {Number, "#"}, {Name, "N"}, {Negation, "!"},
	{Punctuation, ","}, {LetterCase, "c"}, {SpeakerLabel, "@"}, {Time, "t"},
}

// listRows are the cases around the current one.
func (r *Review) listRows(w, h int) []string {
	var rows []string
	top := max(0, min(r.at-h/2, len(r.rows)-h))
	for i := top; i < len(r.rows) && len(rows) < h; i++ {
		rows = append(rows, r.listRow(i, w))
	}
	return rows
}

func (r *Review) listRow(i, w int) string {
	c := r.rows[i].cases[0]
	signs := ""
	for _, l := range letters {
		if c.Kinds&l.kind != 0 {
			signs += l.sign
		}
	}
	sign := " "
	if i == r.at {
		sign = "▸"
	}
	if r.waived[c.id()] == Unclear {
		sign += "?"
	} else {
		sign += " "
	}
	text := fmt.Sprintf("%s%8s %-3s %s → %s", sign, clock(c.at(r.lengthOf(c.item))), signs, orNone(c.DraftSays), orNone(c.GoldSays))
	if n := len(r.rows[i].cases); n > 1 {
		text += fmt.Sprintf("  %d×", n)
	}
	text = ansi.Truncate(text, w, "…")
	switch {
	case i == r.at:
		return r.theme.Current.Render(text)
	case strings.HasSuffix(sign, "?"):
		return r.theme.Dim.Render(text)
	}
	return text
}

// lengthOf is how long an item's recording is, as far as that is known.
func (r *Review) lengthOf(it *Item) time.Duration {
	if it.length == 0 && it.Recording == r.loaded {
		return r.sound.Duration
	}
	return it.length
}

// orNone shows that a side has nothing there.
func orNone(text string) string {
	if text == "" {
		return "∅"
	}
	return shown(text)
}

// contextRows are gold above the draft, so many rows each, with a rule above.
func (r *Review) contextRows(w, each int) []string {
	rows := []string{r.theme.Dim.Render(strings.Repeat("─", w))}
	c := r.here()
	if c == nil {
		for range 2 * each {
			rows = append(rows, "")
		}
		return rows
	}
	labels := []string{r.words.Say("review.gold"), r.words.Say("review.draft")}
	margin := max(ansi.StringWidth(labels[0]), ansi.StringWidth(labels[1])) + 2
	gold, draft := differing(c.Case)
	for i, side := range []struct {
		place Place
		marks []bool
		says  string
	}{{c.Gold, gold, c.GoldSays}, {c.Draft, draft, c.DraftSays}} {
		style := r.theme.Substitution
		if i == 1 {
			style = r.theme.Insertion
		}
		text := passage(side.place, side.marks, w-margin, each, style, r.theme)
		if c.Kinds&(SpeakerLabel|Time) != 0 {
			text[0] = ansi.Truncate(r.theme.Title.Render("["+shown(side.says)+"]")+" "+text[0], w-margin, "…")
		}
		for k, row := range text {
			label := ""
			if k == 0 {
				label = labels[i]
			}
			rows = append(rows, r.theme.Speaker.Render(" "+label)+strings.Repeat(" ", margin-1-ansi.StringWidth(label))+row)
		}
	}
	return rows
}

// statusRow is the player, the score with its change, what is decided.
func (r *Review) statusRow(w int) string {
	parts := []string{transport.Bar(r.sound, r.words), r.score()}
	if s := r.outputState(); s != "" {
		parts = append(parts, s)
	}
	if n := r.Unsaved(); n > 0 {
		parts = append(parts, r.words.Say("file.unsaved"))
	}
	f := r.figures
	parts = append(parts, r.words.Count("review.decided", f.Decisions))
	if f.Overturned > 0 {
		parts = append(parts, r.words.Say("review.overturned", 100*f.OverturnedRate))
	}
	return barRow(parts, w, r.log.err != nil, &r.stage)
}

// score is the error rate, how far it has come, and what it would be without
// what a rule allows.
func (r *Review) score() string {
	if !r.ready {
		return r.words.Say("score.working")
	}
	c := r.counts()
	rate, known := c.WER()
	if !known {
		return r.words.Say("score.wer-none")
	}
	text := r.words.Say("score.wer-short", r.percent(rate))
	if was, ok := r.began.WER(); ok && was != rate {
		text += r.words.Figure(" (%+.2f)", 100*(rate-was))
	}
	if n := r.allowed(); n > 0 {
		fewer := quality.Counts{Correct: c.Words(), Substitutions: 0}
		text += " " + r.words.Say("review.allowed", r.percent(float64(max(0, c.Errors()-n))/float64(fewer.Correct)))
	}
	return text
}

// allowed counts the words of cases that are no errors by a rule.
func (r *Review) allowed() int {
	n := 0
	for _, it := range r.Items {
		for _, c := range it.found.cases {
			if one := (&ref{it, c}); c.Kinds&Errors != 0 && r.waived[one.id()] == NoError {
				n += c.Words
			}
		}
	}
	return n
}

func (r *Review) percent(rate float64) string { return r.words.Figure("%.2f%%", 100*rate) }

// ordinaryKeys are shown where nobody has bound any.
var ordinaryKeys = map[tui.Action]string{
	tui.GoldRight: "g", tui.DraftRight: "d", tui.BothRight: "b", tui.OtherText: "t", tui.NoError: "n", tui.LeaveUnclear: "u",
	tui.HearAgain: "Space", tui.HearWider: "w", tui.NextInList: "j", tui.PreviousInList: "k", tui.GroupAlike: "=", tui.OnlyKinds: "f",
	tui.OnlySpeaker: "s", tui.OnlyLonger: "z", tui.JudgingHelp: "?",
}

func (r *Review) footRow(w int) string { return r.foot(r.words.Say("review.hint"), w) }

// helpPage lists the keys of judging.
func (r *Review) helpPage(w, h int) tui.Frame {
	rows := []string{r.theme.Title.Render(ansi.Truncate(" "+r.words.Say("review.help"), w, "…")), ""}
	for _, a := range slices.Concat([]tui.Action{tui.GoldRight, tui.DraftRight, tui.BothRight, tui.OtherText, tui.NoError, tui.LeaveUnclear}, looks) {
		key := r.words.Key(string(a), ordinaryKeys[a])
		rows = append(rows, ansi.Truncate("  "+key+strings.Repeat(" ", max(1, 9-ansi.StringWidth(key)))+r.words.Say("action."+string(a)), w, "…"))
	}
	rows = append(rows, "")
	for _, line := range strings.Split(ansi.Wrap(r.words.Say("review.key-more"), max(w-2, 1), ""), "\n") {
		rows = append(rows, "  "+line)
	}
	for len(rows) < h {
		rows = append(rows, "")
	}
	return tui.Frame{Rows: rows[:h], CursorX: -1}
}
