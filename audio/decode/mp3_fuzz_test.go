package decode

import (
	"io"
	"math/rand/v2"
	"testing"
)

// FuzzMP3SeekIsExact holds damaged streams to the rule of whole ones, too: what
// a seek gives is what reading from the start gives. It begins with streams that
// have all that there is in layer III.
func FuzzMP3SeekIsExact(f *testing.F) {
	for i, header := range []uint32{0xFFFBE000, 0xFFFBE400, 0xFFF3E000, 0xFFE3E800} {
		w := mp3Writer{random: rand.New(rand.NewPCG(8, uint64(i))), header: header, short: true, mixed: true, joint: true, quiet: 180}
		f.Add(w.stream(f, 6), uint16(700*i+100))
	}
	f.Fuzz(func(t *testing.T, data []byte, at uint16) {
		fuzzStream(t, data)
		s, err := openBytes("fuzz.mp3", data)
		if err != nil || s.Info().Format != "mp3" || s.Info().LengthSamples > 1<<17 {
			return
		}
		all := make([][2]float64, s.Info().LengthSamples)
		if n, err := s.Read(all); n < len(all) || err != nil && err != io.EOF {
			t.Fatalf("Read = %d of %d, %v", n, len(all), err)
		}
		from := min(int(at), len(all))
		if err := s.Seek(int64(from)); err != nil {
			t.Fatal(err)
		}
		again := make([][2]float64, len(all)-from)
		if n, err := s.Read(again); n < len(again) || err != nil && err != io.EOF {
			t.Fatalf("Read after Seek = %d of %d, %v", n, len(again), err)
		}
		for i, v := range again {
			if v != all[from+i] {
				t.Fatalf("Seek(%d): sample %d is %v, read from the start it is %v", from, from+i, v, all[from+i])
			}
		}
	})
}
