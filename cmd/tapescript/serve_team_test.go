package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"tapescript/transcript/task/tasktest"
)

// onPostgres is a team whose tasks are in PostgreSQL, with TLS.
func onPostgres(t *testing.T) *team {
	t.Helper()
	cluster := tasktest.OwnPostgres(t)
	s := newTeam(t)
	s.db = cluster.Database(t)
	s.secures()
	return s
}

// direct runs a command on the store itself, as who holds the database.
func (s *team) direct(args ...string) (string, int) {
	s.Helper()
	c := exec.Command(s.program, append(args, "--store", s.db)...)
	c.Env, c.Dir = s.env, s.home
	out, err := c.CombinedOutput()
	if exit, is := err.(*exec.ExitError); is {
		return string(out), exit.ExitCode()
	}
	s.must(err)
	return string(out), 0
}

func (s *team) tapes() int {
	list, err := filepath.Glob(filepath.Join(s.home, "tapes", "sha256", "*", "*"))
	s.must(err)
	return len(list)
}

// A purge over a server, and one on the database, delete what lies with the team
// and nothing that another batch needs.
func TestAPurgeReachesATeamsRecordings(t *testing.T) {
	s := onPostgres(t)
	lead := s.token("lena", "lead")
	s.start()
	clip := func(batch, name string, kind byte) string {
		dir := filepath.Join(s.home, batch)
		s.must(os.MkdirAll(dir, 0o700))
		sound := toneWAV()
		sound[len(sound)-1] = kind
		s.must(os.WriteFile(filepath.Join(dir, name), sound, 0o600))
		return name + "\n"
	}
	batches := map[string]string{
		"a": clip("a", "1.wav", 1) + clip("a", "2.wav", 2),
		"b": clip("b", "3.wav", 2) + clip("b", "4.wav", 3),
		"c": clip("c", "5.wav", 3) + clip("c", "6.wav", 4),
	}
	for _, name := range []string{"a", "b", "c"} {
		file := filepath.Join(s.home, name+".tsv")
		s.must(os.WriteFile(file, []byte("INPUT:audio\n"+batches[name]), 0o600))
		s.says("2 recordings found", lead, "import", file, "--audio", filepath.Join(s.home, name))
	}
	if n := s.tapes(); n != 4 {
		t.Fatalf("%d recordings are kept", n)
	}
	s.says("1 recordings", lead, "purge", "--batch", "a")
	if n := s.tapes(); n != 3 { // the second is b's too
		t.Errorf("after the first purge %d recordings are kept", n)
	}
	if out, code := s.direct("purge", "--batch", "b"); code != exitUsage || !strings.Contains(out, "1 recording lies where serve keeps it") {
		t.Error(code, out)
	}
	for _, batch := range []string{"b", "c"} {
		if out, code := s.direct("purge", "--batch", batch, "--audio", filepath.Join(s.home, "tapes")); code != exitDone {
			t.Error(code, out)
		}
	}
	if n := s.tapes(); n != 0 {
		t.Errorf("at the end %d recordings are kept", n)
	}
}

