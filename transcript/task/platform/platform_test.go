package platform

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/format"
	"tapescript/transcript/task"
)

// read reads a text to its end.
func read(t testing.TB, text, path string, o Options) (task.Batch, []task.Record, []*RowError) {
	t.Helper()
	f, err := Read(strings.NewReader(text), path, o)
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, f)
}

func drain(t testing.TB, f *File) (task.Batch, []task.Record, []*RowError) {
	t.Helper()
	var records []task.Record
	var rejected []*RowError
	for r, err := range f.Records() {
		var e *RowError
		switch {
		case errors.As(err, &e):
			rejected = append(rejected, e)
		case err != nil:
			t.Fatal(err)
		default:
			records = append(records, r)
		}
	}
	c := f.Counts()
	if c.Rows != c.Taken+c.Rejected+c.Passed || c.Records != int64(len(records)) || c.Rejected != int64(len(rejected)) {
		t.Errorf("the counts do not add up: %+v, %d records, %d rejected", c, len(records), len(rejected))
	}
	return f.Batch(), records, rejected
}

// resultOf is what a store makes of a record: its gold sealed apart.
func resultOf(b task.Batch, r task.Record) task.Result {
	row := r.Row
	row.Cells = slices.Clone(row.Cells)
	var gold *task.Gold
	if len(r.Gold) > 0 || len(r.GoldCells) > 0 {
		gold = &task.Gold{Texts: r.Gold, Reason: r.Hint, Cells: map[int]string{}}
		for _, i := range r.GoldCells {
			gold.Cells[i], row.Cells[i] = row.Cells[i], ""
		}
	}
	result := task.Result{Gold: gold, Task: task.Task{ID: task.TaskID(b.ID, r.Key), Key: r.Key, Kind: r.Kind, Audio: r.Audio, Draft: r.Draft, Row: row}}
	if d := r.Done; d != nil {
		result.Submission = &task.Submission{ID: "s" + r.Key + d.Worker, Assignment: d.Assignment, Worker: d.Worker, Text: d.Text,
			At: d.Submitted, Wall: d.Work, Status: d.Status, Row: row}
		result.Verdict = d.Verdict
	}
	return result
}

func resultsOf(b task.Batch, records []task.Record) iter.Seq2[task.Result, error] {
	return func(yield func(task.Result, error) bool) {
		for _, r := range records {
			if !yield(resultOf(b, r), nil) {
				return
			}
		}
	}
}

