package decode

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// What no decoder here reads, the system's ffmpeg does: m4a, wma, amr, webm,
// films … Sample n is the sample n of
//
//	ffmpeg -i FILE -map 0:a:0 -f f32le -
//
// whatever seeking inside of the container would give: the decoder is run once,
// from the start, into a spool (see ffmpegSpool) that seeks are served from.
//
// A hostile file meets the demuxer that its own first bytes stand for, never
// one that opens playlists; no protocol but file and pipe; and no shell.

// ffmpegProbe is what a container says of its first audio stream.
type ffmpegProbe struct {
	codec    string
	rateHz   int
	channels int
	samples  int64 // 0 if it does not say
	steady   bool  // ffmpeg can begin anywhere and sample numbers stay exact
}

// given is the number of channels that we ask for: more than two are mixed
// down, for in films the speech is in the centre.
func (p ffmpegProbe) given() int { return min(p.channels, 2) }

// ffmpegProbeTime is the time after which a file is given up.
const ffmpegProbeTime = 20 * time.Second

// Open waits for the exact length as long as nobody minds, and not at all for
// what cannot be decoded by then; longer where the container does not say or
// only guesses.
var (
	ffmpegPatience     = 250 * time.Millisecond
	ffmpegLongPatience = time.Minute
)

// ffmpegShort is what ffmpeg decodes within ffmpegPatience.
const ffmpegShort = 10 * time.Minute

// ffmpegGuesses are the demuxers that know no length: they guess from the size
// of the file.
var ffmpegGuesses = []string{"aac", "mp3", "amr", "mpegts", "mpeg", "dss"}

// ffmpegStream is a Stream over a spool, and over a process of its own for what
// the spool has no room for.
type ffmpegStream struct {
	in     *input
	format string
	spool  *ffmpegSpool
	pos    int64
	tail   *ffmpegTail
	jumps  bool
	buf    []byte
	closed bool
}

// openFFmpeg opens in with the demuxer of that name.
func openFFmpeg(in *input, demuxer, format string) (Stream, error) {
	path, err := filepath.Abs(in.path)
	if err != nil {
		return nil, pathError(in.path, err)
	}
	source := ffmpegSource{path: "file:" + path, demuxer: demuxer}
	if st, err := os.Stat(path); err == nil {
		source.size, source.changed = st.Size(), st.ModTime()
	}
	spool, err := spools.take(source)
	if err != nil {
		return nil, in.wrap(err, format)
	}
	patience := ffmpegPatience
	switch said := spool.probe.samples; {
	case said == 0 || slices.Contains(ffmpegGuesses, demuxer):
		patience = ffmpegLongPatience
	case said/int64(spool.probe.rateHz) > int64(ffmpegShort/time.Second):
		patience = 0
	}
	if err := spool.wait(patience); err != nil {
		spools.giveBack(spool)
		return nil, in.wrap(err, format)
	}
	in.close() // the spool has its own way to the file
	return &ffmpegStream{in: in, format: format + " (" + spool.probe.codec + ")", spool: spool}, nil
}

// Info tells the exact length once all has been decoded; until then it is the
// container's word, and Estimated.
func (s *ffmpegStream) Info() Info {
	decoded, done := s.spool.state()
	info := Info{Format: s.format, RateHz: s.spool.probe.rateHz, Channels: s.spool.probe.channels,
		LengthSamples: decoded, Estimated: !done}
	said := s.spool.probe.samples
	switch {
	case !done:
		info.LengthSamples = max(decoded, said)
	case said > decoded+int64(info.RateHz) && !slices.Contains(ffmpegGuesses, s.spool.source.demuxer):
		info.PromisedSamples = said // by more than containers round
	}
	return info
}

// Grown is how far ffmpeg has come, or all that there will be where a second one
// can begin there.
func (s *ffmpegStream) Grown() (samples int64, whole bool) {
	samples, whole = s.spool.state()
	if s.jumps {
		samples = max(samples, s.spool.probe.samples)
	}
	return samples, whole
}

// Jump lets reading far ahead of the decoder begin there, if the file is steady.
func (s *ffmpegStream) Jump() { s.jumps = s.spool.probe.steady }

func (s *ffmpegStream) Seek(sample Samples) error {
	if sample < 0 || sample > s.Info().LengthSamples {
		return &Error{Path: s.in.path, Format: s.format, Offset: sample, Reason: ErrRange}
	}
	s.pos = sample
	return nil
}

