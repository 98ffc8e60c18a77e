package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/transcript"
	"tapescript/transcript/draft"
	"tapescript/transcript/format"
)

// draftFlags are what `draft` can be told.
type draftFlags struct {
	out, recogniser, model, language string
	list, noOpen, force              bool
	open                             openFlags
}

func (p *program) draftCommand() *cobra.Command {
	var f draftFlags
	c := p.command("draft", cobra.RangeArgs(0, 1), func(c *cobra.Command, args []string) error {
		s, err := p.readSettings()
		switch {
		case err != nil:
			return err
		case f.list:
			return p.listRecognisers(s.Draft)
		case len(args) == 0:
			return usagef("%s", p.words.Say("usage.arguments", c.UseLine()))
		}
		return p.draft(c.Context(), args[0], s.Draft, f)
	})
	c.Flags().StringVarP(&f.out, "output", "o", "", p.words.Say("flag.draft-output"))
	c.Flags().StringVar(&f.recogniser, "recogniser", "", p.words.Say("flag.draft-recogniser"))
	c.Flags().StringVar(&f.model, "model", "", p.words.Say("flag.draft-model"))
	c.Flags().StringVar(&f.language, "language", "", p.words.Say("flag.draft-language"))
	c.Flags().BoolVar(&f.list, "list", false, p.words.Say("flag.draft-list"))
	c.Flags().BoolVar(&f.noOpen, "no-open", false, p.words.Say("flag.draft-no-open"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	f.open.rewind = defaultRewind
	p.addDeskFlags(c, &f.open.deskFlags)
	return c
}

// recognisers are the person's own, and behind them the presets.
func recognisers(s draftSettings) []draft.Recogniser {
	var list []draft.Recogniser
	for name, r := range s.Recognisers {
		r.Name = name
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b draft.Recogniser) int { return strings.Compare(a.Name, b.Name) })
	for _, r := range draft.Presets() {
		if _, own := s.Recognisers[r.Name]; !own {
			list = append(list, r)
		}
	}
	return list
}

// installed says where a recogniser's program lies, "" where it is not.
func installed(r draft.Recogniser) string {
	if len(r.Command) == 0 {
		return ""
	}
	path, err := exec.LookPath(r.Command[0])
	if err != nil {
		return ""
	}
	return path
}

// listRecognisers prints which there are, and their command lines.
func (p *program) listRecognisers(s draftSettings) error {
	var b strings.Builder
	for _, r := range recognisers(s) {
		where := installed(r)
		if where == "" {
			where = p.words.Say("recogniser.not-here")
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\n", transcript.Clean(r.Name), where, transcript.Clean(strings.Join(r.Command, " ")))
	}
	return p.print(p.out, b.String())
}

// recogniser is the one that was asked for, else the settings', else the first
// that is installed.
func (p *program) recogniser(s draftSettings, name string) (draft.Recogniser, error) {
	list := recognisers(s)
	if name == "" {
		name = s.Recogniser
	}
	var names []string
	for _, r := range list {
		if names = append(names, r.Name); r.Name == name {
			return r, nil
		}
	}
	if name != "" {
		return draft.Recogniser{}, usagef("%s", p.words.Say("recogniser.unknown", name, strings.Join(names, " ")))
	}
	for _, r := range list {
		if installed(r) != "" {
			return r, nil
		}
	}
	return draft.Recogniser{}, errors.New(p.words.Say("recogniser.none", strings.Join(names, ", "), settingsPath()))
}

// draft lets the recogniser write a draft of a recording, and opens it.
func (p *program) draft(ctx context.Context, path string, s draftSettings, f draftFlags) error {
	r, err := p.recogniser(s, f.recogniser)
	if err != nil {
		return err
	}
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	if f.out == "" {
		f.out = stem + ".draft.jsonl"
	}
	to, err := p.outputFormat(f.out, "")
	if err != nil {
		return err
	}
	if err := p.vacant(f.out, f.force); err != nil {
		return err
	}
	t, err := p.recognise(ctx, path, r, s, f)
	if err != nil {
		return p.explainDraft(err)
	}
	if err := p.write(f.out, to, t, false); err != nil {
		return err
	}
	p.tell(p.words.Count("recogniser.written", len(t.Segments), r.Name, f.out))
	if f.noOpen || p.needTerminal("open") != nil {
		p.tell(p.words.Say("recogniser.next", path, f.out))
		return nil
	}
	return p.open(ctx, []string{path, f.out}, f.open)
}

// recognise runs the recogniser in a folder of its own, and reads what it wrote.
func (p *program) recognise(ctx context.Context, path string, r draft.Recogniser, s draftSettings, f draftFlags) (*transcript.Transcript, error) {
	folder, err := os.MkdirTemp("", "tapescript-draft-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	recording, err := audio.Open(path)
	if err != nil {
		return nil, err
	}
	defer recording.Close()
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	job := draft.Job{Recording: absolute, Folder: folder, Language: first(f.language, s.Language), Model: first(f.model, s.Model)}
	if _, err := r.Arguments(job); err != nil {
		return nil, err // before the work for it
	}
	bar := p.newProgress(p.words.Say("recogniser.running", r.Name))
	defer bar.end()
	if r.NeedsWAV() {
		job.WAV = filepath.Join(folder, "recording.wav")
		if err := writeForRecogniser(ctx, recording, job.WAV); err != nil {
			return nil, err
		}
	}
	wrote, err := r.Run(ctx, job, func(done draft.Progress) {
		bar.show(max(done.Share, done.At.Seconds()/max(recording.Duration().Seconds(), 1e-3)))
	})
	if err != nil {
		return nil, err
	}
	t, err := p.readRecognised(wrote, r)
	if err != nil {
		return nil, err
	}
	t.Media = transcript.Media{Path: path, Duration: recording.Duration()}
	t.Language = first(t.Language, job.Language)
	return t, nil
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// writeForRecogniser writes what recognisers are trained on: 16 kHz, mono.
func writeForRecogniser(ctx context.Context, recording *audio.Recording, path string) error {
	out, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	clip := audio.Clip{Span: audio.Span{End: recording.Duration()}, Speed: 1, RateHz: 16000, Channels: 1}
	if _, err := recording.WriteWAV(ctx, out, clip, func(float64) {}); err != nil {
		return err
	}
	return out.Close()
}

func (p *program) readRecognised(path string, r draft.Recogniser) (*transcript.Transcript, error) {
	if r.Output != draft.Sphinx {
		t, _, err := p.readAs(path, format.Reading{})
		return t, err
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return draft.ReadSphinx(in)
}

// explainDraft makes a sentence of why a recogniser gave nothing.
func (p *program) explainDraft(err error) error {
	bad, ok := errors.AsType[*draft.Error](err)
	if !ok {
		return err
	}
	text := errors.New(p.words.Say("recogniser-code."+string(bad.Code), bad.Recogniser, bad.Detail, settingsPath()))
	if bad.Code == draft.NoModel {
		return usageError{text}
	}
	return text
}
