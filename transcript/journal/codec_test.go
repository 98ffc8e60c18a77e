package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// everyEdit has one edit of each kind.
var everyEdit = []transcript.Edit{
	transcript.Splice{}, transcript.Split{}, transcript.Merge{}, transcript.Insert{}, transcript.Delete{},
	transcript.Retime{}, transcript.SetSpeaker{}, transcript.AddSpeaker{}, transcript.RenameSpeaker{},
	transcript.SetWords{}, transcript.Batch{},
}

// fill gives every field of a value another content, so that one that the
// encoding forgets is missed.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
		if t, ok := v.Addr().Interface().(*transcript.Transcript); ok && t.Draft != nil {
			t.Draft.Draft = nil // a draft has none
		}
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*transcript.Transcript]() && *n > 500 {
			return // drafts of drafts
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 2 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, n)
			fill(value, n)
			v.SetMapIndex(key, value)
		}
	case reflect.Interface:
		v.Set(reflect.ValueOf(transcript.Split{Segment: fmt.Sprint(*n), At: *n, Time: 1, NewID: "<x> & é"}))
	case reflect.String:
		v.SetString(fmt.Sprintf("<%d> & \"é\" 👩‍👩‍👧\n", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Float64:
		v.SetFloat(1 / float64(*n))
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("no content for a " + v.Kind().String())
	}
}

func filled(e transcript.Edit) transcript.Edit {
	v, n := reflect.New(reflect.TypeOf(e)).Elem(), 0
	fill(v, &n)
	return v.Interface().(transcript.Edit)
}

func roundTrip(t *testing.T, r record) record {
	t.Helper()
	var e encoder
	line, err := e.appendLine(nil, 7, r)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Count(line, []byte("\n")) != 1 || line[len(line)-1] != '\n' {
		t.Fatalf("not one line: %q", line)
	}
	n, got, err := parseLine(line[:len(line)-1])
	if err != nil || n != 7 {
		t.Fatalf("line %d, %v: %s", n, err, line)
	}
	return got
}

func TestEveryEditComesBackAsItWasWritten(t *testing.T) {
	for _, zero := range everyEdit {
		for _, e := range []transcript.Edit{zero, filled(zero)} {
			if got := roundTrip(t, record{kind: kindApply, edit: e}).edit; !reflect.DeepEqual(got, e) {
				t.Errorf("got  %#v\nwant %#v", got, e)
			}
		}
	}
}

// TestNoKindOfEditIsLeftOut reads the types that can be applied from the
// source of package transcript.
func TestNoKindOfEditIsLeftOut(t *testing.T) {
	have := make(map[string]bool)
	for _, e := range everyEdit {
		have[reflect.TypeOf(e).Name()] = true
	}
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil || m.Name.Name != "apply" {
				continue
			}
			found++
			if kind := m.Recv.List[0].Type.(*ast.Ident).Name; !have[kind] {
				t.Errorf("transcript.%s can be applied, but has no encoding that is tested here", kind)
			}
		}
	}
	if found != len(everyEdit) {
		t.Errorf("the source has %d kinds of edit, this test %d", found, len(everyEdit))
	}
}

func TestABatchInABatchIsWrittenFlat(t *testing.T) {
	a, b, c := transcript.Delete{Segment: "a"}, transcript.Delete{Segment: "b"}, transcript.Delete{Segment: "c"}
	nested := transcript.Batch{Edits: []transcript.Edit{a, transcript.Batch{Edits: []transcript.Edit{b, transcript.Batch{}}}, c}}
	want := transcript.Batch{Edits: []transcript.Edit{a, b, c}}
	if got := roundTrip(t, record{kind: kindApply, edit: nested}).edit; !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
}

func TestATranscriptComesBackWithEveryField(t *testing.T) {
	var tr transcript.Transcript
	n := 0
	fill(reflect.ValueOf(&tr).Elem(), &n)
	// The rules of a valid transcript are another matter than the encoding.
	var e encoder
	line, err := e.appendLine(nil, 0, record{kind: kindBase, base: &tr})
	if err != nil {
		t.Fatal(err)
	}
	var l lineJSON
	if err := json.Unmarshal(line, &l); err != nil {
		t.Fatal(err)
	}
	if got := l.Transcript.transcript(); !reflect.DeepEqual(got, &tr) {
		t.Errorf("got  %+v\nwant %+v", got, &tr)
	}
}

func TestBytesThatAreNotUTF8ComeBack(t *testing.T) {
	tr := interview()
	tr.Media.Path = "/tmp/caf\xe9.wav"
	tr.Language, tr.Style = "fr\xe9", "\xe9"
	tr.Extras = transcript.Extras{"vtt.header": "\xff\xfe", "vtt.\xe9": "x"}
	tr.Segments[0].Extras = transcript.Extras{"tsv.note": "\x80"}
	got := roundTrip(t, record{kind: kindBase, base: tr}).base
	if !reflect.DeepEqual(got, tr) {
		t.Errorf("got  %+v\nwant %+v", got, tr)
	}
}

func TestEveryLineButTheEditsComesBack(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_123)
	for _, r := range []record{
		{kind: kindHeader, at: at, text: "/a/b\xff.vtt"},
		{kind: kindBase, at: at, text: "abc", unsaved: 3, base: interview()},
		{kind: kindSaved, at: at, text: "def"},
		{kind: kindSaved, at: at, text: "def", unsaved: 12},
		{kind: kindState, at: at, state: &State{"7", 3, time.Second, 1.5, -6}},
		{kind: kindActive, at: at, active: 90 * time.Second},
		{kind: kindUndo, at: at}, {kind: kindRedo, at: at},
	} {
		if got := roundTrip(t, r); !reflect.DeepEqual(got, r) {
			t.Errorf("got  %+v\nwant %+v", got, r)
		}
	}
}

func TestADamagedByteIsNoticedWhereverItIs(t *testing.T) {
	var e encoder
	line, err := e.appendLine(nil, 3, record{kind: kindApply, at: time.UnixMilli(5), edit: transcript.Splice{Segment: "7", Insert: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	line = line[:len(line)-1]
	for i := range line {
		bad := bytes.Clone(line)
		bad[i] ^= 0x10
		if _, _, err := parseLine(bad); err == nil {
			t.Errorf("byte %d changed unnoticed: %s", i, bad)
		}
	}
}

// TestTheSpecificationNamesEveryKindOfLineAndEdit keeps docs/journal.md true.
func TestTheSpecificationNamesEveryKindOfLineAndEdit(t *testing.T) {
	doc, err := os.ReadFile("../../docs/journal.md")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{string(kindHeader), string(kindBase), string(kindSaved), string(kindState), string(kindActive), string(kindApply), string(kindUndo), string(kindRedo)}
	for _, e := range everyEdit {
		w, err := editToJSON(e)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, w.Do)
	}
	for _, wire := range []any{lineJSON{}, editJSON{}, transcriptJSON{}, segmentJSON{}, wordJSON{}, State{}} {
		for i := range reflect.TypeOf(wire).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(wire).Field(i).Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	for _, name := range names {
		if !bytes.Contains(doc, []byte("`"+name+"`")) {
			t.Errorf("docs/journal.md does not say what `%s` is", name)
		}
	}
}
