package task

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestDecimalsAreExact(t *testing.T) {
	for _, c := range []struct {
		text string
		want Decimal
		back string
	}{
		{"0", 0, "0.00"}, {"12", 12_000_000, "12.00"}, {"0.05", 50_000, "0.05"}, {"-0.0125", -12_500, "-0.0125"},
		{"1.10", 1_100_000, "1.10"}, {"0.000001", 1, "0.000001"}, {"-0.000001", -1, "-0.000001"},
		{"9223372036854.775806", math.MaxInt64 - 1, "9223372036854.775806"}, {"0.30000000000", 300_000, "0.30"},
	} {
		got, err := ParseDecimal(c.text)
		if err != nil || got != c.want || got.String() != c.back {
			t.Errorf("%q: got %d %q, %v; want %d %q", c.text, got, got, err, c.want, c.back)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "5.", "1e3", "1,5", "0.0000001", "9223372036854775807", "+1", "--1", "1.2.3", "NaN", "٣"} {
		if got, err := ParseDecimal(text); !errors.Is(err, ErrDecimal) {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	if Decimal(math.MinInt64).String() != "-9223372036854.775808" {
		t.Error(Decimal(math.MinInt64).String())
	}
}

func TestDecimalsComeBackFromText(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for range 10_000 {
		d := Decimal(r.Int64N(math.MaxInt64-9)>>r.IntN(63)) * Decimal(1-2*r.IntN(2))
		if back, err := ParseDecimal(d.String()); err != nil || back != d {
			t.Fatalf("%d is %q is %d, %v", d, d, back, err)
		}
	}
}

// The shares of a sum are compared with rational numbers.
func TestSharesRoundToTheNearest(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 2))
	for range 10_000 {
		d, part, whole := Decimal(r.Int64N(1e12)-5e11), r.Int64N(1e9), r.Int64N(1e9)+1
		got, err := d.Share(part, whole)
		if err != nil {
			t.Fatal(err)
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(part)), big.NewInt(whole))
		off := exact.Sub(exact, new(big.Rat).SetInt64(int64(got)))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d × %d ⁄ %d = %d, off by %v", d, part, whole, got, off)
		}
	}
	if _, err := one.Share(1, 0); err == nil {
		t.Error("divided by nothing")
	}
	if _, err := Decimal(math.MaxInt64).Share(2, 1); err == nil {
		t.Error("an overflow passed")
	}
}

func TestPricesGoByTheTaskOrByTime(t *testing.T) {
	for _, c := range []struct {
		price  Price
		length time.Duration
		want   string
	}{
		{Price{50_000, "USD", PerTask}, 0, "0.05"},
		{Price{900_000, "USD", PerMinute}, 10 * time.Second, "0.15"},
		{Price{45_000_000, "EUR", PerHour}, 7 * time.Second, "0.0875"},
	} {
		if got, err := c.price.For(c.length); err != nil || got.String() != c.want {
			t.Errorf("%v for %v: %v, %v; want %s", c.price, c.length, got, err, c.want)
		}
	}
	if _, err := (Price{1, "USD", PerHour}).For(0); !errors.Is(err, ErrUnknownLength) {
		t.Error(err)
	}
	if _, err := (Price{1, "USD", "mile"}).For(time.Hour); err == nil {
		t.Error("paid by the mile")
	}
}

