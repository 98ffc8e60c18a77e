package platform

import (
	"bufio"
	"bytes"
	"io"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// Mapping says what the columns of a table mean. Each field names a column, or
// several between bars, of which the first that is there counts; "" is none.
// Case does not matter. As TOML:
//
//	separator = ";"
//	audio = "audio_url|audio"
//	text = "transcript"
//	worker = "user"
//	drop = ["ip"]
type Mapping struct {
	Separator string `toml:"separator,omitempty"` // "": by the header
	Quotes    string `toml:"quotes,omitempty"`    // "none": a quote is a character

	Key      string `toml:"key,omitempty"`   // of the item; else the recording's name stands for it
	Audio    string `toml:"audio,omitempty"` // a URL or a name
	Start    string `toml:"start,omitempty"`
	End      string `toml:"end,omitempty"`
	Duration string `toml:"duration,omitempty"`
	Unit     string `toml:"unit,omitempty"` // of times: "s" (default), "ms"
	Channel  string `toml:"channel,omitempty"`
	Speaker  string `toml:"speaker,omitempty"`

	Draft   string `toml:"draft,omitempty"`
	Gold    string `toml:"gold,omitempty"`
	Hint    string `toml:"hint,omitempty"`
	Overlap string `toml:"overlap,omitempty"`

	Text       string `toml:"text,omitempty"` // what a worker wrote
	Worker     string `toml:"worker,omitempty"`
	Assignment string `toml:"assignment,omitempty"`
	Status     string `toml:"status,omitempty"`
	Started    string `toml:"started,omitempty"`
	Submitted  string `toml:"submitted,omitempty"`
	Work       string `toml:"work,omitempty"` // seconds
	Reward     string `toml:"reward,omitempty"`
	Currency   string `toml:"currency,omitempty"` // ISO 4217, not a column
	Approve    string `toml:"approve,omitempty"`  // filled where the work is accepted
	Reject     string `toml:"reject,omitempty"`   // filled where it is not, mostly with the reason
	Comment    string `toml:"comment,omitempty"`  // for the worker

	Accepted []string `toml:"accepted,omitempty"` // statuses that say so
	Rejected []string `toml:"rejected,omitempty"`
	HTML     bool     `toml:"html,omitempty"` // texts hold HTML's entities
	Drop     []string `toml:"drop,omitempty"` // columns that are not kept
}

// ParseMapping reads a mapping; a key that it does not know is an error, an
// [*Error] of code BadMapping.
func ParseMapping(data []byte) (*Mapping, error) {
	m := &Mapping{}
	d := toml.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, &Error{Code: BadMapping, Text: cut(err.Error())}
	}
	if utf8.RuneCountInString(m.Separator) > 1 || len(m.Separator) > 1 || m.Separator == "\"" || m.Separator == "\n" {
		return nil, &Error{Code: BadMapping, Name: "separator", Text: cut(m.Separator)}
	}
	if m.Unit != "" && m.Unit != "s" && m.Unit != "ms" {
		return nil, &Error{Code: BadMapping, Name: "unit", Text: cut(m.Unit)}
	}
	if m.Audio == "" && m.Key == "" {
		return nil, &Error{Code: BadMapping, Name: "audio"}
	}
	return m, nil
}

// TOML writes a mapping as ParseMapping reads it.
func (m Mapping) TOML() string {
	text, err := toml.Marshal(m)
	if err != nil {
		panic("platform: " + err.Error()) // strings and lists of them
	}
	return string(text)
}

// Fields lists the fields that name a column, in the order in which they are
// asked for, with what they name.
func (m *Mapping) Fields() []MappingField {
	var list []MappingField
	v := reflect.ValueOf(m).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("toml"), ",")
		if column, ok := v.Field(i).Addr().Interface().(*string); ok && !slices.Contains(notColumns, name) {
			list = append(list, MappingField{name, column})
		}
	}
	return list
}

// notColumns are the fields that say something else.
var notColumns = []string{"separator", "quotes", "unit", "currency"}

// MappingField is what one field names.
type MappingField struct {
	Name   string // "audio"
	Column *string
}

// usualNames are what columns are called, lower case without spaces,
// underscores and hyphens; the likeliest first.
var usualNames = map[string][]string{
	"key":        {"id", "segmentid", "itemid", "taskid", "utteranceid", "uttid", "clipid", "unitid", "key"},
	"audio":      {"audio", "audiourl", "audiofile", "audiofilepath", "audiolink", "medialink", "media", "mediaurl", "recording", "clip", "clipurl", "wav", "mp3", "sound", "filename", "file", "path", "url", "link", "src", "attachment"},
	"start":      {"start", "starttime", "begin", "from", "offset", "startseconds", "onset"},
	"end":        {"end", "endtime", "to", "stop", "endseconds"},
	"duration":   {"duration", "length", "audioduration", "seconds"},
	"channel":    {"channel"},
	"speaker":    {"speaker", "speakerid", "clientid"},
	"draft":      {"draft", "asr", "asrtext", "predtext", "prediction", "hypothesis", "machinetranscript", "autotranscript"},
	"gold":       {"gold", "golden", "goldtext", "reference", "ref", "groundtruth", "transcriptiongold", "textgold", "transcriptgold"},
	"hint":       {"hint", "reason", "goldreason", "explanation"},
	"overlap":    {"overlap", "judgments", "redundancy"},
	"text":       {"transcription", "transcript", "text", "answer", "result", "output", "sentence", "response", "usertext"},
	"worker":     {"worker", "workerid", "userid", "user", "clickworkerid", "clickworker", "contributor", "contributorid", "annotator", "freelancerid", "username", "completedby"},
	"assignment": {"assignment", "assignmentid", "submissionid", "answerid", "judgmentid", "resultid"},
	"status":     {"status", "state", "assignmentstatus", "verdict"},
	"started":    {"started", "startedat", "accepttime", "acceptedat", "createdat"},
	"submitted":  {"submitted", "submittedat", "submittime", "completedat", "finishedat", "date", "timestamp"},
	"work":       {"worktime", "worktimeinseconds", "workseconds", "timespent", "durationseconds", "leadtime"},
	"reward":     {"reward", "price", "pay", "payment", "fee", "amount"},
	"approve":    {"approve"},
	"reject":     {"reject"},
	"comment":    {"comment", "feedback", "requesterfeedback"},
}

