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
	"tapescript/transcript/format"
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

// scliteSums runs sclite and returns the line of each speaker and of all, as
// "snt wrd C S D I sentences with errors", by the speaker in lower case.
func scliteSums(t *testing.T, args ...string) map[string]string {
	t.Helper()
	requireTool(t, "sctk")
	out, err := exec.Command("sctk", append(append([]string{"sclite"}, args...), "-o", "rsum", "stdout")...).CombinedOutput()
	if err != nil {
		t.Fatalf("sclite: %v\n%s", err, out)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(strings.ReplaceAll(line, "|", " "))
		if len(fields) == 9 && strings.Contains(line, "|") && fields[0] != "SPKR" && !strings.Contains(fields[1], ".") { // not the means
			sums[strings.ToLower(fields[0])] = strings.Join(append(fields[1:7:7], fields[8]), " ")
		}
	}
	return sums
}

func sumsOf(r *Report) map[string]string {
	line := func(items []ItemScore) string {
		part := Report{Items: items}
		var c Counts
		for _, i := range items {
			c = c.Add(i.Counts)
		}
		return fmt.Sprint(len(items), c.Words(), c.Correct, c.Substitutions, c.Deletions, c.Insertions, part.Sentences().Wrong)
	}
	by := map[string][]ItemScore{}
	for _, i := range r.Items {
		by[strings.ToLower(i.Speaker)] = append(by[strings.ToLower(i.Speaker)], i)
	}
	sums := map[string]string{"sum": line(r.Items)}
	for speaker, items := range by {
		sums[speaker] = line(items)
	}
	return sums
}

// pairsOf reads two files of NIST as package main does.
func pairsOf(t *testing.T, goldFile, hypFile string) []Pair {
	t.Helper()
	gold, _, err := format.ReadRecordings(goldFile)
	if err != nil {
		t.Fatal(err)
	}
	hyp, _, err := format.ReadRecordings(hypFile)
	if err != nil {
		t.Fatal(err)
	}
	name := func(r format.Recording) string { return strings.ToLower(r.Name + " " + r.Channel) }
	var pairs []Pair
	for _, g := range gold {
		p := Pair{Name: name(g), Gold: g.Transcript}
		for _, h := range hyp {
			if name(h) == p.Name {
				p.Hypothesis = h.Transcript
			}
		}
		pairs = append(pairs, p)
	}
	return pairs
}

func TestTimedFilesAreScoredAsBySclite(t *testing.T) {
	data := filepath.Join(testdataDir(t), "sctk")
	o := Options{Normalize: profile(t, "sclite"), Align: align.SCLite, Notation: true}
	for _, c := range []struct{ gold, hypothesis, sum, flags string }{
		{"lvc_ref.stm", "lvc_hyp.ctm", "61 1779 1013 540 226 171 60", ""},
		{"lvc_refe.stm", "lvc_hyp.ctm", "58 1672 957 503 212 165 57", ""},
		{"test.cantonese.stm", "test.cantonese.ctm", "3 34 23 5 6 5 3", "-e utf-8"},
		{"test.cantonese.stm", "test.cantonese.ctm", "3 49 38 2 9 13 3", "-e utf-8 -c NOASCII DH"},
		{"lvc_refr.stm", "lvc_hypr.ctm", "17 492 239 143 110 57 17", "-m ref hyp"},
		{"lvc_refr.stm", "lvc_hypr.ctm", "", "-m ref"},
		{"lvc_refr.stm", "lvc_hypr.ctm", "", "-m hyp"},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missall.ctm", "", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp.ctm", "8 162 83 58 21 18 8", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missfile1.ctm", "", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missfile1chanA.ctm", "", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missfile1chanb.ctm", "", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missfile2.ctm", "", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missfile2chanA.ctm", "", ""},
		{"stm2ctm_missing.ref.stm", "stm2ctm_missing.hyp-missfile2chanB.ctm", "", ""},
	} {
		t.Run(c.hypothesis+c.flags, func(t *testing.T) {
			ref, hyp := filepath.Join(data, c.gold), filepath.Join(data, c.hypothesis)
			o := o
			if strings.Contains(c.flags, "-c") {
				o.Normalize = profile(t, rulesOf(c.flags))
			}
			o.ReduceGold, o.ReduceHypothesis = strings.Contains(c.flags, "ref"), strings.Contains(c.flags, "hyp")
			got := sumsOf(ScoreByMidpoints(pairsOf(t, ref, hyp), o))
			if c.sum != "" && got["sum"] != c.sum {
				t.Errorf("got %s, want %s", got["sum"], c.sum)
			}
			args := []string{"-r", ref, "stm", "-h", hyp, "ctm"}
			args = append(args, strings.Fields(c.flags)...)
			for speaker, want := range scliteSums(t, args...) {
				if got[speaker] != want {
					t.Errorf("%s: got %s, sclite has %s", speaker, got[speaker], want)
				}
			}
		})
	}
}

