package format

import (
	"bytes"
	"testing"
)

// BenchmarkConvert100k is what `convert` does with a hundred thousand segments,
// but for the disk: read, write, read again to see that it can be, and count
// what is lost.
func BenchmarkConvert100k(b *testing.B) {
	for _, c := range []struct{ from, to Format }{{srt, vtt}, {vtt, srt}, {jsonl, srt}, {srt, jsonl}, {tsv, vtt}, {stm, trn}, {vtt, ctm}} {
		b.Run(c.from.Name+"-"+c.to.Name, func(b *testing.B) {
			var in bytes.Buffer
			if err := c.from.Encode(&in, many(100_000)); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(in.Len()))
			b.ReportAllocs()
			for b.Loop() {
				t, _, err := Decode(in.Bytes(), "bench")
				if err != nil {
					b.Fatal(err)
				}
				file, err := c.to.Prepare(t)
				if err != nil {
					b.Fatal(err)
				}
				file.Losses()
			}
		})
	}
}
