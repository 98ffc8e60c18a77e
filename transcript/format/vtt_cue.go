package format

import (
	"html"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// Times of words in a cue. A time stamp ends the run of text before it and
// begins the next; the first run begins with the cue, the last ends with it:
//
//	00:00:01.000 --> 00:00:03.000
//	so <00:00:01.400>it<00:00:01.600> <00:00:02.000>begins
//	[1.0,1.4)         [1.4,1.6)       [2.0,3.0)
//
// A run that holds one word times it. Where it holds several, each gets a
// share by its length, marked as estimated. A cue without stamps times no
// words. Classes of our own, which players ignore, keep this exact:
// <c.untimed> text has no times, <c.estimated> times were not measured, and
//
//	<c.timed-00:00:04,100-00:00:04,300>late</c>
//
// is one word of that time. WebVTT wants the stamps of a cue to grow and to lie
// between its borders; so this holds words that a cue left behind when it was
// moved, that overlap, that have no length, and one that lasts as long as its
// cue. A class name holds no point, hence the commas.

// cuePart is what one voice says in a cue.
type cuePart struct {
	voice, text string
	words       []transcript.Word
	raw         string // the cue's text where it has markup that we do not model
}

// cueReader collects the runs of a cue.
type cueReader struct {
	pieces  []piece
	stamps  []time.Duration // stamps[0] is the cue's start
	classes []string        // of the open <c> tags
	voice   string
	markup  bool
}

// piece is text between two tags.
type piece struct {
	text      string
	voice     string
	run       int // index in stamps
	untimed   bool
	estimated bool
	// from and to are a <c.timed>'s; to is 0 where there is none.
	from, to time.Duration
}

// readCue takes a cue's text apart; it has one part at least.
func readCue(raw string, start, end time.Duration) ([]cuePart, []NoteCode) {
	r := &cueReader{stamps: []time.Duration{start}}
	body := raw
	if name, rest, ok := taggedName(raw); ok && !strings.Contains(raw, "<v") {
		r.voice, body = html.UnescapeString(name), rest // as WhisperX writes speakers
	}
	r.read(body)
	r.stamps = append(r.stamps, end)
	var notes []NoteCode
	var parts []cuePart
	for _, p := range r.pieces {
		voice := oneLine(p.voice)
		if n := len(parts); strings.TrimSpace(p.text) != "" && (n == 0 || parts[n-1].voice != voice) {
			parts = append(parts, cuePart{voice: voice})
		}
	}
	if len(parts) == 0 {
		parts = []cuePart{{voice: oneLine(r.voice)}}
	}
	dropped := r.fill(parts)
	if dropped {
		notes = append(notes, WordTimesGone)
	}
	switch {
	case len(parts) > 1:
		notes = append(notes, VoicesSplit)
		if r.markup {
			notes = append(notes, MarkupDropped)
		}
	case r.markup:
		parts[0].raw, _ = tidy(raw, nil)
		notes = append(notes, MarkupHidden)
	}
	return parts, notes
}

// read splits the text at its tags.
func (r *cueReader) read(body string) {
	for body != "" {
		open := strings.IndexByte(body, '<')
		if open != 0 {
			if open < 0 {
				open = len(body)
			}
			r.add(body[:open])
			body = body[open:]
			continue
		}
		tag, rest, found := strings.Cut(body[1:], ">")
		if !found { // the specification takes the rest as a tag; it is more likely text
			r.add(body)
			return
		}
		r.tag(tag)
		body = rest
	}
}

func (r *cueReader) add(text string) {
	text = transcript.Clean(html.UnescapeString(text))
	p := piece{
		text: text, voice: r.voice, run: len(r.stamps) - 1,
		untimed:   slices.Contains(r.classes, "untimed"),
		estimated: slices.Contains(r.classes, "estimated"),
	}
	for _, class := range r.classes {
		if from, to, ok := timedClass(class); ok {
			p.from, p.to = from, to
		}
	}
	if n := len(r.pieces); n > 0 {
		last := r.pieces[n-1]
		last.text = p.text
		if last == p {
			r.pieces[n-1].text += text
			return
		}
	}
	r.pieces = append(r.pieces, p)
}

// tag takes what stands between < and >.
func (r *cueReader) tag(tag string) {
	if stamp, ok := parseClock(tag); ok && strings.Contains(tag, ":") {
		r.stamps = append(r.stamps, stamp)
		return
	}
	name, annotation, _ := strings.Cut(strings.ReplaceAll(tag, "\n", " "), " ")
	name, class, _ := strings.Cut(name, ".")
	switch name {
	case "v":
		r.voice = html.UnescapeString(annotation)
		r.markup = r.markup || class != ""
	case "/v":
		r.voice = ""
	case "c":
		r.classes = append(r.classes, class)
		// YouTube puts every word in a <c> that says nothing.
		_, _, timed := timedClass(class)
		r.markup = r.markup || class != "" && class != "untimed" && class != "estimated" && !timed
	case "/c":
		if n := len(r.classes); n > 0 {
			r.classes = r.classes[:n-1]
		}
	case "b", "i", "u", "ruby", "rt", "lang", "/b", "/i", "/u", "/ruby", "/rt", "/lang":
		r.markup = true
	default:
		// Tags that no standard knows are how transcribers mark a noise: <unk>.
		r.add("<" + strings.ReplaceAll(tag, "\n", " ") + ">")
	}
}

// fill gives the parts their text and words; dropped says that some times ran
// backwards.
func (r *cueReader) fill(parts []cuePart) (dropped bool) {
	k := 0
	var text strings.Builder
	var words, timed []transcript.Word // timed by runs, and by a class
	var runs []int
	flush := func() {
		words, dropped = r.timeWords(words, runs, text.String(), dropped)
		words = append(words, timed...)
		slices.SortFunc(words, func(a, b transcript.Word) int { return a.From - b.From })
		parts[k].text, parts[k].words = tidy(text.String(), words)
		text.Reset()
		words, timed, runs = nil, nil, nil
	}
	for _, p := range r.pieces {
		blank := strings.TrimSpace(p.text) == ""
		if !blank && oneLine(p.voice) != parts[k].voice && k+1 < len(parts) {
			flush()
			k++
		}
		from := text.Len()
		text.WriteString(p.text)
		if word := strings.TrimSpace(p.text); p.to > 0 && word != "" {
			from += strings.Index(p.text, word)
			timed = append(timed, transcript.Word{From: from, To: from + len(word), Start: p.from, End: p.to, Estimated: p.estimated})
			continue
		}
		if p.untimed || len(r.stamps) == 2 { // 2: the cue's own borders
			continue
		}
		for at, field := range fields(p.text) {
			words = append(words, transcript.Word{From: from + at, To: from + at + len(field), Estimated: p.estimated})
			runs = append(runs, p.run)
		}
	}
	flush()
	return dropped
}

// timeWords shares the time of each run among its words.
func (r *cueReader) timeWords(words []transcript.Word, runs []int, text string, dropped bool) ([]transcript.Word, bool) {
	var out []transcript.Word
	for i := 0; i < len(words); {
		j, letters := i, 0
		for ; j < len(words) && runs[j] == runs[i]; j++ {
			letters += utf8.RuneCountInString(text[words[j].From:words[j].To])
		}
		start, end := r.stamps[runs[i]], r.stamps[runs[i]+1]
		before := 0
		for _, w := range words[i:j] {
			n := utf8.RuneCountInString(text[w.From:w.To])
			w.Start = start + share(end-start, before, letters)
			w.End = start + share(end-start, before+n, letters)
			w.Estimated = w.Estimated || j-i > 1
			before += n
			if end < start || w.End == 0 {
				dropped = dropped || end < start
				continue
			}
			out = append(out, w)
		}
		i = j
	}
	return out, dropped
}

// share is d·part/whole in whole milliseconds, because that is what can be
// written; d and part are bounded so that it cannot overflow.
func share(d time.Duration, part, whole int) time.Duration {
	if part == whole {
		return d
	}
	return time.Duration(float64(d/time.Millisecond)*float64(part)/float64(whole)) * time.Millisecond
}

// fields yields the words of a text with their byte offsets.
func fields(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		from := -1
		for i, c := range text {
			switch space := (c <= ' ' || c >= utf8.RuneSelf) && unicode.IsSpace(c); {
			case !space && from < 0:
				from = i
			case space && from >= 0:
				if !yield(from, text[from:i]) {
					return
				}
				from = -1
			}
		}
		if from >= 0 {
			yield(from, text[from:])
		}
	}
}

