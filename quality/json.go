package quality

import "encoding/json"

// The keys here are an API: scripts and other people's tests rely on them.

// MarshalJSON writes the counts with their rates, which are null where they are
// not known.
func (c Counts) MarshalJSON() ([]byte, error) { return json.Marshal(c.fields()) }

type countFields struct {
	Words           int      `json:"words"`
	Correct         int      `json:"correct"`
	Substitutions   int      `json:"substitutions"`
	Insertions      int      `json:"insertions"`
	Deletions       int      `json:"deletions"`
	WER             *float64 `json:"wer"`
	Characters      int      `json:"characters"`
	CharacterErrors int      `json:"character_errors"`
	CER             *float64 `json:"cer"`
}

func (c Counts) fields() countFields {
	return countFields{
		c.Words(), c.Correct, c.Substitutions, c.Insertions, c.Deletions, rate(c.WER()),
		c.Characters, c.CharacterErrors, rate(c.CER()),
	}
}

func rate(value float64, known bool) *float64 {
	if !known {
		return nil
	}
	return &value
}

// MarshalJSON writes {"wer", "cer"}.
func (m Mean) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		WER *float64 `json:"wer"`
		CER *float64 `json:"cer"`
	}{rate(m.WER, m.WERKnown), rate(m.CER, m.CERKnown)})
}

// MarshalJSON writes the item's ID and counts, and which hypothesis it is where
// the item has several; not its alignment.
func (i ItemScore) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		ID         string `json:"id"`
		Hypothesis int    `json:"hypothesis,omitempty"`
		Reference  int    `json:"reference,omitempty"`
		Speaker    string `json:"speaker,omitempty"`
		countFields
	}{i.ID, i.Hypothesis, i.Reference, i.Speaker, i.Counts.fields()})
}

// MarshalJSON writes the speaker, "" for items of which nobody said who speaks, and
// the counts.
func (s SpeakerScore) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Speaker string `json:"speaker"`
		countFields
	}{s.Speaker, s.Counts.fields()})
}

// MarshalJSON writes the whole report of one hypothesis.
func (r *Report) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Normalize string `json:"normalize"`
		Align     string `json:"align"`
		reportFields
	}{r.Normalize, r.Align, r.fields()})
}

type reportFields struct {
	Corpus  Counts      `json:"corpus"`
	Mean    Mean        `json:"mean"`
	Missing []string    `json:"missing"`
	Extra   []string    `json:"extra"`
	Items   []ItemScore `json:"items"`

	BySpeaker []SpeakerScore `json:"by_speaker,omitempty"` // of two or more

	Measures   measureFields `json:"measures"`
	Confidence *Interval     `json:"interval,omitempty"`
	Speakers   *Attribution  `json:"speakers,omitempty"`
	Segments   *Segmentation `json:"segments,omitempty"`
	Rules      []RuleCount   `json:"rules,omitempty"`
}

func (r *Report) fields() reportFields {
	speakers := r.Speakers()
	if len(speakers) < 2 {
		speakers = nil
	}
	return reportFields{
		r.Corpus, r.Mean(),
		append([]string{}, r.Missing...), append([]string{}, r.Extra...), append([]ItemScore{}, r.Items...),
		speakers, r.measures(), r.Confidence, r.Attribution, r.Segmentation, r.Rules,
	}
}

// Comparison is the reports of several hypotheses against one gold.
type Comparison []Scored

// Scored is the report of one file.
type Scored struct {
	File   string
	Report *Report
	Versus *Difference // to the first file, where that was asked for
}

// MarshalJSON writes {"normalize", "align", "hypotheses": [{"file", …}]}.
func (c Comparison) MarshalJSON() ([]byte, error) {
	type entry struct {
		File string `json:"file"`
		reportFields
		Versus *Difference `json:"difference,omitempty"`
	}
	out := struct {
		Normalize  string  `json:"normalize"`
		Align      string  `json:"align"`
		Hypotheses []entry `json:"hypotheses"`
	}{Hypotheses: []entry{}}
	for _, s := range c {
		out.Normalize, out.Align = s.Report.Normalize, s.Report.Align
		out.Hypotheses = append(out.Hypotheses, entry{s.File, s.Report.fields(), s.Versus})
	}
	return json.Marshal(out)
}
