package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/tui"
	"tapescript/tui/review"
)

// reviewFlags are what `review` can be told.
type reviewFlags struct {
	gold, audio, log, reviewer, normalize string
	kinds                                 []string
	speaker                               string
	minWords                              int
	unclear, list, json, silent           bool
	export                                string
	force                                 bool

	// Of several versions.
	out            string
	agreement      bool
	queue          bool
	feedback       string
	blind          bool
	normalizeGiven bool

	// Of a store.
	storeFlags
	batch, maxWER string
	firstPath     string

	deskFlags
}

func (p *program) reviewCommand() *cobra.Command {
	var f reviewFlags
	c := p.command("review", cobra.ArbitraryArgs, func(c *cobra.Command, args []string) error {
		if c.Flags().Changed("store") {
			return p.reviewStore(c.Context(), args, f)
		}
		if len(args) == 0 {
			return usagef("%s", p.words.Say("review.what"))
		}
		f.normalizeGiven, f.firstPath = c.Flags().Changed("normalize"), args[0]
		if f.queue && f.list && len(args) == 1 {
			return p.printQueue(c.Context(), args[0], f)
		}
		if f.blind {
			return p.reviewBlind(c.Context(), args, f)
		}
		if f.gold == "" {
			return p.reviewColumns(c.Context(), args, f)
		}
		return p.review(c.Context(), args, f)
	})
	flags := c.Flags()
	p.addDeskFlags(c, &f.deskFlags)
	p.addStoreFlag(c, &f.storeFlags)
	flags.StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	flags.StringVar(&f.maxWER, "max-wer", "35%", p.words.Say("flag.review-max-wer"))
	flags.StringVarP(&f.out, "output", "o", "", p.words.Say("flag.review-output"))
	flags.StringVar(&f.feedback, "feedback", "", p.words.Say("flag.review-feedback"))
	flags.BoolVar(&f.blind, "blind", false, p.words.Say("flag.review-blind"))
	flags.BoolVar(&f.queue, "queue", false, p.words.Say("flag.review-queue"))
	flags.BoolVar(&f.agreement, "agreement", false, p.words.Say("flag.review-agreement"))
	flags.StringVar(&f.gold, "gold", "", p.words.Say("flag.review-gold"))
	flags.StringVar(&f.audio, "audio", "", p.words.Say("flag.review-audio"))
	flags.StringVar(&f.log, "log", "", p.words.Say("flag.review-log"))
	flags.StringVar(&f.reviewer, "reviewer", os.Getenv("USER"), p.words.Say("flag.reviewer"))
	flags.StringVar(&f.normalize, "normalize", "basic", p.words.Say("flag.review-normalize"))
	flags.StringSliceVar(&f.kinds, "kind", nil, p.words.Say("flag.review-kind", strings.Join(review.KindNames(), ", ")))
	flags.StringVar(&f.speaker, "speaker", "", p.words.Say("flag.review-speaker"))
	flags.IntVar(&f.minWords, "min-words", 0, p.words.Say("flag.review-min-words"))
	flags.BoolVar(&f.unclear, "unclear", false, p.words.Say("flag.review-unclear"))
	flags.BoolVar(&f.list, "list", false, p.words.Say("flag.review-list"))
	flags.BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	flags.StringVar(&f.export, "export", "", p.words.Say("flag.review-export"))
	flags.BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	flags.BoolVar(&f.silent, "silent", false, p.words.Say("flag.silent"))
	return c
}

// review goes through what a hypothesis and its gold have differently.
func (p *program) review(ctx context.Context, args []string, f reviewFlags) error {
	if len(args) != 1 {
		return usagef("%s", p.words.Say("review.needs-gold"))
	}
	w, err := p.reviewWork(args[0], f)
	if err != nil {
		return adviseOpen(err)
	}
	return p.reviewItems(ctx, w, f)
}

