package format

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// ttmlText is the text of a p as it is put together.
type ttmlText struct {
	reader   *ttmlReader
	text     strings.Builder
	words    []transcript.Word
	preserve bool
	markup   bool // something that text and times do not say
}

// read takes what is in an element. Outside of xml:space="preserve" white space
// is one space, and none beside a line break.
func (b *ttmlText) read(n *xmlNode, scope ttmlScope) error {
	for _, k := range n.kids {
		switch k.name {
		case "":
			b.add(k.text, scope.preserve)
		case "br":
			b.lineBreak(scope.preserve)
			b.markup = b.markup || len(k.attrs) > 0
		case "span":
			if err := b.span(k, scope); err != nil {
				return err
			}
		default:
			b.markup = true
		}
	}
	b.preserve = scope.preserve
	return nil
}

func (b *ttmlText) add(text string, preserve bool) {
	if preserve {
		b.text.WriteString(text)
		return
	}
	for i, field := range strings.FieldsFunc(text, xmlSpace) {
		if i > 0 || xmlSpace(rune(text[0])) {
			b.space()
		}
		b.text.WriteString(field)
	}
	if text != "" && xmlSpace(rune(text[len(text)-1])) {
		b.space()
	}
}

func xmlSpace(r rune) bool { return r == ' ' || r == '\n' }

func (b *ttmlText) space() {
	if s := b.text.String(); s != "" && !xmlSpace(rune(s[len(s)-1])) {
		b.text.WriteByte(' ')
	}
}

func (b *ttmlText) lineBreak(preserve bool) {
	if s := b.text.String(); !preserve && strings.HasSuffix(s, " ") {
		b.text.Reset()
		b.text.WriteString(strings.TrimRight(s, " "))
	}
	b.text.WriteByte('\n')
}

// span is a word where it has times of its own; what else it says is markup.
func (b *ttmlText) span(n *xmlNode, outer ttmlScope) error {
	scope, err := b.reader.scope(n, outer)
	if err != nil {
		return err
	}
	from := b.text.Len()
	if err := b.read(n, scope); err != nil {
		return err
	}
	plain := n.attrsBut("begin", "end", "dur", "space") == ""
	b.markup = b.markup || !plain
	if n.attr("begin") == "" && n.attr("end") == "" && n.attr("dur") == "" {
		b.markup = true
		return nil
	}
	word := b.text.String()[min(from, b.text.Len()):]
	to := from + len(strings.TrimRight(word, " \n"))
	from += len(word) - len(strings.TrimLeft(word, " \n"))
	if last := len(b.words) - 1; from >= to || last >= 0 && b.words[last].To > from || scope.end < scope.begin || scope.end == 0 {
		b.markup = true // nothing to time, or spans in spans, of which the inner ones count
		return nil
	}
	b.words = append(b.words, transcript.Word{From: from, To: to, Start: scope.begin, End: scope.end})
	return nil
}

// finish hands the text over, without white space around it unless that is
// preserved.
func (b *ttmlText) finish(s *transcript.Segment) {
	s.Text, s.Words = b.text.String(), b.words
	if b.preserve {
		return
	}
	s.Text = strings.TrimRight(s.Text, " ")
	lead := len(s.Text) - len(strings.TrimLeft(s.Text, " "))
	s.Text = s.Text[lead:]
	for i := range s.Words {
		s.Words[i].From -= lead
		s.Words[i].To -= lead
	}
}

const (
	ttmlNamespace = "http://www.w3.org/ns/ttml"
	ttmlMetadata  = ttmlNamespace + "#metadata"
	ttmlDefault   = `xmlns="` + ttmlNamespace + `" xmlns:ttm="` + ttmlMetadata + `"`
)

type ttmlWriter struct {
	out      *bytes.Buffer
	t        *transcript.Transcript
	root     string // its attributes
	prefixes map[string]bool
	agents   map[string]string // by speaker
}

func newTTMLWriter(out *bytes.Buffer, t *transcript.Transcript) *ttmlWriter {
	w := &ttmlWriter{out: out, t: t, prefixes: map[string]bool{"xml": true, "": true}, agents: map[string]string{}}
	root := keptAttrs(t.Extras[ttmlRoot], nil)
	set := func(name, value string) {
		if !slices.ContainsFunc(root.attrs, func(a xmlAttr) bool { return a.name == name }) {
			root.attrs = append(root.attrs, xmlAttr{name, value})
		}
	}
	set("xmlns", ttmlNamespace)
	set("xmlns:ttm", ttmlMetadata)
	w.root = root.attrsBut(append(slices.Clone(ttmlParameters), ttmlTiming...)...)
	for _, a := range root.attrs {
		if prefix, found := strings.CutPrefix(a.name, "xmlns:"); found {
			w.prefixes[prefix] = true
		}
	}
	taken := make(map[string]bool, len(t.Segments))
	for _, s := range t.Segments {
		taken[xmlID("s-", s.ID)] = true
	}
	for _, s := range t.Speakers {
		id := xmlID("agent-", s.ID)
		if taken[id] { // an ID is one in the whole document
			id = escapedXMLID("agent-", s.ID)
		}
		w.agents[s.ID] = id
	}
	return w
}

