package format

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func testdataDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set")
	}
	return dir
}

func TestItemsAreReadFromEveryKindOfTable(t *testing.T) {
	for name, c := range map[string]struct {
		path, data string
		want       []Item
	}{
		"audio and text":     {"a.tsv", "audio\ttext\nx.flac\thello there\n", []Item{{ID: "x.flac", Text: "hello there", Line: 2}}},
		"any order, a comma": {"a.csv", "worker,Text,ID\r\n7,\"a, b\",x\r\n", []Item{{ID: "x", Text: "a, b", Worker: "7", Line: 2}}},
		"toloka": {"a.tsv", "INPUT:audio\tOUTPUT:transcription\tASSIGNMENT:worker_id\nu/1.mp3\t\"He \"\"wrote\"\"\r\rthis\n\n\"\t23\nu/1.mp3\t\"Well\" he said\t24\n",
			[]Item{{ID: "u/1.mp3", Text: "He \"wrote\"\n\nthis", Worker: "23", Line: 2}, {ID: "u/1.mp3", Text: "\"Well\" he said", Worker: "24", Line: 7}}},
		"what else is known": {"a.tsv", "id\ttext\tworker\tduration\tconfidence\nx\tone\tw\t2.5\t0.75\ny\ttwo\tw\t\thigh\n",
			[]Item{{ID: "x", Text: "one", Worker: "w", Line: 2, Confidence: .75, Length: 2500 * time.Millisecond}, {ID: "y", Text: "two", Worker: "w", Line: 3}}},
		"manifest":    {"m.json", "{\"audio_filepath\": \"a.wav\", \"duration\": 1.5, \"text\": \"one\"}\n", []Item{{ID: "a.wav", Text: "one", Line: 1, Length: 1500 * time.Millisecond}}},
		"no header":   {"gt.txt", "u/1.mp3\tone\nu/2.mp3\t\n", []Item{{ID: "u/1.mp3", Text: "one", Line: 1}, {ID: "u/2.mp3", Text: "", Line: 2}}},
		"trn":         {"x", ";; c\nso { um / @ } (a-1)\n(a-2)\n", []Item{{ID: "a-1", Text: "so { um / @ }", Line: 2}, {ID: "a-2", Text: "", Line: 3}}},
		"librispeech": {"84-1.trans.txt", "84-121123-0000 GO DO YOU HEAR\n\n84-121123-0001 BUT\n", []Item{{ID: "84-121123-0000", Text: "GO DO YOU HEAR", Line: 1}, {ID: "84-121123-0001", Text: "BUT", Line: 3}}},
	} {
		if got, err := DecodeItems([]byte(c.data), c.path); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v (%v), want %+v", name, got, err, c.want)
		}
	}
}

func TestWhatIsNoTableOfItemsIsRefused(t *testing.T) {
	for data, want := range map[string]string{
		"just text":                            "x, line 1: the header is missing (just text); add the header, or name the format with --from",
		"id\tstart\tend\ttext\n":               "x, line 1: the header lacks a column (id, audio, text); add the header, or name the format with --from",
		"INPUT:image\tOUTPUT:text\n":           "x, line 1: the header lacks a column (input:audio); add the header, or name the format with --from",
		"INPUT:audio\tOUTPUT:label\n":          "x, line 1: the header lacks a column (output:transcription); add the header, or name the format with --from",
		"id\ttext\n1\t2\t3\n":                  "x, line 2: the row does not have as many cells as the header (1 2 3); correct it in a text editor",
		"a\tb\nc\n":                            "x, line 2: the row does not have as many cells as the header (c); correct it in a text editor",
		"id,text\n1,\"open\n":                  "x, line 2: a quoted cell does not end as it should (\"open); correct it in a text editor",
		"id\ttext\n" + string([]byte{0, 1, 2}): "x, line 2: this is not a text file; save it as text, or give the recording and the transcript in the other order",
	} {
		_, err := DecodeItems([]byte(data), "x")
		var e *Error
		if !errors.As(err, &e) || err.Error() != want {
			t.Errorf("%q:\ngot  %v\nwant %s", data, err, want)
		}
	}
}

func TestSniffTableTellsTheKinds(t *testing.T) {
	for head, want := range map[string]Table{
		"INPUT:audio\tOUTPUT:x\n": TableToloka, "\"HITId\",\"HITTypeId\"\n": TableMechanicalTurk, "client_id\tpath\tsentence\n": TableCommonVoice,
		"text,end,start\n": TableTranscript, "audio;text\n": TableItems, "0.1\t0.2\tx\n": TableAudacity, "x.wav\thello\n": TableIDText,
		"": TableNone, "hello": TableNone, "a,b\n": TableNone, "\"open": TableNone,
	} {
		if got := SniffTable([]byte(head)); got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
}

// TestCrowdSpeechIsReadWhole holds the numbers that its authors give, and that
// no row was swallowed by a quote.
func TestCrowdSpeechIsReadWhole(t *testing.T) {
	dir := testdataDir(t)
	for name, want := range map[string]int{
		"speech/gold.tsv": 11, "speech/crowd.tsv": 70,
		"crowdspeech/dev-clean-crowd.tsv": 18921, "crowdspeech/dev-clean-gt.txt": 2703,
		"crowdspeech/dev-other-crowd.tsv": 20048, "crowdspeech/dev-other-gt.txt": 2864,
	} {
		items, err := ReadItems(filepath.Join(dir, name))
		if err != nil || len(items) != want {
			t.Errorf("%s: %d items (%v), want %d", name, len(items), err, want)
		}
		for _, item := range items {
			if len(item.Text) > 2000 || !strings.HasSuffix(item.ID, ".mp3") && !strings.HasSuffix(item.ID, ".flac") {
				t.Fatalf("%s: %+v", name, item)
			}
		}
	}
}
