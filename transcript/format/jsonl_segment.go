package format

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tapescript/transcript"
)

// Lines of segments are most of a file of ours, and with word times a hundred
// megabytes of it, so they are written and read by hand here: what comes out is
// what encoding/json makes of them, byte for byte. A line that is not written as
// we write it is left to that package, which knows better what is wrong with it.

// appendSegment appends a segment as a line of JSON; ok is false where it holds
// what has to be sorted out first.
func appendSegment(b []byte, s *transcript.Segment) (line []byte, ok bool) {
	if len(s.Extras) > 0 {
		return b, false
	}
	b = append(b, `{"id":`...)
	b = appendJSON(b, s.ID)
	b = appendSpan(b, s.Start, s.End)
	if s.Speaker != "" {
		b = append(b, `,"speaker":`...)
		b = appendJSON(b, s.Speaker)
	}
	if s.Channel != 0 {
		b = append(b, `,"channel":`...)
		b = strconv.AppendInt(b, int64(s.Channel), 10)
	}
	b = append(b, `,"text":`...)
	b = appendJSON(b, s.Text)
	for i, w := range s.Words {
		if i == 0 {
			b = append(b, `,"words":[`...)
		} else {
			b = append(b, ',')
		}
		b = append(b, `{"from":`...)
		b = strconv.AppendInt(b, int64(w.From), 10)
		b = append(b, `,"to":`...)
		b = strconv.AppendInt(b, int64(w.To), 10)
		b = appendSpan(b, w.Start, w.End)
		if w.Confidence != 0 {
			b = append(b, `,"confidence":`...)
			if b, ok = appendFloat(b, w.Confidence); !ok {
				return b, false
			}
		}
		if w.Estimated {
			b = append(b, `,"estimated":true`...)
		}
		b = append(b, '}')
	}
	if len(s.Words) > 0 {
		b = append(b, ']')
	}
	return append(b, '}', '\n'), true
}

// appendSpan appends two times; no end is no time.
func appendSpan(b []byte, start, end time.Duration) []byte {
	if end == 0 {
		return b
	}
	b = append(b, `,"start":`...)
	b = appendSeconds(b, start)
	b = append(b, `,"end":`...)
	return appendSeconds(b, end)
}

// appendFloat appends a number that needs no exponent.
func appendFloat(b []byte, f float64) (out []byte, ok bool) {
	if abs := math.Abs(f); !(abs >= 1e-6 && abs < 1e21) {
		return b, false
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64), true
}

// appendJSON appends a text as JSON, readable: < and & stand as they are.
func appendJSON(b []byte, s string) []byte {
	begin := len(b)
	b = append(b, '"')
	from, wide := 0, false
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			wide = wide || c >= utf8.RuneSelf
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			return appendOddJSON(b[:begin], s)
		}
	}
	if wide && (!utf8.ValidString(s) || strings.Contains(s, "\u2028") || strings.Contains(s, "\u2029")) {
		return appendOddJSON(b[:begin], s)
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

func appendOddJSON(b []byte, s string) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil { // a string always can be
		return append(b, '"', '"')
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

// lineReader goes through a line of JSON that has passed for nothing yet. Each
// method says whether there was what it looked for.
type lineReader struct {
	text string
	at   int
}

func (r *lineReader) take(c byte) bool {
	r.at = skipSpace(r.text, r.at)
	if r.at >= len(r.text) || r.text[r.at] != c {
		return false
	}
	r.at++
	return true
}

// raw takes a string, without its quotes; plain says that it stands for itself.
func (r *lineReader) raw() (raw string, plain, ok bool) {
	r.at = skipSpace(r.text, r.at)
	if r.at >= len(r.text) || r.text[r.at] != '"' {
		return "", false, false
	}
	from := r.at + 1
	plain = true
	for i := from; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			return r.text[from:i], plain, true
		case c < ' ':
			return "", false, false
		case c == '\\':
			plain = false
			i++
		}
	}
	return "", false, false
}

// string takes a string that has no escapes but the plain ones.
func (r *lineReader) string() (string, bool) {
	raw, plain, ok := r.raw()
	if ok && !plain {
		raw, ok = unescape(raw)
	}
	return raw, ok
}

