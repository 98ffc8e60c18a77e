package workbench

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui"
)

// saving is what is known of the file and of the save under way.
type saving struct {
	savedRevision uint64
	saved         *transcript.Transcript // as it was then; nil until the first save
	unsaved       int                    // edits that the file lacked already when the work began
	underWay      bool
	next          func() tea.Cmd  // to do when it is done
	toldLoss      map[string]bool // formats of which it was said what they cannot hold
}

// dirty says whether the document holds something that the file does not.
func (w *Workbench) dirty() bool { return w.Unsaved() > 0 }

// Replays says how often each second of the recording was gone back to.
func (w *Workbench) Replays() map[int]int { return w.transport.Replays() }

// Unsaved counts the edits that the file does not hold: none where undo has
// brought back what was saved.
func (w *Workbench) Unsaved() int {
	if t := w.doc.Transcript(); w.save.saved != nil && slices.Equal(t.Segments, w.save.saved.Segments) && slices.Equal(t.Speakers, w.save.saved.Speakers) {
		return 0
	}
	return w.save.unsaved + int(w.doc.Revision()-w.save.savedRevision)
}

type savedMsg struct {
	file     File
	snapshot *transcript.Transcript
	revision uint64
	sha256   string
	losses   []format.Loss // not nil: nothing was written yet, because of these
	agreed   agreement
	err      error
	then     func() tea.Cmd
}

// errChanged and errExists stop a save that would overwrite somebody's work.
var (
	errChanged = errors.New("the file was changed by another program")
	errExists  = errors.New("the file exists")
	errNoFile  = errors.New("not a regular file")
)

// told are the losses worth a question before saving; the rest (IDs, who wrote
// the file, marks of estimates) stays in the journal without a word.
var told = []format.LossKind{
	format.LostText, format.LostSpeakers, format.LostTimes, format.LostLineBreaks,
	format.LostChannels, format.LostWordTimes, format.LostConfidence, format.LostExtras,
}

// startSave saves, after the save that is under way; what the format cannot
// hold is asked about once.
func (w *Workbench) startSave(f File, then func() tea.Cmd) tea.Cmd {
	if w.save.underWay {
		w.save.next = func() tea.Cmd { return w.startSave(f, then) }
		return nil
	}
	return w.writeFile(f, agreement{loss: w.save.toldLoss[f.Format.Name]}, then)
}

// askLoss asks before a file is written that cannot hold everything.
func (w *Workbench) askLoss(m savedMsg) {
	var what []string
	for _, l := range m.losses {
		what = append(what, w.Words.Count("loss."+string(l.What), l.Count))
	}
	w.askSuddenly(w.Words.Say("save.loses", m.file.Format.Title, strings.Join(what, ", ")),
		tui.Choice{Key: "s", Label: w.Words.Say("save.all-the-same"), Do: func() tea.Cmd {
			w.save.toldLoss[m.file.Format.Name] = true
			m.agreed.loss = true
			return w.writeFile(m.file, m.agreed, m.then)
		}},
		w.elsewhere(),
	)
}

func (w *Workbench) elsewhere() tui.Choice {
	return tui.Choice{Key: "e", Label: w.Words.Say("save.elsewhere"), Do: func() tea.Cmd {
		w.askSaveAs()
		return nil
	}}
}

// ask shows choices, with Esc as the way out of them.
func (w *Workbench) ask(text string, choices ...tui.Choice) {
	for i := range choices {
		do := choices[i].Do
		choices[i].Do = func() tea.Cmd { w.question = nil; return do() }
	}
	cancel := func() tea.Cmd { w.question = nil; return nil }
	choices = append(choices, tui.Choice{Key: "esc", Label: w.Words.Say("question.back"), Do: cancel})
	w.question = &tui.Question{Text: text, Choices: choices, Cancel: cancel}
}

// askSuddenly asks what no key has asked for: the answer to a save.
func (w *Workbench) askSuddenly(text string, choices ...tui.Choice) {
	w.ask(text, choices...)
	w.question.Sudden = true
}

// agreement is what the person has agreed to.
type agreement struct {
	loss bool // the format cannot hold everything
	over bool // what lies there is replaced
}

// writeFile saves in a command.
func (w *Workbench) writeFile(f File, agreed agreement, then func() tea.Cmd) tea.Cmd {
	w.save.underWay = true
	snapshot, revision := w.doc.Snapshot(), w.doc.Revision()
	return func() tea.Msg {
		m := savedMsg{file: f, snapshot: snapshot, revision: revision, agreed: agreed, then: then}
		if !agreed.loss {
			if m.losses, m.err = worthTelling(f.Format, snapshot); len(m.losses) > 0 || m.err != nil {
				return m
			}
		}
		if m.err = mayWrite(f, agreed.over); m.err == nil {
			m.sha256, m.err = format.Write(f.Path, f.Format, snapshot)
		}
		return m
	}
}

