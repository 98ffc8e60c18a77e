package workbench

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui"
)

// Tag is a mark that a style writes in square brackets.
type Tag struct {
	Name  string
	Timed bool // with the time: [inaudible 00:02:24]
}

// commonTags are those that most style guides share.
var commonTags = []Tag{{"inaudible", true}, {"crosstalk", true}, {"laughter", false}, {"music", false}, {"applause", false}, {"silence", false}}

// assist carries out what saves the hands typing.
func (w *Workbench) assist(a tui.Action) tea.Cmd {
	switch a {
	case tui.Tag:
		w.askTag()
	case tui.Snippets:
		w.askSnippet()
	case tui.FillIn:
		return w.nextFillIn(w.editor.Cursor())
	case tui.Complete:
		return w.completeWord()
	case tui.TypePause:
		w.nextTypePause()
	case tui.Trim:
		w.askTrim()
	}
	return nil
}

// choose asks for one of a list, by typing a part of it.
func (w *Workbench) choose(text string, list []string, chosen func(string) tea.Cmd) {
	line, at := "", 0
	found := list
	w.question = &tui.Question{
		Text: text, Input: &line,
		Changed: func(part string) {
			at = 0
			found = slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !strings.Contains(tui.Folded(s), strings.TrimSpace(tui.Folded(part))) })
		},
		Above: func(width, most int) []string {
			return tui.Menu(width, most, at, len(found), w.Theme, func(i int) string { return found[i] })
		},
		Keys: map[string]func() tea.Cmd{
			"down": func() tea.Cmd { at = max(min(at+1, len(found)-1), 0); return nil },
			"up":   func() tea.Cmd { at = max(at-1, 0); return nil },
		},
		Cancel: w.dismiss,
		Enter: func(string) tea.Cmd {
			w.question = nil
			if at >= len(found) {
				return nil
			}
			return chosen(found[at])
		},
	}
}

// askTag writes one of the style's tags.
func (w *Workbench) askTag() {
	tags := w.Habits.Tags
	if tags == nil {
		tags = commonTags
	}
	var names []string
	timed := map[string]bool{}
	for _, t := range tags {
		names = append(names, t.Name)
		timed[t.Name] = t.Timed
	}
	w.choose(w.Words.Say("snippet.tag"), names, func(name string) tea.Cmd {
		if timed[name] {
			name += " " + stamp("hh:mm:ss", w.transport.State().Position)
		}
		return w.insertWord("[" + name + "]")
	})
}

// askSnippet writes one of the snippets.
func (w *Workbench) askSnippet() {
	if len(w.Habits.Snippets) == 0 {
		w.say(w.Words.Say("snippet.none"))
		return
	}
	triggers := slices.Sorted(maps.Keys(w.Habits.Snippets))
	rows := map[string]string{}
	var list []string
	for _, t := range triggers {
		row := t + strings.Repeat(" ", max(12-ansi.StringWidth(t), 1)) + strings.ReplaceAll(w.Habits.Snippets[t], "\n", " ")
		rows[row] = t
		list = append(list, row)
	}
	w.choose(w.Words.Say("snippet.which"), list, func(row string) tea.Cmd {
		at := w.editor.Cursor()
		return w.insertSnippet(at, at, w.Habits.Snippets[rows[row]])
	})
}

// expand puts a snippet in place of its trigger, when what was typed ends the
// trigger as a word: the letters themselves are typed first, so that one undo
// takes the snippet back and leaves them.
func (w *Workbench) expand(typed string) tea.Cmd {
	r, n := utf8.DecodeRuneInString(typed)
	if len(w.Habits.Snippets) == 0 || n != len(typed) || unicode.IsLetter(r) || unicode.IsDigit(r) {
		return nil
	}
	s, c := w.editor.Segment(), w.editor.Cursor()
	if s == nil || c.At < n || s.Text[c.At-n:c.At] != typed {
		return nil
	}
	end := c.At - n
	start := end
	for start > 0 && !strings.ContainsAny(s.Text[start-1:start], " \n([“«\"") {
		start--
	}
	text, ok := w.Habits.Snippets[s.Text[start:end]]
	if !ok || start == end {
		return nil
	}
	to := end
	if strings.HasSuffix(text, " ") && typed == " " {
		to = c.At // the snippet brings its own space
	}
	cmd := w.insertSnippet(transcript.Caret{Segment: s.ID, At: start}, transcript.Caret{Segment: s.ID, At: to}, text)
	if _, _, selected := w.editor.Selection(); !selected { // the hand stays behind what it typed
		w.editor.SetCursor(transcript.Caret{Segment: s.ID, At: c.At + len(w.editor.Segment().Text) - len(s.Text)})
	}
	return cmd
}

