package spell

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// most is how many words are proposed.
const most = 9

// suggestBudget bounds the work on one word's proposals, in affixes tried.
const suggestBudget = 1_000_000

// Suggest proposes words for one that is misspelt, the likeliest first, at most
// nine. It may take some tens of milliseconds.
func (d *Dictionary) Suggest(word string) []string {
	if len(word) > maxWord/2 || !utf8.ValidString(word) {
		return nil
	}
	word = strings.TrimRight(strings.Trim(d.in.convert(word), " "), ".")
	if word == "" {
		return nil
	}
	s := &suggester{look: look{d: d, left: suggestBudget, initial: true}, seen: map[string]bool{}}
	return s.forWord(word)
}

// suggester gathers proposals for one word.
type suggester struct {
	look
	seen  map[string]bool // tried
	found []proposal
	cost  coster
}

// proposal is a word, how far it is from what was written, and whether it is
// there by a rule of the language.
type proposal struct {
	word string
	cost float64
}

// forWord proposes for a word as it is written: with its capitals, and with its
// elided article.
func (s *suggester) forWord(word string) []string {
	kind := caseOf(word)
	s.cost = newCoster(s.d, lower(word))
	if form, ok := s.otherCase(word); ok {
		s.propose(form, 0)
	}
	switch kind {
	case lowerCase:
		s.edits(word)
	case allCapitals:
		s.edits(lower(word))
		s.edits(initial(lower(word)))
	case initialCase:
		s.edits(lower(word))
		s.edits(word)
	default:
		s.edits(word)
		s.edits(lower(word))
	}
	if s.best() > goodEnough {
		s.resembling(lower(word))
	}
	s.elided(word)
	slices.SortStableFunc(s.found, func(a, b proposal) int {
		switch {
		case a.cost < b.cost:
			return -1
		case a.cost > b.cost:
			return 1
		}
		return 0
	})
	return s.written(kind)
}

// written gives the proposals the capitals of what was written.
func (s *suggester) written(kind letterCase) []string {
	var list []string
	for _, p := range s.found {
		w := p.word
		switch kind {
		case allCapitals:
			w = upper(w)
		case initialCase:
			w = initial(w)
		}
		if w = s.d.out.convert(w); !slices.Contains(list, w) {
			list = append(list, w)
		}
		if len(list) == most {
			break
		}
	}
	return list
}

func (s *suggester) best() float64 {
	best := 99.0
	for _, p := range s.found {
		best = min(best, p.cost)
	}
	return best
}

// otherCase is the word with the capitals that the dictionary asks for.
func (s *suggester) otherCase(word string) (string, bool) {
	for _, form := range []string{initial(word), upper(word)} {
		if form != word && s.may(form) {
			return form, true
		}
	}
	return "", false
}

// may says whether a form is a word that may be proposed.
func (s *suggester) may(form string) bool {
	s.forbidden = false
	e := s.known(form)
	return e >= 0 && !s.d.table.flagsOf(e).has(s.d.noSuggest)
}

// try proposes a form if it is a word.
func (s *suggester) try(form string, bonus float64) {
	if form == "" || s.seen[form] || s.left <= 0 {
		return
	}
	s.seen[form] = true
	if s.may(form) {
		s.propose(form, s.cost.of(lower(form))+bonus)
	}
}

// usual proposes what a usual mistake was made of: however far it is.
func (s *suggester) usual(form string) {
	if !s.seen[form] && s.may(form) {
		s.seen[form] = true
		s.propose(form, min(s.cost.of(lower(form))-.5, .6))
	}
}

func (s *suggester) propose(form string, cost float64) {
	if !slices.ContainsFunc(s.found, func(p proposal) bool { return p.word == form }) {
		s.found = append(s.found, proposal{form, cost})
	}
}

// edits tries what one slip makes of a word, the likely ones first.
func (s *suggester) edits(word string) {
	s.replaced(word)
	s.mapped(word)
	letters := []rune(word)
	s.swapped(letters)
	s.neighbours(letters)
	s.dropped(letters)
	s.added(letters)
	s.moved(letters)
	s.mistaken(letters)
	s.doubledPair(letters)
	s.parted(word)
}

// replaced tries the usual mistakes of the language, REP, once and twice.
func (s *suggester) replaced(word string) {
	once := s.replacements(word)
	for _, form := range once {
		s.usual(form)
		if left, right, ok := strings.Cut(form, " "); ok && s.may(left) && s.may(right) {
			s.propose(form, s.cost.of(form)-.5)
		}
	}
	if len(once) > 60 {
		return
	}
	for _, form := range once {
		for _, twice := range s.replacements(form) {
			s.try(twice, 0)
		}
	}
}

func (s *suggester) replacements(word string) []string {
	var list []string
	for _, r := range s.d.replace {
		for at := 0; at < len(word); {
			i := strings.Index(word[at:], r.from)
			if i < 0 {
				break
			}
			at += i
			if (!r.start || at == 0) && (!r.end || at+len(r.from) == len(word)) {
				list = append(list, word[:at]+r.to+word[at+len(r.from):])
			}
			at += len(r.from)
		}
	}
	return list
}

