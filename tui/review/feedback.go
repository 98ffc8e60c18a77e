package review

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tapescript/quality"
	"tapescript/transcript"
)

// Feedback is what a transcriber learns from a review. Its JSON is an API.
type Feedback struct {
	Item   string `json:"item"`
	Worker string `json:"worker,omitempty"`
	Words  int    `json:"words"` // of gold

	Mistakes []Mistake `json:"mistakes"`
	// Allowed are differences that are none of the transcriber's errors: gold was
	// wrong or is not the only right way, or a rule allows them.
	Allowed []Mistake `json:"allowed"`
	Unclear []Mistake `json:"unclear"`

	Cards Cards `json:"cards"`
}

// Mistake is a difference between a draft and its gold, as the draft was before
// the review.
type Mistake struct {
	Kinds    []string `json:"kinds"`
	Gold     string   `json:"gold"`
	Draft    string   `json:"draft"`
	Words    int      `json:"words"`
	At       float64  `json:"at"` // seconds: what to hear
	Until    float64  `json:"until"`
	Times    int      `json:"times"` // the same one again, in all
	Verdict  Verdict  `json:"verdict,omitempty"`
	Text     string   `json:"text,omitempty"` // what is right, where gold was not either
	Rule     string   `json:"rule,omitempty"`
	Reason   string   `json:"reason,omitempty"`
	Critical bool     `json:"critical"` // a number, a name or a negation
	// Recording is what is to be heard; "" where there is none.
	Recording string `json:"recording,omitempty"`
}

// Cards are scores by several schemes. Each counts the transcriber's mistakes
// alone, as they were before the review.
type Cards struct {
	Errors int      `json:"errors"` // words
	WER    *float64 `json:"wer"`
	// WAcc is 100·max(1−WER, 0), as crowds are gated by.
	WAcc *float64 `json:"wacc"`
	// AHDI is 100 − 3·critical − noncritical, the same mistake counted once; 98
	// passes.
	AHDI        int  `json:"ahdi"`
	Critical    int  `json:"critical"`
	Noncritical int  `json:"noncritical"`
	Passes      bool `json:"ahdi_passes"`
	// Accuracy and Formatting are 1 to 5 by [Axis]: 5 near perfect, 4 fit for a
	// customer, 3 not so, 2 poor, 1 of no use. The two axes and their meaning are
	// Rev's; Rev publishes no thresholds, these are ours.
	Accuracy   int `json:"accuracy"`
	Formatting int `json:"formatting"`
	Format     int `json:"format_errors"` // wrong marks, capitals, speakers
}

// The most wrong, of 100 words, for 5, 4, 3 and 2 points.
var (
	accuracySteps   = [4]float64{1, 3, 8, 20}
	formattingSteps = [4]float64{2, 5, 10, 25}
)

// axis gives points for so many errors.
func axis(errors, words int, steps [4]float64) int {
	for i, most := range steps {
		if 100*float64(errors) <= most*float64(words) {
			return 5 - i
		}
	}
	return 1
}

// Assess makes the feedback on items whose decisions a log holds: what is still
// open counts by gold as it is.
func Assess(items []*Item, o quality.Options, log []Entry, length func(*Item) time.Duration) []Feedback {
	byItem := map[string][]Entry{}
	for _, e := range Standing(log) {
		byItem[e.Item+"\x00"+e.Worker] = append(byItem[e.Item+"\x00"+e.Worker], e)
	}
	open := map[*Item][]*Case{}
	for _, c := range Open(items, o, log, Filter{}, false) {
		open[c.Item] = append(open[c.Item], c.Case)
	}
	var list []Feedback
	for _, it := range items {
		f := Feedback{Item: it.ID, Worker: it.Worker, Words: it.found.counts.Words()}
		f.Mistakes, f.Allowed, f.Unclear = []Mistake{}, []Mistake{}, []Mistake{}
		for _, e := range byItem[it.ID+"\x00"+it.Worker] {
			f.decided(e, it)
		}
		for _, c := range open[it] {
			span := c.Hear(length(it))
			m := Mistake{
				Kinds: c.Kinds.Names(), Gold: firstReading(c.GoldSays), Draft: c.DraftSays, Words: c.Words, Recording: it.Recording,
				At: span.Start.Seconds(), Until: span.End.Seconds(), Critical: c.Kinds&(Number|Name|Negation) != 0,
			}
			if !slices.ContainsFunc(f.Unclear, func(u Mistake) bool { return u.Gold == c.GoldSays && u.Draft == m.Draft }) {
				f.Mistakes = append(f.Mistakes, m)
			}
		}
		f.finish()
		list = append(list, f)
	}
	return list
}

