package quality_test

import (
	"fmt"
	"time"

	"tapescript/quality"
	"tapescript/transcript"
)

func ExampleScoreTranscripts() {
	said := func(text string) *transcript.Transcript {
		return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", End: 3 * time.Second, Text: text}}}
	}
	report := quality.ScoreTranscripts(said("It’s a cold day."), said("its a cold, cold day"), quality.Options{})
	rate, _ := report.Corpus.WER()
	fmt.Printf("%d errors, %.0f %%\n", report.Corpus.Errors(), 100*rate)
	for _, step := range report.Items[0].Steps {
		fmt.Print(step.Op, " ")
	}
	// Output:
	// 2 errors, 50 %
	// substitution correct insertion correct correct
}
