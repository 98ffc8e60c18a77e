package format

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// vtt is WebVTT (https://www.w3.org/TR/webvtt1/), the format that the program
// saves in. Cue identifiers are segments' IDs and always written; a voice is
// the speaker; times inside a cue are its words' (see vtt_cue.go). The header,
// settings and NOTE, STYLE and REGION blocks go back to their places; a header
// line "Language: fr" is the language, as YouTube has it.
//
// A cue lasts a millisecond at least, because the specification forbids one
// whose end is not after its start: a segment of no length is written so, and
// its time counts as lost. A segment without time is such a cue under "NOTE no
// time known", and read back as it was.
var vtt = Format{
	Name: "vtt", Title: "WebVTT", Extensions: []string{".vtt"},
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostPrecision, LostStyle, LostMedia, LostSpeakerIDs, LostExtras},
	decode: decodeVTT, encode: encodeVTT, border: vttBorder,
	sniff: func(head string) bool { return vttHeader(firstOf(head)) },
}

const (
	vttHeaderText = "vtt.header"   // what follows WEBVTT, up to the first blank line
	vttHead       = "vtt.head"     // blocks before the first cue
	vttBefore     = "vtt.before"   // blocks before a cue
	vttTail       = "vtt.tail"     // blocks behind the last
	vttSettings   = "vtt.settings" // what stands behind the times
	vttRaw        = "vtt.raw"      // a cue's text with markup
	noTimeNote    = "NOTE no time known"
	languageLine  = "Language:"
)

func firstOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

func vttHeader(line string) bool {
	rest, found := strings.CutPrefix(line, "WEBVTT")
	return found && (rest == "" || rest[0] == ' ' || rest[0] == '\t')
}

// vttReader walks the blocks of a file.
type vttReader struct {
	in      *input
	t       *transcript.Transcript
	pending []string // blocks that no cue has followed yet
	cues    int
	rolling bool       // see rolls
	shown   string     // the last line of the cue before
	plain   [1]cuePart // a cue of nothing but text, as most are
}

func decodeVTT(in *input) (*transcript.Transcript, error) {
	lines := blockReader{rest: transcript.Clean(in.text)}
	t := in.start()
	r := &vttReader{in: in, t: t}
	switch head := firstOf(lines.rest); {
	case in.later():
		r.cues = 1
	case !vttHeader(head):
		return nil, at(1, MissingHeader, head, AddHeader)
	default:
		r.rolling = rolls(in, lines.rest)
		r.header(&lines)
	}
	in.expect(strings.Count(lines.rest, "-->"), len(lines.rest))
	for {
		block, first := lines.block()
		if len(block) == 0 {
			break
		}
		if err := in.pass(r.block(block, first), first, lines.number); err != nil {
			return nil, err
		}
	}
	if len(r.pending) > 0 {
		key := vttTail
		if r.cues == 0 {
			key = vttHead
		}
		extra(&t.Extras, key, strings.Join(r.pending, "\n\n"))
	}
	return t, nil
}

// blockReader cuts a text into lines as they are needed: a slice of all of them
// takes as much memory as the text.
type blockReader struct {
	rest   string
	number int // of the line that was read last, from 1
	ended  bool
	lines  []string
}

// peek is the next line; ok is false behind the last.
func (l *blockReader) peek() (line string, ok bool) { return firstOf(l.rest), !l.ended }

// next reads a line.
func (l *blockReader) next() (line string, ok bool) {
	if l.ended {
		return "", false
	}
	line, rest, found := strings.Cut(l.rest, "\n")
	l.rest, l.ended = rest, !found
	l.number++
	return line, true
}

// block reads the lines up to the next blank one, and says which the first of
// them is. There are none behind the last. They are good until the next block.
func (l *blockReader) block() (lines []string, first int) {
	l.lines = l.lines[:0]
	for line, ok := l.peek(); ok && (line != "" || len(l.lines) == 0); line, ok = l.peek() {
		l.next()
		if line != "" {
			l.lines = append(l.lines, line)
		}
	}
	return l.lines, l.number - len(l.lines) + 1
}

