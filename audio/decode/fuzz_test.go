package decode

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"testing"
)

// fuzzStream holds what every input must hold: an *Error or a stream whose
// figures make sense, that ends where it says and can be sought.
func fuzzStream(t *testing.T, data []byte) {
	const most = 1 << 16 // samples; a few bytes may claim years of silence
	s, err := openBytes("fuzz", data)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || e.Reason == "" || e.Error() == "" {
			t.Fatalf("error without a reason: %v", err)
		}
		return
	}
	info := s.Info()
	if info.LengthSamples <= 0 || info.PromisedSamples < 0 || info.PromisedSamples > maxLength || info.RateHz <= 0 || info.Channels <= 0 {
		t.Fatalf("Info = %+v", info)
	}
	buf := make([][2]float64, 1000)
	for _, at := range []int64{0, info.LengthSamples / 2, max(0, info.LengthSamples-1500), 1} {
		if err := s.Seek(at); err != nil {
			t.Fatal(err)
		}
		for read := int64(0); read < most; {
			n, err := s.Read(buf)
			read += int64(n)
			for _, f := range buf[:n] {
				if !(f[0] >= -1 && f[0] <= 1 && f[1] >= -1 && f[1] <= 1) {
					t.Fatalf("sample %v at %d", f, at)
				}
			}
			if err == io.EOF && at+read != info.LengthSamples {
				t.Fatalf("end at %d of %d", at+read, info.LengthSamples)
			}
			if err == nil && n < len(buf) {
				t.Fatalf("%d samples of %d without an error", n, len(buf))
			}
			if err != nil {
				break
			}
		}
	}
}

// fuzzFormat begins with the fixtures of one format.
func fuzzFormat(f *testing.F, format string, more ...[]byte) {
	for _, x := range fixtures {
		if x.format == format {
			f.Add(readFile(f, filepath.Join("testdata", x.file)))
		}
	}
	for _, data := range more {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzStream(t, data) })
}

func FuzzOpenWAV(f *testing.F) {
	pcm := []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	fuzzFormat(f, "wav", countingWAV(100),
		wavBytes(wavSpec{tag: wavFloat, channels: 1, rateHz: 8000, bits: 64, extensible: true}, pcm),
		wavBytes(wavSpec{tag: wavALaw, channels: 3, rateHz: 8000, bits: 8}, pcm),
		wavBytes(wavSpec{tag: wavPCM, channels: 2, rateHz: 8000, bits: 24, riff: "RF64", claim: true}, pcm))
}

func FuzzOpenFLAC(f *testing.F) { fuzzFormat(f, "flac") }

func FuzzOpenMP3(f *testing.F) { fuzzFormat(f, "mp3") }

// FuzzOpenOgg repairs the checksums first: otherwise no changed page would ever
// reach the decoder.
func FuzzOpenOgg(f *testing.F) {
	for _, x := range fixtures {
		if isOggFormat(x.format) {
			f.Add(readFile(f, filepath.Join("testdata", x.file)))
		}
	}
	mono := fixtureBytes(f, "mono16k.ogg")
	f.Add(append(bytes.Clone(mono), withSerial(f, mono, 2)...)) // chained
	f.Fuzz(func(t *testing.T, data []byte) {
		fuzzStream(t, data)
		fuzzStream(t, withOggSums(data))
	})
}

// FuzzOpusPackets reaches the decoder of Opus without any container: each byte
// string is one packet in a file whose headers are sound.
func FuzzOpusPackets(f *testing.F) {
	for _, file := range []string{"silk.opus", "hybrid.opus", "celt.opus"} {
		packets := oggPackets{max: oggMaxSound}
		for i, page := range oggPagesOf(f, fixtureBytes(f, file)) {
			p, _, _ := oggPageAt(&window{in: &input{r: bytes.NewReader(page), size: int64(len(page))}}, 0)
			packets.page(p, func(packet []byte) error {
				if i > 1 && packet[0]%5 == 0 {
					f.Add(bytes.Clone(packet), packet[len(packet)-1]%2 == 0)
				}
				return nil
			})
		}
	}
	f.Fuzz(func(t *testing.T, packet []byte, stereo bool) {
		if len(packet) > 30000 {
			return
		}
		head := []byte("OpusHead\x01\x01\x00\x00\x80\xBB\x00\x00\x00\x00\x00")
		if stereo {
			head[9] = 2
		}
		length := int64(opusFrames(packet))
		fuzzStream(t, bytes.Join([][]byte{
			oggPageBytes(oggFirst, 0, 1, 0, [][]byte{head}),
			oggPageBytes(0, 0, 1, 1, [][]byte{[]byte("OpusTags")}),
			oggPageBytes(0, length, 1, 2, [][]byte{packet}),
			oggPageBytes(oggLast, 2*length, 1, 3, [][]byte{packet}),
		}, nil))
	})
}

// withOggSums returns data with right checksums on all pages.
func withOggSums(data []byte) []byte {
	data = bytes.Clone(data)
	for at := 0; ; at++ {
		i := bytes.Index(data[at:], []byte("OggS"))
		if i < 0 || at+i+27 > len(data) {
			return data
		}
		at += i
		size := 27 + int(data[at+26])
		if at+size > len(data) {
			return data
		}
		for _, n := range data[at+27 : at+size] {
			size += int(n)
		}
		if at+size > len(data) {
			return data
		}
		sum := oggSum(data[at : at+size])
		data[at+22], data[at+23], data[at+24], data[at+25] = byte(sum), byte(sum>>8), byte(sum>>16), byte(sum>>24)
	}
}

// TestDamagedHeaders sweeps every byte of the first part of each fixture
// through a few values: the quick part of what fuzzing does.
func TestDamagedHeaders(t *testing.T) {
	for _, f := range fixtures {
		data := readFile(t, filepath.Join("testdata", f.file))
		step := 13
		if f.format == "ogg opus" {
			step = 29 // each try decodes half a second for each seek
		}
		for at := 0; at < min(len(data), 256); at += step {
			for _, v := range []byte{0, 0xFF, data[at] ^ 0x10} {
				broken := bytes.Clone(data)
				broken[at] = v
				fuzzStream(t, broken[:min(len(broken), 4000)])
				if isOggFormat(f.format) {
					fuzzStream(t, withOggSums(broken))
				}
			}
		}
	}
}
