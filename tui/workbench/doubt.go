package workbench

import (
	"slices"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"tapescript/transcript"
	"tapescript/tui"
)

// defaultDoubt is the confidence below which a word is walked. What a
// recogniser calls 60 % is not right in 60 of 100 cases, and above it errors are
// left, too: the walk is for finding the worst first.
const defaultDoubt = 0.6

// doubt is the uncertain word that was gone to last: the segment's text then,
// and where in it the word stood.
type doubt struct {
	segment  string
	text     string
	from, to int
}

// doubtful says whether a word is one to hear.
func (w *Workbench) doubtful(word transcript.Word) bool {
	limit := w.Habits.Doubt
	if limit <= 0 {
		limit = defaultDoubt
	}
	return word.Confidence > 0 && word.Confidence < limit
}

// uncertain is a word to hear, and where it is.
type uncertain struct {
	segment *transcript.Segment
	index   int // of the segment
	word    int
}

func (u uncertain) at() transcript.Word { return u.segment.Words[u.word] }

func (u uncertain) text() string { return u.segment.Text[u.at().From:u.at().To] }

// doubts lists the uncertain words in the order of the text.
func (w *Workbench) doubts() []uncertain {
	var list []uncertain
	for i, s := range w.doc.Transcript().Segments {
		for k, word := range s.Words {
			if w.doubtful(word) {
				list = append(list, uncertain{s, i, k})
			}
		}
	}
	return list
}

// jumpToDoubt goes to the next (1) or previous (-1) uncertain word, selects it,
// so that typing replaces it, and plays it.
func (w *Workbench) jumpToDoubt(direction int) tea.Cmd {
	list := w.doubts()
	if len(list) == 0 {
		w.say(w.Words.Say("doubt.none"))
		return nil
	}
	c := w.editor.Cursor()
	here := w.doc.Index(c.Segment)
	if from, _, ok := w.editor.Selection(); ok && direction < 0 {
		c = from
	}
	behind := func(u uncertain) bool {
		return u.index > here || u.index == here && (u.at().From > c.At || u.at().From == c.At && direction > 0 && c.At == 0)
	}
	i := max(slices.IndexFunc(list, behind), 0)
	if direction < 0 {
		i = len(list) - 1
		for k, u := range slices.Backward(list) {
			if u.index < here || u.index == here && u.at().From < c.At {
				i = k
				break
			}
		}
	}
	u := list[i]
	word := u.at()
	w.doubt = doubt{u.segment.ID, u.segment.Text, word.From, word.To}
	w.editor.Select(transcript.Caret{Segment: u.segment.ID, At: word.From}, transcript.Caret{Segment: u.segment.ID, At: word.To})
	w.say(w.Words.Say("doubt.here", i+1, len(list), u.text(), int(100*word.Confidence+.5)))
	w.message.until = w.Now().Add(time.Minute)
	w.rememberPlace()
	if span := wordSpan(u.segment, word.From, word.To); span.End > span.Start {
		w.transport.PlaySpan(span)
	}
	return tea.Batch(w.startTick(0), w.measureWave())
}

// keepWord says that the word at the cursor is right, and goes to the next: a
// person's word needs no recogniser's confidence.
func (w *Workbench) keepWord() tea.Cmd {
	s := w.editor.Segment()
	if s == nil {
		return nil
	}
	at := w.editor.Cursor().At
	for i, word := range s.Words {
		if w.doubtful(word) && word.From <= at && at <= word.To {
			return tea.Batch(w.perform(sure(s, i)), w.jumpToDoubt(1))
		}
	}
	w.say(w.Words.Say("doubt.not-here"))
	return nil
}

// sure is the edit that takes the doubt from words of a segment.
func sure(s *transcript.Segment, which ...int) transcript.Edit {
	words := slices.Clone(s.Words)
	for _, i := range which {
		words[i].Confidence = 1
	}
	return transcript.SetWords{Segment: s.ID, Words: words}
}

