package postgres

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/tasktest"
)

// many yields plain tasks, one in fifty with gold, without holding them.
func many(n int) iter.Seq2[task.Record, error] {
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

// most is the largest backlog: TAPESCRIPT_BENCH_ROWS, else a hundred thousand.
func most() int {
	if n, err := strconv.Atoi(os.Getenv("TAPESCRIPT_BENCH_ROWS")); err == nil {
		return n
	}
	return 100_000
}

func BenchmarkImport(b *testing.B) {
	rows := most()
	for b.Loop() {
		b.StopTimer()
		s := open(b)
		b.StartTimer()
		if _, err := s.Import(b.Context(), task.Batch{ID: "b"}, many(rows), task.ImportOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*float64(rows)/b.Elapsed().Seconds(), "rows/s")
	if peak := peakKB(); peak > 0 {
		b.ReportMetric(float64(peak)/1024, "peak-MB")
	}
}

// peakKB is the most memory that this process has had, 0 where Linux does not
// say.
func peakKB() (kb int64) {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(data)) {
		if rest, is := strings.CutPrefix(line, "VmHWM:"); is {
			_, _ = fmt.Sscan(rest, &kb)
		}
	}
	return kb
}

// Fifty workers take tasks and hand them in, as fast as they can, eight of them
// at a time, against a growing backlog. A claim's time should not grow with it.
// The server writes to the disk what it says is there:
// what that alone takes is measured beside.
func BenchmarkClaim(b *testing.B) {
	cluster := tasktest.OwnPostgres(b)
	for _, writers := range []int{1, 50} {
		b.Run(strconv.Itoa(writers)+"-bare", func(b *testing.B) { commits(b, openAt(b, cluster.Database(b)), writers) })
	}
	for backlog := 1000; backlog <= most(); backlog *= 10 {
		b.Run(strconv.Itoa(backlog), func(b *testing.B) { claims(b, openAt(b, cluster.Database(b)), backlog, 8, 0) })
	}
	b.Run(strconv.Itoa(most())+"-unhurried", func(b *testing.B) { claims(b, openAt(b, cluster.Database(b)), most(), 25, time.Second) })
}

// commits has so many writers change a row of their own and commit, each as fast
// as it can: what a claim on this disk costs at the least.
func commits(b *testing.B, s *Store, writers int) {
	if _, err := s.pool.Exec(b.Context(), "CREATE TABLE bare AS SELECT n, 0 AS v FROM generate_series(1, $1) n", writers); err != nil {
		b.Fatal(err)
	}
	var took timings
	var next atomic.Int64
	b.ResetTimer()
	var group sync.WaitGroup
	for n := range writers {
		group.Go(func() {
			for next.Add(1) <= int64(b.N) {
				begin := time.Now()
				if _, err := s.pool.Exec(b.Context(), "UPDATE bare SET v = v + 1 WHERE n = $1", n+1); err != nil {
					b.Error(err)
					return
				}
				took.add(time.Since(begin))
			}
		})
	}
	group.Wait()
	took.report(b)
}

// timings are how long each of many took.
type timings struct {
	mu   sync.Mutex
	took []time.Duration
}

func (t *timings) add(d time.Duration) {
	t.mu.Lock()
	t.took = append(t.took, d)
	t.mu.Unlock()
}

func (t *timings) report(b *testing.B) {
	slices.Sort(t.took)
	b.ReportMetric(float64(t.took[len(t.took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(t.took[len(t.took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
}

// claims has fifty workers take tasks and hand in, so many at once for each
// processor, each after a pause of chance of at most think: with one of a second
// a hundred claims come in a second, which no fifty people reach.
func claims(b *testing.B, s *Store, backlog, atOnce int, think time.Duration) {
	if _, err := s.Import(b.Context(), task.Batch{ID: "b", Overlap: 3}, many(backlog), task.ImportOptions{}); err != nil {
		b.Fatal(err)
	}
	// What the import left to be written is not the claims'.
	for _, text := range []string{"VACUUM (ANALYZE)", "CHECKPOINT"} {
		if _, err := s.pool.Exec(b.Context(), text); err != nil {
			b.Fatal(err)
		}
	}
	var took timings
	const workers = 50
	turns := make(chan int, workers)
	for i := range workers {
		turns <- i
	}
	turn := func() (time.Duration, error) {
		i := <-turns
		defer func() { turns <- i }()
		worker := "w" + strconv.Itoa(i)
		begin := time.Now()
		c, err := s.Claim(b.Context(), task.Query{Worker: worker}, time.Hour)
		d := time.Since(begin)
		if err == nil {
			in := task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: worker, Text: "as i approached"}
			_, err = s.Submit(b.Context(), in, c.Assignment.Token)
		}
		if errors.Is(err, task.ErrNone) {
			err = nil
		}
		return d, err
	}
	// A connection plans what it does once.
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			if _, err := turn(); err != nil {
				b.Error(err)
			}
		})
	}
	group.Wait()
	b.SetParallelism(atOnce)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if think > 0 {
				time.Sleep(rand.N(think))
			}
			d, err := turn()
			if err != nil {
				b.Error(err)
				return
			}
			took.add(d)
		}
	})
	took.report(b)
}
