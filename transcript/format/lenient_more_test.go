package format

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// broken is a file with one record in it that cannot be read.
type broken struct {
	format, before, bad, after string
	text                       string // of the reject, where it is not bad
	line                       int
}

const longGrid = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0\nxmax = 9\ntiers? <exists>\nsize = 2\nitem []:\n" +
	"    item [1]:\n        class = \"IntervalTier\"\n        name = \"Ann\"\n        xmin = 0\n        xmax = 9\n        intervals: size = 3\n" +
	"        intervals [1]:\n            xmin = 0\n            xmax = 1\n            text = \"hi\"\n"

const secondTier = "    item [2]:\n        class = \"TextTier\"\n        name = \"Bob\"\n        xmin = 0\n        xmax = 9\n        points: size = 1\n" +
	"        points [1]:\n            number = 3\n            mark = \"ho\"\n"

// brokenFiles are files of formats whose records are no lines.
var brokenFiles = []broken{
	{format: "textgrid", before: longGrid, bad: "        intervals [2]:\n            xmin = 1\n            xmax = soon\n            text = \"no\"\n", line: 19,
		after: "        intervals [3]:\n            xmin = 2\n            xmax = 3\n            text = \"you\"\n" + secondTier},
	{format: "textgrid", before: longGrid, bad: "        intervals [2]:\n            xmin = 2\n            xmax = 1\n            text = \"no\"\n", line: 19, after: secondTier},
	{format: "textgrid", before: longGrid, bad: "        intervals [2]:\n            xmin = 2\n            xmax = 3\n            text = \"no\n", line: 19,
		after: "        intervals [3]:\n            xmin = 4\n            xmax = 5\n            text = \"you\"\n" + secondTier},
	{format: "textgrid", before: longGrid, bad: "        intervals [2]:\n            xmin = 2\n", line: 19, after: secondTier},
	{format: "textgrid", before: longGrid + secondTier, bad: "        points [2]:\n            number = -3\n            mark = \"no\"\n", line: 28},
	{format: "textgrid", before: "\"ooTextFile\"\n\"TextGrid\"\n0\n9\n<exists>\n2\n\"IntervalTier\"\n\"Ann\"\n0\n9\n3\n0\n1\n\"hi\"\n", bad: "1\n\"no \"\"no\"\"\nno\"\n", line: 15,
		after: "2\n3\n\"you\"\n\"TextTier\"\n\"Bob\"\n0\n9\n1\n4\n\"ho\"\n"},
	{format: "textgrid", before: "\"Praat chronological TextGrid text file\"\n0 9   ! Time domain.\n2   ! Number of tiers.\n\"IntervalTier\" \"Ann\" 0 9\n\"IntervalTier\" \"Bob\" 0 9\n1 0 1\n\"hi\"\n",
		bad: "7 1 2\n\"no\"\n", after: "2 2 3\n\"ho\"\n", line: 8},
	{format: "ttml", before: "<tt xmlns=\"http://www.w3.org/ns/ttml\"><body><div>\n<p begin=\"0s\" end=\"1s\">hi</p>\n", bad: "<p begin=\"3s\" end=\"2s\">no\n</p>", after: "\n<p begin=\"4s\" end=\"5s\">ho</p></div></body></tt>\n", line: 3},
	{format: "eaf", before: "<ANNOTATION_DOCUMENT AUTHOR=\"\" DATE=\"1970-01-01T00:00:00Z\" FORMAT=\"3.0\" VERSION=\"3.0\">\n<HEADER MEDIA_FILE=\"\" TIME_UNITS=\"milliseconds\"/>\n<TIME_ORDER><TIME_SLOT TIME_SLOT_ID=\"ts1\" TIME_VALUE=\"1\"/><TIME_SLOT TIME_SLOT_ID=\"ts2\" TIME_VALUE=\"2\"/></TIME_ORDER>\n" +
		"<TIER LINGUISTIC_TYPE_REF=\"default-lt\" TIER_ID=\"Ann\">\n<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID=\"a\" TIME_SLOT_REF1=\"ts1\" TIME_SLOT_REF2=\"ts2\"><ANNOTATION_VALUE>hi</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>\n",
		bad:   "<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID=\"b\" TIME_SLOT_REF1=\"ts1\" TIME_SLOT_REF2=\"ts9\"><ANNOTATION_VALUE>no</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>",
		after: "\n</TIER>\n<LINGUISTIC_TYPE GRAPHIC_REFERENCES=\"false\" LINGUISTIC_TYPE_ID=\"default-lt\" TIME_ALIGNABLE=\"true\"/>\n</ANNOTATION_DOCUMENT>\n", line: 6},
	{format: "trs", before: "<Trans><Episode><Section type=\"report\" startTime=\"0\" endTime=\"9\">\n<Turn startTime=\"0\" endTime=\"1\">\n<Sync time=\"0\"/>\nhi\n</Turn>\n",
		bad: "<Turn startTime=\"1\" endTime=\"x\">\n<Sync time=\"1\"/>\nno\n</Turn>", after: "\n<Turn startTime=\"2\" endTime=\"3\">\n<Sync time=\"2\"/>\nho\n</Turn>\n</Section></Episode></Trans>\n", line: 6},
	{format: "markdown", before: "# x\n\n**Ann** [00:01 --> 00:02] hi\n\n", bad: "**Ann** [00:09 --> 00:02] no\n", after: "\n**Ann** [00:03 --> 00:04] ho\n", line: 5},
	{format: "otr", before: `{"text":"<p><span class=\"timestamp\" data-timestamp=\"1\">0:01</span>[Ann]: hi</p><p>`, bad: `<span class=\"timestamp\" data-timestamp=\"x\">0:0x</span>[Bob]: no <b>no</b>`,
		text: `<span class="timestamp" data-timestamp="x">0:0x</span>[Bob]: no <b>no</b>`, after: `</p><p><span class=\"timestamp\" data-timestamp=\"3\">0:03</span>ho</p>","media":"a.mp3","media-time":2}`, line: 1},
	{format: "rev-nlp", before: "token|speaker|ts|endTs\nhi|1|0|1\n", bad: "no|1|2|1\n", after: "ho|1|2|3\n", line: 3},
	{format: "amazon-transcribe", before: `{"jobName":"j","results":{"transcripts":[],"items":[{"type":"pronunciation","start_time":"0","end_time":"1","alternatives":[{"content":"hi"}]},` + "\n",
		bad:  `{"type":"pronunciation","start_time":"x","end_time":"1","alternatives":[{"content":"no"}]},`,
		text: `{"type":"pronunciation","start_time":"x","end_time":"1","alternatives":[{"content":"no"}]}`, after: `{"type":"pronunciation","start_time":"1","end_time":"2","alternatives":[{"content":"ho"}]}]}}`, line: 2},
	{format: "docx", before: docxSample("00:01.000 – 00:02.000", "hi"), bad: docxSample("00:05.000 – 00:02.000", "no"), after: docxSample("00:03.000 – 00:04.000", "ho"), text: "[00:05.000 – 00:02.000]no", line: 1},
}

