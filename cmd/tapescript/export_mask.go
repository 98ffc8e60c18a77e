package main

import (
	"tapescript/audio"
	"tapescript/quality/privacy"
	"tapescript/quality/privacy/deidentify"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

// exportMask takes personal data out of results: found once, a thing is masked
// in every value of its result; recordings and workers go by pseudonyms that are
// the same all through. It remembers where each recording lies and what is to be
// silent in it, under the name that goes out.
type exportMask struct {
	options privacy.Options
	names   *deidentify.Pseudonyms
	texts   func(task.Task) (string, bool) // final texts, nil without
	final   map[string]bool                // masked tasks that have one
	lengths *lengthsOf
	heard   *deidentify.Heard
	sound   map[string]*deidentify.Recording // by the name that goes out
	muted   map[*deidentify.Recording][]audio.Span
}

// exportMask is the mask that the flags ask for; nil where nobody asked.
func (p *program) exportMask(f exportFlags) (*exportMask, error) {
	if !f.redacted {
		if f.names != "" {
			return nil, usagef("%s", p.words.Say("export.names-redacted"))
		}
		return nil, nil
	}
	m := &exportMask{names: deidentify.NewPseudonyms(), final: map[string]bool{}, lengths: newLengths(), sound: map[string]*deidentify.Recording{}, muted: map[*deidentify.Recording][]audio.Span{}}
	if f.names != "" {
		data, err := p.readBytes(f.names)
		if err != nil {
			return nil, err
		}
		m.options.Names = nameList(data)
	}
	m.heard = &deidentify.Heard{Options: m.options, Pad: redactPad, Length: m.lengths.of}
	var err error
	m.texts, err = exportTexts(f.texts)
	return m, err
}

// result is a result without its personal data.
func (m *exportMask) result(b task.Batch, r task.Result) (task.Result, error) {
	final := false
	if m.texts != nil {
		if text, ok := m.texts(r.Task); ok { // it leaves as the draft's text does
			r.Task.Draft, final = text, true
		}
	}
	source, err := m.heard.Add(r)
	if err != nil {
		return r, err
	}
	if source != nil {
		m.sound[m.names.Audio(r.Task.Audio.Ref)] = source
	}
	clean, err := platform.Rewrite(b, r, func(values []platform.Value) []string { return deidentify.Values(values, m.options, m.names) })
	if err != nil {
		return clean, err
	}
	m.final[clean.Task.ID] = final
	if a := &clean.Task.Audio; a.End == 0 && a.Duration == 0 && r.Task.Audio.Path != "" {
		a.Duration = m.lengths.of(r.Task.Audio.Path)
	}
	return clean, nil
}

// text is the final text of a masked task.
func (m *exportMask) text(t task.Task) (string, bool) { return t.Draft, m.final[t.ID] }
