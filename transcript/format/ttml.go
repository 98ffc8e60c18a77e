package format

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"tapescript/transcript"
)

// ttml is TTML (https://www.w3.org/TR/ttml2/), which was DFXP: p elements are
// segments, their xml:id the ID, an agent of type person who speaks; a span
// with times is a word. All of TTML's time expressions are read; written are
// clock times as exact as they were. The head's styles and regions, and what p
// and div say of them, go back to their places.
var ttml = Format{
	Name: "ttml", Title: "TTML", Extensions: []string{".ttml", ".dfxp"}, longLines: true,
	Cannot: []LossKind{LostChannels, LostConfidence, LostEstimated, LostStyle, LostMedia, LostExtras},
	decode: decodeTTML, encode: encodeTTML, border: ttmlBorder, headed: true,
	sniff: func(head string) bool { return xmlRoot(head) == "tt" },
}

const (
	ttmlRoot   = "ttml.root"   // attributes of tt
	ttmlHead   = "ttml.head"   // what the head holds beside agents
	ttmlBody   = "ttml.body"   // attributes of body
	ttmlDiv    = "ttml.div"    // attributes of the divs around a segment
	ttmlP      = "ttml.p"      // attributes of p
	ttmlAgents = "ttml.agents" // where several speak
	ttmlRaw    = "ttml.raw"    // what is in p, where there is markup
)

// ttmlTiming are the attributes that were read as times, and are not written again.
var ttmlTiming = []string{"begin", "end", "dur", "timeContainer"}

// ttmlParameters of the root say how times are written; ours are media's own.
var ttmlParameters = []string{"frameRate", "frameRateMultiplier", "subFrameRate", "tickRate", "timeBase", "dropMode", "clockMode",
	"markerMode", "lang", "space"}

type ttmlReader struct {
	in       *input
	t        *transcript.Transcript
	clock    ttmlClock
	known    map[string]bool // agents, by ID
	unending []*transcript.Segment
}

// ttmlScope is what a p inherits.
type ttmlScope struct {
	begin, end time.Duration // end 0: none is known
	agent      string
	div        string
	preserve   bool // white space
}

func decodeTTML(in *input) (*transcript.Transcript, error) {
	root, err := in.readTTML()
	if err != nil {
		return nil, err
	}
	r := &ttmlReader{in: in, t: in.start(), known: map[string]bool{}}
	for _, s := range r.t.Speakers {
		r.known[s.ID] = true
	}
	var wrong string
	if r.clock, wrong = newTTMLClock(root, in.reading.Rate); wrong != "" {
		return nil, root.fail(BadTime, wrong)
	}
	r.t.Language = root.attr("lang")
	if attrs := root.attrsBut(ttmlParameters...); attrs != ttmlDefault {
		keep(&r.t.Extras, ttmlRoot, attrs)
	}
	if head := root.child("head"); head != nil {
		if err := r.head(head); err != nil {
			return nil, err
		}
	}
	body := root.child("body")
	if body == nil {
		return r.t, nil
	}
	keep(&r.t.Extras, ttmlBody, body.attrsBut(append([]string{"agent", "space"}, ttmlTiming...)...))
	if _, err := r.container(body, ttmlScope{preserve: root.attr("space") == "preserve"}); err != nil {
		return nil, err
	}
	in.whole = in.whole || len(r.unending) > 0
	r.endFromNext()
	return r.t, nil
}

// readTTML reads the tree of a file, or of a part of one: the elements that are
// open where a part ends are opened again before the next.
func (in *input) readTTML() (*xmlNode, error) {
	text := transcript.Clean(in.declared())
	if tags, ok := in.carry.(string); ok {
		text = tags + text
	}
	root, open, err := parseXMLPart(text)
	if err == nil && root.name != "tt" {
		err = root.fail(BadXML, root.name)
	}
	if err == nil && len(open) > 0 && !in.more {
		err = root.doc.fail(len(text), BadXML, "")
	}
	if err != nil {
		return nil, err
	}
	var tags strings.Builder
	for i, n := range open {
		tags.WriteString(strings.ReplaceAll(text[n.from:n.inner], "\n", " "))
		in.whole = in.whole || n.name != []string{"tt", "body", "div"}[min(i, 2)] || n.attr("timeContainer") == "seq"
	}
	in.carry = tags.String()
	in.whole = in.whole || in.more && len(open) < 2
	return root, nil
}

