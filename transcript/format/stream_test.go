package format

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// streaming are the formats that are read part by part.
func streaming() []Format {
	var list []Format
	for _, f := range All() {
		if f.StreamsIn() {
			list = append(list, f)
		}
	}
	return list
}

// streamingOut are the formats that are written part by part.
func streamingOut() []Format {
	var list []Format
	for _, f := range All() {
		if f.StreamsOut() {
			list = append(list, f)
		}
	}
	return list
}

// long is a transcript of some length without what concerns the whole of it.
func long(rng *rand.Rand, n int) *transcript.Transcript {
	t := &transcript.Transcript{}
	at := time.Duration(0)
	for i := range n {
		s := &transcript.Segment{ID: fmt.Sprint(i + 1), Start: at, End: at + time.Duration(1+rng.IntN(3000))*time.Millisecond}
		at += time.Duration(rng.IntN(4000)) * time.Millisecond
		s.Text = awkward[rng.IntN(len(awkward))]
		if rng.IntN(3) == 0 {
			s.Speaker = t.SpeakerNamed([]string{"Ann", "Bob Smith", "ß", "Dr. X"}[rng.IntN(1+min(3, i/10))]).ID
		}
		if rng.IntN(3) == 0 {
			s.Words = randomWords(rng, s, time.Millisecond)
		}
		if rng.IntN(9) == 0 {
			s.Extras = transcript.Extras{[]string{vttSettings, vttBefore, vttRaw, srtRaw, srtPosition, audacityFrequencies, stmBefore}[rng.IntN(7)]: []string{"align:start", "NOTE x\n\nNOTE y", "<i>hi</i>", ";; note"}[rng.IntN(4)]}
		}
		t.Segments = append(t.Segments, s)
	}
	return t
}

// spoken leaves no segment without a word: Transcriber has silence for that, and
// a file with it is written as a whole.
func spoken(t *transcript.Transcript) {
	for _, s := range t.Segments {
		if strings.TrimSpace(s.Text) == "" {
			s.Text, s.Words = "x", nil
		}
	}
}

// wholly is a conversion without parts.
func wholly(s Stream, data []byte) ([]byte, Streamed, error) {
	t, source, err := s.From.DecodeAs(data, "", s.How)
	if err != nil {
		return nil, Streamed{}, err
	}
	tally := Count(t)
	if s.Change != nil {
		if t, err = s.Change(t); err != nil {
			return nil, Streamed{}, err
		}
	}
	if s.To.NeedsName() && s.Name != "" {
		NameRecording(t, s.Name)
	}
	file, err := s.To.Prepare(t)
	if err != nil {
		return nil, Streamed{}, err
	}
	source.SHA256 = ""
	return file.Bytes(), Streamed{source, tally, file.Losses()}, nil
}

