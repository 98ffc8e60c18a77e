package recordings

import (
	"context"

	"tapescript/transcript/task"
)

// NeededBy are the sums of a batch's recordings that lie with a team and
// that no other batch needs: what sounds the same is kept once for all of them.
func NeededBy(ctx context.Context, store task.Store, batch string) (sums map[string]bool, err error) {
	sums = map[string]bool{}
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: batch, All: true, Reject: true}) {
		if err != nil {
			return nil, err
		}
		if a := r.Task.Audio; a.Path == "" && a.SHA256 != "" {
			sums[a.SHA256] = true
		}
	}
	if len(sums) == 0 {
		return sums, nil
	}
	list, err := store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	for _, b := range list {
		if b.ID == batch || b.Tasks == 0 {
			continue
		}
		for r, err := range store.Results(ctx, task.ResultQuery{Batch: b.ID, All: true, Reject: true}) {
			if err != nil {
				return nil, err
			}
			delete(sums, r.Task.Audio.SHA256)
		}
	}
	return sums, nil
}