func encode(t testing.TB, name string, b task.Batch, results iter.Seq2[task.Result, error]) string {
	t.Helper()
	p, ok := Lookup(name)
	if !ok {
		t.Fatalf("no platform %s", name)
	}
	var out bytes.Buffer
	if err := p.Encode(&out, b, results); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestRowsSurvive writes each sample back and reads it again: the cells of
// every row taken are the bytes that they were.
func TestRowsSurvive(t *testing.T) {
	for name, paths := range samples(t) {
		p, _ := Lookup(name)
		for _, path := range paths {
			if p.encode == nil {
				continue
			}
			t.Run(filepath.ToSlash(path), func(t *testing.T) {
				f, err := Open(path, optionsFor(path))
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				batch, records, _ := drain(t, f)
				text := encode(t, name, batch, resultsOf(batch, records))
				o := optionsFor(path)
				if strings.Contains(text, "HITId") {
					o = Options{}
				}
				_, again, rejected := read(t, text, path, o)
				if len(rejected) > 0 {
					t.Errorf("read again: %v", rejected[0])
				}
				if len(again) != len(records) {
					t.Fatalf("%d records of %d came back:\n%s", len(again), len(records), text)
				}
				for i, r := range records {
					want, got := strings.Join(r.Row.Cells, "\x00"), strings.Join(again[i].Row.Cells, "\x00")
					isTable := batch.Source.Shape.Comma != "" && len(batch.Source.Header) > 0
					if isTable && name != "appen" && !strings.Contains(path, "input") && !strings.HasPrefix(got, want) {
						t.Errorf("row %d\n%q\nbecame\n%q", i, want, got)
					}
					if r.Key != again[i].Key || fmt.Sprint(r.Gold) != fmt.Sprint(again[i].Gold) || r.Draft != again[i].Draft {
						t.Errorf("record %d became %+v", i, again[i])
					}
					if (r.Done == nil) != (again[i].Done == nil) || r.Done != nil && r.Done.Text != again[i].Done.Text {
						t.Errorf("work of record %d became %+v", i, again[i].Done)
					}
				}
			})
		}
	}
}

// TestWorkGoesOutInEveryFormat has a batch of Toloka's done here, and reads it
// back from each platform's result file.
func TestWorkGoesOutInEveryFormat(t *testing.T) {
	batch, records, _ := read(t, "INPUT:audio\tINPUT:note\nhttps://x/1.mp3\tone\nhttps://x/2.mp3\t\"two \"\"2\"\"\"\n", "t.tsv", Options{})
	batch.ID = "b"
	at := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	texts := []string{"Hello, \"you\"; there", "two\nlines"}
	results := func(yield func(task.Result, error) bool) {
		for i, record := range records {
			r := resultOf(batch, record)
			r.Submission = &task.Submission{ID: fmt.Sprint("s", i), Worker: "w-1", Text: texts[i], At: at, Wall: 30 * time.Second}
			r.Verdict = &task.Verdict{Decision: []task.Decision{task.Accepted, task.Rejected}[i], Comment: []string{"", "too short"}[i]}
			if !yield(r, nil) {
				return
			}
		}
	}
	for _, p := range All() {
		if p.encode == nil {
			continue
		}
		t.Run(p.Name, func(t *testing.T) {
			text := encode(t, p.Name, batch, results)
			var o Options
			_, again, rejected := read(t, text, "r", o)
			if len(rejected) > 0 || len(again) != 2 {
				t.Fatalf("%d records, %v:\n%s", len(again), rejected, text)
			}
			for i, r := range again {
				if r.Audio.Ref != records[i].Audio.Ref {
					t.Errorf("record %d is of %q", i, r.Audio.Ref)
				}
				if p.Name == "ground-truth" && i == 1 || p.Name == "prodigy" && i == 1 {
					continue // what was rejected has no text there
				}
				if r.Done == nil || r.Done.Text != texts[i] {
					t.Errorf("work %d: %+v in\n%s", i, r.Done, text)
				}
			}
			if p.Name == "toloka" {
				want := "INPUT:audio\tINPUT:note\tOUTPUT:transcription\tASSIGNMENT:assignment_id\tASSIGNMENT:worker_id\tASSIGNMENT:status\tASSIGNMENT:started\tACCEPT:verdict\tACCEPT:comment\n" +
					"https://x/1.mp3\tone\t\"Hello, \"\"you\"\"; there\"\ts0\tw-1\tAPPROVED\t2026-05-04T03:01:31.000\t+\t\n" +
					"https://x/2.mp3\t\"two \"\"2\"\"\"\t\"two\nlines\"\ts1\tw-1\tREJECTED\t2026-05-04T03:01:31.000\t-\ttoo short\n"
				if text != want {
					t.Errorf("got\n%s\nwant\n%s", text, want)
				}
			}
		})
	}
}

func TestMechanicalTurkVerdicts(t *testing.T) {
	f, err := Open("testdata/mturk/results.csv", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	batch, records, _ := drain(t, f)
	results := func(yield func(task.Result, error) bool) {
		for i, record := range records {
			r := resultOf(batch, record)
			r.Verdict = []*task.Verdict{{Decision: task.Accepted}, {Decision: task.Rejected, Comment: "Not the clip, \"try\" again"}, nil}[i]
			if !yield(r, nil) {
				return
			}
		}
	}
	lines := strings.Split(encode(t, "mturk", batch, results), "\n")
	for i, want := range map[int]string{1: `"x",""`, 3: `"lines","","Not the clip, ""try"" again"`, 4: `"","Empty answer"`} {
		if got := lines[i]; !strings.HasSuffix(got, strings.TrimPrefix(want, `"lines",`)) {
			t.Errorf("line %d is %s, want %s", i+1, got, want)
		}
	}
	original, err := os.ReadFile("testdata/mturk/results.csv")
	if err != nil {
		t.Fatal(err)
	}
	if head, _, _ := strings.Cut(string(original), "\n"); lines[0] != head {
		t.Errorf("the header became %s", lines[0])
	}
}

// TestCrowdSpeech holds the promise of the batch: all rows in, and every column
// out as it was.
func TestCrowdSpeech(t *testing.T) {
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
			t.Fatal("TAPESCRIPT_TESTDATA is not set, and TAPESCRIPT_TEST_STRICT forbids skipping")
		}
		t.Skip("TAPESCRIPT_TESTDATA is not set: no crowd data")
	}
	total := 0
	for _, name := range []string{"dev-clean-crowd.tsv", "dev-other-crowd.tsv"} {
		path := filepath.Join(dir, "crowdspeech", name)
		f, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		batch, records, rejected := drain(t, f)
		if len(rejected) > 0 {
			t.Errorf("%s: %v", name, rejected[0])
		}
		total += len(records)
		text := encode(t, "toloka", batch, resultsOf(batch, records))
		original, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		// The export adds two columns, which are empty here: every row ends in two tabs.
		got := strings.Replace(text, "\tACCEPT:verdict\tACCEPT:comment", "", 1)
		if got = strings.ReplaceAll(got, "\t\t\n", "\n"); got != string(original) {
			t.Errorf("%s is another after import and export", name)
		}
		items, err := format.ReadItems(path)
		if err != nil || len(items) != len(records) {
			t.Fatalf("%d items, %d records, %v", len(items), len(records), err)
		}
		for i, item := range items {
			if item.Text != records[i].Done.Text || item.ID != records[i].Audio.Ref || item.Worker != records[i].Done.Worker || int64(item.Line) != records[i].Row.Line {
				t.Fatalf("%s: row %d is %+v to score and %+v to import", name, i, item, records[i].Done)
			}
		}
	}
	if total != 38969 {
		t.Errorf("%d rows, want 38969", total)
	}
}

