package journal

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"tapescript/transcript"
)

// TestTheDraftIsKept: through saving, resuming and beginning anew from it, and
// for a reader without the lock.
func TestTheDraftIsKept(t *testing.T) {
	path, o := filepath.Join(t.TempDir(), "t.srt"), Options{Folder: t.TempDir()}
	if _, err := Read(path, o); !errors.Is(err, ErrNothing) {
		t.Fatalf("read before anything was there: %v", err)
	}
	draft := &transcript.Transcript{
		Segments: []*transcript.Segment{{ID: "1", End: time.Second, Text: "a b", Words: []transcript.Word{{From: 0, To: 1, Confidence: .4}}}},
		Speakers: []transcript.Speaker{{ID: "A", Name: "Ann"}},
	}
	draft.BeginsDraft()
	j, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := j.Begin(draft, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := doc.Apply(transcript.Splice{Segment: "1", At: 0, Delete: "a", Insert: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	now, err := Read(path, o)
	if err != nil || now.Segments[0].Text != "x b" || now.Draft == nil || now.Draft.Segments[0].Text != "a b" {
		t.Fatalf("read while it is open: %+v, %v", now, err)
	}
	want := doc.Transcript().Draft
	j.Close()

	for _, how := range []string{"resumed", "begun again"} {
		if j, err = Open(path, o); err != nil {
			t.Fatal(err)
		}
		if how == "resumed" {
			doc, err = j.Resume()
		} else {
			kept, _ := j.Peek()
			doc, err = j.Begin(&transcript.Transcript{Segments: []*transcript.Segment{{ID: "9", Text: "other"}}, Draft: kept.Draft}, "")
		}
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(doc.Transcript().Draft, want) {
			t.Errorf("%s: the draft is %+v", how, doc.Transcript().Draft)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	now, err = Read(path, o)
	if err != nil || !reflect.DeepEqual(now.Draft, want) {
		t.Errorf("read at the end: %+v, %v", now, err)
	}
}
