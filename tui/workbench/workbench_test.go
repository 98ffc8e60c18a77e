package workbench

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"tapescript/audio"
	"tapescript/audio/output"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/journal"
	"tapescript/tui"
	"tapescript/tui/locale"
)

// desk is a workbench under the root model, with a clock that the test moves.
type desk struct {
	t     testing.TB
	root  *tui.Root
	bench *Workbench
	clock *output.ManualClock
	path  string
	quit  bool
	now   time.Time
}

// writeTone makes a mono wav of a tone: sound that every test can have.
func writeTone(t testing.TB, path string, length time.Duration) {
	t.Helper()
	const rate = 8000
	n := int(length.Seconds() * rate)
	data := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00data\x00\x00\x00\x00")
	binary.LittleEndian.PutUint32(data[4:], uint32(36+2*n))
	binary.LittleEndian.PutUint32(data[40:], uint32(2*n))
	for i := range n {
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(9000*math.Sin(float64(i)/6))))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// sit opens a workbench on a 20-second recording with these segments; gold may
// be nil.
func sit(t testing.TB, segments []*transcript.Segment, gold *transcript.Transcript, name string) *desk {
	t.Helper()
	return sitWith(t, segments, gold, name, func(*Opening) {})
}

// sitWith is sit with another opening.
func sitWith(t testing.TB, segments []*transcript.Segment, gold *transcript.Transcript, name string, change func(*Opening)) *desk {
	t.Helper()
	dir := t.TempDir()
	writeTone(t, filepath.Join(dir, "tone.wav"), 20*time.Second)
	recording, err := audio.Open(filepath.Join(dir, "tone.wav"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, clock: &output.ManualClock{}, path: filepath.Join(dir, name), now: time.Date(2026, 1, 2, 14, 2, 0, 0, time.UTC)}
	player := audio.NewPlayer(recording, audio.Options{Clock: d.clock})
	j, err := journal.Open(d.path, journal.Options{Folder: filepath.Join(dir, "journal")})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := j.Begin(&transcript.Transcript{Segments: segments, Speakers: []transcript.Speaker{{ID: "A", Name: "Anna"}}}, "")
	if err != nil {
		t.Fatal(err)
	}
	f, err := format.ForPath(d.path)
	if err != nil {
		t.Fatal(err)
	}
	o := Opening{
		Document: doc, Journal: j, Player: player,
		Waveform: func() (WaveReader, error) { return recording.Reader() },
		Duration: recording.Duration(), Samples: recording.Samples,
		File: File{Path: d.path, Format: f}, Gold: gold,
		Words: locale.For("en"), Theme: tui.Plain(), AutoPlay: true,
		Now: func() time.Time { return d.now },
	}
	change(&o)
	d.bench = New(o)
	d.bench.after = func(delay time.Duration, then func(time.Time) tea.Msg) tea.Cmd {
		if delay != scoreDelay && delay != openDelay { // ticks are the test's
			return nil
		}
		return func() tea.Msg { return then(d.now) }
	}
	keys, err := tui.Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	d.root = tui.NewRoot(d.bench, keys, locale.For("en"), tui.Plain())
	d.root.Clock = func() time.Time { return d.now }
	d.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	d.run(d.bench.Init())
	t.Cleanup(func() { player.Close(); recording.Close(); j.Close() })
	return d
}

// send gives a message to the program and carries out what it asks for.
func (d *desk) send(msg tea.Msg) {
	_, cmd := d.root.Update(msg)
	d.root.View() // as the library does, after every message
	d.run(cmd)
}

func (d *desk) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	case tea.QuitMsg:
		d.quit = true
	default:
		d.send(msg)
	}
}

// play moves the clock and lets the screen look.
func (d *desk) play(by time.Duration) {
	d.clock.Advance(by)
	d.now = d.now.Add(by)
	d.send(tickMsg{d.bench.tick})
}

