package review

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/quality/normalize"
	"tapescript/transcript"
)

// one is a transcript of one segment a text, a second each.
func one(texts ...string) *transcript.Transcript {
	t := &transcript.Transcript{}
	for i, text := range texts {
		from := time.Duration(i) * time.Second
		t.Segments = append(t.Segments, &transcript.Segment{ID: fmt.Sprint(i + 1), Start: from, End: from + time.Second, Text: text})
	}
	return t
}

func item(t testing.TB, gold, draft *transcript.Transcript) *Item {
	t.Helper()
	g, err := transcript.NewDocument(gold)
	if err != nil {
		t.Fatal(err)
	}
	d, err := transcript.NewDocument(draft)
	if err != nil {
		t.Fatal(err)
	}
	return &Item{ID: "talk", Gold: g, Draft: d, Recording: "talk.wav"}
}

func casesOf(it *Item) []*Case {
	return it.compare(it.Gold.Snapshot(), it.Draft.Snapshot(), quality.Options{}, it.revision()).cases
}

func TestFind(t *testing.T) {
	for _, c := range []struct{ name, gold, draft, want string }{
		{"another word", "we met there", "we met their", "substitution: their → there"},
		{"a missing word", "we met him there", "we met there", "deletion:  → him"},
		{"a word too many", "we met there", "we met him there", "insertion: him → "},
		{"two words for one", "we are going to go", "we are gonna go", "substitution: gonna → going to"},
		{"similar words are two cases", "wending their way", "winding there way", "substitution: winding → wending; substitution: there → their"},
		{"a number", "it cost seven pounds", "it cost eleven pounds", "substitution number: eleven → seven"},
		{"a name", "then Anna went", "then Hannah went", "substitution name: Hannah → Anna"},
		{"a negation", "I did not go", "I did go", "deletion negation:  → not"},
		{"marks and capitals", "Well, we went. Then home.", "Well we went. then home.", "punctuation: Well → Well,; case: then → Then"},
		{"a gold without marks has none to miss", "well we went", "Well, we went.", ""},
		{"an alternative is right", "I am { going to / gonna } go", "I am gonna go", ""},
		{"an alternative is replaced whole", "I am { going to / gonna } go", "I am want go", "substitution: want → { going to / gonna }"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, c := range casesOf(item(t, one(c.gold), one(c.draft))) {
				got = append(got, fmt.Sprintf("%s: %s → %s", strings.Join(c.Kinds.Names(), " "), c.DraftSays, c.GoldSays))
			}
			if s := strings.Join(got, "; "); s != c.want {
				t.Errorf("found %q\nwant  %q", s, c.want)
			}
		})
	}
}

func TestSpeakersAndTimesAreCases(t *testing.T) {
	speak := func(t *transcript.Transcript, names ...string) *transcript.Transcript {
		for i, n := range names {
			t.Segments[i].Speaker = t.SpeakerNamed(n).ID
		}
		return t
	}
	gold := speak(one("good morning all", "good morning to you", "shall we begin now", "yes we shall"), "Ana", "Ben", "Ana", "Ben")
	draft := speak(one("good morning all", "good morning to you", "shall we begin now", "yes we shall"), "S1", "S2", "S2", "S2")
	draft.Segments[3].End += 900 * time.Millisecond
	it := item(t, gold, draft)
	list := casesOf(it)
	if len(list) != 2 || list[0].Kinds != SpeakerLabel || list[1].Kinds != Time {
		t.Fatalf("%d cases", len(list))
	}
	if list[0].Draft.Segment.ID != "3" || list[0].DraftSays != "S2" || list[0].GoldSays != "Ana" {
		t.Errorf("%+v", list[0])
	}
	for _, c := range list {
		if err := apply([]*Item{it}, inOrder(c.decide(TakeGold, "", it))); err != nil {
			t.Fatal(err)
		}
	}
	if list := casesOf(it); len(list) != 1 || list[0].GoldSays != "Ana" { // a third name for two voices
		t.Errorf("%d cases left", len(list))
	}
	if s := it.Draft.Segment("4"); s.End != it.Gold.Segment("4").End {
		t.Errorf("ends at %v", s.End)
	}
}

