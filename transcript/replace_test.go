package transcript

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// tripped wraps the system calls so that call number stop does what act says
// and every call after it does nothing: the process is gone.
func tripped(stop int, names *[]string, act func() error) fileCalls {
	n, dead := 0, false
	step := func(name string, do func() error) error {
		if dead {
			return errors.New("no longer running")
		}
		*names = append(*names, name)
		if n == stop {
			dead = true
			return act()
		}
		n++
		return do()
	}
	real := systemFiles
	return fileCalls{
		createTemp: func(dir string, perm fs.FileMode) (f *os.File, err error) {
			e := step("create", func() error { f, err = real.createTemp(dir, perm); return err })
			return f, e
		},
		write: func(f *os.File, data []byte) error {
			// Half of it first: a crash in the middle of a write.
			if err := step("write half", func() error { return real.write(f, data[:len(data)/2]) }); err != nil {
				return err
			}
			return step("write", func() error { return real.write(f, data[len(data)/2:]) })
		},
		chmod:   func(f *os.File, m fs.FileMode) error { return step("chmod", func() error { return real.chmod(f, m) }) },
		sync:    func(f *os.File) error { return step("sync", func() error { return real.sync(f) }) },
		close:   func(f *os.File) error { return step("close", func() error { return real.close(f) }) },
		rename:  func(a, b string) error { return step("rename", func() error { return real.rename(a, b) }) },
		syncDir: func(dir string) error { return step("sync folder", func() error { return real.syncDir(dir) }) },
		remove:  func(p string) error { return step("remove", func() error { return real.remove(p) }) },
	}
}

var replaceSteps = []string{"create", "write half", "write", "chmod", "sync", "close", "rename", "sync folder"}

func TestReplaceFileCrashBetweenAnyTwoCallsLeavesOldOrNew(t *testing.T) {
	for stop := range len(replaceSteps) + 1 {
		path := filepath.Join(t.TempDir(), "talk.vtt")
		writeTestFile(t, path, "old content", 0o644)
		var names []string
		calls := tripped(stop, &names, func() error { return errors.New("crash") })
		err := replaceFile(calls, path, 0o600, func(f *os.File) error { return calls.write(f, []byte("new content, longer")) })
		want := "old content"
		if stop > slices.Index(replaceSteps, "rename") {
			want = "new content, longer"
		}
		if got := readTestFile(t, path); got != want {
			t.Errorf("stopped before call %d (%v): the file holds %q, want %q", stop, names, got, want)
		}
		if done := stop == len(replaceSteps); done != (err == nil) {
			t.Errorf("stopped before call %d: error %v", stop, err)
		}
		if stop == len(replaceSteps) && !slices.Equal(names, replaceSteps) {
			t.Errorf("calls made: %v, want %v", names, replaceSteps)
		}
	}
}

func TestReplaceFileLeavesNoTemporaryFileAfterAnError(t *testing.T) {
	full := errors.New("no space left on device")
	fail := map[string]func(*fileCalls){
		"write": func(c *fileCalls) {
			c.write = func(f *os.File, data []byte) error { f.Write(data[:3]); return full }
		},
		"chmod":  func(c *fileCalls) { c.chmod = func(*os.File, fs.FileMode) error { return full } },
		"sync":   func(c *fileCalls) { c.sync = func(*os.File) error { return full } },
		"close":  func(c *fileCalls) { c.close = func(f *os.File) error { f.Close(); return full } },
		"rename": func(c *fileCalls) { c.rename = func(string, string) error { return full } },
	}
	for name, set := range fail {
		dir := t.TempDir()
		path := filepath.Join(dir, "talk.vtt")
		writeTestFile(t, path, "old", 0o644)
		calls := systemFiles
		set(&calls)
		err := replaceFile(calls, path, 0o600, func(f *os.File) error { return calls.write(f, []byte("new")) })
		if !errors.Is(err, full) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s failed: error %v, want one that names the file and the cause", name, err)
		}
		if got := readTestFile(t, path); got != "old" {
			t.Errorf("%s failed: the file holds %q", name, got)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("%s failed: the folder holds %v", name, entries)
		}
	}
}

func TestReplaceFileKeepsModeAndFollowsLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has neither these modes nor links for everybody")
	}
	dir := t.TempDir()
	target, link, link2 := filepath.Join(dir, "real.vtt"), filepath.Join(dir, "a.vtt"), filepath.Join(dir, "b.vtt")
	writeTestFile(t, target, "old", 0o640)
	if err := errors.Join(os.Symlink("real.vtt", link), os.Symlink(link, link2)); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(link2, []byte("new"), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(target)
	if err != nil || info.Mode() != 0o640 || readTestFile(t, target) != "new" {
		t.Errorf("the target is %v %q (%v), want mode 0640 and the new content", info.Mode(), readTestFile(t, target), err)
	}
	for _, l := range []string{link, link2} {
		if info, err := os.Lstat(l); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is no longer a link", l)
		}
	}
	fresh := filepath.Join(dir, "fresh.vtt")
	if err := ReplaceFile(fresh, nil, 0o604); err != nil {
		t.Fatal(err)
	}
	ordinary := filepath.Join(dir, "ordinary.vtt") // the umask has its say in both
	if err := os.WriteFile(ordinary, nil, 0o604); err != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(ordinary)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(fresh); err != nil || info.Mode() != want.Mode() || info.Size() != 0 {
		t.Errorf("a new file: %v (%v), want an empty one of mode %v", info, err, want.Mode())
	}
}

func TestReplaceFileRefusesWhatItMustNotReplace(t *testing.T) {
	dir := t.TempDir()
	readOnly := filepath.Join(dir, "final.vtt")
	writeTestFile(t, readOnly, "final", 0o444)
	if err := ReplaceFile(readOnly, []byte("x"), 0o600); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a read-only file: %v, want a refusal for permission", err)
	}
	if err := ReplaceFile(dir, []byte("x"), 0o600); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("a folder: %v", err)
	}
	if err := ReplaceFile(filepath.Join(dir, "none", "x.vtt"), []byte("x"), 0o600); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
	loop := filepath.Join(dir, "loop.vtt")
	if err := os.Symlink(loop, loop); err == nil {
		if err := ReplaceFile(loop, []byte("x"), 0o600); err == nil || !strings.Contains(err.Error(), "circle") {
			t.Errorf("a link to itself: %v", err)
		}
	}
}

func writeTestFile(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, []byte(content), mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}

func readTestFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
