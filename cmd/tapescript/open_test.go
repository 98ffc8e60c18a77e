package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
)

// tone writes a wav of a tone, for tests of everything but the sound.
func tone(t testing.TB, path string, length time.Duration) string {
	t.Helper()
	const rate = 16000
	n := int(length.Seconds() * rate)
	data := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\x3e\x00\x00\x00\x7d\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00")
	binary.LittleEndian.PutUint32(data[4:], uint32(36+2*n))
	binary.LittleEndian.PutUint32(data[40:], uint32(2*n))
	for i := range n {
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(9000*math.Sin(float64(i)/11))))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// copyFile puts a shared recording where a test may write beside it.
func copyFile(t testing.TB, from, to string) string {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

// scored is the score of a typed transcript against the row of its recording.
func scored(t *testing.T, gold, hypothesis string) quality.Counts {
	t.Helper()
	p := &program{}
	g, err := p.readSide(gold)
	if err != nil {
		t.Fatal(err)
	}
	h, err := p.readSide(hypothesis)
	if err != nil {
		t.Fatal(err)
	}
	o, err := scoreOptions("", "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := compare(g, h, o)
	if err != nil {
		t.Fatal(err)
	}
	return r.Corpus
}

// transcribe types a text into a fresh transcript, saves and quits.
func transcribe(t *testing.T, home, recording, text string, flags ...string) {
	t.Helper()
	p := terminal(t, home, 100, 30, nil, append([]string{"open", "--silent", recording}, flags...)...)
	p.sees("0:00.0", "new")
	p.keys("Tab")
	p.sees("▶")
	p.types(text)
	p.sees("not saved")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0")
}

func TestRealRecordingsTranscribedByKeystrokes(t *testing.T) {
	data := testdataDir(t)
	gold := filepath.Join(data, "speech", "gold.tsv")
	rows, err := format.ReadItems(gold)
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		t.Run(row.ID, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			recording := copyFile(t, filepath.Join(data, "speech", row.ID), filepath.Join(dir, row.ID))
			text, wrong := row.Text, 0
			if words := strings.Fields(text); i%2 == 1 {
				words[1] = "wrongly"
				text, wrong = strings.Join(words, " "), 1
			}
			transcribe(t, dir, recording, text)
			c := scored(t, gold, defaultTranscript(recording))
			if c.Errors() != wrong || c.Substitutions != wrong || c.Words() != len(strings.Fields(row.Text)) {
				t.Errorf("%+v, want %d substitutions of %d words", c, wrong, len(strings.Fields(row.Text)))
			}
		})
	}
}

func TestTheLiveScoreFollowsTheKeys(t *testing.T) {
	data := testdataDir(t)
	dir := t.TempDir()
	name := "116-288045-0003.flac" // we gazed for a moment silently into each other's eyes
	recording := copyFile(t, filepath.Join(data, "speech", name), filepath.Join(dir, name))
	p := terminal(t, dir, 120, 40, nil, "open", "--silent", recording, "--gold", filepath.Join(data, "speech", "gold.tsv"))
	p.sees("WER 100.0%", "10 D")
	p.types("We gazed for a moment, silently, into each other's ice")
	p.sees("WER 10.0%", "1 S 0 D 0 I of 10")
	p.keys("F8")
	p.sees("“ice” – the gold has “eyes”")
	p.keys("C-Delete")
	p.sees("0 S 1 D 0 I of 10")
	p.types("eyes")
	p.sees("WER 0.0%")
}

