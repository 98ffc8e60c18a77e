package format

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tapescript/transcript"
)

// Recording is what a file says of one channel of one recording.
type Recording struct {
	// Name is the recording's, as the file has it: "2347", "a/b.wav". A file
	// that names none has its own, without folder and ending.
	Name string
	// Channel is upper case: "A", "1"; "" where the file names none. NIST's own
	// tools compare names and channels without regard to case, and so should
	// those who let two files meet.
	Channel    string
	Transcript *transcript.Transcript
}

// ReadRecordings reads a file, or a folder, that may speak of several
// recordings: one transcript for each channel of each, in the order in which
// the file first names them. Errors of content are an [*Error].
func ReadRecordings(path string) ([]Recording, Source, error) {
	if f, ok := sniffFolder(path); ok {
		data, err := f.pack(path)
		if err != nil {
			return nil, Source{}, err
		}
		return f.DecodeRecordings(data, path)
	}
	data, err := readBounded(path)
	if err != nil {
		return nil, Source{}, err
	}
	return DecodeRecordings(data, path)
}

// DecodeRecordings is [ReadRecordings] for bytes; the path is for the format
// and for errors.
func DecodeRecordings(data []byte, path string) ([]Recording, Source, error) {
	f, err := Sniff(path, data)
	if err != nil {
		return nil, Source{}, err
	}
	return f.DecodeRecordings(data, path)
}

// DecodeRecordings reads a file in this format. Of a format that speaks of one
// recording alone it is one transcript, with all its channels.
func (f Format) DecodeRecordings(data []byte, path string) ([]Recording, Source, error) {
	if f.decodeAll == nil {
		t, source, err := f.Decode(data, path)
		if err != nil {
			return nil, source, err
		}
		return []Recording{{Name: mediaName(t, path), Transcript: t}}, source, nil
	}
	in, source, err := f.input(data, path, false)
	source.SHA256 = sum(data)
	if err == nil && !in.empty() {
		err = f.decodeAll(in)
	}
	if err != nil {
		return nil, source, inFile(err, path)
	}
	var list []Recording
	for _, part := range in.parts {
		if err := part.finish(part.made); err != nil {
			return nil, source, inFile(err, path)
		}
		in.notes = mergeNotes(in.notes, part.notes)
		list = append(list, Recording{part.name, part.channel, part.made})
	}
	source.Notes = in.notes
	return list, source, nil
}

// DecodeAs is [Format.Decode] as somebody asks for it. Of a recording it reads
// all channels together. The error is an [*Error]: of code NoRecording where the
// file has none of that name, Recordings where it has several and none was named.
func (f Format) DecodeAs(data []byte, path string, how Reading) (*transcript.Transcript, Source, error) {
	in, source, err := f.input(data, path, false)
	source.SHA256 = sum(data)
	if err != nil {
		return nil, source, err
	}
	return f.decodeInput(in, source, how)
}

// decodeOwn is DecodeAs of bytes that nobody changes any more; nobody asked for
// their sum.
func (f Format) decodeOwn(data []byte, path string, how Reading) (*transcript.Transcript, Source, error) {
	in, source, err := f.input(data, path, true)
	if err != nil {
		return nil, source, err
	}
	return f.decodeInput(in, source, how)
}

func (f Format) decodeInput(in *input, source Source, how Reading) (*transcript.Transcript, Source, error) {
	path := in.path
	in.reading = how
	t := &transcript.Transcript{}
	var err error
	switch {
	case in.empty():
	case f.decodeAll != nil:
		t, err = f.decodeOne(in)
	default:
		t, err = f.decode(in)
	}
	if err == nil {
		err = in.somethingRead()
	}
	if err == nil {
		err = in.finish(t)
	}
	if name := how.Recording; err == nil && f.decodeAll == nil && name != "" && !sameRecording(name, mediaName(t, path)) {
		err = &Error{Code: NoRecording, Offending: cut(name), Advice: NameIt}
	}
	source.Notes, source.Rejects = in.notes, in.rejects
	if err != nil {
		return nil, source, inFile(err, path)
	}
	return t, source, nil
}

// mediaName is what a recording is called where a format asks for a name
// without folder and ending: the media's, else the file's.
func mediaName(t *transcript.Transcript, path string) string {
	name := t.Media.Path
	if name == "" {
		name = path
	}
	return baseName(name)
}

