package consensus

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tapescript/quality/normalize"
)

// typists are made-up transcripts: a text of each item, and workers who get a
// share of its words wrong.
func typists(seed uint64, items, each int) []Submission {
	random := rand.New(rand.NewPCG(seed, 1))
	words := strings.Fields("la mer est calme ce soir Привет мир the cat sat on a mat l'été naïve 東 京 सब ठीक है")
	var rows []Submission
	for i := range items {
		var text []string
		for range random.IntN(9) {
			text = append(text, words[random.IntN(len(words))])
		}
		for w := range each {
			heard := slices.Clone(text)
			for k := range heard {
				if random.Float64() < .05*float64(w+1) {
					heard[k] = words[random.IntN(len(words))]
				}
			}
			rows = append(rows, Submission{fmt.Sprint(i), fmt.Sprint("w", w), strings.Join(heard, " ")})
		}
	}
	return rows
}

func combine(t *testing.T, rows []Submission, m Method) *Result {
	t.Helper()
	r, err := Combine(rows, Options{Method: m})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func normal(text string) string {
	var words []string
	for _, t := range normalize.Basic().Tokens(text) {
		words = append(words, t.Text)
	}
	return strings.Join(words, " ")
}

// What all wrote, or the only one wrote, is the consensus, in any script, digits
// and all.
func TestUnanimousAndSingleTextsComeBack(t *testing.T) {
	texts := []string{"", "Привет, мир!", "l'été 1789 vingt-trois", "東京は夜", "สวัสดี ครับ", "20 20", "the the the", "airtight air tight"}
	for _, m := range Methods() {
		for _, workers := range []int{1, 2, 3, 7} {
			var rows []Submission
			for i, text := range texts {
				for w := range workers {
					rows = append(rows, Submission{fmt.Sprint(i), fmt.Sprint("w", w), text})
				}
			}
			for i, it := range combine(t, rows, m).Items {
				if got := it.Text(); got != normal(texts[i]) && texts[i] != "airtight air tight" {
					t.Errorf("%s of %d: %q, want %q", m, workers, got, normal(texts[i]))
				}
				if c := it.Confidence(); c < .99 && workers > 1 && texts[i] != "airtight air tight" {
					t.Errorf("%s of %d, %q: confidence %.3f", m, workers, texts[i], c)
				}
			}
		}
	}
}

func TestMedoidDoesNotDependOnTheOrderOfWorkers(t *testing.T) {
	for seed := range uint64(20) {
		rows := typists(seed, 5, 5)
		want := combine(t, rows, Medoid)
		rand.New(rand.NewPCG(seed, 9)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		if got := combine(t, rows, Medoid); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: the medoid depends on the order", seed)
		}
	}
}

func TestTheSameInputGivesTheSameOutput(t *testing.T) {
	rows := typists(3, 200, 5)
	want := combine(t, rows, Tapescript)
	for range 3 {
		if got := combine(t, rows, Tapescript); !reflect.DeepEqual(got, want) {
			t.Fatal("two runs differ")
		}
	}
}

// Confidences of a place are probabilities; what lacks is that nobody is right.
func TestConfidencesAddUp(t *testing.T) {
	for _, it := range combine(t, typists(4, 100, 5), Tapescript).Items {
		for _, w := range it.Words {
			sum := w.Confidence
			for _, a := range w.Alternatives {
				sum += a.Confidence
				if a.Confidence > w.Confidence+1e-9 {
					t.Errorf("%s: %q is likelier than %q", it.ID, a.Text, w.Text)
				}
			}
			if sum >= 1 || sum < .5 {
				t.Errorf("%s, %q: %g", it.ID, w.Text, sum)
			}
		}
	}
}

func TestLaterItemsComeLater(t *testing.T) {
	list := []string{"a10", "a9", "b1", "a009", "a", "a9x"}
	slices.SortFunc(list, natural)
	if got := strings.Join(list, " "); got != "a a009 a9 a9x a10 b1" {
		t.Error(got)
	}
}

func TestHugeInputIsRefused(t *testing.T) {
	rows := make([]Submission, mostTranscripts+1)
	var e *Error
	if _, err := Combine(rows, Options{}); !errors.As(err, &e) || e.Code != TooManyTranscripts || e.Count != len(rows) {
		t.Errorf("%v", err)
	}
	rows = []Submission{{"a", "w", strings.Repeat("a ", mostWords+1)}}
	if _, err := Combine(rows, Options{}); !errors.As(err, &e) || e.Code != TooManyWords {
		t.Errorf("%v", err)
	}
}

// editDistance is the textbook's.
func editDistance(x, y []rune) int {
	d := make([]int, len(y)+1)
	for j := range d {
		d[j] = j
	}
	for i := range x {
		diagonal := d[0]
		d[0] = i + 1
		for j := range y {
			c := diagonal
			if x[i] != y[j] {
				c++
			}
			diagonal, d[j+1] = d[j+1], min(c, d[j]+1, d[j+1]+1)
		}
	}
	return d[len(y)]
}

// TestAlphaIsKrippendorffs compares with his definition, pair by pair.
func TestAlphaIsKrippendorffs(t *testing.T) {
	for seed := range uint64(10) {
		rows := typists(seed, 12, 3)
		rows = append(rows, Submission{"alone", "w", "nobody else heard this"})
		delta := func(x, y string) float64 {
			a, b := []rune(normal(x)), []rune(normal(y))
			if n := max(len(a), len(b)); n > 0 {
				return float64(editDistance(a, b)) / float64(n)
			}
			return 0
		}
		observed, expected, n := 0.0, 0.0, 0.0
		for i, x := range rows {
			if x.Item == "alone" {
				continue
			}
			n++
			for j, y := range rows {
				if i == j || y.Item == "alone" {
					continue
				}
				if x.Item == y.Item {
					observed += delta(x.Text, y.Text) / 2 // three to an item: two others
				}
				expected += delta(x.Text, y.Text)
			}
		}
		want := 1 - observed/n/(expected/n/(n-1))
		c, err := Skills(rows, nil, Options{})
		if err != nil || !c.Known || math.Abs(c.Alpha-want) > 1e-9 {
			t.Errorf("seed %d: α %g, want %g (%v)", seed, c.Alpha, want, err)
		}
	}
}

// TestSpearman compares with Pearson's correlation of ranks that are counted
// one by one.
func TestSpearman(t *testing.T) {
	rank := func(x []float64, i int) float64 {
		below, same := 0, 0
		for _, v := range x {
			if v < x[i] {
				below++
			}
			if v == x[i] {
				same++
			}
		}
		return float64(below) + float64(same-1)/2
	}
	random := rand.New(rand.NewPCG(5, 5))
	for range 50 {
		n := 3 + random.IntN(20)
		x, y := make([]float64, n), make([]float64, n)
		for i := range n {
			x[i], y[i] = float64(random.IntN(8)), float64(random.IntN(8))
		}
		var sx, sy, sxy, sxx, syy float64
		for i := range n {
			a, b := rank(x, i), rank(y, i)
			sx, sy, sxy, sxx, syy = sx+a, sy+b, sxy+a*b, sxx+a*a, syy+b*b
		}
		m := float64(n)
		want := (m*sxy - sx*sy) / math.Sqrt((m*sxx-sx*sx)*(m*syy-sy*sy))
		if got := spearman(x, y); math.Abs(got-want) > 1e-9 && !math.IsNaN(want) {
			t.Fatalf("%v %v: %g, want %g", x, y, got, want)
		}
	}
}

// TestSimilarityIsEditDistance compares the bit-parallel one with the textbook's.
func TestSimilarityIsEditDistance(t *testing.T) {
	b := &batch{index: map[string]int32{}}
	letters := map[rune]int32{}
	words := strings.Fields("honour honor grey gray a ab été ete 東京 東大 " + strings.Repeat("x", 64) + " " + strings.Repeat("x", 30))
	for _, w := range words {
		b.number(w, letters)
	}
	c := comparer{b: b}
	for i := range words {
		c.pattern(&b.words[i])
		for j := range words {
			x, y := []rune(words[i]), []rune(words[j])
			want := 1 - float32(editDistance(x, y))/float32(max(len(x), len(y)))
			if got := c.similarity(&b.words[i], &b.words[j]); math.Abs(float64(got-want)) > 1e-6 {
				t.Errorf("%s %s: %g, want %g", words[i], words[j], got, want)
			}
		}
		c.unset(&b.words[i])
	}
}

// TestSignsFindWhoIsPlanted: a copier, one who sends nothing, one who always
// sends the same, and nobody of the honest.
func TestSignsFindWhoIsPlanted(t *testing.T) {
	rows := typists(8, 60, 5)
	random := rand.New(rand.NewPCG(2, 2))
	for i := range 60 {
		id := fmt.Sprint(i)
		draft := fmt.Sprintf("la mer zq%d est vk%d", i, random.IntN(1000))
		rows = append(rows, Submission{id, "source", draft}, Submission{id, "copier", draft},
			Submission{id, "empty", ""}, Submission{id, "constant", "the cat sat"})
	}
	c, err := Skills(rows, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]Sign{"source": SignShared, "copier": SignShared, "empty": SignEmpty, "constant": SignConstant}
	for _, s := range c.Workers {
		sign, planted := want[s.Worker]
		if planted && !slices.Contains(s.Signs, sign) {
			t.Errorf("%s has the signs %v, lacks %s", s.Worker, s.Signs, sign)
		}
		if !planted && (slices.Contains(s.Signs, SignShared) || slices.Contains(s.Signs, SignEmpty) || slices.Contains(s.Signs, SignConstant)) {
			t.Errorf("%s is honest and has the signs %v", s.Worker, s.Signs)
		}
	}
}

// TestPlanAsksWherePeopleDisagree: the item with the most doubt comes first, and
// asking stops where there is none.
func TestPlanAsksWherePeopleDisagree(t *testing.T) {
	rows := typists(6, 30, 4)
	for w, text := range []string{"one two three four", "won to free for", "what too tree fore", "wan tow thee far"} {
		rows = append(rows, Submission{"doubt", fmt.Sprint("w", w), text})
	}
	p, r, err := Ask(rows, Options{})
	if err != nil || len(p.Next) != 31 || p.Next[0].ID != "doubt" || len(r.Items) != 31 {
		t.Fatalf("%v, first %+v", err, p.Next[0])
	}
	if ask, then := p.Worthwhile(); !p.Next[0].Ask || p.Next[30].Ask || ask == 0 || then.Expected >= p.Errors/p.Words {
		t.Errorf("%d are worth asking for, %+v then; first %+v, last %+v", ask, then, p.Next[0], p.Next[30])
	}
	if len(p.Fixed) != 2 || p.Fixed[0].Transcripts != 2 || p.Fixed[1].Transcripts != 3 || p.Fixed[0].Expected < p.Fixed[1].Expected {
		t.Errorf("with fewer %+v", p.Fixed)
	}
	worth, err := Worth(rows, WorthAsking, Options{})
	if err != nil || worth != p.Worth {
		t.Errorf("worth %g, the plan has %g: %v", worth, p.Worth, err)
	}
	curve := p.Curve()
	for i := 1; i < len(curve); i++ {
		if curve[i].Expected > curve[i-1].Expected || curve[i].Transcripts <= curve[i-1].Transcripts {
			t.Errorf("point %d: %+v after %+v", i, curve[i], curve[i-1])
		}
	}
	few, _, err := Simulate(rows, math.Inf(1), Options{})
	if err != nil || len(few) != 2*31 {
		t.Errorf("nothing is in doubt: %d transcripts, %v", len(few), err)
	}
	all, _, err := Simulate(rows, -1, Options{})
	if err != nil || len(all) != len(rows) {
		t.Errorf("all is in doubt: %d transcripts of %d, %v", len(all), len(rows), err)
	}
}

func FuzzCombine(f *testing.F) {
	f.Add("air tight|airtight|20 'tis\nu.s.|U S|", uint8(3))
	f.Add("dr|doctor|dr\ndr|doctor|doctor\ndr|doctor|x\ndr|doctor|doctor", uint8(2))
	f.Add("東京 é|東 京|\u0301'|''", uint8(1))
	f.Fuzz(func(t *testing.T, text string, workers uint8) {
		if len(text) > 2000 {
			return
		}
		var rows []Submission
		for i, line := range strings.Split(text, "\n") {
			for k, said := range strings.Split(line, "|") {
				worker := ""
				if workers > 0 {
					worker = fmt.Sprint(k % int(workers))
				}
				rows = append(rows, Submission{fmt.Sprint(i), worker, said})
			}
		}
		for _, m := range Methods() {
			r, err := Combine(rows, Options{Method: m})
			var e *Error
			if err != nil && !errors.As(err, &e) {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			for _, it := range r.Items {
				if c := it.Confidence(); !(c >= 0 && c <= 1) {
					t.Fatalf("%s: confidence %g", m, c)
				}
			}
		}
		if _, err := Skills(rows, map[string]string{"0": text}, Options{}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := Ask(rows, Options{}); err != nil {
			t.Fatal(err)
		}
	})
}
