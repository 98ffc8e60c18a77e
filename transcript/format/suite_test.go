package format

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"tapescript/transcript"
)

// awkward are texts that some format could take for something else.
var awkward = []string{
	"hello there", "", "Ann: hi", "[Ann]: hi", "[]: hi", "[00:01:02.500] hi", "[00:01 --> 00:02] hi", "5", "42\n43",
	"00:00:01,000 --> 00:00:02,000", "a --> b", "1:00 ----> 2:00", "\"quoted\" start", "\"open", "\"all\"", "a,b;c", "NOTE hi", "NOTE\nhi", "WEBVTT",
	"<i>no</i> markup", "{\\an8}top", "<unk>", "a < b & c > d", "&amp; &lt;", "<00:00:01.000>", "</v>", "<v Ann>hi", "line one\nline two",
	"blank\n\nbetween", " spaced ", "\nbreaks\n", "  two  spaces  ", "où ça, l'été?", "日本語の字幕", "e\u0301\u00a0x", "שלום", "\\", "a\\nb", "- yes\n- no", "=1+1", "@SUM(A1)",
	"{\"a\":1}", "start\tend"[:5], "Note: this", "A B C D: long", "😀 👩‍👩‍👧", "[inaudible]: really", "\ufefffirst", "x]: y", "1\n00:00:01,000 --> 00:00:02,000\ntext",
}

// randomTranscript is valid and full of what formats stumble over; seeds that
// are alike give transcripts that are alike.
func randomTranscript(rng *rand.Rand) *transcript.Transcript {
	t := &transcript.Transcript{}
	names := []string{"Ann", "Bob Smith", "Dr. X", "a]b", "1:00", "<&>", "Ann Marie O'Neil", "ß"}
	for i := range rng.IntN(4) {
		name := names[rng.IntN(len(names))]
		s := transcript.Speaker{ID: name, Name: name}
		if rng.IntN(4) == 0 {
			s.ID = "s" + strconv.Itoa(i)
		}
		if !slices.ContainsFunc(t.Speakers, func(o transcript.Speaker) bool { return o.ID == s.ID }) {
			t.Speakers = append(t.Speakers, s)
		}
	}
	if rng.IntN(3) == 0 {
		t.Language, t.Style = "fr-CA", "clean"
		t.Media = transcript.Media{Path: "a b.flac", SHA256: "00ff", Duration: 61500*time.Millisecond + 7}
	}
	unit := []time.Duration{time.Millisecond, 1}[rng.IntN(2)]
	at := time.Duration(0)
	for i := range rng.IntN(8) {
		s := &transcript.Segment{ID: strconv.Itoa(i + 1), Text: awkward[rng.IntN(len(awkward))]}
		if rng.IntN(4) == 0 {
			s.ID = "NOTE id " + strconv.Itoa(i)
		}
		if rng.IntN(5) > 0 {
			at += time.Duration(rng.Int64N(int64(4 * time.Second))).Truncate(unit)
			s.Start = at
			s.End = at + time.Duration(rng.Int64N(int64(5*time.Second))).Truncate(unit)*time.Duration(min(1, rng.IntN(12)))
		}
		if len(t.Speakers) > 0 && rng.IntN(2) == 0 {
			s.Speaker = t.Speakers[rng.IntN(len(t.Speakers))].ID
		}
		if rng.IntN(4) == 0 {
			s.Channel = 1 + rng.IntN(2)
		}
		if rng.IntN(2) == 0 {
			s.Words = randomWords(rng, s, unit)
		}
		if rng.IntN(6) == 0 {
			key := []string{vttSettings, vttBefore, vttRaw, srtRaw, srtPosition, tableCell + "mood", tableCell + "Start", audacityFrequencies, jsonlUnknown + "x"}[rng.IntN(9)]
			s.Extras = transcript.Extras{key: []string{"align:start", "NOTE x\n\nNOTE y", "<i>hi</i>", "1 --> 2", "[1,2]", ""}[rng.IntN(6)]}
		}
		t.Segments = append(t.Segments, s)
	}
	if rng.IntN(6) == 0 {
		t.Extras = transcript.Extras{
			[]string{vttHeaderText, vttHead, vttTail, tableColumns, txtTimes}[rng.IntN(5)]: []string{"- talk\nKind: captions", "STYLE\n::cue{}", `["text","mood","end","start"]`, "start", "00:01 --> 00:02\nx"}[rng.IntN(5)],
		}
	}
	return t
}

func randomWords(rng *rand.Rand, s *transcript.Segment, unit time.Duration) []transcript.Word {
	var words []transcript.Word
	at := s.Start
	for from, field := range fields(s.Text) {
		w := transcript.Word{From: from, To: from + len(field)}
		if rng.IntN(5) > 0 {
			w.Start = at + time.Duration(rng.Int64N(int64(300*time.Millisecond))).Truncate(unit)*time.Duration(rng.IntN(2))
			w.End = w.Start + time.Duration(rng.Int64N(int64(400*time.Millisecond))).Truncate(unit)
			w.Estimated = w.End > 0 && rng.IntN(4) == 0
			at = w.End
		}
		if rng.IntN(3) == 0 {
			w.Confidence = []float64{0.5, 1, transcript.LeastConfidence, 0.123}[rng.IntN(4)]
		}
		if w.Timed() || w.Confidence > 0 {
			words = append(words, w)
		}
	}
	if n := len(words); n > 1 && rng.IntN(20) == 0 { // one of two words
		words[n-2].To = words[n-1].To
		words = words[:n-1]
	}
	return words
}

