package main

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"tapescript/quality/privacy"
	"tapescript/transcript"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

// exportMask takes personal data out of results: found once, a thing is masked
// in every value of its result; recordings and workers go by pseudonyms that are
// the same all through. It remembers where each recording lies and what is to be
// silent in it, under the name that goes out.
type exportMask struct {
	options privacy.Options
	names   *pseudonyms
	texts   func(task.Task) (string, bool) // final texts, nil without
	final   map[string]bool                // masked tasks that have one
	lengths *lengthsOf
	sound   map[string]*maskedSound // by the name that goes out
	files   map[string]*maskedSound // by path
}

// exportMask is the mask that the flags ask for; nil where nobody asked.
func (p *program) exportMask(f exportFlags) (*exportMask, error) {
	if !f.redacted {
		if f.names != "" {
			return nil, usagef("%s", p.words.Say("export.names-redacted"))
		}
		return nil, nil
	}
	m := &exportMask{names: newPseudonyms(), final: map[string]bool{}, lengths: newLengths(), sound: map[string]*maskedSound{}, files: map[string]*maskedSound{}}
	if f.names != "" {
		data, err := p.readBytes(f.names)
		if err != nil {
			return nil, err
		}
		m.options.Names = nameList(data)
	}
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
	if err := m.hear(r); err != nil {
		return r, err
	}
	clean, err := platform.Rewrite(b, r, func(values []platform.Value) []string { return maskValues(values, m.options, m.names) })
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

// pseudonyms name people and recordings by a keyed hash: the same all through
// one export, and of no use to who has another.
type pseudonyms struct{ key []byte }

func newPseudonyms() *pseudonyms {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return &pseudonyms{key}
}

func (n *pseudonyms) of(prefix, text string) string {
	h := hmac.New(sha256.New, n.key)
	h.Write([]byte(text))
	return prefix + hex.EncodeToString(h.Sum(nil)[:6])
}

// audio names a recording, and keeps its ending. The stretch of a key stays.
func (n *pseudonyms) audio(ref string) string {
	ref, stretch, isStretch := strings.Cut(ref, "#t=")
	ending := path.Ext(strings.SplitN(ref, "?", 2)[0])
	if len(ending) > 5 || strings.ContainsAny(ending, "/ ") {
		ending = ""
	}
	name := n.of("r-", ref) + ending
	if isStretch {
		name += "#t=" + stretch
	}
	return name
}

// maskValues makes of the values of one result what may be given away.
func maskValues(values []platform.Value, o privacy.Options, names *pseudonyms) []string {
	list := make([]string, len(values))
	said := map[string]string{} // what stands for a name wherever it is the whole of a value
	for i, v := range values {
		switch v.Name {
		case platform.ValueWorker:
			list[i] = names.of("w-", v.Text)
		case platform.ValueSpeaker:
			list[i] = names.of("s-", v.Text)
		case platform.ValueAudio, platform.ValueKey:
			list[i] = names.audio(v.Text)
		}
		if list[i] != "" {
			said[v.Text] = list[i]
		}
	}
	t := &transcript.Transcript{}
	var places []int
	for i, v := range values {
		if list[i] != "" {
			continue
		}
		if name, ok := said[v.Text]; ok {
			list[i] = name
			continue
		}
		id := fmt.Sprint(i) // each its own speaker: values are not one text
		t.Speakers = append(t.Speakers, transcript.Speaker{ID: id, Name: id})
		t.Segments = append(t.Segments, &transcript.Segment{ID: id, Speaker: id, Text: v.Text})
		places = append(places, i)
	}
	clean, _ := privacy.Redact(t, privacy.Find(t, o), o)
	for n, s := range clean.Segments {
		list[places[n]] = s.Text
	}
	return list
}
