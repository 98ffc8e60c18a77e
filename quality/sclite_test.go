package quality

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tapescript/quality/align"
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

// sclitePaths runs NIST's sclite on two trn files and returns each utterance's
// operations as a word of C, S, D and I, by its ID in lower case.
func sclitePaths(t *testing.T, ref, hyp string) map[string]string {
	t.Helper()
	requireTool(t, "sctk")
	out := t.TempDir()
	cmd := exec.Command("sctk", "sclite", "-r", ref, "trn", "-h", hyp, "trn", "-i", "spu_id",
		"-o", "sgml", "-O", out, "-n", "out")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("sclite: %v\n%s", err, text)
	}
	sgml, err := os.ReadFile(filepath.Join(out, "out.sgml"))
	if err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	entry := regexp.MustCompile(`(?s)<PATH id="\(?([^")]*)\)?"[^>]*>\n(.*?)\n?</PATH>`)
	for _, m := range entry.FindAllStringSubmatch(string(sgml), -1) {
		var ops strings.Builder
		for op := range strings.SplitSeq(m[2], ":") {
			if op != "" {
				ops.WriteByte(op[0])
			}
		}
		paths[strings.ToLower(m[1])] = ops.String()
	}
	return paths
}

func pathOf(item ItemScore) string {
	var ops strings.Builder
	for _, s := range item.Steps {
		ops.WriteByte("CSID"[s.Op])
	}
	return ops.String()
}

// readTrn reads lines of words and (ID), leaving out those with the marks of
// alternatives.
func readTrn(t *testing.T, file string) []Item {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var items []Item
	for line := range strings.Lines(string(text)) {
		at := strings.LastIndex(line, "(")
		if at < 0 || strings.ContainsAny(line, "{}@") {
			continue
		}
		id, _, _ := strings.Cut(line[at+1:], ")")
		items = append(items, Item{ID: strings.ToLower(id), Text: line[:at]})
	}
	return items
}

func TestPathsAreThoseOfSclite(t *testing.T) {
	o := Options{Normalize: profile(t, "sclite"), Align: align.SCLite}
	data := filepath.Join(testdataDir(t), "sctk")
	t.Run("csrnab", func(t *testing.T) {
		ref, hyp := filepath.Join(data, "csrnab.ref"), filepath.Join(data, "csrnab.hyp")
		compareWithSclite(t, ref, hyp, scoreItems(t, readTrn(t, ref), readTrn(t, hyp), o), 45)
	})
	t.Run("crowd", func(t *testing.T) {
		gold, workers := crowd(t, "dev-other")
		letters := profile(t, "letters")
		var refs, hyps []Item
		byID := map[string]string{}
		for _, g := range gold {
			byID[g.ID] = g.Text
		}
		for i, w := range workers[:6000] {
			id := fmt.Sprintf("s_%d", i)
			var words []string
			for _, token := range letters.Tokens(w.Text) {
				words = append(words, token.Text)
			}
			text := strings.Join(words, " ")
			if strings.ContainsFunc(text, func(r rune) bool { return r > 126 }) {
				continue // sclite reads bytes
			}
			refs, hyps = append(refs, Item{ID: id, Text: byID[w.ID]}), append(hyps, Item{ID: id, Text: text})
		}
		dir := t.TempDir()
		ref, hyp := filepath.Join(dir, "ref.trn"), filepath.Join(dir, "hyp.trn")
		writeTrn(t, ref, refs)
		writeTrn(t, hyp, hyps)
		compareWithSclite(t, ref, hyp, scoreItems(t, refs, hyps, o), 5900)
	})
}

func writeTrn(t *testing.T, file string, items []Item) {
	t.Helper()
	var text strings.Builder
	for _, i := range items {
		fmt.Fprintf(&text, "%s (%s)\n", i.Text, i.ID)
	}
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func compareWithSclite(t *testing.T, ref, hyp string, r *Report, least int) {
	t.Helper()
	want := sclitePaths(t, ref, hyp)
	compared := 0
	for _, item := range r.Items {
		theirs, ok := want[item.ID]
		if !ok {
			t.Fatalf("sclite says nothing of %s", item.ID)
		}
		if got := pathOf(item); got != theirs {
			t.Errorf("%s: got %s, sclite has %s", item.ID, got, theirs)
		}
		compared++
	}
	if compared < least {
		t.Errorf("compared %d utterances only", compared)
	}
}
