package normalize

import (
	"strconv"
	"strings"
)

// Japanese (and Chinese) numbers are signs that are each a token.

func japaneseGrammar() grammar {
	g := grammar{
		numerals: map[string]numeral{},
		cardinal: japaneseCardinal,
		dot:      "どっと",
		ordinals: map[string][]string{},
		unspaced: true,
	}
	for v, sign := range strings.Fields("〇 一 二 三 四 五 六 七 八 九") {
		kind := unit1
		if v == 0 {
			kind = zero
		}
		g.numerals[sign] = numeral{kind: kind, value: int64(v), quiet: v > 0}
		g.singles[v] = []string{sign}
	}
	g.numerals["点"] = numeral{}
	g.numerals["零"] = numeral{kind: zero}
	g.numerals["十"] = numeral{kind: tens, value: 10}
	g.numerals["百"] = numeral{kind: hundred, value: 100}
	g.numerals["千"] = numeral{kind: hundred, value: 1000}
	g.numerals["万"] = numeral{kind: scale, value: 1e4}
	g.numerals["萬"] = numeral{kind: scale, value: 1e4}
	g.numerals["億"] = numeral{kind: scale, value: 1e8}
	g.numerals["兆"] = numeral{kind: scale, value: 1e12}
	return g
}

// japaneseCardinal reads 二千二十四, 三億二百万 and 二〇二四.
func japaneseCardinal(w *weighing, i int) []number {
	signs := ""
	for at := i; at < len(w.tokens) && len(signs) < longestNumber; at++ {
		d, ok := w.digit(at)
		if !ok || at > i && w.gap(at) != "" {
			break
		}
		signs += strconv.FormatInt(d, 10)
	}
	next := w.lang.numerals[w.text(i+len(signs))]
	if next.kind == 0 && (len(signs) > 1 || w.text(i) == "零") {
		return []number{japaneseDecimals(w, number{to: i + len(signs), value: signs})}
	}
	var total, group, digit int64
	at, seen, last := i, false, int64(1e15)
	place := int64(1e4)
	for ; at < len(w.tokens); at++ {
		n := w.lang.numerals[w.text(at)]
		if figures := w.text(at); digit == 0 && len(figures) <= 4 && allDigits(figures) && at+1 < len(w.tokens) {
			if v, _ := strconv.ParseInt(figures, 10, 64); v > 0 { // 1万5千, 1万5000
				n = numeral{kind: unit1, value: v}
			}
		}
		switch {
		case n.kind == unit1 && digit == 0:
			digit = n.value
		case (n.kind == tens || n.kind == hundred) && n.value < place:
			group += max(digit, 1) * n.value
			digit, place = 0, n.value
		case n.kind == scale && n.value < last && group+digit > 0:
			total += (group + digit) * n.value
			group, digit, place, last = 0, 0, 1e4, n.value
		default:
			n.kind = 0
		}
		if n.kind == 0 {
			break
		}
		seen = true
	}
	if !seen {
		return nil
	}
	return []number{japaneseDecimals(w, wholeNumber(at, total+group+digit, ""))}
}

// letterSounds are the names of the letters A to Z.
var letterSounds = strings.Fields("えー びー しー でぃー いー えふ じー えいち あい じぇー けー える えむ えぬ おー ぴー きゅー あーる えす てぃー ゆー ぶい だぶりゅー えっくす わい ぜっと")

// japaneseLetters spells capitals as they are said: AI is エーアイ.
func japaneseLetters(w *weighing) {
	for i, t := range w.tokens {
		written := w.written(i)
		if len(t.Text) != len(written) || len(written) > 5 || strings.Trim(written, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			continue
		}
		var said []string
		for k := range len(t.Text) {
			for _, r := range letterSounds[t.Text[k]-'a'] {
				said = append(said, string(r))
			}
		}
		w.add(i, i+1, said...)
	}
}

