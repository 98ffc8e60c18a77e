package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"path/filepath"
	"testing"
)

// longMP3 repeats the frames of a fixture until the file is longer than what is
// walked before it opens. Its tag says that there are extra frames more than
// there are; with tagged false it has none.
func longMP3(t *testing.T, tagged bool, extra int64) (data []byte, frames int64) {
	t.Helper()
	short := readFile(t, filepath.Join("testdata", "vbr44k.mp3"))
	h, ok := parseMP3Header(short)
	if !ok {
		t.Fatal("the fixture does not begin with a frame")
	}
	head, body := bytes.Clone(short[:h.size()]), short[h.size():]
	x := newMP3Index(&input{r: bytes.NewReader(body), size: int64(len(body))}, mp3Frame{header: h}, false)
	if err := x.scan(math.MaxInt64); err != nil {
		t.Fatal(err)
	}
	times := (mp3ScanFirst+4<<20)/len(body) + 1
	frames = x.count() * int64(times)
	if !tagged {
		return bytes.Repeat(body, times), frames
	}
	at := 4 + h.sideSize() + 8
	binary.BigEndian.PutUint32(head[at:], uint32(frames+extra))
	binary.BigEndian.PutUint32(head[at+4:], uint32(len(head)+times*len(body)))
	return append(head, bytes.Repeat(body, times)...), frames
}

// TestMP3OpensBeforeItIsIndexed: what is read and sought before the index is
// complete is what is read behind, and the length is in the end what there is,
// whatever the tag says.
func TestMP3OpensBeforeItIsIndexed(t *testing.T) {
	plain, frames := longMP3(t, false, 0)
	whole, err := openBytes("plain.mp3", plain)
	if err != nil {
		t.Fatal(err)
	}
	if i := whole.Info(); i.Estimated || i.LengthSamples != frames*1152 {
		t.Fatalf("without a tag: %+v, want %d frames, at once", i, frames)
	}
	for _, extra := range []int64{0, 5, -5} {
		data, frames := longMP3(t, true, extra)
		s, err := openBytes("long.mp3", data)
		if err != nil {
			t.Fatal(err)
		}
		src := s.(*mp3Stream).src
		delay, padding := src.tag.delay, src.tag.padding
		length := frames*1152 - delay
		if extra == 0 {
			length -= padding
		}
		for _, at := range []int64{0, length - 4000, length / 2} {
			if err := s.Seek(at); err != nil {
				t.Fatal(err)
			}
			if err := whole.Seek(at + delay); err != nil {
				t.Fatal(err)
			}
			got, want := make([][2]float64, 3000), make([][2]float64, 3000)
			n, err := s.Read(got)
			if _, err2 := whole.Read(want); err != nil || err2 != nil || n != len(got) {
				t.Fatalf("Read at %d = %d, %v, %v", at, n, err, err2)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("extra %d: sample %d is %v, without a tag %v", extra, at+int64(i), got[i], want[i])
				}
			}
		}
		if err := s.Seek(length - 100); err != nil {
			t.Fatal(err)
		}
		if n := len(readAll(t, s)); n != 100 {
			t.Errorf("extra %d: %d samples behind the last 100", extra, n)
		}
		if i := s.Info(); i.Estimated || i.LengthSamples != length {
			t.Errorf("extra %d: %+v, want length %d", extra, i, length)
		}
		s.Close()
	}
}

// TestMP3WithoutATagOpensBeforeItIsIndexed: where the bit rate is constant. What
// only looks like that is walked before it opens, or corrected behind.
func TestMP3WithoutATagOpensBeforeItIsIndexed(t *testing.T) {
	frame, h := silentMP3Frame(t)
	const n = mp3ScanFirst/2/288 + 20000 // two of them are longer than what is walked at first
	half := bytes.Repeat(frame, n)
	id3 := append([]byte("TAG"), make([]byte, 125)...)
	odd := make([]byte, 100) // neither a frame nor a multiple of frames long
	other := bytes.Clone(frame)
	other[2] = other[2]&0x0F | 7<<4 // 56 kbit/s
	other = other[:252]
	for _, c := range []struct {
		name   string
		data   [][]byte
		early  bool
		frames int64
	}{
		{"constant", [][]byte{half, half}, true, 2 * n},
		{"tag at the end", [][]byte{half, half, id3}, true, 2 * n},
		{"breaks off", [][]byte{half, half, frame[:200]}, true, 2 * n},
		{"bytes in the middle", [][]byte{half, odd, half}, false, 2 * n},
		{"another rate in the middle", [][]byte{half, bytes.Repeat(other, 100000), half}, false, 2*n + 100000},
		{"a frame's length of bytes", [][]byte{half, half[:144*288], make([]byte, 288), half[144*288:]}, true, 2*n + 1},
	} {
		data := bytes.Join(c.data, nil)
		x := newMP3Index(&input{r: bytes.NewReader(data), size: int64(len(data))}, mp3Frame{header: h}, false)
		frames, early, err := x.steady(&input{r: bytes.NewReader(data), size: int64(len(data))})
		if err != nil || early != c.early || early && frames != c.frames {
			t.Errorf("%s: %d frames, %v, %v; want %d, %v", c.name, frames, early, err, c.frames, c.early)
		}
		s, err := openBytes("long.mp3", data)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := s.Seek(s.Info().LengthSamples - 100); err != nil {
			t.Fatal(err)
		}
		if got := len(readAll(t, s)); got != 100 {
			t.Errorf("%s: %d samples behind the last 100", c.name, got)
		}
		if i := s.Info(); i.Estimated || i.LengthSamples != c.frames*h.samples() || i.PromisedSamples != 0 {
			t.Errorf("%s: %+v, want %d frames", c.name, i, c.frames)
		}
		s.Close()
	}
}

