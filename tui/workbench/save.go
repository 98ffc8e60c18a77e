package workbench

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	unsaved       int // edits that the file lacked already when the work began
	underWay      bool
	toldLoss      bool // what the format cannot hold has been said once
}

// dirty says whether the document holds something that the file does not.
func (w *Workbench) dirty() bool { return w.Unsaved() > 0 }

// Unsaved counts the edits that the file does not hold.
func (w *Workbench) Unsaved() int {
	return w.save.unsaved + int(w.doc.Revision()-w.save.savedRevision)
}

type savedMsg struct {
	file     File
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
)

// told are the losses worth a question before saving; the rest (IDs, who wrote
// the file, marks of estimates) stays in the journal without a word.
var told = []format.LossKind{
	format.LostText, format.LostSpeakers, format.LostTimes, format.LostLineBreaks,
	format.LostChannels, format.LostWordTimes, format.LostConfidence,
}

// startSave saves, unless one is under way; what the format cannot hold is
// asked about once.
func (w *Workbench) startSave(f File, then func() tea.Cmd) tea.Cmd {
	if w.save.underWay {
		return nil
	}
	return w.writeFile(f, agreement{loss: w.save.toldLoss}, then)
}

// askLoss asks before a file is written that cannot hold everything.
func (w *Workbench) askLoss(m savedMsg) {
	var what []string
	for _, l := range m.losses {
		what = append(what, w.Words.Count("loss."+string(l.What), l.Count))
	}
	w.ask(w.Words.Say("save.loses", m.file.Format.Title, strings.Join(what, ", ")),
		tui.Choice{Key: "s", Label: w.Words.Say("save.all-the-same"), Do: func() tea.Cmd {
			w.save.toldLoss = true
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
		m := savedMsg{file: f, revision: revision, agreed: agreed, then: then}
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
	return slices.DeleteFunc(losses, func(l format.Loss) bool { return !slices.Contains(told, l.What) }), err
}

// mayWrite compares the file with what this session knows of it.
func mayWrite(f File, over bool) error {
	if over {
		return nil
	}
	data, err := os.ReadFile(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case f.SHA256 == "":
		return errExists
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != f.SHA256 {
		return errChanged
	}
	return nil
}

// onSaved takes the result of a save.
func (w *Workbench) onSaved(m savedMsg) tea.Cmd {
	w.save.underWay = false
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
		w.complain(w.Words.Say("save.failed", name, m.err.Error()))
		return nil
	}
	if m.file.Path == w.File.Path {
		w.File.SHA256 = m.sha256
		w.save.savedRevision, w.save.unsaved = m.revision, 0
		w.Journal.Saved(m.sha256)
	}
	w.say(w.Words.Say("save.done", m.file.Path))
	if m.then != nil {
		return m.then()
	}
	return nil
}

// askOver asks before something is replaced.
func (w *Workbench) askOver(text string, m savedMsg) {
	w.ask(text,
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
			if path == w.File.Path {
				return w.startSave(w.File, nil)
			}
			f, err := format.ForPath(path)
			if err != nil {
				w.complain(w.Words.Say("save.which-format", filepath.Base(path)))
				return nil
			}
			w.save.toldLoss = false
			return w.startSave(File{Path: path, Format: f}, nil)
		},
	}
}

// quit leaves, asking about what is not saved. Nothing is lost either way: the
// journal has it.
func (w *Workbench) quit() tea.Cmd {
	if !w.dirty() || w.Demo {
		return tea.Quit
	}
	w.ask(w.Words.Say("quit.question", filepath.Base(w.File.Path)),
		tui.Choice{Key: "s", Label: w.Words.Say("quit.save"), Do: func() tea.Cmd {
			return w.startSave(w.File, func() tea.Cmd { return tea.Quit })
		}},
		tui.Choice{Key: "l", Label: w.Words.Say("quit.leave"), Do: func() tea.Cmd { return tea.Quit }},
	)
	return nil
}