// keep sets an extra where there is something to keep.
func keep(e *transcript.Extras, key, value string) {
	if value != "" {
		extra(e, key, transcript.Clean(value))
	}
}

// head takes the people out of it; what else it holds is kept.
func (r *ttmlReader) head(head *xmlNode) error {
	var rest []string
	for _, k := range head.children("") {
		kept := k.raw()
		if k.name == "metadata" {
			var others []string
			for _, m := range k.children("") {
				if m.name != "agent" || m.attr("type") != "person" || m.attr("id") == "" {
					others = append(others, m.raw())
					continue
				}
				if err := r.agent(m); err != nil {
					return err
				}
			}
			if kept = ""; len(others) > 0 {
				kept = k.doc.text[k.from:k.inner] + strings.Join(others, "\n") + k.doc.text[k.closed:k.to]
			}
		}
		if kept != "" {
			rest = append(rest, kept)
		}
	}
	keep(&r.t.Extras, ttmlHead, strings.Join(rest, "\n"))
	return nil
}

func (r *ttmlReader) agent(m *xmlNode) error {
	id := oneLine(fromXMLID("agent-", m.attr("id")))
	if id == "" || r.known[id] {
		return nil
	}
	if len(r.t.Speakers) >= maxSpeakers {
		return m.fail(TooManySpeakers, id)
	}
	r.known[id] = true
	r.t.Speakers = append(r.t.Speakers, transcript.Speaker{ID: id, Name: oneLine(m.child("name").allText())})
	return nil
}

// container reads a body or div and returns when it ends, by what is known.
func (r *ttmlReader) container(n *xmlNode, outer ttmlScope) (time.Duration, error) {
	scope, err := r.scope(n, outer)
	if err != nil {
		return 0, err
	}
	if n.name == "div" {
		attrs := keptAttrs(outer.div, nil)
		for _, a := range attrs.attrs {
			if _, found := n.lookup(a.local()); !found {
				n.attrs = append(n.attrs, a)
			}
		}
		scope.div = n.attrsBut(append([]string{"agent", "id", "space"}, ttmlTiming...)...)
	}
	inner, last := scope, scope.begin
	for _, k := range n.children("") {
		var end time.Duration
		switch k.name {
		case "div":
			end, err = r.container(k, inner)
		case "p":
			end, err = r.paragraph(k, inner)
			err = r.in.pass(err, k.line(), k.doc.line(k.to-1))
		case "set", "metadata":
			continue
		default:
			r.in.note(LinesPassed, k.line())
			continue
		}
		if err != nil {
			return 0, err
		}
		last = max(last, end)
		if n.attr("timeContainer") == "seq" {
			inner.begin = end
		}
	}
	if scope.end > 0 {
		last = scope.end
	}
	return last, nil
}

// scope reads the times of an element, which count from its parent's begin.
func (r *ttmlReader) scope(n *xmlNode, outer ttmlScope) (ttmlScope, error) {
	s := outer
	if agent := n.attr("agent"); agent != "" {
		s.agent = agent
	}
	if space := n.attr("space"); space != "" {
		s.preserve = space == "preserve"
	}
	var at [3]time.Duration
	var there [3]bool
	for i, name := range ttmlTiming[:3] {
		text, found := n.lookup(name)
		if !found {
			continue
		}
		if at[i], there[i] = r.clock.parse(text); !there[i] {
			return s, n.fail(BadTime, text)
		}
	}
	s.begin = outer.begin + at[0]
	if there[1] {
		s.end = outer.begin + at[1]
	}
	if there[2] && (!there[1] || s.begin+at[2] < s.end) {
		s.end = s.begin + at[2]
	}
	if s.begin > ttmlMost || s.end > ttmlMost {
		return s, n.fail(BadTime, n.attr("begin"))
	}
	if s.end < s.begin && (there[1] || there[2]) {
		return s, n.fail(EndBeforeStart, n.attr("begin")+" "+n.attr("end"))
	}
	return s, nil
}

