package format

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tapescript/transcript"
)

// TestEAFKeepsItsSchema holds what we write against ELAN's schema: order,
// attributes, IDs that no two have, and references that lead somewhere.
func TestEAFKeepsItsSchema(t *testing.T) {
	requireTool(t, "xmllint")
	call, err := os.ReadFile("testdata/eaf/call.eaf")
	if err != nil {
		t.Fatal(err)
	}
	kept := decoded(t, eaf, call)
	edited := decoded(t, eaf, call) // segments of which the file knew nothing
	for i, id := range []string{"ts1", "ts4", "Symbolic_Association", "a6", "s-ts1", "en"} {
		s := &transcript.Segment{ID: id, Start: time.Minute, End: time.Minute + time.Duration(i)*time.Second, Text: "late"}
		edited.Segments = append(edited.Segments, s)
	}
	edited.AssignIDs()
	cases := []*transcript.Transcript{{}, kept, edited, {Media: transcript.Media{Path: "a b%é.flac"}}}
	rng := rand.New(rand.NewPCG(9, 9))
	for range 12 {
		cases = append(cases, randomTranscript(rng))
	}
	args := []string{"--noout", "--schema", "testdata/eaf.xsd"}
	dir := t.TempDir()
	for i, tr := range cases {
		suite(t, eaf, tr)
		path := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(path, encoded(t, eaf, tr), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command("xmllint", args...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
