package align

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// prices returns what a substitution costs and what an insertion or deletion does.
func (c Costs) prices() (sub, gap int) {
	if c == SCLite {
		return 4, 3
	}
	return 1, 1
}

// matrix is the plain quadratic one.
func matrix(ref, hyp []int32, c Costs) [][]int {
	sub, gap := c.prices()
	n, m := len(ref), len(hyp)
	d := make([][]int, n+1)
	for i := range d {
		d[i] = make([]int, m+1)
		for j := range d[i] {
			switch {
			case i == 0:
				d[i][j] = j * gap
			case j == 0:
				d[i][j] = i * gap
			default:
				diagonal := d[i-1][j-1]
				if ref[i-1] != hyp[j-1] {
					diagonal += sub
				}
				d[i][j] = min(diagonal, d[i-1][j]+gap, d[i][j-1]+gap)
			}
		}
	}
	return d
}

// oracle walks the matrix back by the rules of the package comment.
func oracle(ref, hyp []int32, c Costs) (Alignment, int) {
	sub, gap := c.prices()
	n, m := len(ref), len(hyp)
	d := matrix(ref, hyp, c)
	var out Alignment
	last := Correct
	for i, j := n, m; i > 0 || j > 0; {
		del := i > 0 && d[i][j] == d[i-1][j]+gap
		ins := j > 0 && d[i][j] == d[i][j-1]+gap
		both := i > 0 && j > 0
		same := both && ref[i-1] == hyp[j-1]
		swap := both && !same && d[i][j] == d[i-1][j-1]+sub
		var order []bool
		var ops []Op
		if c == SCLite {
			order, ops = []bool{same, swap, ins, del}, []Op{Correct, Substitution, Insertion, Deletion}
		} else {
			order = []bool{last == Deletion && del, last == Insertion && ins, same, swap, del, ins}
			ops = []Op{Deletion, Insertion, Correct, Substitution, Deletion, Insertion}
		}
		last = ops[slices.Index(order, true)]
		if last != Insertion {
			i--
		}
		if last != Deletion {
			j--
		}
		out = append(out, Step{last, int32(i), int32(j)})
	}
	slices.Reverse(out)
	return out, d[n][m]
}

func checkPair(t *testing.T, ref, hyp []int32) {
	t.Helper()
	for _, c := range []Costs{Levenshtein, SCLite} {
		want, cost := oracle(ref, hyp, c)
		if got := Tokens(ref, hyp, c); !slices.Equal(got, want) {
			t.Fatalf("%v of\n%v\n%v:\ngot  %v\nwant %v", c, ref, hyp, got, want)
		}
		if got := Distance(ref, hyp); c == Levenshtein && got != cost {
			t.Fatalf("distance of\n%v\n%v: got %d, want %d", ref, hyp, got, cost)
		}
	}
}

// sequences calls f with every sequence over 0 … letters-1 of at most that
// length.
func sequences(letters, length int, f func([]int32)) {
	var extend func([]int32)
	extend = func(s []int32) {
		f(s)
		if len(s) == length {
			return
		}
		for a := range letters {
			extend(append(s[:len(s):len(s)], int32(a)))
		}
	}
	extend(nil)
}

func TestAllSmallPairsAgreeWithTheOracle(t *testing.T) {
	for _, size := range []struct{ letters, length int }{{2, 6}, {3, 4}} {
		sequences(size.letters, size.length, func(ref []int32) {
			sequences(size.letters, size.length, func(hyp []int32) { checkPair(t, ref, hyp) })
		})
	}
}

// distort returns a copy with errors, as many as the rate says.
func distort(r *rand.Rand, ref []int32, vocabulary int32, rate float64) []int32 {
	var out []int32
	for _, t := range ref {
		switch x := r.Float64() / rate; {
		case x >= 1:
			out = append(out, t)
		case x < 0.6:
			out = append(out, r.Int32N(vocabulary))
		case x < 0.8:
			out = append(out, t, r.Int32N(vocabulary))
		}
	}
	return out
}

// words returns a text whose words are about as unevenly frequent as those of
// speech (Zipf).
func words(r *rand.Rand, n int, vocabulary int32) []int32 {
	z := rand.NewZipf(r, 1.1, 3, uint64(vocabulary-1))
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(z.Uint64())
	}
	return out
}

