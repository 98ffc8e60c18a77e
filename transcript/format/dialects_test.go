package format

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dialects are the shapes in which files of each kind are met, and the golden
// file that holds how each is read: FORMAT/FILE here, or a batch's in
// transcript/task/platform.
var dialects = map[string]string{
	// Batches and corpora.
	"Label Studio, export":                      "label-studio/export.json",
	"Label Studio, JSON_MIN":                    "label-studio/minimal.json",
	"Label Studio, predictions":                 "label-studio/predictions.json",
	"Label Studio, one task":                    "label-studio/task.json",
	"Label Studio, ASR_MANIFEST":                "nemo/asr-manifest.json",
	"NeMo, parts of recordings, text and draft": "nemo/manifest.json",
	"NeMo, predictions alone":                   "nemo/predictions.json",
	"Kaldi, segments":                           "kaldi/talk.data",
	"Kaldi, utterances that are recordings":     "kaldi/whole.data",
	"Kaldi, a command in wav.scp":               "../../task/platform/testdata/kaldi/command",
	"LibriSpeech, trans.txt":                    "../../task/platform/testdata/librispeech/dev",
	"AudioFolder, metadata.csv":                 "../../task/platform/testdata/audiofolder/f",
	"AudioFolder, metadata.jsonl":               "../../task/platform/testdata/audiofolder/l",
	"Common Voice, 17":                          "../../task/platform/testdata/common-voice/cv17.tsv",
	"Common Voice, older":                       "../../task/platform/testdata/common-voice/older.tsv",
	"Rev .nlp, Earnings":                        "rev-nlp/earnings.nlp",
	"Rev .nlp, CORAAL with prepunctuation":      "rev-nlp/coraal.nlp",
	"ctm, NIST with alternatives":               "ctm/recogniser.ctm",
	"ctm, Kaldi":                                "ctm/kaldi.ctm",
	"RTTM, NIST":                                "rttm/diariser.rttm",
	"RTTM, pyannote":                            "rttm/pyannote.rttm",
	"trn, NIST's notation":                      "trn/notation.trn",
	"trn, Kaldi":                                "trn/kaldi.trn",
	"stm, NIST":                                 "stm/gold.stm",
	// Drafts.
	"Whisper, openai with words":             "whisper/openai.json",
	"Whisper, openai without words":          "whisper/openai-segments.json",
	"Whisper, the API's verbose_json":        "whisper/api.json",
	"Whisper, the API's json":                "whisper/plain.json",
	"Whisper, faster-whisper's segments":     "whisper/faster-whisper.json",
	"Whisper, faster-whisper, words null":    "whisper/faster-whisper-cli.json",
	"Whisper, whisper.cpp -oj":               "whisper/whispercpp-oj.json",
	"Whisper, whisper.cpp -ojf":              "whisper/whispercpp.json",
	"Whisper, whisper.cpp, bytes cut in two": "whisper/whispercpp-cut.json",
	"WhisperX, speakers":                     "whisper/whisperx.json",
	"WhisperX, words without times":          "whisper/whisperx-words.json",
	"Whisper, transformers' chunks":          "whisper/transformers.json",
	"Whisper, transformers' words":           "whisper/transformers-words.json",
	"Amazon, audio_segments":                 "amazon-transcribe/segments.json",
	"Amazon, items alone":                    "amazon-transcribe/older.json",
	"Amazon, channels":                       "amazon-transcribe/channels.json",
	"Google, v1":                             "google/v1.json",
	"Google, v1, a finished operation":       "google/operation.json",
	"Google, diarised: words said again":     "google/diarised.json",
	"Google, v2":                             "google/v2.json",
	"Azure, batch, ticks":                    "azure/batch.json",
	"Azure, fast, milliseconds":              "azure/fast.json",
	"Deepgram, words":                        "deepgram/words.json",
	"Deepgram, paragraphs":                   "deepgram/paragraphs.json",
	"Deepgram, utterances":                   "deepgram/utterances.json",
	"Deepgram, channels":                     "deepgram/channels.json",
	"AssemblyAI, utterances":                 "assemblyai/utterances.json",
	"AssemblyAI, words":                      "assemblyai/words.json",
	"Rev JSON, machine":                      "rev-json/machine.json",
	"Rev JSON, human":                        "rev-json/human.json",
	// Transcripts.
	"WebVTT, all of it":               "vtt/full.vtt",
	"WebVTT, WhisperX":                "vtt/whisperx.vtt",
	"WebVTT, YouTube's rolling lines": "vtt/youtube.vtt",
	"SubRip, as people write it":      "srt/loose.srt",
	"TTML, all kinds of times":        "ttml/times.ttml",
	"DFXP":                            "ttml/dfxp.dfxp",
	"TextGrid, long":                  "textgrid/long.TextGrid",
	"TextGrid, short":                 "textgrid/short.TextGrid",
	"TextGrid, chronological":         "textgrid/chronological.TextGrid",
	"TextGrid, UTF-16":                "textgrid/utf16.TextGrid",
	"TextGrid, ELAN":                  "textgrid/elan.TextGrid",
	"TextGrid, a forced aligner":      "textgrid/aligned.TextGrid",
	"TextGrid, an aligner's speakers": "textgrid/aligned-speakers.TextGrid",
	"EAF":                             "eaf/call.eaf",
	"Transcriber":                     "trs/radio.trs",
	"oTranscribe":                     "otr/interview.otr",
	"Markdown":                        "markdown/interview.md",
	"Audacity labels":                 "audacity/labels.txt",
	"table, Excel's commas":           "csv/excel.csv",
	"table, Whisper's TSV":            "tsv/whisper.tsv",
	"table, columns in any order":     "tsv/mixed.tsv",
	"JSON Lines, ours":                "jsonl/full.jsonl",
	"text, whisper's times":           "txt/whisper.txt",
	"text, starts alone":              "txt/starts.txt",
	"text alone":                      "txt/plain.txt",
}

// TestEveryDialectHasItsGolden, and every golden file is a dialect's.
func TestEveryDialectHasItsGolden(t *testing.T) {
	named := make(map[string]bool)
	for dialect, path := range dialects {
		path = filepath.Join("testdata", path)
		named[path+".golden"] = true
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", dialect, err)
		}
		if _, err := os.Stat(path + ".golden"); err != nil {
			t.Errorf("%s: %v", dialect, err)
		}
	}
	files, err := filepath.Glob("testdata/*/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if !named[path] {
			t.Errorf("%s is no dialect's", path)
		}
	}
	for _, f := range All() {
		if files, _ := filepath.Glob("testdata/" + f.Name + "/*.golden"); len(files) == 0 && !strings.Contains("plain docx", f.Name) { // a docx is made by pandoc and by ourselves
			t.Errorf("%s has no golden file", f.Name)
		}
	}
}
