package normalize

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// step takes the characters of src to dst, which is empty and may be written
// over; it returns dst. A separator is a white-space character.
type step struct {
	name  string
	apply func(dst, src []unit) []unit
}

var (
	invisible   = step{"invisible", dropInvisible}
	nfc         = step{"nfc", compose}
	fold        = step{"fold", foldCase}
	lower       = step{"lower", lowerCase}
	foldASCII   = step{"fold-ascii", each(lowerASCII)}
	hyphens     = step{"hyphens", dropHyphens}
	codePoints  = step{"code-points", apart(func(rune) bool { return true })}
	foreign     = step{"not-ascii", apart(func(r rune) bool { return r >= utf8.RuneSelf })}
	apostrophes = step{"apostrophes", each(apostrophe)}
	curly       = step{"curly", each(straight)}
	punctuation = step{"punctuation", dropPunctuation}
	letters     = step{"letters", keepLetters}
	characters  = step{"characters", partCharacters}
	// recompose is nfc once more: dropping a character can bring an accent to
	// a letter that it composes with.
	recompose = step{"nfc", compose}

	masks       = step{"tags", writeMasks}
	width       = step{"width", widen}
	ligatures   = step{"ligatures", joinedVowels}
	elision     = step{"elisions", partElisions}
	elisionEnd  = step{"elisions", each(closeElisions)}
	kana        = step{"kana", each(hiragana)}
	bare        = step{"punctuation", dropAllPunctuation}
	graphemes   = step{"graphemes", partGraphemes}
	foldLetters = step{"fold-letters", each(oneToOne)}

	englishSigns  = step{"signs", writeSigns("minus", "section")}
	frenchSigns   = step{"signs", writeSigns("moins", "paragraphe")}
	germanSigns   = step{"signs", writeSigns("minus", "Paragraph")}
	japaneseSigns = step{"signs", writeSigns("マイナス", "第")}

	englishSteps  = []step{masks, invisible, width, nfc, englishSigns, fold, apostrophes, characters, punctuation, recompose}
	germanSteps   = []step{masks, invisible, width, nfc, germanSigns, fold, apostrophes, characters, punctuation, recompose}
	frenchSteps   = []step{masks, invisible, width, nfc, frenchSigns, fold, ligatures, apostrophes, elision, characters, punctuation, recompose, elisionEnd}
	japaneseSteps = []step{masks, invisible, width, nfc, japaneseSigns, fold, apostrophes, kana, characters, punctuation, recompose}
)

// The steps that find readings. Those of lists look only at texts that hold one
// of their words.
var (
	compounds      = reader{name: "compounds"}
	tags           = reader{name: "tags", find: leaveOut}
	contractions   = reader{"contractions", listed, fromLists}
	spelling       = reader{"spelling", listed, fromLists}
	abbreviations  = reader{"abbreviations", listed, fromLists}
	symbols        = reader{"symbols", listed, fromLists}
	unitNames      = reader{"units", listed, fromLists}
	fillers        = reader{"fillers", listed, fromLists}
	suffixes       = reader{"endings", inflected, endings}
	elisionsInFull = reader{"elisions", inflected, frenchFolds}
	umlauts        = reader{name: "umlauts", find: germanFolds}
	saint          = reader{"names", listed | numeric | digits, englishNames}
	advocates      = reader{name: "abbreviations", find: frenchAdvocates}
	germanShort    = reader{name: "endings", find: germanEndings}
	accents        = reader{"spelling", accented, englishAccents}
	loanAccents    = reader{"spelling", accented, germanAccents}
	triples        = reader{name: "spelling", find: germanTriples}
	streets        = reader{name: "abbreviations", find: germanStreets}
	japanRules     = reader{name: "spelling", find: japaneseSpelling}
	romanNumerals  = reader{name: "roman", find: romans}
	japanParts     = reader{name: "numbers", find: japaneseFractions}
	latinSounds    = reader{name: "spelling", find: britishVowels}
	capitals       = reader{name: "spelling", find: bareCapitals}
	letterNames    = reader{name: "spelling", find: japaneseLetters}
	addresses      = reader{name: "symbols", find: spokenAddresses}
	numbersStep    = reader{"numbers", numeric | digits, numbers}

	english  = once("english", englishGrammar, englishSteps)
	french   = once("french", frenchGrammar, frenchSteps)
	german   = once("german", germanGrammar, germanSteps)
	japanese = once("japanese", japaneseGrammar, japaneseSteps)
)

// each makes a step of a function from character to character.
func each(f func(rune) rune) func(dst, src []unit) []unit {
	return func(dst, src []unit) []unit {
		for _, u := range src {
			u.r = f(u.r)
			dst = append(dst, u)
		}
		return dst
	}
}

