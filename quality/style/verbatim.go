package style

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fillers finds words that a clean transcript drops (V01). An answer is none,
// nor a name or an abbreviation: "Ben", "the ER".
func (l *linter) fillers() {
	p := &l.page
	for i := range p.words {
		w := &p.words[i]
		if w.class&filler != 0 && !l.isName(i) && !(w.class&answer != 0 && l.isAnswer(i)) && !l.isSaid(i) {
			f := l.add(w.from, w.to, FillerWord, p.raw(i))
			if from, to, instead, ok := l.without(i); ok {
				f.Fix = l.splice(from, to, instead)
			}
		}
		if w.class&context != 0 {
			l.contextFiller(i)
		}
	}
}

// isSaid says whether a filler says something: a cry that begins a sentence or
// stands where none is marked off ("Ah, there you are"), and what is told to have
// been said.
func (l *linter) isSaid(i int) bool {
	p := &l.page
	w := &p.words[i]
	is := func(k int, c class) bool { return k >= 0 && k < len(p.words) && p.words[k].class&c != 0 }
	if is(i-1, saying) && strings.HasSuffix(p.words[i-1].low, "ing") || is(i-1, saying) && i+1 == len(p.words) {
		return true
	}
	if w.class&answer != 0 && (is(i-1, saying) || is(i+1, saying) || is(i+2, saying)) {
		return true
	}
	if w.class&cry == 0 {
		return false
	}
	set := strings.HasPrefix(p.after(i), ",") || strings.HasSuffix(strings.TrimRight(p.before(i), " "), ",")
	return p.sentenceStarts(i) || !set && !strings.ContainsAny(p.text, ".?!")
}

// isName says whether a word is written as a name or an abbreviation is.
func (l *linter) isName(i int) bool {
	w := &l.page.words[i]
	if !w.capital {
		return false
	}
	if w.class&name != 0 && !strings.HasPrefix(l.page.after(i), ",") {
		return true
	}
	raw := l.page.raw(i)
	return !l.page.sentenceStarts(i) || len(raw) > 1 && raw == strings.ToUpper(raw)
}

// isAnswer says whether a word is all that its sentence holds.
func (l *linter) isAnswer(i int) bool {
	_, ends := l.page.sentenceEnds(i)
	return ends && l.page.sentenceStarts(i)
}

// contextFiller finds a phrase that is a filler where commas set it off.
func (l *linter) contextFiller(i int) {
	p := &l.page
	for _, phrase := range p.words[i].phrases {
		last := i + len(phrase)
		if last >= len(p.words) || !strings.HasPrefix(p.after(last), ",") {
			continue
		}
		if !strings.HasPrefix(p.before(i), ",") && !p.sentenceStarts(i) {
			continue
		}
		matches := true
		for k, w := range phrase {
			matches = matches && p.words[i+1+k].low == w && p.after(i+k) == " "
		}
		if matches {
			f := l.add(p.words[i].from, p.words[last].to, ContextFiller, p.text[p.words[i].from:p.words[last].to])
			f.Severity = milder(f.Severity)
		}
	}
}

// milder is a warning for what may be meant.
func milder(s Severity) Severity {
	if s == Error {
		return Warning
	}
	return s
}

// without is the splice that takes a word out, with its comma and its space; a
// capital goes over to the word behind. ok is false where no sentence would be
// left, or punctuation that says something.
func (l *linter) without(i int) (from, to int, instead string, ok bool) {
	p := &l.page
	w := &p.words[i]
	from, to = w.from, w.to
	if l.isAnswer(i) || hugs(p.text, from, to) {
		return 0, 0, "", false
	}
	rest := strings.TrimPrefix(p.text[to:], ",")
	spaces := len(rest) - len(strings.TrimLeft(rest, " "))
	switch gap := p.text[to : len(p.text)-len(rest)]; {
	case spaces > 0 && spaces < len(rest): // "um, I", "so um I"
		to += len(gap) + spaces
	case from > 0 && p.text[from-1] == ' ': // "I think, um."
		for from > 0 && (p.text[from-1] == ' ' || p.text[from-1] == ',') {
			from--
		}
	default:
		return 0, 0, "", false
	}
	if r, size := utf8.DecodeRuneInString(p.text[to:]); w.capital && to > w.to && unicode.IsLower(r) {
		instead = string(unicode.ToUpper(r))
		to += size
	}
	return from, to, instead, true
}

// hugs says whether a word has a mark beside it that would be left behind.
func hugs(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return from > 0 && before != ' ' && before != '\n' || to < len(text) && !strings.ContainsRune(" ,.\n", after) ||
		strings.HasPrefix(text[to:], "..") || strings.HasPrefix(text[to:], " -") || strings.HasPrefix(text[to:], " —")
}

