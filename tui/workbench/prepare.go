package workbench

import "tapescript/audio/peaks"

// Prepare hears a recording of that length before anybody works on it, so that
// its waveform and its speech are there at once: what Load does not give is found
// in one pass and handed to Save.
func (l Listening) Prepare(open func() (WaveReader, error), samples int64) error {
	var overview peaks.Overview
	overview.Expect(samples)
	if _, ok := l.kept(&overview); ok {
		return nil
	}
	reader, err := open()
	if err != nil {
		return err
	}
	defer reader.Close()
	f, err := l.hear(reader, &overview, new(pace))
	if err == nil {
		l.keep(f, &overview)
	}
	return err
}
