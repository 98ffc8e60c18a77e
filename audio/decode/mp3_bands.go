package decode

// mp3Bands divide the spectrum of one sample rate into the bands that share a
// scale factor (ISO 11172-3 table B.8, ISO 13818-3 table B.2; MPEG-2.5 takes
// those of 16 kHz, and has its own for 8 kHz). Numbers are widths in lines,
// those of short blocks for one of the three windows. At 24 kHz encoders part
// the bands 17 and 18 at line 332; the standard's first print says 330.
type mp3Bands struct {
	rateHz int
	long   [22]uint8
	short  [13]uint8
}

var mp3BandsOf = [...]mp3Bands{
	{44100, [22]uint8{4, 4, 4, 4, 4, 4, 6, 6, 8, 8, 10, 12, 16, 20, 24, 28, 34, 42, 50, 54, 76, 158},
		[13]uint8{4, 4, 4, 4, 6, 8, 10, 12, 14, 18, 22, 30, 56}},
	{48000, [22]uint8{4, 4, 4, 4, 4, 4, 6, 6, 6, 8, 10, 12, 16, 18, 22, 28, 34, 40, 46, 54, 54, 192},
		[13]uint8{4, 4, 4, 4, 6, 6, 10, 12, 14, 16, 20, 26, 66}},
	{32000, [22]uint8{4, 4, 4, 4, 4, 4, 6, 6, 8, 10, 12, 16, 20, 24, 30, 38, 46, 56, 68, 84, 102, 26},
		[13]uint8{4, 4, 4, 4, 6, 8, 12, 16, 20, 26, 34, 42, 12}},
	{22050, [22]uint8{6, 6, 6, 6, 6, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 38, 46, 52, 60, 68, 58, 54},
		[13]uint8{4, 4, 4, 6, 6, 8, 10, 14, 18, 26, 32, 42, 18}},
	{24000, [22]uint8{6, 6, 6, 6, 6, 6, 8, 10, 12, 14, 16, 18, 22, 26, 32, 38, 46, 54, 62, 70, 76, 36},
		[13]uint8{4, 4, 4, 6, 8, 10, 12, 14, 18, 24, 32, 44, 12}},
	{16000, [22]uint8{6, 6, 6, 6, 6, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 38, 46, 52, 60, 68, 58, 54},
		[13]uint8{4, 4, 4, 6, 8, 10, 12, 14, 18, 24, 30, 40, 18}},
	{8000, [22]uint8{12, 12, 12, 12, 12, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 76, 90, 2, 2, 2, 2, 2},
		[13]uint8{8, 8, 8, 12, 16, 20, 24, 28, 36, 2, 2, 2, 26}},
}

// bands are those of the header's sample rate.
func (h mp3Header) bands() *mp3Bands {
	for i := range mp3BandsOf {
		if mp3BandsOf[i].rateHz == h.rateHz {
			return &mp3BandsOf[i]
		}
	}
	return &mp3BandsOf[5] // 11.025 and 12 kHz
}

// mp3Emphasis is what preflag adds to the scale factors of long blocks (ISO
// 11172-3 table B.6).
var mp3Emphasis = [22]uint8{11: 1, 1, 1, 1, 2, 2, 3, 3, 3, 2, 0}

// mp3Layout is how the lines of a granule lie in bands: some of long blocks,
// then some of short, as block type, mixing and version tell.
//
//	pure long   22 long
//	pure short  13 short
//	mixed       as many long as fill two subbands, then the short from the third on
type mp3Layout struct {
	long      int // how many long bands
	short     int // the first short band; 13 if there are none
	longLines int // lines of the long bands, where the short begin
}

func (g *mp3Granule) layout(h mp3Header) mp3Layout {
	switch {
	case g.block != mp3Short:
		return mp3Layout{long: 22, short: 13, longLines: 576}
	case !g.mixed:
		return mp3Layout{}
	case h.version == 1:
		return mp3Layout{long: 8, short: 3, longLines: 36}
	case h.rateHz == 8000:
		return mp3Layout{long: 6, short: 3, longLines: 72}
	}
	return mp3Layout{long: 6, short: 3, longLines: 36}
}

// count is how many scale factors the layout has; a short band has one for each
// window.
func (l mp3Layout) count() int { return l.long + 3*(13-l.short) }
