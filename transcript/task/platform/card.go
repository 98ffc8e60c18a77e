package platform

import (
	"fmt"
	"strings"
	"time"
)

// warningText is what the data card says of each warning. A card is read where
// the corpus goes, so it is English, as the cards of other corpora are.
var warningText = map[WarningCode]string{
	NoLicense:       "No licence is stated: nobody may use this corpus until one is.",
	NonCommercial:   "The licence forbids commercial use.",
	NoDerivatives:   "The licence forbids derived works; cut clips and transcripts may be such.",
	ShareAlike:      "What is derived from this corpus must be given under the same licence.",
	Attribution:     "The source must be named.",
	NoConsent:       "No basis is stated on which the recordings may be processed.",
	UseNotCovered:   "Training is not among the uses that were agreed to:",
	RetainUntil:     "The recordings, and all copies of them, must be deleted by:",
	SpeakersUnknown: "Some speakers are not known: these utterances are split by recording alone, so one voice may be in several splits.",
	EmptySplit:      "A split is empty, because there are too few speakers or recordings:",
	SoundElsewhere:  "The sound is not in this folder; the lists name where it lay.",
}

// card writes the data card: YAML for the hub of Hugging Face, then Markdown.
func card(p Platform, c *corpusWriter) string {
	var b strings.Builder
	license, title := licenseOf(c.batch, c.o), c.o.Title
	for _, name := range []string{c.batch.Name, c.batch.ID, "corpus"} {
		if title == "" {
			title = name
		}
	}
	b.WriteString("---\n")
	if c.batch.Language != "" {
		fmt.Fprintf(&b, "language:\n- %s\n", yaml(c.batch.Language))
	}
	if license != "" {
		fmt.Fprintf(&b, "license: %s\n", yaml(hubLicense(license)))
	}
	fmt.Fprintf(&b, "pretty_name: %s\ntask_categories:\n- automatic-speech-recognition\n---\n\n", yaml(title))
	fmt.Fprintf(&b, "# %s\n\n", markdown(title))
	fmt.Fprintf(&b, "Layout: %s. Written by tapescript.\n\n", p.Title)
	b.WriteString("| split | utterances | speakers | recordings | hours |\n|---|---:|---:|---:|---:|\n")
	var all SplitCount
	for _, s := range c.report.Splits {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %s |\n", markdown(s.Name), s.Utterances, s.Speakers, s.Recordings, hours(s.Duration))
		all.Utterances += s.Utterances
		all.Speakers += s.Speakers
		all.Recordings += s.Recordings
		all.Duration += s.Duration
	}
	fmt.Fprintf(&b, "| all | %d | %d | %d | %s |\n\n", all.Utterances, all.Speakers, all.Recordings, hours(all.Duration))
	b.WriteString("No speaker and no recording is in two splits, as far as they are known.\n\n")
	if c.report.Left > 0 {
		fmt.Fprintf(&b, "%d tasks are not in it: they had no text that may go in.\n\n", c.report.Left)
	}
	b.WriteString("## Source\n\n")
	for _, line := range [][2]string{
		{"Batch", c.batch.ID}, {"Platform", c.batch.Platform}, {"File", c.batch.Source.File}, {"SHA-256 of the file", c.batch.Source.SHA256},
		{"Style", c.batch.Style}, {"Language", c.batch.Language}, {"Licence", license}, {"Consent", c.batch.Consent.Basis},
		{"Allowed uses", strings.Join(c.batch.Consent.Uses, ", ")},
	} {
		if line[1] != "" {
			fmt.Fprintf(&b, "- %s: %s\n", line[0], markdown(line[1]))
		}
	}
	if len(c.report.Warnings) > 0 {
		b.WriteString("\n## Before you use it\n\n")
		for _, w := range c.report.Warnings {
			fmt.Fprintf(&b, "- %s %s\n", warningText[w.Code], markdown(strings.Join(w.Args, ", ")))
		}
	}
	b.WriteString("\nEvery file's SHA-256 stands in SHA256SUMS: `sha256sum -c SHA256SUMS`.\n")
	return strings.ReplaceAll(b.String(), " \n", "\n")
}

// hubLicense is a licence as the hub abbreviates it: "cc-by-4.0".
func hubLicense(license string) string {
	return strings.Join(strings.Fields(strings.ToLower(license)), "-")
}

func hours(d time.Duration) string {
	if d == 0 {
		return "not known"
	}
	return fmt.Sprintf("%.2f", d.Hours())
}

// yaml quotes a stranger's text.
func yaml(text string) string { return string(marshal(oneLine(text))) }

// markdown has a stranger's text mean nothing but itself.
func markdown(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "`", "\\`", "[", `\[`, "*", `\*`, "_", `\_`).Replace(oneLine(text))
}
