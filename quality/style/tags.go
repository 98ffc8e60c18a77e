package style

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// tagParts takes a tag's time off: "inaudible 00:02:24" and "inaudible 2:24".
// label is as it stands there; clock is "" where there is none.
func tagParts(body string) (label, clock string) {
	at := strings.LastIndexAny(body, " @")
	if at < 0 || at+1 == len(body) || !strings.Contains(body[at:], ":") {
		return body, ""
	}
	for _, c := range body[at+1:] {
		if (c < '0' || c > '9') && c != ':' && c != '.' {
			return body, ""
		}
	}
	return strings.TrimRight(body[:at], " @"), body[at+1:]
}

// tagClock reads a tag's time; exact says whether it is written hh:mm:ss.
func tagClock(clock string) (at time.Duration, exact, ok bool) {
	parts := strings.Split(clock, ":")
	whole, fraction, _ := strings.Cut(parts[len(parts)-1], ".")
	parts[len(parts)-1] = whole
	if len(parts) > 3 || len(fraction) > 3 {
		return 0, false, false
	}
	exact = len(parts) == 3
	for i, part := range parts {
		n := time.Duration(0)
		if part == "" || len(part) > 2 {
			return 0, false, false
		}
		for _, c := range part {
			if c < '0' || c > '9' {
				return 0, false, false
			}
			n = 10*n + time.Duration(c-'0')
		}
		if i > 0 && n >= 60 {
			return 0, false, false
		}
		exact = exact && len(part) == 2
		at = 60*at + n*time.Second
	}
	return at, exact, true
}