// writeSigns writes the sign before a number, and the section sign, as the words
// that are said for them. A - behind another number may be that of a range, one
// behind a letter a hyphen.
func writeSigns(minus, section string) func(dst, src []unit) []unit {
	return func(dst, src []unit) []unit {
		for i, u := range src {
			word := ""
			switch {
			case u.r == '§':
				word = section
			case (u.r == '-' || u.r == '−') && i+1 < len(src) && unicode.IsDigit(src[i+1].r) && beginsNumber(src[:i]):
				word = minus
			default:
				dst = append(dst, u)
				continue
			}
			for _, r := range word {
				dst = append(dst, unit{r, u.start, u.end})
			}
			dst = append(dst, unit{' ', u.end, u.end})
		}
		return dst
	}
}

// beginsNumber says whether a sign behind this text belongs to the number that
// follows.
func beginsNumber(before []unit) bool {
	if len(before) == 0 {
		return true
	}
	last := before[len(before)-1].r
	if last == '(' || Ideographic(last) {
		return true
	}
	if !unicode.IsSpace(last) {
		return false
	}
	for k := len(before) - 1; k >= 0; k-- {
		if r := before[k].r; !unicode.IsSpace(r) {
			return !unicode.IsDigit(r)
		}
	}
	return true
}

func dropHyphens(dst, src []unit) []unit {
	for _, u := range src {
		if u.r != '-' {
			dst = append(dst, u)
		}
	}
	return dst
}

// apart makes a step that makes words of single characters.
func apart(alone func(rune) bool) func(dst, src []unit) []unit {
	return func(dst, src []unit) []unit {
		for _, u := range src {
			if !alone(u.r) {
				dst = append(dst, u)
				continue
			}
			dst = append(dst, unit{' ', u.start, u.start}, u, unit{' ', u.end, u.end})
		}
		return dst
	}
}

// unseen are the characters without ink, except spaces and those that Unicode
// calls marks but for the variation selectors.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, // soft hyphen
		{Lo: 0x061C, Hi: 0x061C, Stride: 1}, // Arabic letter mark
		{Lo: 0x180E, Hi: 0x180E, Stride: 1}, // Mongolian vowel separator
		{Lo: 0x200B, Hi: 0x200F, Stride: 1}, // zero-width space and joiners, direction
		{Lo: 0x202A, Hi: 0x202E, Stride: 1}, // embedding, override
		{Lo: 0x2060, Hi: 0x206F, Stride: 1}, // word joiner, isolates
		{Lo: 0xFE00, Hi: 0xFE0F, Stride: 1}, // variation selectors
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, // byte order mark
	},
	R32: []unicode.Range32{
		{Lo: 0xE0000, Hi: 0xE007F, Stride: 1}, // tags
		{Lo: 0xE0100, Hi: 0xE01EF, Stride: 1}, // variation selectors
	},
	LatinOffset: 1,
}

func dropInvisible(dst, src []unit) []unit {
	for _, u := range src {
		if u.r < utf8.RuneSelf && u.r >= ' ' && u.r != 0x7F ||
			!unicode.Is(unseen, u.r) && (!unicode.IsControl(u.r) || unicode.IsSpace(u.r)) {
			dst = append(dst, u)
		}
	}
	return dst
}

// firstComposing is the first character that may compose with the one before
// it, or is not in NFC as it stands: the first accent.
const firstComposing = 0x300

// compose is NFC, a letter with its accents at a time. What it changes has the
// span of the whole.
func compose(dst, src []unit) []unit {
	var raw, composed []byte
	for i := 0; i < len(src); {
		end := i + 1
		plain := src[i].r < firstComposing
		for end < len(src) && src[end].r >= firstComposing && !beginsGroup(src[end].r) {
			plain = false
			end++
		}
		if plain {
			dst = append(dst, src[i])
			i = end
			continue
		}
		raw = raw[:0]
		for _, u := range src[i:end] {
			raw = utf8.AppendRune(raw, u.r)
		}
		if composed = norm.NFC.Append(composed[:0], raw...); string(composed) == string(raw) {
			dst = append(dst, src[i:end]...)
		} else {
			for _, r := range string(composed) {
				dst = append(dst, unit{r, src[i].start, src[end-1].end})
			}
		}
		i = end
	}
	return dst
}

// beginsGroup says whether a character neither composes with what stands
// before it nor changes places with it.
func beginsGroup(r rune) bool {
	var b [utf8.UTFMax]byte
	return norm.NFC.Properties(utf8.AppendRune(b[:0], r)).BoundaryBefore()
}

