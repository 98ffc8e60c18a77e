package format

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// trsPlace is a segment and where it is written; one without time is where the
// one before it began, and has no length.
type trsPlace struct {
	*transcript.Segment
	start, end time.Duration
}

// trsTurnSegments bounds how many segments are one turn, whose end stands at its
// head: one who is never interrupted speaks in several.
const trsTurnSegments = 500

// trsWriting is what is known of a file that is being written.
type trsWriting struct {
	section string     // the attributes of the one there is
	held    []trsPlace // the last turn, which may go on
	latest  time.Duration
	until   time.Duration // a turn was written that lasts until then
	end     time.Duration // of the section
}

func encodeTRS(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	c := &w.trs
	switch {
	case w.headOf != nil:
		writeTRSHead(out, t)
		if of := w.headOf; of.trs.section != "" {
			of.trs.begin(out, of.last)
		}
		return nil
	case !w.later:
		writeTRSHead(out, t)
	}
	if w.later || !w.last {
		return c.part(out, t, w)
	}
	var section []trsPlace
	for _, s := range t.Segments {
		if s.Extras[trsSection] != "" && len(section) > 0 {
			c.whole(out, section)
			section = nil
		}
		section = append(section, c.place(s))
	}
	c.whole(out, section)
	out.WriteString("</Episode>\n</Trans>\n")
	return nil
}

func writeTRSHead(out *bytes.Buffer, t *transcript.Transcript) {
	fmt.Fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE Trans SYSTEM \"trans-14.dtd\">\n<Trans audio_filename=\"%s\"", xmlValue(oneLine(t.Media.Path)))
	if t.Language != "" {
		fmt.Fprintf(out, " xml:lang=\"%s\"", xmlValue(oneLine(t.Language)))
	}
	out.WriteString(spaced(trsAttrs(t.Extras[trsRoot], "lang", "audio_filename")) + ">\n")
	writeTRSSpeakers(out, t)
	if topics := keptXML(t.Extras[trsTopics], nil); len(topics) == 1 && topics[0].name == "Topics" {
		out.WriteString(topics[0].raw() + "\n")
	}
	out.WriteString("<Episode" + spaced(trsAttrs(t.Extras[trsEpisode])) + ">\n")
}

func (c *trsWriting) place(s *transcript.Segment) trsPlace {
	if !s.Timed() {
		return trsPlace{s, c.latest, c.latest}
	}
	c.latest = s.Start
	return trsPlace{s, s.Start, s.End}
}

// whole writes a section of which all is there.
func (c *trsWriting) whole(out *bytes.Buffer, section []trsPlace) {
	if len(section) == 0 {
		return
	}
	c.section = trsSectionAttrs(section[0])
	c.end = section[0].end
	for _, s := range section {
		c.end = max(c.end, s.end)
	}
	fmt.Fprintf(out, "<Section %s startTime=\"%s\" endTime=\"%s\">\n", c.section, seconds(min(c.until, section[0].start)), seconds(c.end))
	c.turns(out, section, true)
	out.WriteString("</Section>\n")
}

// part writes a part of the one section that a file has which is not there as a
// whole: the end of one is known at its end, and the head alone is written anew.
func (c *trsWriting) part(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	list := c.held
	for _, s := range t.Segments {
		if s.Extras[trsSection] != "" && c.section != "" || s.Speaker == "" && strings.TrimSpace(s.Text) == "" {
			return ErrWhole // another section, or what is read as silence
		}
		place := c.place(s)
		c.end = max(c.end, place.end)
		if c.section == "" {
			c.section = trsSectionAttrs(place)
			c.begin(out, w.last)
		}
		list = append(list, place)
	}
	c.held = slices.Clone(c.turns(out, list, w.last))
	if w.last && c.section != "" {
		out.WriteString("</Section>\n")
	}
	if w.last {
		out.WriteString("</Episode>\n</Trans>\n")
	}
	return nil
}

