package spell

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Bounds on a list of one's own words.
const (
	maxList     = 4 << 20 // bytes
	maxListWord = 100
)

// ReadList reads a list of words: one a line, # before a remark. A list that
// is not there is empty.
func ReadList(path string) ([]string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxList))
	if err != nil {
		return nil, fmt.Errorf("reading a list of words: %w", err)
	}
	var list []string
	for line := range bytes.Lines(bytes.TrimPrefix(data, []byte("\ufeff"))) {
		word, _, _ := strings.Cut(string(line), "#")
		if word = strings.TrimSpace(word); word != "" && len(word) <= maxListWord && utf8.ValidString(word) {
			list = append(list, word)
		}
	}
	return list, nil
}

// AddToList writes a word at the end of a list, which it makes where there is
// none. What the list holds already, remarks included, stays as it is.
func AddToList(path, word string) error {
	have, err := ReadList(path)
	if err != nil {
		return err
	}
	for _, w := range have {
		if w == word {
			return nil
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("keeping a word: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return fmt.Errorf("keeping a word: %w", err)
	}
	line := word + "\n"
	if info, err := f.Stat(); err == nil && info.Size() > 0 {
		last := make([]byte, 1)
		if _, err := f.ReadAt(last, info.Size()-1); err == nil && last[0] != '\n' {
			line = "\n" + line
		}
	}
	_, err = f.WriteString(line) // one write: two programs may add at once
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("keeping a word: %w", err)
	}
	return nil
}
