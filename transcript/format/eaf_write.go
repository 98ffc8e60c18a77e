package format

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

const (
	eafDefaultRoot = `AUTHOR="" DATE="1970-01-01T00:00:00Z" FORMAT="3.0" VERSION="3.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
		`xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd"`
	eafTypeName    = "default-lt" // as ELAN calls its own first one
	eafDefaultType = `<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="` + eafTypeName + `" TIME_ALIGNABLE="true"/>`
)

// eafHead is the header of a file that had none.
func eafHead(media string) string {
	if media = oneLine(media); media == "" {
		return `<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"/>`
	}
	return fmt.Sprintf(`<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR MEDIA_URL="%s" MIME_TYPE="%s" RELATIVE_MEDIA_URL="%[1]s"/></HEADER>`,
		xmlValue(strings.ReplaceAll(media, "%", "%25")), eafMIME(media))
}

func eafMIME(media string) string {
	switch {
	case strings.HasSuffix(strings.ToLower(media), ".wav"):
		return "audio/x-wav"
	case strings.HasSuffix(strings.ToLower(media), ".mp3"):
		return "audio/mpeg"
	}
	return "unknown"
}

func eafTierTag(name, id string) string {
	if name == "" {
		name = eafNobody
	}
	return fmt.Sprintf(`<TIER LINGUISTIC_TYPE_REF="%s" PARTICIPANT="%s" TIER_ID="%s"/>`, eafTypeName, xmlValue(name), xmlValue(id))
}

// eafDefaultTiers are the tags that are written where none were read: one for
// each speaker, and one for nobody where there is such a segment.
func eafDefaultTiers(t *transcript.Transcript, nobody bool) string {
	var list []string
	for _, s := range t.Speakers {
		list = append(list, eafTierTag(s.Name, s.Name))
	}
	if nobody {
		list = append(list, eafTierTag("", eafNobody))
	}
	return strings.Join(list, "\n")
}

// eafRow is a tier that is written.
type eafRow struct {
	tier
	id    string
	attrs string
}

type eafWriter struct {
	out       *bytes.Buffer
	t         *transcript.Transcript
	rows      []*eafRow
	bySpeaker map[string][]*eafRow
	last      map[string]*eafRow // where a speaker's last segment went
	ids       map[string]bool    // of tiers
	dependent []*xmlNode
	kept      []*xmlNode // their slots
	slotIDs   map[string]bool
	next      int             // number of a slot
	taken     map[string]bool // IDs of what is kept: no annotation may have them
}

func newEAFWriter(out *bytes.Buffer, t *transcript.Transcript) *eafWriter {
	w := &eafWriter{out: out, t: t, bySpeaker: map[string][]*eafRow{}, last: map[string]*eafRow{}, ids: map[string]bool{}, slotIDs: map[string]bool{}, taken: map[string]bool{}}
	prefixes := map[string]bool{"xml": true, "xsi": true}
	w.dependent = w.named(keptXML(t.Extras[eafDependent], prefixes), "TIER", "TIER_ID", w.ids)
	w.takeIDs(prefixes)
	w.kept = w.named(keptXML(t.Extras[eafSlots], prefixes), "TIME_SLOT", "TIME_SLOT_ID", w.slotIDs)
	for _, n := range keptXML(t.Extras[eafTiers], prefixes) {
		if id := n.attr("TIER_ID"); n.name == "TIER" && id != "" && !w.ids[id] {
			name := oneLine(n.attr("PARTICIPANT"))
			if name == "" {
				name = oneLine(id)
			}
			if name == eafNobody {
				name = ""
			}
			w.row(name, id, n.attrsBut())
		}
	}
	w.layOut()
	root := t.Extras[eafRoot]
	if keptAttrs(root, prefixes).attrs == nil {
		root = eafDefaultRoot
	}
	head := rawOf(keptXML(t.Extras[eafHeader], prefixes))
	if head == "" || mediaOf(head) != t.Media.Path {
		head = eafHead(t.Media.Path)
	}
	fmt.Fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ANNOTATION_DOCUMENT %s>\n%s\n", keptAttrs(root, prefixes).attrsBut(), head)
	return w
}

// mediaOf is the recording that a header names.
func mediaOf(head string) string {
	r := &eafReader{t: &transcript.Transcript{}}
	for _, n := range keptXML(head, nil) {
		r.media(n)
	}
	return r.t.Media.Path
}

