package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/client"
	"tapescript/transcript/task/postgres"
	"tapescript/transcript/task/server"
	"tapescript/transcript/task/tasktest"
)

var long = flag.Bool("long", os.Getenv("TAPESCRIPT_TEST_LONG") == "1", "storm for a minute")

// handsEnv makes this test's binary some of the workers of a storm.
const handsEnv = "TAPESCRIPT_TEST_HANDS"

// handsSpec says which workers a process is.
type handsSpec struct {
	Address, Home string
	From, To      int
	Rest          bool // nothing new is taken: what waits is handed in
}

// handWrote is what a process prints of an answer that is on its disk, or that
// the server has acknowledged: from then on it must never be lost.
type handWrote struct{ ID, Text, Error string }

// handsInProcess is what the binary does as workers.
func handsInProcess(text string) int {
	var spec handsSpec
	if err := json.Unmarshal([]byte(text), &spec); err != nil {
		panic(err)
	}
	var mu sync.Mutex
	tell := func(w handWrote) {
		mu.Lock()
		defer mu.Unlock()
		_ = json.NewEncoder(os.Stdout).Encode(w)
	}
	var group sync.WaitGroup
	for i := spec.From; i < spec.To; i++ {
		h := &stormHand{name: stormName(i), address: spec.Address, home: spec.Home, rest: spec.Rest, tell: tell}
		group.Go(h.work)
	}
	group.Wait()
	return 0
}

func stormName(i int) string { return fmt.Sprintf("w%02d", i) }

// stormHand is a worker in a process of a storm.
type stormHand struct {
	name, address, home string
	rest                bool
	tell                func(handWrote)
}

func (h *stormHand) work() {
	token, err := os.ReadFile(filepath.Join(h.home, "token", h.name))
	var c *client.Store
	if err == nil {
		c, err = client.Open(h.address, string(token))
	}
	if err != nil {
		h.tell(handWrote{Error: err.Error()})
		return
	}
	defer c.Close()
	box := client.OpenOutbox(filepath.Join(h.home, "box", h.name))
	for ctx := context.Background(); ; time.Sleep(rand.N(100 * time.Millisecond)) {
		list, err := box.Sync(ctx, c)
		for _, d := range list {
			if d.Err != nil {
				h.tell(handWrote{Error: fmt.Sprint(d.Submission.ID, " is refused: ", d.Err)})
			}
		}
		if err != nil {
			continue // no server, no database: later
		}
		waiting, err := box.Waiting()
		if h.rest && err == nil && !slices.ContainsFunc(waiting, func(w client.Waiting) bool { return w.Refused == "" }) {
			return
		}
		if !h.rest {
			h.one(ctx, c, box)
		}
	}
}

// one takes a task and answers it, by way of the disk or at once, in time or
// late, or gives it back.
func (h *stormHand) one(ctx context.Context, c *client.Store, box *client.Outbox) {
	lease := time.Minute
	if rand.N(8) == 0 {
		lease = time.Second
	}
	got, err := c.Claim(ctx, task.Query{}, lease)
	if err != nil {
		return
	}
	a := got.Assignment
	time.Sleep(rand.N(200 * time.Millisecond))
	switch {
	case rand.N(20) == 0:
		_ = c.Skip(ctx, a.ID, a.Token, "noise")
		return
	case lease == time.Second && rand.N(2) == 0:
		time.Sleep(1200 * time.Millisecond) // it runs out
	}
	in := task.Submission{ID: a.ID + a.Token, Task: got.Task.ID, Assignment: a.ID, Worker: h.name, Text: h.name + " on " + got.Task.Key}
	if rand.N(2) == 0 { // as without a network
		if err := box.Put(in, a.Token); err == nil {
			h.tell(handWrote{ID: in.ID, Text: in.Text})
		}
		return
	}
	if _, err := c.Submit(ctx, in, a.Token); err == nil {
		h.tell(handWrote{ID: in.ID, Text: in.Text})
	} else if !errors.Is(err, client.ErrUnreachable) && !errors.Is(err, api.ErrUnavailable) && !errors.Is(err, api.ErrTooMany) {
		h.tell(handWrote{Error: "submitting: " + err.Error()})
	}
}

