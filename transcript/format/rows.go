package format

import (
	"slices"
	"strings"
)

// row is one record of a table.
type row struct {
	line  int // where it begins, from 1
	cells []string
}

// readRows takes a table apart, as RFC 4180 has it with any separator: a cell
// in quotes may hold separators, line breaks and doubled quotes.
//
// A table of tabs is often written without any quoting, and a sentence may
// begin with a quote: read loosely, a cell is quoted there only where its end is
// in place and no tab stands between. Else a broken quote is an error. Blank
// lines are skipped.
func readRows(text string, separator byte, loosely bool) ([]row, error) {
	var rows []row
	err := eachRow(text, separator, loosely, func(line int, cells []string) {
		rows = append(rows, row{line, slices.Clone(cells)})
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// eachRow is readRows without keeping the rows: the cells are written over.
func eachRow(text string, separator byte, loosely bool, do func(line int, cells []string)) error {
	loosely = loosely && separator == '\t'
	var cells []string
	line := 1
	for at := 0; at < len(text); {
		if text[at] == '\n' {
			at++
			line++
			continue
		}
		first := line
		cells = cells[:0]
		for more := true; more; {
			cell, length, err := readCell(text[at:], separator, loosely)
			if err != nil {
				err.Line, err.Column = line, 0
				return err
			}
			cells = append(cells, cell)
			line += strings.Count(text[at:at+length], "\n")
			at += length
			more = at < len(text) && text[at] == separator
			if at < len(text) { // the separator or the line's end
				if text[at] == '\n' {
					line++
				}
				at++
			}
		}
		do(first, cells)
	}
	return nil
}

// readCell reads the cell at the head of text and says how long it stands there.
func readCell(text string, separator byte, loosely bool) (string, int, *Error) {
	cell, length, _, err := readQuoted(text, separator, loosely)
	return cell, length, err
}

// readQuoted is readCell, and says whether the text ended before the cell did.
func readQuoted(text string, separator byte, loosely bool) (cell string, length int, open bool, err *Error) {
	end := 0
	for end < len(text) && text[end] != separator && text[end] != '\n' {
		end++
	}
	open = end == len(text)
	if text == "" || text[0] != '"' {
		return text[:end], end, open, nil
	}
	open = true
	for i := 1; i < len(text); i++ {
		if text[i] == '\t' && loosely {
			open = false
			break
		}
		if text[i] != '"' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '"' {
			i++
			continue
		}
		if i+1 == len(text) || text[i+1] == separator || text[i+1] == '\n' {
			return strings.ReplaceAll(text[1:i], `""`, `"`), i + 1, i+1 == len(text), nil
		}
		open = false
		break
	}
	if loosely {
		return text[:end], end, open, nil
	}
	return "", 0, open, at(0, BadQuote, text[:end], CorrectLine)
}

// writeCell is the inverse of readCell.
func writeCell(cell string, separator byte) string {
	if strings.HasPrefix(cell, `"`) || strings.ContainsAny(cell, "\n"+string(separator)) {
		return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
	return cell
}

// separatorOf says what parts the cells of a table whose first line is header:
// a tab where there is one, else what occurs most of comma and semicolon.
func separatorOf(header string) byte {
	switch {
	case strings.Contains(header, "\t"):
		return '\t'
	case strings.Count(header, ";") > strings.Count(header, ","):
		return ';'
	}
	return ','
}

// withoutSepLine blanks the line "sep=;" above a header, which tells Excel what
// parts the cells and says nothing that the header does not. Lines keep their
// numbers.
func withoutSepLine(text string) string {
	line, rest, _ := strings.Cut(text, "\n")
	if name, value, ok := strings.Cut(strings.Trim(line, `"`), "="); ok && strings.EqualFold(name, "sep") && len(value) == 1 {
		return "\n" + rest
	}
	return text
}

// withoutEmpty drops what spreadsheets save of cells that once held something:
// columns at the right that have neither a name nor, in any row, content, and
// rows of empty cells. It is for rows with a header, and separators other than
// a tab, behind which an empty cell may be a label's text.
func withoutEmpty(rows []row, separator byte) []row {
	if separator == '\t' {
		return rows
	}
	filled := func(r row) int { // cells up to the last with content
		n := len(r.cells)
		for n > 0 && strings.TrimSpace(r.cells[n-1]) == "" {
			n--
		}
		return n
	}
	width := 0
	for _, r := range rows {
		width = max(width, filled(r))
	}
	var kept []row
	for _, r := range rows {
		if isEmpty(r) {
			continue
		}
		if len(r.cells) <= len(rows[0].cells) {
			r.cells = r.cells[:min(width, len(r.cells))]
		}
		kept = append(kept, r)
	}
	return kept
}

// isEmpty says whether a row holds nothing in any cell.
func isEmpty(r row) bool {
	return !slices.ContainsFunc(r.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// Table is a kind of table, as its beginning tells.
type Table string

// The kinds of table, in the order in which they are tried.
const (
	TableNone           Table = ""
	TableToloka         Table = "toloka"
	TableMechanicalTurk Table = "mechanical-turk"
	TableCommonVoice    Table = "common-voice"
	TableTranscript     Table = "transcript"
	TableItems          Table = "items"
	TableAudacity       Table = "audacity"
	TableIDText         Table = "id-text" // two columns without a header
)

// SniffTable says what kind of table begins so; TableNone where it is none.
func SniffTable(head []byte) Table {
	text, _, _, err := toText(wholeRunes(head[:min(len(head), sniffBytes)]))
	if err != nil {
		return TableNone
	}
	return sniffTable(text)
}

// sniffTable is SniffTable of a text, which is UTF-8 with \n.
func sniffTable(text string) Table {
	text = strings.TrimLeft(withoutSepLine(strings.TrimPrefix(text, byteOrderMark)), "\n")
	if isJSONItems(text) {
		return TableItems
	}
	first := firstOf(text)
	rows, err := readRows(first, separatorOf(first), true)
	if err != nil || len(rows) == 0 {
		return TableNone
	}
	names := make(map[string]bool)
	toloka := false
	for _, cell := range rows[0].cells {
		names[columnName(cell)] = true
		toloka = toloka || strings.HasPrefix(cell, "INPUT:")
	}
	switch {
	case toloka:
		return TableToloka
	case names["hitid"]:
		return TableMechanicalTurk
	case names["client_id"]:
		return TableCommonVoice
	case names["start"] && names["end"] && names["text"]:
		return TableTranscript
	case (names["id"] || names["audio"]) && names["text"] || isMetadata(text):
		return TableItems
	}
	cells := strings.Split(first, "\t")
	if looksLikeLabel(cells) {
		return TableAudacity
	}
	if len(cells) == 2 && cells[0] != "" && strings.TrimSpace(cells[0]) == cells[0] {
		return TableIDText
	}
	return TableNone
}

func columnName(cell string) string { return strings.ToLower(strings.TrimSpace(cell)) }