// writeCue is the inverse of readCue.
func writeCue(s *transcript.Segment, name string) string {
	text, words := tidy(s.Text, s.Words)
	words = slices.DeleteFunc(slices.Clone(words), func(w transcript.Word) bool { return !w.Timed() })
	var b strings.Builder
	if len(words) == 0 {
		b.WriteString(vttEscapes.Replace(text))
	} else {
		start, until := cueBorders(s)
		writeTimed(&b, text, words, start, until)
	}
	body := b.String()
	if _, _, named := taggedName(body); name == "" && named {
		body = "&#91;" + body[1:] // or it would be taken for a speaker's name
	}
	if name != "" {
		body = "<v " + vttEscapes.Replace(name) + ">" + body
	}
	return body
}

// cueBorders are those that stamps must lie between: none do in the cue of a
// segment without time.
func cueBorders(s *transcript.Segment) (start, until time.Duration) {
	if !s.Timed() {
		return 0, 0
	}
	return borders(s.Start, s.End)
}

var vttEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// writeTimed writes a text with the times of its words, in a cue from now
// until an end. Stamps that would repeat the cue's borders are left out.
func writeTimed(b *strings.Builder, text string, words []transcript.Word, now, until time.Duration) {
	stamped := stampable(words, now, until)
	fresh := true // a run begins here
	stamp := func(d time.Duration) {
		b.WriteString("<" + clock(d, '.') + ">")
		now, fresh = d, true
	}
	at := 0
	for i, w := range words {
		between(b, text[at:w.From])
		at = w.To
		word := vttEscapes.Replace(text[w.From:w.To])
		if w.Estimated {
			word = "<c.estimated>" + word + "</c>"
		}
		if !stamped[i] {
			b.WriteString("<c." + timedPrefix + clock(w.Start, ',') + "-" + clock(endMillis(w.End), ',') + ">" + word + "</c>")
			continue
		}
		if start := millis(w.Start); start != now || !fresh {
			stamp(start)
		}
		b.WriteString(word)
		fresh = false
		follows := until
		if next := slices.Index(stamped[i+1:], true); next >= 0 {
			follows = millis(words[i+1+next].Start)
		}
		if end := endMillis(w.End); end != follows {
			stamp(end)
		}
	}
	between(b, text[at:])
}

