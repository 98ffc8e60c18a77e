//go:build unix

package output

import (
	"os"
	"testing"
)

func TestDivertedDescriptorComesBack(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	restore, err := divert(int(w.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	w.WriteString("chatter of a library\n")
	restore()
	w.WriteString("ours\n")
	buf := make([]byte, 100)
	n, err := r.Read(buf)
	if got := string(buf[:n]); err != nil || got != "ours\n" {
		t.Errorf("read %q, %v", got, err)
	}
}
