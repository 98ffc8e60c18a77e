package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// foreignFiles are what only ffmpeg reads, with what writes them: IN is a wav
// of testSignal, OUT the file. format is what Info says before the codec.
var foreignFiles = []struct {
	file, format     string
	rateHz, channels int
	encode           string
}{
	{"talk.m4a", "AAC audio in an MP4 container (aac)", 44100, 2, "ffmpeg -v error -i IN -c:a aac -b:a 64k OUT"},
	{"film.mp4", "AAC audio in an MP4 container (aac)", 48000, 1, "ffmpeg -v error -f lavfi -i testsrc=s=64x48:d=1 -i IN -c:v mpeg4 -c:a aac -map 0:v -map 1:a OUT"},
	{"talk.wma", "Windows Media audio (wmav2)", 44100, 1, "ffmpeg -v error -i IN -c:a wmav2 -b:a 64k OUT"},
	{"opus.webm", "a WebM or Matroska file (opus)", 48000, 1, "ffmpeg -v error -i IN -c:a libopus -b:a 24k OUT"},
	{"pipe.webm", "a WebM or Matroska file (opus)", 48000, 1, "ffmpeg -v error -i IN -c:a libopus -live 1 OUT"},
	{"talk.ac3", "AC-3 audio (ac3)", 48000, 1, "ffmpeg -v error -i IN -ar 48000 OUT"},
	{"talk.aiff", "AIFF audio (pcm_s16be)", 16000, 1, "ffmpeg -v error -i IN OUT"},
	{"talk.mp2", "mp2 (mp2)", 44100, 2, "ffmpeg -v error -i IN -c:a mp2 OUT"},
	{"talk.aac", "AAC audio (aac)", 22050, 1, "ffmpeg -v error -i IN -c:a aac OUT"},
	{"talk.ts", "an MPEG transport stream (mp2)", 48000, 2, "ffmpeg -v error -i IN -c:a mp2 OUT"},
	{"adpcm.wav", "wav with ADPCM audio (adpcm_ima_wav)", 16000, 1, "ffmpeg -v error -i IN -c:a adpcm_ima_wav OUT"},
	{"flac.oga", "FLAC audio in an Ogg container (flac)", 16000, 1, "ffmpeg -v error -i IN -c:a flac -f ogg OUT"},
	{"speex.spx", "Speex audio (speex)", 16000, 1, "ffmpeg -v error -i IN -c:a libspeex OUT"},
	{"surround.opus", "Opus audio with 6 channels of mapping family 1 (opus)", 48000, 6, "ffmpeg -v error -i IN -c:a libopus -mapping_family 1 -ac 6 OUT"},
}

// makeForeign writes one of them into dir.
func makeForeign(t *testing.T, dir, file, encode string, rateHz, channels int) string {
	t.Helper()
	in, out := filepath.Join(dir, "in.wav"), filepath.Join(dir, file)
	writeFile(t, in, wavFile(rateHz, min(channels, 2), testSignal(rateHz, rateHz)))
	args := strings.Fields(encode)
	requireTool(t, args[0])
	for i, a := range args {
		args[i] = strings.NewReplacer("IN", in, "OUT", out).Replace(a)
	}
	if args[0] == "ffmpeg" && strings.Contains(encode, "libspeex") {
		if coders, _ := exec.Command("ffmpeg", "-hide_banner", "-encoders").Output(); !bytes.Contains(coders, []byte("libspeex")) {
			t.Skip("this ffmpeg has no encoder of speex")
		}
	}
	run(t, args...)
	return out
}

// plainDecode is what ffmpeg makes of path, without any of our options; of more
// than two channels what it mixes for 16 bits, which does not overflow.
func plainDecode(t *testing.T, path string, channels int) [][2]float64 {
	t.Helper()
	args := []string{"ffmpeg", "-v", "error", "-i", path, "-map", "0:a:0"}
	if channels > 2 {
		args = append(args, "-ac", "2", "-af", "aresample=rematrix_maxval=1")
	}
	raw := run(t, append(args, "-f", "f32le", "-")...)
	given := min(channels, 2)
	frames := make([][2]float64, len(raw)/4/given)
	for i := range frames {
		for c := range 2 {
			at := 4 * (i*given + min(c, given-1))
			frames[i][c] = clip(float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[at:]))))
		}
	}
	return frames
}

