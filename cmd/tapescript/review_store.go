package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/quality"
	"tapescript/quality/consensus"
	"tapescript/quality/grade"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
	"tapescript/tui/review"
)

// storeReview is a review of what was submitted to a store, and of what nobody
// has decided.
type storeReview struct {
	p      *program
	ctx    context.Context
	store  task.Store
	sound  *teamSound
	name   string
	maxWER float64
	by     string
	score  quality.Options
	of     map[*review.Item]*submitted
	judged map[task.Decision]map[string]bool // submissions, in this session
}

// submitted is what an item of a review comes from.
type submitted struct {
	submission string
	text       string
	sealed     []string // the gold's accepted texts; nil where the versions' consensus stands for it
	which      int      // of them is the item's gold
}

// reviewStore goes through the submissions of a store that are not decided,
// those of the most expected errors first.
func (p *program) reviewStore(ctx context.Context, args []string, f reviewFlags) error {
	if len(args) > 0 || f.gold != "" || f.blind {
		return usagef("%s", p.words.Say("review.store-alone"))
	}
	f.queue = true
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	s := &storeReview{p: p, ctx: ctx, store: store, sound: p.soundOf(ctx, store, audioMost), by: f.reviewer, of: map[*review.Item]*submitted{}, judged: map[task.Decision]map[string]bool{}}
	if s.maxWER, err = p.share("max-wer", f.maxWER); err != nil {
		return err
	}
	if s.name, err = p.storePath(f.storeFlags); err != nil {
		return err
	}
	w, err := s.work(f)
	if err != nil {
		return err
	}
	if len(w.items) == 0 && !f.list && f.export == "" {
		p.tell(strings.Join(w.notes, " "))
		return nil
	}
	if f.export == "" {
		if err := s.sound.bringFirst(w.items); err != nil {
			return err
		}
	}
	return p.reviewItems(ctx, w, f)
}

// work reads the submissions and what they are held against: gold, where the
// task has one, else what the versions of the task agree on.
func (s *storeReview) work(f reviewFlags) (*reviewWork, error) {
	o, err := scoreOptions(f.normalize, "")
	if err != nil {
		return nil, err
	}
	s.score = o
	w := &reviewWork{score: o, lengths: map[string]time.Duration{}, words: s.p.words.Say, logPath: f.log, begin: map[string]string{}, store: s}
	w.hyp.path = s.name
	if w.logPath == "" {
		w.logPath = filepath.Join(reviewFolder(), storeLogName(s.name, f.batch))
	}
	results, rows, err := s.results(f.batch)
	if err != nil {
		return nil, err
	}
	proposed, err := s.proposed(rows, results)
	if err != nil {
		return nil, err
	}
	of := make([]*review.Item, len(results))
	golds := map[string]*transcript.Document{}
	alone := 0
	for i := range results {
		r := &results[i]
		switch {
		case r.Verdict != nil && r.Verdict.Decision != task.Pending:
		case r.Gold == nil && proposed[r.Task.ID] == "":
			alone++
		default:
			if of[i], err = s.item(r, proposed[r.Task.ID], golds); err != nil {
				return nil, err
			}
		}
	}
	if w.items, err = s.p.riskFirst(rows, clues(results), of, o); err != nil {
		return nil, err
	}
	if alone > 0 {
		w.notes = append(w.notes, s.p.words.Count("review.store-single", alone))
	}
	if len(w.items) == 0 {
		w.notes = slices.Insert(w.notes, 0, s.p.words.Say("review.store-none", s.name))
	}
	return w, nil
}

// results are the submissions to work that is paid, and their texts.
func (s *storeReview) results(batch string) (list []task.Result, rows []format.Item, err error) {
	if batch != "" {
		if _, err := s.store.Batch(s.ctx, batch); err != nil {
			if errors.Is(err, task.ErrNotFound) {
				err = errors.New(s.p.words.Say("store.no-batch", batch))
			}
			return nil, nil, err
		}
	}
	for r, err := range s.store.Results(s.ctx, task.ResultQuery{Batch: batch, Gold: true, ByTask: true}) {
		if err != nil {
			return nil, nil, err
		}
		if r.Task.Kind == task.Exam || r.Task.Kind == task.Training {
			continue
		}
		list = append(list, r)
		rows = append(rows, format.Item{ID: r.Task.ID, Worker: r.Submission.Worker, Text: r.Submission.Text})
	}
	return list, rows, nil
}

