package decode

import (
	"io"
	"math"
)

// mp3Probes is how many places of a file without a tag are looked at.
const mp3Probes = 8

// steady counts the frames of a file of constant bit rate without walking all
// of them. false: it is none, or something lies between its frames. Places
// throughout the file must each hold a frame just where its number says; the
// last ones are walked, since tags may follow them. What was joined elsewhere
// by whole frames is not seen here: the index corrects it.
func (x *mp3Index) steady(in *input) (frames int64, ok bool, err error) {
	walk := walkMP3(&window{in: in}, x.start)
	const tail = 64 << 10
	for i := range int64(mp3Probes + 1) {
		from := max(x.start.offset, x.start.offset+(in.size-x.start.offset)/mp3Probes*i-tail)
		f, err := walk.find(from)
		if err != nil {
			return 0, false, endless(err)
		}
		if f.number, ok = x.start.grid(f); !ok {
			return 0, false, nil
		}
		walk = walkMP3(walk.win, f)
	}
	for {
		f, err := walk.step()
		if err != nil {
			return walk.last.number + 1, ok, endless(err)
		}
		if _, ok = x.start.grid(f); !ok {
			return 0, false, nil
		}
	}
}

// grid is the number of a frame that lies where a constant bit rate puts it
// behind f, the first: padding keeps it within a byte or two of that.
func (f mp3Frame) grid(other mp3Frame) (number int64, ok bool) {
	const slack = 2
	nominal := f.header.nominal()
	behind := float64(other.offset - f.offset)
	number = int64(math.Round(behind / nominal))
	return number, other.header.kbps == f.header.kbps && math.Abs(behind-float64(number)*nominal) <= slack
}

// endless is err, but for the end of the file.
func endless(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}
