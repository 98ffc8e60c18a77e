package format

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"tapescript/transcript"
)

// docx is a document of Office Open XML (ECMA-376, part 1), for delivery: each
// segment is a paragraph of style Utterance with the time, the speaker and the
// text in runs of styles Time, Speaker and none, so that whoever gets it can
// change how all of them look. Of another document each paragraph that says
// anything is a segment, without time unless it says one ([input.turns]).
var docx = Format{
	Name: "docx", Title: "Word document", Extensions: []string{".docx"}, binary: true,
	Cannot: []LossKind{LostSpeakers, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decode: decodeDOCX, encode: encodeDOCX, archive: newDOCXArchive, open: openDOCX, main: &docxMainPart,
	sniff: func(head string) bool {
		return strings.HasPrefix(head, "PK\x03\x04") && strings.Contains(head, "word/")
	},
}

const (
	docxUtterance  = "Utterance"
	docxTime       = "Time"
	docxSpeaker    = "Speaker"
	docxArrow      = " – "
	docxBody       = "word/document.xml"
	docxStylesPart = "word/styles.xml"
	docxMain       = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
)

// docxPart reads a part of the document, "" where there is none. What it says
// of its own size is not believed.
func docxPart(archive *zip.Reader, name string, archived int) (string, error) {
	bad := &Error{Code: BadArchive, Offending: name, Advice: OtherFormat}
	file, err := archive.Open(name)
	if err != nil {
		if errors.Is(err, zip.ErrFormat) {
			return "", bad
		}
		return "", nil
	}
	defer file.Close()
	var data bytes.Buffer
	if info, err := file.Stat(); err == nil { // as much as XML would be
		data.Grow(int(max(0, min(info.Size(), 32*int64(archived), maxBytes))) + bytes.MinRead)
	}
	_, err = data.ReadFrom(io.LimitReader(file, maxBytes+1))
	switch {
	case err != nil:
		return "", bad
	case data.Len() > maxBytes:
		return "", &Error{Code: TooLarge, Offending: name, Advice: SplitFile}
	}
	text, _, _, err := ownText(data.Bytes())
	return transcript.Clean(text), err
}

func decodeDOCX(in *input) (*transcript.Transcript, error) {
	archive, err := zip.NewReader(strings.NewReader(in.text), int64(len(in.text)))
	if err != nil {
		return nil, &Error{Code: BadArchive, Advice: OtherFormat}
	}
	text, err := docxPart(archive, docxBody, len(in.text))
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, &Error{Code: BadArchive, Offending: docxBody, Advice: OtherFormat}
	}
	t := &transcript.Transcript{}
	ours, err := in.docxBody(t, text)
	if err != nil {
		return nil, err
	}
	if !ours {
		if err := in.turns(t); err != nil {
			return nil, err
		}
	}
	styles, err := docxPart(archive, docxStylesPart, len(in.text))
	t.Language = docxLanguage(styles)
	return t, err
}

// docxBody reads the paragraphs of a document; ours says that one has our style.
func (in *input) docxBody(t *transcript.Transcript, text string) (ours bool, err error) {
	var parts docxRuns
	_, err = parseXMLEach(text, "", func(n *xmlNode, within []*xmlNode) (bool, error) {
		switch {
		case len(within) < 2 || within[1].name != "body":
			return false, nil
		case len(within) > 2 && within[2].name == "p": // as mostly
			return false, nil
		case slices.ContainsFunc(within, func(o *xmlNode) bool { return o.name == "p" }):
			return false, nil // of a text box within a paragraph nothing is read
		case n.name != "p":
			return true, nil
		}
		own := n.child("pPr").style("pStyle") == docxUtterance
		ours = ours || own
		return true, in.docxParagraph(t, n, own, &parts)
	})
	if err != nil {
		var e *Error
		if errors.As(err, &e) {
			e.Node = docxBody
		}
	}
	return ours, err
}

// docxLanguage is the language that a document's styles begin from.
func docxLanguage(styles string) string {
	n, err := parseXML(styles)
	for _, name := range []string{"docDefaults", "rPrDefault", "rPr", "lang"} {
		if err != nil || n == nil {
			return ""
		}
		n = n.child(name)
	}
	if n == nil {
		return ""
	}
	return n.attr("val")
}

