package task

import (
	"encoding/json"
	"slices"
	"unicode/utf8"
)

// rowJSON is a row as JSON. Cells are as the file had them, which JSON cannot
// hold where they are not UTF-8: then all of them are bytes.
type rowJSON struct {
	Line  int64
	Cells []string
	Bytes [][]byte `json:",omitempty"`
}

// MarshalJSON writes a row so that UnmarshalJSON gives back each byte.
func (r Row) MarshalJSON() ([]byte, error) {
	out := rowJSON{Line: r.Line, Cells: r.Cells}
	if slices.ContainsFunc(r.Cells, func(c string) bool { return !utf8.ValidString(c) }) {
		out.Cells = nil
		for _, c := range r.Cells {
			out.Bytes = append(out.Bytes, []byte(c))
		}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (r *Row) UnmarshalJSON(data []byte) error {
	var in rowJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*r = Row{in.Line, in.Cells}
	for _, c := range in.Bytes {
		r.Cells = append(r.Cells, string(c))
	}
	return nil
}
