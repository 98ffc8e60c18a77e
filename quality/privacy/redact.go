package privacy

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tapescript/transcript"
)

// Redact returns a copy of a transcript with the findings masked by their
// kind, and what was taken out, to search files for. It goes through every
// field: the texts, the words (a mask has the times of what it hides, its
// confidence is gone), the speakers' names and IDs, segment IDs, the
// recording's path, language, style, and extras.
//
// What was found once is masked wherever else it stands, however it is written
// there: a name that was introduced in the first minute is a name in the last.
// An extra that holds any of it is dropped whole, because what a format keeps
// there (raw markup, a recogniser's JSON) can hide a word between tags. The
// recording's hash is dropped: it names the recording.
func Redact(t *transcript.Transcript, findings []Finding, o Options) (*transcript.Transcript, *Secrets) {
	secrets := &Secrets{counts: map[Kind]int{}}
	for _, f := range findings {
		secrets.add(f.Kind, pieces(t, f))
		secrets.counts[f.Kind]++
	}
	speakers := secrets.addSpeakers(t, o)
	list := secrets.everywhere(t)
	masked := make([][]span, len(t.Segments))
	for _, f := range append(slices.Clone(findings), list...) {
		for _, p := range f.Parts {
			masked[p.Segment] = append(masked[p.Segment], span{f.Kind, p.From, p.To})
		}
	}
	out := &transcript.Transcript{Speakers: speakers.list, Language: secrets.field(t.Language, o), Style: secrets.field(t.Style, o)}
	out.Media = transcript.Media{Path: secrets.field(t.Media.Path, o), Duration: t.Media.Duration}
	out.Extras = secrets.extras(t.Extras, nil, o)
	for i, seg := range t.Segments {
		c := maskSegment(seg, disjoint(masked[i]))
		c.Speaker = speakers.newID[seg.Speaker]
		c.Extras = secrets.extras(seg.Extras, hiddenWords(seg, masked[i]), o)
		if secrets.field(seg.ID, o) != seg.ID {
			c.ID = ""
		}
		out.Segments = append(out.Segments, c)
	}
	out.AssignIDs()
	return out, secrets
}

// pieces are a finding's words, segment by segment.
func pieces(t *transcript.Transcript, f Finding) []string {
	var list []string
	for _, p := range f.Parts {
		list = append(list, t.Segments[p.Segment].Text[p.From:p.To])
	}
	return list
}

// hiddenWords are the folded words that masks take out of a segment.
func hiddenWords(seg *transcript.Segment, masks []span) map[string]bool {
	hidden := map[string]bool{}
	for _, m := range masks {
		for _, t := range tokenize(seg.Text[m.from:m.to]) {
			if len(t.text) > 1 && !stopWords[t.text] {
				hidden[t.text] = true
			}
		}
	}
	return hidden
}

// maskSegment puts masks in the place of spans, which are in order and apart.
func maskSegment(seg *transcript.Segment, masks []span) *transcript.Segment {
	c := *seg
	c.Words = slices.Clone(seg.Words)
	if len(masks) == 0 {
		return &c
	}
	var text strings.Builder
	c.Words = nil
	at, w := 0, 0
	keep := func(upTo int) { // what stands between two masks
		shift := text.Len() - at
		for ; w < len(seg.Words) && seg.Words[w].To <= upTo; w++ {
			if word := seg.Words[w]; word.From >= at {
				word.From, word.To = word.From+shift, word.To+shift
				c.Words = append(c.Words, word)
			}
		}
		text.WriteString(seg.Text[at:upTo])
	}
	for i, m := range masks {
		keep(m.from)
		mask := transcript.Word{From: text.Len()}
		behind := 0 // bytes of its last word that stay, such as a comma
		for ; w < len(seg.Words) && seg.Words[w].From < m.to; w++ {
			word := seg.Words[w]
			if !word.Timed() {
				continue
			}
			behind = max(word.To-m.to, 0)
			if !mask.Timed() {
				mask.Start = word.Start
			}
			mask.Start, mask.End = min(mask.Start, word.Start), max(mask.End, word.End)
			mask.Estimated = mask.Estimated || word.Estimated
		}
		text.WriteString(m.kind.Mask())
		if i+1 < len(masks) && m.to+behind > masks[i+1].from {
			behind = 0
		}
		mask.To = text.Len() + behind
		if mask.Timed() {
			c.Words = append(c.Words, mask)
		}
		at = m.to
	}
	keep(len(seg.Text))
	c.Text = text.String()
	return &c
}

// speakerMasks say what speakers are called afterwards.
type speakerMasks struct {
	list  []transcript.Speaker
	newID map[string]string
}