// takeIDs notes the IDs of what is kept: of all kinds together none may be there
// twice.
func (w *eafWriter) takeIDs(prefixes map[string]bool) {
	for _, tier := range w.dependent {
		for _, a := range eafAnnotations(tier) {
			w.taken[a.attr("ANNOTATION_ID")] = true
		}
	}
	var take func(nodes []*xmlNode)
	take = func(nodes []*xmlNode) {
		for _, n := range nodes {
			for _, name := range []string{"LANGUAGE_CODE", "LANG_ID", "STEREOTYPE", "EXT_REF_ID", "LEX_REF_ID", "LINK_SET_ID", "REF_LINK_ID"} {
				if id := n.attr(name); id != "" {
					w.taken[id] = true
				}
			}
			take(n.children(""))
		}
	}
	take(keptXML(w.t.Extras[eafRest], prefixes))
}

// annotationID is the ID that a segment's annotation is written with.
func (w *eafWriter) annotationID(s *transcript.Segment) string {
	id := xmlID("s-", s.ID)
	if (&eafTimes{}).number(id) >= 0 || w.taken[id] {
		return escapedXMLID("s-", s.ID)
	}
	return id
}

// named are those elements that have an ID which no other has.
func (w *eafWriter) named(nodes []*xmlNode, name, attr string, ids map[string]bool) []*xmlNode {
	return slices.DeleteFunc(nodes, func(n *xmlNode) bool {
		id := n.attr(attr)
		if n.name != name || id == "" || ids[id] {
			return true
		}
		ids[id] = true
		return false
	})
}

func (w *eafWriter) row(name, id, attrs string) *eafRow {
	for n := 2; w.ids[id]; n++ {
		id = name + " (" + strconv.Itoa(n) + ")"
	}
	if attrs == "" {
		attrs = strings.TrimSuffix(strings.TrimPrefix(eafTierTag(name, id), "<TIER "), "/>")
	}
	w.ids[id] = true
	row := &eafRow{tier: tier{name: name}, id: id, attrs: attrs}
	w.bySpeaker[name] = append(w.bySpeaker[name], row)
	w.rows = append(w.rows, row)
	return row
}

// layOut puts each segment in the tier that it came from, else in the first of
// its speaker's that is free: ELAN allows no two at once.
func (w *eafWriter) layOut() {
	names := map[string]string{}
	for _, s := range w.t.Speakers {
		names[s.ID] = oneLine(w.t.SpeakerName(s.ID))
		if name := names[s.ID]; w.bySpeaker[name] == nil {
			w.row(name, name, "")
		}
	}
	for _, s := range w.t.Segments {
		name := names[s.Speaker]
		if w.bySpeaker[name] == nil {
			w.row(name, cmp.Or(name, eafNobody), "")
		}
		place := tierSegment{Segment: s}
		if s.Timed() {
			place.start, place.end = round(s.Start, time.Millisecond), max(round(s.End, time.Millisecond), time.Millisecond)
		}
		row := w.rowFor(name, place)
		row.segments = append(row.segments, place)
		row.busy = max(row.busy, place.end)
		w.last[name] = row
	}
}

func (w *eafWriter) rowFor(name string, s tierSegment) *eafRow {
	rows := w.bySpeaker[name]
	own := rows[0].id
	if id := s.Extras[eafTier]; id != "" {
		own = id
	}
	fits := func(r *eafRow) bool { return s.end == 0 || r.busy <= s.start }
	if !s.Timed() && w.last[name] != nil && s.Extras[eafTier] == "" {
		return w.last[name]
	}
	if i := slices.IndexFunc(rows, func(r *eafRow) bool { return r.id == own }); i >= 0 && fits(rows[i]) {
		return rows[i]
	}
	if i := slices.IndexFunc(rows, fits); i >= 0 {
		return rows[i]
	}
	return w.row(name, cmp.Or(name, eafNobody), "")
}

// slotNumber is that of the next slot: its ID is "ts" and the number.
func (w *eafWriter) slotNumber() int {
	for {
		w.next++
		if len(w.slotIDs) == 0 || !w.slotIDs["ts"+strconv.Itoa(w.next)] {
			return w.next
		}
	}
}

func (w *eafWriter) number(n int64) {
	w.out.Write(strconv.AppendInt(w.out.AvailableBuffer(), n, 10))
}

