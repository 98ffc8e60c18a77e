package align

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
)

// Run with -benchtime 10x: the longest takes a second. MB is what the process
// holds more than before.

func BenchmarkUtterances(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	type pair struct{ ref, hyp []int32 }
	pairs := make([]pair, 20000)
	for i := range pairs {
		ref := words(r, 5+r.IntN(20), 20000)
		pairs[i] = pair{ref, distort(r, ref, 20000, 0.26)}
	}
	for _, c := range []Costs{Levenshtein, SCLite} {
		b.Run(c.String(), func(b *testing.B) {
			var dst Alignment
			for b.Loop() {
				for _, p := range pairs {
					dst = Append(dst[:0], p.ref, p.hyp, c)
				}
			}
		})
	}
}

func BenchmarkLongPair(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		for _, percent := range []int{5, 15, 25} {
			r := rand.New(rand.NewPCG(5, 6))
			ref := words(r, n, 30000)
			hyp := distort(r, ref, 30000, float64(percent)/100)
			for _, c := range []Costs{Levenshtein, SCLite} {
				b.Run(fmt.Sprintf("%v/%d/%d%%", c, n, percent), func(b *testing.B) {
					before := memory()
					for b.Loop() {
						Tokens(ref, hyp, c)
					}
					b.ReportMetric(float64(memory()-before)/1e6, "MB")
				})
			}
		}
	}
}

func memory() int64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.Sys)
}
