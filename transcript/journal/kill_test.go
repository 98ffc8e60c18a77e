//go:build unix

package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tapescript/transcript"
)

// childEnv names what this test binary is to be, when it runs as the child of
// a test: "type" or "full", and the transcript and folder of its journal.
const childEnv = "JOURNAL_TEST_CHILD"

// child starts this binary again to run one test as a program of its own.
func child(t *testing.T, test, role, path string, o Options) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^"+test+"$", "-test.timeout=30s")
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{role, path, o.Folder}, "\n"))
	return cmd
}

func role() (role, path string, o Options) {
	part := strings.Split(os.Getenv(childEnv), "\n")
	if len(part) != 3 {
		return "", "", o
	}
	return part[0], part[1], Options{Folder: part[2]}
}

// TestKilledProgramsLoseNothingOlderThanASecond lets twenty programs type at
// once, as fast as a hundred people, and kills each at a random moment.
func TestKilledProgramsLoseNothingOlderThanASecond(t *testing.T) {
	if role, path, o := role(); role == "type" {
		typeUntilKilled(t, path, o)
	}
	var all sync.WaitGroup
	for range 20 {
		path, o := source(t)
		all.Go(func() { killOne(t, path, o) })
	}
	all.Wait()
}

// typeUntilKilled tells of each edit, once it is made, the number and the time.
func typeUntilKilled(t *testing.T, path string, o Options) {
	p := newTypist(begin(t, open(t, path, o)))
	for {
		p.step(t)
		fmt.Printf("made %d %d\n", p.n, time.Now().UnixNano())
		time.Sleep(time.Millisecond)
	}
}

func killOne(t *testing.T, path string, o Options) {
	cmd := child(t, "TestKilledProgramsLoseNothingOlderThanASecond", "type", path, o)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
		return
	}
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	var killed time.Time
	made := make(map[int]time.Time)
	for in := bufio.NewScanner(out); in.Scan(); {
		n, at, ok := madeLine(in.Text())
		if !ok {
			continue
		}
		if made[n] = at; n == 1 { // from 1.1 s on, so that something is old enough to be due
			after := 1100*time.Millisecond + rand.N(900*time.Millisecond)
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		}
		killed = at // the last sign of life; the kill came after it
	}
	cmd.Wait()
	due := 0
	for n, at := range made {
		if killed.Sub(at) > time.Second {
			due = max(due, n)
		}
	}
	if due == 0 {
		t.Errorf("of %d edits none was due: the test shows nothing", len(made))
		return
	}
	j, err := Open(path, o) // the dead program's lock does not count
	if err != nil {
		t.Error(err)
		return
	}
	defer j.Close()
	n := j.Found().Unsaved
	if n < due {
		t.Errorf("%d edits recovered, %d were older than 1 s; %d were made", n, due, len(made))
	}
	doc, err := j.Resume()
	if err != nil {
		t.Error(err)
		return
	}
	oracle, err := transcript.NewDocument(interview())
	if err != nil {
		t.Error(err)
		return
	}
	newTypist(oracle).steps(t, n)
	if got, want := texts(doc), texts(oracle); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("got %v, want %v", got, want)
	}
}

func madeLine(line string) (n int, at time.Time, ok bool) {
	f := strings.Fields(line)
	if len(f) != 3 || f[0] != "made" {
		return 0, at, false
	}
	n, err := strconv.Atoi(f[1])
	ns, err2 := strconv.ParseInt(f[2], 10, 64)
	return n, time.Unix(0, ns), err == nil && err2 == nil
}

// TestARealLimitOnTheFileIsSurvived has the system refuse to let files grow,
// which fails a write half way as a full disk does.
func TestARealLimitOnTheFileIsSurvived(t *testing.T) {
	if role, path, o := role(); role == "full" {
		typeOnFullDisk(t, path, o)
		return
	}
	path, o := source(t)
	if out, err := child(t, "TestARealLimitOnTheFileIsSurvived", "full", path, o).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	j := open(t, path, o)
	oracle, err := transcript.NewDocument(interview())
	if err != nil {
		t.Fatal(err)
	}
	newTypist(oracle).steps(t, 200)
	same(t, resume(t, j), oracle)
	closed(t, j)
}

func typeOnFullDisk(t *testing.T, path string, o Options) {
	signal.Ignore(syscall.SIGXFSZ)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	was := limit.Cur
	limit.Cur = 5000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 200)
	if err := j.Flush(context.Background()); !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %v", err)
	}
	if n := onDisk(t, j); n == 0 {
		t.Error("not even what fits is on disk")
	}
	limit.Cur = was
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	closed(t, j)
}