// docxParagraph reads one, also of those in tables.
func (in *input) docxParagraph(t *transcript.Transcript, p *xmlNode, own bool, parts *docxRuns) error {
	parts.reset()
	parts.read(p)
	s := &transcript.Segment{Text: parts.text.String()}
	if !own {
		s.Text = parts.time.String() + parts.speaker.String() + s.Text
		if strings.TrimSpace(s.Text) == "" {
			return nil
		}
		in.add(s, p.line())
		return nil
	}
	if err := docxSpan(s, p, strings.Trim(parts.time.String(), "[] ")); err != nil {
		e, ok := in.passable(err)
		if !ok {
			return err
		}
		in.rejects = append(in.rejects, Reject{p.line(), parts.time.String() + parts.speaker.String() + s.Text, e})
		return nil
	}
	var err error
	s.Speaker, err = in.speaker(t, strings.TrimSuffix(strings.TrimSpace(parts.speaker.String()), ":"), p.line())
	in.add(s, p.line())
	return err
}

// docxSpan reads a segment's times, "" where it has none.
func docxSpan(s *transcript.Segment, p *xmlNode, stamp string) error {
	if stamp == "" {
		return nil
	}
	from, to, found := strings.Cut(stamp, docxArrow)
	start, ok1 := parseClock(strings.TrimSpace(from))
	end, ok2 := parseClock(strings.TrimSpace(to))
	switch {
	case !found || !ok1 || !ok2:
		return docxError(p, BadTime, stamp)
	case end < start:
		return docxError(p, EndBeforeStart, stamp)
	}
	s.Start, s.End = start, end
	return nil
}

// docxError is an error about a paragraph, which says in which part of the archive it is.
func docxError(p *xmlNode, code Code, offending string) *Error {
	e := p.fail(code, offending)
	e.Node = docxBody
	return e
}

// style is the value of a style's element, "" of none.
func (n *xmlNode) style(name string) string {
	if n == nil {
		return ""
	}
	if n = n.child(name); n == nil {
		return ""
	}
	return n.attr("val")
}

// docxRuns is a paragraph's text by its character styles.
type docxRuns struct {
	text, time, speaker bytes.Buffer
}

func (d *docxRuns) reset() {
	d.text.Reset()
	d.time.Reset()
	d.speaker.Reset()
}

func (d *docxRuns) read(n *xmlNode) {
	for _, k := range n.kids {
		switch k.name {
		case "r":
			d.run(k)
		case "hyperlink", "ins", "smartTag", "sdt", "sdtContent": // and nothing of what was deleted
			d.read(k)
		}
	}
}

func (d *docxRuns) run(r *xmlNode) {
	b := &d.text
	switch r.child("rPr").style("rStyle") {
	case docxTime:
		b = &d.time
	case docxSpeaker:
		b = &d.speaker
	}
	for _, k := range r.kids {
		switch k.name {
		case "t":
			b.WriteString(k.allText())
		case "br", "cr":
			b.WriteByte('\n')
		case "tab":
			if b == &d.text {
				b.WriteByte(' ')
			}
		case "noBreakHyphen":
			b.WriteByte('-')
		}
	}
}

func encodeDOCX(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	archive, err := newDOCXArchive(out, t)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	var w writing
	for from := 0; !w.last; from += partSegments {
		part := *t
		w.last = from+partSegments >= len(t.Segments)
		part.Segments = t.Segments[from:min(from+partSegments, len(t.Segments))]
		b.Reset()
		if err := encodeDOCXBody(&b, &part, &w); err != nil {
			return err
		}
		if _, err := archive.Write(b.Bytes()); err != nil {
			return err
		}
		w.later = true
	}
	return archive.Close()
}

// docxArchive is a document whose body is still to be written.
type docxArchive struct {
	zip    *zip.Writer
	main   io.Writer
	styles string
}

func newDOCXArchive(out io.Writer, t *transcript.Transcript) (archiveWriter, error) {
	archive := &docxArchive{zip: zip.NewWriter(out), styles: fmt.Sprintf(docxStyles, xmlValue(oneLine(t.Language)))}
	archive.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed) // a third of the time for a fifth more bytes
	})
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", docxTypes},
		{"_rels/.rels", docxPackage},
		{"word/_rels/document.xml.rels", docxRelations},
		{docxStylesPart, archive.styles},
		{docxBody, ""},
	} {
		var err error
		if archive.main, err = archive.zip.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate}); err != nil {
			return nil, err
		}
		if _, err := io.WriteString(archive.main, part.text); err != nil {
			return nil, err
		}
	}
	return archive, nil
}

func (a *docxArchive) Write(body []byte) (int, error) { return a.main.Write(body) }

func (a *docxArchive) Close() error { return a.zip.Close() }

func (a *docxArchive) tell(t *transcript.Transcript) { t.Language = docxLanguage(a.styles) }