// silentMP3Frame is a frame of 64 kbit/s at 16 kHz, 288 bytes, without sound.
func silentMP3Frame(t *testing.T) ([]byte, mp3Header) {
	t.Helper()
	frame := append([]byte{0xFF, 0xF3, 8 << 4, 0xC0}, make([]byte, 284)...)
	frame[2] |= 2 << 2
	h, ok := parseMP3Header(frame)
	if !ok || h.size() != len(frame) || h.kbps != 64 || h.rateHz != 16000 {
		t.Fatalf("header %+v", h)
	}
	return frame, h
}

// TestMP3CloseEndsTheIndex: closing does not wait for the whole file.
func TestMP3CloseEndsTheIndex(t *testing.T) {
	data, _ := longMP3(t, true, 0)
	s, err := openBytes("long.mp3", data)
	if err != nil {
		t.Fatal(err)
	}
	if i := s.Info(); i.LengthSamples != i.PromisedSamples {
		t.Errorf("%+v, want the promised length", i)
	}
	s.Close()
	select {
	case <-s.(*mp3Stream).src.index.done:
	default:
		t.Error("still walking behind Close")
	}
}

// TestMP3OverviewShowsWhereSpeechIs: over tenths of a second the estimate goes
// with the level, and it covers each sample once.
func TestMP3OverviewShowsWhereSpeechIs(t *testing.T) {
	requireTool(t, "lame")
	dir := t.TempDir()
	const rate = 16000
	frames := clicksAndTones(rate, 12*rate)
	for i := range frames { // words and silences, 40 dB apart
		loud := math.Pow(10, -1+math.Sin(2*math.Pi*float64(i)/rate*0.7))
		frames[i] = [2]float64{frames[i][0] * loud / 2, frames[i][1] * loud / 2}
	}
	wav := filepath.Join(dir, "in.wav")
	writeFile(t, wav, wavFile(rate, 2, frames))
	for _, args := range [][]string{{"-b", "48"}, {"-V", "6"}, {"-V", "4", "--resample", "44.1"}} {
		mp3 := filepath.Join(dir, "out.mp3")
		run(t, append(append([]string{"lame", "--quiet"}, args...), wav, mp3)...)
		s := mustOpen(t, mp3)
		all := readAll(t, s)
		var got, want []float64 // dB
		var power, true2 float64
		next, count := int64(0), int64(0)
		err := s.(Overviewer).Overview(context.Background(), func(from, samples int64, level float32) bool {
			if from != next || samples <= 0 || !(level >= 0 && level <= 1) {
				t.Fatalf("%d samples of level %v at %d, expected from %d", samples, level, from, next)
			}
			next = from + samples
			power, count = power+float64(level)*float64(level)*float64(samples), count+samples
			for _, f := range all[from:next] {
				true2 += (f[0]*f[0] + f[1]*f[1]) / 2
			}
			if count >= int64(s.Info().RateHz)/10 {
				got = append(got, 10*math.Log10(power/float64(count)+1e-9))
				want = append(want, 10*math.Log10(true2/float64(count)+1e-9))
				power, true2, count = 0, 0, 0
			}
			return true
		})
		if err != nil || next != s.Info().LengthSamples {
			t.Errorf("%v: %v, covers %d of %d samples", args, err, next, s.Info().LengthSamples)
		}
		if r := correlation(got, want); r < 0.8 {
			t.Errorf("%v: correlation %.3f of %d levels, want 0.8", args, r, len(got))
		}
	}
}

func correlation(x, y []float64) float64 {
	var sx, sy, xx, yy, xy float64
	n := float64(len(x))
	for i := range x {
		sx, sy = sx+x[i]/n, sy+y[i]/n
	}
	for i := range x {
		xx, yy, xy = xx+(x[i]-sx)*(x[i]-sx), yy+(y[i]-sy)*(y[i]-sy), xy+(x[i]-sx)*(y[i]-sy)
	}
	return xy / math.Sqrt(xx*yy)
}

func TestMP3OverviewEndsWhenAsked(t *testing.T) {
	s := openFixture(t, "vbr44k.mp3").(Overviewer)
	calls := 0
	if err := s.Overview(context.Background(), func(int64, int64, float32) bool { calls++; return calls < 3 }); err != nil || calls != 3 {
		t.Errorf("%v after %d calls, want 3", err, calls)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Overview(ctx, func(int64, int64, float32) bool { return true }); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}
