package quality

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tapescript/quality/align"
	"tapescript/transcript/format"
)

// spoil returns a text with words left out, replaced and put in.
func spoil(r *rand.Rand, text string, rate float64) string {
	var words []string
	for _, w := range strings.Fields(text) {
		switch x := r.Float64() / rate; {
		case x < 0.3:
		case x < 0.7:
			words = append(words, fmt.Sprintf("zz%d", r.IntN(9)))
		case x < 1:
			words = append(words, w, "yy")
		default:
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// TestMatchedPairsAreThoseOfNIST holds the number of segments and Z against
// those of sc_stats.
func TestMatchedPairsAreThoseOfNIST(t *testing.T) {
	requireTool(t, "sctk")
	data := filepath.Join(testdataDir(t), "sctk")
	gold, system := readItems(t, filepath.Join(data, "csrnab.ref")), readItems(t, filepath.Join(data, "csrnab.hyp"))
	choice := regexp.MustCompile(`\{ (\S+) / (\S+) \}`)
	o := Options{Normalize: profile(t, "sclite"), Align: align.SCLite, Notation: true}
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		first, second := system, []Item{}
		for _, g := range gold {
			text := choice.ReplaceAllString(g.Text, fmt.Sprintf("$%d", 1+seed%2))
			second = append(second, Item{ID: g.ID, Text: spoil(r, strings.ReplaceAll(text, "@", ""), 0.08+0.04*float64(seed))})
		}
		if seed%2 == 1 {
			first, second = second, first
		}
		got, ok := Compare(scoreItems(t, gold, first, o), scoreItems(t, gold, second, o))
		if !ok {
			t.Fatal("not compared")
		}
		segments, z := matchedPairs(t, gold, first, second)
		if got.Segments != segments || math.Abs(got.Z-z) > 0.0006 {
			t.Errorf("seed %d: %d segments, Z %.4f; sc_stats has %d, %.3f", seed, got.Segments, got.Z, segments, z)
		}
	}
}

// readItems reads a table as package main does.
func readItems(t *testing.T, file string) (items []Item) {
	t.Helper()
	rows, err := format.ReadItems(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		items = append(items, Item{ID: strings.ToLower(r.ID), Text: r.Text})
	}
	return items
}

// matchedPairs runs sclite and sc_stats.
func matchedPairs(t *testing.T, gold, first, second []Item) (segments int, z float64) {
	t.Helper()
	dir := t.TempDir()
	ref := filepath.Join(dir, "ref.trn")
	writeTrn(t, ref, gold)
	var sgml []byte
	for name, items := range map[string][]Item{"a": first, "b": second} {
		hyp := filepath.Join(dir, name+".trn")
		writeTrn(t, hyp, items)
		out, err := exec.Command("sctk", "sclite", "-r", ref, "trn", "-h", hyp, "trn", name, "-i", "wsj", "-o", "sgml", "-O", dir, "-n", name).CombinedOutput()
		if err != nil {
			t.Fatalf("sclite: %v\n%s", err, out)
		}
	}
	for _, name := range []string{"a", "b"} {
		part, err := os.ReadFile(filepath.Join(dir, name+".sgml"))
		if err != nil {
			t.Fatal(err)
		}
		sgml = append(sgml, part...)
	}
	cmd := exec.Command("sctk", "sc_stats", "-p", "-r", "sum", "-t", "mapsswe", "-v", "-O", dir, "-n", "out")
	cmd.Stdin = strings.NewReader(string(sgml))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sc_stats: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "out.stats.mapsswe"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`# segs: (\d+)\).*\(Z Stat: *([-\d.]+)\)`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no result in\n%s", text)
	}
	fmt.Sscan(string(m[1]), &segments)
	fmt.Sscan(string(m[2]), &z)
	return segments, z
}

func TestOneSystemComparedWithItself(t *testing.T) {
	gold := []Item{{ID: "a", Text: "one two three four five six seven"}}
	r := scoreItems(t, gold, []Item{{ID: "a", Text: "one x three four y six seven"}}, Options{})
	d, ok := Compare(r, r)
	if !ok || d.Items != 1 || d.Segments != 2 || d.Z != 0 || d.P != 1 || d.IntervalKnown {
		t.Errorf("got %+v, %v", d, ok)
	}
	if _, ok := Compare(r, &Report{}); ok {
		t.Error("compared with nothing")
	}
}
