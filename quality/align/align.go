// Package align finds the cheapest way to turn one sequence of tokens into
// another: which of them agree, which were replaced, put in or left out.
//
// It knows no text. Whoever scores words gives each distinct word a number
// (any int32) and hands over two slices of numbers:
//
//	for _, s := range align.Tokens(gold, hypothesis, align.Levenshtein) {
//		if s.Op != align.Correct { … gold[s.Ref] … hypothesis[s.Hyp] … }
//	}
//
// The result is always exact: no band, beam or heuristic decides what is found,
// only how soon. Memory grows with length × errors, not with length².
//
// # Among paths of equal cost
//
// The result is one well-defined path, whatever algorithm found it: it is
// traced from the end of both sequences backwards, and at each place the first
// of these that is still on a cheapest path is taken.
//
//	Levenshtein: 1. the deletion or insertion that goes on with the one just
//	                taken, so that errors gather in one place
//	             2. two equal tokens
//	             3. a substitution   4. a deletion   5. an insertion
//	SCLite:      1. two equal tokens 2. a substitution
//	             3. an insertion     4. a deletion
//
// The second is the rule of NIST's sclite (SCTK, net_dp.c: a substitution where
// it costs no more than the others, else a deletion where it costs strictly
// less than an insertion), which gives sclite's own paths and counts.
//
// [Lattices] aligns texts with alternatives and with words that may be left out.
//
// Not here: words, spelling, time.
package align

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// Op says what became of a token.
type Op uint8

// The operations that turn a reference into a hypothesis.
const (
	Correct      Op = iota
	Substitution    // another token stands in its place
	Insertion       // the hypothesis has one more
	Deletion        // the hypothesis has one less
)

// String returns the operation's name in lower case.
func (o Op) String() string {
	return [...]string{"correct", "substitution", "insertion", "deletion"}[o]
}

// Step is one operation. Ref and Hyp are the indices of the tokens concerned.
// An insertion has no reference token and a deletion none of the hypothesis:
// that side's index is then the one of the token before which it happened, or
// the sequence's length at its end.
type Step struct {
	Op       Op
	Ref, Hyp int32
}

// Alignment is the list of operations from left to right. Each token of both
// sides is in exactly one.
type Alignment []Step

// Costs says what an error costs, and with it which of several cheapest paths
// is taken.
type Costs uint8

// The costs in use.
const (
	// Levenshtein counts each error as one: the error rate is the least there is.
	Levenshtein Costs = iota
	// SCLite takes 4 for a substitution and 3 for an insertion or deletion, as
	// NIST's sclite does. The count of errors may be a little above the least.
	SCLite
)

// String returns the name by which [Lookup] finds the costs.
func (c Costs) String() string {
	if c == SCLite {
		return "sclite"
	}
	return "levenshtein"
}

// Names lists the names that [Lookup] knows.
func Names() []string { return []string{Levenshtein.String(), SCLite.String()} }

// Lookup returns the costs of that name.
func Lookup(name string) (Costs, error) {
	for _, c := range []Costs{Levenshtein, SCLite} {
		if c.String() == name {
			return c, nil
		}
	}
	return 0, fmt.Errorf("no alignment named %q; there are %s", name, strings.Join(Names(), ", "))
}

// Tokens returns the cheapest alignment of a hypothesis with its reference.
// Sequences longer than 2³⁰ are not supported.
//
// Both costs run 64 cells of the matrix in one machine word: Myers 1999 in
// Hyyrö's form for Levenshtein, and the same idea for small integer weights
// (BitPAL: Loving, Hernandez, Benson 2014) for SCLite. Beyond 64 tokens only a
// band of the matrix is computed (Ukkonen 1985), about a path that shared seeds
// show, and so wide that no cheapest path leaves it: the seeds of the reference
// that the hypothesis does not have, or has elsewhere, bound what a path costs that
// does (Groot Koerkamp and Ivanov 2024). Where the texts share enough words the
// band's width does not grow with their length: time is linear then.
func Tokens(ref, hyp []int32, c Costs) Alignment {
	most := max(len(ref), len(hyp)) + 4
	if len(ref) <= 64 {
		most = len(ref) + len(hyp) // short asks for it
	}
	return Append(make(Alignment, 0, most), ref, hyp, c)
}

// Append is [Tokens] for those who align many pairs: it puts the operations
// behind those of a slice that they own.
func Append(dst Alignment, ref, hyp []int32, c Costs) Alignment {
	w := workspaces.Get().(*workspace)
	defer workspaces.Put(w)
	if len(ref) <= 64 {
		return w.short(dst, ref, hyp, c)
	}
	start := len(dst)
	dst = slices.Grow(dst, max(len(ref), len(hyp))+4)
	dst = w.trace(dst, ref, hyp, c)
	slices.Reverse(dst[start:])
	return dst
}

// Distance returns the least number of errors, without saying which.
func Distance(ref, hyp []int32) int {
	for len(ref) > 0 && len(hyp) > 0 && ref[0] == hyp[0] {
		ref, hyp = ref[1:], hyp[1:]
	}
	ref, hyp, _ = cutSuffix(ref, hyp)
	if len(ref) == 0 || len(hyp) == 0 {
		return len(ref) + len(hyp)
	}
	if len(hyp) < len(ref) {
		ref, hyp = hyp, ref // the shorter goes into the machine words
	}
	w := workspaces.Get().(*workspace)
	defer workspaces.Put(w)
	if len(ref) <= 64 {
		return w.shortDistance(ref, hyp)
	}
	if len(ref) <= mostWhole {
		return w.wholeDistance(ref, hyp)
	}
	steps, errors := w.solve(w.steps[:0], ref, hyp, Levenshtein)
	w.steps = steps
	return errors
}

// workspace holds what one alignment needs while it runs, so that the next can
// use it again.
type workspace struct {
	words vocabulary
	grid  grid
	steps Alignment

	// Of short pairs: see index.
	table []uint64
	masks []uint64
	far   bool
	moves []moves
	// Of distances: see wholeDistance.
	column []cells
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// trace puts the operations behind dst, last one first.
func (w *workspace) trace(dst Alignment, ref, hyp []int32, c Costs) Alignment {
	ref, hyp, same := cutSuffix(ref, hyp)
	for k := same - 1; k >= 0; k-- {
		dst = append(dst, Step{Correct, int32(len(ref) + k), int32(len(hyp) + k)})
	}
	if len(ref) == 0 || len(hyp) == 0 {
		p := path{dst: dst, i: len(ref), j: len(hyp)}
		p.rest()
		return p.dst
	}
	dst, _ = w.solve(dst, ref, hyp, c)
	return dst
}

// cutSuffix takes off the tokens that both sequences end in. No cheapest path
// is lost that the rules of preference would have taken: from the end
// backwards, two equal tokens come first. (The same does not hold at the
// beginning.)
func cutSuffix(ref, hyp []int32) (r, h []int32, same int) {
	n, m := len(ref), len(hyp)
	for same < n && same < m && ref[n-1-same] == hyp[m-1-same] {
		same++
	}
	return ref[:n-same], hyp[:m-same], same
}
