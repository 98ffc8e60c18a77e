package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"

	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui/review"
)

// spokenOf is what a file says of several recordings, for files that can.
type spokenOf struct {
	format format.Format
	list   []format.Recording
}

// severalRecordings reads a side of a review by recordings and channels; ok is
// false where it speaks of one alone, or is a table.
func severalRecordings(data []byte, path string) (s spokenOf, ok bool) {
	f, err := format.Sniff(path, data)
	if err != nil {
		return s, false
	}
	list, _, err := f.DecodeRecordings(data, path)
	if err != nil || f.Name == trnName {
		return s, false
	}
	return spokenOf{f, list}, len(list) > 1
}

// trnName is the format whose lines meet by their IDs, like the rows of a table.
const trnName = "trn"

func isTRN(data []byte, path string) bool {
	f, err := format.Sniff(path, data)
	return err == nil && f.Name == trnName
}

// reviewRecordings is a review of all recordings and channels that gold has and
// the hypothesis speaks of, in gold's order. Names meet without regard to case,
// as in NIST's tools.
func (p *program) reviewRecordings(w *reviewWork, datas [2][]byte, f reviewFlags) error {
	sides := [2]spokenOf{}
	for i, path := range []string{w.hyp.path, w.gold.path} {
		sides[i], _ = severalRecordings(datas[i], path)
		if len(sides[i].list) == 0 {
			return usagef("%s", p.words.Say("review.recordings", path))
		}
	}
	w.formats = map[review.Side]format.Format{review.Draft: sides[0].format, review.Gold: sides[1].format}
	key := func(r format.Recording) string { return strings.ToLower(stemOf(r.Name) + "\x00" + r.Channel) }
	drafts := map[string]*transcript.Transcript{}
	for _, r := range sides[0].list {
		drafts[key(r)] = r.Transcript
	}
	missing := 0
	for _, r := range sides[1].list {
		draft := drafts[key(r)]
		if draft == nil {
			missing++
			continue
		}
		it := &review.Item{ID: strings.TrimSpace(r.Name + " " + r.Channel), Recording: recordingIn(f.audio, r.Name)}
		var err error
		if it.Draft, err = transcript.NewDocument(draft); err != nil {
			return err
		}
		if it.Gold, err = transcript.NewDocument(r.Transcript); err != nil {
			return err
		}
		w.items = append(w.items, it)
	}
	if missing > 0 {
		w.notes = append(w.notes, p.words.Count("review.recordings-missing", missing))
	}
	if len(w.items) == 0 {
		return errors.New(p.words.Say("score.gate-nothing", w.hyp.path))
	}
	return nil
}

// saveRecordings writes all recordings of a side beside its file, in its format
// where we write that: what a file of several says beside its segments is not
// ours to write again.
func (w *reviewWork) saveRecordings(side review.Side, path string) (review.Saved, error) {
	f := w.formats[side]
	if !f.CanWrite() {
		return w.saveTable(side, path)
	}
	var out bytes.Buffer
	for _, it := range w.items {
		t := cloned(it.Draft.Snapshot())
		if side == review.Gold {
			t = unplaced(it.Gold.Snapshot())
		}
		name, _, _ := strings.Cut(it.ID, " ")
		t.Media.Path = name
		if err := f.Encode(&out, t); err != nil {
			return review.Saved{}, err
		}
	}
	name := reviewedName(path, filepath.Ext(path))
	return review.Saved{Side: side, Path: name}, transcript.ReplaceFile(name, out.Bytes(), 0o666)
}
