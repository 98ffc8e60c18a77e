package decode

import (
	"bytes"
	"encoding/binary"
	"io"
)

// oggPage is one page of an Ogg file, RFC 3533 section 6.
type oggPage struct {
	offset  int64
	size    int // bytes, header included
	flags   byte
	granule int64 // position behind the last packet that ends here; -1 if none does
	serial  uint32
	number  uint32
	lacing  []byte // 255 means: the packet goes on
	body    []byte
}

const (
	oggContinued = 1 // the first packet began on an earlier page
	oggFirst     = 2
	oggLast      = 4

	oggMaxPage = 27 + 255 + 255*255
)

// ends tells whether a packet ends on the page.
func (p *oggPage) ends() bool {
	for _, n := range p.lacing {
		if n < 255 {
			return true
		}
	}
	return false
}

// oggPageAt reads the page at offset and checks its sum. ok is false where
// there is none. The page's bytes are valid until win is used again.
func oggPageAt(win *window, offset int64) (page oggPage, ok bool, err error) {
	head, err := win.at(offset, 27)
	if err != nil || len(head) < 27 || string(head[:4]) != "OggS" || head[4] != 0 {
		return page, false, err
	}
	size := 27 + int(head[26])
	all, err := win.at(offset, size)
	if err != nil || len(all) < size {
		return page, false, err
	}
	lacing := all[27:]
	for _, n := range lacing {
		size += int(n)
	}
	if all, err = win.at(offset, size); err != nil || len(all) < size {
		return page, false, err
	}
	le := binary.LittleEndian
	page = oggPage{
		offset:  offset,
		size:    size,
		flags:   all[5],
		granule: int64(le.Uint64(all[6:])),
		serial:  le.Uint32(all[14:]),
		number:  le.Uint32(all[18:]),
		lacing:  all[27 : 27+int(all[26])],
		body:    all[27+int(all[26]) : size],
	}
	return page, oggSum(all) == le.Uint32(all[22:]), nil
}

// oggFind returns the first whole page of the stream serial that begins in
// [from, to), or io.EOF. Pages of other streams in the same file are passed
// over.
func oggFind(win *window, from, to int64, serial uint32) (oggPage, error) {
	for {
		page, err := oggFindAny(win, from, to)
		if err != nil || page.serial == serial {
			return page, err
		}
		from = page.offset + int64(page.size)
	}
}

// oggFindAny returns the first whole page that begins in [from, to), or io.EOF.
func oggFindAny(win *window, from, to int64) (oggPage, error) {
	for at := from; at < to; {
		p, err := win.rest(at)
		if err != nil {
			return oggPage{}, err
		}
		if len(p) == 0 {
			break
		}
		if skip := bytes.IndexByte(p, 'O'); skip != 0 {
			if skip < 0 {
				skip = len(p)
			}
			at += int64(skip)
			continue
		}
		page, ok, err := oggPageAt(win, at)
		switch {
		case err != nil:
			return oggPage{}, err
		case ok:
			return page, nil
		}
		at++
	}
	return oggPage{}, io.EOF
}

// oggSum is the page's checksum, in which the field of the sum counts as 0.
func oggSum(page []byte) (sum uint32) {
	for i, b := range page {
		if i >= 22 && i < 26 {
			b = 0
		}
		sum = sum<<8 ^ oggSumTable[byte(sum>>24)^b]
	}
	return sum
}

// oggSumTable has the polynomial 0x04C11DB7, most significant bit first, which
// hash/crc32 does not offer.
var oggSumTable = func() (table [256]uint32) {
	for i := range table {
		r := uint32(i) << 24
		for range 8 {
			if r&0x80000000 != 0 {
				r = r<<1 ^ 0x04C11DB7
			} else {
				r <<= 1
			}
		}
		table[i] = r
	}
	return table
}()

// oggPackets puts packets together from the pages of one stream.
type oggPackets struct {
	part []byte // of a packet that goes on
	open bool   // part is the beginning of one; otherwise a continuation is dropped
	max  int    // longer packets are dropped
}

// page gives each packet that ends on p to do. Packets are valid only during
// the call.
func (o *oggPackets) page(p oggPage, do func(packet []byte) error) error {
	if p.flags&oggContinued == 0 {
		o.part, o.open = o.part[:0], true
	}
	body := p.body
	for _, n := range p.lacing {
		if o.open {
			o.part = append(o.part, body[:n]...)
		}
		body = body[n:]
		if len(o.part) > o.max {
			o.part, o.open = o.part[:0], false
		}
		if n == 255 {
			continue
		}
		if o.open {
			if err := do(o.part); err != nil {
				return err
			}
		}
		o.part, o.open = o.part[:0], true
	}
	return nil
}

// drop forgets an unfinished packet: its other half is elsewhere.
func (o *oggPackets) drop() { o.part, o.open = o.part[:0], false }

// oggStart is one stream that begins where a link of an Ogg file does.
type oggStart struct {
	serial uint32
	head   []byte // the start of its first packet
	end    int64  // of its first page
}

// oggStreams lists the streams that begin at byte at of the file: their first
// pages all come before any other page.
func oggStreams(win *window, at int64) ([]oggStart, error) {
	const most = 64
	var starts []oggStart
	for len(starts) < most {
		p, ok, err := oggPageAt(win, at)
		if err != nil || !ok || p.flags&oggFirst == 0 {
			return starts, err
		}
		at += int64(p.size)
		starts = append(starts, oggStart{p.serial, append([]byte(nil), p.body[:min(len(p.body), 64)]...), at})
	}
	return starts, nil
}

// oggNames are the codecs that an Ogg stream may hold and that we do not read,
// by its first bytes.
var oggNames = []signature{
	{0, "Speex   ", "Speex audio"},
	{0, "\x7FFLAC", "FLAC audio in an Ogg container"},
	{0, "\x80theora", "a Theora film"},
	{0, "PCM     ", "PCM audio in an Ogg container"},
}

// oggName names what is in an Ogg file without a stream that we read.
func oggName(starts []oggStart) string {
	for _, s := range starts {
		for _, n := range oggNames {
			if bytes.HasPrefix(s.head, []byte(n.bytes)) {
				return n.name
			}
		}
	}
	return "an Ogg file without vorbis or Opus audio"
}
