package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"tapescript/audio"
	"tapescript/quality"
	"tapescript/quality/consensus"
	"tapescript/quality/normalize"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui"
	"tapescript/tui/review"
)

// columnsWork is several versions of the same recordings, and where the gold
// that is made of them goes.
type columnsWork struct {
	*reviewWork
	versions []*review.Versions
	lattices []consensus.Lattice
	rows     []consensus.Submission
	profile  normalize.Profile
	first    *transcript.Transcript // the first version, whose segments the gold takes; nil for tables
	out      string
}

// reviewColumns makes one text of several versions: of tables with several rows
// of an item, or of transcripts of one recording.
func (p *program) reviewColumns(ctx context.Context, args []string, f reviewFlags) error {
	screen := !f.list && !f.agreement && f.export == ""
	if screen && f.out == "" {
		return usagef("%s", p.words.Say("review.needs-output"))
	}
	if screen {
		if err := p.needTerminal("review"); err != nil {
			return err
		}
	}
	w, err := p.columnsOf(args, f)
	if err != nil {
		return p.explainConsensus(strings.Join(args, ", "), err)
	}
	if f.agreement {
		return p.printAgreement(w, f)
	}
	unlock, err := w.openLog(screen)
	if err != nil {
		return err
	}
	defer unlock()
	switch {
	case f.export != "":
		return p.exportReview(w.reviewWork, f)
	case f.list:
		return p.listColumns(w, f)
	}
	if len(w.entries) == 0 { // a file of another origin is not ours to replace
		if err := p.vacant(f.out, f.force); err != nil {
			return err
		}
	}
	return p.showColumns(ctx, w, f)
}

func (p *program) explainConsensus(path string, err error) error {
	var bad *consensus.Error
	if errors.As(err, &bad) {
		return errors.New(p.words.Say("consensus-code."+string(bad.Code), path, bad.Item, bad.Count, bad.Most))
	}
	return adviseOpen(err)
}

// columnsOf reads the versions and lays them side by side.
func (p *program) columnsOf(args []string, f reviewFlags) (*columnsWork, error) {
	path, err := reviewLogPath(args...)
	if err != nil {
		return nil, err
	}
	w := &columnsWork{reviewWork: &reviewWork{words: p.words.Say, logPath: path, begin: map[string]string{}, files: pathsOf(append(slices.Clone(args), f.out)...)}, out: f.out}
	if f.log != "" {
		w.logPath = f.log
	}
	for _, arg := range args {
		s, err := p.readSide(arg)
		if err != nil {
			return nil, err
		}
		if (s.transcript == nil) != (len(args) == 1 || len(w.rows) > 0 && w.first == nil) && len(w.rows) > 0 {
			return nil, usagef("%s", p.words.Say("review.mixed"))
		}
		if s.transcript == nil {
			rows, err := p.submissions(arg)
			if err != nil {
				return nil, err
			}
			for i := range rows {
				if len(args) > 1 && rows[i].Worker == "" {
					rows[i].Worker = filepath.Base(arg)
				}
			}
			w.rows = append(w.rows, rows...)
			continue
		}
		w.addTranscript(arg, s.transcript)
	}
	name := f.normalize
	if w.first != nil && !f.normalizeGiven {
		name = "none" // what is written is what is chosen
	}
	if w.profile, err = normalize.Lookup(name); err != nil {
		return nil, usageError{err}
	}
	if w.lattices, err = consensus.Lattices(w.rows, consensus.Options{Normalize: &w.profile}); err != nil {
		return nil, err
	}
	w.lay(f)
	if f.queue {
		riskFirstVersions(w.versions)
	}
	return w, nil
}

// addTranscript adds a version of a recording. Its words are shared out among
// the segments of the first version, to those of the words they stand beside.
func (w *columnsWork) addTranscript(path string, t *transcript.Transcript) {
	name := filepath.Base(path)
	for n := 2; slices.ContainsFunc(w.rows, func(s consensus.Submission) bool { return s.Worker == name }); n++ {
		name = fmt.Sprintf("%s #%d", filepath.Base(path), n)
	}
	if w.first == nil {
		w.first = t
		for _, s := range t.Segments {
			w.rows = append(w.rows, consensus.Submission{Item: s.ID, Worker: name, Text: s.Text})
		}
		return
	}
	texts := quality.ShareOut(w.first, t)
	for _, s := range w.first.Segments {
		w.rows = append(w.rows, consensus.Submission{Item: s.ID, Worker: name, Text: texts[s.ID]})
	}
}

// lay makes what the screen shows of the lattices: tables in the order of their
// IDs, transcripts in the order of their segments.
func (w *columnsWork) lay(f reviewFlags) {
	byID := map[string]*review.Versions{}
	for i := range w.lattices {
		l := &w.lattices[i]
		v := &review.Versions{ID: l.Item, Lattice: l, Names: l.Workers}
		if w.first == nil {
			v.Recording = recordingIn(f.audio, l.Item)
		}
		byID[l.Item] = v
		w.versions = append(w.versions, v)
	}
	if w.first == nil {
		return
	}
	w.versions = nil
	recording := f.audio
	if recording == "" {
		recording = recordingOf(f.firstPath, w.first.Media.Path)
	}
	for _, s := range w.first.Segments {
		if v := byID[s.ID]; v != nil {
			v.Start, v.End, v.Recording = s.Start, s.End, recording
			w.versions = append(w.versions, v)
		}
	}
}