// fixed is what the word that was gone to has become; the same where it was
// kept. ok is false where more than it was changed.
func (w *Workbench) fixed() (was, is string, ok bool) {
	d, s := w.doubt, w.doc.Segment(w.doubt.segment)
	if s == nil {
		return "", "", false
	}
	head, tail := d.text[:d.from], d.text[d.to:]
	if len(s.Text) < len(head)+len(tail) || !strings.HasPrefix(s.Text, head) || !strings.HasSuffix(s.Text, tail) {
		return "", "", false
	}
	return d.text[d.from:d.to], s.Text[len(head) : len(s.Text)-len(tail)], true
}

// allLikeIt does with every word of the same letters what was done with the one
// that was gone to: kept, all of them are; mended, it asks which.
func (w *Workbench) allLikeIt() tea.Cmd {
	was, is, ok := w.fixed()
	if !ok {
		w.say(w.Words.Say("doubt.first-one"))
		return nil
	}
	if was == is {
		return w.keepAll(was)
	}
	unsure, every := w.alike(was, is, true), w.alike(was, is, false)
	if len(every) == 0 {
		w.say(w.Words.Say("doubt.no-other", was))
		return nil
	}
	do := func(edits []transcript.Edit) func() tea.Cmd {
		return func() tea.Cmd { return w.together(edits) }
	}
	choices := []tui.Choice{}
	if len(unsure) > 0 && len(unsure) < len(every) {
		choices = append(choices, tui.Choice{Key: "u", Label: w.Words.Count("doubt.the-unsure", len(unsure)), Do: do(unsure)})
	}
	choices = append(choices, tui.Choice{Key: "a", Label: w.Words.Count("doubt.all", len(every)), Do: do(every)})
	w.ask(w.Words.Say("doubt.question", was, is), choices...)
	return nil
}

// keepAll takes the doubt from every word of the same letters.
func (w *Workbench) keepAll(text string) tea.Cmd {
	which := map[*transcript.Segment][]int{}
	var order []*transcript.Segment
	for _, u := range w.doubts() {
		if strings.EqualFold(u.text(), text) {
			if which[u.segment] == nil {
				order = append(order, u.segment)
			}
			which[u.segment] = append(which[u.segment], u.word)
		}
	}
	var edits []transcript.Edit
	n := 0
	for _, s := range order {
		edits = append(edits, sure(s, which[s]...))
		n += len(which[s])
	}
	if n == 0 {
		w.say(w.Words.Say("doubt.no-other", text))
		return nil
	}
	cmd := w.perform(transcript.Batch{Edits: edits})
	w.say(w.Words.Count("doubt.kept", n, text))
	return cmd
}

// alike are the edits that make one word another wherever it stands alone;
// unsure: only where the recogniser doubted it. A capital stays one.
func (w *Workbench) alike(was, is string, unsure bool) []transcript.Edit {
	core, with := strings.TrimFunc(was, isEdge), strings.TrimFunc(is, isEdge)
	if core == "" {
		return nil
	}
	var edits []transcript.Edit
	for _, s := range w.doc.Transcript().Segments {
		for _, word := range slices.Backward(wordsOf(s.Text)) {
			text := s.Text[word.from:word.to]
			found := strings.TrimFunc(text, isEdge)
			if !strings.EqualFold(found, core) || found == with {
				continue
			}
			from := word.from + strings.Index(text, found)
			if unsure && !slices.ContainsFunc(s.Words, func(k transcript.Word) bool { return w.doubtful(k) && k.From < from+len(found) && k.To > from }) {
				continue
			}
			edits = append(edits, transcript.Splice{Segment: s.ID, At: from, Delete: found, Insert: likeCase(found, core, with)})
		}
	}
	return edits
}

// isEdge says whether a character at a word's edge is punctuation.
func isEdge(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// likeCase gives a word the first capital of the one that it replaces, where
// that one and the word that was mended differ by it.
func likeCase(found, core, with string) string {
	if found == core || with == "" {
		return with
	}
	first, rest := []rune(with)[0], string([]rune(with)[1:])
	switch {
	case unicode.IsUpper([]rune(found)[0]) && unicode.IsLower(first):
		return string(unicode.ToUpper(first)) + rest
	case unicode.IsLower([]rune(found)[0]) && unicode.IsUpper([]rune(core)[0]) && unicode.IsUpper(first):
		return string(unicode.ToLower(first)) + rest
	}
	return with
}
