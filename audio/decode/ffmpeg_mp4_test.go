package decode

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestForeignJumps begins far ahead of the decoder: where a container is steady
// the samples are those of a decoding from the start, and where it is not, or is
// only said to be, that is known.
func TestForeignJumps(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	requireTool(t, "ffmpeg")
	t.Cleanup(func() { ffmpegSpoolBytes = 4 << 30 })
	ffmpegSpoolBytes = 20 * 16000 * 4 // so that jumps are needed however fast the decoder is
	noise := "-f lavfi -i anoisesrc=r=16000:c=pink:d=60,tremolo=f=1:d=0.9 "
	// Noise that is only described would be made up anew.
	for _, c := range []struct {
		name, args string
		steady     bool
	}{
		{"aac.m4a", noise + "-c:a aac -aac_pns 0 -b:a 24k", true},
		{"alac.m4a", noise + "-c:a alac -movflags +faststart", true},
		{"film.mp4", "-f lavfi -i testsrc=s=64x48:r=5:d=60 " + noise + "-c:v mpeg4 -c:a aac -aac_pns 0", true},
		{"fragments.mp4", noise + "-c:a aac -aac_pns 0 -movflags +frag_keyframe+empty_moov -frag_duration 1000000", false},
		{"late.mp4", "-f lavfi -i testsrc=s=64x48:r=5:d=60 -itsoffset 0.7 " + noise + "-c:v mpeg4 -c:a aac -aac_pns 0", false},
		{"gap.m4a", noise + "-af aselect=not(between(t\\,30\\,40)) -c:a aac -aac_pns 0", false},
		{"aac.mkv", noise + "-c:a aac -aac_pns 0", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), c.name)
			run(t, append(strings.Fields("ffmpeg -v error "+c.args), path)...)
			want := plainDecode(t, path, 1)
			s := mustOpen(t, path)
			if got := s.(*ffmpegStream).spool.probe.steady; got != c.steady {
				t.Fatalf("steady: %t", got)
			}
			s.(*ffmpegStream).Jump()
			random := rand.New(rand.NewPCG(7, 8))
			for range 3 {
				checkAt(t, s, want, random.Int64N(int64(len(want))-3000), 3000)
			}
			checkAt(t, s, want, int64(len(want))-2000, 2000)
		})
	}
}

// TestFragmentsBehindATrackAreSeen: a file may begin with a table of equal frames
// and go on in fragments, of which a box behind the tracks tells.
func TestFragmentsBehindATrackAreSeen(t *testing.T) {
	requireTool(t, "ffmpeg")
	path := filepath.Join(t.TempDir(), "plain.m4a")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=16000:d=3", "-c:a", "aac", path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	steady := func() bool { return mp4Steady(bytes.NewReader(data), int64(len(data)), 16000) }
	if !steady() {
		t.Fatal("the plain file is not steady")
	}
	moov := bytes.LastIndex(data, []byte("moov")) - 4 // the last box of the file
	if size := binary.BigEndian.Uint32(data[moov:]); int(size) != len(data)-moov {
		t.Fatalf("moov has %d of %d bytes: it is not the last", size, len(data)-moov)
	}
	data = append(data, 0, 0, 0, 8, 'm', 'v', 'e', 'x')
	binary.BigEndian.PutUint32(data[moov:], uint32(len(data)-moov))
	if steady() {
		t.Error("a file with fragments is steady")
	}
}

// TestForeignDelayIsKnown: Apple's encoder has another delay than ffmpeg's.
func TestForeignDelayIsKnown(t *testing.T) {
	requireTool(t, "ffmpeg")
	path := filepath.Join(t.TempDir(), "apple.m4a")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "anoisesrc=r=44100:c=pink:d=30", "-c:a", "aac", "-aac_pns", "0", path)
	data := readFile(t, path)
	at := bytes.Index(data, []byte("elst")) + 16 // version, entries, length
	if got := binary.BigEndian.Uint32(data[at:]); got != 1024 {
		t.Skipf("this ffmpeg writes a delay of %d", got)
	}
	binary.BigEndian.PutUint32(data[at:], 2112)
	writeFile(t, path, data)
	want := plainDecode(t, path, 1)
	s := mustOpen(t, path).(*ffmpegStream)
	if !s.spool.probe.steady {
		t.Fatal("not steady")
	}
	table := data[bytes.Index(data, []byte("moov"))-4:]
	for i, random := 0, rand.New(rand.NewPCG(9, 10)); i < 2000; i++ { // nor does nonsense hurt
		bad := bytes.Clone(table)
		for range 1 + random.IntN(8) {
			bad[random.IntN(min(len(bad), 600))] = byte(random.Uint32())
		}
		mp4Steady(bytes.NewReader(bad), int64(len(bad)), 44100)
	}
	for _, from := range []int64{0, 44099, 44100, 100_001, 700_000} {
		tail, err := startFFmpegTail(s.spool.source, s.spool.probe, from, true)
		if err != nil {
			t.Fatal(err)
		}
		p, got := make([]byte, 4*5000), make([][2]float64, 5000)
		n, err := tail.read(p)
		if n != len(got) || err != nil {
			t.Fatal(n, err)
		}
		tail.close()
		ffmpegFrames(got, p, 1)
		for i := range got {
			if got[i] != want[from+int64(i)] {
				t.Fatalf("from %d: sample %d is %v, want %v", from, i, got[i], want[from+int64(i)])
			}
		}
	}
}

// TestForeignJumpsKeepThePlace: with noise made up anew, what is told exactly is
// where it was.
func TestForeignJumpsKeepThePlace(t *testing.T) {
	requireTool(t, "ffmpeg")
	path := filepath.Join(t.TempDir(), "noisy.m4a")
	run(t, "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "aevalsrc=0.4*sin(2*PI*(300+20*t)*t)+0.05*(random(0)-0.5):s=16000:d=60",
		"-c:a", "aac", "-b:a", "24k", path)
	want := plainDecode(t, path, 1)
	s := mustOpen(t, path).(*ffmpegStream)
	for _, from := range []int64{250_000, 500_001, 800_003} {
		tail, err := startFFmpegTail(s.spool.source, s.spool.probe, from, true)
		if err != nil {
			t.Fatal(err)
		}
		p, got := make([]byte, 4*8000), make([][2]float64, 8000)
		tail.read(p)
		tail.close()
		ffmpegFrames(got, p, 1)
		for shift := int64(-1); shift <= 1; shift++ {
			signal, noise := 0.0, 0.0
			for i, v := range got {
				w := want[from+shift+int64(i)][0]
				signal, noise = signal+w*w, noise+(v[0]-w)*(v[0]-w)
			}
			if here := signal > 100*noise; here != (shift == 0) {
				t.Errorf("from %d, shifted by %d: signal to noise %.1f dB", from, shift, 10*math.Log10(signal/noise))
			}
		}
	}
}
