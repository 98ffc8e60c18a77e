package decode

import (
	"bytes"
	"io"
	"math"
	"sort"
)

// mp3Frame is a frame that was found. Frames are numbered from the first that
// holds sound; frames that were lost to damage keep their numbers, so that the
// time of what follows does not move.
type mp3Frame struct {
	number int64
	offset int64
	header mp3Header
}

// mp3Walker goes from frame to frame by their headers.
type mp3Walker struct {
	win      *window
	identity uint32
	last     mp3Frame // the frame before
	next     int64    // byte at which the following frame is expected
}

// walkMP3 returns a walker whose first step gives from.
func walkMP3(win *window, from mp3Frame) *mp3Walker {
	from.number--
	return &mp3Walker{win: win, identity: from.header.word & mp3Identity, last: from, next: from.offset}
}

// step gives the following frame, or io.EOF after the last whole one.
func (w *mp3Walker) step() (mp3Frame, error) {
	f := mp3Frame{number: w.last.number + 1, offset: w.next}
	p, err := w.win.at(w.next, 4)
	if err != nil {
		return f, err
	}
	var ok bool
	if f.header, ok = w.match(p); !ok {
		if f, err = w.resync(); err != nil {
			return f, err
		}
	}
	w.next = f.offset + int64(f.header.size())
	if w.next > w.win.in.size {
		return f, io.EOF // a last frame that breaks off cannot be decoded
	}
	w.last = f
	return f, nil
}

func (w *mp3Walker) match(p []byte) (mp3Header, bool) {
	h, ok := parseMP3Header(p)
	return h, ok && h.word&mp3Identity == w.identity && h.readable()
}

// resync finds the next frame behind bytes that are no frame. A tag in the
// middle (of files that were joined) takes no time; anything else is damage,
// and takes as many frames as fit between the last header and the next.
func (w *mp3Walker) resync() (mp3Frame, error) {
	from, tagged := w.next, false
	for {
		p, err := w.win.at(from, 10)
		if err != nil {
			return mp3Frame{}, err
		}
		if len(p) < 10 || string(p[:3]) != "ID3" {
			break
		}
		from, tagged = from+id3Size(p), true
	}
	f, err := w.find(from)
	if err != nil {
		return f, err
	}
	f.number = w.last.number + 1
	if !tagged {
		nominal := (w.last.header.nominal() + f.header.nominal()) / 2
		f.number = w.last.number + max(1, int64(math.Round(float64(f.offset-w.last.offset)/nominal)))
	}
	return f, nil
}

// find returns the first frame at or behind from that another one follows, or
// the end of the file.
func (w *mp3Walker) find(from int64) (mp3Frame, error) {
	for at := from; ; {
		p, err := w.win.rest(at)
		if err != nil {
			return mp3Frame{}, err
		}
		if len(p) == 0 {
			return mp3Frame{}, io.EOF
		}
		skip := bytes.IndexByte(p, 0xFF)
		if skip < 0 {
			at += int64(len(p))
			continue
		}
		at += int64(skip)
		if p, err = w.win.at(at, 4); err != nil {
			return mp3Frame{}, err
		}
		if h, ok := w.match(p); ok {
			end := at + int64(h.size())
			if p, err = w.win.at(end, 4); err != nil {
				return mp3Frame{}, err
			}
			if _, ok := w.match(p); ok || end == w.win.in.size {
				return mp3Frame{offset: at, header: h}, nil
			}
		}
		at++
	}
}

// mp3Index finds a frame near any number.
//
//	frames  0 . . . 64 . . . 128 . . .      one entry every stride frames;
//	entries ^       ^        ^              the few between are walked
type mp3Index struct {
	entries []mp3Frame
	stride  int64
	frames  int64 // number of the last frame, plus one
	lost    int64 // frames of these that are missing
}

// mp3MaxEntries bounds the index: when it is full, every other entry goes.
const mp3MaxEntries = 1 << 16

// indexMP3 walks over the whole file by headers alone.
func indexMP3(win *window, first mp3Frame) (*mp3Index, error) {
	x := &mp3Index{stride: 64}
	w := walkMP3(win, first)
	for {
		f, err := w.step()
		if err == io.EOF {
			return x, nil
		}
		if err != nil {
			return nil, err
		}
		x.lost += f.number - x.frames
		x.frames = f.number + 1
		if n := len(x.entries); n == 0 || f.number >= x.entries[n-1].number+x.stride {
			x.add(f)
		}
	}
}

func (x *mp3Index) add(f mp3Frame) {
	if len(x.entries) == mp3MaxEntries {
		for i := range len(x.entries) / 2 {
			x.entries[i] = x.entries[2*i]
		}
		x.entries = x.entries[:len(x.entries)/2]
		x.stride *= 2
	}
	x.entries = append(x.entries, f)
}

// before returns the last entry that is not behind number.
func (x *mp3Index) before(number int64) mp3Frame {
	i := sort.Search(len(x.entries), func(i int) bool { return x.entries[i].number > number })
	return x.entries[max(0, i-1)]
}
