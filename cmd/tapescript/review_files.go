package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tapescript/quality"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui/review"
)

// reviewWork is what a review is about, and its files.
type reviewWork struct {
	items         []*review.Item
	score         quality.Options
	hyp, gold     reviewFile
	logPath       string
	entries       []review.Entry
	lengths       map[string]time.Duration
	notes         []string
	goldRows      []format.Item // of a gold table, in its order
	words         func(key string, args ...any) string
	single        bool                          // transcripts, not tables
	goldIsOfTable bool                          // the gold of a single draft is a row of a table
	store         *storeReview                  // nil: files
	formats       map[review.Side]format.Format // of files that speak of several recordings
	files         map[string]string             // paths, as the log is to be told first
	begin         map[string]string             // what the log is to be told of the files first, by side
}

// reviewFile is one side's file.
type reviewFile struct {
	path, sha256 string
}

// reviewWork reads both sides: two transcripts, a transcript and the row of a
// table that is named like it, or two tables.
func (p *program) reviewWork(hypothesis string, f reviewFlags) (*reviewWork, error) {
	o, err := scoreOptions(f.normalize, "")
	if err != nil {
		return nil, err
	}
	w := &reviewWork{score: o, lengths: map[string]time.Duration{}, words: p.words.Say, logPath: f.log}
	w.hyp.path, w.gold.path = hypothesis, f.gold
	w.files = pathsOf(hypothesis, f.gold)
	if w.logPath == "" {
		if w.logPath, err = reviewLogPath(hypothesis, f.gold); err != nil {
			return nil, err
		}
	}
	var datas [2][]byte
	for i, file := range []*reviewFile{&w.hyp, &w.gold} {
		if datas[i], err = p.readBytes(file.path); err != nil {
			return nil, err
		}
		file.sha256 = hashOf(datas[i])
	}
	if w.goldRows, err = rowsOf(datas, hypothesis, f.gold); err != nil {
		return nil, err
	} else if w.goldRows != nil {
		return w, p.reviewRows(w, datas[0], f)
	}
	_, many := severalRecordings(datas[0], hypothesis)
	if _, too := severalRecordings(datas[1], f.gold); many || too && format.SniffTable(datas[0]) == format.TableNone {
		return w, p.reviewRecordings(w, datas, f)
	}
	h, err := p.sideOf(datas[0], hypothesis)
	if err != nil {
		return nil, err
	}
	g, err := p.sideOf(datas[1], f.gold)
	if err != nil {
		return nil, err
	}
	if g.transcript == nil {
		if w.goldRows, err = resultRows(datas[1], f.gold); err != nil {
			return nil, err
		}
	}
	if h.transcript != nil {
		return w, p.reviewOne(w, h.transcript, g.transcript, f)
	}
	if g.transcript != nil {
		return nil, usagef("%s", p.words.Say("review.table-gold", f.gold))
	}
	return w, p.reviewRows(w, datas[0], f)
}

// rowsOf are the rows of a gold that is trn, as the hypothesis is: lines meet by
// their IDs. nil for all other files.
func rowsOf(datas [2][]byte, hypothesis, gold string) ([]format.Item, error) {
	if !isTRN(datas[0], hypothesis) || !isTRN(datas[1], gold) {
		return nil, nil
	}
	return format.DecodeItems(datas[1], gold)
}

// reviewRows is a review of a table, or of the lines of trn.
func (p *program) reviewRows(w *reviewWork, data []byte, f reviewFlags) error {
	rows, err := resultRows(data, w.hyp.path)
	if err != nil {
		return err
	}
	return p.reviewTable(w, rows, f)
}

// reviewOne is a review of one transcript.
func (p *program) reviewOne(w *reviewWork, draft, gold *transcript.Transcript, f reviewFlags) error {
	w.single = true
	it := &review.Item{ID: filepath.Base(w.hyp.path), Recording: f.audio}
	if it.Recording == "" {
		it.Recording = recordingOf(w.hyp.path, draft.Media.Path)
	}
	if gold == nil {
		w.goldIsOfTable = true
		for _, row := range w.goldRows {
			if sameName(row.ID, it.Recording) || sameName(row.ID, w.hyp.path) {
				gold = &transcript.Transcript{Segments: []*transcript.Segment{{ID: row.ID, Text: row.Text}}}
			}
		}
		if gold == nil {
			return fmt.Errorf("%s", p.words.Say("open.gold-row", w.gold.path, filepath.Base(w.hyp.path)))
		}
	}
	var err error
	if it.Draft, err = transcript.NewDocument(draft); err != nil {
		return err
	}
	if it.Gold, err = transcript.NewDocument(gold); err != nil {
		return err
	}
	w.items = []*review.Item{it}
	return nil
}

