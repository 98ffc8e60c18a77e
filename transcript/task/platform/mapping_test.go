package platform

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestProposedMappings(t *testing.T) {
	for _, c := range []struct {
		header  string
		samples []string
		want    Mapping
	}{
		{"id,Audio URL,Transcript,Worker ID,ip", nil, Mapping{Key: "id", Audio: "Audio URL", Text: "Transcript", Worker: "Worker ID", Drop: []string{"ip"}}},
		{"clip,text", nil, Mapping{Audio: "clip", Draft: "text"}},
		{"a,b,c", []string{"1,https://x/1.mp3?sig=2,some words here", "2,https://x/2.mp3,and more of them"}, Mapping{Audio: "b", Draft: "c"}},
		{"nom,parole,qui,user_id", []string{"x.wav,bonjour tout le monde,1,2"}, Mapping{Audio: "nom", Text: "parole", Worker: "user_id"}},
		{"colour,shape", []string{"red,round"}, Mapping{}},
	} {
		var samples [][]string
		for _, s := range c.samples {
			samples = append(samples, strings.Split(s, ","))
		}
		if got := Propose(strings.Split(c.header, ","), samples); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: proposed\n%+v\nwant\n%+v", c.header, got, c.want)
		}
	}
}

func TestMappingsAsTOML(t *testing.T) {
	m := Mapping{Separator: ";", Audio: "a|b", Text: `the "text"`, Drop: []string{"ip"}, HTML: true, Unit: "ms"}
	again, err := ParseMapping([]byte(m.TOML()))
	if err != nil || !reflect.DeepEqual(*again, m) {
		t.Errorf("%+v, %v", again, err)
	}
	for _, text := range []string{"", "audio = 1", "audio = 'x'\nwhat = 'y'", "audio = 'x'\nseparator = ';;'", "audio = 'x'\nunit = 'h'", "[[["} {
		_, err := ParseMapping([]byte(text))
		var e *Error
		if !errors.As(err, &e) || e.Code != BadMapping {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestMappingIsFollowed(t *testing.T) {
	m, err := ParseMapping([]byte("audio = 'son'\nstart = 'de'\nend = 'à'\nunit = 'ms'\ntext = 'dit'\nworker = 'qui'\ndrop = ['adresse']\nstatus = 'état'\naccepted = ['bon']"))
	if err != nil {
		t.Fatal(err)
	}
	b, records, rejected := read(t, "qui;son;de;à;dit;adresse;état\n7;a.wav;1500;2000;\"salut; toi\";rue X;bon\n", "x.csv", Options{Mapping: m})
	if len(rejected) > 0 || len(records) != 1 {
		t.Fatalf("%v", rejected)
	}
	r := records[0]
	if r.Key != "a.wav#t=1.5,2" || r.Done.Text != "salut; toi" || r.Done.Worker != "7" || r.Done.Verdict == nil || len(r.Row.Cells) != 6 || len(b.Source.Header) != 6 {
		t.Errorf("%+v %+v", r, r.Done)
	}
	if out := encode(t, "table", b, resultsOf(b, records)); !strings.HasPrefix(out, "qui;son;de;à;dit;état;assignment;submitted;comment\n7;a.wav;1500;2000;\"salut; toi\";bon;") {
		t.Errorf("written back as %q", out)
	}
	_, err = Read(strings.NewReader("qui;son\n"), "x.csv", Options{Mapping: m})
	var e *Error
	if !errors.As(err, &e) || e.Code != BadMapping || e.Name != "start" {
		t.Errorf("a column that is not there: %v", err)
	}
}

func TestOurOwnColumnsAreTheAnswer(t *testing.T) {
	m := Propose([]string{"url", "transcript", "text", "worker", "assignment", "submitted", "verdict", "comment"}, nil)
	if m.Draft != "transcript" || m.Text != "text" || m.Worker != "worker" {
		t.Errorf("draft %q, text %q, worker %q", m.Draft, m.Text, m.Worker)
	}
	m = Propose([]string{"url", "transcript", "worker", "text"}, nil)
	if m.Draft != "" || m.Text != "transcript" {
		t.Errorf("a stranger's table: draft %q, text %q", m.Draft, m.Text)
	}
}