// wordless: a whole segment is missing, or nobody has it in gold.
func TestWordsOfSegmentsThatAreNotThere(t *testing.T) {
	for _, v := range []Verdict{TakeGold, TakeDraft, BothRight} {
		gold, draft := one("first words", "second words", "third words"), one("first words", "second words", "third words")
		draft.Segments = slices.Delete(draft.Segments, 1, 2)
		gold.Segments = slices.Delete(gold.Segments, 2, 3)
		it := item(t, gold, draft)
		decideAll(t, it, func(*Case) Verdict { return v })
		if c := counts(it); c.Errors() != 0 {
			t.Errorf("%s leaves %+v: %q and %q", v, c, texts(it.Gold), texts(it.Draft))
		}
	}
}

func counts(it *Item) quality.Counts {
	return it.compare(it.Gold.Snapshot(), it.Draft.Snapshot(), quality.Options{}, it.revision()).counts
}

func texts(d *transcript.Document) []string {
	var list []string
	for _, s := range d.Transcript().Segments {
		list = append(list, fmt.Sprintf("%s %s %v %v", s.ID, s.Text, s.Start, s.End))
	}
	return list
}

// decideAll decides all word errors at once and returns the lines of the log.
func decideAll(t *testing.T, it *Item, verdict func(*Case) Verdict) []Entry {
	t.Helper()
	var log []Entry
	var changes []Change
	for _, c := range casesOf(it) {
		if c.Kinds&Errors == 0 {
			continue
		}
		v := verdict(c)
		for _, e := range entriesOf([]*Item{it}, []*ref{{it, c}}, v, "both agree") {
			e.N, e.Group = len(log)+1, 1
			log = append(log, e)
			changes = append(changes, e.Changes...)
		}
	}
	if err := apply([]*Item{it}, inOrder(changes)); err != nil {
		t.Fatalf("%v\n%q\n%q", err, texts(it.Gold), texts(it.Draft))
	}
	return log
}

// TestDecisionsDoWhatTheySay tries random texts: any mixture of decisions leaves
// no error, undoing brings every letter back, and the log does it again.
func TestDecisionsDoWhatTheySay(t *testing.T) {
	random := rand.New(rand.NewPCG(10, 3))
	words := strings.Fields("a the to going gonna Paris, two not; and/or it's end. l'été 3/4")
	say := func() string {
		list := make([]string, random.IntN(7))
		for i := range list {
			list[i] = words[random.IntN(len(words))]
		}
		return strings.Join(list, " ")
	}
	for range 400 {
		var g, d []string
		for range 1 + random.IntN(3) {
			g, d = append(g, say()), append(d, say())
		}
		it := item(t, one(g...), one(d...))
		before := [2][]string{texts(it.Gold), texts(it.Draft)}
		log := decideAll(t, it, func(*Case) Verdict {
			return []Verdict{TakeGold, TakeDraft, BothRight, Third}[random.IntN(4)]
		})
		for _, s := range []*transcript.Document{it.Gold, it.Draft} {
			if err := s.Transcript().Validate(); err != nil {
				t.Fatal(err)
			}
		}
		if c := counts(it); c.Errors() != 0 {
			t.Fatalf("%+v left of\n%q\n%q\nafter %+v:\n%q\n%q", c, g, d, log, texts(it.Gold), texts(it.Draft))
		}
		after := [2][]string{texts(it.Gold), texts(it.Draft)}

		again := item(t, one(g...), one(d...))
		log = append([]Entry{{Saved: map[string]string{"draft": "d", "gold": "g"}}}, log...)
		if _, refused := Restore([]*Item{again}, log, map[Side]string{Draft: "d", Gold: "g"}); refused != 0 {
			t.Fatalf("%d refused", refused)
		}
		if now := [2][]string{texts(again.Gold), texts(again.Draft)}; !slices.Equal(now[0], after[0]) || !slices.Equal(now[1], after[1]) {
			t.Fatalf("restored\n%q, was\n%q", now, after)
		}
		var changes []Change
		for _, e := range log {
			changes = append(changes, e.Changes...)
		}
		if err := apply([]*Item{it}, inverse(inOrder(changes))); err != nil {
			t.Fatal(err)
		}
		if now := [2][]string{texts(it.Gold), texts(it.Draft)}; !slices.Equal(now[0], before[0]) || !slices.Equal(now[1], before[1]) {
			t.Fatalf("undone\n%q, was\n%q", now, before)
		}
	}
}

func TestGroupsPutEqualErrorsTogether(t *testing.T) {
	it := item(t, one("I am going to go", "are you going to stay", "Going to work", "you saw a cat"), one("I am gonna go", "are you gonna stay", "Gonna work", "you saw a bat"))
	groups := Groups(casesOf(it))
	if len(groups) != 2 || len(groups[0].Cases) != 3 || groups[0].Cases[0].DraftSays != "gonna" {
		t.Fatalf("%d groups, the first of %d", len(groups), len(groups[0].Cases))
	}
}