// recordingOf looks for a transcript's recording where people keep it: where
// the transcript says, else beside it under its own name.
func recordingOf(path, media string) string {
	dir := filepath.Dir(path)
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	names := []string{}
	if media != "" {
		names = append(names, filepath.Join(dir, filepath.Base(media)))
	}
	for _, ext := range recordingEndings {
		names = append(names, stem+ext)
	}
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

// recordingEndings are tried in this order, the exact ones first.
var recordingEndings = []string{".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".mp4", ".webm"}

// reviewTable is a review of every row that gold has, in gold's order.
func (p *program) reviewTable(w *reviewWork, rows []format.Item, f reviewFlags) error {
	golds := map[string]*transcript.Document{}
	names := map[string]string{}
	for _, g := range w.goldRows {
		doc, err := oneSegment(g.Text)
		if err != nil {
			return err
		}
		golds[g.ID], names[stemOf(g.ID)] = doc, g.ID
	}
	byID := map[string][]*review.Item{}
	of := make([]*review.Item, len(rows))
	seen := map[string]int{}
	for i, row := range rows {
		id := row.ID
		if golds[id] == nil {
			id = names[stemOf(row.ID)]
		}
		if golds[id] == nil {
			continue
		}
		draft, err := oneSegment(row.Text)
		if err != nil {
			return err
		}
		worker := row.Worker
		if n := seen[id+"\x00"+worker]; n > 0 {
			worker = fmt.Sprintf("%s #%d", worker, n+1)
		}
		seen[id+"\x00"+row.Worker]++
		of[i] = &review.Item{ID: id, Worker: worker, Recording: recordingIn(f.audio, id), Draft: draft, Gold: golds[id]}
		byID[id] = append(byID[id], of[i])
	}
	if f.queue {
		var err error
		if w.items, err = p.riskFirst(rows, p.cluesOf(rows, f.audio), of, w.score); err != nil {
			return err
		}
		byID = nil
	}
	for _, g := range w.goldRows {
		w.items = append(w.items, byID[g.ID]...)
		delete(byID, g.ID)
	}
	if len(w.items) == 0 {
		return errors.New(p.words.Say("score.gate-nothing", w.hyp.path))
	}
	return nil
}

func stemOf(id string) string {
	base := filepath.Base(id)
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// recordingIn is the recording of a row, in a folder or the one file.
func recordingIn(place, id string) string {
	if place == "" {
		return ""
	}
	if info, err := os.Stat(place); err == nil && !info.IsDir() {
		return place
	}
	name := filepath.Join(place, filepath.Base(id))
	if _, err := os.Stat(name); err == nil {
		return name
	}
	for _, ext := range recordingEndings {
		if other := filepath.Join(place, stemOf(id)+ext); other != name {
			if _, err := os.Stat(other); err == nil {
				return other
			}
		}
	}
	return ""
}

func oneSegment(text string) (*transcript.Document, error) {
	return transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}})
}

// pathsOf are the places of what is reviewed: of the draft and the gold, or of
// versions.
func pathsOf(names ...string) map[string]string {
	list := map[string]string{}
	for i, name := range names {
		if absolute, err := filepath.Abs(name); err == nil && name != "-" {
			list[strconv.Itoa(i+1)] = absolute
		}
	}
	return list
}

// openLog reads the log, and where there will be decisions keeps others from it
// until unlock is called.
func (w *reviewWork) openLog(decides bool) (unlock func(), err error) {
	unlock = func() {}
	if decides {
		lock, err := journal.Open(w.logPath, journal.Options{})
		if err != nil {
			return unlock, err
		}
		unlock = func() { lock.Close() }
	}
	if err := w.readLog(); err != nil {
		unlock()
		return func() {}, err
	}
	return unlock, nil
}

