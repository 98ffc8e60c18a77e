package review

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"tapescript/quality"
	"tapescript/transcript"
)

// Item is one recording with the two transcripts that are compared.
type Item struct {
	ID          string // of a table's row, else the draft's file
	Worker      string // who wrote the draft, where a table says so
	Recording   string // what the deck is asked to load; "" where there is none
	Draft, Gold *transcript.Document
	// Risk is how many errors are expected in a segment of the draft, by its ID;
	// where it is there, cases are listed by it, the riskiest first.
	Risk map[string]float64

	length   time.Duration // of the recording, once it is open
	matching *quality.Matching
	found    found
	began    quality.Counts
	known    bool // found and began are of some revision
}

// found is what was worked out of an item at a moment.
type found struct {
	cases    []*Case
	counts   quality.Counts
	revision [2]uint64
}

func (it *Item) revision() [2]uint64 {
	return [2]uint64{it.Draft.Revision(), it.Gold.Revision()}
}

// compare finds the cases of an item as it is in two snapshots. It may run on
// any goroutine, one at a time.
func (it *Item) compare(gold, draft *transcript.Transcript, o quality.Options, revision [2]uint64) found {
	if it.matching == nil || hasAlternatives(gold) && !o.Notation {
		it.matching = quality.NewMatching(notation(gold, o))
	}
	f := found{revision: revision}
	blocks := it.matching.Match(gold, draft)
	for _, b := range blocks {
		f.counts = f.counts.Add(b.Counts)
	}
	f.cases = Find(blocks, gold, draft)
	if it.Risk != nil {
		slices.SortStableFunc(f.cases, func(a, b *Case) int { return cmp.Compare(it.riskOf(b), it.riskOf(a)) })
	}
	return f
}

// riskOf is the risk of the segment that a case is in; of a segment that the
// draft does not have, none.
func (it *Item) riskOf(c *Case) float64 {
	if c.Draft.Segment == nil {
		return 0
	}
	return it.Risk[c.Draft.Segment.ID]
}

// notation lets a gold that has alternatives be read so.
func notation(gold *transcript.Transcript, o quality.Options) quality.Options {
	o.Notation = o.Notation || hasAlternatives(gold)
	return o
}

func hasAlternatives(t *transcript.Transcript) bool {
	return slices.ContainsFunc(t.Segments, func(s *transcript.Segment) bool { return len(alternations(s.Text)) > 0 })
}

// byItem are the items of each ID, in their order: they share their gold.
func byItem(items []*Item) (ids []string, of map[string][]*Item) {
	of = map[string][]*Item{}
	for _, it := range items {
		if of[it.ID] == nil {
			ids = append(ids, it.ID)
		}
		of[it.ID] = append(of[it.ID], it)
	}
	return ids, of
}

// apply does changes, in their order, to items of one ID, or nothing where one
// does not fit.
func apply(items []*Item, changes []Change) error {
	var done []*transcript.Document
	do := func(doc *transcript.Document, side Side, list []Change) error {
		e := edit(doc, side, list)
		if e == nil {
			return nil
		}
		if _, err := doc.Apply(e); err != nil {
			for _, d := range done {
				_, _ = d.Undo() // what was done a moment ago can be undone
			}
			return err
		}
		done = append(done, doc)
		return nil
	}
	for _, it := range items {
		var own []Change
		for _, c := range changes {
			if c.Side == Draft && c.Worker == it.Worker {
				own = append(own, c)
			}
		}
		if err := do(it.Draft, Draft, own); err != nil {
			return err
		}
	}
	return do(items[0].Gold, Gold, changes)
}

// Restore does again what the log says and the files lack. It returns how many
// groups of decisions it did, and how many did not fit.
func Restore(items []*Item, log []Entry, sha256 map[Side]string) (done, refused int) {
	_, of := byItem(items)
	lacks := map[Side]map[int]bool{}
	for _, side := range []Side{Draft, Gold} {
		lacks[side] = map[int]bool{}
		list, _ := since(log, side, sha256[side])
		for _, e := range list {
			lacks[side][e.N] = true
		}
	}
	for _, g := range groups(log) {
		var changes []Change
		for _, c := range g.changes {
			if lacks[c.Side][g.n] {
				changes = append(changes, c)
			}
		}
		switch list := of[g.item]; {
		case len(changes) == 0:
		case len(list) == 0 || apply(list, changes) != nil:
			refused++
		default:
			done++
		}
	}
	return done, refused
}

// group is what was done at once to the items of one ID.
type group struct {
	n       int // of its first line
	item    string
	changes []Change // in the order in which they are done
	undoing bool
}

// groups lists what a log says was done, in its order: decisions, and undoing.
func groups(log []Entry) []group {
	var list []group
	at := map[[2]string]int{} // of decisions, by group and item
	for _, e := range log {
		switch {
		case e.Undo != 0:
			list = append(list, group{e.N, e.Item, e.Changes, true})
		case e.decision():
			key := [2]string{strconv.Itoa(e.Group), e.Item}
			if k, ok := at[key]; ok {
				list[k].changes = append(list[k].changes, e.Changes...)
				continue
			}
			at[key] = len(list)
			list = append(list, group{e.Group, e.Item, slices.Clone(e.Changes), false})
		}
	}
	for i := range list {
		if !list[i].undoing {
			list[i].changes = inOrder(list[i].changes)
		}
	}
	return list
}

// OpenCase is a case that nobody has decided.
type OpenCase struct {
	Item  *Item
	Case  *Case
	Equal int // how many open cases are like it, itself among them
}

// Open lists what is still to be decided, in the order of the items, without a
// screen.
func Open(items []*Item, o quality.Options, log []Entry, filter Filter, onlyUnclear bool) []OpenCase {
	waived := waivedBy(log)
	var list []OpenCase
	equal := map[string]int{}
	for _, it := range items {
		it.found = it.compare(it.Gold.Snapshot(), it.Draft.Snapshot(), o, it.revision())
		for _, c := range it.found.cases {
			if v := waived[(&ref{it, c}).id()]; open(v, onlyUnclear) && filter.Takes(c) {
				list = append(list, OpenCase{Item: it, Case: c})
				equal[c.alike]++
			}
		}
	}
	for i := range list {
		list[i].Equal = equal[list[i].Case.alike]
	}
	return list
}

// open says whether a case of this verdict, or of none, is to be looked at.
func open(v Verdict, onlyUnclear bool) bool {
	return (v == "" || v == Unclear) && (!onlyUnclear || v == Unclear)
}

// waivedBy are the verdicts that changed no text, by the case's ID.
func waivedBy(log []Entry) map[string]Verdict {
	waived := map[string]Verdict{}
	for _, e := range Standing(log) {
		if e.Verdict == NoError || e.Verdict == Unclear || e.Verdict == BothRight && len(e.Changes) == 0 {
			waived[e.Item+"\x00"+e.Worker+"\x00"+e.Key] = e.Verdict
		}
	}
	return waived
}
