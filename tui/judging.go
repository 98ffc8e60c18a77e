package tui

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The actions of judging, which a review's screens know. Such a screen types no
// text, so their keys may be plain letters: those count there alone, and go
// before what a key does elsewhere.
const (
	GoldRight    Action = "gold-right"
	DraftRight   Action = "draft-right"
	BothRight    Action = "both-right"
	OtherText    Action = "other-text"
	NoError      Action = "no-error"
	LeaveUnclear Action = "unclear"

	AllGoldRight    Action = "gold-right-all"
	AllDraftRight   Action = "draft-right-all"
	AllBothRight    Action = "both-right-all"
	AllOtherText    Action = "other-text-all"
	AllNoError      Action = "no-error-all"
	AllLeaveUnclear Action = "unclear-all"

	Choose1    Action = "choose-1"
	Choose2    Action = "choose-2"
	Choose3    Action = "choose-3"
	Choose4    Action = "choose-4"
	Choose5    Action = "choose-5"
	Choose6    Action = "choose-6"
	Choose7    Action = "choose-7"
	Choose8    Action = "choose-8"
	Choose9    Action = "choose-9"
	ChooseNone Action = "choose-none"

	HearAgain      Action = "hear"
	HearWider      Action = "hear-wider"
	NextInList     Action = "next-in-list"
	PreviousInList Action = "previous-in-list"
	GroupAlike     Action = "group-alike"
	OnlyKinds      Action = "only-kinds"
	OnlySpeaker    Action = "only-speaker"
	OnlyLonger     Action = "only-longer"
	JudgingHelp    Action = "review-help"
)

// Choices are the actions that choose a candidate, in order.
var Choices = []Action{Choose1, Choose2, Choose3, Choose4, Choose5, Choose6, Choose7, Choose8, Choose9}

// judging is the group of these actions.
var judging = Group{"judging", slices.Concat([]Action{
	GoldRight, DraftRight, BothRight, OtherText, NoError, LeaveUnclear,
	AllGoldRight, AllDraftRight, AllBothRight, AllOtherText, AllNoError, AllLeaveUnclear,
}, Choices, []Action{
	ChooseNone, HearAgain, HearWider, NextInList, PreviousInList, GroupAlike, OnlyKinds, OnlySpeaker, OnlyLonger, JudgingHelp,
})}

// Judges says whether an action is one of judging.
func (a Action) Judges() bool { return slices.Contains(judging.Actions, a) }

// Judging is a screen on which nothing is typed: its keys may be letters.
type Judging interface {
	Screen
	// Offers says whether the screen does something for an action.
	Offers(Action) bool
}

// groups are the actions that the screen knows: what it offers, its own first,
// where it is one for judging; of another all that are not for judging.
func (r *Root) groups() []Group {
	s, judges := r.screen.(Judging)
	var list []Group
	for _, g := range Groups {
		switch {
		case !judges && g.Name != judging.Name:
			list = append(list, g)
		case judges:
			some := Group{Name: g.Name}
			for _, a := range g.Actions {
				if s.Offers(a) || a == Help || a == Palette || a == Redraw {
					some.Actions = append(some.Actions, a)
				}
			}
			if g.Name == judging.Name {
				list = append([]Group{some}, list...)
			} else if len(some.Actions) > 0 {
				list = append(list, some)
			}
		}
	}
	return list
}

// LookupJudging returns what a key does on a screen for judging, where it does
// something else there.
func (m *Keymap) LookupJudging(key string) (Action, bool) {
	a, ok := m.judging[normalKey(key)]
	return a, ok
}

// of is the table in which an action's keys are looked up: a key may do one
// thing in each.
func (m *Keymap) of(a Action) map[string]Action {
	if a.Judges() {
		return m.judging
	}
	return m.actions
}

// hidden remarks on keys of a table that do something else on a screen for
// judging, and so do there no more what they do elsewhere.
func (m *Keymap) hidden(table map[string][]string) []KeyRemark {
	var remarks []KeyRemark
	for _, key := range slices.Sorted(maps.Keys(m.judging)) {
		a := m.judging[key]
		other, taken := m.actions[key]
		_, given := table[string(a)]
		if _, too := table[string(other)]; taken && (given || too) {
			remarks = append(remarks, KeyRemark{Code: HiddenKey, Key: key, Action: a, Other: other})
		}
	}
	return remarks
}

// freeLetter is a letter that does nothing yet on a screen for judging.
func (m *Keymap) freeLetter() string {
	for c := 'a'; c <= 'z'; c++ {
		if _, taken := m.judging[string(c)]; !taken {
			return string(c)
		}
	}
	return ""
}

// shiftedLetter writes a capital as the key that types it: "G" is "shift+g".
func shiftedLetter(key string) string {
	r, n := utf8.DecodeRuneInString(key)
	if n == len(key) && unicode.IsUpper(r) {
		return "shift+" + strings.ToLower(key)
	}
	return key
}
