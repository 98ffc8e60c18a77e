// Package normalize turns text into the tokens that are compared: what a
// listener would call the same words becomes the same tokens.
//
//	profile, err := normalize.Lookup("basic")
//	for _, token := range profile.Tokens("L’été… isn't OVER") { … "l'été" "isn't" "over" }
//
// Each token keeps the span of the raw text that it came from, so that a mark
// lands on what the person typed. A [Profile] is a list of named steps in a
// fixed order; each step says here what it does and why:
//
//	invisible    drops what nobody sees: byte order mark, soft hyphen, joiners,
//	             zero-width spaces, direction marks, variation selectors, controls
//	nfc          composes letters and accents (Unicode NFC)
//	fold         removes case by full case folding: ß is ss, Σ and ς are σ
//	lower        lower case, letter by letter
//	fold-ascii   lower case of A to Z alone, as sclite does
//	apostrophes  ’ ‘ ‛ ʼ ` ´ ＇ become '
//	curly        ’ alone becomes '
//	characters   makes each Han and Kana character a word of its own, as error
//	             rates of Chinese and Japanese are counted; Latin runs stay words
//	punctuation  see below
//	hyphens      drops them
//	code-points  makes a word of each character
//	not-ascii    makes a word of each character beyond ASCII
//	letters      drops, without a gap, all but letters, marks, apostrophes, spaces
//	words        splits at white space (not listed: every profile ends with it)
//
// Punctuation parts words, so that "air-tight", "and/or" and "end.Start" are two
// words each: the gold of speech corpora writes compounds apart more often than
// together. What stays: an apostrophe within a word (don't, l'été); a full
// stop, comma or colon between two digits (3.14, 10:30). A full stop between
// two single letters goes without parting them: U.S. is us, a.m. is am.
// Currency signs and % ‰ & @ + = ° are spoken, so each becomes a word; all
// other symbols (emoji, ♪) go. Marks (category M: accents, vowel signs) are
// never dropped.
//
// Five profiles know more:
//
//	english french german japanese   see the steps below
//	chars                            characters of any script, for character error rates
//
//	tags         (basic too, without what may be left out) ***** becomes the word "redacted"; the words of [laughs], <noise>
//	             and (applause) may be left out; those of [inaudible] and [NAME] are
//	             marked as a [Wildcard], and may be left out too
//	width        full-width, half-width, raised (Mᵐᵉ) and squared characters and ligatures (ﬁ)
//	             become those that they stand for
//	signs        -5 and −5 become minus 5, § 5 section 5, in the language's words
//	ligatures    œ is oe, æ is ae (French)
//	elisions     parts words after an elision's apostrophe, l'été and l' été, but not
//	             aujourd'hui, quelqu'un, presqu'île; j'suis may be je suis; î and û
//	             may be i and u
//	kana         katakana becomes hiragana (Japanese)
//	fold-letters folds case where a letter stays one letter (chars)
//	graphemes    makes a word of each character as a reader counts them (Unicode
//	             Annex 29 without its rule for Indic conjuncts)
//
// Where a word can be said in two ways, rewriting would choose for the writer:
// "it's" is "it is" or "it has", "Dr" is doctor or drive. What these steps find
// is returned as readings beside the tokens, for a lattice ([Profile.Readings]):
//
//	contractions don't, it's, gonna, y'a, geht's; from a closed list, as 's after a
//	             noun is a possessive
//	endings      John'll, goin', 'cause (English)
//	spelling     British and American, the reforms of French and German; Japanese in
//	             kanji or kana, with or without okurigana, old characters, long marks
//	umlauts      ae, oe, ue may be ä, ö, ü (German)
//	abbreviations, symbols, units   Mr, etc., %, &, 20 mm
//	names        St is a saint before a name, a street after one; May 5th is May 5
//	roman        XIV is 14, XIXe is 19e
//	fillers      uh, euh, äh, えーと may be left out; not within uh-huh
//	numbers      words and digits: cardinals, ordinals, years, decimals, fractions,
//	             times (halb vier, ten past five, moins le quart), dates, money,
//	             ranges, digit by digit; French of France, Belgium and
//	             Switzerland; German in one word; Japanese with 万 and 〇
//	compounds    log in is login where the other text has it so ([Profile.Joins])
//
// A text is equal to another where a path through the one lattice says the same
// as a path through the other. What this cannot hold apart: readings are found
// word by word and know no grammar, so "it's" also meets "it has" where only "it
// is" makes sense, and "5 m" is meters or million.
//
// Thai, Lao, Khmer and Burmese come out as long as they are written without
// spaces: their measure is the character error rate, the profile chars.
//
// Texts may be hostile. An invalid byte is the character U+FFFD, a symbol.
package normalize

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Token is a normalised word.
type Token struct {
	Text string
	// The raw text's bytes [Start, End) that it came from, on the borders of
	// characters. Tokens are in order; spans do not overlap, but for a sign that
	// is said in several tokens, which share it.
	Start, End int
	// Kind is Word in profiles without the step "tags".
	Kind Kind
}

