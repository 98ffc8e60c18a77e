package privacy

import (
	"strconv"
	"strings"
)

func words(list ...string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, w := range list {
		m[w] = true
	}
	return m
}

var (
	dotWords  = words("dot", "point")
	atWords   = words("at", "arobase", "arrobase", "arobas", "chez")
	linkWords = words("dot", "point", "underscore", "dash", "hyphen", "tiret", "minus", "plus", "souligne", "bas", "du")
	hyphens   = words("tiret", "hyphen", "dash", "minus")
	domains   = words("com", "fr", "org", "net", "edu", "gov", "uk", "de", "be", "ch", "ca", "io", "eu", "info", "co")
	// sureDomains are no words of English or French: "à ce point de".
	sureDomains = words("com", "fr", "org", "edu", "gov", "uk", "io", "eu")
)

// addresses finds mail addresses, pages and IP addresses that are said: "jane
// underscore doe at example dot com".
func addresses(text string, tokens []token) (list []span) {
	list = opened(text, tokens)
	for i := 1; i < len(tokens); i++ {
		if !domains[tokens[i].text] || !isDot(text, tokens, i-1) {
			continue
		}
		end := i + 1
		for end+1 < len(tokens) && dotWords[tokens[end].text] && domains[tokens[end+1].text] {
			end += 2
		}
		if second := tokens[end-1].text; (second == "co" || second == "com" || second == "ac" || second == "org") && dotWords[wordAt(tokens, end)] && len(wordAt(tokens, end+1)) == 2 {
			end += 2 // any country
		}
		dot := i - 1
		if !dotWords[tokens[i-1].text] {
			dot = i // the dot is written: "gmail.com"
		}
		if from, ok := mailbox(text, tokens, dot); ok {
			list = append(list, span{Email, tokens[from].from, tokens[end-1].to})
		} else if from, ok := host(tokens, dot, sureDomains[tokens[i].text]); ok {
			list = append(list, span{URL, tokens[from].from, tokens[end-1].to})
		}
	}
	return append(list, spokenIP(tokens)...)
}

// isDot says whether token i is a spoken dot, or a written one follows it.
func isDot(text string, tokens []token, i int) bool {
	return dotWords[tokens[i].text] || text[tokens[i].to:tokens[i+1].from] == "."
}

// mailbox finds the "at" before a domain's last dot, and where the name before
// it begins.
func mailbox(text string, tokens []token, dot int) (from int, ok bool) {
	at := -1
	for j := dot - 1; j > 0 && j >= dot-10; j-- {
		if atWords[tokens[j].text] {
			at = j
			break
		}
		if tokens[j].text == "commercial" && tokens[j-1].text == "a" && j > 1 { // à commercial
			at = j - 1
			break
		}
	}
	if at < 1 || at == dot-1 || at == dot-2 && stopWords[tokens[dot-1].text] {
		return 0, false
	}
	from = at - 1
	for from > 0 && at-from < 40 {
		t, previous := tokens[from], tokens[from-1]
		_, isNumber := number(tokens, from)
		_, digitBefore := unit(tokens, from-1)
		switch {
		case linkWords[t.text], linkWords[previous.text] && from > 1: // jane [dot] doe
			from--
		case particles[previous.text] && from > 1 && linkWords[tokens[from-2].text]: // m dot [le] tallec
			from--
		case spelled(tokens, from) && between(text, previous, t) != "'" && (spelledAlone(text, tokens, from-1) || isSpelling(tokens, from-1)), isSpelling(tokens, from):
			from--
		case numberBefore(tokens, from) < from: // soixante et un
			from = numberBefore(tokens, from)
		case isNumber > from && (digitBefore || !stopWords[previous.text] || spelledAlone(text, tokens, from-1)): // doe eighty four
			from--
		case len(previous.text) == 1 && !previous.digit && from == at-1 && !strings.Contains("aiy", previous.text) && spelledAlone(text, tokens, from-1): // p durand
			from--
		case between(text, previous, t) == "." || between(text, previous, t) == "_" || between(text, previous, t) == "-":
			from--
		default:
			return from, true
		}
	}
	return from, true
}

// spelledAlone: one letter that is no end of an elision, as the s of "that's".
func spelledAlone(text string, tokens []token, i int) bool {
	return spelled(tokens, i) && (i == 0 || !strings.ContainsAny(between(text, tokens[i-1], tokens[i]), "'’"))
}

// numberBefore is where a number of several words begins that ends with token i;
// i where none does.
func numberBefore(tokens []token, i int) int {
	for back := 4; back >= 1; back-- {
		if i-back < 0 {
			continue
		}
		if _, to := number(tokens, i-back); to == i+1 {
			return i - back
		}
	}
	return i
}

func between(text string, a, b token) string { return text[a.to:b.from] }

// spelled: one letter alone.
func spelled(tokens []token, i int) bool {
	return i >= 0 && len(tokens[i].text) == 1 && !tokens[i].digit
}

// isSpelling: token i is the key word of "b as in bravo" or part of it.
func isSpelling(tokens []token, i int) bool {
	for back, phrase := range [][]string{{"comme"}, {"as", "in"}, {"for"}} {
		n := len(phrase)
		if i-n-1 >= 0 && matches(tokens, i-n, phrase) && spelled(tokens, i-n-1) && tokens[i].text[0] == tokens[i-n-1].text[0] {
			return true
		}
		if back == 1 && i >= 2 && tokens[i].text == "in" && tokens[i-1].text == "as" && spelled(tokens, i-2) {
			return true
		}
		if i >= 1 && tokens[i].text == phrase[0] && spelled(tokens, i-1) {
			return true
		}
	}
	return false
}