// unescape replaces the escapes of a JSON string; ok is false where there are
// others than those of one letter.
func unescape(raw string) (text string, ok bool) {
	var b strings.Builder
	b.Grow(len(raw))
	for {
		i := strings.IndexByte(raw, '\\')
		if i < 0 || i+1 == len(raw) {
			b.WriteString(raw)
			return b.String(), i < 0
		}
		b.WriteString(raw[:i])
		k := strings.IndexByte(`"\/bfnrt`, raw[i+1])
		if k < 0 {
			return "", false
		}
		b.WriteByte("\"\\/\b\f\n\r\t"[k])
		raw = raw[i+2:]
	}
}

func (r *lineReader) number() (string, bool) {
	r.at = skipSpace(r.text, r.at)
	if r.at >= len(r.text) || r.text[r.at] != '-' && (r.text[r.at] < '0' || r.text[r.at] > '9') {
		return "", false
	}
	end, ok := skipNumber(r.text, r.at)
	raw := r.text[r.at:end]
	r.at = end
	return raw, ok
}

func (r *lineReader) whole(n *int) bool {
	raw, ok := r.number()
	if ok {
		*n, ok = digits(raw, 9)
	}
	return ok
}

func (r *lineReader) seconds(d *time.Duration) bool {
	raw, ok := r.number()
	if ok {
		*d, ok = parseSeconds(raw)
	}
	return ok
}

// members takes an object whose keys are among those given, each once at most.
func (r *lineReader) members(keys []string, take func(key int) bool) bool {
	if !r.take('{') {
		return false
	}
	seen := 0
	for {
		name, plain, ok := r.raw()
		key := -1
		for i, k := range keys {
			if k == name {
				key = i
				break
			}
		}
		if !ok || !plain || key < 0 || seen&(1<<key) != 0 || !r.take(':') || !take(key) {
			return false
		}
		seen |= 1 << key
		if !r.take(',') {
			return r.take('}')
		}
	}
}

var (
	segmentKeys = []string{"id", "start", "end", "speaker", "channel", "text", "words"}
	wordKeys    = []string{"from", "to", "start", "end", "confidence", "estimated"}
)

// readSegment reads a line as [appendSegment] writes it, its keys in any order;
// ok is false where the line is another. The segment holds nothing of the line.
func readSegment(line string) (s *transcript.Segment, ok bool) {
	s = &transcript.Segment{}
	r := lineReader{text: line}
	ok = r.members(segmentKeys, func(key int) (ok bool) {
		switch segmentKeys[key] {
		case "id":
			s.ID, ok = r.string()
		case "start":
			ok = r.seconds(&s.Start)
		case "end":
			ok = r.seconds(&s.End)
		case "speaker":
			s.Speaker, ok = r.string()
		case "channel":
			ok = r.whole(&s.Channel)
		case "text":
			s.Text, ok = r.string()
		case "words":
			ok = r.words(s)
		}
		return ok
	})
	if !ok || skipSpace(line, r.at) != len(line) {
		return nil, false
	}
	s.ID, s.Speaker, s.Text = strings.Clone(s.ID), strings.Clone(s.Speaker), strings.Clone(s.Text)
	return s, true
}

func (r *lineReader) words(s *transcript.Segment) bool {
	if !r.take('[') {
		return false
	}
	s.Words = make([]transcript.Word, 0, min(1024, strings.Count(r.text[r.at:], `{"from"`)))
	for {
		var w transcript.Word
		ok := r.members(wordKeys, func(key int) (ok bool) {
			switch wordKeys[key] {
			case "from":
				ok = r.whole(&w.From)
			case "to":
				ok = r.whole(&w.To)
			case "start":
				ok = r.seconds(&w.Start)
			case "end":
				ok = r.seconds(&w.End)
			case "confidence":
				var raw string
				if raw, ok = r.number(); ok {
					var err error
					w.Confidence, err = strconv.ParseFloat(raw, 64)
					ok = err == nil
				}
			case "estimated":
				r.at = skipSpace(r.text, r.at)
				w.Estimated = strings.HasPrefix(r.text[r.at:], "true")
				ok = w.Estimated
				r.at += len("true")
			}
			return ok
		})
		if !ok {
			return false
		}
		s.Words = append(s.Words, w)
		if !r.take(',') {
			return r.take(']')
		}
	}
}
