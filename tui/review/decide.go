package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// Verdict is what a reviewer says of a case.
type Verdict string

// The verdicts.
const (
	TakeGold  Verdict = "gold"     // gold is right: the draft is corrected
	TakeDraft Verdict = "draft"    // the draft is right: gold is corrected
	BothRight Verdict = "both"     // gold takes the draft's words as another right way
	Third     Verdict = "third"    // neither: both get what the reviewer writes
	NoError   Verdict = "no-error" // a rule allows it; nothing changes
	Unclear   Verdict = "unclear"  // for a second reviewer; nothing changes
)

// verdicts lists them, in the order of figures and help.
var verdicts = []Verdict{TakeGold, TakeDraft, BothRight, Third, NoError, Unclear, Choose, Committed}

// Side is one of the two transcripts.
type Side string

// The sides.
const (
	Draft Side = "draft"
	Gold  Side = "gold"
)

// Change is what a decision does to one transcript: one of a few things, by
// Kind. It is what the log keeps, so that decisions can be done again.
type Change struct {
	Side    Side   `json:"side"`
	Kind    string `json:"kind"` // text, speaker, time, insert, delete
	Segment string `json:"segment"`
	Worker  string `json:"worker,omitempty"` // whose draft

	At     int    `json:"at,omitempty"` // text: Delete at this byte gives way to Insert
	Delete string `json:"delete,omitempty"`
	Insert string `json:"insert,omitempty"` // insert: the new segment's text

	Speaker string        `json:"speaker,omitempty"` // speaker and insert: a name
	Start   time.Duration `json:"start,omitempty"`   // time and insert: nanoseconds
	End     time.Duration `json:"end,omitempty"`
	Before  string        `json:"before,omitempty"` // insert: the segment that follows, or ""

	// What was there before, of a speaker and of a time.
	WasSpeaker string        `json:"was_speaker,omitempty"`
	WasStart   time.Duration `json:"was_start,omitempty"`
	WasEnd     time.Duration `json:"was_end,omitempty"`
}

// decide works out what a verdict does. The changes of one case never touch the
// same text twice.
func (c *Case) decide(v Verdict, third string, it *Item) []Change {
	switch {
	case v == NoError, v == Unclear, v == BothRight && c.Kinds&Errors == 0:
		return nil
	case c.Kinds&SpeakerLabel != 0:
		return c.decideSpeaker(v)
	case c.Kinds&Time != 0:
		return c.decideTime(v)
	}
	switch v {
	case TakeGold:
		return []Change{c.write(Draft, c.Draft, firstReading(c.Gold.Text()), it)}
	case TakeDraft:
		return []Change{c.write(Gold, c.Gold, c.Draft.Text(), it)}
	case BothRight:
		return []Change{c.write(Gold, c.Gold, withAlternative(c.Gold.Text(), c.Draft.Text()), it)}
	}
	third = transcript.Clean(strings.TrimSpace(third))
	return []Change{c.write(Draft, c.Draft, third, it), c.write(Gold, c.Gold, third, it)}
}

func (c *Case) decideSpeaker(v Verdict) []Change {
	switch v {
	case TakeGold:
		return []Change{{Side: Draft, Kind: "speaker", Segment: c.Draft.Segment.ID, Speaker: c.GoldSays, WasSpeaker: c.DraftSays}}
	case TakeDraft:
		return []Change{{Side: Gold, Kind: "speaker", Segment: c.Gold.Segment.ID, Speaker: c.DraftSays, WasSpeaker: c.GoldSays}}
	}
	return nil
}

func (c *Case) decideTime(v Verdict) []Change {
	g, d := c.Gold.Segment, c.Draft.Segment
	switch v {
	case TakeGold:
		return []Change{{Side: Draft, Kind: "time", Segment: d.ID, Start: g.Start, End: g.End, WasStart: d.Start, WasEnd: d.End}}
	case TakeDraft:
		return []Change{{Side: Gold, Kind: "time", Segment: g.ID, Start: d.Start, End: d.End, WasStart: g.Start, WasEnd: g.End}}
	}
	return nil
}

// write replaces what stands at a place, with the spaces that this needs.
func (c *Case) write(side Side, p Place, text string, it *Item) Change {
	if p.Segment == nil {
		return c.newSegment(side, text, it)
	}
	ch := Change{Side: side, Kind: "text", Segment: p.Segment.ID, At: p.From, Delete: p.Text(), Insert: text}
	whole := p.Segment.Text
	switch {
	case text == "" && ch.Delete != "":
		// One of the two spaces about it goes too.
		if p.From > 0 && isSpace(whole[p.From-1]) {
			ch.At--
			ch.Delete = whole[ch.At:p.To]
		} else if p.To < len(whole) && isSpace(whole[p.To]) {
			ch.Delete = whole[p.From : p.To+1]
		}
	case text != "" && ch.Delete == "":
		if p.From > 0 && !isSpace(whole[p.From-1]) {
			ch.Insert = " " + ch.Insert
		}
		if p.To < len(whole) && !isSpace(whole[p.To]) {
			ch.Insert += " "
		}
	}
	return ch
}

// newSegment is for words of which the other side has no segment at all.
func (c *Case) newSegment(side Side, text string, it *Item) Change {
	from, doc := c.Gold.Segment, it.Draft
	if side == Gold {
		from, doc = c.Draft.Segment, it.Gold
	}
	ch := Change{Side: side, Kind: "insert", Segment: newID(doc), Insert: text}
	if from == nil {
		return ch
	}
	ch.Start, ch.End = from.Start, from.End
	for _, s := range doc.Transcript().Segments {
		if from.Timed() && s.Timed() && s.Start > from.Start {
			ch.Before = s.ID
			break
		}
	}
	return ch
}