// header reads up to the first blank line.
func (r *vttReader) header(lines *blockReader) {
	first, _ := lines.next()
	kept := []string{strings.TrimSpace(strings.TrimPrefix(first, "WEBVTT"))}
	for line, ok := lines.peek(); ok && line != ""; line, ok = lines.peek() {
		_, behind, _ := strings.Cut(lines.rest, "\n")
		if strings.Contains(line, "-->") || strings.Contains(firstOf(behind), "-->") {
			break // a cue without a blank line before it
		}
		lines.next()
		if language, ok := strings.CutPrefix(line, languageLine); ok && r.t.Language == "" {
			r.t.Language = strings.TrimSpace(language)
			continue
		}
		kept = append(kept, line)
	}
	if text := strings.Join(kept, "\n"); text != "" {
		extra(&r.t.Extras, vttHeaderText, text)
	}
}

// block takes the lines between two blank ones.
func (r *vttReader) block(lines []string, number int) error {
	for n := range min(2, len(lines)) {
		start, end, settings, ok, err := r.in.cueTimes(lines[n], number+n)
		note := strings.HasPrefix(lines[0], "NOTE") && n == 0
		if err != nil && !note {
			return err
		}
		if ok && !note {
			id := ""
			if n == 1 {
				id = lines[0]
			}
			return r.cue(id, start, end, settings, lines[n+1:], number, number+n)
		}
	}
	r.pending = append(r.pending, strings.Join(lines, "\n"))
	switch word, _, _ := strings.Cut(lines[0], " "); word {
	case "NOTE", "STYLE", "STYLE:", "REGION", "REGION:", "Region:":
	default:
		r.in.note(TextOutsideCues, number)
	}
	return nil
}

// cue takes a cue and those that follow it without a blank line.
func (r *vttReader) cue(id string, start, end time.Duration, settings string, lines []string, number, timeLine int) error {
	first := 0 // of the open cue's text
	for i, line := range lines {
		s, e, set, ok, err := r.in.cueTimes(line, timeLine+i+1)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		r.in.note(BlankLineGone, timeLine+i+1)
		if err := r.one(id, start, end, settings, lines[first:i], number); err != nil {
			return err
		}
		id, start, end, settings = "", s, e, set
		first, number = i+1, timeLine+i+1
	}
	return r.one(id, start, end, settings, lines[first:], number)
}

func (r *vttReader) one(id string, start, end time.Duration, settings string, lines []string, number int) error {
	if n := len(r.pending); end-start <= time.Millisecond && n > 0 && r.pending[n-1] == noTimeNote {
		start, end = 0, 0
		r.pending = r.pending[:n-1]
	}
	if r.rolling {
		if lines = r.unroll(lines, end-start, number); len(lines) == 0 {
			return nil
		}
	}
	parts, notes := r.parts(strings.Join(lines, "\n"), start, end)
	for _, code := range notes {
		r.in.note(code, number)
	}
	for i, part := range parts {
		s := r.in.segment()
		s.Start, s.End, s.Text, s.Words = start, end, part.text, part.words
		var err error
		if s.Speaker, err = r.in.speaker(r.t, part.voice, number); err != nil {
			return err
		}
		if i == 0 {
			s.ID = id
			r.takePending(s)
		}
		if settings != "" {
			extra(&s.Extras, vttSettings, settings)
		}
		if part.raw != "" {
			extra(&s.Extras, vttRaw, part.raw)
		}
		r.in.add(s, number)
	}
	r.cues++
	return nil
}

// parts is readCue, which a text without a mark does not need; the slice holds
// until the next cue.
func (r *vttReader) parts(raw string, start, end time.Duration) ([]cuePart, []NoteCode) {
	if strings.ContainsAny(raw, "<&[") {
		return readCue(raw, start, end)
	}
	r.plain[0].text, _ = tidy(raw, nil)
	return r.plain[:], nil
}

// takePending hands the blocks before a cue to it, those before the first to
// the transcript, where they outlive the cue.
func (r *vttReader) takePending(s *transcript.Segment) {
	if len(r.pending) == 0 {
		return
	}
	text := strings.Join(r.pending, "\n\n")
	r.pending = nil
	if r.cues == 0 {
		extra(&r.t.Extras, vttHead, text)
		return
	}
	extra(&s.Extras, vttBefore, text)
}