func (r *ttmlReader) paragraph(n *xmlNode, outer ttmlScope) (time.Duration, error) {
	scope, err := r.scope(n, outer)
	if err != nil {
		return 0, err
	}
	s := &transcript.Segment{ID: fromXMLID("s-", n.attr("id"))}
	body := ttmlText{reader: r}
	if err := body.read(n, scope); err != nil {
		return 0, err
	}
	body.finish(s)
	_, begins := n.lookup("begin")
	if _, ends := n.lookup("end"); begins || ends || n.attr("dur") != "" || outer.begin > 0 || outer.end > 0 {
		s.Start, s.End = scope.begin, scope.end
	}
	if s.End < s.Start || s.End == 0 && begins { // an end that is not known
		s.End = s.Start
		r.unending = append(r.unending, s)
	}
	if err := r.speaker(s, scope.agent, n); err != nil {
		return 0, err
	}
	keep(&s.Extras, ttmlDiv, scope.div)
	keep(&s.Extras, ttmlP, n.attrsBut(append([]string{"id", "agent", "space"}, ttmlTiming...)...))
	if body.markup {
		keep(&s.Extras, ttmlRaw, n.innerRaw())
		r.in.note(MarkupHidden, n.line())
	}
	r.in.add(s, n.line())
	return s.End, nil
}

func (r *ttmlReader) speaker(s *transcript.Segment, agents string, n *xmlNode) error {
	list := strings.Fields(agents)
	if len(list) == 0 {
		return nil
	}
	id := oneLine(fromXMLID("agent-", list[0]))
	if id == "" {
		return nil
	}
	if !r.known[id] {
		if len(r.t.Speakers) >= maxSpeakers {
			return n.fail(TooManySpeakers, id)
		}
		r.known[id] = true
		r.t.Speakers = append(r.t.Speakers, transcript.Speaker{ID: id})
	}
	s.Speaker = id
	if len(list) > 1 {
		keep(&s.Extras, ttmlAgents, strings.Join(list, " "))
	}
	return nil
}

// endFromNext ends segments that nothing ends where the next one begins.
func (r *ttmlReader) endFromNext() {
	at := make(map[*transcript.Segment]int, len(r.unending))
	for i, s := range r.in.segments {
		at[s] = i
	}
	for _, s := range r.unending {
		i := at[s]
		if i+1 < len(r.in.segments) && r.in.segments[i+1].Start > s.Start {
			s.End = r.in.segments[i+1].Start
		}
		r.in.note(EndsFromNext, r.in.lines[i])
	}
}

// ttmlWriting is what is known of a file that is being written.
type ttmlWriting struct {
	div   string // the attributes of the open div
	open  bool
	plain map[string]bool // IDs of segments that could be a speaker's
}

// apart says whether no speaker has a segment's ID, in the parts so far: one of
// them would be written otherwise.
func (c *ttmlWriting) apart(w *ttmlWriter) bool {
	if c.plain == nil {
		c.plain = make(map[string]bool)
	}
	for _, s := range w.t.Segments {
		if id := xmlID("s-", s.ID); id == s.ID {
			c.plain[id] = true
		}
	}
	for _, s := range w.t.Speakers {
		if c.plain[xmlID("agent-", s.ID)] {
			return false
		}
	}
	return true
}

func encodeTTML(out *bytes.Buffer, t *transcript.Transcript, writing *writing) error {
	w, c := newTTMLWriter(out, t), &writing.ttml
	if (writing.later || !writing.last) && !c.apart(w) {
		return ErrWhole
	}
	if !writing.later {
		w.head()
	}
	for _, s := range t.Segments {
		attrs := ""
		if s.Extras[ttmlDiv] != "" {
			attrs = keptAttrs(s.Extras[ttmlDiv], w.prefixes).attrsBut(append([]string{"agent", "id", "space"}, ttmlTiming...)...)
		}
		if !c.open || attrs != c.div {
			if c.open {
				out.WriteString("    </div>\n")
			}
			fmt.Fprintf(out, "    <div%s>\n", spaced(attrs))
			c.div, c.open = attrs, true
		}
		w.paragraph(s)
	}
	if !writing.last {
		return nil
	}
	if c.open {
		out.WriteString("    </div>\n")
	}
	out.WriteString("  </body>\n</tt>\n")
	return nil
}
