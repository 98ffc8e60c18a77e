package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
	"tapescript/transcript/task/server"
	"tapescript/transcript/task/sqlite"
)

// Fifty workers take and hand in while the server is killed again and again, and
// they themselves break off between any two steps and come back with what lies
// on their disks. At the end every place of every task is filled once, nothing
// that anybody wrote is missing, and nobody is paid twice.
func TestFiftyWorkersAndAServerThatIsKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: fifty workers")
	}
	const workers, tasks, overlap, kills = 50, 120, 2, 6
	s := newTeam(t)
	tokens, err := server.OpenTokens(filepath.Join(s.home, "data", "tapescript", "tokens.jsonl"))
	s.must(err)
	store, err := sqlite.Open(t.Context(), s.db)
	s.must(err)
	_, err = store.Import(t.Context(), task.Batch{ID: "b", Overlap: overlap, Price: task.Price{Amount: 50_000, Currency: "USD"}}, func(yield func(task.Record, error) bool) {
		for i := range tasks {
			if !yield(task.Record{Key: fmt.Sprint(i)}, nil) {
				return
			}
		}
	}, task.ImportOptions{})
	s.must(err)
	s.must(store.Close())
	s.start()
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Minute)
	defer stop()
	var group sync.WaitGroup
	hands := make([]*hand, workers)
	for i := range hands {
		name := fmt.Sprintf("w%02d", i)
		secret, _, err := tokens.Add(name, api.Worker, "", time.Now(), time.Now().Add(time.Hour))
		s.must(err)
		hands[i] = &hand{name: name, address: "http://" + s.address, token: secret, box: filepath.Join(s.home, "box", name), chance: rand.New(rand.NewPCG(11, uint64(i))), wrote: map[string]string{}}
		group.Go(func() { hands[i].work(ctx) })
	}
	r := rand.New(rand.NewPCG(11, 99))
	for range kills {
		time.Sleep(time.Duration(100+r.IntN(500)) * time.Millisecond) // any moment is as good as another
		s.stop(syscall.SIGKILL)
		s.start()
	}
	group.Wait()
	s.must(ctx.Err())
	s.stop(syscall.SIGTERM)
	s.invariants(hands, tasks*overlap)
}

// hand is a worker: what they wrote, and the disk that outlives them.
type hand struct {
	name, address, token, box string
	chance                    *rand.Rand
	wrote                     map[string]string // texts by submission, from when they are on the disk
}

// work lives one life after another until there is nothing to do and nothing
// waits.
func (h *hand) work(ctx context.Context) {
	for ctx.Err() == nil {
		c, err := client.Open(h.address, h.token)
		if err != nil {
			return
		}
		done := h.life(ctx, c)
		c.Close()
		if done {
			return
		}
		time.Sleep(time.Duration(h.chance.IntN(60)) * time.Millisecond)
	}
}

// life is one run of the program, which may break off after any step.
func (h *hand) life(ctx context.Context, c *client.Store) (done bool) {
	breaks := func() bool { return h.chance.IntN(12) == 0 }
	box := client.OpenOutbox(h.box)
	if _, err := box.Sync(ctx, c); err != nil || breaks() {
		return false
	}
	for ctx.Err() == nil {
		got, err := c.Claim(ctx, task.Query{}, time.Hour)
		if errors.Is(err, task.ErrNone) {
			waiting, err := box.Waiting()
			return err == nil && len(waiting) == 0
		}
		if err != nil || breaks() {
			return false
		}
		in := task.Submission{ID: got.Assignment.ID, Task: got.Task.ID, Assignment: got.Assignment.ID, Worker: h.name, Text: h.name + " on " + got.Task.Key}
		if h.chance.IntN(2) == 0 { // by way of the disk, as without a network
			if box.Put(in, got.Assignment.Token) != nil {
				return false
			}
			h.wrote[in.ID] = in.Text
			if breaks() {
				return false
			}
			if _, err := box.Sync(ctx, c); err != nil {
				return false
			}
			continue
		}
		if _, err := c.Submit(ctx, in, got.Assignment.Token); err != nil {
			return false // it may have arrived: the same task comes back, or is done
		}
		h.wrote[in.ID] = in.Text
	}
	return false
}

// invariants looks into the file itself.
func (s *team) invariants(hands []*hand, places int) {
	s.Helper()
	ctx := context.Background()
	store, err := sqlite.Open(ctx, s.db)
	s.must(err)
	defer store.Close()
	there, by, counted := map[string]string{}, map[string]bool{}, 0
	for r, err := range store.Results(ctx, task.ResultQuery{Reject: true}) {
		s.must(err)
		in := r.Submission
		there[in.ID] = in.Text
		if by[in.Task+" "+in.Worker] {
			s.Errorf("%s did %s twice", in.Worker, in.Task)
		}
		by[in.Task+" "+in.Worker] = true
		if !in.Late {
			counted++
		}
	}
	for _, h := range hands {
		for id, text := range h.wrote {
			if there[id] != text {
				s.Errorf("%s wrote %q, which is lost", h.name, text)
			}
		}
	}
	paid := map[string]int{}
	for e, err := range store.Ledger(ctx, "") {
		s.must(err)
		paid[e.Submission]++
		if paid[e.Submission] > 1 || e.Amount != 50_000 {
			s.Errorf("%s is paid %d times", e.Submission, paid[e.Submission])
		}
	}
	if counted != places || len(paid) != places {
		s.Errorf("%d answers of %d, %d paid", counted, places, len(paid))
	}
}
