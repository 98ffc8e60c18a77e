package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// UnsavedError says that a journal holds work that its transcript's file lacks.
type UnsavedError struct{ Edits int }

func (e *UnsavedError) Error() string {
	return fmt.Sprintf("the journal holds %d edits that were not saved", e.Edits)
}

// Purge deletes all that lies in the journal's folder about a transcript: the
// journal with its session state, and those that were put aside, discarded and
// damaged ones. The lock alone stays, which holds nothing of the text. It returns
// how many files there were. A [*LockedError] says that another program has the
// transcript open, an [*UnsavedError] that work would be lost; nothing is deleted
// then. What a disk keeps of deleted files is not its business.
func Purge(transcriptPath string, o Options) (files int, err error) {
	j, err := Open(transcriptPath, o)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	if n := j.Found().Unsaved; n > 0 {
		return 0, &UnsavedError{n}
	}
	if j.path == "" || j.lock == nil { // no folder, or no way to keep others out
		return 0, j.Status().Err
	}
	all, err := theirs(j.path)
	if err != nil {
		return 0, err
	}
	for _, name := range all {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return files, fmt.Errorf("deleting the journal: %w", err)
		}
		files++
	}
	syncDir(filepath.Dir(j.path))
	return files, nil
}

// Kept counts the files of a transcript in the journal's folder, as [Purge]
// would delete them, and takes no lock.
func Kept(transcriptPath string, o Options) (int, error) {
	source, err := canonical(transcriptPath)
	if err != nil {
		return 0, err
	}
	if o.Folder == "" {
		if o.Folder, err = Folder(); err != nil {
			return 0, nil
		}
	}
	all, err := theirs(filepath.Join(o.Folder, fileName(source)))
	return len(all), err
}

// theirs lists a journal and what was put aside of it.
func theirs(path string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the journal's folder: %w", err)
	}
	var list []string
	base := filepath.Base(path)
	for _, e := range entries {
		// Names of others cannot begin so: they end with a hash before .jsonl.
		if len(e.Name()) >= len(base) && e.Name()[:len(base)] == base {
			list = append(list, filepath.Join(filepath.Dir(path), e.Name()))
		}
	}
	return list, nil
}
