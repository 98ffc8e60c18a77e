package decode

import (
	"bytes"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// What was put between the frames of a file takes no time, where the file's tag
// tells that it was put there: all other samples stay in their places, bit for
// bit, as ffmpeg has them.
func TestWhatLiesBetweenFramesTakesNoTime(t *testing.T) {
	for _, name := range []string{"vbr44k.mp3", "vbr16k.mp3"} {
		data := readFile(t, filepath.Join("testdata", name))
		whole, err := openBytes(name, data)
		if err != nil {
			t.Fatal(err)
		}
		want := readAll(t, whole)
		walk := whole.(*mp3Stream).src.index.walker(&window{in: whole.(*mp3Stream).in}, whole.(*mp3Stream).src.index.start)
		var middle mp3Frame
		for range whole.(*mp3Stream).src.index.count() / 2 {
			if middle, err = walk.step(); err != nil {
				t.Fatal(err)
			}
		}
		garbage := make([]byte, 3000)
		r := rand.New(rand.NewPCG(5, 6))
		for i := range garbage {
			garbage[i] = byte(r.IntN(0xFF)) // never the byte that begins a frame
		}
		stuffed := bytes.Join([][]byte{data[:middle.offset], garbage, data[middle.offset:]}, nil)
		s, err := openBytes(name, stuffed)
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, s)
		if len(got) != len(want) {
			t.Errorf("%s: %d samples, %d without what lies between", name, len(got), len(want))
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%s: sample %d of %d differs", name, i, len(got))
				break
			}
		}
		if s, err = openBytes(name, stuffed); err != nil {
			t.Fatal(err)
		}
		testSeek(t, s)
	}
}