// Read waits for the decoder where it has not yet come so far.
func (s *ffmpegStream) Read(dst [][2]float64) (n int, err error) {
	if s.buf == nil {
		s.buf = make([]byte, 32<<10)
	}
	frame := s.spool.frameBytes()
	for n < len(dst) {
		want := min(len(dst)-n, len(s.buf)/frame)
		got, err := s.read(s.buf[:want*frame])
		ffmpegFrames(dst[n:n+got], s.buf, s.spool.probe.given())
		n += got
		s.pos += int64(got)
		if err == io.EOF {
			return n, io.EOF
		}
		if err != nil {
			return n, s.in.wrap(err, s.format)
		}
	}
	return n, nil
}

// ffmpegJumpWait is about what starting a second process costs.
var ffmpegJumpWait = 300 * time.Millisecond

// read reads from the spool, or from a process of its own what the spool has no
// room for or will be long in coming to.
func (s *ffmpegStream) read(p []byte) (n int, err error) {
	if s.jumps {
		running := s.tail != nil && s.tail.at == s.pos
		wait := s.spool.awaits(s.pos + int64(len(p)/s.spool.frameBytes()))
		if wait > ffmpegJumpWait || wait > 0 && running {
			if n, _ := s.readTail(p); n > 0 {
				return n, nil
			} // else the spool decides, which will know the length
		}
	}
	if n, err = s.spool.readAt(p, s.pos); err == errBehindSpool {
		n, err = s.readTail(p)
	}
	return n, err
}

// readTail reads from a process that begins at pos.
func (s *ffmpegStream) readTail(p []byte) (int, error) {
	if s.tail == nil || s.tail.at != s.pos {
		if s.tail != nil {
			s.tail.close()
			s.tail = nil
		}
		tail, err := startFFmpegTail(s.spool.source, s.spool.probe, s.pos, s.jumps)
		if err != nil {
			return 0, err
		}
		s.tail = tail
	}
	return s.tail.read(p)
}

// Close ends the processes that nobody else reads from.
func (s *ffmpegStream) Close() error {
	if s.closed {
		return nil
	}
	s.closed = true
	if s.tail != nil {
		s.tail.close()
	}
	spools.giveBack(s.spool)
	return nil
}

// ffmpegFrames turns 32-bit floats of one or two channels into frames.
func ffmpegFrames(dst [][2]float64, p []byte, channels int) {
	for i := range dst {
		left := ffmpegSample(p[4*channels*i:])
		right := left
		if channels == 2 {
			right = ffmpegSample(p[8*i+4:])
		}
		dst[i] = [2]float64{left, right}
	}
}

func ffmpegSample(p []byte) float64 {
	return clip(float64(math.Float32frombits(binary.BigEndian.Uint32(p))))
}

// ffmpegSource is a file as ffmpeg is told of it, and what tells whether it is
// still the same.
type ffmpegSource struct {
	path    string // file:/…
	demuxer string
	size    int64
	changed time.Time
}

// input is the part of the arguments that says what to read, and how little.
func (s ffmpegSource) input() []string {
	return []string{"-v", "error", "-protocol_whitelist", "file,pipe", "-f", s.demuxer, "-i", s.path}
}

// ffmpegProbeFile asks ffprobe for the first audio stream.
func ffmpegProbeFile(source ffmpegSource) (ffmpegProbe, error) {
	ctx, cancel := context.WithTimeout(context.Background(), ffmpegProbeTime)
	defer cancel()
	p, err := startFFmpeg(ctx, "ffprobe", append(source.input(), "-select_streams", "a:0",
		"-show_entries", "stream=codec_name,sample_rate,channels,start_time,duration:format=start_time,duration", "-of", "default=noprint_wrappers=1"))
	if err != nil {
		return ffmpegProbe{}, err
	}
	out, err := io.ReadAll(io.LimitReader(p.out, 64<<10))
	if stop := p.stop(err != nil); stop != nil {
		return ffmpegProbe{}, stop
	}
	var probe ffmpegProbe
	seconds, late := 0.0, false
	for line := range strings.Lines(string(out)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key {
		case "codec_name":
			probe.codec = printable(value)
		case "sample_rate":
			probe.rateHz, _ = strconv.Atoi(value)
		case "channels":
			probe.channels, _ = strconv.Atoi(value)
		case "start_time":
			v, err := strconv.ParseFloat(value, 64)
			late = late || err != nil || v != 0
		case "duration": // of the stream, or where that is N/A of the file
			if v, err := strconv.ParseFloat(value, 64); err == nil && seconds == 0 {
				seconds = v
			}
		}
	}
	if probe.channels == 0 && probe.codec == "" {
		return probe, &Error{Reason: ErrNoSamples}
	}
	if probe.rateHz < 1 || probe.rateHz > maxRateHz || probe.channels < 1 || probe.channels > maxChannels {
		return probe, &Error{Reason: ErrDamaged, Err: fmt.Errorf("%d Hz, %d channels", probe.rateHz, probe.channels)}
	}
	if samples := seconds * float64(probe.rateHz); samples > 0 && samples < maxLength {
		probe.samples = int64(math.Round(samples))
	}
	probe.steady = !late && probe.samples > 0 && source.steady(probe)
	return probe, nil
}