func encodeVTT(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	if !w.later {
		writeVTTHeader(out, t)
		writeBlocks(out, t.Extras[vttHead])
	}
	for _, s := range t.Segments {
		writeBlocks(out, s.Extras[vttBefore])
		start, end := w.place(s.Start, s.End)
		if !s.Timed() {
			out.WriteString(noTimeNote + "\n\n")
		}
		out.WriteString(s.ID + "\n" + clock(start, '.') + " --> " + clock(end, '.'))
		if settings := oneLine(s.Extras[vttSettings]); settings != "" && !strings.Contains(settings, "-->") {
			out.WriteString(" " + settings)
		}
		out.WriteString("\n")
		if body := vttBody(t, s); body != "" {
			out.WriteString(body + "\n")
		}
		out.WriteString("\n")
	}
	if !w.last {
		return nil
	}
	writeBlocks(out, t.Extras[vttTail])
	out.Truncate(len(bytes.TrimRight(out.Bytes(), "\n")) + 1)
	return nil
}

func writeVTTHeader(out *bytes.Buffer, t *transcript.Transcript) {
	lines := strings.Split(harmless(t.Extras[vttHeaderText]), "\n")
	if lines[0] != "" {
		lines[0] = " " + strings.TrimSpace(lines[0])
	}
	out.WriteString("WEBVTT" + lines[0] + "\n")
	for _, line := range lines[1:] {
		if line != "" && !strings.HasPrefix(line, languageLine) {
			out.WriteString(line + "\n")
		}
	}
	if language := strings.ReplaceAll(oneLine(t.Language), "-->", "→"); language != "" {
		out.WriteString(languageLine + " " + language + "\n")
	}
	out.WriteString("\n")
}

// writeBlocks writes what stands between cues, as blocks that cannot be cues.
func writeBlocks(out *bytes.Buffer, text string) {
	for _, block := range strings.Split(harmless(text), "\n\n") {
		block = strings.Trim(block, "\n")
		if block != "" && block != noTimeNote {
			out.WriteString(block + "\n\n")
		}
	}
}

// harmless takes the arrow, which would begin a cue, out of blocks that came
// from elsewhere.
func harmless(text string) string {
	return strings.ReplaceAll(transcript.Clean(text), "-->", "→")
}

// vttBody is a cue's text: the one that was read, while it says the same.
func vttBody(t *transcript.Transcript, s *transcript.Segment) string {
	name := ""
	if s.Speaker != "" {
		name = oneLine(t.SpeakerName(s.Speaker))
	}
	start, until := cueBorders(s)
	if raw := s.Extras[vttRaw]; raw != "" && raw == safeRaw(raw) && stampsInside(raw, start, until) {
		parts, _ := readCue(raw, s.Start, s.End)
		if len(parts) == 1 && parts[0].voice == name && parts[0].text == s.Text && sameTimes(parts[0].words, s.Words) {
			return raw
		}
		if marked, ok := remarked(s, name, raw); ok {
			return marked
		}
	} else if raw := s.Extras[srtRaw]; raw != "" {
		if marked, ok := remarked(s, name, carryMarkup(raw, srtMarkup(), asItIs, vttEscapes.Replace)); ok {
			return marked
		}
	}
	return writeCue(s, name)
}

// remarked is the cue's text with the markup of one that was read, around the
// words that are still there. It knows no word times.
func remarked(s *transcript.Segment, name, raw string) (string, bool) {
	if slices.ContainsFunc(s.Words, transcript.Word.Timed) {
		return "", false
	}
	text, _ := tidy(s.Text, nil)
	marked, ok := reapply(vttVoices().ReplaceAllString(raw, ""), text, vttMarkup(), html.UnescapeString, vttEscapes.Replace)
	if !ok || marked != safeRaw(marked) {
		return "", false
	}
	if name != "" {
		marked = "<v " + vttEscapes.Replace(name) + ">" + marked
	}
	parts, _ := readCue(marked, s.Start, s.End)
	return marked, len(parts) == 1 && parts[0].voice == name && parts[0].text == text && len(parts[0].words) == 0
}

// vttMarkup finds the tags that say how text looks, vttVoices those that say who
// speaks and when.
var (
	vttMarkup = pattern(`</?(?:[biuc]|ruby|rt|lang)(?:[.\s][^<>]*)?>`)
	vttVoices = pattern(`</?v(?:[.\s][^<>]*)?>|<[0-9:.]+>`)
)

// safeRaw is the text as a cue can hold it: no blank lines, no time lines.
func safeRaw(raw string) string {
	raw, _ = tidy(transcript.Clean(raw), nil)
	return strings.ReplaceAll(raw, "-->", "→")
}

func sameTimes(a, b []transcript.Word) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		a, b := a[i], b[i]
		if a.From != b.From || a.To != b.To || a.Start != b.Start || a.End != b.End || a.Estimated != b.Estimated {
			return false
		}
	}
	return true
}