// TestForeignFormatsAreExact holds what ffmpeg decodes for us to the rule of
// the others: every sample is that of a plain decoding from the start.
func TestForeignFormatsAreExact(t *testing.T) {
	requireTool(t, "ffmpeg")
	for _, f := range foreignFiles {
		t.Run(f.file, func(t *testing.T) {
			path := makeForeign(t, t.TempDir(), f.file, f.encode, f.rateHz, f.channels)
			want := plainDecode(t, path, f.channels)
			if len(want) == 0 {
				t.Skip("this ffmpeg cannot read it either")
			}
			s := mustOpen(t, path)
			for s.Info().Estimated {
				time.Sleep(time.Millisecond)
			}
			info := s.Info()
			if info.Format != f.format || info.RateHz != f.rateHz || info.Channels != f.channels || info.LengthSamples != int64(len(want)) {
				t.Fatalf("Info = %+v, want %d samples of %s", info, len(want), f.format)
			}
			all := testSeeks(t, s, 200)
			for i := range want {
				if all[i] != want[i] {
					t.Fatalf("sample %d is %v, ffmpeg gives %v", i, all[i], want[i])
				}
			}
		})
	}
}

// TestForeignWhileDecoding seeks before the decoder has come there: nothing may
// depend on how far it is.
func TestForeignWhileDecoding(t *testing.T) {
	requireTool(t, "ffmpeg")
	defer func(d time.Duration) { ffmpegPatience = d }(ffmpegPatience)
	ffmpegPatience = 0
	path := filepath.Join(t.TempDir(), "long.m4a")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=16000:d=300", "-c:a", "alac", path)
	want := plainDecode(t, path, 1)
	random := rand.New(rand.NewPCG(5, 6))
	for range 4 {
		s := mustOpen(t, path)
		for range 10 {
			at := random.Int64N(int64(len(want)) - 4000)
			checkAt(t, s, want, at, 3000)
		}
		s.Close()
	}
}

// checkAt compares n samples at at.
func checkAt(t *testing.T, s Stream, want [][2]float64, at int64, n int) {
	t.Helper()
	if err := s.Seek(at); err != nil {
		t.Fatal(err)
	}
	buf := make([][2]float64, n)
	if got, err := s.Read(buf); got != n || err != nil {
		t.Fatalf("Read after Seek(%d) = %d, %v", at, got, err)
	}
	for i := range buf {
		if buf[i] != want[at+int64(i)] {
			t.Fatalf("Seek(%d): sample %d is %v, want %v", at, at+int64(i), buf[i], want[at+int64(i)])
		}
	}
}

// TestForeignBehindTheSpool: what is not kept is decoded again, the same.
func TestForeignBehindTheSpool(t *testing.T) {
	requireTool(t, "ffmpeg")
	defer func(n int64) { ffmpegSpoolBytes = n }(ffmpegSpoolBytes)
	ffmpegSpoolBytes = 100_000 // of 176,400
	path := makeForeign(t, t.TempDir(), "talk.m4a", "ffmpeg -v error -i IN -c:a aac OUT", 22050, 2)
	want := plainDecode(t, path, 2)
	s := mustOpen(t, path)
	if all := readAll(t, s); len(all) != len(want) {
		t.Fatalf("%d samples, want %d", len(all), len(want))
	}
	for _, at := range []int64{12000, 18000, 15000, 5, 12499, 12500, 17000} {
		checkAt(t, s, want, at, 3000)
	}
}