// docxSample is a paragraph as we write it.
func docxSample(span, text string) string {
	return `<w:p><w:pPr><w:pStyle w:val="Utterance"/></w:pPr><w:r><w:rPr><w:rStyle w:val="Time"/></w:rPr><w:t>[` + span + `]</w:t></w:r><w:r><w:t>` + text + `</w:t></w:r></w:p>`
}

// file is the broken file, with the record or without it.
func (b broken) file(t *testing.T, bad string) []byte {
	t.Helper()
	whole := b.before + bad + b.after
	if b.format == "docx" {
		return docxOf(t, whole)
	}
	return []byte(whole)
}

// TestEveryFormatIsReadLeniently: each is in one of the tests here.
func TestEveryFormatIsReadLeniently(t *testing.T) {
	lines := "vtt srt jsonl tsv csv txt audacity trn stm ctm rttm nemo" // TestOnlyTheBrokenRecordIsPassedOver
	objects := "label-studio whisper google azure deepgram assemblyai rev-json"
	tested := strings.Fields(lines + " " + objects + " kaldi plain") // in plain text nothing can be wrong
	for _, b := range brokenFiles {
		tested = append(tested, b.format)
	}
	for _, f := range All() {
		if !slices.Contains(tested, f.Name) {
			t.Errorf("no file of %s with a broken record is read", f.Name)
		}
	}
}

