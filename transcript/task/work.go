package task

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"tapescript/transcript"
)

// Assignment is a task in one worker's hands.
type Assignment struct {
	ID     string
	Task   string
	Worker string
	// Token is the fence: only who holds it may submit as the holder.
	Token      string
	State      AssignmentState
	Started    time.Time
	LeaseUntil time.Time
	Skipped    string // why, where the worker gave it back
}

// AssignmentState is what became of an assignment.
type AssignmentState string

// States of an assignment.
const (
	Leased    AssignmentState = "leased"
	Submitted AssignmentState = "submitted"
	Skipped   AssignmentState = "skipped"
	Expired   AssignmentState = "expired" // the lease ran out and somebody else may have the task
)

// Submission is what a worker made of a task.
type Submission struct {
	// ID is chosen by who submits, so that sending it twice is sending it once.
	ID         string
	Task       string
	Assignment string // "" in what a platform's file brought without one
	Worker     string
	Text       string
	// Transcript is the whole as JSON Lines (transcript/format), in the time of
	// the recording; nil where there is no more than the text.
	Transcript []byte
	Active     time.Duration // keys or playback; 0 where nobody measured
	Wall       time.Duration
	Length     time.Duration // of the recording as it was opened; pay by time falls back on it
	At         time.Time
	// Late: the lease was over. It is kept as one more opinion.
	Late   bool
	Status string // in the platform's word
	Row    Row
	Extras transcript.Extras
}

// UnknownLease is the key in a late submission's Extras, with its assignment,
// where the store did not know that.
const UnknownLease = "unknown-lease"

// Decision is what a verdict says.
type Decision string

// Decisions.
const (
	Pending  Decision = "pending"
	Accepted Decision = "accepted"
	Rejected Decision = "rejected"
)

// Verdict is what was decided about a submission. A later one replaces an
// earlier; all of them are kept.
type Verdict struct {
	Submission string
	Decision   Decision
	// Score is the word error rate against the gold or against peers, as a
	// fraction; nil where nothing was measured.
	Score   *float64
	Reason  Reason
	Comment string // what a person wrote for the worker
	By      string // a rule's name, or a person's
	At      time.Time
}

// Reason is why, as a code with its arguments: tui/locale makes the sentence.
type Reason struct {
	Code string
	Args []string
}

// Appeal is a worker's word against a verdict, and the answer to it.
type Appeal struct {
	Submission string
	Text       string
	At         time.Time
	// Answered is zero while nobody has. Granted: the verdict was turned.
	Answered time.Time
	Granted  bool
	Answer   string
}

// Qualification is the outcome of an exam. Rates are fractions.
type Qualification struct {
	ID        string // chosen by who writes it: twice is once
	Worker    string
	Skill     string
	Level     int // reached by passing
	Passed    bool
	Score     float64 // word error rate over the golds
	Low, High float64 // its 95 % interval
	Golds     int
	At        time.Time
	RetryAt   time.Time // not before
}

// ExamSkill is the skill that an exam on a batch is in, or on all of them for
// "": what they ask for, and "" where they ask for different ones.
func ExamSkill(list []BatchSummary, batch string) string {
	skill, asked := "", false
	for _, b := range list {
		if batch != "" && batch != b.ID {
			continue
		}
		own := cmp.Or(b.Skill, b.Style)
		if asked && own != skill {
			return ""
		}
		skill, asked = own, true
	}
	return skill
}

// LastTry is how the last exam in a skill went; false where there was none.
func LastTry(exams []Qualification, skill string) (last Qualification, tried bool) {
	for _, q := range exams {
		if q.Skill == skill && (!tried || q.At.After(last.At)) {
			last, tried = q, true
		}
	}
	return last, tried
}

// Rule is what is watched in a worker's results and what follows. It has the
// shape of Toloka's quality control, which it is read from and written to.
type Rule struct {
	Collector  Collector
	History    int           // how many of the last results count; 0: all
	Fast       time.Duration // for SubmitTime: what is quicker is fast
	Peers      int           `json:",omitzero"` // for MajorityVote: answers that a task must have, of 2 or more
	Conditions []Condition   // all of them must hold
	Action     Action
}

