package platform

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"tapescript/transcript/task"
)

// libriSpeech is a folder as LibriSpeech is laid out: SPEAKER/CHAPTER/ with a
// text for each line of SPEAKER-CHAPTER.trans.txt, and the sound of each beside it.
//
//	84/121123/84-121123.trans.txt    84-121123-0000 GO DO YOU HEAR
//	84/121123/84-121123-0000.flac
//
// An utterance without its sound is lost. Texts are gold unless told otherwise.
var libriSpeech = Platform{
	Name: "librispeech", Title: "LibriSpeech layout", Folder: true, Corpus: true, ByTask: true,
	sniff: func(h *head) bool {
		if !h.folder {
			return false
		}
		list, err := walkFiles(h.path, isTrans)
		return err == nil && len(list) > 0
	},
	open: func(s *source) (rows, error) {
		files, err := walkFiles(s.path, isTrans)
		if err != nil {
			return nil, err
		}
		return func(yield func([]task.Record, error) bool) {
			for _, name := range files {
				if !readTrans(s, name, yield) {
					return
				}
			}
		}, nil
	},
	corpus: writeLibriSpeech,
}

func isTrans(name string) bool { return strings.HasSuffix(name, ".trans.txt") }

// readTrans reads one chapter; false where nothing more is wanted.
func readTrans(s *source, name string, yield func([]task.Record, error) bool) bool {
	path := filepath.Join(s.path, name)
	file, err := os.Open(path)
	if err != nil {
		yield(nil, err)
		return false
	}
	defer file.Close()
	in := bufio.NewReaderSize(io.TeeReader(file, s.sum), sniffBytes)
	for number := int64(1); ; number++ {
		line, err := readLine(in, maxRow)
		if err == io.EOF {
			return true
		}
		if err != nil && !errors.Is(err, errTooLong) {
			yield(nil, err)
			return false
		}
		raw := string(trimEnd(line))
		if strings.TrimSpace(raw) == "" {
			continue
		}
		var record task.Record
		if err == nil {
			record, err = transRecord(s, name, raw)
			record.Row.Line = number
		} else {
			err = bad("", TooLong, raw)
		}
		var e *RowError
		if errors.As(err, &e) {
			e.Path, e.Line, e.Raw = path, number, raw
			if !yield(nil, e) {
				return false
			}
			continue
		}
		if !yield([]task.Record{record}, nil) {
			return false
		}
	}
}

func transRecord(s *source, name, raw string) (r task.Record, err error) {
	if clean(raw) != raw {
		return r, bad("", NotText, raw)
	}
	id, text, _ := strings.Cut(raw, " ")
	if strings.ContainsAny(id, `/\`) || id == "" {
		return r, bad("", OutsideFolder, id)
	}
	dir := filepath.Dir(name)
	ending := ""
	for _, try := range audioEndings {
		if inFolder(filepath.Join(s.path, dir), id+try) {
			ending = try
			break
		}
	}
	if ending == "" {
		return r, bad("", NoRecording, id)
	}
	r.Key = id
	r.Audio = task.Audio{Ref: filepath.ToSlash(filepath.Join(dir, id+ending)), Path: filepath.Join(s.path, dir, id+ending)}
	r.Audio.Speaker, _, _ = strings.Cut(id, "-")
	r.Row.Cells = []string{id, text}
	addText(&r, text, s.o.Texts, TextsGold)
	if len(r.Gold) > 0 {
		r.GoldCells = []int{1}
	}
	return r, nil
}

// writeLibriSpeech writes SPLIT/SPEAKER/CHAPTER/. Speakers and chapters are
// numbers there: they are counted in the order in which they come, and
// SPEAKERS.TXT and CHAPTERS.TXT say which is which. Chapters are recordings.
func writeLibriSpeech(c *corpusWriter) error {
	var speakers, chapters []string
	known := map[*[]string]map[string]int{&speakers: {}, &chapters: {}}
	number := func(list *[]string, name string) int {
		n := known[list][name]
		if n == 0 {
			*list = append(*list, name)
			n = len(*list)
			known[list][name] = n
		}
		return n
	}
	count := map[string]int{}
	err := c.each(func(u *Utterance) error {
		speaker := number(&speakers, u.Speaker)
		chapter := number(&chapters, u.Recording)
		stem := fmt.Sprintf("%d-%d", speaker, chapter)
		id := fmt.Sprintf("%s-%04d", stem, count[stem])
		count[stem]++
		dir := fmt.Sprintf("%s/%d/%d", u.Split, speaker, chapter)
		if _, _, err := c.sound(u, dir+"/"+id); err != nil {
			return err
		}
		return c.line(dir+"/"+stem+".trans.txt", id+" "+strings.Join(strings.Fields(u.Text), " "))
	})
	if err != nil {
		return err
	}
	for file, list := range map[string][]string{"SPEAKERS.TXT": speakers, "CHAPTERS.TXT": chapters} {
		for i, name := range list {
			if err := c.line(file, fmt.Sprintf("%d | %s", i+1, oneLine(name))); err != nil {
				return err
			}
		}
	}
	return nil
}
