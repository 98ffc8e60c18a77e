package platform

import (
	"bufio"
	"iter"
	"slices"
	"strings"

	"tapescript/transcript/task"
)

// toloka is a TSV of Toloka's: tasks to upload, or results that were downloaded.
//
//	INPUT:audio  GOLDEN:transcription  HINT:text  TASK:overlap  Al:latitude
//	INPUT:audio  OUTPUT:transcription  ASSIGNMENT:assignment_id  ASSIGNMENT:worker_id  ASSIGNMENT:status  ASSIGNMENT:started
//
// GOLDEN alone makes a control task, with HINT a training task. Cells are quoted
// as in CSV and may hold line breaks; a lone quote at the head of one is an
// error there too. Blank rows part the pages and are passed over. Written back
// are the same columns, with OUTPUT and ASSIGNMENT for work that was done here,
// and the two that Toloka reads reviews from: ACCEPT:verdict, + or -, and
// ACCEPT:comment. Source: Toloka's guides, "Files with tasks", "Reviewing
// assignments".
var toloka = Platform{
	Name: "toloka", Title: "Toloka",
	sniff: func(h *head) bool {
		return slices.ContainsFunc(h.names, func(name string) bool { return strings.HasPrefix(name, "input:") })
	},
	open: func(s *source) (rows, error) {
		return openTable(s, tableDialect{
			quotes:   quoted,
			mapping:  tolokaMapping,
			each:     tolokaVerdict,
			statuses: []string{"submitted", "active", "skipped", "expired"},
		})
	},
	encode: encodeToloka,
}

// tolokaMapping finds the fields of the project, whose names are free.
func tolokaMapping(header []string, samples [][]string) (Mapping, error) {
	m := Mapping{
		Worker: "ASSIGNMENT:worker_id", Assignment: "ASSIGNMENT:assignment_id", Status: "ASSIGNMENT:status",
		Started: "ASSIGNMENT:started", Submitted: "ASSIGNMENT:submitted|ASSIGNMENT:accepted", Reward: "ASSIGNMENT:reward",
		Overlap: "TASK:overlap", Hint: "HINT:text", Comment: "ACCEPT:comment", Currency: "USD",
	}
	field := func(prefix, part string) string { return tolokaField(header, samples, prefix, part) }
	m.Audio, m.Gold = field("INPUT:", "audio"), field("GOLDEN:", "text")
	if m.Text = field("OUTPUT:", "text"); m.Text == "" && m.Gold != "" {
		m.Text = "OUTPUT:" + strings.TrimPrefix(m.Gold, "GOLDEN:") // where work done here goes
	}
	for _, f := range []struct {
		to    *string
		names []string
	}{{&m.Key, []string{"id", "segment_id", "task_id", "utterance_id"}}, {&m.Start, []string{"start", "begin"}},
		{&m.End, []string{"end"}}, {&m.Draft, []string{"draft", "asr", "hypothesis", "pred_text"}},
		{&m.Speaker, []string{"speaker", "speaker_id"}}} {
		for _, name := range f.names {
			if i := columnOf(header, "INPUT:"+name); i >= 0 && *f.to == "" && header[i] != m.Audio {
				*f.to = header[i]
			}
		}
	}
	if m.Audio == "" {
		return m, &Error{Line: 1, Code: MissingColumn, Name: "INPUT:audio", Text: cut(strings.Join(header, ", "))}
	}
	return m, nil
}

// tolokaField finds, among the columns of a prefix, that of the audio or the
// text: by its name, else by what the rows hold, else the first.
func tolokaField(header []string, samples [][]string, prefix, part string) string {
	var columns []int
	for i, name := range header {
		if strings.HasPrefix(name, prefix) && name != prefix {
			columns = append(columns, i)
		}
	}
	if len(columns) == 0 {
		return ""
	}
	for _, name := range usualNames[part] {
		for _, i := range columns {
			if plainName(strings.TrimPrefix(header[i], prefix)) == name {
				return header[i]
			}
		}
	}
	alike := textLike
	if part == "audio" {
		alike = audioLike
	}
	taken := make([]bool, len(header))
	for i := range taken {
		taken[i] = !slices.Contains(columns, i)
	}
	if best := bestColumn(header, samples, taken, alike); best >= 0 {
		return header[best]
	}
	return header[columns[0]]
}

// tolokaVerdict reads a review that is already in the file.
func tolokaVerdict(r *task.Record, cell func(string) string) error {
	verdict := strings.TrimSpace(cell("ACCEPT:verdict"))
	if verdict == "" || r.Done == nil {
		return nil
	}
	d, ok := map[string]task.Decision{"+": task.Accepted, "-": task.Rejected}[verdict]
	if !ok {
		return bad("ACCEPT:verdict", BadStatus, verdict)
	}
	r.Done.Verdict = &task.Verdict{Decision: d, Comment: strings.TrimSpace(clean(cell("ACCEPT:comment")))}
	return nil
}

func encodeToloka(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	t := newSheet(w, b, "toloka", '\t')
	m := storedMapping(b)
	if !t.mine {
		m.Audio, m.Text = "INPUT:audio", ""
		t.columns(m.Audio)
	}
	if m.Text == "" {
		m.Text = "OUTPUT:transcription"
	}
	work := []string{m.Text, "ASSIGNMENT:assignment_id", "ASSIGNMENT:worker_id", "ASSIGNMENT:status", "ASSIGNMENT:started"}
	if columnOf(t.names, m.Text) < 0 {
		t.columns(work...)
	}
	t.columns("ACCEPT:verdict", "ACCEPT:comment")
	return writeSheet(t, results, func(r task.Result) {
		if !t.mine {
			t.set(m.Audio, r.Task.Audio.Ref)
		}
		if s := r.Submission; s != nil && !isOwn(b, "toloka", r) {
			t.set(m.Text, s.Text)
			t.set(work[1], assignmentOf(s))
			t.set(work[2], s.Worker)
			t.set(work[3], tolokaStatus(r))
			t.set(work[4], dateText(s.At.Add(-s.Wall)))
		}
		if decided(r) {
			t.set("ACCEPT:verdict", map[task.Decision]string{task.Accepted: "+", task.Rejected: "-"}[r.Verdict.Decision])
			t.set("ACCEPT:comment", r.Verdict.Comment)
		}
	})
}

// assignmentOf is what a submission is named by: the assignment, where there
// was one.
func assignmentOf(s *task.Submission) string {
	if s.Assignment != "" {
		return s.Assignment
	}
	return s.ID
}

// tolokaStatus is the state of work that was done here.
func tolokaStatus(r task.Result) string {
	if !decided(r) {
		return "SUBMITTED"
	}
	return map[task.Decision]string{task.Accepted: "APPROVED", task.Rejected: "REJECTED"}[r.Verdict.Decision]
}
