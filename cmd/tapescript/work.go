package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/quality/grade"
	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/transcript/task"
	"tapescript/transcript/task/client"
	"tapescript/tui"
	"tapescript/tui/queue"
	"tapescript/tui/transport"
)

type workFlags struct {
	storeFlags
	deskFlags
	batch, audio string
	lease        time.Duration
	silent       bool
	kind         task.Kind
	most         int // tasks, 0: all
}

func (p *program) workCommand() *cobra.Command {
	f := workFlags{kind: task.General}
	var training bool
	c := p.command("work", cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		if training {
			f.kind = task.Training
		}
		return p.workThrough(c.Context(), f)
	})
	p.addWorkFlags(c, &f)
	c.Flags().BoolVar(&training, "training", false, p.words.Say("flag.training"))
	return c
}

func (p *program) addWorkFlags(c *cobra.Command, f *workFlags) {
	p.addWorkerFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.work-audio"))
	c.Flags().DurationVar(&f.lease, "lease", defaultLease, p.words.Say("flag.lease"))
	c.Flags().BoolVar(&f.silent, "silent", false, p.words.Say("flag.silent"))
	p.addDeskFlags(c, &f.deskFlags)
}

// shift is a stretch of a worker's day: from the first task to leaving.
type shift struct {
	*program
	f        workFlags
	store    task.Store
	worker   string
	desk     *desk
	active   time.Duration // since the last long break
	lastDone time.Time
	done     int
	lost     bool // the lease of the task in hand is over
	earned   map[string]task.Decimal
	replays  map[int]int // in the task in hand, over all stays in the workbench
}

// workThrough gives task after task until there is none or the person leaves.
func (p *program) workThrough(ctx context.Context, f workFlags) error {
	if err := p.needTerminal("work"); err != nil {
		return err
	}
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	s := &shift{program: p, f: f, store: store, earned: map[string]task.Decimal{}}
	if s.worker, err = p.workerID(f.storeFlags); err != nil {
		return err
	}
	if s.desk, err = p.arrange(f.deskFlags, ""); err != nil {
		return err
	}
	if err := p.sendWaiting(ctx, store, false); err != nil {
		return err
	}
	for f.most == 0 || s.done < f.most {
		c, err := p.claim(ctx, store, s.worker, f.batch, f.kind, f.lease)
		if errors.As(err, new(noTask)) {
			break
		}
		if err != nil {
			return err
		}
		goOn, err := s.one(ctx, c)
		if err != nil || !goOn {
			s.say()
			return err
		}
	}
	s.say()
	return nil
}

// say tells what the shift came to.
func (s *shift) say() {
	text := s.words.Count("work.done", s.done)
	for currency, amount := range s.earned {
		if amount > 0 {
			text += " · " + s.words.Say("work.pending", money(amount, currency))
		}
	}
	s.tell(text)
}

// one is a task: the workbench, then the card, until it is handed in or given
// back. It returns whether the next one is to come.
func (s *shift) one(ctx context.Context, c task.Claim) (bool, error) {
	path, err := s.recording(ctx, c)
	if err != nil {
		return false, err
	}
	file := s.workFile(c)
	s.lost = false
	s.replays = map[int]int{}
	for {
		end := heartbeat(ctx, s.store, c.Assignment, s.f.lease)
		d, err := s.transcribe(ctx, c, path, file)
		s.lost = end() || s.lost
		if err != nil {
			return false, err
		}
		answer, why, err := s.card(ctx, c, d)
		if err != nil {
			return false, err
		}
		switch answer {
		case "submit":
			return s.hand(ctx, c, d, file)
		case "skip":
			if err := skipTask(ctx, s.store, c, why); err != nil {
				return false, err
			}
			forget(file)
			return true, nil
		case "edit":
		default:
			s.tell(s.words.Say("work.kept", c.Task.ID))
			return false, nil
		}
	}
}

