package journal

import (
	"bytes"
	"context"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"
	"time"

	"tapescript/transcript"
)

// interview is two speakers and three segments, one of them with word times.
func interview() *transcript.Transcript {
	return &transcript.Transcript{
		Speakers: []transcript.Speaker{{ID: "A", Name: "Anna"}, {ID: "B", Name: "Ben"}},
		Segments: []*transcript.Segment{
			{ID: "1", End: 2 * time.Second, Speaker: "A", Text: "the cat", Words: []transcript.Word{
				{From: 0, To: 3, End: 400 * time.Millisecond, Confidence: .9},
				{From: 4, To: 7, Start: 500 * time.Millisecond, End: time.Second, Estimated: true},
			}},
			{ID: "2", Start: 2 * time.Second, End: 3 * time.Second, Speaker: "B", Text: "on the mat"},
			{ID: "3", Start: 3 * time.Second, End: 5 * time.Second, Text: "été 日本"},
		},
	}
}

// typist makes the same edits each time for the same seed: mostly letters, now
// and then something else, undo and redo among it.
type typist struct {
	doc *transcript.Document
	r   *rand.Rand
	n   int
}

func newTypist(doc *transcript.Document) *typist {
	return &typist{doc: doc, r: rand.New(rand.NewPCG(1, 2))}
}

// step makes exactly one entry.
func (p *typist) step(t testing.TB) {
	p.n++
	for range 100 {
		segments := p.doc.Transcript().Segments
		s := segments[p.r.IntN(len(segments))]
		var err error
		switch k := p.r.IntN(100); {
		case k < 5:
			_, err = p.doc.Undo()
		case k < 8:
			_, err = p.doc.Redo()
		case k < 10 && len(segments) < 20 && s.Timed():
			_, err = p.doc.Apply(transcript.Split{Segment: s.ID, At: 0, Time: s.Start, NewID: "n" + time.Duration(p.n).String()})
		case k < 12:
			_, err = p.doc.Apply(transcript.Batch{Edits: []transcript.Edit{
				transcript.SetSpeaker{Segment: s.ID, Speaker: "B"}, transcript.Splice{Segment: s.ID, At: len(s.Text), Insert: " é"}}})
		case k < 14 && len(s.Text) > 40:
			_, err = p.doc.Apply(transcript.Splice{Segment: s.ID, Delete: s.Text})
		default:
			_, err = p.doc.Apply(transcript.Splice{Segment: s.ID, At: len(s.Text), Insert: string(rune('a' + p.r.IntN(26)))})
		}
		if err == nil {
			return
		}
	}
	t.Fatal("the typist finds nothing to do")
}

func (p *typist) steps(t testing.TB, n int) {
	for range n {
		p.step(t)
	}
}

// source is the path of a transcript in a folder of its own.
func source(t testing.TB) (path string, o Options) {
	dir := t.TempDir()
	return filepath.Join(dir, "talk.vtt"), Options{Folder: filepath.Join(dir, "state", "journal")}
}

