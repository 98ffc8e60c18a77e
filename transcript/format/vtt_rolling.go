package format

import (
	"strings"
	"time"
)

// YouTube's captions by machine roll: a cue repeats above its own line the one
// that was shown before, and between two such cues one of 10 ms shows that line
// alone, so that a player has it standing still. Read as they stand, every word
// would be said three times.

// rollingRest is how long the cue lasts that shows the line before alone.
const rollingRest = 10 * time.Millisecond

// rolls says whether a file is of this kind: its header calls it captions, its
// words have tags, and there is a cue that rests. What this package writes of
// such a file has none, and is read as it stands.
func rolls(in *input, text string) bool {
	header, _, _ := strings.Cut(in.text, "\n\n")
	if !strings.Contains(header, "Kind: captions") {
		return false
	}
	in.whole = true
	if !strings.Contains(in.text, "<c>") {
		return false
	}
	for line := range strings.SplitSeq(text, "\n") {
		if start, end, _, ok, err := in.cueTimes(line, 1); ok && err == nil && end-start == rollingRest {
			return true
		}
	}
	return false
}

// unroll takes the line that the cue before has shown off a cue's head. What it
// leaves is empty where the cue rests. A line with word times is a new one, and
// so is one that stands alone for longer.
func (r *vttReader) unroll(lines []string, length time.Duration, number int) []string {
	var kept []string
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			kept = append(kept, line)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	last := plainLine(kept[len(kept)-1])
	if r.shown != "" && kept[0] == r.shown && (len(kept) > 1 || length <= rollingRest) {
		kept = kept[1:]
		r.in.note(LinesRolled, number)
	}
	r.shown = last
	return kept
}

// plainLine is a line of a cue without its tags, as the next cue repeats it.
func plainLine(line string) string {
	var b strings.Builder
	for line != "" {
		before, after, found := strings.Cut(line, "<")
		b.WriteString(before)
		if !found {
			break
		}
		_, line, _ = strings.Cut(after, ">")
	}
	return b.String()
}
