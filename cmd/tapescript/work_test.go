package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/sqlite"
	"tapescript/tui/locale"
	"tapescript/tui/queue"
)

// shell runs the program beside the pane, with the same folders.
func (p *pane) shell(args ...string) (out string, code int) {
	p.t.Helper()
	self, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	program := filepath.Join(p.t.TempDir(), "tapescript")
	if err := os.Symlink(self, program); err != nil {
		p.t.Fatal(err)
	}
	c := exec.Command(program, args...)
	c.Env = p.env
	var text strings.Builder
	c.Stdout = &text
	err = c.Run()
	if exit, ok := err.(*exec.ExitError); ok {
		return text.String(), exit.ExitCode()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return text.String(), 0
}

// batchOf writes a Toloka file of clips that are a second of a tone.
func batchOf(t *testing.T, dir string, general, control int) (file, clips string) {
	t.Helper()
	clips = filepath.Join(dir, "clips")
	if err := os.MkdirAll(clips, 0o700); err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	rows.WriteString("INPUT:audio\tGOLDEN:transcription\tHINT:text\n")
	for i := range general + control {
		name := fmt.Sprintf("%d.wav", i)
		if err := os.WriteFile(filepath.Join(clips, name), toneWAV(), 0o600); err != nil {
			t.Fatal(err)
		}
		gold := ""
		if i >= general {
			gold = "go do you hear"
		}
		fmt.Fprintf(&rows, "%s\t%s\t\n", name, gold)
	}
	file = filepath.Join(dir, "tasks.tsv")
	if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, clips
}

// A worker's evening: a clip is transcribed, the style objects, it is mended and
// handed in; the next is skipped with a reason; the third survives a kill.
func TestAnEveningOfWork(t *testing.T) {
	home := t.TempDir()
	file, clips := batchOf(t, home, 3, 0)
	db := filepath.Join(home, "b.db")
	env := []string{"HOME=" + home}
	first := terminal(t, home, 100, 30, env, "import", file, "--store", db, "--audio", clips, "--style", "asr-lower", "--price", "0.05 USD")
	first.sees("exit 0")

	p := terminal(t, home, 100, 30, env, "work", "--store", db, "--worker", "w", "--silent")
	p.sees("0.wav", "asr-lower")
	p.types("go do 2 hear")
	p.sees("go do 2 hear")
	p.keys("C-q")
	p.sees("Hand it in?", "N03", "0.05 USD")
	p.keys("e")
	p.sees("Ctrl+Q when done")
	p.keys("End")
	for range len("2 hear") {
		p.keys("BSpace")
	}
	p.types("you hear")
	p.sees("go do you hear")
	p.keys("C-q")
	p.sees("Hand it in?", "Nothing against")
	p.keys("s")
	p.sees("1.wav")
	p.keys("C-q")
	p.sees("Hand it in?")
	p.keys("k")
	p.sees("Why do you skip it?")
	p.types("only a tone")
	p.keys("Enter")
	p.sees("2.wav")
	p.types("never lose this")
	p.sees("never lose this")

	// Killed in the middle: the same task comes back, with every letter.
	held, _ := p.shell("queue", "--store", db, "--worker", "w", "--take")
	p.tmux("kill-server")
	again := terminal(t, home, 100, 30, env, "work", "--store", db, "--worker", "w", "--silent")
	again.until("the work, or the question about it", func(screen string) bool {
		return strings.Contains(screen, "never lose this") || strings.Contains(screen, "[1]")
	})
	if strings.Contains(again.screen(), "[1]") {
		again.keys("1", "Enter")
	}
	again.sees("never lose this", "2.wav")
	back, _ := again.shell("queue", "--store", db, "--worker", "w", "--take")
	if a, b := field(t, held, "assignment"), field(t, back, "assignment"); a != b || a == "" {
		t.Errorf("assignment %q became %q", a, b)
	}
	again.keys("C-q")
	again.sees("Hand it in?")
	again.keys("s")
	again.sees("1 task handed in", "0.05 USD", "exit 0")

	out, _ := again.shell("pay", "--store", db, "--worker", "w", "--json")
	if !strings.Contains(out, `"pending": "0.10"`) || !strings.Contains(out, `"tasks": 2`) {
		t.Error(out)
	}
	left, _ := filepath.Glob(filepath.Join(home, "state", "tapescript", "*", "task-*"))
	for _, path := range left {
		if !strings.HasSuffix(path, ".lock") {
			t.Errorf("left behind: %s", path)
		}
	}
}

func field(t *testing.T, text, name string) string {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	s, _ := v[name].(string)
	return s
}

// An exam of ten clips: nine right, one missed, and a verdict with its interval.
func TestAnExamInTheTerminal(t *testing.T) {
	home := t.TempDir()
	file, clips := batchOf(t, home, 1, 10)
	db := filepath.Join(home, "b.db")
	env := []string{"HOME=" + home}
	first := terminal(t, home, 100, 30, env, "import", file, "--store", db, "--audio", clips)
	first.sees("10 rows with gold", "exit 0")
	hard := filepath.Join(home, "hard.tsv")
	if err := os.WriteFile(hard, []byte("INPUT:audio\n1.wav\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	first.shell("import", hard, "--store", db, "--level", "3")
	take := []string{"queue", "--take", "--batch", "hard", "--store", db, "--worker", "w"}
	if _, code := first.shell(take...); code != exitFailed {
		t.Errorf("a batch of level 3 was open before the exam: %d", code)
	}
	p := terminal(t, home, 100, 40, env, "qualify", "--store", db, "--worker", "w", "--silent", "--exam", "crowd")
	for i := 1; i <= 10; i++ {
		p.sees(fmt.Sprintf("%d.wav", i))
		text := "go do you hear"
		if i == 4 {
			text = "go to you hear"
		}
		p.types(text)
		p.sees(text)
		p.keys("C-q")
		p.sees("Hand it in?", fmt.Sprintf("%d.wav", i))
		p.keys("s")
	}
	p.sees("1 errors in 4 words", "word error rate 2.5 % over 10 golds", "passed (mark 15.0 %): level 3", "exit 0")
	if out, code := p.shell(take...); code != exitDone || !strings.Contains(out, "hard/1.wav") {
		t.Errorf("level 3 opens nothing: %d %s", code, out)
	}
	out, code := p.shell("qualify", "--report", "--store", db, "--worker", "w", "--pass", "2%", "--json")
	if code != exitGate || !strings.Contains(out, `"wer": 0.025`) {
		t.Errorf("exit %d: %s", code, out)
	}
	triesAgainWhenItMay(t, db)
}

// triesAgainWhenItMay holds that who failed an exam waits for its delay.
func triesAgainWhenItMay(t *testing.T, db string) {
	t.Helper()
	keep := func(id string, at, retry time.Time) {
		store, err := sqlite.Open(context.Background(), db)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		failed := task.Qualification{ID: id, Worker: "w", Score: .4, Golds: 10, At: at, RetryAt: retry}
		if err := store.Qualify(context.Background(), failed); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	keep("1", now, now.Add(48*time.Hour))
	later := "try again from " + now.Add(48*time.Hour).Local().Format("2006-01-02 15:04")
	terminal(t, t.TempDir(), 100, 30, nil, "qualify", "--store", db, "--worker", "w", "--silent").sees(later, "exit 1")
	keep("2", now.Add(time.Second), now.Add(-time.Second))
	screen := terminal(t, t.TempDir(), 100, 30, nil, "qualify", "--store", db, "--worker", "w", "--silent").sees("exit ")
	if strings.Contains(screen, "try again from") {
		t.Errorf("after the delay:\n%s", screen)
	}
}

// A training task teaches at once: what was written and what is right, words in
// brackets, letters marked, and the reason; several golds are all right.
func TestATrainingTeachesAtOnce(t *testing.T) {
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, "a.wav"), toneWAV(), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(home, "tasks.tsv")
	if err := os.WriteFile(file, []byte("INPUT:audio\tGOLDEN:transcription\tHINT:text\na.wav\tgo do you hear\tListen for the t.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db := filepath.Join(home, "b.db")
	env := []string{"HOME=" + home}
	first := terminal(t, home, 100, 30, env, "import", file, "--store", db, "--audio", home)
	first.sees("exit 0")
	p := terminal(t, home, 100, 30, env, "qualify", "--training", "--store", db, "--worker", "w", "--silent")
	p.sees("a.wav")
	p.types("go to you hear now")
	p.sees("go to you hear now")
	p.keys("C-q")
	p.sees("Hand it in?")
	p.keys("s")
	p.sees("2 of 4 words are wrong", "go [to] you hear [now]", "go [do] you hear", "Listen for the t.")
	p.keys("Enter")
	p.sees("1 task handed in", "exit 0")
	if out, code := p.shell("qualify", "--report", "--store", db, "--worker", "w"); code != exitGate {
		t.Errorf("a training counted as an exam: %d %s", code, out)
	}
}

func TestWrongLettersAreMarked(t *testing.T) {
	p := &program{words: locale.For("en")}
	for _, c := range []struct{ written, gold, own, right string }{
		{"the cat sat", "the cut sat", "the [c{a}t] sat", "the [c{u}t] sat"},
		{"the cat", "the cat sat down", "the cat", "the cat [{sat}] [{down}]"},
		{"œuvre été là", "œuvre êté", "œuvre [{é}té] [{là}]", "œuvre [{ê}té]"},
		{"", "two words", "–", "[{two}] [{words}]"},
		{"The same, here", "the same here", "The same, here", "the same here"},
	} {
		card, err := p.lesson(c.written, task.Gold{Texts: []string{c.gold}})
		if err != nil {
			t.Fatal(err)
		}
		show := func(part queue.Part) string {
			text := part.Lines[0]
			for i := len(part.Marks[0]) - 1; i >= 0; i-- {
				m := part.Marks[0][i]
				text = text[:m.From] + "{" + text[m.From:m.To] + "}" + text[m.To:]
			}
			return text
		}
		if own, right := show(card.Parts[1]), show(card.Parts[2]); own != c.own || right != c.right {
			t.Errorf("%q against %q: %q and %q, want %q and %q", c.written, c.gold, own, right, c.own, c.right)
		}
	}
	card, err := p.lesson("x y", task.Gold{Texts: []string{"a b c", "x y"}, Reason: "why"})
	if err != nil || card.Parts[0].Lines[0] != "Every word is right." || card.Parts[2].Lines[1] != "also right: a b c" || card.Parts[3].Lines[0] != "why" {
		t.Errorf("%v: %+v", err, card.Parts)
	}
}
