package format

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// attrsBut writes attributes, but for those of some local names, as a tag
// holds them: what a format does not model rides in extras so.
func (n *xmlNode) attrsBut(locals ...string) string {
	var b strings.Builder
	for _, a := range n.attrs {
		if !slices.Contains(locals, a.local()) {
			fmt.Fprintf(&b, ` %s="%s"`, a.name, xmlValue(a.value))
		}
	}
	return strings.TrimPrefix(b.String(), " ")
}

// keptAttrs reads what attrsBut wrote, or somebody else put in its place; none
// where they are no attributes, or of a prefix that is not among those given.
func keptAttrs(text string, prefixes map[string]bool) *xmlNode {
	if strings.TrimSpace(text) == "" {
		return &xmlNode{}
	}
	n, err := parseXML("<x " + text + "/>")
	if err != nil || len(n.kids) > 0 || !n.doc.bound(prefixes) {
		return &xmlNode{}
	}
	return n
}

// spaced is a list of attributes behind a name.
func spaced(attrs string) string {
	if attrs == "" {
		return ""
	}
	return " " + attrs
}

// keptXML returns elements that were kept as they stand, nil where they are no
// XML, or use a prefix that is not among those given.
func keptXML(text string, prefixes map[string]bool) []*xmlNode {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	n, err := parseXML("<x>" + text + "</x>")
	if err != nil || n.to != len(n.doc.text) || !n.doc.bound(prefixes) {
		return nil
	}
	return n.children("")
}

func (d *xmlDoc) bound(prefixes map[string]bool) bool {
	for p := range d.used {
		if p != "xmlns" && !d.declared[p] && !prefixes[p] {
			return false
		}
	}
	return true
}

// rawOf puts elements one below the other, as they stand.
func rawOf(nodes []*xmlNode) string {
	var list []string
	for _, n := range nodes {
		list = append(list, n.raw())
	}
	return strings.Join(list, "\n")
}

// xmlID makes an ID that XML allows (an NCName) of any text; fromXMLID is its
// inverse. What is one already stays as it is, unless it looks like one that
// was made.
func xmlID(prefix, id string) string {
	if plainXMLID(id) && fromXMLID(prefix, id) == id {
		return id
	}
	return escapedXMLID(prefix, id)
}

func escapedXMLID(prefix, id string) string {
	var b strings.Builder
	b.Grow(len(prefix) + len(id))
	b.WriteString(prefix)
	for _, r := range id {
		if r == '_' || !nameRune(r) {
			fmt.Fprintf(&b, "_%x_", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func fromXMLID(prefix, id string) string {
	rest, found := strings.CutPrefix(id, prefix)
	if !found {
		return id
	}
	if strings.IndexByte(rest, '_') < 0 {
		return rest
	}
	var b strings.Builder
	for i, part := range strings.Split(rest, "_") {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		n, err := strconv.ParseUint(part, 16, 32)
		if err != nil || !utf8.ValidRune(rune(n)) || part != strconv.FormatUint(n, 16) {
			return id
		}
		b.WriteRune(rune(n))
	}
	if strings.Count(rest, "_")%2 != 0 {
		return id
	}
	return b.String()
}

func plainXMLID(id string) bool {
	for i, r := range id {
		if !nameRune(r) || i == 0 && (r == '-' || r == '.' || unicode.IsDigit(r)) {
			return false
		}
	}
	return id != ""
}

// nameRune allows less than XML does: letters and digits of Latin, and marks of names.
func nameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_' ||
		r >= 0xc0 && r <= 0x24f && r != 0xd7 && r != 0xf7
}
