package format

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The tables of utterances that speech corpora come as, each an ID and a text:
//
//   - a NeMo manifest; a part of a recording is called NAME-START-END, in
//     milliseconds of seven digits
//   - Common Voice's TSV: path and sentence, found by the header, because its
//     columns have changed with the years; nothing is quoted there
//   - the metadata.csv and metadata.jsonl of an AudioFolder (Hugging Face):
//     file_name, and transcription, text, sentence or transcript
//   - Kaldi's text: an ID, a space and a text, in a file called text

// metadataTexts are what the column of the text is called, the likeliest first.
var metadataTexts = []string{"text", "transcription", "sentence", "transcript"}

// itemsFile is the file of a table: of Kaldi's folder its text.
func itemsFile(path string) string {
	if f, ok := sniffFolder(path); ok && f.Name == kaldi.Name {
		return filepath.Join(path, kaldiFiles[0])
	}
	return path
}

// corpusItems reads the tables of this file; ok is false where it is another.
func corpusItems(path, text string, kind Table) (items []Item, ok bool, err error) {
	header := strings.Split(firstOf(strings.TrimLeft(text, "\n")), "\t")
	switch {
	case isJSONItems(text):
		items, err = jsonItems(text)
	case kind == TableCommonVoice:
		items, err = voiceItems(text, header)
	case isMetadata(text):
		items, err = metadataItems(text)
	case filepath.Base(path) == "text" && kind == TableNone:
		items, err = transItems(text)
	default:
		return nil, false, nil
	}
	return items, true, err
}

// isJSONItems says whether a text is JSON Lines of utterances.
func isJSONItems(text string) bool {
	keys, _ := jsonKeys(text[:min(len(text), sniffBytes)])
	return keys["audio_filepath"] || keys["file_name"]
}

// jsonItems reads a NeMo manifest or a metadata.jsonl.
func jsonItems(text string) ([]Item, error) {
	var items []Item
	err := jsonLines(text, func(v jsonValue, o jsonObject) error {
		id, text := o.first("audio_filepath", "file_name"), o.first(append(metadataTexts[:len(metadataTexts):len(metadataTexts)], "pred_text")...)
		if id.doc == nil || text.doc == nil {
			return v.fail(BadJSON)
		}
		name, err := id.text()
		if err != nil {
			return err
		}
		words, err := text.text()
		if err != nil {
			return err
		}
		if o.get("offset").doc != nil {
			start, end, err := nemoTimes(o)
			if err != nil {
				return err
			}
			name = fmt.Sprintf("%s-%07d-%07d", baseName(name), start.Milliseconds(), end.Milliseconds())
		}
		item := Item{ID: oneLine(name), Text: itemText(words), Line: v.line()}
		if length, known, err := o.get("duration").time(time.Second); err == nil && known {
			item.Length = max(length, 0)
		}
		items = append(items, item)
		return nil
	})
	return items, err
}

// voiceItems reads a TSV of Common Voice, in which a quote is a quote.
func voiceItems(text string, header []string) ([]Item, error) {
	id, words := slices.Index(header, "path"), slices.Index(header, "sentence")
	switch {
	case id < 0:
		return nil, at(1, MissingColumn, "path", AddHeader)
	case words < 0:
		return nil, at(1, MissingColumn, "sentence", AddHeader)
	}
	var items []Item
	for _, r := range unquoted(text)[1:] {
		if len(r.cells) != len(header) {
			return nil, at(r.line, ColumnCount, strings.Join(r.cells, "\t"), CorrectLine)
		}
		items = append(items, Item{ID: oneLine(r.cells[id]), Text: itemText(r.cells[words]), Line: r.line})
	}
	return items, nil
}

// isMetadata says whether a table is an AudioFolder's metadata.csv.
func isMetadata(text string) bool {
	first := firstOf(strings.TrimLeft(text, "\n"))
	rows, err := readRows(first, separatorOf(first), true)
	return err == nil && len(rows) > 0 && slices.Contains(rows[0].cells, "file_name") && metadataText(rows[0]) >= 0
}

// metadataText is the column of the text, or -1.
func metadataText(header row) int {
	for _, name := range metadataTexts {
		if i := slices.Index(header.cells, name); i >= 0 {
			return i
		}
	}
	return -1
}

func metadataItems(text string) ([]Item, error) {
	rows, err := evenRows(text, false)
	if err != nil {
		return nil, err
	}
	id, words := slices.Index(rows[0].cells, "file_name"), metadataText(rows[0])
	var items []Item
	for _, r := range rows[1:] {
		items = append(items, Item{ID: oneLine(r.cells[id]), Text: itemText(r.cells[words]), Line: r.line})
	}
	return items, nil
}