// recording finds where a task's recording lies, or fetches it.
func (s *shift) recording(ctx context.Context, c task.Claim) (string, error) {
	a := c.Task.Audio
	candidates := []string{a.Path}
	if s.f.audio != "" {
		candidates = append(candidates, filepath.Join(s.f.audio, baseName(a.Ref)))
	}
	if !strings.Contains(a.Ref, "://") {
		candidates = append(candidates, a.Ref)
	}
	for _, path := range candidates {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	if server, is := s.store.(*client.Store); is && a.SHA256 != "" {
		return s.fetchFrom(ctx, server, c)
	}
	return "", errors.New(s.words.Say("work.no-audio", a.Ref))
}

// baseName is the last part of a path or an address.
func baseName(ref string) string {
	ref, _, _ = strings.Cut(ref, "?")
	return filepath.Base(filepath.FromSlash(strings.TrimRight(ref, "/")))
}

// workFile is where the work on an assignment lies until it is handed in: it
// outlives a crash, and the same task comes back to it.
func (s *shift) workFile(c task.Claim) string {
	sum := sha256.Sum256([]byte(c.Assignment.ID))
	return filepath.Join(workFolder(), workPrefix(c.Batch.ID)+hex.EncodeToString(sum[:8])+".jsonl")
}

// workPrefix begins the names of a batch's work files: a purge finds them by it.
func workPrefix(batch string) string {
	sum := sha256.Sum256([]byte(batch))
	return "task-" + hex.EncodeToString(sum[:6]) + "-"
}

func workFolder() string {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		state = xdg.StateHome
	}
	return filepath.Join(state, "tapescript", "tasks")
}

// written is what a stay in the workbench left behind.
type written struct {
	transcript *transcript.Transcript
	text       string
	active     time.Duration
	length     time.Duration
}

// transcribe opens the workbench on a task. What was typed is in its work file
// afterwards, and in the journal on the way.
func (s *shift) transcribe(ctx context.Context, c task.Claim, path, file string) (w written, err error) {
	recording, err := audio.Open(path)
	if err != nil {
		return w, err
	}
	defer recording.Close()
	w.length = recording.Duration()
	a := c.Task.Audio
	if a.End > 0 && a.End <= w.length {
		w.length = a.End - a.Start
	}
	if err := beginWork(file, c.Task, recording.Duration()); err != nil {
		return w, err
	}
	session, err := s.openSession(file, path, recording.Duration())
	if err != nil {
		return w, adviseOpen(err)
	}
	defer session.close()
	session.recording, session.demo = path, true // leaving asks nothing: the card does
	session.note(s.briefing(c))
	if _, err = s.show(ctx, recording, session, nil, s.desk, openFlags{rewind: defaultRewind, silent: s.f.silent}); err != nil {
		if fault, ok := errors.AsType[*tui.Fault](err); ok {
			err = s.reportFault(fault)
		}
		return w, err
	}
	for second, times := range session.replays {
		s.replays[second] += times
	}
	w.transcript = session.document.Snapshot()
	w.text, w.active = w.transcript.Line(), session.journal.Active()
	f, _ := format.Lookup("jsonl")
	sum, err := format.Write(file, f, w.transcript)
	if err != nil {
		return w, err
	}
	session.journal.Saved(sum, 0)
	return w, nil
}

// beginWork makes a task's work file: its draft, on its stretch.
func beginWork(file string, t task.Task, length time.Duration) error {
	if _, err := os.Stat(file); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	segment := &transcript.Segment{ID: "1", End: length, Text: transcript.Clean(t.Draft), Channel: t.Audio.Channel}
	if t.Audio.End > t.Audio.Start && t.Audio.End <= length {
		segment.Start, segment.End = t.Audio.Start, t.Audio.End
	}
	f, _ := format.Lookup("jsonl")
	_, err := format.Write(file, f, &transcript.Transcript{Segments: []*transcript.Segment{segment}})
	return err
}

// forget deletes a work file and its journal: what was handed in lies in the
// store.
func forget(file string) {
	_ = os.Remove(file)
	if folder, err := journal.Folder(); err == nil {
		list, _ := filepath.Glob(filepath.Join(folder, filepath.Base(file)+"-*"))
		for _, path := range list {
			_ = os.Remove(path)
		}
	}
}

// briefing is the line that a task begins with.
func (s *shift) briefing(c task.Claim) string {
	parts := []string{s.words.Say("work.task", transcript.Clean(c.Task.Key))}
	if price := priceText(c.Task.Price); price != "" {
		parts = append(parts, price)
	}
	if c.Batch.Style != "" {
		parts = append(parts, s.words.Say("work.style", c.Batch.Style))
	}
	return strings.Join(parts, " · ") + " · " + s.words.Say("work.leave-hint")
}

// card shows what was written, what the style says of it, and asks what to do.
func (s *shift) card(ctx context.Context, c task.Claim, w written) (answer, text string, err error) {
	return s.ask(ctx, s.cardOf(c, w))
}

