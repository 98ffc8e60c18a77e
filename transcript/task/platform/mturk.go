package platform

import (
	"bufio"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"tapescript/transcript/task"
)

// mturk is Amazon Mechanical Turk's CSV, an archive's format by now: the input
// of a batch, whose header names the variables of its template, or its results.
//
//	"HITId","HITTypeId",…,"AssignmentId","WorkerId","AssignmentStatus",…,"Input.audio_url","Answer.transcription","Approve","Reject"
//
// The first 27 columns of results are always the same; behind them stand the
// batch's own, Input. and Answer., and then Approve and Reject, which the
// requester fills: x in Approve, a reason in Reject. Answers hold commas and
// quotes as HTML's entities (&#44; &#34;). Some archives lost their header: of
// them the 27 columns are known, and which of the rest is the recording and which
// the answer is seen from the rows. Input files have no mark of their own: they
// are read with --from mturk, or as any table. Source: the Requester UI's guide,
// "Managing batches", and files of public archives.
var mturk = Platform{
	Name: "mturk", Title: "Amazon Mechanical Turk",
	sniff: func(h *head) bool { return h.has("hitid") || mturkBare(h.names) != nil },
	open: func(s *source) (rows, error) {
		return openTable(s, tableDialect{
			quotes: quoted, separator: ',',
			mapping: mturkMapping, bare: mturkBare,
			statuses: []string{"submitted"},
		})
	},
	encode: encodeMTurk,
}

// mturkColumns are those that every file of results begins with.
var mturkColumns = []string{"HITId", "HITTypeId", "Title", "Description", "Keywords", "Reward", "CreationTime", "MaxAssignments",
	"RequesterAnnotation", "AssignmentDurationInSeconds", "AutoApprovalDelayInSeconds", "Expiration", "NumberOfSimilarHITs",
	"LifetimeInSeconds", "AssignmentId", "WorkerId", "AssignmentStatus", "AcceptTime", "SubmitTime", "AutoApprovalTime",
	"ApprovalTime", "RejectionTime", "RequesterFeedback", "WorkTimeInSeconds", "LifetimeApprovalRate", "Last30DaysApprovalRate",
	"Last7DaysApprovalRate"}

