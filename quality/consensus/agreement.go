package consensus

import (
	"math/rand/v2"

	"tapescript/quality/align"
)

// Agreement is how alike the transcripts of a batch are.
type Agreement struct {
	// Alpha is Krippendorff's α: 1 where all agree, 0 where two transcripts of an
	// item are no more alike than of any two items. The difference of two texts
	// is their edit distance in characters over the length of the longer, 0 to 1.
	Alpha float64 `json:"alpha"`
	// Known is false where no item has two transcripts, or all texts are the same.
	Known bool `json:"alpha_known"`
	// PairwiseWER is the edit distance in words of two transcripts of an item,
	// over their mean length.
	PairwiseWER float64 `json:"pairwise_wer"`
	Pairs       int     `json:"pairs"` // of transcripts of one item
}

// mostExpected is from how many pairs of a batch on the expected difference is
// taken from a sample of as many. Two unrelated sentences differ by .75 ± .05 or
// so: of 20,000, the mean is right to .001.
const mostExpected = 20000

// agreement measures a batch.
func (b *batch) agreement() Agreement {
	texts := make([][][]int32, len(b.items)) // characters
	sums := make([]pairSums, len(b.items))
	b.each(func(_ *aligner, i int) {
		it := b.items[i]
		for _, words := range it.texts {
			texts[i] = append(texts[i], b.characters(words))
		}
		sums[i] = differences(it.texts, texts[i])
	})
	var all pairSums
	var pairable [][]int32
	for i, s := range sums {
		if len(texts[i]) < 2 {
			continue // one alone is paired with nothing, as Krippendorff has it
		}
		all.pairs += s.pairs
		all.edits += s.edits
		all.words += s.words
		all.observed += s.observed
		pairable = append(pairable, texts[i]...)
	}
	out := Agreement{Pairs: all.pairs}
	if all.words > 0 {
		out.PairwiseWER = float64(all.edits) / all.words
	}
	expected := expectedDifference(pairable)
	if all.pairs > 0 && expected > 0 {
		out.Known = true
		out.Alpha = 1 - all.observed/float64(len(pairable))/expected
	}
	return out
}

// pairSums are sums over the pairs of transcripts of an item.
type pairSums struct {
	pairs, edits int
	words        float64 // mean of the two lengths
	observed     float64 // differences, each transcript's to the others' mean
}

func differences(words, characters [][]int32) pairSums {
	var s pairSums
	n := len(words)
	for i := range n {
		for j := range i {
			s.pairs++
			s.edits += align.Distance(words[i], words[j])
			s.words += float64(len(words[i])+len(words[j])) / 2
			s.observed += 2 * difference(characters[i], characters[j]) / float64(n-1)
		}
	}
	return s
}

// difference is the edit distance of two texts over the length of the longer.
func difference(x, y []int32) float64 {
	n := max(len(x), len(y))
	if n == 0 {
		return 0
	}
	return float64(align.Distance(x, y)) / float64(n)
}

// expectedDifference is the mean over all pairs of transcripts of a batch, or
// over a sample that is always the same.
func expectedDifference(texts [][]int32) float64 {
	n := len(texts)
	if n < 2 {
		return 0
	}
	sum := 0.0
	if n*(n-1)/2 <= mostExpected {
		for i := range n {
			for j := range i {
				sum += difference(texts[i], texts[j])
			}
		}
		return sum / float64(n*(n-1)/2)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range mostExpected {
		i := random.IntN(n)
		j := random.IntN(n - 1)
		if j >= i {
			j++
		}
		sum += difference(texts[i], texts[j])
	}
	return sum / mostExpected
}

// characters returns a text's words letter by letter, with a space between.
func (b *batch) characters(words []int32) []int32 {
	var out []int32
	for i, t := range words {
		if i > 0 {
			out = append(out, -1)
		}
		out = append(out, b.words[t].letters...)
	}
	return out
}
