package decode

import (
	"context"
	"io"
	"math"
)

// Overviewer is implemented by streams that can tell how loud a recording is
// throughout without decoding it: mp3, 10 h in about a second.
type Overviewer interface {
	// Overview calls yield with one stretch of samples after another, from the
	// first to the last, and about how loud each is: the root of the mean
	// square over the channels, 0 to 1. It is an estimate to look at, some dB
	// off. It ends with the recording, when yield returns false, when ctx ends
	// (with its error) or with an *Error where the file cannot be read. It
	// disturbs no reader: it may run while another goroutine uses the stream,
	// as long as that does not close it.
	Overview(ctx context.Context, yield func(from, samples int64, level float32) bool) error
}

// mp3LevelScale makes the estimate of a granule a root mean square: the median
// over read speech, encoded in four ways.
const mp3LevelScale = 0.2

// Overview estimates the level of every granule from its side information: how
// much the samples are amplified, and how large the lines of each region may be,
// which its Huffman table tells, since encoders take the smallest that does.
func (s *mp3Stream) Overview(ctx context.Context, yield func(from, samples int64, level float32) bool) error {
	win := window{in: s.in}
	walk := s.src.index.walker(&win, s.src.index.start)
	var side mp3Side
	tables := mp3Shared()
	for n := int64(0); ; {
		f, err := walk.step()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return s.in.wrap(err, s.info.Format)
		}
		if n&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if f.number > n && !s.overviewed(n, 0, (f.number-n)*s.src.frame, 0, yield) { // lost
			return nil
		}
		n = f.number + 1
		h := f.header
		p, err := win.at(f.offset, h.side()+h.sideSize())
		if err != nil {
			return s.in.wrap(err, s.info.Format)
		}
		side.parse(h, p[min(len(p), h.side()):])
		for gr := range h.granules() {
			power := float32(0)
			for ch := range h.channels {
				level := side.granules[gr][ch].level(tables)
				power += level * level
			}
			level := min(1, float32(math.Sqrt(float64(power/float32(h.channels)))))
			if !s.overviewed(f.number, int64(gr)*576, 576, level, yield) {
				return nil
			}
		}
	}
}

// overviewed yields the part of a stretch that is heard: behind the encoder's
// delay and before its padding.
func (s *mp3Stream) overviewed(frame, offset, samples int64, level float32, yield func(from, samples int64, level float32) bool) bool {
	from := frame*s.src.frame + offset - s.src.tag.delay
	to := from + samples
	from = max(from, 0)
	if t := s.src.tag; t.frames > 0 && frame < t.frames {
		to = min(to, t.frames*s.src.frame-t.padding-t.delay)
	}
	return from >= to || yield(from, to-from, level)
}

// level estimates the root mean square of the samples that a granule gives. A
// few of many lines are as large as their table allows: their number is taken
// to grow with the root of that of all.
func (g *mp3Granule) level(t *mp3Tables) float32 {
	if g.bits == 0 || g.big > 576 {
		return 0
	}
	power, line := 0.01*float64(g.bits), 0 // of the quadruples, which hold ones
	for i, end := range g.ends {
		power += math.Sqrt(float64(max(0, end-line))) * t.peak[g.tables[i]&31]
		line = end
	}
	return mp3LevelScale * t.gain[mp3GainFloor+g.gain-210] * float32(math.Sqrt(power))
}
