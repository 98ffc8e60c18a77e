package report

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed" // the page's template, style and script
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strconv"
	"sync"

	"tapescript/quality"
	"tapescript/transcript"
)

// Page says what [HTML] writes.
type Page struct {
	Title  string // what gold is called
	Lang   string // BCP 47 of the words; "" is English
	Sheets []Sheet
	// Audio is the URL of the one recording that all the items are from, "" where
	// there is none: relative to the page, or a data URL.
	Audio string
	// Words returns the words for a key, as [Layout.Label] does; nil gives the key
	// itself. Beside those keys there are title, figures, file, speakers, speaker,
	// nobody, count, item, worst, measures, WER, CER, "mean WER", "mean CER", search, show,
	// order, "all items", "items with errors", "in order", "most errors first",
	// "highest rate first", pairs, play, whole, keys, "keys with sound", and place and shown, in
	// which {n} and {total} stand for numbers.
	Words func(key string) string
	// Figure writes a number for people, as [Layout.Figure] does.
	Figure func(format string, x float64) string
}

// Sheet is a file's report, and what its words are shown and heard with.
type Sheet struct {
	quality.Scored
	// Gold and Hypothesis hold the segments that the report's words are in, by
	// quality.Word.Segment; a row of a table is a segment without times. Of a
	// segment that is not there the words are shown without their punctuation.
	Gold, Hypothesis map[string]*transcript.Segment
	// Recordings are the URLs of the items' own recordings, by the item's ID.
	Recordings map[string]string
	// Files are the files of a folder, by quality.ItemScore.Recording; an item of
	// one that is here has its words and its sound from there.
	Files map[string]File
}

// File is one of the files of a folder.
type File struct {
	Gold, Hypothesis map[string]*transcript.Segment // as in Sheet
	Audio            string                         // the URL of its recording, "" where there is none
}

// Segments maps a transcript's segments by their IDs.
func Segments(t *transcript.Transcript) map[string]*transcript.Segment {
	m := make(map[string]*transcript.Segment, len(t.Segments))
	for _, s := range t.Segments {
		m[s.ID] = s
	}
	return m
}

// HTML writes reports as one page that needs nothing else: no network, no font,
// no other file but the recordings that it plays. Whatever its texts hold, they
// run nothing: html/template escapes them, characters that turn the direction of
// writing are shown as U+FFFD, and the page's policy allows its own script and
// style alone, by their hashes.
//
// The most frequent errors and the worst items are listed, at most 100 of each;
// the items are there all.
func HTML(w io.Writer, p Page) error { return writePage(w, p, pageScript) }

var (
	//go:embed page.tmpl
	pageTemplate string
	//go:embed page.css
	pageStyle string
	//go:embed page.js
	pageScript string

	pages = sync.OnceValue(func() *template.Template { return template.Must(template.New("").Parse(pageTemplate)) })
)

func writePage(w io.Writer, p Page, script string) error {
	if p.Words == nil {
		p.Words = func(key string) string { return key }
	}
	if p.Figure == nil {
		p.Figure = point
	}
	out := bufio.NewWriter(w)
	view := pageView{Page: p, script: script}
	for i := range p.Sheets {
		view.sheets = append(view.sheets, sheetView{Sheet: &p.Sheets[i], page: &view, number: i})
	}
	err := pages().ExecuteTemplate(out, "page", &view)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("writing the report as HTML: %w", err)
	}
	return nil
}

// pageView is what the template asks of a page. The items are made one after
// another while it is written.
type pageView struct {
	Page
	script string
	sheets []sheetView
}

func (v *pageView) Say(key string) string { return v.Words(key) }
func (v *pageView) Lang() string          { return cmp.Or(v.Page.Lang, "en") }
func (v *pageView) Title() string         { return clean(v.Page.Title) }
func (v *pageView) Several() bool         { return len(v.sheets) > 1 }
func (v *pageView) Sheets() []sheetView   { return v.sheets }

// Audio is a URL of the caller's making; html/template would refuse a data URL.
func (v *pageView) Audio() template.URL { return template.URL(v.Page.Audio) }

