package jobs

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/rivertype"

	"tapescript/transcript/task/tasktest"
)

func TestMain(m *testing.M) { os.Exit(tasktest.Main(m)) }

// soon tries again at once.
type soon struct{}

func (soon) NextRetry(*rivertype.JobRow) time.Time { return time.Now() }

// The same jobs, by the same function, in the process and in a database.
func TestJobsAreTriedAgainAndThereOnce(t *testing.T) {
	for name, made := range map[string]func(*testing.T, Do) Runner{
		"local": func(_ *testing.T, do Do) Runner { return newLocal(do, time.Millisecond) },
		"river": func(t *testing.T, do Do) Runner {
			pool, err := pgxpool.New(t.Context(), tasktest.Postgres(t).Database(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(pool.Close)
			r, err := newRiver(t.Context(), pool, do, slog.New(slog.DiscardHandler), soon{})
			if err != nil {
				t.Fatal(err)
			}
			return r
		},
	} {
		t.Run(name, func(t *testing.T) { tryRunner(t, made) })
	}
}

func tryRunner(t *testing.T, made func(*testing.T, Do) Runner) {
	var mu sync.Mutex
	tries := map[Job]int{}
	r := made(t, func(_ context.Context, j Job) error {
		mu.Lock()
		defer mu.Unlock()
		tries[j]++
		switch {
		case j.Kind == Score && tries[j] == 1:
			return errors.New("not yet")
		case j.Kind == Lint && tries[j] == 1:
			panic("a fault")
		case j.Kind == Export:
			return errors.New("never")
		}
		return nil
	})
	list := []Job{{Kind: Peaks, Path: "a.wav"}, {Kind: Peaks, Path: "b.wav"}, {Kind: Score, Batch: "b"}, {Kind: Lint, Batch: "b"}, {Kind: Export, Batch: "b"}}
	for i, want := range []int{len(list), 0} {
		if added, err := r.Add(t.Context(), list...); err != nil || added != want {
			t.Fatalf("round %d: %d new, %v; want %d", i, added, err, want)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	ran := inBackground(func() error { return r.Run(ctx) })
	patient, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := r.Wait(patient); err != nil {
		f, _ := r.Figures(t.Context())
		t.Fatal(err, f)
	}
	// What is over may be asked for again.
	if added, err := r.Add(t.Context(), list[0]); err != nil || added != 1 {
		t.Errorf("a job that is over: %d new, %v", added, err)
	}
	if err := r.Wait(patient); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	want := map[Job]int{list[0]: 2, list[1]: 1, list[2]: 2, list[3]: 2, list[4]: Tries}
	for j, n := range want {
		if tries[j] != n {
			t.Errorf("%+v was tried %d times, not %d", j, tries[j], n)
		}
	}
	figures, err := r.Figures(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[Kind]Figures{}
	for _, f := range figures {
		got[f.Kind] = f
	}
	if got[Peaks].Done != 3 || got[Export].Failed != 1 || got[Score].Done != 1 || got[Lint].Done != 1 {
		t.Errorf("%+v", figures)
	}
}

func inBackground(do func() error) chan error {
	ended := make(chan error, 1)
	go func() { ended <- do() }()
	return ended
}
