package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/tui"
	"tapescript/tui/locale"
	"tapescript/tui/pedal"
)

// withConfig writes a configuration for the test.
func withConfig(t *testing.T, text string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	path := filepath.Join(dir, "tapescript", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestThePedalsSettings(t *testing.T) {
	p := &program{words: locale.For("en")}
	withConfig(t, "[pedal]\ndevice = \"off\"\nleft = \"replay\"\nmode = \"toggle\"\n")
	d, err := p.arrange(deskFlags{}, "")
	if err != nil {
		t.Fatal(err)
	}
	w := d.pedal(context.Background())
	if !w.Toggle || w.Events != nil || w.Actions[pedal.Left] != tui.Replay || w.Actions[pedal.Middle] != tui.PlayPause || w.Actions[pedal.Right] != tui.Forward {
		t.Errorf("%+v", w)
	}
	for text, want := range map[string]string{"mode = \"press\"": "hold", "right = \"fly\"": "tapescript keys"} {
		withConfig(t, "[pedal]\n"+text+"\n")
		if _, err := p.arrange(deskFlags{}, ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	withConfig(t, "[pedal]\ndevice = \"no such pedal\"\n")
	if f := p.findPedal(); !f.OK || f.State == "" {
		t.Errorf("without a pedal doctor says %+v", f)
	}
}
