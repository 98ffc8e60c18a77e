package main

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/audio/speech"
	"tapescript/transcript"
	"tapescript/transcript/format"
)

// segmentFlags are what `segment` can be told.
type segmentFlags struct {
	out, to string
	rules   speech.Rules
	force   bool
	json    bool
}

// The lengths of a segment: what a person can keep in mind and type without
// hearing it again, and what platforms pay as one utterance.
const (
	defaultSegmentMin = 2 * time.Second
	defaultSegmentMax = 15 * time.Second
	defaultSegmentPad = 150 * time.Millisecond
)

func (p *program) segmentCommand() *cobra.Command {
	var f segmentFlags
	c := p.command("segment", cobra.ExactArgs(1), func(c *cobra.Command, args []string) error {
		return p.segment(c.Context(), args[0], f)
	})
	c.Flags().StringVarP(&f.out, "output", "o", "", p.words.Say("flag.output"))
	c.Flags().StringVar(&f.to, "to", "", p.words.Say("flag.to"))
	c.Flags().DurationVar(&f.rules.Min, "min", defaultSegmentMin, p.words.Say("flag.segment-min"))
	c.Flags().DurationVar(&f.rules.Max, "max", defaultSegmentMax, p.words.Say("flag.segment-max"))
	c.Flags().DurationVar(&f.rules.Pad, "pad", defaultSegmentPad, p.words.Say("flag.segment-pad"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// segment finds where somebody speaks in a recording and writes a transcript
// with an empty segment for each stretch.
func (p *program) segment(ctx context.Context, path string, f segmentFlags) error {
	if f.rules.Valid() != nil {
		return usagef("%s", p.words.Say("segment.rules", f.rules.Min, f.rules.Max, f.rules.Pad))
	}
	to, err := p.segmentFormat(f)
	if err != nil {
		return err
	}
	if err := p.vacant(f.out, f.force); err != nil {
		return err
	}
	d, err := p.detect(ctx, path)
	if err != nil {
		return err
	}
	segments, err := speech.Segments(d.Spans, d.Length, f.rules, d.Weakest)
	if err != nil {
		return err
	}
	if len(segments) == 0 {
		p.tell(p.words.Say("segment.none", path))
	}
	if f.json {
		if err := p.printSegments(path, d, segments); err != nil || f.out == "" {
			return err
		}
	}
	return p.writeSegments(path, f.out, to, d.Length, segments)
}

// segmentFormat is what the segments are written in: WebVTT where nothing says
// otherwise.
func (p *program) segmentFormat(f segmentFlags) (format.Format, error) {
	if f.json && f.out == "-" {
		return format.Format{}, usagef("%s", p.words.Say("segment.both"))
	}
	if f.to == "" && (f.out == "" || f.out == "-") {
		f.to = "vtt"
	}
	return p.outputFormat(f.out, f.to)
}

// detect reads a recording from end to end.
func (p *program) detect(ctx context.Context, path string) (*speech.Detection, error) {
	recording, err := audio.Open(path)
	if err != nil {
		return nil, err
	}
	defer recording.Close()
	reader, err := recording.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	bar := p.newProgress(p.words.Say("segment.listening"))
	defer bar.end()
	return speech.Detect(ctx, reader, recording.Info().RateHz, speech.Options{Progress: func(done time.Duration) {
		bar.show(done.Seconds() / max(recording.Duration().Seconds(), 1e-3))
	}})
}

// writeSegments writes empty segments as a transcript, saying what its format
// cannot hold of them.
func (p *program) writeSegments(recording, out string, to format.Format, length time.Duration, segments []speech.Span) error {
	t := &transcript.Transcript{}
	for i, s := range segments {
		// Milliseconds are what all formats hold.
		t.Segments = append(t.Segments, &transcript.Segment{
			ID: strconv.Itoa(i + 1), Start: s.Start.Round(time.Millisecond), End: s.End.Round(time.Millisecond),
		})
	}
	losses, err := to.Loses(t)
	if err != nil {
		return err
	}
	if len(losses) > 0 {
		p.tell(p.words.Say("convert.loses", to.Title, p.losses(losses)))
	}
	t.Media = transcript.Media{Path: recording, Duration: length}
	if out == "" || out == "-" {
		return to.Encode(p.out, t)
	}
	_, err = format.Write(out, to, t)
	return err
}

// The JSON of `segment`: times in seconds.
type (
	segmentReport struct {
		Recording string       `json:"recording"`
		Duration  float64      `json:"duration"`
		Spoken    float64      `json:"spoken"` // the sum of the spans
		Speech    []secondSpan `json:"speech"`
		Segments  []secondSpan `json:"segments"`
	}
	secondSpan struct {
		Start float64 `json:"start"`
		End   float64 `json:"end"`
	}
)

func (p *program) printSegments(path string, d *speech.Detection, segments []speech.Span) error {
	r := segmentReport{Recording: path, Duration: inSeconds(d.Length)}
	spoken := time.Duration(0)
	for _, s := range d.Spans {
		spoken += s.Len()
	}
	r.Spoken = inSeconds(spoken)
	r.Speech, r.Segments = secondSpans(d.Spans), secondSpans(segments)
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return p.print(p.out, string(data)+"\n")
}

// secondSpans is never nil, so that JSON has a list.
func secondSpans(spans []speech.Span) []secondSpan {
	list := make([]secondSpan, 0, len(spans))
	for _, s := range spans {
		list = append(list, secondSpan{inSeconds(s.Start), inSeconds(s.End)})
	}
	return list
}

// inSeconds is a time in seconds to the millisecond.
func inSeconds(at time.Duration) float64 {
	return float64(at.Round(time.Millisecond).Milliseconds()) / 1000
}
