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
	wasHelp := r.help
	r.help = false
	if a.Judges() {
		if wasHelp {
			return nil
		}
		return r.judge(a)
	}
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

// decides are the actions that decide, for one case or for all like it.
var decides = map[tui.Action]struct {
	verdict Verdict
	all     bool
}{
	tui.GoldRight: {TakeGold, false}, tui.AllGoldRight: {TakeGold, true},
	tui.DraftRight: {TakeDraft, false}, tui.AllDraftRight: {TakeDraft, true},
	tui.BothRight: {BothRight, false}, tui.AllBothRight: {BothRight, true},
	tui.OtherText: {Third, false}, tui.AllOtherText: {Third, true},
	tui.NoError: {NoError, false}, tui.AllNoError: {NoError, true},
	tui.LeaveUnclear: {Unclear, false}, tui.AllLeaveUnclear: {Unclear, true},
}

// looks are the other actions of judging that this screen knows.
var looks = []tui.Action{
	tui.HearAgain, tui.HearWider, tui.NextInList, tui.PreviousInList, tui.GroupAlike, tui.OnlyKinds, tui.OnlySpeaker, tui.OnlyLonger, tui.JudgingHelp,
}

// moves are the actions of other screens that this one knows too.
var moves = []tui.Action{
	tui.NextError, tui.PreviousError, tui.NextAndPlay, tui.PreviousAndPlay, tui.MoveDown, tui.MoveUp, tui.PageDown, tui.PageUp,
	tui.SegmentDown, tui.SegmentUp, tui.First, tui.Last, tui.MoveHome, tui.MoveEnd, tui.SplitHere, tui.Undo, tui.Redo, tui.Save, tui.Quit,
}

// Offers says what the screen can do: what the palette and the help list.
func (r *Review) Offers(a tui.Action) bool {
	_, decides := decides[a]
	return decides || a.Plays() || slices.Contains(looks, a) || slices.Contains(moves, a)
}

// Type takes what was typed, which is nothing here but a way out of the help.
func (r *Review) Type(string) tea.Cmd {
	r.message, r.help = message{}, false
	return nil
}

// judge decides, or changes what is looked at.
func (r *Review) judge(a tui.Action) tea.Cmd {
	d, ok := decides[a]
	if !ok {
		return r.look(a)
	}
	cases := r.equals()
	if c := r.here(); c != nil && !d.all && !r.grouped {
		cases = []*ref{c}
	}
	switch d.verdict {
	case Third:
		return r.askThird(cases)
	case NoError:
		return r.askRule(cases)
	}
	return r.decide(d.verdict, cases, "", "", "")
}

// look changes what is looked at, or plays it.
func (r *Review) look(a tui.Action) tea.Cmd {
	switch a {
	case tui.HearAgain:
		return r.hear(0)
	case tui.HearWider:
		return r.hear(2 * time.Second)
	case tui.NextInList:
		return r.leap(1)
	case tui.PreviousInList:
		return r.leap(-1)
	case tui.GroupAlike:
		r.grouped = !r.grouped
		r.at = 0
		r.relist()
	case tui.OnlyKinds:
		r.askFilter()
	case tui.OnlySpeaker:
		r.nextSpeaker()
	case tui.OnlyLonger:
		sizes := []int{0, 2, 3, 5}
		r.Filter.MinWords = sizes[(slices.Index(sizes, r.Filter.MinWords)+1)%len(sizes)]
		r.relist()
		if n := r.Filter.MinWords; n > 0 {
			r.say(r.words.Say("review.size", n))
		}
	case tui.JudgingHelp:
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
