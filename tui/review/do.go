package review

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/tui"
)

// Do carries out an action whose key is bound for every screen.
func (r *Review) Do(a tui.Action) tea.Cmd {
	r.message = message{}
	r.help = false
	switch {
	case a == tui.Replay:
		return r.hear(0)
	case a.Plays():
		var s audio.Span
		if c := r.here(); c != nil && r.loaded == c.item.Recording {
			s = c.Hear(r.sound.Duration)
		}
		r.transport.Do(a, s)
		return r.startTick(0)
	}
	switch a {
	case tui.NextError, tui.MoveDown, tui.NextAndPlay, tui.SplitHere:
		return r.jump(1)
	case tui.PreviousError, tui.MoveUp, tui.PreviousAndPlay:
		return r.jump(-1)
	case tui.PageDown, tui.SegmentDown:
		return r.leap(10)
	case tui.PageUp, tui.SegmentUp:
		return r.leap(-10)
	case tui.First, tui.MoveHome:
		return r.leap(-len(r.rows))
	case tui.Last, tui.MoveEnd:
		return r.leap(len(r.rows))
	case tui.Undo:
		return r.undo()
	case tui.Redo:
		return r.redo()
	case tui.Save:
		return r.startSave(false, nil)
	case tui.Quit:
		return r.quit()
	}
	return nil
}

// leap moves by rows and stops at the ends, without playing.
func (r *Review) leap(n int) tea.Cmd {
	r.at = max(0, min(r.at+n, len(r.rows)-1))
	r.unplayed = true
	return nil
}

// Keys are the letters that decide and choose what is looked at. This screen
// types no text, so they need no modifier. Shift decides for all equal cases.
var Keys = []struct{ Key, Does string }{
	{"g", "gold"}, {"d", "draft"}, {"b", "both"}, {"t", "third"}, {"n", "no-error"}, {"u", "unclear"},
	{"space", "hear"}, {"w", "wider"}, {"=", "group"}, {"f", "filter"}, {"s", "speaker"}, {"z", "size"}, {"?", "help"},
}

// Type takes a letter as a key.
func (r *Review) Type(text string) tea.Cmd {
	r.message = message{}
	if r.help {
		r.help = false
		return nil
	}
	if len(text) != 1 { // something pasted
		return nil
	}
	all := text >= "A" && text <= "Z"
	cases := r.equals()
	if c := r.here(); c != nil && !all && !r.grouped {
		cases = []*ref{c}
	}
	switch strings.ToLower(text) {
	case "g":
		return r.decide(TakeGold, cases, "", "", "")
	case "d":
		return r.decide(TakeDraft, cases, "", "", "")
	case "b":
		return r.decide(BothRight, cases, "", "", "")
	case "u":
		return r.decide(Unclear, cases, "", "", "")
	case "t":
		return r.askThird(cases)
	case "n":
		return r.askRule(cases)
	case " ":
		return r.hear(0)
	case "w":
		return r.hear(2 * time.Second)
	}
	return r.look(text)
}

// look changes what is looked at.
func (r *Review) look(key string) tea.Cmd {
	switch key {
	case "j":
		return r.leap(1)
	case "k":
		return r.leap(-1)
	case "=":
		r.grouped = !r.grouped
		r.at = 0
		r.relist()
	case "f":
		r.askFilter()
	case "s":
		r.nextSpeaker()
	case "z":
		sizes := []int{0, 2, 3, 5}
		r.Filter.MinWords = sizes[(slices.Index(sizes, r.Filter.MinWords)+1)%len(sizes)]
		r.relist()
		if n := r.Filter.MinWords; n > 0 {
			r.say(r.words.Say("review.size", n))
		}
	case "?":
		r.help = true
	}
	return nil
}

// askThird asks what is right where neither side is.
func (r *Review) askThird(cases []*ref) tea.Cmd {
	if len(cases) == 0 || cases[0].Kinds&(SpeakerLabel|Time) != 0 {
		return nil
	}
	r.askText(r.words.Say("review.third", shown(cases[0].GoldSays), shown(cases[0].DraftSays)), firstReading(cases[0].GoldSays), func(text string) tea.Cmd {
		return r.decide(Third, cases, text, "", "")
	})
	return nil
}

// Rules are the reasons by which a difference is no error, as the log names
// them, with their keys.
var rules = []struct{ key, name string }{
	{"f", "filler"}, {"s", "spelling"}, {"n", "number"}, {"c", "compound"}, {"v", "verbatim-level"}, {"o", "other"},
}

// askRule asks why a difference is no error, and for a reason in words.
func (r *Review) askRule(cases []*ref) tea.Cmd {
	if len(cases) == 0 {
		return nil
	}
	var choices []tui.Choice
	for _, rule := range rules {
		choices = append(choices, tui.Choice{Key: rule.key, Label: r.words.Say("review.rule-" + rule.name), Do: func() tea.Cmd {
			r.askText(r.words.Say("review.reason"), "", func(reason string) tea.Cmd {
				return r.decide(NoError, cases, "", rule.name, strings.TrimSpace(reason))
			})
			return nil
		}})
	}
	r.ask(r.words.Say("review.rule"), choices...)
	return nil
}

// filterKeys are the keys of the kinds in the filter's question.
var filterKeys = map[Kinds]string{
	Substitution: "s", Deletion: "d", Insertion: "i", Number: "n", Name: "a", Negation: "g",
	Punctuation: "p", LetterCase: "c", SpeakerLabel: "k", Time: "t",
}

// askFilter asks for the kinds to look at.
func (r *Review) askFilter() {
	set := func(k Kinds) func() tea.Cmd {
		return func() tea.Cmd {
			r.Filter.Kinds = k
			r.at = 0
			r.relist()
			r.unplayed = true
			return nil
		}
	}
	choices := []tui.Choice{
		{Key: "w", Label: r.words.Say("review.kind-words"), Do: set(Errors)},
		{Key: "e", Label: r.words.Say("review.kind-all"), Do: set(0)},
	}
	for _, k := range kindNames {
		n := 0
		for _, it := range r.Items {
			for _, c := range it.found.cases {
				if c.Kinds&k.kind != 0 {
					n++
				}
			}
		}
		choices = append(choices, tui.Choice{
			Key: filterKeys[k.kind], Label: r.words.Say("review.kind-many", r.words.Say("review.kind-"+k.name), n), Do: set(k.kind),
		})
	}
	r.ask(r.words.Say("review.filter"), choices...)
}

// nextSpeaker looks at another speaker's cases, at last at everybody's.
func (r *Review) nextSpeaker() {
	var all []*Case
	for _, it := range r.Items {
		all = append(all, it.found.cases...)
	}
	people := append([]string{""}, speakersOf(all)...)
	r.Filter.Speaker = people[(slices.Index(people, r.Filter.Speaker)+1)%len(people)]
	r.at = 0
	r.relist()
	r.unplayed = true
	if r.Filter.Speaker != "" {
		r.say(r.words.Say("review.speaker", shown(r.Filter.Speaker)))
	} else {
		r.say(r.words.Say("review.everybody"))
	}
}
