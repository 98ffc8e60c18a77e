package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"time"

	"github.com/adrg/xdg"

	"tapescript/audio"
	"tapescript/transcript"
)

// keptWords are the places of a gold's words as the cache keeps them: by the
// content of the recording, and by what was laid along it. No word is in them.
type keptWords struct {
	segments []*transcript.Segment // as they were before
	path     string
	voice    string
}

// keptSegment is what was placed of a segment. Times are in milliseconds.
type keptSegment struct {
	Start int64        `json:"s"`
	End   int64        `json:"e"`
	Words [][5]float64 `json:"w"` // from, to, start, end, confidence
}

// wordsVersion changes with what the aligner finds.
const wordsVersion = "1"

func (k keptWords) place() (cache *audio.Cache, key audio.CacheKey, kind string, ok bool) {
	key, err := audio.KeyOf(k.path)
	if err != nil {
		return nil, key, "", false
	}
	h := sha256.New()
	e := json.NewEncoder(h)
	_ = e.Encode([]string{wordsVersion, k.voice})
	for _, s := range k.segments {
		_ = e.Encode([]any{s.Text, s.Start, s.End, s.Channel, s.Words})
	}
	return audio.NewCache(filepath.Join(xdg.CacheHome, "tapescript", "audio")), key, "words" + hex.EncodeToString(h.Sum(nil)[:8]), true
}

// restore gives segments the places that were kept; false where there are none.
func (k keptWords) restore(t *transcript.Transcript) bool {
	cache, key, kind, ok := k.place()
	if !ok {
		return false
	}
	data, ok := cache.Get(key, kind)
	var list []keptSegment
	if !ok || json.Unmarshal(data, &list) != nil || len(list) != len(t.Segments) {
		return false
	}
	for i, one := range list {
		if len(one.Words) == 0 {
			continue
		}
		s := *t.Segments[i]
		if s.Words = nil; !s.Timed() {
			s.Start, s.End = milliseconds(one.Start), milliseconds(one.End)
		}
		for _, w := range one.Words {
			s.Words = append(s.Words, transcript.Word{
				From: int(w[0]), To: int(w[1]), Start: milliseconds(int64(w[2])), End: milliseconds(int64(w[3])), Confidence: w[4], Estimated: true,
			})
		}
		t.Segments[i] = &s
	}
	if t.Validate() != nil {
		copy(t.Segments, k.segments)
		return false
	}
	return true
}

func milliseconds(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// put keeps the places; that it cannot be done costs no more than time.
func (k keptWords) put(t *transcript.Transcript) {
	list := make([]keptSegment, len(t.Segments))
	for i, s := range t.Segments {
		if s == k.segments[i] {
			continue
		}
		list[i].Start, list[i].End = s.Start.Milliseconds(), s.End.Milliseconds()
		for _, w := range s.Words {
			list[i].Words = append(list[i].Words, [5]float64{float64(w.From), float64(w.To), float64(w.Start.Milliseconds()), float64(w.End.Milliseconds()), w.Confidence})
		}
	}
	data, err := json.Marshal(list)
	cache, key, kind, ok := k.place()
	if err == nil && ok {
		_ = cache.Put(key, kind, data)
	}
}
