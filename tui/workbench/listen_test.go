package workbench

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"tapescript/audio/peaks"
	"tapescript/audio/speech"
	"tapescript/transcript"
)

// spoken is speech by its seconds.
func spoken(seconds ...float64) []speech.Span {
	var list []speech.Span
	for i := 0; i+1 < len(seconds); i += 2 {
		at := func(x float64) time.Duration { return time.Duration(x * float64(time.Second)) }
		list = append(list, speech.Span{Start: at(seconds[i]), End: at(seconds[i+1])})
	}
	return list
}

// hearing opens a workbench that knows where somebody speaks in its 20 seconds.
func knowing(f found) func(*Opening) {
	f.Length = 20 * time.Second
	var o peaks.Overview
	o.Add(make([][2]float64, 160000))
	data, _ := json.Marshal(f)
	kept := map[string][]byte{keptPeaks: o.Bytes(), keptSpeech: data}
	return func(o *Opening) {
		o.Listening = Listening{Context: context.Background(), RateHz: 8000, Load: func(kind string) ([]byte, bool) { return kept[kind], kept[kind] != nil }}
	}
}

func fresh() []*transcript.Segment { return []*transcript.Segment{{ID: "1", End: 20 * time.Second}} }

func (d *desk) position() time.Duration {
	d.play(10 * time.Millisecond)
	return d.bench.transport.State().Position.Round(10 * time.Millisecond)
}

func TestSilenceIsSkipped(t *testing.T) {
	d := sitWith(t, two(), nil, "tone.vtt", knowing(found{Speech: spoken(2, 4, 8, 9)}))
	for _, want := range []time.Duration{1750, 7750, 7750} {
		d.press("alt+g")
		if got := d.position(); got != want*time.Millisecond {
			t.Errorf("at %v, want %v ms", got, want)
		}
	}
	d.shows("No speech follows")
}

func TestSilenceIsNotSkippedBeforeItIsKnown(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("alt+g")
	d.shows("still being listened to")
	d.bench.Update(heardMsg{err: errors.New("damaged")})
	d.press("alt+g")
	d.shows("is not known")
}

func TestAnEstimatedSplitGoesToTheSilence(t *testing.T) {
	for _, c := range []struct {
		speech []speech.Span
		want   string
	}{
		{spoken(1, 1.6, 1.8, 3), "0:01.0-0:01.7 aaaa\n0:01.7-0:03.0 bbbb\n"}, // not 1.889
		{spoken(1, 1.9, 2.2, 3), "0:01.0-0:02.0 aaaa\n0:02.0-0:03.0 bbbb\n"},
		{spoken(1, 3), "0:01.0-0:01.8 aaaa\n0:01.8-0:03.0 bbbb\n"}, // none in reach
	} {
		segments := []*transcript.Segment{{ID: "1", Start: time.Second, End: 3 * time.Second, Text: "aaaa bbbb"}}
		d := sitWith(t, segments, nil, "tone.vtt", knowing(found{Speech: c.speech}))
		d.press("right", "right", "right", "right", "enter")
		d.wants("split", d.texts(), c.want)
	}
}

func TestAnEmptyTranscriptBeginsWithSegmentsIfWanted(t *testing.T) {
	f := found{Speech: spoken(2, 4, 8, 9), Segments: spoken(1.5, 4.5, 7.5, 9.5)}
	begun := "0:01.5-0:04.5 \n0:07.5-0:09.5 \n"
	d := sitWith(t, fresh(), nil, "tone.vtt", knowing(f))
	d.shows("begins with 2 empty segments")
	d.press("alt+shift+a")
	d.wants("begun", d.texts(), begun)
	d.press("ctrl+z")
	d.wants("taken back", d.texts(), "0:00.0-0:20.0 \n")

	d = sitWith(t, fresh(), nil, "tone.vtt", knowing(f))
	d.types("b") // it takes no key
	d.wants("a letter of the text", d.texts(), "0:00.0-0:20.0 b\n")
	d.press("alt+shift+a")
	d.wants("too late", d.texts(), "0:00.0-0:20.0 b\n")
	d.shows("only an empty one")

	d = sitWith(t, fresh(), nil, "tone.vtt", func(o *Opening) { knowing(f)(o); o.Listening.Begin = true })
	d.wants("unasked", d.texts(), begun)
	d.shows("Ctrl+Z takes them back")
}

func TestWorkThatHasBegunIsNotAskedAbout(t *testing.T) {
	d := sitWith(t, two(), nil, "tone.vtt", knowing(found{Segments: spoken(1, 2, 3, 4)}))
	if strings.Contains(d.screen(), "empty segments") {
		t.Error("a transcript with text is asked about")
	}
}

func TestWhatDoesNotFitTheSpeechIsSaidQuietly(t *testing.T) {
	// two() has text from 1 to 6 s.
	d := sitWith(t, two(), nil, "tone.vtt", knowing(found{Speech: spoken(.1, .9, 3.5, 5, 10, 12)}))
	d.shows("1 × speech without text", "no speech heard here")
	d.types("x")
	if d.bench.hear.revision == d.bench.doc.Revision() {
		t.Error("it is compared while somebody types")
	}
	d.play(3 * time.Second)
	if d.bench.hear.revision != d.bench.doc.Revision() {
		t.Error("it is not compared afterwards")
	}
	d.press("alt+shift+g")
	d.shows("Speech without text: 2 of 2, at 0:10.0")
	d.press("alt+shift+g")
	d.shows("Speech without text: 1 of 2, at 0:00.1")
	d.press("pgdown")
	d.play(7 * time.Second)
	if strings.Contains(d.screen(), "no speech heard here") {
		t.Error("it is said of a segment with speech")
	}
}

func TestWhatWasFoundIsKept(t *testing.T) {
	kept := map[string][]byte{}
	opened := 0
	change := func(o *Opening) {
		open := o.Waveform
		o.Waveform = func() (WaveReader, error) { opened++; return open() }
		o.Listening = Listening{
			Context: context.Background(), RateHz: 8000, Rules: speech.Rules{Min: 2 * time.Second, Max: 15 * time.Second},
			Load: func(kind string) ([]byte, bool) { return kept[kind], kept[kind] != nil },
			Save: func(kind string, data []byte) error { kept[kind] = data; return nil },
		}
	}
	d := sitWith(t, two(), nil, "tone.vtt", change)
	if len(kept) != 2 || !d.bench.hear.known || d.bench.hear.overview.Done() != 160000 {
		t.Fatalf("kept %d, known %v, %d samples", len(kept), d.bench.hear.known, d.bench.hear.overview.Done())
	}
	opened = 0
	d = sitWith(t, two(), nil, "tone.vtt", change)
	if !d.bench.hear.known || !d.bench.hear.overview.Whole() || opened > 1 { // 1: of what is looked at
		t.Errorf("known %v, the recording was opened %d times", d.bench.hear.known, opened)
	}
	kept[keptSpeech] = []byte(`{"Length": 5, "Speech": [{"Start": 9, "End": 3}]}`)
	if d = sitWith(t, two(), nil, "tone.vtt", change); d.bench.hear.Length != 20*time.Second {
		t.Error("what is no list of spans is believed")
	}
}

func TestListeningEndsWithTheProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d := sitWith(t, two(), nil, "tone.vtt", func(o *Opening) { o.Listening = Listening{Context: ctx, RateHz: 8000} })
	if d.bench.hear.known || !d.bench.hear.failed {
		t.Error("a program that ends goes on listening")
	}
}
