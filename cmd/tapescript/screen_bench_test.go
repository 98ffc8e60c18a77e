package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// writeLong writes a transcript of 20,000 segments of a second each.
func writeLong(t testing.TB, path string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	stamp := func(s int) string { return fmt.Sprintf("%02d:%02d:%02d.000", s/3600, s/60%60, s%60) }
	for i := range 20000 {
		fmt.Fprintf(&b, "\n%d\n%s --> %s\nseven words are said in here now\n", i+1, stamp(i), stamp(i+1))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// terminalBytes are the pieces that a program writes to its terminal.
type terminalBytes struct {
	pty   *os.File
	wrote chan int
}

func (t terminalBytes) read() {
	buffer := make([]byte, 1<<16)
	for {
		n, err := t.pty.Read(buffer)
		if err != nil {
			close(t.wrote)
			return
		}
		t.wrote <- n
	}
}

// drain counts the bytes of a while.
func (t terminalBytes) drain(d time.Duration) (total int) {
	end := time.After(d)
	for {
		select {
		case n, ok := <-t.wrote:
			if !ok {
				return total
			}
			total += n
		case <-end:
			return total
		}
	}
}

// processTime is what a program has used of the processor, in user and system.
func processTime(b *testing.B, pid int) time.Duration {
	b.Helper()
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Skip("no /proc here: ", err)
	}
	fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
	var user, system int
	fmt.Sscan(fields[11], &user)
	fmt.Sscan(fields[12], &system)
	return time.Duration(user+system) * 10 * time.Millisecond // the kernel's tick
}

// BenchmarkScreen is the whole program on 20,000 segments with a gold, in a
// real terminal of 160 by 48: how long from a key to the first byte on the
// terminal, and what playing costs.
// One session a run: -benchtime=1x.
func BenchmarkScreen(b *testing.B) {
	dir := b.TempDir()
	recording := tone(b, filepath.Join(dir, "talk.wav"), 60*time.Second)
	writeLong(b, filepath.Join(dir, "talk.vtt"))
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	program := filepath.Join(dir, "tapescript")
	if err := os.Symlink(self, program); err != nil {
		b.Fatal(err)
	}
	c := exec.Command(program, "open", recording, "--gold", filepath.Join(dir, "talk.vtt"))
	c.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_STATE_HOME="+dir)
	begin := time.Now()
	f, err := pty.StartWithSize(c, &pty.Winsize{Cols: 160, Rows: 48})
	if err != nil {
		b.Skip("no terminal can be made: ", err)
	}
	defer func() { c.Process.Kill(); c.Wait(); f.Close() }()
	out := terminalBytes{f, make(chan int, 1024)}
	go out.read()
	for got := 0; got < 1500; { // the queries come before the first frame
		n, ok := <-out.wrote
		if !ok {
			b.Fatal("the program ended")
		}
		got += n
	}
	b.ReportMetric(float64(time.Since(begin).Milliseconds()), "start-ms")
	out.drain(2 * time.Second)
	for range 40 { // into the middle of a page
		f.Write([]byte("\x1b[6;5~"))
		out.drain(20 * time.Millisecond)
	}
	var waits []time.Duration
	for i := range 200 {
		out.drain(40*time.Millisecond + time.Duration(i%17)*time.Millisecond)
		begin := time.Now()
		f.Write([]byte{"x\x7f"[i%2]})
		<-out.wrote
		waits = append(waits, time.Since(begin))
	}
	slices.Sort(waits)
	b.ReportMetric(float64(waits[len(waits)/2].Microseconds())/1000, "key-median-ms")
	b.ReportMetric(float64(waits[len(waits)*99/100].Microseconds())/1000, "key-p99-ms")
	share := func(d time.Duration, unit string) int {
		used := processTime(b, c.Process.Pid)
		n := out.drain(d)
		b.ReportMetric(100*float64(processTime(b, c.Process.Pid)-used)/float64(d), unit)
		return n
	}
	out.drain(3 * time.Second) // the last keys are scored, written and synced; that is no pause
	share(4*time.Second, "paused-%cpu")
	f.Write([]byte("\t"))
	out.drain(time.Second)
	n := share(10*time.Second, "playing-%cpu")
	b.ReportMetric(float64(n)/10, "playing-B/s")
	b.ReportMetric(0, "ns/op") // of a loop that is not there: one session is measured
}