// baseName is a name without folder and ending.
func baseName(path string) string {
	name := filepath.Base(path)
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// sameRecording compares names of recordings as people type them.
func sameRecording(a, b string) bool { return strings.EqualFold(baseName(a), baseName(b)) }

// recording returns the part of the input that belongs to a channel of a
// recording, and the transcript that its speakers go to.
func (in *input) recording(name, channel string) *input {
	channel = strings.ToUpper(channel)
	key := recordingKey{name, channel}
	if part, ok := in.byName[key]; ok {
		return part
	}
	part := &input{path: in.path, name: name, channel: channel, made: &transcript.Transcript{}}
	if in.byName == nil {
		in.byName = make(map[recordingKey]*input)
	}
	in.byName[key] = part
	in.parts = append(in.parts, part)
	return part
}

type recordingKey struct{ name, channel string }

// decodeOne reads the only recording of a file, or the one that was chosen.
func (f Format) decodeOne(in *input) (*transcript.Transcript, error) {
	if err := f.decodeAll(in); err != nil {
		return nil, err
	}
	var names []string // in order
	for _, part := range in.parts {
		if !slices.Contains(names, part.name) && (in.reading.Recording == "" || sameRecording(part.name, in.reading.Recording)) {
			names = append(names, part.name)
		}
		if len(names) > 10 { // a message needs no more of a manifest's thousands
			break
		}
	}
	switch {
	case len(names) == 0 && in.reading.Recording != "":
		return nil, &Error{Code: NoRecording, Offending: cut(in.reading.Recording), Advice: NameIt}
	case len(names) > 1:
		return nil, &Error{Code: Recordings, Offending: cut(strings.Join(names, ", ")), Advice: NameIt}
	case len(names) == 0:
		return &transcript.Transcript{}, nil
	}
	t := in.start()
	for _, part := range in.parts {
		if part.name == names[0] {
			in.join(t, part)
		}
	}
	in.sortByLine()
	in.mergeChannels(names[0])
	return t, nil
}

// mergeChannels puts segments in order of time that were read channel by channel,
// each in order, as NIST's files have them: that is no disorder. One without time
// stays behind the one that it followed in its channel.
func (in *input) mergeChannels(name string) {
	channels := 0
	keys := make(map[*transcript.Segment]time.Duration)
	for _, part := range in.parts {
		if part.name != name {
			continue
		}
		channels++
		latest := time.Duration(0)
		for _, s := range part.segments {
			if s.Timed() && s.Start < latest {
				return
			}
			latest = max(latest, s.Start)
			keys[s] = latest
		}
	}
	if channels < 2 {
		return
	}
	order := make([]int, len(in.segments))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(keys[in.segments[a]], keys[in.segments[b]]) })
	segments, lines := make([]*transcript.Segment, len(order)), make([]int, len(order))
	for to, from := range order {
		segments[to], lines[to] = in.segments[from], in.lines[from]
	}
	in.segments, in.lines = segments, lines
}

// sortByLine puts the segments of several parts in the order of the file.
func (in *input) sortByLine() {
	order := make([]int, len(in.lines))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return in.lines[a] - in.lines[b] })
	segments, lines := make([]*transcript.Segment, len(order)), make([]int, len(order))
	for to, from := range order {
		segments[to], lines[to] = in.segments[from], in.lines[from]
	}
	in.segments, in.lines = segments, lines
}

// join adds a part to a transcript of all channels of a recording.
func (in *input) join(t *transcript.Transcript, part *input) {
	made := part.made
	if in.speakers == nil {
		in.speakers = make(map[string]string)
	}
	for _, s := range made.Speakers {
		if _, known := in.speakers[s.ID]; !known {
			in.speakers[s.ID] = s.Name
			t.Speakers = append(t.Speakers, s)
		}
	}
	for key, value := range made.Extras {
		extra(&t.Extras, key, value)
	}
	if t.Media == (transcript.Media{}) {
		t.Media = made.Media
	}
	if t.Language == "" {
		t.Language = made.Language
	}
	in.segments = append(in.segments, part.segments...)
	in.lines = append(in.lines, part.lines...)
	in.notes = mergeNotes(in.notes, part.notes)
}

func mergeNotes(notes, more []Note) []Note {
	for _, n := range more {
		i := slices.IndexFunc(notes, func(o Note) bool { return o.Code == n.Code })
		if i < 0 {
			notes = append(notes, n)
			continue
		}
		notes[i].Count += n.Count
		notes[i].Line = min(notes[i].Line, n.Line)
	}
	return notes
}
