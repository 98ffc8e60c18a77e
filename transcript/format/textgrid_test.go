package format

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// praat runs a script of Praat's language on a file and returns what it wrote.
func praat(t *testing.T, script, path string) string {
	t.Helper()
	requireTool(t, "praat")
	file := filepath.Join(t.TempDir(), "script.praat")
	if err := os.WriteFile(file, []byte("form x\n sentence path\nendform\n"+script), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("praat", "--run", file, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestPraatReadsTextGrid has Praat list every interval and point of what we
// write.
func TestPraatReadsTextGrid(t *testing.T) {
	const list = `
Read from file: path$
tiers = Get number of tiers
for tier to tiers
  name$ = Get tier name: tier
  interval = Is interval tier: tier
  if interval
    n = Get number of intervals: tier
    for i to n
      text$ = Get label of interval: tier, i
      start = Get starting point: tier, i
      end = Get end point: tier, i
      if text$ <> ""
        appendInfoLine: name$, "|", fixed$(start, 6), "|", fixed$(end, 6), "|", replace$(text$, newline$, "/", 0)
      endif
    endfor
  else
    n = Get number of points: tier
    for i to n
      text$ = Get label of point: tier, i
      start = Get time of point: tier, i
      appendInfoLine: name$, "|", fixed$(start, 6), "|", fixed$(start, 6), "|", replace$(text$, newline$, "/", 0)
    endfor
  endif
endfor
`
	tr := judged()
	tr.Segments = append(tr.Segments, &transcript.Segment{ID: "point", Start: 102 * time.Hour, End: 102 * time.Hour, Text: "point"})
	path := filepath.Join(t.TempDir(), "talk.TextGrid")
	if _, err := Write(path, textGrid, tr); err != nil {
		t.Fatal(err)
	}
	want := make(map[string]bool)
	for _, s := range tr.Segments {
		start, end := s.Start, s.End
		stamp := func(d time.Duration) string {
			return fmt.Sprintf("%d.%06d", d/time.Second, d%time.Second/time.Microsecond)
		}
		want[fmt.Sprintf("%s|%s|%s|%s", s.Speaker, stamp(start), stamp(end), strings.ReplaceAll(s.Text, "\n", "/"))] = true
	}
	lines := strings.Split(strings.TrimSpace(praat(t, list, path)), "\n")
	for _, line := range lines {
		if !want[line] {
			t.Errorf("Praat reads %q", line)
		}
	}
	if len(lines) != len(want) {
		t.Errorf("Praat reads %d of %d", len(lines), len(want))
	}
}

// TestPraatReadsEveryTextGrid: Praat opens whatever we write and saves it in
// each of its forms, which we read as our own.
func TestPraatReadsEveryTextGrid(t *testing.T) {
	for seed := range uint64(6) {
		path := filepath.Join(t.TempDir(), "talk.TextGrid")
		if _, err := Write(path, textGrid, randomTranscript(rand.New(rand.NewPCG(seed, 4)))); err != nil {
			t.Fatal(err)
		}
		want, _, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		praat(t, `
Read from file: path$
Save as text file: path$ + ".long"
Save as short text file: path$ + ".short"
Save as chronological text file: path$ + ".time"
`, path)
		for _, form := range []string{".long", ".short", ".time"} {
			got, source, err := Read(path + form)
			if err != nil || source.Format != textGrid.Name {
				t.Fatalf("seed %d, %s: %s, %v", seed, form, source.Format, err)
			}
			if dump(got) != dump(want) {
				t.Errorf("seed %d, %s: Praat's file reads as\n%s\nours as\n%s", seed, form, dump(got), dump(want))
			}
		}
	}
}

func TestBrokenTextGridsAreRefused(t *testing.T) {
	const head = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n2\n<exists>\n1\n"
	for _, c := range []struct {
		text string
		code Code
		line int
	}{
		{head + "\"IntervalTier\"\n\"Ann\"\n0\n2\n1\n0\n", BadTime, 14},
		{head + "\"IntervalTier\"\n\"Ann\"\n0\n2\n1\n0\n2\n\"open", BadQuote, 14},
		{head + "\"IntervalTier\"\n\"Ann\"\n0\n2\n1\n2\n1\n\"x\"\n", EndBeforeStart, 13},
		{head + "\"IntervalTier\"\n\"Ann\"\n0\n2\n999999999\n0\n1\n\"x\"\n", BadTime, 16},
		{head + "\"IntervalTier\"\n\"Ann\"\n0\n2\n1\n-1\n1\n\"x\"\n", BadTime, 13},
		{"\"Praat chronological TextGrid text file\"\n0 1\n1\n\"IntervalTier\" \"a\" 0 1\n2 0 1\n\"x\"", Invalid, 5},
	} {
		_, _, err := Decode([]byte(c.text), "x.TextGrid")
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code || e.Line != c.line {
			t.Errorf("%q: %v, want %s in line %d", c.text[len(head)/2:], err, c.code, c.line)
		}
	}
}
