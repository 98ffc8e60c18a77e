package decode

import (
	"encoding/binary"
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
			if j, ok := s.(Jumping); ok {
				j.Jump()
			}
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

// BenchmarkOverview tells how loud all of a recording is without decoding it.
func BenchmarkOverview(b *testing.B) {
	eachMP3(b, func(b *testing.B, s Stream) {
		stretches := 0
		err := s.(Overviewer).Overview(b.Context(), func(int64, int64, float32) bool { stretches++; return true })
		if err != nil || stretches == 0 {
			b.Fatal(stretches, err)
		}
	})
}

// BenchmarkIndex opens an mp3 and waits until all of its frames are known.
func BenchmarkIndex(b *testing.B) {
	eachMP3(b, func(_ *testing.B, s Stream) { <-s.(*mp3Stream).src.index.done })
}

// eachMP3 measures opening each long mp3 and what is done with it then.
func eachMP3(b *testing.B, do func(b *testing.B, s Stream)) {
	for _, r := range longRecordings {
		if filepath.Ext(r.name) != ".mp3" {
			continue
		}
		b.Run(r.name, func(b *testing.B) {
			path := longRecording(b, r.name, r.args)
			for b.Loop() {
				s := mustOpen(b, path)
				do(b, s)
				s.Close()
			}
		})
	}
}

// BenchmarkLargeWAV opens wav files of 5 GiB, which are holes but for their
// headers, and reads 512 samples behind each random seek.
func BenchmarkLargeWAV(b *testing.B) {
	const rate, channels, bytes = 44100, 2, 5 << 30
	for _, kind := range []struct {
		name       string
		tag, bits  int
		sizeInRIFF bool
	}{{"rf64-16bit", wavPCM, 16, false}, {"rf64-float", wavFloat, 32, false}, {"riff-4GiB", wavPCM, 16, true}} {
		path := filepath.Join(b.TempDir(), kind.name+".wav")
		frame := int64(channels * kind.bits / 8)
		head := rf64Header(rate, channels, kind.tag, kind.bits, bytes)
		if kind.sizeInRIFF {
			head = riffHeader(rate, channels, kind.tag, kind.bits, 1<<32-1)
		}
		writeFile(b, path, head)
		if err := os.Truncate(path, int64(len(head))+bytes); err != nil {
			b.Fatal(err)
		}
		b.Run("open/"+kind.name, func(b *testing.B) {
			for b.Loop() {
				s := mustOpen(b, path)
				if got := s.Info().LengthSamples; got < (1<<32-1)/frame {
					b.Fatalf("%d samples", got)
				}
				s.Close()
			}
		})
		b.Run("seek/"+kind.name, func(b *testing.B) {
			s := mustOpen(b, path)
			buf := make([][2]float64, 512)
			random := rand.New(rand.NewPCG(5, 6))
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

// riffHeader is what precedes so many bytes of sound, in a file that says no
// more of them than 32 bits hold.
func riffHeader(rateHz, channels, tag, bits int, bytes int64) []byte {
	le := binary.LittleEndian
	h := le.AppendUint32([]byte("RIFF"), uint32(min(bytes+36, 1<<32-1)))
	h = le.AppendUint32(append(h, "WAVEfmt "...), 16)
	return le.AppendUint32(append(wavFields(h, rateHz, channels, tag, bits), "data"...), uint32(min(bytes, 1<<32-1)))
}

// rf64Header is the same of EBU Tech 3306, whose sizes stand in a chunk before.
func rf64Header(rateHz, channels, tag, bits int, bytes int64) []byte {
	le := binary.LittleEndian
	h := le.AppendUint32([]byte("RF64\xff\xff\xff\xffWAVEds64"), 28)
	h = le.AppendUint64(le.AppendUint64(h, uint64(bytes+72)), uint64(bytes))
	h = le.AppendUint32(le.AppendUint64(h, uint64(bytes)/uint64(channels*bits/8)), 0)
	h = le.AppendUint32(append(h, "fmt "...), 16)
	return append(wavFields(h, rateHz, channels, tag, bits), "data\xff\xff\xff\xff"...)
}

func wavFields(h []byte, rateHz, channels, tag, bits int) []byte {
	le := binary.LittleEndian
	h = le.AppendUint16(le.AppendUint16(h, uint16(tag)), uint16(channels))
	h = le.AppendUint32(le.AppendUint32(h, uint32(rateHz)), uint32(rateHz*channels*bits/8))
	return le.AppendUint16(le.AppendUint16(h, uint16(channels*bits/8)), uint16(bits))
}
