package decode

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// benchHours is how long the benchmarks' recordings are. Ten hours take a
// minute to encode: TAPESCRIPT_BENCH_HOURS=10.
func benchHours() string {
	if h := os.Getenv("TAPESCRIPT_BENCH_HOURS"); h != "" {
		return h
	}
	return "0.2"
}

// longRecordings are encoded from noise that comes and goes, which is the
// hardest for a search that expects bytes to go with time.
var longRecordings = []struct {
	name string
	args []string // behind the input of ffmpeg
}{
	{"wav", nil},
	{"cbr.mp3", []string{"-c:a", "libmp3lame", "-b:a", "64k"}},
	{"vbr.mp3", []string{"-c:a", "libmp3lame", "-q:a", "5"}},
	{"flac", nil}, // ffmpeg writes no seek table
	{"ogg", []string{"-c:a", "libvorbis", "-q:a", "1"}},
	{"opus", []string{"-c:a", "libopus", "-b:a", "16k", "-compression_level", "0"}},
	{"m4a", []string{"-c:a", "aac", "-b:a", "32k"}},
}

// longRecording encodes one of them. TAPESCRIPT_BENCH_DIR keeps the files from
// run to run.
func longRecording(b *testing.B, name string, args []string) string {
	b.Helper()
	requireTool(b, "ffmpeg")
	dir := os.Getenv("TAPESCRIPT_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, "long-"+benchHours()+"."+name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	hours, err := strconv.ParseFloat(benchHours(), 64)
	if err != nil {
		b.Fatal("TAPESCRIPT_BENCH_HOURS: ", err)
	}
	seconds := strconv.Itoa(int(hours * 3600))
	cmd := append([]string{"-loglevel", "error", "-y", "-f", "lavfi", "-i",
		"anoisesrc=r=16000:c=pink:a=0.5:d=" + seconds + ",tremolo=f=0.1:d=0.95"}, args...)
	if out, err := exec.Command("ffmpeg", append(cmd, path)...).CombinedOutput(); err != nil {
		b.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	return path
}

// BenchmarkOpen measures from the name to the first 512 samples.
func BenchmarkOpen(b *testing.B) {
	for _, r := range longRecordings {
		b.Run(r.name, func(b *testing.B) {
			path := longRecording(b, r.name, r.args)
			buf := make([][2]float64, 512)
			for b.Loop() {
				s, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Read(buf); err != nil {
					b.Fatal(err)
				}
				s.Close()
			}
		})
	}
}

// BenchmarkSeek measures from a random seek to the first 512 samples.
func BenchmarkSeek(b *testing.B) {
	for _, r := range longRecordings {
		b.Run(r.name, func(b *testing.B) {
			s := mustOpen(b, longRecording(b, r.name, r.args))
			buf := make([][2]float64, 512)
			random := rand.New(rand.NewPCG(3, 4))
			for b.Loop() {
				if err := s.Seek(random.Int64N(s.Info().LengthSamples - 512)); err != nil {
					b.Fatal(err)
				}
				if _, err := s.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRead measures decoding from one end to the other.
func BenchmarkRead(b *testing.B) {
	for _, f := range append([]fixture{{file: "wav"}}, fixtures...) {
		b.Run(f.file, func(b *testing.B) {
			var s Stream
			var err error
			if f.file == "wav" {
				s, err = openBytes("n.wav", countingWAV(1<<20))
			} else {
				s, err = Open(filepath.Join("testdata", f.file))
			}
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			buf := make([][2]float64, 4096)
			for b.Loop() {
				if err := s.Seek(0); err != nil {
					b.Fatal(err)
				}
				for {
					if _, err := s.Read(buf); err != nil {
						break
					}
				}
			}
			seconds := float64(s.Info().LengthSamples) / float64(s.Info().RateHz)
			b.ReportMetric(seconds*float64(b.N)/b.Elapsed().Seconds(), "x-realtime")
		})
	}
}
