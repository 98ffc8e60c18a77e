package platform

import (
	"slices"
	"strings"

	"tapescript/transcript/task"
)

// Warning is something that whoever gives a corpus away should know, as a code
// with its arguments.
type Warning struct {
	Code WarningCode
	Args []string
}

// WarningCode is what a [Warning] is about.
type WarningCode string

// What is warned of.
const (
	NoLicense       WarningCode = "no-license"       // nobody has said under what terms
	NonCommercial   WarningCode = "non-commercial"   // NC
	NoDerivatives   WarningCode = "no-derivatives"   // ND: a transcript, a cut clip is one
	ShareAlike      WarningCode = "share-alike"      // SA, copyleft
	Attribution     WarningCode = "attribution"      // BY: name the source
	NoConsent       WarningCode = "no-consent"       // no basis is stated
	UseNotCovered   WarningCode = "use-not-covered"  // training is not among the allowed uses
	RetainUntil     WarningCode = "retain-until"     // copies must go by then too
	SpeakersUnknown WarningCode = "speakers-unknown" // splits go by recording alone
	EmptySplit      WarningCode = "empty-split"
	SoundElsewhere  WarningCode = "sound-elsewhere" // the corpus refers to files outside it
)

// Warnings lists all codes, for those who have a sentence for each.
func Warnings() []WarningCode {
	return []WarningCode{NoLicense, NonCommercial, NoDerivatives, ShareAlike, Attribution, NoConsent, UseNotCovered, RetainUntil,
		SpeakersUnknown, EmptySplit, SoundElsewhere}
}

// trainingUses are the words for what a corpus is made for.
var trainingUses = []string{"training", "train", "asr", "research", "publication", "any", "all"}

func warnings(b *task.Batch, o CorpusOptions, splits []SplitCount, unknown int64) []Warning {
	var list []Warning
	add := func(code WarningCode, args ...string) { list = append(list, Warning{code, args}) }
	license := licenseOf(b, o)
	terms := strings.FieldsFunc(strings.ToLower(license), func(r rune) bool { return strings.ContainsRune(" -_/.,", r) })
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(terms, w) })
	}
	if license == "" {
		add(NoLicense)
	}
	if has("nc", "noncommercial") || strings.Contains(strings.ToLower(license), "non-commercial") {
		add(NonCommercial, license)
	}
	if has("nd", "noderivs", "noderivatives") {
		add(NoDerivatives, license)
	}
	if has("sa", "sharealike", "gpl", "agpl", "odbl") {
		add(ShareAlike, license)
	}
	if has("by") {
		add(Attribution, license)
	}
	if b.Consent.Basis == "" {
		add(NoConsent)
	}
	if uses := b.Consent.Uses; len(uses) > 0 && !slices.ContainsFunc(uses, func(u string) bool {
		return slices.Contains(trainingUses, strings.ToLower(strings.TrimSpace(u)))
	}) {
		add(UseNotCovered, uses...)
	}
	if !b.Consent.RetainUntil.IsZero() {
		add(RetainUntil, b.Consent.RetainUntil.Format("2006-01-02"))
	}
	if unknown > 0 && len(splits) > 1 {
		add(SpeakersUnknown)
	}
	for _, s := range splits {
		if s.Utterances == 0 {
			add(EmptySplit, s.Name)
		}
	}
	if o.Sound == nil {
		add(SoundElsewhere)
	}
	return list
}

func licenseOf(b *task.Batch, o CorpusOptions) string {
	if o.License != "" {
		return o.License
	}
	return b.License
}