// docxMainPart is the document within the archive, as we write it.
var docxMainPart = Format{Name: docxBody, longLines: true, decode: decodeDOCXBody, encode: encodeDOCXBody, border: ttmlBorder}

const (
	docxOpens  = xmlDeclaration + `<w:document xmlns:w="` + docxMain + `"><w:body>` + "\n"
	docxCloses = `<w:sectPr/></w:body></w:document>` + "\n"
)

// decodeDOCXBody reads a part of it as the whole of its paragraphs.
func decodeDOCXBody(in *input) (*transcript.Transcript, error) {
	t, text := in.start(), transcript.Clean(in.text)
	if in.later() {
		text = docxOpens + text
	}
	if in.more {
		text += docxCloses
	}
	ours, err := in.docxBody(t, text)
	// Others' documents are read as a whole, and so are the lines of what is rejected.
	in.whole = !in.later() && !strings.HasPrefix(text, docxOpens) || !ours && len(in.segments) > 0 || len(in.rejects) > 0
	return t, err
}

// openDOCX finds the document in an archive, and what its other parts say.
func openDOCX(file io.ReaderAt, size int64) (main io.ReadCloser, tell func(*transcript.Transcript), err error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, nil, err
	}
	styles, err := docxPart(archive, docxStylesPart, int(min(size, maxBytes)))
	if err != nil {
		return nil, nil, err
	}
	main, err = archive.Open(docxBody)
	return main, func(t *transcript.Transcript) { t.Language = docxLanguage(styles) }, err
}

func encodeDOCXBody(b *bytes.Buffer, t *transcript.Transcript, w *writing) error {
	if !w.later {
		b.WriteString(docxOpens)
	}
	stamp := make([]byte, 0, 64)
	for _, s := range t.Segments {
		b.WriteString(`<w:p><w:pPr><w:pStyle w:val="` + docxUtterance + `"/></w:pPr>`)
		if s.Timed() {
			stamp = appendClock(append(stamp[:0], '['), s.Start)
			stamp = appendClock(append(stamp, docxArrow...), s.End)
			docxRun(b, docxTime, string(append(stamp, ']')))
			b.WriteString("<w:r><w:rPr><w:rStyle w:val=\"" + docxTime + "\"/></w:rPr><w:tab/></w:r>")
		}
		if name := oneLine(t.SpeakerName(s.Speaker)); name != "" {
			docxRun(b, docxSpeaker, name+": ")
		}
		docxRun(b, "", s.Text)
		b.WriteString("</w:p>\n")
	}
	if w.last {
		b.WriteString(docxCloses)
	}
	return nil
}

func docxRun(b *bytes.Buffer, style, text string) {
	if text == "" {
		return
	}
	b.WriteString("<w:r>")
	if style != "" {
		b.WriteString(`<w:rPr><w:rStyle w:val="`)
		b.WriteString(style)
		b.WriteString(`"/></w:rPr>`)
	}
	for more := true; more; {
		var line string
		if line, text, more = strings.Cut(text, "\n"); line != "" {
			b.WriteString(`<w:t xml:space="preserve">`)
			b.WriteString(xmlText(line))
			b.WriteString("</w:t>")
		}
		if more {
			b.WriteString("<w:br/>")
		}
	}
	b.WriteString("</w:r>")
}

const (
	xmlDeclaration = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	docxOffice     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	docxKinds      = "application/vnd.openxmlformats-officedocument.wordprocessingml."

	docxTypes = xmlDeclaration + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + docxKinds + `document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="` + docxKinds + `styles+xml"/></Types>`
	docxPackage = xmlDeclaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + docxOffice + `/officeDocument" Target="word/document.xml"/></Relationships>`
	docxRelations = xmlDeclaration + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + docxOffice + `/styles" Target="styles.xml"/></Relationships>`
	docxStyles = xmlDeclaration + `<w:styles xmlns:w="` + docxMain + `"><w:docDefaults><w:rPrDefault><w:rPr>` +
		`<w:sz w:val="22"/><w:lang w:val="%s"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="` + docxUtterance + `"><w:name w:val="Utterance"/><w:basedOn w:val="Normal"/><w:qFormat/>` +
		`<w:pPr><w:spacing w:after="120"/></w:pPr></w:style>` +
		`<w:style w:type="character" w:customStyle="1" w:styleId="` + docxTime + `"><w:name w:val="Time"/><w:qFormat/>` +
		`<w:rPr><w:color w:val="808080"/><w:sz w:val="18"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:customStyle="1" w:styleId="` + docxSpeaker + `"><w:name w:val="Speaker"/><w:qFormat/>` +
		`<w:rPr><w:b/></w:rPr></w:style></w:styles>`
)
