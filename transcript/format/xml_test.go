package format

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// wellFormed says what Go's own reader thinks; it knows no entities either.
func wellFormed(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	roots, depth := 0, 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return roots == 1 && depth == 0
		}
		if err != nil {
			return false
		}
		switch token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

func TestXMLIsReadAsGoReadsIt(t *testing.T) {
	for _, text := range []string{
		"<a/>", "<a></a>", "<a b='1' c=\"2\"/>", "<a><b>x</b>y<!-- <no> --><![CDATA[<&>]]></a>", "<?xml version=\"1.0\"?>\n<!DOCTYPE a SYSTEM \"x.dtd\" [<!ENTITY e \"]>\">]>\n<a/>",
		"<a>&lt;&#65;&#x42;&amp;</a>", "<é:è xmlns:é='u'/>", "<a\n b = '1'\n/>", "<a>\n</a>\n<!-- after -->\n",
		"", "<a>", "</a>", "<a></b>", "<a><b></a></b>", "<a b/>", "<a b=1/>", "<a b='1", "<a>&nbsp;</a>", "<a>&e;</a>", "<a>&#0;</a>", "<a>& </a>", "<a", "< a/>", "<1a/>",
		"<!DOCTYPE a [", "<a><!-- ", "<a><![CDATA[x</a>", "<a b='<'/>",
	} {
		_, err := parseXML(text)
		if (err == nil) != wellFormed(text) {
			t.Errorf("%q: %v, but Go says well-formed %v", text, err, wellFormed(text))
		}
	}
	for _, text := range []string{"<a/><b/>", "<a b='1' b='2'/>", "<a/>text", "text <a/>"} { // which Go lets pass
		if _, err := parseXML(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

// TestEntitiesAreNeverExpanded: neither what a billion laughs would be, nor a
// file that an entity names.
func TestEntitiesAreNeverExpanded(t *testing.T) {
	for _, declared := range []string{`<!ENTITY e "ha"><!ENTITY e2 "&e;&e;&e;">`, `<!ENTITY e SYSTEM "file:///etc/passwd">`} {
		text := `<?xml version="1.0"?><!DOCTYPE tt [` + declared + `]><tt><body><div>` + "\n<p>&e;</p></div></body></tt>"
		_, _, err := Decode([]byte(text), "x.ttml")
		var e *Error
		if !errors.As(err, &e) || e.Code != BadXML || e.Line != 2 || e.Column != 4 {
			t.Errorf("%v, want bad XML in line 2, column 4", err)
		}
	}
}

func TestIDsOfXMLComeBack(t *testing.T) {
	for _, id := range []string{"1", "a1", "s-1", "s-s-1", "NOTE id 2", "_", "a_b", "日本", "a:b", "s-_31_", "-", "é", "<&>\"", "s-"} {
		if made := xmlID("s-", id); !plainXMLID(made) || fromXMLID("s-", made) != id {
			t.Errorf("%q became %q and came back as %q", id, made, fromXMLID("s-", made))
		}
	}
}

func FuzzTTML(f *testing.F)     { fuzz(f, ttml) }
func FuzzTextGrid(f *testing.F) { fuzz(f, textGrid) }
func FuzzEAF(f *testing.F)      { fuzz(f, eaf) }
func FuzzTRS(f *testing.F)      { fuzz(f, trs) }
func FuzzOTR(f *testing.F)      { fuzz(f, otr) }
func FuzzDOCX(f *testing.F)     { fuzz(f, docx) }
