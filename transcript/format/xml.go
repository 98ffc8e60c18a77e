package format

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"

	"tapescript/transcript"
)

// xmlNode is an element of an XML text, or text between tags, by its place:
// what nobody asks for is never decoded, and goes back out as it stands.
//
// Names are local ones: a file is known by its root element, and no format here
// has two names that differ in their namespace alone.
type xmlNode struct {
	doc           *xmlDoc
	name          string // without prefix; "" of text
	attrs         []xmlAttr
	kids          []*xmlNode
	text          string // of text, decoded
	from, to      int    // the whole of it
	inner, closed int    // what is between its tags
}

type xmlAttr struct {
	name  string // as it stands, with its prefix
	value string
}

// xmlDoc is an XML text that was found to be well-formed.
type xmlDoc struct {
	text     string
	lines    lineCounter
	elements int
	// used and declared are prefixes of names.
	used, declared map[string]bool
}

// No format here nests deeper than TTML's spans do; the most that a day of
// speech needs is an element for each word.
const (
	xmlDepth    = 200
	xmlElements = 4 << 20
	xmlAttrs    = 200
)

// readXMLEach finds the root of a file that is XML, in the encoding that its
// declaration names, of a tree that need not be there at once ([parseXMLEach]).
// No entity is ever expanded but XML's own five: what a DTD says is passed over.
// The error is an [*Error] with line and column.
func (in *input) readXMLEach(root, spaced string, each func(n *xmlNode, within []*xmlNode) (bool, error)) (*xmlNode, error) {
	node, err := parseXMLEach(transcript.Clean(in.declared()), spaced, each)
	if err == nil && node.name != root {
		err = node.fail(BadXML, node.name)
	}
	return node, err
}

// declared is the text in the encoding that its XML declaration names, where
// the bytes were no UTF-8 and were taken for Windows-1252: that keeps every
// byte, so they can be had back.
func (in *input) declared() string {
	head, _, _ := strings.Cut(in.text[:min(len(in.text), 300)], "?>")
	_, name, found := strings.Cut(head, "encoding=")
	if !found || len(name) < 2 || !strings.HasPrefix(head, "<?xml") || len(in.notes) == 0 {
		return in.text
	}
	name, _, _ = strings.Cut(name[1:], name[:1])
	switch name = strings.ToLower(name); {
	case name == "iso-8859-1" || strings.HasPrefix(name, "utf"):
		return in.text
	}
	charset, err := htmlindex.Get(name)
	if err != nil {
		return in.text
	}
	raw, err := charmap.Windows1252.NewEncoder().String(in.text)
	if err != nil {
		return in.text
	}
	if text, err := charset.NewDecoder().String(raw); err == nil {
		return text
	}
	return in.text
}

// xmlRoot is the local name of the first element that a text begins with.
func xmlRoot(head string) string {
	p := xmlParser{doc: &xmlDoc{text: head}}
	for {
		i := strings.IndexByte(head[p.at:], '<')
		if i < 0 || strings.TrimSpace(head[p.at:p.at+i]) != "" {
			return ""
		}
		p.at += i
		if next := p.at + 1; next >= len(head) || head[next] != '!' && head[next] != '?' {
			p.at++
			_, name, _ := p.name()
			return name
		}
		if !p.skipMarkup() {
			return ""
		}
	}
}

type xmlParser struct {
	doc  *xmlDoc
	at   int
	open []*xmlNode
	full []string // the names of the open ones, with their prefix
	root *xmlNode
	// rooms hold the nodes, made many at a time: asking for them one by one costs a third more.
	rooms [][]xmlNode
	nodes int   // how many are in use
	which []int // of these the open ones are
	// each is told every element that ends, with those that it is in, and says
	// whether it is done with it: then it leaves the tree. Space between
	// elements leaves it too.
	each   func(n *xmlNode, within []*xmlNode) (done bool, err error)
	spaced string // the element in which space between elements counts all the same
	prefix string // the last that was used
}

// The first room is for the snippets that formats keep of a file.
const xmlFew, xmlRoom = 8, 512

func parseXML(text string) (*xmlNode, error) { return parseXMLEach(text, "", nil) }

// parseXMLEach parses a text whose tree need not be there at once: each is told
// every element that ends, with those that it is in, the root first, and says
// whether it is done with it. Such a one leaves the tree, and may not be kept.
// Space between elements is left out, but in those of the name spaced.
func parseXMLEach(text, spaced string, each func(n *xmlNode, within []*xmlNode) (done bool, err error)) (*xmlNode, error) {
	p := newXMLParser(text)
	p.each, p.spaced = each, spaced
	root, open, err := p.parse()
	if err == nil && len(open) > 0 {
		return nil, p.fail(BadXML)
	}
	return root, err
}

