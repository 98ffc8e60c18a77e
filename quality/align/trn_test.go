package align

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// requireTool skips a test whose foreign tool is not installed.
func requireTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
}

// testdataDir returns the folder of real data, which lies outside the project.
func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: the real data is not here")
	}
	return dir
}

// trnReader makes lattices of NIST's trn text, as sclite does with its flags
// -F (fragments) and -D (optionally deletable words).
type trnReader struct {
	fragments, deletable bool
	ids                  map[string]int32
	words                []string
}

func (r *trnReader) id(word string) int32 {
	id, ok := r.ids[word]
	if !ok {
		id = int32(len(r.words))
		r.ids[word], r.words = id, append(r.words, word)
	}
	return id
}

func (r *trnReader) lattice(text string) (l Lattice, words []string) {
	end := r.sequence(&l, &words, 0, text)
	l.Nodes = end + 1
	r.renumber(&l)
	return l, words
}

// sequence appends what text says between node from and a new one, which it
// returns. The nodes are not yet in order.
func (r *trnReader) sequence(l *Lattice, words *[]string, from int32, text string) int32 {
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if text[0] != '{' {
			word, rest, _ := strings.Cut(text, " ")
			text = rest
			l.Nodes++
			*words = append(*words, word)
			l.Arcs = append(l.Arcs, r.arc(from, l.Nodes, word))
			from = l.Nodes
			continue
		}
		depth, begin := 0, 1
		var branches []string
		k := 0
		for ; ; k++ {
			switch text[k] {
			case '{':
				depth++
			case '}':
				depth--
			}
			if depth == 0 || depth == 1 && text[k] == '/' {
				branches = append(branches, text[begin:k])
				begin = k + 1
			}
			if depth == 0 {
				break
			}
		}
		text = text[k+1:]
		var ends []int32
		for _, b := range branches {
			if strings.TrimSpace(b) != "" {
				ends = append(ends, r.sequence(l, words, from, b))
			}
		}
		l.Nodes++
		for k, a := range l.Arcs {
			for _, end := range ends {
				if a.To == end {
					l.Arcs[k].To = l.Nodes
				}
			}
		}
		from = l.Nodes
	}
	return from
}

// renumber makes the nodes follow each other in order: a node's number is the
// longest way to it, then its age.
func (r *trnReader) renumber(l *Lattice) {
	depth := make([]int, l.Nodes)
	for range l.Arcs {
		for _, a := range l.Arcs {
			depth[a.To] = max(depth[a.To], depth[a.From]+1)
		}
	}
	number, next := make([]int32, l.Nodes), int32(0)
	for d := 0; d <= len(l.Arcs); d++ {
		for v := range l.Nodes {
			used := v == 0
			for _, a := range l.Arcs {
				used = used || a.To == v
			}
			if used && depth[v] == d {
				number[v] = next
				next++
			}
		}
	}
	for k, a := range l.Arcs {
		l.Arcs[k].From, l.Arcs[k].To = number[a.From], number[a.To]
	}
	l.Nodes = next
}

func (r *trnReader) arc(from, to int32, word string) Arc {
	var value strings.Builder // up to the first tag, without escapes
	for k := 0; k < len(word) && word[k] != ';'; k++ {
		if word[k] == '\\' && k+1 < len(word) {
			k++
		}
		value.WriteByte(word[k])
	}
	word = value.String()
	a := Arc{From: from, To: to}
	switch {
	case word == "@":
		a.Kind = Empty
		return a
	case r.deletable && len(word) > 2 && word[0] == '(' && word[len(word)-1] == ')':
		a.Kind, word = Deletable, word[1:len(word)-1]
	}
	a.Token = r.id(word)
	return a
}

// equal is sclite's equal_WORD2.
func (r *trnReader) equal(ref, hyp int32) bool {
	a, b := r.words[ref], r.words[hyp]
	isFragment := func(s string) bool { return strings.HasPrefix(s, "-") || strings.HasSuffix(s, "-") }
	if !isFragment(a) && !isFragment(b) {
		return a == b
	}
	match := func(f, s string) (equal, decided bool) {
		switch {
		case len(f) > 1 && f[0] == '-':
			return strings.HasSuffix(s, f[1:]), true
		case len(f) > 1 && f[len(f)-1] == '-':
			return strings.HasPrefix(s, f[:len(f)-1]), true
		}
		return false, false
	}
	if equal, decided := match(a, b); decided {
		return equal
	}
	if equal, decided := match(b, a); decided {
		return equal
	}
	return a == b
}

// path writes an alignment of two trn texts as sclite's sgml does.
func (r *trnReader) path(ref, hyp string) string {
	l, refWords := r.lattice(ref)
	k, hypWords := r.lattice(hyp)
	o := LatticeOptions{Costs: SCLite, Deletable: r.deletable}
	if r.fragments {
		o.Equal = r.equal
	}
	var out []string
	for _, s := range Lattices(l, k, o) {
		a, b := "", ""
		if s.Ref >= 0 {
			a = refWords[s.Ref]
		}
		if s.Hyp >= 0 {
			b = hypWords[s.Hyp]
		}
		out = append(out, string("CSID"[s.Op])+","+a+","+b)
	}
	return strings.Join(out, ":")
}

type utterance struct{ id, ref, hyp string }