// mapped tries what is easily taken for one another, MAP, anywhere in the word
// at once: accents above all.
func (s *suggester) mapped(word string) {
	if len(s.d.similar) == 0 {
		return
	}
	left := 2000 // forms
	var step func(done, rest string, changed int)
	step = func(done, rest string, changed int) {
		if left--; left < 0 {
			return
		}
		if rest == "" {
			if changed > 0 {
				s.try(done, 0)
			}
			return
		}
		_, n := utf8.DecodeRuneInString(rest)
		step(done+rest[:n], rest[n:], changed)
		if changed == 3 {
			return
		}
		for _, set := range s.d.similar {
			for _, x := range set {
				if !strings.HasPrefix(rest, x) {
					continue
				}
				for _, y := range set {
					if y != x && caseOf(y) == caseOf(x) {
						step(done+y, rest[len(x):], changed+1)
					}
				}
			}
		}
	}
	step("", word, 0)
}

// swapped tries letters in another order: neighbours, two pairs of them, and
// letters that are further apart.
func (s *suggester) swapped(letters []rune) {
	form := slices.Clone(letters)
	for i := 0; i+1 < len(form); i++ {
		form[i], form[i+1] = form[i+1], form[i]
		s.try(string(form), 0)
		if len(form) < 6 {
			for k := i + 2; k+1 < len(form); k++ {
				form[k], form[k+1] = form[k+1], form[k]
				s.try(string(form), 0)
				form[k], form[k+1] = form[k+1], form[k]
			}
		}
		form[i], form[i+1] = form[i+1], form[i]
	}
	for i := range form {
		for k := i + 2; k < min(len(form), i+5); k++ {
			form[i], form[k] = form[k], form[i]
			s.try(string(form), 0)
			form[i], form[k] = form[k], form[i]
		}
	}
}

// neighbours tries the keys beside the one that was struck.
func (s *suggester) neighbours(letters []rune) {
	keys := []rune(s.d.keys)
	if len(keys) == 0 {
		keys = []rune("qwertyuiop|asdfghjkl|zxcvbnm")
	}
	form := slices.Clone(letters)
	for i, r := range letters {
		if up := unicode.ToUpper(r); up != r {
			form[i] = up
			s.try(string(form), 0)
		}
		for k, key := range keys {
			if key != r {
				continue
			}
			for _, n := range []int{k - 1, k + 1} {
				if n >= 0 && n < len(keys) && keys[n] != '|' {
					form[i] = keys[n]
					s.try(string(form), 0)
				}
			}
		}
		form[i] = r
	}
}

// dropped tries the word without a letter.
func (s *suggester) dropped(letters []rune) {
	if len(letters) < 2 {
		return
	}
	for i := range letters {
		s.try(string(letters[:i])+string(letters[i+1:]), 0)
	}
}

// added tries a letter more, those first that TRY calls likely.
func (s *suggester) added(letters []rune) {
	for _, c := range s.letters() {
		for i := len(letters); i >= 0; i-- {
			s.try(string(letters[:i])+c+string(letters[i:]), 0)
		}
	}
}

// mistaken tries another letter.
func (s *suggester) mistaken(letters []rune) {
	for _, c := range s.letters() {
		for i := len(letters) - 1; i >= 0; i-- {
			s.try(string(letters[:i])+c+string(letters[i+1:]), 0)
		}
	}
}

// letters are what words of the language are made of.
func (s *suggester) letters() []string {
	if len(s.d.try) > 0 {
		return s.d.try[:min(len(s.d.try), 120)]
	}
	return strings.Split("abcdefghijklmnopqrstuvwxyz", "")
}

// moved tries a letter in another place.
func (s *suggester) moved(letters []rune) {
	for i, r := range letters {
		rest := slices.Delete(slices.Clone(letters), i, i+1)
		for k := max(0, i-4); k <= min(len(rest), i+4); k++ {
			if k < i-1 || k > i+1 {
				s.try(string(rest[:k])+string(r)+string(rest[k:]), 0)
			}
		}
	}
}

// doubledPair tries the word without a pair of letters that stands twice:
// vacacation.
func (s *suggester) doubledPair(letters []rune) {
	for i := 0; i+3 < len(letters); i++ {
		if letters[i] == letters[i+2] && letters[i+1] == letters[i+3] {
			s.try(string(letters[:i+2])+string(letters[i+4:]), 0)
		}
	}
}

// parted tries two words, or two with a hyphen, that were run together.
func (s *suggester) parted(word string) {
	for i := range word {
		if i == 0 || s.left <= 0 {
			continue
		}
		a, b := word[:i], word[i:]
		if s.may(a + "-" + b) {
			s.propose(a+"-"+b, .8)
		}
		if s.may(a) && s.may(b) {
			cost := 1.0
			if utf8.RuneCountInString(a) == 1 || utf8.RuneCountInString(b) == 1 {
				cost = 1.6
			}
			s.propose(a+" "+b, cost)
		}
		if rest, ok := strings.CutPrefix(b, "-"); ok && s.may(a+rest) {
			s.propose(a+rest, .6)
		}
	}
}

// elided proposes for what stands behind an elided article or pronoun, and puts
// that before it again.
func (s *suggester) elided(word string) {
	i := strings.IndexByte(word, '\'')
	if i < 1 || i > 7 || len(word)-i < 4 || s.best() <= goodEnough {
		return
	}
	inner := &suggester{look: look{d: s.d, left: s.left, initial: true}, seen: map[string]bool{}}
	for _, w := range inner.forWord(word[i+1:]) {
		form := word[:i+1] + s.d.in.convert(w)
		if s.may(form) || s.may(lower(form)) {
			s.propose(form, s.cost.of(lower(form)))
		}
	}
}
