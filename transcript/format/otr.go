package format

import (
	"bytes"
	"cmp"
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// otr is what oTranscribe (https://otranscribe.com) exports: a JSON object whose
// text is the HTML of its editor. A paragraph is a segment, and so is what
// follows a time stamp within one; it ends where the next stamp is. Speakers
// stand before the text as "[Ann]: ". What else the object holds goes back out.
var otr = Format{
	Name: "otr", Title: "oTranscribe", Extensions: []string{".otr"}, longLines: true, around: 140,
	Cannot: []LossKind{LostText, LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostPrecision, LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeOTR, encode: encodeOTR, border: otrBorder, late: true, tailed: true,
	sniff: sniffOTR,
}

const (
	otrFields = "otr.fields" // the object's other members, as JSON
	otrRaw    = "otr.raw"    // HTML of a segment with markup in it
)

func sniffOTR(head string) bool {
	keys, _ := jsonKeys(head)
	if keys["media-time"] && keys["text"] {
		return true
	}
	head = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(head), "{"))
	rest, found := strings.CutPrefix(head, `"text"`)
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), ":"))
	return found && (strings.HasPrefix(rest, `"<`) || strings.HasPrefix(rest, `"\u003c`))
}

func decodeOTR(in *input) (*transcript.Transcript, error) {
	t := in.start()
	r := otrReader{in: in, t: t}
	if held, later := in.carry.(otrReader); later {
		in.segments, in.lines, r.latest = held.in.segments, held.in.lines, 1
	}
	body, ok := "", true
	object := in.text
	if in.later() || in.more {
		if body, object, ok = otrPart(in.text, in.later(), in.more); !ok {
			in.whole = true
			return t, nil
		}
	}
	if !in.more {
		text, err := in.otrMembers(t, object)
		if err != nil {
			return nil, err
		}
		body += text
	}
	if err := r.read(body); err != nil {
		return nil, err
	}
	if in.more {
		r.hold()
	}
	return t, nil
}

// otrOpens is how a file begins that can be read part by part.
const otrOpens = `{"text":"`

// otrBorder cuts behind a paragraph.
func otrBorder(text string, _ any) int {
	const end = "</p>"
	if i := strings.LastIndex(text[:max(0, len(text)-1)], end); i >= 0 {
		return i + len(end)
	}
	return 0
}

// otrPart takes a part of a file apart: the HTML in it, and, of the last part, the
// object without that.
func otrPart(text string, later, more bool) (body, object string, ok bool) {
	from := 0
	if !later {
		if !strings.HasPrefix(text, otrOpens) {
			return "", "", false
		}
		from = len(otrOpens)
	}
	end, closed := skipString(text, from-1)
	if closed == more || more && end < len(text) {
		return "", "", false // the text ends where it should not, or does not where it should
	}
	if more {
		return unquote(`"` + text[from:] + `"`), "", true
	}
	return unquote(`"` + text[from:end]), otrOpens + `"` + text[end:], true
}

// otrMembers reads what the object holds beside its text, which it returns.
func (in *input) otrMembers(t *transcript.Transcript, object string) (text string, err error) {
	root, err := parseJSON(object, 1)
	if err != nil {
		return "", err
	}
	o, err := root.object()
	if err != nil {
		return "", err
	}
	if text, err = o.get("text").text(); err != nil {
		return "", err
	}
	media, err := o.get("media").text()
	if err != nil {
		return "", err
	}
	all := make(map[string]json.RawMessage, len(o))
	for _, m := range o {
		all[m.key] = json.RawMessage(m.value.raw())
	}
	if t.Media.Path = oneLine(media); t.Media.Path != media {
		in.note(MediaDropped, 1)
	}
	delete(all, "text")
	delete(all, "media")
	if rest, err := json.Marshal(all); err == nil && len(all) > 0 && string(rest) != otrDefault {
		keep(&t.Extras, otrFields, string(rest))
	}
	return text, nil
}

const otrDefault = `{"media-source":"","media-time":0}`

