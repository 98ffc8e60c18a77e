package main

import (
	"context"
	"maps"
	"time"

	"tapescript/audio/warp"
	"tapescript/transcript"
)

// mostPlaced is how much of recordings a review lays words along before it
// begins: some ten seconds of work. What is longer is for `align`.
const mostPlaced = 20 * time.Minute

// placeWords gives the golds of a review the times of their words where neither
// side has any, so that each error can be heard. They are for hearing alone:
// unplaced takes them out of what is saved.
func (p *program) placeWords(ctx context.Context, w *reviewWork) error {
	recordings := map[*transcript.Document]string{} // of the golds without times
	total := time.Duration(0)
	for _, it := range w.items {
		if it.Recording == "" || recordings[it.Gold] != "" || timedWords(it.Gold) || timedWords(it.Draft) {
			continue
		}
		recordings[it.Gold] = it.Recording
		total += w.length(it)
	}
	if len(recordings) == 0 {
		return nil
	}
	if total > mostPlaced {
		if w.single {
			w.notes = append(w.notes, p.words.Say("review.align-first"))
		}
		return nil
	}
	placed := map[*transcript.Document]*transcript.Document{}
	voices := map[string]*warp.Voice{}
	for _, it := range w.items {
		path, without := recordings[it.Gold]
		if !without || placed[it.Gold] != nil {
			continue
		}
		doc, err := p.placeGold(ctx, it.Gold, path, voices)
		if err != nil {
			return err
		}
		placed[it.Gold] = doc
	}
	for _, it := range w.items {
		if doc := placed[it.Gold]; doc != nil {
			it.Gold = doc
		}
	}
	return nil
}

// placeGold lays a gold along its recording.
func (p *program) placeGold(ctx context.Context, gold *transcript.Document, path string, voices map[string]*warp.Voice) (*transcript.Document, error) {
	a := &aligner{ctx: ctx, p: p, t: cloned(gold.Snapshot())}
	if a.name = a.t.Language; a.name == "" {
		a.name = p.words.Language()
	}
	if _, known := voices[a.name]; !known {
		voices[a.name], _ = warp.FindVoice(a.name) // nil: by syllables
	}
	a.voice = voices[a.name]
	if err := a.hear(path); err != nil {
		return nil, err
	}
	if err := a.place(); err != nil {
		return nil, err
	}
	before := gold.Snapshot().Segments
	for i, s := range a.t.Segments {
		if s == before[i] {
			continue
		}
		mark := "timed"
		if !before[i].Timed() {
			mark = "untimed"
		}
		s.Extras = withMark(s.Extras, mark) // the segment is a.t's own
	}
	return transcript.NewDocument(a.t)
}

// placedMark is an extra of segments whose words a review has placed: whether
// they had a time before.
const placedMark = "review.placed"

func withMark(old transcript.Extras, mark string) transcript.Extras {
	marked := maps.Clone(old)
	if marked == nil {
		marked = transcript.Extras{}
	}
	marked[placedMark] = mark
	return marked
}

// unplaced is a gold as it is to be written: without the times that only the
// review gave it.
func unplaced(t *transcript.Transcript) *transcript.Transcript {
	c := cloned(t)
	for i, s := range c.Segments {
		mark, ours := s.Extras[placedMark]
		if !ours {
			continue
		}
		bare := *s
		bare.Words, bare.Extras = nil, maps.Clone(s.Extras)
		if delete(bare.Extras, placedMark); len(bare.Extras) == 0 {
			bare.Extras = nil
		}
		if mark == "untimed" {
			bare.Start, bare.End = 0, 0
		}
		c.Segments[i] = &bare
	}
	return c
}

func timedWords(doc *transcript.Document) bool {
	for _, s := range doc.Snapshot().Segments {
		for _, w := range s.Words {
			if w.Timed() {
				return true
			}
		}
	}
	return false
}
