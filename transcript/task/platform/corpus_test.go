package platform

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
)

// corpusResults are 60 utterances of 12 speakers in 24 recordings; every seventh
// is rejected, and one speaker is heard in a recording of another.
func corpusResults(order []int) func() iter.Seq2[task.Result, error] {
	return func() iter.Seq2[task.Result, error] {
		return func(yield func(task.Result, error) bool) {
			for _, i := range order {
				speaker := fmt.Sprintf("spk %d", i%12)
				if i == 59 {
					speaker = "spk 3"
				}
				a := task.Audio{Ref: fmt.Sprintf("https://x/rec%d.wav?token=1", i%24), Start: time.Duration(i) * time.Second, End: time.Duration(i+2) * time.Second, Speaker: speaker}
				r := task.Result{Task: task.Task{ID: fmt.Sprint("b/", i), Key: keyOf(a), Audio: a}}
				r.Submission = &task.Submission{ID: fmt.Sprint(i), Worker: "w", Text: fmt.Sprintf("text, \"number\"\n%d", i)}
				if i%7 == 5 {
					r.Verdict = &task.Verdict{Decision: task.Rejected}
				}
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// filesOf reads a folder.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := walkFiles(dir, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range list {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.ToSlash(name)] = string(data)
	}
	return files
}

// soundFile is a sound that says what it was cut from.
func soundFile(u *Utterance, stem string, cut bool) (string, error) {
	name := stem + ".wav"
	return name, os.WriteFile(name, fmt.Appendf(nil, "%s %v %v", u.Audio.Ref, u.Audio.Start, cut), 0o600)
}

// TestCorpora writes each corpus twice, from results in another order, and reads
// it back: the splits are the same, no speaker and no recording is in two, every
// text that may be in is in once.
func TestCorpora(t *testing.T) {
	splits, err := ParseSplits("train=80,dev=10,test=10")
	if err != nil {
		t.Fatal(err)
	}
	batch := task.Batch{ID: "b", Name: "Calls | 2026", Language: "en", License: "CC-BY-NC 4.0", Consent: task.Consent{Basis: "agreement", Uses: []string{"training"}}}
	shuffled := upTo(60)
	rng := rand.New(rand.NewPCG(3, 4))
	rng.Shuffle(60, func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for _, p := range All() {
		if p.corpus == nil {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			dir := t.TempDir()
			o := CorpusOptions{Splits: splits, Sound: soundFile}
			report, err := WriteCorpus(filepath.Join(dir, "one"), p, batch, corpusResults(upTo(60)), o)
			if err != nil {
				t.Fatal(err)
			}
			other, err := WriteCorpus(filepath.Join(dir, "two"), p, batch, corpusResults(shuffled), o)
			if err != nil {
				t.Fatal(err)
			}
			if report.Left != 8 || fmt.Sprint(report) != fmt.Sprint(other) {
				t.Errorf("%+v, in another order %+v", report, other)
			}
			files := filesOf(t, filepath.Join(dir, "one"))
			checkSums(t, filepath.Join(dir, "one"), files)
			checkSplits(t, p, filepath.Join(dir, "one"), report)
			for _, want := range []string{"license: \"cc-by-nc-4.0\"", "forbids commercial use", "Calls \\| 2026", "| train |"} {
				if !strings.Contains(files["README.md"], want) {
					t.Errorf("the card lacks %q:\n%s", want, files["README.md"])
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func checkSums(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(files["SHA256SUMS"]), "\n")
	if len(lines) != len(files)-1 {
		t.Errorf("%d sums for %d files", len(lines), len(files))
	}
	if _, err := exec.LookPath("sha256sum"); err != nil {
		t.Log("no sha256sum here")
		return
	}
	check := exec.Command("sha256sum", "--quiet", "-c", "SHA256SUMS")
	check.Dir = dir
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
}

// checkSplits reads a corpus back by its own importer.
func checkSplits(t *testing.T, p Platform, dir string, report CorpusReport) {
	t.Helper()
	var texts []string
	home := map[string]string{} // of a speaker, the split
	for _, s := range report.Splits {
		path := map[string]string{"nemo": s.Name + "_manifest.json", "common-voice": s.Name + ".tsv", "label-studio": s.Name + ".json"}[p.Name]
		if path == "" {
			path = s.Name
		}
		f, err := Open(filepath.Join(dir, path), Options{From: p.Name, Texts: TextsGold})
		if err != nil {
			t.Fatal(err)
		}
		_, records, rejected := drain(t, f)
		f.Close()
		if len(rejected) > 0 {
			t.Errorf("%s: %v", s.Name, rejected[0])
		}
		if int64(len(records)) != s.Utterances || s.Utterances == 0 {
			t.Errorf("%s: %d records, %+v", s.Name, len(records), s)
		}
		for _, r := range records {
			texts = append(texts, r.Gold...)
			if was := home[r.Audio.Speaker]; r.Audio.Speaker == "" || was != "" && was != s.Name {
				t.Errorf("speaker %q is in %s and %s", r.Audio.Speaker, was, s.Name)
			}
			home[r.Audio.Speaker] = s.Name
		}
	}
	slices.Sort(texts)
	if len(slices.Compact(slices.Clone(texts))) != 52 || len(texts) != 52 {
		t.Errorf("%d texts are in", len(texts))
	}
	if len(home) != 12 {
		t.Errorf("%d speakers: %v", len(home), slices.Sorted(maps.Keys(home)))
	}
}

func TestCorpusRefersToSoundElsewhere(t *testing.T) {
	p, _ := Lookup("nemo")
	dir := filepath.Join(t.TempDir(), "c")
	report, err := WriteCorpus(dir, p, task.Batch{ID: "b"}, corpusResults(upTo(3)), CorpusOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"audio_filepath": "https://x/rec0.wav?token=1", "duration": 2, "text": "text, \"number\" 0", "speaker": "spk 0"}`
	got, _, _ := strings.Cut(filesOf(t, dir)["train_manifest.json"], "\n")
	if got != strings.Replace(want, `"duration"`, `"offset": 0, "duration"`, 1) {
		t.Errorf("got %s", got)
	}
	var codes []WarningCode
	for _, w := range report.Warnings {
		codes = append(codes, w.Code)
	}
	if !slices.Equal(codes, []WarningCode{NoLicense, NoConsent, SoundElsewhere}) {
		t.Errorf("warned of %v", codes)
	}
	if _, err := WriteCorpus(dir, p, task.Batch{ID: "b"}, corpusResults(upTo(3)), CorpusOptions{}); err == nil {
		t.Error("a folder that holds something was replaced")
	}
}

// TestFailedCorpusLeavesNothing: a sound that cannot be cut ends it.
func TestFailedCorpusLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	p, _ := Lookup("audiofolder")
	n := 0
	_, err := WriteCorpus(filepath.Join(dir, "c"), p, task.Batch{ID: "b"}, corpusResults(upTo(9)), CorpusOptions{Sound: func(u *Utterance, stem string, cut bool) (string, error) {
		if n++; n == 5 {
			return "", errors.New("no sound")
		}
		return soundFile(u, stem, cut)
	}})
	if list, _ := os.ReadDir(dir); err == nil || len(list) > 0 {
		t.Errorf("%v, %v", err, list)
	}
}

// TestSegmentsBecomeUtterances: of a transcript with several segments each is
// one, with its own speaker and place.
func TestSegmentsBecomeUtterances(t *testing.T) {
	data := `{"tapescript":"transcript","version":1,"media":{"path":"a.wav"},"speakers":[{"id":"s1","name":"Ann"}]}
{"id":"1","start":10.5,"end":11.5,"speaker":"s1","text":"one two"}
{"id":"2","start":12,"end":13.25,"text":"three"}
`
	results := func() iter.Seq2[task.Result, error] {
		return func(yield func(task.Result, error) bool) {
			a := task.Audio{Ref: "a.wav", Start: 10 * time.Second, End: 20 * time.Second}
			yield(task.Result{Task: task.Task{ID: "b/1", Key: "a.wav", Audio: a}, Submission: &task.Submission{Text: "one two three", Transcript: []byte(data)}}, nil)
		}
	}
	p, _ := Lookup("kaldi")
	dir := filepath.Join(t.TempDir(), "c")
	if _, err := WriteCorpus(dir, p, task.Batch{ID: "b"}, results, CorpusOptions{}); err != nil {
		t.Fatal(err)
	}
	files := filesOf(t, dir)
	for name, want := range map[string]string{
		"train/segments": "Ann-a-0000 a.wav 10.500 11.500\na-0001 a.wav 12.000 13.250\n",
		"train/text":     "Ann-a-0000 one two\na-0001 three\n",
		"train/utt2spk":  "Ann-a-0000 Ann\na-0001 a-0001\n",
		"train/wav.scp":  "a.wav a.wav\n",
	} {
		if files[name] != want {
			t.Errorf("%s is\n%swant\n%s", name, files[name], want)
		}
	}
}

func TestNamesFromElsewhereAreNoCommands(t *testing.T) {
	results := func() iter.Seq2[task.Result, error] {
		return func(yield func(task.Result, error) bool) {
			a := task.Audio{Ref: "touch /tmp/x |"}
			yield(task.Result{Task: task.Task{ID: "b/1", Key: "../../" + strings.Repeat("k", 300), Audio: a}, Submission: &task.Submission{Text: "x"}}, nil)
		}
	}
	p, _ := Lookup("kaldi")
	dir := filepath.Join(t.TempDir(), "c")
	if _, err := WriteCorpus(dir, p, task.Batch{ID: "b"}, results, CorpusOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := filesOf(t, dir)["train/wav.scp"]; strings.Contains(got, "|") || strings.Contains(got, "..") {
		t.Errorf("wav.scp is %q", got)
	}
}

func TestSplitsAreParsed(t *testing.T) {
	for _, text := range []string{"", "train", "train=0", "train=-1", "train=x", "a/b=1", "train=1,train=2", "..=1", "train=1,"} {
		if list, err := ParseSplits(text); err == nil {
			t.Errorf("%q is %v", text, list)
		}
	}
}
