package platform

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"tapescript/transcript/format"
	"tapescript/transcript/task"
)

// CorpusOptions says what a corpus is to be like.
type CorpusOptions struct {
	// Splits are the parts, with their shares of the sound; nil is one, "train".
	Splits []Split
	// AcceptedOnly leaves out what nobody has accepted; else what nobody has
	// rejected is in.
	AcceptedOnly bool
	// Text says what a task's text is in the end, such as a consensus; nil, or
	// false: the gold, else the best submission.
	Text func(t task.Task) (string, bool)
	// Sound puts the sound of an utterance in a file called stem and an ending,
	// and returns that name; cut says that it is a stretch of the recording, which
	// has to be cut out. nil: the corpus refers to the recordings where they lie.
	Sound func(u *Utterance, stem string, cut bool) (name string, err error)
	// Sources says how often the text came from where, and more, for the card.
	Title   string
	License string // "" is the batch's
}

// Utterance is one piece of a corpus.
type Utterance struct {
	ID        string // fit for a file's name, once in the corpus
	Text      string // on one line
	Audio     task.Audio
	Recording string // what it was cut from
	Speaker   string // "" where nobody said
	Language  string
	Split     string
	Accepted  int // of the task's submissions
	Rejected  int

	own *task.Result // whose row the utterance was, nil where it is a part of one
	b   *task.Batch
}

// length is how long the utterance is; 0 where nobody knows.
func (u *Utterance) length() time.Duration {
	if u.Audio.End > 0 {
		return u.Audio.End - u.Audio.Start
	}
	return u.Audio.Duration
}

// row is the object that the utterance came from, an empty one where it came
// from elsewhere.
func (u *Utterance) row(platform string) object {
	if u.own == nil {
		return object{}
	}
	if o := rowObject(*u.b, platform, *u.own); o != nil {
		return o
	}
	return object{}
}

// CorpusReport says what a corpus holds.
type CorpusReport struct {
	Splits   []SplitCount
	Left     int64 // tasks without a text that may go in
	Files    int
	Warnings []Warning
}

// SplitCount is what one split holds.
type SplitCount struct {
	Name       string
	Utterances int64
	Speakers   int
	Recordings int
	Duration   time.Duration // as far as lengths are known
}

// corpusWriter is a corpus on its way to a folder.
type corpusWriter struct {
	dir     string
	batch   *task.Batch
	o       CorpusOptions
	results func() iter.Seq2[task.Result, error]
	plan    *splitPlan
	names   map[string]int // IDs that are taken
	files   map[string]*corpusFile
	sums    map[string]string // of each file that is finished
	report  CorpusReport
}

// corpusFile is a list that is being written.
type corpusFile struct {
	file *os.File
	out  *bufio.Writer
}

// WriteCorpus writes a corpus to a folder that does not exist yet, or is empty:
// its lists for each split, the sound where Sound is given, SHA256SUMS (as
// sha256sum -c reads it) and a data card, README.md. It is there whole or not at
// all. results is asked twice and must say the same; the results of a task
// follow each other.
func WriteCorpus(dir string, p Platform, b task.Batch, results func() iter.Seq2[task.Result, error], o CorpusOptions) (CorpusReport, error) {
	if p.corpus == nil {
		return CorpusReport{}, &Error{Path: p.Name, Code: CannotWrite}
	}
	made, err := os.MkdirTemp(filepath.Dir(dir), ".tapescript-corpus-*")
	if err != nil {
		return CorpusReport{}, err
	}
	defer os.RemoveAll(made)
	c := &corpusWriter{dir: made, batch: &b, o: o, results: results, names: map[string]int{}, files: map[string]*corpusFile{}, sums: map[string]string{}}
	defer c.closeAll()
	if len(c.o.Splits) == 0 {
		c.o.Splits = []Split{{"train", 1}}
	}
	if err := c.write(p); err != nil {
		return CorpusReport{}, err
	}
	if err := os.Chmod(made, 0o755); err != nil {
		return CorpusReport{}, err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return CorpusReport{}, err // not empty, or no folder
	}
	return c.report, os.Rename(made, dir)
}