func open(t testing.TB, path string, o Options) *Journal {
	t.Helper()
	j, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func begin(t testing.TB, j *Journal) *transcript.Document {
	t.Helper()
	doc, err := j.Begin(interview(), "hash0")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func resume(t testing.TB, j *Journal) *transcript.Document {
	t.Helper()
	doc, err := j.Resume()
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func closed(t testing.TB, j *Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

// same compares documents: what they hold, and what undo gives back, all the
// way down. Both are at their beginning afterwards.
func same(t *testing.T, got, want *transcript.Document) {
	t.Helper()
	for n := 0; ; n++ {
		if !reflect.DeepEqual(got.Transcript(), want.Transcript()) {
			t.Fatalf("after %d undos:\ngot  %v\nwant %v", n, texts(got), texts(want))
		}
		_, a := got.Undo()
		_, b := want.Undo()
		if a != b {
			t.Fatalf("after %d undos: got %v, want %v", n, a, b)
		}
		if a != nil {
			return
		}
	}
}

func texts(d *transcript.Document) (list []string) {
	for _, s := range d.Transcript().Segments {
		list = append(list, s.ID+" "+s.Text)
	}
	return list
}

func TestWorkGoesOnOverRunsAndSavesUndoIncluded(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	if f := j.Found(); f != (Found{}) {
		t.Fatalf("found %+v in an empty folder", f)
	}
	doc := begin(t, j)
	p := newTypist(doc)
	for run := range 3 {
		p.steps(t, 200)
		j.Saved("hash"+string(rune('1'+run)), 0)
		p.steps(t, 7)
		j.SetState(State{Segment: "2", Offset: run, Speed: 1.5})
		j.AddActive(1500 * time.Millisecond)
		closed(t, j)
		j = open(t, path, o)
		f := j.Found()
		if !f.Exists || f.Unsaved != 7 || f.SavedSHA256 != "hash"+string(rune('1'+run)) || f.LastEdit.IsZero() || f.Damage != (Damage{}) {
			t.Fatalf("run %d: found %+v", run, f)
		}
		if f.State != (State{Segment: "2", Offset: run, Speed: 1.5}) || j.Active() != time.Duration(run+1)*1500*time.Millisecond {
			t.Fatalf("run %d: state %+v, active %v", run, f.State, j.Active())
		}
		p.doc = resume(t, j)
	}
	oracle, err := transcript.NewDocument(interview())
	if err != nil {
		t.Fatal(err)
	}
	newTypist(oracle).steps(t, p.n) // one typist that never stopped
	same(t, p.doc, oracle)
	closed(t, j)
}

// TestWhatWasTypedWhileSavingIsUnsaved: the file that was written is the
// document as it was when the save began.
func TestWhatWasTypedWhileSavingIsUnsaved(t *testing.T) {
	for _, c := range []struct{ since, after, want int }{{3, 0, 3}, {3, 2, 5}, {0, 2, 2}, {-1, 0, 0}} {
		path, o := source(t)
		j := open(t, path, o)
		p := newTypist(begin(t, j))
		p.steps(t, 10)
		j.Saved("hash1", c.since)
		p.steps(t, c.after)
		closed(t, j)
		j = open(t, path, o)
		if f := j.Found(); f.Unsaved != c.want || f.SavedSHA256 != "hash1" || f.Damage != (Damage{}) {
			t.Errorf("%+v: found %+v", c, f)
		}
		closed(t, j)
	}
}

func TestACountOfUnsavedEntriesOutOfBoundsIsABadLine(t *testing.T) {
	for _, bad := range []string{"-1", "1073741825", "9223372036854775807"} {
		for _, line := range []string{
			`"n":2,"at":1,"kind":"saved","sha256":"ab","unsaved":` + bad + `}`,
			`"n":1,"at":1,"kind":"base","transcript":{},"unsaved":` + bad + `}`,
		} {
			if _, _, err := parseLine(bytes.TrimSuffix(sealed([]byte(line)), []byte("\n"))); err == nil {
				t.Errorf("taken: %s", line)
			}
		}
	}
}

func TestTheFilesAreThePersonsOwn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path, o := source(t)
	j := open(t, path, o)
	begin(t, j)
	closed(t, j)
	os.Chmod(j.path, 0o644)
	j = open(t, path, o)
	resume(t, j)
	closed(t, j)
	for name, want := range map[string]os.FileMode{o.Folder: 0o700, j.path: 0o600, lockName(j.path): 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, not %o", name, got, want)
		}
	}
}

func TestASecondProgramIsTold(t *testing.T) {
	path, o := source(t)
	o.Now = func() time.Time { return time.Unix(1e9, 0) }
	j := open(t, path, o)
	_, err := Open(path, o)
	var locked *LockedError
	if !errors.As(err, &locked) || locked.PID != os.Getpid() || !locked.Since.Equal(time.Unix(1e9, 0)) {
		t.Fatalf("got %v", err)
	}
	other := open(t, path+".other", o) // another transcript is another matter
	closed(t, other)
	closed(t, j)
	closed(t, open(t, path, o))
}

func TestAFileHasOneJournalWhateverLeadsToIt(t *testing.T) {
	path, o := source(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Dir(path), link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	j := open(t, path, o)
	if _, err := Open(filepath.Join(link, "talk.vtt"), o); err == nil {
		t.Error("the same file could be opened twice")
	}
	closed(t, j)
}

func TestAJournalOfANewerProgramIsLeftAlone(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	begin(t, j)
	closed(t, j)
	data := rewrite(t, j.path, func(n int, rest []byte) []byte {
		return bytes.Replace(rest, []byte(`"version":1`), []byte(`"version":2`), 1)
	})
	var newer *VersionError
	if _, err := Open(path, o); !errors.As(err, &newer) || newer.Version != 2 || newer.Path != j.path {
		t.Fatalf("got %v", err)
	}
	if now, _ := os.ReadFile(j.path); !bytes.Equal(now, data) {
		t.Error("it was changed")
	}
	if _, err := Open(path, o); errors.As(err, new(*LockedError)) {
		t.Error("the lock was kept")
	}
}

func TestLinesOfAnUnknownKindAreIgnored(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	p := newTypist(begin(t, j))
	p.steps(t, 20)
	j.Saved("hash1", 0)
	p.steps(t, 20)
	closed(t, j)
	rewrite(t, j.path, func(n int, rest []byte) []byte {
		return bytes.Replace(rest, []byte(`"kind":"saved"`), []byte(`"kind":"sung","note":[1]`), 1)
	})
	j = open(t, path, o)
	if f := j.Found(); f.Unsaved != 40 || f.Damage != (Damage{}) {
		t.Errorf("found %+v", f)
	}
	same(t, resume(t, j), p.doc)
	closed(t, j)
}

// rewrite changes a journal's lines, given without the checksum, makes them
// whole again and returns the file's new content.
func rewrite(t *testing.T, path string, change func(n int, rest []byte) []byte) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for n, line := range bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n")) {
		out = append(out, sealed(change(n, bytes.Clone(line[crcAll:])))...)
	}
	if err := os.WriteFile(path, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}

// sealed makes a line of what stands behind the checksum.
func sealed(rest []byte) []byte {
	line := append([]byte(crcBegin), appendHex8(nil, crc32.Checksum(rest, castagnoli()))...)
	return append(append(append(line, crcEnd...), rest...), '\n')
}

func TestAnEditThatDoesNotFitEndsTheHistoryThere(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	doc := begin(t, j)
	for _, letter := range "abcde" {
		s := doc.Segment("2")
		if _, err := doc.Apply(transcript.Splice{Segment: "2", At: len(s.Text), Insert: string(letter)}); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, j)
	damaged := rewrite(t, j.path, func(n int, rest []byte) []byte {
		return bytes.Replace(rest, []byte(`"insert":"c"`), []byte(`"delete":"x"`), 1)
	})
	j = open(t, path, o)
	doc = resume(t, j)
	if got := doc.Segment("2").Text; got != "on the matab" {
		t.Errorf("got %q", got)
	}
	if err := j.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	f := j.Found()
	if f.Damage.Lines != 3 || f.Unsaved != 2 {
		t.Errorf("found %+v", f)
	}
	if kept, _ := os.ReadFile(f.Damage.Kept); !bytes.Equal(kept, damaged) {
		t.Errorf("the damaged original is not in %q", f.Damage.Kept)
	}
	if _, err := doc.Apply(transcript.Splice{Segment: "2", Insert: "z"}); err != nil {
		t.Fatal(err)
	}
	closed(t, j)
	j = open(t, path, o)
	if f := j.Found(); f.Damage != (Damage{}) || f.Unsaved != 3 {
		t.Errorf("after the repair: found %+v", f)
	}
	closed(t, j)
}

// TestATornTailCostsOnlyItself cuts a small journal at every byte, and damages
// it there, and goes on with what is left.
func TestATornTailCostsOnlyItself(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 12)
	closed(t, j)
	whole, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1
		for _, data := range [][]byte{whole[:at], append(whole[:at:at], make([]byte, 50)...), flipped} {
			h, err := readHistory(bytes.NewReader(data), j.source)
			if err != nil {
				t.Fatalf("byte %d: %v", at, err)
			}
			good := bytes.Count(whole[:at], []byte("\n"))
			if want := max(good-2, 0); len(h.records) != want || (h.first.kind != "") != (good >= 2) {
				t.Fatalf("byte %d: %d lines of history, want %d", at, len(h.records), want)
			}
			if bad := h.damage.Lines > 0; bad != (h.size < int64(len(data))) || h.damage.Bytes != int64(len(data))-h.size {
				t.Fatalf("byte %d: %+v of %d bytes, %d good", at, h.damage, len(data), h.size)
			}
			if h.first.kind == "" {
				continue
			}
			got := (&Journal{history: h})
			if doc, err := got.replay(); err != nil || len(h.records) != max(good-2, 0) {
				t.Fatalf("byte %d: %v, %v", at, doc, err)
			}
		}
	}
}

