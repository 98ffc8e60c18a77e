package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tapescript/quality/merge"
	"tapescript/transcript"
	"tapescript/transcript/format"
)

// gitMerge is what git calls as a merge driver (gitattributes' manual): the
// version that both began from, ours, theirs, and the path in the repository.
// The result replaces ours; where a person has to decide, theirs is put beside
// the path, and the exit code is 1.
func (p *program) gitMerge(args []string) error {
	base, ours, theirs, path := args[0], args[1], args[2], args[3]
	var versions [3]*transcript.Transcript
	for i, file := range []string{base, ours, theirs} {
		t, err := p.readVersion(file, path)
		if err != nil {
			return err
		}
		versions[i] = t
	}
	to, err := format.ForPath(path)
	if err != nil || !to.CanWrite() {
		return errors.New(p.words.Say("convert.no-ending", path))
	}
	r := merge.Transcripts(versions[0], versions[1], versions[2])
	if err := replaceAs(ours, to, r.Merged); err != nil {
		return err
	}
	if len(r.Conflicts) == 0 {
		return nil
	}
	for _, c := range r.Conflicts {
		p.tell(p.words.Say("merge."+string(c.Code), path, c.Segment, c.Ours, c.Theirs))
	}
	second := freeName(path, ".theirs")
	if err := replaceAs(second, to, r.Theirs); err != nil {
		return err
	}
	p.tell(p.words.Count("merge.decide", len(r.Conflicts), path, second, freeName(path, ".merged")))
	return quietError{exitFailed}
}

// readVersion reads a version that git has put in a file of another name: by its
// content, else by the ending of the path. An empty one is no transcript yet.
func (p *program) readVersion(file, path string) (*transcript.Transcript, error) {
	data, err := p.readBytes(file)
	if err != nil || len(strings.TrimSpace(string(data))) == 0 {
		return &transcript.Transcript{}, err
	}
	t, _, err := format.DecodeAs(data, path, format.Reading{})
	return t, err
}

func replaceAs(path string, to format.Format, t *transcript.Transcript) error {
	file, err := to.Prepare(t)
	if err != nil {
		return err
	}
	return transcript.ReplaceFile(path, file.Bytes(), 0o666)
}

// freeName puts a word before a path's ending, and a number where there is such
// a file.
func freeName(path, word string) string {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext) + word
	name := stem + ext
	for n := 2; ; n++ {
		if _, err := os.Lstat(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d%s", stem, n, ext)
	}
}
