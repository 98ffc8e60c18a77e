package platform

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// maxElement bounds one object of a JSON file: a task of Label Studio with an
// hour of segments takes some megabytes.
const maxElement = 16 << 20

// jsonReader takes a file of objects apart, one at a time: one on each line, or
// the elements of one array, or objects one behind the other over any lines.
type jsonReader struct {
	in    *bufio.Reader
	lines bool  // one object a line: a broken one costs that line alone
	array bool  // between [ and ]
	line  int64 // where the next byte stands
	begun bool
	buf   bytes.Buffer
}

// newJSONReader looks at the beginning to see how the objects are kept.
func newJSONReader(in *bufio.Reader) *jsonReader {
	r := &jsonReader{in: in, line: 1}
	begin, _ := in.Peek(sniffBytes) // shorter files give what they have
	text := bytes.TrimLeft(begin, " \t\r\n")
	if bytes.HasPrefix(text, []byte("[")) {
		r.array = true
		return r
	}
	first, _, whole := bytes.Cut(text, []byte("\n"))
	r.lines = json.Valid(first) || whole && !bytes.HasPrefix(bytes.TrimSpace(first), []byte("{")) ||
		whole && bytes.HasPrefix(bytes.TrimLeft(text[len(first)+1:], " \t\r\n"), []byte("{")) || !whole && len(text) > sniffBytes/2
	return r
}

// separator names how the objects are kept, for the batch's source.
func (r *jsonReader) separator() string {
	if r.array {
		return ","
	}
	return "\n"
}

// next returns the next object as it stands, io.EOF behind the last, or a
// [*RowError] for one that is lost; others may follow it.
func (r *jsonReader) next() (line int64, raw string, o object, err error) {
	if r.lines {
		line, raw, err = r.nextLine()
	} else {
		line, raw, err = r.nextElement()
	}
	if err == nil {
		o, err = parseObject(raw)
	}
	var e *RowError
	if errors.As(err, &e) {
		e.Line = line
		if len(raw) <= maxRow {
			e.Raw = raw
		}
	}
	return line, raw, o, err
}

func (r *jsonReader) nextLine() (int64, string, error) {
	for {
		text, err := readLine(r.in, maxElement)
		if err == io.EOF {
			return r.line, "", io.EOF
		}
		line := r.line
		r.line++
		switch {
		case errors.Is(err, errTooLong):
			return line, "", bad("", TooLong, string(text))
		case err != nil:
			return line, "", err
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return line, string(text), nil
		}
	}
}

// nextElement reads to the bracket that ends the object.
func (r *jsonReader) nextElement() (int64, string, error) {
	r.buf.Reset()
	depth, inString, escaped, long := 0, false, false, false
	line := r.line
	for {
		c, err := r.in.ReadByte()
		if err == io.EOF && depth > 0 {
			return line, "", bad("", BadJSON, r.buf.String()[:min(200, r.buf.Len())])
		}
		if err != nil {
			return line, "", err
		}
		if c == '\n' {
			r.line++
		}
		if depth == 0 {
			switch {
			case strings.IndexByte(" \t\r\n,", c) >= 0:
				line = r.line
				continue
			case c == '[' && r.array && !r.begun, c == ']' && r.begun:
				r.begun = true
				continue
			}
			r.begun = true
			if c != '{' { // a number, a word: up to what can begin or end an object
				return line, "", r.strayText(c)
			}
		}
		if r.buf.Len() >= maxElement {
			long = true
		} else {
			r.buf.WriteByte(c)
		}
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth == 0 {
			if long {
				return line, "", bad("", TooLong, r.buf.String()[:200])
			}
			return line, r.buf.String(), nil
		}
	}
}

// strayText passes over what is no object.
func (r *jsonReader) strayText(first byte) error {
	text := []byte{first}
	for {
		next, err := r.in.Peek(1)
		if err != nil || strings.IndexByte(",{]\n", next[0]) >= 0 {
			return bad("", BadJSON, string(text))
		}
		c, _ := r.in.ReadByte() // peeked: it is there
		if len(text) < 200 {
			text = append(text, c)
		}
	}
}

// object is a JSON object whose members stay in order, each as it stands.
type object []member

type member struct {
	key string
	raw json.RawMessage
}