func foldCase(dst, src []unit) []unit {
	var folded, raw [16]byte
	changed := false
	folder := cases.Fold()
	for _, u := range src {
		if u.r < utf8.RuneSelf {
			u.r = lowerASCII(u.r)
			dst = append(dst, u)
			continue
		}
		if 0x13A0 <= u.r && u.r <= 0x13F5 {
			// Cherokee folds to its capitals; cases.Fold makes them small again.
			dst = append(dst, u)
			continue
		}
		size := utf8.EncodeRune(raw[:], u.r)
		n, _, _ := folder.Transform(folded[:], raw[:size], true) // three characters at most
		for _, r := range string(folded[:n]) {
			changed = changed || r != u.r
			dst = append(dst, unit{r, u.start, u.end})
		}
	}
	if !changed {
		return dst
	}
	// Folding may take letters apart (ΐ).
	return compose(nil, dst)
}

// lowerCase knows the one letter whose lower case is two characters, İ.
func lowerCase(dst, src []unit) []unit {
	for _, u := range src {
		if u.r == 'İ' {
			dst = append(dst, unit{'i', u.start, u.end}, unit{'\u0307', u.start, u.end})
			continue
		}
		u.r = unicode.ToLower(u.r)
		dst = append(dst, u)
	}
	return dst
}

func lowerASCII(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

func apostrophe(r rune) rune {
	switch r {
	case '’', '‘', '‛', 'ʼ', '`', '´', '＇':
		return '\''
	}
	return r
}

func straight(r rune) rune {
	if r == '’' {
		return '\''
	}
	return r
}

func keepLetters(dst, src []unit) []unit {
	for _, u := range src {
		switch {
		case unicode.IsSpace(u.r), u.r == '\'', unicode.IsLetter(u.r), unicode.IsMark(u.r):
			dst = append(dst, u)
		}
	}
	return dst
}

func dropPunctuation(dst, src []unit) []unit {
	at := func(i int) rune {
		if i < 0 || i >= len(src) {
			return ' '
		}
		return src[i].r
	}
	for i, u := range src {
		before, after := at(i-1), at(i+1)
		switch {
		case inWord(u.r), unicode.IsSpace(u.r),
			u.r == '\'' && inWord(before) && inWord(after),
			(u.r == '.' || u.r == ',' || u.r == ':') && unicode.IsDigit(before) && unicode.IsDigit(after):
			dst = append(dst, u)
		case u.r == '.' && unicode.IsLetter(before) && unicode.IsLetter(after) &&
			!inWord(at(i-2)) && !inWord(at(i+2)):
			// U.S.: one word
		case spoken(u.r) && unicode.IsMark(after):
			// With a mark of its own it is written like a letter, and shares its
			// span with the mark: nothing can be put between the two.
			dst = append(dst, unit{' ', u.start, u.start}, u)
		case spoken(u.r):
			dst = append(dst, unit{' ', u.start, u.start}, u, unit{' ', u.end, u.end})
		default:
			dst = append(dst, unit{' ', u.start, u.end})
		}
	}
	return dst
}

// dropAllPunctuation drops punctuation within words and numbers too: where
// characters are counted there are no words that it could hold together.
func dropAllPunctuation(dst, src []unit) []unit {
	dropped := false // the character before: its accents go with it, lest they fall on another
	for _, u := range src {
		if dropped && unicode.IsMark(u.r) {
			continue
		}
		if dropped = !inWord(u.r) && !unicode.IsSpace(u.r) && !spoken(u.r); !dropped {
			dst = append(dst, u)
		}
	}
	return dst
}

// inWord says whether a character is part of a word wherever it stands.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
}

// spoken says whether a symbol is one that is read out.
func spoken(r rune) bool {
	switch r {
	case '%', '‰', '&', '@', '+', '=', '°':
		return true
	}
	return unicode.Is(unicode.Sc, r)
}

func partCharacters(dst, src []unit) []unit {
	parted := false // the character before is a word of its own
	for _, u := range src {
		switch {
		case u.r < firstComposing, !unicode.IsMark(u.r):
			alone := Ideographic(u.r)
			if alone || parted {
				dst = append(dst, unit{' ', u.start, u.start})
			}
			parted = alone
		}
		dst = append(dst, u)
	}
	return dst
}

// Ideographic says whether a character is Han or Kana: a word of its own,
// written without spaces.
func Ideographic(r rune) bool {
	if r < 0x2E80 { // the first radical
		return false
	}
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー' || r == 'ｰ'
}

func runeLen(r rune) int {
	if n := utf8.RuneLen(r); n > 0 {
		return n
	}
	return utf8.RuneLen(utf8.RuneError)
}
