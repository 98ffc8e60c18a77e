package normalize

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: the real data is not here")
	}
	return dir
}

// crowd returns the lines of real transcripts.
func crowd(t testing.TB, name string) []string {
	data, err := os.ReadFile(filepath.Join(testdataDir(t), "crowdspeech", name))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range bytes.Lines(data) {
		if cells := strings.Split(string(line), "\t"); len(cells) > 1 {
			lines = append(lines, cells[1])
		}
	}
	return lines
}

func BenchmarkReadings(b *testing.B) {
	var texts []string
	for _, name := range []string{"dev-clean-crowd.tsv", "dev-other-crowd.tsv"} {
		texts = append(texts, crowd(b, name)...)
	}
	for _, name := range []string{"basic", "english"} {
		p := profile(b, name)
		p.Readings("two")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var tokens, readings, without int
			for b.Loop() {
				tokens, readings, without = 0, 0, 0
				for _, text := range texts {
					t, r := p.Readings(text)
					tokens += len(t)
					if readings += len(r); len(r) == 0 {
						without++
					}
				}
			}
			b.ReportMetric(float64(len(texts)), "texts/op")
			b.ReportMetric(float64(tokens), "tokens/op")
			b.ReportMetric(float64(readings), "readings/op")
			b.ReportMetric(float64(without), "plain/op")
		})
	}
	b.Run("joins", func(b *testing.B) {
		p := profile(b, "english")
		tokens := make([][]Token, len(texts))
		for i, text := range texts {
			tokens[i] = p.Tokens(text)
		}
		for b.Loop() {
			for i := 1; i < len(tokens); i++ {
				p.Joins(tokens[i-1], tokens[i])
			}
		}
	})
}
