package format

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// eaf is ELAN's annotation format (EAF 3.0, http://www.mpi.nl/tools/elan/EAFv3.0.xsd).
// The annotations of a tier that stands on its own are segments, its participant,
// else its name, the speaker; an annotation's ID is the segment's. Slots without
// a value leave an annotation without time. Tiers that depend on another one,
// linguistic types, controlled vocabularies and the header go back out as they
// stood, but for annotations whose parent is gone. Times are milliseconds.
var eaf = Format{
	Name: "eaf", Title: "ELAN EAF", Extensions: []string{".eaf"}, longLines: true, around: 320,
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostChannels, LostWordTimes, LostConfidence, LostEstimated, LostPrecision,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeEAF, encode: encodeEAF,
	sniff: func(head string) bool { return xmlRoot(head) == "ANNOTATION_DOCUMENT" },
}

const (
	eafRoot       = "eaf.root"       // attributes of the document
	eafHeader     = "eaf.header"     // LICENSE and HEADER, as they stand
	eafTiers      = "eaf.tiers"      // the start tags of the tiers that were read
	eafDependent  = "eaf.dependent"  // other tiers, as they stand
	eafSlots      = "eaf.slots"      // time slots of those
	eafRest       = "eaf.rest"       // what stands behind the tiers
	eafTier       = "eaf.tier"       // the TIER_ID of a segment, where it is not the speaker's first
	eafAnnotation = "eaf.annotation" // other attributes of a segment
)

type eafReader struct {
	in      *input
	t       *transcript.Transcript
	slots   eafTimes
	first   map[string]bool // speakers whose first tier was read
	begin   []int
	tier    eafTierState
	header  []string // elements as they stand
	tiers   []string
	others  []string // tiers that depend on one
	rest    []string
	needed  []string // slots of those
	noticed map[string]bool
}

// eafTierState is the tier that is being read.
type eafTierState struct {
	node      *xmlNode // nil between tiers
	dependent bool
	speaker   string
}

// eafSlot is small: there are two for each annotation.
type eafSlot struct {
	at       time.Duration // -1: no time is known
	from, to int32         // where it stands
}

// eafTimes are the times by their ID. ELAN numbers them, "ts1", "ts2" …, and
// those that it has are about as many as the highest number: these need no map.
type eafTimes struct {
	expected int       // slots, before the first
	numbered []eafSlot // by number less one; to is 0 where there is none
	others   map[string]eafSlot
}

func (e *eafTimes) number(id string) int {
	text, found := strings.CutPrefix(id, "ts")
	n, ok := digits(text, 9)
	if !found || !ok || text[0] == '0' {
		return -1
	}
	return n
}

func (e *eafTimes) put(id string, s eafSlot) {
	n := e.number(id)
	if n < 1 || n > 2*min(e.expected, xmlElements)+64 {
		if e.others == nil {
			e.others = make(map[string]eafSlot)
		}
		e.others[id] = s
		return
	}
	if e.numbered == nil { // at once: doubling copies as much again
		e.numbered = make([]eafSlot, 0, min(e.expected, xmlElements))
	}
	for len(e.numbered) < n {
		e.numbered = append(e.numbered, eafSlot{})
	}
	e.numbered[n-1] = s
}

func (e *eafTimes) get(id string) (eafSlot, bool) {
	if n := e.number(id); n > 0 && n <= len(e.numbered) {
		s := e.numbered[n-1]
		return s, s.to > 0
	}
	s, ok := e.others[id]
	return s, ok
}

// decodeEAF reads elements as they end, so that a day's annotations need not be
// a tree in memory.
func decodeEAF(in *input) (*transcript.Transcript, error) {
	r := &eafReader{in: in, t: &transcript.Transcript{}, first: map[string]bool{}, noticed: map[string]bool{}}
	root, err := in.readXMLEach("ANNOTATION_DOCUMENT", "", r.element)
	if err != nil {
		return nil, err
	}
	if attrs := root.attrsBut(); attrs != eafDefaultRoot {
		keep(&r.t.Extras, eafRoot, attrs)
	}
	if text := strings.Join(r.header, "\n"); text != eafHead(r.t.Media.Path) {
		keep(&r.t.Extras, eafHeader, text)
	}
	if text := strings.Join(r.tiers, "\n"); text != eafDefaultTiers(r.t, r.first[""]) {
		keep(&r.t.Extras, eafTiers, text)
	}
	if text := strings.Join(r.rest, "\n"); text != eafDefaultType {
		keep(&r.t.Extras, eafRest, text)
	}
	keep(&r.t.Extras, eafDependent, strings.Join(r.others, "\n"))
	keep(&r.t.Extras, eafSlots, r.neededSlots(root.doc.text))
	in.sortTiers(r.begin)
	return r.t, nil
}

// element takes one that has ended.
func (r *eafReader) element(n *xmlNode, within []*xmlNode) (done bool, err error) {
	switch {
	case len(within) == 1:
		return true, r.top(n)
	case len(within) == 2 && within[1].name == "TIME_ORDER" && n.name == "TIME_SLOT":
		return true, r.slot(n)
	case len(within) == 2 && within[1].name == "TIER" && n.name == "ANNOTATION":
		if err := r.open(within[1], n); err != nil {
			return true, err
		}
		return true, r.annotations(n)
	}
	return false, nil
}

