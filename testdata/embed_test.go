package testdata

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/jfreymuth/oggvorbis"
)

const (
	mostBytes   = 400_000 // a recording's share of the program's size
	leastErrors = 12      // enough for five minutes of correcting
	mostErrors  = 18
)

var languages = []string{"en", "fr"}

func TestRecordingsAreShortAndSmall(t *testing.T) {
	for _, lang := range languages {
		samples, rateHz := decode(t, lang)
		length := seconds(len(samples), rateHz)
		if length < 60 || length > 90 {
			t.Errorf("%s: the recording lasts %.1f s, want 60 to 90", lang, length)
		}
		if n := len(read(t, lang, "recording.ogg")); n > mostBytes {
			t.Errorf("%s: the recording has %d bytes, want at most %d", lang, n, mostBytes)
		}
	}
}

func TestLevelsAreSane(t *testing.T) {
	for _, lang := range languages {
		samples, rateHz := decode(t, lang)
		peak := 0.0
		for _, s := range samples {
			peak = max(peak, math.Abs(float64(s)))
		}
		if db := 20 * math.Log10(peak); db < -5 || db > -1.5 {
			t.Errorf("%s: peak %.1f dBFS, want about -3", lang, db)
		}
		before := time.Duration(0)
		for _, c := range cues(t, lang, "gold.vtt") {
			if db := levelDB(samples, rateHz, c.start, c.end); db < -30 {
				t.Errorf("%s, segment %s: %.1f dBFS, which is not speech", lang, c.id, db)
			}
			// 30 ms off either side: the encoder smears a little of the speech.
			if db := levelDB(samples, rateHz, before+30*time.Millisecond, c.start-30*time.Millisecond); db < -60 || db > -45 {
				t.Errorf("%s, pause before segment %s: %.1f dBFS, want room tone at about -50", lang, c.id, db)
			}
			if gap := c.start - before; gap < 300*time.Millisecond || gap > 800*time.Millisecond {
				t.Errorf("%s: %v between segments before %s, want 0.3 to 0.8 s", lang, gap, c.id)
			}
			before = c.end
		}
	}
}

func TestTimesLieWithinTheRecording(t *testing.T) {
	for _, lang := range languages {
		samples, rateHz := decode(t, lang)
		length := time.Duration(seconds(len(samples), rateHz) * float64(time.Second))
		for _, file := range []string{"gold.vtt", "draft.vtt"} {
			before := time.Duration(0)
			for i, c := range cues(t, lang, file) {
				if c.id != fmt.Sprint(i+1) {
					t.Errorf("%s/%s: cue %d has the identifier %q", lang, file, i+1, c.id)
				}
				if c.start < before || c.end <= c.start || c.end > length {
					t.Errorf("%s/%s, cue %s: %v to %v after %v in a recording of %v", lang, file, c.id, c.start, c.end, before, length)
				}
				before = c.end
			}
		}
	}
}

func TestGoldHasTwoSpeakersAndEnoughSegments(t *testing.T) {
	for _, lang := range languages {
		gold := cues(t, lang, "gold.vtt")
		if len(gold) < 12 || len(gold) > 20 {
			t.Errorf("%s: %d segments, want 12 to 20", lang, len(gold))
		}
		speakers := map[string]int{}
		for _, c := range gold {
			speakers[c.speaker]++
			if len(c.wordTimes) > 0 {
				t.Errorf("%s, segment %s: gold has word times, want none", lang, c.id)
			}
		}
		if len(speakers) != 2 {
			t.Errorf("%s: speakers %v, want two", lang, speakers)
		}
	}
}

func TestDraftHasEachWordsTime(t *testing.T) {
	for _, lang := range languages {
		for _, c := range cues(t, lang, "draft.vtt") {
			// The first word's time is the cue's own: WebVTT allows no tag there.
			if words := strings.Split(c.text, " "); len(c.wordTimes) != len(words)-1 {
				t.Errorf("%s, cue %s: %d times for %d words", lang, c.id, len(c.wordTimes), len(words))
			}
			before := c.start
			for _, at := range c.wordTimes {
				if at <= before || at >= c.end {
					t.Errorf("%s, cue %s: a word at %v after one at %v, in a cue that ends at %v", lang, c.id, at, before, c.end)
				}
				before = at
			}
		}
	}
}

