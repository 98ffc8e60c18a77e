package review

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Entry is one line of the log: a decision, that one was undone, or that the
// files were saved.
type Entry struct {
	N        int       `json:"n"` // counts the lines that are decisions, from 1
	Time     time.Time `json:"time"`
	Reviewer string    `json:"reviewer,omitempty"`

	Item         string   `json:"item,omitempty"`
	Worker       string   `json:"worker,omitempty"` // who wrote the draft
	Verdict      Verdict  `json:"verdict,omitempty"`
	Kinds        []string `json:"kinds,omitempty"`
	Gold         string   `json:"gold"` // as they stood before
	Draft        string   `json:"draft"`
	Text         string   `json:"text,omitempty"`   // what a third text is
	Rule         string   `json:"rule,omitempty"`   // by which it is no error
	Reason       string   `json:"reason,omitempty"` // in the reviewer's words
	At           float64  `json:"at"`               // seconds; where it is heard
	Speaker      string   `json:"speaker,omitempty"`
	Words        int      `json:"words,omitempty"`
	GoldSegment  string   `json:"gold_segment,omitempty"`
	DraftSegment string   `json:"draft_segment,omitempty"`
	// Group is the N of the first of the cases that were decided at once.
	Group   int      `json:"group,omitempty"`
	Key     string   `json:"key,omitempty"`
	Changes []Change `json:"changes,omitempty"`

	Files map[string]string `json:"files,omitempty"` // paths of what is reviewed
	Undo  int               `json:"undo,omitempty"`  // this group was undone, by Changes
	Saved map[string]string `json:"saved,omitempty"` // SHA-256 of "draft", "gold" as they are from here on
}

// decision says whether an entry is one.
func (e *Entry) decision() bool { return e.Verdict != "" }

// maxLine bounds a line of a log that somebody else may have written.
const maxLine = 1 << 20

// ErrLog says that a log breaks off or is no log.
var ErrLog = errors.New("not a line of a review log")

// ReadLog reads a log. After the first line that cannot be read it stops; what
// came before is returned with the error, which holds the line's number.
func ReadLog(r io.Reader) ([]Entry, error) {
	var list []Entry
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	for line := 1; in.Scan(); line++ {
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		var e Entry
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			return list, fmt.Errorf("line %d: %w", line, ErrLog)
		}
		if e.decision() && !slices.Contains(verdicts, e.Verdict) {
			return list, fmt.Errorf("line %d: %w", line, ErrLog)
		}
		list = append(list, e)
	}
	return list, in.Err()
}

// Line is an entry as it is written.
func (e *Entry) Line() []byte {
	data, err := json.Marshal(e)
	if err != nil {
		panic("a log entry of plain values cannot be written: " + err.Error())
	}
	return append(data, '\n')
}

// Standing lists the decisions that were not undone.
func Standing(log []Entry) []Entry {
	undone := map[int]bool{}
	for _, e := range log {
		if e.Undo != 0 {
			undone[e.Undo] = true
		}
	}
	var list []Entry
	for _, e := range log {
		if e.decision() && !undone[e.Group] {
			list = append(list, e)
		}
	}
	return list
}

// Figures are what a log says of a review.
type Figures struct {
	Decisions int             `json:"decisions"` // cases, "unclear" among them
	By        map[Verdict]int `json:"by"`
	// Overturned is how many golds were wrong (draft, third) of all cases that
	// were decided; Incomplete those that were one of several right ways.
	Overturned     int     `json:"overturned"`
	Incomplete     int     `json:"incomplete"`
	Decided        int     `json:"decided"` // without those left unclear
	OverturnedRate float64 `json:"overturned_rate"`
}

// Count sums up the decisions that stand.
func Count(log []Entry) Figures {
	f := Figures{By: map[Verdict]int{}}
	for _, e := range Standing(log) {
		f.Decisions++
		f.By[e.Verdict]++
		switch e.Verdict {
		case TakeDraft, Third:
			f.Overturned++
		case BothRight:
			f.Incomplete++
		}
	}
	f.Decided = f.Decisions - f.By[Unclear]
	if f.Decided > 0 {
		f.OverturnedRate = float64(f.Overturned) / float64(f.Decided)
	}
	return f
}

// WriteJSONL writes the decisions that stand, one a line.
func WriteJSONL(w io.Writer, log []Entry) error {
	for _, e := range Standing(log) {
		if _, err := w.Write(e.Line()); err != nil {
			return err
		}
	}
	return nil
}

// WriteCSV writes the decisions that stand as a table. A cell that a
// spreadsheet would take for a formula begins with an apostrophe.
func WriteCSV(w io.Writer, log []Entry) error {
	out := csv.NewWriter(w)
	out.Write([]string{"n", "time", "reviewer", "item", "at", "kinds", "gold", "draft", "verdict", "text", "rule", "reason", "speaker", "words", "group"})
	for _, e := range Standing(log) {
		row := []string{
			fmt.Sprint(e.N), e.Time.UTC().Format(time.RFC3339), e.Reviewer, e.Item, fmt.Sprintf("%.3f", e.At),
			strings.Join(e.Kinds, " "), e.Gold, e.Draft, string(e.Verdict), e.Text, e.Rule, e.Reason, e.Speaker,
			fmt.Sprint(e.Words), fmt.Sprint(cmp.Or(e.Group, e.N)),
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell
			}
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// since returns the lines that a file lacks whose content now has this hash:
// those after it was saved last with it. ok is false where the log does not know
// the content.
func since(log []Entry, side Side, sha256 string) (list []Entry, ok bool) {
	for i, e := range slices.Backward(log) {
		if e.Saved != nil && e.Saved[string(side)] == sha256 {
			return log[i:], true
		}
	}
	return nil, false
}

// Knows says whether a log knows a side's file as one of this hash.
func Knows(log []Entry, side Side, sha256 string) bool {
	_, ok := since(log, side, sha256)
	return ok
}
