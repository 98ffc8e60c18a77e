package platform

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"tapescript/transcript/task"
)

// audioFolder is a folder as Hugging Face's AudioFolder has it: sound files, and
// beside them metadata.csv or metadata.jsonl with a row for each, in the folder
// or in one for each split.
//
//	file_name,transcription
//	audio/0001.wav,hello there
//
// Texts are gold unless told otherwise. A file_name that leads out of its folder
// is refused. Source: Hugging Face Datasets' guide, "Create an audio dataset".
var audioFolder = Platform{
	Name: "audiofolder", Title: "Hugging Face AudioFolder", Folder: true, Corpus: true, ByTask: true,
	sniff: func(h *head) bool {
		if !h.folder {
			return false
		}
		list, err := walkFiles(h.path, isMetadata)
		return err == nil && len(list) > 0
	},
	open: func(s *source) (rows, error) {
		files, err := walkFiles(s.path, isMetadata)
		if err != nil {
			return nil, err
		}
		return func(yield func([]task.Record, error) bool) {
			for _, name := range files {
				if !readMetadata(s, name, yield) {
					return
				}
			}
		}, nil
	},
	corpus: writeAudioFolder,
}

func isMetadata(name string) bool { return name == "metadata.csv" || name == "metadata.jsonl" }

// readMetadata reads the rows of one file; false where nothing more is wanted.
func readMetadata(s *source, name string, yield func([]task.Record, error) bool) bool {
	full := filepath.Join(s.path, name)
	file, err := os.Open(full)
	if err != nil {
		yield(nil, err)
		return false
	}
	defer file.Close()
	raw := bufio.NewReaderSize(io.TeeReader(file, s.sum), sniffBytes)
	begin, err := raw.Peek(sniffBytes)
	if err != nil && err != io.EOF {
		yield(nil, err)
		return false
	}
	part := &source{path: full, o: s.o}
	_, _, part.in = decoded(raw, begin)
	list, err := openMetadata(part, filepath.ToSlash(filepath.Dir(name)), s.path)
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Path = full
		}
		yield(nil, err)
		return false
	}
	if len(s.batch.Source.Header) == 0 {
		s.batch.Source.Header, s.batch.Source.Shape = part.batch.Source.Header, part.batch.Source.Shape
	}
	for records, err := range list {
		var e *RowError
		if errors.As(err, &e) {
			e.Path = full
		}
		if !yield(records, err) {
			return false
		}
	}
	return true
}

// metadataTexts are what the text is called, the likeliest first.
const metadataTexts = "transcription|text|sentence|transcript"

func openMetadata(s *source, dir, root string) (rows, error) {
	place := func(r *task.Record) error {
		ref := path.Clean(strings.ReplaceAll(r.Audio.Ref, `\`, "/"))
		if !filepath.IsLocal(filepath.FromSlash(ref)) {
			return bad("file_name", OutsideFolder, r.Audio.Ref)
		}
		r.Audio.Ref = path.Join(dir, ref)
		r.Audio.Path = filepath.Join(root, filepath.FromSlash(r.Audio.Ref))
		r.Key = r.Audio.Ref
		return nil
	}
	if strings.HasSuffix(s.path, ".jsonl") {
		return openObjects(s, func(o object) ([]task.Record, error) {
			var r task.Record
			ref, err := o.text("file_name")
			if err != nil {
				return nil, err
			}
			if r.Audio.Ref = oneLine(ref); r.Audio.Ref == "" {
				return nil, bad("file_name", NoAudio, "")
			}
			key, _ := o.first(strings.Split(metadataTexts, "|")...)
			text, err := o.text(key)
			if err != nil {
				return nil, err
			}
			r.Audio.Speaker = oneLine(textOf(o, "speaker_id"))
			addText(&r, text, s.o.Texts, TextsGold)
			return []task.Record{r}, place(&r)
		})
	}
	text, at := "", 0
	d := tableDialect{quotes: quoted, mapping: func(header []string, _ [][]string) (Mapping, error) {
		if columnOf(header, "file_name") < 0 {
			return Mapping{}, &Error{Line: 1, Code: MissingColumn, Name: "file_name", Text: cut(strings.Join(header, ", "))}
		}
		if i := columnOf(header, metadataTexts); i >= 0 {
			text, at = header[i], i
		}
		return Mapping{Audio: "file_name", Speaker: "speaker_id|speaker"}, nil
	}}
	d.each = func(r *task.Record, cell func(string) string) error {
		if addText(r, cell(text), s.o.Texts, TextsGold); len(r.Gold) > 0 {
			r.GoldCells = []int{at}
		}
		return place(r)
	}
	return openTable(s, d)
}

// writeAudioFolder writes SPLIT/metadata.csv for each split, and the sound
// beside it.
func writeAudioFolder(c *corpusWriter) error {
	begun := map[string]bool{}
	return c.each(func(u *Utterance) error {
		name := u.Split + "/metadata.csv"
		if !begun[name] {
			begun[name] = true
			if err := c.line(name, "file_name,transcription,speaker_id,recording"); err != nil {
				return err
			}
		}
		audio, _, err := c.sound(u, u.Split+"/audio/"+u.ID)
		if err != nil {
			return err
		}
		cells := []string{strings.TrimPrefix(audio, u.Split+"/"), u.Text, u.Speaker, u.Recording}
		for i, cell := range cells {
			cells[i] = rawCell(cell, ',', false)
		}
		return c.line(name, strings.Join(cells, ","))
	})
}