func TestFilter(t *testing.T) {
	it := item(t, one("seven cats and some of them were grey"), one("eleven cats and grey"))
	list := casesOf(it)
	count := func(f Filter) int {
		n := 0
		for _, c := range list {
			if f.Takes(c) {
				n++
			}
		}
		return n
	}
	if a, b, c, d := count(Filter{}), count(Filter{Kinds: Number}), count(Filter{MinWords: 3}), count(Filter{Kinds: Time}); a != 2 || b != 1 || c != 1 || d != 0 {
		t.Errorf("%d %d %d %d", a, b, c, d)
	}
}

func TestWhatIsHeard(t *testing.T) {
	timed := &transcript.Segment{ID: "1", Start: 10 * time.Second, End: 20 * time.Second, Text: "one two three", Words: []transcript.Word{
		{From: 0, To: 3, Start: 11 * time.Second, End: 12 * time.Second},
		{From: 8, To: 13, Start: 15 * time.Second, End: 16 * time.Second},
	}}
	bare := &transcript.Segment{ID: "1", Start: 10 * time.Second, End: 20 * time.Second, Text: "one two three"}
	for _, c := range []struct {
		name     string
		place    Place
		from, to time.Duration // that have to be heard, at least
		most     time.Duration // of sound
	}{
		{"a word with its time", Place{timed, 0, 3}, 11 * time.Second, 12 * time.Second, 2100 * time.Millisecond},
		{"a word between two that have times", Place{timed, 4, 7}, 12 * time.Second, 15 * time.Second, 6100 * time.Millisecond},
		{"a gap at the end", Place{timed, 13, 13}, 16 * time.Second, 20 * time.Second, 6 * time.Second},
		{"a place by length", Place{bare, 4, 7}, 13100 * time.Millisecond, 15300 * time.Millisecond, 8 * time.Second},
		{"a segment without a time", Place{&transcript.Segment{ID: "1", Text: "one two three"}, 8, 13}, 37 * time.Second, 60 * time.Second, 40 * time.Second},
	} {
		s := (&Case{Draft: c.place}).Hear(time.Minute)
		if s.Start > c.from || s.End < c.to || s.End-s.Start > c.most {
			t.Errorf("%s: %v to %v", c.name, s.Start, s.End)
		}
	}
	if s := (&Case{}).Hear(time.Minute); s.End != 0 {
		t.Errorf("nowhere: %v", s)
	}
}

// TestScoreIsThatOfScore: what the screen shows is what the command prints.
func TestScoreIsThatOfScore(t *testing.T) {
	it := item(t, one("we met there and then", "so it was"), one("we met their then", "so is was not"))
	want := quality.ScoreTranscripts(it.Gold.Transcript(), it.Draft.Transcript(), quality.Options{Normalize: normalize.Basic()}).Corpus
	got := counts(it)
	want.Characters, want.CharacterErrors = 0, 0
	if got != want {
		t.Errorf("%+v, score says %+v", got, want)
	}
}

// TestWhatIsMissingIsHeardInItsSegment: not at the first word that the draft has
// after a minute of nothing.
func TestWhatIsMissingIsHeardInItsSegment(t *testing.T) {
	gold := &transcript.Segment{ID: "1", Start: 10 * time.Second, End: 14 * time.Second, Text: "well then"}
	for _, c := range []struct{ word, want [2]time.Duration }{
		{[2]time.Duration{60 * time.Second, 61 * time.Second}, [2]time.Duration{9400 * time.Millisecond, 14400 * time.Millisecond}},
		{[2]time.Duration{13 * time.Second, 14 * time.Second}, [2]time.Duration{9400 * time.Millisecond, 14400 * time.Millisecond}},
	} {
		draft := &transcript.Segment{ID: "1", Start: 0, End: 70 * time.Second, Text: "so", Words: []transcript.Word{{To: 2, Start: c.word[0], End: c.word[1]}}}
		missing := Case{Kinds: Deletion, Gold: Place{gold, 0, 9}, Draft: Place{draft, 0, 0}}
		if s := missing.Hear(90 * time.Second); s.Start != c.want[0] || s.End != c.want[1] {
			t.Errorf("%v: heard from %v to %v", c.word, s.Start, s.End)
		}
	}
}
