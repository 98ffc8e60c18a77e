package platform

import (
	"bytes"

	"tapescript/transcript/format"
)

// Items reads what workers wrote from a platform's results, for those who score
// them or make one text of several: an item for each submission. ok is false
// where the file is none of a platform's, or one that transcript/format reads
// itself: Toloka's, the corpora, Label Studio's segments. A row that is lost is
// an error here, as it is in [format.DecodeItems].
func Items(data []byte, path string) (items []format.Item, ok bool, err error) {
	h := newHead(path, data)
	found := ""
	for _, p := range []Platform{mturk, scale, appen, groundTruth, prodigy, clickworker} {
		if found == "" && p.sniff(h) {
			found = p.Name
		}
	}
	if found == "" {
		return nil, false, nil
	}
	f, err := Read(bytes.NewReader(data), path, Options{From: found})
	if err != nil {
		return nil, true, err
	}
	for r, err := range f.Records() {
		if err != nil {
			return nil, true, err
		}
		if r.Done != nil {
			items = append(items, format.Item{ID: r.Audio.Ref, Text: r.Done.Text, Worker: r.Done.Worker, Line: int(r.Row.Line)})
		}
	}
	if len(items) == 0 {
		return nil, true, &Error{Path: path, Code: NoWork}
	}
	return items, true, nil
}