var mturkID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)^[0-9A-Z]{20,40}$`) })

// mturkBare makes the header of an archive that has lost it; nil where the
// first row is none of results.
func mturkBare(first []string) []string {
	if len(first) < len(mturkColumns)+2 || !mturkID().MatchString(first[0]) || !mturkID().MatchString(first[1]) ||
		!slices.Contains([]string{"submitted", "approved", "rejected"}, strings.ToLower(first[16])) {
		return nil
	}
	names := slices.Clone(mturkColumns)
	for i := len(names); i < len(first); i++ {
		names = append(names, "column "+strconv.Itoa(i+1))
	}
	return names
}

func mturkMapping(header []string, samples [][]string) (Mapping, error) {
	isResults := columnOf(header, "HITId") >= 0 && columnOf(header, "AssignmentId") >= 0
	if !isResults {
		m := Propose(header, samples)
		if m.Audio == "" {
			return m, &Error{Line: 1, Code: MissingColumn, Name: "audio", Text: cut(strings.Join(header, ", "))}
		}
		return m, nil
	}
	m := Mapping{
		Worker: "WorkerId", Assignment: "AssignmentId", Status: "AssignmentStatus", Started: "AcceptTime", Submitted: "SubmitTime",
		Work: "WorkTimeInSeconds", Reward: "Reward", Currency: "USD", Comment: "RequesterFeedback", Approve: "Approve", Reject: "Reject",
		HTML: true,
	}
	m.Audio, m.Text = tolokaField(header, samples, "Input.", "audio"), tolokaField(header, samples, "Answer.", "text")
	if i := columnOf(header, "Input.segment_id|Input.id"); i >= 0 && header[i] != m.Audio {
		m.Key = header[i]
	}
	if m.Audio == "" || m.Text == "" {
		m = mturkGuess(m, header, samples)
	}
	if m.Audio == "" {
		m.Audio = "HITId" // the item has no other name
	}
	return m, nil
}

// mturkGuess finds recording and answer behind the 27 columns by what they hold.
func mturkGuess(m Mapping, header []string, samples [][]string) Mapping {
	taken := make([]bool, len(header))
	for i, name := range header {
		taken[i] = slices.Contains(mturkColumns, name) || name == "Approve" || name == "Reject"
	}
	if best := bestColumn(header, samples, taken, audioLike); m.Audio == "" && best >= 0 {
		m.Audio, taken[best] = header[best], true
	}
	if best := bestColumn(header, samples, taken, textLike); m.Text == "" && best >= 0 {
		m.Text = header[best]
	}
	return m
}

// encodeMTurk writes results: those that came, with Approve and Reject filled
// in; of a batch that came otherwise the same columns, as far as they have a
// meaning here.
func encodeMTurk(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	t := newSheet(w, b, "mturk", ',')
	isResults := columnOf(t.names, "HITId") >= 0 || t.bare
	if !isResults {
		t = mturkResults(t)
	}
	m := storedMapping(b)
	answer := "Answer.transcription"
	if isResults && m.Text != "" {
		answer = m.Text
	}
	t.columns("Approve", "Reject")
	return writeSheet(t, results, func(r task.Result) {
		if !isResults {
			t.inputs(r)
			t.set("Title", b.Name)
			t.set("HITId", r.Task.ID)
			t.set("Reward", mturkReward(r.Task.Price, b.Price))
		}
		if s := r.Submission; s != nil && !isOwn(b, "mturk", r) {
			t.set("AssignmentId", assignmentOf(s))
			t.set("WorkerId", s.Worker)
			t.set("AssignmentStatus", mturkStatus(r))
			t.set("AcceptTime", dateText(s.At.Add(-s.Wall)))
			t.set("SubmitTime", dateText(s.At))
			t.set("WorkTimeInSeconds", strconv.Itoa(int(s.Wall.Seconds())))
			t.set(answer, s.Text)
		}
		switch {
		case !decided(r):
		case r.Verdict.Decision == task.Accepted:
			t.set("Approve", "x")
			t.set("Reject", "")
		default:
			t.set("Approve", "")
			t.set("Reject", mturkReason(r.Verdict))
		}
	})
}

// mturkResults turns the table of an input file into one of results: its
// columns become those of Input.
func mturkResults(input *sheet) *sheet {
	t := &sheet{out: input.out, comma: ',', end: input.end, quoteAll: true, from: input.names}
	t.columns(mturkColumns...)
	if !input.mine {
		t.columns("Input.audio_url")
	}
	for _, name := range input.names {
		t.columns("Input." + name)
	}
	if input.mine && !slices.ContainsFunc(input.names, namesAudio) { // or nobody could tell which of them it is
		t.columns("Input.audio_url")
	}
	t.columns("Answer.transcription")
	t.rest = nil
	return t
}

// namesAudio says whether a column is called as recordings usually are.
func namesAudio(column string) bool { return slices.Contains(usualNames["audio"], plainName(column)) }

// inputs fills the columns of Input. from the row that the task came from.
func (t *sheet) inputs(r task.Result) {
	cells := r.Row().Cells
	reader := &rowReader{separator: ','}
	for n, name := range t.from {
		if n < len(cells) {
			t.setNew("Input."+name, reader.valueOf(cells[n]))
		}
	}
	t.setNew("Input.audio_url", r.Task.Audio.Ref)
}

func mturkReward(prices ...task.Price) string {
	for _, p := range prices {
		if p.Amount != 0 && (p.Per == task.PerTask || p.Per == "") && (p.Currency == "USD" || p.Currency == "") {
			return "$" + p.Amount.String()
		}
	}
	return ""
}

func mturkStatus(r task.Result) string {
	if !decided(r) {
		return "Submitted"
	}
	return map[task.Decision]string{task.Accepted: "Approved", task.Rejected: "Rejected"}[r.Verdict.Decision]
}

// mturkReason is what stands in Reject: never nothing, because a reason is what
// rejects there.
func mturkReason(v *task.Verdict) string {
	switch {
	case v.Comment != "":
		return v.Comment
	case v.Reason.Code != "":
		return strings.TrimSpace(v.Reason.Code + " " + strings.Join(v.Reason.Args, " "))
	}
	return "x"
}