func (w *ttmlWriter) head() {
	fmt.Fprintf(w.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tt %s xml:lang=\"%s\">\n  <head>\n", w.root, xmlValue(oneLine(w.t.Language)))
	kept := keptXML(w.t.Extras[ttmlHead], w.prefixes)
	agents := func() {
		for _, s := range w.t.Speakers {
			fmt.Fprintf(w.out, "      <ttm:agent xml:id=\"%s\" type=\"person\">", w.agents[s.ID])
			if s.Name != "" {
				fmt.Fprintf(w.out, "<ttm:name type=\"full\">%s</ttm:name>", xmlText(s.Name))
			}
			w.out.WriteString("</ttm:agent>\n")
		}
	}
	if len(w.t.Speakers) > 0 {
		w.out.WriteString("    <metadata>\n")
		agents()
		w.out.WriteString("    </metadata>\n")
	}
	for _, n := range kept {
		w.out.WriteString("    " + n.raw() + "\n")
	}
	body := keptAttrs(w.t.Extras[ttmlBody], w.prefixes).attrsBut(append([]string{"agent", "space"}, ttmlTiming...)...)
	fmt.Fprintf(w.out, "  </head>\n  <body%s>\n", spaced(body))
}

func (w *ttmlWriter) paragraph(s *transcript.Segment) {
	w.out.WriteString(`      <p xml:id="`)
	w.out.WriteString(xmlID("s-", s.ID))
	w.out.WriteByte('"')
	if s.Timed() {
		w.out.Write(append(appendTTMLSpan(w.out.AvailableBuffer(), s.Start, s.End), '"'))
	}
	if s.Speaker != "" {
		agents := w.agents[s.Speaker]
		if list := strings.Fields(s.Extras[ttmlAgents]); len(list) > 1 && oneLine(fromXMLID("agent-", list[0])) == s.Speaker {
			agents = strings.Join(append([]string{agents}, list[1:]...), " ")
		}
		w.out.WriteString(` ttm:agent="`)
		w.out.WriteString(xmlValue(agents))
		w.out.WriteByte('"')
	}
	attrs := ""
	if kept := s.Extras[ttmlP]; kept != "" {
		attrs = keptAttrs(kept, w.prefixes).attrsBut(append([]string{"id", "agent", "space"}, ttmlTiming...)...)
	}
	body, preserve := w.body(s)
	if preserve {
		attrs = strings.TrimSpace(`xml:space="preserve" ` + attrs)
	}
	for _, text := range [...]string{spaced(attrs), ">", body, "</p>\n"} {
		w.out.WriteString(text)
	}
}

// body is the text with its words' times: what was read, while it says the same.
func (w *ttmlWriter) body(s *transcript.Segment) (body string, preserve bool) {
	if raw := s.Extras[ttmlRaw]; raw != "" {
		for _, preserve := range []bool{false, true} {
			if w.same(raw, s, preserve) {
				return raw, preserve
			}
		}
	}
	b := make([]byte, 0, len(s.Text)+64*len(s.Words)+16)
	at := 0
	for _, word := range s.Words {
		if !word.Timed() || word.Start < s.Start {
			continue
		}
		b = append(b, ttmlLines(s.Text[at:word.From])...)
		b = append(b, "<span"...)
		b = appendTTMLSpan(b, word.Start-s.Start, word.End-s.Start)
		b = append(b, `">`...)
		b = append(b, ttmlLines(s.Text[word.From:word.To])...)
		b = append(b, "</span>"...)
		at = word.To
	}
	b = append(b, ttmlLines(s.Text[at:])...)
	return string(b), collapses(s.Text)
}

// appendTTMLSpan appends the attributes of a time, but for the last quote.
func appendTTMLSpan(b []byte, begin, end time.Duration) []byte {
	b = append(b, ` begin="`...)
	b = appendClock(b, begin)
	b = append(b, `" end="`...)
	return appendClock(b, end)
}

// same says whether kept markup still is this segment's text and times.
func (w *ttmlWriter) same(raw string, s *transcript.Segment, preserve bool) bool {
	n, err := parseXML("<x>" + raw + "</x>")
	if err != nil || n.to != len(n.doc.text) || !n.doc.bound(w.prefixes) {
		return false
	}
	clock, _ := newTTMLClock(&xmlNode{}, FrameRate{})
	b := ttmlText{reader: &ttmlReader{clock: clock}}
	if b.read(n, ttmlScope{begin: s.Start, end: s.End, preserve: preserve}) != nil {
		return false
	}
	back := &transcript.Segment{}
	b.finish(back)
	return b.markup && back.Text == s.Text && sameTimes(back.Words, s.Words)
}

// collapses says whether a reader would change white space in a text.
func collapses(text string) bool {
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, " ") || strings.HasSuffix(line, " ") || strings.Contains(line, "  ") {
			return true
		}
	}
	return false
}

func ttmlLines(text string) string {
	return strings.ReplaceAll(xmlText(text), "\n", "<br/>")
}

// appendClock appends hours:minutes:seconds with three decimals, more where the
// time needs them.
func appendClock(b []byte, d time.Duration) []byte {
	whole := int64(d / time.Second)
	hours, minute, second := whole/3600, byte(whole/60%60), byte(whole%60)
	if hours < 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, hours, 10)
	b = append(b, ':', '0'+minute/10, '0'+minute%10, ':', '0'+second/10)
	return appendSeconds(b, time.Duration(second%10)*time.Second+d%time.Second) // with the last digit of its seconds
}