// proposed is what the versions of each task without gold agree on, where there
// are two or more.
func (s *storeReview) proposed(rows []format.Item, results []task.Result) (map[string]string, error) {
	var list []consensus.Submission
	for i, r := range rows {
		if results[i].Gold == nil {
			list = append(list, consensus.Submission{Item: r.ID, Worker: r.Worker, Text: r.Text})
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	made, err := consensus.Combine(list, consensus.Options{Method: consensus.Tapescript, Normalize: &s.score.Normalize})
	if err != nil {
		return nil, s.p.explainConsensus(s.name, err)
	}
	versions := map[string]int{}
	for _, r := range list {
		versions[r.Item]++
	}
	texts := map[string]string{}
	for i := range made.Items {
		if it := &made.Items[i]; versions[it.ID] > 1 {
			texts[it.ID] = it.Text()
		}
	}
	return texts, nil
}

// item makes a submission's item. Items of one task that are held against the
// same text share their gold.
func (s *storeReview) item(r *task.Result, proposed string, golds map[string]*transcript.Document) (*review.Item, error) {
	from := &submitted{submission: r.Submission.ID, text: r.Submission.Text}
	id, text := r.Task.ID, proposed
	if r.Gold != nil && len(r.Gold.Texts) > 0 {
		from.sealed = r.Gold.Texts
		from.which = s.nearest(from.sealed, from.text)
		text = from.sealed[from.which]
		if from.which > 0 {
			id += "#" + strconv.Itoa(from.which+1)
		}
	}
	a := r.Task.Audio
	if golds[id] == nil {
		doc, err := transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text, Start: a.Start, End: a.End}}})
		if err != nil {
			return nil, err
		}
		golds[id] = doc
	}
	draft, err := draftOf(r)
	if err != nil {
		return nil, err
	}
	it := &review.Item{ID: id, Worker: r.Submission.Worker, Recording: s.sound.path(a), Draft: draft, Gold: golds[id]}
	s.of[it] = from
	return it, nil
}

// nearest is the accepted text that leaves the fewest errors.
func (s *storeReview) nearest(texts []string, answer string) int {
	best, least := 0, -1
	for i, text := range texts {
		c, err := s.compare([]string{text}, answer)
		if err == nil && (least < 0 || c.Errors() < least) {
			best, least = i, c.Errors()
		}
	}
	return best
}

// compare counts the errors of an answer against accepted texts.
func (s *storeReview) compare(texts []string, answer string) (quality.Counts, error) {
	var golds []quality.Item
	for _, t := range texts {
		golds = append(golds, quality.Item{ID: "1", Text: t})
	}
	report, err := quality.ScoreItems(golds, []quality.Item{{ID: "1", Text: answer}}, s.score)
	if err != nil {
		return quality.Counts{}, err
	}
	return report.Corpus, nil
}

// draftOf is a submission as a document: with its times where it came with them.
func draftOf(r *task.Result) (*transcript.Document, error) {
	in, a := r.Submission, r.Task.Audio
	if t := wholeOf(in); t != nil {
		return transcript.NewDocument(t)
	}
	return transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: transcript.Clean(in.Text), Start: a.Start, End: a.End}}})
}

// wholeOf is the transcript that a submission came with, nil where it says
// something else than its text.
func wholeOf(in *task.Submission) *transcript.Transcript {
	f, _ := format.Lookup("jsonl")
	if len(in.Transcript) == 0 {
		return nil
	}
	t, _, err := f.Decode(in.Transcript, "")
	if err != nil || oneLine(t.Line()) != oneLine(in.Text) {
		return nil
	}
	return t
}

// restore does again what the log says. Submissions never change, so all of it
// is done to the drafts; of gold in the store what was not saved, of what the
// versions agree on everything.
func (s *storeReview) restore(w *reviewWork) (done, refused int) {
	const as = "submitted"
	for _, sealed := range []bool{true, false} {
		var items []*review.Item
		known := map[string]bool{}
		for _, it := range w.items {
			if (s.of[it].sealed != nil) == sealed {
				items, known[it.ID] = append(items, it), true
			}
		}
		begin := review.Entry{Saved: map[string]string{string(review.Draft): as, string(review.Gold): as}}
		log := []review.Entry{begin}
		for _, e := range w.entries {
			if known[e.Item] || sealed && e.Item == "" {
				log = append(log, e)
			}
		}
		d, r := review.Restore(items, log, map[review.Side]string{review.Draft: as, review.Gold: as})
		done, refused = done+d, refused+r
	}
	return done, refused
}

