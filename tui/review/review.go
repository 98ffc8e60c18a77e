// Package review is the screen on which transcripts are judged: from one
// difference to the next, each heard and seen in both versions, decided by one
// key, while the score moves.
//
//	r := review.New(review.Opening{Items: items, Deck: deck, Log: file, …})
//	err := tui.Run(ctx, r, options)
//
// What is decided is a [Case]: words that gold and draft have differently, or
// how they are written, who says them and when ([Find]). A decision is a
// [Verdict]; it changes the draft, gold, both or neither, and is a line of the
// log ([Entry]), which is the journal of a review: whatever the files lack is
// done again from it ([Restore]). Finding, deciding and logging know no screen.
//
// [Columns] is the screen for several versions without a gold, [Blind] the one
// that hides the draft until one's own text stands.
//
// Not here: files, players, what a worker is paid.
package review

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/audio"
	"tapescript/quality"
	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/locale"
	"tapescript/tui/transport"
)

// Opening is what a review works on.
type Opening struct {
	Items []*Item // in the order in which they are to be looked at
	Deck  Deck
	Score quality.Options

	Log      Appender // nil: decisions are not kept
	Entries  []Entry  // that are in the log
	Reviewer string
	Filter   Filter
	// OnlyUnclear looks at what another reviewer left unclear.
	OnlyUnclear bool

	// Judges: what is saved is verdicts on the drafts too, so that a decision
	// counts as unsaved though it changed no text.
	Judges bool
	// Save writes what changed; it runs in a command. over says to replace what
	// another program changed, which is refused with [ErrChanged] otherwise.
	Save   func(work []Snapshot, over bool) ([]Saved, error)
	Notice string // what to say first

	Words   *locale.Words
	Explain func(error) string
	Theme   tui.Theme
	Now     func() time.Time // time.Now but in tests
}

// Review is the screen.
type Review struct {
	Opening
	stage

	list     []*ref // that the filter takes and nobody has decided
	at       int    // of the current one
	grouped  bool   // rows are groups of equal cases
	rows     []row
	began    quality.Counts // of all items, at the beginning
	ready    bool           // all items are compared
	busy     bool           // a comparison is under way
	stale    map[*Item]bool
	waived   map[string]Verdict // cases that are decided and still there
	said     map[[2]string]int  // lines of the log about an item, by its ID and worker
	figures  Figures
	pending  func() tea.Cmd // waits for the comparison
	unplayed bool           // the current case was not heard yet
	save     saving
	help     bool
	undone   [][]Entry // groups that can be done again, the last first
}

// ref is a case of an item.
type ref struct {
	item *Item
	*Case
}

func (r *ref) id() string { return r.item.ID + "\x00" + r.item.Worker + "\x00" + r.Key }

// row is what one row of the list stands for.
type row struct {
	cases []*ref // the first is the one that is shown
}

func newStage(deck Deck, words *locale.Words, theme tui.Theme, explain func(error) string, now func() time.Time) stage {
	if now == nil {
		now = time.Now
	}
	if explain == nil {
		explain = error.Error
	}
	return stage{deck: deck, transport: transport.New(deck), words: words, theme: theme, explain: explain, now: now, after: tea.Tick}
}

// New prepares the screen; nothing plays yet.
func New(o Opening) *Review {
	r := &Review{Opening: o, stage: newStage(o.Deck, o.Words, o.Theme, o.Explain, o.Now), stale: map[*Item]bool{}}
	r.log = &logbook{entries: slices.Clone(o.Entries), reviewer: o.Reviewer, now: r.now, out: o.Log}
	for _, it := range o.Items {
		r.stale[it] = true
	}
	r.sound = r.transport.State()
	r.remember()
	if o.Notice != "" {
		r.say(o.Notice)
		r.message.until = r.now().Add(time.Hour) // until the first key
	}
	return r
}

// Init starts the clock and the first comparison.
func (r *Review) Init() tea.Cmd { return tea.Batch(r.startTick(0), r.compare()) }

// Flush writes what of the log is still in memory: the end of the program waits
// for it.
func (r *Review) Flush() { _ = r.log.flush() }

// Update takes ticks and the results of commands.
func (r *Review) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tickMsg:
		return r.onTick(msg)
	case loadedMsg:
		for _, it := range r.Items {
			if it.Recording == msg.recording {
				it.length = msg.length
			}
		}
		return r.onLoaded(msg)
	case comparedMsg:
		return r.onCompared(msg)
	case writtenMsg:
		if msg.err != nil && r.log.err == nil {
			r.complain(r.words.Say("file.failing", r.explain(msg.err)))
		}
		return r.log.onWritten(msg)
	case savedMsg:
		return r.onSaved(msg)
	}
	return nil
}