func (s *shift) cardOf(c task.Claim, w written) queue.Card {
	findings := s.lintTask(c.Batch, w.transcript)
	card := queue.Card{
		Title:    strings.Join([]string{transcript.Clean(c.Batch.ID), transcript.Clean(c.Task.Key), transport.Clock(w.length)}, " · "),
		Question: s.words.Say("work.question"),
		Choices: []queue.Choice{
			{Key: "s", Label: s.words.Say("work.submit"), Value: "submit"},
			{Key: "e", Label: s.words.Say("work.edit"), Value: "edit"},
			{Key: "k", Label: s.words.Say("work.skip"), Value: "skip", Ask: s.words.Say("work.skip-why")},
			{Key: "q", Label: s.words.Say("work.leave"), Value: "leave"},
		},
	}
	if s.lost {
		card.Parts = append(card.Parts, queue.Part{Lines: []string{s.words.Say("remote.lost")}, Bad: true})
	}
	card.Parts = append(card.Parts, queue.Part{Head: s.words.Say("work.written"), Lines: []string{dash(w.text)}})
	if len(findings) > 0 {
		card.Parts = append(card.Parts, queue.Part{Head: s.words.Count("work.findings", len(findings)), Lines: s.findingLines(c.Batch, w.transcript, findings), Bad: true})
	} else if c.Batch.Style != "" {
		card.Parts = append(card.Parts, queue.Part{Lines: []string{s.words.Say("work.no-findings", c.Batch.Style)}})
	}
	pay := s.payLines(c, w)
	if b := s.breakLine(w); b != "" {
		pay = append(pay, b)
	}
	card.Parts = append(card.Parts, queue.Part{Head: s.words.Say("work.terms"), Lines: pay})
	return card
}

func (s *shift) ask(ctx context.Context, card queue.Card) (answer, text string, err error) {
	screen := queue.New(card, s.desk.theme)
	err = tui.Run(ctx, screen, tui.Options{Keys: s.desk.keys, Words: s.words, Theme: s.desk.theme})
	answer, text = screen.Answer()
	return answer, text, err
}

func (s *shift) findingLines(b task.Batch, t *transcript.Transcript, findings []style.Finding) []string {
	const most = 8
	var lines []string
	for _, g := range findings[:min(len(findings), most)] {
		line := s.lintLine(b, g)
		for _, seg := range t.Segments {
			if seg.ID == g.Segment && g.To > g.From && g.To <= len(seg.Text) && !strings.Contains(line, seg.Text[g.From:g.To]) {
				line = s.words.Say("work.finding-at", line, seg.Text[g.From:g.To])
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func (s *shift) payLines(c task.Claim, w written) []string {
	lines := []string{s.words.Say("work.active", transport.Clock(w.active))}
	if !c.Task.Price.Stated() {
		return append(lines, s.words.Say("work.no-price"))
	}
	length := c.Task.Audio.Duration
	if length == 0 {
		length = w.length
	}
	if amount, err := c.Task.Price.For(length); err == nil {
		lines = append(lines, s.words.Say("work.earns", money(amount, c.Task.Price.Currency)))
	}
	return append(lines, s.words.Count("work.left", int(c.Left)))
}

// workBeforeBreak is active time; a day's rest begins the count anew.
const workBeforeBreak = 55 * time.Minute

// breakLine proposes a break after 55 active minutes, once.
func (s *shift) breakLine(w written) string {
	if !s.lastDone.IsZero() && time.Since(s.lastDone)-w.active >= grade.ShortBreak {
		s.active = 0
	}
	if s.active+w.active < workBeforeBreak {
		return ""
	}
	s.active = -w.active // said once
	return s.words.Say("work.break")
}

// hand submits what was written, and shows what a training has to teach.
func (s *shift) hand(ctx context.Context, c task.Claim, w written, file string) (bool, error) {
	in := newSubmission(c, w.text)
	in.Active, in.Length = w.active, w.length
	if len(s.replays) > 0 {
		in.Extras = transcript.Extras{task.ReplaysExtra: task.ReplaysText(s.replays)}
	}
	f, _ := format.Lookup("jsonl")
	var lines strings.Builder
	if err := f.Encode(&lines, w.transcript); err != nil {
		return false, err
	}
	in.Transcript = []byte(lines.String())
	in, waits, err := s.submitOrKeep(ctx, s.store, in, c)
	if err != nil {
		return false, err
	}
	forget(file)
	s.done++
	s.active += w.active
	s.lastDone = time.Now()
	if amount, err := c.Task.Price.For(w.length); err == nil {
		s.earned[c.Task.Price.Currency] += amount
	}
	if c.Task.Kind != task.Training || waits {
		return true, nil
	}
	return s.teach(ctx, in)
}
