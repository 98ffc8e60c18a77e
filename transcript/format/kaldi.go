package format

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tapescript/transcript"
)

// kaldi is a data folder of Kaldi's, whose files are sorted by their first
// field as bytes are, with one space behind it:
//
//	text       UTTERANCE words …
//	segments   UTTERANCE RECORDING 0.50 3.20      missing: each utterance is a recording
//	wav.scp    RECORDING /data/rec1.wav
//	utt2spk    UTTERANCE SPEAKER                  the utterance itself: nobody said
//	reco2file_and_channel  RECORDING FILE A       A is the left one
//
// Many folders speak of many recordings. A wav.scp entry that ends in a bar is
// a command, and a folder with one is refused: nothing of it is ever run.
// Written are all of them but what is empty, and spk2utt, of one recording;
// utterances are named SPEAKER-RECORDING-NUMBER, so that they sort by speaker
// as Kaldi asks, unless all IDs do already. Utterances need times: a segment
// without gets a millisecond where the one before it began. Source: Kaldi's
// documentation, "Data preparation".
var kaldi = Format{
	Name: "kaldi", Title: "Kaldi data folder", around: 160,
	Cannot: []LossKind{LostSpeakers, LostTimes, LostLineBreaks, LostChannels, LostWordTimes, LostConfidence, LostEstimated,
		LostLanguage, LostStyle, LostMedia, LostIDs, LostSpeakerIDs, LostExtras},
	decodeAll: decodeKaldi, named: true, encode: encodeKaldi,
	folder: kaldiFiles,
}

var kaldiFiles = []string{"text", "segments", "wav.scp", "utt2spk", "spk2utt", "reco2file_and_channel"}

// Command is the [Error] code of a file that asks for a command to be run.
const Command Code = "command"

// kaldiLine is a line's first field and what stands behind it.
type kaldiLine struct {
	key, rest string
	number    int
}

// kaldiFile is a file's lines, found by their keys.
type kaldiFile struct {
	lines []kaldiLine
	next  int            // behind the line that was asked for last
	byKey map[string]int // from when a line is out of order on
}

// find returns the line of a key. Files are sorted alike, so it is mostly the
// one behind that which was asked for before.
func (f *kaldiFile) find(key string) (line kaldiLine, ok bool) {
	at := f.next
	switch {
	case at < len(f.lines) && f.lines[at].key == key:
		ok = true
	case f.byKey != nil:
		at, ok = f.byKey[key]
	default:
		at, ok = slices.BinarySearchFunc(f.lines, key, func(l kaldiLine, key string) int { return cmp.Compare(l.key, key) })
	}
	if !ok {
		return kaldiLine{}, false
	}
	f.next = at + 1
	return f.lines[at], true
}

// add says whether no line has the key yet, and adds it then.
func (f *kaldiFile) add(l kaldiLine) bool {
	n := len(f.lines)
	if f.byKey == nil && n > 0 && l.key <= f.lines[n-1].key {
		f.byKey = make(map[string]int, 2*n)
		for i, l := range f.lines {
			f.byKey[l.key] = i
		}
	}
	if f.byKey != nil {
		if _, twice := f.byKey[l.key]; twice {
			return false
		}
		f.byKey[l.key] = n
	}
	f.lines = append(f.lines, l)
	return true
}

// kaldiLines takes a file of a folder apart. A key that stands twice is an
// error, as it is for Kaldi.
func (in *input) kaldiLines(name string) (*kaldiFile, error) {
	text := in.files[name]
	file := &kaldiFile{lines: make([]kaldiLine, 0, min(strings.Count(text, "\n")+1, 1<<20))}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, rest, _ := strings.Cut(strings.ReplaceAll(line, "\t", " "), " ")
		if !file.add(kaldiLine{key, strings.TrimSpace(rest), number}) {
			e, ok := in.passable(in.kaldiError(name, number, Invalid, key))
			if !ok {
				return nil, in.kaldiError(name, number, Invalid, key)
			}
			in.rejects = append(in.rejects, Reject{number, line, e})
		}
	}
	return file, nil
}

// kaldiError is an error in a file of the folder.
func (in *input) kaldiError(name string, number int, code Code, offending string) *Error {
	e := at(number, code, offending, CorrectLine)
	e.Path = name
	if in.path != "" && in.path != "-" {
		e.Path = filepath.Join(in.path, name)
	}
	return e
}

