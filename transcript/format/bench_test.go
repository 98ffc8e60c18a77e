package format

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkConvert100k is what `convert` does with a hundred thousand segments
// of SubRip to each format, and of each format to SubRip: read, write, read
// again to see that it can be, and count what is lost; part by part where that
// can be.
func BenchmarkConvert100k(b *testing.B) {
	for _, f := range All() {
		if !f.CanWrite() {
			continue // a recogniser writes no hundred thousand segments
		}
		b.Run("srt-"+f.Name, func(b *testing.B) { benchmarkConvert(b, srt, f) })
		b.Run(f.Name+"-srt", func(b *testing.B) { benchmarkConvert(b, f, srt) })
	}
}

func benchmarkConvert(b *testing.B, from, to Format) {
	var in bytes.Buffer
	if err := from.Encode(&in, many(100_000)); err != nil {
		b.Skip(err) // larger than a file may be
	}
	out, err := os.OpenFile(filepath.Join(b.TempDir(), "out"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		_, err := (Stream{From: from, To: to}).Convert(bytes.NewReader(in.Bytes()), out)
		if err == nil {
			continue
		}
		if !errors.Is(err, ErrWhole) {
			b.Fatal(err)
		}
		t, _, err := from.Decode(in.Bytes(), "bench")
		if err != nil {
			b.Skip(err)
		}
		file, err := to.Prepare(t)
		if err != nil {
			b.Skip(err)
		}
		file.Losses()
	}
}
