package warp

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
	"unicode"
)

// Voice is espeak-ng, which speaks a hundred languages on any machine.
type Voice struct {
	program, language string
	known             map[string]Sound
}

// ErrNoVoice: espeak-ng is not installed, or does not know the language.
var ErrNoVoice = errors.New("no espeak-ng voice")

// FindVoice looks for espeak-ng and its voice for a language, as BCP 47 names
// it ("fr-CH"; the region is left off where there is no voice of it).
func FindVoice(language string) (*Voice, error) {
	program, err := exec.LookPath("espeak-ng")
	if err != nil {
		return nil, ErrNoVoice
	}
	v := &Voice{program: program, known: map[string]Sound{}}
	tag := strings.ToLower(strings.ReplaceAll(language, "_", "-"))
	for tag != "" {
		if plainTag(tag) {
			v.language = tag
			if s, err := v.say(context.Background(), []string{"a"}); err == nil && len(s) > 0 {
				return v, nil
			}
		}
		cut := strings.LastIndexByte(tag, '-')
		tag = tag[:max(cut, 0)]
	}
	return nil, ErrNoVoice
}

// plainTag keeps a stranger's file from naming anything but a language.
func plainTag(tag string) bool {
	for _, r := range tag {
		if r != '-' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)) {
			return false
		}
	}
	return len(tag) <= 20 && tag[0] != '-'
}

const (
	atOnce     = 100 // words in one call
	mostLetter = 100 // of one word: what is longer is no word
	speakTime  = time.Minute
)

// Speak gives each word's sound; a word without a letter or digit, or that the
// voice cannot say, has none. The same word is spoken once.
func (v *Voice) Speak(ctx context.Context, words []string) ([]Sound, error) {
	var todo []string
	asked := map[string]bool{}
	for _, w := range words {
		w = speakable(w)
		if _, ok := v.known[w]; !ok && w != "" && !asked[w] {
			asked[w] = true
			todo = append(todo, w)
		}
	}
	for len(todo) > 0 {
		n := min(atOnce, len(todo))
		if err := v.learn(ctx, todo[:n]); err != nil {
			return nil, err
		}
		todo = todo[n:]
	}
	out := make([]Sound, len(words))
	for i, w := range words {
		out[i] = v.known[speakable(w)]
	}
	return out, nil
}

// speakable is a word as the voice is given it: no marks around it, nothing
// that steers the synthesiser.
func speakable(w string) string {
	w = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune("<>[]{}|\\", r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(w, ""))
	if len(w) > mostLetter {
		w = strings.ToValidUTF8(w[:mostLetter], "")
	}
	return strings.TrimFunc(w, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !unicode.Is(unicode.Sc, r) && r != '%' && r != '&'
	})
}

// learn speaks some words; where the pauses do not come out even, in halves.
func (v *Voice) learn(ctx context.Context, words []string) error {
	sounds, err := v.say(ctx, words)
	if err != nil {
		return err
	}
	if len(sounds) == len(words) {
		for i, w := range words {
			v.known[w] = sounds[i]
		}
		return nil
	}
	if len(words) == 1 {
		v.known[words[0]] = join(sounds)
		return nil
	}
	if err := v.learn(ctx, words[:len(words)/2]); err != nil {
		return err
	}
	return v.learn(ctx, words[len(words)/2:])
}

func join(list []Sound) (s Sound) {
	for _, x := range list {
		s.RateHz, s.Samples = x.RateHz, append(s.Samples, x.Samples...)
	}
	return s
}

// The pauses that part the words: what is asked for, and what is long enough to
// be one. The voice's own, within "315" or "e.g.", are shorter.
const (
	askedPause = 500 * time.Millisecond
	heardPause = 420 * time.Millisecond
)

// say runs the program on some words, in SSML on its standard input, and parts
// what it says by the silence between.
func (v *Voice) say(ctx context.Context, words []string) ([]Sound, error) {
	ctx, cancel := context.WithTimeout(ctx, speakTime)
	defer cancel()
	var ssml strings.Builder
	ssml.WriteString("<speak>")
	for i, w := range words {
		if i > 0 {
			fmt.Fprintf(&ssml, `<break time="%dms"/> `, askedPause.Milliseconds())
		}
		ssml.WriteString(strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(w))
	}
	ssml.WriteString("</speak>\n")
	var out, complaint bytes.Buffer
	c := exec.CommandContext(ctx, v.program, "-m", "-b", "1", "-v", v.language, "-s", "190", "--stdin", "--stdout")
	c.Stdin, c.Stdout, c.Stderr = strings.NewReader(ssml.String()), &out, &complaint
	if err := c.Run(); err != nil {
		return nil, fmt.Errorf("espeak-ng: %w: %s", err, firstLine(complaint.String()))
	}
	s, err := readWAV(out.Bytes())
	if err != nil {
		return nil, err
	}
	return part(s), nil
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s[:min(len(s), 200)]
}

// readWAV reads what espeak-ng writes to a pipe: 16 bit, mono, a data chunk
// whose length is not yet known.
func readWAV(b []byte) (Sound, error) {
	const head = 44
	if len(b) < head || string(b[:4]) != "RIFF" || string(b[36:40]) != "data" {
		return Sound{}, errors.New("espeak-ng wrote no wav file")
	}
	s := Sound{RateHz: int(binary.LittleEndian.Uint32(b[24:])), Samples: make([]float32, (len(b)-head)/2)}
	for i := range s.Samples {
		s.Samples[i] = float32(int16(binary.LittleEndian.Uint16(b[head+2*i:]))) / 32768
	}
	return s, nil
}

// part cuts a sound at its long stretches of digital silence, and the silence
// off each end.
func part(s Sound) []Sound {
	pause := int(heardPause.Seconds() * float64(s.RateHz))
	var list []Sound
	begin, end := -1, 0 // of the sound that is being read
	for i, x := range s.Samples {
		if x == 0 {
			continue
		}
		if begin >= 0 && i-end > pause {
			list = append(list, Sound{s.RateHz, s.Samples[begin:end]})
			begin = -1
		}
		if begin < 0 {
			begin = i
		}
		end = i + 1
	}
	if begin >= 0 {
		list = append(list, Sound{s.RateHz, s.Samples[begin:end]})
	}
	return list
}
