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
	Name: "eaf", Title: "ELAN EAF", Extensions: []string{".eaf"}, longLines: true,
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
	in    *input
	t     *transcript.Transcript
	slots map[string]eafSlot
	first map[string]bool // speakers whose first tier was read
	begin []int
}

type eafSlot struct {
	at    time.Duration
	known bool
	node  *xmlNode
}

func decodeEAF(in *input) (*transcript.Transcript, error) {
	root, err := in.readXML("ANNOTATION_DOCUMENT")
	if err != nil {
		return nil, err
	}
	r := &eafReader{in: in, t: &transcript.Transcript{}, slots: map[string]eafSlot{}, first: map[string]bool{}}
	if attrs := root.attrsBut(); attrs != eafDefaultRoot {
		keep(&r.t.Extras, eafRoot, attrs)
	}
	var header, dependent, rest []*xmlNode
	var tiers []string
	for _, n := range root.children("") {
		switch n.name {
		case "LICENSE", "HEADER":
			header = append(header, n)
			r.media(n)
		case "TIME_ORDER":
			err = r.timeOrder(n)
		case "TIER":
			if n.attr("PARENT_REF") != "" || n.child("ANNOTATION") != nil && len(n.child("ANNOTATION").children("ALIGNABLE_ANNOTATION")) == 0 {
				dependent = append(dependent, n)
				continue
			}
			tiers = append(tiers, "<TIER"+spaced(n.attrsBut())+"/>")
			err = r.tier(n)
		default:
			rest = append(rest, n)
		}
		if err != nil {
			return nil, err
		}
	}
	if text := rawOf(header); text != eafHead(r.t.Media.Path) {
		keep(&r.t.Extras, eafHeader, text)
	}
	if text := strings.Join(tiers, "\n"); text != eafDefaultTiers(r.t, r.first[""]) {
		keep(&r.t.Extras, eafTiers, text)
	}
	if text := rawOf(rest); text != eafDefaultType {
		keep(&r.t.Extras, eafRest, text)
	}
	keep(&r.t.Extras, eafDependent, rawOf(dependent))
	keep(&r.t.Extras, eafSlots, rawOf(r.slotsOf(dependent)))
	in.sortTiers(r.begin)
	return r.t, nil
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

func (r *eafReader) timeOrder(n *xmlNode) error {
	for _, k := range n.children("TIME_SLOT") {
		slot := eafSlot{node: k}
		if value, found := k.lookup("TIME_VALUE"); found {
			ms, ok := digits(value, 12)
			if !ok {
				return k.fail(BadTime, value)
			}
			slot.at, slot.known = time.Duration(ms)*time.Millisecond, true
		}
		r.slots[k.attr("TIME_SLOT_ID")] = slot
	}
	return nil
}

// slotsOf are the slots that tiers refer to.
func (r *eafReader) slotsOf(tiers []*xmlNode) []*xmlNode {
	var list []*xmlNode
	seen := make(map[string]bool)
	for _, tier := range tiers {
		for _, a := range eafAnnotations(tier) {
			for _, name := range []string{"TIME_SLOT_REF1", "TIME_SLOT_REF2"} {
				id := a.attr(name)
				if slot, found := r.slots[id]; found && !seen[id] {
					seen[id] = true
					list = append(list, slot.node)
				}
			}
		}
	}
	return list
}

// eafAnnotations are a tier's, without the element around each.
func eafAnnotations(tier *xmlNode) []*xmlNode {
	var list []*xmlNode
	for _, a := range tier.children("ANNOTATION") {
		list = append(list, a.children("")...)
	}
	return list
}

func (r *eafReader) tier(n *xmlNode) error {
	name := n.attr("PARTICIPANT")
	if strings.TrimSpace(name) == "" {
		name = n.attr("TIER_ID")
	}
	if name == eafNobody {
		name = ""
	}
	speaker, err := r.in.speaker(r.t, name, n.line())
	if err != nil {
		return err
	}
	r.begin = append(r.begin, len(r.in.segments))
	for _, a := range eafAnnotations(n) {
		if a.name != "ALIGNABLE_ANNOTATION" {
			r.in.note(LinesPassed, a.line())
			continue
		}
		s, err := r.annotation(a)
		if err == nil {
			s.Speaker = speaker
			if r.first[speaker] {
				keep(&s.Extras, eafTier, n.attr("TIER_ID"))
			}
			r.in.add(s, a.line())
		} else if err = r.in.pass(err, a.line(), a.doc.line(a.to-1)); err != nil {
			return err
		}
	}
	r.first[speaker] = true
	return nil
}

func (r *eafReader) annotation(a *xmlNode) (*transcript.Segment, error) {
	s := &transcript.Segment{ID: fromXMLID("s-", a.attr("ANNOTATION_ID")), Text: a.child("ANNOTATION_VALUE").allText()}
	keep(&s.Extras, eafAnnotation, a.attrsBut("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"))
	from, ok1 := r.slots[a.attr("TIME_SLOT_REF1")]
	to, ok2 := r.slots[a.attr("TIME_SLOT_REF2")]
	switch {
	case !ok1 || !ok2:
		return nil, a.fail(BadTime, a.attr("TIME_SLOT_REF1")+" "+a.attr("TIME_SLOT_REF2"))
	case from.known && to.known && to.at < from.at:
		return nil, a.fail(EndBeforeStart, strconv.FormatInt(from.at.Milliseconds(), 10)+" "+strconv.FormatInt(to.at.Milliseconds(), 10))
	case from.known && to.known:
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
