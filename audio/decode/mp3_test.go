package decode

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// TestMP3FramesLongerThanTheirRoom: at 22.05 kHz frames are packed anew; clicks
// in noise at a high rate make several that do not fit. Plain stereo, because
// go-mp3 decodes joint stereo of short blocks wrongly (17 dB from ffmpeg's).
func TestMP3FramesLongerThanTheirRoom(t *testing.T) {
	requireTool(t, "lame")
	requireTool(t, "ffmpeg")
	random := rand.New(rand.NewPCG(5, 6))
	frames := make([][2]float64, 3*22050)
	for i := range frames {
		loud := 0.02
		if i%1500 < 40 {
			loud = 0.8
		}
		frames[i] = [2]float64{loud * (2*random.Float64() - 1), loud * (2*random.Float64() - 1)}
	}
	dir := t.TempDir()
	wav, mp3 := filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.mp3")
	writeFile(t, wav, wavFile(22050, 2, frames))
	run(t, "lame", "--quiet", "-m", "s", "-b", "144", "--resample", "22.05", wav, mp3)

	s := mustOpen(t, mp3)
	got, want := testSeek(t, s), ffmpegDecode(t, mp3)
	if d := s.(Damage).Damaged(); d != 0 {
		t.Errorf("%d damaged places in a whole file", d)
	}
	var noise, signal float64
	for i := range min(len(got), len(want)) {
		noise += math.Pow(got[i][0]-want[i][0], 2)
		signal += want[i][0] * want[i][0]
	}
	if dB := 10 * math.Log10(signal/noise); dB < 50 || len(got) != len(want) {
		t.Errorf("%.1f dB from ffmpeg's samples, want 50; length %d of %d", dB, len(got), len(want))
	}
}

// TestMakeRoomKeepsTheData: what moves to the frame before is still read in
// order, from back bytes before each frame's own.
func TestMakeRoomKeepsTheData(t *testing.T) {
	const word = 0xFFF3E000 // MPEG-2 layer III, 22.05 kHz, stereo
	info := make([]byte, 17)
	var frames []mp3Packed
	var all [][]byte
	for i, size := range []int{300, 480, 490} {
		p := newMP3Packed(word)
		data := make([]byte, size)
		for j := range data {
			data[j] = byte(100*i + j)
		}
		p.fill(info, data, 0)
		frames, all = append(frames, p), append(all, data)
	}
	if !makeRoom(frames, 200) {
		t.Fatal("no room, with 221 bytes free in all")
	}
	if makeRoom(frames[:3:3], 256) {
		t.Error("room for more than may lie before a frame")
	}
	var before []byte
	for i, p := range frames {
		got := append(before[max(0, len(before)-p.back):len(before):len(before)], p.body()[:p.own]...)
		if string(got) != string(all[i]) {
			t.Errorf("frame %d: the data changed (%d bytes of %d)", i, len(got), len(all[i]))
		}
		before = p.body()
	}
	if frames[2].free != 200 {
		t.Errorf("%d bytes free, want 200", frames[2].free)
	}
}
