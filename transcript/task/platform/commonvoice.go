package platform

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"tapescript/transcript/task"
)

// commonVoice is a TSV of Mozilla Common Voice, whose columns have changed with
// the years and go by their names:
//
//	client_id  path  sentence_id  sentence  sentence_domain  up_votes  down_votes  age  gender  accents  variant  locale  segment
//
// Nothing is quoted: a quote is a quote. The sentence is what was to be read. It
// is gold where two people at least and more than not have said that it was read
// so, else a draft. Source: Common Voice's release notes.
var commonVoice = Platform{
	Name: "common-voice", Title: "Mozilla Common Voice", Corpus: true, ByTask: true,
	sniff: func(h *head) bool { return h.has("client_id", "path") },
	open: func(s *source) (rows, error) {
		sentence := 0
		d := tableDialect{quotes: unquoted, separator: '\t', mapping: func(header []string, _ [][]string) (Mapping, error) {
			for _, need := range []string{"path", "sentence"} {
				if columnOf(header, need) < 0 {
					return Mapping{}, &Error{Line: 1, Code: MissingColumn, Name: need, Text: cut(strings.Join(header, ", "))}
				}
			}
			sentence = columnOf(header, "sentence")
			return Mapping{Audio: "path", Speaker: "client_id", Separator: "\t", Quotes: "none"}, nil
		}}
		d.each = func(r *task.Record, cell func(string) string) error {
			if s.batch.Language == "" {
				s.batch.Language = oneLine(cell("locale"))
			}
			err := commonVoiceText(r, cell, s.o.Texts)
			if len(r.Gold) > 0 {
				r.GoldCells = []int{sentence}
			}
			return err
		}
		return openTable(s, d)
	},
	corpus: writeCommonVoice,
}

func commonVoiceText(r *task.Record, cell func(string) string, texts Texts) error {
	votes := map[string]int{}
	for _, name := range []string{"up_votes", "down_votes"} {
		text := strings.TrimSpace(cell(name))
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return bad(name, BadNumber, text)
		}
		votes[name] = n
	}
	usual := TextsDraft
	if up := votes["up_votes"]; up >= 2 && up > votes["down_votes"] {
		usual = TextsGold
	}
	addText(r, cell("sentence"), texts, usual)
	return nil
}

// commonVoiceColumns are those of releases since 17.
var commonVoiceColumns = []string{"client_id", "path", "sentence_id", "sentence", "sentence_domain", "up_votes", "down_votes",
	"age", "gender", "accents", "variant", "locale", "segment"}

// writeCommonVoice writes SPLIT.tsv for each split, and the sound to clips/.
// Speakers are named by a hash, as they are there.
func writeCommonVoice(c *corpusWriter) error {
	begun := map[string]bool{}
	return c.each(func(u *Utterance) error {
		name := u.Split + ".tsv"
		if !begun[name] {
			begun[name] = true
			if err := c.line(name, strings.Join(commonVoiceColumns, "\t")); err != nil {
				return err
			}
		}
		audio, _, err := c.sound(u, "clips/"+u.ID)
		if err != nil {
			return err
		}
		cells := []string{clientID(u.Speaker), strings.TrimPrefix(audio, "clips/"), hashName(u.Text), u.Text, "",
			strconv.Itoa(u.Accepted), strconv.Itoa(u.Rejected), "", "", "", "", u.Language, ""}
		for i, cell := range cells {
			cells[i] = strings.Join(strings.Fields(cell), " ") // there is no quoting
		}
		return c.line(name, strings.Join(cells, "\t"))
	})
}

func clientID(speaker string) string {
	if speaker == "" {
		return ""
	}
	return hashName("client " + speaker)
}

func hashName(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