// parseXMLPart parses a text that may break off between elements; open are those
// that it does not end.
func parseXMLPart(text string) (root *xmlNode, open []*xmlNode, err error) {
	root, open, err = newXMLParser(text).parse()
	for _, n := range open {
		n.closed, n.to = len(text), len(text)
	}
	return root, open, err
}

func newXMLParser(text string) *xmlParser {
	return &xmlParser{doc: &xmlDoc{text: text, used: map[string]bool{}, declared: map[string]bool{"xml": true, "": true}}}
}

func (p *xmlParser) parse() (root *xmlNode, open []*xmlNode, err error) {
	text := p.doc.text
	p.at = len(text) - len(strings.TrimPrefix(text, byteOrderMark))
	for p.at < len(text) {
		if err := p.next(); err != nil {
			return nil, nil, err
		}
	}
	if p.root == nil {
		return nil, nil, p.fail(BadXML)
	}
	return p.root, p.open, nil
}

// next takes one tag, or the text before it.
func (p *xmlParser) next() error {
	text := p.doc.text
	i := strings.IndexByte(text[p.at:], '<')
	if i < 0 {
		i = len(text) - p.at
	}
	if i > 0 {
		return p.characters(p.at + i)
	}
	switch rest := text[p.at:]; {
	case strings.HasPrefix(rest, "</"):
		return p.endTag()
	case strings.HasPrefix(rest, "<![CDATA[") && len(p.open) > 0:
		end := strings.Index(rest, "]]>")
		if end < 0 {
			return p.fail(BadXML)
		}
		p.addText(rest[len("<![CDATA["):end], p.at, p.at+end+3)
		p.at += end + 3
		return nil
	case strings.HasPrefix(rest, "<!") || strings.HasPrefix(rest, "<?"):
		if strings.HasPrefix(rest, "<!DOCTYPE") && p.root != nil || !p.skipMarkup() {
			return p.fail(BadXML)
		}
		return nil
	}
	return p.startTag()
}

func (p *xmlParser) characters(end int) error {
	raw := p.doc.text[p.at:end]
	if len(p.open) == 0 {
		if space := len(raw) - len(strings.TrimLeft(raw, " \n")); space < len(raw) {
			p.at += space
			return p.fail(BadXML)
		}
		p.at = end
		return nil
	}
	if p.each != nil && strings.Trim(raw, " \n") == "" && p.open[len(p.open)-1].name != p.spaced && (len(p.open[len(p.open)-1].kids) > 0 || !strings.HasPrefix(p.doc.text[end:], "</")) {
		p.at = end
		return nil
	}
	text, bad := xmlUnescape(raw)
	if bad >= 0 {
		p.at += bad
		return p.fail(BadXML)
	}
	p.addText(text, p.at, end)
	p.at = end
	return nil
}

func (p *xmlParser) addText(text string, from, to int) {
	parent := p.open[len(p.open)-1]
	n := p.node(from)
	n.text, n.to = transcript.Clean(text), to
	parent.kids = append(parent.kids, n)
}

func (p *xmlParser) node(from int) *xmlNode {
	room, at := (p.nodes+xmlRoom-xmlFew)/xmlRoom, (p.nodes+xmlRoom-xmlFew)%xmlRoom
	if room == 0 {
		at = p.nodes
	}
	if room == len(p.rooms) {
		p.rooms = append(p.rooms, make([]xmlNode, []int{xmlFew, xmlRoom}[min(room, 1)]))
	}
	p.nodes++
	n := &p.rooms[room][at]
	*n = xmlNode{doc: p.doc, from: from, attrs: n.attrs[:0], kids: n.kids[:0]}
	return n
}

// ended tells of an element that ended; at is which of the nodes it is.
func (p *xmlParser) ended(n *xmlNode, at int) error {
	if p.each == nil {
		return nil
	}
	done, err := p.each(n, p.open)
	if done && len(p.open) > 0 {
		parent := p.open[len(p.open)-1]
		parent.kids = parent.kids[:len(parent.kids)-1]
		p.nodes = at
	}
	return err
}

// skipMarkup passes over a comment, an instruction, or a document type, whose
// declarations are never read.
func (p *xmlParser) skipMarkup() bool {
	rest := p.doc.text[p.at:]
	end := -1
	switch {
	case strings.HasPrefix(rest, "<!--"):
		if end = strings.Index(rest[4:], "-->"); end >= 0 {
			end += 4 + 3
		}
	case strings.HasPrefix(rest, "<?"):
		if end = strings.Index(rest, "?>"); end >= 0 {
			end += 2
		}
	case strings.HasPrefix(rest, "<!DOCTYPE"):
		end = doctypeEnd(rest)
	}
	if end < 0 {
		return false
	}
	p.at += end
	return true
}

