package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// requireTool skips a test that a foreign program judges where there is none.
func requireTool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
}

// judged is a transcript of what others must read as we mean it.
func judged() *transcript.Transcript {
	t := &transcript.Transcript{Language: "en", Speakers: []transcript.Speaker{{ID: "Ann", Name: "Ann"}}}
	for i, text := range []string{"hello there", "two\nlines", "where 3 & 4, \"quoted\"; done", "\"all quoted\"", "où ça, 日本語", "a --> b"} {
		start := time.Duration(i)*1500*time.Millisecond + 7*time.Millisecond
		t.Segments = append(t.Segments, &transcript.Segment{ID: fmt.Sprint(i + 1), Start: start, End: start + 1234*time.Millisecond, Text: text})
	}
	t.Segments[0].Speaker = "Ann"
	t.Segments[0].Words = []transcript.Word{{From: 0, To: 5, Start: 107 * time.Millisecond, End: 507 * time.Millisecond}, {From: 6, To: 11, Start: 607 * time.Millisecond, End: time.Second}}
	late := 101 * time.Hour
	t.Segments = append(t.Segments, &transcript.Segment{ID: "late", Start: late, End: late + time.Second, Text: "late"})
	return t
}

func TestFFmpegReadsSubRipAndWebVTT(t *testing.T) {
	requireTool(t, "ffprobe")
	tr := judged()
	for _, f := range []Format{srt, vtt} {
		path := filepath.Join(t.TempDir(), "talk"+f.Extensions[0])
		if _, err := Write(path, f, tr); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("ffprobe", "-v", "error", "-show_packets", "-of", "json", path).Output()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		var probe struct {
			Packets []struct{ Pts, Duration int64 }
		}
		if err := json.Unmarshal(out, &probe); err != nil {
			t.Fatal(err)
		}
		if len(probe.Packets) != len(tr.Segments) {
			t.Errorf("%s: ffprobe found %d cues, want %d", f.Name, len(probe.Packets), len(tr.Segments))
			continue
		}
		for i, p := range probe.Packets {
			s := tr.Segments[i]
			if p.Pts != s.Start.Milliseconds() || p.Duration != (s.End-s.Start).Milliseconds() {
				t.Errorf("%s cue %d: %d ms for %d ms, want %v to %v", f.Name, i+1, p.Pts, p.Duration, s.Start, s.End)
			}
		}
	}
}

// TestFFmpegReadsTheSameTexts converts our WebVTT to SubRip by ffmpeg and reads
// that with our own reader: two readers must agree.
func TestFFmpegReadsTheSameTexts(t *testing.T) {
	requireTool(t, "ffmpeg")
	tr := judged()
	path := filepath.Join(t.TempDir(), "talk.vtt")
	if _, err := Write(path, vtt, tr); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("ffmpeg", "-v", "error", "-i", path, "-f", "srt", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	back := decoded(t, srt, out)
	if len(back.Segments) != len(tr.Segments) {
		t.Fatalf("%d cues, want %d:\n%s", len(back.Segments), len(tr.Segments), out)
	}
	for i, s := range back.Segments {
		if s.Text != tr.Segments[i].Text {
			t.Errorf("cue %d: %q, want %q", i+1, s.Text, tr.Segments[i].Text)
		}
	}
}

// TestPythonReadsTablesAndJSON has Python's own modules say what they see.
func TestPythonReadsTablesAndJSON(t *testing.T) {
	requireTool(t, "python3")
	const script = `
import sys, csv, json, io
kind, text = sys.argv[1], sys.stdin.buffer.read().decode("utf-8")
if kind == "jsonl":
    rows = [json.loads(line) for line in text.splitlines()][1:]
else:
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t" if kind == "tsv" else ",")
json.dump([[r["id"], float(r["start"]), float(r["end"]), r["text"]] for r in rows], sys.stdout)
`
	tr := judged()
	for _, f := range []Format{tsv, csv, jsonl} {
		cmd := exec.Command("python3", "-c", script, f.Name)
		cmd.Stdin = bytes.NewReader(encoded(t, f, tr))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		var rows [][4]any
		if err := json.Unmarshal(out, &rows); err != nil || len(rows) != len(tr.Segments) {
			t.Fatalf("%s: %d rows (%v)", f.Name, len(rows), err)
		}
		for i, s := range tr.Segments {
			if want := [4]any{s.ID, float64(s.Start) / 1e9, float64(s.End) / 1e9, s.Text}; rows[i] != want {
				t.Errorf("%s: Python reads %v, want %v", f.Name, rows[i], want)
			}
		}
	}
}

// many is a long day's transcript.
func many(n int) *transcript.Transcript {
	t := &transcript.Transcript{Speakers: []transcript.Speaker{{ID: "Ann", Name: "Ann"}}}
	for i := range n {
		start := time.Duration(i) * 3 * time.Second
		s := &transcript.Segment{ID: fmt.Sprint(i + 1), Start: start, End: start + 2800*time.Millisecond, Text: "And so my fellow Americans, ask not\nwhat your country can do for you"}
		if i%3 == 0 {
			s.Speaker = "Ann"
		}
		t.Segments = append(t.Segments, s)
	}
	return t
}

func BenchmarkDecode20000Segments(b *testing.B) {
	for _, f := range All() {
		b.Run(f.Name, func(b *testing.B) {
			var out bytes.Buffer
			if !f.CanWrite() {
				b.Skip("it is only read")
			}
			if err := f.Encode(&out, many(20_000)); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(out.Len()))
			for b.Loop() {
				if _, _, err := f.Decode(out.Bytes(), "bench"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkLoses20000Segments(b *testing.B) {
	t := many(20_000)
	for b.Loop() {
		if lost, err := vtt.Loses(t); err != nil || len(lost) > 0 {
			b.Fatal(lost, err)
		}
	}
}

func ExampleFormat_Loses() {
	t, _, err := Decode([]byte("WEBVTT\n\nintro\n00:00:01.000 --> 00:00:02.500\n<v Ann>Hello <00:00:01.700>there\n"), "talk.vtt")
	if err != nil {
		fmt.Println(err)
		return
	}
	f, _ := Lookup("srt")
	lost, err := f.Loses(t)
	fmt.Println(lost, err)
	var out strings.Builder
	fmt.Println(f.Encode(&out, t))
	fmt.Print(out.String())
	// Output:
	// [{word times 2} {ids 1}] <nil>
	// <nil>
	// 1
	// 00:00:01,000 --> 00:00:02,500
	// [Ann]: Hello there
}
