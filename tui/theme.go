package tui

import "charm.land/lipgloss/v2"

// Theme is every style that a screen may draw with. No colour is written
// anywhere else, and none carries a meaning alone: a mark, an attribute or a
// word always says the same.
type Theme struct {
	Name string

	Text        lipgloss.Style // what was said
	Dim         lipgloss.Style // what can wait: hints, silent rows
	Time        lipgloss.Style // a segment's time
	Speaker     lipgloss.Style // a speaker's name
	Current     lipgloss.Style // the gutter of the segment with the cursor
	Playing     lipgloss.Style // the gutter of the segment that is heard
	PlayingWord lipgloss.Style // the word that is heard
	Selection   lipgloss.Style

	Substitution lipgloss.Style // a word that is another one in the gold
	Insertion    lipgloss.Style // a word that is not in the gold
	Deletion     lipgloss.Style // the place where a word of the gold is missing
	Doubt        lipgloss.Style // a word that the recogniser was unsure of

	Bar      lipgloss.Style // status line
	BarKey   lipgloss.Style // a key's name in the status line or in help
	BarGood  lipgloss.Style // saved, a score that is good
	BarBad   lipgloss.Style // not on disk, no sound, an error
	Title    lipgloss.Style // headings of help and of questions
	Wave     lipgloss.Style // the part of the waveform still to come
	WaveDone lipgloss.Style // the part that was heard
	Playhead lipgloss.Style
}

// Plain is the theme of 16 colours that is readable on light and dark
// terminals alike: it relies on attributes and leaves the background alone.
func Plain() Theme {
	s := lipgloss.NewStyle
	fg := func(c string) lipgloss.Style { return s().Foreground(lipgloss.Color(c)) }
	return Theme{
		Name:        "plain",
		Text:        s(),
		Dim:         s().Faint(true),
		Time:        s().Faint(true),
		Speaker:     fg("6"),
		Current:     s().Bold(true),
		Playing:     fg("2").Bold(true),
		PlayingWord: s().Underline(true).Bold(true),
		Selection:   s().Reverse(true),

		Substitution: fg("3").Underline(true),
		Insertion:    fg("1").Underline(true),
		Deletion:     fg("5").Bold(true),
		Doubt:        s().Italic(true),

		Bar:      s().Reverse(true),
		BarKey:   s().Reverse(true).Bold(true),
		BarGood:  s().Reverse(true),
		BarBad:   s().Reverse(true).Bold(true).Foreground(lipgloss.Color("1")),
		Title:    s().Bold(true),
		Wave:     s(),
		WaveDone: s().Faint(true),
		Playhead: fg("2").Bold(true),
	}
}