func doctypeEnd(text string) int {
	var quote byte
	brackets := 0
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case c == '>' && brackets == 0:
			return i + 1
		}
	}
	return -1
}

// name reads a name; local is without its prefix.
func (p *xmlParser) name() (full, local string, ok bool) {
	text := p.doc.text
	from, colon := p.at, -1
	for ; p.at < len(text) && nameByte(text[p.at]); p.at++ {
		if text[p.at] == ':' && colon < 0 {
			colon = p.at
		}
	}
	full = text[from:p.at]
	if full == "" || full[0] == '-' || full[0] == '.' || full[0] >= '0' && full[0] <= '9' || colon == from || colon == p.at-1 {
		return "", "", false
	}
	if colon < 0 {
		return full, full, true
	}
	if prefix := text[from:colon]; p.doc.used != nil && prefix != p.prefix {
		p.doc.used[prefix] = true
		p.prefix = prefix
	}
	return full, text[colon+1 : p.at], true
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == ':' || c >= utf8.RuneSelf
}

func (p *xmlParser) space() bool {
	from := p.at
	for p.at < len(p.doc.text) && (p.doc.text[p.at] == ' ' || p.doc.text[p.at] == '\n') {
		p.at++
	}
	return p.at > from
}

func (p *xmlParser) startTag() error {
	which, n := p.nodes, p.node(p.at)
	p.at++
	full, local, ok := p.name()
	if !ok || len(p.open) == 0 && p.root != nil {
		return p.fail(BadXML)
	}
	n.name = local
	for {
		spaced := p.space()
		rest := p.doc.text[p.at:]
		empty := strings.HasPrefix(rest, "/>")
		if empty || strings.HasPrefix(rest, ">") {
			p.at++
			if empty {
				p.at++
			}
			return p.opened(n, which, full, empty)
		}
		if err := p.attribute(n); err != nil || !spaced {
			return p.fail(BadXML)
		}
	}
}

func (p *xmlParser) opened(n *xmlNode, which int, full string, empty bool) error {
	p.doc.elements++
	if len(p.open) >= xmlDepth || p.doc.elements > xmlElements {
		return p.fail(TooComplex)
	}
	if len(p.open) > 0 {
		parent := p.open[len(p.open)-1]
		parent.kids = append(parent.kids, n)
	} else {
		p.root = n
	}
	n.inner, n.closed, n.to = p.at, p.at, p.at
	if empty {
		return p.ended(n, which)
	}
	p.open, p.full, p.which = append(p.open, n), append(p.full, full), append(p.which, which)
	return nil
}

func (p *xmlParser) attribute(n *xmlNode) error {
	full, _, ok := p.name()
	p.space()
	text := p.doc.text
	if !ok || p.at >= len(text) || text[p.at] != '=' || len(n.attrs) >= xmlAttrs || slices.ContainsFunc(n.attrs, func(a xmlAttr) bool { return a.name == full }) {
		return p.fail(BadXML)
	}
	p.at++
	p.space()
	if p.at >= len(text) || text[p.at] != '"' && text[p.at] != '\'' {
		return p.fail(BadXML)
	}
	end := strings.IndexByte(text[p.at+1:], text[p.at])
	if end < 0 {
		return p.fail(BadXML)
	}
	raw := text[p.at+1 : p.at+1+end]
	value := raw
	if strings.IndexByte(raw, '\n') >= 0 {
		value = strings.ReplaceAll(raw, "\n", " ")
	}
	value, bad := xmlUnescape(value)
	if bad >= 0 || strings.Contains(raw, "<") {
		return p.fail(BadXML)
	}
	p.at += end + 2
	if prefix, found := strings.CutPrefix(full, "xmlns:"); found {
		p.doc.declared[prefix] = true
	}
	n.attrs = append(n.attrs, xmlAttr{full, transcript.Clean(value)})
	return nil
}

func (p *xmlParser) endTag() error {
	from := p.at
	p.at += 2
	full, _, ok := p.name()
	p.space()
	last := len(p.open) - 1
	if !ok || p.at >= len(p.doc.text) || p.doc.text[p.at] != '>' || last < 0 || p.full[last] != full {
		p.at = from
		return p.fail(BadXML)
	}
	p.at++
	n, which := p.open[last], p.which[last]
	n.closed, n.to = from, p.at
	p.open, p.full, p.which = p.open[:last], p.full[:last], p.which[:last]
	return p.ended(n, which)
}

