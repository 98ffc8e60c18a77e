package consensus

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tapescript/quality"
)

// TestPeersRankWorkersAsGoldDoes: without gold, the order of the workers is
// nearly the true one.
func TestPeersRankWorkersAsGoldDoes(t *testing.T) {
	for split, want := range map[string]float64{"clean": .98, "other": .94} {
		rows, gold := crowd(t, split)
		texts := map[string]string{}
		for _, g := range gold {
			texts[g.ID] = g.Text
		}
		c, err := Skills(rows, texts, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if c.Rank < want-.002 {
			t.Errorf("%s: rank correlation %.4f of %d workers, want %.3f", split, c.Rank, c.Ranked, want)
		}
		t.Logf("%s: rank correlation %.4f of %d workers, α %.3f, pairwise WER %.4f", split, c.Rank, c.Ranked, c.Alpha, c.PairwiseWER)
		in, of := 0, 0
		signs := map[Sign]int{}
		for _, s := range c.Workers {
			for _, g := range s.Signs {
				signs[g]++
			}
			if slices.Contains(s.Signs, SignUnrelated) && s.Gold.Value < leastUnrelated {
				t.Errorf("%s: the texts of %s, wrong in %.2f by gold, are called unrelated", split, s.Worker, s.Gold.Value)
			}
			if s.GoldItems >= 5 {
				of++
				if s.Peers.Low <= s.Gold.Value && s.Gold.Value <= s.Peers.High {
					in++
				}
			}
		}
		t.Logf("%s: %d of %d intervals hold gold's rate, signs %v, shared %d", split, in, of, signs, len(c.Shared))
		if share := float64(in) / float64(of); share < .95 {
			t.Errorf("%s: %.3f of the intervals hold gold's rate of the same items", split, share)
		}
		for _, s := range c.Shared[:min(5, len(c.Shared))] {
			t.Logf("%+v", s)
		}
	}
}

// TestPlantedWorkersAreFoundInARealCrowd adds workers of every bad kind to the
// real ones: each gets its sign, and the real ones get hardly any that they did
// not have before.
func TestPlantedWorkersAreFoundInARealCrowd(t *testing.T) {
	rows, gold := crowd(t, "clean")
	if testing.Short() {
		t.Skip("twice the whole crowd: long under the race detector")
	}
	before := signsOf(t, rows)
	after := signsOf(t, append(rows, plantedWorkers(rows, gold)...))
	for worker, sign := range map[string]Sign{
		"typist": SignUnrelated, "masher": SignUnrelated, "spammer": SignConstant, "silent": SignEmpty,
		"copier": SignShared, "copied": SignShared, "draft 1": SignOneSource, "draft 2": SignOneSource, "draft 3": SignOneSource,
		"tired": SignDrifting,
	} {
		if !slices.Contains(after[worker], sign) {
			t.Errorf("%s has the signs %v, lacks %s", worker, after[worker], sign)
		}
	}
	if len(after["honest"]) > 0 {
		t.Errorf("the honest one has the signs %v", after["honest"])
	}
	more := 0
	for worker, signs := range after {
		if real := before[worker]; real != nil && len(signs) > len(real) {
			more++
		}
	}
	t.Logf("%d of %d real workers have a sign more than before", more, len(before))
	if more > 4 {
		t.Errorf("%d real workers have a sign more than before", more)
	}
}

func signsOf(t *testing.T, rows []Submission) map[string][]Sign {
	t.Helper()
	c, err := Skills(rows, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]Sign{}
	for _, s := range c.Workers {
		out[s.Worker] = append([]Sign{}, s.Signs...)
	}
	return out
}

// plantedWorkers write 40 items each.
func plantedWorkers(rows []Submission, gold []quality.Item) (out []Submission) {
	random := rand.New(rand.NewPCG(11, 13))
	var words []string
	for _, r := range rows[:3000] {
		words = append(words, strings.Fields(r.Text)...)
	}
	any := func() string { return words[random.IntN(len(words))] }
	// err makes a share of the words of a text wrong.
	err := func(text string, share float64) string {
		list := strings.Fields(text)
		for i := range list {
			if random.Float64() < share {
				list[i] = any()
			}
		}
		return strings.Join(list, " ")
	}
	mash := func() string {
		b := make([]byte, 3+random.IntN(6))
		for i := range b {
			b[i] = byte('a' + random.IntN(26))
		}
		return string(b)
	}
	for i := range 40 {
		g := gold[i*17]
		length := len(strings.Fields(g.Text))
		var random1, random2 []string
		for range length {
			random1, random2 = append(random1, any()), append(random2, mash())
		}
		draft, copied := err(strings.ToLower(g.Text), .12), err(strings.ToLower(g.Text), .15)
		tired := .03
		if i >= 20 {
			tired = .35
		}
		for worker, text := range map[string]string{
			"typist": strings.Join(random1, " "), "masher": strings.Join(random2, " "), "spammer": "good audio thank you", "silent": " ",
			"copied": copied, "copier": err(copied, .02),
			"draft 1": err(draft, .02), "draft 2": err(draft, .04), "draft 3": draft,
			"tired": err(strings.ToLower(g.Text), tired), "honest": err(strings.ToLower(g.Text), .1),
		} {
			out = append(out, Submission{g.ID, worker, text})
		}
	}
	slices.SortStableFunc(out, func(x, y Submission) int { return strings.Compare(x.Worker, y.Worker) })
	return out
}
