package main

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"tapescript/audio/decode"
	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/transcript/task/platform"
	"tapescript/tui/spell"
)

// explain makes the sentence that a person reads of an error: rooms return
// codes and their arguments, the locale holds the words. What a file's name or
// content brings along steers no terminal.
func (p *program) explain(err error) string { return transcript.Clean(p.sentence(err)) }

func (p *program) sentence(err error) string {
	var (
		sound  *decode.Error
		text   *format.Error
		locked *journal.LockedError
		path   *fs.PathError
		look   *style.ProfileError
		batch  *platform.Error
		row    *platform.RowError
		tongue *spell.Missing
		words  *spell.Error
	)
	switch {
	case errors.As(err, &sound):
		return p.explainSound(sound)
	case errors.As(err, &text):
		return p.explainFormat(text)
	case errors.As(err, &batch):
		return p.explainRow(batch.Path, batch.Line, batch.Name, batch.Code, batch.Text)
	case errors.As(err, &row):
		return p.explainRow(row.Path, row.Line, row.Name, row.Code, row.Text)
	case errors.As(err, &look):
		return p.explainProfile(look)
	case errors.As(err, &tongue):
		return p.words.Say("spell.missing", tongue.Language, packageOf(tongue.Language), settingsPath())
	case errors.As(err, &words):
		return p.words.Say("spell.broken", words.Path, words.Line, words.What)
	case errors.As(err, &locked):
		if locked.PID == 0 {
			return p.words.Say("locked.unknown")
		}
		return p.words.Say("locked.same", locked.PID, locked.Since.Local().Format("15:04"))
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return p.words.Say("file-error.none", path.Path)
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		name := path.Path
		if strings.HasPrefix(filepath.Base(name), ".tapescript-") { // a save begins beside the file
			name = filepath.Dir(name)
		}
		return p.words.Say("file-error.forbidden", name)
	}
	if text := p.explainDatabase(err); text != "" {
		return text
	}
	if text := p.explainRemote(err); text != "" {
		return text
	}
	return err.Error()
}

// explainSound is in English the error's own sentence, which quotes names for
// the shell.
func (p *program) explainSound(e *decode.Error) string {
	key := "decode." + string(e.Reason)
	if p.words.Language() == "en" || !p.words.Has(key) {
		return e.Error()
	}
	return p.words.Say(key, e.Path, e.Format, e.Offset, strings.TrimSuffix(e.Path, filepath.Ext(e.Path))+"-ok.flac")
}

// explainFormat says file, place, what is wrong, what to do.
func (p *program) explainFormat(e *format.Error) string {
	place := e.Path
	switch {
	case e.Column > 0:
		place = p.words.Say("place.column", e.Path, e.Line, e.Column)
	case e.Line > 0:
		place = p.words.Say("place.line", e.Path, e.Line)
	}
	if e.Node != "" {
		place = p.words.Say("place.node", place, e.Node)
	}
	sentence := place + ": " + p.words.Say("format-code."+string(e.Code))
	if e.Offending != "" {
		sentence += " (" + e.Offending + ")"
	}
	if e.Advice != "" {
		sentence += "; " + p.words.Say("format-advice."+string(e.Advice))
	}
	return sentence
}

// explainProfile says what is wrong with a style profile, and where.
func (p *program) explainProfile(e *style.ProfileError) string {
	key := "style-profile." + string(e.Code)
	var sentence string
	switch e.Code {
	case style.ProfileTooLarge:
		sentence = p.words.Say(key)
	case style.UnknownProfile:
		sentence = p.words.Say(key, e.Arg, strings.Join(style.Names(), ", "))
	default:
		sentence = p.words.Say(key, e.Arg)
	}
	switch {
	case e.Line > 0:
		return p.words.Say("place.line", e.Path, e.Line) + ": " + sentence
	case e.Path != "":
		return e.Path + ": " + sentence
	}
	return sentence
}