func decodeKaldi(in *input) error {
	texts, err := in.kaldiLines("text")
	if err != nil {
		return err
	}
	segments, err := in.kaldiLines("segments")
	if err != nil {
		return err
	}
	speakers, err := in.kaldiLines("utt2spk")
	if err != nil {
		return err
	}
	media, err := in.kaldiMedia()
	if err != nil {
		return err
	}
	channels, err := in.kaldiLines("reco2file_and_channel")
	if err != nil {
		return err
	}
	cut := in.files["segments"] != ""
	var part *input // of the recording of the line before
	of := ""
	for _, line := range texts.lines {
		s := &transcript.Segment{ID: line.key, Text: transcript.Clean(kaldiText(line.rest))}
		recording := line.key
		place, placed := segments.find(line.key)
		if placed {
			recording, err = in.kaldiPlace(s, place)
		} else if cut {
			err = in.kaldiError("text", line.number, Invalid, line.key)
		}
		if e, ok := in.passable(err); ok {
			in.rejects = append(in.rejects, Reject{e.Line, strings.TrimSpace(line.key + " " + line.rest + "\n" + strings.TrimSpace(place.key+" "+place.rest)), e})
			continue
		}
		if err != nil {
			return err
		}
		if part == nil || recording != of {
			side, _ := channels.find(recording)
			part, of = in.recording(recording, kaldiSide(side)), recording
			part.made.Media.Path = media[recording]
			if part.made.Extras == nil {
				extra(&part.made.Extras, nistName, transcript.Clean(recording))
			}
		}
		s.Channel = kaldiChannel(part.channel)
		if speaker, _ := speakers.find(line.key); speaker.rest != line.key {
			if s.Speaker, err = part.speaker(part.made, speaker.rest, line.number); err != nil {
				return err
			}
		}
		part.add(s, 0) // the order is that of the IDs, which says nothing
	}
	for _, place := range segments.lines {
		if _, ok := texts.find(place.key); !ok {
			in.note(LinesPassed, place.number) // as Kaldi's fix_data_dir.sh does
		}
	}
	for _, part := range in.parts {
		part.sortKaldi()
	}
	return nil
}

// sortKaldi puts segments, which a folder has by name, in order of time, and
// those that begin together in that of the numbers at the end of their names.
func (in *input) sortKaldi() {
	in.segments = sortRuns(in.segments, func(a, b **transcript.Segment) bool { return kaldiOrder(*a, *b) < 0 })
}

func kaldiOrder(a, b *transcript.Segment) int {
	if a.Start != b.Start {
		return cmp.Compare(a.Start, b.Start)
	}
	n, m := lastNumber(a.ID), lastNumber(b.ID)
	return cmp.Or(cmp.Compare(len(n), len(m)), cmp.Compare(n, m), cmp.Compare(a.ID, b.ID))
}

// lastNumber is the digits at the end of a name, without zeros before them.
func lastNumber(name string) string {
	return strings.TrimLeft(name[len(strings.TrimRight(name, "0123456789")):], "0")
}

// kaldiPlace reads a line of segments: recording, start, end.
func (in *input) kaldiPlace(s *transcript.Segment, line kaldiLine) (recording string, err error) {
	fields := appendFields(make([]string, 0, 4), line.rest)
	if len(fields) < 3 || len(fields) > 4 { // older ones have a channel behind
		return "", in.kaldiError("segments", line.number, ColumnCount, line.key+" "+line.rest)
	}
	times := [2]time.Duration{}
	for i, field := range fields[1:3] {
		var ok bool
		if times[i], ok = parseTime(field, time.Second); !ok && !(i == 1 && field == "-1") { // to the end, wherever that is
			return "", in.kaldiError("segments", line.number, BadTime, field)
		}
		if field == "-1" {
			times[i] = times[0]
		}
	}
	if times[1] < times[0] {
		return "", in.kaldiError("segments", line.number, EndBeforeStart, line.rest)
	}
	s.Start, s.End = times[0], times[1]
	return fields[0], nil
}

// kaldiMedia is the recordings' files. What ends in a bar is a command that
// Kaldi hands to a shell: it is refused.
func (in *input) kaldiMedia() (map[string]string, error) {
	file, err := in.kaldiLines("wav.scp")
	if err != nil {
		return nil, err
	}
	media := make(map[string]string)
	for _, line := range file.lines {
		if strings.HasSuffix(line.key+line.rest, "|") || strings.HasPrefix(line.rest, "|") {
			return nil, in.kaldiError("wav.scp", line.number, Command, line.key+" "+line.rest)
		}
		if transcript.Clean(line.rest) != line.rest {
			in.recording(line.key, "").note(MediaDropped, line.number)
			continue
		}
		media[line.key] = line.rest
	}
	return media, nil
}

// kaldiSide is the channel, A or B, in a line of reco2file_and_channel.
func kaldiSide(line kaldiLine) string {
	if fields := strings.Fields(line.rest); len(fields) == 2 {
		return fields[1]
	}
	return ""
}

// kaldiChannel is 1 for A, 2 for B; numbers are themselves.
func kaldiChannel(side string) int {
	if len(side) == 1 && side[0] >= 'A' && side[0] <= 'Z' {
		return int(side[0]-'A') + 1
	}
	n, _ := digits(side, 3) // of another name nobody knows the place
	return n
}

