package format

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func ttmlOf(parameters, begin string) string {
	return fmt.Sprintf(`<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" %s><body><div><p begin=%q dur="1s">x</p></div></body></tt>`, parameters, begin)
}

func TestTTMLTimes(t *testing.T) {
	const (
		ntsc = `ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:dropMode="dropNTSC"`
		full = `ttp:timeBase="smpte" ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001"`
		pal  = `ttp:timeBase="smpte" ttp:frameRate="25" ttp:dropMode="dropPAL"`
	)
	for _, c := range []struct {
		parameters, text string
		want             time.Duration
	}{
		{"", "00:00:01.5", 1500 * time.Millisecond},
		{"", "100:00:00", 100 * time.Hour},
		{"", "1.5h", 90 * time.Minute}, {"", "2m", 2 * time.Minute}, {"", "3.25s", 3250 * time.Millisecond}, {"", "7ms", 7 * time.Millisecond},
		{"", "45f", 1500 * time.Millisecond}, // thirty a second where nobody says
		{"", "3t", 3 * time.Second},
		{`ttp:frameRate="25"`, "50t", 2 * time.Second},
		{`ttp:frameRate="25" ttp:subFrameRate="4"`, "50t", 500 * time.Millisecond},
		{`ttp:tickRate="10000000"`, "12345678t", 1234567800},
		{`ttp:tickRate="10000000"`, "3600000000000t", 100 * time.Hour},
		{`ttp:frameRate="25"`, "00:00:01:05", 1200 * time.Millisecond},
		{`ttp:frameRate="25" ttp:subFrameRate="2"`, "00:00:01:05.1", 1220 * time.Millisecond},
		{`ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"`, "24f", 1001 * time.Millisecond},
		{`ttp:frameRate="24" ttp:frameRateMultiplier="1000:1001"`, "00:00:01:12", time.Second + 500500*time.Microsecond},
		{full, "01:00:00:00", 3603600 * time.Millisecond}, // 108,000 frames of 1001/30000 s
		{ntsc, "01:00:00:00", 3599996400 * time.Microsecond},
		{ntsc, "00:01:00:02", 60060 * time.Millisecond},
		{ntsc, "00:00:59:29", 60026633333},
		{ntsc, "00:10:00:00", 599999400 * time.Microsecond},
		{pal, "00:02:00:04", 2 * time.Minute},
		{pal, "01:00:00:00", time.Hour - 108*40*time.Millisecond},
	} {
		tr, _, err := Decode([]byte(ttmlOf(c.parameters, c.text)), "x.ttml")
		if err != nil {
			t.Errorf("%s %s: %v", c.parameters, c.text, err)
			continue
		}
		if got := tr.Segments[0].Start; got != c.want {
			t.Errorf("%s %s: read as %v, want %v", c.parameters, c.text, got, c.want)
		}
	}
	for _, c := range [][2]string{{"", "1x"}, {"", "-1s"}, {"", "00:61:00"}, {ntsc, "00:01:00:01"}, {pal, "00:02:00:03"}, {`ttp:frameRate="25"`, "00:00:01:25"},
		{"", "1e9h"}, {"", "999999999999h"}, {`ttp:tickRate="0"`, "1t"}, {`ttp:frameRateMultiplier="1 0"`, "1f"}, {"", "."}} {
		_, _, err := Decode([]byte(ttmlOf(c[0], c[1])), "x.ttml")
		var e *Error
		if !errors.As(err, &e) || e.Code != BadTime || e.Line != 1 || e.Column == 0 {
			t.Errorf("%v: %v, want a bad time and its place", c, err)
		}
	}
}

// TestTTMLDropFrameNumbersCountEveryFrame: one number after the other, a frame of
// 1001/30000 s passes between them, over borders of minutes and of ten minutes.
func TestTTMLDropFrameNumbersCountEveryFrame(t *testing.T) {
	clock := ttmlClock{rate: FrameRate{num: 30000, den: 1001}, nominal: 30, subFrames: 1, drop: "dropNTSC"}
	count := int64(0)
	for minute := range 21 {
		for second := range 60 {
			for frame := range 30 {
				d, ok := clock.parse(fmt.Sprintf("00:%02d:%02d:%02d", minute, second, frame))
				if left := minute%10 != 0 && second == 0 && frame < 2; ok == left {
					t.Fatalf("%d:%d:%d: read %v, left out %v", minute, second, frame, ok, left)
				} else if left {
					continue
				}
				if want := time.Duration((count*1001*1e9*2/30000 + 1) / 2); d != want {
					t.Fatalf("%d:%d:%d: %v, want %v", minute, second, frame, d, want)
				}
				count++
			}
		}
	}
}

// TestXMLIsWellFormed has libxml2 read what we write, whatever the transcript.
func TestXMLIsWellFormed(t *testing.T) {
	requireTool(t, "xmllint")
	for _, f := range All() {
		if f.CanWrite() && xmlRoot(string(encoded(t, f, judged()))) != "" {
			for seed := range uint64(40) {
				cmd := exec.Command("xmllint", "--noout", "--nonet", "-")
				data := encoded(t, f, randomTranscript(rand.New(rand.NewPCG(seed, 3))))
				cmd.Stdin = strings.NewReader(string(data))
				if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
					t.Fatalf("%s: %v\n%s\n%s", f.Name, err, out, data)
				}
			}
		}
	}
}
