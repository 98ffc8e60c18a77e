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
	then     func() tea.Cmd
}

type savedMsg struct {
	work  []Snapshot
	saved []Saved
	at    map[*Item][2]uint64
	err   error
	then  func() tea.Cmd
}

// Unsaved counts the items that hold what their files do not.
func (r *Review) Unsaved() int { return len(r.snapshots()) }

func (r *Review) snapshots() []Snapshot {
	var list []Snapshot
	for _, it := range r.Items {
		now, was := it.revision(), r.save.revision[it]
		if now == was {
			continue
		}
		list = append(list, Snapshot{
			it, it.Draft.Snapshot(), it.Gold.Snapshot(),
			map[Side]bool{Draft: now[0] != was[0], Gold: now[1] != was[1]},
		})
	}
	return list
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
	at := map[*Item][2]uint64{}
	for _, s := range work {
		at[s.Item] = s.Item.revision()
	}
	write := r.Save
	return func() tea.Msg {
		saved, err := write(work, over)
		return savedMsg{work, saved, at, err, then}
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
		r.save.revision = map[*Item][2]uint64{}
	}
	for it, revision := range msg.at {
		r.save.revision[it] = revision
	}
	sums, paths := map[string]string{}, ""
	for _, s := range msg.saved {
		sums[string(s.Side)] = s.SHA256
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
