package decode

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// kind is a format that was recognised: how it is called and opened.
type kind struct {
	name string
	open func(in *input) (Stream, error)
}

// sniffBytes is how much of the start is looked at to recognise a format.
const sniffBytes = 4096

// signature is a fixed run of bytes near the start of a file.
type signature struct {
	offset int
	bytes  string
	name   string
}

// readable are the formats that we decode and that begin with a mark. A new one
// is a file and a line here.
var readable = []struct {
	name  string
	match func(head []byte) bool
	open  func(in *input) (Stream, error)
}{
	{"wav", isWAV, openWAV},
	{"flac", isFLAC, openFLAC},
	{"ogg", isOgg, openOgg},
}

// foreign are formats that we recognise in order to name them.
var foreign = []signature{
	{4, "ftyp", "AAC audio in an MP4 container"},
	{0, "\x1A\x45\xDF\xA3", "a WebM or Matroska file"},
	{0, "FORM", "AIFF audio"},
	{0, "RIFX", "big-endian wav audio"},
	{8, "AVI ", "an AVI film"},
	{0, ".snd", "AU audio"},
	{0, "#!AMR", "AMR audio"},
	{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media audio"},
	{0, "caff", "Core Audio (CAF)"},
	{0, "wvpk", "WavPack audio"},
	{0, "MAC ", "Monkey's Audio"},
	{0, "TTA1", "True Audio"},
	{0, "DSD ", "DSD audio"},
	{0, "FRM8", "DSD audio"},
	{0, "riff\x2E\x91\xCF\x11", "Sony Wave64 audio"},
	{0, "2BIT", "AVR audio"},
	{0, "MThd", "a MIDI file"},
	{0, "FLV\x01", "a Flash film"},
}

// sniff recognises the format of in, or says what else it is.
func sniff(in *input) (kind, error) {
	head := make([]byte, sniffBytes)
	n, err := in.readAt(head, id3Length(in)) // flac and mp3 may follow a tag
	if err != nil {
		return kind{}, err
	}
	head = head[:n]
	for _, f := range readable {
		if f.match(head) {
			return kind{f.name, f.open}, nil
		}
	}
	for _, sig := range foreign {
		if len(head) > sig.offset && bytes.HasPrefix(head[sig.offset:], []byte(sig.bytes)) {
			return kind{}, &Error{Format: sig.name, Reason: ErrUnsupported}
		}
	}
	// mp3 has no mark of its own, only frames that follow one another.
	_, err = findMP3(&window{in: in}, id3Length(in))
	var e *Error
	switch {
	case err == nil:
		return kind{"mp3", openMP3}, nil
	case errors.As(err, &e) && e.Reason == ErrNotAudio:
		e.Err = whatElse(head)
	}
	return kind{}, err
}

func isWAV(head []byte) bool {
	if len(head) < 12 || string(head[8:12]) != "WAVE" {
		return false
	}
	id := string(head[:4])
	return id == "RIFF" || id == "RF64" || id == "BW64"
}

func isFLAC(head []byte) bool { return bytes.HasPrefix(head, []byte("fLaC")) }

func isOgg(head []byte) bool { return bytes.HasPrefix(head, []byte("OggS")) }

// contentError says what a file that is no recording seems to hold.
type contentError string

func (e contentError) Error() string { return string(e) }

// whatElse tells text, the usual wrong file, from anything else.
func whatElse(head []byte) error {
	for len(head) > 0 && !utf8.FullRune(head[max(0, len(head)-utf8.UTFMax):]) {
		head = head[:len(head)-1]
	}
	if utf8.Valid(head) && bytes.IndexByte(head, 0) < 0 {
		return contentError("it holds text")
	}
	return contentError("its first bytes are unknown")
}
