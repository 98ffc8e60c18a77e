package postgres

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
	"tapescript/transcript/task/tasktest"
)

var long = flag.Bool("long", os.Getenv("TAPESCRIPT_TEST_LONG") == "1", "crash for a minute")

// crasher is the environment variable that makes this test's binary a worker.
const crasher = "TAPESCRIPT_TEST_WORKER"

// crowd is a worker of the storm: takes tasks, works for a moment, submits, and
// now and then gives back, prolongs, sends twice, or lets the lease run out. It
// tells kept of each answer that the store has acknowledged.
func crowd(ctx context.Context, s *Store, worker string, kept func(id, text string)) error {
	for ctx.Err() == nil {
		c, err := s.Claim(ctx, task.Query{Worker: worker}, 300*time.Millisecond)
		var broken *DatabaseError
		switch {
		case errors.Is(err, task.ErrNone):
			time.Sleep(20 * time.Millisecond)
			continue
		case ctx.Err() != nil || errors.As(err, &broken): // it was tried for long: again
			continue
		case err != nil:
			return err
		}
		if err := answer(ctx, s, c, kept); err != nil && ctx.Err() == nil && !errors.As(err, &broken) {
			return err
		}
	}
	return nil
}

func answer(ctx context.Context, s *Store, c task.Claim, kept func(id, text string)) error {
	a := c.Assignment
	switch rand.N(20) {
	case 0:
		return tolerate(s.Skip(ctx, a.ID, a.Token, "noise"))
	case 1:
		if err := tolerate(s.Extend(ctx, a.ID, a.Token, time.Now().Add(time.Second))); err != nil {
			return err
		}
	case 2:
		time.Sleep(500 * time.Millisecond) // late
	default:
		time.Sleep(rand.N(10 * time.Millisecond))
	}
	in := task.Submission{ID: a.ID + a.Token, Task: c.Task.ID, Assignment: a.ID, Worker: a.Worker, Text: "what was said"}
	for range 1 + rand.N(2) {
		if _, err := s.Submit(ctx, in, a.Token); err != nil {
			return err
		}
		kept(in.ID, in.Text)
	}
	return nil
}

func tolerate(err error) error {
	if errors.Is(err, task.ErrHeld) {
		return nil
	}
	return err
}

// workInProcess is what the binary does as a worker: it prints what was kept.
func workInProcess(spec string) int {
	worker, url, _ := strings.Cut(spec, " ")
	for {
		s, err := Open(context.Background(), url)
		if err == nil {
			err = crowd(context.Background(), s, worker, func(id, text string) { fmt.Println("kept", id, text) })
		}
		var broken *DatabaseError
		if !errors.As(err, &broken) {
			fmt.Println("failed", err)
			return 1
		}
	}
}

// storm is what goes wrong.
type storm struct {
	*testing.T
	cluster *tasktest.Cluster
	url     string
	mu      sync.Mutex
	kept    map[string]string // texts, by submission
}

func (s *storm) keep(id, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[id] = text
}

// process runs a worker in a process that is killed at random moments and
// started again under its name.
func (s *storm) process(ctx context.Context, worker string) {
	for ctx.Err() == nil {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), crasher+"="+worker+" "+s.url)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			s.Error(err)
			return
		}
		killed := make(chan struct{})
		go func() {
			defer close(killed)
			select {
			case <-ctx.Done():
			case <-time.After(200*time.Millisecond + rand.N(2*time.Second)):
			}
			_ = cmd.Process.Kill() // kill -9
		}()
		s.listen(out)
		<-killed
		_ = cmd.Wait()
	}
}

// listen takes what a process has printed; a line that was cut off was not said.
func (s *storm) listen(out io.Reader) {
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "kept":
			id, text, _ := strings.Cut(rest, " ")
			s.keep(id, text)
		case "failed":
			s.Error("a worker's process failed:", rest)
		}
	}
}

// strike cuts connections and stops the server at once, until the time is over.
func (s *storm) strike(ctx context.Context) (crashes int) {
	for ctx.Err() == nil {
		for range 2 {
			select {
			case <-ctx.Done():
			case <-time.After(rand.N(700 * time.Millisecond)):
			}
			cutSome(s.url)
		}
		s.cluster.Crash()
		crashes++
		if err := s.cluster.Start(); err != nil {
			s.Error(err)
			return crashes
		}
	}
	return crashes
}

// cutSome ends some of the connections, in the middle of whatever they do.
func cutSome(url string) {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	c, err := pgx.Connect(ctx, url)
	if err != nil {
		return // the server may just not be there
	}
	defer c.Close(ctx)
	_, _ = c.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database() AND random() < 0.3")
}

// Fifty workers, some in processes that are killed, some whose connections are
// cut, on a server that crashes: what was acknowledged is there, no place of a
// task is filled twice, nobody is paid twice.
func TestNothingIsLostAndNothingDoubledInCrashes(t *testing.T) {
	cluster := tasktest.OwnPostgres(t)
	goroutines, processes, tasks, span := 42, 8, 1500, 8*time.Second
	switch {
	case testing.Short():
		processes, tasks, span = 2, 400, 3*time.Second
	case *long:
		tasks, span = 8000, time.Minute
	}
	s := &storm{T: t, cluster: cluster, url: cluster.Database(t), kept: map[string]string{}}
	store := openAt(t, s.url)
	if _, err := store.Import(t.Context(), task.Batch{ID: "b", Overlap: 2, Price: task.Price{Amount: 50_000, Currency: "USD"}}, records(plain(tasks)...), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), span)
	defer stop()
	var group sync.WaitGroup
	for i := range goroutines {
		group.Go(func() {
			if err := crowd(ctx, store, fmt.Sprint("g", i), s.keep); err != nil {
				t.Error(err)
			}
		})
	}
	for i := range processes {
		group.Go(func() { s.process(ctx, fmt.Sprint("p", i)) })
	}
	crashes := s.strike(ctx)
	group.Wait()
	s.finish(openAt(t, s.url+"&synchronous_commit=off"))
	t.Logf("%d answers kept by %d workers, %d crashes of the server in %v", len(s.kept), goroutines+processes, crashes, span)
	s.check()
}

// finish gives what is left to some workers who have time; leases that were under
// way are over for them.
func (s *storm) finish(store *Store) {
	var group sync.WaitGroup
	for _, worker := range []string{"z1", "z2", "z3", "z4"} {
		group.Go(func() {
			for {
				c, err := store.Claim(s.Context(), task.Query{Worker: worker, Now: time.Now().Add(time.Hour)}, time.Hour)
				if errors.Is(err, task.ErrNone) {
					return
				}
				if err == nil {
					in := task.Submission{ID: c.Assignment.ID + c.Assignment.Token, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: worker, Text: "x"}
					_, err = store.Submit(s.Context(), in, c.Assignment.Token)
					s.keep(in.ID, in.Text)
				}
				if err != nil {
					s.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

// check asks the database, by SQL alone.
func (s *storm) check() {
	if len(s.kept) < 100 {
		s.Errorf("only %d answers were kept: nothing was tried", len(s.kept))
	}
	s.cluster.Sound(s.T, s.url, s.kept, 50_000)
}
