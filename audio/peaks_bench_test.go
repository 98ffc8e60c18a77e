package audio

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"tapescript/audio/decode"
	"tapescript/audio/peaks"
)

// exactRecordings are an hour long: what a person may wait for.
var exactRecordings = []struct {
	name string
	args []string // of ffmpeg, behind its input
}{
	{"1h-16k-mono.wav", []string{"-ar", "16000", "-ac", "1"}},
	{"1h-44k-stereo.mp3", []string{"-ar", "44100", "-ac", "2", "-b:a", "128k"}},
}

// exactRecording repeats the demo's recording. TAPESCRIPT_BENCH_DIR keeps the
// files from run to run.
func exactRecording(b *testing.B, name string, args []string) string {
	b.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		b.Skip("ffmpeg is not installed")
	}
	dir := os.Getenv("TAPESCRIPT_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	cmd := []string{"-nostdin", "-loglevel", "error", "-y", "-stream_loop", "-1", "-i", "../testdata/demo/en/recording.ogg", "-t", "3600"}
	if out, err := exec.Command("ffmpeg", append(append(cmd, args...), path)...).CombinedOutput(); err != nil {
		b.Fatalf("ffmpeg: %v\n%s", err, out)
	}
	return path
}

// BenchmarkPeaksExact measures the whole of a recording, from its name, as the
// workbench fills its overview.
func BenchmarkPeaksExact(b *testing.B) {
	for _, r := range exactRecordings {
		b.Run(r.name, func(b *testing.B) {
			path := exactRecording(b, r.name, r.args)
			for b.Loop() {
				s, err := Open(path)
				if err != nil {
					b.Fatal(err)
				}
				var o peaks.Overview
				o.Expect(s.Info().LengthSamples)
				if l, ok := s.stream.(decode.Leveler); ok {
					err = l.Levels(context.Background(), peaks.LevelSamples, func(levels []float32, done int64) bool {
						o.AddLevels(levels, done)
						return true
					})
				} else {
					err = readAll(s.stream, &o)
				}
				if o.End(); err != nil || o.Done() != s.Info().LengthSamples {
					b.Fatalf("%d samples, %v", o.Done(), err)
				}
				s.Close()
			}
		})
	}
}

func readAll(s decode.Stream, o *peaks.Overview) error {
	block := make([][2]float64, 4096)
	for {
		n, err := s.Read(block)
		o.Add(block[:n])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// BenchmarkPeaksMeasure measures an hour for a view of 800 buckets.
func BenchmarkPeaksMeasure(b *testing.B) {
	r := exactRecordings[0]
	path := exactRecording(b, r.name, r.args)
	for b.Loop() {
		s, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		length := s.Info().LengthSamples
		if _, err := peaks.Measure(context.Background(), s.stream, 0, length, length/800); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
