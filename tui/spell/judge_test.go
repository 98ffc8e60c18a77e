package spell

import (
	"bufio"
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const dictionaries = "/usr/share/hunspell"

// needs skips a test where a tool or a dictionary is missing; strictly, it
// fails.
func needs(t *testing.T, what string, there bool) {
	t.Helper()
	if there {
		return
	}
	if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
		t.Fatalf("%s is not installed", what)
	}
	t.Skipf("%s is not installed", what)
}

func openSystem(t testing.TB, name string) *Dictionary {
	t.Helper()
	path := filepath.Join(dictionaries, name+".aff")
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatalf("the dictionary %s is not installed", path)
		}
		t.Skipf("the dictionary %s is not installed", path)
	}
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// hunspellRejects asks the hunspell command which words of a list it does not
// take.
func hunspellRejects(t *testing.T, dictionary string, words []string) map[string]bool {
	t.Helper()
	path, err := exec.LookPath("hunspell")
	needs(t, "hunspell", err == nil)
	c := exec.Command(path, "-d", dictionary, "-i", "UTF-8", "-1", "-l")
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	c.Stdin = strings.NewReader(strings.Join(words, "\tx\n") + "\tx\n") // a field, which is not taken apart
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	rejected := map[string]bool{}
	scan := bufio.NewScanner(bytes.NewReader(out))
	for scan.Scan() {
		rejected[scan.Text()] = true
	}
	return rejected
}

