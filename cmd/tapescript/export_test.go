package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
	"tapescript/transcript/task/sqlite"
	"tapescript/tui/locale"
)

// storeOf imports a platform's text into a new store.
func storeOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tasks.db")
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	f, err := platform.Read(strings.NewReader(text), name, platform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := f.Batch()
	b.ID = "calls"
	dir := t.TempDir()
	records := func(yield func(task.Record, error) bool) {
		for r, err := range f.Records() {
			if strings.HasSuffix(r.Audio.Ref, "tone.wav") {
				r.Audio.Path = filepath.Join(dir, "tone.wav")
			}
			if !yield(r, err) {
				return
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "tone.wav"), toneWAV(), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(context.Background(), b, records, task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	return path
}

// cli runs the program as a shell does.
func cli(t *testing.T, args ...string) (code int, out, told string) {
	t.Helper()
	t.Setenv("LANG", "C.UTF-8")
	dir := t.TempDir()
	var files [2]*os.File
	for i := range files {
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(i)))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	code = run(args, streams{null, files[0], files[1]})
	read := func(i int) string {
		data, err := os.ReadFile(files[i].Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	return code, read(0), read(1)
}

const tolokaCalls = "INPUT:audio\tINPUT:note\tOUTPUT:transcription\tASSIGNMENT:assignment_id\tASSIGNMENT:worker_id\tASSIGNMENT:status\n" +
	"https://x/Girard/tone.wav\tfor ann.lee@example.org\t\"my name is Zork and\r\nann.lee@example.org is mine\"\ta1\tw-real\tAPPROVED\n" +
	"https://x/other.mp3\t\"kept \"\"as\"\" is\"\tplain words\ta2\tw-real\tREJECTED\n"

func TestExportGivesEveryColumnBack(t *testing.T) {
	store := storeOf(t, "r.tsv", tolokaCalls)
	code, out, told := cli(t, "export", "--store", store, "-o", "-")
	want := strings.ReplaceAll(tolokaCalls, "\tASSIGNMENT:status\n", "\tASSIGNMENT:status\tACCEPT:verdict\tACCEPT:comment\n")
	want = strings.ReplaceAll(want, "APPROVED\n", "APPROVED\t+\t\n")
	want = strings.ReplaceAll(want, "REJECTED\n", "REJECTED\t-\t\n")
	if code != exitDone || out != want || !strings.Contains(told, "2 rows") {
		t.Errorf("code %d, told %q, got\n%s\nwant\n%s", code, told, out, want)
	}
}

// TestRedactedExportHoldsNoPersonalData goes through every format: neither an
// address, nor a name, nor who worked, nor a recording's name is in any file.
func TestRedactedExportHoldsNoPersonalData(t *testing.T) {
	store := storeOf(t, "r.tsv", tolokaCalls)
	secrets := []string{"ann.lee", "example.org", "w-real", "Zork", "Girard", "other.mp3"}
	for _, name := range exportFormats() {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			args := []string{"export", "--store", store, "--format", name, "--redacted", "-o", out}
			if p, _ := platform.Lookup(name); p.Corpus {
				args = append(args, "--no-audio")
			}
			code, _, told := cli(t, args...)
			if code != exitDone {
				t.Fatalf("code %d: %s", code, told)
			}
			words := false
			err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				data, err := os.ReadFile(path)
				for _, s := range secrets {
					if strings.Contains(path, s) || strings.Contains(string(data), s) {
						t.Errorf("%s holds %s:\n%s", path, s, data)
					}
				}
				words = words || strings.Contains(string(data), "is mine")
				return err
			})
			if err != nil || !words {
				t.Errorf("the words are gone too, %v", err)
			}
		})
	}
}