// repeats finds a word that follows itself (V03). What nobody says twice on
// purpose is left once.
func (l *linter) repeats() {
	p := &l.page
	for i := 0; i+1 < len(p.words); i++ {
		w := &p.words[i]
		if w.low != p.words[i+1].low || w.class&repeat != 0 || w.digits || p.after(i) != " " {
			continue
		}
		last := i + 1
		for last+1 < len(p.words) && p.words[last+1].low == w.low && p.after(last) == " " {
			last++
		}
		f := l.add(w.from, p.words[last].to, RepeatedWord, p.raw(i))
		if w.class&restart == 0 { // emphasis, as likely as a slip
			f.Severity = Note
		}
		if w.class&stutter != 0 {
			f.Fix = l.splice(w.to, p.words[last].to, "")
		}
		i = last
	}
}

// cutOffs finds words that somebody began and did not end (V04): "w- we",
// "w-w-we" and "tr-". With the form "hyphen" they stay, and what is written for
// the hyphen is found.
func (l *linter) cutOffs() {
	p := &l.page
	for i := range p.words {
		w, gap := &p.words[i], p.after(i)
		if l.rule.Form == "hyphen" {
			if strings.HasPrefix(gap, "--") || strings.HasPrefix(gap, "—") && len(gap) > len("—") {
				f := l.add(w.from, w.to, CutOffForm, p.raw(i))
				if rest := strings.TrimPrefix(gap, "--"); rest != gap && (rest == "" || rest[0] == ' ') {
					f.Fix = l.splice(w.to, w.to+2, "-")
				}
			}
			continue
		}
		if at := stutterIn(w.low); at > 0 && p.text[w.from+at-1] == '-' {
			f := l.add(w.from, w.to, CutOffWord, p.raw(i))
			if !w.capital {
				f.Fix = l.splice(w.from, w.from+at, "")
			}
			continue
		}
		if !strings.HasPrefix(gap, "-") || strings.HasPrefix(gap, "--") || gap != "-" && gap != "- " && gap[1] != ' ' {
			continue
		}
		if gap == "-" && i+1 < len(p.words) || w.digits {
			continue // "2020-21"
		}
		f := l.add(w.from, w.to+1, CutOffWord, p.raw(i)+"-")
		if gap == "- " && i+1 < len(p.words) && strings.HasPrefix(p.words[i+1].low, w.low) && !w.capital {
			f.Fix = l.splice(w.from, p.words[i+1].from, "")
		}
	}
}

// stutterIn returns where the word begins in "w-w-we" and "wh-what", 0 where it
// begins at once. A piece of more than two letters may be half of a compound.
func stutterIn(low string) int {
	at := 0
	for {
		piece, rest, ok := strings.Cut(low[at:], "-")
		if !ok || utf8.RuneCountInString(piece) > 2 || !strings.HasPrefix(rest, piece) || rest == piece {
			return at
		}
		at += len(piece) + 1
	}
}

// informal finds contractions that have a long form (V05).
func (l *linter) informal() {
	p := &l.page
	for i := range p.words {
		w := &p.words[i]
		from, e := w.from, w.entry
		if from > 0 && p.text[from-1] == '\'' && (from == 1 || p.text[from-2] == ' ') { // 'cause
			if other := l.words.lookup("'" + w.low); other.informal != "" {
				from, e = from-1, other
			}
		}
		switch raw := p.text[from:w.to]; {
		case e.informal != "":
			long := e.informal
			if i+1 < len(p.words) && p.after(i) == " " && strings.HasSuffix(long, " "+p.words[i+1].low) { // "gonna to say"
				long = strings.TrimSuffix(long, " "+p.words[i+1].low)
			}
			l.add(from, w.to, InformalWord, raw, e.informal).Fix = l.splice(from, w.to, likeCase(long, w))
		case e.unsure != "":
			l.add(from, w.to, InformalWord, raw, e.unsure)
		}
	}
}

// affirmations finds the ways to say yes that a style writes as one (V06).
func (l *linter) affirmations() {
	p := &l.page
	for i := range p.words {
		if w := &p.words[i]; w.affirmation != "" {
			l.add(w.from, w.to, AffirmationWord, p.raw(i), w.affirmation).Fix = l.splice(w.from, w.to, likeCase(w.affirmation, w))
		}
	}
}

// likeCase gives text the capital of the word that it stands for.
func likeCase(text string, w *word) string {
	if !w.capital {
		return text
	}
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}