// storm is a team in bad weather.
type storm struct {
	*team
	cluster *tasktest.Cluster
	begin   time.Time
	mu      sync.Mutex
	wrote   map[string]string
	killed  int // processes of workers
	servers atomic.Int64
	crashes atomic.Int64
}

// rages is over when its time is, and something of everything has happened: on a
// busy machine that takes longer.
func (s *storm) rages(span time.Duration, answers int) (context.Context, context.CancelFunc) {
	const most = 2 * time.Minute
	ctx, stop := context.WithTimeout(s.Context(), most)
	go func() {
		for begin := time.Now(); ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
			s.mu.Lock()
			enough := len(s.wrote) >= answers && s.killed > 0
			s.mu.Unlock()
			if enough && s.servers.Load() > 0 && s.crashes.Load() > 0 && time.Since(begin) >= span {
				stop()
			}
		}
	}()
	return ctx, stop
}

// hands runs some workers in a process, until they are through, or killed.
func (s *storm) hands(ctx context.Context, spec handsSpec, life func() time.Duration) {
	text, err := json.Marshal(spec)
	if err != nil {
		s.Error(err)
		return
	}
	c := exec.Command(s.program)
	c.Env = append(slices.Clone(s.env), handsEnv+"="+string(text)) // many begin at once
	var said strings.Builder
	c.Stderr = &said
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		s.Error(err)
		return
	}
	if life != nil {
		go func() {
			select {
			case <-ctx.Done():
			case <-time.After(life()):
			}
			_ = c.Process.Kill() // kill -9
		}()
	}
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadBytes('\n') // what was cut off was not said
		if err != nil {
			break
		}
		var w handWrote
		if err := json.Unmarshal(line, &w); err != nil || w.Error != "" {
			s.Errorf("a worker says %q, %v", line, err)
			continue
		}
		s.mu.Lock()
		s.wrote[w.ID] = w.Text
		s.mu.Unlock()
	}
	if err := c.Wait(); life == nil && err != nil || said.Len() > 0 {
		s.Errorf("a process of workers ends with %v: %s", err, said.String())
	}
}

// longer is a span that grows with the time that the storm takes already, so that
// it comes to its end on any machine.
func (s *storm) longer(span time.Duration) time.Duration {
	return time.Duration(float64(span) * (1 + time.Since(s.begin).Seconds()/20))
}

// serverDies kills the server at random moments and starts it again, as whoever
// watches over it does.
func (s *storm) serverDies(ctx context.Context, most time.Duration) {
	for sleepOr(ctx, s.longer(most)) {
		s.stop(syscall.SIGKILL)
		s.comesBack()
		s.servers.Add(1)
	}
}

// comesBack starts the server, again while its database is away.
func (s *storm) comesBack() {
	for begin := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		err := s.launch()
		if err == nil {
			return
		}
		if time.Since(begin) > time.Minute {
			s.Error("the server does not come back: ", err)
			return
		}
	}
}

func (s *storm) databaseDies(ctx context.Context, most time.Duration) {
	for sleepOr(ctx, s.longer(most)) {
		s.cluster.Crash() // an immediate stop
		if err := s.cluster.Start(); err != nil {
			s.Error(err)
			return
		}
		s.crashes.Add(1)
	}
}

// sleepOr waits for a random while; false where the time is over.
func sleepOr(ctx context.Context, most time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(most/10 + rand.N(most)):
		return true
	}
}

