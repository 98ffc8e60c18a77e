package review

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
	"tapescript/tui"
)

// ErrChanged says that a file is not what this session read or wrote last.
var ErrChanged = errors.New("the file was changed by another program")

// Snapshot is an item to be saved.
type Snapshot struct {
	Item        *Item
	Draft, Gold *transcript.Transcript
	// Changed says which sides hold something that their file does not.
	Changed map[Side]bool
	// Of a review that judges: how many errors are not decided, how many words
	// are none by a rule, and what was decided.
	Open, Allowed int
	Decided       []Entry
}

// Saved is a file that was written, or that stands for a side as it is.
type Saved struct {
	Side   Side
	Path   string
	SHA256 string // of the file that a later session begins from
}

// saving is what is known of the files.
type saving struct {
	underWay bool
	revision map[*Item][2]uint64 // as saved; absent: as opened
	decided  map[*Item]int       // lines of the log about it, as saved
	then     func() tea.Cmd
}

type savedMsg struct {
	work  []Snapshot
	saved []Saved
	at    map[*Item][2]uint64
	lines map[*Item]int // of the log
	err   error
	then  func() tea.Cmd
}

// Unsaved counts the items that hold what their files do not.
func (r *Review) Unsaved() int { return len(r.snapshots()) }

func (r *Review) snapshots() []Snapshot {
	var list []Snapshot
	for _, it := range r.Items {
		now, was := it.revision(), r.save.revision[it]
		if now == was && (!r.Judges || r.lines(it) == r.save.decided[it]) {
			continue
		}
		list = append(list, Snapshot{
			Item: it, Draft: it.Draft.Snapshot(), Gold: it.Gold.Snapshot(),
			Changed: map[Side]bool{Draft: now[0] != was[0], Gold: now[1] != was[1]},
		})
	}
	return list
}

// lines counts what the log says of an item, undoing included.
func (r *Review) lines(it *Item) int {
	return r.said[[2]string{it.ID, it.Worker}] + r.said[[2]string{it.ID, undoing}]
}

// undoing stands for a worker in lines that undo, which name none.
const undoing = "\x00"

// countLines counts the log's lines by item and worker.
func (r *Review) countLines() {
	r.said = map[[2]string]int{}
	for _, e := range r.log.entries {
		if e.Undo != 0 {
			e.Worker = undoing
		}
		r.said[[2]string{e.Item, e.Worker}]++
	}
}

// judgement adds what a verdict on an item's draft is made from.
func (r *Review) judgement(s *Snapshot) {
	for _, c := range s.Item.found.cases {
		one := &ref{s.Item, c}
		switch v := r.waived[one.id()]; {
		case c.Kinds&Errors == 0:
		case v == NoError:
			s.Allowed += c.Words
		case open(v, false):
			s.Open++
		}
	}
	for _, e := range Standing(r.log.entries) {
		if e.Item == s.Item.ID && e.Worker == s.Item.Worker {
			s.Decided = append(s.Decided, e)
		}
	}
}

// startSave writes what changed, in a command.
func (r *Review) startSave(over bool, then func() tea.Cmd) tea.Cmd {
	if r.save.underWay {
		r.save.then = then
		return nil
	}
	work := r.snapshots()
	if len(work) == 0 || r.Save == nil {
		r.say(r.words.Say("review.nothing-to-save"))
		if then != nil {
			return then()
		}
		return nil
	}
	r.save.underWay = true
	at, lines := map[*Item][2]uint64{}, map[*Item]int{}
	for i, s := range work {
		if r.Judges {
			r.judgement(&work[i])
		}
		at[s.Item], lines[s.Item] = s.Item.revision(), r.lines(s.Item)
	}
	write := r.Save
	return func() tea.Msg {
		saved, err := write(work, over)
		return savedMsg{work, saved, at, lines, err, then}
	}
}

// onSaved takes the result of a save.
func (r *Review) onSaved(msg savedMsg) tea.Cmd {
	r.save.underWay = false
	then := msg.then
	if r.save.then != nil {
		then, r.save.then = r.save.then, nil
	}
	switch {
	case errors.Is(msg.err, ErrChanged):
		r.ask(r.words.Say("review.changed", r.explain(msg.err)),
			tui.Choice{Key: "o", Label: r.words.Say("save.over"), Do: func() tea.Cmd { return r.startSave(true, then) }})
		r.question.Sudden = true
		return nil
	case msg.err != nil:
		r.complain(r.words.Say("save.failed", "", r.explain(msg.err)))
		return nil
	}
	if r.save.revision == nil {
		r.save.revision, r.save.decided = map[*Item][2]uint64{}, map[*Item]int{}
	}
	for it, revision := range msg.at {
		r.save.revision[it], r.save.decided[it] = revision, msg.lines[it]
	}
	sums, paths := map[string]string{}, ""
	for _, s := range msg.saved {
		if s.SHA256 != "" || !r.Judges {
			sums[string(s.Side)] = s.SHA256
		}
		if paths != "" {
			paths += ", "
		}
		paths += s.Path
	}
	cmd := r.log.add(Entry{Saved: sums})
	r.say(r.words.Say("save.done", paths))
	if then != nil {
		return tea.Batch(cmd, then())
	}
	return cmd
}

// quit leaves, asking about what is not saved. The log has it either way.
func (r *Review) quit() tea.Cmd {
	switch {
	case r.save.underWay:
		r.save.then = func() tea.Cmd { return tea.Quit }
		return nil
	case r.Unsaved() == 0:
		return tea.Quit
	}
	r.ask(r.words.Say("review.quit"),
		tui.Choice{Key: "s", Label: r.words.Say("quit.save"), Do: func() tea.Cmd {
			return r.startSave(false, func() tea.Cmd { return tea.Quit })
		}},
		tui.Choice{Key: "l", Label: r.words.Say("review.leave"), Do: func() tea.Cmd { return tea.Quit }},
	)
	return nil
}
