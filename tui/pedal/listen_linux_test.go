package pedal

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// next waits for an event.
func next(t *testing.T, events <-chan Event) Event {
	t.Helper()
	select {
	case e, ok := <-events:
		if !ok {
			t.Fatal("the listener has ended")
		}
		return e
	case <-time.After(20 * time.Second):
		t.Fatal("nothing happens")
	}
	return Event{}
}

// TestAPedalIsReadPulledOutAndPluggedIn plays a recording through a named pipe,
// which is to the listener what a device is.
func TestAPedalIsReadPulledOutAndPluggedIn(t *testing.T) {
	if strconv.IntSize != 64 {
		t.Skip("the recording is a 64-bit machine's")
	}
	sys, dev := machine(t)
	pipe := filepath.Join(dev, "event7")
	if err := os.Remove(pipe); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("testdata/vec-64.bin")
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	device, err := os.OpenFile(pipe, os.O_RDWR, 0) // before the listener: a pipe without a writer is at its end
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := listen(ctx, Settings{Device: "05f3:00ff"}, sys, dev, time.Millisecond)
	if e := next(t, events); e.Kind != Found || e.Device.Name != "VEC  VEC USB Footpedal" {
		t.Fatalf("%+v", e)
	}
	if _, err := device.Write(data[:3*Size64]); err != nil { // the left one goes down
		t.Fatal(err)
	}
	if e := next(t, events); e.Kind != Down || e.Button != Left {
		t.Fatalf("%+v", e)
	}
	device.Close()
	if e := next(t, events); e.Kind != Up || e.Button != Left {
		t.Fatalf("pulled out: %+v", e)
	}
	if e := next(t, events); e.Kind != Gone {
		t.Fatalf("%+v", e)
	}
	again, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	e := next(t, events)
	for ; e.Kind != Down; e = next(t, events) { // a pipe without a writer ends at once
		if e.Kind == Found {
			if _, err := again.Write(data[6*Size64 : 9*Size64]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if e.Button != Middle {
		t.Fatalf("%+v", e)
	}
	cancel()
	for range events { // it ends
	}
}
