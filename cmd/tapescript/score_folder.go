package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"tapescript/quality"
	"tapescript/quality/report"
	"tapescript/transcript/format"
)

// mostFiles bounds how many transcripts of a folder are scored.
const mostFiles = 100_000

// readFolder reads the transcripts of a folder and of those in it, named by
// their paths without ending. Recordings and hidden files are passed over; what
// else is no transcript is told of.
func (p *program) readFolder(dir string, f nistFlags) (side, error) {
	s := side{name: filepath.Base(dir), label: dir, files: []side{}}
	seen := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		case len(s.files) == mostFiles:
			return errors.New(p.words.Say("score.many-files", dir, mostFiles))
		}
		if _, sound := audioTypes[strings.ToLower(filepath.Ext(path))]; sound {
			return nil
		}
		file, err := p.readScored(path, f)
		if err != nil {
			var content *format.Error
			if errors.As(err, &content) && (content.Code == format.UnknownFormat || content.Code == format.NotText) {
				p.tell(p.words.Say("score.passed-over", path))
				return nil
			}
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		file.name = strings.TrimSuffix(filepath.ToSlash(name), filepath.Ext(name))
		file.label = path
		s.notation = s.notation || file.notation
		if other, taken := seen[file.name]; taken {
			return errors.New(p.words.Say("score.same-name", other, path))
		}
		seen[file.name] = path
		s.files = append(s.files, file)
		return nil
	})
	if err == nil && len(s.files) == 0 {
		err = errors.New(p.words.Say("score.empty-folder", dir))
	}
	return s, err
}

// meetFolders makes a folder of each transcript that is to meet one. Of a gold
// folder that meets transcripts alone only their partners are wanted, as of a
// table: the others are not missing.
func meetFolders(gold side, hypotheses []side) side {
	single := func(s side) bool { return s.files == nil && s.transcript != nil }
	folders, singles := gold.files != nil, 0
	for _, h := range hypotheses {
		folders = folders || h.files != nil
		if single(h) {
			singles++
		}
	}
	if !folders {
		return gold
	}
	if gold.files != nil && singles == len(hypotheses) {
		wanted := gold
		wanted.files = nil
		for _, g := range gold.files {
			if slices.ContainsFunc(hypotheses, func(h side) bool { return stem(g.name) == stem(h.name) }) {
				wanted.files = append(wanted.files, g)
			}
		}
		if wanted.files != nil {
			gold = wanted
		}
	}
	wrap := func(s side) side {
		if !single(s) {
			return s
		}
		file := s
		file.name = stem(s.name)
		return side{name: s.name, label: s.label, files: []side{file}}
	}
	for i := range hypotheses {
		hypotheses[i] = wrap(hypotheses[i])
	}
	return wrap(gold)
}

// partners lets the transcripts of two folders meet by name: the path within the
// folder without ending, else its last part where that is the only one. It
// returns the partner of each of gold, nil for those without, and the names of
// those that gold does not have.
func partners(gold, hypothesis side) (partner []*side, extra []string) {
	at, byBase := map[string]int{}, map[string]int{}
	for i, g := range gold.files {
		at[g.name] = i
		base := stem(g.name)
		if _, taken := byBase[base]; taken {
			byBase[base] = -1
		} else {
			byBase[base] = i
		}
	}
	partner = make([]*side, len(gold.files))
	for k := range hypothesis.files {
		h := &hypothesis.files[k]
		i, ok := at[h.name]
		if !ok {
			i, ok = byBase[stem(h.name)]
		}
		if !ok || i < 0 || partner[i] != nil {
			extra = append(extra, h.name)
			continue
		}
		partner[i] = h
	}
	return partner, extra
}

// compareFolders scores the transcripts of two folders that meet.
func compareFolders(gold, hypothesis side, o quality.Options) (*quality.Report, error) {
	r := &quality.Report{Normalize: o.Normalize.Name(), Align: o.Align.String()}
	o.CountsOnly = false // the parts are put together
	partner, extra := partners(gold, hypothesis)
	r.Extra = extra
	for i, g := range gold.files {
		if partner[i] == nil {
			r.Missing = append(r.Missing, g.name)
			continue
		}
		part, err := compare(g, *partner[i], o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.label, err)
		}
		r.Include(g.name, part)
	}
	return r, nil
}

// pageFiles are what the page shows and plays of the files of two folders.
func pageFiles(gold, hypothesis side, recordings map[string]string) map[string]report.File {
	files := map[string]report.File{}
	partner, _ := partners(gold, hypothesis)
	for i, g := range gold.files {
		if partner[i] != nil {
			file := report.File{Audio: recordings[g.name]}
			file.Gold, file.Hypothesis = segmentsOf(g, *partner[i])
			files[g.name] = file
		}
	}
	return files
}
