// Package deidentify takes personal data out of a batch: results that may be given
// away, dossiers of a store that hold none of it, and where their recordings are
// to be silent.
//
//	names := deidentify.NewPseudonyms()
//	clean, err := platform.Rewrite(batch, result, func(v []platform.Value) []string {
//		return deidentify.Values(v, options, names)
//	})
//	secrets, named, err := deidentify.Dossier(batch, dossier, options, names)
//
// What is personal, quality/privacy finds. Not here: sound, which is muted by who
// has it, and any store.
package deidentify

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
	"tapescript/transcript/task/platform"
)

// Pseudonyms name people and recordings by a keyed hash: the same all through
// one export, and of no use to who has another.
type Pseudonyms struct{ key []byte }

// NewPseudonyms draws a key.
func NewPseudonyms() *Pseudonyms {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return &Pseudonyms{key}
}

// Of names a text: the prefix and twelve hexadecimal digits.
func (n *Pseudonyms) Of(prefix, text string) string {
	h := hmac.New(sha256.New, n.key)
	h.Write([]byte(text))
	return prefix + hex.EncodeToString(h.Sum(nil)[:6])
}

// Audio names a recording, and keeps its ending. The stretch of a key stays.
func (n *Pseudonyms) Audio(ref string) string {
	ref, stretch, isStretch := strings.Cut(ref, "#t=")
	ending := path.Ext(strings.SplitN(ref, "?", 2)[0])
	if len(ending) > 5 || strings.ContainsAny(ending, "/ ") {
		ending = ""
	}
	name := n.Of("r-", ref) + ending
	if isStretch {
		name += "#t=" + stretch
	}
	return name
}

// Values makes of the values of one result what may be given away: found once, a
// thing is masked in all of them; who worked and spoke, keys and recordings go by
// their pseudonyms.
func Values(values []platform.Value, o privacy.Options, names *Pseudonyms) []string {
	list := make([]string, len(values))
	said := map[string]string{} // what stands for a name wherever it is the whole of a value
	for i, v := range values {
		switch v.Name {
		case platform.ValueWorker:
			list[i] = names.Of("w-", v.Text)
		case platform.ValueSpeaker:
			list[i] = names.Of("s-", v.Text)
		case platform.ValueAudio, platform.ValueKey:
			list[i] = names.Audio(v.Text)
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