// The same commands over a server for those who judge and those who lead: a
// review that is heard and corrects gold, grades, a live board, a corpus with its
// sound, pay; and what each role may not.
func TestReviewersAndLeadsOverAServer(t *testing.T) {
	cluster := tasktest.OwnPostgres(t)
	s := newTeam(t)
	s.db = cluster.Database(t)
	s.secures()
	lead, worker, reviewer := s.token("lena", "lead"), s.token("w-4f", "worker"), s.token("rita", "reviewer")
	s.start()
	file, clips := answeredFile(t, s.home)
	s.says("6 new", lead, "import", file, "--audio", clips, "--price", "0.05 USD")
	at := func(token string) []string {
		return []string{"HOME=" + t.TempDir(), "TAPESCRIPT_TOKEN=" + token, "SSL_CERT_FILE=" + filepath.Join(s.home, "cert.pem")}
	}
	p := terminal(t, t.TempDir(), 80, 24, at(reviewer), "review", "--store", s.url(), "--silent")
	p.sees("b.wav (cid)", "[are going to]")
	p.keys("F8")
	p.sees("▶") // it was fetched
	p.keys("g", "g")
	p.sees("[gonna]", "b.wav (bob)")
	p.keys("b")
	p.sees("Both are right", "a.wav (bob)")
	p.keys("C-s")
	p.sees("2 verdicts")
	p.keys("C-q")
	p.sees("exit 0", "accepted: 1, rejected: 1")
	if got := cluster.SQL(t, s.db, "SELECT g.texts, f.texts FROM tapescript_gold.gold g JOIN tapescript_gold.former f USING (batch, key)"); !strings.Contains(got, "we are gonna see") || !strings.HasSuffix(got, `["we are going to see"]`) {
		t.Errorf("gold is %s", got)
	}
	s.says("4 accepted, 0 rejected", lead, "grade", "--accept")
	s.says(`"spent": "0.25"`, lead, "board", "--json")
	b := terminal(t, t.TempDir(), 100, 40, at(lead), "board", "--store", s.url(), "--every", "1s")
	b.sees("Backlog", "results", "Cost of accepted work", "bob")
	s.says("1 new", lead, "import", more(s), "--batch", "more")
	b.sees("more") // it is live
	b.keys("q")
	b.sees("exit 0")
	s.says("train: 2 utterances", lead, "export", "--batch", "results", "--format", "nemo", "-o", "corpus", "--license", "CC0-1.0")
	if sound, _ := filepath.Glob(filepath.Join(s.home, "corpus", "audio", "*.wav")); len(sound) == 0 {
		t.Error("the corpus has no sound")
	}
	s.says("bob", lead, "pay", "--all")
	s.says("is written down", lead, "pay", "--payout", "0.05 USD", "--worker", "bob", "--key", "march")
	s.says("cid", reviewer, "stats", "--all")
	for token, refused := range map[string][][]string{
		worker:   {{"grade"}, {"board"}, {"review", "--list"}, {"export", "--batch", "more", "-o", "x.tsv"}, {"purge", "--batch", "more"}, {"jobs"}, {"import", file}},
		reviewer: {{"board"}, {"pay", "--all"}, {"queue", "--take"}, {"purge", "--batch", "more"}, {"import", file}},
	} {
		for _, args := range refused {
			if out, code := s.as(token, args...); code != exitFailed || !strings.Contains(out, "role may not") {
				t.Errorf("%v: %d %s", args, code, out)
			}
		}
	}
}

func more(s *team) string {
	path := filepath.Join(s.home, "more.tsv")
	s.must(os.WriteFile(path, []byte("INPUT:audio\nc.wav\n"), 0o600))
	return path
}

// A certificate that the machine does not know is refused, with a sentence that
// says so, and what was written waits.
func TestACertificateThatIsNotTrusted(t *testing.T) {
	s := newTeam(t)
	s.secures()
	worker := s.token("w-4f", "worker")
	s.start()
	s.says("batch", worker, "queue")
	s.env = append(s.env, "SSL_CERT_FILE="+os.DevNull, "SSL_CERT_DIR="+t.TempDir())
	if out, code := s.as(worker, "queue"); code != exitFailed || !strings.Contains(out, "nobody that this machine trusts") {
		t.Errorf("%d %s", code, out)
	}
	s.stop(syscall.SIGTERM)
}

// A backup is restored that was taken before somebody took a task: what they
// wrote is kept as one more opinion, and they are told why.
func TestAnAnswerOutlivesARestoredBackup(t *testing.T) {
	s := newTeam(t)
	lead, worker := s.token("lena", "lead"), s.token("w-4f", "worker")
	s.start()
	file, clips := batchOf(t, s.home, 2, 0)
	s.says("2 recordings", lead, "import", file, "--audio", clips, "--price", "0.05 USD")
	s.stop(syscall.SIGTERM)
	backup, err := os.ReadFile(s.db)
	s.must(err)
	s.start()
	id := field(t, s.says(`"assignment"`, worker, "queue", "--take"), "task")
	s.stop(syscall.SIGKILL)
	s.says("waits here", worker, "submit", id, "--text", "go do you hear")
	for _, rest := range []string{"-wal", "-shm"} {
		if err := os.Remove(s.db + rest); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	s.must(os.WriteFile(s.db, backup, 0o600))
	s.start()
	said := s.says("1 answer that had waited", worker, "queue", "--sync")
	if !strings.Contains(said, "does not know that you had "+id) || !strings.Contains(said, "restored from a backup") {
		t.Errorf("the worker is told %q", said)
	}
	s.says("[]", worker, "pay", "--json")
}

// Whoever asks for more than they may is told so, and nobody else is.
func TestTheRateIsAFlag(t *testing.T) {
	s := newTeam(t)
	s.more = []string{"--rate", "0.001"} // the second request comes too early by a quarter of an hour
	worker := s.token("w-4f", "worker")
	s.start()
	var codes []int
	for range 2 {
		r, err := http.NewRequest(http.MethodGet, s.url()+"/v1/me", nil)
		s.must(err)
		r.Header.Set("Authorization", "Bearer "+worker)
		got, err := http.DefaultClient.Do(r)
		s.must(err)
		got.Body.Close()
		codes = append(codes, got.StatusCode)
	}
	if !slices.Equal(codes, []int{http.StatusOK, http.StatusTooManyRequests}) {
		t.Errorf("answered with %v", codes)
	}
}