func encodeKaldi(out *bytes.Buffer, t *transcript.Transcript, _ *writing) error {
	recording := kaldiName(recordingName(t))
	texts := make(map[string]string)
	var text, segments, utt2spk strings.Builder
	speakers := make(map[string][]string)
	list := kaldiSegments(t, recording) // in the order of their IDs
	sizes := [2]int{}
	for _, s := range list {
		sizes[0] += len(s.ID) + len(s.Text) + 2
		sizes[1] += len(s.ID) + len(recording) + 30
	}
	text.Grow(sizes[0])
	segments.Grow(sizes[1])
	utt2spk.Grow(sizes[1])
	for _, s := range list {
		speaker := s.Speaker
		if speaker == "" {
			speaker = s.ID
		}
		text.WriteString(s.ID)
		if said := kaldiText(s.Text); said != "" {
			text.WriteByte(' ')
			text.WriteString(said)
		}
		text.WriteByte('\n')
		for _, field := range [...]string{s.ID, " ", recording, " ", seconds(s.Start), " ", seconds(s.End), "\n"} {
			segments.WriteString(field)
		}
		for _, field := range [...]string{s.ID, " ", speaker, "\n"} {
			utt2spk.WriteString(field)
		}
		speakers[speaker] = append(speakers[speaker], s.ID)
	}
	texts["text"], texts["segments"], texts["utt2spk"] = text.String(), segments.String(), utt2spk.String()
	if path := t.Media.Path; len(t.Segments) > 0 && path == strings.TrimSpace(path) && path != "" && !strings.ContainsAny(path, "|\n") {
		texts["wav.scp"] = recording + " " + path + "\n"
	}
	if n := onlyChannel(t); n > 0 && n <= 26 {
		texts["reco2file_and_channel"] = recording + " " + recording + " " + string(rune('A'+n-1)) + "\n"
	}
	var spk2utt strings.Builder
	for _, speaker := range slices.Sorted(maps.Keys(speakers)) {
		spk2utt.WriteString(speaker)
		for _, id := range speakers[speaker] {
			spk2utt.WriteByte(' ')
			spk2utt.WriteString(id)
		}
		spk2utt.WriteByte('\n')
	}
	texts["spk2utt"] = spk2utt.String()
	return writeFolder(out, kaldiFiles, texts)
}

// onlyChannel is the channel of all segments, 0 where they differ.
func onlyChannel(t *transcript.Transcript) int {
	if len(t.Segments) == 0 || slices.ContainsFunc(t.Segments, func(s *transcript.Segment) bool { return s.Channel != t.Segments[0].Channel }) {
		return 0
	}
	return t.Segments[0].Channel
}

// kaldiText is what is said, its white space one space each.
func kaldiText(text string) string {
	space := true
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= utf8.RuneSelf || c == ' ' && space {
			return strings.Join(strings.Fields(text), " ")
		} else {
			space = c == ' '
		}
	}
	return strings.TrimSuffix(text, " ")
}

// kaldiSegments are the segments with what a folder can say of them: names of
// one field, times, and IDs that keep the order. They are sorted by ID, as
// bytes are.
func kaldiSegments(t *transcript.Transcript, recording string) []*transcript.Segment {
	list := make([]*transcript.Segment, len(t.Segments))
	latest := time.Duration(0)
	fit := true
	for i, s := range t.Segments {
		o := &transcript.Segment{ID: s.ID, Start: s.Start, End: s.End, Text: s.Text}
		if s.Timed() {
			latest = s.Start
		}
		o.Start = latest
		if o.End <= o.Start { // Kaldi refuses what lasts no time
			o.End = o.Start + time.Millisecond
		}
		if s.Speaker != "" {
			o.Speaker = kaldiName(t.SpeakerName(s.Speaker))
		}
		list[i] = o
		fit = fit && s.ID == kaldiName(s.ID) && strings.HasPrefix(s.ID, o.Speaker) && s.ID != o.Speaker &&
			(i == 0 || kaldiOrder(list[i-1], o) < 0)
	}
	for i, o := range list {
		if fit {
			break
		}
		o.ID = fmt.Sprintf("%s-%06d", recording, i+1)
		if o.Speaker != "" {
			o.ID = o.Speaker + "-" + o.ID
		}
	}
	bySpeaker := make(map[string][]*transcript.Segment) // whose IDs are mostly in order
	for _, o := range list {
		bySpeaker[o.Speaker] = append(bySpeaker[o.Speaker], o)
	}
	list = list[:0]
	for _, speaker := range slices.Sorted(maps.Keys(bySpeaker)) {
		list = append(list, bySpeaker[speaker]...)
	}
	return sortRuns(list, func(a, b **transcript.Segment) bool { return (*a).ID < (*b).ID })
}

// kaldiName makes one field of a name.
func kaldiName(name string) string {
	if name = strings.Join(strings.Fields(oneLine(name)), "_"); name == "" {
		return "_"
	}
	return name
}