// personalNames are columns that say who or where a worker is.
var personalNames = []string{"ip", "ipaddress", "email", "mail", "emailaddress", "city", "country", "region", "phone", "latitude", "longitude"}

// plainName is a column's name as usualNames has it.
func plainName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" _-.:", r) {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(name)))
}

// Propose drafts what the columns of a table mean, by their names and then by
// what some of its rows hold. Without a worker a text is nobody's work, and is
// taken for a draft. It is a proposal: people are to look at it.
func Propose(header []string, samples [][]string) Mapping {
	var m Mapping
	taken := make([]bool, len(header))
	fields := m.Fields()
	for _, f := range fields {
		for _, name := range usualNames[f.Name] {
			i := slices.IndexFunc(header, func(cell string) bool { return plainName(cell) == name })
			if i >= 0 && !taken[i] {
				*f.Column, taken[i] = header[i], true
				break
			}
		}
	}
	m.ownAnswers(header, taken)
	if best := bestColumn(header, samples, taken, audioLike); m.Audio == "" && best >= 0 {
		m.Audio, taken[best] = header[best], true
	}
	if m.Audio == "" && m.Key != "" { // an ID that is a name of a file
		m.Audio, m.Key = m.Key, ""
	}
	if best := bestColumn(header, samples, taken, textLike); m.Text == "" && m.Draft == "" && best >= 0 {
		m.Text, taken[best] = header[best], true
	}
	if m.Text != "" && m.Worker == "" && m.Assignment == "" && m.Draft == "" {
		m.Draft, m.Text = m.Text, ""
	}
	for i, name := range header {
		if !taken[i] && slices.Contains(personalNames, plainName(name)) {
			m.Drop = append(m.Drop, name)
		}
	}
	return m
}

// ownAnswers finds the columns that we add to a table when we write results. The
// text before the worker is then the answer, and one that stood in the table
// already, under a likelier name, was a draft and still is.
func (m *Mapping) ownAnswers(header []string, taken []bool) {
	for i := 0; i+2 < len(header); i++ {
		if header[i] != "text" || header[i+1] != "worker" || header[i+2] != "assignment" || taken[i] {
			continue
		}
		if m.Draft == "" {
			m.Draft = m.Text
		}
		m.Text, taken[i] = header[i], true
		return
	}
}

// bestColumn is the free column whose cells are most often alike, and at least
// in half of the samples; -1 where none is.
func bestColumn(header []string, samples [][]string, taken []bool, alike func(cell string) bool) int {
	best, most := -1, (len(samples)+1)/2
	for i := range header {
		n := 0
		for _, row := range samples {
			if i < len(row) && alike(row[i]) {
				n++
			}
		}
		if !taken[i] && n > 0 && n >= most && (best < 0 || n > most) {
			best, most = i, n
		}
	}
	return best
}

var audioEndings = []string{".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".aac", ".wma", ".webm", ".mp4", ".sph", ".aiff", ".amr"}

// audioLike says whether a cell names a recording: by its ending, or a URL.
func audioLike(cell string) bool {
	name := cell
	if u, err := url.Parse(cell); err == nil && u.Scheme != "" {
		if u.Host != "" && strings.HasPrefix(u.Scheme, "http") && slices.Contains(audioEndings, strings.ToLower(path.Ext(u.Path))) {
			return true
		}
		name = u.Path
	}
	return slices.Contains(audioEndings, strings.ToLower(path.Ext(name)))
}

// textLike says whether a cell reads like speech: three words or more.
func textLike(cell string) bool {
	return !strings.Contains(cell, "://") && len(strings.Fields(cell)) >= 3
}

// Columns reads the header of a table, and the values of its first rows, for
// those who have a mapping made. The error is an [*Error] where it is no table.
func Columns(r io.Reader, path string) (header []string, samples [][]string, err error) {
	raw := bufio.NewReaderSize(r, sniffBytes)
	begin, err := raw.Peek(sniffBytes)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	_, _, in := decoded(raw, begin)
	rows := newRowReader(in, 0, loosely)
	skipSepLine(in, rows)
	rows.separator = separatorOf(in)
	_, cells, err := rows.next()
	if err != nil || len(cells) < 2 {
		return nil, nil, &Error{Path: path, Line: 1, Code: Unknown}
	}
	for _, name := range rows.values(cells) {
		header = append(header, oneLine(name))
	}
	for len(samples) < sampleRows {
		_, cells, err := rows.next()
		if err == io.EOF {
			break
		}
		if err == nil {
			samples = append(samples, rows.values(cells))
		}
	}
	return header, samples, nil
}
