package warp

import (
	"sort"
	"time"
)

// heard is the recording, frame by frame.
type heard struct {
	frames []vector
	rest   []float32 // what it costs to take a frame for silence
	room   colour
}

func (h *heard) count() int { return len(h.frames) }

// The costs of taking a frame for silence: as loud as the noise floor, as loud
// as speech, and what is added where nobody speaks or somebody does, as far as
// the caller knows. A frame of the right sound costs about 0.8, one of another
// sound 1.4.
const (
	restSilent  = 0.25
	restSpeech  = 1.7
	restOutside = -0.25
	restInside  = 0.15
)

// From where to where, between the noise's own and speech's distance from the
// noise, a frame turns from silence into speech.
const (
	restFrom = 0.15
	restTo   = 0.65
)

// hear prepares a stretch of a recording; around it lies more of the same, by
// which its noise is known.
func hear(s, around spectra, begin time.Duration, speech []Span) *heard {
	h := &heard{frames: make([]vector, len(s.mel)), rest: make([]float32, len(s.mel)), room: around.colour()}
	floor, loud := levels(around.level)
	middle := (floor + max(loud, floor+6)) / 2
	raws := s.in(h.room, h.room).raws()
	sc := scaleOf(raws, func(i int) bool { return s.level[i] >= middle })
	quiet, spoken := levels(around.above(h.room.noise))
	above := s.above(h.room.noise)
	next := 0
	for i := range s.mel {
		h.frames[i] = sc.apply(raws[i])
		part := max(0, min(1, ((above[i]-quiet)/(spoken-quiet+1e-3)-restFrom)/(restTo-restFrom)))
		h.rest[i] = restSilent + (restSpeech-restSilent)*part
		if speech == nil {
			continue
		}
		at := begin + time.Duration(i)*hopTime
		for next < len(speech) && speech[next].End <= at {
			next++
		}
		if next < len(speech) && speech[next].Start <= at {
			h.rest[i] += restInside
		} else {
			h.rest[i] += restOutside
		}
	}
	return h
}

// spoken is how many frames hold speech.
func (h *heard) spoken() int {
	n := 0
	for _, cost := range h.rest {
		if cost > (restSilent+restSpeech)/2 {
			n++
		}
	}
	return n
}

// coarse is the recording in frames as long as factor of these.
func (h *heard) coarse(factor int) *heard {
	count := (h.count() + factor - 1) / factor
	c := &heard{frames: make([]vector, count), rest: make([]float32, count)}
	for i := range count {
		from, to := i*factor, min((i+1)*factor, h.count())
		c.frames[i] = average(h.frames[from:to])
		for _, cost := range h.rest[from:to] {
			c.rest[i] += cost / float32(to-from)
		}
	}
	return c
}

func average(list []vector) (v vector) {
	for i := range list {
		for k, x := range list[i] {
			v[k] += x / float32(len(list))
		}
	}
	return v
}

// score is what is to be heard: the words' frames one after the other.
type score struct {
	sound []vector
	begin []int // of each word, its first frame; and the end of the last
	words int
}

func (s *score) frames() int { return len(s.sound) }

// compose makes one row of frames of the words' sounds, as they would arrive in
// a room.
func compose(words []Sound, room colour) *score {
	known := map[*float32]int{} // the same word is analysed once
	var parts []spectra
	var all spectra
	which := make([]int, len(words))
	for i, w := range words {
		var id *float32
		if len(w.Samples) > 0 {
			id = &w.Samples[0]
		}
		at, ok := known[id]
		if !ok {
			at = len(parts)
			s := analyse(w)
			known[id], parts = at, append(parts, s)
			all.level, all.mel = append(all.level, s.level...), append(all.mel, s.mel...)
		}
		which[i] = at
	}
	out := &score{words: len(words)}
	if len(all.level) == 0 {
		out.begin = make([]int, len(words)+1)
		return out
	}
	own := all.colour()
	own.noise = [melBands]float32{}
	var raws []vector
	begin := make([]int, len(parts)+1)
	for p, s := range parts {
		raws = append(raws, s.in(own, room).raws()...)
		begin[p+1] = len(raws)
	}
	floor, loud := levels(all.level)
	sc := scaleOf(raws, func(i int) bool { return all.level[i] >= (floor+loud)/2 })
	for i := range raws {
		raws[i] = sc.apply(raws[i])
	}
	for _, p := range which {
		out.begin = append(out.begin, len(out.sound))
		out.sound = append(out.sound, raws[begin[p]:begin[p+1]]...)
	}
	out.begin = append(out.begin, len(out.sound))
	return out
}

// leastFrames is how short a word may become: what a hurried "a" takes.
const leastFrames = 3

// paced is the score at another pace: each word has its frames times ratio.
func (s *score) paced(ratio float64) *score {
	out := &score{words: s.words}
	for w := range s.words {
		from, to := s.begin[w], s.begin[w+1]
		count := max(leastFrames, int(float64(to-from)*ratio+0.5))
		out.begin = append(out.begin, len(out.sound))
		for i := range count {
			if to == from { // a word that makes no sound
				out.sound = append(out.sound, vector{})
				continue
			}
			out.sound = append(out.sound, s.sound[from+i*(to-from)/count])
		}
	}
	out.begin = append(out.begin, len(out.sound))
	return out
}

// word is the number of the word that a frame belongs to.
func (s *score) word(frame int) int {
	return sort.Search(s.words, func(w int) bool { return s.begin[w+1] > frame })
}

// state is a frame of the score to be heard, or a rest before one.
type state struct {
	frame int32 // of the score; with rest, the one that follows
	rest  bool
}

// states lists the score at some coarseness, with a rest wherever one may be:
// before each word, behind the last, and, where frames are of several words,
// before each frame.
func (s *score) states(factor int) (list []state, sound []vector) {
	if factor == 1 {
		for w := range s.words {
			list = append(list, state{int32(s.begin[w]), true})
			for f := s.begin[w]; f < s.begin[w+1]; f++ {
				list = append(list, state{int32(f), false})
			}
		}
		return append(list, state{int32(len(s.sound)), true}), s.sound
	}
	for from := 0; from < len(s.sound); from += factor {
		frame := int32(len(sound))
		list = append(list, state{frame, true}, state{frame, false})
		sound = append(sound, average(s.sound[from:min(from+factor, len(s.sound))]))
	}
	return append(list, state{int32(len(sound)), true}), sound
}
