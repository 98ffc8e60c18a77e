package format

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// Recognisers' drafts have in common that they know words. This file holds
// what their decoders share: the words as they were heard, how they become
// segments where the engine gives none, and how they find their places in a
// text where it gives both.

// heard is a word as a recogniser tells of it.
type heard struct {
	text       string
	joined     bool          // no space before it: of languages without spaces
	start, end time.Duration // end 0: not known
	confidence float64       // as in transcript.Word
	speaker    string        // a name; "" where nobody said
	channel    int           // from 1; 0 where nobody said
	line       int           // where it stands in the file
}

// punctuation gives a mark that has no time of its own to the word before it.
// A mark before the first word is kept for it.
func punctuation(words []heard, opening *string, mark string) {
	if len(words) == 0 {
		*opening += mark
		return
	}
	words[len(words)-1].text += mark
}

// Where words become segments: see utterances.
const (
	utterancePause    = time.Second
	utteranceLongest  = 15 * time.Second
	utteranceSentence = 2 * time.Second
	utteranceWords    = 50
)

// utterances makes segments of words in the order in which they are heard, for
// engines that give words alone. A new segment begins where the speaker or the
// channel changes; after a pause of more than a second; after the end of a
// sentence (. ? ! … and their like), unless the segment has lasted less than
// two seconds, so that "Yes." and "Mr." do not stand alone; and before a word
// that would make the segment longer than 15 seconds, or than 50 words, which
// bounds it where no times are known.
func utterances(words []heard) []utterance {
	var list []utterance
	var last utterance
	for _, w := range words {
		if len(last) > 0 && last.endsBefore(w) {
			list = append(list, last)
			last = nil
		}
		last = append(last, w)
	}
	if len(last) > 0 {
		list = append(list, last)
	}
	return list
}

// utterance is the words of one segment.
type utterance []heard

func (u utterance) endsBefore(w heard) bool {
	last := u[len(u)-1]
	start, end := u.span()
	switch {
	case w.speaker != last.speaker || w.channel != last.channel || len(u) >= utteranceWords:
		return true
	case endsSentence(last.text) && (end == 0 || end-start >= utteranceSentence):
		return true
	case end == 0 || w.end == 0:
		return false
	}
	return w.start-end > utterancePause || w.end-start > utteranceLongest
}

// span is from the first time that is known to the last.
func (u utterance) span() (start, end time.Duration) {
	known := false
	for _, w := range u {
		if w.end == 0 {
			continue
		}
		if !known || w.start < start {
			start = w.start
		}
		known = true
		end = max(end, w.end)
	}
	return start, end
}

// endsSentence says whether a word ends one, quotes and brackets aside.
func endsSentence(word string) bool {
	word = strings.TrimRightFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Pe, unicode.Pf, unicode.Pi) || r == '"' || r == '\''
	})
	r, _ := utf8.DecodeLastRuneInString(word)
	return strings.ContainsRune(".?!…。？！؟।", r)
}

// segment makes a segment of an utterance.
func (u utterance) segment(in *input, t *transcript.Transcript) (*transcript.Segment, error) {
	s := &transcript.Segment{Channel: u[0].channel}
	s.Start, s.End = u.span()
	var err error
	if s.Speaker, err = in.speaker(t, u[0].speaker, u[0].line); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, w := range u {
		text := oneLine(w.text)
		if text == "" {
			continue
		}
		if b.Len() > 0 && !w.joined {
			b.WriteByte(' ')
		}
		word := transcript.Word{From: b.Len(), Start: w.start, End: w.end, Confidence: w.confidence}
		b.WriteString(text)
		word.To = b.Len()
		if word.Timed() || word.Confidence > 0 {
			s.Words = append(s.Words, word)
		}
	}
	s.Text = b.String()
	return s, nil
}

// addUtterances makes segments of words; see [utterances].
func (in *input) addUtterances(t *transcript.Transcript, words []heard) error {
	for _, u := range utterances(words) {
		s, err := u.segment(in, t)
		if err != nil {
			return err
		}
		in.add(s, u[0].line)
	}
	return nil
}

// fitWords finds the places of an engine's words in its text. They are looked
// for in order: behind white space and punctuation; else, because an engine may
// write "23" where it heard "twenty three", without regard to case and
// punctuation among the next ten words. A word's place takes in the
// punctuation at its ends. What is not found is counted in a note; nothing is
// guessed.
func (in *input) fitWords(s *transcript.Segment, words []heard) {
	at := 0
	for _, w := range words {
		text := oneLine(w.text)
		if text == "" || w.end == 0 && w.confidence == 0 {
			continue
		}
		from, to := wordPlace(s.Text, at, text)
		if to == 0 {
			in.note(WordTimesGone, w.line)
			continue
		}
		s.Words = append(s.Words, transcript.Word{From: from, To: to, Start: w.start, End: w.end, Confidence: w.confidence})
		at = to
	}
	for i := range s.Words {
		next := len(s.Text)
		if i+1 < len(s.Words) {
			next = s.Words[i+1].From
		}
		s.Words[i].To = withMarks(s.Text[:next], s.Words[i].To)
	}
}