type comparedMsg struct{ found map[*Item]found }

// compare finds the cases of the items that changed, in a command. One runs at
// a time: an item's matching is its own.
func (r *Review) compare() tea.Cmd {
	if r.busy || len(r.stale) == 0 {
		return nil
	}
	r.busy = true
	type job struct {
		item        *Item
		gold, draft *transcript.Transcript
		revision    [2]uint64
	}
	var jobs []job
	for it := range r.stale {
		jobs = append(jobs, job{it, it.Gold.Snapshot(), it.Draft.Snapshot(), it.revision()})
	}
	clear(r.stale)
	o := r.Score
	return func() tea.Msg {
		m := comparedMsg{map[*Item]found{}}
		for _, j := range jobs {
			m.found[j.item] = j.item.compare(j.gold, j.draft, o, j.revision)
		}
		return m
	}
}

// onCompared takes what was found; what changed meanwhile is compared again.
func (r *Review) onCompared(msg comparedMsg) tea.Cmd {
	r.busy = false
	for it, f := range msg.found {
		it.found = f
		if !it.known {
			it.began, it.known = f.counts, true
			r.began = r.began.Add(f.counts)
		}
		if f.revision != it.revision() {
			r.stale[it] = true
		}
	}
	if len(r.stale) > 0 {
		return r.compare()
	}
	first := !r.ready
	r.ready = true
	r.relist()
	if do := r.pending; do != nil {
		r.pending = nil
		return do()
	}
	if first && len(r.rows) > 0 {
		r.unplayed = true
	}
	if !first && r.unplayed {
		return r.hear(0)
	}
	return nil
}

// current says whether what is known is of the texts as they are.
func (r *Review) current() bool { return r.ready && !r.busy && len(r.stale) == 0 }

// counts is the score of all items.
func (r *Review) counts() quality.Counts {
	var c quality.Counts
	for _, it := range r.Items {
		c = c.Add(it.found.counts)
	}
	return c
}

// remember finds in the log what was decided without changing a text.
func (r *Review) remember() {
	r.waived, r.figures = waivedBy(r.log.entries), Count(r.log.entries)
	if r.Judges {
		r.countLines()
	}
}

// relist lists what is to be looked at, and stays where it was.
func (r *Review) relist() {
	var here *ref
	if c := r.here(); c != nil {
		here = c
	}
	r.list = r.list[:0:0]
	for _, it := range r.Items {
		for _, c := range it.found.cases {
			one := &ref{it, c}
			if open(r.waived[one.id()], r.OnlyUnclear) && r.Filter.Takes(c) {
				r.list = append(r.list, one)
			}
		}
	}
	r.rows = r.rows[:0:0]
	if r.grouped {
		r.rows = groupRows(r.list)
	} else {
		for _, c := range r.list {
			r.rows = append(r.rows, row{[]*ref{c}})
		}
	}
	r.at = r.find(here)
}

// groupRows puts equal cases of all items into rows, the most frequent first.
func groupRows(list []*ref) []row {
	var cases []*Case
	of := map[*Case]*ref{}
	for _, c := range list {
		cases = append(cases, c.Case)
		of[c.Case] = c
	}
	var rows []row
	for _, g := range Groups(cases) {
		var w row
		for _, c := range g.Cases {
			w.cases = append(w.cases, of[c])
		}
		rows = append(rows, w)
	}
	return rows
}

// find is the row of a case, or of what stands in its place now.
func (r *Review) find(c *ref) int {
	if c == nil {
		return min(r.at, max(len(r.rows)-1, 0))
	}
	for i, w := range r.rows {
		if w.cases[0].id() == c.id() {
			return i
		}
	}
	return max(min(r.at, len(r.rows)-1), 0)
}

// here is the case that is looked at, or nil.
func (r *Review) here() *ref {
	if r.at < 0 || r.at >= len(r.rows) {
		return nil
	}
	return r.rows[r.at].cases[0]
}

// equals lists the cases that are like the current one.
func (r *Review) equals() []*ref {
	c := r.here()
	if c == nil {
		return nil
	}
	if r.grouped {
		return r.rows[r.at].cases
	}
	var list []*ref
	for _, d := range r.list {
		if d.alike == c.alike {
			list = append(list, d)
		}
	}
	return list
}

