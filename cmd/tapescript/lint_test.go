package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui/locale"
)

// TestSARIFHasWhatTheStandardRequires checks the members that OASIS SARIF 2.1.0
// requires (§3.13, §3.14, §3.18, §3.19, §3.27), and that indices point right.
func TestSARIFHasWhatTheStandardRequires(t *testing.T) {
	p := &program{words: locale.For("en")}
	profile, err := style.Lookup("rev-clean")
	if err != nil {
		t.Fatal(err)
	}
	tr := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: "So um the  the."}}}
	item := &format.Item{ID: "a", Text: "We are gonna go um.", Line: 7}
	all := []linted{
		{file: "my talk.srt", transcript: tr, profile: profile, found: profile.Lint(tr)},
		{file: "rows.tsv", item: item, profile: profile, found: profile.LintText(item.Text, "")},
	}
	var out bytes.Buffer
	if err := p.findingsSARIF(&out, all); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name  string
					Rules []struct {
						ID               string
						ShortDescription struct{ Text string }
					}
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex *int
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           *struct{ StartLine int }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || log.Schema == "" || len(log.Runs) != 1 || log.Runs[0].Tool.Driver.Name != "tapescript" {
		t.Fatalf("%s", out.String())
	}
	run := log.Runs[0]
	if want := len(all[0].found) + len(all[1].found); len(run.Results) != want || want < 4 {
		t.Fatalf("%d results of %d findings", len(run.Results), want)
	}
	levels := map[string]bool{"error": true, "warning": true, "note": true}
	for i, r := range run.Results {
		if r.RuleIndex == nil || run.Tool.Driver.Rules[*r.RuleIndex].ID != r.RuleID || !levels[r.Level] || r.Message.Text == "" || len(r.Locations) != 1 {
			t.Fatalf("result %d: %+v", i, r)
		}
		place := r.Locations[0].PhysicalLocation
		switch uri := place.ArtifactLocation.URI; {
		case uri == "my%20talk.srt" && place.Region == nil:
		case uri == "rows.tsv" && place.Region != nil && place.Region.StartLine == 7:
		default:
			t.Errorf("result %d is at %+v", i, place)
		}
	}
	for _, r := range run.Tool.Driver.Rules {
		if r.ShortDescription.Text == "" || r.ShortDescription.Text[0] == 0xe2 {
			t.Errorf("%s has no title", r.ID)
		}
	}
}

// TestEveryRuleHasATitle: each rule of each profile is said in every language.
func TestEveryRuleHasATitle(t *testing.T) {
	for _, name := range style.Names() {
		profile, err := style.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range profile.Rules() {
			for _, language := range locale.Languages() {
				if !locale.For(language).Has("style-rule." + r.ID) {
					t.Errorf("%s does not say style-rule.%s", language, r.ID)
				}
			}
		}
	}
}