// compareStream converts in parts and as a whole; in parts is false where the
// file had to be read as a whole.
func compareStream(t *testing.T, s Stream, data []byte) (inParts bool) {
	t.Helper()
	out, err := os.OpenFile(filepath.Join(t.TempDir(), "out"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	got, err := s.Convert(bytes.NewReader(data), out)
	if errors.Is(err, ErrWhole) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	want, told, err := wholly(s, data)
	if err != nil {
		t.Fatalf("%s to %s was converted in parts, as a whole it is refused: %v", s.From.Name, s.To.Name, err)
	}
	written, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	if s.CRLF && !s.To.binary {
		want = bytes.ReplaceAll(want, []byte("\n"), []byte("\r\n"))
	}
	if !bytes.Equal(written, want) {
		t.Errorf("%s to %s: in parts\n%s\nas a whole\n%s\nof\n%s", s.From.Name, s.To.Name, written, want, data)
	}
	if !reflect.DeepEqual(got, told) {
		t.Errorf("%s to %s: in parts\n%+v\nas a whole\n%+v\nof\n%s", s.From.Name, s.To.Name, got, told, data)
	}
	return true
}

// TestWrittenInPartsIsAsWhole: a transcript in memory makes the same file, with
// the same losses, written a few segments at a time.
func TestWrittenInPartsIsAsWhole(t *testing.T) {
	for _, f := range streamingOut() {
		inParts := 0
		for seed := range uint64(12) {
			tr := long(rand.New(rand.NewPCG(seed, 11)), 20+int(seed))
			if seed%2 == 0 {
				tr.Language, tr.Media.Path = "fr", "talk.wav"
			}
			if seed%3 == 0 {
				for _, s := range tr.Segments {
					s.Text = "hello " + s.ID
					s.Words = nil
				}
			}
			file, err := f.Prepare(tr)
			if err != nil {
				t.Fatal(err)
			}
			out, err := os.OpenFile(filepath.Join(t.TempDir(), "out"), os.O_RDWR|os.O_CREATE, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			losses, err := (Stream{To: f}).writeParts(out, tr, 7)
			out.Close()
			if errors.Is(err, ErrWhole) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			inParts++
			written, err := os.ReadFile(out.Name())
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(written, file.Bytes()) || !reflect.DeepEqual(losses, file.Losses()) {
				t.Errorf("%s, seed %d: in parts %+v\n%s\nas a whole %+v\n%s", f.Name, seed, losses, written, file.Losses(), file.Bytes())
			}
		}
		if inParts < 2 {
			t.Errorf("%s was written in parts %d times of 12", f.Name, inParts)
		}
	}
}

// TestReadInPartsIsAsWhole: the same transcript, with the same notes.
func TestReadInPartsIsAsWhole(t *testing.T) {
	for _, from := range streaming() {
		inParts := 0
		for seed := range uint64(8) {
			rng := rand.New(rand.NewPCG(seed, 13))
			data := encoded(t, from, long(rng, 50))
			how := Reading{Lenient: seed%2 == 0}
			got, told, err := Stream{From: from, How: how, PartBytes: 200 + rng.IntN(1000)}.Read(bytes.NewReader(data))
			if errors.Is(err, ErrWhole) {
				continue
			}
			want, source, wrong := from.DecodeAs(data, "", how)
			if err != nil || wrong != nil {
				t.Fatal(err, wrong)
			}
			inParts++
			source.SHA256 = ""
			if dump(got) != dump(want) || !reflect.DeepEqual(told.Source, source) || told.Tally != Count(want) {
				t.Fatalf("%s, seed %d: in parts %+v\n%s\nas a whole %+v\n%s", from.Name, seed, told, dump(got), source, dump(want))
			}
		}
		if inParts == 0 {
			t.Errorf("%s was never read in parts", from.Name)
		}
	}
}

func TestPartByPartIsAsWhole(t *testing.T) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 2
	}
	for _, from := range streaming() {
		for _, to := range streamingOut() {
			if from.Name == "rttm" && (to.Name == "plain" || to.Name == "trs") {
				continue // no words are left
			}
			parts := 0
			for seed := range seeds {
				rng := rand.New(rand.NewPCG(seed, 5))
				tr := long(rng, 60)
				if to.Name == "trs" {
					spoken(tr)
				}
				data := encoded(t, from, tr)
				if seed%3 == 1 {
					data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
				}
				s := Stream{From: from, To: to, Name: "talk.wav", CRLF: seed%2 == 1 && !to.binary, PartBytes: 200 + rng.IntN(1000)}
				if seed%4 == 3 {
					s.Change = func(t *transcript.Transcript) (*transcript.Transcript, error) {
						moved, _, err := Retime(t, big.NewRat(1000, 1001), time.Second)
						return moved, err
					}
				}
				if compareStream(t, s, data) {
					parts++
				}
				if t.Failed() {
					t.FailNow()
				}
			}
			if parts == 0 {
				t.Errorf("%s to %s: no file was converted part by part", from.Name, to.Name)
			}
		}
	}
}

// TestPartsOfAnyFileAreAsWhole breaks files at random: where they are converted
// in parts, it is as they are as a whole, strictly and leniently.
func TestPartsOfAnyFileAreAsWhole(t *testing.T) {
	seeds := uint64(150)
	if testing.Short() {
		seeds = 15
	}
	for _, from := range streaming() {
		for seed := range seeds {
			rng := rand.New(rand.NewPCG(seed, 6))
			data := encoded(t, from, long(rng, 40))
			for range rng.IntN(4) {
				at := rng.IntN(len(data))
				data = bytes.Join([][]byte{data[:at], data[min(len(data), at+rng.IntN(3)):]}, []byte([]string{"", "\n", "\n\n", "\"", "-->", ";;", "x", "\t", "NOTE"}[rng.IntN(9)]))
			}
			to := streamingOut()[rng.IntN(len(streamingOut()))]
			compareStream(t, Stream{From: from, To: to, How: Reading{Lenient: seed%2 == 0}, PartBytes: 100 + rng.IntN(2000)}, data)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
}

func TestWhatConcernsTheWholeFileIsNotConvertedInParts(t *testing.T) {
	cue := func(id string, second int) string {
		return fmt.Sprintf("%s\n00:%02d.000 --> 00:%02d.500\nhello there\n\n", id, second, second)
	}
	for name, text := range map[string]string{
		"out of order": "WEBVTT\n\n" + cue("a", 5) + cue("b", 1) + cue("c", 6),
		"IDs twice":    "WEBVTT\n\n" + cue("a", 1) + cue("b", 2) + cue("a", 3),
		"IDs missing":  "WEBVTT\n\n" + cue("a", 1) + "00:02.000 --> 00:03.000\nhi\n\n" + cue("c", 4),
		"an error":     "WEBVTT\n\n" + cue("a", 1) + cue("b", 2) + "c\n00:09.000 --> 00:08.000\nhi\n",
		"rolling":      "WEBVTT\nKind: captions\n\n" + cue("a", 1) + "b\n00:03.000 --> 00:03.010\n<c>hi</c>\n\n" + cue("c", 4),
		"UTF-16":       "W\x00E\x00B\x00V\x00T\x00T\x00\n\x00",
		"old encoding": "WEBVTT\n\n" + cue("a", 1) + cue("caf\xe9", 2),
	} {
		if compareStream(t, Stream{From: vtt, To: srt, PartBytes: 20}, []byte(text)) {
			t.Errorf("%s: it was converted in parts", name)
		}
	}
}

// TestMemoryDoesNotGrowWithTheFile: ten times the segments, the same memory.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 60 MB")
	}
	peak := func(n int) uint64 {
		var data bytes.Buffer
		if err := srt.Encode(&data, many(n)); err != nil {
			t.Fatal(err)
		}
		out, err := os.OpenFile(filepath.Join(t.TempDir(), "out"), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		var before, now runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		most := uint64(0)
		s := Stream{From: srt, To: vtt, Change: func(t *transcript.Transcript) (*transcript.Transcript, error) {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
			return t, nil
		}}
		if _, err := s.Convert(bytes.NewReader(data.Bytes()), out); err != nil {
			t.Fatal(err)
		}
		return most
	}
	// Some parts may be on their way at once; all 200,000 segments are 40 MB.
	small, large := peak(20_000), peak(200_000)
	t.Logf("%d bytes for 20,000 segments, %d for 200,000", small, large)
	if large > 2*small+8<<20 {
		t.Errorf("%d bytes for 200,000 segments, %d for 20,000", large, small)
	}
}