func TestDraftIsBelievablyWrong(t *testing.T) {
	for _, lang := range languages {
		gold, draft := cues(t, lang, "gold.vtt"), cues(t, lang, "draft.vtt")
		spoken := distance(normalized(gold), normalized(draft))
		if written := distance(strings.Fields(join(gold)), strings.Fields(join(draft))); spoken < leastErrors || spoken > mostErrors || written <= spoken {
			t.Errorf("%s: %d wrong words, want %d to %d; %d with case and punctuation, want more", lang, spoken, leastErrors, mostErrors, written)
		}
		same, merged, divided, misnamed := compareSegments(gold, draft)
		if merged != 1 || divided != 1 || misnamed != 1 || same < 12 {
			t.Errorf("%s: %d segments the same, %d merged, %d divided, %d with the wrong speaker; want 12 or more and one of each",
				lang, same, merged, divided, misnamed)
		}
	}
}

// compareSegments counts the draft's segments that are one of gold's, that end
// where a later one of gold's does, and that begin inside one of gold's.
func compareSegments(gold, draft []cue) (same, merged, divided, misnamed int) {
	for _, d := range draft {
		first := slices.IndexFunc(gold, func(g cue) bool { return g.start == d.start })
		last := slices.IndexFunc(gold, func(g cue) bool { return g.end == d.end })
		switch {
		case first < 0:
			divided++
		case last > first:
			merged++
		case last == first:
			same++
			if gold[first].speaker != d.speaker {
				misnamed++
			}
		}
	}
	return same, merged, divided, misnamed
}

type cue struct {
	id, speaker, text string
	start, end        time.Duration
	wordTimes         []time.Duration
}

const stamp = `(\d\d:\d\d:\d\d\.\d\d\d)`

var (
	cuePattern  = regexp.MustCompile(`^(\d+)\n` + stamp + ` --> ` + stamp + `\n<v (\w+)>(.+)$`)
	timePattern = regexp.MustCompile(`<` + stamp + `>`)
)

// cues reads the little of WebVTT that the demo uses; the format package's
// reader is above this one and has tests of its own.
func cues(t *testing.T, lang, file string) []cue {
	t.Helper()
	blocks := strings.Split(strings.TrimSpace(string(read(t, lang, file))), "\n\n")
	if blocks[0] != "WEBVTT" {
		t.Fatalf("%s/%s begins with %q", lang, file, blocks[0])
	}
	var out []cue
	for _, block := range blocks[1:] {
		m := cuePattern.FindStringSubmatch(block)
		if m == nil {
			t.Fatalf("%s/%s: not a cue: %q", lang, file, block)
		}
		c := cue{id: m[1], start: parseTime(t, m[2]), end: parseTime(t, m[3]), speaker: m[4]}
		for _, at := range timePattern.FindAllStringSubmatch(m[5], -1) {
			c.wordTimes = append(c.wordTimes, parseTime(t, at[1]))
		}
		c.text = timePattern.ReplaceAllString(m[5], "")
		out = append(out, c)
	}
	return out
}

func parseTime(t *testing.T, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s[:2] + "h" + s[3:5] + "m" + s[6:] + "s")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func read(t *testing.T, lang, file string) []byte {
	t.Helper()
	data, err := Demo.ReadFile("demo/" + lang + "/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t *testing.T, lang string) (samples []float32, rateHz int) {
	t.Helper()
	samples, format, err := oggvorbis.ReadAll(io.Reader(bytes.NewReader(read(t, lang, "recording.ogg"))))
	if err != nil {
		t.Fatal(err)
	}
	if format.Channels != 1 {
		t.Fatalf("%s: %d channels, want one", lang, format.Channels)
	}
	return samples, format.SampleRate
}

func seconds(n, rateHz int) float64 { return float64(n) / float64(rateHz) }

func levelDB(samples []float32, rateHz int, start, end time.Duration) float64 {
	part := samples[int(start.Seconds()*float64(rateHz)):int(end.Seconds()*float64(rateHz))]
	sum := 0.0
	for _, s := range part {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(part)))
}

func join(cues []cue) string {
	var texts []string
	for _, c := range cues {
		texts = append(texts, c.text)
	}
	return strings.Join(texts, " ")
}

// normalized are the words without case and punctuation.
func normalized(cues []cue) []string {
	return strings.FieldsFunc(strings.ToLower(join(cues)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '\'' && r != '-'
	})
}

// distance is Levenshtein's, in words.
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, word := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, other := range b {
			cost := diagonal
			if word != other {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
