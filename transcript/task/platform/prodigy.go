package platform

import (
	"bufio"
	"iter"
	"strings"
	"time"

	"tapescript/transcript/task"
)

// prodigy is Prodigy's JSON Lines for audio: tasks to annotate, or annotations.
//
//	{"audio": "data/1.wav", "path": "data/1.wav", "meta": {"file": "1.wav"}, "transcript": "hello", "orig_transcript": "helo",
//	 "_input_hash": 1, "_task_hash": 2, "_session_id": "ds-alice", "_view_id": "blocks", "answer": "accept", "_timestamp": 1600000000}
//
// orig_transcript, or a transcript without an answer, is a draft. The answers
// accept and reject are the annotator's own about the task, not a verdict on
// work: a rejected or ignored task has no text. Source: Prodigy's guide, "Audio
// and Video", and its API's "Interfaces".
var prodigy = Platform{
	Name: "prodigy", Title: "Prodigy",
	sniff: func(h *head) bool {
		return h.holds("_task_hash", "_input_hash") || h.holds("audio") && h.holds("audio_spans", "orig_transcript", "_session_id", "_view_id")
	},
	open: func(s *source) (rows, error) {
		return openObjects(s, func(o object) ([]task.Record, error) {
			r, err := prodigyRecord(o)
			return []task.Record{r}, err
		})
	},
	encode: encodeProdigy,
}

func prodigyRecord(o object) (r task.Record, err error) {
	for _, key := range []string{"path", "audio", "video"} { // audio may be the sound itself, in base64
		ref, err := o.text(key)
		if err != nil {
			return r, err
		}
		if !strings.HasPrefix(ref, "data:") && r.Audio.Ref == "" {
			r.Audio.Ref = oneLine(ref)
		}
	}
	if meta, _ := o.object("meta"); r.Audio.Ref == "" && meta != nil {
		r.Audio.Ref = oneLine(textOf(meta, "file"))
	}
	if r.Audio.Ref == "" {
		return r, bad("audio", NoAudio, "")
	}
	r.Key = r.Audio.Ref
	transcript, err := o.text("transcript")
	if err != nil {
		return r, err
	}
	original, err := o.text("orig_transcript")
	if err != nil {
		return r, err
	}
	answer := oneLine(textOf(o, "answer"))
	r.Draft = strings.TrimSpace(clean(original))
	if answer == "" {
		if r.Draft == "" {
			r.Draft = strings.TrimSpace(clean(transcript))
		}
		return r, nil
	}
	d := &task.Done{Status: answer, Worker: oneLine(textOf(o, "_session_id")), Submitted: unixTime(textOf(o, "_timestamp"))}
	if d.Worker == "" {
		d.Worker = oneLine(textOf(o, "_annotator_id"))
	}
	switch answer {
	case "accept":
		d.Text = strings.TrimSpace(clean(transcript))
	case "reject", "ignore":
	default:
		return r, bad("answer", BadStatus, answer)
	}
	r.Done = d
	return r, nil
}

// unixTime reads seconds since 1970; the zero time where they are none.
func unixTime(text string) time.Time {
	d, err := time.ParseDuration(text + "s")
	if err != nil || d <= 0 {
		return time.Time{}
	}
	return time.Unix(0, 0).Add(d).UTC()
}

func encodeProdigy(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	out := newObjectsOut(w, b, "prodigy", false)
	for r, err := range results {
		if err != nil {
			return err
		}
		o := rowObject(b, "prodigy", r)
		if o == nil {
			o = object{}.set("audio", r.Task.Audio.Ref).set("path", r.Task.Audio.Ref)
		}
		if s := r.Submission; s != nil && !isOwn(b, "prodigy", r) {
			if r.Task.Draft != "" && o.get("orig_transcript") == nil {
				o = o.set("orig_transcript", r.Task.Draft)
			}
			o = o.set("transcript", s.Text).set("_session_id", s.Worker).set("answer", "accept")
			if !s.At.IsZero() {
				o = o.set("_timestamp", s.At.Unix())
			}
		}
		if decided(r) && r.Verdict.Decision == task.Rejected {
			o = o.set("answer", "reject")
		}
		out.write(o)
	}
	out.end()
	return nil
}
