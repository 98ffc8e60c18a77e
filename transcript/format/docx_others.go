package format

import (
	"strings"
	"time"

	"tapescript/transcript"
)

// Documents that others deliver say who speaks and when in their paragraphs'
// text. These are read, where a document keeps to one of them:
//
//	[00:01:02] Ann: text              as transcription services do
//	Ann: [00:01:02] text
//	Ann (00:03): ⏎ text               Rev
//	Ann  0:03 ⏎ text                  Otter, Teams
//	00:00:03 Ann ⏎ text               Word's own transcription
//	0:0:3.2 --> 0:0:5.0 ⏎ Ann ⏎ text  Teams, older
//	Ann: text                         where half of the paragraphs begin so
//
// ⏎ is a line break or a new paragraph. A document keeps to them where two
// paragraphs do at least, half of all (a third, where the text has paragraphs of
// its own), and no time is earlier than the one before it. What stands
// elsewhere, such as a title, is a segment without time, as in any document.

const (
	turnTime = `(\d{1,3}:\d{1,2}(?::\d{1,2})?(?:[.,]\d{1,3})?)`
	turnName = `([^\s\[\](){}:;?!"“”«»<>|\d][^\[\](){}:;?!"“”«»<>|]{0,38}?)`
)

var (
	turnStampFirst = pattern(`^[\[(]` + turnTime + `[\])]:?\s*(?:` + turnName + `:(?:\s|$))?\s*(.*)$`)
	turnBareFirst  = pattern(`^` + turnTime + `\s+(?:-\s+)?` + turnName + `:\s+(.+)$`)
	turnNameFirst  = pattern(`^` + turnName + `\s*:?\s*[\[(]` + turnTime + `[\])]\s*:?\s*(.*)$`)
	turnNameTime   = pattern(`^` + turnName + `\s+` + turnTime + `$`)
	turnTimeName   = pattern(`^` + turnTime + `\s+` + turnName + `$`)
	turnSpan       = pattern(`^` + turnTime + `\s*-->\s*` + turnTime + `$`)
)

// turn is what a paragraph says of who speaks, and when.
type turn struct {
	name, text string
	start, end time.Duration
	spans      bool // it has an end
	head       bool // the text follows in a paragraph of its own
}

// readTurn takes a paragraph apart; ok is false where it says no time.
func readTurn(paragraph string) (t turn, ok bool) {
	first, rest, _ := strings.Cut(strings.TrimSpace(paragraph), "\n")
	first, rest = flat(first), strings.TrimSpace(rest)
	stamp := ""
	if m := turnSpan().FindStringSubmatch(first); m != nil {
		t.name, t.text, _ = strings.Cut(rest, "\n")
		if t.end, ok = turnClock(m[2]); !ok {
			return t, false
		}
		stamp, t.spans = m[1], true
	} else if m := turnStampFirst().FindStringSubmatch(first); m != nil {
		stamp, t.name, t.text = m[1], m[2], m[3]
	} else if m := turnBareFirst().FindStringSubmatch(first); m != nil {
		stamp, t.name, t.text = m[1], m[2], m[3]
	} else if m := turnNameFirst().FindStringSubmatch(first); m != nil {
		stamp, t.name, t.text = m[2], m[1], m[3]
	} else if m := turnNameTime().FindStringSubmatch(first); m != nil {
		stamp, t.name = m[2], m[1]
	} else if m := turnTimeName().FindStringSubmatch(first); m != nil {
		stamp, t.name = m[1], m[2]
	}
	if t.start, ok = turnClock(stamp); !ok || t.spans && t.end < t.start {
		return t, false
	}
	if !t.spans {
		t.text = strings.TrimSpace(t.text + "\n" + rest)
	}
	t.text, t.name = strings.TrimSpace(t.text), oneLine(t.name)
	t.head = t.text == ""
	return t, true
}

// turnClock reads a time whose fields may lack a leading zero, as Teams has it.
func turnClock(stamp string) (time.Duration, bool) {
	fields := strings.Split(stamp, ":")
	for i, f := range fields {
		if len(f) == 1 || len(f) > 1 && (f[1] == '.' || f[1] == ',') {
			fields[i] = "0" + f
		}
	}
	return parseClock(strings.Join(fields, ":"))
}

// turns reads the paragraphs of a document that is not ours as what they say, if
// it is sure.
func (in *input) turns(t *transcript.Transcript) error {
	list := make([]turn, len(in.segments))
	timed := make([]bool, len(in.segments))
	found, heads, first := 0, 0, 0
	last := time.Duration(0)
	for i, s := range in.segments {
		if list[i], timed[i] = readTurn(s.Text); !timed[i] {
			continue
		}
		if list[i].start < last {
			return in.namedTurns(t)
		}
		if found++; found == 1 {
			first = i
		}
		if last = list[i].start; list[i].head {
			heads++
		}
	}
	enough := 2
	if heads > 0 {
		enough = 3
	}
	if found < 2 || found*enough < len(in.segments)-first {
		return in.namedTurns(t)
	}
	return in.takeTurns(t, list, timed)
}

// takeTurns makes segments of them. A paragraph below a head is its text.
func (in *input) takeTurns(t *transcript.Transcript, list []turn, timed []bool) error {
	paragraphs, lines := in.segments, in.lines
	in.segments, in.lines = nil, nil
	var open, before *transcript.Segment // whose text follows; which ends where the next begins
	for i, s := range paragraphs {
		said := list[i]
		if !timed[i] {
			if open == nil {
				in.add(s, lines[i])
				continue
			}
			open.Text = strings.TrimPrefix(open.Text+"\n"+s.Text, "\n")
			continue
		}
		s.Start, s.End, s.Text = said.start, max(said.start, said.end), said.text
		if before != nil && s.Start > before.Start {
			before.End = s.Start
			in.note(EndsFromNext, lines[i])
		}
		open, before = nil, nil
		if said.head {
			open = s
		}
		if !said.spans {
			before = s
		}
		var err error
		if s.Speaker, err = in.speaker(t, said.name, lines[i]); err != nil {
			return err
		}
		in.add(s, lines[i])
	}
	return nil
}

// namedTurns takes "Ann: " for who speaks where half of the paragraphs begin so.
func (in *input) namedTurns(t *transcript.Transcript) error {
	names := make(map[string]bool)
	for _, s := range in.segments {
		if name, _ := captionName(s); name != "" {
			names[name] = true
		}
	}
	if len(names) > maxSpeakers {
		return nil
	}
	named, n := NameSpeakers(&transcript.Transcript{Segments: in.segments})
	if n > 0 && n*2 >= len(in.segments) {
		in.segments, t.Speakers = named.Segments, named.Speakers
	}
	return nil
}
