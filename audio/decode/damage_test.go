package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readDamaged reads all of s, which must keep its length, and counts the samples
// that differ from want; a position that moved makes nearly all of them differ.
func readDamaged(t *testing.T, s Stream, want [][2]float64) (differing, silent int) {
	t.Helper()
	got := readAll(t, s)
	if len(got) != len(want) {
		t.Fatalf("length %d after damage, %d before", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			differing++
			if got[i] == ([2]float64{}) {
				silent++
			}
		}
	}
	return differing, silent
}

// TestDamageIsSilenceOfTheSameLength overwrites bytes in the middle: what lies
// around must stay in its place, bit for bit.
func TestDamageIsSilenceOfTheSameLength(t *testing.T) {
	for _, c := range []struct {
		file  string
		from  float64 // share of the file
		bytes int
		most  int // samples that may change
	}{
		{"mono16k.flac", 0.5, 40, 576},
		{"stereo24k.flac", 0.9, 700, 4 * 512},
		{"cbr16k.mp3", 0.5, 200, 8 * 576},
		{"vbr44k.mp3", 0.5, 200, 8 * 1152},
		{"crc48k.mp3", 0.4, 300, 6 * 1152},
		{"bare22k.mp3", 0.5, 250, 8 * 576},
		{"pages16k.ogg", 0.82, 30, 8000},
		{"pages16k.ogg", 0.7, 30, 4096}, // the first page of sound
		{"celt.opus", 0.5, 30, 30000},   // nor does CELT before half a second
		{"hybrid.opus", 0.6, 30, 70000}, // SILK never quite forgets a lost page
	} {
		t.Run(c.file, func(t *testing.T) {
			data := readFile(t, filepath.Join("testdata", c.file))
			whole, err := openBytes(c.file, data)
			if err != nil {
				t.Fatal(err)
			}
			want := readAll(t, whole)
			broken := bytes.Clone(data)
			at := int(c.from * float64(len(data)))
			for i := range c.bytes {
				broken[at+i] = 0x55
			}
			s, err := openBytes(c.file, broken)
			if err != nil {
				t.Fatal(err)
			}
			differing, silent := readDamaged(t, s, want)
			if differing == 0 || differing > c.most || silent == 0 {
				t.Errorf("%d samples differ (%d silent), want 1 to %d", differing, silent, c.most)
			}
			if s.(Damage).Damaged() == 0 {
				t.Error("the damage was not reported")
			}
			if s, err = openBytes(c.file, broken); err != nil {
				t.Fatal(err)
			}
			testSeek(t, s)
		})
	}
}

// TestTruncatedFileIsReadAsFarAsItGoes: the length is what can be delivered,
// whatever the header promises.
func TestTruncatedFileIsReadAsFarAsItGoes(t *testing.T) {
	for _, f := range fixtures {
		t.Run(f.file, func(t *testing.T) {
			data := readFile(t, filepath.Join("testdata", f.file))
			whole, err := openBytes(f.file, data)
			if err != nil {
				t.Fatal(err)
			}
			want := readAll(t, whole)
			s, err := openBytes(f.file, data[:len(data)*9/10])
			var e *Error
			if errors.As(err, &e) && isOggFormat(f.format) && e.Reason == ErrNoSamples {
				return // the whole fixture is one page of sound
			}
			if err != nil {
				t.Fatal(err)
			}
			got := testSeek(t, s)
			if len(got) >= len(want) || len(got) < len(want)/2 {
				t.Fatalf("length %d of %d after cutting a tenth", len(got), len(want))
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("sample %d of %d is %v, in the whole file %v", i, len(got), got[i], want[i])
				}
			}
		})
	}
}

// TestFlacOfUnknownLength: encoders that write to a pipe leave 0 as the total.
func TestFlacOfUnknownLength(t *testing.T) {
	data := readFile(t, filepath.Join("testdata", "mono16k.flac"))
	packed := binary.BigEndian.Uint64(data[18:])
	binary.BigEndian.PutUint64(data[18:], packed&^(1<<36-1))
	s, err := openBytes("pipe.flac", data)
	if err != nil {
		t.Fatal(err)
	}
	if got := int64(len(testSeek(t, s))); got != 9000 {
		t.Errorf("length %d, want 9000", got)
	}
}

func TestTagsAroundTheSoundTakeNoTime(t *testing.T) {
	id3 := append([]byte("ID3\x04\x00\x00\x00\x00\x02\x00"), make([]byte, 256)...)
	tail := append([]byte("TAG"), make([]byte, 125)...)
	for _, file := range []string{"vbr44k.mp3", "bare22k.mp3", "mono16k.flac"} {
		data := readFile(t, filepath.Join("testdata", file))
		whole, err := openBytes(file, data)
		if err != nil {
			t.Fatal(err)
		}
		s, err := openBytes(file, bytes.Join([][]byte{id3, id3, data, tail}, nil))
		if err != nil {
			t.Fatal(err)
		}
		if differing, _ := readDamaged(t, s, readAll(t, whole)); differing != 0 {
			t.Errorf("%s: %d samples differ behind a tag", file, differing)
		}
	}
}

