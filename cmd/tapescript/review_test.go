package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
	"tapescript/transcript/format"
)

// pitched is what a word of the test's language sounds like: a tone of its own.
var pitched = []string{"ann", "bob", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay"}

const (
	pitchRate = 16000
	wordTime  = 300 * time.Millisecond
	wordEvery = 1500 * time.Millisecond
)

func pitch(word int) float64 { return 500 + 137*float64(word) }

// pitchedWords writes a recording of the words, and a transcript with their
// times.
func pitchedWords(t *testing.T, wav string) *transcript.Transcript {
	t.Helper()
	every := int(wordEvery.Seconds() * pitchRate)
	samples := make([]int16, every*len(pitched))
	s := &transcript.Segment{ID: "1", End: wordEvery * time.Duration(len(pitched))}
	for w, word := range pitched {
		start := wordEvery*time.Duration(w) + 600*time.Millisecond
		from := int(start.Seconds() * pitchRate)
		for i := range int(wordTime.Seconds() * pitchRate) {
			samples[from+i] = int16(9000 * math.Sin(2*math.Pi*pitch(w)*float64(i)/pitchRate))
		}
		if w > 0 {
			s.Text += " "
		}
		s.Words = append(s.Words, transcript.Word{From: len(s.Text), To: len(s.Text) + len(word), Start: start, End: start + wordTime})
		s.Text += word
	}
	data := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00")
	binary.LittleEndian.PutUint32(data[4:], uint32(36+2*len(samples)))
	binary.LittleEndian.PutUint32(data[40:], uint32(2*len(samples)))
	for _, v := range samples {
		data = binary.LittleEndian.AppendUint16(data, uint16(v))
	}
	if err := os.WriteFile(wav, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return &transcript.Transcript{Segments: []*transcript.Segment{s}}
}

// misheard replaces words of a transcript with others, which keep their times.
func misheard(t *testing.T, of *transcript.Transcript, words map[string]string) *transcript.Transcript {
	t.Helper()
	doc, err := transcript.NewDocument(of)
	if err != nil {
		t.Fatal(err)
	}
	for right, wrong := range words {
		text := doc.Segment("1").Text
		if _, err := doc.Apply(transcript.Splice{Segment: "1", At: strings.Index(text, right), Delete: right, Insert: wrong}); err != nil {
			t.Fatal(err)
		}
	}
	return doc.Snapshot()
}

func writeAs(t *testing.T, path string, tr *transcript.Transcript) string {
	t.Helper()
	f, err := format.ForPath(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := format.Write(path, f, tr); err != nil {
		t.Fatal(err)
	}
	return path
}

// heardTone is for how long a tone is in what was heard, at 48 kHz: of frames of
// 20 ms those of which it makes up most.
func heardTone(sound []float32, hz float64) time.Duration {
	const frame = 960
	n := 0
	for at := 0; at+frame <= len(sound); at += frame {
		var re, im, all float64
		for i, v := range sound[at : at+frame] {
			phase := 2 * math.Pi * hz * float64(i) / 48000
			re, im, all = re+float64(v)*math.Cos(phase), im+float64(v)*math.Sin(phase), all+float64(v)*float64(v)
		}
		if all > 1e-3 && 2*(re*re+im*im)/frame > .6*all {
			n++
		}
	}
	return time.Duration(n) * 20 * time.Millisecond
}

// nullSink starts a sound server whose card is heard by the test alone, and
// returns its address and what was heard since the last call.
func nullSink(t *testing.T) (address string, since func() []float32) {
	t.Helper()
	requireTool(t, "pulseaudio")
	requireTool(t, "parec")
	dir, err := os.MkdirTemp("", "sink") // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, file := filepath.Join(dir, "native"), filepath.Join(dir, "heard.raw")
	env := append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "PULSE_RUNTIME_PATH="+dir, "PULSE_SERVER=unix:"+socket)
	start := func(name string, args ...string) {
		c := exec.Command(name, args...)
		c.Env = env
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Process.Kill(); c.Wait() })
	}
	poll := func(what string, ok func() bool) {
		for deadline := time.Now().Add(patience); !ok(); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("waited too long for %s", what)
			}
		}
	}
	start("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes",
		"-L", "module-native-protocol-unix auth-anonymous=1 socket="+socket, "-L", "module-null-sink sink_name=card rate=48000 channels=1")
	poll("the sound server", func() bool { _, err := os.Stat(socket); return err == nil })
	start("parec", "--device=card.monitor", "--rate=48000", "--channels=1", "--format=float32le", "--latency-msec=20", "--raw", file)
	size := func() int64 {
		if info, err := os.Stat(file); err == nil {
			return info.Size()
		}
		return 0
	}
	poll("the monitor", func() bool { return size() > 0 })
	from := size() / 4 * 4
	return "unix:" + socket, func() []float32 {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		data = data[from : len(data)/4*4]
		from += int64(len(data))
		out := make([]float32, len(data)/4)
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
		return out
	}
}

