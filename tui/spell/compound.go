package spell

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ruleItem is an item of COMPOUNDRULE: a flag, once, at most once (?), or as
// often as one likes (*).
type ruleItem struct {
	flag  flag
	times byte // 0, '?', '*'
}

// readCompound reads the settings of compounds but their flags.
func (d *Dictionary) readCompound(l affLine) {
	value := l.field(1)
	switch l.fields[0] {
	case "COMPOUNDMIN":
		if n, err := strconv.Atoi(value); err == nil {
			d.compoundMin = max(n, 1)
		}
	case "COMPOUNDWORDMAX":
		d.compoundMax, _ = strconv.Atoi(value)
	case "CHECKCOMPOUNDDUP":
		d.noDoubles = true
	case "CHECKCOMPOUNDTRIPLE":
		d.noTriples = true
	case "CHECKCOMPOUNDCASE":
		d.noInnerCapitals = true
	case "CHECKCOMPOUNDREP":
		d.noReplaced = true
	case "CHECKCOMPOUNDPATTERN":
		if len(l.fields) >= 3 && len(d.compoundPatterns) < maxRules {
			end, _, _ := strings.Cut(value, "/")
			begin, _, _ := strings.Cut(l.fields[2], "/")
			d.compoundPatterns = append(d.compoundPatterns, [2]string{orNothing(end), orNothing(begin)})
		}
	case "COMPOUNDRULE":
		if rule := d.parseRule(value); !isCount(value) && len(d.compoundRules) < maxRules && len(rule) > 0 {
			d.compoundRules = append(d.compoundRules, rule)
		}
	}
}

// parseRule reads "n*1t", or "(11)*(12)" where flags are longer.
func (d *Dictionary) parseRule(text string) []ruleItem {
	var rule []ruleItem
	for text != "" {
		switch c := text[0]; {
		case (c == '*' || c == '?') && len(rule) > 0:
			rule[len(rule)-1].times = c
			text = text[1:]
		case c == '(' && strings.IndexByte(text, ')') > 0:
			end := strings.IndexByte(text, ')')
			rule, text = append(rule, ruleItem{flag: d.kind.one(text[1:end])}), text[end+1:]
		default:
			r, n := utf8.DecodeRuneInString(text)
			rule, text = append(rule, ruleItem{flag: flag(r)}), text[n:]
		}
		if len(rule) > maxCondition {
			return nil
		}
	}
	return rule
}

// compounds: does the dictionary have any.
func (d *Dictionary) compounds() bool {
	return d.compoundFlag != 0 || d.compoundBegin != 0 || len(d.compoundRules) > 0
}

// compound takes a word for several written as one. It returns the entry of
// the first part, or -1.
func (l *look) compound(word string) int32 {
	d := l.d
	if d.noReplaced && l.misspeltWhole(word) {
		return -1
	}
	if len(d.compoundRules) > 0 {
		if e := l.ruled(word, nil, nil); e >= 0 {
			return e
		}
	}
	if d.compoundFlag == 0 && d.compoundBegin == 0 {
		return -1
	}
	return l.joined(word, "", 0)
}

// misspeltWhole: the compound is a word with a usual mistake.
func (l *look) misspeltWhole(word string) bool {
	for _, r := range l.d.replace {
		if !l.spend() {
			return false
		}
		for at := 0; ; {
			i := strings.Index(word[at:], r.from)
			if i < 0 || !l.spend() {
				break
			}
			at += i
			form := word[:at] + r.to + word[at+len(r.from):]
			if e := l.d.table.find(form); e >= 0 && !l.notAlone(l.d.table.flagsOf(e)) || l.affixed(form, 0, alone) >= 0 {
				return true
			}
			at += len(r.from)
		}
	}
	return false
}

// cuts calls with each way to cut a first part off that leaves enough letters
// on both sides.
func (l *look) cuts(word string, f func(head, tail string) int32) int32 {
	n := utf8.RuneCountInString(word)
	k := 0
	for i := range word {
		if k >= l.d.compoundMin && n-k >= l.d.compoundMin {
			if !l.spend() {
				return -1
			}
			if e := f(word[:i], word[i:]); e >= 0 {
				return e
			}
		}
		k++
	}
	return -1
}

