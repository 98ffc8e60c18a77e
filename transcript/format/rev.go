package format

import (
	"strings"
	"time"
	"unicode"

	"tapescript/transcript"
)

// revJSON is what Rev delivers, by machine and by people:
//
//	{"speakers": [{"id": 0, "name": "Ann"}],
//	 "monologues": [{"speaker": 0, "elements": [
//	   {"type": "text", "value": "Hello", "ts": 0.5, "end_ts": 0.9, "confidence": 0.98},
//	   {"type": "punct", "value": ", "}, {"type": "unknown", "value": "<inaudible>"}]}]}
//
// A monologue goes on for as long as one speaks, so it is cut as utterances
// has it. Source: Rev AI's reference, "Transcript object".
var revJSON = Format{
	Name: dialectRev, Title: "Rev JSON", longLines: true, Cannot: []LossKind{LostChannels},
	decode: decodeRevJSON, sniff: isDialect(dialectRev),
}

func decodeRevJSON(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return nil, err
	}
	top, err := root.object()
	if err != nil {
		return nil, err
	}
	monologues := top.get("monologues")
	if monologues.doc == nil {
		return nil, root.fail(BadJSON)
	}
	names, err := revSpeakers(top.get("speakers"))
	if err != nil {
		return nil, err
	}
	return t, in.eachRecord(monologues, func(_ jsonValue, o jsonObject) error {
		speaker, err := o.get("speaker").label()
		if err != nil {
			return err
		}
		if name := names[speaker]; name != "" {
			speaker = name
		}
		words, err := in.revElements(o.get("elements"), speaker)
		if err != nil {
			return err
		}
		return in.addUtterances(t, words)
	})
}

// revSpeakers is the names that people have given, by number.
func revSpeakers(list jsonValue) (map[string]string, error) {
	names := make(map[string]string)
	err := list.objects(func(_ jsonValue, o jsonObject) error {
		id, err := o.get("id").label()
		if err != nil {
			return err
		}
		names[id], err = o.get("name").text()
		return err
	})
	return names, err
}

// revElements reads words; the white space and marks between them are elements
// of their own, and say where a word goes on without a space.
func (in *input) revElements(list jsonValue, speaker string) ([]heard, error) {
	var words []heard
	opening, space := "", true
	err := list.objects(func(v jsonValue, o jsonObject) error {
		value, err := o.get("value").text()
		if err != nil {
			return err
		}
		kind, err := o.get("type").text()
		if err != nil {
			return err
		}
		if kind == "punct" {
			mark := strings.TrimSpace(value)
			leads := strings.TrimLeftFunc(value, unicode.IsSpace) != value
			switch {
			case mark != "" && (leads || space): // it opens what follows: a quote
				opening += mark
			case mark != "":
				punctuation(words, &opening, mark)
			}
			space = strings.TrimRightFunc(value, unicode.IsSpace) != value || mark == "" && value != "" || space && opening != ""
			return nil
		}
		w := heard{text: opening + value, joined: !space, speaker: speaker, line: v.line()}
		if w.start, w.end, err = in.wordTimes(o.get("ts"), o.get("end_ts"), time.Second); err != nil {
			return err
		}
		if w.confidence, err = o.get("confidence").confidence(); err != nil {
			return err
		}
		opening, space = "", false
		words = append(words, w)
		return nil
	})
	if opening != "" && len(words) > 0 {
		punctuation(words, &opening, opening)
	}
	return words, err
}

// revNLP is Rev's table of reference words, one a line, as in the Earnings and
// CORAAL sets:
//
//	token|speaker|ts|endTs|punctuation|case|tags|wer_tags
//	hello|0|0.50|0.92|,|UC|[]|[]
//
// found by its header; prepunctuation may come too. Times may be empty.
// punctuation follows the token. case is UC (a capital first), CA (all
// capitals), LC or MC (as it stands), and asks for letters only where the token
// has none but small ones. Tags are not kept. Source: fstalign's
// docs/NLP-Format.md.
var revNLP = Format{
	Name: "rev-nlp", Title: "Rev NLP table", Extensions: []string{".nlp"}, Cannot: []LossKind{LostChannels, LostConfidence},
	decode: decodeRevNLP, sniff: func(head string) bool {
		columns := nlpColumns(firstOf(strings.TrimLeft(head, "\n")))
		return columns["token"] > 0 && columns["speaker"] > 0
	},
}

// nlpColumns says where, from 1, each column is.
func nlpColumns(header string) map[string]int {
	columns := make(map[string]int)
	for i, name := range strings.Split(header, "|") {
		columns[columnName(name)] = i + 1
	}
	return columns
}

func decodeRevNLP(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	var columns map[string]int
	width, number := 0, 0
	var words []heard
	for line := range strings.Lines(in.text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimSpace(line) == "" {
			continue
		}
		if columns == nil {
			columns, width = nlpColumns(line), strings.Count(line, "|")+1
			for _, need := range []string{"token", "speaker", "ts", "endts"} {
				if columns[need] == 0 {
					return nil, at(number, MissingColumn, need, AddHeader)
				}
			}
			continue
		}
		w, err := nlpRow(columns, width, line, number)
		if err == nil {
			words = append(words, w)
		} else if err = in.pass(err, number, number); err != nil {
			return nil, err
		}
	}
	return t, in.addUtterances(t, words)
}

// nlpRow reads a row, which is a word.
func nlpRow(columns map[string]int, width int, line string, number int) (heard, error) {
	cells := strings.Split(line, "|")
	if len(cells) < width || len(cells) > width+1 || len(cells) > width && cells[width] != "" { // rows may end in a bar
		return heard{}, at(number, ColumnCount, line, CorrectLine)
	}
	return nlpWord(func(name string) string {
		if i := columns[name]; i > 0 {
			return strings.TrimSpace(cells[i-1])
		}
		return ""
	}, number)
}

func nlpWord(cell func(name string) string, number int) (heard, error) {
	w := heard{speaker: oneLine(cell("speaker")), line: number}
	w.text = cell("prepunctuation") + nlpCase(cell("token"), cell("case")) + cell("punctuation")
	start, end := cell("ts"), cell("endts")
	if start == "" || end == "" {
		return w, nil
	}
	var ok bool
	if w.start, ok = parseTime(start, time.Second); !ok {
		return w, at(number, BadTime, start, CorrectLine)
	}
	if w.end, ok = parseTime(end, time.Second); !ok {
		return w, at(number, BadTime, end, CorrectLine)
	}
	if w.end < w.start {
		return w, at(number, EndBeforeStart, start+", "+end, CorrectLine)
	}
	return w, nil
}

func nlpCase(token, letters string) string {
	if token != strings.ToLower(token) {
		return token
	}
	switch letters {
	case "UC":
		for i, r := range token {
			return token[:i] + strings.ToUpper(string(r)) + token[i+len(string(r)):]
		}
	case "CA":
		return strings.ToUpper(token)
	}
	return token
}
