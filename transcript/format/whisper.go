package format

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tapescript/transcript"
)

// whisper is what the programs around OpenAI's Whisper write as JSON. Their
// dialects are told apart by what is there, because most files have passed
// through somebody's script:
//
//	openai/whisper, the API's verbose_json, stable-ts:
//	    {"text", "language", "segments": [{"id", "seek", "start", "end", "text", "tokens", "avg_logprob", …,
//	      "words": [{"word", "start", "end", "probability"}]}]}; the API's words stand beside the segments
//	faster-whisper: the same segments, often as a list without anything around them
//	WhisperX: {"segments": [{…, "speaker", "words": [{"word", "start", "end", "score", "speaker"}]}], "word_segments"};
//	    words that its aligner does not know (digits) have no times, and get none
//	whisper-timestamped: words of {"text", "start", "end", "confidence"}
//	whisper.cpp (-oj, -ojf): {"result": {"language"}, "transcription": [{"offsets": {"from", "to"}, "text",
//	    "tokens": [{"text", "offsets", "p"}], "speaker"}]}, in milliseconds; tokens are parts of words
//	transformers: {"text", "chunks": [{"timestamp": [start, end], "text"}]}; a chunk is a phrase or a word;
//	    the last may have no end (see whisperSpan)
//
// Elsewhere times are in seconds. What Whisper thinks of a segment is kept as
// extras "whisper.avg_logprob" and so on. Sources: openai/whisper
// transcribe.py; whisper.cpp examples/cli/cli.cpp; whisperX types.
var whisper = Format{
	Name: dialectWhisper, Title: "Whisper JSON", longLines: true, Cannot: []LossKind{LostChannels},
	decode: decodeWhisper, sniff: isDialect(dialectWhisper),
}

// whisperFigures are what Whisper thinks of a segment.
var whisperFigures = []string{"avg_logprob", "no_speech_prob", "compression_ratio", "temperature"}

const whisperPrefix = "whisper."

func decodeWhisper(in *input) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	root, err := parseJSON(in.text, 1)
	if err != nil {
		return nil, err
	}
	if root.kind() == '[' { // faster-whisper's segments
		return t, in.whisperSegments(t, root)
	}
	o, err := root.object()
	if err != nil {
		return nil, err
	}
	if list := o.get("transcription"); list.kind() == '[' {
		return t, in.whisperCpp(t, o)
	}
	if err := whisperLanguage(t, o.get("language")); err != nil {
		return nil, err
	}
	if t.Media.Duration, _, err = o.get("duration").time(time.Second); err != nil {
		return nil, err
	}
	segments, chunks, words := o.get("segments"), o.get("chunks"), o.get("words")
	switch {
	case chunks.doc != nil:
		return t, in.whisperChunks(t, chunks)
	case segments.doc != nil && words.doc != nil:
		return t, in.whisperBeside(t, segments, words)
	case segments.doc != nil:
		return t, in.whisperSegments(t, segments)
	case words.doc != nil:
		list, err := in.whisperWords(words)
		if err != nil {
			return nil, err
		}
		return t, in.addUtterances(t, list)
	}
	text, err := o.get("text").text()
	if err != nil {
		return nil, err
	}
	if o.get("text").doc == nil {
		return nil, root.fail(BadJSON)
	}
	in.add(&transcript.Segment{Text: trimmed(text)}, o.get("text").line())
	return t, nil
}

// whisperLanguage reads a code, or a language's name in English. A name that
// Whisper does not have is kept, and is no tag.
func whisperLanguage(t *transcript.Transcript, v jsonValue) error {
	name, err := v.text()
	if err != nil {
		return err
	}
	if tag, ok := languageNamed(oneLine(name)); ok {
		t.Language = tag
	} else if name = languageTag(name); len(name) <= 3 || strings.Contains(name, "-") {
		t.Language = name
	} else {
		extra(&t.Extras, whisperPrefix+"language", name)
	}
	return nil
}