// reviewItems shows the screen, or what is asked for instead of it.
func (p *program) reviewItems(ctx context.Context, w *reviewWork, f reviewFlags) error {
	screen := !f.list && f.export == "" && f.feedback == ""
	if screen {
		if err := p.needTerminal("review"); err != nil {
			return err
		}
	}
	for _, out := range []string{f.export, f.feedback} {
		if err := p.vacant(out, f.force); err != nil {
			return err
		}
	}
	if f.queue && (w.single || w.formats != nil) {
		if err := p.riskOfSegments(w); err != nil {
			return err
		}
	}
	if f.export == "" {
		if err := p.placeWords(ctx, w); err != nil {
			return err
		}
	}
	unlock, err := w.openLog(screen)
	if err != nil {
		return err
	}
	defer unlock()
	notice := p.restoreReview(w)
	if (w.store != nil || w.formats != nil) && !screen && notice != "" {
		p.tell(notice)
	}
	switch {
	case f.export != "":
		return p.exportReview(w, f)
	case f.feedback != "":
		return p.feedback(w, f)
	case f.list:
		return p.listReview(w, f)
	}
	return p.showReview(ctx, w, f, notice)
}

// restoreReview does again what the log has and the files lack, and says so.
func (p *program) restoreReview(w *reviewWork) string {
	var notes []string
	done, refused := 0, 0
	if w.store != nil {
		done, refused = w.store.restore(w)
	} else {
		done, refused = review.Restore(w.items, w.entries, w.sums())
	}
	if done > 0 {
		notes = append(notes, p.words.Count("review.restored", done))
	}
	if refused > 0 {
		notes = append(notes, p.words.Count("review.refused", refused))
	}
	if len(w.entries) > 0 && len(w.begin) > 0 {
		notes = append(notes, p.words.Say("review.other-files"))
	}
	return strings.Join(append(notes, w.notes...), " ")
}

// filter is what the flags say to look at.
func (f reviewFlags) filter(p *program) (review.Filter, error) {
	out := review.Filter{Speaker: f.speaker, MinWords: f.minWords}
	for _, name := range f.kinds {
		k, ok := review.KindNamed(name)
		if !ok {
			return out, usagef("%s", p.words.Say("review.kind", name, strings.Join(review.KindNames(), ", ")))
		}
		out.Kinds |= k
	}
	return out, nil
}

// showReview runs the screen.
func (p *program) showReview(ctx context.Context, w *reviewWork, f reviewFlags, notice string) error {
	filter, err := f.filter(p)
	if err != nil {
		return err
	}
	place, err := p.arrange(f.deskFlags, "")
	if err != nil {
		return err
	}
	signal.Notify(make(chan os.Signal, 1), tui.EndSignals...)
	if !slices.ContainsFunc(w.items, func(it *review.Item) bool { return it.Recording != "" }) {
		notice = strings.TrimSpace(notice + " " + p.words.Say("review.no-recording"))
	}
	d := newDeck(audio.Options{Silent: f.silent})
	defer d.Close()
	o := review.Opening{
		Items: w.items, Deck: d, Score: w.score, Log: w, Entries: w.entries, Reviewer: f.reviewer,
		Filter: filter, OnlyUnclear: f.unclear, Save: w.save, Notice: notice,
		Words: p.words, Explain: p.explain, Theme: place.theme,
	}
	if w.store != nil {
		d.bring = func(path string) error { return w.store.sound.bring(path, nil) }
		o.Judges, o.Save = true, w.store.save
	}
	r := review.New(o)
	err = p.runReview(ctx, r, place, r.Flush)
	if w.store != nil {
		w.store.tellJudged(r)
		return err
	}
	if n := r.Unsaved(); n > 0 {
		p.tell(p.words.Say("review.kept", w.logPath))
	}
	return err
}

