package format

import (
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ttmlRules are what TTML2 (§8.1, §12.2, §14.1) lets stand in each element that
// we write.
var ttmlRules = map[string][]string{
	"tt": {"head", "body"}, "head": {"metadata", "styling", "layout"}, "metadata": {"agent"}, "agent": {"name"}, "name": {},
	"body": {"div"}, "div": {"p"}, "p": {"span", "br"}, "span": {"br"}, "br": {},
}

// ttmlClockTime is clock-time of TTML2 §12.3.1, as far as we write it.
var ttmlClockTime = regexp.MustCompile(`^\d{2,}:[0-5]\d:[0-5]\d(\.\d+)?$`)

// TestTTMLKeepsItsRules holds what we write against the recommendation, beyond
// being XML: what stands in what, in which namespace, times, IDs, references.
func TestTTMLKeepsItsRules(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 12))
	for range 60 {
		tr := randomTranscript(rng)
		tr.Extras = nil
		for _, s := range tr.Segments {
			s.Extras = nil
		}
		data := encoded(t, ttml, tr)
		ids, wanted := make(map[string]string), make(map[string]bool)
		var open []xml.Name
		for d := xml.NewDecoder(strings.NewReader(string(data))); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			switch e := token.(type) {
			case xml.EndElement:
				open = open[:len(open)-1]
			case xml.StartElement:
				if n := len(open); n == 0 && e.Name.Local != "tt" || n > 0 && !slices.Contains(ttmlRules[open[n-1].Local], e.Name.Local) {
					t.Errorf("%s stands in %v", e.Name.Local, open)
				}
				space := ttmlNamespace
				if e.Name.Local == "agent" || e.Name.Local == "name" {
					space = ttmlMetadata
				}
				if e.Name.Space != space {
					t.Errorf("%s is in namespace %q", e.Name.Local, e.Name.Space)
				}
				open = append(open, e.Name)
				checkTTMLAttrs(t, e, ids, wanted)
			}
		}
		for agent := range wanted {
			if ids[agent] != "agent" {
				t.Errorf("%q speaks and is no agent", agent)
			}
		}
		if t.Failed() {
			t.Fatalf("%s", data)
		}
	}
}

// checkTTMLAttrs checks an element's attributes and takes its IDs and references.
func checkTTMLAttrs(t *testing.T, e xml.StartElement, ids map[string]string, wanted map[string]bool) {
	t.Helper()
	language := false
	for _, a := range e.Attr {
		switch name := a.Name.Local; {
		case name == "id":
			if ids[a.Value] != "" || !plainXMLID(a.Value) {
				t.Errorf("the ID %q is taken twice, or none", a.Value)
			}
			ids[a.Value] = e.Name.Local
		case name == "begin" || name == "end":
			if !ttmlClockTime.MatchString(a.Value) || e.Name.Local != "p" && e.Name.Local != "span" {
				t.Errorf("%s of %s is %q", name, e.Name.Local, a.Value)
			}
		case name == "agent":
			for _, id := range strings.Fields(a.Value) {
				wanted[id] = true
			}
		case name == "lang":
			language = true
		case name == "type" && a.Value != "person" && a.Value != "full", name == "space" && a.Value != "preserve":
			t.Errorf("%s=%q", name, a.Value)
		}
	}
	if e.Name.Local == "tt" && !language {
		t.Error("tt has no xml:lang, which it must")
	}
}