// trimmed is a segment's text: Whisper begins it with a space.
func trimmed(text string) string { return strings.TrimSpace(transcript.Clean(text)) }

func (in *input) whisperSegments(t *transcript.Transcript, list jsonValue) error {
	return in.eachRecord(list, func(v jsonValue, o jsonObject) error {
		s, err := in.whisperSegment(t, o)
		if err != nil {
			return err
		}
		words, err := in.whisperWords(o.get("words"))
		if err != nil {
			return err
		}
		in.fitWords(s, words)
		in.add(s, v.line())
		return nil
	})
}

func (in *input) whisperSegment(t *transcript.Transcript, o jsonObject) (*transcript.Segment, error) {
	text, err := o.get("text").text()
	if err != nil {
		return nil, err
	}
	s := &transcript.Segment{Text: trimmed(text)}
	if s.Start, s.End, err = in.whisperSpan(o.get("start"), o.get("end")); err != nil {
		return nil, err
	}
	speaker, err := o.get("speaker").label()
	if err != nil {
		return nil, err
	}
	if s.Speaker, err = in.speaker(t, speaker, o.get("speaker").line()); err != nil {
		return nil, err
	}
	for _, name := range whisperFigures {
		if v := o.get(name); v.doc != nil && v.kind() != '{' && v.kind() != '[' {
			extra(&s.Extras, whisperPrefix+name, transcript.Clean(v.raw()))
		}
	}
	return s, nil
}

// whisperSpan reads the borders of a segment. Where a recording stops in the
// middle of a word, transformers does not know the last end: the segment then
// ends where it begins, because any other end would be a guess, and that is
// noted.
func (in *input) whisperSpan(start, end jsonValue) (from, to time.Duration, err error) {
	if !start.null() && end.null() {
		in.note(EndsMissing, start.line())
	}
	return segmentTimes(start, end, time.Second)
}

func (in *input) whisperWords(list jsonValue) ([]heard, error) {
	var words []heard
	err := list.objects(func(v jsonValue, o jsonObject) error {
		text, err := o.first("word", "text").text()
		if err != nil {
			return err
		}
		w := heard{text: text, line: v.line(), joined: len(words) > 0 && spacesLead(words[0].text) && !spacesLead(text)}
		if w.start, w.end, err = in.wordTimes(o.get("start"), o.get("end"), time.Second); err != nil {
			return err
		}
		if w.confidence, err = o.first("probability", "score", "confidence").confidence(); err != nil {
			return err
		}
		words = append(words, w)
		return nil
	})
	return words, err
}

// spacesLead: Whisper's own words begin with the space before them; where the
// first does not, nobody's do.
func spacesLead(word string) bool { return strings.HasPrefix(word, " ") }

// whisperBeside gives words that stand beside the segments to the segment in
// whose time their middle lies, else to the one before.
func (in *input) whisperBeside(t *transcript.Transcript, segments, words jsonValue) error {
	list, err := in.whisperWords(words)
	if err != nil {
		return err
	}
	return in.eachRecord(segments, func(v jsonValue, o jsonObject) error {
		s, err := in.whisperSegment(t, o)
		if err != nil {
			return err
		}
		n := 0
		for n < len(list) && (list[n].start+list[n].end)/2 <= s.End {
			n++
		}
		in.fitWords(s, list[:n])
		list = list[n:]
		in.add(s, v.line())
		return nil
	})
}