// TestSniffersAgree holds that what is a batch is no transcript, unless it is
// both, and that tables are what DESIGN's order says.
func TestSniffersAgree(t *testing.T) {
	for name, paths := range samples(t) {
		for _, path := range paths {
			p, _ := Lookup(name)
			if p.Folder {
				found, err := SniffFolder(path)
				if err != nil || found.Platform != name {
					t.Errorf("%s is %+v, %v", path, found, err)
				}
				continue
			}
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			found, err := Sniff(path, data)
			want := name
			if strings.Contains(path, "input") { // a table like any other
				want = "table"
			}
			if err != nil || found.Platform != want {
				t.Errorf("%s is %+v, %v", path, found, err)
			}
			matches := 0
			for _, p := range All() {
				if !p.Folder && p.Name != "table" && p.sniff(newHead(path, data)) {
					matches++
				}
			}
			if matches > 1 {
				t.Errorf("%s fits %d platforms", path, matches)
			}
		}
	}
	for _, c := range []struct{ text, want string }{
		{"id\tstart\tend\ttext\n1\t0\t1\thi\n", "/tsv/transcript"},
		{"id\ttext\n1\thi\n", "table//items"},
		{"audio,text\na.wav,hi\n", "table//items"},
		{"WEBVTT\n\n00:00.000 --> 00:01.000\nhi\n", "/vtt/"},
		{"0.0\t1.5\thi\n", "/audacity/audacity"},
		{"a.wav\thello you\n", "//id-text"},
		{`{"audio_filepath": "a.wav", "text": "x"}`, "nemo/nemo/items"},
		{"HITId,AssignmentId,Input.audio,Answer.text\n1,2,a.wav,hi\n", "mturk//mechanical-turk"},
		{"client_id\tpath\tsentence\n1\ta.mp3\thi\n", "common-voice//common-voice"},
	} {
		found, err := Sniff("x", []byte(c.text))
		if got := found.Platform + "/" + found.Format + "/" + string(found.Table); got != c.want || err != nil {
			t.Errorf("%q is %s, want %s, %v", c.text, got, c.want, err)
		}
	}
}

