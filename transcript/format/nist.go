package format

import (
	"slices"
	"strconv"
	"strings"

	"tapescript/transcript"
)

// What the formats of NIST's scoring tools share (the manual of sclite,
// https://github.com/usnistgov/SCTK/blob/master/doc/infmts.htm): fields between
// white space, comments on lines of their own that begin with ";;".
//
// Text stays as those tools write it, because it is a notation that people who
// make gold type themselves: { um / uh / @ } is one of several words, @ none,
// (word) may be left out, word; is followed by tags.

// nistName is what a transcript is called in a file that names recordings; a
// reader keeps it under this name and every format of this kind writes it.
const nistName = "nist.recording"

// unnamed stands where a file must name something and nobody has.
const unnamedRecording, unnamedSpeaker = "recording", "unknown"

// NameRecording has a transcript that does not know what it is a transcript of
// go by the name of a file, in the formats that name recordings. It is for
// those who convert: scoring tools let two files meet by that name.
func NameRecording(t *transcript.Transcript, path string) {
	if t.Extras[nistName] == "" && t.Media.Path == "" {
		extra(&t.Extras, nistName, field(baseName(path)))
	}
}

// NamesRecordings says whether a file of this format names the recordings that
// it speaks of; it may speak of several.
func (f Format) NamesRecordings() bool { return f.decodeAll != nil }

// NeedsName says whether a file of this format has to call its recording
// something, also where a transcript knows of none: see [NameRecording].
func (f Format) NeedsName() bool { return f.named }

func recordingName(t *transcript.Transcript) string {
	switch name := field(t.Extras[nistName]); {
	case name != "":
		return name
	case t.Media.Path != "":
		return field(baseName(t.Media.Path))
	}
	return unnamedRecording
}

// field makes a name fit to stand between spaces; "" stays so.
func field(name string) string {
	name = strings.Join(strings.Fields(oneLine(name)), "_")
	if strings.HasPrefix(name, ";;") { // a comment
		return "_" + name
	}
	return name
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimSpace(line), ";;") }

// records walks the lines of a file that say something; blank ones and comments
// are passed over, but for the comments' own hook.
func (in *input) records(comment func(line string), do func(line string, number int) error) error {
	number := 0
	for line := range strings.Lines(transcript.Clean(in.text)) {
		number++
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case isComment(line):
			comment(line)
		default:
			if err := in.pass(do(line, number), number, number); err != nil {
				return err
			}
		}
	}
	return nil
}

// appendFields appends the fields of a line, as [strings.Fields] finds them.
func appendFields(list []string, line string) []string {
	for _, field := range fields(line) {
		list = append(list, field)
	}
	return list
}

// cutFields splits off the first n fields; rest is what follows, trimmed.
func cutFields(line string, n int) (fields []string, rest string) {
	for range n {
		line = strings.TrimLeft(line, " ")
		if line == "" {
			break
		}
		word, after, _ := strings.Cut(line, " ")
		fields, line = append(fields, word), after
	}
	return fields, strings.TrimSpace(line)
}

// nistKind tells the formats of NIST whose lines are fields apart, by the first
// twenty: "rttm" names what a line is; a "ctm" has two times behind the
// channel, a "stm" behind the speaker. Where both fit, a file of numbers alone,
// it is an stm.
func nistKind(head string) string {
	const enough = 20
	seen := 0
	fits := map[string]bool{"rttm": true, "stm": true, "ctm": true}
	for line := range strings.Lines(transcript.Clean(head)) {
		fields := strings.Fields(line)
		if len(fields) == 0 || isComment(line) || !strings.HasSuffix(line, "\n") && seen > 0 { // cut
			continue
		}
		if seen++; seen > enough {
			break
		}
		if len(fields) < 5 {
			return ""
		}
		time := func(i int) bool { _, ok := parseSeconds(fields[i]); return ok }
		_, mark := alternation[strings.ToUpper(fields[4])]
		fits["rttm"] = fits["rttm"] && rttmTypes[fields[0]] && len(fields) >= 8
		fits["stm"] = fits["stm"] && time(3) && time(4)
		fits["ctm"] = fits["ctm"] && len(fields) <= 8 && (time(2) && time(3) || mark && fields[2] == "*")
	}
	for _, kind := range []string{"rttm", "stm", "ctm"} {
		if fits[kind] && seen > 0 {
			return kind
		}
	}
	return ""
}

// Channels. A file has to name one; "1", or a word that is neither a number nor
// a letter, says nothing in a file that numbers no other. Letters count from A.

// setChannels gives the segments of all parts their channel's number.
func (in *input) setChannels() {
	numbered := make(map[string]bool) // recordings with a channel above 1
	for _, p := range in.parts {
		if n, ok := digits(p.channel, 6); ok && n > 1 {
			numbered[p.name] = true
		}
	}
	for _, p := range in.parts {
		n := channelNumber(p.channel)
		if n == 1 && p.channel != "A" && !numbered[p.name] {
			n = 0
		}
		for _, s := range p.segments {
			s.Channel = n
		}
	}
}

func channelNumber(name string) int {
	if len(name) == 1 && 'A' <= name[0] && name[0] <= 'Z' {
		return int(name[0]-'A') + 1
	}
	n, _ := digits(name, 6)
	return n
}

// channelNames says how a file names each channel of a transcript.
func channelNames(t *transcript.Transcript) func(channel int) string {
	many := slices.ContainsFunc(t.Segments, func(s *transcript.Segment) bool { return s.Channel > 26 })
	return func(channel int) string {
		switch {
		case channel == 0 && many:
			return "-"
		case channel == 0:
			return "1"
		case channel > 26:
			return strconv.Itoa(channel)
		}
		return string(rune('A' + channel - 1))
	}
}

// nistSpeaker is a speaker's name between spaces.
func nistSpeaker(t *transcript.Transcript, s *transcript.Segment, none string) string {
	if name := field(t.SpeakerName(s.Speaker)); s.Speaker != "" && name != "" {
		return name
	}
	return none
}
