package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// jsonValue is a value in a JSON text (RFC 8259), by its place. Nothing is
// copied or decoded before it is asked for: a recogniser's file holds mostly
// what nobody asks for, and an error needs the place.
//
// Two things are read that RFC 8259 has not: NaN and Infinity, which Python
// writes. They are numbers that nobody knows, as null is.
type jsonValue struct {
	doc      *jsonDoc // nil: the value is missing
	from, to int      // bytes of doc.text
}

// jsonDoc is a JSON text that was found to be one.
type jsonDoc struct {
	text  string
	line  int // where it begins in its file, from 1
	lines lineCounter
}

// jsonDepth bounds how deep values nest: no format here goes deeper than 12.
const jsonDepth = 200

// parseJSON finds the one value of a text that begins on a line of its file.
// The error is an [*Error] with line and column.
func parseJSON(text string, line int) (jsonValue, error) {
	doc := &jsonDoc{text: text, line: line}
	from := skipSpace(text, 0)
	to, ok := skipValue(text, from, 0)
	if end := skipSpace(text, to); ok && end < len(text) {
		to, ok = end, false
	}
	if !ok {
		return jsonValue{}, jsonValue{doc, min(to, len(text)), len(text)}.failHere(BadJSON)
	}
	return jsonValue{doc, from, to}, nil
}

func skipSpace(text string, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r') {
		i++
	}
	return i
}

// skipValue returns where the value at i ends; where it is none, where it goes
// wrong.
func skipValue(text string, i, depth int) (int, bool) {
	switch {
	case i >= len(text) || depth > jsonDepth:
		return i, false
	case text[i] == '"':
		return skipString(text, i)
	case text[i] == '{':
		return skipItems(text, i, depth, '}')
	case text[i] == '[':
		return skipItems(text, i, depth, ']')
	}
	if c := text[i]; c == '-' && !strings.HasPrefix(text[i:], "-I") || c >= '0' && c <= '9' {
		return skipNumber(text, i)
	}
	for _, word := range []string{"null", "true", "false", "NaN", "Infinity", "-Infinity"} {
		if strings.HasPrefix(text[i:], word) {
			return i + len(word), true
		}
	}
	return i, false
}

func skipItems(text string, i, depth int, closing byte) (int, bool) {
	i = skipSpace(text, i+1)
	if i < len(text) && text[i] == closing {
		return i + 1, true
	}
	for {
		var ok bool
		if closing == '}' {
			if i >= len(text) || text[i] != '"' {
				return i, false
			}
			if i, ok = skipString(text, i); !ok {
				return i, false
			}
			if i = skipSpace(text, i); i >= len(text) || text[i] != ':' {
				return i, false
			}
			i = skipSpace(text, i+1)
		}
		if i, ok = skipValue(text, i, depth+1); !ok {
			return i, false
		}
		i = skipSpace(text, i)
		switch {
		case i < len(text) && text[i] == closing:
			return i + 1, true
		case i >= len(text) || text[i] != ',':
			return i, false
		}
		i = skipSpace(text, i+1)
	}
}

func skipString(text string, i int) (int, bool) {
	for i++; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1, true
		case c < ' ':
			return i, false
		case c == '\\':
			if i+1 >= len(text) || strings.IndexByte(`"\/bfnrtu`, text[i+1]) < 0 {
				return i, false
			}
			if text[i+1] == 'u' {
				if _, err := strconv.ParseUint(text[min(i+2, len(text)):min(i+6, len(text))], 16, 16); err != nil || i+6 > len(text) {
					return i, false
				}
			}
			i++
		}
	}
	return i, false
}

