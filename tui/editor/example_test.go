package editor_test

import (
	"fmt"
	"time"

	"github.com/charmbracelet/x/ansi"

	"tapescript/transcript"
	"tapescript/tui"
	"tapescript/tui/editor"
)

func Example() {
	doc, err := transcript.NewDocument(&transcript.Transcript{Segments: []*transcript.Segment{
		{ID: "1", End: 2 * time.Second, Text: "Helo."},
		{ID: "2", Start: 2 * time.Second, End: 5 * time.Second, Text: "Who is it?"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	ed := editor.New(doc, tui.Plain())
	ed.Resize(40, 2)
	ed.SetCursor(transcript.Caret{Segment: "1", At: 3})
	if edit := ed.Type("l"); edit != nil {
		change, err := doc.Apply(edit)
		if err != nil {
			fmt.Println(err)
			return
		}
		ed.Changed(change)
	}
	rows, x, y := ed.Draw()
	for _, row := range rows {
		fmt.Println(ansi.Strip(row))
	}
	fmt.Println("the cursor is in column", x, "of row", y)
	// Output:
	// ▸  0:00.0 Hello.
	//    0:02.0 Who is it?
	// the cursor is in column 14 of row 0
}
