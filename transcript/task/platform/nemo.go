package platform

import (
	"slices"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// nemo is the manifest of NVIDIA NeMo, one utterance a line.
//
//	{"audio_filepath": "a.wav", "offset": 3.45, "duration": 1.45, "text": "same file with offset", "pred_text": "…", "lang": "en"}
//
// Without an offset the duration is the recording's. The text is gold, unless
// told otherwise; pred_text, which a model wrote, is a draft. Source: NeMo's user
// guide, "Preparing Custom ASR Data".
var nemo = Platform{
	Name: "nemo", Title: "NeMo manifest", Corpus: true, ByTask: true,
	sniff: func(h *head) bool { return h.holds("audio_filepath") },
	open: func(s *source) (rows, error) {
		return openObjects(s, func(o object) ([]task.Record, error) {
			r, err := nemoRecord(o, s.o.Texts)
			if s.batch.Language == "" && err == nil {
				s.batch.Language = oneLine(textOf(o, "lang"))
			}
			return []task.Record{r}, err
		})
	},
	corpus: writeNeMo,
}

func nemoRecord(o object, texts Texts) (r task.Record, err error) {
	if r.Audio.Ref, err = o.text("audio_filepath"); err != nil {
		return r, err
	}
	if r.Audio.Ref = oneLine(r.Audio.Ref); r.Audio.Ref == "" {
		return r, bad("audio_filepath", NoAudio, "")
	}
	start, err := o.seconds("offset")
	if err != nil {
		return r, err
	}
	if r.Audio.Duration, err = o.seconds("duration"); err != nil {
		return r, err
	}
	if o.get("offset") != nil && r.Audio.Duration > 0 {
		r.Audio.Start, r.Audio.End = start, start+r.Audio.Duration
	}
	r.Audio.Speaker = oneLine(textOf(o, "speaker"))
	text, err := o.text("text")
	if err != nil {
		return r, err
	}
	draft, err := o.text("pred_text")
	if err != nil {
		return r, err
	}
	r.Draft = strings.TrimSpace(clean(draft))
	addText(&r, text, texts, TextsGold)
	r.Key = keyOf(r.Audio)
	return r, nil
}

// addText puts the text of a corpus where it belongs.
func addText(r *task.Record, text string, how, usual Texts) {
	if text = strings.TrimSpace(clean(text)); text == "" {
		return
	}
	if how == TextsDefault {
		how = usual
	}
	if how == TextsDraft {
		r.Draft = text
		return
	}
	r.Gold = []string{text}
	r.Kind = kindOf(r.Gold, "")
}

// writeNeMo writes SPLIT_manifest.json for each split.
func writeNeMo(c *corpusWriter) error {
	return c.each(func(u *Utterance) error {
		audio, isWhole, err := c.sound(u, "audio/"+u.ID)
		if err != nil {
			return err
		}
		o := u.row("nemo")
		if isWhole || audio != textOf(o, "audio_filepath") {
			o = o.set("audio_filepath", audio)
		}
		switch {
		case !isWhole && u.Audio.End > 0:
			o = o.setDuration("offset", u.Audio.Start)
		case u.Audio.End > 0: // the stretch is a file now
			o = slices.DeleteFunc(o, func(m member) bool { return m.key == "offset" })
		}
		if d := u.length(); d > 0 {
			o = o.setDuration("duration", d)
		}
		o = o.set("text", u.Text)
		if u.Language != "" {
			o = o.set("lang", u.Language)
		}
		if u.Speaker != "" {
			o = o.set("speaker", u.Speaker)
		}
		return c.line(u.Split+"_manifest.json", o.String())
	})
}

// setDuration sets a time in seconds, and leaves one alone that says the same.
func (o object) setDuration(key string, d time.Duration) object {
	if was, err := o.seconds(key); err == nil && was == d && o.get(key) != nil {
		return o
	}
	return o.set(key, secondsRaw(d))
}
