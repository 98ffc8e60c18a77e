package postgres

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"tapescript/transcript/task"
	"tapescript/transcript/task/tasktest"
)

func TestMain(m *testing.M) {
	if spec := os.Getenv(crasher); spec != "" {
		os.Exit(workInProcess(spec))
	}
	os.Exit(tasktest.Main(m))
}

var shared struct {
	sync.Once
	url string
}

// open makes an empty store: in one database that all tests of the package use
// one after another, which is quicker than a new one.
func open(t testing.TB) *Store {
	t.Helper()
	cluster := tasktest.Postgres(t)
	shared.Do(func() { shared.url = cluster.Database(t) })
	empty(t, shared.url)
	return openAt(t, shared.url)
}

func openAt(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func empty(t testing.TB, url string) {
	t.Helper()
	run(t, url, "SET client_min_messages = error; DROP SCHEMA IF EXISTS tapescript, tapescript_gold CASCADE")
}

// run carries out statements.
func run(t testing.TB, url, statements string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if _, err := c.Exec(t.Context(), statements); err != nil {
		t.Fatal(err)
	}
}

func TestStore(t *testing.T) {
	tasktest.Run(t, func(t *testing.T) task.Store { return open(t) })
}

func records(list ...task.Record) iter.Seq2[task.Record, error] {
	return func(yield func(task.Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func plain(n int) (list []task.Record) {
	for i := range n {
		key := fmt.Sprintf("%d.mp3", i)
		list = append(list, task.Record{Key: key, Audio: task.Audio{Ref: key}, Row: task.Row{Line: int64(i + 2), Cells: []string{key, ""}}})
	}
	return list
}

var secret = task.Record{
	Key: "g.mp3", Kind: task.Control, Audio: task.Audio{Ref: "g.mp3"}, Gold: []string{"the secret words"}, Hint: "a secret reason",
	GoldCells: []int{1}, Row: task.Row{Line: 2, Cells: []string{"g.mp3", "the secret words"}},
}

// A role without a right to gold gives tasks out and takes answers in; gold it
// does not get, not even by a query of its own.
func TestGoldHasRightsOfItsOwn(t *testing.T) {
	s := open(t)
	if _, err := s.Import(t.Context(), task.Batch{ID: "b"}, records(append(plain(3), secret)...), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	run(t, shared.url, `DO $$ BEGIN CREATE ROLE desk LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
		GRANT USAGE ON SCHEMA tapescript TO desk; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA tapescript TO desk`)
	desk := openAt(t, strings.Replace(shared.url, "user=tapescript", "user=desk", 1))
	done := map[string]string{}
	for {
		c, err := desk.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour)
		if errors.Is(err, task.ErrNone) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		in := task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "x"}
		if _, err := desk.Submit(t.Context(), in, c.Assignment.Token); err != nil {
			t.Fatal(err)
		}
		done[c.Task.Key] = in.ID
	}
	for r, err := range desk.Results(t.Context(), task.ResultQuery{}) {
		if err != nil || strings.Contains(fmt.Sprintf("%+v", r), "secret") {
			t.Errorf("%+v, %v", r, err)
		}
	}
	var denied *DatabaseError
	if g, err := desk.Gold(t.Context(), done["g.mp3"]); !errors.As(err, &denied) || denied.Code != NoRight {
		t.Errorf("the desk got %+v, %v", g, err)
	}
	if g, err := s.Gold(t.Context(), done["g.mp3"]); err != nil || g.Texts[0] != "the secret words" {
		t.Errorf("the lead got %+v, %v", g, err)
	}
	run(t, shared.url, "DROP OWNED BY desk")
}

func TestTextsOfAnyBytesComeBack(t *testing.T) {
	s := open(t)
	for _, text := range []string{"", "plain é", "nul\x00 and \x1b[31m", "not \xff\xfe text", "\x1b1b", "\x1b"} {
		if got := give(keep(text)); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	odd := "w\x00\x1b"
	r := plain(1)[0]
	r.Key, r.Draft, r.Audio.Ref = "k\x00\x1b00", "d\x00", "r\x00"
	if _, err := s.Import(t.Context(), task.Batch{ID: "b", Name: "n\x00"}, records(r), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	c, err := s.Claim(t.Context(), task.Query{Worker: odd}, time.Hour)
	if err != nil || c.Task.Key != r.Key || c.Task.Draft != r.Draft || c.Task.Audio.Ref != r.Audio.Ref || c.Batch.Name != "n\x00" {
		t.Fatalf("%+v, %v", c, err)
	}
	in := task.Submission{ID: "s\x00\xff", Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: odd, Text: "x\x00\xff"}
	if _, err := s.Submit(t.Context(), in, c.Assignment.Token); err != nil {
		t.Fatal(err)
	}
	if kept, err := s.Submission(t.Context(), in.ID); err != nil || kept.Text != in.Text || kept.Late || kept.Worker != odd {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestTheLedgerCannotBeChanged(t *testing.T) {
	s := open(t)
	if _, err := s.Post(t.Context(), task.Entry{Key: "k", Worker: "w", Amount: 5}); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"UPDATE tapescript.ledger SET amount = 6", "DELETE FROM tapescript.ledger", "TRUNCATE tapescript.ledger"} {
		if _, err := s.pool.Exec(t.Context(), query); err == nil {
			t.Errorf("%s was done", query)
		}
	}
}

func TestANewerStoreIsRefused(t *testing.T) {
	open(t)
	run(t, shared.url, "UPDATE tapescript.version SET n = 99")
	if s, err := Open(t.Context(), shared.url); !errors.Is(err, task.ErrNewer) {
		t.Errorf("got %v, %v", s, err)
	}
}

func TestErrorsSayWhatIsWrongAndNoPassword(t *testing.T) {
	cluster := tasktest.Postgres(t)
	for url, want := range map[string]Code{
		"postgres://u:secret@:x/":                                                                BadURL,
		"postgres://u:secret@h/d?sslmode=nonsense":                                               BadURL,
		"postgres://u:secret@127.0.0.1:1/d?connect_timeout=2":                                    Unreachable,
		strings.Replace(cluster.URL("none"), "=tapescript", "=stranger", 1) + "&password=secret": NoLogin,
		cluster.URL("nowhere") + "&password=secret":                                              NoDatabase,
	} {
		_, err := Open(t.Context(), url)
		var e *DatabaseError
		if !errors.As(err, &e) || e.Code != want {
			t.Errorf("%s: got %v, want %s", url, err, want)
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in %q", err)
			}
		}
	}
	for url, want := range map[string]string{
		"postgres://u:secret@h/d":               "postgres://u@h/d",
		"postgres://h/d?password=secret&a=b":    "postgres://h/d?a=b",
		"postgres://u:se cret@h:99999999999/%z": "postgres://…",
	} {
		if got := Redact(url); got != want {
			t.Errorf("%s: %s", url, got)
		}
	}
}

// Who is cut off in mid-transaction loses nothing: what is done twice is done
// once.
func TestACutConnectionIsTriedAgain(t *testing.T) {
	s := open(t)
	if _, err := s.Import(t.Context(), task.Batch{ID: "b", Price: task.Price{Amount: 5, Currency: "USD"}}, records(plain(20)...), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		var cutting sync.WaitGroup
		cutting.Go(func() {
			run(t, shared.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()")
		})
		c, err := s.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		in := task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "x"}
		if got, err := s.Submit(t.Context(), in, c.Assignment.Token); err != nil || got.Late {
			t.Fatalf("%+v, %v", got, err)
		}
		cutting.Wait()
	}
	var b task.Balance
	for e, err := range s.Ledger(t.Context(), "w") {
		if err != nil {
			t.Fatal(err)
		}
		b.Add(e)
	}
	if b.Pending != 100 || b.Tasks != 20 {
		t.Errorf("%+v", b)
	}
}
