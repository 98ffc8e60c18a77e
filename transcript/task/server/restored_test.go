package server

import (
	"encoding/json"
	"net/http"
	"strconv"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// A server that was restored from a backup knows the people and the tasks, and
// not the leases since: what was written meanwhile is kept as one more opinion.
func TestAnAnswerToALeaseThatIsGoneIsKept(t *testing.T) {
	s := newSite(t, nil)
	key := s.held["z"].Task.ID // of which w has written nothing yet
	send := func(id, assignment, of string) (task.Submission, int) {
		t.Helper()
		r := s.ask("w", asked{"POST", "/v1/submissions", api.SubmitRequest{Token: "of then", Submission: task.Submission{
			ID: id, Task: of, Assignment: assignment, Text: "an evening's work", Wall: time.Minute, Active: time.Hour,
		}}})
		if r.StatusCode != http.StatusOK {
			return task.Submission{}, r.StatusCode
		}
		var kept task.Submission
		s.must(json.NewDecoder(r.Body).Decode(&kept))
		return kept, r.StatusCode
	}
	for range 2 { // sent twice is kept once
		kept, status := send("gone", "gone", key)
		if status != http.StatusOK || !kept.Late || kept.Extras[task.UnknownLease] != "gone" || kept.Text != "an evening's work" {
			t.Fatalf("%d %+v", status, kept)
		}
	}
	in, err := s.store.Submission(t.Context(), "gone")
	s.must(err)
	if in.Worker != "w" || in.Active > in.Wall || in.Wall > 2*time.Minute {
		t.Errorf("kept as %+v", in)
	}
	for e, err := range s.store.Ledger(t.Context(), "w") {
		if s.must(err); e.Submission == "gone" {
			t.Errorf("it was paid unseen: %+v", e)
		}
	}
	if _, status := send("x", "x", "b/nowhere"); status != http.StatusNotFound {
		t.Errorf("a task that is not there: %d", status)
	}
	if _, status := send("x", s.held["z"].Assignment.ID, key); status != http.StatusNotFound {
		t.Errorf("another one's lease: %d", status)
	}
	// Each verdict on gold says something of it: nobody gets as many as they like.
	refused := 0
	for i := range 10 {
		if _, status := send("more"+strconv.Itoa(i), "more"+strconv.Itoa(i), key); status == http.StatusConflict {
			refused++
		}
	}
	if refused != 8 {
		t.Errorf("%d of 10 more were refused", refused)
	}
}
