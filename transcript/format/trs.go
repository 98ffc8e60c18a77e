package format

import (
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// trs is Transcriber's format (trans-14.dtd of http://trans.sourceforge.net).
// What stands between two Sync of a Turn is a segment; where several speak,
// each Who begins one. Events and comments in a text go back out while the text
// is the same, as do sections, topics and what turns say beside their times.
// A stretch in which nobody says anything is written where there is a gap, as
// Transcriber wants it, and is no segment.
var trs = Format{
	around: 180,
	Name:   "trs", Title: "Transcriber", Extensions: []string{".trs"}, longLines: true,
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostStyle, LostMedia, LostIDs, LostExtras},
	decode: decodeTRS, encode: encodeTRS, border: trsBorder, headed: true, late: true,
	sniff: func(head string) bool { return xmlRoot(head) == "Trans" },
}

const (
	trsRoot     = "trs.root"     // attributes of Trans
	trsSpeakers = "trs.speakers" // the Speaker elements, for what they say beside the name
	trsTopics   = "trs.topics"   // as they stand
	trsEpisode  = "trs.episode"  // attributes
	trsSection  = "trs.section"  // attributes of the section that a segment begins
	trsTurn     = "trs.turn"     // attributes of the turn that a segment begins
	trsRaw      = "trs.raw"      // text with events in it
)

const trsDefaultSection = `type="report"`

type trsReader struct {
	in      *input
	t       *transcript.Transcript
	known   map[string]bool
	within  *xmlNode // the section that is being read
	resumed bool     // a part before this has begun it
	section string   // that has no segment yet
	turn    string
}

// trsCarry is what the parts of a file so far have opened.
type trsCarry struct {
	tags    string
	section string
}

// decodeTRS reads turns as they end, so that a day of them need not be a tree in
// memory.
func decodeTRS(in *input) (*transcript.Transcript, error) {
	r := &trsReader{in: in, t: in.start(), known: map[string]bool{}}
	for _, s := range r.t.Speakers {
		r.known[s.ID] = true
	}
	text := transcript.Clean(in.declared())
	if before, ok := in.carry.(trsCarry); ok {
		text = before.tags + text
		r.resumed, r.section = true, before.section
	}
	p := newXMLParser(text)
	p.each, p.spaced = r.element, "Turn"
	root, open, err := p.parse()
	switch {
	case err != nil:
		return nil, err
	case root.name != "Trans":
		return nil, root.fail(BadXML, root.name)
	case len(open) > 0 && !in.more:
		return nil, p.fail(BadXML)
	}
	r.opened(text, open)
	r.t.Language = root.attr("lang")
	keep(&r.t.Extras, trsRoot, root.attrsBut("lang", "audio_filename"))
	if name := root.attr("audio_filename"); name == oneLine(name) {
		r.t.Media.Path = name
	}
	return r.t, nil
}

// opened carries the elements that a part leaves open to the next.
func (r *trsReader) opened(text string, open []*xmlNode) {
	var tags strings.Builder
	for i, n := range open {
		tags.WriteString(strings.ReplaceAll(text[n.from:n.inner], "\n", " "))
		r.in.whole = r.in.whole || i > 2 || n.name != [...]string{"Trans", "Episode", "Section"}[i]
		switch n.name {
		case "Episode":
			keep(&r.t.Extras, trsEpisode, n.attrsBut())
		case "Section":
			r.begin(n)
		}
	}
	r.in.whole = r.in.whole || r.in.more && len(open) < 3
	r.in.carry = trsCarry{tags.String(), r.section}
}

// element takes one that has ended.
func (r *trsReader) element(n *xmlNode, within []*xmlNode) (done bool, err error) {
	switch {
	case len(within) == 1:
		switch n.name {
		case "Speakers":
			err = r.speakers(n)
		case "Topics":
			keep(&r.t.Extras, trsTopics, n.raw())
		case "Episode":
			keep(&r.t.Extras, trsEpisode, n.attrsBut())
		}
		return true, err
	case len(within) < 2 || within[1].name != "Episode":
		return false, nil
	case len(within) == 2:
		r.begin(n) // also one without turns
		r.within = nil
		return true, nil
	case len(within) == 3:
		if r.begin(within[2]); r.within != nil && n.name == "Turn" {
			r.turn = n.attrsBut("startTime", "endTime", "speaker")
			err = r.in.pass(r.readTurn(n), n.line(), n.doc.line(n.to-1))
		}
		return true, err
	}
	return false, nil
}

// begin begins a section, unless it has begun.
func (r *trsReader) begin(n *xmlNode) {
	switch {
	case n.name != "Section" || r.within == n:
	case r.resumed:
		r.within, r.resumed = n, false
	default:
		r.within, r.section = n, n.attrsBut("startTime", "endTime")
	}
}

