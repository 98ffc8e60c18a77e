package privacy

import (
	"strconv"
	"strings"
)

// item is a group of a code that is read out: digits, or letters.
type item struct {
	from, to int // bytes of the text
	text     string
	digits   bool
	spoken   bool
	plus     bool // an international prefix stands before it
	dashed   bool // "dash" is said before it
}

var (
	joins = pattern(`^[\s\-.,/:()+\x{2010}-\x{2013}\x{a0}\x{202f}]{0,4}$`)
	// fillers may stand within a code; what a listener says too, where nobody
	// knows who speaks.
	fillers = map[string]bool{"mhm": true, "mm": true, "hm": true, "hmm": true, "huh": true, "okay": true, "ok": true, "yes": true, "yeah": true,
		"yep": true, "right": true, "oui": true, "ouais": true, "euh": true, "uh": true, "um": true, "er": true, "hum": true, "puis": true, "then": true, "tiret": true, "dash": true, "space": true, "espace": true}
)

// runs parts a text into stretches of codes read out, with nothing but pauses
// within them.
func runs(text string, tokens []token) (list [][]item) {
	var run []item
	end := -1
	plus, plusAt, dashed := false, 0, false
	finish := func() {
		if len(run) > 0 {
			list = append(list, run)
		}
		run = nil
	}
	for i := 0; i < len(tokens); {
		it, to := readItem(text, tokens, i)
		if to == i {
			if fillers[tokens[i].text] && len(run) > 0 {
				end = tokens[i].to
				dashed = dashed || hyphens[tokens[i].text]
				i++
				continue
			}
			finish()
			plus, plusAt = tokens[i].text == "plus", tokens[i].from
			i++
			continue
		}
		if len(run) > 0 && !joins().MatchString(text[end:it.from]) {
			finish()
		}
		it.plus = plus || it.from > 0 && text[it.from-1] == '+'
		if plus {
			it.from = plusAt
		}
		it.dashed = dashed
		plus, dashed = false, false
		run = append(run, it)
		end, i = it.to, to
	}
	finish()
	return list
}

// readItem reads a group at token i: a number, a letter ("b as in bravo") or a
// few capitals.
func readItem(text string, tokens []token, i int) (it item, to int) {
	if digits, to := number(tokens, i); to > i {
		return item{tokens[i].from, tokens[to-1].to, digits, true, !tokens[i].digit, false, false}, to
	}
	t := tokens[i]
	raw := text[t.from:t.to]
	if len(raw) > 4 || len(raw) > 1 && raw != strings.ToUpper(raw) || len(t.text) != len(raw) {
		return item{}, i
	}
	to = i + 1
	for _, phrase := range [][]string{{"as", "in"}, {"like", "in"}, {"for"}, {"comme"}} {
		if len(raw) == 1 && matches(tokens, to, phrase) && to+len(phrase) < len(tokens) &&
			strings.HasPrefix(tokens[to+len(phrase)].text, t.text) {
			to += len(phrase) + 1
			break
		}
	}
	return item{t.from, tokens[to-1].to, strings.ToUpper(raw), false, false, false, false}, to
}

// longestCode is an IBAN's length; nothing that is looked for is longer.
const longestCode = 34

// numbers finds what is made of digits.
func numbers(text string, tokens []token) (list []span) {
	for _, run := range runs(text, tokens) {
		if isBook(run) {
			continue
		}
		for i := 0; i < len(run); {
			kind, n := classify(text, run, i)
			if n == 0 {
				i++
				continue
			}
			from := run[i].from
			for from > 0 && (text[from-1] == '+' || text[from-1] == '(') { // they belong to the number
				from--
			}
			list = append(list, span{kind, from, run[i+n-1].to})
			i += n
		}
	}
	return list
}

