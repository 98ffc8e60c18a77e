package consensus

import (
	"os"
	"path/filepath"
	"testing"

	"tapescript/quality"
	"tapescript/quality/normalize"
	"tapescript/transcript/format"
)

// testdataDir is where the shared data are; a test that needs them skips
// without.
func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatal("TAPESCRIPT_TESTDATA is not set, and TAPESCRIPT_TEST_STRICT forbids skipping")
		}
		t.Skip("TAPESCRIPT_TESTDATA is not set: no crowd data")
	}
	return dir
}

// crowd reads a split of CrowdSpeech's dev and its gold.
func crowd(t testing.TB, split string) (rows []Submission, gold []quality.Item) {
	t.Helper()
	dir := filepath.Join(testdataDir(t), "crowdspeech")
	items, err := format.ReadItems(filepath.Join(dir, "dev-"+split+"-crowd.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		rows = append(rows, Submission{it.ID, it.Worker, it.Text})
	}
	items, err = format.ReadItems(filepath.Join(dir, "dev-"+split+"-gt.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		gold = append(gold, quality.Item{ID: it.ID, Text: it.Text})
	}
	return rows, gold
}

// lettersOnly is the rule by which the published figures were counted.
func lettersOnly(t testing.TB) *normalize.Profile {
	t.Helper()
	p, err := normalize.Lookup("letters")
	if err != nil {
		t.Fatal(err)
	}
	return &p
}

// wer scores a consensus against gold by that rule.
func wer(t testing.TB, r *Result, gold []quality.Item) (corpus, mean float64) {
	t.Helper()
	var hyp []quality.Item
	for i := range r.Items {
		hyp = append(hyp, quality.Item{ID: r.Items[i].ID, Text: r.Items[i].Text()})
	}
	report, err := quality.ScoreItems(gold, hyp, quality.Options{Normalize: *lettersOnly(t)})
	if err != nil || len(report.Missing) > 0 || len(report.Extra) > 0 {
		t.Fatalf("%v, missing %d, extra %d", err, len(report.Missing), len(report.Extra))
	}
	corpus, _ = report.Corpus.WER()
	return corpus, report.Mean().WER
}