// decided adds a decision where it belongs.
func (f *Feedback) decided(e Entry, it *Item) {
	m := Mistake{
		Kinds: e.Kinds, Gold: e.Gold, Draft: e.Draft, Words: e.Words, Verdict: e.Verdict, Text: e.Text, Rule: e.Rule, Reason: e.Reason,
		At: max(0, e.At-preRoll.Seconds()), Until: e.At + (2 * time.Second).Seconds(), Recording: it.Recording,
	}
	for _, k := range []string{"number", "name", "negation"} {
		m.Critical = m.Critical || slices.Contains(e.Kinds, k)
	}
	switch e.Verdict {
	case TakeGold:
		f.Mistakes = append(f.Mistakes, m)
	case Third:
		m.Gold = e.Text
		f.Mistakes = append(f.Mistakes, m)
	case Unclear:
		f.Unclear = append(f.Unclear, m)
	case TakeDraft, BothRight, NoError:
		f.Allowed = append(f.Allowed, m)
	}
}

// finish orders the mistakes by what they cost, counts equal ones and fills the
// score cards.
func (f *Feedback) finish() {
	alike := func(m Mistake) string { return strings.ToLower(m.Gold + "\x00" + m.Draft) }
	times := map[string]int{}
	for _, m := range f.Mistakes {
		times[alike(m)]++
	}
	seen := map[string]bool{}
	for i := range f.Mistakes {
		m := &f.Mistakes[i]
		m.Times = times[alike(*m)]
		words := slices.ContainsFunc(m.Kinds, func(k string) bool { return k == "substitution" || k == "deletion" || k == "insertion" })
		switch {
		case !words:
			f.Cards.Format++
			continue
		case !seen[alike(*m)] && m.Critical:
			f.Cards.Critical++
		case !seen[alike(*m)]:
			f.Cards.Noncritical++
		}
		seen[alike(*m)] = true
		f.Cards.Errors += m.Words
	}
	slices.SortStableFunc(f.Mistakes, func(a, b Mistake) int {
		rank := func(m Mistake) int {
			if m.Critical {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Times, a.Times), cmp.Compare(a.At, b.At))
	})
	c := &f.Cards
	c.AHDI = max(0, 100-3*c.Critical-c.Noncritical)
	c.Passes = c.AHDI >= quality.Passing
	c.Accuracy, c.Formatting = axis(c.Errors, f.Words, accuracySteps), axis(c.Format, f.Words, formattingSteps)
	if f.Words > 0 {
		rate := float64(c.Errors) / float64(f.Words)
		right := 100 * max(0, 1-rate)
		c.WER, c.WAcc = &rate, &right
	}
	for _, list := range [][]Mistake{f.Mistakes, f.Allowed, f.Unclear} {
		for i := range list {
			list[i].Gold, list[i].Draft = transcript.Clean(list[i].Gold), transcript.Clean(list[i].Draft)
		}
	}
}

// Advice names what helps against a mistake, by its kinds: a key of the words.
func (m *Mistake) Advice() string {
	for _, k := range []string{"number", "name", "negation", "speaker", "time", "punctuation", "case"} {
		if slices.Contains(m.Kinds, k) {
			return k
		}
	}
	switch {
	case slices.Contains(m.Kinds, "deletion"):
		return "deletion"
	case slices.Contains(m.Kinds, "insertion"):
		return "insertion"
	case m.Times > 2:
		return "again"
	}
	return "substitution"
}
