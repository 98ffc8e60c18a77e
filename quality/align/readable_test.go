package align

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// unlike is the number of letters in which two words differ: a plain measure of
// what looks alike.
func unlike(a, b string) int {
	letters := func(s string) (out []int32) {
		for _, c := range s {
			out = append(out, int32(c))
		}
		return out
	}
	return Distance(letters(a), letters(b))
}

func tokensOf(ids map[string]int32, text string) (words []string, tokens []int32) {
	words = strings.Fields(text)
	for _, w := range words {
		if _, ok := ids[w]; !ok {
			ids[w] = int32(len(ids))
		}
		tokens = append(tokens, ids[w])
	}
	return words, tokens
}

func TestSimilarWordsArePaired(t *testing.T) {
	for _, test := range []struct{ ref, hyp, before, after string }{
		{"he walked there slowly today", "he walks today",
			"he walked> there> slowly>walks today", "he walked>walks there> slowly> today"},
		{"so they said it", "so we think day sad it",
			"so >we >think they>day said>sad it", "so >we >think they>day said>sad it"},
		{"so theyll said it", "so theyre we think sad it",
			"so >theyre >we theyll>think said>sad it", "so theyll>theyre >we >think said>sad it"},
		{"an eighty nine", "an ate tea nein", "an >ate eighty>tea nine>nein", "an eighty>ate >tea nine>nein"},
	} {
		ids := map[string]int32{}
		refWords, ref := tokensOf(ids, test.ref)
		hypWords, hyp := tokensOf(ids, test.hyp)
		write := func(a Alignment) string {
			var out []string
			for _, s := range a {
				switch s.Op {
				case Correct:
					out = append(out, refWords[s.Ref])
				case Substitution:
					out = append(out, refWords[s.Ref]+">"+hypWords[s.Hyp])
				case Deletion:
					out = append(out, refWords[s.Ref]+">")
				case Insertion:
					out = append(out, ">"+hypWords[s.Hyp])
				}
			}
			return strings.Join(out, " ")
		}
		a := Tokens(ref, hyp, Levenshtein)
		if got := write(a); got != test.before {
			t.Errorf("before: got %s, want %s", got, test.before)
		}
		a = Readable(a, func(r, h int32) int { return unlike(refWords[r], hypWords[h]) })
		if got := write(a); got != test.after {
			t.Errorf("after: got %s, want %s", got, test.after)
		}
	}
}

// cheapestPairing tries every choice for one run.
func cheapestPairing(few, many []int32, cost func(few, many int32) int) int {
	if len(few) == 0 {
		return 0
	}
	best := 1 << 40
	for k := range len(many) - len(few) + 1 {
		best = min(best, cost(few[0], many[k])+cheapestPairing(few[1:], many[k+1:], cost))
	}
	return best
}

// checkOrder holds an alignment of plain texts against the rules of Step.
func checkOrder(t *testing.T, a Alignment, ref, hyp int) {
	t.Helper()
	i, j := int32(0), int32(0)
	for _, s := range a {
		if s.Ref != i || s.Hyp != j {
			t.Fatalf("%+v stands where %d, %d are next: %v", s, i, j, a)
		}
		if s.Op != Insertion {
			i++
		}
		if s.Op != Deletion {
			j++
		}
	}
	if int(i) != ref || int(j) != hyp {
		t.Fatalf("ends at %d, %d of %d, %d", i, j, ref, hyp)
	}
}

func TestReadableIsTheCheapestPairing(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	for k := range 2000 {
		ref := words(r, r.IntN(14), 40)
		hyp := words(r, r.IntN(14), 40)
		c := []Costs{Levenshtein, SCLite}[k%2]
		cost := func(i, j int32) int { return int(ref[i]*hyp[j]) % 7 }
		before := Tokens(ref, hyp, c)
		if got := Readable(slices.Clone(before), func(_, _ int32) int { return 3 }); !slices.Equal(got, before) {
			t.Fatalf("%v: a cost that tells no words apart changed\n%v to\n%v", c, before, got)
		}
		after := Readable(slices.Clone(before), cost)
		checkOrder(t, after, len(ref), len(hyp))
		if twice := Readable(slices.Clone(after), cost); !slices.Equal(twice, after) {
			t.Fatalf("the second call changed\n%v to\n%v", after, twice)
		}
		arcs := Readable(inArcs(before), cost)
		if !slices.Equal(arcs, inArcs(after)) {
			t.Fatalf("of chains %v, of tokens %v", arcs, after)
		}
		for first := 0; first < len(before); first++ {
			end := first
			var refs, hyps []int32
			var counts [4]int
			sum := 0
			for ; end < len(before) && before[end].Op != Correct; end++ {
				s := before[end]
				counts[s.Op]++
				if s.Op != Insertion {
					refs = append(refs, s.Ref)
				}
				if s.Op != Deletion {
					hyps = append(hyps, s.Hyp)
				}
				s = after[end]
				counts[s.Op]--
				if s.Op == Substitution {
					sum += cost(s.Ref, s.Hyp)
				}
			}
			want := 0
			if len(refs) <= len(hyps) {
				want = cheapestPairing(refs, hyps, cost)
			} else {
				want = cheapestPairing(hyps, refs, func(h, r int32) int { return cost(r, h) })
			}
			if sum != want || counts != [4]int{} {
				t.Fatalf("steps %d to %d cost %d, could %d, counts differ by %v:\n%v\n%v", first, end, sum, want, counts, before, after)
			}
			first = end
		}
	}
}

func TestAnEndlessRunIsLeftAlone(t *testing.T) {
	ref, hyp := make([]int32, 700), make([]int32, 300)
	for k := range hyp {
		hyp[k] = 1
	}
	before := Tokens(ref, hyp, Levenshtein)
	after := Readable(slices.Clone(before), func(r, h int32) int {
		t.Fatal("a pair was weighed")
		return 0
	})
	if !slices.Equal(before, after) {
		t.Error("it was changed")
	}
}

func ExampleReadable() {
	ref, hyp := []string{"he", "walked", "there", "today"}, []string{"he", "walks", "today"}
	steps := Tokens([]int32{0, 1, 2, 3}, []int32{0, 4, 3}, Levenshtein)
	steps = Readable(steps, func(r, h int32) int { return unlike(ref[r], hyp[h]) })
	for _, s := range steps {
		switch s.Op {
		case Deletion:
			fmt.Println(s.Op, ref[s.Ref])
		default:
			fmt.Println(s.Op, ref[s.Ref], hyp[s.Hyp])
		}
	}
	// Output:
	// correct he he
	// substitution walked walks
	// deletion there
	// correct today today
}
