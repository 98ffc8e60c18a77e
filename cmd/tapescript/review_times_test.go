package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/adrg/xdg"

	"tapescript/audio/warp"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui/locale"
	"tapescript/tui/review"
)

// TestAReviewPlacesWordsForHearingAlone: where no word has a time, each error is
// heard in its place all the same, and what is saved knows nothing of it.
func TestAReviewPlacesWordsForHearingAlone(t *testing.T) {
	demo := filepath.Join(root(t), "testdata", "demo", "en")
	home := xdg.CacheHome
	xdg.CacheHome = t.TempDir()
	t.Cleanup(func() { xdg.CacheHome = home })
	p := &program{streams: streams{os.Stdin, os.Stdout, os.Stderr}, words: locale.For("en")}
	for _, untimed := range []bool{false, true} {
		gold, _, err := format.ReadAs(filepath.Join(demo, "gold.vtt"), format.Reading{})
		if err != nil {
			t.Fatal(err)
		}
		if untimed {
			gold = cloned(gold)
			for i, s := range gold.Segments {
				bare := *s
				bare.Start, bare.End = 0, 0
				gold.Segments[i] = &bare
			}
		}
		wrong := cloned(gold)
		one := *wrong.Segments[4]
		one.Text = strings.Replace(one.Text, "flour", "flower", 1)
		wrong.Segments[4] = &one
		w := &reviewWork{lengths: map[string]time.Duration{}, words: p.words.Say, single: true}
		it := &review.Item{ID: "talk", Recording: filepath.Join(demo, "recording.ogg")}
		if it.Gold, err = transcript.NewDocument(gold); err != nil {
			t.Fatal(err)
		}
		if it.Draft, err = transcript.NewDocument(wrong); err != nil {
			t.Fatal(err)
		}
		w.items = []*review.Item{it}
		before := inJSONL(t, it.Gold.Snapshot())
		if err := p.placeWords(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		if !timedWords(it.Gold) {
			t.Fatal("no word has a time")
		}
		// What was worked out is kept: the second time nothing is listened to.
		bare, err := transcript.NewDocument(gold)
		if err != nil {
			t.Fatal(err)
		}
		kept, fresh, err := p.placeGold(t.Context(), bare, it.Recording, map[string]*warp.Voice{}, false)
		if err != nil || fresh || kept == nil || inJSONL(t, kept.Snapshot()) != inJSONL(t, it.Gold.Snapshot()) {
			t.Errorf("untimed %v: the places were not kept (%v)", untimed, err)
		}
		if other, err := transcript.NewDocument(wrong); err != nil {
			t.Fatal(err)
		} else if kept, _, err := p.placeGold(t.Context(), other, it.Recording, map[string]*warp.Voice{}, false); kept != nil || err != nil {
			t.Errorf("untimed %v: another text has the places of this one (%v)", untimed, err)
		}
		if after := inJSONL(t, unplaced(it.Gold.Snapshot())); after != before {
			t.Errorf("untimed %v: what is saved has changed:\n%s\nfrom\n%s", untimed, after, before)
		}
		cases := review.Open(w.items, w.score, nil, review.Filter{}, false)
		if len(cases) != 1 {
			t.Fatalf("%d cases, want 1", len(cases))
		}
		// The segment is from 23.9 to 25.6 s; without its time, and without a
		// voice, the place is only roughly known.
		span, around := cases[0].Case.Hear(w.length(it)), time.Second
		if untimed {
			around = 12 * time.Second
		}
		if middle := (span.Start + span.End) / 2; span.End-span.Start > 4*time.Second || middle < 24*time.Second-around || middle > 26*time.Second+around {
			t.Errorf("untimed %v: it is heard at %v to %v", untimed, span.Start, span.End)
		}
	}
}

// inJSONL is a transcript in the format that holds all of it.
func inJSONL(t *testing.T, tr *transcript.Transcript) string {
	t.Helper()
	f, _ := format.Lookup("jsonl")
	var out bytes.Buffer
	if err := f.Encode(&out, tr); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
