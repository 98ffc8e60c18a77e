package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/tui/locale"
)

// sarifSchema restates, of OASIS's JSON schema for SARIF 2.1.0 (errata 01), the
// objects that a log of ours can have. A member is written as name, "!" where it
// is required, and what it is: string, uri, integer with the least value, a list
// of enumerated words, an object, or "[]" and what the list holds. All objects
// are closed: a member that is not here is an error. "one" names members of
// which exactly one has to be there.
var sarifSchema = map[string]string{
	"log":                 "$schema:uri version!:2.1.0 runs!:[]run",
	"run":                 "tool!:tool columnKind:utf16CodeUnits|unicodeCodePoints results:[]result language:string",
	"tool":                "driver!:toolComponent extensions:[]toolComponent",
	"toolComponent":       "name!:string version:string semanticVersion:string informationUri:uri rules:[]reportingDescriptor language:string",
	"reportingDescriptor": "id!:string name:string shortDescription:multiformat fullDescription:multiformat help:multiformat helpUri:uri",
	"multiformat":         "text!:string markdown:string",
	"result":              "ruleId:string ruleIndex:integer:-1 level:none|note|warning|error kind:notApplicable|pass|fail|review|open|informational message!:message locations:[]location fixes:[]fix",
	"message":             "text:string markdown:string id:string arguments:[]string one:text|id",
	"location":            "id:integer:-1 physicalLocation:physicalLocation logicalLocations:[]logicalLocation message:message",
	"physicalLocation":    "address:object artifactLocation:artifactLocation region:region contextRegion:region one:address|artifactLocation",
	"artifactLocation":    "uri:uri uriBaseId:string index:integer:-1 description:message",
	"region":              "startLine:integer:1 startColumn:integer:1 endLine:integer:1 endColumn:integer:1 charOffset:integer:-1 charLength:integer:0 byteOffset:integer:-1 byteLength:integer:0 snippet:artifactContent",
	"artifactContent":     "text:string binary:string rendered:multiformat",
	"logicalLocation":     "name:string index:integer:-1 fullyQualifiedName:string decoratedName:string parentIndex:integer:-1 kind:string",
	"fix":                 "description:message artifactChanges!:[]artifactChange",
	"artifactChange":      "artifactLocation!:artifactLocation replacements!:[]replacement",
	"replacement":         "deletedRegion!:region insertedContent:artifactContent",
}

// againstSARIF lists what a value has otherwise than the schema's object.
func againstSARIF(kind, at string, v any) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, at+": "+fmt.Sprintf(format, args...)) }
	if inner, list := strings.CutPrefix(kind, "[]"); list {
		items, ok := v.([]any)
		if !ok {
			say("is no list")
		}
		for i, item := range items {
			wrong = append(wrong, againstSARIF(inner, fmt.Sprintf("%s[%d]", at, i), item)...)
		}
		return wrong
	}
	if least, isInteger := strings.CutPrefix(kind, "integer:"); isInteger {
		var n float64
		fmt.Sscan(least, &n)
		if x, ok := v.(float64); !ok || x != math.Trunc(x) || x < n {
			say("is %v, no integer from %v on", v, n)
		}
		return wrong
	}
	members, object := sarifSchema[kind]
	if !object {
		text, ok := v.(string)
		switch {
		case !ok:
			say("is no string")
		case kind == "uri" && strings.ContainsAny(text, " \\\"<>^`{|}"):
			say("%q is no URI reference", text)
		case kind != "uri" && kind != "string" && !strings.Contains("|"+kind+"|", "|"+text+"|"):
			say("is %q, not of %s", text, kind)
		}
		return wrong
	}
	has, ok := v.(map[string]any)
	if !ok {
		return []string{at + ": is no " + kind}
	}
	known := map[string]bool{}
	for _, m := range strings.Fields(members) {
		name, inner, _ := strings.Cut(m, ":")
		if name == "one" {
			n := 0
			for _, which := range strings.Split(inner, "|") {
				if _, there := has[which]; there {
					n++
				}
			}
			if n != 1 {
				say("has %d of %s", n, inner)
			}
			continue
		}
		name, required := strings.CutSuffix(name, "!")
		known[name] = true
		if value, there := has[name]; there {
			wrong = append(wrong, againstSARIF(inner, at+"."+name, value)...)
		} else if required {
			say("has no %s", name)
		}
	}
	for name := range has {
		if !known[name] {
			say("the schema has no %s", name)
		}
	}
	return wrong
}

// TestSARIFHoldsAgainstTheSchema: logs of every profile, of transcripts and of
// tables, and of files whose names need escaping.
func TestSARIFHoldsAgainstTheSchema(t *testing.T) {
	p := &program{words: locale.For("en")}
	results := 0
	for _, name := range style.Names() {
		profile, err := style.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		var all []linted
		for _, r := range profile.Rules() {
			tr := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: r.Bad}, {Text: "um 3 uh gonna (laughs) ... <b>x</b> [foo]"}}}
			item := &format.Item{ID: "é|x", Text: r.Bad, Line: 7}
			all = append(all, linted{file: `C:\my talks\é <1>|{2}.srt`, transcript: tr, profile: profile, found: profile.Lint(tr)},
				linted{file: "rows.tsv", item: item, profile: profile, found: profile.LintText(item.Text, "")})
		}
		var out bytes.Buffer
		if err := p.findingsSARIF(&out, all); err != nil {
			t.Fatal(err)
		}
		var log any
		if err := json.Unmarshal(out.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range againstSARIF("log", name, log) {
			t.Error(wrong)
		}
		for _, text := range all {
			results += len(text.found)
		}
	}
	if results < 100 {
		t.Errorf("%d results are few", results)
	}
	var bad any
	const text = `{"version":"2.0","runs":[{"results":[{"ruleIndex":-2,"level":"fatal","message":{},"extra":1,"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a b"},"region":{"startLine":0}}}]}]}]}`
	if err := json.Unmarshal([]byte(text), &bad); err != nil {
		t.Fatal(err)
	}
	if wrong := againstSARIF("log", "bad", bad); len(wrong) != 8 { // version, tool, index, level, message, extra, uri, line
		t.Errorf("of 8 mistakes %d are seen: %q", len(wrong), wrong)
	}
}
