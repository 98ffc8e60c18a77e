package workbench

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tapescript/quality/style"
	"tapescript/transcript"
	"tapescript/transcript/journal"
	"tapescript/tui"
)

// soakKeys are all keys that are bound, and those that a question knows.
func soakKeys(t *testing.T) []tea.KeyPressMsg {
	keys, err := tui.Preset("tapescript")
	if err != nil {
		t.Fatal(err)
	}
	var list []tea.KeyPressMsg
	for _, g := range tui.Groups {
		for _, a := range g.Actions {
			for _, name := range keys.Keys(a) {
				k := key(name)
				parts := strings.Split(name, "+")
				var n int
				if _, err := fmt.Sscanf(parts[len(parts)-1], "f%d", &n); err == nil {
					k.Code = tea.KeyF1 + rune(n-1)
				}
				list = append(list, k)
			}
		}
	}
	for _, name := range []string{"esc", "enter", "y", "s", "m", "a", "ctrl+e", "ctrl+o", "ctrl+t", "up", "down"} {
		list = append(list, key(name))
	}
	return list
}

// TestRandomKeysLoseNothing presses random keys on a transcript with a draft, a
// gold and a style: no panic, the document valid, and equal to what its journal
// would bring back. TAPESCRIPT_SOAK is how long (an hour: 1h), TAPESCRIPT_SEED
// another beginning; without, it takes some seconds.
func TestRandomKeysLoseNothing(t *testing.T) {
	seed, length := uint64(9), time.Duration(0)
	fmt.Sscan(os.Getenv("TAPESCRIPT_SEED"), &seed)
	if text := os.Getenv("TAPESCRIPT_SOAK"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(t.TempDir()) // a question for a path may get an answer
	profile, err := style.Lookup("rev-clean")
	if err != nil {
		t.Fatal(err)
	}
	gold := &transcript.Transcript{Segments: []*transcript.Segment{said("1", 0, 8, "the mill at Carrow Creek"), said("2", 8, 20, "the carrow mill and Karrow")}}
	d := sitWith(t, []*transcript.Segment{heardAs("1", 0, 8, "the mill?40 at carrow?30 creek"), heardAs("2", 8, 20, "the Carrow?50 mill?20 and carrow")}, gold, "t.vtt", func(o *Opening) {
		o.Style = profile
		o.Habits = Habits{Snippets: map[string]string{"a": "an {x} and", "ty": "thank you"}, Glossary: []string{"Carrow"}, TypePause: "pause", LoopPause: time.Second}
	})
	d.bench.doc.Transcript().BeginsDraft()

	random := rand.New(rand.NewPCG(seed, 0))
	keys := soakKeys(t)
	words := []string{"a ", "the ", "ty ", "é", "👩‍👩‍👧", "नम", "[", "x", ". ", "שלום "}
	const presses = 1500
	end, look := time.Now().Add(length), time.Now()
	var samples []heapSample
	for n := 0; n < presses || time.Now().Before(end); n++ {
		switch r := random.IntN(10); {
		case r < 4:
			for _, c := range words[random.IntN(len(words))] {
				d.send(tea.KeyPressMsg{Code: c, Text: string(c)})
			}
		case r < 9:
			d.send(keys[random.IntN(len(keys))])
		case random.IntN(20) == 0:
			d.send(tea.WindowSizeMsg{Width: 1 + random.IntN(200), Height: 1 + random.IntN(60)})
		default:
			d.play(time.Duration(random.IntN(700)) * time.Millisecond)
		}
		d.quit = false
		if f := d.root.Fault(); f != nil { // the root has caught it, and would take no key any more
			t.Fatalf("after %d keys (seed %d): %v\n%s", n, seed, f, f.Stack)
		}
		if n%50 == 0 {
			if err := d.bench.doc.Transcript().Validate(); err != nil {
				t.Fatalf("after %d keys (seed %d): %v", n, seed, err)
			}
		}
		if len(d.bench.doc.Transcript().Segments) > 400 || n%400 == 399 { // back to a size that people have
			d.press("esc", "esc", "esc")
			before := d.bench.doc.Revision()
			if d.send(tea.KeyPressMsg{Code: 'q', Text: "q"}); d.bench.question == nil && d.bench.doc.Revision() == before {
				t.Fatalf("after %d keys (seed %d) a letter is not written any more:\n%s", n, seed, d.screen())
			}
			if d.bench.doc.Transcript().Draft != nil && d.bench.question == nil {
				d.run(d.bench.revertAll())
			}
		}
		if length > 0 && time.Now().After(look) {
			look = look.Add(max(length/12, time.Second))
			samples = append(samples, weigh(t, n, d))
		}
	}
	soaked(t, d, seed)
	if length > 0 {
		flat(t, append(samples, weigh(t, 0, d)))
	}
}

// heapSample is what lay in memory after so many edits.
type heapSample struct{ edits, bytes uint64 }

func weigh(t *testing.T, keys int, d *desk) heapSample {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	s := heapSample{d.bench.doc.Revision(), m.HeapAlloc}
	t.Logf("%s: %d keys, %d edits, heap %.1f MB", time.Now().Format("15:04"), keys, s.edits, float64(s.bytes)/(1<<20))
	return s
}

// mostPerEdit is what an edit may leave in memory: undo has no limit, and keeps
// the segments that an edit replaced. Going back to the draft, which the soak
// does now and then, replaces all of them.
const mostPerEdit = 4096

// flat holds that nothing grows but undo.
func flat(t *testing.T, samples []heapSample) {
	t.Helper()
	first, last := samples[min(1, len(samples)-1)], samples[len(samples)-1]
	if last.edits == first.edits {
		return
	}
	each := (float64(last.bytes) - float64(first.bytes)) / float64(last.edits-first.edits)
	t.Logf("%.0f bytes an edit from the first sample to the last", each)
	if each > mostPerEdit {
		t.Errorf("the heap grows by %.0f bytes an edit, undo keeps about a tenth of that", each)
	}
}

// soaked compares the document with its journal, and with itself undone and
// done again.
func soaked(t *testing.T, d *desk, seed uint64) {
	t.Helper()
	j := d.bench.Journal.(*journal.Journal)
	if err := j.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	kept, err := journal.Read(d.path, journal.Options{Folder: filepath.Join(filepath.Dir(d.path), "journal")})
	if err != nil {
		t.Fatal(err)
	}
	now := d.bench.doc.Snapshot()
	if !reflect.DeepEqual(kept.Segments, now.Segments) || !reflect.DeepEqual(kept.Speakers, now.Speakers) {
		t.Fatalf("seed %d: the journal would bring back another transcript", seed)
	}
	n := 0
	for ; n < 200; n++ {
		if _, err := d.bench.doc.Undo(); err != nil {
			break
		}
	}
	for range n {
		if _, err := d.bench.doc.Redo(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	if again := d.bench.doc.Snapshot(); !reflect.DeepEqual(again.Segments, now.Segments) {
		t.Fatalf("seed %d: undone and done again it is another transcript", seed)
	}
}
