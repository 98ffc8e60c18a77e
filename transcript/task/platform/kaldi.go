package platform

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tapescript/transcript/task"
)

// kaldi is a data folder of Kaldi's, whose files are sorted by their first field
// as bytes are:
//
//	text      UTTERANCE words …
//	segments  UTTERANCE RECORDING 0.50 3.20     missing: each utterance is a recording
//	wav.scp   RECORDING /data/rec1.wav
//	utt2spk   UTTERANCE SPEAKER
//
// Because they are sorted, text, segments and utt2spk are read side by side, and
// only wav.scp is held; a line out of order is lost. A wav.scp that holds a
// command (a value that ends in a bar) is refused whole, and nothing of it is
// run. Texts are gold unless told otherwise. Source: Kaldi's documentation, "Data
// preparation".
var kaldi = Platform{
	Name: "kaldi", Title: "Kaldi data folder", Folder: true, Corpus: true, ByTask: true,
	sniff: func(h *head) bool {
		return h.folder && inFolder(h.path, "wav.scp") && inFolder(h.path, "text", "segments")
	},
	open: func(s *source) (rows, error) {
		k := &kaldiReader{source: s}
		if err := k.readRecordings(); err != nil {
			return nil, err
		}
		s.batch.Source.Shape.LineEnd = "\n"
		return k.all, nil
	},
	corpus: writeKaldi,
}

// maxRecordings bounds what a wav.scp may make us hold.
const maxRecordings = 2_000_000

type kaldiReader struct {
	source     *source
	recordings map[string]string
}

// kaldiFile reads the lines of one file; a missing one has none.
type kaldiFile struct {
	name   string
	in     *bufio.Reader
	close  func() error
	line   int64
	key    string // of the line at hand
	rest   string
	raw    string
	ended  bool
	before string // the key of the line before
}

func (k *kaldiReader) open(name string) (*kaldiFile, error) {
	file, err := os.Open(filepath.Join(k.source.path, name))
	if errors.Is(err, os.ErrNotExist) {
		return &kaldiFile{name: name, ended: true, close: func() error { return nil }}, nil
	}
	if err != nil {
		return nil, err
	}
	f := &kaldiFile{name: name, in: bufio.NewReaderSize(io.TeeReader(file, k.source.sum), sniffBytes), close: file.Close}
	return f, nil
}

// next goes to the next line that is not blank.
func (f *kaldiFile) next() error {
	for !f.ended {
		text, err := readLine(f.in, maxRow)
		if err == io.EOF {
			f.ended, f.key = true, ""
			return nil
		}
		f.line++
		if errors.Is(err, errTooLong) {
			return &RowError{Path: f.name, Line: f.line, Code: TooLong, Text: cut(string(text))}
		}
		if err != nil {
			return err
		}
		f.raw = string(trimEnd(text))
		line := strings.TrimSpace(strings.ReplaceAll(f.raw, "\t", " "))
		if line == "" {
			continue
		}
		f.before = f.key
		f.key, f.rest, _ = strings.Cut(line, " ")
		f.rest = strings.TrimSpace(f.rest)
		if clean(f.key) != f.key || clean(f.rest) != f.rest {
			return &RowError{Path: f.name, Line: f.line, Code: NotText, Text: cut(line), Raw: f.raw}
		}
		return nil
	}
	return nil
}

// seek goes to the line of a key, and says whether it is there.
func (f *kaldiFile) seek(key string) (bool, error) {
	for !f.ended && f.key < key {
		if err := f.next(); err != nil {
			return false, err
		}
	}
	return !f.ended && f.key == key, nil
}

// readRecordings holds wav.scp, which names files and no commands.
func (k *kaldiReader) readRecordings() error {
	k.recordings = make(map[string]string)
	f, err := k.open("wav.scp")
	if err != nil {
		return err
	}
	defer f.close()
	for {
		if err := f.next(); err != nil {
			return err
		}
		if f.ended {
			return nil
		}
		if strings.HasSuffix(f.rest, "|") || strings.HasPrefix(f.rest, "|") {
			return &Error{Path: filepath.Join(k.source.path, "wav.scp"), Line: f.line, Code: Command, Text: cut(f.rest)}
		}
		if len(k.recordings) >= maxRecordings {
			return &Error{Path: filepath.Join(k.source.path, "wav.scp"), Line: f.line, Code: TooLong}
		}
		k.recordings[f.key] = f.rest
	}
}

