package format

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dialects are the shapes in which files of each kind are met, the golden file
// that holds how each is read (FORMAT/FILE here, or a batch's in
// transcript/task/platform), and what of it survives: see [survives].
var dialects = []struct{ name, file, survives string }{
	// Batches and corpora.
	{"Label Studio, export", "label-studio/export.json", "3 to 5.750; speakers Ann; channels 1, 2"},
	{"Label Studio, JSON_MIN", "label-studio/minimal.json", "2 to 4.000; speakers Ann, Bob; channels 1"},
	{"Label Studio, predictions", "label-studio/predictions.json", "1 to 1.250"},
	{"Label Studio, one task", "label-studio/task.json", "1 to 0.000"},
	{"Label Studio, ASR_MANIFEST", "nemo/asr-manifest.json", "2 to 4.000; speakers ann, bob"},
	{"NeMo, parts of recordings, text and draft", "nemo/manifest.json", "4 to 4.900; speakers ann, 7, bob; in en"},
	{"NeMo, predictions alone", "nemo/predictions.json", "1 to 1.450"},
	{"Kaldi, segments", "kaldi/talk.data", "4 to 8.000; speakers bob, ann; channels 2"},
	{"Kaldi, utterances that are recordings", "kaldi/whole.data", "1 to 0.000; speakers ann"},
	{"Kaldi, a command in wav.scp", "../../task/platform/testdata/kaldi/command", ""},
	{"LibriSpeech, trans.txt", "../../task/platform/testdata/librispeech/dev", ""},
	{"AudioFolder, metadata.csv", "../../task/platform/testdata/audiofolder/f", ""},
	{"AudioFolder, metadata.jsonl", "../../task/platform/testdata/audiofolder/l", ""},
	{"Common Voice, 17", "../../task/platform/testdata/common-voice/cv17.tsv", ""},
	{"Common Voice, older", "../../task/platform/testdata/common-voice/older.tsv", ""},
	{"Rev .nlp, Earnings", "rev-nlp/earnings.nlp", "2 to 3.500; words 4, timed 4, rated 0; speakers 0, 1"},
	{"Rev .nlp, CORAAL with prepunctuation", "rev-nlp/coraal.nlp", "2 to 14.020; words 5, timed 5, rated 0; speakers DCA_se1_ag1_f_01_1, misc"},
	{"ctm, NIST with alternatives", "ctm/recogniser.ctm", "2 to 2.750; words 5, timed 5, rated 3; speakers ann; channels 1"},
	{"ctm, Kaldi", "ctm/kaldi.ctm", "2 to 3.100; words 3, timed 3, rated 3"},
	{"RTTM, NIST", "rttm/diariser.rttm", "3 to 4.500; speakers ann, bob"},
	{"RTTM, pyannote", "rttm/pyannote.rttm", "2 to 3.405; speakers SPEAKER_00, SPEAKER_01"},
	{"trn, NIST's notation", "trn/notation.trn", "3 to 0.000"},
	{"trn, Kaldi", "trn/kaldi.trn", "2 to 0.000"},
	{"stm, NIST", "stm/gold.stm", "4 to 15.840; speakers ann; channels 1, 2"},
	// Drafts.
	{"Whisper, openai with words", "whisper/openai.json", "3 to 9.000; words 18, timed 17, rated 18; in en"},
	{"Whisper, openai without words", "whisper/openai-segments.json", "2 to 4.900; in en"},
	{"Whisper, the API's verbose_json", "whisper/api.json", "2 to 5.200; words 9, timed 9, rated 0; in en"},
	{"Whisper, the API's json", "whisper/plain.json", "1 to 0.000"},
	{"Whisper, faster-whisper's segments", "whisper/faster-whisper.json", "2 to 4.100; words 3, timed 3, rated 3"},
	{"Whisper, faster-whisper, words null", "whisper/faster-whisper-cli.json", "1 to 1.920; in en"},
	{"Whisper, whisper.cpp -oj", "whisper/whispercpp-oj.json", "2 to 5.010; in fr"},
	{"Whisper, whisper.cpp -ojf", "whisper/whispercpp.json", "2 to 5.200; words 7, timed 7, rated 7; speakers 0; in en"},
	{"Whisper, whisper.cpp, bytes cut in two", "whisper/whispercpp-cut.json", "1 to 1.010; words 3, timed 3, rated 3; in ja"},
	{"Whisper, whisper.cpp -tdrz, 100 hours", "whisper/whispercpp-turns.json", "3 to 360001.250; in en"},
	{"Whisper, whisper.cpp's server", "whisper/whispercpp-server.json", "1 to 3.340; words 4, timed 4, rated 4; in en"},
	{"Whisper, whisper-timestamped", "whisper/timestamped.json", "1 to 2.620; words 6, timed 6, rated 6; in en"},
	{"WhisperX, speakers", "whisper/whisperx.json", "2 to 2.600; words 4, timed 4, rated 4; speakers SPEAKER_00, SPEAKER_01; in en"},
	{"WhisperX, words without times", "whisper/whisperx-words.json", "1 to 2.250; words 2, timed 2, rated 2; in en"},
	{"Whisper, transformers' chunks", "whisper/transformers.json", "2 to 3.180"},
	{"Whisper, transformers' words", "whisper/transformers-words.json", "2 to 4.300; words 3, timed 3, rated 0"},
	{"Amazon, audio_segments", "amazon-transcribe/segments.json", "2 to 2.050; words 6, timed 6, rated 6; speakers spk_0, spk_1"},
	{"Amazon, items alone", "amazon-transcribe/older.json", "2 to 2.049; words 6, timed 6, rated 6; speakers spk_0, spk_1; in en-US"},
	{"Amazon, alternatives, no audio_segments", "amazon-transcribe/alternatives.json", "1 to 1.500; words 4, timed 4, rated 4; in fr-CA"},
	{"Amazon, channels", "amazon-transcribe/channels.json", "3 to 2.900; words 7, timed 7, rated 7; channels 1, 2"},
	{"Google, v1, names as Python has them", "google/python.json", "1 to 0.600; words 2, timed 2, rated 2; speakers 1; channels 2; in en-US"},
	{"Google, v1", "google/v1.json", "2 to 4.100; words 6, timed 6, rated 1; channels 1, 2; in en-US"},
	{"Google, v1, a finished operation", "google/operation.json", "1 to 2.000; words 2, timed 2, rated 0"},
	{"Google, diarised: words said again", "google/diarised.json", "2 to 2.200; words 6, timed 6, rated 0; speakers 1, 2; in en-US"},
	{"Google, v2", "google/v2.json", "1 to 2.200; words 2, timed 2, rated 2; speakers 1; channels 1; in en-US"},
	{"Azure, batch, ticks", "azure/batch.json", "3 to 5.000; words 3, timed 3, rated 2; speakers 1, 2; channels 1, 2; in en-US"},
	{"Azure, batch before 3.1, speakers in nBest", "azure/older.json", "1 to 1.660; words 3, timed 3, rated 3; speakers 2; channels 1"},
	{"Azure, batch, no lexical form, a masked name", "azure/masked.json", "2 to 6.630; words 4, timed 4, rated 4; speakers 1, 2; channels 1"},
	{"Azure, fast, milliseconds", "azure/fast.json", "2 to 2.680; words 5, timed 5, rated 0; speakers 0, 1; channels 1; in en-US"},
	{"Deepgram, words", "deepgram/words.json", "2 to 3.300; words 6, timed 6, rated 6; speakers 0, 1; in en"},
	{"Deepgram, paragraphs", "deepgram/paragraphs.json", "2 to 4.600; words 6, timed 6, rated 6; speakers 0, 1"},
	{"Deepgram, utterances", "deepgram/utterances.json", "2 to 3.300; words 6, timed 6, rated 6; speakers 1:0, 2:1; channels 1, 2"},
	{"Deepgram, channels", "deepgram/channels.json", "3 to 3.300; words 6, timed 6, rated 6; speakers 1:0, 2:0; channels 1, 2"},
	{"AssemblyAI, utterances", "assemblyai/utterances.json", "2 to 2.001; words 4, timed 4, rated 4; speakers A, B; in en-US"},
	{"AssemblyAI, channels", "assemblyai/channels.json", "2 to 1.400; words 3, timed 3, rated 3; speakers 1, 2; channels 1, 2; in fr"},
	{"AssemblyAI, words", "assemblyai/words.json", "1 to 1.466; words 3, timed 3, rated 3; channels 1; in en-US"},
	{"Rev JSON, machine", "rev-json/machine.json", "3 to 4.600; words 7, timed 7, rated 7; speakers 0, 1"},
	{"Rev JSON, human", "rev-json/human.json", "1 to 1.900; words 2, timed 2, rated 0; speakers Ann Lee"},
	// Transcripts.
	{"WebVTT, all of it", "vtt/full.vtt", "6 to 360010.000; words 3, timed 3, rated 0; speakers Ann, Bob Smith; in en-GB"},
	{"WebVTT, WhisperX", "vtt/whisperx.vtt", "3 to 66.000; speakers SPEAKER_00, SPEAKER_01"},
	{"WebVTT, YouTube's rolling lines", "vtt/youtube.vtt", "1 to 2.389; words 4, timed 4, rated 0; in en"},
	{"SubRip, as people write it", "srt/loose.srt", "5 to 63.000; speakers Ann"},
	{"TTML, all kinds of times", "ttml/times.ttml", "7 to 25.000; words 2, timed 2, rated 0; speakers bob; in fr"},
	{"DFXP", "ttml/dfxp.dfxp", "2 to 601.5009; speakers Ann Lee; in en-US"},
	{"TextGrid, long", "textgrid/long.TextGrid", "2 to 1.500; speakers Ann, p"},
	{"TextGrid, short", "textgrid/short.TextGrid", "2 to 1.500; speakers Ann, p"},
	{"TextGrid, chronological", "textgrid/chronological.TextGrid", "2 to 1.500; speakers Ann, p"},
	{"TextGrid, UTF-16", "textgrid/utf16.TextGrid", "2 to 1.500; speakers Ann, p"},
	{"TextGrid, ELAN", "textgrid/elan.TextGrid", "2 to 4.250; speakers B, A@café"},
	{"TextGrid, a forced aligner", "textgrid/aligned.TextGrid", "2 to 3.400; words 5, timed 5, rated 0"},
	{"TextGrid, an aligner's speakers", "textgrid/aligned-speakers.TextGrid", "3 to 3.400; words 7, timed 7, rated 0; speakers Ann, Ben"},
	{"EAF", "eaf/call.eaf", "4 to 3.900; speakers Ann"},
	{"Transcriber", "trs/radio.trs", "6 to 12.000; speakers Patricia Loison, José; in fr"},
	{"oTranscribe", "otr/interview.otr", "5 to 75.000; speakers Ann"},
	{"Markdown", "markdown/interview.md", "5 to 6.000; speakers Ann, Dr. X"},
	{"Audacity labels", "audacity/labels.txt", "3 to 3.000"},
	{"table, Excel's commas", "csv/excel.csv", "2 to 3.000; channels 1, 2"},
	{"table, Whisper's TSV", "tsv/whisper.tsv", "2 to 14.520"},
	{"table, columns in any order", "tsv/mixed.tsv", "3 to 4.000; speakers Ann, Bob"},
	{"JSON Lines, ours", "jsonl/full.jsonl", "3 to 2.400; words 2, timed 1, rated 2; speakers Ann; channels 1; in en"},
	{"text, whisper's times", "txt/whisper.txt", "2 to 14.520"},
	{"text, starts alone", "txt/starts.txt", "3 to 70.000; speakers Ann, Bob"},
	{"text alone", "txt/plain.txt", "3 to 0.000"},
}

// TestEveryDialectHasItsGolden, every golden file is a dialect's, and of each as
// much survives as the table says.
func TestEveryDialectHasItsGolden(t *testing.T) {
	named := make(map[string]bool)
	for _, d := range dialects {
		path := filepath.Join("testdata", d.file)
		named[path+".golden"] = true
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
		if _, err := os.Stat(path + ".golden"); err != nil {
			t.Errorf("%s: %v", d.name, err)
		}
		if strings.HasPrefix(d.file, "..") {
			continue
		}
		if tr, _, err := Read(path); err != nil || survives(tr) != d.survives {
			t.Errorf("%s: %v, %s survives, want %s", d.name, err, survives(tr), d.survives)
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