// wordPlace finds a word in a text from a byte on; to is 0 where it is not there.
func wordPlace(text string, at int, word string) (from, to int) {
	opened := -1 // where marks that open the word begin: behind white space
	if at == 0 {
		opened = 0
	}
	for i := at; ; {
		if strings.HasPrefix(text[i:], word) && !goesOn(text[i:], len(word)) {
			if opened < 0 {
				opened = i
			}
			return opened, i + len(word)
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if size == 0 || !unicode.IsPunct(r) && !unicode.IsSpace(r) {
			break
		}
		i += size
		if unicode.IsSpace(r) {
			opened = i
		}
	}
	if ahead := text[at:min(len(text), at+len(word)+40)]; spaceless(word) && strings.Contains(ahead, word) {
		from = at + strings.Index(ahead, word)
		return from, from + len(word)
	}
	plain := lettersOf(word)
	from = at
	for range 10 {
		from += len(text[from:]) - len(strings.TrimLeftFunc(text[from:], unicode.IsSpace))
		end := from + wordLength(text[from:])
		if end == from || plain == "" {
			return 0, 0
		}
		if lettersOf(text[from:end]) == plain {
			return from, end
		}
		from = end
	}
	return 0, 0
}

// spacedScripts are India's, whose vowel signs are marks and no letters.
var spacedScripts = []*unicode.RangeTable{unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Telugu, unicode.Gujarati,
	unicode.Gurmukhi, unicode.Kannada, unicode.Malayalam}

// goesOn says whether a word that ends there is only the beginning of one, in
// scripts that put spaces between words.
func goesOn(text string, end int) bool {
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	next, _ := utf8.DecodeRuneInString(text[end:])
	return unicode.IsLetter(last) && unicode.In(next, unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew) ||
		unicode.In(last, spacedScripts...) && unicode.In(next, spacedScripts...)
}

// spaceless says whether a word begins in a script that puts no spaces between
// words, or with half a character, of which most are such.
func spaceless(word string) bool {
	r, size := utf8.DecodeRuneInString(word)
	return size > 0 && (r == utf8.RuneError || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar))
}

// withMarks moves the end of a word behind the marks that follow it.
func withMarks(text string, end int) int {
	for {
		r, size := utf8.DecodeRuneInString(text[end:])
		if size == 0 || !unicode.IsPunct(r) || unicode.In(r, unicode.Ps, unicode.Pi) {
			return end
		}
		end += size
	}
}

// wordLength is how many bytes stand before the next white space.
func wordLength(text string) int {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return i
	}
	return len(text)
}

// lettersOf is the letters and digits of a word, in lower case.
func lettersOf(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// wordConfidence brings an engine's confidence into a word's range.
func wordConfidence(f float64) float64 {
	return min(max(f, transcript.LeastConfidence), 1)
}

// wordTimes reads the times of a word, which need not be there. Times that run
// backwards, which engines do write, are counted in a note and are none.
func (in *input) wordTimes(start, end jsonValue, unit time.Duration) (from, to time.Duration, err error) {
	from, known, err := start.time(unit)
	if err != nil {
		return 0, 0, err
	}
	to, knownEnd, err := end.time(unit)
	if err != nil {
		return 0, 0, err
	}
	if known && knownEnd && to < from {
		in.note(WordTimesGone, end.line())
		return 0, 0, nil
	}
	if !known || !knownEnd {
		return 0, 0, nil
	}
	return from, to, nil
}

// segmentTimes reads the times of a segment, of which both or none are there.
func segmentTimes(start, end jsonValue, unit time.Duration) (from, to time.Duration, err error) {
	from, _, err = start.time(unit)
	if err != nil {
		return 0, 0, err
	}
	to, known, err := end.time(unit)
	switch {
	case err != nil:
		return 0, 0, err
	case known && to < from:
		return 0, 0, end.fail(EndBeforeStart)
	case !known: // some engines do not know where the last one ends
		return from, from, nil
	}
	return from, to, nil
}

// addInOrder adds segments of several channels by their start, because an
// engine tells of one channel after the other.
func (in *input) addInOrder(segments []*transcript.Segment, lines []int) {
	order := make([]int, len(segments))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(min(max(segments[a].Start-segments[b].Start, -1), 1)) })
	for _, i := range order {
		in.add(segments[i], lines[i])
	}
}

// languageTag makes a BCP 47 tag of an engine's: "en_us" is "en-US".
func languageTag(s string) string {
	parts := strings.Split(strings.ReplaceAll(oneLine(s), "_", "-"), "-")
	for i, part := range parts {
		if i > 0 && len(part) == 2 { // the region
			parts[i] = strings.ToUpper(part)
		}
	}
	return strings.Join(parts, "-")
}
