package platform

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tapescript/transcript/format"
)

// Sniffed says what a file is. It may be several things: a NeMo manifest is a
// batch to import, a transcript to convert and a table to score.
type Sniffed struct {
	// Platform is "" where it is no batch that can be imported as it is.
	Platform string
	// Format is the transcript format's name, "" where it is no transcript.
	Format string
	// Table is the kind of table of utterances, TableNone where it is none.
	Table format.Table
}

// Sniff says what a file is by its beginning (some 64 KiB are enough) and,
// where that says nothing, by its name. It is what import, score and convert
// agree on: a platform's own marks come first, then transcripts, then tables.
// The error is that of transcripts, where it is nothing at all.
func Sniff(path string, begin []byte) (Sniffed, error) {
	h := newHead(path, begin)
	found := Sniffed{Table: h.table}
	for _, p := range All() {
		if !p.Folder && p.sniff != nil && p.sniff(h) {
			found.Platform = p.Name
			break
		}
	}
	f, err := format.Sniff(path, begin)
	if err == nil && tellsItself(f.Name, h.table) {
		found.Format = f.Name
	}
	switch {
	case h.table == format.TableTranscript || h.table == format.TableAudacity:
		found.Platform = ""
	case found.Platform != "" || found.Format != "" || found.Table != format.TableNone:
	case err == nil:
		found.Format = f.Name
	default:
		return found, err
	}
	return found, nil
}

// tellsItself says whether a transcript's format was found by what the file
// holds: plain text and tables are also found by their names' endings alone.
func tellsItself(name string, kind format.Table) bool {
	switch name {
	case "", "txt", "markdown":
		return false
	case "tsv", "csv":
		return kind == format.TableTranscript
	}
	return true
}

// SniffFolder says what a folder is.
func SniffFolder(path string) (Sniffed, error) {
	h := &head{path: path, folder: true}
	var found Sniffed
	for _, p := range All() {
		if p.Folder && p.sniff(h) {
			found.Platform = p.Name
			if p.Name == kaldi.Name {
				found.Format = p.Name
			}
			return found, nil
		}
	}
	return found, &Error{Path: path, Code: Unknown}
}

// head is the beginning of a file, as sniffers see it.
type head struct {
	path      string
	folder    bool
	begin     []byte
	table     format.Table
	keys      map[string]bool // of JSON
	separator byte            // of a table
	names     []string        // its header, lower case
}

func newHead(path string, begin []byte) *head {
	begin = begin[:min(len(begin), sniffBytes)]
	h := &head{path: path, begin: begin, table: format.SniffTable(begin)}
	if trimmed := bytes.TrimLeft(begin, "\xef\xbb\xbf \t\r\n"); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		h.keys = format.JSONKeys(begin)
		return h
	}
	_, _, in := decoded(bufio.NewReader(bytes.NewReader(begin)), begin)
	r := newRowReader(in, 0, quoted)
	skipSepLine(in, r)
	r.separator = separatorOf(in)
	if _, cells, err := r.next(); err == nil {
		h.separator = r.separator
		for _, cell := range cells {
			h.names = append(h.names, strings.ToLower(strings.TrimSpace(r.valueOf(cell))))
		}
	}
	return h
}

// has says whether all of these are columns.
func (h *head) has(names ...string) bool {
	for _, name := range names {
		if !slices.Contains(h.names, name) {
			return false
		}
	}
	return true
}

// holds says whether one of these keys is in the JSON.
func (h *head) holds(keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return h.keys[key] || h.keys["[]."+key] })
}

// separatorOf says what parts the cells of a table, by its first line: a tab
// where there is one, else what occurs most.
func separatorOf(in *bufio.Reader) byte {
	begin, _ := in.Peek(sniffBytes) // a shorter one gives what it has
	line, _, _ := bytes.Cut(bytes.TrimLeft(begin, "\r\n"), []byte("\n"))
	if bytes.IndexByte(line, '\t') >= 0 {
		return '\t'
	}
	best, most := byte(','), 0
	for _, c := range []byte{',', ';', '|'} {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

// choose finds the platform of a file.
func choose(path string, begin []byte, o Options) (Platform, error) {
	if o.From != "" {
		p, ok := Lookup(o.From)
		if !ok {
			return p, &Error{Path: path, Code: Unknown, Text: cut(o.From)}
		}
		return p, nil
	}
	if o.Mapping != nil {
		return table, nil
	}
	found, err := Sniff(path, begin)
	if found.Platform != "" {
		p, _ := Lookup(found.Platform)
		return p, nil
	}
	h := newHead(path, begin)
	switch {
	case tellsItself(found.Format, h.table) && h.table != format.TableItems:
		return Platform{}, &Error{Path: path, Code: IsTranscript, Text: found.Format}
	case len(h.names) > 1:
		return Platform{}, &Error{Path: path, Code: NeedsMapping, Text: cut(strings.Join(h.names, ", "))}
	case err != nil || found.Format != "" || h.keys != nil:
		return Platform{}, &Error{Path: path, Code: Unknown}
	}
	return Platform{}, &Error{Path: path, Code: Unknown}
}

// chooseFolder finds the platform of a folder.
func chooseFolder(path string, o Options) (Platform, error) {
	if o.From != "" {
		p, ok := Lookup(o.From)
		if !ok || !p.Folder {
			return p, &Error{Path: path, Code: Unknown, Text: cut(o.From)}
		}
		return p, nil
	}
	found, err := SniffFolder(path)
	if err != nil {
		return Platform{}, err
	}
	p, _ := Lookup(found.Platform)
	return p, nil
}

// inFolder says whether a folder holds a file of one of these names.
func inFolder(dir string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	})
}

// walkFiles lists the files of a folder that a test passes, sorted, by their
// path from it. It follows no link, goes ten folders deep and lists a million
// files at most.
func walkFiles(dir string, keep func(name string) bool) ([]string, error) {
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir() && strings.Count(rel, string(filepath.Separator)) >= 10:
			return filepath.SkipDir
		case d.Type().IsRegular() && keep(d.Name()):
			if list = append(list, rel); len(list) >= 1_000_000 {
				return filepath.SkipAll
			}
		}
		return nil
	})
	return list, err
}
