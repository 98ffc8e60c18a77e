package format

import (
	"errors"
	"strings"
	"testing"
)

// TestBadInputIsRefusedWithItsPlace: what a person reads when a file is wrong.
func TestBadInputIsRefusedWithItsPlace(t *testing.T) {
	for _, c := range []struct{ path, data, want string }{
		{"a.srt", "1\n00:00:05,000 --> 00:00:01,000\nx\n", "a.srt, line 2: the end comes before the start (00:00:05,000 --> 00:00:01,000); correct it in a text editor"},
		{"a.srt", "1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:00:O1,000 --> 00:00:03,000\n", "a.srt, line 6, column 1: this is not a time (00:00:O1,000); correct it in a text editor"},
		{"a.srt", "1\n00:00:01,000 --> 00:00:02,000\nfrom 1:00 --> to 2:00\n", ""}, // an arrow in a sentence
		{"a.srt", "1\n00:00:01,000 --> 00:00:0x\nx\n", "a.srt, line 2, column 18: this is not a time (00:00:0x); correct it in a text editor"},
		{"a.srt", "1\n-00:00:01,000 --> 00:00:02,000\nx\n", "a.srt, line 2, column 1: this is not a time (-00:00:01,000); correct it in a text editor"},
		{"a.srt", "1\n00:00:61,000 --> 00:02:00,000\nx\n", "a.srt, line 2, column 1: this is not a time (00:00:61,000); correct it in a text editor"},
		{"a.srt", "hello\n\n1\n00:00:01,000 --> 00:00:02,000\nx\n", "a.srt, line 1: there is text before the first time line (hello); correct it in a text editor"},
		{"a.srt", "just words\x1b[2J\n", `a.srt, line 1: there is text before the first time line (just words[2J); correct it in a text editor`},
		{"a.vtt", "hello\n", "a.vtt, line 1: the header is missing (hello); add the header, or name the format with --from"},
		{"a.vtt", "WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", "a.vtt, line 3: the end comes before the start (00:02.000 --> 00:01.000); correct it in a text editor"},
		{"a.txt", "[00:00:99] x\n", "a.txt, line 1, column 2: this is not a time (00:00:99); correct it in a text editor"},
		{"a.txt", "fine\n[00:02 --> 00:01] x\n", "a.txt, line 2: the end comes before the start ([00:02 --> 00:01] x); correct it in a text editor"},
		{"a.tsv", "start\tend\ttext\n1.0\tx\thi\n", "a.tsv, line 2: this is not a time (x); correct it in a text editor"},
		{"a.tsv", "start\tend\ttext\n1.0\t\thi\n", "a.tsv, line 2: this is not a time (the end is missing); correct it in a text editor"},
		{"a.tsv", "start\tend\ttext\n1.0\t2.0\n", `a.tsv, line 2: the row does not have as many cells as the header (1.0\t2.0); correct it in a text editor`},
		{"a.tsv", "start\tEnd\ttext\tend\n", "a.tsv, line 1: the header names a column twice (end); correct it in a text editor"},
		{"a.tsv", "begin\tend\ttext\n", "a.tsv, line 1: the header lacks a column (start); add the header, or name the format with --from"},
		{"a.tsv", "start\tend\ttext\tchannel\n1.5\t2\tx\tleft\n", "a.tsv, line 2: this is not a channel: 1 is the left one, 2 the right one (left); correct it in a text editor"},
		{"a.tsv", "id\ttext\n1\thello\n", `a.tsv, line 1: this is a table of utterances without times, not a transcript (id\ttext); tapescript score takes it`},
		{"a.tsv", "x.flac\thello\n", `a.tsv, line 1: this is a table of utterances without times, not a transcript (x.flac\thello); tapescript score takes it`},
		{"a.csv", "start,end,text\n1,2,\"open\n", `a.csv, line 2: a quoted cell does not end as it should ("open); correct it in a text editor`},
		{"a.jsonl", `{"id":"1"}`, `a.jsonl, line 1: the lines of JSON are neither a transcript of ours nor segments with times ({"id":"1"}); each line needs the keys start, end and text`},
		{"a.jsonl", `{"tapescript":"transcript","version":2}`, `a.jsonl, line 1: the file was written by a newer tapescript ({"tapescript":"transcript","version":2}); update tapescript`},
		{"a.jsonl", "{\"tapescript\":\"transcript\"}\n{\"id\":\"1\",\"text\":\"hi\" oops}\n", `a.jsonl, line 2, column 23: this is not the JSON that was expected (oops}); correct it in a text editor`},
		{"a.jsonl", "{\"tapescript\":\"transcript\"}\n{\"id\":1}\n", `a.jsonl, line 2, column 7: this is not the JSON that was expected (id); correct it in a text editor`},
		{"a.jsonl", "{\"tapescript\":\"transcript\"}\n{\"id\":\"1\",\"start\":-1}\n", `a.jsonl, line 2: this is not a time ({"id":"1","start":-1}); correct it in a text editor`},
		{"a.jsonl", "{\"tapescript\":\"transcript\"}\n{\"id\":\"1\",\"text\":\"hi\",\"words\":[{\"from\":0,\"to\":9}]}\n", `a.jsonl, line 2: what was read contradicts itself (a word lies at bytes 0 to 9 of a text of 2 bytes, after byte…); correct it in a text editor`},
		{"a.jsonl", "{\"tapescript\":\"transcript\"}\n{\"id\":\"1\",\"text\":\"hi\",\"speaker\":\"x\"}\n", `a.jsonl, line 2: what was read contradicts itself (there is no speaker "x"); correct it in a text editor`},
		{"a.txt", "1.5\t2.5\thi\nx\ty\tz\n", `a.txt, line 2, column 1: this is not a time (x); correct it in a text editor`},
		{"a.mp3", "ID3\x03\x00\x00\x00", "a.mp3, line 1: this is not a text file; save it as text, or give the recording and the transcript in the other order"},
		{"a.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x01\x02\x03", "a.doc: this is not a text file; save it as text, or give the recording and the transcript in the other order"},
		{"a.xyz", "hello", "a.xyz: the content fits no transcript format that is known, and neither does the name (.xyz); name the format with --from"},
		{"-", "hello", "-: the content fits no transcript format that is known, and neither does the name; name the format with --from"},
		{"a.vtt", "WEBVTT\n\n" + strings.Repeat("x", maxLineBytes+1), "a.vtt, line 3: the line is longer than 1 MiB; correct it in a text editor"},
	} {
		_, _, err := Decode([]byte(c.data), c.path)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v, want no error", c.data, err)
		case c.want == "":
		case err == nil:
			t.Errorf("%q was read, want: %s", c.data[:min(len(c.data), 80)], c.want)
		case err.Error() != c.want:
			t.Errorf("got:  %v\nwant: %s", err, c.want)
		default:
			var e *Error
			if !errors.As(err, &e) || e.Path != c.path {
				t.Errorf("%v is not an error of this package that knows its path", err)
			}
		}
	}
}

