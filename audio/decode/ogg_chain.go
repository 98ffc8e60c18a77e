package decode

import (
	"errors"
	"io"
	"slices"
	"strings"
)

// A physical Ogg file may hold several recordings, one behind the other, each
// with headers of its own (RFC 3533 section 4, "chaining"): joined files, and
// what is recorded off the net. Here they are one timeline.

// oggMaxLinks bounds the links of a chain: opening one costs about a
// millisecond.
const oggMaxLinks = 4096

// oggChain is a blockSource over the links, of which one at a time has a codec.
type oggChain struct {
	links  []*oggLink
	starts []int64 // first sample of each link, and the end of the last
	at     int     // the link being decoded
}

func openOgg(in *input) (Stream, error) {
	win := &window{in: in}
	c := &oggChain{starts: []int64{0}}
	info := Info{}
	for at := int64(0); at < in.size; {
		links, err := oggStreams(win, at)
		if err != nil {
			return nil, err
		}
		end, err := oggLinkEnd(win, at, links)
		if err != nil {
			return nil, err
		}
		link, err := openOggLink(win, at, end, links)
		var e *Error
		switch chained := at > 0 || end < in.size; {
		case err == nil:
			err = c.add(link, &info)
		case chained && errors.As(err, &e) && e.Reason == ErrNoSamples:
			err = nil // an empty link among others takes no time
		}
		if err != nil {
			return nil, err
		}
		at = end
	}
	if len(c.links) == 0 {
		return nil, &Error{Reason: ErrNoSamples}
	}
	info.LengthSamples = c.starts[len(c.links)]
	return newBlockStream(in, info, c), nil
}

// add puts link behind the others.
func (c *oggChain) add(link *oggLink, info *Info) error {
	if len(c.links) == 0 {
		info.Format, info.RateHz = link.traits.format, link.traits.rateHz
	} else {
		link.stop()
	}
	if link.traits.rateHz != info.RateHz {
		return &Error{Format: "several Ogg recordings of different sample rates in one file", Offset: link.from, Reason: ErrUnsupported}
	}
	if len(c.links) == oggMaxLinks {
		return &Error{Format: "an Ogg file of thousands of recordings", Offset: link.from, Reason: ErrUnsupported}
	}
	info.Channels = max(info.Channels, link.traits.channels)
	c.links = append(c.links, link)
	c.starts = append(c.starts, c.starts[len(c.starts)-1]+link.length())
	return nil
}

// openOggLink opens the first audio stream of the link in bytes [from, to).
func openOggLink(win *window, from, to int64, starts []oggStart) (*oggLink, error) {
	for _, start := range starts {
		for kind, audio := range oggAudio {
			if !strings.HasPrefix(string(start.head), audio.mark) {
				continue
			}
			link := &oggLink{win: win, kind: kind, from: from, to: to, serial: start.serial}
			if err := link.open(); err != nil {
				return nil, err
			}
			if link.length() <= 0 {
				return nil, &Error{Offset: from, Reason: ErrNoSamples}
			}
			return link, nil
		}
	}
	return nil, &Error{Format: oggName(starts), Offset: from, Reason: ErrUnsupported}
}

// oggLinkEnd is the byte at which the link that begins at from ends: the end of
// the file or the first page of the next. starts are its streams.
func oggLinkEnd(win *window, from int64, starts []oggStart) (int64, error) {
	for end := win.in.size; ; {
		// What is found may be the end of a later link: so look again before it.
		earlier, err := oggBorder(win, from, end, starts)
		if err != nil || earlier == end {
			return end, err
		}
		end = earlier
	}
}

// oggLinkPages tells the pages of a link from those of others: they have its
// serial numbers, and ascending page numbers, which tells even joined copies
// of one file apart.
type oggLinkPages struct {
	win     *window
	numbers map[uint32]uint32 // the last page number, of each serial number
}

// next looks at the first page in [at, to); one of size 0 means there is none.
func (l *oggLinkPages) next(at, to int64) (page oggPage, ours bool, err error) {
	page, err = oggFindAny(l.win, at, to)
	if err == io.EOF {
		return oggPage{}, true, nil
	}
	number, known := l.numbers[page.serial]
	ours = known && page.flags&oggFirst == 0 && page.number >= number
	if ours {
		l.numbers[page.serial] = page.number
	}
	return page, ours, err
}

// oggBorder returns the first byte of a link in (from, end), or end if it meets
// none: it looks here and there and at the last pages, of a small file at all
// of them, then bisects.
func oggBorder(win *window, from, end int64, starts []oggStart) (int64, error) {
	pages := oggLinkPages{win, map[uint32]uint32{}}
	low, high := from, int64(-1)
	for _, s := range starts {
		low, pages.numbers[s.serial] = s.end, 0
	}
	const small, looks = 1 << 20, 8
	for i, begin := int64(1), low; i < looks && high < 0 && end-low > small; i++ {
		page, ours, err := pages.next(begin+(end-begin)/looks*i, end)
		if err != nil {
			return 0, err
		}
		if !ours {
			high = page.offset
		} else if page.size > 0 {
			low = page.offset
		}
	}
	for at := max(low, end-small); high < 0; {
		page, ours, err := pages.next(at, end)
		switch {
		case err != nil:
			return 0, err
		case !ours:
			high = page.offset
		case page.size == 0:
			return end, nil
		default:
			low, at = page.offset, page.offset+int64(page.size)
		}
	}
	for low < high {
		middle := low + (high-low)/2
		page, ours, err := pages.next(middle, high)
		switch {
		case err != nil:
			return 0, err
		case ours && page.size > 0:
			low = page.offset + int64(page.size)
		default: // of another link, or no page begins before high
			high = middle
		}
	}
	// high may stand before the border, in what is no page.
	for at := high; at < end; {
		page, err := oggFindAny(win, at, end)
		if err == io.EOF {
			break
		}
		if err != nil {
			return 0, err
		}
		if page.flags&oggFirst != 0 {
			return page.offset, nil
		}
		at = page.offset + int64(page.size)
	}
	return end, nil
}

func (c *oggChain) damaged() (n int) {
	for _, link := range c.links {
		n += link.harm
	}
	return n
}

func (c *oggChain) locate(sample int64) error {
	i, found := slices.BinarySearch(c.starts, sample)
	if !found {
		i--
	}
	if err := c.enter(min(i, len(c.links)-1)); err != nil {
		return err
	}
	return c.links[c.at].locate(sample - c.starts[c.at])
}

// enter makes link i the one that is decoded.
func (c *oggChain) enter(i int) error {
	if c.at != i {
		c.links[c.at].stop()
		c.at = i
	}
	if c.links[i].codec != nil {
		return nil
	}
	return c.links[i].start()
}

func (c *oggChain) next() (int64, [][2]float64, error) {
	for {
		link := c.links[c.at]
		start, frames, err := link.next()
		switch {
		case err == io.EOF && c.at+1 < len(c.links):
			if err = c.enter(c.at + 1); err != nil {
				return 0, nil, err
			}
			c.links[c.at].rewind(c.links[c.at].first)
			continue
		case err != nil:
			return 0, nil, err
		}
		// What lies behind the end of the link must not hide the next one.
		keep := min(int64(len(frames)), link.length()-start)
		if keep <= 0 {
			continue
		}
		return start + c.starts[c.at], frames[:keep], nil
	}
}