// stampable says which words stamps can time: those that follow each other
// between the cue's borders. One that fills the cue alone would need no stamp,
// and so would look as if it had no time.
func stampable(words []transcript.Word, start, until time.Duration) []bool {
	fits := make([]bool, len(words))
	now := start
	count := 0
	for i, w := range words {
		from, to := millis(w.Start), endMillis(w.End)
		if from >= now && from < to && to <= until {
			fits[i], now = true, to
			count++
		}
	}
	if i := slices.Index(fits, true); count == 1 && millis(words[i].Start) == start && now == until {
		fits[i] = false
	}
	return fits
}

// stampsInside says whether the stamps in a cue's text lie between its borders,
// as they may no longer do after the cue was moved.
func stampsInside(raw string, start, until time.Duration) bool {
	r := &cueReader{stamps: []time.Duration{start}}
	r.read(raw)
	return !slices.ContainsFunc(r.stamps[1:], func(d time.Duration) bool { return d < start || d >= until })
}

const timedPrefix = "timed-"

// timedClass reads the class timed-START-END.
func timedClass(class string) (from, to time.Duration, ok bool) {
	times, found := strings.CutPrefix(class, timedPrefix)
	first, second, _ := strings.Cut(times, "-")
	from, okFrom := parseClock(first)
	to, okTo := parseClock(second)
	return from, to, found && okFrom && okTo && from <= to && to > 0
}

// between writes the text between timed words, which has no times.
func between(b *strings.Builder, text string) {
	inner := strings.TrimFunc(text, unicode.IsSpace)
	if inner == "" {
		b.WriteString(text)
		return
	}
	from := strings.Index(text, inner)
	b.WriteString(text[:from] + "<c.untimed>" + vttEscapes.Replace(inner) + "</c>" + text[from+len(inner):])
}