// judged are the words that a dictionary is held against Hunspell with: its own
// stems, as they are written in headlines and sentences, with affixes that
// they may and may not have, and with slips.
func judged(d *Dictionary, endings, beginnings []string) []string {
	random := rand.New(rand.NewPCG(1, 2))
	set := map[string]bool{}
	letters := []rune("aeinrstlouéè")
	stems := 1500
	if testing.Short() {
		stems = 200
	}
	for range stems {
		w := d.table.text(int32(random.IntN(d.Len())))
		runes := []rune(w)
		at := random.IntN(len(runes))
		slip := string(runes[:at]) + string(letters[random.IntN(len(letters))]) + string(runes[at+random.IntN(2):])
		for _, form := range []string{
			w, upper(w), initial(w), uninitial(w), w + ".", w + "-" + d.table.text(int32(random.IntN(d.Len()))),
			w + endings[random.IntN(len(endings))], initial(w) + endings[random.IntN(len(endings))],
			beginnings[random.IntN(len(beginnings))] + w, upper(beginnings[random.IntN(len(beginnings))] + w),
			string(runes[:at]) + string(runes[at+1:]), slip,
		} {
			if !strings.ContainsAny(form, " \t") && form != "" {
				set[form] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func TestTakesTheWordsThatHunspellTakes(t *testing.T) {
	for _, c := range []struct {
		name                string
		endings, beginnings []string
	}{
		{"en_US", []string{"s", "'s", "’s", "ed", "ing", "ly", "er", "ness"}, []string{"un", "re", "dis", "pre", "non-"}},
		{"fr", []string{"s", "e", "es", "x", "ons", "ent", "ait", "ant", "ment", "é", "ées", "-là"}, []string{"l'", "d'", "qu'", "j’", "l’", "s'", "re", "dé"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := openSystem(t, c.name)
			words := judged(d, c.endings, c.beginnings)
			if c.name == "en_US" && !testing.Short() {
				words = append(words, crowdWords()...)
			}
			agrees(t, d, c.name, words)
		})
	}
}

// agrees holds a dictionary against Hunspell: at least 999 of 1,000 words.
func agrees(t *testing.T, d *Dictionary, name string, words []string) {
	t.Helper()
	rejected := hunspellRejects(t, name, words)
	differ := 0
	for _, w := range words {
		if d.Check(w) == rejected[w] {
			if differ++; differ < 20 {
				t.Logf("%s: taken %v", w, d.Check(w))
			}
		}
	}
	t.Logf("%s: %d words, %d refused, %d judged otherwise than by Hunspell", name, len(words), len(rejected), differ)
	if len(rejected) < len(words)/20 || differ*1000 > len(words) {
		t.Errorf("%d of %d words are judged otherwise", differ, len(words))
	}
}

// crowdWords are what paid transcribers wrote, slips included; none where the
// data is not at hand.
func crowdWords() []string {
	data, err := os.ReadFile(filepath.Join(os.Getenv("TAPESCRIPT_TESTDATA"), "crowdspeech", "dev-clean-crowd.tsv"))
	if err != nil {
		return nil
	}
	set := map[string]bool{}
	for _, w := range strings.FieldsFunc(string(data), func(r rune) bool { return strings.ContainsRune(" \t\r\n\",;:?!()/[]", r) }) {
		set[w] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// typos reads a list of slips with the word that was meant, and leaves out
// those that the dictionary takes.
func typos(t testing.TB, d *Dictionary, file string) (wrong, meant []string) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		a, b, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if !d.Check(a) {
			wrong, meant = append(wrong, a), append(meant, b)
		}
	}
	return wrong, meant
}

// hunspellSuggests asks the hunspell command for its proposals.
func hunspellSuggests(t *testing.T, dictionary string, words []string) map[string][]string {
	t.Helper()
	path, err := exec.LookPath("hunspell")
	needs(t, "hunspell", err == nil)
	c := exec.Command(path, "-d", dictionary, "-i", "UTF-8", "-a")
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	c.Stdin = strings.NewReader("^" + strings.Join(words, "\n^") + "\n")
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		if head, list, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && line[0] == '&' {
			found[strings.Fields(head)[1]] = strings.Split(list, ", ")
		}
	}
	return found
}

// The right word stands among the first five for nearly every common slip, and
// at least as often as Hunspell has it there: of a part of the list, because it
// takes its time.
func TestProposesTheRightWordAsOftenAsHunspell(t *testing.T) {
	for name, file := range map[string]string{"en_US": "testdata/typos-en.tsv", "fr": "testdata/typos-fr.tsv"} {
		t.Run(name, func(t *testing.T) {
			d := openSystem(t, name)
			wrong, meant := typos(t, d, file)
			if testing.Short() {
				wrong = wrong[:50]
			}
			among := func(list []string, word string) bool {
				return slices.ContainsFunc(list[:min(5, len(list))], func(w string) bool { return strings.ReplaceAll(w, "’", "'") == word })
			}
			found := make([]bool, len(wrong))
			missed := 0
			for i, w := range wrong {
				if found[i] = among(d.Suggest(w), meant[i]); !found[i] {
					missed++
					t.Logf("%s is not among the first five for %s: %v", meant[i], w, d.Suggest(w))
				}
			}
			if len(wrong) < 50 || missed*20 > len(wrong) {
				t.Errorf("the right word is missing %d times of %d", missed, len(wrong))
			}
			if testing.Short() {
				return
			}
			const step = 6
			var some []string
			for i := 0; i < len(wrong); i += step {
				some = append(some, wrong[i])
			}
			theirs := hunspellSuggests(t, name, some)
			we, they := 0, 0
			for i := 0; i < len(wrong); i += step {
				if found[i] {
					we++
				}
				if among(theirs[wrong[i]], meant[i]) {
					they++
				}
			}
			t.Logf("%s: %d of %d slips; of %d, Hunspell has %d and we %d", name, len(wrong)-missed, len(wrong), len(some), they, we)
			if we < they {
				t.Errorf("Hunspell has the right word %d times of %d, we %d times", they, len(some), we)
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	for _, name := range []string{"en_US", "fr"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				openSystem(b, name)
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	d := openSystem(b, "fr")
	for range b.N {
		d.Check("l'anticonstitutionnellement")
		d.Check("ortografe")
	}
}
