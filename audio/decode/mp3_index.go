package decode

import (
	"bytes"
	"io"
	"math"
	"sort"
	"sync"
	"sync/atomic"
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
	// stuffed: something was put between the frames, as the tag's count of
	// bytes tells; then what is no frame takes no time.
	stuffed bool
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
// middle (of files that were joined) takes no time, and nothing does in a file
// that was stuffed; anything else is damage, and takes as many frames as fit
// between the last header and the next.
func (w *mp3Walker) resync() (mp3Frame, error) {
	from, tagged := w.next, w.stuffed
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

// mp3Index finds a frame near any number. It is filled by one goroutine while
// others ask it.
//
//	frames  0 . . . 64 . . . 128 . . .      one entry every stride frames;
//	entries ^       ^        ^              the few between are walked
type mp3Index struct {
	start   mp3Frame // frame 0
	stuffed bool
	walk    *mp3Walker // of scan
	stop    atomic.Bool
	done    chan struct{} // closed when the whole file has been walked

	mu      sync.Mutex
	grown   sync.Cond // entries or ended changed
	entries []mp3Frame
	stride  int64
	frames  int64 // number of the last frame, plus one
	ended   bool
}

const (
	// mp3MaxEntries bounds the index: when it is full, every other entry goes.
	mp3MaxEntries = 1 << 16
	// mp3ScanFirst is how much of a file is walked before it is opened: some
	// milliseconds, and enough for most recordings.
	mp3ScanFirst = 8 << 20
)

// newMP3Index prepares an index that reads in by itself.
func newMP3Index(in *input, first mp3Frame, stuffed bool) *mp3Index {
	x := &mp3Index{start: first, stuffed: stuffed, done: make(chan struct{}), stride: 64}
	x.walk = x.walker(&window{in: in}, first)
	x.grown.L = &x.mu
	return x
}

// walker is walkMP3 that counts frames as the index does.
func (x *mp3Index) walker(win *window, from mp3Frame) *mp3Walker {
	w := walkMP3(win, from)
	w.stuffed = x.stuffed
	return w
}

// scan walks by headers alone from where it stands to byte until or the end of
// the file. An error is one of reading; it ends the scan, too.
func (x *mp3Index) scan(until int64) error {
	frames, next := int64(0), int64(0)
	for x.walk.next < until && !x.stop.Load() {
		f, err := x.walk.step()
		if err != nil {
			x.saw(frames) // before it is said to be the end
			x.end()
			if err == io.EOF {
				return nil
			}
			return err
		}
		if frames = f.number + 1; f.number >= next {
			next = x.add(f)
		}
	}
	x.saw(frames)
	return nil
}

// saw takes note that there are so many frames at least.
func (x *mp3Index) saw(frames int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.frames = max(x.frames, frames)
}

// finish walks the rest of the file in a goroutine of its own. Where the file
// cannot be read, the reader will be told when it comes there.
func (x *mp3Index) finish() {
	go func() {
		defer x.end()
		_ = guard(func() error { return x.scan(math.MaxInt64) })
	}()
}

// end says that there will be no more entries.
func (x *mp3Index) end() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.ended {
		x.ended = true
		close(x.done)
		x.grown.Broadcast()
	}
}

// settled tells whether the scan has ended.
func (x *mp3Index) settled() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.ended
}

// add returns the number from which the next entry is wanted.
func (x *mp3Index) add(f mp3Frame) int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := len(x.entries); n > 0 && f.number < x.entries[n-1].number+x.stride {
		return x.entries[n-1].number + x.stride
	}
	if len(x.entries) == mp3MaxEntries {
		for i := range len(x.entries) / 2 {
			x.entries[i] = x.entries[2*i]
		}
		x.entries = x.entries[:len(x.entries)/2]
		x.stride *= 2
	}
	x.entries = append(x.entries, f)
	x.frames = f.number + 1
	x.grown.Broadcast()
	return f.number + x.stride
}

// close ends the scan and waits for its end.
func (x *mp3Index) close() {
	x.stop.Store(true)
	<-x.done
}

// before returns the last entry that is not behind number; it waits until the
// scan has come as far. false: the file has no frame at all.
func (x *mp3Index) before(number int64) (mp3Frame, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for !x.ended && x.frames <= number {
		x.grown.Wait()
	}
	if len(x.entries) == 0 {
		return mp3Frame{}, false
	}
	i := sort.Search(len(x.entries), func(i int) bool { return x.entries[i].number > number })
	return x.entries[max(0, i-1)], true
}

// count is how many frames there are; exact once the scan has ended.
func (x *mp3Index) count() int64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.frames
}