// TestLongPairsAgreeWithTheOracle crosses the borders of words, tiles and
// bands: block sizes, drifting texts, texts that share nothing, blocks that are
// missing or moved.
func TestLongPairsAgreeWithTheOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 63, 64, 65, 127, 128, 129, 300, 1030, 1500} {
		for _, vocabulary := range []int32{2, 50, 5000} {
			for _, rate := range []float64{0.05, 0.25, 0.9} {
				ref := words(r, n, vocabulary)
				checkPair(t, ref, distort(r, ref, vocabulary, rate))
			}
		}
	}
	ref := words(r, 1400, 3000)
	for name, hyp := range map[string][]int32{
		"nothing":           nil,
		"one word":          {ref[700]},
		"a block missing":   slices.Concat(ref[:200], ref[900:]),
		"a block moved":     slices.Concat(ref[:100], ref[800:1300], ref[100:800], ref[1300:]),
		"a block repeated":  slices.Concat(ref[:900], ref[200:]),
		"negative numbers":  slices.Repeat([]int32{-1}, 1200),
		"nothing in common": words(r, 1100, 3000),
	} {
		t.Run(name, func(t *testing.T) {
			checkPair(t, ref, hyp)
			checkPair(t, hyp, ref)
		})
	}
}

// burst leaves out a block of a text, or repeats or moves it.
func burst(r *rand.Rand, text []int32, block int) []int32 {
	from, to := r.IntN(len(text)-block), r.IntN(len(text)-block)
	cut := slices.Clone(text[from : from+block])
	switch r.IntN(3) {
	case 0:
		return slices.Delete(text, from, from+block)
	case 1:
		return slices.Insert(text, to, cut...)
	}
	return slices.Insert(slices.Delete(text, from, from+block), to, cut...)
}

// TestBurstsAgreeWithTheOracle has errors of hundreds of words between others.
func TestBurstsAgreeWithTheOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, vocabulary := range []int32{2, 300, 1 << 30} {
		for _, rate := range []float64{0.001, 0.05, 0.3} {
			n := 1100 + r.IntN(500)
			ref := words(r, n, min(vocabulary, 1<<20))
			if vocabulary == 1<<30 { // each word once
				for k := range ref {
					ref[k] = int32(k)
				}
			}
			hyp := distort(r, ref, vocabulary, rate)
			for range 2 {
				hyp = burst(r, hyp, 100+r.IntN(500))
			}
			checkPair(t, ref, hyp)
			checkPair(t, hyp, ref)
		}
	}
}

func TestErrorsGather(t *testing.T) {
	// A deletion that has begun goes on, though the first word that is left
	// out stands there once more.
	ref, hyp := []int32{1, 2, 1, 3}, []int32{1}
	got := fmt.Sprint(Tokens(ref, hyp, Levenshtein))
	if want := "[{correct 0 0} {deletion 1 1} {deletion 2 1} {deletion 3 1}]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAppendKeepsWhatWasThere(t *testing.T) {
	dst := Tokens([]int32{1}, nil, Levenshtein)
	dst = Append(dst, []int32{2}, []int32{3}, Levenshtein)
	if got, want := fmt.Sprint(dst), "[{deletion 0 0} {substitution 0 0}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestLookup(t *testing.T) {
	for _, name := range Names() {
		if c, err := Lookup(name); err != nil || c.String() != name {
			t.Errorf("%s: got %v, %v", name, c, err)
		}
	}
	if _, err := Lookup("jaro"); err == nil {
		t.Error("an unknown name was found")
	}
}

func FuzzTokens(f *testing.F) {
	f.Add([]byte("abcabba"), []byte("cbabac"), uint8(1))
	f.Add([]byte("aaaaaaaaaaaaaaaa"), []byte("ab"), uint8(12))
	f.Add([]byte(""), []byte("x"), uint8(1))
	f.Fuzz(func(t *testing.T, a, b []byte, times uint8) {
		if len(a) > 60 || len(b) > 60 {
			return
		}
		spread := func(s []byte) []int32 {
			var out []int32
			for k := range max(1, int(times%24)) {
				for _, c := range s {
					out = append(out, int32(c)<<(k%2*3))
				}
			}
			return out
		}
		checkPair(t, spread(a), spread(b))
	})
}

// TestTextsOfLettersAgreeWithTheOracle has alphabets for which seeds are longer
// than those of words.
func TestTextsOfLettersAgreeWithTheOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	for _, letters := range []int32{2, 4, 27} {
		for _, rate := range []float64{0.01, 0.1, 0.5} {
			ref := words(r, 900, letters)
			checkPair(t, ref, distort(r, ref, letters, rate))
			moved := slices.Concat(ref[300:500], ref[:300], ref[500:])
			checkPair(t, ref, distort(r, moved, letters, rate))
		}
	}
}