func (in *input) whisperChunks(t *transcript.Transcript, chunks jsonValue) error {
	var words []heard
	var total time.Duration
	single := true
	err := in.eachRecord(chunks, func(v jsonValue, o jsonObject) error {
		text, err := o.get("text").text()
		if err != nil {
			return err
		}
		span, err := o.get("timestamp").list()
		if err != nil {
			return err
		}
		if len(span) != 2 {
			return v.fail(BadTime)
		}
		w := heard{text: text, line: v.line(), joined: len(words) > 0 && !spacesLead(text)}
		if w.start, w.end, err = in.whisperSpan(span[0], span[1]); err != nil {
			return err
		}
		speaker, err := o.get("speaker").label()
		if err != nil {
			return err
		}
		w.speaker = oneLine(speaker)
		single = single && !strings.ContainsFunc(strings.TrimSpace(text), unicode.IsSpace)
		total += w.end - w.start
		words = append(words, w)
		return nil
	})
	if err != nil {
		return err
	}
	// Phrases of a language without spaces last longer than a word.
	if single && total < time.Duration(len(words))*time.Second {
		return in.addUtterances(t, words)
	}
	for _, w := range words {
		s := &transcript.Segment{Start: w.start, End: w.end, Text: trimmed(w.text)}
		if s.Speaker, err = in.speaker(t, w.speaker, w.line); err != nil {
			return err
		}
		in.add(s, w.line)
	}
	return nil
}

func (in *input) whisperCpp(t *transcript.Transcript, root jsonObject) error {
	result, err := root.get("result").object()
	if err != nil {
		return err
	}
	if err := whisperLanguage(t, result.get("language")); err != nil {
		return err
	}
	return in.eachRecord(root.get("transcription"), func(v jsonValue, o jsonObject) error {
		text, err := o.get("text").text()
		if err != nil {
			return err
		}
		s := &transcript.Segment{Text: trimmed(text)}
		offsets, err := o.get("offsets").object()
		if err != nil {
			return err
		}
		if s.Start, s.End, err = segmentTimes(offsets.get("from"), offsets.get("to"), time.Millisecond); err != nil {
			return err
		}
		speaker, err := o.get("speaker").label()
		if err != nil {
			return err
		}
		if speaker == "?" { // it does not know
			speaker = ""
		}
		if s.Speaker, err = in.speaker(t, speaker, v.line()); err != nil {
			return err
		}
		if o.get("speaker_turn_next").raw() == "true" { // of tinydiarize, which knows turns, not speakers
			extra(&s.Extras, whisperPrefix+"speaker_turn_next", "true")
		}
		words, err := in.whisperTokens(o.get("tokens"))
		if err != nil {
			return err
		}
		in.fitWords(s, words)
		in.add(s, v.line())
		return nil
	})
}

// whisperTokens makes words of whisper.cpp's tokens: a token that begins with
// a space begins a word, and so does each of a language without spaces. Its
// confidence is the mean of its tokens', as in openai/whisper's timing.py.
// Tokens in brackets are marks, not text; those that are half a character stand
// alone, and will be found nowhere.
func startsWithMark(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.IsPunct(r)
}

func (in *input) whisperTokens(list jsonValue) ([]heard, error) {
	var words []heard
	parts := 0.0
	err := list.objects(func(v jsonValue, o jsonObject) error {
		text, err := o.get("text").text()
		if err != nil {
			return err
		}
		if strings.HasPrefix(text, "[_") || text == "" {
			return nil
		}
		offsets, err := o.get("offsets").object()
		if err != nil {
			return err
		}
		start, end, err := in.wordTimes(offsets.get("from"), offsets.get("to"), time.Millisecond)
		if err != nil {
			return err
		}
		confidence, err := o.get("p").confidence()
		if err != nil {
			return err
		}
		if len(words) == 0 || spacesLead(text) || spaceless(text) || spaceless(words[len(words)-1].text) && !startsWithMark(text) {
			words = append(words, heard{text: text, start: start, end: end, confidence: confidence, line: v.line()})
			parts = 1
			return nil
		}
		w := &words[len(words)-1]
		w.text += text
		w.end = max(w.end, end)
		w.confidence = (w.confidence*parts + confidence) / (parts + 1)
		parts++
		return nil
	})
	return words, err
}
