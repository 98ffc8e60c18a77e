package peaks

import (
	"context"
	"errors"
	"io"
	"testing"
)

// ramp is a recording whose sample n has the value n/1000 on the left and its
// negative on the right.
type ramp struct{ at, length int64 }

func (r *ramp) Seek(sample samples) error { r.at = sample; return nil }

func (r *ramp) Read(dst [][2]float64) (int, error) {
	for i := range dst {
		if r.at == r.length {
			return i, io.EOF
		}
		v := float64(r.at) / 1000
		dst[i] = [2]float64{v, -v / 2}
		r.at++
	}
	return len(dst), nil
}

func TestMeasureFindsTheExtremesOfEachBucket(t *testing.T) {
	p, err := Measure(context.Background(), &ramp{length: 1000}, 100, 350, 100)
	if err != nil {
		t.Fatal(err)
	}
	want := []Peak{{-.0995, .199}, {-.1495, .299}, {-.1745, .349}}
	if len(p.Buckets) != len(want) {
		t.Fatalf("%d buckets, want %d", len(p.Buckets), len(want))
	}
	for i, w := range want {
		if p.Buckets[i] != w {
			t.Errorf("bucket %d: %v, want %v", i, p.Buckets[i], w)
		}
	}
	if got := p.Buckets[0].Level(); got < .1989 || got > .1991 {
		t.Errorf("level %v", got)
	}
}

func TestMeasureEndsWithTheRecording(t *testing.T) {
	p, err := Measure(context.Background(), &ramp{length: 150}, 100, 1000, 20)
	if err != nil || len(p.Buckets) != 3 {
		t.Errorf("%d buckets, error %v; want 3", len(p.Buckets), err)
	}
}

func TestMeasureStopsWhenTold(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Measure(ctx, &ramp{length: 1 << 40}, 0, 1<<40, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestMeasureRefusesWhatIsNoStretch(t *testing.T) {
	for _, c := range [][3]int64{{-1, 5, 1}, {5, 4, 1}, {0, 5, 0}} {
		if _, err := Measure(context.Background(), &ramp{length: 9}, c[0], c[1], c[2]); err == nil {
			t.Errorf("%v is measured", c)
		}
	}
}

func BenchmarkMeasureOneHourAt16kHz(b *testing.B) {
	for b.Loop() {
		if _, err := Measure(context.Background(), &ramp{length: 3600 * 16000}, 0, 3600*16000, 256); err != nil {
			b.Fatal(err)
		}
	}
}