func (v *pageView) Normalize() string {
	if len(v.sheets) == 0 {
		return ""
	}
	return v.sheets[0].Report.Normalize
}

func (v *pageView) Align() string {
	if len(v.sheets) == 0 {
		return ""
	}
	return v.sheets[0].Report.Align
}

// sounds says whether there is anything to play.
func (v *pageView) sounds() bool {
	for i := range v.sheets {
		if len(v.sheets[i].Recordings) > 0 {
			return true
		}
		for _, f := range v.sheets[i].Files {
			if f.Audio != "" {
				return true
			}
		}
	}
	return v.Page.Audio != ""
}

func (v *pageView) Keys() string {
	if v.sounds() {
		return v.Words("keys with sound")
	}
	return v.Words("keys")
}

// Policy is the page's Content-Security-Policy. 'self' is nothing to a page that
// is a file, hence the scheme.
func (v *pageView) Policy() string {
	policy := "default-src 'none'; base-uri 'none'; form-action 'none'; style-src " + hash(pageStyle) + "; script-src " + hash(v.script)
	if v.sounds() {
		policy += "; media-src 'self' file: data:"
	}
	return policy
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func (v *pageView) Style() template.HTML {
	return template.HTML("<style>" + pageStyle + "</style>")
}

func (v *pageView) Script() template.HTML {
	return template.HTML("<script>" + v.script + "</script>")
}

func (v *pageView) FigureHeads() []string {
	var heads []string
	for _, key := range []string{
		"words", "correct", "substitutions", "insertions", "deletions", "WER", "mean WER", "CER", "mean CER",
	} {
		heads = append(heads, v.Words(key))
	}
	return heads
}

// cell is a number in a table: as it is read, and as it is sorted.
type cell struct {
	Text string
	Sort string
}

func number(n int) cell { return cell{strconv.Itoa(n), strconv.Itoa(n)} }

// rate is a fraction as a percentage. One that is not known is sorted below all.
func (v *pageView) rate(value float64, known bool) cell {
	if !known {
		return cell{v.Words("unknown"), "-1"}
	}
	return cell{v.Figure("%.2f%%", 100*value), strconv.FormatFloat(value, 'f', 6, 64)}
}

// sheetView is what the template asks of a file's report.
type sheetView struct {
	*Sheet
	page   *pageView
	number int
}

func (v *sheetView) Say(key string) string { return v.page.Words(key) }
func (v *sheetView) Several() bool         { return v.page.Several() }
func (v *sheetView) File() string          { return clean(v.Scored.File) }
func (v *sheetView) Missing() []string     { return cleanAll(v.Report.Missing) }
func (v *sheetView) Extra() []string       { return cleanAll(v.Report.Extra) }

func cleanAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = clean(s)
	}
	return out
}

// Figures are the cells under FigureHeads.
func (v *sheetView) Figures() []cell {
	c, mean := v.Report.Corpus, v.Report.Mean()
	cells := []cell{number(c.Words()), number(c.Correct), number(c.Substitutions), number(c.Insertions), number(c.Deletions)}
	wer, werKnown := c.WER()
	cer, cerKnown := c.CER()
	return append(cells, v.page.rate(wer, werKnown), v.page.rate(mean.WER, mean.WERKnown),
		v.page.rate(cer, cerKnown), v.page.rate(mean.CER, mean.CERKnown))
}

// measureRow is a measure as the page shows it.
type measureRow struct {
	Name, Wrong, Of string
	Value           string
}

// Measures are the figures beside the error rates.
func (v *sheetView) Measures() []measureRow {
	var rows []measureRow
	for _, m := range measures(v.Report) {
		row := measureRow{Name: v.page.Words(m.key), Value: m.value(v.page.Figure)}
		if m.of > 0 {
			row.Wrong, row.Of = strconv.Itoa(m.wrong), strconv.Itoa(m.of)
		}
		rows = append(rows, row)
	}
	if i := v.Report.Confidence; i != nil {
		key := "interval"
		if i.BySpeaker {
			key = "interval of speakers"
		}
		rows = append(rows, measureRow{Name: v.page.Words(key), Value: v.page.Figure("%.2f%%", 100*i.Low) + " … " + v.page.Figure("%.2f%%", 100*i.High)})
	}
	return append(rows, v.versus()...)
}

