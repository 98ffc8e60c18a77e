package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"

	"tapescript/transcript"
)

// vacant refuses to write a file before the work for it begins: one whose folder
// is not there, and one that exists, unless force is given. "" and "-" are no
// file.
func (p *program) vacant(out string, force bool) error {
	if out == "" || out == "-" {
		return nil
	}
	if _, err := os.Stat(filepath.Dir(out)); err != nil {
		return err
	}
	if _, err := os.Lstat(out); err == nil && !force {
		return errors.New(p.words.Say("convert.exists", out))
	}
	return nil
}

// deliverText puts a result in a file, whole or not at all, or on standard output.
func (p *program) deliverText(out string, data []byte) error {
	if out == "-" {
		return p.print(p.out, string(data))
	}
	return transcript.ReplaceFile(out, data, 0o666)
}

// temporary makes a file beside out, with the rights of any new file, or in the
// system's folder for standard output: a wav file's header holds its length, so
// sound cannot go straight to a pipe.
func temporary(out string) (*os.File, error) {
	if out == "-" {
		return os.CreateTemp("", "tapescript-*.wav")
	}
	name := fmt.Sprintf(".tapescript-%x.wav", rand.Uint64())
	return os.OpenFile(filepath.Join(filepath.Dir(out), name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
}

// deliver puts a finished temporary file in its place, or on standard output.
func (p *program) deliver(made *os.File, out string) error {
	if out == "-" {
		if _, err := made.Seek(0, io.SeekStart); err != nil {
			return err
		}
		_, err := io.Copy(p.out, made)
		return err
	}
	if err := made.Sync(); err != nil {
		return err
	}
	return os.Rename(made.Name(), out)
}
