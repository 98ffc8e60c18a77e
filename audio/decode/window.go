package decode

// windowBytes is how much is read from the disk at once: large enough that
// system calls do not count, small enough to be nothing in memory.
const windowBytes = 64 << 10

// window is a read buffer over a file for code that mostly goes forward and
// sometimes jumps.
type window struct {
	in     *input
	buf    []byte // what is held of the file
	offset int64  // of buf[0]
}

// at returns the n bytes at offset, or fewer at the end of the file. They are
// valid until the next call.
func (w *window) at(offset int64, n int) ([]byte, error) {
	if from := offset - w.offset; from >= 0 && from+int64(n) <= int64(len(w.buf)) {
		return w.buf[from : from+int64(n)], nil
	}
	return w.fill(offset, n)
}

// rest returns what is at hand from offset on: at least one byte, or none at
// the end of the file.
func (w *window) rest(offset int64) ([]byte, error) {
	if from := offset - w.offset; from >= 0 && from < int64(len(w.buf)) {
		return w.buf[from:], nil
	}
	return w.fill(offset, windowBytes)
}

func (w *window) fill(offset int64, n int) ([]byte, error) {
	if offset < 0 || offset >= w.in.size {
		return nil, nil
	}
	if rest := w.in.size - offset; int64(n) > rest {
		n = int(rest)
		if from := offset - w.offset; from >= 0 && from+int64(n) <= int64(len(w.buf)) {
			return w.buf[from : from+int64(n)], nil
		}
	}
	want := max(n, windowBytes)
	if cap(w.buf) < want {
		w.buf = make([]byte, want)
	}
	w.buf = w.buf[:max(want, windowBytes)]
	got, err := w.in.readAt(w.buf, offset)
	w.buf, w.offset = w.buf[:got], offset
	return w.buf[:min(n, got)], err
}
