package platform

import (
	"bufio"
	"cmp"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"tapescript/transcript/task"
)

// scale is the JSON of Scale AI's API for audio transcription, which Remotasks'
// workers did: one task, a list of them, or one a line, with or without its
// response.
//
//	{"task_id": "582b…", "type": "audiotranscription", "status": "completed", "instruction": "…",
//	 "params": {"attachment_type": "audio", "attachment": "https://…wav", "verbatim": false, "phrases": ["avocado"]},
//	 "response": {"transcript": "The avocado is…", "duration": 5.106, "alignment": [{"word": "The", "start": 0.3, …}]}}
//
// The instruction becomes the batch's, phrases its glossary, verbatim its style,
// where they are the first task's. A response with an error is none. Source:
// Scale's API reference, "Audio Transcription", as it was in 2017.
var scale = Platform{
	Name: "scale", Title: "Scale AI (Remotasks)",
	sniff: func(h *head) bool {
		return h.holds("params.attachment") || h.holds("task_id") && h.holds("response.transcript", "response.error")
	},
	open: func(s *source) (rows, error) {
		first := true
		return openObjects(s, func(o object) ([]task.Record, error) {
			r, err := scaleRecord(o)
			if err == nil && first {
				first = false
				scaleTerms(&s.batch, o)
			}
			return []task.Record{r}, err
		})
	},
	encode: encodeScale,
}

func scaleRecord(o object) (r task.Record, err error) {
	if kind, _ := o.text("type"); kind != "" && kind != "audiotranscription" && kind != "transcription" {
		return r, bad("type", OtherType, kind)
	}
	params, err := o.object("params")
	if err != nil {
		return r, err
	}
	if r.Audio.Ref, err = params.text("attachment"); err != nil {
		return r, err
	}
	id, err := o.text("task_id")
	if err != nil {
		return r, err
	}
	r.Audio.Ref = oneLine(r.Audio.Ref)
	if r.Audio.Ref == "" {
		if r.Audio.Ref = oneLine(id); id == "" {
			return r, bad("params.attachment", NoAudio, "")
		}
	}
	if r.Key = oneLine(id); r.Key == "" {
		r.Key = r.Audio.Ref
	}
	response, err := o.object("response")
	if err != nil || response == nil || response.get("error") != nil {
		return r, err
	}
	d := &task.Done{Submitted: date(textOf(o, "completed_at")), Started: date(textOf(o, "created_at")), Worker: oneLine(textOf(o, "worker_id"))}
	if d.Text, err = response.text("transcript"); err != nil {
		return r, bad("response.transcript", BadJSON, "")
	}
	if r.Audio.Duration, err = response.seconds("duration"); err != nil {
		return r, err
	}
	d.Text, d.Status = strings.TrimSpace(clean(d.Text)), oneLine(textOf(o, "status"))
	if d.Assignment = r.Key; d.Worker == "" {
		d.Worker = "scale" // which of its workers it was is not said
	}
	r.Done = d
	return r, nil
}

// textOf is a text of no importance: "" where it is none.
func textOf(o object, key string) string {
	text, _ := o.text(key)
	return text
}

// scaleTerms takes what a task says of the work.
func scaleTerms(b *task.Batch, o object) {
	b.Instructions = strings.TrimSpace(clean(textOf(o, "instruction")))
	params, err := o.object("params")
	if err != nil {
		return
	}
	var phrases []string
	if raw := params.get("phrases"); raw != nil && json.Unmarshal(raw, &phrases) == nil {
		for _, p := range phrases[:min(len(phrases), 10_000)] {
			if p = oneLine(p); p != "" && !slices.Contains(b.Glossary, p) {
				b.Glossary = append(b.Glossary, p)
			}
		}
	}
	if b.Extras == nil {
		b.Extras = make(map[string]string)
	}
	if verbatim := textOf(params, "verbatim"); verbatim != "" {
		b.Extras["scale.verbatim"] = oneLine(verbatim)
	}
}

func encodeScale(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	out := newObjectsOut(w, b, "scale", false)
	for r, err := range results {
		if err != nil {
			return err
		}
		o := rowObject(b, "scale", r)
		if o == nil {
			o = object{}.set("task_id", r.Task.Key).set("type", "audiotranscription").set("status", "pending").
				set("instruction", b.Instructions).
				set("params", object{}.set("attachment_type", "audio").set("attachment", r.Task.Audio.Ref).set("phrases", nonNil(b.Glossary)))
		}
		if s := r.Submission; s != nil && !isOwn(b, "scale", r) {
			response := object{}.set("transcript", s.Text)
			if d := cmp.Or(r.Task.Audio.Duration, s.Length); d > 0 {
				response = response.set("duration", secondsRaw(d))
			}
			o = o.set("status", "completed").set("completed_at", dateText(s.At)).set("response", response)
		}
		if decided(r) {
			review := object{}.set("decision", string(r.Verdict.Decision)).set("comment", r.Verdict.Comment)
			o = o.set("review", review)
		}
		out.write(o)
	}
	out.end()
	return nil
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
