package format

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// Item is a row of a table of utterances: what somebody wrote for one recording.
type Item struct {
	ID     string // as the table has it: a name, a path or a URL
	Text   string
	Worker string // "" where the table does not say
	Line   int    // from 1
	// Confidence is the mean of a recogniser's in its words, in (0, 1]; Length
	// that of the recording. 0 where the table does not say.
	Confidence float64
	Length     time.Duration
}

// ReadItems reads a table of utterances, by what it holds: a header with id or
// audio, and text; a Toloka result file; two columns without a header, an ID
// and a text, between tabs; LibriSpeech's .trans.txt, an ID and a text with a
// space between; the tables of corpora that corpus.go lists. An ID may
// occur many times, once for each who wrote it down. Errors of content are an [*Error].
func ReadItems(path string) ([]Item, error) {
	path = itemsFile(path)
	data, err := readBounded(path)
	if err != nil {
		return nil, err
	}
	return DecodeItems(data, path)
}

// DecodeItems is [ReadItems] for bytes; the path is for the sniffer and for errors.
func DecodeItems(data []byte, path string) ([]Item, error) {
	text, _, _, err := toText(data)
	if err != nil {
		return nil, inFile(err, path)
	}
	if line := tooLongLine(text); line > 0 {
		return nil, &Error{Path: path, Line: line, Code: LineTooLong, Advice: CorrectLine}
	}
	kind := SniffTable([]byte(text[:min(len(text), sniffBytes)]))
	items, ok, err := corpusItems(path, text, kind)
	switch {
	case ok || err != nil:
	case kind == TableItems || kind == TableToloka:
		items, err = headedItems(text, kind)
	case isTrans(path, text):
		items, err = transItems(text)
	case kind == TableIDText:
		items, err = bareItems(text)
	case isTRN(text):
		items, err = trnItems(text)
	case kind == TableNone:
		err = at(1, MissingHeader, firstLine(text), AddHeader)
	default:
		err = at(1, MissingColumn, "id, audio, text", AddHeader)
	}
	if err != nil {
		return nil, inFile(err, path)
	}
	return items, nil
}

// itemColumns are the names of the columns, the best first.
var itemColumns = map[Table]struct{ id, text, worker []string }{
	TableItems:  {[]string{"id", "audio"}, []string{"text"}, []string{"worker", "worker_id"}},
	TableToloka: {[]string{"input:audio"}, []string{"output:transcription", "output:text"}, []string{"assignment:worker_id"}},
}

func headedItems(text string, kind Table) ([]Item, error) {
	rows, err := itemRows(text, kind)
	if err != nil {
		return nil, err
	}
	find := func(names []string) int {
		for _, name := range names {
			for i, cell := range rows[0].cells {
				if columnName(cell) == name {
					return i
				}
			}
		}
		return -1
	}
	c := itemColumns[kind]
	confidence, length := find([]string{"confidence"}), find([]string{"duration", "length"})
	id, words, worker := find(c.id), find(c.text), find(c.worker)
	switch {
	case id < 0:
		return nil, at(rows[0].line, MissingColumn, c.id[0], AddHeader)
	case words < 0:
		return nil, at(rows[0].line, MissingColumn, c.text[0], AddHeader)
	}
	items := make([]Item, 0, len(rows)-1)
	for _, r := range rows[1:] {
		item := Item{ID: oneLine(r.cells[id]), Text: itemText(r.cells[words]), Line: r.line}
		if worker >= 0 {
			item.Worker = oneLine(r.cells[worker])
		}
		if x, ok := figure(r.cells, confidence); ok && x <= 1 {
			item.Confidence = x
		}
		if x, ok := figure(r.cells, length); ok && x < maxSeconds {
			item.Length = time.Duration(x * float64(time.Second))
		}
		items = append(items, item)
	}
	return items, nil
}

// maxSeconds is more than any recording is long.
const maxSeconds = 1e9

// figure is a number above zero in a cell. What is none is a column of another
// meaning.
func figure(cells []string, at int) (x float64, ok bool) {
	if at < 0 {
		return 0, false
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(cells[at]), 64)
	return x, err == nil && x > 0
}

// itemRows reads a table of items. Toloka quotes, and its workers paste tabs
// into their answers; tables by hand mostly do not quote. Each is read first as
// it is likely meant, and the other way where that does not come out even.
func itemRows(text string, kind Table) ([]row, error) {
	loosely := kind != TableToloka
	rows, err := evenRows(text, loosely)
	if err == nil {
		return rows, nil
	}
	if other, otherErr := evenRows(text, !loosely); otherErr == nil {
		return other, nil
	}
	return nil, err
}

func evenRows(text string, loosely bool) ([]row, error) {
	rows, err := readRows(text, separatorIn(text), loosely)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if len(r.cells) != len(rows[0].cells) {
			return nil, at(r.line, ColumnCount, strings.Join(r.cells, " "), CorrectLine)
		}
	}
	return rows, nil
}

// itemText is an utterance: clean, without white space around it.
func itemText(cell string) string { return strings.TrimSpace(transcript.Clean(cell)) }

func bareItems(text string) ([]Item, error) {
	rows, err := readRows(text, '\t', true)
	if err != nil {
		return nil, err
	}
	var items []Item
	for _, r := range rows {
		if len(r.cells) != 2 {
			return nil, at(r.line, ColumnCount, strings.Join(r.cells, " "), CorrectLine)
		}
		items = append(items, Item{ID: oneLine(r.cells[0]), Text: itemText(r.cells[1]), Line: r.line})
	}
	return items, nil
}

// transID is an utterance's ID in LibriSpeech: speaker, chapter, number.
var transID = pattern(`^\d+-\d+-\d{4} \S`)

func isTrans(path, text string) bool {
	return !strings.Contains(firstOf(text), "\t") &&
		(strings.HasSuffix(filepath.Base(path), ".trans.txt") || transID().MatchString(text))
}

func transItems(text string) ([]Item, error) {
	var items []Item
	number := 0
	for line := range strings.Lines(text) {
		number++
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		id, words, _ := strings.Cut(line, " ")
		items = append(items, Item{ID: oneLine(id), Text: itemText(words), Line: number})
	}
	return items, nil
}

func trnItems(text string) ([]Item, error) {
	in := &input{text: text}
	if _, err := decodeTRN(in); err != nil {
		return nil, err
	}
	var items []Item
	for i, s := range in.segments {
		items = append(items, Item{ID: s.ID, Text: s.Text, Line: in.lines[i]})
	}
	return items, nil
}