// worthTelling are the losses to ask about. A speaker who says nothing is none.
func worthTelling(f format.Format, t *transcript.Transcript) ([]format.Loss, error) {
	heard := map[string]bool{}
	for _, s := range t.Segments {
		heard[s.Speaker] = true
	}
	those := *t
	those.Speakers = slices.DeleteFunc(slices.Clone(t.Speakers), func(s transcript.Speaker) bool { return !heard[s.ID] })
	losses, err := f.Loses(&those)
	if !slices.ContainsFunc(t.Segments, func(s *transcript.Segment) bool { return strings.Contains(strings.TrimSpace(s.Text), "\n") }) {
		// Only spaces at an end, as they are while somebody types.
		losses = slices.DeleteFunc(losses, func(l format.Loss) bool { return l.What == format.LostLineBreaks })
	}
	return slices.DeleteFunc(losses, func(l format.Loss) bool { return !slices.Contains(told, l.What) }), err
}

// mayWrite compares the file with what this session knows of it.
func mayWrite(f File, over bool) error {
	if over {
		return nil
	}
	info, err := os.Stat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular(): // a pipe would block, a folder cannot be replaced
		return errNoFile
	case f.SHA256 == "":
		return errExists
	}
	in, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer in.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		return errChanged
	}
	return nil
}

// onSaved takes the result of a save.
func (w *Workbench) onSaved(m savedMsg) tea.Cmd {
	w.save.underWay = false
	next := w.save.next
	w.save.next = nil
	name := filepath.Base(m.file.Path)
	switch {
	case len(m.losses) > 0:
		w.askLoss(m)
		return nil
	case errors.Is(m.err, errChanged):
		w.askOver(w.Words.Say("save.changed", name), m)
		return nil
	case errors.Is(m.err, errExists):
		w.askOver(w.Words.Say("save.exists", name), m)
		return nil
	case m.err != nil:
		w.complain(w.Words.Say("save.failed", name, w.Explain(m.err)))
		return nil
	}
	if m.file.Path == w.File.Path {
		w.File.SHA256 = m.sha256
		w.save.saved, w.save.savedRevision, w.save.unsaved = m.snapshot, m.revision, 0
		w.Journal.Saved(m.sha256, w.Unsaved())
	}
	w.say(w.Words.Say("save.done", m.file.Path))
	switch {
	case m.then != nil:
		return m.then()
	case next != nil:
		return next()
	}
	return nil
}

// askOver asks before something is replaced.
func (w *Workbench) askOver(text string, m savedMsg) {
	w.askSuddenly(text,
		tui.Choice{Key: "o", Label: w.Words.Say("save.over"), Do: func() tea.Cmd {
			m.agreed.over = true
			return w.writeFile(m.file, m.agreed, m.then)
		}},
		w.elsewhere(),
	)
}

// askSaveAs asks for a path. What is written there is a copy: the work stays
// with its own file, and with that file's journal.
func (w *Workbench) askSaveAs() {
	path := w.File.Path
	w.question = &tui.Question{
		Text: w.Words.Say("save.where"), Input: &path,
		Cancel: func() tea.Cmd { w.question = nil; return nil },
		Enter: func(path string) tea.Cmd {
			w.question = nil
			path = strings.TrimSpace(path)
			if path == "" {
				return nil
			}
			path = expandHome(path)
			if sameFile(path, w.File.Path) {
				return w.startSave(w.File, nil)
			}
			f, err := format.ForPath(path)
			if err != nil {
				w.complain(w.Words.Say("save.which-format", filepath.Base(path)))
				return nil
			}
			return w.startSave(File{Path: path, Format: f}, nil)
		},
	}
}

// sameFile says whether two paths lead to one file.
func sameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y)
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

// expandHome reads ~/ as a shell does.
func expandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	home, err := os.UserHomeDir()
	if !ok || err != nil {
		return path
	}
	return filepath.Join(home, rest)
}

// quit leaves, after a save that is under way, asking about what is not saved.
// Nothing is lost either way, as long as the journal has it.
func (w *Workbench) quit() tea.Cmd {
	switch {
	case w.save.underWay:
		w.save.next = w.quit
		return nil
	case !w.dirty() || w.Demo:
		if w.save.saved != nil && w.doc.Revision() != w.save.savedRevision {
			w.Journal.Saved(w.File.SHA256, 0) // undone to what is in the file
		}
		return tea.Quit
	}
	question, leave := "quit.question", "quit.leave"
	if w.Journal.Status().Err != nil {
		question, leave = "quit.unsafe", "quit.leave-unsafe"
	}
	w.ask(w.Words.Say(question, filepath.Base(w.File.Path)),
		tui.Choice{Key: "s", Label: w.Words.Say("quit.save"), Do: func() tea.Cmd {
			return w.startSave(w.File, func() tea.Cmd { return tea.Quit })
		}},
		tui.Choice{Key: "l", Label: w.Words.Say(leave), Do: func() tea.Cmd { return tea.Quit }},
	)
	return nil
}
