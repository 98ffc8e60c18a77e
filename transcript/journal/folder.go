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
// An earlier .old gives way; of damaged ones the first nine are kept, because
// each may hold what somebody misses.
func setAside(path, ending string) (string, error) {
	to := path + ending
	if ending == endDamaged {
		to = freeName(path)
	}
	if err := os.Rename(path, to); err != nil {
		return "", fmt.Errorf("putting the old journal aside: %w", err)
	}
	return to, nil
}

const (
	endOld     = ".old"
	endDamaged = ".damaged"
)

// freeName is where a damaged journal may be kept.
func freeName(path string) string {
	name := path + endDamaged
	for n := 2; n <= 9; n++ {
		if _, err := os.Lstat(name); err != nil {
			break
		}
		name = fmt.Sprintf("%s%s-%d", path, endDamaged, n)
	}
	return name
}

// syncDir makes renames and new files in a folder last. Some systems cannot;
// there the file's own sync has to do.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
