package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"path/filepath"
	"testing"
)

// oggPagesOf are the pages of data, one after the other.
func oggPagesOf(t testing.TB, data []byte) (pages [][]byte) {
	t.Helper()
	win := &window{in: &input{r: bytes.NewReader(data), size: int64(len(data))}}
	for at := int64(0); at < int64(len(data)); {
		page, ok, err := oggPageAt(win, at)
		if !ok || err != nil {
			t.Fatalf("no page at %d: %v", at, err)
		}
		pages = append(pages, data[at:at+int64(page.size)])
		at += int64(page.size)
	}
	return pages
}

// withSerial gives every page of a stream another serial number.
func withSerial(t testing.TB, data []byte, serial uint32) []byte {
	t.Helper()
	var out []byte
	for _, page := range oggPagesOf(t, data) {
		page = bytes.Clone(page)
		binary.LittleEndian.PutUint32(page[14:], serial)
		binary.LittleEndian.PutUint32(page[22:], oggSum(page))
		out = append(out, page...)
	}
	return out
}

func fixtureBytes(t testing.TB, file string) []byte {
	t.Helper()
	return readFile(t, filepath.Join("testdata", file))
}

func mustOpenBytes(t testing.TB, name string, data []byte) Stream {
	t.Helper()
	s, err := openBytes(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestChainedOgg: several recordings in one file are one timeline, each as
// exact as alone.
func TestChainedOgg(t *testing.T) {
	mono, pages := fixtureBytes(t, "mono16k.ogg"), fixtureBytes(t, "pages16k.ogg")
	silk, celt := fixtureBytes(t, "silk.opus"), fixtureBytes(t, "celt.opus")
	for name, c := range map[string]struct {
		links    [][]byte
		channels int
	}{
		"two":               {[][]byte{mono, withSerial(t, pages, 77)}, 1},
		"short, then long":  {[][]byte{withSerial(t, mono, 5), withSerial(t, bytes.Clone(pages), 6), withSerial(t, mono, 7), withSerial(t, mono, 8)}, 1},
		"one file twice":    {[][]byte{pages, pages}, 1},
		"one file 17 times": {slicesOf(pages, 17), 1},
		"opus":              {[][]byte{silk, withSerial(t, celt, 3)}, 2},
		"garbage between":   {[][]byte{mono, []byte("OggS is not a page of its own"), withSerial(t, pages, 77)}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var want [][2]float64
			for _, link := range c.links {
				if s, err := openBytes("link", link); err == nil {
					want = append(want, readAll(t, s)...)
				}
			}
			s := mustOpenBytes(t, "chain", bytes.Join(c.links, nil))
			all := testSeek(t, s)
			if len(all) != len(want) {
				t.Fatalf("%d samples, want %d", len(all), len(want))
			}
			for i := range want {
				if all[i] != want[i] {
					t.Fatalf("sample %d is %v, alone it is %v", i, all[i], want[i])
				}
			}
			if s.Info().Channels != c.channels || s.(Damage).Damaged() != 0 {
				t.Errorf("%d channels, %d damaged places", s.Info().Channels, s.(Damage).Damaged())
			}
		})
	}
}

func slicesOf(data []byte, n int) (all [][]byte) {
	for range n {
		all = append(all, data)
	}
	return all
}

func TestChainedOggOfTwoRatesIsRefused(t *testing.T) {
	data := append(fixtureBytes(t, "mono16k.ogg"), withSerial(t, fixtureBytes(t, "stereo44k.ogg"), 9)...)
	var e *Error
	if _, err := openBytes("chain", data); !errors.As(err, &e) || e.Reason != ErrUnsupported || e.Offset == 0 {
		t.Errorf("got %v", err)
	}
}

// TestMultiplexedOgg: pages of another stream lie between ours.
func TestMultiplexedOgg(t *testing.T) {
	for _, file := range []string{"pages16k.ogg", "celt.opus"} {
		ours, want := oggPagesOf(t, fixtureBytes(t, file)), readAll(t, openFixture(t, file))
		film := [][]byte{oggPageBytes(oggFirst, 0, 99, 0, [][]byte{[]byte("\x80theora\x03\x02\x01")})}
		for i := range ours {
			film = append(film, oggPageBytes(0, int64(i*7), 99, uint32(i+1), [][]byte{bytes.Repeat([]byte("OggS"), 700)}))
		}
		out := [][]byte{film[0], ours[0]}
		for i := 1; i < len(ours); i++ {
			out = append(out, film[i], ours[i])
		}
		out = append(out, film[len(ours)])
		all := testSeek(t, mustOpenBytes(t, file, bytes.Join(out, nil)))
		if len(all) != len(want) {
			t.Fatalf("%s: %d samples, alone %d", file, len(all), len(want))
		}
		for i := range all {
			if all[i] != want[i] {
				t.Fatalf("%s: sample %d is %v, alone it is %v", file, i, all[i], want[i])
			}
		}
	}
}

// TestOpusHeaderGain: the header says by how much to amplify, in 1/256 dB.
func TestOpusHeaderGain(t *testing.T) {
	data := bytes.Clone(fixtureBytes(t, "silk.opus"))
	want := readAll(t, mustOpenBytes(t, "plain", data))
	binary.LittleEndian.PutUint16(data[28+16:], uint16(0x10000-6*256)) // behind a page header of 28 bytes
	got := readAll(t, mustOpenBytes(t, "quieter", withOggSums(data)))
	factor := math.Pow(10, -6.0/20)
	for i := range want {
		if math.Abs(got[i][0]-factor*want[i][0]) > 1e-6 {
			t.Fatalf("sample %d is %v, want %v times %v", i, got[i][0], factor, want[i][0])
		}
	}
}

// TestOpusAsTheReferenceDecodesIt: each mode, frame length and channel count,
// against libopus.
func TestOpusAsTheReferenceDecodesIt(t *testing.T) {
	requireTool(t, "ffmpeg")
	dir := t.TempDir()
	talk := filepath.Join(testdataDir(t), "speech", "116-288045-0000.flac")
	for name, args := range map[string][]string{
		"silk 6k":          {"-ac", "1", "-b:a", "6k", "-application", "voip"},
		"silk 60 ms":       {"-ac", "1", "-b:a", "12k", "-frame_duration", "60"},
		"silk stereo":      {"-ac", "2", "-b:a", "18k", "-application", "voip"},
		"hybrid 10 ms":     {"-ac", "1", "-b:a", "32k", "-ar", "48000", "-application", "voip", "-frame_duration", "10"},
		"celt 2.5 ms":      {"-ac", "1", "-b:a", "64k", "-frame_duration", "2.5", "-application", "lowdelay"},
		"celt stereo 128k": {"-ac", "2", "-b:a", "128k"},
		"120 ms":           {"-ac", "1", "-b:a", "24k", "-frame_duration", "120"},
	} {
		path := filepath.Join(dir, "a.opus")
		run(t, append(append([]string{"ffmpeg", "-v", "error", "-y", "-t", "2", "-i", talk, "-c:a", "libopus"}, args...), path)...)
		s := mustOpen(t, path)
		got, want := readAll(t, s), ffmpegDecode(t, path)
		s.Close()
		if len(got) != len(want) {
			t.Errorf("%s: %d samples, libopus gives %d", name, len(got), len(want))
			continue
		}
		var signal, noise float64
		for i := range want {
			signal += want[i][0] * want[i][0]
			noise += (got[i][0] - want[i][0]) * (got[i][0] - want[i][0])
		}
		// libopus gives 16 bits, and SILK is defined in integers that pion
		// computes in floats: 40 dB is below what the codec itself adds.
		if snr := 10 * math.Log10(signal/noise); snr < 40 {
			t.Errorf("%s: %.1f dB from libopus, want at least 40", name, snr)
		} else {
			t.Logf("%s: %.1f dB", name, snr)
		}
	}
}