// docxOf is a document of Word's of these paragraphs.
func docxOf(t *testing.T, paragraphs string) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for name, text := range map[string]string{docxBody: `<w:document xmlns:w="` + docxMain + `"><w:body>` + paragraphs + `</w:body></w:document>`} {
		w, err := archive.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestABrokenRecordOfAnyShapeIsPassedOver: what is no line is kept as it stands
// too, and what is around it is read.
func TestABrokenRecordOfAnyShapeIsPassedOver(t *testing.T) {
	for _, b := range brokenFiles {
		f, _ := Lookup(b.format)
		data := b.file(t, b.bad)
		if _, _, err := f.Decode(data, "x"); err == nil {
			t.Errorf("%s: read %s", b.format, b.bad)
		}
		got, source, err := f.DecodeAs(data, "x", Reading{Lenient: true})
		if err != nil {
			t.Errorf("%s: %v", b.format, err)
			continue
		}
		want := strings.TrimRight(b.bad, "\n")
		if b.text != "" {
			want = b.text
		}
		if len(source.Rejects) != 1 || strings.TrimSpace(source.Rejects[0].Text) != strings.TrimSpace(want) || source.Rejects[0].Line != b.line || source.Rejects[0].Err.Path != "x" {
			t.Errorf("%s: rejects\n%+v, want line %d of\n%s", b.format, source.Rejects, b.line, want)
		}
		rest, _, err := f.DecodeAs(b.file(t, ""), "x", Reading{Lenient: true})
		if err != nil {
			t.Errorf("%s without its broken record: %v", b.format, err)
		} else if dump(got) != dump(rest) || len(got.Segments) == 0 {
			t.Errorf("%s: got\n%s\nwant\n%s", b.format, dump(got), dump(rest))
		}
	}
}

// TestATextGridThatIsCutIsReadSoFar: what was announced and is not there is said.
func TestATextGridThatIsCutIsReadSoFar(t *testing.T) {
	got, source, err := textGrid.DecodeAs([]byte(longGrid), "x", Reading{Lenient: true})
	if err != nil || len(got.Segments) != 1 || len(source.Rejects) != 1 {
		t.Errorf("%v: %+v\n%s", err, source.Rejects, dump(got))
	}
}

// TestABrokenLineOfAKaldiFolderIsPassedOver: the reject says in which file it stands.
func TestABrokenLineOfAKaldiFolderIsPassedOver(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"text":     "a hi\nb no\nc ho\nc twice\nd lost\n",
		"segments": "a r 0 1\nb r 2 1\nc r 3 4\ne r 5 6\n",
		"utt2spk":  "a Ann\nb Ann\nc Bob\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, source, err := ReadAs(dir, Reading{Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	var rejects []string
	for _, r := range source.Rejects {
		rejects = append(rejects, filepath.Base(r.Err.Path)+": "+strings.ReplaceAll(r.Text, "\n", " / "))
	}
	if want := "text: c twice, segments: b no / b r 2 1, text: d lost"; strings.Join(rejects, ", ") != want {
		t.Errorf("rejects %s, want %s", strings.Join(rejects, ", "), want)
	}
	if len(got.Segments) != 2 || got.Segments[0].Text != "hi" || got.Segments[1].Text != "ho" || len(source.Notes) != 1 || source.Notes[0] != (Note{LinesPassed, 4, 1}) {
		t.Errorf("%v\n%s", source.Notes, dump(got))
	}
}