// japaneseTimes reads 14:30 as 14時30分, and 2023/3/15 as 2023年3月15日.
func japaneseTimes(w *weighing) {
	g := w.lang.grammar
	for i, t := range w.tokens {
		if _, counted := w.lang.numerals[w.text(i-1)]; t.Text == "半" && w.text(i-1) == "時" && w.text(i-2) != "何" {
			w.add(i, i+1, "30", "分")
		} else if len(t.Text) == 2 && t.Text[0] == '0' && allDigits(t.Text) && strings.Contains("時分秒月日", w.text(i+1)) && i+1 < len(w.tokens) {
			w.add(i, i+1, g.single(t.Text[1:])) // 8時05分
		} else if t.Text == "元" && w.text(i+1) == "年" && !counted && japaneseEras[w.text(i-2)+w.text(i-1)] {
			w.add(i, i+1, g.single("1"))
		}
		if hours, minutes, ok := strings.Cut(t.Text, ":"); ok && allDigits(hours) && allDigits(minutes) && len(hours) <= 2 && len(minutes) == 2 {
			w.add(i, i+1, g.single(unpadded(hours)), "時", g.single(unpadded(minutes)), "分")
		}
		month, day := w.text(i+1), w.text(i+2)
		if gap := w.gap(i + 1); len(t.Text) == 4 && allDigits(t.Text) && allDigits(month) && allDigits(day) && len(month) <= 2 && len(day) <= 2 &&
			(gap == "/" || gap == "-") && w.gap(i+2) == gap {
			w.add(i, i+3, t.Text, "年", g.single(unpadded(month)), "月", g.single(unpadded(day)), "日")
		}
	}
}

// japaneseEras are those whose first year is called 元年.
var japaneseEras = set("明治 大正 昭和 平成 令和")

// japaneseFractions reads 三分の一 as 1/3, and times and dates in figures.
func japaneseFractions(w *weighing) {
	japaneseTimes(w)
	for i, t := range w.tokens {
		w.japaneseRange(i)
		if t.Text != "分" || w.text(i+1) != "の" {
			continue
		}
		for from := max(0, i-7); from < i; from++ {
			for _, below := range w.numbersAt(from) {
				for _, above := range w.numbersAt(i + 2) {
					if below.to == i && allDigits(below.value) && allDigits(above.value) {
						w.add(from, above.to, above.value+"/"+below.value)
						if w.text(from-1) == "と" {
							w.add(from-1, above.to, above.value+"/"+below.value) // 一と四分の三
						}
					}
				}
			}
		}
	}
}

// japaneseRange reads 3〜4月 as 三から四月, and the day of the week in 3日(水).
func (w *weighing) japaneseRange(i int) {
	switch written := w.written(i); {
	case (written == "〜" || written == "～") && i > 0 && i+1 < len(w.tokens) && (w.counts(i+1) || japaneseDays[w.written(i-1)]):
		w.add(i, i+1, "か", "ら")
	case japaneseDays[written] && i > 0 && (strings.ContainsAny(w.gap(i), "(（") || strings.ContainsAny(w.written(i-1), "〜～")) &&
		(strings.ContainsAny(w.gap(i+1), ")）・") || strings.ContainsAny(w.written(i+1), "〜～")):
		w.add(i, i+1, written, "曜", "日")
	}
}

var japaneseDays = set("月 火 水 木 金 土 日")

// japaneseDecimals reads the digits after ・ or 点: 三・一四, 三点五.
func japaneseDecimals(w *weighing, n number) number {
	start := n.to
	switch {
	case start >= len(w.tokens):
		return n
	case w.text(start) == "点":
		start++
	case w.gap(start) != "・":
		return n
	}
	for at := start; len(n.value) < longestNumber; at++ {
		d, ok := w.digit(at)
		if !ok {
			break
		}
		if at == start {
			n.value += "."
		}
		n.value += strconv.FormatInt(d, 10)
		n.to = at + 1
	}
	return n
}

// hiragana takes katakana to hiragana: which of the two a word is written in is
// the writer's choice.
func hiragana(r rune) rune {
	if r == '〜' || r == '～' {
		return 'ー'
	}
	if 'ァ' <= r && r <= 'ヶ' || r == 'ヽ' || r == 'ヾ' {
		return r - 'ァ' + 'ぁ'
	}
	return r
}
