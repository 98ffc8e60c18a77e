package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"tapescript/audio/decode"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
)

// explain makes the sentence that a person reads of an error: rooms return
// codes and their arguments, the locale holds the words.
func (p *program) explain(err error) string {
	var (
		bad    *decode.Error
		text   *format.Error
		locked *journal.LockedError
		path   *fs.PathError
	)
	switch {
	case errors.As(err, &bad):
		return p.say("decode."+string(bad.Reason), err, bad.Path, bad.Format, bad.Offset, defaultConverted(bad.Path))
	case errors.As(err, &text):
		return err.Error()
	case errors.As(err, &locked):
		return p.words.Say("locked.same", locked.PID, locked.Since.Format("15:04"))
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return p.words.Say("file-error.none", path.Path)
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		return p.words.Say("file-error.forbidden", path.Path)
	}
	return err.Error()
}

// say is the locale's sentence, or the error's own English where the locale
// has none.
func (p *program) say(key string, err error, args ...any) string {
	if !p.words.Has(key) {
		return err.Error()
	}
	return fmt.Sprint(p.words.Say(key, args...))
}

// defaultConverted is a name for the recording once ffmpeg has converted it.
func defaultConverted(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".flac"
}