func TestTranscriptIsNoBatch(t *testing.T) {
	for path, want := range map[string]Code{
		"WEBVTT\n\n00:00.000 --> 00:01.000\nhi\n":        IsTranscript,
		"start,end,text\n0,1,hi\n":                       IsTranscript,
		"colour,shape\nred,round\n":                      NeedsMapping,
		"nom;parole;qui\na.wav;bonjour;7\n":              NeedsMapping,
		"just a sentence\n":                              Unknown,
		`{"some": "object"}`:                             Unknown,
		"a.wav\thello you\n":                             NeedsMapping,
		"INPUT:audio\tINPUT:audio\n":                     "",
		"_unit_id,_golden,word\n1,,hello\n":              "",
		"sep=;\nrecording;user;answer\na.wav;u;hello\n":  "",
		"HITId,AssignmentId,Answer.text\n1,2,some words": "",
	} {
		f, err := Read(strings.NewReader(path), []string{"x", "x.csv"}[len(path)%2], Options{})
		var e *Error
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", path, err)
		case want == "":
			drain(t, f)
		case !errors.As(err, &e) || e.Code != want:
			t.Errorf("%q: %v, want %s", path, err, want)
		}
	}
}

// TestBrokenQuoteCostsOneRow: the rows behind a quote that never ends are read.
func TestBrokenQuoteCostsOneRow(t *testing.T) {
	var b strings.Builder
	b.WriteString("INPUT:audio\tINPUT:note\n")
	for i := range 1000 {
		if i == 10 || i == 500 {
			fmt.Fprintf(&b, "%d.wav\t\"open\n", i)
			continue
		}
		fmt.Fprintf(&b, "%d.wav\tplain\n", i)
	}
	_, records, rejected := read(t, b.String(), "t.tsv", Options{})
	// The first quote ends at the second, behind which no cell ends.
	if len(records) != 998 || len(rejected) != 2 || rejected[0].Line != 12 || rejected[1].Line != 502 {
		t.Errorf("%d records, rejected %v", len(records), rejected)
	}
	for _, e := range rejected {
		if e.Code != BadQuote || e.Column != 2 || !strings.HasSuffix(e.Raw, "\t\"open") {
			t.Errorf("%+v", e)
		}
	}
}

func TestLongRowCostsItselfAlone(t *testing.T) {
	text := "INPUT:audio\n1.wav\n" + strings.Repeat("x", 3*maxRow) + "\n2.wav\n"
	_, records, rejected := read(t, text, "t.tsv", Options{})
	if len(records) != 2 || len(rejected) != 1 || rejected[0].Code != TooLong || rejected[0].Line != 3 || records[1].Row.Line != 4 {
		t.Errorf("%d records, %v", len(records), rejected)
	}
	long := `{"audio_filepath": "a.wav", "x": "` + strings.Repeat("y", maxElement) + `"}`
	_, records, rejected = read(t, `{"audio_filepath": "1.wav"}`+"\n"+long+"\n"+`{"audio_filepath": "2.wav"}`+"\n", "m.json", Options{})
	if len(records) != 2 || len(rejected) != 1 || rejected[0].Code != TooLong {
		t.Errorf("%d records, %v", len(records), rejected)
	}
}

