package decode

import (
	"encoding/binary"
	"errors"
	"math"
)

// The vorbis library takes a header's word for how much memory it needs: a
// codebook of no entries asks it for 16 GiB, one of no dimensions makes it
// loop for ever. So the parts of the headers that decide on memory and loops
// are read here first (Vorbis I specification, sections 3.2.1, 4.2, 6.2, 7.2,
// 8.6) and refused beyond bounds that real encoders stay far below.
const (
	vorbisMaxEntries   = 1 << 16 // of one codebook; encoders use up to 6561
	vorbisMaxDims      = 256     // encoders use up to 16
	vorbisMaxAllValues = 1 << 21 // entries times dimensions, all codebooks
)

var errVorbisSetup = errors.New("its setup header makes no sense")

// checkVorbisID checks the identification header.
func checkVorbisID(p []byte) error {
	if len(p) < 30 || string(p[:7]) != "\x01vorbis" {
		return errors.New("expected an identification header")
	}
	channels, rate := p[11], binary.LittleEndian.Uint32(p[12:])
	short, long := p[28]&15, p[28]>>4
	if channels == 0 || rate == 0 || rate > maxRateHz || short < 6 || long > 13 || short > long {
		return errors.New("its identification header makes no sense")
	}
	return nil
}

// vorbisBits reads a packet bit by bit, least significant first.
type vorbisBits struct {
	p  []byte
	at int
}

func (b *vorbisBits) read(n int) (v uint32) {
	for i := range n {
		if at := b.at + i; at < 8*len(b.p) {
			v |= uint32(b.p[at/8]>>(at%8)&1) << i
		}
	}
	b.at += n
	return v
}

func (b *vorbisBits) over() bool { return b.at > 8*len(b.p) }

// checkVorbisSetup reads the setup header as far as the residues.
func checkVorbisSetup(p []byte) error {
	if len(p) < 7 || string(p[:7]) != "\x05vorbis" {
		return errors.New("expected a setup header")
	}
	b := &vorbisBits{p: p[7:]}
	values := 0
	for range b.read(8) + 1 {
		n, err := checkVorbisCodebook(b)
		if err != nil {
			return err
		}
		if values += n; values > vorbisMaxAllValues {
			return errVorbisSetup
		}
	}
	for range b.read(6) + 1 {
		b.read(16)
	}
	for range b.read(6) + 1 {
		if err := skipVorbisFloor(b); err != nil {
			return err
		}
	}
	for range b.read(6) + 1 {
		if err := checkVorbisResidue(b); err != nil {
			return err
		}
	}
	if b.over() {
		return errVorbisSetup
	}
	return nil
}

// checkVorbisCodebook passes over one codebook and returns how many values the
// library will hold for it.
func checkVorbisCodebook(b *vorbisBits) (int, error) {
	if b.read(24) != 0x564342 {
		return 0, errVorbisSetup
	}
	dims, entries := int(b.read(16)), int(b.read(24))
	if dims < 1 || dims > vorbisMaxDims || entries < 2 || entries > vorbisMaxEntries {
		return 0, errVorbisSetup
	}
	if ordered := b.read(1) == 1; ordered {
		b.read(5)
		for current := 0; current < entries; {
			n := int(b.read(bitLength(entries - current)))
			if current += n; current > entries || b.over() {
				return 0, errVorbisSetup
			}
		}
	} else {
		used, sparse := 0, b.read(1) == 1
		for range entries {
			if !sparse || b.read(1) == 1 {
				b.read(5)
				used++
			}
		}
		if used == 0 { // every lookup would go round and round
			return 0, errVorbisSetup
		}
	}
	lookup := b.read(4)
	if lookup > 0 {
		b.read(64)
		bits := int(b.read(4)) + 1
		b.read(1)
		n := entries * dims
		if lookup == 1 {
			n = int(math.Floor(math.Pow(float64(entries), 1/float64(dims))))
		}
		b.at += n * bits
	}
	if lookup > 2 || b.over() {
		return 0, errVorbisSetup
	}
	return entries * dims, nil
}

// bitLength is the number of bits that hold n.
func bitLength(n int) (bits int) {
	for ; n > 0; n >>= 1 {
		bits++
	}
	return bits
}

func skipVorbisFloor(b *vorbisBits) error {
	switch b.read(16) {
	case 0:
		b.at += 8 + 16 + 16 + 6 + 8
		b.at += 8 * int(b.read(4)+1)
	case 1:
		classes := make([]int, b.read(5))
		most := 0 // as the library has it, even without classes
		for i := range classes {
			classes[i] = int(b.read(4))
			most = max(most, classes[i])
		}
		dims := make([]int, most+1)
		for i := range dims {
			dims[i] = int(b.read(3)) + 1
			subclass := b.read(2)
			if subclass > 0 {
				b.read(8)
			}
			b.at += 8 << subclass
		}
		b.read(2)
		bits := int(b.read(4))
		for _, c := range classes {
			b.at += dims[c] * bits
		}
	default:
		return errVorbisSetup
	}
	if b.over() {
		return errVorbisSetup
	}
	return nil
}

func checkVorbisResidue(b *vorbisBits) error {
	kind, begin, end := b.read(16), b.read(24), b.read(24)
	b.read(24)
	if kind > 2 || begin > end {
		return errVorbisSetup
	}
	classes := b.read(6) + 1
	b.read(8)
	books := 0
	for range classes {
		cascade := b.read(3)
		if b.read(1) == 1 {
			cascade |= b.read(5) << 3
		}
		for ; cascade > 0; cascade &= cascade - 1 {
			books++
		}
	}
	b.at += 8 * books
	if b.over() {
		return errVorbisSetup
	}
	return nil
}
