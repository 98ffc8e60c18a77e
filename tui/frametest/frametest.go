// Package frametest holds drawn screens against files that were looked at and
// kept. Tests alone import it.
package frametest

import (
	"os"
	"path/filepath"
	"testing"
)

// Compare compares what was drawn with testdata/frames/NAME.txt of the package
// under test, byte for byte. With TAPESCRIPT_UPDATE=1 it keeps what was drawn: to
// be looked at before it is committed.
func Compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "frames", name+".txt")
	if os.Getenv("TAPESCRIPT_UPDATE") == "1" {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s:\ngot\n%s\nwant\n%s", name, got, want)
	}
}
