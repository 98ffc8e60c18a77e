package main

import (
	"os"
	"os/exec"
	"path/filepath"
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
