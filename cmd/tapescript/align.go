package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/audio/decode"
	"tapescript/audio/speech"
	"tapescript/audio/warp"
	"tapescript/transcript"
	"tapescript/transcript/format"
)

// alignFlags are what `align` can be told.
type alignFlags struct {
	out, to, language string
	all, force, json  bool
}

func (p *program) alignCommand() *cobra.Command {
	var f alignFlags
	c := p.command("align", cobra.ExactArgs(2), func(c *cobra.Command, args []string) error {
		return p.align(c.Context(), args[0], args[1], f)
	})
	c.Flags().StringVarP(&f.out, "output", "o", "-", p.words.Say("flag.output"))
	c.Flags().StringVar(&f.to, "to", "", p.words.Say("flag.to"))
	c.Flags().StringVar(&f.language, "language", "", p.words.Say("flag.align-language"))
	c.Flags().BoolVar(&f.all, "all", false, p.words.Say("flag.align-all"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	c.Flags().BoolVar(&f.json, "json", false, p.words.Say("flag.json"))
	return c
}

// align gives the words of a transcript the times at which they are heard.
func (p *program) align(ctx context.Context, recording, path string, f alignFlags) error {
	if f.json && f.to != "" {
		return usagef("%s", p.words.Say("align.both"))
	}
	if err := p.vacant(f.out, f.force); err != nil {
		return err
	}
	t, source, err := p.readAs(path, format.Reading{})
	if err != nil {
		return err
	}
	var to format.Format
	if !f.json {
		if to, err = p.alignFormat(f, source.Format); err != nil {
			return err
		}
	}
	a := &aligner{ctx: ctx, p: p, t: cloned(t), all: f.all}
	if err := a.findVoice(f.language); err != nil {
		return err
	}
	if err := a.hear(recording); err != nil {
		return err
	}
	if err := a.place(); err != nil {
		return err
	}
	p.tell(a.summary())
	if f.json {
		text, err := jsonText(a.report())
		if err != nil {
			return err
		}
		return p.deliverText(f.out, text)
	}
	return p.write(f.out, to, a.t, false)
}

// alignFormat is that of OUT's ending or of --to, else the transcript's own, or
// WebVTT, which holds word times, where that cannot be written.
func (p *program) alignFormat(f alignFlags, own string) (format.Format, error) {
	if f.to != "" || f.out != "-" {
		return p.outputFormat(f.out, f.to)
	}
	if to, ok := format.Lookup(own); ok && to.CanWrite() {
		return to, nil
	}
	return p.outputFormat("-", "vtt")
}

// cloned is a transcript whose segments may be replaced.
func cloned(t *transcript.Transcript) *transcript.Transcript {
	c := *t
	c.Segments = slices.Clone(t.Segments)
	return &c
}

// aligner lays one transcript along one recording.
type aligner struct {
	ctx    context.Context
	p      *program
	t      *transcript.Transcript
	all    bool        // words whose times were measured, too
	voice  *warp.Voice // nil: by syllables
	name   string      // of the voice's language
	ears   map[int]*warp.Listener
	speech []warp.Span
	length time.Duration
	bar    *progress

	placed, kept, doubtful int
}

// findVoice takes the language that was asked for, else the transcript's, else
// the interface's.
func (a *aligner) findVoice(asked string) error {
	a.name = asked
	if a.name == "" {
		a.name = a.t.Language
	}
	if a.name == "" {
		a.name = a.p.words.Language()
	}
	voice, err := warp.FindVoice(a.name)
	switch {
	case err == nil:
		a.voice = voice
	case errors.Is(err, warp.ErrNoVoice):
		a.p.tell(a.p.words.Say("align.no-voice", a.name))
	default:
		return err
	}
	return nil
}

// hear reads the recording once, for where somebody speaks and for what it is
// like, each channel apart that a segment asks for.
func (a *aligner) hear(path string) error {
	recording, err := audio.Open(path)
	if err != nil {
		return err
	}
	defer recording.Close()
	reader, err := recording.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	rate := recording.Info().RateHz
	a.ears = map[int]*warp.Listener{0: warp.Listen(rate)}
	for _, s := range a.t.Segments {
		if a.ears[s.Channel] == nil && s.Channel <= recording.Info().Channels {
			a.ears[s.Channel] = warp.Listen(rate)
		}
	}
	a.bar = a.p.newProgress(a.p.words.Say("segment.listening"))
	defer a.bar.end()
	d, err := speech.Detect(a.ctx, &overhearing{Stream: reader, ears: a.ears}, rate, speech.Options{Progress: func(done time.Duration) {
		a.bar.show(done.Seconds() / max(recording.Duration().Seconds(), 1e-3))
	}})
	if err != nil {
		return err
	}
	for _, ear := range a.ears {
		ear.Close()
	}
	for _, s := range d.Spans {
		a.speech = append(a.speech, warp.Span(s))
	}
	a.length = d.Length
	return nil
}

// overhearing lets listeners hear what is read.
type overhearing struct {
	decode.Stream
	ears map[int]*warp.Listener
	mono []float32
}

func (o *overhearing) Read(dst [][2]float64) (int, error) {
	n, err := o.Stream.Read(dst)
	for channel, ear := range o.ears {
		o.mono = o.mono[:0]
		for _, x := range dst[:n] {
			switch channel {
			case 0:
				o.mono = append(o.mono, float32(x[0]+x[1])/2)
			default:
				o.mono = append(o.mono, float32(x[min(channel, 2)-1]))
			}
		}
		ear.Write(o.mono)
	}
	return n, err
}

// place goes through the transcript: a timed segment by itself, untimed ones
// together, between the timed ones around them.
func (a *aligner) place() error {
	a.bar = a.p.newProgress(a.p.words.Say("align.placing"))
	defer a.bar.end()
	segments := a.t.Segments
	at := time.Duration(0) // the end of what was placed before
	for i := 0; i < len(segments); {
		a.bar.show(float64(i) / float64(len(segments)))
		end, span := i+1, warp.Span{Start: segments[i].Start, End: segments[i].End}
		if !segments[i].Timed() {
			for end < len(segments) && !segments[end].Timed() {
				end++
			}
			span = warp.Span{Start: at, End: a.length}
			if end < len(segments) {
				span.End = max(at, segments[end].Start)
			}
		}
		if err := a.placeGroup(i, end, span); err != nil {
			return err
		}
		at = max(at, a.t.Segments[end-1].End)
		i = end
	}
	return nil
}

// placeGroup places the words of some segments in a stretch of the recording.
func (a *aligner) placeGroup(from, to int, span warp.Span) error {
	var words []string
	tokens := make([][]transcript.Word, to-from)
	for i := from; i < to; i++ {
		s := a.t.Segments[i]
		tokens[i-from] = transcript.SpokenWords(s.Text)
		if s.Timed() && !a.all && s.Measured(tokens[i-from]) {
			a.kept += len(tokens[i-from])
			return nil
		}
		for _, w := range tokens[i-from] {
			words = append(words, s.Text[w.From:w.To])
		}
	}
	if span.End = min(span.End, a.length); len(words) == 0 || span.End <= span.Start {
		return nil
	}
	places, err := a.find(words, span, a.t.Segments[from].Channel)
	if err != nil {
		return err
	}
	for i := from; i < to; i++ {
		list := tokens[i-from]
		found := make([]transcript.Place, len(list))
		for k, at := range places[:len(list)] {
			found[k] = transcript.Place(at)
		}
		var placing transcript.Placing
		a.t.Segments[i], placing = a.t.Segments[i].Place(list, found, a.all)
		a.placed, a.kept, a.doubtful = a.placed+placing.Placed, a.kept+placing.Kept, a.doubtful+placing.Doubtful
		places = places[len(list):]
	}
	return nil
}

func (a *aligner) find(words []string, span warp.Span, channel int) ([]warp.Placed, error) {
	if a.voice == nil {
		inside := within(a.speech, span)
		places := warp.Spread(words, inside, span.End-span.Start)
		if len(inside) == 0 {
			for i := range places {
				places[i].Start, places[i].End = places[i].Start+span.Start, places[i].End+span.Start
			}
		}
		return places, nil
	}
	sounds, err := a.voice.Speak(a.ctx, words)
	if err != nil {
		return nil, err
	}
	ear, heard := a.ears[channel], a.speech
	if channel != 0 {
		heard = nil // it was looked for in both channels at once
	}
	if ear == nil {
		ear = a.ears[0]
	}
	return ear.Place(a.ctx, span, sounds, heard)
}

// within cuts spans to what lies in a stretch.
func within(spans []warp.Span, span warp.Span) []warp.Span {
	var list []warp.Span
	for _, s := range spans {
		s.Start, s.End = max(s.Start, span.Start), min(s.End, span.End)
		if s.Start < s.End {
			list = append(list, s)
		}
	}
	return list
}

func (a *aligner) summary() string {
	how := a.p.words.Say("align.by-syllables")
	if a.voice != nil {
		how = a.p.words.Say("align.by-voice", a.name)
	}
	text := a.p.words.Count("align.placed", a.placed, how)
	if a.kept > 0 {
		text += " " + a.p.words.Count("align.kept", a.kept)
	}
	if a.doubtful > 0 {
		text += " " + a.p.words.Count("align.doubtful", a.doubtful)
	}
	return text
}

// The JSON of `align`: times in seconds.
type alignedWord struct {
	Segment    string  `json:"segment"`
	Word       string  `json:"word"`
	Start      float64 `json:"start"`
	End        float64 `json:"end"`
	Confidence float64 `json:"confidence,omitempty"`
	Estimated  bool    `json:"estimated"`
}

func (a *aligner) report() []alignedWord {
	list := []alignedWord{}
	for _, s := range a.t.Segments {
		for _, w := range s.Words {
			if w.Timed() {
				list = append(list, alignedWord{s.ID, s.Text[w.From:w.To], inSeconds(w.Start), inSeconds(w.End), w.Confidence, w.Estimated})
			}
		}
	}
	return list
}
