package warp

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// babble is a made-up word: two steady sounds of a length in ms.
func babble(r *rand.Rand, ms int) Sound {
	s := Sound{16000, make([]float32, 16*ms)}
	pitch, colours := 90+120*r.Float64(), [2]float64{500 + 500*r.Float64(), 1200 + 2000*r.Float64()}
	for i := range s.Samples {
		at := float64(i) / 16000
		colour := colours[2*i/len(s.Samples)]
		for h := pitch; h < 4000; h += pitch {
			s.Samples[i] += float32(0.05 * math.Exp(-math.Abs(h-colour)/400) * math.Sin(2*math.Pi*h*at))
		}
	}
	return s
}

// said puts sounds one after the other, with pauses of so many ms before each.
func said(words []Sound, pause func(i int) int) (Sound, []Placed) {
	var s Sound
	var places []Placed
	for i, w := range words {
		s.RateHz = w.RateHz
		s.Samples = append(s.Samples, make([]float32, pause(i)*w.RateHz/1000)...)
		begin := s.Length()
		s.Samples = append(s.Samples, w.Samples...)
		places = append(places, Placed{Start: begin, End: s.Length()})
	}
	s.Samples = append(s.Samples, make([]float32, s.RateHz/4)...)
	return s, places
}

// TestThroughTheCoarseSearch: a stretch too long for one table is searched
// coarsely first, and the words are where they are all the same.
func TestThroughTheCoarseSearch(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	words := make([]Sound, 110)
	for i := range words {
		words[i] = babble(r, 150+r.IntN(350))
	}
	s, want := said(words, func(int) int { return r.IntN(8) / 7 * 600 })
	frames := int(s.Length() / hopTime)
	if frames*frames < 2*mostCells {
		t.Fatalf("%d frames fit in one table", frames)
	}
	list := misses(place(t, s, words), want)
	if m := quantile(list, .98); m > 60 {
		t.Errorf("98 %% lie within %.0f ms", m)
	}
}

// checkPlaces holds what is promised of any places.
func checkPlaces(t *testing.T, places []Placed, count int, span Span) {
	t.Helper()
	if len(places) != count {
		t.Fatalf("%d places for %d words", len(places), count)
	}
	at := span.Start
	for i, p := range places {
		if p.Start < at || p.End < p.Start || p.End > span.End {
			t.Fatalf("word %d at %v–%v, after %v, in %v", i, p.Start, p.End, at, span)
		}
		if !(p.Confidence > 0 && p.Confidence < 1) {
			t.Fatalf("word %d has confidence %g", i, p.Confidence)
		}
		at = p.End
	}
}

func TestPlacesAreInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		words := make([]Sound, 1+r.IntN(12))
		for i := range words {
			if r.IntN(5) > 0 { // the others make no sound
				words[i] = babble(r, 1+r.IntN(400))
			}
		}
		length := r.IntN(4000)
		s := withNoise(r, babble(r, max(1, length)), 3)
		ear := Listen(16000)
		ear.Write(s.Samples)
		ear.Close()
		span := Span{time.Duration(r.IntN(2000)) * time.Millisecond, 0}
		span.End = span.Start + time.Duration(1+r.IntN(3000))*time.Millisecond
		var speech []Span
		if r.IntN(2) == 0 {
			speech = []Span{{span.Start / 2, span.Start + 300*time.Millisecond}}
		}
		places, err := ear.Place(t.Context(), span, words, speech)
		if err != nil {
			t.Fatal(err)
		}
		checkPlaces(t, places, len(words), span)
	}
}

