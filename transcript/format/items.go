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
// The texts may lie in the bytes, which must not change any more.
func DecodeItems(data []byte, path string) ([]Item, error) {
	var items []Item
	err := EachItem(data, path, func(room int) { items = make([]Item, 0, room) }, func(i Item) { items = append(items, i) })
	if err != nil {
		return nil, err
	}
	return items, nil
}

// EachItem is [DecodeItems] for those who keep something else of each row. It
// calls begin before the first, with about how many there may be, and once more
// where it has to read the table in another way from its beginning: what was
// handed out until then is void, as it is where there is an error.
func EachItem(data []byte, path string, begin func(room int), do func(Item)) error {
	text, _, _, err := ownText(data)
	if err != nil {
		return inFile(err, path)
	}
	if line := tooLongLine(text); line > 0 {
		return &Error{Path: path, Line: line, Code: LineTooLong, Advice: CorrectLine}
	}
	return inFile(eachItem(text, path, begin, do), path)
}

func eachItem(text, path string, begin func(room int), do func(Item)) error {
	kind := sniffTable(text[:min(len(text), sniffBytes)])
	items, ok, err := corpusItems(path, text, kind)
	switch {
	case ok || err != nil:
	case kind == TableItems || kind == TableToloka:
		return headedItems(text, kind, begin, do)
	case isTrans(path, text):
		items, err = transItems(text)
	case kind == TableIDText:
		return bareItems(text, begin, do)
	case isTRN(text):
		begin(roomFor(text))
		return (&input{text: text}).trnRecords(func(id, text string, number int) {
			do(Item{ID: id, Text: text, Line: number})
		})
	case kind == TableNone:
		return at(1, MissingHeader, firstLine(text), AddHeader)
	default:
		return at(1, MissingColumn, "id, audio, text", AddHeader)
	}
	if err != nil {
		return err
	}
	begin(len(items))
	for _, i := range items {
		do(i)
	}
	return nil
}

// itemColumns are the names of the columns, the best first.
var itemColumns = map[Table]struct{ id, text, worker []string }{
	TableItems:  {[]string{"id", "audio"}, []string{"text"}, []string{"worker", "worker_id"}},
	TableToloka: {[]string{"input:audio"}, []string{"output:transcription", "output:text"}, []string{"assignment:worker_id"}},
}

// headedItems reads a table with a header. Toloka quotes, and its workers paste
// tabs into their answers; tables by hand mostly do not quote. Each is read first
// as it is likely meant, and the other way where that does not come out even.
func headedItems(text string, kind Table, begin func(room int), do func(Item)) error {
	read := func(loosely bool) (*headed, error) {
		begin(roomFor(text))
		return readHeaded(text, kind, loosely, do)
	}
	loosely := kind != TableToloka
	h, err := read(loosely)
	if err != nil {
		if other, otherErr := read(!loosely); otherErr == nil {
			h, err = other, nil
		}
	}
	if err != nil {
		return err
	}
	return h.missing
}

// headed is a table with a header while it is read.
type headed struct {
	width                                int // of the first row; 0 before it
	id, text, worker, confidence, length int // columns, -1 for those it does not have
	missing                              error
}

// readHeaded reads a table whose quotes are as loosely says. The error is that of
// a table that is not even; that of a column which is not there comes apart.
func readHeaded(text string, kind Table, loosely bool, do func(Item)) (*headed, error) {
	h := &headed{}
	var uneven error
	err := eachRow(text, separatorIn(text), loosely, func(line int, cells []string) {
		switch {
		case h.width == 0:
			h.header(line, cells, kind)
		case len(cells) != h.width:
			if uneven == nil {
				uneven = at(line, ColumnCount, strings.Join(cells, " "), CorrectLine)
			}
		case h.missing == nil && uneven == nil:
			do(h.item(line, cells))
		}
	})
	if err == nil {
		err = uneven
	}
	return h, err
}

// roomFor is how many rows a text may have, as far as it is worth the room.
func roomFor(text string) int { return min(1+strings.Count(text, "\n"), 1<<15) }

func (h *headed) header(line int, cells []string, kind Table) {
	find := func(names []string) int {
		for _, name := range names {
			for i, cell := range cells {
				if columnName(cell) == name {
					return i
				}
			}
		}
		return -1
	}
	c := itemColumns[kind]
	h.width = len(cells)
	h.confidence, h.length = find([]string{"confidence"}), find([]string{"duration", "length"})
	h.id, h.text, h.worker = find(c.id), find(c.text), find(c.worker)
	switch {
	case h.id < 0:
		h.missing = at(line, MissingColumn, c.id[0], AddHeader)
	case h.text < 0:
		h.missing = at(line, MissingColumn, c.text[0], AddHeader)
	}
}

func (h *headed) item(line int, cells []string) Item {
	item := Item{ID: oneLine(cells[h.id]), Text: itemText(cells[h.text]), Line: line}
	if h.worker >= 0 {
		item.Worker = oneLine(cells[h.worker])
	}
	if x, ok := figure(cells, h.confidence); ok && x <= 1 {
		item.Confidence = x
	}
	if x, ok := figure(cells, h.length); ok && x < maxSeconds {
		item.Length = time.Duration(x * float64(time.Second))
	}
	return item
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

func bareItems(text string, begin func(room int), do func(Item)) error {
	begin(roomFor(text))
	var uneven error
	err := eachRow(text, '\t', true, func(line int, cells []string) {
		switch {
		case len(cells) == 2:
			do(Item{ID: oneLine(cells[0]), Text: itemText(cells[1]), Line: line})
		case uneven == nil:
			uneven = at(line, ColumnCount, strings.Join(cells, " "), CorrectLine)
		}
	})
	if err == nil {
		err = uneven
	}
	return err
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
