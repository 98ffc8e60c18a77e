package format

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

func TestAFileOfSeveralRecordingsIsTakenApart(t *testing.T) {
	const text = ";; made by hand\na A ann 1 2 <O> hello\nb 1 unknown 0 1 other\na B bob 1.5 2 yes\na a ann 3 4 again\n;; end\n"
	list, source, err := DecodeRecordings([]byte(text), "x.stm")
	if err != nil || source.Format != "stm" {
		t.Fatal(source, err)
	}
	var got []string
	for _, r := range list {
		got = append(got, r.Name+" "+r.Channel)
		for _, s := range r.Transcript.Segments {
			got = append(got, s.Speaker+": "+s.Text)
		}
	}
	want := []string{"a A", "ann: hello", "ann: again", "b 1", ": other", "a B", "bob: yes"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	var e *Error
	if _, _, err := Decode([]byte(text), "x.stm"); !errors.As(err, &e) || e.Code != Recordings || e.Offending != "a, b" {
		t.Errorf("read as if it were one: %v", err)
	}
	one, _, err := stm.DecodeAs([]byte(text), "x.stm", Reading{Recording: "dir/A.wav"})
	if err != nil || len(one.Segments) != 3 || one.Segments[1].Text != "yes" || one.Segments[1].Channel != 2 || one.Segments[0].Channel != 1 {
		t.Errorf("one of them: %s (%v)", dump(one), err)
	}
	if _, _, err := stm.DecodeAs([]byte(text), "x.stm", Reading{Recording: "c"}); !errors.As(err, &e) || e.Code != NoRecording {
		t.Errorf("a recording that is not there: %v", err)
	}
	if _, _, err := vtt.DecodeAs([]byte("WEBVTT\n"), "talk.vtt", Reading{Recording: "c"}); !errors.As(err, &e) || e.Code != NoRecording {
		t.Errorf("a recording that is not there: %v", err)
	}
}

func TestNISTErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct{ path, text, want string }{
		{"x.trn", "a (x-1)\nno id\n", "x.trn, line 2: the line does not end in an ID in parentheses (no id); correct it in a text editor"},
		{"x.stm", "a 1 x 0 1 hi\na 1 x 2 1 hi\n", "x.stm, line 2: the end comes before the start (a 1 x 2 1 hi); correct it in a text editor"},
		{"x.stm", "a 1 x 0 1 hi\na 1 x zero 1 hi\n", "x.stm, line 2: this is not a time (a 1 x zero 1 hi); correct it in a text editor"},
		{"x.ctm", "a 1 0 1 hi\na 1 0 -1 hi\n", "x.ctm, line 2: this is not a time (a 1 0 -1 hi); correct it in a text editor"},
		{"x.ctm", "a 1 0 1\n", "x.ctm, line 1: the row does not have as many cells as the header (a 1 0 1); correct it in a text editor"},
		{"x.rttm", "SPEAKER a 1 0 1 x x n x\nSPEAKER a 1 0\n", "x.rttm, line 2: the row does not have as many cells as the header (SPEAKER a 1 0); correct it in a text editor"},
	} {
		if _, _, err := DecodeRecordings([]byte(c.text), c.path); err == nil || err.Error() != c.want {
			t.Errorf("%q:\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestIgnoredSegmentsAreKnown(t *testing.T) {
	list, _, err := ReadRecordings(filepath.Join(testdataDir(t), "sctk/test.cantonese.stm"))
	if err != nil {
		t.Fatal(err)
	}
	ignored := 0
	for _, s := range list[0].Transcript.Segments {
		if IgnoredInScoring(s) {
			ignored++
		}
	}
	if ignored != 1 {
		t.Errorf("%d segments are ignored, want 1", ignored)
	}
}

// TestSCTKsOwnFilesAreReadWhole counts what sclite counts in its own test data.
func TestSCTKsOwnFilesAreReadWhole(t *testing.T) {
	dir := filepath.Join(testdataDir(t), "sctk")
	for name, want := range map[string]struct {
		format               string
		recordings, segments int
	}{
		"csrnab.ref": {"trn", 1, 51}, "csrnab.hyp": {"trn", 1, 51}, "tests.ref": {"trn", 1, 58}, "demo.ref.txt": {"trn", 1, 2},
		"test.vietnamese.ref.trn": {"trn", 1, 8},
		"lvc_ref.stm":             {"stm", 4, 61}, "lvc_refe.stm": {"stm", 4, 61}, "lvc_refr.stm": {"stm", 4, 30},
		"stm2ctm_missing.ref.stm": {"stm", 4, 8}, "test.cantonese.stm": {"stm", 1, 4},
		"lvc_hyp.ctm": {"ctm", 4, 1727}, "test.cantonese.ctm": {"ctm", 1, 43}, "stm2ctm_missing.hyp.ctm": {"ctm", 4, 161}, // words
	} {
		list, source, err := ReadRecordings(filepath.Join(dir, name))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		segments := 0
		for _, r := range list {
			if source.Format != "ctm" {
				segments += len(r.Transcript.Segments)
				continue
			}
			for _, s := range r.Transcript.Segments {
				segments += len(s.Words)
			}
		}
		if source.Format != want.format || len(list) != want.recordings || segments != want.segments {
			t.Errorf("%s: %s, %d recordings, %d segments; want %v", name, source.Format, len(list), segments, want)
		}
	}
}

func TestChannelsOfNISTFiles(t *testing.T) {
	for _, c := range []struct {
		channels string
		want     []int
	}{
		{"1 1", []int{0, 0}}, {"A B", []int{1, 2}}, {"a b", []int{1, 2}}, {"1 2", []int{1, 2}}, {"- x9", []int{0, 0}}, {"A", []int{1}},
	} {
		var text strings.Builder
		for i, ch := range strings.Fields(c.channels) {
			text.WriteString("r " + ch + " s " + string(rune('0'+i)) + " 9 hi\n")
		}
		tr := decoded(t, stm, []byte(text.String()))
		var got []int
		for _, s := range tr.Segments {
			got = append(got, s.Channel)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("channels %s are %v, want %v", c.channels, got, c.want)
		}
	}
}

func TestMappingRulesAreRead(t *testing.T) {
	const text = `;; a comment
* name "en.glm"
* desc "Some rules"
* copy_no_hit = 'F'
* case_sensitive = 'T'
* max_nrules = '2500'
 "BEGIN-QUOTE => BEGIN QUOTE
MR.     => MISTER / [ ] __ [ ] ;; why
T.      => TEE / __ [ SHIRT]
FALKNER => FAULKNER / [WILLIAM ] __
" OK "  => " OKAY "
GONNA   => [{GONNA / GOING TO}] / [ ] __ [ ]
WANNA   => {WANNA / WANT TO}
[UH]    => []
;; INPUT_DEPENDENT_APPLICATION = "CTM|hyp"
SH => HUSH
`
	got, err := DecodeMapping([]byte(text), "en.glm")
	want := Mapping{Name: "en.glm", Description: "Some rules", CaseSensitive: true, Rules: []Rule{
		{From: `"BEGIN-QUOTE`, To: "BEGIN QUOTE", Line: 7},
		{From: "MR.", To: "MISTER", Before: " ", After: " ", Line: 8},
		{From: "T.", To: "TEE", After: " SHIRT", Line: 9},
		{From: "FALKNER", To: "FAULKNER", Before: "WILLIAM ", Line: 10},
		{From: " OK ", To: " OKAY ", Line: 11},
		{From: "GONNA", To: "{GONNA / GOING TO}", Before: " ", After: " ", Line: 12},
		{From: "WANNA", To: "{WANNA / WANT TO}", Line: 13},
		{From: "UH", To: "", Line: 14},
		{From: "SH", To: "HUSH", Only: "ctm|hyp", Line: 16},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v (%v)\nwant %+v", got, err, want)
	}
	if _, err := DecodeMapping([]byte("A => B\nno rule\n"), "en.glm"); err == nil || err.Error() != "en.glm, line 2: this is not a rule: OLD => NEW / CONTEXT (no rule); correct it in a text editor" {
		t.Errorf("%v", err)
	}
}

func TestAFolderTravelsAsAnArchive(t *testing.T) {
	f := Format{Name: "x", folder: []string{"text", "segments"}}
	dir := t.TempDir()
	if _, err := f.pack(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder without its first file: %v", err)
	}
	for name, text := range map[string]string{"text": "a hello\r\n", "other": "secret"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := f.pack(dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := readFolder(data, f.folder, false)
	if err != nil || !reflect.DeepEqual(files, map[string]string{"text": "a hello\n"}) {
		t.Errorf("%q (%v)", files, err)
	}
	out := filepath.Join(dir, "new")
	if err := f.unpack(data, out); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(out, "text")); err != nil || string(text) != "a hello\n" {
		t.Errorf("%q (%v)", text, err)
	}
	var e *Error
	if _, err := readFolder([]byte("no archive"), f.folder, true); !errors.As(err, &e) || e.Code != BadArchive {
		t.Errorf("%v", err)
	}
}

// TestScliteScoresWhatWeWriteAsWhatItWasGiven has sclite score its own test
// data, and that data read and written by us: the counts must be the same.
func TestScliteScoresWhatWeWriteAsWhatItWasGiven(t *testing.T) {
	requireTool(t, "sclite")
	dir := filepath.Join(testdataDir(t), "sctk")
	again := func(name string) string { // one recording's worth of it after another
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		list, source, err := DecodeRecordings(data, name)
		if err != nil {
			t.Fatal(err)
		}
		f, _ := Lookup(source.Format)
		var text []byte
		for _, r := range list {
			text = append(text, encoded(t, f, r.Transcript)...)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		ref, hyp, want string
		flags          []string
	}{
		{"csrnab.ref", "csrnab.hyp", "51 1406 1263 131 12 26 169 38", []string{"-i", "wsj"}},
		{"tests.ref", "tests.hyp", "58 266 178 75 13 33 121 43", []string{"-i", "spu_id", "-F", "-D"}},
		{"lvc_ref.stm", "lvc_hyp.ctm", "61 1779 1013 540 226 171 937 60", nil},
		{"lvc_refe.stm", "lvc_hyp.ctm", "58 1672 957 503 212 165 880 57", nil},
	} {
		args := []string{"-r", again(c.ref)}
		if strings.HasSuffix(c.ref, ".stm") {
			args = append(args, "stm")
		}
		args = append(args, "-h", again(c.hyp))
		if strings.HasSuffix(c.hyp, ".ctm") {
			args = append(args, "ctm")
		}
		out, err := exec.Command("sclite", append(append(args, c.flags...), "-o", "rsum", "stdout")...).Output()
		if err != nil {
			t.Errorf("%s: %v\n%s", c.ref, err, out)
			continue
		}
		got := ""
		for line := range strings.Lines(string(out)) {
			if strings.Contains(line, "| Sum ") {
				got = strings.Join(strings.Fields(strings.ReplaceAll(strings.ReplaceAll(line, "|", " "), "Sum", "")), " ")
			}
		}
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s against %s: %q, want %q", c.hyp, c.ref, got, c.want)
		}
	}
}

// TestChannelsFollowOneAnother: a conversation of two channels is written as
// sclite reads it, which does not sort, and read again without a word about order.
func TestChannelsFollowOneAnother(t *testing.T) {
	text := "talk A ann 0.000 2.000 hello\ntalk A ann 4.000 5.000 so\ntalk B bob 0.000 1.000 yes\ntalk B bob 3.000 4.000 hm\n"
	tr, source, err := Decode([]byte(text), "x.stm")
	if err != nil || len(source.Notes) > 0 {
		t.Fatal(source.Notes, err)
	}
	var said []string
	for _, s := range tr.Segments {
		said = append(said, s.Text)
	}
	if !slices.Equal(said, []string{"hello", "yes", "hm", "so"}) {
		t.Errorf("in order of time: %q", said)
	}
	tr.Segments[0], tr.Segments[1] = tr.Segments[1], tr.Segments[0] // begin together
	file, err := stm.Prepare(tr)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(file.Bytes()); got != text {
		t.Errorf("written\n%swant\n%s", got, text)
	}
	for _, l := range file.Losses() {
		if l.What == LostText || l.What == LostTimes || l.What == LostChannels {
			t.Errorf("lost: %v", file.Losses())
		}
	}
}

// TestANameThatAFileNeedsIsNoLoss: what we call a recording ourselves, because a
// format has to call it something, is not told as lost in it.
func TestANameThatAFileNeedsIsNoLoss(t *testing.T) {
	for _, f := range All() {
		if !f.CanWrite() {
			continue
		}
		tr := &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Start: time.Second, End: 2 * time.Second, Text: "hi there"}}}
		if f.NeedsName() {
			NameRecording(tr, "a/talk.vtt")
		}
		losses, err := f.Loses(tr)
		if err != nil {
			t.Fatal(err)
		}
		for _, loss := range losses {
			if loss.What == LostExtras || loss.What == LostMedia {
				t.Errorf("%s: %v", f.Name, losses)
			}
		}
	}
	for _, name := range []string{"label-studio", "nemo"} {
		if f, _ := Lookup(name); f.NeedsName() {
			t.Errorf("%s has no place for a name", name)
		}
	}
}
