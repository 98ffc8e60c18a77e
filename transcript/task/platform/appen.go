package platform

import (
	"bufio"
	"cmp"
	"iter"
	"slices"
	"strings"

	"tapescript/transcript/task"
)

// appen is a CSV of Appen, once Figure Eight, once CrowdFlower: a job's data
// with its test questions, its full report, or its aggregated one.
//
//	audio_url,_golden,transcription_gold,transcription_gold_reason
//	_unit_id,_created_at,_golden,_id,_missed,_started_at,_tainted,_channel,_trust,_worker_id,_country,_region,_city,_ip,transcription,audio_url
//	_unit_id,_golden,_unit_state,_trusted_judgments,_last_judgment_at,transcription,transcription:confidence,audio_url
//
// A cell of gold holds one accepted answer a line. A judgment that is tainted is
// one that Appen does not trust: it is taken as rejected. Where a worker lives
// is nobody's business: _ip, _city, _region and _country are dropped unless
// somebody asks. Source: Appen's guides, "Guide to: Reports Page", "Test
// question settings".
var appen = Platform{
	Name: "appen", Title: "Appen (Figure Eight)",
	sniff: func(h *head) bool {
		return h.has("_unit_id") || h.has("_golden") || slices.ContainsFunc(h.names, func(name string) bool {
			return strings.HasSuffix(name, "_gold_reason")
		})
	},
	open: func(s *source) (rows, error) {
		return openTable(s, tableDialect{quotes: quoted, mapping: appenMapping, goldSplit: appenGoldSplit, each: appenTrust})
	},
	encode: encodeAppen,
}

// appenJudgment is where work goes that was done here on an aggregated report,
// whose own answer stays.
const appenJudgment = "judgment"

// appenPersonal are the columns about a worker's whereabouts.
var appenPersonal = []string{"_ip", "_city", "_region", "_country"}

// appenGoldSplit parts the golds of a cell: each is as good as the others.
const appenGoldSplit = "\n"

func appenMapping(header []string, samples [][]string) (Mapping, error) {
	m := Mapping{
		Key: "_unit_id", Worker: "_worker_id", Assignment: "_id", Started: "_started_at", Submitted: "_created_at",
		Drop: appenPersonal,
	}
	isReport, draft := columnOf(header, "_worker_id") >= 0, ""
	taken := make([]bool, len(header))
	for i, name := range header {
		lower := strings.ToLower(name)
		switch {
		case strings.HasSuffix(lower, "_gold") && m.Gold == "":
			m.Gold = name
		case strings.HasSuffix(lower, "_gold_reason") && m.Hint == "":
			m.Hint = name
		case strings.HasSuffix(lower, ":confidence"):
			m.Draft = name[:len(name)-len(":confidence")] // what the judgments add up to
		}
		taken[i] = strings.HasPrefix(lower, "_") || strings.Contains(lower, "_gold") || strings.Contains(lower, ":")
	}
	field := ""
	if m.Gold != "" {
		field = m.Gold[:len(m.Gold)-len("_gold")]
	}
	if i := columnOf(header, cmp.Or(m.Draft, field)); isReport && i >= 0 {
		m.Text, taken[i] = header[i], true
	}
	if columnOf(header, appenJudgment) >= 0 {
		m.Text = appenJudgment
		m.Draft, draft = "", m.Draft
	}
	for i, name := range header {
		taken[i] = taken[i] || name == m.Draft
	}
	m.Audio = namedColumn(header, taken, "audio")
	if best := bestColumn(header, samples, taken, audioLike); m.Audio == "" && best >= 0 {
		m.Audio = header[best]
	}
	if m.Text == "" && isReport {
		m.Text = namedColumn(header, taken, "text")
	}
	if m.Text != "" {
		m.Draft = draft
	}
	if m.Audio == "" && columnOf(header, "_unit_id") < 0 {
		return m, &Error{Line: 1, Code: MissingColumn, Name: "audio", Text: cut(strings.Join(header, ", "))}
	}
	return m, nil
}

// namedColumn finds a free column by what such columns are called.
func namedColumn(header []string, taken []bool, field string) string {
	for _, name := range usualNames[field] {
		for i, cell := range header {
			if !taken[i] && plainName(cell) == name {
				return cell
			}
		}
	}
	return ""
}

// appenTrust reads whether a judgment counts.
func appenTrust(r *task.Record, cell func(string) string) error {
	if r.Done != nil && strings.EqualFold(cell("_tainted"), "true") {
		r.Done.Status = "tainted"
		r.Done.Verdict = &task.Verdict{Decision: task.Rejected, By: "appen", Reason: task.Reason{Code: "tainted", Args: trustOf(cell("_trust"))}}
	}
	return nil
}

func trustOf(trust string) []string {
	if trust = oneLine(trust); trust == "" {
		return nil
	}
	return []string{trust}
}

// encodeAppen writes a full report: the rows that came, or for work done here
// the columns that Appen puts before its answers.
func encodeAppen(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	t := newSheet(w, b, "appen", ',')
	m := storedMapping(b)
	if !t.mine {
		m = Mapping{Audio: "audio_url"}
	}
	if m.Text == "" {
		m.Text = "transcription"
		if m.Gold != "" {
			m.Text = m.Gold[:len(m.Gold)-len("_gold")]
		}
		if m.Draft != "" {
			m.Text = appenJudgment
		}
	}
	t.columns("_unit_id", "_created_at", "_golden", "_id", "_started_at", "_tainted", "_worker_id", m.Text, cmp.Or(m.Audio, "audio_url"))
	return writeSheet(t, results, func(r task.Result) {
		t.setNew("_unit_id", r.Task.Key)
		t.setNew(cmp.Or(m.Audio, "audio_url"), r.Task.Audio.Ref)
		if s := r.Submission; s != nil && !isOwn(b, "appen", r) {
			t.set("_id", assignmentOf(s))
			t.set("_created_at", dateText(s.At))
			t.set("_started_at", dateText(s.At.Add(-s.Wall)))
			t.set("_worker_id", s.Worker)
			t.set(m.Text, s.Text)
		}
		if decided(r) {
			t.set("_tainted", map[bool]string{true: "true", false: "false"}[r.Verdict.Decision == task.Rejected])
		}
	})
}