// addSpeakers makes secrets of the speakers' names that are people's, and finds
// what else to call them. A name that a program gives (Speaker 1, SPEAKER_00,
// A) tells of nobody.
func (s *Secrets) addSpeakers(t *transcript.Transcript, o Options) speakerMasks {
	m := speakerMasks{newID: map[string]string{}}
	taken := map[string]bool{}
	for _, sp := range t.Speakers {
		taken[sp.ID], taken[sp.Name] = true, true
	}
	next := 1
	for _, sp := range t.Speakers {
		name, id := personal(sp.Name, o), personal(sp.ID, o)
		anew := sp
		if name || id {
			if name {
				s.add(Person, []string{sp.Name})
			}
			if id && sp.ID != sp.Name {
				s.add(Person, []string{sp.ID})
			}
			s.counts[Person]++
			for anew.ID == sp.ID || taken[anew.ID] {
				anew.ID = "[" + string(Person) + " " + strconv.Itoa(next) + "]"
				next++
			}
			anew.Name = anew.ID
		}
		m.newID[sp.ID] = anew.ID
		m.list = append(m.list, anew)
	}
	return m
}

// personal says whether a speaker's name may be a person's: it has letters, is
// no role and no label that a program numbers.
func personal(name string, o Options) bool {
	if !o.wants(Person) {
		return len(findSpans(name, o)) > 0
	}
	for _, t := range tokenize(name) {
		if !t.digit && len(t.text) > 1 && !roles[t.text] {
			return true
		}
	}
	return false
}

var roles = words("speaker", "spk", "locuteur", "interlocuteur", "intervenant", "participant", "agent", "client", "customer", "caller", "callee",
	"doctor", "docteur", "patient", "interviewer", "interviewee", "moderator", "host", "guest", "operator", "narrator", "unknown", "inconnu", "channel",
	"left", "right", "male", "female", "homme", "femme", "voice", "voix", "user", "person", "name", "inter", "segment")

// field is a field that names something, or what stands for it where it holds
// personal data. A path keeps its ending.
func (s *Secrets) field(value string, o Options) string {
	if value == "" || !s.holds(value) && len(findSpans(strings.NewReplacer("_", " ", "/", " ").Replace(value), o)) == 0 {
		return value
	}
	ending := filepath.Ext(value)
	if len(ending) > 5 || s.holds(ending) {
		ending = ""
	}
	return "redacted" + ending
}

// extras keeps those that hold nothing of what was found, nor a word that was
// hidden in the same segment.
func (s *Secrets) extras(x transcript.Extras, hidden map[string]bool, o Options) transcript.Extras {
	if x == nil {
		return nil
	}
	kept := transcript.Extras{}
	for key, value := range x {
		both := plain(key + "\n" + value)
		if s.holds(both) || s.In([]byte(key+"\n"+value)) > 0 || len(findSpans(both, o)) > 0 {
			continue
		}
		if !slices.ContainsFunc(tokenize(both), func(t token) bool { return hidden[t.text] }) {
			kept[key] = value
		}
	}
	return kept
}

// Interval is a stretch of a recording.
type Interval struct{ Start, End time.Duration }

// Intervals are where the findings are heard: over the times of their words
// with pad on both sides, or over the whole segment where a word of it has none
// that was measured. Untimed counts the parts that no time is known of; each
// of these has to be looked for by ear. They are in order and apart.
func Intervals(t *transcript.Transcript, findings []Finding, pad time.Duration) (list []Interval, untimed int) {
	for _, f := range findings {
		for _, p := range f.Parts {
			seg := t.Segments[p.Segment]
			i, ok := heard(seg, p)
			if !ok {
				if !seg.Timed() {
					untimed++
					continue
				}
				i = Interval{seg.Start, seg.End}
			}
			list = append(list, Interval{max(i.Start-pad, 0), i.End + pad})
		}
	}
	slices.SortFunc(list, func(a, b Interval) int { return int(min(max(a.Start-b.Start, -1), 1)) })
	var merged []Interval
	for _, i := range list {
		if n := len(merged); n > 0 && i.Start <= merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, i.End)
			continue
		}
		merged = append(merged, i)
	}
	return merged, untimed
}

// heard is when a part's words are said; false where the time of one of them
// is not known well.
func heard(seg *transcript.Segment, p Part) (i Interval, ok bool) {
	at := p.From
	for _, w := range seg.Words {
		if w.To <= p.From || w.From >= p.To {
			continue
		}
		if !w.Timed() || w.Estimated || len(tokenize(seg.Text[min(at, w.From):w.From])) > 0 {
			return i, false
		}
		if !ok {
			i.Start = w.Start
		}
		i.Start, i.End, ok, at = min(i.Start, w.Start), max(i.End, w.End), true, w.To
	}
	return i, ok && (at >= p.To || len(tokenize(seg.Text[at:p.To])) == 0)
}