// TestItemsOfResults: what is scored of a platform's results is what is imported.
func TestItemsOfResults(t *testing.T) {
	for path, want := range map[string]int{"mturk/headless.csv": 2, "appen/aggregated.csv": -1, "toloka/results.tsv": 0, "nemo/manifest.json": 0} {
		data, err := os.ReadFile(filepath.Join("testdata", path))
		if err != nil {
			t.Fatal(err)
		}
		items, ok, err := Items(data, path)
		if len(items) != max(want, 0) || ok != (want != 0) || (err != nil) != (want < 0) {
			t.Errorf("%s: %v, %v, %v", path, items, ok, err)
		}
	}
}

func TestEncodings(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, c := range "INPUT:audio\tGOLDEN:text\r\n1.wav\tdéjà\r\n" {
		utf16 += string([]byte{byte(c), byte(c >> 8)})
	}
	for _, c := range []struct{ text, want, encoding string }{
		{utf16, "déjà", "utf-16le"},
		{"INPUT:audio\tGOLDEN:text\n1.wav\td\xe9j\xe0\n", "déjà", "windows-1252"},
		{"\xef\xbb\xbfINPUT:audio\tGOLDEN:text\n1.wav\tdéjà\n", "déjà", ""},
	} {
		b, records, rejected := read(t, c.text, "t.tsv", Options{})
		if len(records) != 1 || len(rejected) > 0 || records[0].Gold[0] != c.want || b.Source.Extras["encoding"] != c.encoding {
			t.Errorf("%q: %+v, %v, %v", c.text, records, rejected, b.Source.Extras)
		}
	}
	_, records, rejected := read(t, "INPUT:audio\tINPUT:é\n1.wav\t\xff\xfe\n2.wav\té\n3.wav\ta\x00b\n", "t.tsv", Options{})
	if len(records) != 1 || len(rejected) != 2 || rejected[0].Code != NotText || rejected[1].Code != NotText {
		t.Errorf("%+v, %v", records, rejected)
	}
}

func TestPersonalColumnsAreDroppedUnlessAsked(t *testing.T) {
	data, err := os.ReadFile("testdata/appen/full.csv")
	if err != nil {
		t.Fatal(err)
	}
	for _, keep := range []bool{false, true} {
		b, records, _ := read(t, string(data), "full.csv", Options{KeepPersonal: keep})
		text := fmt.Sprint(b.Source.Header, records)
		for _, secret := range []string{"10.1.2.3", "London", "GBR", "_ip"} {
			if strings.Contains(text, secret) != keep {
				t.Errorf("keeping personal data: %v, and %s is there: %v", keep, secret, !keep)
			}
		}
		if out := encode(t, "appen", b, resultsOf(b, records)); strings.Contains(out, "10.1.2.3") != keep {
			t.Errorf("the export holds an address: %v", !keep)
		}
	}
}

func TestGoldCellsAreAllThatShowsGold(t *testing.T) {
	secret := "sealed words of gold"
	for path, text := range map[string]string{
		"t.tsv":   "INPUT:audio\tGOLDEN:text\tHINT:text\n1.wav\t" + secret + "\tbecause " + secret + "\n",
		"a.csv":   "audio_url,_golden,text_gold,text_gold_reason\n1.wav,TRUE," + secret + "," + secret + "\n",
		"l.json":  `[{"data":{"audio":"1.wav"},"annotations":[{"ground_truth":true,"result":[{"value":{"text":["` + secret + `"]}}]}]}]`,
		"n.json":  `{"audio_filepath":"1.wav","text":"` + secret + `"}`,
		"cv.tsv":  "client_id\tpath\tsentence\tup_votes\tdown_votes\n1\t1.mp3\t" + secret + "\t2\t0\n",
		"csv.csv": "audio,gold,hint,worker\n1.wav," + secret + ",x " + secret + ",\n",
	} {
		b, records, rejected := read(t, text, path, Options{})
		if len(records) != 1 || len(records[0].Gold) != 1 {
			t.Fatalf("%s: %+v, %v", path, records, rejected)
		}
		r := resultOf(b, records[0])
		r.Gold = nil
		if strings.Contains(fmt.Sprintf("%+v", r), secret) {
			t.Errorf("%s: a worker would see the gold: %+v", path, r)
		}
		if got := records[0].Gold[0]; got != secret {
			t.Errorf("%s: gold is %q", path, got)
		}
	}
}