// compareWithSclite has sclite and Lattices align utterances and compares the
// paths word by word. It returns the counts of correct words, substitutions,
// insertions and deletions.
func compareWithSclite(t *testing.T, utterances []utterance, flags ...string) (counts [4]int) {
	t.Helper()
	requireTool(t, "sctk")
	dir := t.TempDir()
	var refs, hyps strings.Builder
	for _, u := range utterances {
		fmt.Fprintf(&refs, "%s (%s)\n", u.ref, u.id)
		fmt.Fprintf(&hyps, "%s (%s)\n", u.hyp, u.id)
	}
	ref, hyp := filepath.Join(dir, "ref.trn"), filepath.Join(dir, "hyp.trn")
	for file, text := range map[string]string{ref: refs.String(), hyp: hyps.String()} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := append([]string{"sclite", "-r", ref, "trn", "-h", hyp, "trn", "-i", "spu_id", "-o", "sgml", "-O", dir, "-n", "out"}, flags...)
	if text, err := exec.Command("sctk", args...).CombinedOutput(); err != nil {
		t.Fatalf("sclite: %v\n%s", err, text)
	}
	sgml, err := os.ReadFile(filepath.Join(dir, "out.sgml"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	entry := regexp.MustCompile(`(?s)<PATH id="\(?([^")]*)\)?"[^>]*>\n(.*?)\n?</PATH>`)
	for _, m := range entry.FindAllStringSubmatch(string(sgml), -1) {
		want[m[1]] = strings.ReplaceAll(m[2], `"`, "")
	}
	all := strings.Join(flags, " ")
	r := &trnReader{ids: map[string]int32{}, fragments: strings.Contains(all, "-F"), deletable: strings.Contains(all, "-D")}
	different := 0
	for _, u := range utterances {
		theirs, ok := want[u.id]
		if !ok {
			t.Fatalf("sclite says nothing of %s", u.id)
		}
		ours := r.path(u.ref, u.hyp)
		for step := range strings.SplitSeq(ours, ":") {
			if step != "" {
				counts[strings.IndexByte("CSID", step[0])]++
			}
		}
		if ours != theirs && different < 10 {
			different++
			t.Errorf("%s %v\nref    %s\nhyp    %s\nsclite %s\nours   %s", u.id, flags, u.ref, u.hyp, theirs, ours)
		}
	}
	return counts
}

// readTrn reads NIST's own tests. Their tags do not take part in the alignment
// and are not in sclite's paths.
func readTrn(t *testing.T, ref, hyp string) []utterance {
	t.Helper()
	tag := regexp.MustCompile(`([^\\ ]);\S*`)
	read := func(file string) (ids []string, texts map[string]string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = map[string]string{}
		for line := range strings.Lines(string(text)) {
			if at := strings.LastIndex(line, "("); at >= 0 && !strings.HasPrefix(line, ";;") {
				id, _, _ := strings.Cut(line[at+1:], ")")
				ids, texts[id] = append(ids, id), strings.TrimSpace(tag.ReplaceAllString(line[:at], "$1"))
			}
		}
		return ids, texts
	}
	ids, refs := read(ref)
	_, hyps := read(hyp)
	var out []utterance
	for _, id := range ids {
		out = append(out, utterance{id, strings.ReplaceAll(refs[id], `\;`, "+"), strings.ReplaceAll(hyps[id], `\;`, "+")})
	}
	return out
}

func TestAlternativesAreChosenAsByNIST(t *testing.T) {
	dir := filepath.Join(testdataDir(t), "sctk")
	utterances := readTrn(t, filepath.Join(dir, "tests.ref"), filepath.Join(dir, "tests.hyp"))
	for _, test := range []struct {
		flags string
		want  [4]int // C S I D
	}{
		{"-F -D", [4]int{178, 75, 33, 13}},
		{"-F", [4]int{144, 81, 33, 41}},
		{"-D", [4]int{170, 76, 40, 20}},
		{"", [4]int{139, 79, 40, 48}},
	} {
		if got := compareWithSclite(t, utterances, strings.Fields(test.flags)...); got != test.want {
			t.Errorf("%q: got C S I D %v, want %v", test.flags, got, test.want)
		}
	}
}

// randomTrn writes words with alternations, some in others, empty branches,
// optional words and fragments.
func randomTrn(r *rand.Rand, words, depth int, branching float64) string {
	vocabulary := []string{"a", "b", "c", "fish", "find", "figs", "fi-", "-sh", "(uh)", "(fi-)", "(b)", "ticks", "icks"}
	var out []string
	for range words {
		if depth == 0 || r.Float64() >= branching {
			out = append(out, vocabulary[r.IntN(len(vocabulary))])
			continue
		}
		var branches []string
		for range 2 + r.IntN(2) {
			b := "@"
			if r.IntN(4) > 0 {
				b = randomTrn(r, 1+r.IntN(3), depth-1, branching)
			}
			branches = append(branches, b)
		}
		out = append(out, "{ "+strings.Join(branches, " / ")+" }")
	}
	return strings.Join(out, " ")
}

func TestRandomAlternativesAreChosenAsBySclite(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var utterances []utterance
	for k := range 1000 {
		utterances = append(utterances, utterance{
			id:  fmt.Sprintf("s_%d", k),
			ref: randomTrn(r, r.IntN(9), 2, 0.35),
			hyp: randomTrn(r, r.IntN(9), r.IntN(3), 0.25),
		})
	}
	for _, flags := range []string{"-F -D", ""} {
		compareWithSclite(t, utterances, strings.Fields(flags)...)
	}
}