func TestALineThatIsMissingOrTwiceThereEndsTheHistory(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	newTypist(begin(t, j)).steps(t, 12)
	closed(t, j)
	data, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(data, []byte("\n"))[:14]
	for i := 2; i < len(lines)-1; i++ {
		missing := append(append([][]byte{}, lines[:i]...), lines[i+1:]...)
		twice := append(append([][]byte{}, lines[:i+1]...), lines[i:]...)
		for good, list := range map[int][][]byte{i - 2: missing, i - 1: twice} {
			h, err := readHistory(bytes.NewReader(bytes.Join(list, nil)), j.source)
			if err != nil || len(h.records) != good || h.damage.Lines != len(list)-2-good {
				t.Errorf("line %d: %d records, want %d, damage %+v, %v", i, len(h.records), good, h.damage, err)
			}
		}
	}
}

func TestPeekShowsWhatResumeGivesBack(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	if _, err := j.Peek(); err != ErrNothing {
		t.Errorf("got %v", err)
	}
	newTypist(begin(t, j)).steps(t, 50)
	closed(t, j)
	j = open(t, path, o)
	peeked, err := j.Peek()
	if err != nil {
		t.Fatal(err)
	}
	if doc := resume(t, j); !reflect.DeepEqual(peeked, doc.Snapshot()) {
		t.Errorf("got %+v", peeked)
	}
	if _, err := j.Peek(); err == nil {
		t.Error("peeked after the beginning")
	}
	closed(t, j)
}