func TestNothingToHear(t *testing.T) {
	ear := Listen(16000)
	ear.Write(make([]float32, 32000)) // digital silence
	ear.Close()
	span := Span{0, 2 * time.Second}
	r := rand.New(rand.NewPCG(7, 8))
	for _, words := range [][]Sound{nil, {{}}, {{}, {}}, {babble(r, 300), babble(r, 300)}} {
		places, err := ear.Place(t.Context(), span, words, nil)
		if err != nil {
			t.Fatal(err)
		}
		checkPlaces(t, places, len(words), span)
	}
	never := Listen(16000)
	never.Close()
	places, err := never.Place(t.Context(), span, []Sound{babble(r, 300)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkPlaces(t, places, 1, span)
}

func TestPlaceEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := rand.New(rand.NewPCG(9, 10))
	words := []Sound{babble(r, 300), babble(r, 300)}
	s, _ := said(words, func(int) int { return 10 })
	ear := Listen(16000)
	ear.Write(s.Samples)
	ear.Close()
	if _, err := ear.Place(ctx, Span{0, s.Length()}, words, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := ear.Place(t.Context(), Span{0, 100 * time.Hour}, words, nil); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v", err)
	}
}

func TestSpread(t *testing.T) {
	words := []string{"a", "hospitality", "1984", "[–]", "漢字", "the"}
	speech := []Span{{time.Second, 2 * time.Second}, {5 * time.Second, 9 * time.Second}}
	for _, heard := range [][]Span{speech, nil} {
		places := Spread(words, heard, 10*time.Second)
		checkPlaces(t, places, len(words), Span{0, 10 * time.Second})
		if places[1].End-places[1].Start <= places[0].End-places[0].Start {
			t.Error("hospitality is said as fast as a")
		}
	}
	places := Spread(words, speech, 10*time.Second)
	if places[0].Start != time.Second || places[len(words)-1].End != 9*time.Second {
		t.Errorf("from %v to %v", places[0].Start, places[len(words)-1].End)
	}
}

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{"a": 1, "strength": 1, "hospitality": 5, "été": 2, "вода": 2, "漢字": 2, "7": 2, "1984": 6, "pst": 1, "": 0} {
		if got := syllables(word); got != want {
			t.Errorf("%q has %d syllables, want %d", word, got, want)
		}
	}
}

// TestVoiceSpeaksWordByWord: as many sounds as words, whatever the words are,
// and nothing that they hold steers the synthesiser.
func TestVoiceSpeaksWordByWord(t *testing.T) {
	needs(t, "espeak-ng")
	voice, err := FindVoice("en-XX")
	if err != nil {
		t.Fatal(err)
	}
	words := []string{
		"hello", "315", "e.g.", "—", "don't", "$4.50", "hello", "1,000,000", "<break", `time="9s"/>`, "&amp;", "AT&T", "x\x00y", "[[h@l'oU]]", "...",
		"12:30", "a", "Wałęsa", "10%", strings.Repeat("longword", 40), "\xff\xfe", "-v", "--help", "|", "مرحبا", "漢字",
	}
	sounds, err := voice.Speak(t.Context(), words)
	if err != nil || len(sounds) != len(words) {
		t.Fatalf("%d sounds of %d words, %v", len(sounds), len(words), err)
	}
	for i, s := range sounds {
		spoken := !slices.Contains([]string{"—", "...", "\xff\xfe", "|"}, words[i])
		if (len(s.Samples) > 0) != spoken {
			t.Errorf("%q: %v", words[i], s.Length())
		}
		if strings.HasPrefix(words[i], "<") && s.Length() > 2*time.Second {
			t.Errorf("%q took %v", words[i], s.Length())
		}
	}
	if a, b := sounds[0], sounds[6]; &a.Samples[0] != &b.Samples[0] {
		t.Error("the same word was spoken twice")
	}
}

func TestNoVoice(t *testing.T) {
	for _, name := range []string{"", "xx", "-v", "../en", "en;ls", strings.Repeat("a", 100)} {
		if _, err := FindVoice(name); !errors.Is(err, ErrNoVoice) {
			t.Errorf("%q: %v", name, err)
		}
	}
	path := os.Getenv("PATH")
	t.Setenv("PATH", t.TempDir())
	if _, err := FindVoice("en"); !errors.Is(err, ErrNoVoice) {
		t.Errorf("without espeak-ng: %v (PATH was %s)", err, path)
	}
}

func FuzzSpeakable(f *testing.F) {
	f.Add("<b>&amp;|")
	f.Add("don't")
	f.Fuzz(func(t *testing.T, word string) {
		got := speakable(word)
		if strings.ContainsAny(got, "<>[]{}|\\\n\x00") || len(got) > mostLetter {
			t.Errorf("%q becomes %q", word, got)
		}
		if speakable(got) != got {
			t.Errorf("%q becomes %q, then %q", word, got, speakable(got))
		}
	})
}