// writeClock is a time as tags have it, whole seconds.
func writeClock(at time.Duration) string {
	s := int(at / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// known says whether a tag is in the profile's vocabulary, which is T01's.
func (l *linter) known(label string) bool {
	s := l.profile.set["T01"]
	label = strings.ToLower(label)
	return slices.Contains(s.Tags, label) || s.Guess && strings.HasSuffix(label, "?") && len(label) > 1
}

// unknownTags finds tags that are not in the profile's vocabulary (T01).
func (l *linter) unknownTags() {
	for _, m := range l.page.marks {
		label, _ := tagParts(m.body)
		if m.open == '(' || l.known(label) || slices.Contains(l.profile.set["T04"].Forbidden, strings.ToLower(label)) {
			continue
		}
		l.add(m.from, m.to, TagUnknown, l.page.text[m.from:m.to])
	}
}

// tagTimes finds tags without the time that they need, or with one that is not
// wanted, written otherwise, or outside the segment (T02).
func (l *linter) tagTimes() {
	for _, m := range l.page.marks {
		if m.open != '[' {
			continue
		}
		label, clock := tagParts(m.body)
		text := l.page.text[m.from:m.to]
		needs := slices.Contains(l.rule.Timed, strings.ToLower(label))
		if !needs && clock == "" || !needs && !l.known(label) {
			continue
		}
		at, exact, ok := tagClock(clock)
		switch {
		case !needs:
			l.add(m.from, m.to, TagTimeUnwanted, text).Fix = l.splice(m.from, m.to, "["+label+"]")
		case clock == "":
			f := l.add(m.from, m.to, TagTimeMissing, text)
			if at, ok := l.timeAt(m); ok {
				f.Fix = l.splice(m.from, m.to, "["+label+" "+writeClock(at)+"]")
			}
		case !ok:
			l.add(m.from, m.to, TagTimeForm, text)
		case !exact:
			l.add(m.from, m.to, TagTimeForm, text).Fix = l.splice(m.from, m.to, "["+label+" "+writeClock(at)+"]")
		case l.seg.Timed() && (at < l.seg.Start.Truncate(time.Second) || at > l.seg.End):
			l.add(m.from, m.to, TagTimeOutside, text)
		}
	}
}

// timeAt is when a tag is heard: behind the word before it, else at the
// segment's start.
func (l *linter) timeAt(m mark) (time.Duration, bool) {
	at := l.seg.Start
	for _, w := range l.seg.Words {
		if w.To <= m.from && w.Timed() {
			at = w.End
		}
	}
	return min(max(at, l.seg.Start), l.seg.End), l.seg.Timed()
}

// parentheses finds tags in round brackets (T03). What is no tag of the profile
// is somebody's aside.
func (l *linter) parentheses() {
	for _, m := range l.page.marks {
		if label, _ := tagParts(m.body); m.open == '(' && label != "" && l.known(label) {
			l.add(m.from, m.to, TagParentheses, l.page.text[m.from:m.to]).Fix = l.splice(m.from, m.to, "["+m.body+"]")
		}
	}
}

// tagForms finds tags with capitals, and those that a style forbids (T04).
func (l *linter) tagForms() {
	for _, m := range l.page.marks {
		label, _ := tagParts(m.body)
		text := l.page.text[m.from:m.to]
		switch low := strings.ToLower(label); {
		case m.open != '[':
		case slices.Contains(l.rule.Forbidden, low):
			f := l.add(m.from, m.to, TagForbidden, text)
			if m.from > 0 && text != l.page.text && l.page.text[m.from-1] == ' ' {
				f.Fix = l.splice(m.from-1, m.to, "")
			}
		case low != label && l.known(label) && !strings.HasSuffix(label, "?"):
			l.add(m.from, m.to, TagCapitals, text).Fix = l.splice(m.from, m.to, strings.Replace(text, label, low, 1))
		}
	}
}

// markup finds what the conventions of LDC or CHAT do not know, or know to be
// written otherwise (T05).
func (l *linter) markup() {
	if l.rule.Form == "chat" {
		l.chat()
		return
	}
	l.ldc()
}

// ldc checks the markup of LDC's transcripts of conversations: {laugh}, [noise]
// or [noise/] … [/noise], (( )) and (( guess )), %um, ~F, +please, tr-, ^Name.
func (l *linter) ldc() {
	p := &l.page
	open := 0
	for i := 0; i+1 < len(p.text); i++ {
		switch p.text[i : i+2] {
		case "((":
			if open++; open > 1 {
				l.add(i, i+2, MarkupUnbalanced, "((")
			}
			i++
		case "))":
			if open--; open < 0 {
				l.add(i, i+2, MarkupUnbalanced, "))")
				open = 0
			}
			i++
		}
	}
	if open > 0 {
		at := strings.LastIndex(p.text, "((")
		l.add(at, at+2, MarkupUnbalanced, "((")
	}
	l.ldcTags()
	for i := range p.words {
		w := &p.words[i]
		var sign byte
		if w.from > 0 {
			sign = p.text[w.from-1]
		}
		switch {
		case w.class&filler != 0 && sign != '%' && !l.isName(i) && !l.isSaid(i):
			l.add(w.from, w.to, MarkupFiller, p.raw(i), "%"+w.low).Fix = l.splice(w.from, w.to, "%"+w.low)
		case sign == '%' && w.class&filler == 0, sign == '~' && utf8.RuneCountInString(w.low) > 1:
			l.add(w.from-1, w.to, MarkupUnknown, p.text[w.from-1:w.to])
		}
	}
}

// ldcTags checks brackets and braces: a closed list, and pairs that close.
func (l *linter) ldcTags() {
	var open []mark
	for _, m := range l.page.marks {
		name := strings.ToLower(strings.Trim(m.body, "/"))
		text := l.page.text[m.from:m.to]
		begins, ends := strings.HasSuffix(m.body, "/"), strings.HasPrefix(m.body, "/")
		switch {
		case m.open == '(':
		case !slices.Contains(l.rule.Tags, name):
			l.add(m.from, m.to, MarkupUnknown, text)
		case begins:
			open = append(open, m)
		case ends:
			k := slices.IndexFunc(open, func(o mark) bool { return strings.EqualFold(o.body, name+"/") })
			if k < 0 {
				l.add(m.from, m.to, MarkupUnbalanced, text)
				continue
			}
			open = slices.Delete(open, k, k+1)
		}
	}
	for _, m := range open {
		l.add(m.from, m.to, MarkupUnbalanced, l.page.text[m.from:m.to])
	}
}

// chatEnds are the ends of an utterance in CHAT (MacWhinney, The CHILDES
// Project, part 1).
var chatEnds = []string{".", "?", "!", "+...", "+/.", "+//.", "+/?", "+!?", "+\"/.", "+\".", "+..?", "+//?"}

// chat checks the markup of CHAT: &-um, &=laughs, xxx, [/] and [//], < >, and
// the end of an utterance.
func (l *linter) chat() {
	p := &l.page
	for i := range p.words {
		w := &p.words[i]
		var sign string
		if at := strings.LastIndexAny(p.text[:w.from], " \n<>"); true {
			sign = p.text[at+1 : w.from]
		}
		switch raw := p.raw(i); {
		case w.low == "xx" || w.low == "yy":
			instead := w.low + w.low[:1]
			l.add(w.from, w.to, MarkupObsolete, raw, instead).Fix = l.splice(w.from, w.to, instead)
		case w.class&filler != 0 && sign == "&":
			l.add(w.from-1, w.to, MarkupFiller, sign+raw, "&-"+raw).Fix = l.splice(w.from, w.from, "-")
		case w.class&filler != 0 && sign == "" && !l.isName(i) && !l.isSaid(i):
			l.add(w.from, w.to, MarkupFiller, raw, "&-"+raw).Fix = l.splice(w.from, w.from, "&-")
		}
	}
	for _, m := range p.marks {
		if m.open == '(' || slices.Contains(l.rule.Tags, m.body) {
			continue
		}
		if code, _, of := strings.Cut(m.body, " "); m.open != '[' || !of || !slices.Contains(l.rule.Tags, code) {
			l.add(m.from, m.to, MarkupUnknown, p.text[m.from:m.to])
		}
	}
	if n, m := strings.Count(p.text, "<"), strings.Count(p.text, ">"); n != m {
		at := strings.IndexAny(p.text, "<>")
		l.add(at, at+1, MarkupUnbalanced, p.text[at:at+1])
	}
	text := strings.TrimRightFunc(p.text, unicode.IsSpace)
	if text == "" {
		return
	}
	if last := text[strings.LastIndexByte(text, ' ')+1:]; !slices.Contains(chatEnds, last) {
		f := l.add(len(text)-len(last), len(text), TerminatorMissing)
		if at := len(text) - 1; len(text) > 1 && strings.IndexByte(".?!", text[at]) >= 0 && isWordByte(text[at-1]) {
			f.Fix = l.splice(at, at, " ")
		}
	}
}
