package sqlite

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"tapescript/transcript/task"
)

// million is how many rows the benchmarks import: TAPESCRIPT_BENCH_ROWS, else a
// tenth of a million.
func million(b *testing.B) int {
	if n, err := strconv.Atoi(os.Getenv("TAPESCRIPT_BENCH_ROWS")); err == nil {
		return n
	}
	return 100_000
}

func each(n int) iter.Seq2[task.Record, error] {
	return func(yield func(task.Record, error) bool) {
		for i := range n {
			key := fmt.Sprintf("https://tlk.s3.yandex.net/annotation_tasks/librispeech/dev-clean/%d.mp3", i)
			r := task.Record{Key: key, Audio: task.Audio{Ref: key}, Row: task.Row{Line: int64(i + 2), Cells: []string{key, "", "", ""}}}
			if i%50 == 0 {
				r.Kind, r.Gold = task.Control, []string{"as i approached the city i heard bells ringing"}
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func BenchmarkImport(b *testing.B) {
	rows := million(b)
	for b.Loop() {
		b.StopTimer()
		s := open(b)
		b.StartTimer()
		if _, err := s.Import(b.Context(), task.Batch{ID: "b"}, each(rows), task.ImportOptions{}); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
	b.ReportMetric(float64(b.N)*float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

// A worker takes and submits task after task among all of them; others let
// leases run out.
func BenchmarkClaim(b *testing.B) {
	s := open(b)
	if _, err := s.Import(b.Context(), task.Batch{ID: "b", Overlap: 3}, each(million(b)), task.ImportOptions{}); err != nil {
		b.Fatal(err)
	}
	var took []time.Duration
	now := time.Now()
	for i := 0; b.Loop(); i++ {
		worker := "w" + strconv.Itoa(i%5)
		now = now.Add(time.Minute)
		begin := time.Now()
		c, err := s.Claim(b.Context(), task.Query{Worker: worker, Now: now}, 30*time.Minute)
		took = append(took, time.Since(begin))
		if errors.Is(err, task.ErrNone) {
			continue
		}
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if i%5 < 3 {
			in := task.Submission{ID: c.Assignment.ID + c.Assignment.Token, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: worker, Text: "as i approached the city"}
			if _, err := s.Submit(b.Context(), in, c.Assignment.Token); err != nil {
				b.Fatal(err)
			}
		}
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
