package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// create makes the file of a new journal; an earlier one goes aside first.
func (j *Journal) create(was *outline) (file, error) {
	if j.path == "" {
		return nil, errors.New("there is no folder for the journal: set XDG_STATE_HOME or HOME")
	}
	if err := j.takeLock(); err != nil {
		return nil, err
	}
	if err := j.clear(was); err != nil {
		return nil, err
	}
	f, err := j.openFile(j.path, os.O_RDWR|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return nil, fmt.Errorf("making the journal: %w", err)
	}
	syncDir(filepath.Dir(j.path))
	return f, nil
}

// clear makes way for a new journal. Only one that was read whole and holds no
// edit is removed; others are kept.
func (j *Journal) clear(was *outline) error {
	info, err := os.Lstat(j.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("making the journal: %w", err)
	case !was.damaged && !was.edited && info.Size() == was.fileSize && info.Mode().IsRegular():
		if err := os.Remove(j.path); err != nil {
			return fmt.Errorf("removing an empty journal: %w", err)
		}
		return nil
	}
	ending := endOld
	if was.damaged {
		ending = endDamaged
	}
	kept, err := setAside(j.path, ending)
	if err == nil && ending == endDamaged {
		j.keptAt(kept)
	}
	return err
}

func (j *Journal) keptAt(name string) {
	j.mu.Lock()
	j.found.Damage.Kept = name
	j.mu.Unlock()
}

// reopen opens the file of a journal that goes on. If it is damaged, a copy is
// kept aside and what cannot be used is cut off.
func (j *Journal) reopen(was *outline) (file, error) {
	if err := j.takeLock(); err != nil {
		return nil, err
	}
	f, err := j.openFile(j.path, os.O_RDWR)
	if err != nil {
		return nil, fmt.Errorf("opening the journal: %w", err)
	}
	if err := j.repair(f, was); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (j *Journal) repair(f file, was *outline) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return fmt.Errorf("opening the journal: %w", err)
	case info.Size() != was.fileSize:
		return fmt.Errorf("opening the journal: %s changed after it was read", j.path)
	case info.Mode().Perm()&0o077 != 0:
		os.Chmod(j.path, 0o600) // somebody copied it; on some file systems it cannot be helped
	}
	if was.fileSize == was.size {
		return nil
	}
	kept := keptName(j.path, endDamaged, freeNumber(j.path, endDamaged))
	if err := j.copyAside(f, was.fileSize, kept); err != nil {
		return fmt.Errorf("keeping the damaged journal: %w", err)
	}
	j.keptAt(kept)
	if err := f.Truncate(was.size); err != nil {
		return fmt.Errorf("repairing the journal: %w", err)
	}
	was.fileSize = was.size
	return nil
}

// copyAside copies a file so that nothing of it is in danger any more.
func (j *Journal) copyAside(from io.ReaderAt, size int64, name string) error {
	to, err := j.openFile(name, os.O_RDWR|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.NewOffsetWriter(to, 0), io.NewSectionReader(from, 0, size))
	if err == nil {
		err = to.Sync()
	}
	if closed := to.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(name)
		return err
	}
	syncDir(filepath.Dir(name))
	return nil
}