func newID(doc *transcript.Document) string {
	for n := len(doc.Transcript().Segments) + 1; ; n++ {
		if id := fmt.Sprint(n); doc.Segment(id) == nil {
			return id
		}
	}
}

// withAlternative is a text of gold that may also be another, in NIST's
// notation: { going to / gonna }, and @ for no word.
func withAlternative(gold, draft string) string {
	draft = escape(draft)
	if rest, ok := strings.CutSuffix(gold, "}"); ok && len(alternations(gold)) == 1 && strings.HasPrefix(gold, "{") {
		return strings.TrimRight(rest, " ") + " / " + draft + " }"
	}
	for _, a := range alternations(gold) { // a part has alternatives already: each of its ways, and the new one
		gold = gold[:a[0]] + firstReading(gold[a[0]:a[1]]) + gold[a[1]:]
		break
	}
	return "{ " + escape(gold) + " / " + draft + " }"
}

// escape keeps what a text holds from being notation. Braces, which cannot be
// escaped within a word, become parentheses: no error rate counts either.
func escape(text string) string {
	if text == "" || text == "@" {
		return "@"
	}
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, "/", `\/`, "{", "(", "}", ")").Replace(text)
}

// firstReading is a text of gold without its alternatives: of each the first.
func firstReading(text string) string {
	list := alternations(text)
	if len(list) == 0 {
		return text
	}
	var b strings.Builder
	at := 0
	for _, a := range list {
		b.WriteString(text[at:a[0]])
		b.WriteString(waysOf(text[a[0]:a[1]])[0])
		at = a[1]
	}
	b.WriteString(text[at:])
	return strings.TrimSpace(b.String())
}

// inOrder puts the changes of cases that are decided at once in the order in
// which they can be done: of two in one text the later first, so that offsets
// stay right.
func inOrder(changes []Change) []Change {
	list := slices.Clone(changes)
	slices.Reverse(list) // of two at one place too
	slices.SortStableFunc(list, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.Side, b.Side), cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Segment, b.Segment), cmp.Compare(b.At, a.At))
	})
	return list
}

// inverse takes changes back that were done in this order.
func inverse(changes []Change) []Change {
	list := slices.Clone(changes)
	slices.Reverse(list)
	for i := range list {
		c := &list[i]
		c.Delete, c.Insert = c.Insert, c.Delete
		c.Speaker, c.WasSpeaker = c.WasSpeaker, c.Speaker
		c.Start, c.End, c.WasStart, c.WasEnd = c.WasStart, c.WasEnd, c.Start, c.End
		if c.Kind == "insert" {
			c.Kind = "delete"
		}
	}
	return list
}

// edit is changes to one side as one edit, in their order; nil where there are
// none.
func edit(doc *transcript.Document, side Side, changes []Change) transcript.Edit {
	var list []transcript.Edit
	added := map[string]bool{}
	for _, c := range changes {
		if c.Side != side {
			continue
		}
		if c.Speaker != "" {
			id, known := speakerID(doc, c.Speaker)
			if !known && !added[id] {
				added[id] = true
				list = append(list, transcript.AddSpeaker{Speaker: transcript.Speaker{ID: id, Name: c.Speaker}})
			}
			c.Speaker = id
		}
		switch c.Kind {
		case "text":
			list = append(list, transcript.Splice{Segment: c.Segment, At: c.At, Delete: c.Delete, Insert: c.Insert})
		case "speaker":
			list = append(list, transcript.SetSpeaker{Segment: c.Segment, Speaker: c.Speaker})
		case "time":
			list = append(list, transcript.Retime{Segment: c.Segment, Start: c.Start, End: c.End})
		case "delete":
			list = append(list, transcript.Delete{Segment: c.Segment})
		case "insert":
			list = append(list, transcript.Insert{
				Segment: transcript.Segment{ID: c.Segment, Start: c.Start, End: c.End, Speaker: c.Speaker, Text: c.Insert},
				Before:  c.Before,
			})
		}
	}
	if len(list) == 0 {
		return nil
	}
	return transcript.Batch{Edits: list}
}

// speakerID returns the ID of a speaker by name, or the one to give.
func speakerID(doc *transcript.Document, name string) (id string, known bool) {
	t := transcript.Transcript{Speakers: slices.Clone(doc.Transcript().Speakers)}
	before := len(t.Speakers)
	s := t.SpeakerNamed(name)
	return s.ID, len(t.Speakers) == before
}

// Readings lists the ways in which a gold with alternatives may be read, the
// first ones of all first, and no more of them than most.
func Readings(text string, most int) []string {
	list := []string{""}
	at := 0
	for _, a := range alternations(text) {
		ways := waysOf(text[a[0]:a[1]])
		var next []string
		for _, way := range ways {
			for _, before := range list {
				if len(next) < most {
					next = append(next, before+text[at:a[0]]+way)
				}
			}
		}
		list, at = next, a[1]
	}
	for i := range list {
		list[i] = strings.Join(strings.Fields(list[i]+text[at:]), " ")
	}
	return list
}

// waysOf are the parts of an alternation, { a / b }, without its escapes.
func waysOf(alternation string) []string {
	inner := alternation[1 : len(alternation)-1]
	var ways []string
	from := 0
	for i := 0; i <= len(inner); i++ {
		switch {
		case i < len(inner) && inner[i] == '\\':
			i++
		case i >= len(inner) || inner[i] == '/':
			way := strings.TrimSpace(inner[from:min(i, len(inner))])
			if way == "@" {
				way = ""
			}
			ways = append(ways, strings.NewReplacer(`\\`, `\`, `\;`, ";", `\/`, "/").Replace(way))
			from = i + 1
		}
	}
	return ways
}
