package format

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"tapescript/transcript"
)

// A format that is a folder of small text files is one stream of bytes
// everywhere but on the disk: a tar archive of them, without dates and owners,
// so that equal transcripts make equal archives.

// sniffFolder finds the format of a folder by the first of its files.
func sniffFolder(path string) (Format, bool) {
	for _, f := range All() {
		if !f.IsFolder() {
			continue
		}
		if info, err := os.Stat(filepath.Join(path, f.folder[0])); err == nil && info.Mode().IsRegular() {
			return f, true
		}
	}
	return Format{}, false
}

// pack makes the archive of a folder on the disk: the files that the format
// names, and no others.
func (f Format) pack(dir string) ([]byte, error) {
	files := make(map[string]string)
	total := 0
	for _, name := range f.folder {
		data, err := readBounded(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) && name != f.folder[0] {
			continue
		}
		if err != nil {
			return nil, err
		}
		if total += len(data); total > maxBytes {
			return nil, &Error{Path: dir, Code: TooLarge, Advice: SplitFile}
		}
		files[name] = ownString(data)
	}
	var out bytes.Buffer
	out.Grow(total + 1024*(2*len(files)+2))
	if err := writeFolder(&out, f.folder, files); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack writes an archive that [Format.bytes] has made as files in a folder,
// which it makes where there is none.
func (f Format) unpack(data []byte, dir string) error {
	files, err := readFolder(data, f.folder, true)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, name := range f.folder {
		if files[name] == "" {
			continue
		}
		err := transcript.ReplaceFileBy(filepath.Join(dir, name), 0o666, func(f *os.File) error {
			_, err := f.WriteString(files[name])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// writeFolder writes files as an archive, in the order of names; those without
// text are left out.
func writeFolder(out *bytes.Buffer, names []string, files map[string]string) error {
	w := tar.NewWriter(out)
	for _, name := range names {
		if files[name] == "" {
			continue
		}
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), Format: tar.FormatUSTAR}); err != nil {
			return fmt.Errorf("archiving %s: %w", name, err)
		}
		if _, err := io.WriteString(w, files[name]); err != nil {
			return fmt.Errorf("archiving %s: %w", name, err)
		}
	}
	return w.Close()
}

// readFolder takes an archive apart: the files named, as UTF-8 with \n,
// whatever folder they lie in there. Others are passed over. Of bytes that are
// its own the files are no copies.
func readFolder(data []byte, names []string, own bool) (map[string]string, error) {
	files := make(map[string]string)
	if len(bytes.TrimSpace(data)) == 0 {
		return files, nil
	}
	rest := bytes.NewReader(data)
	r := tar.NewReader(rest)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, &Error{Code: BadArchive, Offending: cut(err.Error()), Advice: NameFormat}
		}
		name := filepath.Base(h.Name)
		if h.Typeflag != tar.TypeReg || !slices.Contains(names, name) {
			continue
		}
		var content []byte
		if from := len(data) - rest.Len(); own && h.Format == tar.FormatUSTAR && h.Size <= int64(len(data)-from) { // as it lies there
			content = data[from : from+int(h.Size)]
		} else if content, err = readArchived(r, min(h.Size, int64(len(data)))); err != nil {
			return nil, &Error{Code: BadArchive, Offending: cut(err.Error()), Advice: NameFormat}
		}
		text, _, _, err := ownText(content)
		if err != nil {
			return nil, inFile(err, name)
		}
		if line := tooLongLine(text); line > 0 && name != "spk2utt" { // a line lists all utterances of a speaker

			return nil, &Error{Path: name, Line: line, Code: LineTooLong, Advice: CorrectLine}
		}
		files[name] = text
	}
}

// readArchived reads a file of about that size: a sparse one says any.
func readArchived(r io.Reader, size int64) ([]byte, error) {
	var content bytes.Buffer
	content.Grow(int(max(0, size)) + bytes.MinRead)
	_, err := content.ReadFrom(io.LimitReader(r, maxBytes))
	return content.Bytes(), err
}
