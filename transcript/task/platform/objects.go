package platform

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"tapescript/transcript/task"
)

// openObjects reads a file of JSON objects, each a row.
func openObjects(s *source, each func(o object) ([]task.Record, error)) (rows, error) {
	r := newJSONReader(s.in)
	s.batch.Source.Shape.Comma = r.separator()
	return func(yield func([]task.Record, error) bool) {
		for {
			line, raw, o, err := r.next()
			if err == io.EOF {
				return
			}
			var records []task.Record
			if err == nil {
				records, err = each(o)
			}
			var e *RowError
			if errors.As(err, &e) && e.Line == 0 {
				e.Line = line
				if len(raw) <= maxRow {
					e.Raw = raw
				}
			}
			for i := range records {
				records[i].Row = task.Row{Line: line, Cells: pieces(raw)}
				if len(records[i].Gold) > 0 {
					records[i].GoldCells = indices(len(records[i].Row.Cells))
				}
			}
			if !yield(records, err) || err != nil && e == nil {
				return
			}
		}
	}, nil
}

// pieces cuts an object into cells that a store takes, on borders of characters.
func pieces(raw string) []string {
	var list []string
	for len(raw) > task.MaxText {
		at := task.MaxText
		for !utf8.RuneStart(raw[at]) {
			at--
		}
		list = append(list, raw[:at])
		raw = raw[at:]
	}
	return append(list, raw)
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// rowObject is the object that a result came from, nil where it came from
// another platform's file.
func rowObject(b task.Batch, platform string, r task.Result) object {
	if b.Source.Format != platform {
		return nil
	}
	o, err := parseObject(strings.Join(r.Row().Cells, ""))
	if err != nil { // gold that is not handed out
		return nil
	}
	return o
}

// objectsOut writes objects as the batch's file kept them.
type objectsOut struct {
	out   *bufio.Writer
	array bool
	begun bool
}

func newObjectsOut(w *bufio.Writer, b task.Batch, platform string, array bool) *objectsOut {
	if b.Source.Format == platform {
		array = b.Source.Shape.Comma == ","
	}
	return &objectsOut{out: w, array: array}
}

// write writes one. Errors stay in the writer, and come out where it is flushed.
func (w *objectsOut) write(o object) {
	switch {
	case w.array && !w.begun:
		w.out.WriteString("[\n")
	case w.array:
		w.out.WriteString(",\n")
	}
	w.begun = true
	text := o.String()
	if !w.array { // a value that had several lines has to fit one
		text = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(text)
	}
	w.out.WriteString(text)
	if !w.array {
		w.out.WriteByte('\n')
	}
}

func (w *objectsOut) end() {
	switch {
	case w.array && w.begun:
		w.out.WriteString("\n]\n")
	case w.array:
		w.out.WriteString("[]\n")
	}
}

// byTask gathers the results of one task, which follow each other.
func byTask(results iter.Seq2[task.Result, error]) iter.Seq2[[]task.Result, error] {
	return func(yield func([]task.Result, error) bool) {
		var list []task.Result
		for r, err := range results {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(list) > 0 && list[0].Task.ID != r.Task.ID {
				if !yield(list, nil) {
					return
				}
				list = nil
			}
			list = append(list, r)
		}
		if len(list) > 0 {
			yield(list, nil)
		}
	}
}

// best is the result of a task that is to stand for it: the accepted one with
// the lowest error, else one that nobody has rejected; nil where there is none.
func best(list []task.Result) *task.Result {
	var chosen *task.Result
	rank := func(r *task.Result) (int, float64) {
		score := 1.0
		if r.Verdict != nil && r.Verdict.Score != nil {
			score = *r.Verdict.Score
		}
		if decided(*r) {
			return 0, score
		}
		return 1, score
	}
	for i := range list {
		r := &list[i]
		if r.Submission == nil || decided(*r) && r.Verdict.Decision == task.Rejected {
			continue
		}
		if chosen == nil {
			chosen = r
			continue
		}
		kind, score := rank(r)
		if k, s := rank(chosen); kind < k || kind == k && score < s {
			chosen = r
		}
	}
	return chosen
}
