package deidentify

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/quality/privacy"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

const lines = `{"tapescript":"transcript","version":1}
{"id":"1","start":0,"end":2,"text":"my name is Zork today","words":[{"from":0,"to":2,"start":0,"end":0.1},{"from":3,"to":7,"start":0.1,"end":0.2},{"from":8,"to":10,"start":0.2,"end":0.3},{"from":11,"to":15,"start":1.0,"end":1.2},{"from":16,"to":21,"start":1.3,"end":2}]}
`

func TestPseudonymsAreTheSameAllThrough(t *testing.T) {
	names, others := NewPseudonyms(), NewPseudonyms()
	ann := names.Of("w-", "ann")
	if again := names.Of("w-", "ann"); again != ann || names.Of("w-", "bob") == ann || others.Of("w-", "ann") == ann {
		t.Error("not a keyed hash")
	}
	for ref, ending := range map[string]string{
		"https://x/ann.wav?token=1": ".wav", "calls/ann.flac": ".flac", "ann.of a longer ending": "", "ann.wav#t=1,2": ".wav#t=1,2",
	} {
		got := names.Audio(ref)
		if !strings.HasSuffix(got, ending) || strings.Contains(got, "ann") || strings.Contains(got, "token") || len(got) != len("r-")+12+len(ending) {
			t.Errorf("%s goes by %s", ref, got)
		}
	}
	if a, b := names.Audio("ann.wav#t=1,2"), names.Audio("ann.wav"); !strings.HasPrefix(a, b) {
		t.Errorf("a stretch goes by another name: %s, %s", a, b)
	}
}

// What is found in one value of a result is masked in all, and what names a
// worker or a recording goes by its pseudonym wherever it is a whole value.
func TestValuesAreMaskedTogether(t *testing.T) {
	names := NewPseudonyms()
	values := []platform.Value{
		{Name: platform.ValueText, Text: "my name is Zork today"},
		{Name: platform.ValueComment, Text: "spell Zork with a k"},
		{Name: platform.ValueWorker, Text: "ann"},
		{Name: "column", Text: "ann"},
		{Name: platform.ValueAudio, Text: "zork.wav"},
	}
	got := Values(values, privacy.Options{}, names)
	want := []string{"my name is [PERSON_NAME] today", "spell [PERSON_NAME] with a k", names.Of("w-", "ann"), names.Of("w-", "ann"), names.Audio("zork.wav")}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func dossier() *task.Dossier {
	return &task.Dossier{
		Task: task.Task{ID: "t", Key: "key-1", Draft: "name Zork", Audio: task.Audio{Ref: "call-7.wav"}},
		Gold: &task.Gold{Texts: []string{"my name is Zork today"}},
		Answers: []task.Answer{{
			Submission: task.Submission{ID: "s", Worker: "w", Text: "my name is Zork today", Transcript: []byte(lines)},
			Verdicts:   []task.Verdict{{Submission: "s", Comment: "Zork has a k"}},
			Appeal:     &task.Appeal{Submission: "s", Text: "ask Zork"},
		}},
	}
}

func TestADossierIsMaskedWhole(t *testing.T) {
	d := dossier()
	secrets, named, err := Dossier(task.Batch{}, d, privacy.Options{}, NewPseudonyms())
	if err != nil || named {
		t.Fatalf("named %v, %v", named, err)
	}
	if secrets.Counts()[privacy.Person] == 0 {
		t.Errorf("nothing was found: %v", secrets.Counts())
	}
	a := d.Answers[0]
	for what, text := range map[string]string{
		"draft": d.Task.Draft, "gold": d.Gold.Texts[0], "text": a.Submission.Text, "transcript": string(a.Submission.Transcript),
		"comment": a.Verdicts[0].Comment, "appeal": a.Appeal.Text,
	} {
		if strings.Contains(text, "Zork") || !strings.Contains(text, "[PERSON_NAME]") {
			t.Errorf("the %s is %q", what, text)
		}
	}
	if a.Submission.Worker != "w" || d.Task.Key != "key-1" {
		t.Error("keys and workers stay")
	}
}

func TestANameInAKeyIsToldAndStays(t *testing.T) {
	d := dossier()
	d.Task.Audio.Ref = "calls/zork_1.wav"
	_, named, err := Dossier(task.Batch{}, d, privacy.Options{Names: []string{"Zork"}}, NewPseudonyms())
	if err != nil || !named || d.Task.Audio.Ref != "calls/zork_1.wav" {
		t.Errorf("named %v, %v, %s", named, err, d.Task.Audio.Ref)
	}
	if err := error(&LeftError{2, "t"}); !errors.As(err, new(*LeftError)) || err.Error() == "" {
		t.Error(err)
	}
}

// Over the words where they have a time, over the whole stretch where they have
// none; what is placed by one text is not silent all over for another.
func TestARecordingIsSilentWhereItIsSaid(t *testing.T) {
	h := &Heard{Pad: 100 * time.Millisecond, Length: func(string) time.Duration { return 10 * time.Second }}
	add := func(path string, r task.Result) *Recording {
		t.Helper()
		r.Task.Audio.Path = path
		rec, err := h.Add(r)
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	timed := task.Result{Submission: &task.Submission{ID: "s", Text: "my name is Zork today", Transcript: []byte(lines)}}
	plain := task.Result{Submission: &task.Submission{ID: "p", Text: "my name is Zork today"}}
	if rec := add("", timed); rec != nil {
		t.Error("a recording that is not here")
	}
	rec := add("a.wav", plain)
	if got, want := rec.Silent(), []privacy.Interval{{Start: 0, End: 10 * time.Second}}; !within(got, want) {
		t.Errorf("without times: %v", got)
	}
	if again := add("a.wav", timed); again != rec {
		t.Error("two recordings of one file")
	}
	if got := rec.Silent(); len(got) != 1 || got[0].Start != 900*time.Millisecond || got[0].End != 1300*time.Millisecond {
		t.Errorf("with times: %v", got)
	}
	add("b.wav", task.Result{Task: task.Task{Draft: "nothing of that kind"}})
	if got := h.Recordings()["b.wav"].Silent(); len(got) > 0 || len(h.Recordings()) != 2 {
		t.Errorf("silent for nothing: %v", got)
	}
}

// within says whether each interval lies around the one that is wanted.
func within(got, want []privacy.Interval) bool {
	return len(got) == len(want) && !slices.ContainsFunc(want, func(w privacy.Interval) bool {
		return !slices.ContainsFunc(got, func(g privacy.Interval) bool { return g.Start <= w.Start && g.End >= w.End })
	})
}

func TestIntervalsAreMerged(t *testing.T) {
	got := merged([]privacy.Interval{{Start: 5, End: 7}, {Start: 1, End: 3}, {Start: 3, End: 4}, {Start: 6, End: 6}})
	if want := []privacy.Interval{{Start: 1, End: 4}, {Start: 5, End: 7}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
