package main

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/tui"
)

// talkOf writes recordings of 16 kHz one behind the other as a wav, and returns
// where each of them ends.
func talkOf(t *testing.T, path string, recordings ...string) (ends []time.Duration) {
	t.Helper()
	tone(t, path, 0)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	header := len(data)
	for _, name := range recordings {
		for _, x := range monoOf(t, name) {
			data = binary.LittleEndian.AppendUint16(data, uint16(int16(32767*max(min(x, 1), -1))))
		}
		ends = append(ends, time.Duration((len(data)-header)/2)*time.Second/16000)
	}
	binary.LittleEndian.PutUint32(data[4:], uint32(len(data)-8))
	binary.LittleEndian.PutUint32(data[header-4:], uint32(len(data)-header))
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return ends
}

// presetKeys are a preset's keys by tmux's names, for what every transcriber does.
type presetKeys struct {
	play, back, slower, goTo, split, stamp string
	speakers                               []string // for the turns; none where splitting changes the speaker
}

// presetSessions has what a person expects who comes from that program: its
// first keys, not the ones that all presets share.
var presetSessions = map[string]presetKeys{
	"tapescript":     {"Tab", "M-j", "M--", "M-W", "Enter", "M-T", []string{"M-1", "M-2", "M-1"}},
	"otranscribe":    {"Escape", "F1", "F3", "C-k", "Enter", "C-j", []string{"M-1", "M-2", "M-1"}},
	"f4":             {"F4", "F3", "M--", "C-k", "Enter", "M-T", nil},
	"express-scribe": {"F9", "F7", "F2", "C-k", "Enter", "C-t", []string{"M-1", "M-2", "M-1"}},
	"subtitle-edit":  {"C-Space", "M-j", "F2", "C-k", "Enter", "C-t", []string{"M-1", "M-2", "M-1"}},
}

// TestATranscriptionWithEachPreset: two people who read, LibriSpeech's, in turns;
// played, stepped back, slowed down, typed, cut, given speakers and times and
// saved with each preset's own keys; then the file is what was typed, and the
// score, on the screen and of the file, has the one word that was heard wrong.
func TestATranscriptionWithEachPreset(t *testing.T) {
	requireTool(t, "tmux")
	data := filepath.Join(testdataDir(t), "speech")
	talk := filepath.Join(t.TempDir(), "talk.wav")
	ends := talkOf(t, talk, filepath.Join(data, "84-121123-0003.flac"), filepath.Join(data, "116-288045-0001.flac"), filepath.Join(data, "84-121123-0004.flac"))
	if ends[0].String() != "6.8s" || ends[1].String() != "15.435s" {
		t.Fatalf("the turns end at %v", ends)
	}
	const want = `WEBVTT

1
00:00:00.000 --> 00:00:06.800
<v Speaker 1>and the cry issued from his pores

2
00:00:06.800 --> 00:00:15.435
<v Speaker 2>[00:00:06] looking about me i saw a gentleman

3
00:00:15.435 --> 00:00:19.835
<v Speaker 1>d'avrigny rushed towards the old man
`
	for _, name := range tui.Presets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, known := presetSessions[name]
			if !known {
				t.Fatal("nobody tried this preset")
			}
			dir := t.TempDir()
			gold := filepath.Join(dir, "gold.vtt")
			if err := os.WriteFile(gold, []byte(strings.Replace(want, "looking about", "looking around", 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			recording := copyFile(t, talk, filepath.Join(dir, "talk.wav"))
			p := terminal(t, dir, 100, 30, []string{"LC_ALL=C.UTF-8"}, "open", "--silent", "--preset", name, "--gold", gold, recording)
			p.sees("0:00.0", "new")
			typeTurns(p, k)
			p.sees("WER 4.8%") // 1 of 21
			p.keys("C-s")
			p.sees("Saved:")
			p.keys("C-q")
			p.sees("exit 0")
			got, err := os.ReadFile(filepath.Join(dir, "talk.vtt"))
			if err != nil || string(got) != want {
				t.Errorf("the file holds\n%s\nwant\n%s\n%v", got, want, err)
			}
			if c := scored(t, gold, filepath.Join(dir, "talk.vtt")); c.Substitutions != 1 || c.Errors() != 1 || c.Words() != 21 {
				t.Errorf("the score is %+v", c)
			}
		})
	}
}

// typeTurns does what a transcriber does, and looks each time at what it did.
func typeTurns(p *pane, k presetKeys) {
	p.t.Helper()
	goTo := func(text, shown string) {
		p.t.Helper()
		p.keys(k.goTo)
		p.sees("which time")
		p.types(text)
		p.keys("Enter")
		p.sees("‖ " + shown)
	}
	speaker := func(n int, name string) {
		p.t.Helper()
		if k.speakers != nil {
			p.keys(k.speakers[n])
		}
		p.sees(name)
	}
	p.keys(k.play)
	p.sees("▶")
	p.types("and the cry issued from his pores")
	p.sees("his pores")
	p.keys(k.slower)
	p.sees("0.9×")
	p.keys(k.play)
	p.sees("‖")
	goTo("10", "0:10.0")
	p.keys(k.back)
	p.sees("‖ 0:08.0")
	if k.speakers != nil {
		speaker(0, "Speaker 1")
	}
	goTo("6.8", "0:06.8")
	p.keys(k.split)
	p.sees("0:06.8")
	speaker(1, "Speaker 2")
	p.keys(k.stamp)
	p.sees("[00:00:06]")
	p.types(" looking about me i saw a gentleman")
	p.sees("gentleman")
	goTo("15.435", "0:15.4")
	p.keys(k.split)
	p.until("a third segment", func(screen string) bool { return strings.Count(screen, "0:15.4") >= 2 })
	if k.speakers != nil {
		p.keys(k.speakers[2])
	}
	p.until("the first speaker again", func(screen string) bool { return strings.Count(screen, "Speaker 1") == 2 })
	p.types("d'avrigny rushed towards the old man")
	p.sees("rushed towards the old man")
}