func TestEveryCodeAndAdviceHasItsText(t *testing.T) {
	for _, code := range []Code{UnknownFormat, Ambiguous, NotText, TooLarge, LineTooLong, TooManySpeakers, ItemsTable, MissingHeader, MissingColumn,
		DoubledColumn, ColumnCount, BadQuote, BadTime, EndBeforeStart, StrayText, BadChannel, BadJSON, NewerVersion, Invalid, ReadOnly, Recordings, NoRecording, MissingID, BadRule, Command, BadArchive, BadXML, TooComplex, NoSegments} {
		if codeText[code] == "" {
			t.Errorf("%s has no English", code)
		}
	}
	for _, advice := range []Advice{NameFormat, CorrectLine, AddHeader, SplitFile, UseScore, SaveAsText, UpdateItself, OtherFormat, NameIt, NeedKeys} {
		if adviceText[advice] == "" {
			t.Errorf("%s has no English", advice)
		}
	}
}

func TestSpeakersAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range maxSpeakers + 1 {
		b.WriteString("[" + strings.Repeat("x", i+1) + "]: hi\n")
	}
	_, _, err := txt.Decode([]byte(b.String()), "many.txt")
	var e *Error
	if !errors.As(err, &e) || e.Code != TooManySpeakers || e.Line != maxSpeakers+1 {
		t.Errorf("%v, want a refusal at line %d", err, maxSpeakers+1)
	}
}

func TestOffendingTextIsCutAndEscaped(t *testing.T) {
	if got, want := cut("a\x1b[31m\u202eb\n\xff"), `a\u001b[31m\u202eb\n\xff`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := cut(strings.Repeat("é", 100)); got != strings.Repeat("é", 60)+"…" {
		t.Errorf("got %s", got)
	}
}