// isBook says whether a run is an ISBN of 13 digits, or ends with one.
func isBook(run []item) bool {
	code := ""
	for _, it := range run {
		code += it.text
	}
	code = strings.TrimPrefix(code, "ISBN")
	if len(code) != 13 || code[:3] != "978" && code[:3] != "979" || strings.Trim(code, "0123456789") != "" {
		return false
	}
	return len(run) > 1
}

// counting says whether groups are numbers in order, as people count or read
// out what was drawn.
func counting(groups []string) bool {
	if rising(groups) {
		return true
	}
	for i := 1; i < len(groups); i++ {
		a, _ := strconv.Atoi(groups[i-1])
		b, _ := strconv.Atoi(groups[i])
		if b != a+1 && b != a-1 {
			return false
		}
	}
	return len(groups) >= 4
}

// rising says whether five numbers or more of one or two digits rise.
func rising(groups []string) bool {
	last := -1
	for _, g := range groups {
		n, _ := strconv.Atoi(g)
		if n <= last || len(g) > 2 || len(g) > 1 && g[0] == '0' {
			return false
		}
		last = n
	}
	return len(groups) >= 5
}

// classify finds the longest code that begins at item i, and how many items it
// takes.
func classify(text string, run []item, i int) (kind Kind, n int) {
	var b strings.Builder
	c := candidate{cue: fold(before(text, run[i].from)), digits: true, first: i == 0, plus: run[i].plus}
	for j := i; j < len(run) && b.Len() < longestCode; j++ {
		b.WriteString(run[j].text)
		c.code, c.digits = b.String(), c.digits && run[j].digits
		c.spoken = c.spoken || run[j].spoken
		c.groups = append(c.groups, len(run[j].text))
		if run[j].dashed || j == i {
			c.dashes = append(c.dashes, 0)
		}
		c.dashes[len(c.dashes)-1] += len(run[j].text)
		c.said = append(c.said, run[j].text)
		c.last = j == len(run)-1
		if k := c.kind(); k != "" {
			kind, n = k, j-i+1
		}
	}
	return kind, n
}

// before is the text that leads to a place: where cues stand.
func before(text string, at int) string {
	from := max(0, at-70)
	for from > 0 && from < at && text[from]&0xC0 == 0x80 {
		from++
	}
	return text[from:at]
}

// candidate is a code, how it was said, and what was said before.
type candidate struct {
	code, cue         string
	digits, spoken    bool
	groups            []int // lengths of what was said or written together
	dashes            []int // lengths of what stands between "dash" and "dash"
	said              []string
	first, last, plus bool // the run's first, the run's last
}

var (
	phoneCue = pattern(`\b(phone|telephone|mobile|portable|cell|numero (est|c.est)|my number|call (me|us|him|her)|reach (me|us|him|her)|appel(ez|er?)|rappel\w*|joindre|joignable|fax|tel|whatsapp|text me)\b[^.!]*$|\b(text|ring|dial|call)\W*$`)
	sirenCue = pattern(`\b(siren|siret|rcs)\b[^.!]*$`)
	ssnCue   = pattern(`\b(social|ssn)\b[^.!]*$`)
	nirCue   = pattern(`\b(secu|securite sociale|nir()|insee|immatricule[e]?)\b[^.!]*$`)
	cardCue  = pattern(`\b(card|carte|visa|mastercard)\b[^.!]*$`)
)

func (c *candidate) kind() Kind {
	switch {
	case validIBAN(c.code):
		return IBAN
	case validNIR(c.code), c.digits && (len(c.code) == 13 || len(c.code) == 15 && c.spoken) && nirCue().MatchString(c.cue):
		return NIR
	case !c.digits:
		return ""
	case sirenCue().MatchString(c.cue) && (len(c.code) == 9 || len(c.code) == 14) && luhn(c.code):
		return SIREN
	case len(c.code) == 14 && shaped(c.groups, 3, 3, 3, 5) && luhn(c.code):
		return SIREN
	case validCard(c.code, cardCue().MatchString(c.cue)), c.first && c.last && (len(c.code) == 15 || len(c.code) == 16) && cardCue().MatchString(c.cue):
		return Card // misheard digits too, where somebody speaks of a card
	case validSSN(c.code) && (shaped(c.dashes, 3, 2, 4) || shaped(c.groups, 3, 2, 4) && !c.spoken || ssnCue().MatchString(c.cue)):
		return SSN
	case !counting(c.said) && c.isPhone():
		return Phone
	}
	return ""
}