// Collector is what a rule measures.
type Collector string

// Collectors. The last two are ours: platforms compare texts as wholes.
const (
	GoldenSet       Collector = "GOLDEN_SET"
	TrainingSet     Collector = "TRAINING"
	SubmitTime      Collector = "ASSIGNMENT_SUBMIT_TIME"
	Assessment      Collector = "ASSIGNMENTS_ASSESSMENT"
	AcceptanceRate  Collector = "ACCEPTANCE_RATE"
	SkippedRow      Collector = "SKIPPED_IN_ROW_ASSIGNMENTS"
	AnswerCount     Collector = "ANSWER_COUNT"
	Income          Collector = "INCOME"
	MajorityVote    Collector = "MAJORITY_VOTE"
	UsersAssessment Collector = "USERS_ASSESSMENT" // who lost access, and why
	GoldenWER       Collector = "GOLDEN_WER"
	PeerWER         Collector = "PEER_WER"
)

// Condition compares one of a collector's figures with a value.
type Condition struct {
	Key      string // "golden_set_correct_answers_rate"
	Operator string // EQ NE GT GTE LT LTE
	Value    float64
}

// ActionKind is what a rule does.
type ActionKind string

// Kinds of action.
const (
	SetSkill ActionKind = "skill"
	Pause    ActionKind = "pause" // until a time
	Ban      ActionKind = "ban"
	Lift     ActionKind = "lift"   // bans and pauses before it, of the batch or of all
	Bonus    ActionKind = "bonus"  // proposed; a person posts it
	OneMore  ActionKind = "more"   // one more transcript of each task
	Reject   ActionKind = "reject" // all of the worker's that is not decided
	Accept   ActionKind = "accept" // all of the worker's that is not decided
)

// Action is what follows from a rule.
type Action struct {
	Kind  ActionKind
	Skill string
	Value float64 // of a skill, per cent of a bonus, how many more
	For   time.Duration
	// Amount and Currency are a bonus's, where it is no share.
	Amount   Decimal `json:",omitzero"`
	Currency string  `json:",omitzero"`
	Comment  string
	// Extras is what a platform's own action had that we do not model.
	Extras map[string]string
}

// Skills are how far a worker has come in each skill: what was last set by a
// rule or reached by passing an exam. An exam raises a skill and never lowers
// it. A batch asks for at least its Level, which a fraction does not reach.
func Skills(exams []Qualification, measures []Measure) map[string]float64 {
	type event struct {
		at     time.Time
		skill  string
		value  float64
		raises bool
	}
	var events []event
	for _, q := range exams {
		if q.Passed {
			events = append(events, event{q.At, q.Skill, float64(q.Level), true})
		}
	}
	for _, m := range measures {
		if m.Action.Kind == SetSkill {
			events = append(events, event{m.At, m.Action.Skill, m.Action.Value, false})
		}
	}
	slices.SortStableFunc(events, func(a, b event) int { return a.at.Compare(b.at) })
	skills := map[string]float64{}
	for _, e := range events {
		if e.raises {
			e.value = max(e.value, skills[e.skill])
		}
		skills[e.skill] = e.value
	}
	return skills
}

// SkillsOf are the [Skills] of a worker in a store.
func SkillsOf(ctx context.Context, s Store, worker string) (map[string]float64, error) {
	exams, err := s.Qualifications(ctx, worker)
	if err != nil {
		return nil, err
	}
	measures, err := s.Measures(ctx, worker)
	return Skills(exams, measures), err
}

// Levels are skills as [Query] wants them.
func Levels(skills map[string]float64) map[string]int {
	levels := map[string]int{}
	for skill, value := range skills {
		levels[skill] = int(math.Floor(value))
	}
	return levels
}

// Measure is an action taken about a worker, kept with its reason.
type Measure struct {
	Key    string // twice is once
	Worker string
	Batch  string // "": everywhere
	Action Action
	Reason Reason
	At     time.Time
	Until  time.Time // of a pause
}