func TestJFKTranscribedInSegments(t *testing.T) {
	data := testdataDir(t)
	dir := t.TempDir()
	recording := copyFile(t, filepath.Join(data, "speech", "jfk.flac"), filepath.Join(dir, "jfk.flac"))
	p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	p.sees("0:00.0")
	p.keys("Tab")
	p.types("And so, my fellow Americans,")
	p.until("two seconds to pass", func(s string) bool { return strings.Contains(s, "▶ 0:02") })
	p.keys("Enter")
	p.types("ask not what your country can do for you")
	p.until("seven seconds to pass", func(s string) bool { return strings.Contains(s, "▶ 0:07") })
	p.keys("Enter")
	p.types("ask what you can do for your country.")
	p.keys("C-s")
	p.sees("Saved:")
	got, _, err := format.Read(filepath.Join(dir, "jfk.vtt"))
	if err != nil || len(got.Segments) != 3 {
		t.Fatalf("%d segments, %v", len(got.Segments), err)
	}
	for i, want := range []time.Duration{0, 2 * time.Second, 7 * time.Second} {
		if s := got.Segments[i].Start; s < want || s > want+2*time.Second {
			t.Errorf("segment %d begins at %v", i+1, s)
		}
	}
	if end := got.Segments[2].End; end != 11*time.Second {
		t.Errorf("the last segment ends at %v, want 11s", end)
	}
}

// TestKillLosesNothingOlderThanASecond types at a steady pace, kills the
// program at a random moment, and looks at what its journal gives back.
func TestKillLosesNothingOlderThanASecond(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			t.Parallel()
			killOnce(t, rand.New(rand.NewPCG(uint64(round), uint64(time.Now().UnixNano()))))
		})
	}
}

func killOnce(t *testing.T, random *rand.Rand) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 30*time.Second)
	p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	p.sees("new")
	pid := p.program()
	type word struct {
		text string
		at   time.Time
	}
	var typed []word
	end := time.Now().Add(500*time.Millisecond + time.Duration(random.IntN(2500))*time.Millisecond)
	for n := 0; time.Now().Before(end); n++ {
		p.types(fmt.Sprintf("w%d ", n))
		typed = append(typed, word{fmt.Sprintf("w%d ", n), time.Now()})
		time.Sleep(time.Duration(random.IntN(60)) * time.Millisecond)
	}
	killed := time.Now()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	p.sees("exit 137")
	j, err := journal.Open(defaultTranscript(recording), journal.Options{Folder: filepath.Join(dir, "state", "tapescript", "journal")})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	doc, err := j.Resume()
	if err != nil {
		t.Fatal(err)
	}
	got := doc.Transcript().Segments[0].Text
	for _, w := range typed {
		if killed.Sub(w.at) > time.Second && !strings.Contains(got, w.text) {
			t.Errorf("%q, typed %v before the kill, is lost: %q", w.text, killed.Sub(w.at), got)
		}
	}
}

// program is the process that runs in the pane.
func (p *pane) program() int {
	p.t.Helper()
	shell := strings.TrimSpace(p.tmux("display-message", "-p", "#{pane_pid}"))
	out, err := exec.Command("ps", "-o", "pid=,comm=", "--ppid", shell).Output()
	var pid int
	var name string
	if _, scanErr := fmt.Sscan(string(out), &pid, &name); err != nil || scanErr != nil {
		p.t.Fatalf("no program in the pane: %q, %v", out, err)
	}
	return pid
}

func TestTheNextOpenOffersWhatWasNotSaved(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 30*time.Second)
	p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	p.sees("new")
	p.types("never saved")
	p.sees("never saved")
	p.keys("C-q")
	p.sees("does not hold everything")
	p.keys("l")
	p.sees("They are kept", "exit 0")

	p = terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	p.sees("were not saved to", "[1]", "[3]")
	p.keys("3", "Enter")
	p.sees("never saved")
	p.keys("1", "Enter")
	p.sees("Recovered 11 edits", "never saved", "not saved")
	p.keys("C-z", "C-z")
	p.until("the undo of an earlier run", func(s string) bool { return !strings.Contains(s, "never") })
}

func TestTwoProgramsOnOneTranscript(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 5*time.Second)
	first := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	first.sees("new")
	second := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	second.sees("is open in another tapescript", "exit 1")
}

func TestAClosedTerminalSavesTheJournal(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"SIGHUP": syscall.SIGHUP, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			recording := tone(t, filepath.Join(dir, "talk.wav"), 5*time.Second)
			p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
			p.sees("new")
			p.types("last words")
			p.sees("last words")
			if err := syscall.Kill(p.program(), signal); err != nil {
				t.Fatal(err)
			}
			p.sees("exit 0", "They are kept")
			if strings.TrimSpace(p.tmux("display-message", "-p", "#{alternate_on}")) != "0" {
				t.Error("the terminal was not given back")
			}
		})
	}
}