// Profile is a named list of steps. The zero value only splits at white space.
type Profile struct {
	name    string
	steps   []step
	readers []reader
	// know returns what the readers know of the language; it is read when the
	// first text is.
	know func() *language
	tags bool // the step "tags" gives tokens their kinds
	// plain stands for the steps where a text is so plain that it knows what
	// they come to; it returns false for others. nil where there is none.
	plain func(dst []Token, text string) ([]Token, bool)
}

var profiles = []Profile{
	// basic is for everyday scoring in any language.
	{name: "basic", tags: true, plain: asciiTokens, steps: []step{masks, invisible, nfc, fold, apostrophes, characters, punctuation, recompose}},
	// letters is the rule by which the crowds of CrowdSpeech are counted, digits
	// dropped and all.
	{name: "letters", plain: asciiLetters, steps: []step{nfc, lower, curly, letters, recompose}},
	// none compares what is written, case and punctuation included.
	{name: "none", steps: []step{nfc}},
	// sclite has the words of NIST's sclite without options.
	{name: "sclite", plain: asciiFields, steps: []step{foldASCII}},
	// sclite-unicode folds all letters (sclite -e utf-8 with a localization).
	{name: "sclite-unicode", plain: asciiFields, steps: []step{lower}},
	// sclite-chars has the characters (sclite -c DH), sclite-cjk those that are
	// not ASCII, and words of those that are (sclite -c NOASCII DH).
	{name: "sclite-chars", steps: []step{foldASCII, hyphens, codePoints}},
	{name: "sclite-cjk", steps: []step{foldASCII, hyphens, foreign}},
	{
		name: "english", steps: englishSteps, tags: true, plain: signed(asciiTokens), know: english,
		readers: []reader{compounds, tags, contractions, suffixes, spelling, accents, latinSounds, addresses, abbreviations, saint, romanNumerals, symbols, unitNames, fillers, numbersStep},
	},
	{
		name: "french", steps: frenchSteps, tags: true, plain: signed(asciiParted), know: french,
		readers: []reader{compounds, tags, contractions, elisionsInFull, spelling, capitals, addresses, abbreviations, advocates, romanNumerals, symbols, unitNames, fillers, numbersStep},
	},
	{
		name: "german", steps: germanSteps, tags: true, plain: signed(asciiTokens), know: german,
		readers: []reader{compounds, tags, contractions, germanShort, umlauts, loanAccents, triples, spelling, addresses, abbreviations, streets, romanNumerals, symbols, unitNames, fillers, numbersStep},
	},
	{
		name: "japanese", steps: japaneseSteps, tags: true, plain: signed(asciiTokens), know: japanese,
		readers: []reader{compounds, tags, japanRules, spelling, letterNames, addresses, abbreviations, symbols, unitNames, fillers, japanParts, numbersStep},
	},
	// chars has the characters of any script, for character error rates.
	{name: "chars", steps: []step{invisible, nfc, foldLetters, bare, recompose, graphemes}},
}

// Basic returns the profile that is used where none is named.
func Basic() Profile { return profiles[0] }