// hear plays the current case, with so much more on either side.
func (r *Review) hear(more time.Duration) tea.Cmd {
	c := r.here()
	if c == nil {
		return nil
	}
	r.unplayed = false
	return r.play(heard{c.item.Recording, func(length time.Duration) audio.Span {
		s := c.Hear(length)
		if s.End > s.Start {
			s = within(audio.Span{Start: s.Start - more, End: s.End + more}, length)
		}
		return s
	}})
}

// jump goes to the next (1) or previous (-1) row, round the ends, and plays it.
func (r *Review) jump(direction int) tea.Cmd {
	n := len(r.rows)
	if n == 0 {
		return nil
	}
	if !r.unplayed || direction < 0 { // the first one is still to be heard
		r.at = ((r.at+direction)%n + n) % n
	}
	return r.hear(0)
}

// decide carries out a verdict on cases, and goes on to the next.
func (r *Review) decide(v Verdict, cases []*ref, text, rule, reason string) tea.Cmd {
	if !r.current() {
		r.pending = func() tea.Cmd { return r.decide(v, r.again(cases), text, rule, reason) }
		return nil
	}
	if len(cases) == 0 {
		return nil
	}
	group := r.log.next()
	var entries []Entry
	ids, of := byItem(r.Items)
	for _, id := range ids {
		list := entriesOf(of[id], cases, v, text)
		if len(list) == 0 {
			continue
		}
		var changes []Change
		for i := range list {
			list[i].N, list[i].Group = group+len(entries)+i, group
			list[i].Text, list[i].Rule, list[i].Reason = text, rule, reason
			changes = append(changes, list[i].Changes...)
		}
		if err := apply(of[id], inOrder(changes)); err != nil {
			r.complain(r.words.Say("edit.refused", r.explain(err)))
			continue
		}
		entries = append(entries, list...)
	}
	if len(entries) == 0 {
		return nil
	}
	r.undone = nil
	cmd := r.log.add(entries...)
	r.remember()
	r.tell("review.done-"+string(v), len(entries))
	r.leave(cases)
	r.unplayed = true
	return tea.Batch(cmd, r.compareAgain())
}

// tell says what was done, to one case or to many.
func (r *Review) tell(key string, n int) {
	if n == 1 {
		r.say(r.words.Say(key))
		return
	}
	r.say(r.words.Say(key+"-many", n))
}

// compareAgain compares every item of which a text has changed.
func (r *Review) compareAgain() tea.Cmd {
	for _, it := range r.Items {
		if it.found.revision != it.revision() {
			r.stale[it] = true
		}
	}
	if len(r.stale) == 0 {
		r.relist()
		return r.hear(0)
	}
	return r.compare()
}

// entriesOf are the lines for those of the cases that are of one ID. What
// several of them do to their gold in common is done once.
func entriesOf(items []*Item, cases []*ref, v Verdict, text string) []Entry {
	var list []Entry
	seen, taken := map[Change]bool{}, map[Change]bool{}
	for _, c := range cases {
		if !slices.Contains(items, c.item) {
			continue
		}
		var changes []Change
		for _, ch := range c.decide(v, text, c.item) {
			if ch.Side == Draft {
				ch.Worker = c.item.Worker
			} else if seen[ch] {
				continue
			}
			seen[ch] = true
			place := Change{Side: ch.Side, Segment: ch.Segment, Worker: ch.Worker}
			for ch.Kind == "insert" && taken[place] { // the ID was free before the others took it
				ch.Segment += "+"
				place.Segment = ch.Segment
			}
			taken[place] = true
			changes = append(changes, ch)
		}
		list = append(list, entryOf(c, v, changes))
	}
	return list
}

func entryOf(c *ref, v Verdict, changes []Change) Entry {
	e := Entry{
		Item: c.item.ID, Worker: c.item.Worker, Verdict: v, Kinds: c.Kinds.Names(), Gold: c.GoldSays, Draft: c.DraftSays,
		Speaker: c.Speaker, Words: c.Words, Key: c.Key, Changes: changes,
		At: c.at(c.item.length).Seconds(),
	}
	if c.Gold.Segment != nil {
		e.GoldSegment = c.Gold.Segment.ID
	}
	if c.Draft.Segment != nil {
		e.DraftSegment = c.Draft.Segment.ID
	}
	return e
}

