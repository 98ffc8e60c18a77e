package stretch

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// corpusHz is the rate of everything that is measured.
const corpusHz = 16000

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

// run is what a tool prints on its standard output.
func run(t testing.TB, args ...string) []byte {
	t.Helper()
	requireTool(t, args[0])
	cmd := exec.Command(args[0], args[1:]...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("%q: %v: %s", args, err, complaint.Bytes())
	}
	return out.Bytes()
}

// testdataDir is the folder of speech samples that are too large to be kept here.
func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: no real recordings")
	}
	return dir
}

// recording is a file of the speech folder, mono at the corpus's rate.
func recording(t testing.TB, name string) []float64 {
	t.Helper()
	path := filepath.Join(testdataDir(t), "speech", name)
	return pcm16(run(t, "sox", "-D", path, "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", fmt.Sprint(corpusHz), "-"))
}

// espeak is a text said by a voice of espeak-ng.
func espeak(t testing.TB, voice, text string) []float64 {
	t.Helper()
	path := filepath.Join(t.TempDir(), "voice.wav")
	run(t, "espeak-ng", "-v", voice, "-s", "150", "-w", path, text)
	return pcm16(run(t, "sox", "-D", path, "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", fmt.Sprint(corpusHz), "-"))
}

// espeakText has every kind of sound of English.
const espeakText = "The north wind and the sun were disputing which was the stronger, " +
	"when a traveller came along wrapped in a warm cloak. They agreed that the one who first " +
	"succeeded in making the traveller take his cloak off should be considered stronger than the other."

// halves is the corpus of seven voices, in two halves: what held on the one only
// is chance.
func halves(t testing.TB) [2][]float64 {
	t.Helper()
	var both [2][]float64
	for i := range 5 {
		both[0] = append(both[0], recording(t, fmt.Sprintf("116-288045-%04d.flac", i))...)
	}
	both[0] = append(both[0], espeak(t, "en-us", espeakText)...)
	both[1] = recording(t, "jfk.flac")
	for _, i := range []int{0, 2, 3, 4, 5} {
		both[1] = append(both[1], recording(t, fmt.Sprintf("84-121123-%04d.flac", i))...)
	}
	both[1] = append(both[1], espeak(t, "en-us+f3", espeakText)...)
	return both
}

// excerpt is about 24 s of three voices: what every run of the tests can afford.
func excerpt(t testing.TB) []float64 {
	t.Helper()
	x := recording(t, "jfk.flac")
	for _, name := range []string{"116-288045-0001.flac", "84-121123-0004.flac"} {
		x = append(x, recording(t, name)...)
	}
	return x
}

func pcm16(data []byte) []float64 {
	x := make([]float64, len(data)/2)
	for i := range x {
		x[i] = float64(int16(binary.LittleEndian.Uint16(data[2*i:]))) / 32768
	}
	return x
}

// writeWAV writes 16-bit mono at the corpus's rate.
func writeWAV(t testing.TB, path string, x []float64) {
	t.Helper()
	var data bytes.Buffer
	data.WriteString("RIFF")
	header := []any{
		uint32(36 + 2*len(x)), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1),
		uint32(corpusHz), uint32(2 * corpusHz), uint16(2), uint16(16), []byte("data"), uint32(2 * len(x)),
	}
	for _, field := range header {
		binary.Write(&data, binary.LittleEndian, field)
	}
	for _, v := range x {
		binary.Write(&data, binary.LittleEndian, int16(math.Round(min(max(v*32767, -32768), 32767))))
	}
	if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// both is x in two channels.
func both(x []float64) [][2]float64 { return mono(len(x), func(i int) float64 { return x[i] }) }

// left is the left channel of x.
func left(x [][2]float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v[0]
	}
	return out
}
