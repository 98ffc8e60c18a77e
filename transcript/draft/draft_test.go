package draft

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestArguments(t *testing.T) {
	r := Recogniser{Name: "own", Command: []string{"asr", "-m", "{model}", "--lang", "{language}", "--flag", "{wav}", "-o={folder}/{stem}.json"}}
	for _, c := range []struct {
		name string
		job  Job
		want string
	}{
		{"all is known", Job{Recording: "/a/b c.tar.mp3", WAV: "/t/x.wav", Folder: "/t", Language: "en", Model: "m"}, "asr|-m|m|--lang|en|--flag|/t/x.wav|-o=/t/b c.tar.json"},
		{"no language: its option falls away, too", Job{Recording: "/a/b.mp3", WAV: "/t/x.wav", Folder: "/t", Model: "m"}, "asr|-m|m|--flag|/t/x.wav|-o=/t/b.json"},
		{"what a name holds is no place", Job{Recording: "/a/{model} $(rm).mp3", WAV: "w", Folder: "/t", Model: "m"}, "asr|-m|m|--flag|w|-o=/t/{model} $(rm).json"},
	} {
		got, err := r.Arguments(c.job)
		if s := strings.Join(got, "|"); err != nil || s != c.want {
			t.Errorf("%s: %s, %v; want %s", c.name, s, err, c.want)
		}
	}
}

func TestWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		command []string
		want    Code
	}{
		{nil, NoCommand}, {[]string{""}, NoCommand},
		{[]string{"asr", "{audio}"}, UnknownPlace}, {[]string{"asr", "-m", "{model}"}, NoModel},
	} {
		_, err := Recogniser{Name: "own", Command: c.command}.Arguments(Job{Recording: "a.wav"})
		if bad, ok := errors.AsType[*Error](err); !ok || bad.Code != c.want {
			t.Errorf("%q: %v, want %s", c.command, err, c.want)
		}
	}
	for _, r := range Presets() {
		if _, err := r.Arguments(Job{Recording: "/a.mp3", WAV: "/w.wav", Folder: "/t", Model: "m"}); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
}

// TestHelperRecogniser is a recogniser when it is run as one.
func TestHelperRecogniser(t *testing.T) {
	what := os.Getenv("TAPESCRIPT_FAKE_RECOGNISER")
	if what == "" {
		return
	}
	arguments := os.Args[slices.Index(os.Args, "--")+1:]
	switch what {
	case "writes":
		os.Stderr.WriteString("progress =  50%\r\n")
		os.Stdout.WriteString("[00:00:00.000 --> 00:00:02.500]  hello\n")
		_ = os.WriteFile(arguments[0], []byte("{}"), 0o600)
	case "fails":
		os.Stderr.WriteString("loading\nno such \x1b[31mmodel\n\n")
		os.Exit(7)
	case "sleeps":
		time.Sleep(time.Hour)
	case "floods":
		block := []byte(strings.Repeat("x", 1<<20) + "\n")
		for range 300 {
			if _, err := os.Stdout.Write(block); err != nil {
				os.Exit(1)
			}
		}
	}
	os.Exit(0)
}

func fake(t *testing.T, what string) (Recogniser, Job) {
	t.Helper()
	t.Setenv("TAPESCRIPT_FAKE_RECOGNISER", what)
	return Recogniser{
		Name:    "fake",
		Command: []string{os.Args[0], "-test.run=^TestHelperRecogniser$", "--", "{folder}/out.json"},
		Writes:  "{folder}/out.json",
	}, Job{Recording: "/a.wav", Folder: t.TempDir()}
}

func TestRun(t *testing.T) {
	r, job := fake(t, "writes")
	seen := make(chan Progress, 10)
	got, err := r.Run(t.Context(), job, func(p Progress) { seen <- p })
	if err != nil || got != filepath.Join(job.Folder, "out.json") {
		t.Fatalf("%s, %v", got, err)
	}
	close(seen)
	var list []Progress
	for p := range seen {
		list = append(list, p)
	}
	if !slices.Contains(list, Progress{Share: .5}) || !slices.Contains(list, Progress{At: 2500 * time.Millisecond}) {
		t.Errorf("progress %v", list)
	}
	r.Writes = ""
	if got, err = r.Run(t.Context(), job, nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(got); err != nil || !strings.Contains(string(text), "hello") {
		t.Errorf("standard output: %q, %v", text, err)
	}
	r.Writes = "{folder}/other.json"
	wantCode(t, r, job, WroteNothing, "other.json")
}

func wantCode(t *testing.T, r Recogniser, job Job, code Code, detail string) {
	t.Helper()
	_, err := r.Run(t.Context(), job, nil)
	if bad, ok := errors.AsType[*Error](err); !ok || bad.Code != code || bad.Detail != detail {
		t.Errorf("%v, want %s %q", err, code, detail)
	}
}

func TestRunFails(t *testing.T) {
	r, job := fake(t, "fails")
	wantCode(t, r, job, Failed, "no such \x1b[31mmodel")
	r.Command[0] = "no-such-program-anywhere"
	wantCode(t, r, job, NotInstalled, "no-such-program-anywhere")
	r, job = fake(t, "floods")
	r.Writes = ""
	if _, err := r.Run(t.Context(), job, nil); err == nil {
		t.Error("a flood was taken in")
	}
}

func TestRunIsEnded(t *testing.T) {
	r, job := fake(t, "sleeps")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if _, err := r.Run(ctx, job, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

const sphinxSays = `got all her
<s> 0.320 0.500 1.000200
got 0.510 0.680 0.335469
all(2) 0.690 0.820 0.011580
<sil> 0.830 0.900 0.9
[NOISE] 0.900 0.910 0.9
her 0.910 1.180 1.030470
</s> 1.190 1.210 1.000000
you you
<s> 1.210 1.230 1.000200
++UH++ 1.210 1.230 1.000200
</s> 1.800 2.000 1.000000
it
<s> 1.210 1.230 1.000200
it 2.240 2.420 0.954941
`

func TestReadSphinx(t *testing.T) {
	got, err := ReadSphinx(strings.NewReader(sphinxSays))
	if err != nil || len(got.Segments) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	s := got.Segments[0]
	if s.Text != "got all her" || s.Start != 510*time.Millisecond || s.End != 1180*time.Millisecond || len(s.Words) != 3 {
		t.Errorf("%+v", s)
	}
	if w := s.Words[1]; s.Text[w.From:w.To] != "all" || w.Start != 690*time.Millisecond || w.Confidence != 0.01158 || w.Estimated {
		t.Errorf("%+v", w)
	}
	if w := s.Words[2]; w.Confidence != 1 {
		t.Errorf("%+v", w)
	}
}

func FuzzReadSphinx(f *testing.F) {
	f.Add(sphinxSays)
	f.Add("a 99999999999999999999 999999999999999999999999 1\n\x1b 1 2 3\n(2) 3 4 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ReadSphinx(strings.NewReader(text))
		if err != nil {
			return
		}
		if err := got.Validate(); err != nil {
			t.Fatal(err)
		}
	})
}