// begin begins the one section of a file, of which the end is not known until
// all of it is written.
func (c *trsWriting) begin(out *bytes.Buffer, known bool) {
	end := time.Duration(0)
	if known {
		end = c.end
	}
	fmt.Fprintf(out, "<Section %s startTime=\"%s\" endTime=\"%s\">\n", c.section, seconds(0), seconds(end))
}

// trsAttrs are attributes that were kept: the document type has none of another name space.
func trsAttrs(text string, but ...string) string {
	if text == "" {
		return ""
	}
	return keptAttrs(text, map[string]bool{"xml": true}).attrsBut(but...)
}

func writeTRSSpeakers(out *bytes.Buffer, t *transcript.Transcript) {
	if len(t.Speakers) == 0 {
		return
	}
	more := make(map[string]string)
	for _, n := range keptXML(t.Extras[trsSpeakers], nil) {
		more[fromXMLID("spk-", n.attr("id"))] = n.attrsBut("id", "name")
	}
	out.WriteString("<Speakers>\n")
	for _, s := range t.Speakers {
		fmt.Fprintf(out, "<Speaker id=\"%s\" name=\"%s\"%s/>\n", xmlID("spk-", s.ID), xmlValue(s.Name), spaced(more[s.ID]))
	}
	out.WriteString("</Speakers>\n")
}

func trsSectionAttrs(first trsPlace) string {
	return cmp.Or(trsAttrs(first.Extras[trsSection], "startTime", "endTime"), trsDefaultSection)
}

// turns writes segments in turns: one goes on for as long as the same speaker
// does. The last is left where it may still go on.
func (c *trsWriting) turns(out *bytes.Buffer, list []trsPlace, all bool) (rest []trsPlace) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && n < trsTurnSegments && sameTurn(list[n-1], list[n]) {
			n++
		}
		if n == len(list) && n < trsTurnSegments && !all {
			return list
		}
		if start := list[0].start; start > c.until { // silence
			for _, text := range [...]string{`<Turn startTime="`, seconds(c.until), `" endTime="`, seconds(start), "\">\n<Sync time=\"", seconds(c.until), "\"/>\n\n</Turn>\n"} {
				out.WriteString(text)
			}
		}
		writeTRSTurn(out, list[:n])
		c.until = max(c.until, list[n-1].end)
		list = list[n:]
	}
	return nil
}

func sameTurn(s, next trsPlace) bool {
	return s.Timed() && next.Timed() && s.start < s.end && next.start == s.end && next.Speaker == s.Speaker && next.Extras[trsTurn] == ""
}

func writeTRSTurn(out *bytes.Buffer, turn []trsPlace) {
	speaker := ""
	if id := turn[0].Speaker; id != "" {
		speaker = ` speaker="` + xmlID("spk-", id) + `"`
	}
	for _, text := range [...]string{"<Turn", speaker, ` startTime="`, seconds(turn[0].start), `" endTime="`, seconds(turn[len(turn)-1].end), `"`,
		spaced(trsAttrs(turn[0].Extras[trsTurn], "startTime", "endTime", "speaker")), ">\n"} {
		out.WriteString(text)
	}
	for _, s := range turn {
		for _, text := range [...]string{`<Sync time="`, seconds(s.start), "\"/>\n", trsBody(s.Segment), "\n"} {
			out.WriteString(text)
		}
	}
	out.WriteString("</Turn>\n")
}

// trsBody is a segment's text: the one with events while it says the same.
func trsBody(s *transcript.Segment) string {
	if raw := s.Extras[trsRaw]; raw != "" {
		n, err := parseXML("<x>" + raw + "</x>")
		if err == nil && n.to == len(n.doc.text) && n.doc.bound(nil) && trsText(n.kids) == s.Text && len(n.children("")) > 0 &&
			!slices.ContainsFunc(n.kids, func(k *xmlNode) bool { return k.name == "Sync" || k.name == "Who" }) {
			return raw
		}
	}
	return xmlFlat(xmlText(s.Text))
}
