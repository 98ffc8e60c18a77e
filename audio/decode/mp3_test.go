package decode

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"testing"
)

// clicksAndTones is what makes an encoder use all it has: tones and a little
// noise, in which every 30 ms or so something clicks, as castanets do, on the
// left, on the right or on both. The channels have something in common and
// something of their own.
func clicksAndTones(rateHz, samples int) [][2]float64 {
	random := rand.New(rand.NewPCG(5, 6))
	frames := testSignal(rateHz, samples)
	loud, next := [2]float64{}, 0
	for i := range frames {
		if i == next {
			side := random.IntN(3)
			for c := range 2 {
				if side == c || side == 2 {
					loud[c] = 0.45
				}
			}
			next = i + rateHz/100 + random.IntN(rateHz/25)
		}
		noise := 2*random.Float64() - 1
		for c := range 2 {
			own := 2*random.Float64() - 1
			frames[i][c] = 0.4*frames[i][0] + 0.2*frames[i][c] + (loud[c]+0.005)*(noise+own)/2
			loud[c] *= 1 - 300/float64(rateHz)
		}
	}
	return frames
}

// differ compares the channels that there are, and gives the greatest
// difference and the ratio of signal to noise in dB.
func differ(got, want [][2]float64, channels int) (worst, dB float64) {
	var noise, signal float64
	for i := range min(len(got), len(want)) {
		for c := range channels {
			d := got[i][c] - want[i][c]
			worst = max(worst, math.Abs(d))
			noise += d * d
			signal += want[i][c] * want[i][c]
		}
	}
	return worst, 10 * math.Log10(signal/(noise+1e-30))
}

// lameCases are every sample rate of the three versions with what is different
// in each, and every way to divide bits and channels.
var lameCases = func() (cases [][]string) {
	for _, rate := range []struct {
		kHz  string
		kbps []string
	}{
		{"48", []string{"64", "320"}}, {"44.1", []string{"128"}}, {"32", []string{"32", "160"}},
		{"24", []string{"40"}}, {"22.05", []string{"16", "144"}}, {"16", []string{"32", "160"}},
		{"12", []string{"32"}}, {"11.025", []string{"48"}}, {"8", []string{"8", "64"}},
	} {
		for i, mode := range []string{"s", "j", "m"} {
			kbps := rate.kbps[i%len(rate.kbps)]
			cases = append(cases, []string{"--resample", rate.kHz, "-m", mode, "-b", kbps})
		}
	}
	return append(cases,
		[]string{"-m", "f", "-b", "96"}, []string{"-V", "2"}, []string{"-V", "9.5"}, []string{"--abr", "100"},
		[]string{"--allshort", "-b", "128"}, []string{"--resample", "16", "--allshort", "-m", "j", "-b", "64"},
		[]string{"-p", "-b", "56"}, []string{"--nores", "-b", "64"}, []string{"-t", "-V", "6"})
}()

// TestMP3SameSamplesAsFFmpeg decodes what LAME encodes; both decoders work with
// single precision, so that they differ by some 1e-6.
func TestMP3SameSamplesAsFFmpeg(t *testing.T) {
	requireTool(t, "lame")
	requireTool(t, "ffmpeg")
	wav := filepath.Join(t.TempDir(), "in.wav")
	writeFile(t, wav, wavFile(44100, 2, clicksAndTones(44100, 30000)))
	for i, args := range lameCases {
		t.Run(fmt.Sprint(args), func(t *testing.T) {
			t.Parallel()
			mp3 := filepath.Join(t.TempDir(), strconv.Itoa(i)+".mp3")
			run(t, append(append([]string{"lame", "--quiet"}, args...), wav, mp3)...)
			s := mustOpen(t, mp3)
			got, want := readAll(t, s), ffmpegDecode(t, mp3)
			if worst, dB := differ(got, want, s.Info().Channels); worst > 1e-5 || dB < 100 || len(got) != len(want) {
				t.Errorf("at most %.2g and %.1f dB from ffmpeg's, want 1e-5 and 100 dB; length %d of %d", worst, dB, len(got), len(want))
			}
			if d := s.(Damage).Damaged(); d != 0 {
				t.Errorf("%d damaged places in a whole file", d)
			}
		})
	}
}

// TestMP3BandsOf24kHz: there ffmpeg 5.1 divides the bands 17 and 18 at line 330,
// LAME, which wrote the file, at 332. LAME's decoder writes 16 bits.
func TestMP3BandsOf24kHz(t *testing.T) {
	requireTool(t, "lame")
	dir := t.TempDir()
	wav, mp3, back := filepath.Join(dir, "in.wav"), filepath.Join(dir, "out.mp3"), filepath.Join(dir, "back.wav")
	writeFile(t, wav, wavFile(24000, 1, clicksAndTones(24000, 24000)))
	run(t, "lame", "--quiet", "-m", "m", "-b", "64", wav, mp3)
	run(t, "lame", "--quiet", "--decode", mp3, back)
	got, want := readAll(t, mustOpen(t, mp3)), readAll(t, mustOpen(t, back))
	if worst, _ := differ(got, want, 1); worst > 1.1/32768 || len(got) != len(want) {
		t.Errorf("at most %.3g from LAME's, want a step of 16 bits; length %d of %d", worst, len(got), len(want))
	}
}

// TestMP3SeekIsExactFarBack seeks where data begin farthest back: many small
// frames between large ones.
func TestMP3SeekIsExactFarBack(t *testing.T) {
	requireTool(t, "lame")
	wav := filepath.Join(t.TempDir(), "in.wav")
	writeFile(t, wav, wavFile(44100, 2, clicksAndTones(44100, 2*44100)))
	for i, args := range [][]string{
		{"-b", "128"}, {"-V", "7"}, {"--resample", "24", "-m", "s", "-b", "8"}, {"--resample", "8", "-m", "m", "-b", "16"},
		{"--resample", "22.05", "-V", "5"},
	} {
		t.Run(fmt.Sprint(args), func(t *testing.T) {
			t.Parallel()
			mp3 := filepath.Join(t.TempDir(), strconv.Itoa(i)+".mp3")
			run(t, append(append([]string{"lame", "--quiet"}, args...), wav, mp3)...)
			s := mustOpen(t, mp3)
			for range 4 { // 60 random seeks each, and those to the borders
				if err := s.Seek(0); err != nil {
					t.Fatal(err)
				}
				testSeek(t, s)
			}
		})
	}
}