func (p *xmlParser) fail(code Code) *Error {
	return p.doc.fail(p.at, code, p.doc.text[min(p.at, len(p.doc.text)):])
}

func (d *xmlDoc) line(at int) int {
	return 1 + d.lines.before(d.text, at)
}

func (d *xmlDoc) fail(place int, code Code, offending string) *Error {
	place = min(place, len(d.text))
	advice := CorrectLine
	if code == TooComplex {
		advice = SplitFile
	}
	offending, _, _ = strings.Cut(offending[:min(len(offending), 300)], "\n")
	e := at(d.line(place), code, offending, advice)
	e.Column = 1 + utf8.RuneCountInString(d.text[1+strings.LastIndexByte(d.text[:place], '\n'):place])
	return e
}

// fail is an error about an element.
func (n *xmlNode) fail(code Code, offending string) *Error {
	return n.doc.fail(n.from, code, offending)
}

func (n *xmlNode) line() int { return n.doc.line(n.from) }

// attr is the value of the first attribute of a local name, "" where there is none.
func (n *xmlNode) attr(local string) string {
	value, _ := n.lookup(local)
	return value
}

func (n *xmlNode) lookup(local string) (string, bool) {
	for _, a := range n.attrs {
		if a.local() == local {
			return a.value, true
		}
	}
	return "", false
}

func (a xmlAttr) local() string {
	return a.name[strings.LastIndexByte(a.name, ':')+1:]
}

// children are the elements of a name directly below, all where it is "".
func (n *xmlNode) children(name string) []*xmlNode {
	var list []*xmlNode
	for _, k := range n.kids {
		if k.name != "" && (name == "" || k.name == name) {
			list = append(list, k)
		}
	}
	return list
}

// child is the first element of a name directly below; nil where there is none.
func (n *xmlNode) child(name string) *xmlNode {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// allText is the text in an element and below.
func (n *xmlNode) allText() string {
	if n == nil {
		return ""
	}
	if n.name == "" {
		return n.text
	}
	if len(n.kids) == 1 && n.kids[0].name == "" {
		return n.kids[0].text
	}
	var b strings.Builder
	for _, k := range n.kids {
		b.WriteString(k.allText())
	}
	return b.String()
}

func (n *xmlNode) raw() string      { return n.doc.text[n.from:n.to] }
func (n *xmlNode) innerRaw() string { return n.doc.text[n.inner:n.closed] }

// xmlUnescape replaces references; bad is where one is that XML does not know, else -1.
func xmlUnescape(s string) (text string, bad int) {
	if strings.IndexByte(s, '&') < 0 {
		return s, -1
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '&')
		if next < 0 {
			b.WriteString(s[i:])
			break
		}
		b.WriteString(s[i : i+next])
		i += next
		end := strings.IndexByte(s[i:min(len(s), i+12)], ';')
		if end < 0 {
			return "", i
		}
		value, ok := xmlReference(s[i+1 : i+end])
		if !ok {
			return "", i
		}
		b.WriteString(value)
		i += end + 1
	}
	return b.String(), -1
}

func xmlReference(name string) (string, bool) {
	switch name {
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "amp":
		return "&", true
	case "quot":
		return `"`, true
	case "apos":
		return "'", true
	}
	digits, found := strings.CutPrefix(name, "#")
	base := 10
	if strings.HasPrefix(digits, "x") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if !found || err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}

// XML 1.0 knows no character U+FFFE or U+FFFF.
var (
	xmlTextEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\ufffe", "\ufffd", "\uffff", "\ufffd")
	xmlAttrEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\n", "&#10;", "\ufffe", "\ufffd", "\uffff", "\ufffd")
)

// xmlText and xmlValue write a text between tags, and one between quotes.
func xmlText(s string) string {
	if xmlPlain(s) {
		return s
	}
	return xmlTextEscapes.Replace(s)
}

func xmlValue(s string) string {
	if xmlPlain(s) && strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\n') < 0 {
		return s
	}
	return xmlAttrEscapes.Replace(s)
}

// xmlPlain says whether a text holds nothing that is escaped between tags, as
// most do.
func xmlPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c == '&' || c == '<' || c == '>' || c == 0xef { // which begins U+FFFE
			return false
		}
	}
	return true
}

// xmlFlat is a text whose white space is one space each, and none around it.
func xmlFlat(s string) string {
	s = strings.Trim(s, " \n")
	if strings.IndexByte(s, '\n') < 0 && !strings.Contains(s, "  ") { // as nearly all are
		return s
	}
	return strings.Join(strings.FieldsFunc(s, xmlSpace), " ")
}
