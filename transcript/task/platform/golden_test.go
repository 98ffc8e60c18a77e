package platform

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
)

var update = flag.Bool("update", false, "write the golden files anew")

// samples lists the files, and the folders, of each platform in testdata.
func samples(t testing.TB) map[string][]string {
	t.Helper()
	list := map[string][]string{}
	for _, p := range All() {
		entries, err := os.ReadDir(filepath.Join("testdata", p.Name))
		if err != nil {
			t.Errorf("%s has no samples: %v", p.Name, err)
		}
		for _, e := range entries {
			if e.IsDir() == p.Folder && !strings.HasSuffix(e.Name(), ".golden") {
				list[p.Name] = append(list[p.Name], filepath.Join("testdata", p.Name, e.Name()))
			}
		}
	}
	return list
}

// optionsFor is how a sample is to be read that has no mark of its own.
func optionsFor(path string) Options {
	if strings.Contains(path, "mturk") && strings.Contains(path, "input") {
		return Options{From: "mturk"}
	}
	return Options{}
}

func TestGolden(t *testing.T) {
	for name, paths := range samples(t) {
		for _, path := range paths {
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				got := dump(t, path, optionsFor(path))
				if !strings.Contains(got, "platform "+name+"\n") && !strings.Contains(got, "command") {
					t.Errorf("taken for another platform than %s:\n%s", name, got)
				}
				golden := path + ".golden"
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			})
		}
	}
}

// dump writes what a file was read as, for people to read.
func dump(t *testing.T, path string, o Options) string {
	t.Helper()
	var b strings.Builder
	f, err := Open(path, o)
	if err != nil {
		return "error " + filepath.ToSlash(err.Error()) + "\n"
	}
	defer f.Close()
	fmt.Fprintf(&b, "platform %s\n", f.Platform.Name)
	for r, err := range f.Records() {
		var e *RowError
		if errors.As(err, &e) {
			fmt.Fprintf(&b, "- %s column %d, raw %q\n", filepath.ToSlash(e.Error()), e.Column, e.Raw)
			continue
		}
		if err != nil {
			fmt.Fprintf(&b, "error %v\n", err)
			continue
		}
		dumpRecord(&b, r)
	}
	c := f.Counts()
	fmt.Fprintf(&b, "counts %+v\n", c)
	if c.Rows != c.Taken+c.Rejected+c.Passed {
		t.Errorf("%s: the counts do not add up: %+v", path, c)
	}
	batch := f.Batch()
	if batch.Source.SHA256 == "" {
		t.Errorf("%s: no sum", path)
	}
	batch.Source.SHA256 = ""
	text, err := json.Marshal(batch)
	if err != nil {
		t.Fatal(err)
	}
	var sparse map[string]any
	if err := json.Unmarshal(text, &sparse); err != nil {
		t.Fatal(err)
	}
	prune(sparse)
	text, err = json.MarshalIndent(sparse, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "batch %s\n", text)
	return b.String()
}

// prune takes out what says nothing.
func prune(m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case map[string]any:
			if prune(v); len(v) == 0 {
				delete(m, k)
			}
		case nil:
			delete(m, k)
		case string:
			if v == "" || v == "0001-01-01T00:00:00Z" || v == "0.00" {
				delete(m, k)
			}
		case float64:
			if v == 0 {
				delete(m, k)
			}
		case bool:
			if !v {
				delete(m, k)
			}
		}
	}
}

func dumpRecord(b *strings.Builder, r task.Record) {
	fmt.Fprintf(b, "%d %s kind=%s audio=%q", r.Row.Line, r.Key, r.Kind, r.Audio.Ref)
	say := func(name string, value any, isSet bool) {
		if isSet {
			fmt.Fprintf(b, " %s=%v", name, value)
		}
	}
	say("path", filepath.ToSlash(r.Audio.Path), r.Audio.Path != "")
	say("start", r.Audio.Start, r.Audio.End > 0)
	say("end", r.Audio.End, r.Audio.End > 0)
	say("duration", r.Audio.Duration, r.Audio.Duration > 0)
	say("channel", r.Audio.Channel, r.Audio.Channel > 0)
	say("speaker", r.Audio.Speaker, r.Audio.Speaker != "")
	say("overlap", r.Overlap, r.Overlap > 0)
	say("gold", fmt.Sprintf("%q", r.Gold), len(r.Gold) > 0)
	say("goldcells", r.GoldCells, len(r.GoldCells) > 0)
	say("hint", fmt.Sprintf("%q", r.Hint), r.Hint != "")
	say("draft", fmt.Sprintf("%q", r.Draft), r.Draft != "")
	if d := r.Done; d != nil {
		fmt.Fprintf(b, "\n  done %q worker=%s assignment=%s status=%s", d.Text, d.Worker, d.Assignment, d.Status)
		say("started", d.Started.Format(time.RFC3339Nano), !d.Started.IsZero())
		say("submitted", d.Submitted.Format(time.RFC3339Nano), !d.Submitted.IsZero())
		say("work", d.Work, d.Work > 0)
		say("reward", d.Reward.Amount.String()+" "+d.Reward.Currency, d.Reward.Stated())
		if v := d.Verdict; v != nil {
			fmt.Fprintf(b, " verdict=%s comment=%q reason=%v", v.Decision, v.Comment, v.Reason)
		}
	}
	fmt.Fprintf(b, "\n  row %q\n", r.Row.Cells)
}

func TestEveryPlatformHasSamples(t *testing.T) {
	for _, p := range All() {
		if len(samples(t)[p.Name]) == 0 {
			t.Errorf("%s has no sample in testdata", p.Name)
		}
	}
	names := map[string]bool{}
	for _, p := range All() {
		if names[p.Name] || p.Name == "" || p.Title == "" || !p.CanWrite() {
			t.Errorf("platform %q: its name is taken or missing, or it cannot be written", p.Name)
		}
		names[p.Name] = true
	}
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		parts := strings.Split(filepath.ToSlash(path), "/")
		if len(parts) == 2 && parts[1] != "fuzz" && !names[parts[1]] {
			t.Errorf("%s belongs to no platform", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
