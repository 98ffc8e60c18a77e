package deidentify

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"tapescript/quality/privacy"
	"tapescript/transcript"
	"tapescript/transcript/format"
	"tapescript/transcript/task"
	"tapescript/transcript/task/platform"
)

// LeftError is personal data that was found and is still in what was masked.
type LeftError struct {
	Count int
	Task  string
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("task %s: left after masking: %d", e.Task, e.Count)
}

// Dossier masks a dossier, and searches what it made for what was found: a
// *LeftError where any is left. named says whether its key or its recording is
// called by something personal; those stay.
func Dossier(batch task.Batch, d *task.Dossier, o privacy.Options, pseudonyms *Pseudonyms) (secrets *privacy.Secrets, named bool, err error) {
	var names []string
	err = platform.RewriteDossier(batch, d, func(values []platform.Value) (list []string) {
		list, names, secrets = dossierValues(values, o, pseudonyms)
		return list
	})
	if err != nil {
		return nil, false, err
	}
	var written strings.Builder
	check := func(s *privacy.Secrets) error {
		if n := s.In([]byte(written.String())); n > 0 {
			return &LeftError{n, d.Task.ID}
		}
		return nil
	}
	err = platform.RewriteDossier(batch, d, func(values []platform.Value) (list []string) {
		for _, v := range values {
			list = append(list, v.Text)
			switch v.Name {
			case platform.ValueWorker:
			case platform.ValueKey, platform.ValueAudio:
				named = named || secrets.In([]byte(v.Text)) > 0 || IsNamed(v.Text, o)
			default:
				written.WriteString(v.Text + "\n")
			}
		}
		return list
	})
	if err != nil {
		return nil, false, err
	}
	for _, name := range []string{d.Task.Key, d.Task.Audio.Ref} {
		named = named || secrets.In([]byte(name)) > 0 || IsNamed(name, o)
	}
	options := o
	options.Names = append(slices.Clone(options.Names), names...)
	for i := range d.Answers {
		s := &d.Answers[i].Submission
		if len(s.Transcript) == 0 {
			continue
		}
		of, err := maskLines(s, options)
		if err != nil {
			return nil, false, err
		}
		written.Write(s.Transcript)
		if err := check(of); err != nil {
			return nil, false, err
		}
	}
	return secrets, named, check(secrets)
}

// IsNamed says whether a file's name, an address or a key has something personal
// among its words.
func IsNamed(name string, o privacy.Options) bool {
	words := strings.NewReplacer("_", " ", "-", " ", "/", " ", ".", " ").Replace(name)
	return len(privacy.FindText(words, o)) > 0
}

// maskLines masks the transcript that a submission has besides its text.
func maskLines(s *task.Submission, o privacy.Options) (*privacy.Secrets, error) {
	jsonl, _ := format.Lookup("jsonl")
	t, _, err := jsonl.Decode(s.Transcript, s.ID)
	if err != nil {
		return nil, err
	}
	findings := privacy.Find(t, o)
	clean, secrets := privacy.Redact(t, findings, o)
	if len(findings) == 0 && len(secrets.Counts()) == 0 {
		return secrets, nil
	}
	file, err := jsonl.Prepare(clean)
	if err != nil {
		return nil, err
	}
	s.Transcript = file.Bytes()
	return secrets, nil
}

// labels of speakers that tell of nobody: numbered by a program, or ours.
var speakerLabel = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(s-[0-9a-f]{12}|[0-9a-f]{24,}|[a-z]|(spk|speaker|locuteur|s|id)?[-_ ]?\d+([-_]\d+)*)$`)
})

// dossierValues masks the values of one task together: what is found in one is
// masked in all. It returns the names that were found, to look for them elsewhere
// too.
func dossierValues(values []platform.Value, o privacy.Options, pseudonyms *Pseudonyms) (list, names []string, secrets *privacy.Secrets) {
	t := &transcript.Transcript{}
	at := map[string]int{} // values are counted once, however often they stand there
	for _, v := range values {
		switch v.Name {
		case platform.ValueWorker, platform.ValueKey, platform.ValueAudio, platform.ValueSpeaker:
			continue
		}
		if _, known := at[v.Text]; !known {
			n := len(t.Segments)
			at[v.Text] = n
			id := fmt.Sprint(n) // each its own speaker: values are not one text
			t.Speakers = append(t.Speakers, transcript.Speaker{ID: id, Name: id})
			t.Segments = append(t.Segments, &transcript.Segment{ID: id, Speaker: id, Text: v.Text})
		}
	}
	findings := privacy.Find(t, o)
	for _, f := range findings {
		for _, part := range f.Parts {
			if f.Kind == privacy.Person {
				names = append(names, t.Segments[part.Segment].Text[part.From:part.To])
			}
		}
	}
	clean, secrets := privacy.Redact(t, findings, o)
	for _, v := range values {
		switch n, masked := at[v.Text]; {
		case v.Name == platform.ValueSpeaker && !speakerLabel().MatchString(v.Text):
			list = append(list, pseudonyms.Of("s-", v.Text))
		case masked && v.Name != platform.ValueSpeaker:
			list = append(list, clean.Segments[n].Text)
		default:
			list = append(list, v.Text)
		}
	}
	return list, names, secrets
}