// types presses a key for each character; keys are named as the keymap has
// them.
func (d *desk) types(text string) {
	for _, r := range text {
		d.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func (d *desk) press(names ...string) {
	for _, n := range names {
		d.send(key(n))
	}
}

func key(name string) tea.KeyPressMsg {
	var k tea.KeyPressMsg
	parts := strings.Split(name, "+")
	for _, p := range parts[:len(parts)-1] {
		k.Mod |= map[string]tea.KeyMod{"alt": tea.ModAlt, "ctrl": tea.ModCtrl, "shift": tea.ModShift}[p]
	}
	last := parts[len(parts)-1]
	if last == "" { // the key is + itself
		last = "+"
	}
	codes := map[string]rune{
		"tab": tea.KeyTab, "enter": tea.KeyEnter, "backspace": tea.KeyBackspace, "esc": tea.KeyEscape, "home": tea.KeyHome,
		"end": tea.KeyEnd, "up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "f8": tea.KeyF8, "delete": tea.KeyDelete, "insert": tea.KeyInsert,
	}
	if c, ok := codes[last]; ok {
		k.Code = c
		return k
	}
	k.Code = []rune(last)[0]
	if k.Mod == 0 {
		k.Text = last
	}
	return k
}

// texts is the transcript as "0.0-2.5 text" lines.
func (d *desk) texts() string {
	var b strings.Builder
	for _, s := range d.bench.doc.Transcript().Segments {
		b.WriteString(clock(s.Start) + "-" + clock(s.End) + " " + s.Text + "\n")
	}
	return b.String()
}

func (d *desk) screen() string { return ansi.Strip(d.root.View().Content) }

func (d *desk) wants(what, got, want string) {
	d.t.Helper()
	if got != want {
		d.t.Fatalf("%s:\ngot\n%s\nwant\n%s", what, got, want)
	}
}

func (d *desk) shows(texts ...string) {
	d.t.Helper()
	for _, text := range texts {
		if !strings.Contains(d.screen(), text) {
			d.t.Fatalf("the screen lacks %q:\n%s", text, d.screen())
		}
	}
}

// near allows for the buffer that a silent player pulls ahead.
func (d *desk) near(want time.Duration) {
	d.t.Helper()
	if got := d.bench.transport.State().Position; got < want-30*time.Millisecond || got > want+30*time.Millisecond {
		d.t.Fatalf("the playhead is at %v, want %v", got, want)
	}
}

func empty() []*transcript.Segment {
	return []*transcript.Segment{{ID: "1", End: 20 * time.Second}}
}

func TestTranscribingFromNothing(t *testing.T) {
	d := sit(t, empty(), nil, "tone.vtt")
	d.press("tab")
	d.types("hello there")
	d.play(2 * time.Second)
	d.press("enter")
	d.types("second")
	d.play(3 * time.Second)
	d.press("enter")
	d.wants("segments", d.texts(), "0:00.0-0:02.0 hello there\n0:02.0-0:05.0 second\n0:05.0-0:20.0 \n")
	d.shows("● not saved", "▶ 0:05.0")
	d.press("ctrl+s")
	d.shows("Saved: ", " saved ")
	data, err := os.ReadFile(d.path)
	if err != nil || !strings.Contains(string(data), "00:00:02.000 --> 00:00:05.000\nsecond") {
		t.Fatalf("the file holds %q, %v", data, err)
	}
	d.press("ctrl+q")
	if !d.quit {
		t.Error("Ctrl+Q asks though all is saved")
	}
}

func TestEnterBeforePlayingSaysWhatToDo(t *testing.T) {
	d := sit(t, empty(), nil, "tone.vtt")
	d.types("hello")
	d.press("enter")
	d.wants("segments", d.texts(), "0:00.0-0:20.0 hello\n")
	d.shows("the playhead must be")
}

func two() []*transcript.Segment {
	return []*transcript.Segment{
		{ID: "1", Start: time.Second, End: 3 * time.Second, Text: "one two"},
		{ID: "2", Start: 3 * time.Second, End: 6 * time.Second, Text: "three"},
	}
}

func TestPlayingKeysWorkWhereverTheFocusIs(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("tab")
	d.play(5 * time.Second)
	d.near(5 * time.Second)
	d.press("ctrl+q") // nothing is unsaved: but ask for a name first
	d.quit = false
	d.press("alt+w")
	d.press("alt+j")
	d.play(100 * time.Millisecond)
	d.near(3100 * time.Millisecond)
	d.press("esc", "alt+shift+j", "alt+l", "tab")
	d.play(100 * time.Millisecond)
	d.near(2 * time.Second)
}

func TestMovingToASegmentPlaysJustThat(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("pgdown")
	d.play(time.Second)
	d.near(4 * time.Second)
	d.shows("▶ 0:04.0")
	d.play(5 * time.Second)
	d.near(6 * time.Second)
	d.shows("‖ 0:06.0")
	d.press("alt+y", "pgup") // turned off
	d.play(time.Second)
	d.near(6 * time.Second)
	d.press("alt+n") // and asked for all the same
	d.play(time.Second)
	d.near(4 * time.Second)
}

func TestSegmentBordersFollowThePlayhead(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("tab")
	d.play(2 * time.Second)
	d.press("tab", "alt+.")
	d.wants("the end, and the neighbour that touched it", d.texts(), "0:01.0-0:02.0 one two\n0:02.0-0:06.0 three\n")
	d.press("ctrl+z")
	d.wants("undone at once", d.texts(), "0:01.0-0:03.0 one two\n0:03.0-0:06.0 three\n")
	d.press("alt+,", "alt+l", "alt+l", "alt+,")
	d.wants("a start behind the end is refused", d.texts(), "0:02.0-0:03.0 one two\n0:03.0-0:06.0 three\n")
	d.shows("move the playhead first")
}

func TestSplitMergeSpeakersAndUndo(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("right", "right", "right", "enter")
	d.wants("split in proportion", d.texts(), "0:01.0-0:01.8 one\n0:01.8-0:03.0 two\n0:03.0-0:06.0 three\n")
	d.shows("estimated")
	d.press("alt+2")
	d.shows("Speaker 2")
	d.press("backspace")
	d.wants("joined", d.texts(), "0:01.0-0:03.0 one two\n0:03.0-0:06.0 three\n")
	d.press("alt+k", "a")
	d.shows("Anna")
	d.press("alt+k", "r", "backspace", "e", "enter")
	d.shows("Anne")
	for range 6 {
		d.press("ctrl+z")
	}
	d.wants("all undone", d.texts(), "0:01.0-0:03.0 one two\n0:03.0-0:06.0 three\n")
	d.shows("Nothing to undo")
	if n := len(d.bench.doc.Transcript().Speakers); n != 1 {
		t.Errorf("%d speakers are left", n)
	}
	d.press("ctrl+y")
	d.wants("redone", d.texts(), "0:01.0-0:01.8 one\n0:01.8-0:03.0 two\n0:03.0-0:06.0 three\n")
}

func TestDeletingAndInsertingSegments(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("alt+d", "alt+d")
	d.wants("nothing is left", d.texts(), "")
	d.shows("‖")
	d.types("anew")
	d.wants("typing begins one", d.texts(), "0:00.0-0:20.0 anew\n")
	d.press("ctrl+z", "ctrl+z", "ctrl+z", "ctrl+z")
	d.press("pgdown", "alt+a")
	d.wants("into the gap behind", d.texts(), "0:01.0-0:03.0 one two\n0:03.0-0:06.0 three\n0:06.0-0:20.0 \n")
}

func TestInaudibleCarriesTheTime(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("tab")
	d.play(4 * time.Second)
	d.press("end", "alt+i")
	d.wants("tag", d.texts(), "0:01.0-0:03.0 one two [inaudible 00:00:04]\n0:03.0-0:06.0 three\n")
}

func TestAFileThatChangedMeanwhileIsNotOverwrittenUnasked(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("x")
	d.press("ctrl+s")
	if err := os.WriteFile(d.path, []byte("WEBVTT\n\nNOTE theirs\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.types("y")
	d.press("ctrl+s")
	d.shows("was changed by another program")
	if data, _ := os.ReadFile(d.path); !strings.Contains(string(data), "theirs") {
		t.Fatal("the file was overwritten")
	}
	d.press("esc")
	d.shows("not saved")
	d.press("ctrl+s")
	d.types("o") // still typing
	if data, _ := os.ReadFile(d.path); !strings.Contains(string(data), "theirs") {
		t.Fatal("a letter of the text answered a question")
	}
	d.now = d.now.Add(time.Second)
	d.press("o")
	if data, _ := os.ReadFile(d.path); !strings.Contains(string(data), "xyone two") {
		t.Fatalf("the file holds %q", data)
	}
}

func TestAFileThatWeDidNotOpenIsNotOverwrittenUnasked(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	if err := os.WriteFile(d.path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.types("x")
	d.press("ctrl+s")
	d.shows("exists already")
	if data, _ := os.ReadFile(d.path); string(data) != "precious" {
		t.Fatal("the file was overwritten")
	}
}

func TestWhatAFormatCannotHoldIsSaidOnce(t *testing.T) {
	segments := two()
	segments[0].Words = []transcript.Word{{From: 0, To: 3, Start: time.Second, End: 2 * time.Second}}
	d := sit(t, segments, nil, "tone.srt")
	d.types("x")
	d.press("ctrl+s")
	d.shows("SubRip cannot hold", "the time of 1 word")
	if _, err := os.Stat(d.path); err == nil {
		t.Fatal("the file was written before the answer")
	}
	d.now = d.now.Add(time.Second)
	d.press("s")
	d.shows("Saved")
	d.types("y")
	d.press("ctrl+s")
	d.shows("Saved")
}

func TestASaveThatFailsLosesNothing(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("x")
	if err := os.Mkdir(d.path, 0o700); err != nil { // a folder where the file should be
		t.Fatal(err)
	}
	d.press("ctrl+s")
	d.shows("was not saved", "● not saved")
	d.press("alt+w")
	d.types("\b")
	for range len(filepath.Base(d.path)) {
		d.press("backspace")
	}
	d.types("copy.txt")
	d.press("enter")
	if data, err := os.ReadFile(filepath.Join(filepath.Dir(d.path), "copy.txt")); err != nil || !strings.Contains(string(data), "xone two") {
		t.Errorf("the copy holds %q, %v\n%s", data, err, d.screen())
	}
}

func TestQuittingAsksAboutUnsavedWork(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("x")
	d.press("ctrl+q")
	d.shows("does not hold everything you wrote")
	d.press("esc")
	if d.quit {
		t.Fatal("Esc quits")
	}
	d.press("ctrl+q", "s")
	if _, err := os.Stat(d.path); err != nil || !d.quit {
		t.Errorf("saved: %v, quit: %v", err, d.quit)
	}
}

func TestWhatIsTypedDuringASaveIsNotSaved(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("a")
	_, save := d.root.Update(key("ctrl+s")) // the command is under way
	d.types("b")
	d.run(save)
	d.shows("● not saved")
	if n := d.bench.Unsaved(); n != 1 {
		t.Errorf("%d unsaved edits, want 1", n)
	}
	j := d.bench.Journal.(*journal.Journal)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := journal.Open(d.path, journal.Options{Folder: filepath.Join(filepath.Dir(d.path), "journal")})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if n := again.Found().Unsaved; n != 1 {
		t.Errorf("the journal knows of %d unsaved edits, want 1", n)
	}
}

func TestUndoingToWhatWasSavedIsSaved(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("a")
	d.press("ctrl+s")
	d.press("alt+d", "ctrl+z")
	d.shows(" saved ")
	d.press("ctrl+q")
	if !d.quit {
		t.Error("Ctrl+Q asks though the file holds everything")
	}
}

func TestTheCursorComesToThePlayhead(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("tab")
	d.play(4 * time.Second)
	d.press("alt+t")
	if got := d.bench.editor.Cursor().Segment; got != "2" {
		t.Errorf("the cursor is in segment %s", got)
	}
}

func TestQuittingDuringASaveWaitsForIt(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("a")
	_, save := d.root.Update(key("ctrl+s"))
	d.press("ctrl+q")
	if d.quit {
		t.Fatal("quit before the file was written")
	}
	d.run(save)
	if _, err := os.Stat(d.path); err != nil || !d.quit {
		t.Errorf("saved: %v, quit: %v", err, d.quit)
	}
}

func TestACopyOntoTheFileItselfIsASave(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.types("a")
	d.press("ctrl+s")
	d.types("b")
	d.press("alt+w")
	for range len(filepath.Base(d.path)) {
		d.press("backspace")
	}
	d.types("./" + filepath.Base(d.path))
	d.press("enter")
	d.shows(" saved ")
}

func TestAnUndoneWordHasItsMarkAgain(t *testing.T) {
	d := sit(t, two(), gold(), "tone.vtt")
	d.press("f8", "tab", "right") // into the wrong word
	if _, ok := d.bench.editor.MarkAtCursor(); !ok {
		t.Fatal("the wrong word has no mark")
	}
	_, typed := d.root.Update(key("x"))
	_, undone := d.root.Update(key("ctrl+z")) // both before the next score
	d.run(typed)
	d.run(undone)
	if _, ok := d.bench.editor.MarkAtCursor(); !ok {
		t.Error("the wrong word has lost its mark")
	}
}

func TestTroubleWithTheDiskIsSeenAt80Columns(t *testing.T) {
	d := sit(t, two(), gold(), "tone.vtt")
	d.bench.Journal = failing{}
	d.play(0)
	d.shows("! not on disk since 14:02", "Nothing reaches the disk (disk full)", "WER 50.0%")
	d.types("x")
	d.press("ctrl+q")
	d.shows("would be lost")
}

// failing is a journal on a full disk.
type failing struct{}

func (failing) SetState(journal.State)  {}
func (failing) AddActive(time.Duration) {}
func (failing) Saved(string, int)       {}
func (failing) Status() journal.Status {
	return journal.Status{Pending: 3, Since: time.Date(2026, 1, 2, 14, 2, 0, 0, time.UTC), Err: errors.New("disk full")}
}

func TestInsertingBehindAnOverlapIsPossible(t *testing.T) {
	segments := two()
	segments[0].End = 5 * time.Second // into the next
	d := sit(t, segments, nil, "tone.vtt")
	d.press("alt+a")
	d.wants("without time", d.texts(), "0:01.0-0:05.0 one two\n0:00.0-0:00.0 \n0:03.0-0:06.0 three\n")
}

func TestSelectionIsCopiedAndCut(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("shift+right", "shift+right", "shift+right", "ctrl+x")
	d.wants("cut", d.texts(), "0:01.0-0:03.0  two\n0:03.0-0:06.0 three\n")
	d.press("ctrl+c")
	d.shows("Ctrl+Q quits")
}

func TestActiveTimeIsKeysAndPlaybackOnly(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	j := d.bench.Journal.(*journal.Journal)
	d.types("a")
	d.now = d.now.Add(4 * time.Second)
	d.types("b")
	d.now = d.now.Add(time.Hour) // tea
	d.types("c")
	d.now = d.now.Add(2 * time.Second)
	d.press("left")
	if got := j.Active(); got != 6*time.Second {
		t.Errorf("%v active, want 6s", got)
	}
	d.press("tab")
	for range 10 {
		d.play(time.Second)
	}
	if got := j.Active(); got != 16*time.Second {
		t.Errorf("%v active, want 16s", got)
	}
}

func TestTheScreenFitsEverySize(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("tab")
	for w := 1; w < 130; w += 5 {
		for h := 1; h < 50; h += 3 {
			d.send(tea.WindowSizeMsg{Width: w, Height: h})
			d.play(10 * time.Millisecond)
			d.types("x")
			rows := strings.Split(d.root.View().Content, "\n")
			if len(rows) > h {
				t.Fatalf("%d×%d: %d rows", w, h, len(rows))
			}
			for _, r := range rows {
				if ansi.StringWidth(r) > w {
					t.Fatalf("%d×%d: a row of %d cells: %q", w, h, ansi.StringWidth(r), ansi.Strip(r))
				}
			}
		}
	}
}

func gold() *transcript.Transcript {
	return &transcript.Transcript{Segments: []*transcript.Segment{
		{ID: "1", Start: time.Second, End: 3 * time.Second, Text: "One, too."},
		{ID: "2", Start: 3 * time.Second, End: 6 * time.Second, Text: "three four"},
	}}
}

func TestTheScoreMovesWithEachKey(t *testing.T) {
	segments := two()
	segments[0].Words = []transcript.Word{
		{From: 0, To: 3, Start: 1100 * time.Millisecond, End: 1400 * time.Millisecond},
		{From: 4, To: 7, Start: 2 * time.Second, End: 2400 * time.Millisecond},
	}
	d := sit(t, segments, gold(), "tone.vtt")
	d.shows("WER 50.0%", "(1 S 1 D 0 I of 4)")
	d.press("f8")
	d.shows("Error 1 of 2: “two” – the gold has “too”")
	d.near(1600 * time.Millisecond) // just before the word
	d.play(2 * time.Second)
	d.near(2700 * time.Millisecond) // and just after it
	d.press("right")
	d.types("o")
	d.press("right", "backspace")
	d.wants("text", d.texts(), "0:01.0-0:03.0 one too\n0:03.0-0:06.0 three\n")
	d.shows("WER 25.0%", "(0 S 1 D 0 I of 4)")
	d.press("f8")
	d.shows("Error 1 of 1: here the gold has “four”")
	d.press("alt+d")
	d.shows("WER 50.0%", "2 D")
	d.press("ctrl+z", "end")
	d.types(" four")
	d.shows("WER 0.0%")
	d.press("alt+e")
	d.shows("No errors left")
}

func TestErrorsGoRoundTheEnds(t *testing.T) {
	d := sit(t, two(), gold(), "tone.vtt")
	for _, want := range []string{"Error 1 of 2", "Error 2 of 2", "Error 1 of 2"} {
		d.press("f8")
		d.shows(want)
	}
	for _, want := range []string{"Error 2 of 2", "Error 1 of 2"} {
		d.press("alt+shift+e")
		d.shows(want)
	}
}

func TestWithoutAGoldF8SaysHowToHaveOne(t *testing.T) {
	d := sit(t, two(), nil, "tone.vtt")
	d.press("f8")
	d.shows("--gold FILE")
}

// BenchmarkAKey is one key of a person who works on 20,000 segments with a
// gold: Update and View, without the commands, which run beside.
func BenchmarkAKey(b *testing.B) {
	var segments []*transcript.Segment
	for i := range 20000 {
		start := time.Duration(i) * time.Millisecond
		segments = append(segments, &transcript.Segment{ID: fmt.Sprint(i + 1), Start: start, End: start + time.Millisecond, Text: "seven words are said in here now"})
	}
	d := sit(b, segments, &transcript.Transcript{Segments: segments}, "tone.vtt")
	d.send(tea.WindowSizeMsg{Width: 160, Height: 48})
	for range 30 {
		d.press("pgdown")
	}
	keys := []tea.KeyPressMsg{key("x"), key("backspace")}
	n := 0
	for b.Loop() {
		d.root.Update(keys[n%2])
		d.root.View()
		n++
	}
}