func skipNumber(text string, from int) (int, bool) {
	i := from
	run := func() bool { // of digits
		begin := i
		for i < len(text) && text[i] >= '0' && text[i] <= '9' {
			i++
		}
		return i > begin
	}
	if text[i] == '-' {
		i++
	}
	leading := i
	if !run() || text[leading] == '0' && i > leading+1 {
		return from, false
	}
	if i < len(text) && text[i] == '.' {
		if i++; !run() {
			return from, false
		}
	}
	if i < len(text) && (text[i] == 'e' || text[i] == 'E') {
		if i++; i < len(text) && (text[i] == '+' || text[i] == '-') {
			i++
		}
		if !run() {
			return from, false
		}
	}
	return i, true
}

// pastValue returns where a value ends that skipValue has passed already:
// faster, because it looks at quotes and brackets only.
func pastValue(text string, i int) int {
	depth := 0
	for {
		switch text[i] {
		case '"':
			i = pastString(text, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		default:
			i++
			for i < len(text) && text[i] != '"' && text[i] != '{' && text[i] != '[' && text[i] != '}' && text[i] != ']' && (depth > 0 || text[i] != ',' && text[i] > ' ') {
				i++
			}
		}
		if depth == 0 {
			return i
		}
	}
}

func pastString(text string, i int) int {
	for i++; text[i] != '"'; i++ {
		if text[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// member is a key of an object, and its value.
type member struct {
	key   string
	value jsonValue
}

// jsonObject is the members of an object, in order.
type jsonObject []member

func (o jsonObject) count(key string) int {
	n := 0
	for _, m := range o {
		if m.key == key {
			n++
		}
	}
	return n
}

// get returns the value of a key. It is missing where there is none, or null.
func (o jsonObject) get(key string) jsonValue {
	for _, m := range o {
		if m.key == key && !m.value.null() {
			return m.value
		}
	}
	return jsonValue{}
}

// first returns the value of the first key that is there.
func (o jsonObject) first(keys ...string) jsonValue {
	for _, key := range keys {
		if v := o.get(key); v.doc != nil {
			return v
		}
	}
	return jsonValue{}
}

func (v jsonValue) raw() string {
	if v.doc == nil {
		return ""
	}
	return v.doc.text[v.from:v.to]
}

// kind is the first byte of the value, 0 where it is missing.
func (v jsonValue) kind() byte {
	if v.doc == nil {
		return 0
	}
	return v.doc.text[v.from]
}

// null says whether there is nothing to know.
func (v jsonValue) null() bool {
	switch v.raw() {
	case "", "null", "NaN", "Infinity", "-Infinity":
		return true
	}
	return false
}

// object returns the members of an object, each key once; none where it is
// missing.
func (v jsonValue) object() (jsonObject, error) { return v.objectIn(nil) }

// objectIn is object in the room of another one, of which nothing is left.
func (v jsonValue) objectIn(o jsonObject) (jsonObject, error) {
	if v.null() {
		return nil, nil
	}
	if v.kind() != '{' {
		return nil, v.fail(BadJSON)
	}
	if o = o[:0]; o == nil {
		o = make(jsonObject, 0, 8) // a word's
	}
	text := v.doc.text
	for i := skipSpace(text, v.from+1); text[i] != '}'; {
		end := pastString(text, i)
		key := unquote(text[i:end])
		i = skipSpace(text, skipSpace(text, end)+1)
		end = pastValue(text, i)
		o = append(o, member{key, jsonValue{v.doc, i, end}})
		if i = skipSpace(text, end); text[i] == ',' {
			i = skipSpace(text, i+1)
		}
	}
	return o.lastOfEach(), nil
}

// lastOfEach drops members whose key stands again behind them, as Python and Go do.
func (o jsonObject) lastOfEach() jsonObject {
	if len(o) <= 16 && !slices.ContainsFunc(o, func(m member) bool { return o.count(m.key) > 1 }) {
		return o // as nearly all are: without a map
	}
	last := make(map[string]int, len(o))
	for i, m := range o {
		last[m.key] = i
	}
	if len(last) == len(o) {
		return o
	}
	var kept jsonObject
	for i, m := range o {
		if last[m.key] == i {
			kept = append(kept, m)
		}
	}
	return kept
}

// each calls f for each value of an array, one after the other, so that an array
// of millions needs no memory; for none where it is missing.
func (v jsonValue) each(f func(v jsonValue) error) error {
	if v.null() {
		return nil
	}
	if v.kind() != '[' {
		return v.fail(BadJSON)
	}
	text := v.doc.text
	for i := skipSpace(text, v.from+1); text[i] != ']'; {
		end := pastValue(text, i)
		if err := f(jsonValue{v.doc, i, end}); err != nil {
			return err
		}
		if i = skipSpace(text, end); text[i] == ',' {
			i = skipSpace(text, i+1)
		}
	}
	return nil
}

// list returns the values of an array; none where it is missing.
func (v jsonValue) list() ([]jsonValue, error) {
	var list []jsonValue
	err := v.each(func(item jsonValue) error {
		list = append(list, item)
		return nil
	})
	return list, err
}

// objects calls f for each object of an array, with its own place.
func (v jsonValue) objects(f func(v jsonValue, o jsonObject) error) error {
	return v.each(func(item jsonValue) error {
		o, err := item.object()
		if err != nil {
			return err
		}
		return f(item, o)
	})
}

// text returns a string; "" where it is missing.
func (v jsonValue) text() (string, error) {
	if v.null() {
		return "", nil
	}
	if v.kind() != '"' {
		return "", v.fail(BadJSON)
	}
	return unquote(v.raw()), nil
}

// label returns a name that engines write as a string or as a number.
func (v jsonValue) label() (string, error) {
	if k := v.kind(); k == '-' || k >= '0' && k <= '9' {
		return v.raw(), nil
	}
	return v.text()
}

func unquote(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	if text, ok := unescape(raw[1 : len(raw)-1]); ok {
		return text
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return raw[1 : len(raw)-1] // skipString has passed it: cannot be
	}
	return s
}

// time returns a number of units as a time, rounded to a nanosecond; known is
// false where it is missing. Numbers in quotes are read too: some engines
// write them so, and a Python program that passes JSON on may.
func (v jsonValue) time(unit time.Duration) (d time.Duration, known bool, err error) {
	if v.null() {
		return 0, false, nil
	}
	raw := v.raw()
	if v.kind() == '"' {
		raw = strings.TrimSpace(unquote(raw))
	}
	if d, ok := parseTime(raw, unit); ok {
		return d, true, nil
	}
	return 0, false, v.fail(BadTime)
}

// parseTime reads a decimal number of units: exactly where it is one of whole
// nanoseconds, to the nearest where floats have left more decimals. At most
// the 9 digits of seconds that this package reads elsewhere.
func parseTime(s string, unit time.Duration) (time.Duration, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0) || f*float64(unit) >= 1e18 || strings.ContainsAny(s, "xXpP_nN") {
		return 0, false
	}
	return time.Duration(math.Round(f * float64(unit))), true
}

// whole returns a whole number from 0 on; known is false where it is missing.
func (v jsonValue) whole() (n int, known bool, err error) {
	if v.null() {
		return 0, false, nil
	}
	s, err := v.label()
	if err != nil {
		return 0, false, err
	}
	n, ok := digits(s, 6)
	if !ok {
		return 0, false, v.fail(BadJSON)
	}
	return n, true, nil
}

// confidence returns a number from 0 to 1, as a word has it: 0 where there is
// none, transcript.LeastConfidence for an engine's own 0.
func (v jsonValue) confidence() (float64, error) {
	if v.null() {
		return 0, nil
	}
	raw := v.raw()
	if v.kind() == '"' {
		raw = unquote(raw)
	}
	f, err := strconv.ParseFloat(raw, 64)
	const slack = 1e-3 // floats that were rounded up
	if err != nil || !(f >= -slack && f <= 1+slack) {
		return 0, v.fail(BadJSON)
	}
	return wordConfidence(f), nil
}

// fail returns an error about this value: line, column and path.
func (v jsonValue) fail(code Code) *Error {
	e := v.failHere(code)
	e.Node = v.doc.pathTo(v.from)
	return e
}

// failHere is fail for a text that is no JSON, in which nothing has a path.
func (v jsonValue) failHere(code Code) *Error {
	before := v.doc.text[:v.from]
	e := at(v.line(), code, v.raw(), CorrectLine)
	e.Column = len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return e
}

// pathTo says in which value of the text a place lies: "$.results.items[3]".
// It is found by going down again, because only errors ask for it.
func (d *jsonDoc) pathTo(place int) string {
	var b strings.Builder
	b.WriteByte('$')
	v := jsonValue{d, skipSpace(d.text, 0), len(d.text)}
	for v.from < place {
		next := jsonValue{}
		switch v.kind() {
		case '{':
			o, _ := v.object()
			for _, m := range o {
				if m.value.from <= place && place < m.value.to {
					next = m.value
					b.WriteString("." + cut(m.key))
				}
			}
		case '[':
			list, _ := v.list()
			for i, item := range list {
				if item.from <= place && place < item.to {
					next = item
					b.WriteString("[" + strconv.Itoa(i) + "]")
				}
			}
		}
		if next.doc == nil {
			break
		}
		v = next
	}
	return b.String()
}

// line is where the value begins, from 1; 0 where it is missing.
func (v jsonValue) line() int {
	if v.doc == nil {
		return 0
	}
	return v.doc.line + v.doc.lines.before(v.doc.text, v.from)
}

// jsonWriter writes an object, its keys in the order in which it is told them.
type jsonWriter struct {
	out   *bytes.Buffer
	begun bool
}

func newJSONWriter(out *bytes.Buffer) *jsonWriter {
	out.WriteByte('{')
	return &jsonWriter{out: out}
}

// raw writes a key and JSON.
func (w *jsonWriter) raw(key, value string) {
	if w.begun {
		w.out.WriteByte(',')
	}
	w.begun = true
	w.quoted(key)
	w.out.WriteByte(':')
	w.out.WriteString(value)
}

// string writes a key and a string.
func (w *jsonWriter) string(key, value string) {
	w.raw(key, "")
	w.quoted(value)
}

func (w *jsonWriter) quoted(s string) { w.out.Write(appendJSON(w.out.AvailableBuffer(), s)) }

func (w *jsonWriter) end() { w.out.WriteByte('}') }

// quoteJSON is a string as JSON, readable: < and & stand as they are.
func quoteJSON(s string) string {
	return string(appendJSON(make([]byte, 0, len(s)+8), s))
}

// sortedKeys lists the keys of extras that begin so.
func sortedKeys(e transcript.Extras, prefix string) []string {
	var keys []string
	for key := range e {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// jsonLines calls f for each line of a text that is not blank, which must be an
// object.
func jsonLines(text string, f func(v jsonValue, o jsonObject) error) error {
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.TrimSpace(line) == "" {
			continue
		}
		if err := jsonRecord(line, number, f); err != nil {
			return err
		}
	}
	return nil
}

// jsonRecord calls f for the object that a line is.
func jsonRecord(line string, number int, f func(v jsonValue, o jsonObject) error) error {
	v, err := parseJSON(strings.TrimSuffix(line, "\n"), number)
	if err != nil {
		return err
	}
	o, err := v.object()
	if err != nil {
		return err
	}
	return f(v, o)
}

// compactJSON is a JSON value on one line that a transcript may hold; ok is
// false where it is none.
func compactJSON(raw string) (compact string, ok bool) {
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(raw)); err != nil { // NaN, which nobody misses
		return "", false
	}
	s := b.String()
	if transcript.Clean(s) == s {
		return s, true
	}
	return escapeControls(s), true // those beyond ASCII, which may stand in a string
}

// escapeControls writes what a transcript may not hold as JSON escapes. In a
// compact JSON text it stands in strings only.
func escapeControls(s string) string {
	var b strings.Builder
	for _, r := range s {
		if transcript.Clean(string(r)) != string(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