func (r *trsReader) speakers(n *xmlNode) error {
	var more []*xmlNode
	for _, s := range n.children("Speaker") {
		if err := r.speaker(s, s.attr("id"), s.attr("name")); err != nil {
			return err
		}
		if s.attrsBut("id", "name") != "" {
			more = append(more, s)
		}
	}
	keep(&r.t.Extras, trsSpeakers, rawOf(more))
	return nil
}

func (r *trsReader) speaker(n *xmlNode, id, name string) error {
	if id = oneLine(fromXMLID("spk-", id)); id == "" || r.known[id] {
		return nil
	}
	if len(r.t.Speakers) >= maxSpeakers {
		return n.fail(TooManySpeakers, name)
	}
	r.known[id] = true
	r.t.Speakers = append(r.t.Speakers, transcript.Speaker{ID: id, Name: oneLine(name)})
	return nil
}

// trsTime reads a number of seconds, which Transcriber rounds to milliseconds
// and others do not.
func trsTime(n *xmlNode, name string) (time.Duration, error) {
	text := strings.TrimSpace(n.attr(name))
	if d, ok := parseSeconds(text); ok {
		return d, nil
	}
	return 0, n.fail(BadTime, text)
}

func (r *trsReader) readTurn(turn *xmlNode) error {
	at, err := trsTime(turn, "startTime")
	if err != nil {
		return err
	}
	end, err := trsTime(turn, "endTime")
	if err != nil {
		return err
	}
	if end < at {
		return turn.fail(EndBeforeStart, turn.attr("startTime")+" "+turn.attr("endTime"))
	}
	speakers := strings.Fields(turn.attr("speaker"))
	var part []*xmlNode
	synced := false
	for _, k := range turn.kids {
		if k.name != "Sync" {
			part = append(part, k)
			continue
		}
		next, err := trsTime(k, "time")
		if err != nil {
			return err
		}
		if next < at || next > end {
			return k.fail(BadTime, k.attr("time"))
		}
		if synced || next > at {
			if err := r.between(part, at, next, speakers, turn); err != nil {
				return err
			}
		}
		part, at, synced = nil, next, true
	}
	return r.between(part, at, end, speakers, turn)
}

// between reads what stands between two times: a segment for each Who.
func (r *trsReader) between(nodes []*xmlNode, start, end time.Duration, speakers []string, turn *xmlNode) error {
	first, who := 0, 1
	for i := 0; i <= len(nodes); i++ {
		if i < len(nodes) && nodes[i].name != "Who" {
			continue
		}
		id := ""
		if who <= len(speakers) {
			id = speakers[who-1]
		}
		part := nodes[first:i]
		if i == len(nodes) || first > 0 || strings.TrimSpace(trsText(part)) != "" {
			if err := r.segment(part, start, end, id, turn); err != nil {
				return err
			}
		}
		if i < len(nodes) {
			first = i + 1
			if n, ok := digits(nodes[i].attr("nb"), 3); ok {
				who = n
			}
		}
	}
	return nil
}

func trsText(nodes []*xmlNode) string {
	if len(nodes) == 1 && nodes[0].name == "" {
		return xmlFlat(nodes[0].text)
	}
	var b strings.Builder
	for _, n := range nodes {
		if n.name == "" {
			b.WriteString(n.text)
		}
	}
	return xmlFlat(b.String())
}

func (r *trsReader) segment(nodes []*xmlNode, start, end time.Duration, speaker string, turn *xmlNode) error {
	s := &transcript.Segment{Start: start, End: end, Text: trsText(nodes)}
	events := slices.ContainsFunc(nodes, func(n *xmlNode) bool { return n.name != "" })
	if s.Text == "" && speaker == "" && !events { // silence
		return nil
	}
	if err := r.speaker(turn, speaker, ""); err != nil {
		return err
	}
	s.Speaker = oneLine(fromXMLID("spk-", speaker))
	line := turn.line()
	if len(nodes) > 0 {
		line = nodes[0].line()
	}
	if events {
		keep(&s.Extras, trsRaw, strings.TrimSpace(nodes[0].doc.text[nodes[0].from:nodes[len(nodes)-1].to]))
		r.in.note(MarkupHidden, line)
	}
	if r.section != trsDefaultSection || (r.in.segments != nil || r.in.later()) && r.section != "" {
		keep(&s.Extras, trsSection, r.section)
	}
	keep(&s.Extras, trsTurn, r.turn)
	r.section, r.turn = "", ""
	r.in.add(s, line)
	return nil
}