// exportReview writes the log as a table or as JSON lines, and its figures on
// standard error.
func (p *program) exportReview(w *reviewWork, f reviewFlags) error {
	var out bytes.Buffer
	var err error
	switch ext := strings.ToLower(filepath.Ext(f.export)); ext {
	case ".csv":
		err = review.WriteCSV(&out, w.entries)
	case ".jsonl", ".ndjson":
		err = review.WriteJSONL(&out, w.entries)
	default:
		return usagef("%s", p.words.Say("review.export-name", f.export))
	}
	if err != nil {
		return err
	}
	if err := p.deliverText(f.export, out.Bytes()); err != nil {
		return err
	}
	c := review.Count(w.entries)
	if f.json {
		data, err := json.MarshalIndent(c, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(data)+"\n")
	}
	p.tell(p.words.Say("review.figures", c.Decisions, c.By[review.TakeGold], c.By[review.TakeDraft], c.By[review.BothRight],
		c.By[review.Third], c.By[review.NoError], c.By[review.Unclear], p.percentOf(c.OverturnedRate)))
	return nil
}

func (p *program) percentOf(rate float64) string { return p.words.Figure("%.1f%%", 100*rate) }

// caseJSON is a case as `review --list --json` prints it.
type caseJSON struct {
	Item    string   `json:"item"`
	Worker  string   `json:"worker,omitempty"`
	Kinds   []string `json:"kinds"`
	Start   float64  `json:"start"` // seconds; what is heard for it
	End     float64  `json:"end"`
	Draft   string   `json:"draft"`
	Gold    string   `json:"gold"`
	Speaker string   `json:"speaker,omitempty"`
	Words   int      `json:"words"`
	Equal   int      `json:"equal"` // how many there are like it, itself among them
}

// listReview prints the cases without a screen.
func (p *program) listReview(w *reviewWork, f reviewFlags) error {
	filter, err := f.filter(p)
	if err != nil {
		return err
	}
	list := []caseJSON{}
	for _, open := range review.Open(w.items, w.score, w.entries, filter, f.unclear) {
		c := open.Case
		span := c.Hear(w.length(open.Item))
		list = append(list, caseJSON{
			Item: open.Item.ID, Worker: open.Item.Worker, Kinds: c.Kinds.Names(), Start: span.Start.Seconds(), End: span.End.Seconds(),
			Draft: c.DraftSays, Gold: c.GoldSays, Speaker: c.Speaker, Words: c.Words, Equal: open.Equal,
		})
	}
	if f.json {
		data, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(data)+"\n")
	}
	var out strings.Builder
	for _, c := range list {
		fmt.Fprintf(&out, "%s\t%.2f\t%.2f\t%s\t%s\t%s\t%d\n", oneLine(c.Item), c.Start, c.End, strings.Join(c.Kinds, ","), oneLine(c.Draft), oneLine(c.Gold), c.Equal)
	}
	return p.print(p.out, out.String())
}

// oneLine keeps what a text holds from breaking a table's row.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// reviewLogPath is where a review's log lies unless another place is named: one
// for each set of files.
func reviewLogPath(paths ...string) (string, error) {
	var names []string
	for _, path := range paths {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		names = append(names, absolute)
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	name := fmt.Sprintf("%s-%s.jsonl", filepath.Base(paths[0]), hex.EncodeToString(sum[:6]))
	return filepath.Join(reviewFolder(), name), nil
}

// storeLogName is the name of the log of a store's reviews: of one batch, or of
// all for "".
func storeLogName(store, batch string) string {
	if absolute, err := filepath.Abs(store); err == nil {
		store = absolute
	}
	sum := sha256.Sum256([]byte(store + "\x00batch\x00" + batch))
	return fmt.Sprintf("%s-%s.jsonl", filepath.Base(store), hex.EncodeToString(sum[:6]))
}

// length is how long an item's recording is; 0 where it cannot be opened.
func (w *reviewWork) length(it *review.Item) time.Duration {
	if it.Recording == "" {
		return 0
	}
	if d, known := w.lengths[it.Recording]; known {
		return d
	}
	w.lengths[it.Recording] = lengthOf(it.Recording)
	return w.lengths[it.Recording]
}
