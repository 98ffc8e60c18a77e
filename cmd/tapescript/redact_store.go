package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tapescript/audio"
	"tapescript/quality/privacy"
	"tapescript/quality/privacy/deidentify"
	"tapescript/transcript/journal"
	"tapescript/transcript/task"
	"tapescript/tui"
)

// withBareAudio lets `redact --store DB --audio` stand without a folder: flags
// know no value that may be left out.
func withBareAudio(args []string) []string {
	isStore := func(a string) bool { return a == "--store" || strings.HasPrefix(a, "--store=") }
	if len(args) == 0 || args[0] != "redact" || !slices.ContainsFunc(args, isStore) {
		return args
	}
	args = slices.Clone(args)
	for i, a := range args {
		if a == "--audio" && (i+1 == len(args) || strings.HasPrefix(args[i+1], "-")) {
			args[i] = "--audio="
		}
	}
	return args
}

// storeReport is the report of `redact --store`: what was done, never the data.
type storeReport struct {
	Batch      string               `json:"batch"`
	Kinds      map[privacy.Kind]int `json:"kinds"` // in texts that differ
	Tasks      int64                `json:"tasks"` // with a mask
	Names      int64                `json:"names"` // tasks whose key or recording is called by something personal: they stay
	Recordings int                  `json:"muted_recordings"`
	Spans      int                  `json:"muted_spans"`
	Seconds    float64              `json:"muted_seconds"`
	AudioLeft  *float64             `json:"audio_left"`          // the most that is left of the source in these; null without --audio
	Unheard    int64                `json:"without_a_recording"` // tasks with a mask whose recording is not on this machine
	DryRun     bool                 `json:"dry_run,omitempty"`
}

// storeRedaction takes the personal data out of a batch in a store.
type storeRedaction struct {
	*program
	batch   task.Batch
	options privacy.Options
	names   *deidentify.Pseudonyms
	heard   *deidentify.Heard
	report  storeReport
	copies  map[string]string // muted, by the path of their originals
}

// redactStore masks what was written in a batch, in its store, and mutes copies
// of its recordings: all of it, or nothing.
func (p *program) redactStore(ctx context.Context, f redactFlags) error {
	if f.out != "" || f.to != "" || f.audioOut != "" || f.bleep && f.silence {
		return usagef("%s", p.words.Say("redact.store-flags"))
	}
	options, err := p.redactKinds(f)
	if err != nil {
		return err
	}
	if err := p.vacant(f.report, false); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, tui.EndSignals...)
	defer stop()
	store, err := p.openStore(ctx, f.storeFlags, false)
	if err != nil {
		return err
	}
	defer store.Close()
	batch, err := p.onlyBatch(ctx, store, f.batch)
	if err != nil {
		return err
	}
	rewriter, can := store.(task.Rewriter)
	if !can {
		return errors.New(p.words.Say("redact.no-store"))
	}
	path, err := p.storePath(f.storeFlags)
	if err != nil {
		return err
	}
	folder, err := p.mutedFolder(f, path)
	if err != nil {
		return err
	}
	if err := p.redactTraces(ctx, store, path, batch, f); err != nil {
		return err
	}
	r := &storeRedaction{program: p, batch: batch, options: options, names: deidentify.NewPseudonyms(), copies: map[string]string{}}
	if err := r.look(ctx, rewriter); err != nil {
		return err
	}
	if r.report.DryRun = f.dry; !f.dry {
		if err := r.write(ctx, rewriter, f, folder); err != nil {
			return err
		}
	}
	if f.report != "" {
		text, err := jsonText(r.report)
		if err != nil {
			return err
		}
		if err := p.deliverText(f.report, text); err != nil {
			return err
		}
	}
	if f.purgeJournal && !f.dry {
		if err := p.dropTraces(path, batch); err != nil {
			return err
		}
	}
	r.tell()
	return nil
}

// mutedFolder is where muted copies go: as named, else beside the store's file.
func (p *program) mutedFolder(f redactFlags, store string) (string, error) {
	if f.audio == "" && strings.Contains(store, "://") && f.mute {
		return "", usagef("%s", p.words.Say("redact.name-folder"))
	}
	folder := f.audio
	if folder == "" {
		folder = store + ".muted"
	}
	return filepath.Abs(folder)
}

