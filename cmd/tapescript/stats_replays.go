package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tapescript/transcript/task"
)

// replaysExtra is the extra of a submission that says how often each second of
// the recording was gone back to: "12:3 13:3 40:1".
const replaysExtra = "tapescript.replays"

func replaysText(heard map[int]int) string {
	var parts []string
	for _, second := range slices.Sorted(maps.Keys(heard)) {
		parts = append(parts, fmt.Sprintf("%d:%d", second, heard[second]))
	}
	return strings.Join(parts, " ")
}

// parseReplays is the inverse; what is no count is left out.
func parseReplays(text string) map[int]int {
	heard := map[int]int{}
	for _, part := range strings.Fields(text) {
		before, after, _ := strings.Cut(part, ":")
		second, err := strconv.Atoi(before)
		times, err2 := strconv.Atoi(after)
		if err == nil && err2 == nil && second >= 0 && times > 0 {
			heard[second] = times
		}
	}
	return heard
}

// spotsOf are the stretches of a recording that were gone back to, each with the
// most that a second of it was.
func spotsOf(id string, heard map[int]int) (list []spot) {
	for _, second := range slices.Sorted(maps.Keys(heard)) {
		if n := len(list); n > 0 && list[n-1].ToS == float64(second) {
			list[n-1].ToS, list[n-1].Times = float64(second+1), max(list[n-1].Times, heard[second])
			continue
		}
		list = append(list, spot{id, float64(second), float64(second + 1), heard[second]})
	}
	return list
}

// mostSpots are shown of a worker.
const mostSpots = 5

// replayed are the spots that each worker went back to most.
func replayed(ctx context.Context, store task.Store, batch, worker string) (map[string][]spot, error) {
	by := map[string][]spot{}
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: batch, Worker: worker, Reject: true}) {
		if err != nil {
			return nil, err
		}
		if text := r.Submission.Extras[replaysExtra]; text != "" {
			by[r.Submission.Worker] = append(by[r.Submission.Worker], spotsOf(r.Task.ID, parseReplays(text))...)
		}
	}
	for name, list := range by {
		slices.SortStableFunc(list, func(a, b spot) int { return cmp.Compare(b.Times, a.Times) })
		by[name] = list[:min(len(list), mostSpots)]
	}
	return by, nil
}
