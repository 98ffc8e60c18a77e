package platform

import (
	"bufio"
	_ "embed" // the mapping
	"iter"

	"tapescript/transcript/task"
)

// clickworker is Clickworker's CSV, which is a table with a mapping that comes
// with the program: its columns differ from order to order.
var clickworker = Platform{
	Name: "clickworker", Title: "Clickworker",
	sniff: func(h *head) bool { return h.has("clickworker_id") || h.has("clickworker") },
	open: func(s *source) (rows, error) {
		return openTable(s, tableDialect{quotes: loosely, mapping: func(header []string, _ [][]string) (Mapping, error) {
			if s.o.Mapping != nil {
				return *s.o.Mapping, nil
			}
			m, err := ParseMapping(clickworkerMapping)
			if err != nil {
				return Mapping{}, err
			}
			return *m, nil
		}})
	},
	encode: func(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
		return encodeTable(w, b, results, "clickworker", Mapping{Key: "task_id", Audio: "audio_url", Text: "transcription", Worker: "clickworker_id",
			Assignment: "result_id", Submitted: "submitted_at", Status: "status", Comment: "comment"})
	},
}

//go:embed mappings/clickworker.toml
var clickworkerMapping []byte