// Fifty workers take and hand in over https. Their processes are killed, the
// server is killed, PostgreSQL is stopped without a chance to write, each at
// random moments of its own. What a worker had on the disk or acknowledged is
// there at the end, with its words; each place of each task is filled once, and
// nobody is paid twice.
func TestAStormOfKillsOverPostgreSQL(t *testing.T) {
	const workers, enough = 50, 15
	processes, tasks, span, calm := 5, 300, 5*time.Second, 2*time.Second
	switch {
	case testing.Short():
		processes, tasks, span = 2, 100, 2*time.Second
	case *long:
		processes, tasks, span, calm = 10, 3000, time.Minute, 4*time.Second
	}
	s := &storm{team: newTeam(t), cluster: tasktest.OwnPostgres(t), wrote: map[string]string{}}
	s.db = s.cluster.Database(t)
	s.secures()
	s.fillStorm(workers, tasks)
	s.comesBack()
	ctx, stop := s.rages(span, enough)
	defer stop()
	var group sync.WaitGroup
	each := workers / processes
	s.begin = time.Now()
	life := func() time.Duration { return s.longer(calm/2 + rand.N(2*calm)) }
	for from := 0; from < workers; from += each {
		group.Go(func() {
			for ctx.Err() == nil {
				s.hands(ctx, handsSpec{Address: s.url(), Home: s.home, From: from, To: from + each}, life)
				s.mu.Lock()
				s.killed++
				s.mu.Unlock()
			}
		})
	}
	group.Go(func() { s.serverDies(ctx, 2*calm) })
	group.Go(func() { s.databaseDies(ctx, 2*calm) })
	group.Wait()
	raged := time.Since(s.begin)
	for from := 0; from < workers; from += each { // what lies on the disks
		group.Go(func() {
			s.hands(t.Context(), handsSpec{Address: s.url(), Home: s.home, From: from, To: from + each, Rest: true}, nil)
		})
	}
	group.Wait()
	s.stop(syscall.SIGTERM)
	done := len(s.wrote)
	s.finishStorm()
	t.Logf("%v: %d workers, %d answers; killed: %d processes of workers, the server %d times, PostgreSQL %d times", raged.Round(time.Second), workers, done, s.killed, s.servers.Load(), s.crashes.Load())
	if done < enough || s.servers.Load() == 0 || s.crashes.Load() == 0 {
		t.Error("nothing was tried")
	}
	s.cluster.Sound(t, s.db, s.wrote, 50_000)
}

// fillStorm imports the tasks and gives each worker a token.
func (s *storm) fillStorm(workers, tasks int) {
	s.Helper()
	tokens, err := server.OpenTokens(filepath.Join(s.home, "data", "tapescript", "tokens.jsonl"))
	s.must(err)
	s.must(os.MkdirAll(filepath.Join(s.home, "token"), 0o700))
	for i := range workers {
		secret, _, err := tokens.Add(stormName(i), api.Worker, "", time.Now(), time.Now().Add(time.Hour))
		s.must(err)
		s.must(os.WriteFile(filepath.Join(s.home, "token", stormName(i)), []byte(secret), 0o600))
	}
	store, err := postgres.Open(s.Context(), s.db)
	s.must(err)
	defer store.Close()
	_, err = store.Import(s.Context(), task.Batch{ID: "b", Overlap: 2, Price: task.Price{Amount: 50_000, Currency: "USD"}}, func(yield func(task.Record, error) bool) {
		for i := range tasks {
			if !yield(task.Record{Key: fmt.Sprint(i)}, nil) {
				return
			}
		}
	}, task.ImportOptions{})
	s.must(err)
}

// finishStorm lets some who have time do what is left; leases that were under
// way are over for them.
func (s *storm) finishStorm() {
	s.Helper()
	store, err := postgres.Open(s.Context(), s.db+"&synchronous_commit=off")
	s.must(err)
	defer store.Close()
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			worker := fmt.Sprint("z", i)
			for {
				c, err := store.Claim(s.Context(), task.Query{Worker: worker, Now: time.Now().Add(time.Hour)}, time.Hour)
				if errors.Is(err, task.ErrNone) {
					return
				}
				in := task.Submission{ID: c.Assignment.ID + c.Assignment.Token, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: worker, Text: "x"}
				if err == nil {
					_, err = store.Submit(s.Context(), in, c.Assignment.Token)
				}
				if err != nil {
					s.Error(err)
					return
				}
				s.mu.Lock()
				s.wrote[in.ID] = in.Text
				s.mu.Unlock()
			}
		})
	}
	group.Wait()
}
