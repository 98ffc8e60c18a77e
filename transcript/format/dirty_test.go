package format

import (
	"strings"
	"testing"
)

// TestDirtyFiles reads what people have as it comes out of their programs.
func TestDirtyFiles(t *testing.T) {
	for _, test := range []struct{ name, path, file, want string }{
		{"Excel where the comma is a decimal point", "a.csv", "\ufeffstart;end;speaker;text\r\n0,5;2,25;Ann;\"Hello; there\"\r\n", "0.5-2.25 Hello; there"},
		{"Excel's line for itself", "a.csv", "sep=;\r\nstart;end;text\r\n0,5;2;hi\r\n", "0.5-2 hi"},
		{"the same in quotes", "a.csv", "\"sep=,\"\nstart,end,text\n0.5,2,hi\n", "0.5-2 hi"},
		{"columns and rows that were emptied", "a.csv", "id;start;end;text;;\n1;0;1;hi;;\n;;;;;\n2;1;2;yo;;\n", "0-1 hi|1-2 yo"},
		{"an empty text at the right stays a cell", "a.csv", "start,end,text\n0,1,\n", "0-1 "},
		{"an empty text of a label", "a.txt", "0.5\t1\t\n", "0.5-1 "},
		{"subtitles without hours", "a.srt", "1\n00:01,000 --> 00:02.500\nHi\n", "1-2.5 Hi"},
		{"a number as text", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n2\n00:00:03,000 --> 00:00:04,000\n42\n", "1-2 1984|3-4 42"},
		{"a time of day as text", "a.srt", "1\n00:00:01,000 --> 00:00:02,000\n7\n12:30:00\n", "1-2 7\n12:30:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := Decode([]byte(test.file), test.path)
			if err != nil {
				t.Fatal(err)
			}
			var list []string
			for _, s := range got.Segments {
				list = append(list, strings.TrimSuffix(s.Start.String(), "s")+"-"+strings.TrimSuffix(s.End.String(), "s")+" "+s.Text)
			}
			if all := strings.ReplaceAll(strings.Join(list, "|"), "500m-", "0.5-"); all != test.want {
				t.Errorf("got %q, want %q", all, test.want)
			}
		})
	}
}

// TestDirtyErrors holds that what cannot be meant as text is not read as such,
// and that the message shows the place as it stands in the file.
func TestDirtyErrors(t *testing.T) {
	const cue = "1\n00:00:01,000 --> 00:00:02,000\nHi\n\n"
	for _, test := range []struct{ name, path, file, want string }{
		{"a file cut off within a time", "a.srt", cue + "2\n00:00:03,0", "a.srt, line 6, column 1: this is not a time (00:00:03,0)"},
		{"a short arrow", "a.srt", cue + "2\n00:00:03,000 -> 00:00:04,000\nYo\n", "a.srt, line 6, column 1: this is not a time (00:00:03,000 -> 00:00:04,000)"},
		{"a short arrow at the head", "a.srt", "1\n00:00:03,000 -> 00:00:04,000\nYo\n", "a.srt, line 2, column 1: this is not a time"},
		{"a negative label", "a.txt", "-1.0\t2.0\thi\n3.0\t4.0\tyo\n", "a.txt, line 1, column 1: this is not a time (-1.0)"},
		{"a negative end of a label", "a.txt", "1.0\t2.0\thi\n3.0\t-4.0\tyo\n", "a.txt, line 2, column 5: this is not a time (-4.0)"},
		{"a row that is short", "a.csv", "start;end;text;note\n0;1;hi\n", "a.csv, line 2: the row does not have as many cells as the header (0;1;hi)"},
		{"a row that is long", "a.csv", "start;end;text;\n0;1;hi;;;\n", "a.csv, line 2: the row does not have as many cells as the header (0;1;hi;;;)"},
		{"content under no name", "a.csv", "start;end;text;;\n0;1;hi;;x\n", "a.csv, line 1: the header names a column twice"},
		{"nothing but separators", "a.csv", ";;;\n;;;\n", "a.csv, line 1: the header is missing (;;;)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f, err := ForPath(test.path)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = Decode([]byte(test.file), test.path)
			if test.path == "a.csv" {
				_, _, err = f.Decode([]byte(test.file), test.path)
			}
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
