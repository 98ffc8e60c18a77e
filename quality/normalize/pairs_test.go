package normalize

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// graph is a lattice in the plainest form: per node, the words that lead on.
// A word "" leads on without one.
type graph struct {
	arcs [][]arc
	last int
}

type arc struct {
	word string
	to   int
}

func lattice(tokens []Token, readings ...[]Reading) graph {
	g := graph{arcs: make([][]arc, len(tokens)+1), last: len(tokens)}
	for i, t := range tokens {
		g.arcs[i] = append(g.arcs[i], arc{t.Text, i + 1})
	}
	for _, list := range readings {
		for _, r := range list {
			at := r.From
			for k, t := range r.Tokens {
				to := r.To
				if k+1 < len(r.Tokens) {
					to = len(g.arcs)
					g.arcs = append(g.arcs, nil)
				}
				g.arcs[at] = append(g.arcs[at], arc{t.Text, to})
				at = to
			}
			if len(r.Tokens) == 0 {
				g.arcs[at] = append(g.arcs[at], arc{"", r.To})
			}
		}
	}
	return g
}

// meet says whether a path through a says the same words as a path through b.
func meet(a, b graph) bool {
	type pair struct{ i, j int }
	seen := map[pair]bool{}
	var from func(p pair) bool
	from = func(p pair) bool {
		if p.i == a.last && p.j == b.last {
			return true
		}
		if seen[p] {
			return false
		}
		seen[p] = true
		for _, x := range a.arcs[p.i] {
			if x.word == "" && from(pair{x.to, p.j}) {
				return true
			}
			for _, y := range b.arcs[p.j] {
				if y.word == x.word && x.word != "" && from(pair{x.to, y.to}) {
					return true
				}
			}
		}
		for _, y := range b.arcs[p.j] {
			if y.word == "" && from(pair{p.i, y.to}) {
				return true
			}
		}
		return false
	}
	return from(pair{})
}

func equivalent(p Profile, a, b string) bool {
	ta, ra := p.Readings(a)
	tb, rb := p.Readings(b)
	ja, jb := p.Joins(ta, tb)
	return meet(lattice(ta, ra, ja), lattice(tb, rb, jb))
}

var languages = map[string]string{"en": "english", "fr": "french", "de": "german", "ja": "japanese"}

// TestPairs holds pairs that are the same to a listener (=) and pairs that are
// not (!). The files of heldout were written before the code was.
func TestPairs(t *testing.T) {
	files, err := filepath.Glob("testdata/*/??.txt")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files of pairs: %v", len(files), err)
	}
	for _, file := range files {
		p, err := Lookup(languages[strings.TrimSuffix(filepath.Base(file), ".txt")])
		if err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		same, apart, failed, merged := 0, 0, 0, 0
		for line := range strings.Lines(string(data)) {
			line = strings.TrimSuffix(line, "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			a, b, ok := strings.Cut(line[2:], " | ")
			if !ok || line[0] != '=' && line[0] != '!' {
				t.Fatalf("%s: %q is no pair", file, line)
			}
			got := equivalent(p, a, b)
			if got != equivalent(p, b, a) {
				t.Errorf("%s: %s: not the same in both directions", file, line)
			}
			switch {
			case line[0] == '=':
				if same++; !got {
					failed++
					t.Errorf("%s: %s", file, line)
				}
			default:
				if apart++; got {
					merged++
					t.Errorf("%s: %s", file, line)
				}
			}
		}
		t.Logf("%s: %d of %d equivalent pairs meet, %d of %d near misses do not", file, same-failed, same, apart-merged, apart)
	}
}