// readLog reads the log, if there is one.
func (w *reviewWork) readLog() error {
	in, err := os.Open(w.logPath)
	if errors.Is(err, fs.ErrNotExist) {
		w.noteFiles()
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	w.entries, err = review.ReadLog(in)
	w.noteFiles()
	if err != nil && errors.Is(err, review.ErrLog) {
		return errors.New(w.words("review.broken-log", w.logPath, err.Error()))
	}
	return err
}

func (w *reviewWork) sums() map[review.Side]string {
	return map[review.Side]string{review.Draft: w.hyp.sha256, review.Gold: w.gold.sha256}
}

// noteFiles finds the sides that the log does not know as they are.
func (w *reviewWork) noteFiles() {
	if w.store != nil {
		return // submissions never change
	}
	w.begin = map[string]string{}
	for side, sum := range w.sums() {
		if !review.Knows(w.entries, side, sum) {
			w.begin[string(side)] = sum
		}
	}
}

// Append puts lines at the end of the log, and on the disk. The first of a
// session say what the files are.
func (w *reviewWork) Append(lines []byte) error {
	if err := os.MkdirAll(filepath.Dir(w.logPath), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(w.logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if len(w.begin) > 0 || len(w.files) > 0 {
		begin := review.Entry{Time: time.Now().UTC(), Saved: w.begin, Files: w.files}
		lines = append(begin.Line(), lines...)
	}
	if _, err := f.Write(lines); err != nil {
		return err
	}
	w.begin, w.files = nil, nil
	return f.Sync()
}

// save writes the sides that changed. What cannot be written where it lies gets
// a file beside it, and the log keeps what that one does not tell.
func (w *reviewWork) save(work []review.Snapshot, over bool) ([]review.Saved, error) {
	changed := map[review.Side]bool{}
	for _, s := range work {
		for side, is := range s.Changed {
			changed[side] = changed[side] || is
		}
	}
	var list []review.Saved
	for _, side := range []review.Side{review.Draft, review.Gold} {
		if !changed[side] {
			continue
		}
		saved, err := w.saveSide(side, work, over)
		if err != nil {
			return list, err
		}
		list = append(list, saved)
	}
	return list, nil
}

func (w *reviewWork) saveSide(side review.Side, work []review.Snapshot, over bool) (review.Saved, error) {
	file, t := &w.hyp, work[0].Draft
	if side == review.Gold {
		file, t = &w.gold, unplaced(work[0].Gold)
	}
	if w.formats != nil {
		return w.saveRecordings(side, file.path)
	}
	if !w.single || side == review.Gold && w.goldIsOfTable {
		return w.saveTable(side, file.path)
	}
	f, err := format.ForPath(file.path)
	if err != nil || !f.CanWrite() {
		vtt, _ := format.Lookup("vtt")
		path := reviewedName(file.path, ".vtt")
		_, err := format.Write(path, vtt, t)
		return review.Saved{Side: side, Path: path}, err
	}
	if !over {
		data, err := os.ReadFile(file.path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return review.Saved{}, err
		}
		if err == nil && hashOf(data) != file.sha256 {
			return review.Saved{}, fmt.Errorf("%s: %w", file.path, review.ErrChanged)
		}
	}
	sum, err := format.Write(file.path, f, t)
	if err == nil {
		file.sha256 = sum
	}
	return review.Saved{Side: side, Path: file.path, SHA256: sum}, err
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func reviewedName(path, ext string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".reviewed" + ext
}

// saveTable writes all rows of a side as they are now beside its table: a
// stranger's columns are not ours to write again.
func (w *reviewWork) saveTable(side review.Side, path string) (review.Saved, error) {
	var out bytes.Buffer
	cell := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	if side == review.Draft {
		out.WriteString("id\tworker\ttext\n")
		for _, it := range w.items {
			fmt.Fprintf(&out, "%s\t%s\t%s\n", cell(it.ID), cell(it.Worker), cell(textOf(it.Draft)))
		}
	} else {
		golds := map[string]*transcript.Document{}
		for _, it := range w.items {
			golds[it.ID] = it.Gold
			if w.single {
				golds[it.Gold.Snapshot().Segments[0].ID] = it.Gold
			}
		}
		out.WriteString("id\ttext\n")
		for _, row := range w.goldRows {
			text := row.Text
			if doc := golds[row.ID]; doc != nil {
				text = textOf(doc)
			}
			fmt.Fprintf(&out, "%s\t%s\n", cell(row.ID), cell(text))
		}
	}
	name := reviewedName(path, ".tsv")
	return review.Saved{Side: side, Path: name}, transcript.ReplaceFile(name, out.Bytes(), 0o666)
}

// textOf is all that a document says.
func textOf(doc *transcript.Document) string {
	var list []string
	for _, s := range doc.Snapshot().Segments {
		list = append(list, s.Text)
	}
	return strings.Join(list, " ")
}
