package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tapescript/quality"
	"tapescript/quality/normalize"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func sample(t *testing.T) []quality.Scored {
	t.Helper()
	gold := []quality.Item{
		{ID: "a/1.wav", Text: "It's a very cold day, isn't it? They say that it will be colder still tomorrow.", Speaker: "Ann"},
		{ID: "a/2.wav", Text: "我们走吧"},
		{ID: "a/3.wav", Text: "right"},
		{ID: "a/4.wav", Text: "nobody wrote this"},
	}
	hyp := []quality.Item{
		{ID: "1", Text: "its a cold cold day is it they say it will be uh colder still to morrow"},
		{ID: "2", Text: "我门走"},
		{ID: "3", Text: "right"},
		{ID: "3", Text: "Write!"},
		{ID: "9\x1b[2J", Text: "whose is this"},
	}
	r, err := quality.ScoreItems(gold, hyp, quality.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return []quality.Scored{{File: "hyp.tsv", Report: r}}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, want)
	}
}

func TestTextFitsItsWidth(t *testing.T) {
	var out bytes.Buffer
	if err := Text(&out, sample(t), Layout{Width: 60}); err != nil {
		t.Fatal(err)
	}
	golden(t, "text.golden", out.Bytes())
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, "  gold") && ansi.StringWidth(line) > 60 {
			t.Errorf("a line of %d cells: %q", ansi.StringWidth(line), line)
		}
	}
	if strings.ContainsRune(out.String(), '\x1b') {
		t.Error("there is an escape sequence, from a name or for a colour")
	}
}

// TestAWordWithoutEndIsCutShort has a word that fills many lines, as a text without
// spaces does.
func TestAWordWithoutEndIsCutShort(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	scored, err := quality.ScoreItems([]quality.Item{{ID: "1", Text: long}}, []quality.Item{{ID: "1", Text: long + "y"}}, quality.Options{})
	var out bytes.Buffer
	if err := errors.Join(err, Text(&out, []quality.Scored{{Report: scored}}, Layout{Summary: true})); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if ansi.StringWidth(line) > 100 {
			t.Errorf("a line of %d cells", ansi.StringWidth(line))
		}
	}
}

func TestColorIsOnlyColor(t *testing.T) {
	var plain, colored bytes.Buffer
	if err := errors.Join(Text(&plain, sample(t), Layout{}), Text(&colored, sample(t), Layout{Color: true})); err != nil {
		t.Fatal(err)
	}
	if plain.String() == colored.String() || ansi.Strip(colored.String()) != plain.String() {
		t.Error("colours change more than colour, or nothing")
	}
}

func TestLabelsAndSummary(t *testing.T) {
	var out bytes.Buffer
	s := sample(t)
	s = append(s, quality.Scored{File: "empty.tsv", Report: &quality.Report{Normalize: normalize.Basic().Name()}})
	err := Text(&out, s, Layout{Summary: true, Confusions: -1, Label: func(key string) string { return "<" + key + ">" }})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "summary.golden", out.Bytes())
}

func TestJSON(t *testing.T) {
	var one, two bytes.Buffer
	s := sample(t)
	if err := errors.Join(JSON(&one, s), JSON(&two, append(s, s...))); err != nil {
		t.Fatal(err)
	}
	var single struct {
		Corpus struct{ Words int }
		Items  []struct{ ID, Speaker string }

		BySpeaker []struct {
			Speaker string
			Words   int
		} `json:"by_speaker"`
	}
	var several struct {
		Hypotheses []struct{ File string }
	}
	if err := errors.Join(json.Unmarshal(one.Bytes(), &single), json.Unmarshal(two.Bytes(), &several)); err != nil {
		t.Fatal(err)
	}
	if single.Corpus.Words != s[0].Report.Corpus.Words() || len(single.Items) != 4 || len(several.Hypotheses) != 2 ||
		several.Hypotheses[1].File != "hyp.tsv" {
		t.Errorf("got %+v and %+v", single, several)
	}
	if list := single.BySpeaker; len(list) != 2 || list[0].Speaker != "Ann" || list[0].Words != 16 || list[1].Speaker != "" || single.Items[0].Speaker != "Ann" {
		t.Errorf("by speaker: %+v", list)
	}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := CSV(&out, sample(t)); err != nil {
		t.Fatal(err)
	}
	golden(t, "items.csv", out.Bytes())
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestAWriteThatFailsIsTold(t *testing.T) {
	s := sample(t)
	for name, err := range map[string]error{
		"text": Text(full{}, s, Layout{}), "json": JSON(full{}, s), "csv": CSV(full{}, s),
	} {
		if err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