// TestMillionRowsInBoundedMemory streams a long file past; it is short of a
// million in short runs, because what matters is that memory does not grow.
func TestMillionRowsInBoundedMemory(t *testing.T) {
	const most = 64 << 20
	n := 200_000
	if testing.Short() {
		n = 50_000
	}
	r, w := io.Pipe()
	go func() {
		fmt.Fprint(w, "INPUT:audio\tOUTPUT:transcription\tASSIGNMENT:worker_id\n")
		for i := range n {
			fmt.Fprintf(w, "https://host/%d.mp3\t\"some words that somebody wrote\nand a second line\"\tw%d\n", i, i%100)
		}
		w.Close()
	}()
	f, err := Read(r, "big.tsv", Options{})
	if err != nil {
		t.Fatal(err)
	}
	var peak uint64
	for _, err := range f.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if c := f.Counts().Records; c%25_000 == 0 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
		}
	}
	if got := f.Counts(); got.Records != int64(n) || peak > most {
		t.Errorf("%+v, %d bytes held", got, peak)
	}
}

// TestRandomTablesSurvive writes tables of any cells, reads them and writes them
// back.
func TestRandomTablesSurvive(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabet := []string{"a", "é", "\"", "\t", "\n", "\r\n", ",", ";", " ", "日", "=", "'", "\r"}
	for range 500 {
		comma := []byte{'\t', ','}[rng.IntN(2)]
		var b strings.Builder
		header := "INPUT:audio" + string(comma) + "INPUT:x" + string(comma) + "GOLDEN:text"
		b.WriteString(header + "\n")
		var want [][]string
		for i := range rng.IntN(6) + 1 {
			row := []string{fmt.Sprintf("%d.wav", i)}
			for range 2 {
				cell := ""
				for range rng.IntN(6) {
					cell += alphabet[rng.IntN(len(alphabet))]
				}
				row = append(row, rawCell(cell, comma, rng.IntN(3) == 0))
			}
			want = append(want, row)
			b.WriteString(strings.Join(row, string(comma)) + "\n")
		}
		batch, records, rejected := read(t, b.String(), "t.tsv", Options{})
		if len(rejected) > 0 || len(records) != len(want) {
			t.Fatalf("%q: %v, %d records", b.String(), rejected, len(records))
		}
		for i, r := range records {
			if !slices.Equal(r.Row.Cells, want[i]) {
				t.Fatalf("%q became %q", want[i], r.Row.Cells)
			}
		}
		out := encode(t, "toloka", batch, resultsOf(batch, records))
		for i, line := range strings.SplitAfter(b.String(), "\n")[:1] {
			if !strings.HasPrefix(out, strings.TrimSuffix(line, "\n")) {
				t.Fatalf("line %d of %q became %q", i, b.String(), out)
			}
		}
		_, again, _ := read(t, out, "t.tsv", Options{})
		for i, r := range again {
			if !slices.Equal(r.Row.Cells[:3], want[i]) {
				t.Fatalf("%q became %q", want[i], r.Row.Cells)
			}
		}
	}
}

func TestErrorsSteerNoTerminal(t *testing.T) {
	_, _, rejected := read(t, "INPUT:audio\tTASK:overlap\n1.wav\t\x1b]0;owned\x07\n", "t.tsv", Options{})
	if len(rejected) != 1 || strings.ContainsAny(rejected[0].Error(), "\x1b\x07") {
		t.Errorf("%q", rejected)
	}
}
