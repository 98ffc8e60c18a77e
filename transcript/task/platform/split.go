package platform

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Split is a part of a corpus with its share of the whole, in any unit.
type Split struct {
	Name  string
	Share float64
}

// ParseSplits reads "train=80,dev=10,test=10". The error is an [*Error] of code
// BadMapping.
func ParseSplits(text string) ([]Split, error) {
	var list []Split
	for part := range strings.SplitSeq(text, ",") {
		name, share, found := strings.Cut(strings.TrimSpace(part), "=")
		n, err := strconv.ParseFloat(share, 64)
		if !found || err != nil || !(n > 0 && n < 1e9) || name == "" || fileName(name) != name ||
			slices.ContainsFunc(list, func(s Split) bool { return s.Name == name }) {
			return nil, &Error{Code: BadMapping, Name: "splits", Text: cut(part)}
		}
		list = append(list, Split{name, n})
	}
	return list, nil
}

// splitPlan says which utterance goes where. What shares a speaker or a
// recording stays together: else a model is tested on voices that it has heard.
// The groups are taken in the order of a hash of their names, each into the
// split that lacks most of its share, so the same corpus is always cut the same
// way, whatever the order of its tasks.
type splitPlan struct {
	group   map[string]string // union of what belongs together, by speaker and recording
	of      map[string]string // the split of a group
	counts  []SplitCount
	unknown int64 // utterances whose speaker nobody knows
}

// groupNames are what ties an utterance to others.
func groupNames(u *Utterance) (speaker, recording string) {
	recording = "r " + u.Recording
	if u.Speaker == "" {
		return recording, recording
	}
	return "s " + u.Speaker, recording
}

func (p *splitPlan) root(name string) string {
	for {
		above, ok := p.group[name]
		if !ok || above == name {
			return name
		}
		if next := p.group[above]; next != "" {
			p.group[name] = next // the way gets shorter each time
		}
		name = above
	}
}

// join ties two names; the smaller one stands for both, so that the order in
// which they come says nothing.
func (p *splitPlan) join(a, b string) {
	a, b = p.root(a), p.root(b)
	if a > b {
		a, b = b, a
	}
	p.group[a], p.group[b] = a, a
}

// splitOf is the split of an utterance.
func (p *splitPlan) splitOf(u *Utterance) string {
	speaker, _ := groupNames(u)
	return p.of[p.root(speaker)]
}

// weight is what an utterance counts: its length, else a guess by its text at
// 15 characters a second.
func (u *Utterance) weight() time.Duration {
	if d := u.length(); d > 0 {
		return d
	}
	return time.Duration(len(u.Text)+1) * time.Second / 15
}

// groupFigures is what belongs together, added up.
type groupFigures struct {
	utterances           int64
	weight, duration     time.Duration
	speakers, recordings int
}

func (g *groupFigures) add(f *groupFigures) {
	g.utterances += f.utterances
	g.weight += f.weight
	g.duration += f.duration
	g.speakers += f.speakers
	g.recordings += f.recordings
}

// planSplits goes through the corpus once to see what belongs together, and
// gives every group a split.
func (c *corpusWriter) planSplits() (*splitPlan, error) {
	p := &splitPlan{group: map[string]string{}, of: map[string]string{}}
	byName := map[string]*groupFigures{} // of a speaker, or of a recording whose speaker nobody knows
	counted := map[string]bool{}
	for u, err := range c.utterances {
		if err != nil {
			return nil, err
		}
		speaker, recording := groupNames(u)
		p.join(speaker, recording)
		f := byName[speaker]
		if f == nil {
			f = &groupFigures{}
			byName[speaker] = f
			if u.Speaker != "" {
				f.speakers = 1
			}
		}
		if u.Speaker == "" {
			p.unknown++
		}
		if !counted[recording] {
			counted[recording] = true
			f.recordings++
		}
		f.utterances++
		f.weight += u.weight()
		f.duration += u.length()
	}
	groups := map[string]*groupFigures{}
	for name, f := range byName {
		root := p.root(name)
		if groups[root] == nil {
			groups[root] = &groupFigures{}
		}
		groups[root].add(f)
	}
	p.assign(groups, c.o.Splits)
	return p, nil
}

// assign gives each group to the split that lacks most of its share.
func (p *splitPlan) assign(groups map[string]*groupFigures, splits []Split) {
	var order []string
	var whole, shares float64
	hashes := map[string]string{}
	for name, g := range groups {
		order = append(order, name)
		whole += g.weight.Seconds()
		sum := sha256.Sum256([]byte(name))
		hashes[name] = hex.EncodeToString(sum[:8])
	}
	slices.SortFunc(order, func(a, b string) int {
		return cmp.Or(strings.Compare(hashes[a], hashes[b]), strings.Compare(a, b))
	})
	for _, s := range splits {
		shares += s.Share
		p.counts = append(p.counts, SplitCount{Name: s.Name})
	}
	filled := make([]float64, len(splits))
	for _, name := range order {
		g := groups[name]
		to, most := 0, math.Inf(-1)
		for i, s := range splits {
			if lack := s.Share/shares*whole - filled[i]; lack > most {
				to, most = i, lack
			}
		}
		filled[to] += g.weight.Seconds()
		p.of[name] = splits[to].Name
		n := &p.counts[to]
		n.Utterances += g.utterances
		n.Duration += g.duration
		n.Speakers += g.speakers
		n.Recordings += g.recordings
	}
}
