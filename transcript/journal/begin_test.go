package journal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"tapescript/transcript"
)

func TestDiscardedWorkIsKept(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 50)
	j.AddActive(time.Minute)
	closed(t, j)
	before, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // the later ones hold nothing, and must not take its place
		j = open(t, path, o)
		begin(t, j)
		if err := j.Flush(context.Background()); err != nil {
			t.Fatal(err)
		}
		closed(t, j)
	}
	kept, err := os.ReadFile(j.path + endOld)
	if err != nil || !bytes.Equal(kept, before) {
		t.Errorf("the old journal was not kept: %v", err)
	}
	if f := open(t, path, o).Found(); f.Unsaved != 0 || f.SavedSHA256 != "hash0" || f.Active != time.Minute {
		t.Errorf("found %+v", f)
	}
}

// TestTheLastNineDiscardedJournalsAreKept discards more than that, each of
// them with a text of its own.
func TestTheLastNineDiscardedJournalsAreKept(t *testing.T) {
	path, o := source(t)
	var name string
	discard := func(n int) {
		t.Helper()
		j := open(t, path, o)
		doc := begin(t, j)
		if _, err := doc.Apply(transcript.Splice{Segment: "1", Insert: fmt.Sprintf("work %d.", n)}); err != nil {
			t.Fatal(err)
		}
		name = j.path
		closed(t, j)
	}
	kept := func(want ...int) {
		t.Helper()
		for i, n := range want {
			data, err := os.ReadFile(keptName(name, endOld, i+1))
			if gone := n == 0 && os.IsNotExist(err); !gone && !bytes.Contains(data, fmt.Appendf(nil, `"insert":"work %d."`, n)) {
				t.Errorf("number %d is not work %d: %v", i+1, n, err)
			}
		}
	}
	discard(1)
	kept(0, 0)
	discard(2)
	discard(3)
	discard(4)
	kept(3, 2, 1, 0)
	if err := os.Remove(name + ".old-2"); err != nil {
		t.Fatal(err)
	}
	discard(5)
	kept(4, 3, 1, 0) // a gap is filled, and nobody moves for nothing
	for n := 6; n <= 13; n++ {
		discard(n)
	}
	kept(12, 11, 10, 9, 8, 7, 6, 5, 4, 0)
}

func TestBeginAndResumeAreForOnce(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	if _, err := j.Resume(); err != ErrNothing {
		t.Errorf("got %v", err)
	}
	begin(t, j)
	if _, err := j.Begin(interview(), ""); err == nil {
		t.Error("begun twice")
	}
	closed(t, j)
	closed(t, j)
	j.Append(transcript.Entry{Kind: transcript.Undone})
	if s := j.Status(); s.Pending != 1 || s.Err == nil {
		t.Errorf("an entry after the end goes unnoticed: %+v", s)
	}
}

func TestBeginAfterAResumeThatFailed(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 5)
	closed(t, j)
	before, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	j = open(t, path, o)
	base := j.history.first.base
	base.Segments = append(base.Segments, base.Segments[0]) // no document takes an ID twice
	if _, err := j.Resume(); err == nil {
		t.Fatal("resumed from what is no transcript")
	}
	p := newTypist(begin(t, j))
	p.steps(t, 7)
	closed(t, j)
	if kept, err := os.ReadFile(j.path + endOld); err != nil || !bytes.Equal(kept, before) {
		t.Errorf("what could not be resumed was not kept: %v", err)
	}
	j = open(t, path, o)
	same(t, resume(t, j), p.doc)
	closed(t, j)
}