// top takes an element of the document.
func (r *eafReader) top(n *xmlNode) error {
	switch n.name {
	case "LICENSE", "HEADER":
		r.header = append(r.header, n.raw())
		r.media(n)
	case "TIME_ORDER":
	case "TIER":
		if err := r.open(n, nil); err != nil {
			return err
		}
		r.close(n)
	default:
		r.rest = append(r.rest, n.raw())
	}
	return nil
}

// open begins a tier at its first annotation; one without any ends at once.
func (r *eafReader) open(n, first *xmlNode) error {
	if r.tier.node != nil {
		return nil
	}
	r.tier = eafTierState{node: n, dependent: n.attr("PARENT_REF") != "" || first != nil && len(first.children("ALIGNABLE_ANNOTATION")) == 0}
	if r.tier.dependent {
		return nil
	}
	name := n.attr("PARTICIPANT")
	if strings.TrimSpace(name) == "" {
		name = n.attr("TIER_ID")
	}
	if name == eafNobody {
		name = ""
	}
	var err error
	r.tier.speaker, err = r.in.speaker(r.t, name, n.line())
	r.begin = append(r.begin, len(r.in.segments))
	return err
}

func (r *eafReader) close(n *xmlNode) {
	if r.tier.dependent {
		r.others = append(r.others, n.raw())
	} else {
		r.tiers = append(r.tiers, "<TIER"+spaced(n.attrsBut())+"/>")
		r.first[r.tier.speaker] = true
	}
	r.tier = eafTierState{}
}

// media takes the recording's name: the path beside the file where there is
// one, because the other is that of somebody else's machine.
func (r *eafReader) media(header *xmlNode) {
	m := header.child("MEDIA_DESCRIPTOR")
	if m == nil || r.t.Media.Path != "" {
		return
	}
	path := m.attr("RELATIVE_MEDIA_URL")
	if path == "" {
		path = strings.TrimPrefix(m.attr("MEDIA_URL"), "file://")
	}
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	path = strings.TrimPrefix(path, "./")
	if path == transcript.Clean(path) && !strings.Contains(path, "\n") {
		r.t.Media.Path = path
	}
}

func (r *eafReader) slot(n *xmlNode) error {
	if r.slots.expected == 0 {
		r.slots.expected = 1 + strings.Count(n.doc.text[n.to:], "<TIME_SLOT ")
	}
	slot := eafSlot{at: -1, from: int32(n.from), to: int32(n.to)}
	if value, found := n.lookup("TIME_VALUE"); found {
		ms, ok := digits(value, 12)
		if !ok {
			return n.fail(BadTime, value)
		}
		slot.at = time.Duration(ms) * time.Millisecond
	}
	r.slots.put(n.attr("TIME_SLOT_ID"), slot)
	return nil
}

// neededSlots are the slots that other tiers refer to, as they stand.
func (r *eafReader) neededSlots(text string) string {
	var list []string
	for _, id := range r.needed {
		slot, _ := r.slots.get(id)
		list = append(list, text[slot.from:slot.to])
	}
	return strings.Join(list, "\n")
}

// annotations takes what an ANNOTATION holds, which is one.
func (r *eafReader) annotations(n *xmlNode) error {
	for _, a := range n.kids {
		switch {
		case a.name == "":
			continue
		case r.tier.dependent:
			for _, name := range []string{"TIME_SLOT_REF1", "TIME_SLOT_REF2"} {
				if id := a.attr(name); !r.noticed[id] {
					if _, found := r.slots.get(id); found {
						r.noticed[id] = true
						r.needed = append(r.needed, id)
					}
				}
			}
			continue
		case a.name != "ALIGNABLE_ANNOTATION":
			r.in.note(LinesPassed, a.line())
			continue
		}
		s, err := r.annotation(a)
		if err == nil {
			s.Speaker = r.tier.speaker
			if r.first[s.Speaker] {
				keep(&s.Extras, eafTier, r.tier.node.attr("TIER_ID"))
			}
			r.in.add(s, a.line())
		} else if err = r.in.pass(err, a.line(), a.doc.line(a.to-1)); err != nil {
			return err
		}
	}
	return nil
}

func (r *eafReader) annotation(a *xmlNode) (*transcript.Segment, error) {
	s := &transcript.Segment{ID: fromXMLID("s-", a.attr("ANNOTATION_ID")), Text: a.child("ANNOTATION_VALUE").allText()}
	keep(&s.Extras, eafAnnotation, a.attrsBut("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"))
	from, ok1 := r.slots.get(a.attr("TIME_SLOT_REF1"))
	to, ok2 := r.slots.get(a.attr("TIME_SLOT_REF2"))
	switch {
	case !ok1 || !ok2:
		return nil, a.fail(BadTime, a.attr("TIME_SLOT_REF1")+" "+a.attr("TIME_SLOT_REF2"))
	case from.at >= 0 && to.at >= 0 && to.at < from.at:
		return nil, a.fail(EndBeforeStart, strconv.FormatInt(from.at.Milliseconds(), 10)+" "+strconv.FormatInt(to.at.Milliseconds(), 10))
	case from.at >= 0 && to.at >= 0:
		s.Start, s.End = from.at, to.at
	}
	return s, nil
}

// eafNobody is the participant of a tier of segments that nobody is said to
// have spoken: ELAN wants a name.
const eafNobody = "-"

func encodeEAF(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	w := newEAFWriter(out, t)
	w.slots()
	w.tiers()
	w.rest()
	out.WriteString("</ANNOTATION_DOCUMENT>\n")
	return nil
}
