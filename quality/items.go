package quality

import (
	"fmt"
	"path"
	"strings"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
)

// Item is a row of a table: an utterance and its text.
type Item struct {
	ID, Text string
	Speaker  string // read from gold; may be empty
}

// ScoreItems scores the hypotheses of a table against gold. Items are in gold's
// order, several hypotheses of one in their own. It returns an error where gold
// says twice what an item is.
func ScoreItems(gold, hypotheses []Item, o Options) (*Report, error) {
	n := newNumbering(o)
	r := &Report{Normalize: n.profile.Name(), Align: n.costs.String()}
	byGold, err := meet(gold, hypotheses, r)
	if err != nil {
		return nil, err
	}
	for i, g := range gold {
		if len(byGold[i]) == 0 {
			r.Missing = append(r.Missing, g.ID)
			continue
		}
		ref := n.read(g)
		for k, h := range byGold[i] {
			item := n.compare(ref, n.read(hypotheses[h]))
			item.ID, item.Speaker = g.ID, g.Speaker
			if len(byGold[i]) > 1 {
				item.Hypothesis = k + 1
			}
			r.Items = append(r.Items, item)
			r.Corpus = r.Corpus.Add(item.Counts)
		}
	}
	return r, nil
}

// meet returns for each gold item the indices of its hypotheses, and notes the
// extra ones.
func meet(gold, hypotheses []Item, r *Report) ([][]int, error) {
	exact, byName := make(map[string]int, len(gold)), make(map[string]int, len(gold))
	for i, g := range gold {
		if _, taken := exact[g.ID]; taken {
			return nil, fmt.Errorf("gold has two items with the ID %q", g.ID)
		}
		exact[g.ID] = i
		name := baseName(g.ID)
		if _, taken := byName[name]; taken {
			byName[name] = -1 // two folders have one of this name: it says nothing
		} else {
			byName[name] = i
		}
	}
	met := make([][]int, len(gold))
	for h := range hypotheses {
		id := hypotheses[h].ID
		i, ok := exact[id]
		if !ok {
			i, ok = byName[baseName(id)]
		}
		if !ok || i < 0 {
			r.Extra = append(r.Extra, id)
			continue
		}
		met[i] = append(met[i], h)
	}
	return met, nil
}

// baseName returns what is left of a path or URL without folders and extension.
func baseName(id string) string {
	name := path.Base(strings.ReplaceAll(id, `\`, "/"))
	if stem := strings.TrimSuffix(name, path.Ext(name)); stem != "" {
		return stem
	}
	return name
}

// reading is a text as it is compared.
type reading struct {
	tokens     []normalize.Token
	ids        []int32
	characters []int32
	words      []Word
}

func (n *numbering) read(item Item) reading {
	tokens := n.profile.Tokens(item.Text)
	r := reading{tokens: tokens, ids: n.ids(tokens), words: make([]Word, len(tokens))}
	r.characters = n.characters(make([]int32, 0, len(item.Text)), tokens, nil)
	for i, t := range tokens {
		r.words[i] = Word{t.Text, item.ID, t.Start, t.End, item.Text}
	}
	return r
}

func (n *numbering) compare(gold, hypothesis reading) ItemScore {
	steps := align.Tokens(gold.ids, hypothesis.ids, n.costs)
	item := ItemScore{Counts: count(steps), Steps: make([]Step, len(steps))}
	for i, s := range steps {
		item.Steps[i].Op = s.Op
		if s.Op != align.Insertion {
			item.Steps[i].Gold = &gold.words[s.Ref]
		}
		if s.Op != align.Deletion {
			item.Steps[i].Hypothesis = &hypothesis.words[s.Hyp]
		}
	}
	item.Counts.Characters = len(gold.characters)
	item.Counts.CharacterErrors = align.Distance(gold.characters, hypothesis.characters)
	return item
}
