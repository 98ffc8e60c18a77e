package format

import (
	"errors"
	"strings"
)

// A TextGrid says how many entries a tier has and may leave out their names, so
// one that is broken shifts all behind it. Where one is, and somebody asked for
// that, the file is read once more without its counts. An entry then ends where
// a line says that the next begins: "intervals [7]:" in the long form, in the
// others the line behind a text that is closed.

// leniently reads the whole file again, whose first error is at hand.
func (r *gridReader) leniently(first error) error {
	byTime, err := r.top()
	if err != nil {
		return err
	}
	if byTime {
		err = r.lenientByTime()
	} else {
		err = r.lenientByTier()
	}
	var e *Error
	if err == nil && len(r.in.rejects) == 0 && errors.As(first, &e) {
		r.in.reject(e, e.Line, e.Line) // entries that are announced are missing
	}
	return err
}

func (r *gridReader) lenientByTier() error {
	if flag, _, ok := r.token(); !ok || flag != "<exists>" {
		return nil
	}
	if _, err := r.number(); err != nil { // of tiers
		return err
	}
	for r.more() {
		entry := r.ahead()
		class, quoted, some := entry.token()
		switch {
		case len(r.tiers) == 0 && !some: // "item []:"
			r.at, r.line = entry.at, entry.line
			continue
		case quoted && (class == "IntervalTier" || class == "TextTier"):
		case len(r.tiers) == 0:
			return at(r.line, Invalid, firstOf(r.text[r.at:]), CorrectLine)
		default:
			r.passing(func(entry *gridReader) error { return entry.entry(&r.tiers[len(r.tiers)-1]) })
			continue
		}
		tier, err := r.tier()
		if err != nil {
			return err
		}
		if _, err := r.number(); err != nil { // of entries
			return err
		}
		r.tiers = append(r.tiers, tier)
	}
	return nil
}

func (r *gridReader) lenientByTime() error {
	if err := r.tierList(); err != nil {
		return err
	}
	for r.more() {
		r.passing((*gridReader).timedEntry)
	}
	return nil
}

// more says whether anything follows that is no space.
func (r *gridReader) more() bool {
	rest := r.text[r.at:]
	space := len(rest) - len(strings.TrimLeft(rest, " \t\n"))
	r.line += strings.Count(rest[:space], "\n")
	r.at += space
	return space < len(rest)
}

// passing reads an entry, or passes over it.
func (r *gridReader) passing(read func(*gridReader) error) {
	entry := r.ahead()
	record := entry.text[r.at:]
	err := read(&entry)
	var e *Error
	if errors.As(err, &e) {
		r.in.reject(e, r.line, r.line+strings.Count(strings.TrimRight(record, "\n"), "\n"))
	}
	r.line += strings.Count(record, "\n")
	r.at = len(entry.text)
}

// ahead is a reader of the next entry alone.
func (r *gridReader) ahead() gridReader {
	entry := *r
	entry.alone = true
	quotes, before, end := 0, "", r.at
	for end < len(r.text) {
		line := firstOf(r.text[end:])
		if end > r.at && beginsEntry(line, before, quotes) {
			break
		}
		quotes += strings.Count(line, `"`)
		before = line
		end = min(len(r.text), end+len(line)+1)
	}
	entry.text = r.text[:end]
	return entry
}

// beginsEntry says whether a line is the first of an entry, or of a tier, where
// so many quotes stand in those before it. A text that nobody closed is not to
// take all others with it: numbers behind a quote begin an entry in any case.
func beginsEntry(line, before string, quotes int) bool {
	line = strings.TrimSpace(line)
	for _, name := range []string{"intervals [", "points [", "item [", `"IntervalTier"`, `"TextTier"`} {
		if strings.HasPrefix(line, name) {
			return true
		}
	}
	if quotes > 0 && quotes%2 == 0 {
		return true
	}
	number, _, _ := strings.Cut(line, " ")
	_, ok := parseSeconds(number)
	return ok && strings.HasSuffix(strings.TrimSpace(before), `"`)
}
