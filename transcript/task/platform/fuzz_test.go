package platform

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tapescript/transcript"
	"tapescript/transcript/task"
)

func FuzzToloka(f *testing.F)      { fuzz(f, "toloka") }
func FuzzMTurk(f *testing.F)       { fuzz(f, "mturk") }
func FuzzScale(f *testing.F)       { fuzz(f, "scale") }
func FuzzAppen(f *testing.F)       { fuzz(f, "appen") }
func FuzzGroundTruth(f *testing.F) { fuzz(f, "ground-truth") }
func FuzzLabelStudio(f *testing.F) { fuzz(f, "label-studio") }
func FuzzProdigy(f *testing.F)     { fuzz(f, "prodigy") }
func FuzzClickworker(f *testing.F) { fuzz(f, "clickworker") }
func FuzzNeMo(f *testing.F)        { fuzz(f, "nemo") }
func FuzzCommonVoice(f *testing.F) { fuzz(f, "common-voice") }
func FuzzTable(f *testing.F)       { fuzz(f, "table") }
func FuzzKaldi(f *testing.F)       { fuzzFolder(f, "kaldi", "text", "segments", "wav.scp", "utt2spk") }
func FuzzLibriSpeech(f *testing.F) { fuzzFolder(f, "librispeech", "1-2.trans.txt", "1-2-0000.flac") }
func FuzzAudioFolder(f *testing.F) { fuzzFolder(f, "audiofolder", "metadata.csv", "metadata.jsonl") }

// fuzz feeds a platform strangers' bytes: it never panics, its counts add up,
// what it reads is fit to be kept, and what it writes of it can be read again.
func fuzz(f *testing.F, name string) {
	for _, paths := range samples(f) {
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err == nil && (strings.Contains(path, name) || len(data) < 400) {
				f.Add(data)
			}
		}
	}
	f.Add([]byte("sep=;\na;b\n\"x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data), "fuzz", Options{From: name})
		if err != nil {
			checkError(t, err)
			return
		}
		records := checkRecords(t, file)
		p, _ := Lookup(name)
		if p.encode == nil || len(records) == 0 {
			return
		}
		var out bytes.Buffer
		if err := p.Encode(&out, file.Batch(), resultsOf(file.Batch(), records)); err != nil {
			t.Fatal(err)
		}
		o := Options{From: name}
		if m := storedMapping(file.Batch()); name == "table" { // what rows hold may have told it, of which one was not taken
			o.Mapping = &m
		}
		again, err := Read(&out, "fuzz", o)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		checkRecords(t, again)
		if again.Counts().Rejected > 0 {
			t.Errorf("%d rows that were written are not read: %q", again.Counts().Rejected, data)
		}
	})
}

// fuzzFolder does the same with the files of a folder, which zeros part.
func fuzzFolder(f *testing.F, name string, files ...string) {
	f.Add([]byte("U1 hello\x00U1 R 0 1\x00R a.wav\x00U1 S"))
	f.Add([]byte("1-2-0000 GO\n\x00"))
	f.Add([]byte("file_name,text\na.wav,x\n\x00{\"file_name\": \"b.wav\", \"text\": \"y\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		for i, text := range bytes.SplitN(data, []byte{0}, len(files)) {
			if err := os.WriteFile(filepath.Join(dir, files[i]), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		file, err := Open(dir, Options{From: name})
		if err != nil {
			checkError(t, err)
			return
		}
		for _, r := range checkRecords(t, file) {
			if p := r.Audio.Path; p != "" && !strings.HasPrefix(p, dir+string(filepath.Separator)) {
				t.Errorf("%q leads out of the folder", p)
			}
			if name == "kaldi" && strings.HasSuffix(r.Audio.Ref, "|") {
				t.Errorf("%q is a command", r.Audio.Ref)
			}
		}
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	var e *Error
	var r *RowError
	if !errors.As(err, &e) && !errors.As(err, &r) {
		t.Errorf("an error without a code: %v", err)
	}
	if transcript.Clean(err.Error()) != err.Error() {
		t.Errorf("an error steers a terminal: %q", err)
	}
}

func checkRecords(t *testing.T, file *File) []task.Record {
	t.Helper()
	var list []task.Record
	for r, err := range file.Records() {
		if err != nil {
			checkError(t, err)
			continue
		}
		if err := r.Validate(); err != nil {
			var invalid *task.InvalidError // too long for a store, which says so itself
			if !errors.As(err, &invalid) || invalid.Code != task.TooLong {
				t.Errorf("%+v: %v", r, err)
			}
			continue
		}
		texts := append([]string{r.Draft, r.Hint, r.Key, r.Audio.Ref, r.Audio.Speaker}, r.Gold...)
		if r.Done != nil {
			texts = append(texts, r.Done.Text, r.Done.Worker)
		}
		for _, text := range texts {
			if transcript.Clean(text) != text || !utf8.ValidString(text) {
				t.Errorf("%q is not clean", text)
			}
		}
		for _, i := range r.GoldCells {
			if i < 0 || i >= len(r.Row.Cells) {
				t.Errorf("no cell %d in %q", i, r.Row.Cells)
			}
		}
		list = append(list, r)
	}
	c := file.Counts()
	if c.Rows != c.Taken+c.Rejected+c.Passed || c.Records < int64(len(list)) {
		t.Errorf("the counts do not add up: %+v", c)
	}
	return list
}
