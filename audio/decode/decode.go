// Package decode reads recordings as exact, seekable streams of samples.
//
// A Stream is one open recording: its Info gives the exact length, Seek moves
// to any sample frame and the next Read returns exactly that frame, in every
// format. A sample frame is one sample of each channel; positions and lengths
// count sample frames from 0, and intervals are half-open.
//
// What is read: wav, flac, mp3, ogg vorbis and ogg opus, recognised by content.
// Each format has one file here and its own way to find a sample; what they
// share is a stream of decoded blocks that know their place, so that damage in
// the middle of a file becomes silence of the same length and no later position
// moves. Other formats (m4a, wma, amr, webm, films) go through the system's
// ffmpeg, where it is installed, and are exact, too.
//
// The package does not play, resample or convert, and it knows nothing of time
// or text.
//
// The one call that matters:
//
//	s, err := decode.Open("talk.mp3")
package decode

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Info describes a recording.
type Info struct {
	Format string // "wav", "flac", "mp3", "ogg vorbis", "ogg opus", or a name that ffmpeg's formats have here
	RateHz int    // sample frames per second, 1 to maxRateHz
	// Channels is the number in the file. Read always gives stereo frames: mono
	// is doubled, and of more than two channels the first two are given, which
	// every format here orders as front left and front right; ffmpeg mixes them
	// down.
	Channels int
	// LengthSamples is the exact number of sample frames that Read delivers
	// from the start, without the encoder's delay and padding. Of a file that
	// breaks off it counts what is there, whatever the header promises.
	LengthSamples int64
	// Estimated tells that LengthSamples is not exact yet but what a container
	// says that only ffmpeg reads: ask again later. Read never ends before the
	// true end, nor goes on behind it.
	Estimated bool
	// PromisedSamples is what the header says there should be; 0 where it does
	// not say, as in ogg vorbis and in what was recorded to a pipe. More than
	// LengthSamples: the recording breaks off, though one frame of mp3 (up to
	// 1152) may be an encoder that counts its own tag. Less: more was joined on
	// behind.
	PromisedSamples int64
}

// Samples is a position or length in sample frames. It is the same type as
// int64; the name keeps go vet from taking Stream.Seek for a wrong io.Seeker.
type Samples = int64

// Stream is decoded audio that can be sought to the exact sample. It is not
// safe for concurrent use.
type Stream interface {
	Info() Info
	// Read fills dst with sample frames in -1..1 from the current position.
	// n < len(dst) only at the end or on error; at the end err is io.EOF, and n
	// may then be 0. Any other error is an *Error; after it the position is
	// that of the first frame not read, and Seek elsewhere recovers.
	Read(dst [][2]float64) (n int, err error)
	// Seek moves to a sample frame in 0..LengthSamples; the next Read returns
	// exactly that frame. It returns an *Error with ErrRange outside of these.
	Seek(sample Samples) error
	Close() error
}

// Damage is implemented by streams that can meet damaged places.
type Damage interface {
	// Damaged counts the damaged places met so far while reading, each of them
	// replaced by silence of the same length. A place met twice counts twice.
	Damaged() int
}

// Growing is implemented by streams that another program is still decoding. To
// Read behind what there is waits for it.
type Growing interface {
	// Grown is how many samples there are, and whether these are all. It may be
	// called while another goroutine reads.
	Grown() (samples int64, whole bool)
}

// Jumping is implemented by streams that can begin anew far ahead instead of
// waiting for another program.
type Jumping interface {
	// Jump allows it. Every sample then comes from the same place as without, but
	// noise that its coder only described (AAC's perceptual noise substitution) is
	// made up anew, so that it is for listening and not for comparing.
	Jump()
}

// Bounds on what headers may claim: beyond these a header is damaged or
// hostile, and rates times lengths would overflow elsewhere.
const (
	maxRateHz   = 768000
	maxChannels = 255
	maxLength   = 1 << 48 // 46 years at 192 kHz
)

// Open recognises the recording at path by its content, not by its name, and
// opens it at its first sample. Errors are of type *Error.
func Open(path string) (Stream, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, pathError(path, err)
	}
	if st.IsDir() {
		return nil, &Error{Path: path, Reason: ErrDirectory}
	}
	if !st.Mode().IsRegular() {
		return nil, &Error{Path: path, Reason: ErrNotFile}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, pathError(path, err)
	}
	s, err := open(&input{path: path, r: f, size: st.Size(), close: f.Close, onDisk: true})
	if err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

// pathError sorts the reasons for which the system gives us no file.
func pathError(path string, err error) error {
	reason := ErrRead
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = ErrNotFound
	case errors.Is(err, fs.ErrPermission):
		reason = ErrPermission
	}
	return &Error{Path: path, Reason: reason, Err: err}
}

// open recognises and opens in. It owns in.close only if it succeeds.
func open(in *input) (s Stream, err error) {
	if in.size == 0 {
		return nil, &Error{Path: in.path, Reason: ErrEmpty}
	}
	var kind kind
	err = guard(func() error {
		if kind, err = sniff(in); err != nil {
			return err
		}
		if kind.open == nil {
			return &Error{Format: kind.name, Reason: ErrUnsupported}
		}
		s, err = kind.open(in)
		return err
	})
	format := kind.name
	var e *Error
	if errors.As(err, &e) && e.Reason == ErrUnsupported && in.onDisk && kind.demuxer != "" {
		format = e.Format
		s, err = openFFmpeg(in, kind.demuxer, format)
	}
	if err != nil {
		return nil, in.wrap(err, format)
	}
	info := s.Info()
	bad := info.RateHz < 1 || info.RateHz > maxRateHz || info.Channels < 1 ||
		info.Channels > maxChannels || info.LengthSamples > maxLength
	switch {
	case bad:
		return nil, &Error{Path: in.path, Format: format, Reason: ErrDamaged,
			Err: errors.New("its header gives an impossible rate, channel count or length")}
	case info.LengthSamples <= 0:
		return nil, &Error{Path: in.path, Format: format, Reason: ErrNoSamples}
	}
	return s, nil
}

// input is the file that a stream reads.
type input struct {
	path  string
	r     io.ReaderAt
	size  int64
	close func() error
	// onDisk tells that other programs find the file at path.
	onDisk bool
}

// readAt fills p from offset and returns how much there was; a short count
// without an error means the end of the file.
func (in *input) readAt(p []byte, offset int64) (int, error) {
	if offset >= in.size {
		return 0, nil
	}
	if rest := in.size - offset; int64(len(p)) > rest {
		p = p[:rest]
	}
	n, err := in.r.ReadAt(p, offset)
	if err != nil && err != io.EOF {
		return n, &Error{Path: in.path, Offset: offset, Reason: ErrRead, Err: err}
	}
	return n, nil
}

// wrap gives err the path and format where it lacks them.
func (in *input) wrap(err error, format string) error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Reason: ErrDamaged, Err: err}
	}
	if e.Path == "" {
		e.Path = in.path
	}
	if e.Format == "" {
		e.Format = format
	}
	return e
}
