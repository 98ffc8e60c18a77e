package decode

import (
	"encoding/binary"
	"errors"
	"math"
	"path/filepath"
	"testing"
)

// TestPromiseOfARecordingThatBreaksOff: cut anywhere, a file promises what it
// did when it was whole, which is then what it has or nothing.
func TestPromiseOfARecordingThatBreaksOff(t *testing.T) {
	// The other mp3 have no table of contents.
	promises := map[string]bool{"mono16k.flac": true, "stereo24k.flac": true,
		"vbr16k.mp3": true, "vbr44k.mp3": true, "crc48k.mp3": true, "counting.wav": true}
	files := map[string][]byte{"counting.wav": countingWAV(10000)}
	for _, f := range fixtures {
		files[f.file] = readFile(t, filepath.Join("testdata", f.file))
	}
	for file, data := range files {
		t.Run(file, func(t *testing.T) {
			s, err := openBytes(file, data)
			if err != nil {
				t.Fatal(err)
			}
			length, want := s.Info().LengthSamples, int64(0)
			if promises[file] {
				want = length
			}
			if got := s.Info().PromisedSamples; got != want {
				t.Errorf("whole: %d promised of %d, want %d", got, length, want)
			}
			for _, tenths := range []int{7, 9} {
				s, err := openBytes(file, data[:len(data)*tenths/10])
				var e *Error
				if errors.As(err, &e) && isOggFormat(e.Format) {
					continue // the whole fixture is a page of headers and one of sound
				}
				if err != nil {
					t.Fatal(err)
				}
				if got := s.Info(); got.PromisedSamples != want || got.LengthSamples >= length {
					t.Errorf("%d tenths: %d promised, length %d; want %d, less than %d", tenths, got.PromisedSamples, got.LengthSamples, want, length)
				}
			}
		})
	}
}

// TestWAVOfAPipePromisesNothing: the length that it claims is no promise.
func TestWAVOfAPipePromisesNothing(t *testing.T) {
	const wide = math.MaxUint32
	for _, c := range []struct {
		name            string
		claimed, data64 int64
		want            int64 // promised samples, of which there are 1000
	}{
		{"left at 0", 0, -1, 0},
		{"ffmpeg", wide, -1, 0},
		{"ffmpeg, RF64", wide, 0, 0},
		{"sox", 0x7FFFF000, -1, 0},
		{"lame", math.MaxInt32, -1, 0},
		{"arecord", 1 << 31, -1, 0},
		{"cut", 3000, -1, 1500},
		{"cut, of 3 GB", 3_000_000_000, -1, 1_500_000_000},
		{"cut, RF64", wide, 6 << 30, 3 << 30},
		{"RF64 of nonsense", wide, math.MaxInt64, 0},
		{"whole", 2000, -1, 1000},
		{"odd byte left over", 2001, -1, 1000},
	} {
		spec := wavSpec{tag: wavPCM, channels: 1, rateHz: 8000, bits: 16, claim: true, dataSize: c.claimed}
		if c.data64 >= 0 {
			spec.riff = "RF64"
			spec.before = binary.LittleEndian.AppendUint32([]byte("ds64"), 28)
			spec.before = binary.LittleEndian.AppendUint64(append(spec.before, make([]byte, 8)...), uint64(c.data64))
			spec.before = append(spec.before, make([]byte, 12)...)
		}
		s, err := openBytes("pipe.wav", wavBytes(spec, make([]byte, 2001)))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if got := s.Info(); got.PromisedSamples != c.want || got.LengthSamples != 1000 {
			t.Errorf("%s: %d promised, length %d; want %d, 1000", c.name, got.PromisedSamples, got.LengthSamples, c.want)
		}
	}
}

// TestFlacOfAPipePromisesNothing: its total is 0.
func TestFlacOfAPipePromisesNothing(t *testing.T) {
	data := readFile(t, filepath.Join("testdata", "mono16k.flac"))
	packed := binary.BigEndian.Uint64(data[18:])
	binary.BigEndian.PutUint64(data[18:], packed&^(1<<36-1))
	s, err := openBytes("pipe.flac", data[:len(data)/2])
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Info(); got.PromisedSamples != 0 || got.LengthSamples == 0 {
		t.Errorf("%d promised, length %d; want 0 and some", got.PromisedSamples, got.LengthSamples)
	}
}
