package format

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"tapescript/transcript"
)

// trsPlace is a segment and where it is written; one without time is where the
// one before it began, and has no length.
type trsPlace struct {
	*transcript.Segment
	start, end time.Duration
}

func encodeTRS(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
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
	var latest, until time.Duration
	var section []trsPlace
	for _, s := range t.Segments {
		place := trsPlace{s, latest, latest}
		if s.Timed() {
			place.start, place.end = s.Start, s.End
			latest = s.Start
		}
		if s.Extras[trsSection] != "" && len(section) > 0 {
			until = writeTRSSection(out, section, until)
			section = nil
		}
		section = append(section, place)
	}
	if len(section) > 0 {
		writeTRSSection(out, section, until)
	}
	out.WriteString("</Episode>\n</Trans>\n")
	return nil
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

// writeTRSSection writes segments in turns: one goes on for as long as the same
// speaker does. It returns where the latest of them ends.
func writeTRSSection(out *bytes.Buffer, section []trsPlace, until time.Duration) time.Duration {
	begin, end := min(until, section[0].start), section[0].end
	for _, s := range section {
		end = max(end, s.end)
	}
	attrs := trsAttrs(section[0].Extras[trsSection], "startTime", "endTime")
	if attrs == "" {
		attrs = trsDefaultSection
	}
	fmt.Fprintf(out, "<Section %s startTime=\"%s\" endTime=\"%s\">\n", attrs, seconds(begin), seconds(end))
	for len(section) > 0 {
		n := 1
		for n < len(section) && sameTurn(section[n-1], section[n]) {
			n++
		}
		if start := section[0].start; start > until { // silence
			for _, text := range [...]string{`<Turn startTime="`, seconds(until), `" endTime="`, seconds(start), "\">\n<Sync time=\"", seconds(until), "\"/>\n\n</Turn>\n"} {
				out.WriteString(text)
			}
		}
		writeTRSTurn(out, section[:n])
		until = max(until, section[n-1].end)
		section = section[n:]
	}
	out.WriteString("</Section>\n")
	return until
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
