package draft

import (
	"bufio"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"tapescript/transcript"
)

// sphinxWord is a line of `pocketsphinx_continuous -time yes`: the word, its
// start and end in seconds, and how probable it is.
var sphinxWord = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\S+) (\d+(?:\.\d+)?) (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)$`)
})

// mostSphinx bounds a line; what is longer is none of pocketsphinx's.
const mostSphinx = 1 << 20

// ReadSphinx reads what pocketsphinx says with its times: for each utterance the
// text, then <s>, each word and </s>. Fillers (<sil>, [NOISE], ++UH++) and the
// numbers of pronunciations ("was(2)") are left out. Lines of anything else
// are passed over.
func ReadSphinx(r io.Reader) (*transcript.Transcript, error) {
	t := &transcript.Transcript{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, mostSphinx)
	var words []transcript.Word
	var text strings.Builder
	end := func() {
		if len(words) > 0 {
			t.Segments = append(t.Segments, &transcript.Segment{
				Start: words[0].Start, End: words[len(words)-1].End, Text: text.String(), Words: words,
			})
		}
		words = nil
		text.Reset()
	}
	for lines.Scan() {
		m := sphinxWord().FindStringSubmatch(lines.Text())
		switch {
		case m == nil:
			continue
		case m[1] == "</s>" || m[1] == "<s>":
			end()
			continue
		case strings.ContainsAny(m[1][:1], "<[+"):
			continue
		}
		word, _, _ := strings.Cut(transcript.Clean(m[1]), "(")
		start, stop := sphinxTime(m[2]), sphinxTime(m[3])
		if n := len(words); word == "" || stop <= start || n > 0 && start < words[n-1].End {
			continue
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		}
		from := text.Len()
		text.WriteString(word)
		confidence, _ := strconv.ParseFloat(m[4], 64)
		words = append(words, transcript.Word{
			From: from, To: text.Len(), Start: start, End: stop,
			Confidence: max(transcript.LeastConfidence, min(1, confidence)),
		})
	}
	end()
	t.SortSegments()
	t.AssignIDs()
	return t, lines.Err()
}

// sphinxTime: frames of 10 ms; a day at most.
func sphinxTime(seconds string) time.Duration {
	s, _ := strconv.ParseFloat(seconds, 64)
	return time.Duration(math.Round(min(s, 86400)*100)) * 10 * time.Millisecond
}
