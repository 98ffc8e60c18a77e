package journal

import (
	"bytes"
	"reflect"

	"tapescript/transcript"
)

// A journal that grew beyond compactAbove bytes is rewritten when it is
// resumed: its base becomes the document as it was keepEntries entries ago, so
// that undo still reaches as far back as a day of typing.
const (
	compactAbove = 32 << 20
	keepEntries  = 50_000
)

// compact rewrites a large journal and returns the document that its new
// content gives. It returns nil, and leaves all as it is, where there is
// nothing to win, where the file is damaged, and where anything goes wrong:
// among it an undo that reaches behind the new base.
func (j *Journal) compact() *transcript.Document {
	h := j.history
	if h.size < compactAbove || h.damage != (Damage{}) || j.lock == nil {
		return nil
	}
	data, small, doc := h.compacted(keepEntries)
	if doc == nil || transcript.ReplaceFile(j.path, data, 0o600) != nil {
		return nil
	}
	j.history = small
	return doc
}

// compacted makes a journal of the last keep entries: its bytes, what they
// read as, and the document that they give. The document is nil unless it is
// the same as the whole history's, and at least half of the entries go.
func (h *history) compacted(keep int) ([]byte, *history, *transcript.Document) {
	cut, entries := len(h.records), 0
	for cut > 0 && entries < keep {
		if cut--; h.records[cut].kind.isEntry() {
			entries++
		}
	}
	if cut < len(h.records)/2 || cut == 0 {
		return nil, nil, nil
	}
	whole, err := transcript.NewDocument(h.base())
	if err != nil {
		return nil, nil, nil
	}
	lines := []record{h.header}
	for i, r := range h.records {
		if i == cut {
			before := history{first: h.first, records: h.records[:cut]}
			lines = append(lines, before.summary(whole.Snapshot())...)
		}
		if r.kind.isEntry() && whole.Replay(r.entry()) != nil {
			return nil, nil, nil
		}
	}
	lines = append(lines, h.records[cut:]...)
	var enc encoder
	var data []byte
	for n, r := range lines {
		if data, err = enc.appendLine(data, uint64(n), r); err != nil {
			return nil, nil, nil
		}
	}
	small, doc := reread(data, h.header.text)
	if doc == nil || !reflect.DeepEqual(doc.Transcript(), whole.Transcript()) {
		return nil, nil, nil
	}
	return data, small, doc
}

// summary is what a history comes down to: the transcript that it led to, and
// what it says beside that.
func (h *history) summary(t *transcript.Transcript) []record {
	f := h.found()
	at := f.LastEdit
	return []record{
		{kind: kindBase, at: at, text: f.SavedSHA256, unsaved: f.Unsaved, base: t},
		{kind: kindState, at: at, state: &f.State},
		{kind: kindActive, at: at, active: f.Active},
	}
}

// reread reads and replays a journal as the next run will.
func reread(data []byte, source string) (*history, *transcript.Document) {
	h, err := readHistory(bytes.NewReader(data), source)
	if err != nil || h.damage != (Damage{}) || h.first.kind == "" {
		return nil, nil
	}
	doc, err := transcript.NewDocument(h.base())
	if err != nil {
		return nil, nil
	}
	for _, r := range h.records {
		if r.kind.isEntry() && doc.Replay(r.entry()) != nil {
			return nil, nil
		}
	}
	return h, doc
}
