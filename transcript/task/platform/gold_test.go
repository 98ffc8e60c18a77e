package platform

import (
	"strings"
	"testing"

	"tapescript/transcript/task"
)

// TestCorrectedGoldGoesBack holds that gold which was corrected here stands in
// the file that goes back, and that nothing else of it has moved.
func TestCorrectedGoldGoesBack(t *testing.T) {
	tests := []struct {
		platform, file string
		gold           []string
		want           string
	}{
		{"toloka", "INPUT:audio\tGOLDEN:text\tHINT:text\na.wav\tred  car \twhy\nb.wav\t\t\n", []string{"read car", "other"},
			"a.wav\tread car\twhy"},
		{"toloka", "INPUT:audio\tGOLDEN:text\tHINT:text\na.wav\tred  car \twhy\nb.wav\t\t\n", []string{"red  car"}, "a.wav\tred  car \twhy"},
		{"appen", "_unit_id,_golden,audio_url,text_gold,text_gold_reason\n1,true,a.wav,\"one\ntwo\",why\n", []string{"one", "too"},
			"1,true,a.wav,\"one\ntoo\",why"},
		{"table", "audio,gold,text,worker\na.wav,red,,\n", []string{"read, \"now\""}, `a.wav,"read, ""now""",`},
	}
	for _, c := range tests {
		f, err := Read(strings.NewReader(c.file), "batch", Options{From: c.platform})
		if err != nil {
			t.Fatal(err)
		}
		records := checkRecords(t, f)
		out := encode(t, c.platform, f.Batch(), func(yield func(task.Result, error) bool) {
			r := resultOf(f.Batch(), records[0])
			r.Gold.Texts = c.gold
			yield(r, nil)
		})
		header, row, _ := strings.Cut(out, "\n")
		if !strings.HasPrefix(row, c.want) {
			t.Errorf("%s: %q, want %q; under %q", c.platform, row, c.want, header)
		}
	}
}