// suite is what holds for every format and every transcript: what was written
// is read; only what the format says it cannot hold is lost; and what was read
// once is held from then on.
func suite(t *testing.T, f Format, tr *transcript.Transcript) map[LossKind]bool {
	t.Helper()
	if err := tr.Validate(); err != nil {
		t.Fatalf("the test's own transcript is not valid: %v", err)
	}
	first := encoded(t, f, tr)
	back := decoded(t, f, first)
	lost := make(map[LossKind]bool)
	for _, l := range f.difference(tr, back) {
		lost[l.What] = true
		if !slices.Contains(f.Cannot, l.What) {
			t.Errorf("%s loses %s (%d), which it should hold\nfile:\n%s\nwritten: %s\nread:    %s", f.Name, l.What, l.Count, first, dump(tr), dump(back))
		}
	}
	if len(lost) == 0 && f.Name == jsonl.Name && !reflect.DeepEqual(normalized(tr), normalized(back)) {
		t.Errorf("jsonl changed something that is not counted as a loss\nwritten: %s\nread:    %s", dump(tr), dump(back))
	}
	second := encoded(t, f, back)
	again := decoded(t, f, second)
	if third := encoded(t, f, again); !bytes.Equal(second, third) || !reflect.DeepEqual(decoded(t, f, third), again) {
		t.Errorf("%s is not stable\nfirst:\n%s\nsecond:\n%s\nthird:\n%s", f.Name, first, second, third)
	}
	for _, l := range f.difference(back, again) {
		if l.What != LostExtras { // markup of a text that changed
			t.Errorf("%s loses %s (%d) of what it has read itself\nfirst:\n%s\nsecond:\n%s", f.Name, l.What, l.Count, first, second)
		}
	}
	return lost
}

// normalized has nil for what is empty.
func normalized(t *transcript.Transcript) transcript.Transcript {
	n := *t
	n.Segments = slices.Clone(t.Segments)
	if len(n.Segments) == 0 {
		n.Segments = nil
	}
	return n
}

func encoded(t *testing.T, f Format, tr *transcript.Transcript) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := f.Encode(&out, tr); err != nil {
		t.Fatalf("%s cannot write: %v", f.Name, err)
	}
	return out.Bytes()
}

func decoded(t *testing.T, f Format, data []byte) *transcript.Transcript {
	t.Helper()
	tr, _, err := f.Decode(data, "test")
	if err != nil {
		t.Fatalf("%s cannot read what it has written: %v\n%s", f.Name, err, data)
	}
	if err := tr.Validate(); err != nil {
		t.Fatalf("%s read a transcript that is not valid: %v\n%s", f.Name, err, data)
	}
	return tr
}

func dump(t *transcript.Transcript) string {
	var out bytes.Buffer
	if err := jsonl.Encode(&out, t); err != nil {
		return err.Error()
	}
	return out.String()
}

func TestRoundTripLosesOnlyWhatTheFormatNames(t *testing.T) {
	seeds := uint64(1500)
	if testing.Short() {
		seeds = 100
	}
	for _, f := range All() {
		if !f.CanWrite() {
			continue // golden files show what of it survives
		}
		t.Run(f.Name, func(t *testing.T) {
			lost := make(map[LossKind]bool)
			for seed := range seeds {
				for kind := range suite(t, f, randomTranscript(rand.New(rand.NewPCG(seed, 1)))) {
					lost[kind] = true
				}
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			for _, kind := range f.Cannot {
				if !lost[kind] && !testing.Short() {
					t.Errorf("%s says that it cannot hold %s, but never lost any", f.Name, kind)
				}
			}
		})
	}
}

func FuzzVTT(f *testing.F)      { fuzz(f, vtt) }
func FuzzSRT(f *testing.F)      { fuzz(f, srt) }
func FuzzJSONL(f *testing.F)    { fuzz(f, jsonl) }
func FuzzTSV(f *testing.F)      { fuzz(f, tsv) }
func FuzzCSV(f *testing.F)      { fuzz(f, csv) }
func FuzzTXT(f *testing.F)      { fuzz(f, txt) }
func FuzzPlain(f *testing.F)    { fuzz(f, plain) }
func FuzzAudacity(f *testing.F) { fuzz(f, audacity) }
func FuzzMarkdown(f *testing.F) { fuzz(f, markdown) }
func FuzzTRN(f *testing.F)      { fuzz(f, trn) }
func FuzzSTM(f *testing.F)      { fuzz(f, stm) }
func FuzzCTM(f *testing.F)      { fuzz(f, ctm) }
func FuzzRTTM(f *testing.F)     { fuzz(f, rttm) }

// fuzz feeds a format strangers' bytes: it never panics, and what it reads
// without an error keeps the rules of the suite.
func fuzz(f *testing.F, format Format) {
	for _, text := range awkward {
		f.Add([]byte(text))
	}
	for seed := range uint64(5) {
		var out bytes.Buffer
		if !format.CanWrite() {
			break
		}
		if err := format.Encode(&out, randomTranscript(rand.New(rand.NewPCG(seed, 9)))); err != nil {
			f.Fatal(err)
		}
		f.Add(out.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tr, _, err := format.Decode(data, "fuzz")
		if err != nil {
			return
		}
		if !format.CanWrite() {
			format = jsonl
		}
		suite(t, format, tr)
	})
}

// FuzzItems: a table of utterances is read or refused, and never one item
// without a line.
func FuzzItems(f *testing.F) {
	for _, text := range []string{"id\ttext\n1\t\"a\nb\"\n", "INPUT:audio\tOUTPUT:text\nx\ty\n", "a.mp3\thello\n", "1-2-0003 GO\n", "audio,text\na,\"b\"\"c\"\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		items, err := DecodeItems(data, "fuzz")
		for _, item := range items {
			if item.Line < 1 || transcript.Clean(item.Text) != item.Text || err != nil {
				t.Errorf("item %+v, error %v", item, err)
			}
		}
	})
}
