package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tapescript/audio"
	"tapescript/tui"
)

// clipFlags are what `clip` can be told.
type clipFlags struct {
	from, to, out string
	speed         float64
	rateHz        int
	channels      int
	force         bool
}

func (p *program) clipCommand() *cobra.Command {
	var f clipFlags
	c := p.command("clip", cobra.ExactArgs(1), func(c *cobra.Command, args []string) error {
		return p.clip(c.Context(), args[0], f)
	})
	c.Flags().StringVar(&f.from, "from", "0", p.words.Say("flag.clip-from"))
	c.Flags().StringVar(&f.to, "to", "", p.words.Say("flag.clip-to"))
	c.Flags().Float64Var(&f.speed, "speed", 1, p.words.Say("flag.clip-speed"))
	c.Flags().IntVar(&f.rateHz, "rate", 0, p.words.Say("flag.clip-rate"))
	c.Flags().IntVar(&f.channels, "channels", 0, p.words.Say("flag.clip-channels"))
	c.Flags().StringVarP(&f.out, "output", "o", "", p.words.Say("flag.clip-output"))
	c.Flags().BoolVar(&f.force, "force", false, p.words.Say("flag.force"))
	return c
}

// clip writes a stretch of a recording as a wav file: whole, or not at all.
func (p *program) clip(ctx context.Context, path string, f clipFlags) error {
	if f.out == "" {
		return usagef("%s", p.words.Say("clip.name-it"))
	}
	c := audio.Clip{Speed: f.speed, RateHz: f.rateHz, Channels: f.channels}
	var err error
	if c.Span.Start, err = p.parseTime("--from", f.from); err != nil {
		return err
	}
	if f.to != "" {
		if c.Span.End, err = p.parseTime("--to", f.to); err != nil {
			return err
		}
		if c.Span.End <= c.Span.Start {
			return usagef("%s", p.words.Say("clip-reason."+string(audio.ClipEmpty)))
		}
	}
	if err := p.clipFits(path, f); err != nil {
		return err
	}
	rec, err := audio.Open(path)
	if err != nil {
		return err
	}
	defer rec.Close()
	made, err := temporary(f.out)
	if err != nil {
		return err
	}
	defer os.Remove(made.Name())
	defer made.Close()
	ctx, stop := signal.NotifyContext(ctx, tui.EndSignals...)
	defer stop()
	bar := p.newProgress(p.words.Say("clip.making"))
	_, err = rec.WriteWAV(ctx, made, c, bar.show)
	bar.end()
	if errors.Is(err, context.Canceled) {
		return errors.New(p.words.Say("clip.stopped"))
	}
	if refused := (*audio.ClipError)(nil); errors.As(err, &refused) {
		return usagef("%s", p.words.Say("clip-reason."+string(refused.Reason)))
	}
	if err != nil {
		return err
	}
	return p.deliver(made, f.out)
}

// clipFits refuses what would take a file from somebody: one that is there
// already, and the recording itself even where --force is given, because no
// clip is worth the sound that it is cut from.
func (p *program) clipFits(path string, f clipFlags) error {
	if f.out == "-" {
		return nil
	}
	there, err := os.Stat(f.out)
	if source, err2 := os.Stat(path); err == nil && err2 == nil && os.SameFile(there, source) {
		return errors.New(p.words.Say("clip.itself", f.out))
	}
	return p.vacant(f.out, f.force)
}

// parseTime reads a place in a recording: seconds, 1:02.5 or 1:02:03.5.
func (p *program) parseTime(flag, s string) (time.Duration, error) {
	wrong := usagef("%s", p.words.Say("clip.bad-time", flag, s))
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return 0, wrong
	}
	var at time.Duration
	for i, part := range parts {
		last := i == len(parts)-1
		d, err := time.ParseDuration(part + "s")
		if err != nil || strings.ContainsAny(part, "+-hmsµun") || !last && strings.Contains(part, ".") || i > 0 && d >= time.Minute {
			return 0, wrong
		}
		if at > (1<<62)/60 {
			return 0, wrong
		}
		at = at*60 + d
	}
	return at, nil
}