// A corpus goes out with the sound of what was masked taken away: over the words
// that have a time, over the whole clip where no word has one; the rest is the
// recording to the sample.
func TestARedactedCorpusIsMuted(t *testing.T) {
	store := storeOf(t, "r.tsv", "INPUT:audio\nx/tone.wav\ny/tone.wav\nz/tone.wav\n")
	s, err := sqlite.Open(context.Background(), store)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.SetAudio(context.Background(), "calls", func(a task.Audio) (task.Audio, bool) {
		path := filepath.Join(filepath.Dir(store), a.Ref[:1]+".wav")
		a.Path = path
		return a, os.WriteFile(path, toneWAV(), 0o600) == nil
	}); err != nil {
		t.Fatal(err)
	}
	const timed = `{"tapescript":"transcript","version":1}
{"id":"1","start":0,"end":1,"text":"my name is Zork today","words":[{"from":0,"to":2,"start":0,"end":0.1},{"from":3,"to":7,"start":0.1,"end":0.2},{"from":8,"to":10,"start":0.2,"end":0.3},{"from":11,"to":15,"start":0.4,"end":0.6},{"from":16,"to":21,"start":0.7,"end":1}]}
`
	for i, answer := range []task.Submission{{Text: "my name is Zork today", Transcript: []byte(timed)}, {Text: "my name is Zork today"}, {Text: "nothing of the sort"}} {
		c, err := s.Claim(context.Background(), task.Query{Worker: "w"}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		answer.ID, answer.Task, answer.Assignment, answer.Worker = fmt.Sprint("s", i), c.Task.ID, c.Assignment.ID, "w"
		if _, err := s.Submit(context.Background(), answer, c.Assignment.Token); err != nil {
			t.Fatal(err)
		}
	}
	tone := toneWAV()[44:]
	for _, name := range exportFormats() {
		if p, _ := platform.Lookup(name); !p.Corpus {
			continue
		}
		out := filepath.Join(t.TempDir(), "out")
		if code, _, told := cli(t, "export", "--store", store, "--format", name, "--redacted", "-o", out); code != exitDone || !strings.Contains(told, "2 places muted, 1.4 s together") {
			t.Fatalf("%s: code %d: %s", name, code, told)
		}
		var silent []int // samples of each file, that are not those of the tone
		err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".wav" {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil || len(data) != 44+len(tone) {
				return fmt.Errorf("%s has %d bytes, %v", path, len(data), err)
			}
			n := 0
			for i := 0; i < len(tone); i += 2 {
				if got, was := data[44+i:46+i], tone[i:i+2]; string(got) != string(was) {
					if n++; got[0] != 0 || got[1] != 0 {
						t.Errorf("%s: sample %d is neither the recording nor silence", name, i/2)
					}
				}
			}
			silent = append(silent, n)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(silent)
		// 0.3 to 0.7 s of 8000 Hz are 3200 samples, a few of which are 0 in a tone too.
		if len(silent) != 3 || silent[0] != 0 || silent[1] < 3100 || silent[1] > 3201 || silent[2] < 7900 {
			t.Errorf("%s: samples muted in each file: %v", name, silent)
		}
	}
}

func TestExportedCorpusHasTheSoundOfItsStretches(t *testing.T) {
	store := storeOf(t, "m.json", `{"audio_filepath": "tone.wav", "offset": 0.25, "duration": 0.5, "text": "a tone", "speaker": "ann", "extra": {"kept": 1.50}}
{"audio_filepath": "b/tone.wav", "text": "all of it", "speaker": "bob"}
`)
	out := filepath.Join(t.TempDir(), "corpus")
	code, text, told := cli(t, "export", "--store", store, "-o", out, "--json", "--license", "CC-BY-4.0", "--splits", "train=1,test=1")
	if code != exitDone {
		t.Fatalf("code %d: %s", code, told)
	}
	var report corpusReport
	if err := json.Unmarshal([]byte(text), &report); err != nil || len(report.Splits) != 2 || report.Splits[0].Utterances+report.Splits[1].Utterances != 2 {
		t.Fatalf("%v: %s", err, text)
	}
	all := ""
	for _, split := range []string{"train", "test"} {
		data, err := os.ReadFile(filepath.Join(out, split+"_manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		all += string(data)
	}
	for _, want := range []string{`"audio_filepath": "audio/tone-0.25_0.75.wav", "duration": 0.5`, `"duration": 0.5`, `"extra": {"kept": 1.50}`, `"duration": 1}`, `"text": "all of it"`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
	info, err := os.Stat(filepath.Join(out, "audio", "tone-0.25_0.75.wav"))
	if err != nil || info.Size() != 44+8000 {
		t.Errorf("the stretch is %v, %v", info, err)
	}
	if code, _, told := cli(t, "export", "--store", store, "-o", out); code != exitFailed || !strings.Contains(told, "exists") {
		t.Errorf("a corpus was replaced: code %d, %s", code, told)
	}
}

// Label Studio's file is a corpus too where splits are asked for: its own reader
// finds the texts again, and the sums are of the files that are there.
func TestLabelStudioIsACorpusToo(t *testing.T) {
	store := storeOf(t, "m.json", `{"audio_filepath": "tone.wav", "offset": 0.25, "duration": 0.5, "text": "a tone", "speaker": "ann"}
{"audio_filepath": "b/tone.wav", "text": "all \"of\" it", "speaker": "bob"}
{"audio_filepath": "c/tone.wav", "text": "third", "speaker": "bob"}
`)
	out := filepath.Join(t.TempDir(), "corpus")
	if code, _, told := cli(t, "export", "--store", store, "--format", "label-studio", "-o", out, "--splits", "train=1,test=1", "--license", "CC0-1.0"); code != exitDone {
		t.Fatalf("code %d: %s", code, told)
	}
	sums, err := os.ReadFile(filepath.Join(out, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		data, err := os.ReadFile(filepath.Join(out, name))
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); err != nil || got != sum {
			t.Errorf("%s: %v, sum %s, want %s", name, err, got, sum)
		}
	}
	var texts []string
	for _, split := range []string{"train", "test"} {
		f, err := platform.Open(filepath.Join(out, split+".json"), platform.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for r, err := range f.Records() {
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(filepath.Join(out, r.Audio.Ref)); err != nil {
				t.Error(err)
			}
			texts = append(texts, r.Gold...)
		}
		f.Close()
	}
	slices.Sort(texts)
	if want := []string{"a tone", `all "of" it`, "third"}; !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
	card, err := os.ReadFile(filepath.Join(out, "README.md"))
	if err != nil || !strings.Contains(string(card), "CC0-1.0") || !strings.Contains(string(sums), "README.md") {
		t.Errorf("no data card: %v\n%s", err, card)
	}
}

func TestExportSaysWhatItCannot(t *testing.T) {
	store := storeOf(t, "r.tsv", tolokaCalls)
	for _, c := range []struct {
		args []string
		code int
		told string
	}{
		{[]string{}, exitUsage, "-o"},
		{[]string{"-o", "x", "--format", "morse"}, exitUsage, "morse"},
		{[]string{"-o", "x", "--batch", "other"}, exitUsage, "calls"},
		{[]string{"-o", "x", "--license", "MIT"}, exitUsage, "Toloka"},
		{[]string{"-o", "-", "--format", "kaldi"}, exitUsage, "Kaldi"},
		{[]string{"-o", "x", "--format", "kaldi", "--splits", "all"}, exitUsage, "train=80"},
		{[]string{"-o", "x", "--names", "n.txt"}, exitUsage, "--redacted"},
	} {
		code, _, told := cli(t, append([]string{"export", "--store", store}, c.args...)...)
		if code != c.code || !strings.Contains(told, c.told) {
			t.Errorf("%v: code %d, %s", c.args, code, told)
		}
	}
}

func TestCorpusNeedsItsRecordings(t *testing.T) {
	store := storeOf(t, "m.json", `{"audio_filepath": "nowhere.wav", "text": "all of it"}`)
	out := filepath.Join(t.TempDir(), "x")
	if code, _, told := cli(t, "export", "--store", store, "-o", out); code != exitFailed || !strings.Contains(told, "--no-audio") || !strings.Contains(told, "nowhere.wav") {
		t.Errorf("code %d, %s", code, told)
	}
	if code, _, told := cli(t, "export", "--store", store, "-o", out, "--no-audio"); code != exitDone || !strings.Contains(told, "no licence") {
		t.Errorf("code %d, %s", code, told)
	}
}

func TestRejectsAreKeptWithTheirReason(t *testing.T) {
	p := &program{words: locale.For("en")}
	path := filepath.Join(t.TempDir(), "r.tsv")
	r := &rejects{program: p, path: path}
	if err := r.close(true); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a file of no rows")
	}
	if err := r.add(&platform.RowError{Path: "in.tsv", Line: 7, Column: 2, Name: "TASK:overlap", Code: platform.BadNumber, Text: "many", Raw: "a\t\"b\n\""}); err != nil {
		t.Fatal(err)
	}
	if err := r.add(&task.InvalidError{Line: 8, Field: "key", Code: task.Missing}); err != nil {
		t.Fatal(err)
	}
	if other := errors.New("disk"); !errors.Is(r.add(other), other) {
		t.Error("an error about no row was taken for one")
	}
	if err := r.close(true); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	want := "file\tline\tcolumn\tname\tcode\treason\trow\n" +
		"in.tsv\t7\t2\tTASK:overlap\tbad-number\tthis is not a number that fits here (many)\t\"a\t\"\"b\n\"\"\"\n" +
		"\t8\t\tkey\tmissing\t\"line 8: key: missing \"\"\"\"\"\t\n"
	if err != nil || string(data) != want || r.rows != 2 {
		t.Errorf("%d rows, %v, got\n%s\nwant\n%s", r.rows, err, data, want)
	}
}

func TestEveryPlatformCodeHasASentence(t *testing.T) {
	for _, language := range locale.Languages() {
		words := locale.For(language)
		for _, code := range platform.Codes() {
			if !words.Has("platform-code." + string(code)) {
				t.Errorf("%s has no sentence for %s", language, code)
			}
		}
		for _, code := range platform.Warnings() {
			if !words.Has("platform-warning." + string(code)) {
				t.Errorf("%s has no sentence for %s", language, code)
			}
		}
	}
}

func TestMappingIsAnswered(t *testing.T) {
	header := []string{"nom", "dit", "qui"}
	m := platform.Propose(header, [][]string{{"a.wav", "bonjour tout le monde", "7"}})
	if m.Audio != "nom" || m.Draft != "dit" {
		t.Fatalf("%+v", m)
	}
	for _, line := range []string{"draft=", "text=2", "worker=QUI"} {
		if !setMapping(&m, header, line) {
			t.Errorf("%s is not understood", line)
		}
	}
	if m.Draft != "" || m.Text != "dit" || m.Worker != "qui" {
		t.Errorf("%+v", m)
	}
	for _, line := range []string{"text", "text=9", "colour=1", "=1"} {
		if setMapping(&m, header, line) {
			t.Errorf("%s is understood", line)
		}
	}
	p := &program{words: locale.For("en")}
	if got := p.mappingTable(header, [][]string{{"a\x1b[2J.wav", "b", "c"}}, &m); !strings.Contains(got, "audio") || strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}
