package transport

import (
	"reflect"
	"testing"
	"time"

	"tapescript/audio"
	"tapescript/tui"
)

func TestWhatIsGoneBackToIsCounted(t *testing.T) {
	p := &player{}
	tr := New(p)
	at := func(s float64) { p.state.Position = time.Duration(s * float64(time.Second)) }
	at(12.5)
	tr.Do(tui.Back, audio.Span{})                                           // 10.5–12.5
	tr.Do(tui.Forward, audio.Span{})                                        // ahead counts for nothing
	tr.PlaySpan(audio.Span{Start: 12 * time.Second, End: 20 * time.Second}) // again from 12
	at(400)
	tr.SeekTo(0) // another place
	if got, want := tr.Replays(), map[int]int{10: 1, 11: 1, 12: 2}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
