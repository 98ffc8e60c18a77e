package main

import (
	"context"
	"maps"
	"slices"
	"time"

	"tapescript/audio/warp"
	"tapescript/transcript"
)

// How much of recordings a review lays words along before it begins. An hour
// takes some ten seconds, once: it is kept. Of a batch the first so much of what
// is not kept yet, because its utterances are short enough to find a word in.
const (
	mostPlaced = 20 * time.Minute // of a batch
	mostTimed  = 12 * time.Hour   // of recordings whose segments have times
	mostLaid   = 2 * time.Hour    // of one without any, which is laid in one piece
)

// placeWords gives the golds of a review the times of their words where neither
// side has any, so that each error can be heard. They are for hearing alone:
// unplaced takes them out of what is saved.
func (p *program) placeWords(ctx context.Context, w *reviewWork) error {
	recordings := map[*transcript.Document]string{} // of the golds without times
	for _, it := range w.items {
		if it.Recording == "" || w.store != nil && !there(it.Recording) || recordings[it.Gold] != "" || timedWords(it.Gold) || timedWords(it.Draft) {
			continue
		}
		recordings[it.Gold] = it.Recording
	}
	if len(recordings) == 0 {
		return nil
	}
	left := mostTimed
	if !w.single && w.formats == nil {
		left = mostPlaced
	}
	placed := map[*transcript.Document]*transcript.Document{}
	voices := map[string]*warp.Voice{}
	for _, it := range w.items {
		path, without := recordings[it.Gold]
		if !without || placed[it.Gold] != nil {
			continue
		}
		length := w.length(it)
		doc, fresh, err := p.placeGold(ctx, it.Gold, path, voices, length <= left && (length <= mostLaid || timedSegments(it.Gold)))
		switch {
		case err != nil:
			return err
		case doc != nil:
			placed[it.Gold] = doc
		case (w.single || w.formats != nil) && len(w.notes) == 0:
			w.notes = append(w.notes, p.words.Say("review.align-first"))
		}
		if fresh {
			left -= length
		}
	}
	for _, it := range w.items {
		if doc := placed[it.Gold]; doc != nil {
			it.Gold = doc
		}
	}
	return nil
}

// placeGold lays a gold along its recording, or takes what was kept of that. doc
// is nil where nothing is kept and it is not to be done afresh.
func (p *program) placeGold(ctx context.Context, gold *transcript.Document, path string, voices map[string]*warp.Voice, afresh bool) (doc *transcript.Document, fresh bool, err error) {
	a := &aligner{ctx: ctx, p: p, t: cloned(gold.Snapshot())}
	if a.name = a.t.Language; a.name == "" {
		a.name = p.words.Language()
	}
	if _, known := voices[a.name]; !known {
		voices[a.name], _ = warp.FindVoice(a.name) // nil: by syllables
	}
	a.voice = voices[a.name]
	before := gold.Snapshot().Segments
	kept := keptWords{segments: before, path: path, voice: a.name}
	if a.voice == nil {
		kept.voice = "syllables"
	}
	if !kept.restore(a.t) {
		if !afresh {
			return nil, false, nil
		}
		if err := a.hear(path); err != nil {
			return nil, false, err
		}
		if err := a.place(); err != nil {
			return nil, false, err
		}
		kept.put(a.t)
		fresh = true
	}
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
	doc, err = transcript.NewDocument(a.t)
	return doc, fresh, err
}

func timedSegments(doc *transcript.Document) bool {
	return !slices.ContainsFunc(doc.Snapshot().Segments, func(s *transcript.Segment) bool { return !s.Timed() && s.Text != "" })
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
