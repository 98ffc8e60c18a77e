package format

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// survives says what of a file is there once it is read: segments until when,
// words with a time and with a confidence of all that something is known of,
// speakers by name, channels, language.
func survives(t *transcript.Transcript) string {
	words, timed, rated := 0, 0, 0
	var end time.Duration
	var speakers, channels []string
	seen := func(list []string, name string) []string {
		if name == "" || slices.Contains(list, name) {
			return list
		}
		return append(list, name)
	}
	for _, s := range t.Segments {
		end = max(end, s.End)
		speakers = seen(speakers, t.SpeakerName(s.Speaker))
		channels = seen(channels, strings.TrimPrefix(fmt.Sprint(s.Channel), "0"))
		for _, w := range s.Words {
			words++
			if w.Timed() {
				timed++
			}
			if w.Confidence > 0 {
				rated++
			}
		}
	}
	slices.Sort(channels)
	text := fmt.Sprintf("%d to %s", len(t.Segments), seconds(end))
	if words > 0 {
		text += fmt.Sprintf("; words %d, timed %d, rated %d", words, timed, rated)
	}
	for _, of := range []struct {
		what string
		list []string
	}{{"speakers", speakers}, {"channels", channels}, {"in", seen(nil, t.Language)}} {
		if len(of.list) > 0 {
			text += "; " + of.what + " " + strings.Join(of.list, ", ")
		}
	}
	return text
}
