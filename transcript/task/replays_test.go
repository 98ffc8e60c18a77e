package task

import (
	"reflect"
	"testing"
)

func TestReplaysAreWhatWasGoneBackTo(t *testing.T) {
	heard := map[int]int{3: 1, 12: 2, 13: 5, 14: 2, 40: 1}
	text := ReplaysText(heard)
	if got := ParseReplays(text); !reflect.DeepEqual(got, heard) {
		t.Errorf("%q came back as %v", text, got)
	}
	want := []Replay{{"t", 3, 4, 1}, {"t", 12, 15, 5}, {"t", 40, 41, 1}}
	if got := ReplaysOf("t", heard); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := ParseReplays("1 x:2 -3:4 5:0 6:1"); !reflect.DeepEqual(got, map[int]int{6: 1}) {
		t.Errorf("of nonsense came %v", got)
	}
}
