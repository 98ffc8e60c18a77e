package workbench

import (
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
	"tapescript/tui"
)

func withHabits(t *testing.T, h Habits, segments ...*transcript.Segment) *desk {
	return sitWith(t, segments, nil, "t.vtt", func(o *Opening) { o.Habits = h })
}

func (d *desk) text(id string) string { return d.bench.doc.Segment(id).Text }

func TestSnippetsExpandAndWaitToBeFilled(t *testing.T) {
	d := withHabits(t, Habits{Snippets: map[string]string{"ty": "thank you", "q": "[{speaker}, {time}]: ", "mr": "Mr {name} of {place}"}}, said("1", 0, 20, ""))
	d.types("so ty, and party ty ")
	d.wants("expanded", d.text("1"), "so thank you, and party thank you ")
	d.press("ctrl+z")
	d.wants("one undo leaves the letters", d.text("1"), "so thank you, and party ty ")
	d.press("end", "alt+1")
	d.types("q ")
	d.wants("filled in", d.text("1"), "so thank you, and party ty [Anna, [00:00:00]]: ")
	d.types("mr ")
	d.types("Smith")
	d.press("alt+shift+q")
	d.types("Rye")
	d.wants("places filled", strings.TrimPrefix(d.text("1"), "so thank you, and party ty [Anna, [00:00:00]]: "), "Mr Smith of Rye ")
	d.press("alt+shift+q")
	d.shows("No place to fill follows.")
	d.press("alt+shift+i")
	d.types("thank")
	d.shows("▸ ty          thank you")
	d.press("enter")
	if !strings.HasSuffix(d.text("1"), "of Ryethank you ") {
		t.Errorf("the list wrote %q", d.text("1"))
	}
}

func TestWordsAreCompletedAndTagsChosen(t *testing.T) {
	d := withHabits(t, Habits{Glossary: []string{"Carrow Creek"}, Tags: []Tag{{"crosstalk", true}, {"laughter", false}}},
		said("1", 0, 10, "carrots, carrots and a carriage"), said("2", 10, 20, ""))
	d.press("pgdown")
	d.types("the car")
	d.press("ctrl+n")
	d.wants("glossary first", d.text("2"), "the Carrow Creek")
	d.shows("1 of 4: Carrow Creek  carrots  carriage")
	d.press("ctrl+n")
	d.wants("then the frequent", d.text("2"), "the carrots")
	d.press("ctrl+n", "ctrl+n")
	d.wants("round to what was typed", d.text("2"), "the car")
	d.types("x")
	d.press("ctrl+n")
	d.shows("that begins with “carx”")
	d.press("ctrl+a", "backspace")
	d.press("alt+shift+m")
	d.types("cro")
	d.press("enter")
	d.wants("tag", d.texts()[len(d.texts())-len("[crosstalk 00:00:10]\n"):], "[crosstalk 00:00:10]\n")
}

// TestPlayingGivesWayToTyping: it pauses, or is slower, and goes on by itself;
// a key of playing ends that.
func TestPlayingGivesWayToTyping(t *testing.T) {
	d := withHabits(t, Habits{TypePause: "pause"}, said("1", 0, 20, ""))
	d.press("tab")
	d.play(100 * time.Millisecond)
	d.types("a")
	d.play(100 * time.Millisecond)
	if d.bench.sound.Playing {
		t.Fatal("it plays on while somebody types")
	}
	d.types("b")
	d.play(time.Second)
	if d.bench.sound.Playing {
		t.Fatal("it goes on too early")
	}
	d.play(300 * time.Millisecond)
	d.play(100 * time.Millisecond)
	if !d.bench.sound.Playing {
		t.Fatal("it does not go on")
	}
	d.types("c")
	d.press("tab") // the hands play again
	d.press("tab") // and stop
	d.play(2 * time.Second)
	d.play(100 * time.Millisecond)
	if d.bench.sound.Playing {
		t.Error("it goes on although a key has stopped it")
	}
	d.press("alt+shift+n")
	d.shows("slower while you type")
	d.press("tab")
	d.play(50 * time.Millisecond)
	d.types("d")
	d.play(50 * time.Millisecond)
	if s := d.bench.sound.Speed; s != 0.6 {
		t.Errorf("speed %v while typing", s)
	}
	d.play(2 * time.Second)
	d.play(50 * time.Millisecond)
	if s := d.bench.sound.Speed; s != 1 {
		t.Errorf("speed %v after typing", s)
	}
}

func TestALoopRestsBetweenRounds(t *testing.T) {
	d := withHabits(t, Habits{LoopPause: time.Second}, said("1", 0, 2, ""), said("2", 2, 20, ""))
	d.press("alt+o")
	d.play(500 * time.Millisecond)
	d.shows("↻ loop, 1 s rest")
	for range 40 { // it has come to the end, and rests
		d.play(100 * time.Millisecond)
		if !d.bench.sound.Playing {
			break
		}
	}
	if d.bench.sound.Playing {
		t.Fatal("the round does not end")
	}
	d.play(500 * time.Millisecond)
	if d.bench.sound.Playing {
		t.Fatal("it does not rest")
	}
	for range 20 {
		d.play(100 * time.Millisecond)
	}
	if !d.bench.sound.Playing || d.bench.sound.Position > 2*time.Second {
		t.Fatalf("it does not begin again: %+v", d.bench.sound.Position)
	}
	d.press("alt+o")
	d.play(50 * time.Millisecond)
	if d.bench.sound.Playing || d.bench.loop.on {
		t.Error("the key does not end it")
	}
	d.press("alt+%")
	d.shows("rests for 2 s")
}