func (c *corpusWriter) write(p Platform) error {
	var err error
	if c.plan, err = c.planSplits(); err != nil {
		return err
	}
	if err := p.corpus(c); err != nil {
		return err
	}
	if err := c.closeAll(); err != nil {
		return err
	}
	c.report.Splits = c.plan.counts
	c.report.Warnings = warnings(c.batch, c.o, c.report.Splits, c.plan.unknown)
	if err := c.put("README.md", card(p, c)); err != nil {
		return err
	}
	if err := c.closeAll(); err != nil {
		return err
	}
	c.report.Files = len(c.sums) + 1
	for _, name := range slices.Sorted(maps.Keys(c.sums)) {
		if err := c.line("SHA256SUMS", c.sums[name]+"  "+name); err != nil {
			return err
		}
	}
	return c.closeAll()
}

// utterances yields what goes in, in the order of the results.
func (c *corpusWriter) utterances(yield func(*Utterance, error) bool) {
	c.report.Left = 0
	clear(c.names)
	for list, err := range byTask(c.results()) {
		if err != nil {
			yield(nil, err)
			return
		}
		found, err := c.ofTask(list)
		if err != nil {
			yield(nil, err)
			return
		}
		if len(found) == 0 {
			c.report.Left++
		}
		for _, u := range found {
			if !yield(u, nil) {
				return
			}
		}
	}
}

// ofTask makes utterances of a task: one, or one for each segment of a
// transcript that has several.
func (c *corpusWriter) ofTask(list []task.Result) ([]*Utterance, error) {
	t := list[0].Task
	u := Utterance{Audio: t.Audio, Speaker: t.Audio.Speaker, Language: c.batch.Language, own: &list[0], b: c.batch}
	u.Recording = recordingOf(t.Audio)
	for _, r := range list {
		if decided(r) && r.Verdict.Decision == task.Accepted {
			u.Accepted++
		} else if decided(r) {
			u.Rejected++
		}
	}
	name := baseOf(t.Key)
	r := best(list)
	text, isSaid := "", false
	if c.o.Text != nil {
		text, isSaid = c.o.Text(t)
	}
	switch {
	case isSaid:
		u.Text = text
	case list[0].Gold != nil && len(list[0].Gold.Texts) > 0:
		u.Text = list[0].Gold.Texts[0]
	case r == nil || c.o.AcceptedOnly && !decided(*r):
		return nil, nil
	default:
		u.Text, u.own = r.Submission.Text, r
		parts, err := c.segments(u, name, r.Submission.Transcript)
		if err != nil || parts != nil {
			return parts, err
		}
	}
	if u.Text = strings.TrimSpace(u.Text); u.Text == "" {
		return nil, nil
	}
	u.ID = c.newID(name)
	return []*Utterance{&u}, nil
}

// segments makes an utterance of each timed segment; nil where the transcript
// has no more than one.
func (c *corpusWriter) segments(whole Utterance, name string, data []byte) ([]*Utterance, error) {
	if len(data) == 0 {
		return nil, nil
	}
	jsonl, _ := format.Lookup("jsonl")
	t, _, err := jsonl.Decode(data, name)
	if err != nil {
		return nil, fmt.Errorf("reading the transcript of %s: %w", name, err)
	}
	var list []*Utterance
	for _, s := range t.Segments {
		if !s.Timed() || strings.TrimSpace(s.Text) == "" {
			continue
		}
		u := whole
		u.own = nil
		u.Audio.Start, u.Audio.End = s.Start, s.End // the recording's time, also of a task that is a stretch
		if s.Channel > 0 {
			u.Audio.Channel = s.Channel
		}
		if s.Speaker != "" {
			u.Speaker = t.SpeakerName(s.Speaker)
		}
		u.Text = strings.TrimSpace(s.Text)
		list = append(list, &u)
	}
	if len(list) < 2 {
		return nil, nil
	}
	for i, u := range list {
		u.ID = c.newID(fmt.Sprintf("%s-%04d", name, i))
	}
	return list, nil
}

