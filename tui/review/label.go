package review

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tapescript/quality"
	"tapescript/transcript"
)

// nearBorder is by how much two borders may differ and still be the same to a
// reviewer: half a second is what a reader of subtitles begins to notice.
const nearBorder = 500 * time.Millisecond

// shared counts the words that a segment of the draft has in common with one of
// gold.
type shared struct {
	gold, draft *transcript.Segment
	words       int
	order       [2]int // of the first of them
}

// labels finds segments that have the wrong speaker or the wrong borders.
func (f *finder) labels(blocks []*quality.MatchedBlock) {
	pairs := f.sharedWords(blocks)
	people := mapSpeakers(pairs)
	byDraft, byGold := map[*transcript.Segment]*shared{}, map[*transcript.Segment]*shared{}
	keep := func(m map[*transcript.Segment]*shared, s *transcript.Segment, p *shared) {
		if m[s] == nil || p.words > m[s].words {
			m[s] = p
		}
	}
	for _, p := range pairs {
		keep(byDraft, p.draft, p)
		keep(byGold, p.gold, p)
	}
	for _, p := range pairs {
		if byDraft[p.draft] != p {
			continue
		}
		f.speakerCase(p, people)
		if byGold[p.gold] == p {
			f.timeCase(p)
		}
	}
}

func (f *finder) sharedWords(blocks []*quality.MatchedBlock) []*shared {
	var list []*shared
	at := map[[2]*transcript.Segment]*shared{}
	for i, b := range blocks {
		golds, drafts := byID(b.Gold), byID(b.Hypothesis)
		for k, s := range b.Steps {
			if s.Gold == nil || s.Hypothesis == nil {
				continue
			}
			g, d := golds[s.Gold.Segment], drafts[s.Hypothesis.Segment]
			key := [2]*transcript.Segment{g, d}
			p := at[key]
			if p == nil {
				p = &shared{gold: g, draft: d, order: [2]int{i, k}}
				at[key] = p
				list = append(list, p)
			}
			p.words++
		}
	}
	return list
}

// mapSpeakers says which speaker of gold each speaker of the draft is: names
// differ between files, voices do not. Of all pairs the one with the most words
// in common is taken first.
func mapSpeakers(pairs []*shared) map[string]string {
	counts := map[[2]string]int{}
	for _, p := range pairs {
		if p.gold.Speaker != "" && p.draft.Speaker != "" {
			counts[[2]string{p.draft.Speaker, p.gold.Speaker}] += p.words
		}
	}
	order := make([][2]string, 0, len(counts))
	for k := range counts {
		order = append(order, k)
	}
	slices.SortFunc(order, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	people, taken := map[string]string{}, map[string]bool{}
	for _, k := range order {
		if people[k[0]] == "" && !taken[k[1]] {
			people[k[0]], taken[k[1]] = k[1], true
		}
	}
	return people
}

func (f *finder) speakerCase(p *shared, people map[string]string) {
	if p.gold.Speaker == "" || p.draft.Speaker == "" || people[p.draft.Speaker] == p.gold.Speaker {
		return
	}
	f.add(&Case{
		Kinds: SpeakerLabel, Words: p.words, order: p.order,
		Draft: Place{p.draft, 0, len(p.draft.Text)}, Gold: Place{p.gold, 0, len(p.gold.Text)},
		DraftSays: f.draft.SpeakerName(p.draft.Speaker), GoldSays: f.gold.SpeakerName(p.gold.Speaker),
	})
}

func (f *finder) timeCase(p *shared) {
	g, d := p.gold, p.draft
	if !g.Timed() || !d.Timed() || (g.Start-d.Start).Abs() <= nearBorder && (g.End-d.End).Abs() <= nearBorder {
		return
	}
	f.add(&Case{
		Kinds: Time, Words: 1, order: p.order,
		Draft: Place{d, 0, len(d.Text)}, Gold: Place{g, 0, len(g.Text)},
		DraftSays: span(d), GoldSays: span(g),
	})
}

func span(s *transcript.Segment) string {
	return fmt.Sprintf("%s–%s", clock(s.Start), clock(s.End))
}
