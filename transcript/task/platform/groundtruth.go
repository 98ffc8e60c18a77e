package platform

import (
	"bufio"
	"iter"
	"strings"

	"tapescript/transcript/task"
)

// groundTruth is the manifest of Amazon SageMaker Ground Truth, one object a
// line: what is to be labelled, and in an output manifest the label, whose name
// the job chose, with its metadata.
//
//	{"source-ref": "s3://b/0001.wav", "transcript": "hello", "transcript-metadata": {"job-name": "labeling-job/x",
//	 "type": "groundtruth/custom", "human-annotated": "yes", "creation-date": "2018-10-18T22:18:13.527256", "confidence": 0.93}}
//
// A label that no human gave is a draft. Of several jobs' labels the last one
// counts, as Ground Truth appends them. Source: Amazon SageMaker's guide, "Output
// Data".
var groundTruth = Platform{
	Name: "ground-truth", Title: "SageMaker Ground Truth", ByTask: true,
	sniff: func(h *head) bool { return h.holds("source-ref") },
	open: func(s *source) (rows, error) {
		return openObjects(s, func(o object) ([]task.Record, error) {
			r, err := groundTruthRecord(o)
			return []task.Record{r}, err
		})
	},
	encode: encodeGroundTruth,
}

const metadataSuffix = "-metadata"

// groundTruthLabel is the name of the label, "" where there is none yet.
func groundTruthLabel(o object) string {
	label := ""
	for _, m := range o {
		if name, ok := strings.CutSuffix(m.key, metadataSuffix); ok && o.get(name) != nil {
			label = name
		}
	}
	return label
}

func groundTruthRecord(o object) (r task.Record, err error) {
	if r.Audio.Ref, err = o.text("source-ref"); err != nil {
		return r, err
	}
	if r.Audio.Ref = oneLine(r.Audio.Ref); r.Audio.Ref == "" {
		return r, bad("source-ref", NoAudio, "")
	}
	r.Key = r.Audio.Ref
	label := groundTruthLabel(o)
	if label == "" {
		return r, nil
	}
	text, err := groundTruthText(o, label)
	if err != nil {
		return r, err
	}
	metadata, err := o.object(label + metadataSuffix)
	if err != nil {
		return r, err
	}
	if textOf(metadata, "human-annotated") != "yes" {
		r.Draft = text
		return r, nil
	}
	job := oneLine(textOf(metadata, "job-name"))
	if job == "" {
		job = "ground-truth"
	}
	r.Done = &task.Done{Text: text, Worker: job, Submitted: date(textOf(metadata, "creation-date")), Status: oneLine(textOf(metadata, "adjustment-status"))}
	return r, nil
}

// groundTruthText reads a label: a text, or an object that holds one, as
// templates of one's own give it.
func groundTruthText(o object, label string) (string, error) {
	if raw := o.get(label); raw != nil && raw[0] == '{' {
		in, err := o.object(label)
		if err != nil {
			return "", err
		}
		key, _ := in.first("transcript", "transcription", "text")
		text, err := in.text(key)
		return strings.TrimSpace(clean(text)), err
	}
	text, err := o.text(label)
	return strings.TrimSpace(clean(text)), err
}

func encodeGroundTruth(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	out := newObjectsOut(w, b, "ground-truth", false)
	for list, err := range byTask(results) {
		if err != nil {
			return err
		}
		r := best(list)
		if r == nil { // nobody has done it, or nobody well
			r = &list[0]
			r.Submission = nil
		}
		o := rowObject(b, "ground-truth", *r)
		if o == nil {
			o = object{}.set("source-ref", r.Task.Audio.Ref)
		}
		if s := r.Submission; s != nil && !isOwn(b, "ground-truth", *r) {
			label := groundTruthLabel(o)
			if label == "" {
				label = "transcript"
			}
			metadata := object{}.set("job-name", "labeling-job/"+b.ID).set("type", "groundtruth/custom").
				set("human-annotated", "yes").set("creation-date", s.At.UTC().Format("2006-01-02T15:04:05.000000"))
			if decided(*r) && r.Verdict.Comment != "" {
				metadata = metadata.set("worker-feedback", []object{object{}.set("comment", r.Verdict.Comment)})
			}
			o = o.set(label, s.Text).set(label+metadataSuffix, metadata)
		}
		out.write(o)
	}
	out.end()
	return nil
}
