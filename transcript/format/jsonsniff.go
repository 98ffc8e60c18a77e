package format

import (
	"bytes"
	"slices"
	"strings"
)

// The names of the formats that are JSON.
const (
	dialectWhisper     = "whisper"
	dialectAmazon      = "amazon-transcribe"
	dialectGoogle      = "google"
	dialectAzure       = "azure"
	dialectDeepgram    = "deepgram"
	dialectAssemblyAI  = "assemblyai"
	dialectRev         = "rev-json"
	dialectNeMo        = "nemo"
	dialectLabelStudio = "label-studio"
)

// isDialect is the sniffer of a format that is JSON.
func isDialect(name string) func(head string) bool {
	return func(head string) bool { return jsonDialect(head) == name }
}

// jsonDialect says which of the formats that are JSON a file begins as, by its
// Name; "" where none is sure. The beginning may break off anywhere: most
// engines put what tells them apart first, Whisper its whole text.
//
// The order is from what only one engine writes to what several do. None of
// them has an ending of its own: a file called .json may be any.
func jsonDialect(head string) string {
	keys, whole := jsonKeys(head)
	has := func(paths ...string) bool {
		for _, p := range paths {
			if keys[p] {
				return true
			}
		}
		return false
	}
	switch {
	case has("tapescript"):
		return ""
	case has("audio_filepath"):
		return dialectNeMo
	case has("data", "[].data", "[].annotation_id", "[].annotator", "[].annotations", "[].lead_time"):
		return dialectLabelStudio
	case has("results.items", "results.transcripts", "results.audio_segments", "results.speaker_labels"):
		return dialectAmazon
	case has("results.channels", "metadata.request_id"):
		return dialectDeepgram
	case has("results[].alternatives[].timestamps", "results[].alternatives[].content"):
		return "" // Watson's and Speechmatics', whose words Google's reader would not see
	case has("results[].alternatives", "response.results[].alternatives"):
		return dialectGoogle
	case has("recognizedPhrases", "combinedRecognizedPhrases", "combinedPhrases", "phrases[].offsetMilliseconds"):
		return dialectAzure
	case has("monologues"):
		return dialectRev
	case has("acoustic_model", "audio_duration", "utterances[].words", "speech_model") || has("id") && has("words[].text"):
		return dialectAssemblyAI
	case has("transcription[].offsets", "transcription[].timestamps", "systeminfo"):
		return dialectWhisper
	case has("segments[].text", "word_segments", "chunks[].timestamp", "[].avg_logprob", "[].no_speech_prob", "[].seek"):
		return dialectWhisper
	case has("words[].word") || has("[].start") && has("[].end") && has("[].text"):
		return dialectWhisper
	case has("text") && !whole && len(keys) == 1 && !strings.Contains(head[:min(len(head), 200)], `"<`):
		return dialectWhisper // its text fills the beginning; that of oTranscribe is HTML
	case has("text") && whole && only(keys, "text", "language", "task", "duration", "usage"):
		return dialectWhisper // all that the API returns unless asked for more
	}
	return ""
}

// only says whether there are no other keys than these, and below them.
func only(keys map[string]bool, names ...string) bool {
	for key := range keys {
		first, _, _ := strings.Cut(key, ".")
		if !slices.Contains(names, first) {
			return false
		}
	}
	return true
}

// JSONKeys lists the paths of all keys at the beginning of a JSON text, or of
// the first line of JSON Lines, to five levels: "results.items[].id"; none where
// it is no JSON. The beginning may break off anywhere. It is for those who sniff
// files that are no transcripts.
func JSONKeys(head []byte) map[string]bool {
	text, _, _, err := toText(wholeRunes(head[:min(len(head), sniffBytes)]))
	if err != nil {
		return nil
	}
	keys, _ := jsonKeys(text)
	return keys
}

// jsonKeys lists the paths of all keys at the beginning of a JSON text, to
// five levels; whole says whether the text ends there. Of JSON Lines it is the
// first line. Nothing but { or [ begins one here.
func jsonKeys(head string) (keys map[string]bool, whole bool) {
	keys = make(map[string]bool)
	var stack []string // the path of each container that is open
	i := skipSpace(head, 0)
	if i >= len(head) || head[i] != '{' && head[i] != '[' {
		return keys, false
	}
	path := "" // of the value that comes next
	for i < len(head) {
		switch c := head[i]; c {
		case '{', '[':
			if c == '[' {
				path += "[]"
			}
			if len(stack) > jsonDepth {
				return keys, false
			}
			stack = append(stack, path)
			i++
		case '}', ']':
			if stack = stack[:len(stack)-1]; len(stack) == 0 {
				return keys, true
			}
			path = stack[len(stack)-1]
			i++
		case '"':
			end, ok := skipString(head, i)
			if !ok {
				return keys, false
			}
			if next := skipSpace(head, end); next < len(head) && head[next] == ':' && end-i < 100 {
				path = strings.TrimPrefix(stack[len(stack)-1]+"."+unquote(head[i:end]), ".")
				if len(stack) <= 5 {
					keys[path] = true
				}
				end = next + 1
			} else {
				path = stack[len(stack)-1]
			}
			i = end
		case ',':
			path = stack[len(stack)-1]
			i++
		default:
			i++
		}
	}
	return keys, false
}

// brokenJSON says whether bytes are JSON in UTF-8 but for some characters that
// were cut in two: whisper.cpp writes tokens, which may be parts of one. A file
// in an older encoding has next to none that is whole.
func brokenJSON(data []byte) bool {
	begin := bytes.TrimLeft(data, " \t\r\n")
	if len(begin) == 0 || begin[0] != '{' && begin[0] != '[' {
		return false
	}
	whole, broken := highRunes(data)
	return broken <= 4*whole // a cut character is 4 bytes at most, and whole in the text
}
