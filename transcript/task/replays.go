package task

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ReplaysExtra is the extra of a submission that says how often each second of
// the recording was gone back to: "12:3 13:3 40:1".
const ReplaysExtra = "tapescript.replays"

// Replay is a stretch of a recording that was gone back to, in seconds from its
// start, and how often at the most.
type Replay struct {
	Task  string  `json:"task"`
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
	Times int     `json:"times"`
}

// ReplaysText writes how often each second of a recording was gone back to, as
// [ReplaysExtra] has it.
func ReplaysText(heard map[int]int) string {
	var parts []string
	for _, second := range slices.Sorted(maps.Keys(heard)) {
		parts = append(parts, fmt.Sprintf("%d:%d", second, heard[second]))
	}
	return strings.Join(parts, " ")
}

// ParseReplays is the inverse of [ReplaysText]; what is no count is left out.
func ParseReplays(text string) map[int]int {
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

// ReplaysOf are the stretches of a recording that were gone back to, each with the
// most that a second of it was.
func ReplaysOf(id string, heard map[int]int) (list []Replay) {
	for _, second := range slices.Sorted(maps.Keys(heard)) {
		if n := len(list); n > 0 && list[n-1].ToS == float64(second) {
			list[n-1].ToS, list[n-1].Times = float64(second+1), max(list[n-1].Times, heard[second])
			continue
		}
		list = append(list, Replay{id, float64(second), float64(second + 1), heard[second]})
	}
	return list
}

// mostReplays are told of a worker.
const mostReplays = 5

// MostReplayed are the stretches that each worker went back to most, by worker;
// batch and worker "" are all.
func MostReplayed(ctx context.Context, store Store, batch, worker string) (map[string][]Replay, error) {
	by := map[string][]Replay{}
	for r, err := range store.Results(ctx, ResultQuery{Batch: batch, Worker: worker, Reject: true}) {
		if err != nil {
			return nil, err
		}
		if text := r.Submission.Extras[ReplaysExtra]; text != "" {
			by[r.Submission.Worker] = append(by[r.Submission.Worker], ReplaysOf(r.Task.ID, ParseReplays(text))...)
		}
	}
	for name, list := range by {
		slices.SortStableFunc(list, func(a, b Replay) int { return cmp.Compare(b.Times, a.Times) })
		by[name] = list[:min(len(list), mostReplays)]
	}
	return by, nil
}