func TestEdgesMoveByEar(t *testing.T) {
	d := sit(t, []*transcript.Segment{said("1", 0, 5, "a"), said("2", 5, 10, "b"), said("3", 10.05, 20, "c")}, nil, "t.vtt")
	d.press("pgdown", "alt+q")
	d.shows("[start 0:05.0", "10 ms")
	d.press("right", "right", "up", "shift+left")
	times := func(want string) {
		t.Helper()
		var b strings.Builder
		for _, s := range d.bench.doc.Transcript().Segments {
			b.WriteString(s.Start.String() + "-" + s.End.String() + " ")
		}
		d.wants("times", b.String(), want)
	}
	times("0s-5.02s 5.02s-10s 10.05s-20s ") // the neighbour that touches goes along
	d.play(50 * time.Millisecond)
	if !d.bench.sound.Playing || d.bench.sound.Position < 5*time.Second || d.bench.sound.Position > 6*time.Second {
		t.Errorf("plays %v", d.bench.sound.Position)
	}
	d.press("e", "up")
	times("0s-5.02s 5.02s-10.05s 10.05s-20s ") // the one that does not stops it
	d.press("ctrl+z", "left", "enter")
	times("0s-5.02s 5.02s-9.99s 10.05s-20s ")
	d.types("x")
	d.wants("Enter ends it", d.text("2"), "xb")
}

// TestBreaksWaitForASegmentsEnd: active time alone counts; the proposal takes no
// key, and is not made again at once.
func TestBreaksWaitForASegmentsEnd(t *testing.T) {
	d := withHabits(t, Habits{Breaks: Breaks{Every: time.Minute}}, said("1", 0, 10, "a"), said("2", 10, 20, ""), said("3", 20, 20, ""))
	work := func(seconds int) {
		for range seconds {
			d.now = d.now.Add(time.Second)
			d.types("a")
		}
	}
	says := func() bool { return strings.Contains(d.screen(), "five minutes off") }
	work(70)
	if says() {
		t.Fatal("it interrupts the typing")
	}
	d.press("pgdown")
	if !says() {
		t.Fatal("nothing is proposed at the segment's end")
	}
	d.types("b")
	d.wants("the key types", d.text("2"), "b")
	work(70)
	d.press("pgup")
	if says() {
		t.Fatal("it is proposed again at once")
	}
	d.now = d.now.Add(6 * time.Minute) // that was the break
	work(30)
	d.press("pgdown")
	if says() {
		t.Fatal("a rest does not count as one")
	}
	work(40)
	d.press("pgup")
	if !says() {
		t.Fatal("nothing is proposed after another minute")
	}
	d.press("alt+#")
	d.shows("For you alone", "211.0 keys")
}

// TestLessonsGoOnByDoing: each until its action is done, a later one is no
// reason to wait, and a message comes before them.
func TestLessonsGoOnByDoing(t *testing.T) {
	d := sitWith(t, []*transcript.Segment{said("1", 0, 20, "a")}, nil, "t.vtt", func(o *Opening) {
		o.Lessons = []Lesson{{"press Tab", []tui.Action{tui.PlayPause}}, {"go back", []tui.Action{tui.Back}}, {"save it", []tui.Action{tui.Save}}}
	})
	d.shows("1/3  press Tab")
	d.types("x")
	d.shows("1/3  press Tab")
	d.press("tab")
	d.shows("2/3  go back")
	d.press("ctrl+s")
	d.shows("Saved: ")
	d.now = d.now.Add(time.Minute)
	d.shows("t.vtt", "F1 all keys")
}

// TestTheOtherSpeakerGoesOn: Enter of f4 ends what one person says and begins
// what the other does, as one step.
func TestTheOtherSpeakerGoesOn(t *testing.T) {
	d := sitWith(t, empty(), nil, "tone.vtt", func(o *Opening) { o.Habits.Speakers = []string{"", "Bob"} })
	turn := func(words string, listen time.Duration) {
		d.types(words)
		d.press("tab")
		d.play(listen)
		d.press("tab", "ctrl+j")
	}
	who := func() (list []string) {
		tr := d.bench.doc.Transcript()
		for _, s := range tr.Segments {
			list = append(list, tr.SpeakerName(s.Speaker)+":"+s.Text)
		}
		return list
	}
	d.bench.Do(tui.NormalSpeed)
	turn("who are you", 2*time.Second)
	turn("a miller", 4*time.Second)
	turn("since when", 5*time.Second)
	d.wants("turns", strings.Join(who(), "|"), "Anna:who are you|Bob:a miller|Anna:since when|Bob:")
	if err := d.bench.doc.Transcript().Validate(); err != nil {
		t.Fatal(err)
	}
	d.press("ctrl+z")
	d.wants("one step back", strings.Join(who(), "|"), "Anna:who are you|Bob:a miller|Anna:since when")
	d.press("ctrl+home", "right", "right", "right", "ctrl+j") // in the middle of a turn
	d.wants("split", strings.Join(who(), "|"), "Anna:who|Bob:are you|Bob:a miller|Anna:since when")
}
