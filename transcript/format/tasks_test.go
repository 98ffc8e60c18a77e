package format

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tapescript/transcript"
)

// TestAnEditedTaskChangesOnlyThere: what Label Studio knows of a task besides
// its texts goes back to it.
func TestAnEditedTaskChangesOnlyThere(t *testing.T) {
	tr, _, err := Read("testdata/label-studio/export.json")
	if err != nil {
		t.Fatal(err)
	}
	before := string(encoded(t, labelStudio, tr))
	doc, err := transcript.NewDocument(tr)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []transcript.Edit{
		transcript.Splice{Segment: "q9", At: 0, Delete: "où", Insert: "Et"},
		transcript.AddSpeaker{Speaker: transcript.Speaker{ID: "b", Name: "Bob"}},
		transcript.SetSpeaker{Segment: "z", Speaker: "b"},
	} {
		if _, err := doc.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	want := strings.Replace(before, `"text":["où ça <b>?"]`, `"text":["Et ça <b>?"]`, 1)
	want = strings.Replace(want, `"end":5.75,"channel":0,"labels":["Ann"]`, `"end":5.75,"channel":0,"labels":["Bob"]`, 1)
	if got := string(encoded(t, labelStudio, doc.Snapshot())); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// TestFilesOfSeveralRecordingsAreTakenApart, by the name in the file.
func TestFilesOfSeveralRecordingsAreTakenApart(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"m.json":     `{"audio_filepath":"x/a.wav","duration":1,"text":"one"}` + "\n" + `{"audio_filepath":"b.wav","duration":1,"text":"two"}` + "\n" + `{"audio_filepath":"x/a.wav","offset":1,"duration":1,"text":"three"}` + "\n",
		"s.json":     `[{"data":{"audio":"x/a.wav"},"annotations":[{"result":[{"id":"1","value":{"start":0,"end":1,"text":["one"]}},{"id":"2","value":{"start":1,"end":2,"text":["three"]}}]}]},{"data":{"audio":"b.wav"},"annotations":[{"result":[{"id":"1","value":{"start":0,"end":1,"text":["two"]}}]}]}]`,
		"k/text":     "u1 one\nu2 three\nu3 two\n",
		"k/segments": "u1 a 0 1\nu2 a 1 2\nu3 b 0 1\n",
		"k/wav.scp":  "a x/a.wav\nb b.wav\n",
	}
	if err := os.Mkdir(filepath.Join(dir, "k"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"m.json", "s.json", "k"} {
		list, _, err := ReadRecordings(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range list {
			line := r.Transcript.Media.Path + ":"
			for _, s := range r.Transcript.Segments {
				line += " " + s.Text
			}
			got = append(got, line)
		}
		if want := []string{"x/a.wav: one three", "b.wav: two"}; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestPythonReadsManifestsAndTasks has Python's json say what it sees.
func TestPythonReadsManifestsAndTasks(t *testing.T) {
	requireTool(t, "python3")
	const script = `
import sys, json
text = sys.stdin.buffer.read().decode("utf-8")
if sys.argv[1] == "nemo":
    rows = [[r["offset"], r["offset"] + r["duration"], r["text"]] for r in map(json.loads, text.splitlines())]
else:
    regions = {}
    for item in json.loads(text)[0]["annotations"][0]["result"]:
        value = item["value"]
        row = regions.setdefault(item["id"], [value["start"], value["end"], ""])
        if item["type"] == "textarea":
            row[2] = "\n".join(value["text"])
    rows = list(regions.values())
json.dump([[round(s, 6), round(e, 6), t] for s, e, t in rows], sys.stdout)
`
	tr := judged()
	for _, f := range []Format{nemo, labelStudio} {
		cmd := exec.Command("python3", "-c", script, f.Name)
		cmd.Stdin = bytes.NewReader(encoded(t, f, tr))
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		var rows [][3]any
		if err := json.Unmarshal(out, &rows); err != nil || len(rows) != len(tr.Segments) {
			t.Fatalf("%s: %d rows (%v)", f.Name, len(rows), err)
		}
		for i, s := range tr.Segments {
			if want := [3]any{float64(s.Start) / 1e9, float64(s.End) / 1e9, s.Text}; rows[i] != want {
				t.Errorf("%s: Python reads %v, want %v", f.Name, rows[i], want)
			}
		}
	}
}

// TestKaldiFoldersAreSorted as sort says that the C locale has it.
func TestKaldiFoldersAreSorted(t *testing.T) {
	requireTool(t, "sort")
	tr := judged()
	tr.Speakers = append(tr.Speakers, transcript.Speaker{ID: "é", Name: "Ann B"})
	for i, s := range tr.Segments {
		if i%2 == 1 {
			s.Speaker = "é"
		}
	}
	dir := filepath.Join(t.TempDir(), "data")
	if _, err := Write(dir, kaldi, tr); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"text", "segments", "utt2spk", "spk2utt"} {
		cmd := exec.Command("sort", "-c", "-u", "-k1,1", filepath.Join(dir, name))
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
	back, _, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range back.Segments {
		want := tr.Segments[i]
		if s.Start != want.Start || s.End != want.End || s.Text != strings.Join(strings.Fields(want.Text), " ") {
			t.Errorf("segment %d: %v to %v %q, want %v to %v %q", i, s.Start, s.End, s.Text, want.Start, want.End, want.Text)
		}
	}
}

func TestCorporaAreTablesOfItems(t *testing.T) {
	for name, c := range map[string]struct {
		path, data string
		want       []Item
	}{
		"a manifest":              {"m.json", `{"audio_filepath":"x/a.wav","duration":1.5,"text":"one"}` + "\n\n" + `{"audio_filepath":"b.wav","pred_text":"two "}` + "\n", []Item{{ID: "x/a.wav", Text: "one", Line: 1, Length: 1500 * time.Millisecond}, {ID: "b.wav", Text: "two", Line: 3}}},
		"a manifest of parts":     {"m.json", `{"audio_filepath":"x/a.wav","offset":2.5,"duration":1.5,"text":"one"}` + "\n", []Item{{ID: "a-0002500-0004000", Text: "one", Line: 1, Length: 1500 * time.Millisecond}}},
		"Common Voice, new":       {"v.tsv", "client_id\tpath\tsentence_id\tsentence\tlocale\nff\tc_1.mp3\t9\t\"Quoted\" he said\ten\nff\tc_2.mp3\t10\t\"open\ten\n", []Item{{ID: "c_1.mp3", Text: "\"Quoted\" he said", Line: 2}, {ID: "c_2.mp3", Text: "\"open", Line: 3}}},
		"Common Voice, old":       {"v.tsv", "client_id\tpath\tsentence\tup_votes\nff\tc_1.mp3\thi\t2\n", []Item{{ID: "c_1.mp3", Text: "hi", Line: 2}}},
		"an AudioFolder's CSV":    {"metadata.csv", "file_name,transcription\na/1.mp3,\"hi, \"\"you\"\"\"\n", []Item{{ID: "a/1.mp3", Text: `hi, "you"`, Line: 2}}},
		"an AudioFolder's JSON":   {"metadata.jsonl", `{"file_name":"1.mp3","transcription":"hi","x":[1]}` + "\n", []Item{{ID: "1.mp3", Text: "hi", Line: 1}}},
		"an AudioFolder's 'text'": {"metadata.jsonl", `{"file_name":"1.mp3","text":"hi"}` + "\n", []Item{{ID: "1.mp3", Text: "hi", Line: 1}}},
		"Kaldi":                   {"data/text", "u1 HELLO THERE\nu2\n", []Item{{ID: "u1", Text: "HELLO THERE", Line: 1}, {ID: "u2", Text: "", Line: 2}}},
	} {
		if got, err := DecodeItems([]byte(c.data), c.path); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v (%v), want %+v", name, got, err, c.want)
		}
		if kind := SniffTable([]byte(c.data)); kind != TableItems && kind != TableCommonVoice && name != "Kaldi" {
			t.Errorf("%s is taken for %q", name, kind)
		}
	}
	for data, want := range map[string]string{
		`{"file_name":"1.mp3"}`:                     `x, line 1, column 1, $: this is not the JSON that was expected ({"file_name":"1.mp3"}); correct it in a text editor`,
		`{"audio_filepath":"a","text":1}`:           `x, line 1, column 30, $.text: this is not the JSON that was expected (1); correct it in a text editor`,
		"client_id\tsentence\n":                     "x, line 1: the header lacks a column (path); add the header, or name the format with --from",
		"client_id\tpath\tsentence\nff\tc_1.mp3\n":  `x, line 2: the row does not have as many cells as the header (ff\tc_1.mp3); correct it in a text editor`,
		"file_name,transcription\na,b,c\n":          "x, line 2: the row does not have as many cells as the header (a b c); correct it in a text editor",
		"file_name,transcription\n\"a\",\"b\"c\"\n": `x, line 2: a quoted cell does not end as it should ("b"c"); correct it in a text editor`,
	} {
		if _, err := DecodeItems([]byte(data), "x"); err == nil || err.Error() != want {
			t.Errorf("%q:\ngot  %v\nwant %s", data, err, want)
		}
	}
	items, err := ReadItems("testdata/kaldi/talk.data")
	if err != nil || len(items) != 4 || items[0] != (Item{ID: "ann-REC1-0002", Text: "YES   INDEED", Line: 1}) {
		t.Errorf("Kaldi's folder: %+v (%v)", items, err)
	}
	if _, _, err := Decode([]byte(`{"file_name":"1.mp3","text":"hi"}`), "metadata.jsonl"); err == nil || !strings.Contains(err.Error(), "table of utterances") {
		t.Errorf("an AudioFolder as a transcript: %v", err)
	}
}

// FuzzKaldiFiles feeds a folder its files as they are, not their archive.
func FuzzKaldiFiles(f *testing.F) {
	f.Add("u1 HELLO\nu2 a b\n", "u1 r 0.5 1\nu2 r 1 -1\n", "r a.wav\n", "u1 x\nu2 u2\n", "r r B\n")
	f.Add("a-r-2 x\nb-r-1 y\n", "a-r-2 r 1 1\nb-r-1 r 1 2 A\n", "r x |\n", "", "")
	f.Add("a x\n", "", "", "a b\n", "")
	f.Fuzz(func(t *testing.T, text, segments, media, speakers, channels string) {
		var out bytes.Buffer
		files := map[string]string{"text": text, "segments": segments, "wav.scp": media, "utt2spk": speakers, "reco2file_and_channel": channels}
		if err := writeFolder(&out, kaldiFiles, files); err != nil {
			t.Fatal(err)
		}
		tr, _, err := kaldi.Decode(out.Bytes(), "fuzz")
		if err != nil {
			return
		}
		for line := range strings.Lines(media) {
			if strings.HasSuffix(strings.TrimSpace(line), "|") {
				t.Errorf("a command was read: %q", media)
			}
		}
		suite(t, kaldi, tr)
	})
}

// TestExtrasFromElsewhereBreakNoFile: extras are a stranger's text too.
func TestExtrasFromElsewhereBreakNoFile(t *testing.T) {
	for _, value := range []string{"", "null", "[]", "{}", "[1]", `[{"value":1}]`, `[{"value":{}}]`, `[{"id":1,"value":{"labels":["x","y"],"text":7,"start":"a"}}]`,
		`[{"value":{"text":["a"],"text":["b"]}}]`, "{", `"x"`, `{"data":{},"annotations":[{"result":`, "]}]}", "NaN", "a\nb"} {
		for _, key := range []string{studioBefore, studioAfter, studioRest, studioItems, nemoPrefix + "x", nemoPrefix + "text", nemoPrefix, nistName} {
			tr := judged()
			extra(&tr.Extras, key, value)
			extra(&tr.Segments[0].Extras, key, value)
			for _, f := range []Format{labelStudio, nemo, kaldi} {
				suite(t, f, tr)
			}
			if t.Failed() {
				t.Fatalf("%s: %q", key, value)
			}
		}
	}
}
