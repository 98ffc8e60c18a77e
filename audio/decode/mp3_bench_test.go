package decode

import (
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkMP3 measures decoding 30 s of clicks and tones, 44.1 kHz joint stereo
// at 128 kbit/s, from one end to the other.
func BenchmarkMP3(b *testing.B) {
	const seconds = 30
	requireTool(b, "lame")
	wav, mp3 := filepath.Join(b.TempDir(), "in.wav"), filepath.Join(b.TempDir(), "out.mp3")
	writeFile(b, wav, wavFile(44100, 2, clicksAndTones(44100, seconds*44100)))
	run(b, "lame", "--quiet", "-b", "128", wav, mp3)
	if keep := os.Getenv("TAPESCRIPT_BENCH_DIR"); keep != "" {
		writeFile(b, filepath.Join(keep, "128.mp3"), readFile(b, mp3))
	}
	s := mustOpen(b, mp3)
	buf := make([][2]float64, 4096)
	b.ReportAllocs()
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
	b.ReportMetric(seconds*float64(b.N)/b.Elapsed().Seconds(), "x-realtime")
}
