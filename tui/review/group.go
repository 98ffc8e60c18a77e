package review

import (
	"cmp"
	"slices"
	"strings"
)

// Filter says which cases are looked at. The zero value takes all.
type Filter struct {
	Kinds    Kinds  // any of these; 0: every kind
	Speaker  string // "" for everybody
	MinWords int    // that a case is about
}

// Takes says whether a case passes.
func (f Filter) Takes(c *Case) bool {
	return (f.Kinds == 0 || c.Kinds&f.Kinds != 0) && (f.Speaker == "" || c.Speaker == f.Speaker) && c.Words >= f.MinWords
}

// same names what two equal cases have in common: the same two texts, written
// alike or not where it is the words that differ.
func (c *Case) same() string {
	gold, draft := c.GoldSays, c.DraftSays
	if c.Kinds&Errors != 0 {
		gold, draft = strings.ToLower(gold), strings.ToLower(draft)
	}
	kind := c.Kinds & (Errors | Punctuation | LetterCase | SpeakerLabel | Time)
	return strings.Join(append(kind.Names(), gold, draft), "\x00")
}

// Group is a row of equal cases.
type Group struct{ Cases []*Case }

// Groups puts equal cases together, the most frequent first and equal numbers
// in the order of the recording.
func Groups(cases []*Case) []Group {
	at := map[string]int{}
	var list []Group
	for _, c := range cases {
		k, ok := at[c.alike]
		if !ok {
			k = len(list)
			at[c.alike] = k
			list = append(list, Group{})
		}
		list[k].Cases = append(list[k].Cases, c)
	}
	slices.SortStableFunc(list, func(a, b Group) int { return cmp.Compare(len(b.Cases), len(a.Cases)) })
	return list
}

// speakersOf lists whose words the cases are about, in the order of the text.
func speakersOf(cases []*Case) []string {
	var list []string
	for _, c := range cases {
		if c.Speaker != "" && !slices.Contains(list, c.Speaker) {
			list = append(list, c.Speaker)
		}
	}
	return list
}
