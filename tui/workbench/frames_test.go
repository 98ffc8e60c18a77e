package workbench

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui/locale"
)

// TestFrames draws the workbench in three sizes and both languages and compares
// it with frames that were looked at. TAPESCRIPT_UPDATE=1 writes them anew.
func TestFrames(t *testing.T) {
	for _, language := range locale.Languages() {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 50}} {
			name := fmt.Sprintf("%s-%dx%d", language, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				one := heardAs("1", 0, 6, "Good morning, I'm Hannah Reed, and today we're at the old tide mill on Carrow Creek, which has ground flour since before anybody here can remember.")
				one.Speaker = "A"
				d := sitWith(t, []*transcript.Segment{one, said("2", 6, 12, "日本語 and عربي and é."), said("3", 12, 20, "")}, nil, "talk.vtt", func(o *Opening) { o.Words = locale.For(language) })
				frame := d.bench.Draw(size[0], size[1])
				var b strings.Builder
				for _, row := range frame.Rows {
					b.WriteString(strings.TrimRight(ansi.Strip(row), " ") + "\n")
				}
				path := filepath.Join("testdata", "frames", name+".txt")
				if os.Getenv("TAPESCRIPT_UPDATE") == "1" {
					if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				d.wants("frame "+name, b.String(), string(want))
			})
		}
	}
}
