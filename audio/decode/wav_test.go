package decode

import (
	"encoding/binary"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wavSpec describes a wav to write.
type wavSpec struct {
	tag      uint16
	channels int
	rateHz   int
	bits     int

	extensible bool   // the tag goes into a sub-format
	riff       string // RIFF unless given
	dataSize   int64  // what the header claims; -1: what there is, 0: as it stands
	claim      bool   // use dataSize
	before     []byte // chunks in front of the samples
}

// wavBytes writes a wav by the book.
func wavBytes(w wavSpec, data []byte) []byte {
	le := binary.LittleEndian
	frame := w.channels * w.bits / 8
	format := le.AppendUint16(nil, w.tag)
	if w.extensible {
		format = le.AppendUint16(nil, wavExtensible)
	}
	format = le.AppendUint16(format, uint16(w.channels))
	format = le.AppendUint32(format, uint32(w.rateHz))
	format = le.AppendUint32(format, uint32(w.rateHz*frame))
	format = le.AppendUint16(format, uint16(frame))
	format = le.AppendUint16(format, uint16(w.bits))
	if w.extensible {
		format = append(format, 22, 0, byte(w.bits), 0, 0, 0, 0, 0)
		format = le.AppendUint16(format, w.tag)
		format = append(format, "\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71"...)
	}
	size := uint32(len(data))
	if w.claim {
		size = uint32(w.dataSize)
	}
	riff := "RIFF"
	if w.riff != "" {
		riff = w.riff
	}
	out := append([]byte(riff), 0, 0, 0, 0)
	out = append(out, "WAVE"...)
	out = append(out, w.before...)
	out = le.AppendUint32(append(out, "fmt "...), uint32(len(format)))
	out = append(out, format...)
	out = le.AppendUint32(append(out, "data"...), size)
	return append(out, data...)
}

// countingWAV has samples of value n at sample n, in 16 bits.
func countingWAV(n int) []byte {
	var data []byte
	for i := range n {
		data = binary.LittleEndian.AppendUint16(data, uint16(i))
	}
	return wavBytes(wavSpec{tag: wavPCM, channels: 1, rateHz: 8000, bits: 16}, data)
}

func TestWAVSampleNHasValueN(t *testing.T) {
	s, err := openBytes("n.wav", countingWAV(32768))
	if err != nil {
		t.Fatal(err)
	}
	testSeek(t, s)
	for _, at := range []int64{0, 1, 4095, 4096, 20000, 32767} {
		var one [1][2]float64
		if err := s.Seek(at); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Read(one[:]); n != 1 || err != nil {
			t.Fatalf("Read at %d = %d, %v", at, n, err)
		}
		if got := one[0][0] * 32768; got != float64(at) {
			t.Errorf("sample %d has value %v", at, got)
		}
	}
}

func TestWAVSampleFormats(t *testing.T) {
	le := binary.LittleEndian
	f32 := func(x float64) []byte { return le.AppendUint32(nil, math.Float32bits(float32(x))) }
	f64 := func(x float64) []byte { return le.AppendUint64(nil, math.Float64bits(x)) }
	for _, c := range []struct {
		name string
		tag  uint16
		bits int
		data [][]byte // one sample each
		want []float64
	}{
		{"8 bit", wavPCM, 8, [][]byte{{128}, {0}, {255}}, []float64{0, -1, 127.0 / 128}},
		{"16 bit", wavPCM, 16, [][]byte{{0, 0}, {0, 0x80}, {0, 0x40}}, []float64{0, -1, 0.5}},
		{"24 bit", wavPCM, 24, [][]byte{{0, 0, 0}, {0, 0, 0x80}, {0, 0, 0xC0}, {1, 0, 0}}, []float64{0, -1, -0.5, 1.0 / (1 << 23)}},
		{"32 bit", wavPCM, 32, [][]byte{{0, 0, 0, 0x40}, {1, 0, 0, 0}}, []float64{0.5, 1.0 / (1 << 31)}},
		{"float 32", wavFloat, 32, [][]byte{f32(0.25), f32(-3), f32(math.NaN()), f32(math.Inf(1))}, []float64{0.25, -1, 0, 1}},
		{"float 64", wavFloat, 64, [][]byte{f64(0.1), f64(1e300)}, []float64{0.1, 1}},
		// The ends and the middle of the tables in ITU-T G.711, in 16 bits.
		{"a-law", wavALaw, 8, [][]byte{{0xD5}, {0x55}, {0xAA}, {0x2A}, {0xC5}}, []float64{8.0 / 32768, -8.0 / 32768, 32256.0 / 32768, -32256.0 / 32768, 264.0 / 32768}},
		{"mu-law", wavMuLaw, 8, [][]byte{{0xFF}, {0x7F}, {0x80}, {0x00}, {0xEF}}, []float64{0, 0, 32124.0 / 32768, -32124.0 / 32768, 132.0 / 32768}},
	} {
		for _, spec := range []wavSpec{{channels: 1}, {channels: 2}, {channels: 1, extensible: true}, {channels: 2, extensible: true}} {
			spec.tag, spec.rateHz, spec.bits = c.tag, 48000, c.bits
			var data []byte
			for _, sample := range c.data {
				data = append(data, sample...)
				if spec.channels == 2 { // the right one stands still
					data = append(data, c.data[1]...)
				}
			}
			s, err := openBytes("x.wav", wavBytes(spec, data))
			if err != nil {
				t.Errorf("%s %+v: %v", c.name, spec, err)
				continue
			}
			for i, got := range readAll(t, s) {
				want := [2]float64{c.want[i], c.want[i]}
				if spec.channels == 2 {
					want[1] = c.want[1]
				}
				if got != want {
					t.Errorf("%s %+v: frame %d is %v, want %v", c.name, spec, i, got, want)
				}
			}
		}
	}
}

func TestWAVFirstTwoOfManyChannels(t *testing.T) {
	data := []byte{10, 0, 20, 0, 30, 0, 11, 0, 21, 0, 31, 0}
	s, err := openBytes("3.wav", wavBytes(wavSpec{tag: wavPCM, channels: 3, rateHz: 8000, bits: 16}, data))
	if err != nil {
		t.Fatal(err)
	}
	all := readAll(t, s)
	want := [][2]float64{{10.0 / 32768, 20.0 / 32768}, {11.0 / 32768, 21.0 / 32768}}
	if len(all) != 2 || all[0] != want[0] || all[1] != want[1] || s.Info().Channels != 3 {
		t.Errorf("got %v of %+v, want %v", all, s.Info(), want)
	}
}

// TestWAVLengthOfRecorderThatDied: the header promises nothing, or too much.
func TestWAVLengthOfRecorderThatDied(t *testing.T) {
	for _, claimed := range []int64{0, math.MaxUint32, 1 << 20} {
		spec := wavSpec{tag: wavPCM, channels: 1, rateHz: 8000, bits: 16, claim: true, dataSize: claimed}
		s, err := openBytes("died.wav", wavBytes(spec, make([]byte, 2001)))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Info().LengthSamples; got != 1000 {
			t.Errorf("claimed %d bytes: length %d, want 1000", claimed, got)
		}
	}
}

func TestWAVOddChunksBeforeTheSamples(t *testing.T) {
	spec := wavSpec{tag: wavPCM, channels: 1, rateHz: 8000, bits: 16, before: []byte("LIST\x03\x00\x00\x00abc\x00")}
	s, err := openBytes("list.wav", wavBytes(spec, []byte{0, 0x40}))
	if err != nil {
		t.Fatal(err)
	}
	if all := readAll(t, s); len(all) != 1 || all[0][0] != 0.5 {
		t.Errorf("got %v", all)
	}
}

// TestWAVOver4GiB reads behind 32 bits, in a sparse file that takes no space.
func TestWAVOver4GiB(t *testing.T) {
	const frames = int64(3 << 30) // 6 GiB
	ds64 := binary.LittleEndian.AppendUint32([]byte("ds64"), 28)
	ds64 = binary.LittleEndian.AppendUint64(ds64, uint64(2*frames+100))
	ds64 = binary.LittleEndian.AppendUint64(ds64, uint64(2*frames))
	ds64 = append(ds64, make([]byte, 12)...)
	for _, riff := range []string{"RF64", "BW64"} {
		spec := wavSpec{tag: wavPCM, channels: 1, rateHz: 44100, bits: 16, riff: riff, before: ds64, claim: true, dataSize: math.MaxUint32}
		head := wavBytes(spec, nil)
		path := filepath.Join(t.TempDir(), "long.wav")
		writeFile(t, path, head)
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		mark := frames - 5
		if _, err := f.WriteAt([]byte{0, 0x40}, int64(len(head))+2*mark); err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(int64(len(head)) + 2*frames + 64); err != nil { // something follows
			t.Skip("no sparse files here: ", err)
		}
		s := mustOpen(t, path)
		if got := s.Info().LengthSamples; got != frames {
			t.Fatalf("%s: length %d, want %d", riff, got, frames)
		}
		if err := s.Seek(mark - 1); err != nil {
			t.Fatal(err)
		}
		var got [3][2]float64
		if n, err := s.Read(got[:]); n != 3 || err != nil || got[0][0] != 0 || got[1][0] != 0.5 || got[2][0] != 0 {
			t.Errorf("%s: at the mark: %v, %d, %v", riff, got, n, err)
		}
	}
}

func TestWAVWithAnotherCodecIsNamed(t *testing.T) {
	for tag, want := range map[uint16]string{0x11: "wav with ADPCM audio", 0x55: "wav with MPEG audio"} {
		_, err := openBytes("x.wav", wavBytes(wavSpec{tag: tag, channels: 1, rateHz: 8000, bits: 8}, []byte{1, 2}))
		var e *Error
		if !errors.As(err, &e) || e.Reason != ErrUnsupported || e.Format != want {
			t.Errorf("tag %#x: %v", tag, err)
		}
	}
}

// TestWAVAsOthersWriteIt: what ffmpeg and sox write, read as ffmpeg reads it.
func TestWAVAsOthersWriteIt(t *testing.T) {
	requireTool(t, "ffmpeg")
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.wav")
	writeFile(t, in, wavFile(8000, 2, testSignal(8000, 4000)))
	for _, args := range []string{
		"ffmpeg -c:a pcm_f64le", "ffmpeg -c:a pcm_alaw", "ffmpeg -c:a pcm_mulaw", "ffmpeg -rf64 always -c:a pcm_s24le -ac 6",
		"ffmpeg -ac 6 -c:a pcm_f32le", "sox -b 24", "sox -e a-law", "sox -t wavpcm -b 16 -c 4",
	} {
		tool, rest, _ := strings.Cut(args, " ")
		requireTool(t, tool)
		if tool == "ffmpeg" {
			run(t, append(append([]string{"ffmpeg", "-v", "error", "-y", "-i", in}, strings.Fields(rest)...), out)...)
		} else {
			run(t, append(append([]string{"sox", in}, strings.Fields(rest)...), out)...)
		}
		s := mustOpen(t, out)
		got, want := readAll(t, s), ffmpegDecode(t, out)
		if s.Info().Format != "wav" || len(got) != 4000 || len(want) != 4000 {
			t.Errorf("%s: %d samples of %s, ffmpeg gives %d", args, len(got), s.Info().Format, len(want))
			continue
		}
		for i := range want {
			if !equalFrames(got[i], want[i], 1e-7) { // ffmpeg gives 32-bit floats
				t.Errorf("%s: sample %d is %v, ffmpeg gives %v", args, i, got[i], want[i])
				break
			}
		}
	}
}
