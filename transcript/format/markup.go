package format

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Markup that we do not model, italics and colours, rides along as the text
// that was read ("vtt.raw", "srt.raw"). While the text is the same, that goes
// back out; where somebody has edited it, each element goes around those of its
// words that are still there.

// maxMarkupWords bounds the words of a text that is compared with another one.
const maxMarkupWords = 400

// element is a pair of tags around words of a text, counted from 0; to is
// behind the last. One that is not closed reaches to the end.
type element struct {
	open, close string
	from, to    int
	stays       bool // it is about the whole cue: {\an8}
}

// readMarkup takes a text with markup apart into its words, as unescape leaves
// them, and its elements. Tags that stand inside a word belong to no word.
func readMarkup(raw string, tags *regexp.Regexp, unescape func(string) string) (words []string, elements []element) {
	type open struct{ index, offset int }
	var (
		plain strings.Builder
		stack []open
		ends  = make(map[int]int) // element to offset
		at    int
	)
	for _, m := range append(tags.FindAllStringIndex(raw, -1), []int{len(raw), len(raw)}) {
		plain.WriteString(unescape(raw[at:m[0]]))
		at = m[1]
		tag := raw[m[0]:m[1]]
		switch {
		case tag == "":
		case strings.HasPrefix(tag, "{"):
			elements = append(elements, element{open: tag, stays: true})
		case strings.HasPrefix(tag, "</"):
			if n := len(stack); n > 0 {
				ends[stack[n-1].index] = plain.Len()
				elements[stack[n-1].index].close = tag
				stack = stack[:n-1]
			}
		default:
			stack = append(stack, open{len(elements), plain.Len()})
			elements = append(elements, element{open: tag, from: plain.Len()})
		}
	}
	var starts, stops []int
	for from, word := range fields(plain.String()) {
		words = append(words, word)
		starts, stops = append(starts, from), append(stops, from+len(word))
	}
	for i := range elements {
		e := &elements[i]
		end, closed := ends[i]
		if !closed {
			end = plain.Len()
		}
		e.from, _ = slices.BinarySearch(starts, e.from)
		e.to, _ = slices.BinarySearch(stops, end+1)
	}
	return words, elements
}

// reapply puts the markup of raw around what is left of its words in text.
// escape makes text fit to stand between tags. ok is false where no element has
// a word left, or the texts are too long to compare.
func reapply(raw, text string, tags *regexp.Regexp, unescape, escape func(string) string) (marked string, ok bool) {
	old, elements := readMarkup(raw, tags, unescape)
	var now []string
	var starts, stops []int
	for from, word := range fields(text) {
		now = append(now, word)
		starts, stops = append(starts, from), append(stops, from+len(word))
	}
	if len(old) > maxMarkupWords || len(now) > maxMarkupWords {
		return "", false
	}
	place := survivors(old, now)
	before, behind := make(map[int]string), make(map[int]string) // tags at a word
	head := ""
	for _, e := range elements {
		if e.stays {
			head += e.open
			ok = true
			continue
		}
		first, last := -1, -1
		for _, p := range place[min(e.from, len(place)):max(e.from, min(e.to, len(place)))] {
			if p >= 0 && first < 0 {
				first = p
			}
			last = max(last, p)
		}
		if first < 0 {
			continue
		}
		before[first] += e.open
		behind[last] = e.close + behind[last]
		ok = true
	}
	var b strings.Builder
	b.WriteString(head)
	at := 0
	for i := range now {
		b.WriteString(escape(text[at:starts[i]]) + before[i] + escape(now[i]) + behind[i])
		at = stops[i]
	}
	b.WriteString(escape(text[at:]))
	return b.String(), ok
}

// carryMarkup makes markup of SubRip's of WebVTT's, or the other way: bold,
// italics and underlines, which both have; classes, colours and places go.
func carryMarkup(raw string, tags *regexp.Regexp, unescape, escape func(string) string) string {
	var b strings.Builder
	at := 0
	for _, m := range tags.FindAllStringIndex(raw, -1) {
		b.WriteString(escape(unescape(raw[at:m[0]])))
		at = m[1]
		tag := strings.ToLower(raw[m[0]:m[1]])
		name, _, _ := strings.Cut(strings.Trim(tag, "</>"), ".")
		if name, _, _ = strings.Cut(name, " "); name == "b" || name == "i" || name == "u" {
			if strings.HasPrefix(tag, "</") {
				name = "/" + name
			}
			b.WriteString("<" + name + ">")
		}
	}
	return b.String() + escape(unescape(raw[at:]))
}

// survivors says where each word of old is in now, -1 where it is not: a
// longest common subsequence.
func survivors(old, now []string) []int {
	length := make([][]int, len(old)+1)
	for i := range length {
		length[i] = make([]int, len(now)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			length[i][j] = max(length[i+1][j], length[i][j+1])
			if old[i] == now[j] {
				length[i][j] = max(length[i][j], length[i+1][j+1]+1)
			}
		}
	}
	place := make([]int, len(old))
	j := 0
	for i := range old {
		place[i] = -1
		for j < len(now) && old[i] != now[j] && length[i][j+1] == length[i][j] {
			j++
		}
		if j < len(now) && old[i] == now[j] {
			place[i] = j
			j++
		}
	}
	return place
}

// sameMarkup says whether two texts have the same tags in the same order: then
// none was lost, whatever became of the words.
func sameMarkup(a, b string) bool {
	return slices.EqualFunc(anyMarkup().FindAllString(a, -1), anyMarkup().FindAllString(b, -1), strings.EqualFold)
}

// anyMarkup finds tags of WebVTT and SubRip; a voice is no markup.
var anyMarkup = pattern(`</?(?:[biucBIUSs]|ruby|rt|lang|font|FONT)(?:[.\s][^<>]*)?>|\{\\[^{}]*\}`)

// pattern is an expression that is compiled when it is first used: most runs of
// the program use none of them, and should not wait for them.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
