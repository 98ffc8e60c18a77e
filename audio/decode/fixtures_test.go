package decode

import (
	"bytes"
	"encoding/binary"
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "encode testdata/* again, with the tools of this machine")

// fixture is a small recording of testSignal in testdata.
type fixture struct {
	file     string
	format   string
	rateHz   int
	channels int
	samples  int
	encode   []string // IN and OUT stand for the files
	// exact tells that an encoder's delay and padding are known, so that length
	// and position must equal the source's.
	exact bool
}

var fixtures = []fixture{
	{"mono16k.flac", "flac", 16000, 1, 9000, []string{"flac", "-s", "-f", "--no-seektable", "--no-padding", "-b", "576", "-o", "OUT", "IN"}, true},
	{"stereo24k.flac", "flac", 24000, 2, 6000, []string{"ffmpeg", "-loglevel", "error", "-y", "-i", "IN", "-frame_size", "512", "-bitexact", "OUT"}, true},
	{"cbr16k.mp3", "mp3", 16000, 1, 16001, []string{"lame", "--quiet", "-m", "m", "-b", "24", "IN", "OUT"}, false},
	{"vbr16k.mp3", "mp3", 16000, 1, 12001, []string{"lame", "--quiet", "-m", "m", "-V", "5", "IN", "OUT"}, true},
	{"vbr44k.mp3", "mp3", 44100, 2, 22222, []string{"lame", "--quiet", "-V", "4", "IN", "OUT"}, true},
	{"crc48k.mp3", "mp3", 48000, 1, 20000, []string{"lame", "--quiet", "-p", "-b", "64", "IN", "OUT"}, true},
	{"bare22k.mp3", "mp3", 22050, 1, 20000, []string{"lame", "--quiet", "-t", "-b", "32", "IN", "OUT"}, false},
	{"mono16k.ogg", "ogg vorbis", 16000, 1, 24000, []string{"oggenc", "-Q", "-s", "1", "-q", "0", "-o", "OUT", "IN"}, true},
	{"pages16k.ogg", "ogg vorbis", 16000, 1, 24000, []string{"ffmpeg", "-loglevel", "error", "-y", "-i", "IN", "-c:a", "libvorbis", "-q", "0",
		"-page_duration", "100000", "-fflags", "+bitexact", "-flags", "+bitexact", "OUT"}, true},
	{"stereo44k.ogg", "ogg vorbis", 44100, 2, 30000, []string{"oggenc", "-Q", "-s", "1", "-q", "-1", "-o", "OUT", "IN"}, true},
	{"silk.opus", "ogg opus", 48000, 1, 70000, []string{"opusenc", "--quiet", "--serial", "1", "--speech", "--bitrate", "16", "IN", "OUT"}, true},
	{"hybrid.opus", "ogg opus", 48000, 1, 70000, []string{"ffmpeg", "-loglevel", "error", "-y", "-i", "IN", "-c:a", "libopus", "-application", "voip", "-b:a", "20k",
		"-frame_duration", "60", "-page_duration", "100000", "-fflags", "+bitexact", "-flags", "+bitexact", "OUT"}, true},
	{"celt.opus", "ogg opus", 48000, 2, 60000, []string{"opusenc", "--quiet", "--serial", "1", "--framesize", "2.5", "--bitrate", "64", "--max-delay", "100", "IN", "OUT"}, true},
}

// requireTool skips a test that needs a program that is not there.
func requireTool(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
}

// run runs a tool and returns its standard output.
func run(t testing.TB, args ...string) []byte {
	t.Helper()
	requireTool(t, args[0])
	cmd := exec.Command(args[0], args[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, stderr.Bytes())
	}
	return out
}

// encode makes f at path from testSignal.
func (f fixture) make(t testing.TB, path string) {
	t.Helper()
	in := filepath.Join(t.TempDir(), "in.wav")
	writeFile(t, in, wavFile(f.rateHz, f.channels, testSignal(f.rateHz, f.samples)))
	args := append([]string(nil), f.encode...)
	for i, a := range args {
		switch a {
		case "IN":
			args[i] = in
		case "OUT":
			args[i] = path
		}
	}
	run(t, args...)
}

// TestFixturesAreThere makes them again with -update.
func TestFixturesAreThere(t *testing.T) {
	for _, f := range fixtures {
		path := filepath.Join("testdata", f.file)
		if *update {
			f.make(t, path)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// testSignal is sound that resembles itself only at lag 0: in each channel a
// sweep whose loudness goes up and down. Amplitude at most 0.7.
func testSignal(rateHz, samples int) [][2]float64 {
	frames := make([][2]float64, samples)
	for i := range frames {
		t := float64(i) / float64(rateHz)
		loud := 0.4 + 0.3*math.Sin(2*math.Pi*3.1*t+1)
		frames[i] = [2]float64{
			loud * math.Sin(2*math.Pi*(200*t+900*t*t)),
			loud * math.Sin(2*math.Pi*(2400*t-700*t*t)),
		}
	}
	return frames
}

// wavFile is a 16-bit wav of frames.
func wavFile(rateHz, channels int, frames [][2]float64) []byte {
	data := make([]byte, 0, 2*channels*len(frames))
	for _, f := range frames {
		for c := range channels {
			data = binary.LittleEndian.AppendUint16(data, uint16(int16(math.Round(f[c]*32767))))
		}
	}
	return wavBytes(wavSpec{tag: wavPCM, channels: channels, rateHz: rateHz, bits: 16}, data)
}

func writeFile(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// openFixture opens a file of testdata.
func openFixture(t testing.TB, file string) Stream {
	t.Helper()
	return mustOpen(t, filepath.Join("testdata", file))
}

func mustOpen(t testing.TB, path string) Stream {
	t.Helper()
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// openBytes opens a recording held in memory.
func openBytes(name string, data []byte) (Stream, error) {
	return open(&input{path: name, r: bytes.NewReader(data), size: int64(len(data)), close: func() error { return nil }})
}

// testdataDir holds real recordings, which are not in the repository.
func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatal("TAPESCRIPT_TESTDATA is not set")
		}
		t.Skip("TAPESCRIPT_TESTDATA is not set: no real recordings")
	}
	return dir
}
