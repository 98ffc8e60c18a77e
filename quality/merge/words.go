package merge

import (
	"slices"
	"unicode"

	"tapescript/quality/align"
	"tapescript/transcript"
)

// hunk says that the words [From, To) of the base became the words [A, B) of a
// version.
type hunk struct{ From, To, A, B int }

// token is a word of a text, between spaces, by its bytes.
type token struct{ from, to int }

func tokens(text string) (list []token) {
	begin := -1
	for i, r := range text {
		switch space := unicode.IsSpace(r); {
		case space && begin >= 0:
			list, begin = append(list, token{begin, i}), -1
		case !space && begin < 0:
			begin = i
		}
	}
	if begin >= 0 {
		list = append(list, token{begin, len(text)})
	}
	return list
}

// version is a text with its words, interned.
type version struct {
	text  string
	words []token
	ids   []int32
}

func read(text string, known map[string]int32) version {
	v := version{text: text, words: tokens(text)}
	for _, w := range v.words {
		id, ok := known[text[w.from:w.to]]
		if !ok {
			id = int32(len(known))
			known[text[w.from:w.to]] = id
		}
		v.ids = append(v.ids, id)
	}
	return v
}

// hunks are what a version changed of the base, in order.
func hunks(base, side version) (list []hunk) {
	at, a := 0, 0
	open := false
	for _, s := range align.Tokens(base.ids, side.ids, align.Levenshtein) {
		if s.Op == align.Correct {
			at, a, open = int(s.Ref)+1, int(s.Hyp)+1, false
			continue
		}
		if !open {
			list, open = append(list, hunk{at, at, a, a}), true
		}
		h := &list[len(list)-1]
		if s.Op != align.Insertion {
			at++
		}
		if s.Op != align.Deletion {
			a++
		}
		h.To, h.B = at, a
	}
	return list
}

// clash says whether two hunks speak of the same words. Neighbours do not, but
// for what is put in at the very place where the other changes something.
func clash(a, b hunk) bool {
	if a.From == a.To || b.From == b.To {
		return a.From <= b.To && b.From <= a.To
	}
	return a.From < b.To && b.From < a.To
}

// words merges the texts of a segment: theirs' changes are done to ours, so that
// the words of ours that stay keep their times. false: both changed the same
// words, and the result is ours.
func words(base, ours, theirs *transcript.Segment) (transcript.Segment, bool) {
	switch {
	case theirs.Text == base.Text || theirs.Text == ours.Text:
		return *ours, true
	case ours.Text == base.Text:
		out := *ours
		out.Text, out.Words = theirs.Text, theirs.Words
		return out, true
	}
	known := map[string]int32{}
	b, o, t := read(base.Text, known), read(ours.Text, known), read(theirs.Text, known)
	mine, yours := hunks(b, o), hunks(b, t)
	var todo []hunk
	for _, y := range yours {
		agreed := false
		for _, m := range mine {
			if !clash(m, y) {
				continue
			}
			if m.From != y.From || m.To != y.To || !slices.Equal(o.ids[m.A:m.B], t.ids[y.A:y.B]) {
				return *ours, false
			}
			agreed = true
		}
		if !agreed {
			todo = append(todo, y)
		}
	}
	out, err := apply(ours, o, t, mine, todo)
	return out, err == nil
}

// apply does hunks of theirs, which speak of the base's words, to ours.
func apply(ours *transcript.Segment, o, t version, mine, todo []hunk) (transcript.Segment, error) {
	one := *ours
	one.Speaker = "" // its speakers are not at hand here
	doc, err := transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{&one}})
	if err != nil {
		return *ours, err
	}
	for _, h := range slices.Backward(todo) {
		if _, err := doc.Apply(splice(ours, o, t, mine, h)); err != nil {
			return *ours, err
		}
	}
	out := *doc.Snapshot().Segments[0]
	out.Speaker = ours.Speaker
	return out, nil
}

// splice is a hunk as an edit of ours.
func splice(ours *transcript.Segment, o, t version, mine []hunk, h hunk) transcript.Splice {
	moved := func(word int) int { // of the base, to ours
		for _, m := range mine {
			if m.To <= h.From && m.From <= h.From {
				word += (m.B - m.A) - (m.To - m.From)
			}
		}
		return word
	}
	from, to := moved(h.From), moved(h.To)
	insert := ""
	if h.A < h.B {
		insert = t.text[t.words[h.A].from:t.words[h.B-1].to]
	}
	begin, end := len(o.text), len(o.text)
	if from < len(o.words) {
		begin, end = o.words[from].from, o.words[from].from
	}
	if to > from {
		end = o.words[to-1].to
	}
	switch {
	case insert == "" && to < len(o.words): // the space behind goes with the words
		end = o.words[to].from
	case insert == "" && from > 0: // at the end, the one before
		begin = o.words[from-1].to
	case to == from && from < len(o.words):
		insert += " "
	case to == from && from > 0:
		insert = " " + insert
	}
	return transcript.Splice{Segment: ours.ID, At: begin, Delete: o.text[begin:end], Insert: insert}
}
