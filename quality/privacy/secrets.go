package privacy

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"html"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"

	"tapescript/transcript"
)

// Secrets are what was taken out of a transcript. They are never printed:
// their methods tell counts alone.
type Secrets struct {
	list   []secret
	counts map[Kind]int
}

// secret is one piece of data.
type secret struct {
	kind   Kind
	pieces []string // as they were said, a segment each
	phrase []string // their folded words
	code   string   // what it comes to in letters and digits, number words read
}

// Counts is how many findings of each kind were masked.
func (s *Secrets) Counts() map[Kind]int { return s.counts }

func (s *Secrets) add(kind Kind, pieces []string) {
	n := secret{kind: kind, pieces: pieces, code: code(strings.Join(pieces, " "))}
	for _, t := range tokenize(strings.Join(pieces, " ")) {
		n.phrase = append(n.phrase, t.text)
	}
	if len(n.phrase) == 0 || slices.ContainsFunc(s.list, func(o secret) bool { return o.kind == kind && slices.Equal(o.phrase, n.phrase) }) {
		return
	}
	s.list = append(s.list, n)
}

// code is a text without what separates and without number words: what "zéro
// six 12" and "06.12" have in common.
func code(text string) string {
	tokens := tokenize(text)
	var b strings.Builder
	for i := 0; i < len(tokens); {
		if digits, to := number(tokens, i); to > i {
			b.WriteString(digits)
			i = to
			continue
		}
		if w := tokens[i].text; !dotWords[w] && w != "arobase" {
			b.WriteString(w)
		}
		i++
	}
	return b.String()
}

// shortest is how many characters make a code that does not turn up by chance.
const shortest = 7

// everywhere finds the secrets wherever else they stand in the texts.
func (s *Secrets) everywhere(t *transcript.Transcript) (list []Finding) {
	byFirst := map[string][]secret{}
	for _, one := range s.list {
		byFirst[one.phrase[0]] = append(byFirst[one.phrase[0]], one)
	}
	for n, seg := range t.Segments {
		tokens := tokenize(seg.Text)
		for i := range tokens {
			for _, one := range byFirst[tokens[i].text] {
				if matches(tokens, i, one.phrase) {
					list = append(list, Finding{one.kind, []Part{{n, tokens[i].from, tokens[i+len(one.phrase)-1].to}}})
				}
			}
		}
	}
	return list
}

// holds says whether a text holds a secret: its words in order, or its code
// among letters and digits alone.
func (s *Secrets) holds(text string) bool {
	tokens := tokenize(text)
	var squeezed strings.Builder
	folded := make(map[string][]int, len(tokens))
	for i, t := range tokens {
		squeezed.WriteString(t.text)
		folded[t.text] = append(folded[t.text], i)
	}
	spoken, tight := "", squeezed.String()
	for _, one := range s.list {
		for _, i := range folded[one.phrase[0]] {
			if matches(tokens, i, one.phrase) {
				return true
			}
		}
		if len(one.code) < shortest {
			continue
		}
		if spoken == "" {
			spoken = code(text)
		}
		if strings.Contains(tight, one.code) || strings.Contains(spoken, one.code) || strings.Contains(tight, strings.Join(one.phrase, "")) {
			return true
		}
	}
	return false
}

// In counts the secrets that a file holds, in any encoding that is known here:
// as they were said, composed or decomposed, in either case, with other
// separators, in digits for words; escaped as in JSON, XML, HTML or a URL; in
// base64 or hexadecimal; in UTF-16; in a zip archive. A file of any format may
// be given. Memory is a small multiple of the file's size.
func (s *Secrets) In(file []byte) int {
	texts := []string{}
	for _, data := range unzip(file) {
		text := string(data)
		texts = append(texts, text, plain(text), tags().ReplaceAllString(plain(text), ""))
		if wide := utf16Text(data); wide != "" {
			texts = append(texts, wide)
		}
	}
	n := 0
	for _, one := range s.list {
		alone := &Secrets{list: []secret{one}}
		if slices.ContainsFunc(texts, func(text string) bool { return encoded(text, one) || alone.holds(text) }) {
			n++
		}
	}
	return n
}

// encoded says whether a text holds a secret in base64 or hexadecimal.
func encoded(text string, one secret) bool {
	lower := strings.ToLower(text)
	whole := strings.Join(one.pieces, " ")
	for _, form := range []string{whole, norm.NFC.String(whole), norm.NFD.String(whole), strings.ToLower(whole), one.code} {
		if len(form) < shortest {
			continue
		}
		if strings.Contains(lower, hex.EncodeToString([]byte(form))) {
			return true
		}
		for skip := range 3 {
			// What of the encoding does not depend on what stands around it.
			e := base64.RawStdEncoding.EncodeToString(append(make([]byte, skip), form...))
			first, last := []int{0, 2, 3}[skip], len(e)-1
			e = e[first:last]
			if strings.Contains(text, e) || strings.Contains(text, strings.NewReplacer("+", "-", "/", "_").Replace(e)) {
				return true
			}
		}
	}
	return false
}

var (
	unicodeEscape = pattern(`(?:\\u[0-9a-fA-F]{4})+`)
	percentEscape = pattern(`(?:%[0-9a-fA-F]{2})+`)
	tags          = pattern(`<[^<>]*>`)
)

// plain undoes the escapes of JSON, URLs, XML and HTML.
func plain(text string) string {
	text = unicodeEscape().ReplaceAllStringFunc(text, func(e string) string {
		var units []uint16
		for _, h := range strings.Split(e, `\u`)[1:] {
			u, _ := strconv.ParseUint(h, 16, 16)
			units = append(units, uint16(u))
		}
		return string(utf16.Decode(units))
	})
	text = strings.NewReplacer(`\n`, "\n", `\t`, " ", `\/`, "/").Replace(text)
	text = percentEscape().ReplaceAllStringFunc(text, func(e string) string {
		if s, err := url.PathUnescape(e); err == nil {
			return s
		}
		return e
	})
	return html.UnescapeString(text)
}

func utf16Text(data []byte) string {
	zeros := bytes.Count(data[:min(len(data), 4096)], []byte{0})
	if zeros < min(len(data), 4096)/4 {
		return ""
	}
	var both strings.Builder
	for _, order := range []int{0, 1} {
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = uint16(data[2*i+order])<<8 | uint16(data[2*i+1-order])
		}
		both.WriteString(string(utf16.Decode(units)))
		both.WriteByte('\n')
	}
	return both.String()
}

// maxUnzipped bounds what an archive may hold that somebody made to hurt.
const maxUnzipped = 256 << 20

// unzip is the file and what lies in it, where it is a zip archive (docx).
func unzip(file []byte) [][]byte {
	list := [][]byte{file}
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return list
	}
	left := int64(maxUnzipped)
	for _, f := range archive.File {
		in, err := f.Open()
		if err != nil {
			continue
		}
		data, _ := io.ReadAll(io.LimitReader(in, left))
		in.Close()
		left -= int64(len(data))
		list = append(list, data, []byte(f.Name+" "+f.Comment))
	}
	return list
}