// joined cuts a compound by flags: each part says where in one it may stand.
func (l *look) joined(word, before string, parts int) int32 {
	d := l.d
	p := inMiddle
	if parts == 0 {
		p = atBegin
	}
	return l.cuts(word, func(head, tail string) int32 {
		e := l.part(head, p)
		if e < 0 || before != "" && !l.meet(before, head) {
			return -1
		}
		if !(d.noDoubles && head == tail) && l.meet(head, tail) && l.part(tail, atLast) >= 0 && (d.compoundMax == 0 || parts+2 <= d.compoundMax) {
			return e
		}
		if (d.compoundMax == 0 || parts+3 <= d.compoundMax) && l.joined(tail, head, parts+1) >= 0 {
			return e
		}
		return -1
	})
}

// part looks a part up that may stand there.
func (l *look) part(word string, p place) int32 {
	d := l.d
	own := map[place]flag{atBegin: d.compoundBegin, inMiddle: d.compoundMiddle, atLast: d.compoundEnd}[p]
	for e := d.table.find(word); e >= 0; e = d.table.next(e) {
		f := d.table.flagsOf(e)
		if (f.has(d.compoundFlag) || f.has(own)) && !f.has(d.needAffix) && !f.has(d.forbidden) && !f.has(upcaseOnly) {
			return e
		}
	}
	for _, need := range []flag{d.compoundFlag, own} {
		if need == 0 {
			continue
		}
		if e := l.affixed(word, need, p); e >= 0 {
			f := d.table.flagsOf(e)
			if !f.has(d.forbidden) && !f.has(d.compoundForbid) && !f.has(upcaseOnly) {
				return e
			}
		}
	}
	return -1
}

// meet: may two parts stand beside each other.
func (l *look) meet(a, b string) bool {
	d := l.d
	last, n := utf8.DecodeLastRuneInString(a)
	first, m := utf8.DecodeRuneInString(b)
	if d.noInnerCapitals && (unicode.IsUpper(last) || unicode.IsUpper(first)) && last != '-' && first != '-' {
		return false
	}
	if d.noTriples && last == first {
		before, _ := utf8.DecodeLastRuneInString(a[:len(a)-n])
		after, _ := utf8.DecodeRuneInString(b[m:])
		if before == last || after == first {
			return false
		}
	}
	return !slices.ContainsFunc(d.compoundPatterns, func(p [2]string) bool {
		return strings.HasSuffix(a, p[0]) && strings.HasPrefix(b, p[1])
	})
}

// ruled cuts a compound by COMPOUNDRULE: the parts' flags follow a pattern.
func (l *look) ruled(word string, before []flags, only []flags) int32 {
	d := l.d
	if len(before) > 0 {
		for e := d.table.find(word); e >= 0; e = d.table.next(e) {
			if l.followsAny(append(before, d.table.flagsOf(e)), true) {
				return e
			}
		}
	}
	return l.cuts(word, func(head, tail string) int32 {
		for e := d.table.find(head); e >= 0; e = d.table.next(e) {
			parts := append(before[:len(before):len(before)], d.table.flagsOf(e))
			if l.followsAny(parts, false) && l.ruled(tail, parts, only) >= 0 {
				return e
			}
		}
		return -1
	})
}

// followsAny: the parts follow a rule, to its end or as far as they go.
func (l *look) followsAny(parts []flags, whole bool) bool {
	return slices.ContainsFunc(l.d.compoundRules, func(rule []ruleItem) bool { return l.follows(parts, rule, whole) })
}

func (l *look) follows(parts []flags, rule []ruleItem, whole bool) bool {
	if len(parts) == 0 {
		return !whole || !slices.ContainsFunc(rule, func(r ruleItem) bool { return r.times == 0 })
	}
	if len(rule) == 0 || !l.spend() {
		return false
	}
	item := rule[0]
	if parts[0].has(item.flag) {
		rest := rule[1:]
		if item.times == '*' {
			rest = rule
		}
		if l.follows(parts[1:], rest, whole) {
			return true
		}
	}
	return item.times != 0 && l.follows(parts, rule[1:], whole)
}