// write mutes the copies, then rewrites the store; where that fails the copies
// go again.
func (r *storeRedaction) write(ctx context.Context, store task.Rewriter, f redactFlags, folder string) (err error) {
	changed := int64(0)
	defer func() {
		if err != nil && changed == 0 {
			for _, made := range r.copies {
				os.Remove(made)
			}
		}
	}()
	if f.mute {
		if err := r.mute(ctx, folder, f.silence); err != nil {
			return err
		}
	}
	changed, err = store.Rewrite(ctx, r.batch.ID, func(d *task.Dossier) error {
		if made := r.copies[d.Task.Audio.Path]; made != "" {
			d.Task.Audio.Path, d.Task.Audio.SHA256 = made, ""
		}
		_, _, err := r.mask(d)
		return err
	})
	return err
}

// look counts what there is and notes where it is heard. It changes nothing.
func (r *storeRedaction) look(ctx context.Context, store task.Rewriter) error {
	r.report = storeReport{Batch: r.batch.ID, Kinds: map[privacy.Kind]int{}}
	r.heard = &deidentify.Heard{Options: r.options, Pad: redactPad, Length: newLengths().of}
	_, err := store.Rewrite(ctx, r.batch.ID, func(d *task.Dossier) error {
		if err := r.hear(d); err != nil {
			return err
		}
		var c task.Dossier
		if data, err := json.Marshal(d); err != nil {
			return err
		} else if err := json.Unmarshal(data, &c); err != nil {
			return err
		}
		secrets, named, err := r.mask(&c)
		if err != nil {
			return err
		}
		found := 0
		for kind, n := range secrets.Counts() {
			r.report.Kinds[kind] += n
			found += n
		}
		if found > 0 {
			r.report.Tasks++
			if d.Task.Audio.Path == "" {
				r.report.Unheard++
			}
		}
		if named {
			r.report.Names++
		}
		return nil
	})
	return err
}

func (r *storeRedaction) hear(d *task.Dossier) error {
	if _, err := r.heard.Add(task.Result{Task: d.Task, Gold: d.Gold}); err != nil {
		return err
	}
	for i := range d.Answers {
		if _, err := r.heard.Add(task.Result{Task: d.Task, Submission: &d.Answers[i].Submission}); err != nil {
			return err
		}
	}
	return nil
}

// mask masks a dossier; see [deidentify.Dossier].
func (r *storeRedaction) mask(d *task.Dossier) (secrets *privacy.Secrets, named bool, err error) {
	secrets, named, err = deidentify.Dossier(r.batch, d, r.options, r.names)
	if left, ok := errors.AsType[*deidentify.LeftError](err); ok {
		err = errors.New(r.words.Count("redact.left-in", left.Count, left.Task))
	}
	return secrets, named, err
}

// mute writes a muted copy of each recording that has something to hide, and
// reads it back.
func (r *storeRedaction) mute(ctx context.Context, folder string, silence bool) error {
	cover := audio.Bleep
	if silence {
		cover = audio.Silence
	}
	bar := r.newProgress(r.words.Say("redact.muting"))
	defer bar.end()
	most := 0.0
	recordings := r.heard.Recordings()
	paths := slices.Sorted(maps.Keys(recordings))
	for i, path := range paths {
		bar.show(float64(i) / float64(len(paths)))
		intervals := recordings[path].Silent()
		if len(intervals) == 0 {
			continue
		}
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		spans, left, err := r.muteOne(ctx, path, folder, intervals, cover)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		most = max(most, left)
		r.report.Recordings++
		r.report.Spans += len(spans)
		for _, s := range spans {
			r.report.Seconds += (s.End - s.Start).Seconds()
		}
	}
	r.report.AudioLeft = &most
	return nil
}

