package workbench

import (
	"testing"

	"tapescript/audio/output"
)

// What was said of the device is taken back when something else is true of it,
// and the rest of the message stays.
func TestTheDeviceIsToldOnce(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	w := d.bench
	w.say("Speech was found.")
	for _, c := range []struct {
		why  output.Reason
		want string
	}{
		{output.Lost, "The sound device is gone: playing silently until it is back. Speech was found."},
		{output.Stalled, "The sound device does not answer: playing silently until it does. Speech was found."},
		{"", "Speech was found."},
		{output.Lost, "The sound device is gone: playing silently until it is back. Speech was found."},
		{"", "Speech was found."},
	} {
		w.sound.Output.Reason = c.why
		w.tellTrouble()
		if w.message.text != c.want {
			t.Errorf("%q: %q, want %q", c.why, w.message.text, c.want)
		}
	}
	w.sound.Output.Reason = output.Lost
	w.tellTrouble()
	w.say("Saved.")
	w.sound.Output.Reason = ""
	w.tellTrouble()
	if w.message.text != "Saved." {
		t.Errorf("another message became %q", w.message.text)
	}
}
