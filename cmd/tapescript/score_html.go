package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"tapescript/quality"
	"tapescript/quality/report"
	"tapescript/transcript"
)

// htmlFlags are what `score` can be told of its page.
type htmlFlags struct {
	file, audio string
	embed       bool
}

func (p *program) htmlFlags(c *cobra.Command, f *htmlFlags) {
	c.Flags().StringVar(&f.file, "html", "", p.words.Say("flag.html"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.html-audio"))
	c.Flags().BoolVar(&f.embed, "embed-audio", false, p.words.Say("flag.embed-audio"))
}

// checkHTML says what cannot be meant before anything is read: a page takes the
// place of an older page, and never of anything else.
func (p *program) checkHTML(f htmlFlags) error {
	ending := strings.ToLower(filepath.Ext(f.file))
	switch {
	case f.file == "" && (f.audio != "" || f.embed):
		return usagef("%s", p.words.Say("score.audio-alone"))
	case f.file != "" && ending != ".html" && ending != ".htm":
		return usagef("%s", p.words.Say("score.html-name", f.file))
	case f.embed && f.audio == "":
		return usagef("%s", p.words.Say("score.embed-what"))
	}
	return nil
}

// writeHTML writes what was scored as a page.
func (p *program) writeHTML(f htmlFlags, goldPath string, gold side, hypotheses []side, all []quality.Scored) error {
	if f.file == "" {
		return nil
	}
	page := report.Page{
		Title: filepath.Base(goldPath), Lang: p.words.Language(),
		Words:  func(key string) string { return p.words.Say("report." + key) },
		Figure: p.words.Figure,
	}
	var recordings map[string]string
	if f.audio != "" {
		var err error
		if page.Audio, recordings, err = p.recordings(f, gold); err != nil {
			return err
		}
	}
	for i, s := range all {
		sheet := report.Sheet{Scored: s, Recordings: recordings}
		if gold.files != nil && hypotheses[i].files != nil {
			sheet.Recordings, sheet.Files = nil, pageFiles(gold, hypotheses[i], recordings)
		} else {
			sheet.Gold, sheet.Hypothesis = segmentsOf(gold, hypotheses[i])
		}
		page.Sheets = append(page.Sheets, sheet)
	}
	var out bytes.Buffer
	if err := report.HTML(&out, page); err != nil {
		return err
	}
	return transcript.ReplaceFile(f.file, out.Bytes(), 0o644)
}

// segmentsOf are the segments of two sides, or their rows as such.
func segmentsOf(gold, hypothesis side) (g, h map[string]*transcript.Segment) {
	if gold.transcript != nil && hypothesis.transcript != nil {
		return report.Segments(gold.transcript), report.Segments(hypothesis.transcript)
	}
	return rowTexts(gold.asItems()), rowTexts(hypothesis.asItems())
}

// rowTexts are the rows of a table as segments. Of rows that go by one name it
// is not known which is meant.
func rowTexts(items []quality.Item) map[string]*transcript.Segment {
	texts := make(map[string]*transcript.Segment, len(items))
	for _, item := range items {
		if _, taken := texts[item.ID]; taken {
			texts[item.ID] = nil
			continue
		}
		texts[item.ID] = &transcript.Segment{ID: item.ID, Text: item.Text}
	}
	return texts
}

// recordings returns where the page finds its one recording, or those of the
// rows of a table.
func (p *program) recordings(f htmlFlags, gold side) (one string, each map[string]string, err error) {
	info, err := os.Stat(f.audio)
	if err != nil {
		return "", nil, err
	}
	if !info.IsDir() {
		if one, err = p.audioURL(f, f.audio); err != nil || gold.transcript != nil {
			return one, nil, err
		}
		each = map[string]string{}
		for _, name := range recordedNames(gold) {
			if sameName(name, f.audio) {
				each[name] = one
			}
		}
		return "", each, nil
	}
	if gold.transcript != nil || f.embed {
		return "", nil, usagef("%s", p.words.Say("score.audio-folder", f.audio))
	}
	entries, err := os.ReadDir(f.audio)
	if err != nil {
		return "", nil, err
	}
	byName := make(map[string]string, len(entries))
	for _, e := range entries {
		if _, known := audioTypes[strings.ToLower(filepath.Ext(e.Name()))]; known {
			byName[stem(e.Name())] = e.Name()
		}
	}
	each = map[string]string{}
	for _, name := range recordedNames(gold) {
		file := byName[stem(name)]
		for _, ending := range slices.Sorted(maps.Keys(audioTypes)) {
			if !strings.Contains(name, "/") {
				break
			}
			// The recordings of a folder may lie as its transcripts do.
			nested := filepath.FromSlash(name) + ending
			if _, err := os.Stat(filepath.Join(f.audio, nested)); err == nil {
				file = nested
				break
			}
		}
		if file != "" {
			if each[name], err = p.audioURL(f, filepath.Join(f.audio, file)); err != nil {
				return "", nil, err
			}
		}
	}
	return "", each, nil
}

// recordedNames are the names by which recordings are found.
func recordedNames(gold side) (names []string) {
	for _, file := range gold.files {
		names = append(names, file.name)
	}
	for _, item := range gold.items {
		names = append(names, item.ID)
	}
	return names
}

// stem is a path's or URL's last part without its ending.
func stem(path string) string {
	base := filepath.Base(strings.ReplaceAll(path, `\`, "/"))
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// audioTypes are the media types of what browsers play.
var audioTypes = map[string]string{
	".wav": "audio/wav", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
	".flac": "audio/flac", ".m4a": "audio/mp4", ".mp4": "audio/mp4", ".webm": "audio/webm", ".aac": "audio/aac",
}

// mostEmbedded bounds what is written into a page, in bytes: browsers read a
// larger data URL slowly or not at all.
const mostEmbedded = 25 << 20

// audioURL is a recording's address from the page: relative, so that the two can
// be moved together, or the recording itself.
func (p *program) audioURL(f htmlFlags, path string) (string, error) {
	kind, known := audioTypes[strings.ToLower(filepath.Ext(path))]
	if !known {
		return "", errors.New(p.words.Say("score.audio-type", path))
	}
	if !f.embed {
		page, err := filepath.Abs(filepath.Dir(f.file))
		if err != nil {
			return "", err
		}
		target, err := filepath.Abs(path)
		if err != nil {
			return "", err
		}
		if relative, err := filepath.Rel(page, target); err == nil {
			return (&url.URL{Path: filepath.ToSlash(relative)}).String(), nil
		}
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(target)}).String(), nil // another drive
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if info.Size() > mostEmbedded {
		return "", errors.New(p.words.Say("score.audio-large", path, mostEmbedded>>20))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", path, err)
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}
