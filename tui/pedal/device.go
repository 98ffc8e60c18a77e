package pedal

import (
	"fmt"
	"math/bits"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Device is one that the system has, as /sys/class/input tells it: that may be
// read by everybody.
type Device struct {
	Path            string // /dev/input/event7
	Name            string
	Vendor, Product uint16
	Keys            []uint16 // codes that it can send
	Readable        bool     // we may read it
}

// ID is vendor and product as lsusb writes them.
func (d Device) ID() string { return fmt.Sprintf("%04x:%04x", d.Vendor, d.Product) }

// maxDevices bounds how many are looked at.
const maxDevices = 256

// devices lists what is under /sys/class/input, the nodes of which lie in dev.
func devices(sys, dev string) []Device {
	paths, _ := filepath.Glob(filepath.Join(sys, "event*"))
	var list []Device
	for _, path := range paths[:min(len(paths), maxDevices)] {
		text := func(name string) string {
			data, _ := os.ReadFile(filepath.Join(path, "device", name))
			return strings.TrimSpace(string(data[:min(len(data), 4096)]))
		}
		d := Device{Path: filepath.Join(dev, filepath.Base(path)), Name: text("name"), Keys: capabilities(text("capabilities/key"))}
		d.Vendor, d.Product = hex(text("id/vendor")), hex(text("id/product"))
		if len(d.Keys) == 0 {
			continue
		}
		if f, err := os.Open(d.Path); err == nil {
			d.Readable = f.Close() == nil
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Device) int { return len(a.Path) - len(b.Path) + 2*strings.Compare(a.Path, b.Path) })
	return list
}

func hex(text string) uint16 {
	n, _ := strconv.ParseUint(text, 16, 16)
	return uint16(n)
}

// capabilities reads a bitmap of codes: words of the machine in hexadecimal,
// the highest first.
func capabilities(text string) []uint16 {
	const most = 0x300 // KEY_MAX
	words := strings.Fields(text)
	slices.Reverse(words)
	size := 64
	for _, w := range words[:max(len(words)-1, 0)] { // 32-bit machines write 8 digits
		if len(w) > 8 {
			size = 64
			break
		}
		size = bits.UintSize
	}
	var list []uint16
	for i, w := range words {
		n, err := strconv.ParseUint(w, 16, 64)
		if err != nil {
			return nil
		}
		for ; n != 0; n &= n - 1 {
			if code := i*size + bits.TrailingZeros64(n); code < most {
				list = append(list, uint16(code))
			}
		}
	}
	return list
}

// Codes of linux/input-event-codes.h that pedals send.
const (
	key1, key2, key3             = 2, 3, 4
	keyA, keyB, keyC             = 30, 48, 46
	keyNext, keyPlay, keyPrevius = 163, 164, 165
	keyF13                       = 183
	firstButton, lastButton      = 0x100, 0x15f
)

// known are pedals by vendor and product, and what they send. Without codes:
// their buttons in order.
var known = map[[2]uint16][]uint16{
	{0x05f3, 0x00ff}: {0x100, 0x101, 0x102}, // VEC Infinity IN-USB-1, -2
	{0x0911, 0x1844}: nil,                   // Philips ACC2330, LFH2330
	{0x0c45, 0x7403}: {keyA, keyB, keyC},    // PCsensor, three switches or one
	{0x0c45, 0x7404}: {keyA, keyB, keyC},
	{0x413d, 0x2107}: {keyA, keyB, keyC},
	{0x1a86, 0xe026}: {keyA, keyB, keyC},
	{0x3553, 0xb001}: {keyA, keyB, keyC},
	{0x0426, 0x3011}: {keyA, keyB, keyC}, // Scythe
}

// IsPedal says whether a device is a pedal by what it is called.
func (d Device) IsPedal() bool {
	if _, ok := known[[2]uint16{d.Vendor, d.Product}]; ok {
		return true
	}
	const olympus = 0x07b4 // whose other devices have no keys
	name := strings.ToLower(d.Name)
	return d.Vendor == olympus || strings.Contains(name, "footpedal") || strings.Contains(name, "foot pedal") || strings.Contains(name, "footswitch") || strings.Contains(name, "foot switch")
}

// IsKeyboard says whether what it sends reaches the terminal as letters, too.
func (d Device) IsKeyboard() bool {
	return slices.Contains(d.Keys, keyA) || slices.Contains(d.Keys, keyPlay)
}

// Codes are what the device sends for its pedals, and which.
func (d Device) Codes(own []uint16) map[uint16]Button {
	list := own
	if len(list) == 0 {
		list = known[[2]uint16{d.Vendor, d.Product}]
	}
	codes := map[uint16]Button{}
	if len(list) > 0 {
		for i, c := range list[:min(len(list), 3)] {
			codes[c] = Button(i)
		}
		return codes
	}
	for _, c := range d.Keys {
		if c >= firstButton && c <= lastButton && len(codes) < 3 {
			codes[c] = Button(len(codes))
		}
	}
	if len(codes) > 0 {
		return codes
	}
	for _, row := range [][]uint16{{key1, key2, key3}, {keyA, keyB, keyC}, {keyPrevius, keyPlay, keyNext}, {keyF13, keyF13 + 1, keyF13 + 2}} {
		for i, c := range row {
			codes[c] = Button(i)
		}
	}
	return codes
}

// choose is the device that settings mean.
func choose(list []Device, want string) (Device, bool) {
	path := want
	if strings.HasPrefix(want, "/") {
		if real, err := filepath.EvalSymlinks(want); err == nil {
			path = real
		}
	}
	var found []Device
	for _, d := range list {
		switch {
		case want == "" && d.IsPedal(), d.Path == path, strings.EqualFold(d.ID(), want),
			want != "" && want[0] != '/' && strings.Contains(strings.ToLower(d.Name), strings.ToLower(want)):
			found = append(found, d)
		}
	}
	for _, d := range found { // a pedal may also count as a mouse, which sends none of its codes
		for code := range d.Codes(nil) {
			if slices.Contains(d.Keys, code) {
				return d, true
			}
		}
	}
	if len(found) > 0 {
		return found[0], true
	}
	return Device{}, false
}