func (k *kaldiReader) all(yield func([]task.Record, error) bool) {
	// Utterances are those of segments where there are some: text may be missing
	// for those that are still to be transcribed.
	first, second := "text", "segments"
	if inFolder(k.source.path, "segments") {
		first, second = second, first
	}
	var files []*kaldiFile
	for _, name := range []string{first, second, "utt2spk"} {
		f, err := k.open(name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.close()
		files = append(files, f)
	}
	lead := files[0]
	for {
		err := lead.next()
		if err == nil && lead.ended {
			return
		}
		var record task.Record
		if err == nil {
			record, err = k.record(files)
		}
		var e *RowError
		if !errors.As(err, &e) && err != nil {
			yield(nil, err)
			return
		}
		if e != nil && e.Line == 0 {
			e.Path, e.Line, e.Raw = filepath.Join(k.source.path, lead.name), lead.line, lead.raw
		}
		if e != nil {
			if !yield(nil, e) {
				return
			}
			continue
		}
		if !yield([]task.Record{record}, nil) {
			return
		}
	}
}

// record puts together what three files say of an utterance.
func (k *kaldiReader) record(files []*kaldiFile) (r task.Record, err error) {
	lead := files[0]
	switch {
	case lead.before != "" && lead.key == lead.before:
		return r, bad("", TakenTwice, lead.key)
	case lead.key < lead.before:
		key := lead.key
		lead.key = lead.before // so that one stray line does not cost those behind it
		return r, bad("", NotSorted, key)
	}
	found := make([]bool, len(files))
	for i, f := range files[1:] {
		if found[i+1], err = f.seek(lead.key); err != nil {
			return r, err
		}
	}
	recording, text := lead.key, lead.rest
	if lead.name == "segments" {
		text = ""
		if found[1] {
			text = files[1].rest
		}
		if recording, err = kaldiSegment(&r.Audio, lead.rest); err != nil {
			return r, err
		}
	}
	var ok bool
	if r.Audio.Ref, ok = k.recordings[recording]; !ok {
		return r, bad("", NoRecording, recording)
	}
	if found[2] && files[2].rest != lead.key { // the utterance itself: nobody knows
		r.Audio.Speaker = files[2].rest
	}
	r.Key = lead.key
	r.Row = task.Row{Line: lead.line, Cells: []string{lead.key, recording, text, r.Audio.Speaker}}
	addText(&r, text, k.source.o.Texts, TextsGold)
	if len(r.Gold) > 0 {
		r.GoldCells = []int{2}
	}
	return r, nil
}

func kaldiSegment(a *task.Audio, rest string) (recording string, err error) {
	fields := strings.Fields(rest)
	if len(fields) != 3 {
		return "", bad("", ColumnCount, rest)
	}
	var ok bool
	if a.Start, ok = seconds(fields[1]); !ok {
		return "", bad("", BadTime, fields[1])
	}
	if fields[2] != "-1" { // to the recording's end
		if a.End, ok = seconds(fields[2]); !ok {
			return "", bad("", BadTime, fields[2])
		}
		if a.End <= a.Start {
			return "", bad("", EndBefore, rest)
		}
	}
	return fields[0], nil
}

// writeKaldi writes a folder for each split. Utterances are named
// SPEAKER-UTTERANCE, so that sorting by utterance sorts by speaker too, as
// Kaldi asks. The lines are sorted in memory.
func writeKaldi(c *corpusWriter) error {
	lists := map[string]map[string][]string{} // of a split, of a file, the lines
	add := func(split, file, format string, args ...any) {
		if lists[split] == nil {
			lists[split] = map[string][]string{}
		}
		lists[split][file] = append(lists[split][file], fmt.Sprintf(format, args...))
	}
	err := c.each(func(u *Utterance) error {
		audio, isWhole, err := c.sound(u, "audio/"+u.ID)
		if err != nil {
			return err
		}
		speaker, id := "", u.ID
		if u.Speaker != "" {
			speaker = fileName(u.Speaker)
			id = speaker + "-" + u.ID
		} else {
			speaker = id
		}
		recording := id
		if !isWhole && u.Audio.End > 0 {
			recording = fileName(u.Recording)
			add(u.Split, "segments", "%s %s %.3f %.3f", id, recording, u.Audio.Start.Seconds(), u.Audio.End.Seconds())
		} else {
			add(u.Split, "segments", "%s %s 0.000 %.3f", id, recording, u.length().Seconds())
		}
		if strings.HasSuffix(strings.TrimSpace(audio), "|") { // a stranger's name must not become a command
			audio = strings.TrimRight(audio, "| ")
		}
		add(u.Split, "wav.scp", "%s %s", recording, audio)
		add(u.Split, "text", "%s %s", id, strings.Join(strings.Fields(u.Text), " "))
		add(u.Split, "utt2spk", "%s %s", id, speaker)
		add(u.Split, "spk2utt", "%s %s", speaker, id)
		return nil
	})
	if err != nil {
		return err
	}
	for split, files := range lists {
		for name, lines := range files {
			slices.Sort(lines)
			lines = slices.Compact(lines)
			if name == "spk2utt" {
				lines = bySpeaker(lines)
			}
			if name == "segments" && wholeRecordings(lines) {
				continue
			}
			for _, line := range lines {
				if err := c.line(split+"/"+name, line); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// wholeRecordings says whether every utterance is a recording, so that segments
// say nothing.
func wholeRecordings(lines []string) bool {
	return !slices.ContainsFunc(lines, func(line string) bool {
		f := strings.Fields(line)
		return f[0] != f[1]
	})
}

// bySpeaker joins the lines of a speaker.
func bySpeaker(lines []string) []string {
	var joined []string
	last := ""
	for _, line := range lines {
		speaker, id, _ := strings.Cut(line, " ")
		if len(joined) > 0 && speaker == last {
			joined[len(joined)-1] += " " + id
			continue
		}
		joined, last = append(joined, line), speaker
	}
	return joined
}
