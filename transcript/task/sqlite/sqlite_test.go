package sqlite

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/tasktest"
)

// open makes a store in a folder whose name is no harmless one.
func open(t testing.TB) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a %?#'b")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), filepath.Join(dir, "tasks.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	tasktest.Run(t, func(t *testing.T) task.Store { return open(t) })
}

// files are the bytes of all that a store keeps, without its gold.
func (s *Store) files(t *testing.T, ending string) []byte {
	t.Helper()
	var all []byte
	for _, tail := range []string{"", "-wal"} {
		data, err := os.ReadFile(s.path + ending + tail)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

var secret = task.Record{
	Key: "1.mp3", Kind: task.Control, Audio: task.Audio{Ref: "1.mp3"}, Gold: []string{"the secret words"}, Hint: "a secret reason",
	GoldCells: []int{1, 2}, Row: task.Row{Line: 2, Cells: []string{"1.mp3", "the secret words", "a secret reason"}},
}

func one(r task.Record) func(func(task.Record, error) bool) {
	return func(yield func(task.Record, error) bool) { yield(r, nil) }
}

func TestGoldLiesInAFileOfItsOwn(t *testing.T) {
	s := open(t)
	if _, err := s.Import(t.Context(), task.Batch{ID: "b"}, one(secret), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(s.files(t, ""), []byte("secret")) {
		t.Error("the store's own file holds gold")
	}
	if !bytes.Contains(s.files(t, ".gold"), []byte("secret words")) {
		t.Error("the file of gold holds none")
	}
	for _, path := range []string{s.path, s.path + ".gold"} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	s.Close()
	again, err := Open(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := again.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour); err != nil {
		t.Fatal(err)
	}
	if again.gold != nil {
		t.Error("a claim opened the gold")
	}
}

func TestPurgingLeavesNoTraceInTheFiles(t *testing.T) {
	s := open(t)
	if _, err := s.Import(t.Context(), task.Batch{ID: "b"}, one(secret), task.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	c, err := s.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	in := task.Submission{ID: "s", Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: "what was whispered", Transcript: bytes.Repeat([]byte("whispered at length "), 1000)}
	if _, err := s.Submit(t.Context(), in, c.Assignment.Token); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(s.files(t, ""), []byte("whispered")) {
		t.Fatal("the text was not there to be deleted")
	}
	if _, err := s.Purge(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	for ending, word := range map[string]string{"": "whispered", ".gold": "secret"} {
		if bytes.Contains(s.files(t, ending), []byte(word)) {
			t.Errorf("%q is still in the file %q", word, ending)
		}
	}
}

func TestTheLedgerCannotBeChanged(t *testing.T) {
	s := open(t)
	if _, err := s.Post(t.Context(), task.Entry{Key: "k", Worker: "w", Amount: 5}); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"UPDATE ledger SET amount = 6", "DELETE FROM ledger"} {
		if err := s.main.write(t.Context(), true, func(w *writer) error { _, err := w.exec(query); return err }); err == nil {
			t.Errorf("%s was done", query)
		}
	}
}

func TestANewerStoreIsRefused(t *testing.T) {
	s := open(t)
	if err := s.main.write(t.Context(), true, func(w *writer) error { _, err := w.exec("PRAGMA user_version = 99"); return err }); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), s.path); !errors.Is(err, task.ErrNewer) {
		t.Errorf("got %v", err)
	}
}

func TestTwoProgramsShareAStore(t *testing.T) {
	s := open(t)
	other, err := Open(t.Context(), s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	second := secret
	second.Key = "2.mp3"
	for store, r := range map[*Store]task.Record{s: secret, other: second} {
		if _, err := store.Import(t.Context(), task.Batch{ID: "b"}, one(r), task.ImportOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, store := range []*Store{s, other} {
		c, err := store.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		in := task.Submission{ID: c.Task.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w"}
		if _, err := store.Submit(t.Context(), in, c.Assignment.Token); err != nil {
			t.Fatal(err)
		}
	}
}
