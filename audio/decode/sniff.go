package decode

import (
	"bytes"
	"errors"
	"unicode/utf8"
)

// kind is a format that was recognised: how it is called and opened.
type kind struct {
	name    string
	open    func(in *input) (Stream, error) // nil where only ffmpeg can
	demuxer string                          // ffmpeg's name for the format; "" if it has none
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
	match func(head []byte) bool
	kind
}{
	{isWAV, kind{"wav", openWAV, "wav"}},
	{isFLAC, kind{"flac", openFLAC, "flac"}},
	{isOgg, kind{"ogg", openOgg, "ogg"}},
}

// foreign are formats that we leave to ffmpeg, with the name of its demuxer.
var foreign = []struct {
	signature
	demuxer string
}{
	{signature{4, "ftyp", "AAC audio in an MP4 container"}, "mov"},
	{signature{4, "moov", "a QuickTime film"}, "mov"},
	{signature{4, "mdat", "a QuickTime film"}, "mov"},
	{signature{4, "wide", "a QuickTime film"}, "mov"},
	{signature{0, "\x1A\x45\xDF\xA3", "a WebM or Matroska file"}, "matroska"},
	{signature{0, "\x0B\x77", "AC-3 audio"}, "ac3"},
	{signature{0, "FORM", "AIFF audio"}, "aiff"},
	{signature{0, "RIFX", "big-endian wav audio"}, "wav"},
	{signature{8, "AVI ", "an AVI film"}, "avi"},
	{signature{0, ".snd", "AU audio"}, "au"},
	{signature{0, "#!AMR", "AMR audio"}, "amr"},
	{signature{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media audio"}, "asf"},
	{signature{0, "caff", "Core Audio (CAF)"}, "caf"},
	{signature{0, "wvpk", "WavPack audio"}, "wv"},
	{signature{0, "MAC ", "Monkey's Audio"}, "ape"},
	{signature{0, "TTA1", "True Audio"}, "tta"},
	{signature{0, "DSD ", "DSD audio"}, "dsf"},
	{signature{0, "FRM8", "DSD audio"}, "iff"},
	{signature{0, "riff\x2E\x91\xCF\x11", "Sony Wave64 audio"}, "w64"},
	{signature{0, "2BIT", "AVR audio"}, "avr"},
	{signature{0, "\x02dss", "dictaphone audio (DSS)"}, "dss"},
	{signature{0, "\x03dss", "dictaphone audio (DSS)"}, "dss"},
	{signature{0, ".RMF", "RealMedia audio"}, "rm"},
	{signature{0, "\x00\x00\x01\xBA", "an MPEG film"}, "mpeg"},
	{signature{0, "MThd", "a MIDI file"}, ""},
	{signature{0, "FLV\x01", "a Flash film"}, "flv"},
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
			return f.kind, nil
		}
	}
	for _, f := range foreign {
		if len(head) > f.offset && bytes.HasPrefix(head[f.offset:], []byte(f.bytes)) {
			return kind{name: f.name, demuxer: f.demuxer}, nil
		}
	}
	if isTransport(head) {
		return kind{name: "an MPEG transport stream", demuxer: "mpegts"}, nil
	}
	// mp3 has no mark of its own, only frames that follow one another.
	_, err = findMP3(&window{in: in}, id3Length(in))
	var e *Error
	switch {
	case err == nil:
		return kind{"mp3", openMP3, "mp3"}, nil
	case errors.As(err, &e) && e.Reason == ErrNotAudio:
		e.Err = whatElse(head)
	case errors.As(err, &e) && e.Reason == ErrUnsupported && e.Format == freeFormat:
		e.Reason = ErrFreeFormat
	case errors.As(err, &e) && e.Reason == ErrUnsupported:
		// Other MPEG audio, which ffmpeg's demuxer of that name reads, or AAC.
		demuxer := "mp3"
		if e.Format == "AAC audio" {
			demuxer = "aac"
		}
		return kind{name: e.Format, demuxer: demuxer}, nil
	}
	return kind{}, err
}

// isTransport tells MPEG transport streams (ISO 13818-1 section 2.4.3.2) by the
// byte that begins each packet of 188.
func isTransport(head []byte) bool {
	const packet = 188
	for at := 0; at < 5*packet; at += packet {
		if at >= len(head) || head[at] != 0x47 {
			return false
		}
	}
	return true
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
