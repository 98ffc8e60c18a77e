package format

import (
	"strings"

	"tapescript/transcript"
)

// Part by part is read what we write where no task was kept: one task, whose
// result begins behind the recording's name, with an item a line. What people
// export holds more behind the result, which can change how it is read.
const (
	studioOpens  = `[{"data":{"audio":`
	studioResult = `},"annotations":[{"result":[`
	studioCloses = `]}]}]`
)

// studioHead is how the file of a recording begins up to its first item; of a
// text that begins otherwise it is "".
func studioHead(text string) string {
	if !strings.HasPrefix(text, studioOpens+`"`) {
		return ""
	}
	end, ok := skipString(text, len(studioOpens))
	if !ok || !strings.HasPrefix(text[end:], studioResult) {
		return ""
	}
	return text[:end+len(studioResult)]
}

// studioBorder cuts before the first item of a segment.
func studioBorder(text string, _ any) int {
	const opens = "\n" + `{"id":`
	id := func(at int) string { // of the item on a line
		from := at + len(opens)
		end, ok := skipString(text, min(from, len(text)-1))
		if !ok || text[from] != '"' {
			return ""
		}
		return text[from:end]
	}
	for next := strings.LastIndex(text, opens); next > 0; {
		before := strings.LastIndex(text[:next], opens)
		if before < 0 {
			return 0
		}
		if one, other := id(before), id(next); one != "" && other != "" && one != other && text[next-1] == ',' {
			return next - 1
		}
		next = before
	}
	return 0
}

// studioPart reads a part of a file as the whole file of its items.
func (in *input) studioPart() error {
	text, head := in.text, ""
	if before, later := in.carry.(string); later {
		rest, found := strings.CutPrefix(text, ",")
		if in.whole = !found; in.whole {
			return nil
		}
		text, head = before+rest, before
	} else if head = studioHead(text); head == "" {
		in.whole = true
		return nil
	}
	in.carry = strings.Clone(head)
	if in.more {
		text += studioCloses
	}
	root, err := parseJSON(text, 1)
	if err == nil {
		err = in.eachRecord(root, in.studioTask)
	}
	in.whole = len(in.rejects) > 0 // whose paths count the items before
	for _, part := range in.parts {
		before, after := studioFrame(part.made)
		in.whole = in.whole || before+"[" != head[1:] || after != studioCloses[1:len(studioCloses)-1] || part.made.Extras[studioRest] != ""
	}
	return err
}

// studioFrame is the task around the result: the one that was kept, where it is
// still about the same recording, else a new one.
func studioFrame(t *transcript.Transcript) (before, after string) {
	before, after = t.Extras[studioBefore], t.Extras[studioAfter]
	if !studioFits(t, before, after) {
		return strings.TrimPrefix(studioOpens, "[") + quoteJSON(t.Media.Path) + strings.TrimSuffix(studioResult, "["), `}]}`
	}
	return before, after
}
