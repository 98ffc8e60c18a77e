package pedal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// told is what a stream of events says: "L+ L- M+".
func told(t testing.TB, data []byte, size int, codes map[uint16]Button) string {
	t.Helper()
	var list []string
	d := newDecoder(size, binary.LittleEndian, codes)
	tell := func(k Kind, b Button) {
		list = append(list, string("LMR"[b])+map[Kind]string{Down: "+", Up: "-"}[k])
	}
	_ = d.read(bytes.NewReader(data), tell)
	d.release(tell)
	return strings.Join(list, " ")
}

// TestARecordedPedal reads a VEC Infinity's events, as evtest recorded them, in
// both sizes.
func TestARecordedPedal(t *testing.T) {
	vec := Device{Vendor: 0x05f3, Product: 0x00ff, Keys: []uint16{256, 257, 258}}
	for name, size := range map[string]int{"vec-64.bin": Size64, "vec-32.bin": Size32} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := told(t, data, size, vec.Codes(nil)); got != "L+ L- M+ M- R+ R-" {
			t.Errorf("%s: %s", name, got)
		}
		if got := told(t, data, size, vec.Codes([]uint16{258, 257})); got != "M+ M- L+ L-" {
			t.Errorf("%s with codes of one's own: %s", name, got)
		}
		if got := told(t, data[:len(data)/2+5], size, vec.Codes(nil)); got != "L+ L- M+ M-" {
			t.Errorf("%s, cut: %s", name, got)
		}
	}
}

// event is one as a 64-bit machine writes it.
func event(kind, code uint16, value int32) []byte {
	b := make([]byte, 16, Size64)
	b = binary.LittleEndian.AppendUint16(b, kind)
	b = binary.LittleEndian.AppendUint16(b, code)
	return binary.LittleEndian.AppendUint32(b, uint32(value))
}

func TestRepeatsAreNoPressesAndLostReleasesAre(t *testing.T) {
	codes := Device{Vendor: 0x0c45, Product: 0x7403}.Codes(nil)
	var data []byte
	for _, e := range [][]byte{
		event(evKey, keyB, 1), event(evKey, keyB, 2), event(evKey, keyB, 2), event(evKey, 77, 1), event(evKey, keyB, 0), event(evKey, keyB, 0),
		event(evKey, keyA, 1), event(evSyn, synDropped, 0), event(evKey, keyA, 0), event(evKey, keyC, 1),
	} {
		data = append(data, e...)
	}
	if got := told(t, data, Size64, codes); got != "M+ M- L+ L- R+ R-" {
		t.Error(got)
	}
}

// machine lays a /sys/class/input and a /dev/input out.
func machine(t *testing.T) (sys, dev string) {
	t.Helper()
	sys, dev = t.TempDir(), t.TempDir()
	for name, d := range map[string][4]string{
		"event0": {"AT Translated Set 2 keyboard", "0001", "0001", "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"},
		"event3": {"PCsensor FootSwitch Mouse", "3553", "b001", "1f0000 0 0 0 0"},
		"event4": {"PCsensor FootSwitch Keyboard", "3553", "b001", "e080ffdf01cfffff fffffffffffffffe"},
		"event5": {"Lid Switch", "0000", "0005", "0"},
		"event7": {"VEC  VEC USB Footpedal", "05f3", "00ff", "7 0 0 0 0"},
	} {
		for file, text := range map[string]string{"name": d[0], "id/vendor": d[1], "id/product": d[2], "capabilities/key": d[3]} {
			path := filepath.Join(sys, name, "device", file)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dev, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return sys, dev
}

func TestDevicesAreFoundAndChosen(t *testing.T) {
	sys, dev := machine(t)
	list := devices(sys, dev)
	if len(list) != 4 {
		t.Fatalf("%d devices have keys: %+v", len(list), list)
	}
	vec := list[3]
	if vec.ID() != "05f3:00ff" || !vec.IsPedal() || vec.IsKeyboard() || !vec.Readable || !reflect.DeepEqual(vec.Keys, []uint16{256, 257, 258}) {
		t.Errorf("%+v", vec)
	}
	if err := os.Symlink(filepath.Join(dev, "event7"), filepath.Join(dev, "by-id")); err != nil {
		t.Skip("no symbolic links here")
	}
	for want, name := range map[string]string{
		"": "event4", "3553:b001": "event4", "footpedal": "event7", filepath.Join(dev, "by-id"): "event7", filepath.Join(dev, "event0"): "event0",
		"05F3:00FF": "event7", "nothing": "",
	} {
		d, ok := choose(list, want)
		if ok != (name != "") || ok && filepath.Base(d.Path) != name {
			t.Errorf("%q: %v %v, want %s", want, d.Path, ok, name)
		}
	}
	if !list[0].IsKeyboard() || list[0].IsPedal() {
		t.Errorf("the keyboard: %+v", list[0])
	}
}

func FuzzEvents(f *testing.F) {
	for _, name := range []string{"vec-64.bin", "vec-32.bin"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, true)
		f.Add(data, false)
	}
	f.Fuzz(func(t *testing.T, data []byte, wide bool) {
		size := Size32
		if wide {
			size = Size64
		}
		down := map[string]bool{}
		for _, e := range strings.Fields(told(t, data, size, Device{}.Codes([]uint16{256, 257, 258}))) {
			if down[e[:1]] == (e[1] == '+') {
				t.Fatalf("%s twice", e)
			}
			down[e[:1]] = e[1] == '+'
		}
		for b, is := range down {
			if is {
				t.Fatal(fmt.Sprint(b, " is never let go"))
			}
		}
	})
}
