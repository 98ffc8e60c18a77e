// Package spell checks spelling with the dictionaries that the system already
// has: pairs of an .aff and a .dic file as Hunspell, LibreOffice and Firefox
// install them.
//
//	d, err := spell.Open("/usr/share/hunspell/fr_FR.aff")
//	d.Check("l'homme")      // true
//	d.Suggest("ortografe")  // orthographe …
//
// What a file means is told by hunspell(5); where that is silent, the words
// that Hunspell 1.7 takes decide. Read here: SET, FLAG, AF, AM (skipped), PFX
// and SFX with conditions, cross products and twofold suffixes, NEEDAFFIX,
// CIRCUMFIX, FULLSTRIP, FORBIDDENWORD, NOSUGGEST, KEEPCASE, IGNORE, ICONV,
// OCONV, BREAK, CHECKSHARPS, WORDCHARS, the compound flags and COMPOUNDRULE,
// and REP, MAP, KEY and TRY for suggestions. Left out: COMPLEXPREFIXES, PHONE,
// COMPOUNDSYLLABLE, and what only analysis of words needs.
//
// A Checker puts words of one's own beside a dictionary and knows which parts
// of a transcript are words.
package spell

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Bounds on what is read: the largest dictionaries in use have an .aff of 2 MB
// and a .dic of 13 MB.
const (
	maxAff     = 16 << 20 // bytes
	maxDic     = 32 << 20
	maxAffixes = 200_000 // rows
	maxSwaps   = 2_000   // of them that add the same and take away other things
	maxWords   = 4_000_000
	maxAlike   = 64     // entries of one word
	maxFlags   = 2_000  // of one word
	maxRules   = 20_000 // of each kind of table
	maxSimilar = 500    // rows of MAP, and characters of one
)

// maxWord is the longest word that is looked at, in bytes; Hunspell's is the
// same.
const maxWord = 255

// A Code says what is wrong with a dictionary.
type Code string

// What may be wrong with a dictionary.
const (
	TooLarge    Code = "too-large"
	BadEncoding Code = "encoding" // SET names one that is not known
	BadFlag     Code = "flag"
	BadAffix    Code = "affix"
	NoPair      Code = "no-pair" // an .aff without its .dic, or the other way
)

// Error is a dictionary that cannot be read.
type Error struct {
	Path string
	Line int // from 1; 0 where it is the file
	Code Code
	What string // the text that is wrong
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %s: %s", e.Path, e.Line, e.Code, e.What)
}

// Open reads the dictionary of an .aff file, or of the .dic beside it. It
// takes some tens of milliseconds.
func Open(path string) (*Dictionary, error) {
	stem := strings.TrimSuffix(strings.TrimSuffix(path, ".aff"), ".dic")
	var texts [2][]byte
	for i, f := range []struct {
		ext  string
		most int64
	}{{".aff", maxAff}, {".dic", maxDic}} {
		data, err := readBounded(stem+f.ext, f.most)
		if err != nil {
			return nil, err
		}
		texts[i] = data
	}
	d, err := Read(texts[0], texts[1])
	if bad, ok := errors.AsType[*Error](err); ok {
		bad.Path = stem + bad.Path
	}
	if d != nil {
		d.name = filepath.Base(stem)
	}
	return d, err
}

func readBounded(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, &Error{Path: path, Code: NoPair, What: filepath.Base(path)}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("reading a dictionary: %w", err)
	}
	if int64(len(data)) > most {
		return nil, &Error{Path: path, Code: TooLarge, What: fmt.Sprint(most)}
	}
	return data, nil
}

// Read makes a dictionary of the contents of the two files. An *Error says
// what is wrong with them.
func Read(aff, dic []byte) (*Dictionary, error) {
	d := &Dictionary{}
	if err := d.readAffixes(aff); err != nil {
		return nil, err
	}
	if err := d.readWords(dic); err != nil {
		return nil, err
	}
	return d, nil
}

// Dictionary is what the two files hold. It does not change, so that several
// goroutines may ask it at once.
type Dictionary struct {
	name string
	rules
	table words
}

// Name is the file's name without its ending: "fr_FR".
func (d *Dictionary) Name() string { return d.name }

// Len is the number of stems.
func (d *Dictionary) Len() int { return len(d.table.entries) }

// WordChars are the characters that words hold besides letters.
func (d *Dictionary) WordChars() string { return d.wordChars }