// versus says how the file compares with the first.
func (v *sheetView) versus() []measureRow {
	d := v.Versus
	if d == nil {
		return nil
	}
	against := v.page.Words("against") + " " + v.page.sheets[0].File()
	var rows []measureRow
	if d.IntervalKnown {
		rows = append(rows, measureRow{Name: against, Value: v.page.Figure("%+.2f", 100*d.Low) + " … " + v.page.Figure("%+.2f", 100*d.High)})
	}
	if d.Known {
		rows = append(rows, measureRow{Name: "MAPSSWE, " + against, Value: "Z " + v.page.Figure("%.3f", d.Z) + "; p " + v.page.Figure("%.4f", d.P)})
	}
	return rows
}

// Rules are what the file breaks of its style.
func (v *sheetView) Rules() []quality.RuleCount {
	list := make([]quality.RuleCount, len(v.Report.Rules))
	for i, r := range v.Report.Rules {
		list[i] = quality.RuleCount{Rule: clean(r.Rule), Title: clean(r.Title), Count: r.Count}
	}
	return list
}

// Pairs are the speakers of a hypothesis and whom they stand for.
func (v *sheetView) Pairs() []row {
	if v.Report.Attribution == nil {
		return nil
	}
	var rows []row
	for _, p := range v.Report.Attribution.Pairs {
		name := cmp.Or(clean(p.Gold), v.page.Words("nobody")) + " = " + cmp.Or(clean(p.Hypothesis), v.page.Words("nobody"))
		if p.Recording != "" {
			name = clean(p.Recording) + ": " + name
		}
		rows = append(rows, v.row(name, "", p.Counts))
	}
	return rows
}

// SpeakerHeads name the columns of row.
func (v *sheetView) SpeakerHeads() []string {
	var heads []string
	for _, key := range []string{"words", "errors", "WER"} {
		heads = append(heads, v.page.Words(key))
	}
	return heads
}

// row is a speaker's or an item's figures.
type row struct {
	Name, Anchor string
	Cells        []cell
}

func (v *sheetView) row(name, anchor string, c quality.Counts) row {
	return row{name, anchor, []cell{number(c.Words()), number(c.Errors()), v.page.rate(c.WER())}}
}

// Speakers are the speakers' figures, where there is more than one.
func (v *sheetView) Speakers() []row {
	list := v.Report.Speakers()
	if len(list) < 2 {
		return nil
	}
	rows := make([]row, len(list))
	for i, s := range list {
		rows[i] = v.row(cmp.Or(clean(s.Speaker), v.page.Words("nobody")), "", s.Counts)
	}
	return rows
}

// most is how many rows the lists of the worst have: who wants them all has the
// items, and the CSV.
const most = 100

func (v *sheetView) Confusions() []quality.Confusion {
	list := v.Report.Frequent(most)
	for i := range list {
		list[i].Gold, list[i].Hypothesis = clean(list[i].Gold), clean(list[i].Hypothesis)
	}
	return list
}

// Worst are the items of the most errors, with links to them. A single item
// needs no list.
func (v *sheetView) Worst() []row {
	if len(v.Report.Items) < 2 {
		return nil
	}
	anchors := make(map[itemKey]string, len(v.Report.Items))
	for i := range v.Report.Items {
		anchors[keyOf(&v.Report.Items[i])] = v.anchor(i)
	}
	var rows []row
	for _, item := range v.Report.Worst(most) {
		rows = append(rows, v.row(title(&item), anchors[keyOf(&item)], item.Counts))
	}
	return rows
}

// itemKey tells items apart.
type itemKey struct {
	id         string
	hypothesis int
}

func keyOf(item *quality.ItemScore) itemKey { return itemKey{item.ID, item.Hypothesis} }

// anchor is the name that links to an item go by.
func (v *sheetView) anchor(item int) string { return fmt.Sprintf("i%d-%d", v.number, item) }