// again finds cases anew after a comparison.
func (r *Review) again(cases []*ref) []*ref {
	wanted := map[string]bool{}
	for _, c := range cases {
		wanted[c.id()] = true
	}
	var list []*ref
	for _, c := range r.list {
		if wanted[c.id()] {
			list = append(list, c)
		}
	}
	return list
}

// leave takes decided cases off the list before the comparison confirms it, so
// that the next key finds the next case.
func (r *Review) leave(cases []*ref) {
	gone := map[string]bool{}
	for _, c := range cases {
		if r.waived[c.id()] != Unclear {
			gone[c.id()] = true
		}
	}
	isGone := func(c *ref) bool { return gone[c.id()] }
	before := r.at
	r.list = slices.DeleteFunc(r.list, isGone)
	var rows []row
	for i, w := range r.rows {
		if w.cases = slices.DeleteFunc(w.cases, isGone); len(w.cases) > 0 {
			rows = append(rows, w)
		} else if i < before {
			r.at--
		}
	}
	r.rows = rows
	if len(gone) == 0 { // it stays, and is done with
		r.at++
	}
	if r.at >= len(r.rows) {
		r.at = 0
	}
}

// undo takes the last decisions back that were made at once.
func (r *Review) undo() tea.Cmd {
	if !r.current() {
		r.pending = r.undo
		return nil
	}
	g := r.log.lastGroup()
	if g == 0 {
		r.say(r.words.Say("edit.nothing-to-undo"))
		return nil
	}
	var entries, were []Entry
	ids, of := byItem(r.Items)
	for _, id := range ids {
		var changes []Change
		mine := 0
		for _, e := range Standing(r.log.entries) {
			if e.Group == g && e.Item == id {
				changes = append(changes, e.Changes...)
				were = append(were, e)
				mine++
			}
		}
		if mine == 0 {
			continue
		}
		back := inverse(inOrder(changes))
		if err := apply(of[id], back); err != nil {
			r.complain(r.words.Say("edit.refused", r.explain(err)))
			return nil
		}
		entries = append(entries, Entry{N: r.log.next() + len(entries), Item: id, Undo: g, Changes: back})
	}
	if len(entries) == 0 { // of an item that is not here any more
		r.say(r.words.Say("edit.nothing-to-undo"))
		return nil
	}
	r.undone = append(r.undone, were)
	cmd := r.log.add(entries...)
	r.remember()
	r.tell("review.undone", len(were))
	key := were[0].Item + "\x00" + were[0].Worker + "\x00" + were[0].Key
	r.pending = func() tea.Cmd { return r.show(key) }
	again := r.compareAgain()
	if r.current() { // nothing was changed but what is known of the case
		do := r.pending
		r.pending = nil
		again = do()
	}
	return tea.Batch(cmd, again)
}

// redo does again what undo took back last.
func (r *Review) redo() tea.Cmd {
	if len(r.undone) == 0 {
		r.say(r.words.Say("edit.nothing-to-redo"))
		return nil
	}
	if !r.current() {
		r.pending = r.redo
		return nil
	}
	last := r.undone[len(r.undone)-1]
	rest := r.undone[:len(r.undone)-1]
	var cases []*ref
	for _, e := range last {
		for _, it := range r.Items {
			for _, c := range it.found.cases {
				if one := (&ref{it, c}); one.id() == e.Item+"\x00"+e.Worker+"\x00"+e.Key {
					cases = append(cases, one)
				}
			}
		}
	}
	e := last[0]
	cmd := r.decide(e.Verdict, cases, e.Text, e.Rule, e.Reason)
	r.undone = rest
	return cmd
}

// show goes to a case by its ID.
func (r *Review) show(id string) tea.Cmd {
	for i, w := range r.rows {
		for _, c := range w.cases {
			if c.id() == id {
				r.at = i
				return r.hear(0)
			}
		}
	}
	return nil
}

// Progress says how many decisions stand, and how much of a review's batch they
// are about: of the errors that there were at first, and of the words.
func (r *Review) Progress() (decisions int, errors, words float64) {
	seen := map[string]bool{}
	for _, e := range Standing(r.log.entries) {
		seen[e.Item+"\x00"+e.Worker] = true
	}
	var some, all quality.Counts
	for _, it := range r.Items {
		all = all.Add(it.began)
		if seen[it.ID+"\x00"+it.Worker] {
			some = some.Add(it.began)
		}
	}
	if all.Errors() > 0 {
		errors = float64(some.Errors()) / float64(all.Errors())
	}
	if all.Words() > 0 {
		words = float64(some.Words()) / float64(all.Words())
	}
	return r.figures.Decisions, errors, words
}
