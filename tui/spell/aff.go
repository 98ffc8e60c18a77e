package spell

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// rules are what the .aff file says.
type rules struct {
	encoding encoding.Encoding // nil: UTF-8
	kind     flagKind
	aliases  []string // AF: flags by number, as written

	prefixes, suffixes affixes
	outer              affixes // the suffixes that stand behind another

	needAffix, circumfix, forbidden, noSuggest, keepCase, onlyInCompound flag
	fullStrip, sharps                                                    bool
	ignored, wordChars                                                   string
	in, out                                                              conversion
	breaks                                                               []string
	breaksGiven                                                          bool
	compound

	replace []replacement
	similar [][]string // MAP: what is easily taken for one another
	keys    string     // KEY: neighbours on the keyboard, rows by |
	try     []string   // TRY: characters by how often they are wrong
}

// compound are the rules of words that are written as one.
type compound struct {
	compoundFlag, compoundBegin, compoundMiddle, compoundEnd flag
	compoundPermit, compoundForbid                           flag
	compoundRules                                            [][]ruleItem
	compoundPatterns                                         [][2]string // ends of parts that do not meet
	compoundMin, compoundMax                                 int
	noDoubles, noTriples, noInnerCapitals, noReplaced        bool
}

// affLine is a line of the file by its fields.
type affLine struct {
	number int
	fields []string
}

func (l affLine) field(i int) string {
	if i < len(l.fields) {
		return l.fields[i]
	}
	return ""
}

func (l affLine) bad(code Code) error {
	return &Error{Path: ".aff", Line: l.number, Code: code, What: strings.Join(l.fields, " ")}
}

// readAffixes reads the .aff file. SET, FLAG and AF are read first, wherever
// they stand: the rest is written in them.
func (d *Dictionary) readAffixes(data []byte) error {
	lines := affLines(data)
	if err := d.readSet(lines); err != nil {
		return err
	}
	if d.encoding != nil {
		decoded, err := d.decode(data)
		if err != nil {
			return err
		}
		lines = affLines(decoded)
	}
	d.compoundMin = 3
	for _, l := range lines {
		switch l.fields[0] {
		case "FLAG":
			switch l.field(1) {
			case "long":
				d.kind = longFlags
			case "num":
				d.kind = numFlags
			}
		case "AF":
			if len(l.fields) >= 2 && len(d.aliases) < maxRules {
				d.aliases = append(d.aliases, l.fields[1])
			}
		}
	}
	if len(d.aliases) > 0 {
		d.aliases = d.aliases[1:] // the first is their number
	}
	var current header
	for _, l := range lines {
		if err := d.readLine(l, &current); err != nil {
			return err
		}
	}
	if !d.breaksGiven {
		d.breaks = []string{"-", "^-", "-$"}
	}
	d.linkAffixes()
	return nil
}

// affLines are the lines that say something.
func affLines(data []byte) []affLine {
	var list []affLine
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		number++
		fields := strings.Fields(string(line))
		if len(fields) > 0 && fields[0][0] != '#' {
			list = append(list, affLine{number, fields})
		}
	}
	return list
}

// readSet finds the encoding; Hunspell's own, where none is said, is Latin 1.
func (d *Dictionary) readSet(lines []affLine) error {
	name := "iso-8859-1"
	for _, l := range lines {
		if l.fields[0] != "SET" {
			continue
		}
		name = strings.ToLower(l.field(1))
		name = strings.Replace(name, "microsoft-cp", "windows-", 1)
		if strings.HasPrefix(name, "iso8859") {
			name = "iso-8859" + strings.TrimPrefix(name, "iso8859")
		}
		if name == "utf-8" || name == "utf8" {
			return nil
		}
		enc, err := htmlindex.Get(name)
		if err != nil {
			return l.bad(BadEncoding)
		}
		d.encoding = enc
		return nil
	}
	d.encoding, _ = htmlindex.Get(name)
	return nil
}

// decode makes UTF-8 of a file's bytes.
func (d *Dictionary) decode(data []byte) ([]byte, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if d.encoding == nil {
		if utf8.Valid(data) {
			return data, nil
		}
		return bytes.ToValidUTF8(data, []byte("\ufffd")), nil
	}
	return d.encoding.NewDecoder().Bytes(data)
}

// header is the first line of a class of affixes, and how many rows follow.
type header struct {
	kind, flag string
	cross      bool
	left       int
}

func (d *Dictionary) readLine(l affLine, current *header) error {
	switch l.fields[0] {
	case "PFX", "SFX":
		return d.readAffix(l, current)
	case "FULLSTRIP":
		d.fullStrip = true
	case "CHECKSHARPS":
		d.sharps = true
	case "IGNORE":
		d.ignored = l.field(1)
	case "WORDCHARS":
		d.wordChars = l.field(1)
	case "BREAK":
		d.readBreak(l)
	case "ICONV":
		d.readConversion(l, &d.in)
	case "OCONV":
		d.readConversion(l, &d.out)
	case "REP":
		d.readReplacement(l)
	case "MAP":
		if list := clusters(l.field(1)); len(d.similar) < maxSimilar && len(list) <= maxSimilar && !isCount(l.field(1)) {
			d.similar = append(d.similar, list)
		}
	case "KEY":
		d.keys = l.field(1)
	case "TRY":
		d.try = clusters(l.field(1))
	default:
		d.readProperty(l)
		d.readCompound(l)
	}
	return nil
}

