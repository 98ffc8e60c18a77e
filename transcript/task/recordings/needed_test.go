package recordings

import (
	"context"
	"iter"
	"maps"
	"testing"

	"tapescript/transcript/task"
)

// shelf is a store of batches by the sums of their recordings.
type shelf struct {
	task.Store
	sums map[string][]string
}

func (s shelf) Batches(context.Context) (list []task.BatchSummary, err error) {
	for id, sums := range s.sums {
		list = append(list, task.BatchSummary{Batch: task.Batch{ID: id}, Tasks: int64(len(sums))})
	}
	return list, nil
}

func (s shelf) Results(_ context.Context, q task.ResultQuery) iter.Seq2[task.Result, error] {
	return func(yield func(task.Result, error) bool) {
		for _, sum := range s.sums[q.Batch] {
			r := task.Result{Task: task.Task{Audio: task.Audio{SHA256: sum}}}
			if sum == "here" {
				r.Task.Audio.Path = "/a.wav"
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// What another batch needs too stays, and so does what lies on this machine.
func TestRecordingsThatNoOtherBatchNeeds(t *testing.T) {
	store := shelf{sums: map[string][]string{"b": {"one", "two", "one", "here", ""}, "c": {"two", "three"}, "d": nil}}
	got, err := NeededBy(t.Context(), store, "b")
	if err != nil || !maps.Equal(got, map[string]bool{"one": true}) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := NeededBy(t.Context(), store, "d"); err != nil || len(got) > 0 {
		t.Errorf("of an empty batch: %v, %v", got, err)
	}
}