// startFFmpegDecoder decodes source from sample from on, of what comes after
// that many whole seconds. Its output is Sun's au, whose header tells the rate
// and whether it is mono or stereo: nothing has to be known of source before.
func startFFmpegDecoder(ctx context.Context, source ffmpegSource, seconds, from int64) (*ffmpegProcess, error) {
	// More channels are mixed as ffmpeg does for 16 bits, so that the sum fits.
	filter := "aresample=rematrix_maxval=1,aformat=channel_layouts=mono|stereo"
	if from > 0 {
		filter = fmt.Sprintf("atrim=start_sample=%d,", from) + filter
	}
	args := []string{"-nostdin"}
	if seconds > 0 {
		args = append(args, "-ss", strconv.FormatInt(seconds, 10))
	}
	args = append(append(args, source.input()...), "-map", "0:a:0", "-af", filter,
		"-c:a", "pcm_f32be", "-f", "au", "pipe:1")
	return startFFmpeg(ctx, "ffmpeg", args)
}

// header reads what precedes the samples of a decoder.
func (p *ffmpegProcess) header() (rateHz, channels int, err error) {
	var h [24]byte // magic, length of the header, of the data, encoding, rate, channels
	if _, err = io.ReadFull(p.out, h[:]); err == nil {
		field := func(i int) int64 { return int64(binary.BigEndian.Uint32(h[4*i:])) }
		rateHz, channels = int(field(4)), int(field(5))
		_, err = io.CopyN(io.Discard, p.out, max(field(1)-int64(len(h)), 0))
	}
	if err == nil && (rateHz < 1 || rateHz > maxRateHz || channels < 1 || channels > 2) {
		err = fmt.Errorf("%d Hz, %d channels", rateHz, channels)
	}
	if err == nil {
		return rateHz, channels, nil
	}
	ended := err == io.EOF || err == io.ErrUnexpectedEOF
	if stop := p.stop(!ended); stop != nil && ended {
		return 0, 0, stop
	}
	if ended {
		err = errors.New("it gives no sound and no reason")
	}
	return 0, 0, &Error{Reason: ErrFFmpeg, Err: err}
}

// ffmpegProcess is a running ffmpeg or ffprobe. Whoever starts one stops it.
type ffmpegProcess struct {
	cmd    *exec.Cmd
	cancel context.CancelFunc
	out    io.Reader
	said   firstLine
}

// startFFmpeg starts the program name; it is killed when ctx ends.
func startFFmpeg(ctx context.Context, name string, args []string) (*ffmpegProcess, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, &Error{Reason: ErrNeedsFFmpeg}
	}
	p := &ffmpegProcess{}
	ctx, p.cancel = context.WithCancel(ctx)
	p.cmd = exec.CommandContext(ctx, path, args...)
	p.cmd.Env = append(os.Environ(), "AV_LOG_FORCE_NOCOLOR=1")
	p.cmd.Stderr = &p.said
	p.cmd.WaitDelay = time.Second
	if p.out, err = p.cmd.StdoutPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		p.cancel()
		return nil, &Error{Reason: ErrFFmpeg, Err: err}
	}
	return p, nil
}

// stop waits for the process, which it kills first if asked to, and returns
// what went wrong with it as an *Error.
func (p *ffmpegProcess) stop(kill bool) error {
	if kill {
		p.cancel()
	}
	err := p.cmd.Wait()
	p.cancel()
	if err == nil {
		return nil
	}
	if said := p.said.String(); said != "" {
		err = errors.New(said)
	}
	return &Error{Reason: ErrFFmpeg, Err: err}
}

// firstLine keeps the first line that is written to it.
type firstLine struct {
	mu   sync.Mutex
	line []byte
	full bool
}

func (f *firstLine) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	const most = 500
	line, _, ended := bytes.Cut(p, []byte("\n"))
	if !f.full {
		f.line = append(f.line, line[:min(len(line), most-len(f.line))]...)
		f.full = len(f.line) == most || ended && len(f.line) > 0
	}
	return len(p), nil
}

// String is the line without ffmpeg's "[demuxer @ 0x55…] " and without what
// could steer a terminal.
func (f *firstLine) String() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	line := strings.ToValidUTF8(string(f.line), "?")
	if rest, ok := strings.CutPrefix(line, "["); ok {
		if who, said, ok := strings.Cut(rest, "] "); ok && strings.Contains(who, " @ 0x") {
			line = said
		}
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, line))
}