func TestBadInputSaysWhatIsWrong(t *testing.T) {
	requireTool(t, "tmux")
	dir := t.TempDir()
	good := tone(t, filepath.Join(dir, "good.wav"), 2*time.Second)
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	wav, _ := os.ReadFile(good)
	m4a := "\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42isom\x00\x00\x00\x00"
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"no such file", []string{filepath.Join(dir, "none.mp3")}, "does not exist"},
		{"an empty file", []string{write("empty.wav", "")}, "is empty (0 bytes)"},
		{"text named mp3", []string{write("text.mp3", "this is no music\n")}, "is not a recording"},
		{"a folder", []string{dir}, "is a folder"},
		{"no samples", []string{write("zero.wav", string(wav[:44-4])+"\x00\x00\x00\x00")}, "holds no samples"},
		{"m4a", []string{write("talk.m4a", m4a+strings.Repeat("\x00", 99))}, "ffmpeg -i"},
		{"an unknown ending", []string{good, write("x.doc", "hello")}, "x.doc"},
		{"a new one of no format", []string{good, filepath.Join(dir, "missing.xyz")}, "missing.xyz does not exist"},
		{"a broken transcript", []string{good, write("broken.srt", "1\n00:00:02,000 --> 00:00:01,000\nback\n")}, "broken.srt"},
		{"a gold without the row", []string{good, "--gold", write("gold.tsv", "id\ttext\nother.wav\thello\n")}, "has no row for good.wav"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := terminal(t, t.TempDir(), 120, 24, nil, append([]string{"open", "--silent"}, c.args...)...)
			screen := p.sees("exit 1")
			if !strings.Contains(strings.ReplaceAll(screen, "\n", ""), c.want) {
				t.Errorf("the screen lacks %q:\n%s", c.want, screen)
			}
		})
	}
}

func TestARecordingThatBreaksOffIsSaid(t *testing.T) {
	data := testdataDir(t)
	dir := t.TempDir()
	whole, err := os.ReadFile(filepath.Join(data, "speech", "jfk.flac"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "cut.flac")
	if err := os.WriteFile(path, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	p := terminal(t, dir, 100, 24, nil, "open", "--silent", path)
	p.sees("The recording breaks off at 0:0", "its header promises 0:11.0")
}

func TestTimesOutOfOrderOpenInOrder(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 9*time.Second)
	path := filepath.Join(dir, "talk.vtt")
	if err := os.WriteFile(path, []byte("WEBVTT\n\n00:05.000 --> 00:06.000\nlater\n\n00:01.000 --> 00:02.000\nearlier\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	screen := p.sees("earlier", "later", "sorted by its start")
	if strings.Index(screen, "earlier") > strings.Index(screen, "later") {
		t.Errorf("not in order:\n%s", screen)
	}
}

func TestAFolderWithoutWritePermission(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 9*time.Second)
	// /proc refuses new files even to root.
	p := terminal(t, dir, 100, 24, nil, "open", "--silent", recording, "/proc/talk.vtt")
	p.sees("new")
	p.types("kept")
	p.keys("C-s")
	p.sees("was not saved", "Alt+W")
	p.keys("M-w")
	p.keys("C-u")
	p.types(filepath.Join(dir, "elsewhere.vtt"))
	p.keys("Enter")
	p.sees("Saved:")
	if data, err := os.ReadFile(filepath.Join(dir, "elsewhere.vtt")); err != nil || !strings.Contains(string(data), "kept") {
		t.Errorf("the copy holds %q, %v", data, err)
	}
}

func TestAJournalThatCannotBeWrittenIsSaidAndRescued(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 9*time.Second)
	p := terminal(t, dir, 80, 24, []string{"XDG_STATE_HOME=/proc/nothing"}, "open", "--silent", recording)
	p.sees("! nothing reaches the disk")
	p.types("precious")
	p.sees("! not on disk since")
	p.keys("C-q")
	p.sees("would be lost")
	p.keys("l")
	p.sees("was saved to", "exit 1")
	rescued, _, err := format.Read(filepath.Join(dir, "talk.vtt.rescue.jsonl"))
	if err != nil || rescued.Segments[0].Text != "precious" {
		t.Errorf("rescued %+v, %v", rescued, err)
	}
}

func TestADeletedFileIsOfferedFromTheJournal(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 9*time.Second)
	transcribe(t, dir, recording, "two hours of work")
	if err := os.Remove(defaultTranscript(recording)); err != nil {
		t.Fatal(err)
	}
	p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	p.sees("the file is gone")
	p.keys("1", "Enter")
	p.sees("two hours of work", "not saved")
}