// TestForeignProcessesEnd: closed in the middle of decoding, a stream leaves no
// process, no goroutine and no file behind.
func TestForeignProcessesEnd(t *testing.T) {
	requireTool(t, "ffmpeg")
	defer func(d time.Duration) { ffmpegPatience = d }(ffmpegPatience)
	ffmpegPatience = 0
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	path := filepath.Join(t.TempDir(), "long.m4a")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=48000:d=600", "-c:a", "alac", path)
	before := runtime.NumGoroutine()
	one, two := mustOpen(t, path), mustOpen(t, path)
	if !two.Info().Estimated {
		t.Log("the decoder was too fast to be stopped in the middle")
	}
	if one.(*ffmpegStream).spool != two.(*ffmpegStream).spool {
		t.Error("two streams of a file decode it twice")
	}
	if samples, _ := one.(Growing).Grown(); samples <= 0 {
		t.Errorf("open with %d samples", samples)
	}
	one.Close()
	var buf [100][2]float64
	if n, err := two.Read(buf[:]); n != len(buf) || err != nil {
		t.Errorf("with the other closed: %d, %v", n, err)
	}
	two.Close()
	two.Close()
	for range 200 {
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines, %d before", n, before)
	}
	children, _ := filepath.Glob("/proc/self/task/*/children")
	for _, c := range children {
		if list, err := os.ReadFile(c); err == nil && len(list) > 0 {
			t.Errorf("children are left: %s", list)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
}

func TestForeignErrors(t *testing.T) {
	requireTool(t, "ffmpeg")
	dir := t.TempDir()
	path := func(name, data string) string {
		p := filepath.Join(dir, name)
		writeFile(t, p, []byte(data))
		return p
	}
	m4a := "\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00" + strings.Repeat("\x00", 80)
	silent := filepath.Join(dir, "silent film.mp4")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:d=1", "-c:v", "mpeg4", silent)
	for _, c := range []struct {
		path   string
		reason Reason
		words  string
	}{
		{path("broken.m4a", m4a), ErrFFmpeg, "moov atom not found"},
		{path("-dash.m4a", m4a), ErrFFmpeg, "moov atom not found"},
		{silent, ErrNoSamples, "holds no samples"},
		{path("song.mid", "MThd\x00\x00\x00\x06\x00\x00"), ErrUnsupported, "MIDI"},
	} {
		_, err := Open(c.path)
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.reason || e.Path != c.path || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v; want %s", filepath.Base(c.path), err, c.reason)
		}
	}
	t.Setenv("PATH", dir)
	_, err := Open(path("talk.m4a", m4a))
	var e *Error
	if !errors.As(err, &e) || e.Reason != ErrNeedsFFmpeg || e.Format != "AAC audio in an MP4 container" || !strings.Contains(err.Error(), "apt install ffmpeg") {
		t.Errorf("without ffmpeg: %v", err)
	}
}

// TestForeignPlaylistsAreNotFollowed: what names other files is no recording,
// whatever ffmpeg would make of it.
func TestForeignPlaylistsAreNotFollowed(t *testing.T) {
	requireTool(t, "ffmpeg")
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret.wav")
	writeFile(t, secret, countingWAV(8000))
	for name, data := range map[string]string{
		"list.m3u8":  "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://" + secret + "\n#EXT-X-ENDLIST\n",
		"list.m4a":   "ffconcat version 1.0\nfile " + secret + "\n",
		"remote.m4a": "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n",
	} {
		path := filepath.Join(dir, name)
		writeFile(t, path, []byte(data))
		var e *Error
		if _, err := Open(path); !errors.As(err, &e) || e.Reason != ErrNotAudio {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestForeignFileThatBreaksOff keeps its promise known.
func TestForeignFileThatBreaksOff(t *testing.T) {
	requireTool(t, "ffmpeg")
	path := makeForeign(t, t.TempDir(), "whole.mkv", "ffmpeg -v error -stream_loop 9 -i IN -c:a libvorbis OUT", 16000, 1)
	data := readFile(t, path)
	cut := path + ".cut.mkv"
	writeFile(t, cut, data[:len(data)/2])
	whole, s := mustOpen(t, path), mustOpen(t, cut)
	for whole.Info().Estimated || s.Info().Estimated {
		time.Sleep(time.Millisecond)
	}
	if got := whole.Info(); got.PromisedSamples != 0 {
		t.Errorf("the whole one promises %d of %d", got.PromisedSamples, got.LengthSamples)
	}
	if got := s.Info(); got.PromisedSamples < whole.Info().LengthSamples-1000 || got.LengthSamples > 100000 || got.LengthSamples < 50000 {
		t.Errorf("cut: %d of %d promised", got.LengthSamples, got.PromisedSamples)
	}
	testSeek(t, s)
	if n, err := s.Read(make([][2]float64, 1)); n > 1 || err != nil && err != io.EOF {
		t.Errorf("at the end: %d, %v", n, err)
	}
}
