package decode

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// Reason is a stable code that a user interface can translate.
type Reason string

// What can be wrong with a recording.
const (
	ErrNotFound    Reason = "not-found"   // there is no such file
	ErrPermission  Reason = "permission"  // the system does not let us read it
	ErrDirectory   Reason = "directory"   // it is a folder
	ErrNotFile     Reason = "not-a-file"  // it is a device, pipe or socket
	ErrEmpty       Reason = "empty"       // it has no bytes at all
	ErrNotAudio    Reason = "not-audio"   // no audio format was recognised in it
	ErrUnsupported Reason = "unsupported" // Format names what it is; it can be converted
	ErrFreeFormat  Reason = "free-format" // mp3 whose headers leave out the rate, which ffmpeg does not decode either
	ErrNoSamples   Reason = "no-samples"  // a sound header, and no sound behind it
	ErrDamaged     Reason = "damaged"     // headers without which nothing can be decoded
	ErrRead        Reason = "read"        // reading from the disk failed
	ErrRange       Reason = "range"       // a seek before the start or behind the end

	ErrNeedsFFmpeg Reason = "needs-ffmpeg" // Format is read by ffmpeg, which is not installed
	ErrFFmpeg      Reason = "ffmpeg"       // ffmpeg cannot decode it: Err is the first line that it says
)

// Error says what is wrong with a recording, and where.
type Error struct {
	Path   string
	Format string // as in Info.Format, or the name of a format found but not read; may be empty
	Offset int64  // byte of the file, or for ErrRange the sample asked for; 0 where it says nothing
	Reason Reason
	Err    error // the cause; may be nil
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Error is one short English sentence: file, place, what was expected, what to
// do.
func (e *Error) Error() string {
	var b strings.Builder
	name := printable(e.Path)
	switch e.Reason {
	case ErrNotFound:
		fmt.Fprintf(&b, "%s does not exist; check the name", name)
	case ErrPermission:
		fmt.Fprintf(&b, "%s may not be read by you; change its permissions", name)
	case ErrDirectory:
		fmt.Fprintf(&b, "%s is a folder; name a recording in it", name)
	case ErrNotFile:
		fmt.Fprintf(&b, "%s is not a regular file; copy the recording to a file first", name)
	case ErrEmpty:
		fmt.Fprintf(&b, "%s is empty (0 bytes); copy or record it again", name)
	case ErrNotAudio:
		fmt.Fprintf(&b, "%s is not a recording: expected wav, flac, mp3, ogg, m4a or another format of sound", name)
	case ErrUnsupported:
		fmt.Fprintf(&b, "%s is %s; convert it first: ffmpeg -i %s %s", name, e.Format,
			shellWord(e.Path), shellWord(convertedName(e.Path)))
		return b.String()
	case ErrFreeFormat:
		fmt.Fprintf(&b, "%s is %s, which ffmpeg does not decode either; convert it first: lame --decode %s %s", name, e.Format,
			shellWord(e.Path), shellWord(strings.TrimSuffix(e.Path, filepath.Ext(e.Path))+".wav"))
		return b.String()
	case ErrNeedsFFmpeg:
		fmt.Fprintf(&b, "%s is %s, which ffmpeg reads; install it: apt install ffmpeg, brew install ffmpeg", name, e.Format)
	case ErrFFmpeg:
		fmt.Fprintf(&b, "%s (%s) could not be decoded by ffmpeg; to see all that it says: ffmpeg -i %s -f null -", name, e.Format, shellWord(e.Path))
	case ErrNoSamples:
		fmt.Fprintf(&b, "%s (%s) holds no samples; the recorder may have stopped before it wrote any", name, e.Format)
	case ErrRange:
		fmt.Fprintf(&b, "%s: sample %d is outside of the recording", name, e.Offset)
	case ErrRead:
		fmt.Fprintf(&b, "%s could not be read at byte %d; check the disk", name, e.Offset)
	default:
		fmt.Fprintf(&b, "%s (%s) is damaged at byte %d; try to repair it: ffmpeg -i %s %s", name, e.Format, e.Offset,
			shellWord(e.Path), shellWord(convertedName(e.Path)))
	}
	if e.Err != nil && e.Reason != ErrNotFound && e.Reason != ErrPermission {
		fmt.Fprintf(&b, " (%s)", e.Err)
	}
	return b.String()
}

// convertedName is path with the extension flac, or a name beside it where the
// file calls itself flac already: ffmpeg would overwrite what it reads.
func convertedName(path string) string {
	ext := filepath.Ext(path)
	base := strings.TrimSuffix(path, ext)
	if strings.EqualFold(ext, ".flac") {
		return base + "-converted.flac"
	}
	return base + ".flac"
}

// printable shows path so that no control character reaches a terminal.
func printable(path string) string {
	for _, r := range path {
		if !unicode.IsPrint(r) {
			return strconv.QuoteToGraphic(path)
		}
	}
	return path
}

// shellWord quotes path for a POSIX shell, so that the command can be pasted.
func shellWord(path string) string {
	plain := func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("/._-+,:@%", r)
	}
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	if path != "" && strings.IndexFunc(path, func(r rune) bool { return !plain(r) }) < 0 {
		return path
	}
	return printable("'" + strings.ReplaceAll(path, "'", `'\''`) + "'")
}
