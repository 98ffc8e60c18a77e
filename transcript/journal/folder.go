package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/adrg/xdg"
)

// Folder is where journals lie: tapescript/journal in $XDG_STATE_HOME, or in
// what stands for that on this system.
func Folder() (string, error) {
	state := os.Getenv("XDG_STATE_HOME") // as it is now; xdg read it when the program began
	if !filepath.IsAbs(state) {          // the specification: a relative path is ignored
		state = xdg.StateHome
	}
	if !filepath.IsAbs(state) {
		return "", errors.New("finding the journal's folder: neither XDG_STATE_HOME nor a home folder is set")
	}
	return filepath.Join(state, "tapescript", "journal"), nil
}

// canonical is the one absolute path by which a file is known, whatever
// symbolic links lead to it. The file need not exist.
func canonical(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real, nil
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs)), nil
	}
	return abs, nil
}

// fileName is the journal's name: the transcript's, for people who look, and a
// hash of its path, which alone decides.
func fileName(source string) string {
	sum := sha256.Sum256([]byte(source))
	name := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsGraphic(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, filepath.Base(source))
	const longest = 100 // bytes: file systems take 255 with what is added
	for len(name) > longest {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return name + "-" + hex.EncodeToString(sum[:8]) + ".jsonl"
}

func lockName(path string) string { return strings.TrimSuffix(path, ".jsonl") + ".lock" }

// setAside renames a journal that is not to be used to its name with ending.
// Nine of each ending are kept, because each may hold what somebody misses: of
// discarded ones the last, the newest without a number; of damaged ones the
// first, because what damages one damages all that follow.
func setAside(path, ending string) (string, error) {
	to := keptName(path, ending, freeNumber(path, ending))
	if ending == endOld {
		if err := makeWay(path); err != nil {
			return "", err
		}
		to = keptName(path, endOld, 1)
	}
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("putting the old journal aside: %w", err)
	}
	return to, nil
}

const (
	endOld     = ".old"
	endDamaged = ".damaged"

	maxKept = 9 // of each ending
)

// keptName is the name of the nth journal that is kept with an ending.
func keptName(path, ending string, n int) string {
	if n == 1 {
		return path + ending
	}
	return fmt.Sprintf("%s%s-%d", path, ending, n)
}

// freeNumber is the first that no kept journal has, or the last there is.
func freeNumber(path, ending string) int {
	for n := 1; n < maxKept; n++ {
		if _, err := os.Lstat(keptName(path, ending, n)); err != nil {
			return n
		}
	}
	return maxKept
}

// makeWay moves the discarded journals up by one, as far as the first number
// that is free; where none is, the oldest gives way.
func makeWay(path string) error {
	for n := freeNumber(path, endOld); n > 1; n-- {
		if err := os.Rename(keptName(path, endOld, n-1), keptName(path, endOld, n)); err != nil {
			return fmt.Errorf("keeping a journal that was discarded earlier: %w", err)
		}
	}
	return nil
}

// syncDir makes renames and new files in a folder last. Some systems cannot;
// there the file's own sync has to do.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