// Lookup returns the profile of that name.
func Lookup(name string) (Profile, error) {
	for _, p := range profiles {
		if p.name == name {
			return p, nil
		}
	}
	return Profile{}, fmt.Errorf("no normalization named %q; there are %s", name, strings.Join(Names(), ", "))
}

// Names lists the profiles, the default first.
func Names() []string {
	var names []string
	for _, p := range profiles {
		names = append(names, p.name)
	}
	return names
}

// Name returns the name by which [Lookup] finds the profile.
func (p Profile) Name() string { return p.name }

// Steps lists the names of what the profile does, in order: first the steps
// that rewrite, then those that find readings. What is done in several places
// under one name is listed once, at the first.
func (p Profile) Steps() []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, s := range p.steps {
		add(s.name)
	}
	for _, r := range p.readers {
		add(r.name)
	}
	return names
}

// Without returns the profile without the step of that name, wherever it is in
// the list; one that has no such step is returned as it is.
func (p Profile) Without(name string) Profile {
	steps := len(p.steps)
	p.steps = slices.DeleteFunc(slices.Clone(p.steps), func(s step) bool { return s.name == name })
	p.readers = slices.DeleteFunc(slices.Clone(p.readers), func(r reader) bool { return r.name == name })
	p.tags = p.tags && name != tags.name
	if len(p.steps) != steps {
		p.plain = nil
	}
	return p
}

// Tokens returns the normalised words of a text. Normalising them once more,
// joined by spaces, changes nothing.
func (p Profile) Tokens(text string) []Token { return p.appendTokens(nil, text) }

func (p Profile) appendTokens(dst []Token, text string) []Token {
	if p.plain != nil {
		if tokens, ok := p.plain(dst, text); ok {
			return tokens
		}
	}
	tokens := tokenize(p.steps, text)
	if p.tags {
		mark(tokens, findTags(text))
	}
	if len(dst) == 0 && cap(dst) == 0 {
		return tokens
	}
	return append(dst, tokens...)
}

// tokenize runs the steps over a text.
func tokenize(steps []step, text string) []Token {
	b := buffers.Get().(*buffer)
	defer buffers.Put(b)
	from, to := units(b.from[:0], text), b.to[:0]
	for _, s := range steps {
		to = s.apply(to[:0], from)
		from, to = to, from
	}
	b.from, b.to = from, to
	return words(from)
}

// units appends the characters of a text.
func units(dst []unit, text string) []unit {
	for i, r := range text {
		dst = append(dst, unit{r, i, i + 1})
	}
	for i := range dst { // a character ends where the next one begins
		if i+1 < len(dst) {
			dst[i].end = dst[i+1].start
		} else {
			dst[i].end = len(text)
		}
	}
	return dst
}

// unit is a character on its way, and the span of the raw text it came from.
// Several may share a span: a ligature's letters, or an accent that was
// composed. A separator that was put in has an empty span.
type unit struct {
	r          rune
	start, end int
}

// buffer is what [Profile.Tokens] needs while it runs.
type buffer struct {
	from, to []unit
}

var buffers = sync.Pool{New: func() any { return new(buffer) }}

// words splits at white space. All texts are parts of one string.
func words(units []unit) []Token {
	var all strings.Builder
	count, within := 0, false
	for _, u := range units {
		if unicode.IsSpace(u.r) {
			within = false
			continue
		}
		if !within {
			count++
		}
		within = true
		all.WriteRune(u.r)
	}
	if count == 0 {
		return nil
	}
	tokens, rest := make([]Token, 0, count), all.String()
	for i := 0; i < len(units); {
		if unicode.IsSpace(units[i].r) {
			i++
			continue
		}
		t := Token{Start: units[i].start}
		size := 0
		for ; i < len(units) && !unicode.IsSpace(units[i].r); i++ {
			size += runeLen(units[i].r)
			t.End = max(t.End, units[i].end)
		}
		t.Text, rest = rest[:size], rest[size:]
		tokens = append(tokens, t)
	}
	return tokens
}
