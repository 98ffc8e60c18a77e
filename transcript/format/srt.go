package format

import (
	"bytes"
	"html"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// srt is SubRip: numbered cues. There is no standard, so what players and
// ffmpeg take is read: hours left out, a point for the comma, numbers or blank
// lines that are missing, blank lines inside a cue.
//
// Cues are written with numbers from 1 on, because those who check subtitles
// ask for it; segments' IDs are lost. SubRip has no speakers: one is written,
// and read, as "[Ann]: " before the text, as WhisperX does; a "Name: " alone is
// text. A cue lasts a millisecond at least, as in WebVTT; one from 0 to 0 has no
// time, and is written where a segment without time comes before all that have
// one. Markup (<i>, {\an8}) is not part of a segment's text; it goes back out
// while the text stays as it was.
var srt = Format{
	Name: "srt", Title: "SubRip", Extensions: []string{".srt"},
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence,
		LostEstimated, LostPrecision, LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeSRT, encode: encodeSRT, border: srtBorder, sniff: sniffSRT,
}

const (
	srtRaw      = "srt.raw"      // a text with its markup
	srtPosition = "srt.position" // what stands behind the times: X1:… Y2:…
)

var srtMarkup = pattern(`(?i)</?(?:i|b|u|s|font)(?:\s[^<>]*)?>|\{\\[^{}]*\}`)

// cueTimes reads "start --> end rest". ok is false where the line is no time
// line at all; err where it means to be one.
func cueTimes(line string, number int) (start, end time.Duration, rest string, ok bool, err error) {
	return (&input{}).cueTimes(line, number)
}

func (in *input) cueTimes(line string, number int) (start, end time.Duration, rest string, ok bool, err error) {
	left, right, found := strings.Cut(line, "-->")
	if !found {
		return 0, 0, "", false, nil
	}
	left, right = strings.TrimSpace(left), strings.TrimSpace(right)
	right, rest, _ = strings.Cut(right, " ")
	start, ok1 := in.clock(left)
	end, ok2 := in.clock(right)
	ok2 = ok2 && strings.Contains(right, ":")
	if !ok2 && (!strings.Contains(left, ":") || strings.Trim(left, "0123456789:;., -") != "") {
		return 0, 0, "", false, nil // an arrow in a sentence
	}
	switch {
	case !ok1:
		return 0, 0, "", false, timeError(number, line, left)
	case !ok2:
		return 0, 0, "", false, timeError(number, line, right)
	case end < start:
		return 0, 0, "", false, at(number, EndBeforeStart, line, CorrectLine)
	}
	return start, end, strings.TrimSpace(rest), true, nil
}

// timeError points at a time in its line.
func timeError(number int, line, part string) *Error {
	e := at(number, BadTime, part, CorrectLine)
	e.Column = 1 + len([]rune(line[:max(0, strings.Index(line, part))]))
	if part == "" {
		e.Column = 1 + len([]rune(line))
	}
	return e
}

func sniffSRT(head string) bool {
	for i, line := range strings.SplitN(strings.TrimLeft(head, " \n"), "\n", 4) {
		if i == 3 {
			return false
		}
		if _, _, _, ok, err := cueTimes(line, 0); ok || err != nil {
			return true
		}
		if _, number := digits(strings.TrimSpace(line), 9); !number && strings.TrimSpace(line) != "" {
			return false
		}
	}
	return false
}

func decodeSRT(in *input) (*transcript.Transcript, error) {
	t := in.start()
	lines := strings.Split(transcript.Clean(in.text), "\n")
	type cue struct {
		seg         *transcript.Segment
		line        int
		first, last int // the lines of its text
		number      int // the line that it begins with
		broken      error
	}
	var open *cue
	shut := func(before int) error {
		if open == nil {
			return nil
		}
		open.last = before
		if open.broken != nil {
			return in.pass(open.broken, open.number, before)
		}
		in.add(open.seg, open.line)
		return srtText(in, t, open.seg, lines[open.first:open.last], open.line)
	}
	for i, line := range lines {
		start, end, rest, ok, broken := in.cueTimes(line, i+1)
		if broken != nil && !in.reading.Lenient {
			return nil, broken
		}
		if !ok && broken == nil {
			if broken = brokenCue(lines, i); broken == nil {
				continue
			}
			if !in.reading.Lenient {
				return nil, broken
			}
		}
		before := i
		if i > 0 {
			if _, number := digits(strings.TrimSpace(lines[i-1]), 9); number && (open == nil || i-1 >= open.first) {
				before = i - 1
			}
		}
		if open != nil && before > open.first && strings.TrimSpace(lines[before-1]) != "" {
			in.note(BlankLineGone, i+1)
		}
		if open == nil {
			if err := in.pass(stray(lines[:before]), 1, before); err != nil {
				return nil, err
			}
		}
		if err := shut(before); err != nil {
			return nil, err
		}
		open = &cue{seg: &transcript.Segment{Start: start, End: end}, line: i + 1, first: i + 1, number: before + 1, broken: broken}
		if rest != "" {
			extra(&open.seg.Extras, srtPosition, rest)
		}
	}
	if open == nil {
		return t, stray(lines)
	}
	return t, shut(len(lines))
}

// brokenCue is the error of a line that follows a blank line and a number and
// is nothing but the characters of a time line, without being one: a file that
// was cut off, or an arrow that somebody typed. Taken for text, a cue would be
// lost in another's.
func brokenCue(lines []string, i int) error {
	if i == 0 || !brokenTimes().MatchString(lines[i]) || i > 1 && strings.TrimSpace(lines[i-2]) != "" {
		return nil
	}
	if _, number := digits(strings.TrimSpace(lines[i-1]), 9); !number {
		return nil
	}
	return timeError(i+1, lines[i], strings.TrimSpace(lines[i]))
}

// brokenTimes finds a line that begins with a time of hours and holds no letter.
var brokenTimes = pattern(`^\s*\d{1,3}:\d\d:\d\d[\d:.,;<>=~→–—\s-]*$`)

// stray refuses text that belongs to no cue.
func stray(lines []string) error {
	for i, line := range lines {
		if strings.TrimSpace(line) != "" {
			return at(i+1, StrayText, line, CorrectLine)
		}
	}
	return nil
}

// srtText gives a segment the text of a cue.
func srtText(in *input, t *transcript.Transcript, s *transcript.Segment, lines []string, line int) error {
	raw, _ := tidy(strings.Join(lines, "\n"), nil)
	name, text := srtPlain(raw)
	s.Text = text
	if strings.ContainsAny(raw, "<{") && srtMarkup().MatchString(raw) {
		extra(&s.Extras, srtRaw, raw)
		in.note(MarkupHidden, line)
	}
	var err error
	s.Speaker, err = in.speaker(t, name, line)
	return err
}

// srtPlain takes markup and speaker off a cue's text.
func srtPlain(raw string) (name, text string) {
	text = raw
	if strings.ContainsAny(raw, "<{") {
		text, _ = tidy(srtMarkup().ReplaceAllString(raw, ""), nil)
	}
	name, text, _ = taggedName(text)
	text, _ = tidy(text, nil)
	return oneLine(name), text
}

// asItIs is how SubRip escapes: not at all.
func asItIs(text string) string { return text }

func encodeSRT(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	for i, s := range t.Segments {
		start, end := w.place(s.Start, s.End)
		if !s.Timed() && start == 0 {
			end = 0
		}
		out.WriteString(strconv.Itoa(w.count+i+1) + "\n" + clock(start, ',') + " --> " + clock(end, ','))
		if rest := oneLine(s.Extras[srtPosition]); rest != "" && !strings.Contains(rest, "-->") {
			out.WriteString(" " + rest)
		}
		text, _ := tidy(s.Text, nil)
		name := ""
		if s.Speaker != "" {
			name = t.SpeakerName(s.Speaker)
		}
		body := srtSafe(tagName(name, text))
		raw := s.Extras[srtRaw]
		if marked := s.Extras[vttRaw]; raw == "" && marked != "" {
			raw = srtSafe(carryMarkup(vttVoices().ReplaceAllString(marked, ""), vttMarkup(), html.UnescapeString, asItIs))
		}
		if raw != "" && raw == srtSafe(raw) {
			means := func(raw string) bool {
				n, plain := srtPlain(raw)
				return plain == text && (n == name || n == "" && !taggable(name))
			}
			if marked, ok := reapply(raw, tagName(name, text), srtMarkup(), asItIs, asItIs); means(raw) {
				body = raw
			} else if ok && marked == srtSafe(marked) && means(marked) {
				body = marked
			}
		}
		out.WriteString("\n")
		if body != "" {
			out.WriteString(body + "\n")
		}
		out.WriteString("\n")
	}
	return nil
}

// srtSafe takes the arrow out of a line of text that would begin a cue. SubRip
// has no way to write it.
func srtSafe(text string) string {
	text, _ = tidy(transcript.Clean(text), nil)
	if !strings.Contains(text, "-->") {
		return text
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if _, _, _, ok, err := cueTimes(line, 0); ok || err != nil {
			lines[i] = strings.ReplaceAll(line, "-->", "→")
		}
	}
	return strings.Join(lines, "\n")
}
