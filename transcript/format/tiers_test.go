package format

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRunsAreSortedStably(t *testing.T) {
	type item struct{ key, place int }
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 5))
		list := make([]item, rng.IntN(40))
		key := 0
		for i := range list {
			if key += rng.IntN(3); rng.IntN(1+int(seed)%20) == 0 {
				key = rng.IntN(10)
			}
			list[i] = item{key, i}
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b item) int { return cmp.Compare(a.key, b.key) })
		if got := sortRuns(list, func(a, b *item) bool { return a.key < b.key }); !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v, want %v", seed, got, want)
		}
	}
}