// otrReader walks the tags of the editor's HTML, which browsers wrote: nothing
// of it need be well-formed.
type otrReader struct {
	in      *input
	t       *transcript.Transcript
	text    strings.Builder
	from    int // of the segment's HTML
	start   time.Duration
	stamped bool
	latest  int // the number, from 1, of the segment that has the last one
	markup  bool
	skip    bool // within a stamp, whose text is its time
	broken  *Error
	begin   int // of what is broken
}

func (r *otrReader) read(body string) error {
	for i := 0; i < len(body); {
		next := strings.IndexByte(body[i:], '<')
		if next < 0 {
			next = len(body) - i
		}
		if next > 0 {
			if !r.skip {
				r.text.WriteString(otrText(body[i : i+next]))
			}
			i += next
			continue
		}
		end := strings.IndexByte(body[i:], '>')
		if end < 0 {
			end = len(body) - i - 1
		}
		if err := r.tag(body, i, i+end+1); err != nil {
			return err
		}
		i += end + 1
	}
	return r.flush(body, len(body), len(body))
}

// otrText is text of HTML, whose white space is one space.
func otrText(raw string) string {
	if strings.IndexByte(raw, '&') < 0 && strings.IndexByte(raw, '\n') < 0 && !strings.Contains(raw, "  ") {
		return transcript.Clean(raw)
	}
	var b strings.Builder
	space := false
	for _, c := range transcript.Clean(raw) {
		if xmlSpace(c) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(c)
	}
	return transcript.Clean(html.UnescapeString(b.String()))
}

// tag takes the tag between two bytes.
func (r *otrReader) tag(body string, from, to int) error {
	tag := body[from:to]
	name, _ := nextField(strings.Trim(tag, "<>"))
	name = strings.ToLower(strings.TrimRight(cmp.Or(name, "x"), "/"))
	switch {
	case r.skip:
		r.skip = name != "/span"
		if !r.skip {
			r.from = to
		}
	case name == "p" || name == "/p" || name == "div" || name == "/div" || name == "li" || name == "/li":
		return r.flush(body, from, to)
	case name == "br":
		r.text.WriteByte('\n')
	case name == "span" && strings.Contains(tag, "data-timestamp"):
		if err := r.flush(body, from, to); err != nil {
			return err
		}
		r.skip, r.begin = true, from
		return r.stamp(tag)
	case strings.HasPrefix(tag, "<!--"):
	default:
		r.markup = true
	}
	return nil
}

func (r *otrReader) stamp(tag string) error {
	_, value, _ := strings.Cut(tag, "data-timestamp=")
	value = strings.TrimLeft(value, `"'`)
	if end := strings.IndexAny(value, `"' >`); end >= 0 {
		value = value[:end]
	}
	at, ok := parseSeconds(value)
	if !ok {
		err := &Error{Line: 1, Node: "$.text", Code: BadTime, Offending: cut(value), Advice: CorrectLine}
		if r.broken, ok = r.in.passable(err); !ok {
			return err
		}
		return nil
	}
	r.start, r.stamped = at, true
	return nil
}

// flush ends a segment, where there is one.
func (r *otrReader) flush(body string, from, to int) error {
	if r.broken != nil {
		r.in.rejects = append(r.in.rejects, Reject{1, body[r.begin:from], r.broken})
		r.text.Reset()
		r.from, r.broken, r.markup = to, nil, false
		return nil
	}
	raw := body[min(r.from, from):from]
	text := tidyLines(r.text.String())
	stamped, start, markup := r.stamped, r.start, r.markup
	r.text.Reset()
	r.from, r.stamped, r.markup = to, false, false
	if text == "" && !stamped {
		return nil
	}
	s := &transcript.Segment{}
	if stamped {
		s.Start, s.End = start, start
		r.endLatest(start)
	}
	var err error
	name, said, tagged := taggedName(text)
	if tagged {
		text = said
	}
	s.Text = text
	if s.Speaker, err = r.in.speaker(r.t, name, 1); err != nil {
		return err
	}
	if markup {
		keep(&s.Extras, otrRaw, strings.TrimSpace(raw))
		r.in.note(MarkupHidden, 1)
	}
	r.in.add(s, 1)
	return nil
}

