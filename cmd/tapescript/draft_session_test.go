package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const whisperDraft = `{"text": " Hello there.", "segments": [{"id": 0, "start": 0.0, "end": 1.5, "text": " Hello there."}], "language": "en"}`

func TestADraftThatIsOnlyReadIsSavedBesideTheRecording(t *testing.T) {
	requireTool(t, "tmux")
	home := t.TempDir()
	recording := tone(t, filepath.Join(home, "talk.wav"), 4*time.Second)
	draft := filepath.Join(home, "talk.json")
	if err := os.WriteFile(draft, []byte(whisperDraft), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() *pane { return terminal(t, home, 100, 24, nil, "open", "--silent", recording, draft) }

	p := open()
	p.sees("talk.json is only read: Ctrl+S writes talk.vtt", "Hello there", "new")
	p.types("Oh. ")
	p.sees("not saved")
	p.keys("C-q")
	p.sees("does not hold")
	p.types("l")
	p.sees("4 edits are not in", "exit 0")

	p = open() // what was not saved is offered, though the command names the draft
	p.sees("were not saved to")
	p.keys("1", "Enter")
	p.sees("Oh. Hello there", "Recovered")
	p.keys("C-s")
	p.sees("Saved:")
	p.keys("C-q")
	p.sees("exit 0")
	saved, err := os.ReadFile(filepath.Join(home, "talk.vtt"))
	if err != nil || !strings.Contains(string(saved), "Oh. Hello there.") {
		t.Errorf("talk.vtt: %q, %v", saved, err)
	}
	if now, _ := os.ReadFile(draft); string(now) != whisperDraft {
		t.Error("the draft was written to")
	}

	p = open() // both exist now
	p.sees("talk.vtt exists already", "begin again from the draft")
	p.keys("2", "Enter")
	p.sees("is only read", "new")
	p.keys("C-s")
	p.sees("talk.vtt exists already", "replace it")
	time.Sleep(time.Second) // a question that nobody asked for takes no key in its first moment
	p.keys("Escape")
	p.until("the text again", func(screen string) bool { return !strings.Contains(screen, "replace it") })
	p.keys("C-q")
	p.sees("exit 0")
	p = open()
	p.sees("talk.vtt exists already")
	p.keys("1", "Enter")
	p.sees("Oh. Hello there", "saved")
}

func TestOneRecordingOfSeveralIsADraft(t *testing.T) {
	requireTool(t, "tmux")
	home := t.TempDir()
	tone(t, filepath.Join(home, "b.wav"), 4*time.Second)
	tone(t, filepath.Join(home, "c.wav"), 4*time.Second)
	stm := filepath.Join(home, "all.stm")
	if err := os.WriteFile(stm, []byte("a 1 spk 0.0 2.0 first words\nb 1 spk 0.0 2.0 second words\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := terminal(t, home, 100, 24, nil, "open", "--silent", filepath.Join(home, "b.wav"), stm)
	p.sees("second words", "all.stm is only read: Ctrl+S writes b.vtt")
	p = terminal(t, home, 100, 24, nil, "open", "--silent", filepath.Join(home, "c.wav"), stm)
	p.sees("exit 1", "name the recording as the file does", "convert --recording")
}
