package format

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestPythonReadsDOCX has Python's zipfile and expat say what the document
// holds: every part is XML, every paragraph has its style and text.
func TestPythonReadsDOCX(t *testing.T) {
	requireTool(t, "python3")
	const script = `
import sys, io, json, zipfile
from xml.etree import ElementTree
z = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
assert z.testzip() is None
parts = {name: ElementTree.fromstring(z.read(name)) for name in z.namelist()}
w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
styles = [s.get(w + "styleId") for s in parts["word/styles.xml"].iter(w + "style")]
out = []
for p in parts["word/document.xml"].iter(w + "p"):
    assert p.find(w + "pPr/" + w + "pStyle").get(w + "val") in styles
    runs = []
    for r in p.iter(w + "r"):
        style = r.find(w + "rPr/" + w + "rStyle")
        assert style is None or style.get(w + "val") in styles
        runs.append("".join({w + "t": e.text, w + "br": "\n", w + "tab": "\t"}.get(e.tag) or "" for e in r))
    out.append("".join(runs))
json.dump(out, sys.stdout)
`
	cmd := exec.Command("python3", "-c", script)
	tr := judged()
	cmd.Stdin = bytes.NewReader(encoded(t, docx, tr))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"[00:00:00.007 – 00:00:01.241]\tAnn: hello there",
		"[00:00:01.507 – 00:00:02.741]\ttwo\nlines",
		"[00:00:03.007 – 00:00:04.241]\twhere 3 & 4, \"quoted\"; done",
		"[00:00:04.507 – 00:00:05.741]\t\"all quoted\"",
		"[00:00:06.007 – 00:00:07.241]\toù ça, 日本語",
		"[00:00:07.507 – 00:00:08.741]\ta --> b",
		"[101:00:00.000 – 101:00:01.000]\tlate",
	}
	if !slices.Equal(got, want) {
		t.Errorf("Python reads\n%q\nwant\n%q", got, want)
	}
}

func zipped(t *testing.T, name, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	file, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestForeignDocumentsAreParagraphs(t *testing.T) {
	const text = `<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>Hello</w:t><w:tab/><w:t xml:space="preserve"> you</w:t></w:r></w:p><w:p/>` +
		`<w:tbl><w:tr><w:tc><w:p><w:hyperlink><w:r><w:t>there</w:t></w:r></w:hyperlink><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p></w:tc></w:tr></w:tbl></w:body></w:document>`
	tr := decoded(t, docx, zipped(t, "word/document.xml", text))
	if len(tr.Segments) != 2 || tr.Segments[0].Text != "Hello  you" || tr.Segments[1].Text != "there" || tr.Segments[0].Timed() {
		t.Error(dump(tr))
	}
}

func TestBrokenDocumentsAreRefused(t *testing.T) {
	for _, c := range []struct {
		data []byte
		code Code
	}{
		{zipped(t, "word/other.xml", "<x/>"), BadArchive},
		{zipped(t, "word/document.xml", "<x><y></x>"), BadXML},
		{zipped(t, "word/document.xml", strings.Repeat("<a>", 300)), TooComplex},
		{[]byte("PK\x03\x04 word/ and no more"), BadArchive},
	} {
		_, _, err := Decode(c.data, "x.docx")
		var e *Error
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%v, want %s", err, c.code)
		}
	}
}

func TestElementsOfADocumentAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("millions of elements")
	}
	data := zipped(t, "word/document.xml", "<x>"+strings.Repeat("<a/>", xmlElements)+"</x>") // 17 KB that would be 16 MB
	var e *Error
	if _, _, err := Decode(data, "x.docx"); !errors.As(err, &e) || e.Code != TooComplex {
		t.Errorf("%v", err)
	}
}