// heardAlone waits until a word's tone was played to its end, and says what is
// wrong with what was heard: not all of it, or more than it.
func heardAlone(p *pane, since func() []float32, word int) string {
	p.t.Helper()
	var sound []float32
	p.until("the word heard to its end", func(screen string) bool {
		sound = append(sound, since()...)
		return strings.Contains(screen, "‖") && heardTone(sound, pitch(word)) > 0
	})
	if d := heardTone(sound, pitch(word)); d < wordTime-60*time.Millisecond || d > wordTime+60*time.Millisecond {
		return fmt.Sprintf("%s is heard for %v", pitched[word], d)
	}
	for other := range pitched {
		if d := heardTone(sound, pitch(other)); other != word && d > 60*time.Millisecond {
			return fmt.Sprintf("with %s, %s is heard for %v", pitched[word], pitched[other], d)
		}
	}
	return ""
}

// TestEachJumpIsHeard jumps through a review on a real terminal, with a real
// sound server: of each error its own word is heard whole, and of words that
// are not beside it nothing.
func TestEachJumpIsHeard(t *testing.T) {
	if testing.Short() {
		t.Skip("plays in real time")
	}
	address, since := nullSink(t)
	home := t.TempDir()
	gold := pitchedWords(t, filepath.Join(home, "talk.wav"))
	writeAs(t, filepath.Join(home, "gold.jsonl"), gold)
	draft := writeAs(t, filepath.Join(home, "talk.jsonl"), misheard(t, gold, map[string]string{"bob": "boy", "elk": "milk", "ibis": "iris"}))
	p := terminal(t, home, 80, 24, []string{"PULSE_SERVER=" + address}, "review", draft, "--gold", filepath.Join(home, "gold.jsonl"))
	p.sees("1 of 3", "[bob]", "[boy]", "WER 30.00%")
	for i, word := range []int{1, 4, 8} {
		p.keys("F8")
		p.sees(fmt.Sprintf("%d of 3", i+1), "["+pitched[word]+"]")
		// A busy machine starves the sound server: what was not heard well is
		// played again.
		wrong := heardAlone(p, since, word)
		for try := 0; try < 3 && wrong != ""; try++ {
			t.Logf("again: %s", wrong)
			p.keys("M-r")
			wrong = heardAlone(p, since, word)
		}
		if wrong != "" {
			t.Error(wrong)
		}
	}
	p.keys("g", "d")
	p.sees("1 of 1", "WER 10.00% (-20.00)")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0")
}

// configured writes a configuration and returns the environment that finds it.
func configured(t *testing.T, home, text string) []string {
	t.Helper()
	folder := filepath.Join(home, "config", "tapescript")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "config.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return []string{"XDG_CONFIG_HOME=" + filepath.Join(home, "config")}
}

// TestAReviewIsKept decides, is killed, goes on, saves, and exports its log.
func TestAReviewIsKept(t *testing.T) {
	data := testdataDir(t)
	home := t.TempDir()
	speech := filepath.Join(data, "speech")
	draft := filepath.Join(home, "116-288045-0000.txt")
	text := "as i approached the city i hear bells ringing and a little later i found the streets a stir with throngs of well dressed people in family groups winding their way hither and thither\n"
	if err := os.WriteFile(draft, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	env := configured(t, home, "[keys]\ngold-right = [\"x\"]\n")
	args := []string{"review", draft, "--gold", filepath.Join(speech, "gold.tsv"), "--audio", filepath.Join(speech, "116-288045-0000.flac"), "--silent", "--reviewer", "ana"}
	p := terminal(t, home, 80, 24, env, args...)
	p.sees("1 of 3", "[hear]")
	p.keys("F8")
	p.sees("▶")
	p.keys("g", "x") // g is not bound any more
	p.sees("1 decided", "a stir → astir")
	p.keys("n")
	p.sees("By which rule")
	p.keys("c")
	p.sees("Why?")
	p.types("one word or two")
	p.keys("Enter")
	p.sees("by the rules", "winding → wending")
	logs, _ := filepath.Glob(filepath.Join(home, "state", "tapescript", "reviews", "*.jsonl"))
	if len(logs) != 1 {
		t.Fatalf("logs: %v", logs)
	}
	p.until("both decisions on disk", func(string) bool {
		data, err := os.ReadFile(logs[0])
		return err == nil && strings.Count(string(data), "\"verdict\"") == 2
	})
	p.tmux("kill-server")

	p = terminal(t, home, 80, 24, env, args...)
	p.sees("1 decision from last time was done again", "1 of 1", "winding → wending")
	p.keys("C-z", "C-z")
	p.sees("of 3")
	p.keys("C-y", "C-y")
	p.sees("1 of 1")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0")
	if got, err := os.ReadFile(draft); err != nil || !strings.Contains(string(got), "i heard bells") || strings.Contains(string(got), "hear bells") {
		t.Fatalf("%q, %v", got, err)
	}
	run := func(args ...string) string {
		c := exec.Command(os.Args[0], args...)
		c.Path = filepath.Join(home, "tapescript")
		if _, err := os.Lstat(c.Path); err != nil {
			if err := os.Symlink(os.Args[0], c.Path); err != nil {
				t.Fatal(err)
			}
		}
		c.Args[0] = c.Path
		c.Env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(home, "state"), "LANG=C.UTF-8")
		out, err := c.Output()
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return string(out)
	}
	var open []caseJSON
	if err := json.Unmarshal([]byte(run(append(args[:6:6], "--list", "--json")...)), &open); err != nil || len(open) != 1 || open[0].Draft != "winding" {
		t.Fatalf("%+v, %v", open, err)
	}
	if open[0].Start < 5 || open[0].End < 9 || open[0].End > 11 {
		t.Errorf("heard from %v to %v", open[0].Start, open[0].End)
	}
	csv := filepath.Join(home, "log.csv")
	figures := run(append(args[:6:6], "--export", csv, "--json")...)
	table, err := os.ReadFile(csv)
	if err != nil || strings.Count(string(table), "\n") != 3 || !strings.Contains(string(table), ",a stir,no-error,,compound,one word or two,") || !strings.Contains(string(table), ",ana,") {
		t.Errorf("%s %v", table, err)
	}
	if !strings.Contains(figures, `"overturned_rate": 0`) || !strings.Contains(figures, `"decisions": 2`) {
		t.Errorf("%s", figures)
	}
}

