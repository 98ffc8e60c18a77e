package transcript

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// ReplaceFile puts data in the file at path, so that at every moment, through
// a crash or a full disk too, the path holds either all of the old content or
// all of the new. When it returns nil, the new content is on the disk.
//
// An existing file keeps its mode; a new one gets perm, less what the user's
// umask takes away, as any new file does. A symbolic link stays
// and its target is replaced. Hard links to the old file keep the old content.
// A file that its mode forbids to write (fs.ErrPermission) and anything but a
// regular file are refused. No temporary file stays behind after an error.
func ReplaceFile(path string, data []byte, perm fs.FileMode) error {
	return replaceFile(systemFiles, path, perm, func(f *os.File) error { return systemFiles.write(f, data) })
}

// ReplaceFileBy is [ReplaceFile] for content that is not in memory: fill writes
// it to the file that takes the old one's place, which it may also read. After
// an error of fill, which is in the one that is returned, the path holds all of
// the old content.
func ReplaceFileBy(path string, perm fs.FileMode, fill func(f *os.File) error) error {
	return replaceFile(systemFiles, path, perm, fill)
}

// fileCalls are the system calls of a replacement, in the order in which they
// are made. Tests put themselves between them.
type fileCalls struct {
	createTemp func(dir string, perm fs.FileMode) (*os.File, error)
	write      func(f *os.File, data []byte) error
	chmod      func(f *os.File, mode fs.FileMode) error
	sync       func(f *os.File) error
	close      func(f *os.File) error
	rename     func(from, to string) error
	syncDir    func(dir string) error
	remove     func(path string) error
}

var systemFiles = fileCalls{
	createTemp: createTemp,
	write: func(f *os.File, data []byte) error {
		_, err := f.Write(data)
		return err
	},
	chmod:   func(f *os.File, mode fs.FileMode) error { return f.Chmod(mode) },
	sync:    func(f *os.File) error { return f.Sync() },
	close:   func(f *os.File) error { return f.Close() },
	rename:  os.Rename,
	syncDir: syncDir,
	remove:  os.Remove,
}

func replaceFile(calls fileCalls, path string, perm fs.FileMode, fill func(f *os.File) error) error {
	target, old, err := replaceTarget(path)
	if err != nil {
		return fmt.Errorf("replacing %s: %w", path, err)
	}
	dir := filepath.Dir(target)
	if old != nil {
		perm = 0o600 // nobody else reads it before it has the old file's mode
	}
	f, err := calls.createTemp(dir, perm)
	if err != nil {
		return fmt.Errorf("replacing %s: making a temporary file beside it: %w", path, err)
	}
	if err := fillTemp(calls, f, fill, old); err != nil {
		calls.remove(f.Name())
		return fmt.Errorf("replacing %s: writing its new content: %w", path, err)
	}
	if err := calls.rename(f.Name(), target); err != nil {
		calls.remove(f.Name())
		return fmt.Errorf("replacing %s: %w", path, err)
	}
	if err := calls.syncDir(dir); err != nil {
		return fmt.Errorf("replacing %s: the new content is there, but whether it would survive a power cut is not known: %w", path, err)
	}
	return nil
}

// createTemp makes a new file beside the one to replace. It is not
// os.CreateTemp, whose files are 0600 whatever the user's umask says.
func createTemp(dir string, perm fs.FileMode) (*os.File, error) {
	for {
		path := filepath.Join(dir, fmt.Sprintf(".tapescript-%016x.tmp", rand.Uint64()))
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if !errors.Is(err, fs.ErrExist) {
			return f, err
		}
	}
}

// fillTemp writes, syncs and closes a temporary file, giving it the mode of the
// old file where there is one; it is closed in any case,
// because an open file can be neither renamed nor removed on Windows.
func fillTemp(calls fileCalls, f *os.File, fill func(f *os.File) error, old fs.FileInfo) error {
	err := fill(f)
	if err == nil && old != nil {
		err = calls.chmod(f, old.Mode().Perm())
	}
	if err == nil {
		err = calls.sync(f)
	}
	return errors.Join(err, calls.close(f))
}

// replaceTarget follows links to the file to replace and says what is there
// now, nil where nothing is.
func replaceTarget(path string) (string, fs.FileInfo, error) {
	// As many links as Linux follows before it calls them a loop.
	for range 40 {
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return path, nil, nil
		case err != nil:
			return "", nil, err
		case info.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return "", nil, err
			}
			if !filepath.IsAbs(to) {
				to = filepath.Join(filepath.Dir(path), to)
			}
			path = to
		case !info.Mode().IsRegular():
			return "", nil, errors.New("it is not a regular file")
		case info.Mode().Perm()&0o200 == 0:
			return "", nil, fmt.Errorf("the file is read-only: %w", fs.ErrPermission)
		default:
			return path, info, nil
		}
	}
	return "", nil, errors.New("its symbolic links go round in a circle")
}

// syncDir makes a rename in a folder last. Windows has no such call, and some
// network file systems refuse it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}