// recordingOf names what an utterance was cut from.
func recordingOf(a task.Audio) string {
	if a.SHA256 != "" {
		return a.SHA256
	}
	return a.Ref
}

// baseOf is a key's last part without its ending: the name of a file, with the
// stretch where there is one.
func baseOf(key string) string {
	key, stretch, _ := strings.Cut(key, "#t=")
	key, _, _ = strings.Cut(key, "?")
	name := filepath.Base(filepath.FromSlash(key))
	if slices.Contains(audioEndings, strings.ToLower(filepath.Ext(name))) {
		name = strings.TrimSuffix(name, filepath.Ext(name))
	}
	if stretch != "" {
		name += "-" + stretch
	}
	return fileName(name)
}

// fileName makes a name that every system takes of a stranger's text.
func fileName(text string) string {
	name := strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, text)
	name = strings.TrimLeft(name, ".-")
	if len(name) > 100 {
		sum := sha256.Sum256([]byte(name))
		name = strings.ToValidUTF8(name[:80], "") + "-" + hex.EncodeToString(sum[:6])
	}
	if name == "" {
		return "_"
	}
	return name
}

// newID makes a name that no utterance has yet.
func (c *corpusWriter) newID(name string) string {
	id := name
	for {
		c.names[name]++
		if n := c.names[name]; n > 1 {
			id = fmt.Sprintf("%s-%d", name, n)
		}
		if id == name {
			return id
		}
		if c.names[id] == 0 {
			c.names[id] = 1
			return id
		}
	}
}

// each calls do for every utterance, its split known.
func (c *corpusWriter) each(do func(u *Utterance) error) error {
	for u, err := range c.utterances {
		if err != nil {
			return err
		}
		u.Split = c.plan.splitOf(u)
		u.Text = strings.Join(strings.FieldsFunc(u.Text, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
		if err := do(u); err != nil {
			return err
		}
	}
	return nil
}

// sound puts the sound of an utterance beside the lists, or names it where it
// lies; isWhole says that the file is the utterance and nothing else.
func (c *corpusWriter) sound(u *Utterance, stem string) (name string, isWhole bool, err error) {
	if c.o.Sound == nil {
		name = u.Audio.Path
		if name == "" {
			name = u.Audio.Ref
		}
		return name, u.Audio.End == 0, nil
	}
	if err := os.MkdirAll(filepath.Join(c.dir, filepath.Dir(filepath.FromSlash(stem))), 0o755); err != nil {
		return "", false, err
	}
	made, err := c.o.Sound(u, filepath.Join(c.dir, filepath.FromSlash(stem)), u.Audio.End > 0 || u.Audio.Channel > 0)
	if err != nil {
		return "", false, fmt.Errorf("taking the sound of %s: %w", u.ID, err)
	}
	rel, err := filepath.Rel(c.dir, made)
	if err != nil {
		return "", false, err
	}
	name = filepath.ToSlash(rel)
	c.sums[name], err = sumOf(made)
	return name, true, err
}

func sumOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// line adds a line to a file of the corpus. LibriSpeech has a file for each
// chapter, so that not all can be open.
func (c *corpusWriter) line(name, text string) error { return c.put(name, text+"\n") }

// maxOpen is how many files of a corpus are open at once.
const maxOpen = 100

func (c *corpusWriter) put(name, text string) error {
	f := c.files[name]
	if f == nil {
		if len(c.files) >= maxOpen {
			if err := c.closeAll(); err != nil {
				return err
			}
		}
		path := filepath.Join(c.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		f = &corpusFile{file: file, out: bufio.NewWriter(file)}
		c.files[name] = f
	}
	_, err := f.out.WriteString(text)
	return err
}

// closeAll ends all files that are open, and sums them up.
func (c *corpusWriter) closeAll() error {
	var first error
	for name, f := range c.files {
		err := f.out.Flush()
		if err == nil {
			err = f.file.Sync()
		}
		if closing := f.file.Close(); err == nil {
			err = closing
		}
		if err == nil && name != "SHA256SUMS" {
			c.sums[name], err = sumOf(f.file.Name())
		}
		if first == nil {
			first = err
		}
	}
	clear(c.files)
	return first
}