func (r *storeRedaction) muteOne(ctx context.Context, path, folder string, intervals []privacy.Interval, cover audio.Cover) (spans []audio.Span, left float64, err error) {
	rec, err := audio.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer rec.Close()
	if spans, err = r.within(intervals, rec.Duration()); err != nil {
		return nil, 0, err
	}
	out := r.vacantCopy(path, folder)
	made, err := temporary(out)
	if err != nil {
		return nil, 0, err
	}
	defer made.Close()
	defer os.Remove(made.Name()) // it has another name by then, where all went well
	if _, err = rec.WriteMuted(ctx, made, spans, cover, func(float64) {}); err != nil {
		return nil, 0, err
	}
	muted, err := audio.Open(made.Name())
	if err != nil {
		return nil, 0, err
	}
	defer muted.Close()
	if left, err = audio.Likeness(ctx, rec, muted, spans, cover); err != nil {
		return nil, 0, err
	}
	if left >= mostLikeness {
		return nil, 0, errors.New(r.words.Say("redact.audible"))
	}
	if err := r.deliver(made, out); err != nil {
		return nil, 0, err
	}
	r.copies[path] = out
	return spans, left, nil
}

// vacantCopy names a copy after its recording, unless that is called by
// something personal.
func (r *storeRedaction) vacantCopy(path, folder string) string {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if deidentify.IsNamed(stem, r.options) {
		stem = "recording"
	}
	for n := 1; ; n++ {
		out := filepath.Join(folder, stem+".wav")
		if n > 1 {
			out = filepath.Join(folder, fmt.Sprintf("%s-%d.wav", stem, n))
		}
		if _, err := os.Lstat(out); err != nil {
			return out
		}
	}
}

// redactTraces refuses to go on in silence where this machine holds what was
// typed for a batch, or decided about it, outside of the store.
func (p *program) redactTraces(ctx context.Context, store task.Store, path string, b task.Batch, f redactFlags) error {
	work, err := workFiles(b.ID)
	if err != nil {
		return err
	}
	own, lines, err := reviewsOfBatch(path, b.ID, b.Source.SHA256)
	if err != nil {
		return err
	}
	n := len(work) + len(own) + len(lines)
	if n == 0 || f.dry {
		return nil
	}
	if f.keepJournal {
		p.tell(p.words.Count("redact.traces-kept", n))
		return nil
	}
	if !f.purgeJournal {
		return errors.New(p.words.Count("redact.traces", n))
	}
	held := 0
	for a, err := range store.Assignments(ctx, b.ID, "") {
		if err != nil {
			return err
		}
		if a.State == task.Leased && a.LeaseUntil.After(time.Now()) {
			held++
		}
	}
	if held > 0 && len(work) > 0 {
		return errors.New(p.words.Count("redact.held", held))
	}
	return nil
}

// workFiles are a batch's work under way on this machine, with its journals.
func workFiles(batch string) ([]string, error) {
	folder, err := journal.Folder()
	if err != nil {
		return nil, err
	}
	var list []string
	for _, pattern := range []string{filepath.Join(workFolder(), workPrefix(batch)+"*"), filepath.Join(folder, workPrefix(batch)+"*")} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

func (p *program) dropTraces(path string, b task.Batch) error {
	files, err := dropWork(b.ID)
	if err != nil {
		return err
	}
	reviews, err := dropReviews(path, b.ID, b.Source.SHA256)
	if err != nil {
		return err
	}
	if files+reviews > 0 {
		p.tell(p.words.Count("redact.journal-purged", files+reviews))
	}
	return nil
}

// tell says what was done, how many of each kind, and what is left to do.
func (r *storeRedaction) tell() {
	p, rep := r.program, r.report
	var list []string
	for _, k := range privacy.Kinds() {
		if n := rep.Kinds[k]; n > 0 {
			list = append(list, fmt.Sprintf("%s %d", k, n))
		}
	}
	kinds := strings.Join(list, ", ")
	switch {
	case rep.Tasks == 0:
		p.tell(p.words.Say("redact.none"))
	case rep.DryRun:
		p.tell(p.words.Count("redact.would", int(rep.Tasks), r.batch.ID, kinds))
	default:
		p.tell(p.words.Count("redact.store-done", int(rep.Tasks), r.batch.ID, kinds))
	}
	if rep.Recordings > 0 {
		p.tell(p.words.Count("redact.muted", rep.Recordings, rep.Spans, rep.Seconds))
	}
	if rep.Unheard > 0 && rep.AudioLeft != nil {
		p.tell(p.words.Count("redact.unheard", int(rep.Unheard)))
	}
	if rep.Names > 0 {
		p.tell(p.words.Count("redact.names-stay", int(rep.Names)))
	}
	p.tell(p.words.Say("redact.look"))
}
