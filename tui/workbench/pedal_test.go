package workbench

import (
	"os"
	"testing"
	"time"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/pedal"
)

// withPedal is a desk with a pedal, and a function that presses it: the event
// goes the way of every other, and the screen waits for the next.
func withPedal(t *testing.T, toggle bool) (*desk, func(pedal.Kind, pedal.Button)) {
	d := sitWith(t, []*transcript.Segment{said("1", 0, 10, "one"), said("2", 10, 20, "two")}, nil, "t.vtt", func(o *Opening) {
		o.Pedal = Pedal{Actions: PedalActions(), Toggle: toggle}
	})
	return d, func(k pedal.Kind, b pedal.Button) {
		events := make(chan pedal.Event, 1)
		events <- pedal.Event{Kind: k, Button: b}
		close(events)
		d.bench.Pedal.Events = events
		d.run(d.bench.listenPedal())
	}
}

// TestARecordedPedalPlaysAndPauses plays a recording of a pedal's bytes through
// the root and the workbench into the player: down plays, up pauses, the next
// down begins a little before, the outer pedals step.
func TestARecordedPedalPlaysAndPauses(t *testing.T) {
	file, err := os.Open("../pedal/testdata/vec-64.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	vec := pedal.Device{Vendor: 0x05f3, Product: 0x00ff}
	d, press := withPedal(t, false)
	d.bench.transport.SeekTo(5 * time.Second)
	d.play(50 * time.Millisecond)
	var steps []string
	err = pedal.Replay(file, pedal.Size64, vec.Codes(nil), func(k pedal.Kind, b pedal.Button) {
		before := d.bench.transport.State()
		press(k, b)
		d.play(time.Second)
		after := d.bench.transport.State()
		switch {
		case after.Playing && !before.Playing:
			steps = append(steps, "plays")
		case before.Playing && !after.Playing:
			steps = append(steps, "pauses")
		case after.Position < before.Position-time.Second:
			steps = append(steps, "back")
		case after.Position > before.Position+time.Second:
			steps = append(steps, "forward")
		default:
			steps = append(steps, "-")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"back", "-", "plays", "pauses", "forward", "-"}
	if len(steps) != len(want) {
		t.Fatalf("%q, want %q", steps, want)
	}
	for i := range want {
		if steps[i] != want[i] {
			t.Fatalf("%q, want %q", steps, want)
		}
	}
}

func TestAHeldPedalGoesOnAndALetGoOneStops(t *testing.T) {
	d, press := withPedal(t, false)
	d.bench.transport.SeekTo(18 * time.Second)
	d.play(50 * time.Millisecond)
	press(pedal.Down, pedal.Left)
	d.send(heldMsg{pedal.Left, d.bench.pressed[pedal.Left]})
	d.send(heldMsg{pedal.Left, d.bench.pressed[pedal.Left]})
	held := d.bench.pressed[pedal.Left]
	d.play(50 * time.Millisecond)
	d.near(12 * time.Second)
	press(pedal.Up, pedal.Left)
	d.send(heldMsg{pedal.Left, held}) // that was on its way
	d.play(50 * time.Millisecond)
	d.near(12 * time.Second)
}

func TestAPedalTogglesWhereItIsToldTo(t *testing.T) {
	d, press := withPedal(t, true)
	for i, want := range []bool{true, true, false, false} {
		press([]pedal.Kind{pedal.Down, pedal.Up}[i%2], pedal.Middle)
		d.play(200 * time.Millisecond)
		if got := d.bench.transport.State().Playing; got != want {
			t.Errorf("step %d: plays %v", i, got)
		}
	}
	d.send(pedalMsg{Kind: pedal.Denied, Device: pedal.Device{Name: "VEC"}})
	d.shows("The pedal “VEC” may not be read")
	d.bench.Pedal.Actions[pedal.Right] = tui.NextAndPlay
	press(pedal.Down, pedal.Right)
	d.wants("another action", d.bench.editor.Cursor().Segment, "2")
}

// TestAPedalWorksWhileSomethingIsAsked: the feet play on while the hands answer.
func TestAPedalWorksWhileSomethingIsAsked(t *testing.T) {
	d, press := withPedal(t, false)
	d.press("ctrl+f")
	press(pedal.Down, pedal.Middle)
	d.play(200 * time.Millisecond)
	if !d.bench.transport.State().Playing || d.bench.Question() == nil {
		t.Error("the pedal does not play over a question")
	}
}
