package decode

// mp3Reservoir is how far back data may begin; MPEG-2 allows 255 bytes of it.
const mp3Reservoir = 511

// mp3Decoder decodes the frames of MPEG-1, MPEG-2 and MPEG-2.5 layer III one
// after another. A frame is several things at once:
//
//	header, side information     of frame n
//	the place (not the content)  of frame n
//	data                         of frames n, n+1 … as far as it reaches
//
// so a frame's data begin up to 511 bytes back, in the reservoir of frames
// before it. What it decodes depends also on the two granules before: the
// transforms overlap by one, the filter bank looks back into what that gave.
type mp3Decoder struct {
	tables *mp3Tables
	side   mp3Side
	data   []byte // the reservoir, then the frame's own data
	// Each of two channels:
	factors [2][2]mp3Factors // of each granule too
	x       [2][576]float32
	last    [2]int // line behind the last of x that may not be 0
	over    [2][32][18]float32
	active  [2]int // subbands in which over may not be 0
	bank    [2]mp3Bank

	scaled [40]mp3Scaled
	slots  [mp3Slots * 32]float32
}

func newMP3Decoder() *mp3Decoder {
	return &mp3Decoder{tables: mp3Shared(), data: make([]byte, 0, 4096)}
}

// reset forgets all frames.
func (d *mp3Decoder) reset() {
	d.data = d.data[:0]
	for ch := range 2 {
		d.forget(ch)
	}
}

// forget empties the memory of a channel.
func (d *mp3Decoder) forget(ch int) {
	d.over[ch], d.active[ch], d.bank[ch] = [32][18]float32{}, 0, mp3Bank{}
}

// feed keeps the data of a frame that is not to be decoded.
func (d *mp3Decoder) feed(main []byte) {
	if n := len(d.data); n > mp3Reservoir {
		d.data = d.data[:copy(d.data, d.data[n-mp3Reservoir:])]
	}
	d.data = append(d.data, main...)
}

// lose says that frames are missing here: what follows cannot reach behind.
func (d *mp3Decoder) lose() { d.data = d.data[:0] }

// frame decodes the frame of header h whose side information and data follow
// one another in p, into h.samples() frames of out. It tells whether it could;
// if not, out is what a frame of silence gives.
func (d *mp3Decoder) frame(h mp3Header, p []byte, out [][2]float64) bool {
	if len(p) < h.sideSize() {
		d.silence(h, out)
		return false
	}
	d.side.parse(h, p[:h.sideSize()])
	main := p[h.sideSize():]
	d.feed(main)
	own := len(d.data) - len(main)
	if s := &d.side; s.bad || s.back > own || s.bytes > s.back+len(main) {
		d.silence(h, out)
		return false
	}
	// What is read of one granule must not run over the buffer.
	d.data = append(d.data, make([]byte, 8)...)
	b := mp3Bitstream{p: d.data, bit: 8 * (own - d.side.back)}
	d.data = d.data[:len(d.data)-8]
	for gr := range h.granules() {
		d.granule(h, gr, &b)
		d.synthesise(h, gr, out[576*gr:])
	}
	return true
}

// silence gives what a frame of nothing does: the end of what was before it.
func (d *mp3Decoder) silence(h mp3Header, out [][2]float64) {
	for gr := range h.granules() {
		for ch := range h.channels {
			d.side.granules[gr][ch] = mp3Granule{}
			d.last[ch] = 0
		}
		d.synthesise(h, gr, out[576*gr:])
	}
}

// granule reads the spectra of a granule.
func (d *mp3Decoder) granule(h mp3Header, gr int, b *mp3Bitstream) {
	bands := h.bands()
	less := 0
	if h.midSide() && !h.intensity() {
		less = 2 // divides by the root of 2
	}
	for ch := range h.channels {
		g, f := &d.side.granules[gr][ch], &d.factors[gr][ch]
		l := g.layout(h)
		end := b.bit + g.bits
		if h.version == 1 {
			share := d.side.share[ch]
			if gr == 0 {
				share = 0
			}
			f.read1(b, g, l, share, &d.factors[0][ch])
		} else {
			f.read2(b, g, ch == 1 && h.intensity())
		}
		scaled := f.scales(d.tables, g, l, bands, less, &d.scaled)
		d.last[ch] = readSpectrum(d.tables, g, b, end, scaled, &d.x[ch])
	}
	if h.channels == 2 && (h.midSide() || h.intensity()) {
		d.joint(h, gr, bands)
	}
	for ch := range h.channels {
		l := d.side.granules[gr][ch].layout(h)
		d.last[ch] = l.interleave(bands, &d.x[ch], d.last[ch])
	}
}

// joint undoes joint stereo.
func (d *mp3Decoder) joint(h mp3Header, gr int, bands *mp3Bands) {
	last := max(d.last[0], d.last[1])
	d.last = [2]int{last, last}
	if !h.intensity() {
		midSide(d.x[0][:last], d.x[1][:last])
		return
	}
	right := &d.side.granules[gr][1]
	j := mp3Joint{lsf: h.version != 1, ms: h.midSide(), right: right, factors: &d.factors[gr][1],
		layout: right.layout(h), bands: bands}
	j.apply(&d.x[0], &d.x[1])
}

// synthesise turns the spectra of a granule into 576 samples.
func (d *mp3Decoder) synthesise(h mp3Header, gr int, out [][2]float64) {
	o := (*[576][2]float64)(out)
	for ch := range h.channels {
		d.transform(ch, &d.side.granules[gr][ch])
		d.bank[ch].synthesise(d.tables, &d.slots, o, ch)
	}
	if h.channels == 1 {
		for i := range o {
			o[i][1] = o[i][0]
		}
		if gr == 0 {
			d.forget(1)
		}
	}
}

// transform turns the lines of a channel into 18 samples of each subband.
func (d *mp3Decoder) transform(ch int, g *mp3Granule) {
	x, t := &d.x[ch], d.tables
	coded := (d.last[ch] + 17) / 18 // subbands
	long := 32                      // so many are not short
	switch {
	case g.block != mp3Short:
		reduceAlias(x, min(coded, 31))
		coded = min(coded+1, 32)
	case g.mixed:
		long = 2
		reduceAlias(x, 1)
		coded = max(coded, 2)
	default:
		long = 0
	}
	if d.last[ch] == 0 {
		coded = 0
	}
	for sb := range coded {
		in, over := (*[18]float32)(x[18*sb:]), &d.over[ch][sb]
		switch {
		case sb >= long:
			imdct12(in, over, t, &d.slots, sb)
		case g.mixed && sb < 2:
			imdct36(in, over, &t.imdct36[sb&1][mp3Long], &d.slots, sb)
		default:
			imdct36(in, over, &t.imdct36[sb&1][g.block&3], &d.slots, sb)
		}
	}
	for sb := coded; sb < 32; sb++ {
		over := &d.over[ch][sb]
		for i := range over {
			d.slots[32*i+sb] = over[i]
		}
		if sb < d.active[ch] {
			*over = [18]float32{}
		}
	}
	d.active[ch] = coded
}