// readProperty reads the flags that say something of a word.
func (d *Dictionary) readProperty(l affLine) {
	for name, f := range map[string]*flag{
		"NEEDAFFIX": &d.needAffix, "PSEUDOROOT": &d.needAffix, "CIRCUMFIX": &d.circumfix, "FORBIDDENWORD": &d.forbidden,
		"NOSUGGEST": &d.noSuggest, "KEEPCASE": &d.keepCase, "ONLYINCOMPOUND": &d.onlyInCompound,
		"COMPOUNDFLAG": &d.compoundFlag, "COMPOUNDBEGIN": &d.compoundBegin, "COMPOUNDMIDDLE": &d.compoundMiddle,
		"COMPOUNDEND": &d.compoundEnd, "COMPOUNDLAST": &d.compoundEnd,
		"COMPOUNDPERMITFLAG": &d.compoundPermit, "COMPOUNDFORBIDFLAG": &d.compoundForbid,
	} {
		if name == l.fields[0] {
			*f = d.kind.one(l.field(1))
		}
	}
}

func (d *Dictionary) readBreak(l affLine) {
	if !d.breaksGiven { // the first line is their number
		d.breaksGiven = true
		return
	}
	if len(d.breaks) < maxRules {
		d.breaks = append(d.breaks, l.field(1))
	}
}

func (d *Dictionary) readConversion(l affLine, c *conversion) {
	if len(l.fields) < 3 {
		return // their number
	}
	r := replacement{from: l.fields[1], to: strings.ReplaceAll(l.fields[2], "_", " ")}
	if rest, ok := strings.CutPrefix(r.from, "_"); ok && rest != "" {
		r.from, r.start = rest, true
	}
	if rest, ok := strings.CutSuffix(r.from, "_"); ok && rest != "" {
		r.from, r.end = rest, true
	}
	if len(c.rows[r.from[0]]) < maxRules {
		c.add(r)
	}
}

func (d *Dictionary) readReplacement(l affLine) {
	if len(l.fields) < 2 || len(l.fields) == 2 && isCount(l.fields[1]) || len(d.replace) >= maxRules {
		return
	}
	r := replacement{from: l.fields[1], to: strings.ReplaceAll(l.field(2), "_", " ")}
	if rest, ok := strings.CutPrefix(r.from, "^"); ok {
		r.from, r.start = rest, true
	}
	if rest, ok := strings.CutSuffix(r.from, "$"); ok {
		r.from, r.end = rest, true
	}
	if r.from = strings.ReplaceAll(r.from, "_", " "); r.from != "" {
		d.replace = append(d.replace, r)
	}
}

// clusters are the characters of MAP and TRY; in parentheses several are one.
func clusters(text string) []string {
	var list []string
	for text != "" {
		if end := strings.IndexByte(text, ')'); text[0] == '(' && end > 1 {
			list, text = append(list, text[1:end]), text[end+1:]
			continue
		}
		_, n := utf8.DecodeRuneInString(text)
		list, text = append(list, text[:n]), text[n:]
	}
	return list
}

// readAffix reads a line of PFX or SFX: the head of a class, or a row of it.
func (d *Dictionary) readAffix(l affLine, h *header) error {
	if h.left == 0 || h.kind != l.fields[0] || h.flag != l.field(1) {
		n, err := strconv.Atoi(l.field(3))
		if err != nil || n < 0 {
			return l.bad(BadAffix)
		}
		*h = header{kind: l.fields[0], flag: l.field(1), cross: l.field(2) == "Y", left: n}
		return nil
	}
	h.left--
	if len(l.fields) < 4 {
		return l.bad(BadAffix)
	}
	a := &affix{flag: d.kind.one(h.flag), cross: h.cross, strip: orNothing(l.fields[2])}
	add, cont, _ := strings.Cut(l.fields[3], "/")
	a.add = d.withoutIgnored(orNothing(add))
	var ok bool
	if a.cont, ok = d.flagList(cont); !ok || a.flag == 0 {
		return l.bad(BadFlag)
	}
	if when := l.field(4); when != "" && when != "." {
		if a.when, ok = parseCondition(when); !ok {
			return l.bad(BadAffix)
		}
	}
	kind := &d.suffixes
	if h.kind == "PFX" {
		kind = &d.prefixes
	}
	if kind.rows++; kind.rows > maxAffixes || len(a.add) > maxWord || len(a.strip) > maxWord || len(kind.by[a.add]) > maxSwaps {
		return l.bad(TooLarge)
	}
	kind.put(a)
	return nil
}

func orNothing(s string) string {
	if s == "0" {
		return ""
	}
	return s
}

// flagList reads flags, or the number of an alias of some.
func (d *Dictionary) flagList(written string) (flags, bool) {
	if written == "" {
		return nil, true
	}
	if len(d.aliases) > 0 {
		n, err := strconv.Atoi(written)
		if err != nil || n < 1 || n > len(d.aliases) {
			return nil, err == nil && n == 0
		}
		written = d.aliases[n-1]
	}
	return d.kind.parse(written)
}

// linkAffixes finds the suffixes that others carry.
func (d *Dictionary) linkAffixes() {
	continued := map[flag]bool{}
	for _, kind := range []affixes{d.prefixes, d.suffixes} {
		for _, list := range kind.byFlag {
			for _, a := range list {
				for _, f := range a.cont {
					continued[f] = true
				}
			}
		}
	}
	for f, list := range d.suffixes.byFlag {
		for _, a := range list {
			if continued[f] {
				d.outer.put(a)
			}
		}
	}
}

// withoutIgnored takes away the characters that do not count.
func (d *Dictionary) withoutIgnored(word string) string {
	if d.ignored == "" || !strings.ContainsAny(word, d.ignored) {
		return word
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(d.ignored, r) {
			return -1
		}
		return r
	}, word)
}