// host finds where the name of a page begins.
func host(tokens []token, dot int, sure bool) (from int, ok bool) {
	from = dot - 1
	if from < 0 || stopWords[tokens[from].text] {
		return 0, false
	}
	for from >= 2 && (dotWords[tokens[from-1].text] || hyphens[tokens[from-1].text]) && !stopWords[tokens[from-2].text] {
		from -= 2
		sure = sure || tokens[from].text == "www" || tokens[from].text == "w"
	}
	for from >= 1 && tokens[from].text == "w" && tokens[from-1].text == "w" {
		from--
	}
	return from, sure
}

// slashes lead to a part of a page that is said.
var slashes = words("slash", "barre")

// opened finds pages whose beginning is said, "w w w dot" or "h t t p s colon
// slash slash": what follows is theirs up to the domain, however many words.
func opened(text string, tokens []token) (list []span) {
	for i := range tokens {
		at := opening(tokens, i)
		if at == i {
			continue
		}
		for to := at + 1; to < min(at+12, len(tokens)); to++ {
			if !domains[tokens[to].text] || !isDot(text, tokens, to-1) {
				continue
			}
			end := to + 1
			for end+1 < len(tokens) && (dotWords[tokens[end].text] && domains[tokens[end+1].text] || slashes[tokens[end].text] || hyphens[tokens[end].text]) {
				end += 2
			}
			list = append(list, span{URL, tokens[i].from, tokens[end-1].to})
			break
		}
	}
	return list
}

// opening is where the beginning of a page ends that is said from token i on; i
// where none is.
func opening(tokens []token, i int) int {
	for _, phrase := range [][]string{{"w", "w", "w"}, {"www"}, {"trois", "w"}, {"triple", "w"}, {"double", "u", "double", "u", "double", "u"},
		{"double", "v", "double", "v", "double", "v"}, {"double", "you", "double", "you", "double", "you"}} {
		if end := i + len(phrase); matches(tokens, i, phrase) && dotWords[wordAt(tokens, end)] {
			return end + 1
		}
	}
	end := i
	for _, letter := range "http" {
		if wordAt(tokens, end) != string(letter) {
			return i
		}
		end++
	}
	if wordAt(tokens, end) == "s" {
		end++
	}
	for _, phrase := range [][]string{{"colon", "slash", "slash"}, {"deux", "points", "slash", "slash"}, {"deux", "points", "double", "slash"}, {"colon", "double", "slash"}} {
		if matches(tokens, end, phrase) {
			return end + len(phrase)
		}
	}
	return i
}

// spokenIP finds four numbers up to 255 with a spoken dot between them.
func spokenIP(tokens []token) (list []span) {
	for i := 0; i < len(tokens); i++ {
		at, ok := i, true
		for part := 0; part < 4 && ok; part++ {
			if part > 0 {
				if ok = dotWords[wordAt(tokens, at)]; !ok {
					break
				}
				at++
			}
			code := ""
			for len(code) < 4 {
				digits, to := number(tokens, at)
				if to == at {
					break
				}
				code, at = code+digits, to
			}
			n, err := strconv.Atoi(code)
			ok = err == nil && len(code) < 4 && n < 256
		}
		if ok {
			list = append(list, span{IP, tokens[i].from, tokens[at-1].to})
			i = at - 1
		}
	}
	return list
}

var (
	birthCue   = pattern(`(\bborn\b[^.?!\d]{0,30}|\bbirth ?da(te|y)(\W?s)?( is)?|\bdate of birth( is)?|\bd\.?o\.?b\.?( is)?|\bnee?\b([^.?!\d]{0,25}\b(le|en)| le| en)|\bnaissance( est| c.est)?( le)?)\W*(on |in |the |le )*$`)
	monthWords = words("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
		"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre")
	dateLinks = words("the", "of", "le", "de", "du", "st", "nd", "rd", "th", "er", "and", "et")
	ordinals  = words("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
		"thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "thirtieth", "premier")
)

// births finds dates behind a cue that says whose they are: other dates are no
// personal data.
func births(text string, tokens []token) (list []span) {
	for i := 0; i < len(tokens); i++ {
		_, to := number(tokens, i)
		if to == i && !monthWords[tokens[i].text] && !ordinals[tokens[i].text] {
			continue
		}
		if !birthCue().MatchString(fold(before(text, tokens[i].from))) {
			continue
		}
		end, parts := dateEnd(tokens, i)
		if parts >= 2 {
			list = append(list, span{Birth, tokens[i].from, tokens[end-1].to})
			i = end - 1
		}
	}
	return list
}

// dateEnd reads days, months and years from token i on, and says how many.
func dateEnd(tokens []token, i int) (end, parts int) {
	end = i
	for i < len(tokens) && parts < 7 {
		_, to := number(tokens, i)
		switch w := tokens[i].text; {
		case to > i:
			i, end, parts = to, to, parts+1
		case monthWords[w] || ordinals[w]:
			i, end, parts = i+1, i+1, parts+1
		case dateLinks[w]:
			i++
		default:
			return end, parts
		}
	}
	return end, parts
}
