// Package platform reads and writes the batches of crowd platforms and of
// speech corpora: one file a platform, in and out.
//
// A batch is read as a stream, so that a million rows take no more memory than
// one. Each row of a file becomes records, or a [*RowError] after which the
// stream goes on: taken, rejected and passed-over rows add up to all rows.
//
//	f, err := platform.Open("tasks.tsv", platform.Options{})
//	for record, err := range f.Records() { … }
//	fmt.Println(f.Counts())
//
// What no platform models here, unknown columns and keys, stays in the record's
// row as it stands in the file, quotes and all, and goes back out unchanged.
// Personal data that a platform adds unasked (IP addresses, places) is dropped
// at the door.
//
// A platform is found by what its file holds; a table that nobody knows needs a
// [Mapping], which [Propose] drafts. [Sniff] answers for transcripts and tables
// of utterances too, so that every command sees a file as the same thing.
//
// [Platform.Encode] writes a platform's result file, and [WriteCorpus] a corpus:
// files, splits, checksums and a data card.
//
// A new platform is one file with one variable, and one line in [All]. Not here:
// who keeps the records (transcript/task's Store), transcripts
// (transcript/format), sentences for people (tui/locale).
package platform

import (
	"bufio"
	"io"
	"iter"
	"slices"

	"tapescript/transcript/task"
)

// Platform is one way to hand out transcription, and to give it back.
type Platform struct {
	Name  string // what --from and --format take: "toloka"
	Title string // what people call it: "Toloka"
	// Folder says that its data is a folder of files.
	Folder bool
	// Corpus says that it is a finished corpus, one text an utterance, which
	// [WriteCorpus] writes; others are batches, which [Platform.Encode] writes.
	Corpus bool
	// ByTask says that the results of one task must follow each other when it
	// is written.
	ByTask bool

	sniff  func(h *head) bool
	open   func(s *source) (rows, error)
	encode func(w *bufio.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error
	corpus func(c *corpusWriter) error
}

// rows are the rows of a file, each the records that it gives: mostly one, none
// for a row that says nothing, or a [*RowError]. Any other error ends them.
type rows = iter.Seq2[[]task.Record, error]

// All returns the platforms in the order in which they are listed and tried.
func All() []Platform {
	return []Platform{toloka, mturk, scale, appen, groundTruth, labelStudio, prodigy, clickworker,
		nemo, commonVoice, kaldi, libriSpeech, audioFolder, table}
}

// Names returns the names of all platforms, for messages and completion.
func Names() []string {
	var names []string
	for _, p := range All() {
		names = append(names, p.Name)
	}
	return names
}

// Lookup returns the platform of a name.
func Lookup(name string) (Platform, bool) {
	list := All()
	i := slices.IndexFunc(list, func(p Platform) bool { return p.Name == name })
	if i < 0 {
		return Platform{}, false
	}
	return list[i], true
}

// CanWrite says whether results can be written for this platform, as a file or
// as a corpus.
func (p Platform) CanWrite() bool { return p.encode != nil || p.corpus != nil }

// HasCorpus says whether results can be written as a corpus, of a platform whose
// batch is a file too.
func (p Platform) HasCorpus() bool { return p.corpus != nil }

// Encode writes the result file of a platform: the rows that the batch came
// from with what was transcribed and decided; of a batch that came from
// elsewhere new ones. Where ByTask says so, the results of one task follow each
// other. The text is UTF-8. The first error that results yields is returned.
func (p Platform) Encode(w io.Writer, b task.Batch, results iter.Seq2[task.Result, error]) error {
	if p.encode == nil {
		return &Error{Path: p.Name, Code: CannotWrite}
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := p.encode(out, b, results); err != nil {
		return err
	}
	return out.Flush()
}

// Texts says what the texts of a corpus are taken for.
type Texts string

// What the texts of a corpus can be.
const (
	TextsDefault Texts = ""      // as the platform means them
	TextsGold    Texts = "gold"  // right: tasks with them are control tasks
	TextsDraft   Texts = "draft" // to be corrected
)

// Options says how a batch is to be read; the zero value finds everything out.
type Options struct {
	// From is the name of the platform; "" finds it as [Sniff] does.
	From string
	// Mapping says what the columns of a table mean that no platform is known for.
	Mapping *Mapping
	// KeepPersonal keeps what is dropped at the door: IP addresses, places.
	KeepPersonal bool
	Texts        Texts
}

// Counts says how the rows of a file add up: Rows is Taken, Rejected and Passed
// together.
type Counts struct {
	Rows     int64 // all that hold something, headers not counted
	Taken    int64 // gave records
	Rejected int64 // a RowError each
	Passed   int64 // say nothing about a task, as the platform has it
	Records  int64 // what the rows taken gave
}