// failingReader fails behind byte limit, as a disk does.
type failingReader struct {
	io.ReaderAt
	limit int64
}

func (r *failingReader) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > r.limit {
		return 0, errors.New("bad sector")
	}
	return r.ReaderAt.ReadAt(p, at)
}

func TestReadErrorIsToldAndSeekRecovers(t *testing.T) {
	data := countingWAV(200000)
	r := &failingReader{bytes.NewReader(data), int64(len(data))}
	s, err := open(&input{path: "disk.wav", r: r, size: int64(len(data)), close: func() error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	r.limit = 100000
	buf := make([][2]float64, 200000)
	n, err := s.Read(buf)
	var e *Error
	if !errors.As(err, &e) || e.Reason != ErrRead || e.Path != "disk.wav" || n == 0 {
		t.Fatalf("Read = %d, %v; want a read error behind some samples", n, err)
	}
	if err := s.Seek(10); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Read(buf[:1]); n != 1 || err != nil || buf[0][0]*32768 != 10 {
		t.Errorf("after Seek: %d, %v, %v", n, err, buf[0])
	}
}

func TestErrorsSayWhatAndWhatToDo(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data string) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, []byte(data))
		return path
	}
	mp3 := string(readFile(t, filepath.Join("testdata", "vbr44k.mp3")))
	for _, c := range []struct {
		path   string
		reason Reason
		words  []string // that the sentence must hold
	}{
		{filepath.Join(dir, "none.mp3"), ErrNotFound, []string{"none.mp3", "does not exist"}},
		{dir, ErrDirectory, []string{"is a folder"}},
		{file("empty.wav", ""), ErrEmpty, []string{"empty.wav", "0 bytes"}},
		{file("text.mp3", "Dear diary,\nwe spoke for an hour.\n"), ErrNotAudio, []string{"text.mp3", "not a recording", "holds text"}},
		{file("zero.bin", strings.Repeat("\x00", 5000)), ErrNotAudio, []string{"expected wav, flac, mp3"}},
		{file("my talk.mid", "MThd\x00\x00\x00\x06\x00\x00"), ErrUnsupported,
			[]string{"a MIDI file", "convert it first: ffmpeg -i '" + dir + "/my talk.mid' '" + dir + "/my talk.flac'"}},
		{file("a.opus", string(oggPageBytes(2, 0, 1, 0, [][]byte{[]byte("OpusHead\x01\x01")}))), ErrDamaged, []string{"identification header"}},
		{file("short.wav", "RIFF\x00\x00\x00\x00WAVE"), ErrDamaged, []string{"expected a chunk"}},
		{file("none.wav", string(wavFile(8000, 1, nil))), ErrNoSamples, []string{"holds no samples"}},
		{file("bad.flac", "fLaC\x00\x00\x00\x22"), ErrDamaged, []string{"bad.flac", "STREAMINFO"}},
		{file("short.mp3", mp3[:600]), ErrNoSamples, []string{"short.mp3"}},
		{file("free.mp3", strings.Repeat("\xFF\xFB\x00\x44"+strings.Repeat("\x00", 640), 20)), ErrFreeFormat,
			[]string{"free.mp3", "lame --decode " + dir + "/free.mp3 " + dir + "/free.wav"}},
		{file("bell\a.mp3", "x"), ErrNotAudio, []string{`bell\a.mp3`}},
	} {
		_, err := Open(c.path)
		var e *Error
		if !errors.As(err, &e) || e.Reason != c.reason {
			t.Errorf("%s: %v; want reason %s", filepath.Base(c.path), err, c.reason)
			continue
		}
		for _, w := range c.words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q does not say %q", filepath.Base(c.path), err, w)
			}
		}
	}
	locked := file("locked.wav", string(countingWAV(5)))
	if err := os.Chmod(locked, 0); err != nil {
		t.Fatal(err)
	}
	if f, err := os.Open(locked); err == nil {
		f.Close() // we are root: nothing is forbidden
		return
	}
	var e *Error
	if _, err := Open(locked); !errors.As(err, &e) || e.Reason != ErrPermission {
		t.Errorf("locked file: %v", err)
	}
}

// oggPageBytes writes one Ogg page of whole packets.
func oggPageBytes(flags byte, granule int64, serial, number uint32, packets [][]byte) []byte {
	le := binary.LittleEndian
	page := append([]byte("OggS\x00"), flags)
	page = le.AppendUint64(page, uint64(granule))
	page = le.AppendUint32(page, serial)
	page = le.AppendUint32(page, number)
	page = append(page, 0, 0, 0, 0)
	var lacing []byte
	for _, p := range packets {
		n := len(p)
		for ; n >= 255; n -= 255 {
			lacing = append(lacing, 255)
		}
		lacing = append(lacing, byte(n))
	}
	page = append(append(page, byte(len(lacing))), lacing...)
	page = append(page, bytes.Join(packets, nil)...)
	le.PutUint32(page[22:], oggSum(page))
	return page
}