// inBraces are what a snippet fills in, and its places to fill.
var inBraces = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[^{}\n]{1,40}\}`) })

// fillIns are the places of a snippet that wait to be written over.
var fillIns = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`‹[^‹›\n]{1,40}›`) })

// insertSnippet puts a snippet in place of a stretch: {time} and {speaker} are
// filled in, any other name in braces becomes a place to fill, the first of
// which is selected.
func (w *Workbench) insertSnippet(from, to transcript.Caret, text string) tea.Cmd {
	s := w.doc.Segment(from.Segment)
	if s == nil {
		return nil
	}
	text = transcript.Clean(inBraces().ReplaceAllStringFunc(text, func(name string) string {
		switch name = name[1 : len(name)-1]; name {
		case "time":
			return stamp(cmp.Or(w.Habits.Timestamp, defaultTimestamp), w.transport.State().Position)
		case "speaker":
			return w.doc.Transcript().SpeakerName(s.Speaker)
		}
		return "‹" + name + "›"
	}))
	if text == "" {
		return nil
	}
	cmd := w.perform(transcript.Splice{Segment: s.ID, At: from.At, Delete: s.Text[from.At:to.At], Insert: text})
	if fillIns().MatchString(text) {
		return tea.Batch(cmd, w.nextFillIn(from))
	}
	return cmd
}

// nextFillIn selects the next place to fill, from a place on.
func (w *Workbench) nextFillIn(c transcript.Caret) tea.Cmd {
	segments := w.doc.Transcript().Segments
	first := max(w.doc.Index(c.Segment), 0)
	for i, s := range segments[min(first, len(segments)):] {
		at := 0
		if i == 0 {
			at = min(c.At, len(s.Text))
		}
		if m := fillIns().FindStringIndex(s.Text[at:]); m != nil {
			w.editor.Select(transcript.Caret{Segment: s.ID, At: at + m[0]}, transcript.Caret{Segment: s.ID, At: at + m[1]})
			w.rememberPlace()
			return nil
		}
	}
	w.say(w.Words.Say("snippet.no-fill-in"))
	return nil
}

// completion is what was completed last; pressing again gives the next.
type completion struct {
	segment  string
	from, to int
	text     string // of the segment, as completed
	list     []string
	at       int
}

// completeWord completes the word before the cursor: by the glossary, then by
// the words of this transcript, the most frequent first.
func (w *Workbench) completeWord() tea.Cmd {
	s, c := w.editor.Segment(), w.editor.Cursor()
	if s == nil {
		return nil
	}
	last := &w.complete
	if last.segment == s.ID && last.text == s.Text && last.to == c.At && len(last.list) > 1 {
		last.at = (last.at + 1) % len(last.list)
		return w.putCompletion(s)
	}
	from := c.At
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(s.Text[:from])
		if isEdge(r) && r != '\'' && r != '’' && r != '-' {
			break
		}
		from -= n
	}
	prefix := s.Text[from:c.At]
	if prefix == "" {
		w.say(w.Words.Say("complete.nothing"))
		return nil
	}
	list := w.completions(prefix)
	if len(list) == 0 {
		w.say(w.Words.Say("complete.none", prefix))
		return nil
	}
	w.complete = completion{segment: s.ID, from: from, to: c.At, list: append(list, prefix)}
	return w.putCompletion(s)
}

func (w *Workbench) putCompletion(s *transcript.Segment) tea.Cmd {
	k := &w.complete
	word := k.list[k.at]
	cmd := w.perform(transcript.Splice{Segment: s.ID, At: k.from, Delete: s.Text[k.from:k.to], Insert: word})
	k.to = k.from + len(word)
	if now := w.doc.Segment(s.ID); now != nil {
		k.text = now.Text
	}
	w.editor.SetCursor(transcript.Caret{Segment: s.ID, At: k.to})
	if len(k.list) > 2 {
		w.say(w.Words.Say("complete.of", k.at+1, len(k.list), strings.Join(k.list[:min(len(k.list)-1, 6)], "  ")))
	}
	return cmd
}

// completions are the words that begin so, whatever the case of the letters.
func (w *Workbench) completions(prefix string) []string {
	low := strings.ToLower(prefix)
	fits := func(word string) bool {
		return len(word) > len(prefix) && strings.HasPrefix(strings.ToLower(word), low)
	}
	var list []string
	for _, g := range w.Habits.Glossary {
		if fits(g) && !slices.Contains(list, g) {
			list = append(list, g)
		}
	}
	counts := map[string]int{}
	for _, s := range w.doc.Transcript().Segments {
		for _, x := range wordsOf(s.Text) {
			if word := strings.TrimFunc(s.Text[x.from:x.to], isEdge); fits(word) {
				counts[word]++
			}
		}
	}
	heard := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	for _, word := range heard {
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list[:min(len(list), 20)]
}

// idleFor says whether nobody has typed for a time.
func (w *Workbench) idleFor(d time.Duration) bool { return w.Now().Sub(w.lastTyped) >= d }
