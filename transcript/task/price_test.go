package task

import (
	"reflect"
	"testing"

	"tapescript/transcript"
)

func TestPricesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]Price{
		"":               {},
		"0.05 USD":       {Amount: 50_000, Currency: "USD", Per: PerTask},
		" 0.9 usd/min ":  {Amount: 900_000, Currency: "USD", Per: PerMinute},
		"45 EUR/hour":    {Amount: 45_000_000, Currency: "EUR", Per: PerHour},
		"0.05 USD/task":  {Amount: 50_000, Currency: "USD", Per: PerTask},
		"0.9 USD/minute": {Amount: 900_000, Currency: "USD", Per: PerMinute},
	} {
		if got, ok := ParsePrice(text); !ok || got != want {
			t.Errorf("%q: %+v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"0.05", "USD", "-1 USD", "1 US", "1 USD/week", "1,5 USD", "0.0000001 USD"} {
		if got, ok := ParsePrice(text); ok {
			t.Errorf("%q was taken for %+v", text, got)
		}
	}
}

// What was said at the import stands; what it left open the file says.
func TestABatchLearnsWhatWasNotSaid(t *testing.T) {
	b := Batch{Style: "verbatim", Extras: transcript.Extras{"a": "ours"}}
	b.Learn(Batch{Style: "clean", Language: "fr", Glossary: []string{"Zork"}, Extras: transcript.Extras{"a": "theirs", "b": "theirs"}})
	if b.Style != "verbatim" || b.Language != "fr" || !reflect.DeepEqual(b.Glossary, []string{"Zork"}) || !reflect.DeepEqual(b.Extras, transcript.Extras{"a": "ours", "b": "theirs"}) {
		t.Errorf("got %+v", b)
	}
	b = Batch{}
	if b.Learn(Batch{Extras: transcript.Extras{"a": "1"}}); b.Extras["a"] != "1" {
		t.Errorf("got %+v", b)
	}
}