// tidyLines takes the space around lines and all blank ones away, but within.
func tidyLines(text string) string {
	if strings.IndexByte(text, '\n') < 0 {
		return strings.TrimSpace(xmlFlat(text))
	}
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		lines = append(lines, xmlFlat(line))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// endLatest lets the segment that has the stamp before this end here, if this is
// later; paragraphs without a stamp between them have no time.
func (r *otrReader) endLatest(next time.Duration) {
	if r.latest > 0 {
		if s := r.in.segments[r.latest-1]; next > s.Start {
			s.End = next
			r.in.note(EndsFromNext, 1)
		}
	}
	r.latest = len(r.in.segments) + 1
}

// hold leaves the last segment that has a stamp, and what follows it, to the
// next part, in which it ends.
func (r *otrReader) hold() {
	if r.latest == 0 {
		return
	}
	at := r.latest - 1
	held := otrReader{in: &input{segments: slices.Clone(r.in.segments[at:]), lines: slices.Clone(r.in.lines[at:])}}
	r.in.segments, r.in.lines, r.in.carry = r.in.segments[:at], r.in.lines[:at], held
}

func encodeOTR(out *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	if !w.later {
		out.WriteString(otrOpens)
	}
	var body []byte
	for _, s := range t.Segments {
		if !s.Timed() && (w.later || !w.last) && tidyLines(s.Text) == "" {
			return ErrWhole // nobody would see that it is there
		}
		body = append(body[:0], "<p>"...)
		if s.Timed() {
			body = appendStamp(body, s.Start)
		}
		body = append(append(body, otrBody(t, s)...), "</p>"...)
		quoted := appendJSON(out.AvailableBuffer(), string(body))
		out.Write(quoted[1 : len(quoted)-1])
	}
	if !w.last {
		return nil
	}
	fields := make(map[string]json.RawMessage)
	if json.Unmarshal([]byte(t.Extras[otrFields]), &fields) != nil || len(fields) == 0 {
		fields = map[string]json.RawMessage{"media-source": json.RawMessage(`""`), "media-time": json.RawMessage("0")}
	}
	delete(fields, "text")
	delete(fields, "media")
	out.WriteString(`","media":` + quoteJSON(oneLine(t.Media.Path)))
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		out.WriteString("," + quoteJSON(key) + ":")
		if err := json.Compact(out, fields[key]); err != nil {
			return err
		}
	}
	out.WriteString("}\n")
	return nil
}

// appendStamp writes the stamp of a time: minutes and seconds for people.
func appendStamp(b []byte, at time.Duration) []byte {
	b = appendSeconds(append(b, `<span class="timestamp" data-timestamp="`...), at)
	whole := int64(at / time.Second)
	b = strconv.AppendInt(append(b, `" contenteditable="false">`...), whole/60, 10)
	b = append(b, ':', byte('0'+whole%60/10), byte('0'+whole%10))
	return append(b, "</span> "...)
}

// otrBody is a segment's HTML: what was read while it says the same.
func otrBody(t *transcript.Transcript, s *transcript.Segment) string {
	name := ""
	if s.Speaker != "" {
		name = oneLine(t.SpeakerName(s.Speaker))
	}
	if raw := s.Extras[otrRaw]; raw != "" {
		in := &input{}
		r := otrReader{in: in, t: &transcript.Transcript{}}
		if r.read(raw) == nil && len(in.segments) == 1 {
			if back := in.segments[0]; back.Text == s.Text && back.Speaker == name && back.Extras[otrRaw] == raw {
				return raw
			}
		}
	}
	return strings.ReplaceAll(html.EscapeString(tagName(name, tidyLines(s.Text))), "\n", "<br />")
}