// isPhone knows the plans of France, Germany, Belgium, Switzerland and the
// United Kingdom (trunk 0, then 8 to 10 digits; Germany up to 11), of North
// America (3, 3, 4) and E.164 with + or 00. Where nothing leads to it, a code
// has to look like one of these and to be all that is read out.
func (c *candidate) isPhone() bool {
	n := len(c.code)
	cue := phoneCue().MatchString(c.cue)
	switch {
	case c.plus:
		return n >= 8 && n <= 15 && c.code[0] != '0'
	case strings.HasPrefix(c.code, "00"):
		return n >= 10 && n <= 17 && c.code[2] != '0'
	case !c.first && !c.last:
		return false
	case c.code[0] == '0':
		return n >= 9 && n <= 12 && (len(c.groups) > 1 || n == 10 || cue)
	}
	us := strings.TrimPrefix(c.code, "1")
	if len(us) == 10 && us[0] >= '2' && us[3] >= '2' {
		return c.spoken || cue || shaped(c.groups, 3, 3, 4) || shaped(c.groups, 1, 3, 3, 4)
	}
	return cue && (n >= 7 && n <= 12) && c.first && c.last
}

func shaped(groups []int, want ...int) bool {
	if len(groups) != len(want) {
		return false
	}
	for i := range want {
		if groups[i] != want[i] {
			return false
		}
	}
	return true
}

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// validCard asks for a known issuer, because one code of ten passes Luhn; where
// somebody speaks of a card, any issuer will do.
func validCard(code string, cue bool) bool {
	n := len(code)
	if n < 12 || n > 19 || !luhn(code) {
		return false
	}
	two := code[:2]
	switch {
	case cue:
		return true
	case code[0] == '4':
		return n == 13 || n == 16 || n == 19
	case two >= "51" && two <= "55", code[:4] >= "2221" && code[:4] <= "2720", two == "35", two == "65", code[:4] == "6011":
		return n == 16
	case two == "34" || two == "37":
		return n == 15
	case two == "30" || two == "36" || two == "38":
		return n == 14
	}
	return two == "50" || two >= "56" && two <= "69"
}

// ibanLengths are those of the registry of ISO 13616 that Europe's and its
// neighbours' banks use.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18,
	"EE": 20, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "HR": 21, "HU": 28,
	"IE": 22, "IL": 23, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
	"MT": 31, "MU": 30, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24,
	"SM": 27, "TN": 24, "TR": 26, "UA": 29,
}

func validIBAN(code string) bool {
	if len(code) < 15 || ibanLengths[code[:2]] != len(code) {
		return false
	}
	rest := 0
	for _, c := range code[4:] + code[:4] {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

var nir = pattern(`^[1-478]\d{2}\d{2}(\d{2}|2A|2B)\d{8}$`)

func validNIR(code string) bool {
	if len(code) != 15 || !nir().MatchString(code) {
		return false
	}
	body := strings.NewReplacer("2A", "19", "2B", "18").Replace(code[5:7])
	rest := 0
	for _, c := range code[:5] + body + code[7:13] {
		rest = (rest*10 + int(c-'0')) % 97
	}
	return 97-rest == int(code[13]-'0')*10+int(code[14]-'0')
}

// validSSN: areas 000, 666 and 9xx, group 00 and serial 0000 were never given.
func validSSN(code string) bool {
	return len(code) == 9 && code[:3] != "000" && code[:3] != "666" && code[0] != '9' && code[3:5] != "00" && code[5:] != "0000"
}
