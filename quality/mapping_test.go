package quality

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/quality/align"
	"tapescript/quality/normalize"
	"tapescript/transcript/format"
)

// mapping has a rule of each kind: of whole words and of parts, with a context,
// with alternatives, with words that may be left out, of two words.
const mapping = `;; rules
* name "test.glm"
* copy_no_hit = 'T'
* case_sensitive = 'F'
UH       => %HESITATION / [ ] __ [ ]
UM       => %HESITATION / [ ] __ [ ]
THAT'S   => [{THAT'S / THAT IS / THAT HAS}] / [ ] __ [ ]
IT'S     => [{IT'S / IT IS / IT HAS}] / [ ] __ [ ]
I'M      => [I AM] / [ ] __ [ ]
DON'T    => [DO NOT] / [ ] __ [ ]
YEAH     => [YES] / [ ] __ [ ]
THE      => (THE) / [ ] __ [ ]
KIND OF  => KINDA
YOU KNOW => [(YOU KNOW)] / [ ] __ [ ]
YOUNG    => YUNG / __ [ GIRLS]
GOING    => GOIN
`

func testMapping(t *testing.T) *normalize.Mapping {
	t.Helper()
	m, err := format.DecodeMapping([]byte(mapping), "test.glm")
	if err != nil {
		t.Fatal(err)
	}
	var rules []normalize.Replacement
	for _, r := range m.Rules {
		rules = append(rules, normalize.Replacement{From: r.From, To: r.To, Before: r.Before, After: r.After})
	}
	return normalize.NewMapping(rules, true, true)
}

// csrfilt has NIST's script rewrite a file by the mapping.
func csrfilt(t *testing.T, kind, file string) string {
	t.Helper()
	const bin = "/usr/lib/sctk/bin" // Debian's sctk keeps them here
	requireTool(t, "sctk")
	requireTool(t, filepath.Join(bin, "csrfilt.sh"))
	dir := t.TempDir()
	glm, out := filepath.Join(dir, "test.glm"), filepath.Join(dir, filepath.Base(file))
	if err := os.WriteFile(glm, []byte(mapping), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(bin, "csrfilt.sh"), "-i", kind, glm)
	cmd.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
	cmd.Stdin = bytes.NewReader(in)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("csrfilt.sh: %v", err)
	}
	if err := os.WriteFile(out, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMappedFilesAreScoredAsByCsrfiltAndSclite(t *testing.T) {
	data := filepath.Join(testdataDir(t), "sctk")
	for _, c := range []struct {
		gold, hypothesis string
		optional         bool // sclite knows no such words in ctm
	}{
		{"lvc_ref.stm", "lvc_hyp.ctm", false}, {"csrnab.ref", "csrnab.hyp", true},
		{"tests.ref", "tests.hyp", false}, {"tests.ref", "tests.hyp", true},
	} {
		t.Run(c.gold, func(t *testing.T) {
			ref, hyp := filepath.Join(data, c.gold), filepath.Join(data, c.hypothesis)
			o := Options{Normalize: profile(t, "sclite"), Align: align.SCLite, Notation: true, Optional: c.optional}
			kinds, rule := []string{"trn", "trn"}, SpeakerUtterance
			if strings.HasPrefix(c.gold, "csrnab") {
				rule = WSJ
			}
			score := func() map[string]string {
				return sumsOf(scoreItems(t, readUtterances(t, ref, rule), readUtterances(t, hyp, rule), o))
			}
			if strings.HasSuffix(c.gold, ".stm") {
				kinds = []string{"stm", "ctm"}
				score = func() map[string]string { return sumsOf(ScoreByMidpoints(pairsOf(t, ref, hyp), o)) }
			}
			o.Mapping = testMapping(t)
			got := score()
			args := []string{"-r", csrfilt(t, kinds[0], ref), kinds[0], "-h", csrfilt(t, kinds[1], hyp), kinds[1]}
			if kinds[0] == "trn" {
				args = append(args, "-i", string(rule))
			}
			if c.optional {
				args = append(args, "-D")
			}
			for speaker, want := range scliteSums(t, args...) {
				if got[speaker] != want {
					t.Errorf("%s: got %s, sclite has %s", speaker, got[speaker], want)
				}
			}
		})
	}
}

func TestMappedWordsPointAtTheRawText(t *testing.T) {
	o := Options{Normalize: profile(t, "basic"), Mapping: testMapping(t)}
	gold := Item{ID: "a", Text: "I am, well, not going"}
	hyp := Item{ID: "a", Text: "I'm well don't go"}
	r := scoreItems(t, []Item{gold}, []Item{hyp}, o)
	var raw []string
	for _, s := range r.Items[0].Steps {
		if s.Hypothesis != nil {
			raw = append(raw, s.Hypothesis.Raw())
		}
	}
	if got := strings.Join(raw, "|"); got != "I'm|I'm|well|don't|don't|go" {
		t.Errorf("the words came from %s", got)
	}
}