// rulesOf is the profile that stands for flags of sclite.
func rulesOf(flags string) string {
	switch {
	case strings.Contains(flags, "NOASCII"):
		return "sclite-cjk"
	case strings.Contains(flags, "-c"):
		return "sclite-chars"
	case strings.Contains(flags, "-e"):
		return "sclite-unicode"
	}
	return "sclite"
}

// readUtterances reads a trn file as package main does.
func readUtterances(t *testing.T, file string, rule SpeakerRule) (items []Item) {
	t.Helper()
	rows, err := format.ReadItems(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		items = append(items, Item{ID: strings.ToLower(r.ID), Text: r.Text, Speaker: rule.Speaker(r.ID)})
	}
	return items
}

func TestUtterancesAreScoredAsBySclite(t *testing.T) {
	data := filepath.Join(testdataDir(t), "sctk")
	for _, c := range []struct {
		gold, hypothesis string
		rule             SpeakerRule
		flags, sum       string
	}{
		{"csrnab.ref", "csrnab.hyp", WSJ, "", "51 1406 1263 131 12 26 38"},
		{"tests.ref", "tests.hyp", SpeakerUtterance, "-F -D", "58 266 178 75 13 33 43"},
		{"tests.hyp", "tests.ref", SpeakerUtterance, "-F -D", "58 286 178 75 33 13 43"},
		{"tests.ref", "tests.hyp", SpeakerUtterance, "-F", "58 266 144 81 41 33 43"},
		{"tests.ref", "tests.hyp", SpeakerUtterance, "-D", "58 266 170 76 20 40 43"},
		{"tests.ref", "tests.hyp", SpeakerUtterance, "", "58 266 139 79 48 40 43"},
		{"demo.ref.txt", "demo.hyp.txt", SpeakerUtterance, "", "2 46 39 7 0 1 1"},
		{"tests.ref", "tests.hyp", SpeakerUtterance, "-c DH", "58 529 320 70 139 59 43"},
		{"csrnab1.ref", "csrnab1.hyp", WSJ, "-c", "2 348 329 9 10 3 2"},
		{"test.vietnamese.ref.trn", "test.vietnamese.hyp.trn", SpeakerUtterance, "-e utf-8 babel_vietnamese", "8 760 624 0 136 208 3"},
	} {
		t.Run(c.gold+c.flags, func(t *testing.T) {
			ref, hyp := filepath.Join(data, c.gold), filepath.Join(data, c.hypothesis)
			o := Options{Normalize: profile(t, rulesOf(c.flags)), Align: align.SCLite, Notation: true,
				Optional: strings.Contains(c.flags, "-D"), Fragments: strings.Contains(c.flags, "-F")}
			if c.flags == "-c" {
				o.Normalize = o.Normalize.Without("hyphens")
			}
			got := sumsOf(scoreItems(t, readUtterances(t, ref, c.rule), readUtterances(t, hyp, c.rule), o))
			if got["sum"] != c.sum {
				t.Errorf("got %s, want %s", got["sum"], c.sum)
			}
			args := append([]string{"-r", ref, "trn", "-h", hyp, "trn", "-i", string(c.rule)}, strings.Fields(c.flags)...)
			for speaker, want := range scliteSums(t, args...) {
				if got[speaker] != want {
					t.Errorf("%s: got %s, sclite has %s", speaker, got[speaker], want)
				}
			}
		})
	}
}