func TestATornJournalIsRepairedAndGoesOn(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	p := newTypist(begin(t, j))
	p.steps(t, 30)
	closed(t, j)
	whole, err := os.ReadFile(j.path)
	if err != nil {
		t.Fatal(err)
	}
	lastLine := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for round, cut := range []int{lastLine, lastLine + 1, len(whole) - 20, len(whole) - 1} {
		if err := os.WriteFile(j.path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		j = open(t, path, o)
		torn := j.Found().Damage.Lines
		if want := min(cut-lastLine, 1); torn != want {
			t.Errorf("cut at %d: %d lines dropped, want %d", cut, torn, want)
		}
		doc := resume(t, j)
		if _, err := doc.Apply(transcript.Splice{Segment: "1", Insert: "more "}); err != nil {
			t.Fatal(err)
		}
		closed(t, j)
		if kept := j.Found().Damage.Kept; (kept != "") != (torn > 0) {
			t.Errorf("round %d: kept as %q", round, kept)
		}
		j = open(t, path, o)
		if f := j.Found(); f.Unsaved != 30 || f.Damage.Lines != 0 {
			t.Errorf("round %d: found %+v", round, f)
		}
		closed(t, j)
	}
}

func TestCompactionKeepsTheDocumentAndWhatIsSaidBesideIt(t *testing.T) {
	path, o := source(t)
	j := open(t, path, o)
	p := newTypist(begin(t, j))
	p.steps(t, 500)
	j.Saved("hash1", 0)
	p.steps(t, 400)
	j.SetState(State{Segment: "3"})
	j.AddActive(time.Hour)
	closed(t, j)
	h, err := readFile(j.path, j.source)
	if err != nil {
		t.Fatal(err)
	}
	data, small, doc := h.compacted(150)
	if doc == nil || int64(len(data)) > h.size/2 {
		t.Fatalf("%d bytes were not compacted", h.size)
	}
	got, want := small.found(), h.found()
	got.LastEdit, want.LastEdit = time.Time{}, time.Time{}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if !reflect.DeepEqual(doc.Transcript(), p.doc.Transcript()) {
		t.Errorf("got %v, want %v", texts(doc), texts(p.doc))
	}
	if _, _, doc := h.compacted(899); doc != nil {
		t.Error("compacted where there is nothing to win")
	}
}

// FuzzOpen gives the reader any bytes, with checksums that fit where a line
// begins with "!", because no fuzzer finds those.
func FuzzOpen(f *testing.F) {
	path, o := source(f)
	j := open(f, path, o)
	newTypist(begin(f, j)).steps(f, 20)
	closed(f, j)
	data, err := os.ReadFile(j.path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	var open []byte
	for line := range bytes.Lines(data) {
		open = append(append(open, '!'), line[crcAll:]...)
	}
	open = bytes.ReplaceAll(open, []byte(j.source), []byte("p"))
	f.Add(open)
	f.Fuzz(func(t *testing.T, data []byte) {
		var file []byte
		for line := range bytes.Lines(data) {
			if rest, ok := bytes.CutPrefix(line, []byte("!")); ok {
				line = sealed(bytes.TrimSuffix(rest, []byte("\n")))
			}
			file = append(file, line...)
		}
		h, err := readHistory(bytes.NewReader(file), "p")
		if err != nil {
			return // a newer version
		}
		if h.size+h.damage.Bytes != int64(len(file)) {
			t.Fatalf("%d good and %d bad bytes of %d", h.size, h.damage.Bytes, len(file))
		}
		if h.found().Exists {
			doc, err := (&Journal{history: h}).replay()
			if err != nil {
				t.Fatal(err)
			}
			if err := doc.Transcript().Validate(); err != nil {
				t.Fatal(err)
			}
			h.compacted(len(h.records) / 3)
		}
	})
}