// parseObject takes an object apart. A key that stands twice is kept twice; the
// first is the one that counts.
func parseObject(raw string) (object, error) {
	if !utf8.ValidString(raw) {
		return nil, bad("", NotText, raw)
	}
	d := json.NewDecoder(strings.NewReader(raw))
	t, err := d.Token()
	if err != nil || t != json.Delim('{') {
		return nil, bad("", BadJSON, raw)
	}
	var o object
	for d.More() {
		key, err := d.Token()
		name, ok := key.(string)
		var value json.RawMessage
		if err == nil && ok {
			err = d.Decode(&value)
		}
		if err != nil || !ok {
			return nil, bad(name, BadJSON, raw[:min(200, len(raw))])
		}
		o = append(o, member{name, value})
	}
	if _, err := d.Token(); err != nil {
		return nil, bad("", BadJSON, raw[:min(200, len(raw))])
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, bad("", BadJSON, raw[:min(200, len(raw))])
	}
	return o, nil
}

// get returns the value of a key, nil where it is missing or null.
func (o object) get(key string) json.RawMessage {
	for _, m := range o {
		if m.key == key {
			if string(m.raw) == "null" {
				return nil
			}
			return m.raw
		}
	}
	return nil
}

// first returns the value of the first of some keys that is there, and the key.
func (o object) first(keys ...string) (string, json.RawMessage) {
	for _, key := range keys {
		if raw := o.get(key); raw != nil {
			return key, raw
		}
	}
	return "", nil
}

// object returns an object inside this one, nil where there is none.
func (o object) object(key string) (object, error) {
	raw := o.get(key)
	if raw == nil {
		return nil, nil
	}
	in, err := parseObject(string(raw))
	if err != nil {
		return nil, bad(key, BadJSON, string(raw))
	}
	return in, nil
}

// objects returns the elements of an array of objects.
func (o object) objects(key string) ([]object, error) {
	raw := o.get(key)
	if raw == nil {
		return nil, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return nil, bad(key, BadJSON, string(raw))
	}
	var out []object
	for _, e := range list {
		in, err := parseObject(string(e))
		if err != nil {
			return nil, bad(key, BadJSON, string(e))
		}
		out = append(out, in)
	}
	return out, nil
}

// text returns a string, or a number or truth as it stands; "" where there is none.
func (o object) text(key string) (string, error) {
	raw := o.get(key)
	if raw == nil {
		return "", nil
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return "", bad(key, BadJSON, string(raw))
		}
		return s, nil
	case '{', '[':
		return "", bad(key, BadJSON, string(raw))
	}
	return string(raw), nil
}

// seconds returns a number of seconds, or one in a string.
func (o object) seconds(key string) (time.Duration, error) {
	text, err := o.text(key)
	if err != nil || text == "" {
		return 0, err
	}
	d, ok := seconds(text)
	if !ok {
		return 0, bad(key, BadTime, text)
	}
	return d, nil
}

// set replaces the value of a key, or adds it at the end.
func (o object) set(key string, value any) object {
	raw := marshal(value)
	for i, m := range o {
		if m.key == key {
			o[i].raw = raw
			return o
		}
	}
	return append(o, member{key, raw})
}

// marshal writes a value that cannot fail to be JSON, with <, > and & as they are.
func marshal(value any) json.RawMessage {
	if raw, ok := value.(json.RawMessage); ok {
		return raw
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		panic("platform: " + err.Error()) // strings, numbers and lists of them
	}
	return bytes.TrimRight(out.Bytes(), "\n")
}

// MarshalJSON writes the members in order, each as it stands.
func (o object) MarshalJSON() ([]byte, error) { return []byte(o.String()), nil }

// String is the object as JSON on one line, but for values that have several.
func (o object) String() string {
	var b strings.Builder
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteString(", ")
		}
		b.Write(marshal(m.key))
		b.WriteString(": ")
		b.Write(m.raw)
	}
	b.WriteByte('}')
	return b.String()
}

// seconds reads a decimal number of seconds, rounded to the nanosecond.
func seconds(text string) (time.Duration, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(f >= 0) || f > 1e7 {
		return 0, false
	}
	return time.Duration(math.Round(f * 1e9)), true
}

// secondsText is the inverse of seconds.
func secondsText(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) }

// secondsRaw is a duration as a JSON number of seconds.
func secondsRaw(d time.Duration) json.RawMessage { return json.RawMessage(secondsText(d)) }
