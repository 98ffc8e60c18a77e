package server

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"tapescript/docs"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// The document is sound, has each endpoint and no other, and each of its schemas
// has just the fields of its Go type.
func TestTheDocumentIsWhatTheServerDoes(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(docs.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	var described, served []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, r := range table() {
		served = append(served, r.method+" "+r.path)
	}
	slices.Sort(described)
	slices.Sort(served)
	if !slices.Equal(described, served) {
		t.Errorf("described %v\nserved    %v", described, served)
	}
	seen := map[reflect.Type]bool{}
	for _, v := range []any{
		api.Identity{}, api.ClaimRequest{}, api.RenewRequest{}, api.LeaseRequest{}, api.Renewed{}, api.SkipRequest{}, api.SubmitRequest{}, api.Count{}, api.End{},
		api.ImportLine{}, api.Place{}, api.Placed{}, api.Recording{}, api.Health{}, api.Problem{}, api.Imported{}, task.Claim{}, task.BatchSummary{}, task.Verdict{},
		task.Appeal{}, task.Entry{}, task.Qualification{}, task.Measure{}, task.Gold{}, task.Result{}, task.PurgeCount{},
		api.GoldRequest{}, api.ExamRequest{}, api.Exam{}, api.Lesson{},
	} {
		sameFields(t, doc, reflect.TypeOf(v), seen)
	}
}

func sameFields(t *testing.T, doc *openapi3.T, of reflect.Type, seen map[reflect.Type]bool) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		sameFields(t, doc, of.Elem(), seen)
		return
	case reflect.Struct:
	default:
		return
	}
	if seen[of] || of == reflect.TypeFor[time.Time]() || of == reflect.TypeFor[task.Row]() {
		return
	}
	seen[of] = true
	name := of.Name()
	if of == reflect.TypeFor[task.Imported]() {
		name = "ImportCounts"
	}
	schema := doc.Components.Schemas[name]
	if schema == nil {
		t.Errorf("%s is not described", name)
		return
	}
	var want, got []string
	for _, f := range reflect.VisibleFields(of) {
		if f.Anonymous {
			continue
		}
		field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if field == "" {
			field = f.Name
		}
		want = append(want, field)
		sameFields(t, doc, f.Type, seen)
	}
	for field := range schema.Value.Properties {
		got = append(got, field)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s: described %v, is %v", name, got, want)
	}
}