func (p *program) showColumns(ctx context.Context, w *columnsWork, f reviewFlags) error {
	place, err := p.arrange(f.deskFlags, "")
	if err != nil {
		return err
	}
	notice := p.agreementText(w)
	if !slices.ContainsFunc(w.versions, func(v *review.Versions) bool { return v.Recording != "" }) {
		notice += " " + p.words.Say("review.no-recording")
	}
	d := newDeck(audio.Options{Silent: f.silent})
	defer d.Close()
	c := review.NewColumns(review.ChooseOpening{
		Items: w.versions, Deck: d, Log: w, Entries: w.entries, Reviewer: f.reviewer, Save: w.saveGold, Notice: notice,
		Words: p.words, Explain: p.explain, Theme: place.theme,
	})
	err = p.runReview(ctx, c, place, c.Flush)
	if c.Unsaved() > 0 {
		p.tell(p.words.Say("review.kept", w.logPath))
	}
	return err
}

// runReview shows a screen until the person leaves it.
func (p *program) runReview(ctx context.Context, s tui.Screen, place *desk, closing func()) error {
	err := tui.Run(ctx, s, tui.Options{Keys: place.keys, Words: p.words, Theme: place.theme, NoMouse: place.Mouse != nil && !*place.Mouse, Closing: closing})
	if fault, ok := errors.AsType[*tui.Fault](err); ok {
		return p.reportFault(fault)
	}
	return err
}

// saveGold writes the text as chosen, and beside it where each word comes from.
func (w *columnsWork) saveGold(work []review.Chosen) (string, error) {
	var from bytes.Buffer
	for _, c := range work {
		for _, word := range c.Provenance {
			line, err := json.Marshal(word)
			if err != nil {
				return w.out, err
			}
			from.Write(append(line, '\n'))
		}
	}
	if err := w.writeGold(work); err != nil {
		return w.out, err
	}
	return w.out, transcript.ReplaceFile(w.out+".provenance.jsonl", from.Bytes(), 0o666)
}

func (w *columnsWork) writeGold(work []review.Chosen) error {
	if w.first == nil {
		var out bytes.Buffer
		out.WriteString("id\ttext\tconfidence\n")
		for _, c := range work {
			sum, n := 0.0, 0
			for _, word := range c.Provenance {
				if word.By == "reviewer" {
					word.Confidence = 1
				}
				sum, n = sum+word.Confidence, n+1
			}
			fmt.Fprintf(&out, "%s\t%s\t%.4f\n", oneLine(c.Versions.ID), oneLine(c.Text), sum/float64(max(n, 1)))
		}
		return transcript.ReplaceFile(w.out, out.Bytes(), 0o666)
	}
	f, err := format.ForPath(w.out)
	if err != nil {
		return err
	}
	gold := *w.first
	texts := map[string]string{}
	for _, c := range work {
		texts[c.Versions.ID] = c.Text
	}
	gold.Segments = nil
	for _, s := range w.first.Segments {
		one := *s
		if text, ok := texts[s.ID]; ok && text != one.Text {
			one.Text, one.Words = text, nil
		}
		gold.Segments = append(gold.Segments, &one)
	}
	_, err = format.Write(w.out, f, &gold)
	return err
}

// agreementJSON is how far versions agree.
type agreementJSON struct {
	consensus.Agreement
	Kappa      float64 `json:"kappa"` // Fleiss', of the words
	KappaKnown bool    `json:"kappa_known"`
}

func (w *columnsWork) agreement() (agreementJSON, error) {
	crowd, err := consensus.Skills(w.rows, nil, consensus.Options{Normalize: &w.profile})
	if err != nil {
		return agreementJSON{}, err
	}
	out := agreementJSON{Agreement: crowd.Agreement}
	out.Kappa, out.KappaKnown = consensus.Kappa(w.lattices)
	return out, nil
}

func (p *program) agreementText(w *columnsWork) string {
	a, err := w.agreement()
	if err != nil || !a.KappaKnown || !a.Known {
		return ""
	}
	return p.words.Say("review.agreement", a.Kappa, a.Alpha, p.percentOf(a.PairwiseWER))
}

func (p *program) printAgreement(w *columnsWork, f reviewFlags) error {
	a, err := w.agreement()
	if err != nil {
		return p.explainConsensus("", err)
	}
	if f.json {
		data, err := json.MarshalIndent(a, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(data)+"\n")
	}
	if !a.KappaKnown || !a.Known {
		return p.print(p.out, p.words.Say("review.agreement-none")+"\n")
	}
	return p.print(p.out, p.agreementText(w)+"\n")
}

// listColumns prints the columns that a reviewer would be asked about.
func (p *program) listColumns(w *columnsWork, f reviewFlags) error {
	list := review.Contested(w.versions, w.entries)
	if f.json {
		data, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		return p.print(p.out, string(data)+"\n")
	}
	var out strings.Builder
	for _, c := range list {
		fmt.Fprintf(&out, "%s\t%d\t%s", oneLine(c.Item), c.Column, oneLine(c.Text))
		for _, a := range c.Candidates {
			fmt.Fprintf(&out, "\t%s %.2f", cmpOr(oneLine(a.Text), "∅"), a.Confidence)
		}
		out.WriteByte('\n')
	}
	return p.print(p.out, out.String())
}

func cmpOr(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