// slots writes the times in their order; those without a value behind the one
// that they follow, as ELAN has it.
func (w *eafWriter) slots() {
	type slot struct {
		key    time.Duration
		number int32 // negative of those that are kept: which
		known  bool
	}
	list := make([]slot, 0, len(w.kept)+2*len(w.t.Segments))
	var ids []string // of those that are kept
	var last time.Duration
	for _, n := range w.kept {
		ms, ok := digits(n.attr("TIME_VALUE"), 12)
		if ok {
			last = time.Duration(ms) * time.Millisecond
		}
		ids = append(ids, n.attr("TIME_SLOT_ID"))
		list = append(list, slot{last, -int32(len(ids)), ok})
	}
	for _, row := range w.rows {
		last = 0
		for _, s := range row.segments {
			start, end := last, last
			if s.Timed() {
				start, end, last = s.start, s.end, s.end
			}
			list = append(list, slot{start, int32(w.slotNumber()), s.Timed()}, slot{end, int32(w.slotNumber()), s.Timed()})
		}
	}
	list = sortRuns(list, func(a, b *slot) bool { return a.key < b.key })
	w.out.WriteString("<TIME_ORDER>\n")
	for _, s := range list {
		w.out.WriteString(`  <TIME_SLOT TIME_SLOT_ID="`)
		if s.number < 0 {
			w.out.WriteString(xmlValue(ids[-s.number-1]))
		} else {
			w.out.WriteString("ts")
			w.number(int64(s.number))
		}
		if s.known {
			w.out.WriteString(`" TIME_VALUE="`)
			w.number(s.key.Milliseconds())
		}
		w.out.WriteString("\"/>\n")
	}
	w.out.WriteString("</TIME_ORDER>\n")
	w.next = 0 // the annotations take them in the same order
}

func (w *eafWriter) tiers() {
	var written map[string]bool // needed where other tiers speak of what is written
	if len(w.dependent) > 0 {
		written = make(map[string]bool, len(w.t.Segments))
	}
	for _, row := range w.rows {
		w.out.WriteString("<TIER " + row.attrs + ">\n")
		for _, s := range row.segments {
			id := w.annotationID(s.Segment)
			if written != nil {
				written[id] = true
			}
			attrs := ""
			if kept := s.Extras[eafAnnotation]; kept != "" {
				attrs = keptAttrs(kept, nil).attrsBut("ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2")
			}
			w.out.WriteString(`  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="`)
			w.out.WriteString(id)
			for _, reference := range [...]string{`" TIME_SLOT_REF1="ts`, `" TIME_SLOT_REF2="ts`} {
				w.out.WriteString(reference)
				w.number(int64(w.slotNumber()))
			}
			for _, text := range [...]string{`"`, spaced(attrs), `><ANNOTATION_VALUE>`, xmlText(s.Text), "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>\n"} {
				w.out.WriteString(text)
			}
		}
		w.out.WriteString("</TIER>\n")
	}
	if written == nil {
		return
	}
	w.keep(written)
	for _, tier := range w.dependent {
		fmt.Fprintf(w.out, "<TIER %s>\n", tier.attrsBut())
		for _, a := range tier.children("ANNOTATION") {
			if list := a.children(""); len(list) == 1 && written[list[0].attr("ANNOTATION_ID")] {
				w.out.WriteString("  " + a.raw() + "\n")
			}
		}
		w.out.WriteString("</TIER>\n")
	}
}

// keep adds to the annotations that are written those of other tiers that
// still have the parent that they speak of, from parent to child.
func (w *eafWriter) keep(written map[string]bool) {
	byParent := make(map[string][]string)
	var free []string
	for _, tier := range w.dependent {
		for _, a := range eafAnnotations(tier) {
			id := a.attr("ANNOTATION_ID")
			switch {
			case id == "" || written[id]:
			case a.name == "REF_ANNOTATION":
				parent := a.attr("ANNOTATION_REF")
				byParent[parent] = append(byParent[parent], id)
			case w.slotIDs[a.attr("TIME_SLOT_REF1")] && w.slotIDs[a.attr("TIME_SLOT_REF2")]:
				free = append(free, id)
			}
		}
	}
	queue := free
	for id := range written {
		queue = append(queue, byParent[id]...)
	}
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		if !written[id] {
			written[id] = true
			queue = append(queue, byParent[id]...)
		}
	}
}

// rest writes the types; that of our own tiers, where it is not among them.
func (w *eafWriter) rest() {
	kept := keptXML(w.t.Extras[eafRest], map[string]bool{"xml": true, "xsi": true})
	used := slices.ContainsFunc(w.rows, func(r *eafRow) bool {
		return strings.Contains(r.attrs, `LINGUISTIC_TYPE_REF="`+eafTypeName+`"`)
	})
	known := slices.ContainsFunc(kept, func(n *xmlNode) bool {
		return n.name == "LINGUISTIC_TYPE" && n.attr("LINGUISTIC_TYPE_ID") == eafTypeName
	})
	if !known && (used || len(kept) == 0) {
		w.out.WriteString(eafDefaultType + "\n")
	}
	if len(kept) > 0 {
		w.out.WriteString(rawOf(kept) + "\n")
	}
}

// eafAnnotations are a tier's, without the element around each.
func eafAnnotations(tier *xmlNode) []*xmlNode {
	var list []*xmlNode
	for _, a := range tier.children("ANNOTATION") {
		list = append(list, a.children("")...)
	}
	return list
}