// TestAGoldOfSevenVersions makes a gold of the crowd's seven versions of ten
// recordings: what the columns propose, some of it chosen by ear, and from where
// each word is.
func TestAGoldOfSevenVersions(t *testing.T) {
	data := testdataDir(t)
	home := t.TempDir()
	speech := filepath.Join(data, "speech")
	out := filepath.Join(home, "gold.tsv")
	args := []string{"review", filepath.Join(speech, "crowd.tsv"), "-o", out, "--audio", speech, "--silent", "--reviewer", "ana", "--queue"}
	p := terminal(t, home, 80, 24, nil, args...)
	p.sees("1 of 10", "to choose", "κ")
	p.keys("F8")
	p.sees("▶")
	p.keys("2")
	p.sees("1 decided")
	p.keys("C-z")
	p.sees("0 decided")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0")
	whole := scored(t, filepath.Join(speech, "gold.tsv"), out)
	crowd := scored(t, filepath.Join(speech, "gold.tsv"), filepath.Join(speech, "crowd.tsv"))
	if w, c := float64(whole.Errors())/float64(whole.Words()), float64(crowd.Errors())/float64(crowd.Words()); w > .5*c {
		t.Errorf("the gold's error rate is %.3f, the crowd's %.3f", w, c)
	}
	from, err := os.ReadFile(out + ".provenance.jsonl")
	if err != nil || strings.Count(string(from), "\n") < whole.Words() || !strings.Contains(string(from), `"by":"vote"`) {
		t.Errorf("%v: %.200s", err, from)
	}
}

// TestABlindPass: the draft is on no screen before one's own text stands, which
// survives a kill, and can be changed no more once the draft was seen.
func TestABlindPass(t *testing.T) {
	home := t.TempDir()
	recording := tone(t, filepath.Join(home, "talk.wav"), 4*time.Second)
	draft := writeAs(t, filepath.Join(home, "talk.vtt"), &transcript.Transcript{Segments: []*transcript.Segment{
		{ID: "1", End: 2 * time.Second, Text: "we saw the cold town"},
		{ID: "2", Start: 2 * time.Second, End: 4 * time.Second, Text: "and went home"},
	}})
	own := filepath.Join(home, "own.vtt")
	args := []string{"review", draft, "--blind", "-o", own, "--audio", recording, "--silent"}
	p := terminal(t, home, 80, 24, nil, args...)
	if screen := p.sees("The draft is hidden", "0 of 2 stand"); strings.Contains(screen, "cold") {
		t.Fatalf("seen too early:\n%s", screen)
	}
	p.types("we saw the old town")
	if screen := p.sees("old town"); strings.Contains(screen, "cold") {
		t.Fatalf("seen too early:\n%s", screen)
	}
	p.keys("Enter")
	p.sees("[we saw the cold town]", "1 of 2 stand", "differs by 20.00%")
	p.types("x")
	p.sees("the draft was shown")
	p.keys("Enter")
	p.sees("The draft is hidden", "▶")
	p.types("and came")
	p.sees("and came")
	p.until("what was typed on disk", func(string) bool {
		files, _ := filepath.Glob(filepath.Join(home, "state", "tapescript", "journal", "*"))
		for _, f := range files {
			if data, err := os.ReadFile(f); err == nil && strings.Contains(string(data), `"segment":"2","at":7,"insert":"e"`) {
				return true
			}
		}
		return false
	})
	p.tmux("kill-server")
	p = terminal(t, home, 80, 24, nil, args...)
	p.sees("1 of 2 stand", "and came", "The draft is hidden")
	p.keys("Enter")
	p.sees("2 of 2 stand", "[and went home]")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0", "decide what differs")
	if c := scored(t, own, draft); c.Errors() != 3 || c.Words() != 7 {
		t.Errorf("%+v", c)
	}
}