// save makes verdicts of the submissions that are decided whole, and corrects
// the gold that was found wrong.
func (s *storeReview) save(work []review.Snapshot, _ bool) ([]review.Saved, error) {
	corrected := map[string]bool{}
	for _, one := range work {
		from := s.of[one.Item]
		if from.sealed == nil || !one.Changed[review.Gold] || corrected[one.Item.ID] {
			continue
		}
		corrected[one.Item.ID] = true
		keeper, ok := s.store.(task.GoldCorrector)
		if !ok {
			return nil, errors.New(s.p.words.Say("review.store-gold"))
		}
		if err := keeper.CorrectGold(s.ctx, from.submission, from.accepted(one.Gold.Line())); err != nil {
			return nil, err
		}
	}
	var verdicts []task.Verdict
	for _, one := range work {
		if one.Open > 0 || len(one.Decided) == 0 {
			continue
		}
		v, err := s.verdict(one)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, v)
	}
	if err := s.store.Judge(s.ctx, verdicts...); err != nil {
		return nil, err
	}
	for _, v := range verdicts {
		for _, list := range s.judged {
			delete(list, v.Submission)
		}
		if s.judged[v.Decision] == nil {
			s.judged[v.Decision] = map[string]bool{}
		}
		s.judged[v.Decision][v.Submission] = true
	}
	return []review.Saved{
		{Side: review.Draft, Path: s.p.words.Count("review.store-judged", len(verdicts))},
		{Side: review.Gold, Path: s.name, SHA256: "submitted"},
	}, nil
}

// accepted are the accepted texts of a gold that reads so now.
func (from *submitted) accepted(now string) []string {
	list := review.Readings(now, 16)
	for i, text := range from.sealed {
		if i != from.which && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}

// verdict is the decision about a submission: by what is left of its errors once
// gold is right and what a rule allows is taken off.
func (s *storeReview) verdict(one review.Snapshot) (task.Verdict, error) {
	from := s.of[one.Item]
	c, err := s.compare(from.accepted(one.Gold.Line()), from.text)
	if err != nil {
		return task.Verdict{}, err
	}
	rate := 0.0
	if errs := max(0, c.Errors()-one.Allowed); errs > 0 {
		rate = float64(errs) / float64(max(c.Words(), 1))
	}
	percent := func(x float64) string { return strconv.FormatFloat(100*x, 'f', 1, 64) }
	v := task.Verdict{Submission: from.submission, Decision: task.Accepted, Score: &rate, By: s.by, At: time.Now().UTC()}
	v.Reason = task.Reason{Code: grade.GoldPassed, Args: []string{percent(rate), percent(s.maxWER)}}
	if rate > s.maxWER {
		v.Decision, v.Reason.Code = task.Rejected, grade.GoldMissed
	}
	var mistakes []string
	for _, e := range one.Decided {
		if right := rightOf(e); right != e.Draft && len(mistakes) < 10 {
			mistakes = append(mistakes, fmt.Sprintf("%s → %s", cmpOr(oneLine(e.Draft), "∅"), cmpOr(oneLine(right), "∅")))
		}
	}
	if v.Comment = strings.Join(mistakes, " · "); v.Decision == task.Rejected {
		v.Comment = strings.TrimSuffix(s.p.reason(v.Reason)+": "+v.Comment, ": ")
	}
	return v, nil
}

// rightOf is what a decision says is right where the draft is not.
func rightOf(e review.Entry) string {
	switch e.Verdict {
	case review.TakeGold:
		return e.Gold
	case review.Third:
		return e.Text
	}
	return e.Draft
}

// clues are what is known of submissions beside their texts.
func clues(results []task.Result) []consensus.Clue {
	list := make([]consensus.Clue, len(results))
	for i, r := range results {
		in, a := r.Submission, r.Task.Audio
		switch {
		case a.Duration > 0:
			list[i].Length = a.Duration
		case a.End > a.Start:
			list[i].Length = a.End - a.Start
		default:
			list[i].Length = in.Length
		}
		if t := wholeOf(in); t != nil {
			list[i].Confidence = t.Confidence()
		}
	}
	return list
}

// tellJudged sums up a session.
func (s *storeReview) tellJudged(r *review.Review) {
	decisions, errs, words := r.Progress()
	s.p.tell(s.p.words.Say("review.store-sum", decisions, 100*errs, 100*words, len(s.judged[task.Accepted]), len(s.judged[task.Rejected])))
	if n := r.Unsaved(); n > 0 {
		s.p.tell(s.p.words.Say("review.store-left", filepath.Base(s.name)))
	}
}