func TestADamagedJournalIsSaid(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 9*time.Second)
	transcribe(t, dir, recording, "kept")
	logs, err := filepath.Glob(filepath.Join(dir, "state", "tapescript", "journal", "*.jsonl"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("journals %v, %v", logs, err)
	}
	f, err := os.OpenFile(logs[0], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(f, "garbage")
	f.Close()
	p := terminal(t, dir, 80, 24, nil, "open", "--silent", recording)
	p.sees("1 line of the journal was damaged", "kept")
}

func TestTheNameOfAFileSteersNoTerminal(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "e\x1b]2;PWNED\x07.wav"), 9*time.Second)
	p := terminal(t, dir, 120, 24, nil, "open", "--silent", recording)
	p.sees("new")
	p.types("x")
	p.sees("not saved")
	p.keys("C-q", "l")
	p.sees("exit 0")
	if title := p.tmux("display-message", "-p", "#{pane_title}"); strings.Contains(title, "PWNED") {
		t.Errorf("the terminal's title is %q", title)
	}
}

func TestSmallAndSimpleTerminals(t *testing.T) {
	dir := t.TempDir()
	recording := tone(t, filepath.Join(dir, "talk.wav"), 9*time.Second)
	for _, c := range []struct {
		name          string
		width, height int
		env           []string
		want          string
	}{
		{"20×5", 20, 5, nil, "hello"},
		{"19×4", 19, 4, nil, "too small"},
		{"200×50 without colour", 200, 50, []string{"NO_COLOR=1"}, "hello"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := terminal(t, t.TempDir(), c.width, c.height, c.env, "open", "--silent", recording, filepath.Join(t.TempDir(), "x.vtt"))
			p.until("a first frame", func(s string) bool { return strings.TrimSpace(s) != "" })
			p.types("hello")
			p.sees(c.want)
		})
	}
	p := terminal(t, t.TempDir(), 80, 24, []string{"TERM=dumb"}, "open", recording)
	p.sees("Line by line", "Segment 1 of 1")
	p.types("hello there")
	p.keys("Enter")
	p.sees("seconds: hello there")
	p.types(":q")
	p.keys("Enter")
	p.types("l")
	p.keys("Enter")
	p.sees("exit 0")
}

func TestTheDemoTeachesAndLeavesNothing(t *testing.T) {
	requireTool(t, "tmux")
	for language, want := range map[string]struct{ start, fix, end string }{
		"en": {"Tab plays", "Reid", "You took the word error rate from 8.3% to 7.8%"},
		"fr": {"Tab joue", "", "Rien ne reste sur le disque"},
	} {
		t.Run(language, func(t *testing.T) {
			dir := t.TempDir()
			p := terminal(t, dir, 100, 30, []string{"TMPDIR=" + dir}, "demo", "--silent", "--lang", language)
			p.sees(want.start, "WER")
			p.keys("F8")
			p.until("an error", func(s string) bool { return strings.Contains(s, " 1 ") && !strings.Contains(s, want.start) })
			p.keys("C-Delete")
			p.types(want.fix)
			p.keys("C-s")
			p.keys("C-q")
			p.sees(want.end, "tapescript open", "exit 0")
			left, err := filepath.Glob(filepath.Join(dir, "tapescript-demo-*"))
			if err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
			if _, err := os.Stat(filepath.Join(dir, "state")); err == nil {
				t.Error("the demo wrote to the journal's folder")
			}
		})
	}
}
