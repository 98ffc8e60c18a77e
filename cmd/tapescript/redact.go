package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/quality/privacy"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui"
	"tapescript/tui/transport"
)

// redactFlags are what `redact` can be told.
type redactFlags struct {
	storeFlags
	batch                                   string
	dry, mute                               bool // mute: --audio was given
	out, to, audio, audioOut, names, report string
	kinds                                   []string
	bleep, silence                          bool
	keepJournal, purgeJournal               bool
}

// redactPad is muted before and after a word: recognisers' times are that wrong.
const redactPad = 100 * time.Millisecond

// mostLikeness is what may be left of the source in a muted span.
const mostLikeness = 0.01

func (p *program) redactCommand() *cobra.Command {
	var f redactFlags
	needed := func(c *cobra.Command, args []string) error {
		if f.store != "" {
			return cobra.NoArgs(c, args)
		}
		return cobra.ExactArgs(1)(c, args)
	}
	c := p.command("redact", needed, func(c *cobra.Command, args []string) error {
		if f.mute = c.Flags().Changed("audio"); f.store != "" {
			return p.redactStore(c.Context(), f)
		}
		if f.batch != "" || f.dry {
			return usagef("%s", p.words.Say("redact.needs-store"))
		}
		return p.redact(c.Context(), args[0], f)
	})
	c.Flags().StringVar(&f.store, "store", "", p.words.Say("flag.redact-store"))
	c.Flags().StringVar(&f.batch, "batch", "", p.words.Say("flag.batch"))
	c.Flags().BoolVar(&f.dry, "dry-run", false, p.words.Say("flag.redact-dry"))
	c.Flags().StringVarP(&f.out, "output", "o", "", p.words.Say("flag.output"))
	c.Flags().StringVar(&f.to, "to", "", p.words.Say("flag.to"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.redact-audio"))
	c.Flags().StringVar(&f.audioOut, "audio-output", "", p.words.Say("flag.redact-audio-output"))
	c.Flags().BoolVar(&f.bleep, "bleep", false, p.words.Say("flag.redact-bleep"))
	c.Flags().BoolVar(&f.silence, "silence", false, p.words.Say("flag.redact-silence"))
	c.Flags().StringVar(&f.names, "names", "", p.words.Say("flag.redact-names"))
	c.Flags().StringSliceVar(&f.kinds, "kinds", nil, p.words.Say("flag.redact-kinds", kindNames()))
	c.Flags().StringVar(&f.report, "report", "", p.words.Say("flag.redact-report"))
	c.Flags().BoolVar(&f.purgeJournal, "purge-journal", false, p.words.Say("flag.redact-purge-journal"))
	c.Flags().BoolVar(&f.keepJournal, "keep-journal", false, p.words.Say("flag.redact-keep-journal"))
	c.MarkFlagsMutuallyExclusive("keep-journal", "purge-journal")
	return c
}

func kindNames() string {
	var list []string
	for _, k := range privacy.Kinds() {
		list = append(list, string(k))
	}
	return strings.Join(list, ", ")
}

// The report of `redact`: what was done, and never the data.
type redactReport struct {
	Kinds        map[privacy.Kind]int `json:"kinds"`
	Segments     int                  `json:"segments"`        // with a mask
	Left         int                  `json:"left"`            // secrets that OUT holds: it is not written unless 0
	MutedSpans   int                  `json:"muted_spans"`     // of the recording
	MutedSeconds float64              `json:"muted_seconds"`   // together
	AudioLeft    *float64             `json:"audio_left"`      // correlation with the source in these; null without --audio
	Unsure       int                  `json:"without_a_place"` // findings that no time is known of
}

// redact writes a transcript without its personal data, and a recording
// without the sound of it: all of it, or nothing.
func (p *program) redact(ctx context.Context, in string, f redactFlags) error {
	options, to, err := p.redactOptions(f)
	if err != nil {
		return err
	}
	for _, path := range []string{f.out, f.audioOut, f.report} {
		if _, err := os.Lstat(path); path != "" && path != "-" && err == nil {
			return errors.New(p.words.Say("redact.exists", path))
		}
		if err := p.vacant(path, true); err != nil {
			return err
		}
	}
	if err := p.redactJournal(in, f); err != nil {
		return err
	}
	if err := p.redactReviews(in, f); err != nil {
		return err
	}
	t, _, err := p.readAs(in, format.Reading{})
	if err != nil {
		return err
	}
	findings := privacy.Find(t, options)
	clean, secrets := privacy.Redact(t, findings, options)
	if f.audioOut != "" && f.audioOut != "-" {
		clean.Media.Path = filepath.Base(f.audioOut)
	}
	if to.NeedsName() && f.out != "-" {
		format.NameRecording(clean, f.out)
	}
	file, err := to.Prepare(clean)
	if err != nil {
		return err
	}
	report := redactReport{Kinds: secrets.Counts(), Segments: maskedSegments(findings), Left: secrets.In(file.Bytes())}
	if report.Left > 0 {
		return fmt.Errorf("%s", p.words.Count("redact.left", report.Left))
	}
	made, err := p.redactAudio(ctx, t, findings, f, &report)
	if err != nil {
		return err
	}
	if made != nil {
		defer os.Remove(made.Name())
		defer made.Close()
	}
	if losses := file.Losses(); len(losses) > 0 {
		p.tell(p.words.Say("convert.loses", to.Title, p.losses(losses)))
	}
	if err := p.deliverRedacted(made, file, f, report); err != nil {
		return err
	}
	if f.purgeJournal && in != "-" {
		n, err := journal.Purge(in, journal.Options{})
		if err != nil {
			return err
		}
		p.tell(p.words.Count("redact.journal-purged", n))
		if err := p.dropReviewsOf(in); err != nil {
			return err
		}
	}
	return p.tellRedacted(report)
}

// deliverRedacted puts the results in their places, what may fail late first:
// the recording, the report, and the text, which alone people take for the sign
// that all is done. Where one fails, those before it go again; none of them was
// there before.
func (p *program) deliverRedacted(made *os.File, file *format.File, f redactFlags, report redactReport) (err error) {
	var done []string
	defer func() {
		if err != nil {
			for _, path := range done {
				os.Remove(path)
			}
		}
	}()
	placed := func(path string) {
		if path != "-" {
			done = append(done, path)
		}
	}
	if made != nil {
		if err := p.deliver(made, f.audioOut); err != nil {
			return err
		}
		placed(f.audioOut)
	}
	if f.report != "" {
		data, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		if err := p.deliverText(f.report, append(data, '\n')); err != nil {
			return err
		}
		placed(f.report)
	}
	if f.out == "-" {
		return p.print(p.out, string(file.Bytes()))
	}
	_, err = file.Write(f.out)
	return err
}

// redactOptions checks the command line.
func (p *program) redactOptions(f redactFlags) (o privacy.Options, to format.Format, err error) {
	switch {
	case f.out == "":
		return o, to, usagef("%s", p.words.Say("redact.name-it"))
	case (f.audio == "") != (f.audioOut == ""):
		return o, to, usagef("%s", p.words.Say("redact.both-audio"))
	case f.bleep && f.silence:
		return o, to, usagef("%s", p.words.Say("redact.bleep-or-silence"))
	}
	if o, err = p.redactKinds(f); err != nil {
		return o, to, err
	}
	if to, err = p.formatOf(f.out, f.to, "--to"); err != nil {
		return o, to, err
	}
	if !to.CanWrite() {
		return o, to, &format.Error{Path: f.out, Code: format.ReadOnly, Offending: to.Title, Advice: format.OtherFormat}
	}
	return o, to, nil
}

// redactKinds says what to look for.
func (p *program) redactKinds(f redactFlags) (o privacy.Options, err error) {
	for _, name := range f.kinds {
		k := privacy.Kind(strings.ToUpper(strings.TrimSpace(name)))
		if !slices.Contains(privacy.Kinds(), k) {
			return o, usagef("%s", p.words.Say("redact.unknown-kind", name, kindNames()))
		}
		o.Kinds = append(o.Kinds, k)
	}
	if f.names != "" {
		data, err := p.readBytes(f.names)
		if err != nil {
			return o, err
		}
		o.Names = nameList(data)
	}
	return o, nil
}

// redactJournal refuses to go on in silence where a journal holds what is to
// be taken out: every letter that was typed is there. It is deleted last, once
// all is written; whether it can be is seen before anything is.
func (p *program) redactJournal(in string, f redactFlags) error {
	if in == "-" {
		return nil
	}
	n, err := journal.Kept(in, journal.Options{})
	if err != nil || n == 0 {
		return err
	}
	switch {
	case f.purgeJournal:
		j, err := journal.Open(in, journal.Options{})
		if err != nil {
			return err
		}
		unsaved := j.Found().Unsaved
		if err := j.Close(); err != nil {
			return err
		}
		if unsaved > 0 {
			return errors.New(p.words.Count("redact.journal-unsaved", unsaved, in))
		}
	case f.keepJournal:
		p.tell(p.words.Count("redact.journal-kept", n))
	default:
		return errors.New(p.words.Count("redact.journal", n))
	}
	return nil
}

func maskedSegments(findings []privacy.Finding) int {
	seen := map[int]bool{}
	for _, f := range findings {
		for _, part := range f.Parts {
			seen[part.Segment] = true
		}
	}
	return len(seen)
}

// redactAudio writes the muted copy to a temporary file and reads it back; nil
// where no recording was given.
func (p *program) redactAudio(ctx context.Context, t *transcript.Transcript, findings []privacy.Finding, f redactFlags, report *redactReport) (made *os.File, err error) {
	intervals, untimed := privacy.Intervals(t, findings, redactPad)
	report.Unsure = untimed
	if f.audio == "" {
		return nil, nil
	}
	if untimed > 0 {
		return nil, fmt.Errorf("%s", p.words.Count("redact.untimed", untimed))
	}
	rec, err := audio.Open(f.audio)
	if err != nil {
		return nil, err
	}
	defer rec.Close()
	spans, err := p.within(intervals, rec.Duration())
	if err != nil {
		return nil, err
	}
	for _, s := range spans {
		report.MutedSeconds += (s.End - s.Start).Seconds()
	}
	report.MutedSpans = len(spans)
	if made, err = temporary(f.audioOut); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			made.Close()
			os.Remove(made.Name())
		}
	}()
	ctx, stop := signal.NotifyContext(ctx, tui.EndSignals...)
	defer stop()
	cover := audio.Bleep
	if f.silence {
		cover = audio.Silence
	}
	bar := p.newProgress(p.words.Say("redact.muting"))
	_, err = rec.WriteMuted(ctx, made, spans, cover, bar.show)
	bar.end()
	if refused := (*audio.ClipError)(nil); errors.As(err, &refused) {
		return made, errors.New(p.words.Say("clip-reason." + string(refused.Reason)))
	}
	if err != nil {
		return made, err
	}
	muted, err := audio.Open(made.Name())
	if err != nil {
		return made, err
	}
	defer muted.Close()
	left, err := audio.Likeness(ctx, rec, muted, spans, cover)
	if err == nil && left >= mostLikeness {
		err = errors.New(p.words.Say("redact.audible"))
	}
	report.AudioLeft = &left
	return made, err
}

// within gives the spans of a recording to mute. One that begins behind its end is
// an error: the recording is another, and what is to go may be anywhere in it.
func (p *program) within(intervals []privacy.Interval, length time.Duration) ([]audio.Span, error) {
	var spans []audio.Span
	for _, i := range intervals {
		if i.Start+redactPad >= length {
			return nil, errors.New(p.words.Say("redact.behind", transport.Clock(i.Start+redactPad), transport.Clock(length)))
		}
		spans = append(spans, audio.Span{Start: i.Start, End: min(i.End, length)})
	}
	return spans, nil
}

// tellRedacted says how many of each kind there were.
func (p *program) tellRedacted(r redactReport) error {
	var list []string
	for _, k := range privacy.Kinds() {
		if n := r.Kinds[k]; n > 0 {
			list = append(list, fmt.Sprintf("%s %d", k, n))
		}
	}
	if len(list) == 0 {
		p.tell(p.words.Say("redact.none"))
	} else {
		p.tell(p.words.Count("redact.done", r.Segments, strings.Join(list, ", ")))
	}
	p.tell(p.words.Say("redact.look"))
	return nil
}
