package decode

import (
	"encoding/binary"
	"io"
	"os"
	"strings"
)

// ffmpegRunUp is how many seconds before a sample a decoder begins: AAC's frames
// overlap the one before, and what lies above 8 kHz takes a few more to settle.
const ffmpegRunUp = 1

// steady says that ffmpeg can begin at any second of the file and give the
// samples that a decoding from the start would.
func (s ffmpegSource) steady(probe ffmpegProbe) bool {
	if probe.codec != "aac" && probe.codec != "alac" {
		return false
	}
	f, err := os.Open(strings.TrimPrefix(s.path, "file:"))
	if err != nil {
		return false
	}
	defer f.Close()
	return mp4Steady(f, s.size, int64(probe.rateHz))
}

// mp4Steady says that time and samples go together in the first audio track of
// an MP4 file (ISO/IEC 14496-12): it counts time in samples of rateHz, all its
// frames but the last are equally long, one follows the other from the start,
// and nothing is cut but the encoder's delay. Then its seeks are exact; anything
// else, and what cannot be read, is not steady.
func mp4Steady(r io.ReaderAt, size, rateHz int64) bool {
	file := &mp4File{r: r, left: mostBoxes}
	steady := false
	file.boxes(0, size, func(kind string, from, to int64) bool {
		if kind == "moov" {
			steady = file.steady(from, to, rateHz)
		}
		return kind != "moov" && kind != "moof"
	})
	return steady
}

// steady looks at the first audio track in a moov box.
func (f *mp4File) steady(from, to, rateHz int64) (steady bool) {
	found := false
	f.boxes(from, to, func(kind string, from, to int64) bool {
		switch {
		case kind == "mvex": // more frames come in fragments
			found, steady = true, false
		case kind == "trak" && !found:
			t := mp4Table{edits: true}
			t.read(f, from, to, 0)
			found = t.sound
			steady = t.sound && t.edits && t.frames && t.rateHz == rateHz
		}
		return true
	})
	return steady
}

// An mp4Table is what a track says of its times.
type mp4Table struct {
	sound  bool
	rateHz int64
	edits  bool // none but one that cuts the start
	frames bool // all equally long
}

func (t *mp4Table) read(f *mp4File, from, to int64, depth int) {
	f.boxes(from, to, func(kind string, from, to int64) bool {
		var b [40]byte
		n, _ := f.r.ReadAt(b[:min(int64(len(b)), to-from)], from)
		field := func(at int) int64 { // 0 behind the end
			if at+4 > n {
				return 0
			}
			return int64(binary.BigEndian.Uint32(b[at:]))
		}
		long := n > 0 && b[0] == 1 // the version whose times have 64 bits
		switch kind {
		case "mdia", "minf", "stbl", "edts":
			if depth < 3 {
				t.read(f, from, to, depth+1)
			}
		case "hdlr":
			t.sound = t.sound || depth == 1 && string(b[8:12]) == "soun"
		case "mdhd":
			if t.rateHz = field(12); long {
				t.rateHz = field(20)
			}
		case "elst":
			start, rate := int32(field(12)), field(16)
			if long {
				start, rate = int32(field(16)|field(20)), field(24)
			}
			t.edits = field(4) == 0 || field(4) == 1 && start >= 0 && rate == 1<<16
		case "stts":
			entries, length, last := field(4), field(12), field(20)
			t.frames = length > 0 && (entries == 1 || entries == 2 && field(16) == 1 && last <= length)
		}
		return true
	})
}

// An mp4File is read box by box, as many as are left.
type mp4File struct {
	r    io.ReaderAt
	left int
}

// mostBoxes bounds what is read of a file that says nonsense.
const mostBoxes = 10000

// boxes visits the boxes that lie from from to to, while visit wants more.
func (f *mp4File) boxes(from, to int64, visit func(kind string, from, to int64) bool) {
	var h [16]byte
	for ; f.left > 0; f.left-- {
		n, _ := f.r.ReadAt(h[:min(16, max(to-from, 0))], from)
		if n < 8 {
			return
		}
		size, head := int64(binary.BigEndian.Uint32(h[:])), int64(8)
		switch {
		case size == 1 && n == 16:
			size, head = int64(binary.BigEndian.Uint64(h[8:])), 16
		case size == 0:
			size = to - from
		}
		if size < head || size > to-from || !visit(string(h[4:8]), from+head, from+size) {
			return
		}
		from += size
	}
}