func TestWhatCannotBeKeptIsRefused(t *testing.T) {
	fine := Record{Key: "1.mp3", Audio: Audio{Ref: "1.mp3"}}
	if err := fine.Validate(); err != nil {
		t.Fatal(err)
	}
	for field, change := range map[string]func(*Record){
		"key":      func(r *Record) { r.Key = "" },
		"key ":     func(r *Record) { r.Key = strings.Repeat("k", MaxKey+1) },
		"key  ":    func(r *Record) { r.Key = "\xff" },
		"kind":     func(r *Record) { r.Kind = "golden" },
		"audio":    func(r *Record) { r.Audio.Start = -1 },
		"overlap":  func(r *Record) { r.Overlap = -1 },
		"price":    func(r *Record) { r.Price.Amount = -1 },
		"price ":   func(r *Record) { r.Price.Per = "mile" },
		"gold":     func(r *Record) { r.Gold = []string{strings.Repeat("g", MaxText+1)} },
		"cell":     func(r *Record) { r.Row.Cells = []string{strings.Repeat("c", MaxText+1)} },
		"text":     func(r *Record) { r.Done = &Done{Text: strings.Repeat("t", MaxText+1)} },
		"work":     func(r *Record) { r.Done = &Done{Work: -1} },
		"reward":   func(r *Record) { r.Done = &Done{Reward: Price{Amount: -1}} },
		"worker":   func(r *Record) { r.Done = &Done{Worker: strings.Repeat("w", MaxKey+1)} },
		"draft":    func(r *Record) { r.Draft = strings.Repeat("d", MaxText+1) },
		"audio   ": func(r *Record) { r.Audio.Ref = strings.Repeat("a", MaxKey+1) },
	} {
		r := fine
		r.Row.Line = 7
		change(&r)
		var invalid *InvalidError
		if err := r.Validate(); !errors.As(err, &invalid) || invalid.Field != strings.TrimSpace(field) || invalid.Line != 7 {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, b := range []Batch{{}, {ID: "a/b"}, {ID: "a\nb"}, {ID: "a", Overlap: -1}, {ID: "a", Price: Price{Amount: -1}}} {
		if b.Validate() == nil {
			t.Errorf("%+v was taken", b)
		}
	}
}

func TestARowGetsItsGoldBack(t *testing.T) {
	r := Result{Task: Task{Row: Row{Cells: []string{"1.mp3", "", "x"}}}, Gold: &Gold{Cells: map[int]string{1: "gold", 9: "no"}}}
	if got := strings.Join(r.Row().Cells, "|"); got != "1.mp3|gold|x" {
		t.Error(got)
	}
	if r.Task.Row.Cells[1] != "" {
		t.Error("the task's own row was changed")
	}
	r.Submission = &Submission{Row: Row{Cells: []string{"1.mp3", "", "done"}}}
	if got := strings.Join(r.Row().Cells, "|"); got != "1.mp3|gold|done" {
		t.Error(got)
	}
	if batch, key := SplitID(TaskID("b", "https://x/1.mp3")); batch != "b" || key != "https://x/1.mp3" {
		t.Error(batch, key)
	}
}

func TestABalanceIsTheSumOfItsEntries(t *testing.T) {
	var b Balance
	for _, e := range []Entry{
		{Kind: ForTask, To: InReview, Amount: 50_000}, {Kind: ForTask, To: InReview, Amount: 30_000},
		{Kind: ForVerdict, From: InReview, To: Approved, Amount: 50_000},
		{Kind: ForVerdict, From: InReview, To: RejectedAs, Amount: 30_000},
		{Kind: ForAppeal, From: RejectedAs, To: Approved, Amount: 30_000},
		{Kind: ForBonus, To: Approved, Amount: 10_000},
		{Kind: ForPayout, From: Approved, To: Paid, Amount: 80_000},
	} {
		b.Add(e)
	}
	if want := (Balance{Approved: 10_000, Paid: 80_000, Tasks: 2}); b != want {
		t.Errorf("got %+v, want %+v", b, want)
	}
}

func TestASkillIsWhatWasLastSetOrPassed(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 1, h, 0, 0, 0, time.UTC) }
	set := func(h int, v float64) Measure {
		return Measure{At: at(h), Action: Action{Kind: SetSkill, Skill: "s", Value: v}}
	}
	exams := []Qualification{{Skill: "s", Level: 3, Passed: true, At: at(1)}, {Skill: "s", Level: 4, At: at(2)}, {Skill: "s", Level: 2, Passed: true, At: at(5)}}
	for _, c := range []struct {
		measures []Measure
		want     float64
		level    int
	}{
		{nil, 3, 3},
		{[]Measure{set(3, 1.5)}, 2, 2},             // a later exam raises it again
		{[]Measure{set(6, 1.5)}, 1.5, 1},           // the rule has the last word
		{[]Measure{set(6, 80), set(4, 0)}, 80, 80}, // by time, not by place
		{[]Measure{{At: at(6), Action: Action{Kind: Ban}}}, 3, 3},
	} {
		skills := Skills(exams, c.measures)
		if got := skills["s"]; got != c.want || Levels(skills)["s"] != c.level {
			t.Errorf("%+v: skill %v, level %d", c.measures, got, Levels(skills)["s"])
		}
	}
}

func TestCellsComeBackFromAnyBytes(t *testing.T) {
	for _, cells := range [][]string{nil, {}, {""}, {"a", "", "b\x00c\xff"}} {
		packed := PackCells(nil, cells)
		if got := UnpackCells(packed); len(got) != len(cells) || (got == nil) != (cells == nil) {
			t.Errorf("%q became %q", cells, got)
		}
		for i := range packed { // cut short
			UnpackCells(packed[:i])
		}
	}
	UnpackCells([]byte{0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0x7f})
}
