package format

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGoldenFiles holds what is read of each file in testdata/FORMAT: the
// transcript as jsonl, the notes, and what the format writes then.
func TestGoldenFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.*")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files found (%v)", len(files), err)
	}
	for _, path := range files {
		name := filepath.Base(filepath.Dir(path))
		if name == "fuzz" || strings.HasSuffix(path, ".golden") {
			continue
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			tr, source, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			if source.Format != name {
				t.Errorf("taken for %s, want %s", source.Format, name)
			}
			f, _ := Lookup(source.Format)
			got := fmt.Sprintf("%s-- source --\n%s %s\n%v\n", dump(tr), source.Encoding, source.LineEnds, source.Notes)
			if f.CanWrite() {
				got += "-- written --\n" + shown(t, f, encoded(t, f, tr))
				suite(t, f, tr)
			}
			golden := path + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

// shown is a file for people: of a folder its files, each below its name.
func shown(t *testing.T, f Format, data []byte) string {
	t.Helper()
	if !f.IsFolder() {
		return string(data)
	}
	files, err := readFolder(data, f.folder, false)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range f.folder {
		if files[name] != "" {
			b.WriteString(name + ":\n" + files[name])
		}
	}
	return b.String()
}
