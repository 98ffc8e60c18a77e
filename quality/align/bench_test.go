package align

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
)

// Run with -benchtime 10x. MB is what the process
// holds more than before.

func BenchmarkShort20k(b *testing.B) {
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

// BenchmarkLong reports the most that the process takes besides the texts.
func BenchmarkLong(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		for _, percent := range []int{5, 15, 25} {
			if n == 1_000_000 && percent > 5 {
				continue
			}
			r := rand.New(rand.NewPCG(5, 6))
			ref := words(r, n, 30000)
			hyp := distort(r, ref, 30000, float64(percent)/100)
			for _, c := range []Costs{Levenshtein, SCLite} {
				b.Run(fmt.Sprintf("%dk-%d/%v", n/1000, percent, c), func(b *testing.B) { measure(b, ref, hyp, c) })
			}
		}
	}
}

// BenchmarkBurst is BenchmarkLong/100k-5 with an error of 2,000 words.
func BenchmarkBurst(b *testing.B) {
	const n, block = 100_000, 2000
	r := rand.New(rand.NewPCG(5, 6))
	ref := words(r, n, 30000)
	hyp := distort(r, ref, 30000, 0.05)
	for name, hyp := range map[string][]int32{
		"missing":  slices.Concat(hyp[:n/3], hyp[n/3+block:]),
		"repeated": slices.Concat(hyp[:n/3], hyp[n/3-block:]),
		"moved":    slices.Concat(hyp[:n/3], hyp[n/3+block:n/2], hyp[n/3:n/3+block], hyp[n/2:]),
	} {
		for _, c := range []Costs{Levenshtein, SCLite} {
			b.Run(fmt.Sprintf("%s/%v", name, c), func(b *testing.B) { measure(b, ref, hyp, c) })
		}
	}
}

// BenchmarkVocabulary is BenchmarkLong/100k-5 on two words, and on words each
// of which stands once.
func BenchmarkVocabulary(b *testing.B) {
	const n = 100_000
	r := rand.New(rand.NewPCG(5, 6))
	two, distinct := make([]int32, n), make([]int32, n)
	for k := range n {
		two[k], distinct[k] = r.Int32N(2), int32(k)
	}
	b.Run("two", func(b *testing.B) { measure(b, two, distort(r, two, 2, 0.05), Levenshtein) })
	b.Run("distinct", func(b *testing.B) { measure(b, distinct, distort(r, distinct, n, 0.05), Levenshtein) })
}

// detours gives each word another reading, or none, at a tenth of the places of
// a text: sclite's { a / b }, { a / @ } and (a).
func detours(r *rand.Rand, text []int32, vocabulary int32) Lattice {
	l := Chain(text)
	for k := range text {
		a := Arc{From: int32(k), To: int32(k) + 1, Token: r.Int32N(vocabulary)}
		switch r.IntN(30) {
		case 0:
			l.Arcs = append(l.Arcs, a)
		case 1:
			a.Kind = Empty
			l.Arcs = append(l.Arcs, a)
		case 2:
			l.Arcs[k].Kind = Deletable
		}
	}
	return l
}

// BenchmarkQuadratic fills the whole matrix of the 10,000-word pair at 5 %, as
// a textbook does: what the others are held against.
func BenchmarkQuadratic(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	ref := words(r, 10_000, 30_000)
	hyp := distort(r, ref, 30_000, 0.05)
	row := make([]int32, len(hyp)+1)
	for b.Loop() {
		for j := range row {
			row[j] = int32(j)
		}
		for i, t := range ref {
			diagonal := row[0]
			row[0] = int32(i + 1)
			for j, h := range hyp {
				cost := diagonal
				if t != h {
					cost++
				}
				diagonal = row[j+1]
				row[j+1] = min(cost, row[j]+1, diagonal+1)
			}
		}
	}
}

// BenchmarkLattices aligns BenchmarkShort20k and BenchmarkLong with
// alternatives and optional words at a tenth of the reference.
func BenchmarkLattices(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 4))
	type pair struct{ ref, hyp Lattice }
	short := make([]pair, 20000)
	for i := range short {
		ref := words(r, 5+r.IntN(20), 20000)
		short[i] = pair{detours(r, ref, 20000), Chain(distort(r, ref, 20000, 0.26))}
	}
	all := map[string][]pair{"short20k": short}
	for _, n := range []int{10, 100} {
		for _, percent := range []int{5, 15, 25} {
			ref := words(r, n*1000, 30000)
			hyp := distort(r, ref, 30000, float64(percent)/100)
			all[fmt.Sprintf("%dk-%d", n, percent)] = []pair{{detours(r, ref, 30000), Chain(hyp)}}
		}
	}
	for _, c := range []Costs{Levenshtein, SCLite} {
		o := LatticeOptions{Costs: c, Deletable: true}
		for name, pairs := range all {
			b.Run(name+"/"+c.String(), func(b *testing.B) {
				var dst Alignment
				for b.Loop() {
					for _, p := range pairs {
						dst = AppendLattices(dst[:0], p.ref, p.hyp, o)
					}
				}
			})
		}
	}
}

// measure aligns with room that is used again, and reports how much the
// process holds more than before in MB.
func measure(b *testing.B, ref, hyp []int32, c Costs) {
	runtime.GC()
	debug.FreeOSMemory()
	before := memory()
	var dst Alignment
	for b.Loop() {
		dst = Append(dst[:0], ref, hyp, c)
	}
	b.ReportMetric(float64(memory()-before)/1e6, "MB")
}

// memory returns what the process holds of the system's memory.
func memory() int64 {
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.Sys - s.HeapReleased)
}
