package consensus

import "testing"

// BenchmarkCombine makes the consensus of all 38,969 transcripts of CrowdSpeech's
// dev, each split as the batch that it was.
func BenchmarkCombine(b *testing.B) {
	clean, _ := crowd(b, "clean")
	other, _ := crowd(b, "other")
	for b.Loop() {
		for _, rows := range [][]Submission{clean, other} {
			if _, err := Combine(rows, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkErrorRate says what is left of the errors, by method and split, and
// what asking only where a transcript promises enough leaves, for how many.
func BenchmarkErrorRate(b *testing.B) {
	for _, split := range []string{"clean", "other"} {
		rows, gold := crowd(b, split)
		for _, m := range []Method{ROVER, Medoid, Tapescript} {
			b.Run(split+"/"+string(m), func(b *testing.B) {
				o := Options{Method: m}
				if m != Tapescript {
					o.Normalize = lettersOnly(b)
				}
				for b.Loop() {
					r, err := Combine(rows, o)
					if err != nil {
						b.Fatal(err)
					}
					corpus, mean := wer(b, r, gold)
					b.ReportMetric(100*corpus, "%WER")
					b.ReportMetric(100*mean, "%WER-mean")
				}
			})
		}
		b.Run(split+"/asked", func(b *testing.B) {
			for b.Loop() {
				worth, err := Worth(rows, WorthAsking, Options{})
				if err != nil {
					b.Fatal(err)
				}
				asked, r, err := Simulate(rows, worth, Options{})
				if err != nil {
					b.Fatal(err)
				}
				corpus, _ := wer(b, r, gold)
				b.ReportMetric(100*corpus, "%WER")
				b.ReportMetric(float64(len(asked))/float64(len(r.Items)), "transcripts")
			}
		})
	}
}
