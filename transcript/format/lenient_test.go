package format

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// TestOnlyTheBrokenRecordIsPassedOver: a file with broken records in it reads as
// the file without them, and the rejects are these records.
func TestOnlyTheBrokenRecordIsPassedOver(t *testing.T) {
	for name, c := range map[string]struct{ text, without string }{
		"vtt":      {"WEBVTT\n\na\n00:01.000 --> 00:02.000\nhi\n\n<b\n00:05.000 --> 00:02.000\nback\nward>\n\nb\n00:03.000 --> 00:04.000\nho\n", "WEBVTT\n\na\n00:01.000 --> 00:02.000\nhi\n\nb\n00:03.000 --> 00:04.000\nho\n"},
		"srt":      {"1\n00:00:01,000 --> 00:00:02,000\nhi\n\n<2\n00:00:05,000 --> 00:00:02,000\nback\n\nward\n>\n3\n00:00:03,000 --> 00:00:04,000\nho\n", "1\n00:00:01,000 --> 00:00:02,000\nhi\n\n3\n00:00:03,000 --> 00:00:04,000\nho\n"},
		"jsonl":    {"{\"tapescript\":\"transcript\",\"version\":1}\n<{\"id\":1}>\n{\"id\":\"a\",\"text\":\"hi\"}\n", "{\"tapescript\":\"transcript\",\"version\":1}\n{\"id\":\"a\",\"text\":\"hi\"}\n"},
		"tsv":      {"start\tend\ttext\n1.5\t2\thi\n<x\t2\t\"a\nb\">\n3\t4\tho\n<5\t>\n", "start\tend\ttext\n1.5\t2\thi\n3\t4\tho\n"},
		"csv":      {"start,end,text\n1.5,2,hi\n<2,1,no>\n", "start,end,text\n1.5,2,hi\n"},
		"txt":      {"[00:01 --> 00:02] hi\n<[00:99] no>\n[00:03 --> 00:04] ho\n", "[00:01 --> 00:02] hi\n[00:03 --> 00:04] ho\n"},
		"audacity": {"1.0\t2.0\thi\n<2.0\t1.0\tno>\n3.0\t4.0\tho\n", "1.0\t2.0\thi\n3.0\t4.0\tho\n"},
		"trn":      {"hi (a-1)\n<no id>\nho (a-2)\n", "hi (a-1)\nho (a-2)\n"},
		"stm":      {"a 1 s 0 1 hi\n<a 1 s 2 1 no>\na 1 s 1 2 ho\n", "a 1 s 0 1 hi\na 1 s 1 2 ho\n"},
		"ctm":      {"a 1 0 1 hi\n<a 1 x 1 no>\na 1 1 2 ho\n", "a 1 0 1 hi\na 1 1 2 ho\n"},
		"rttm":     {"SPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\n<SPEAKER a 1 x 1 <NA> <NA> x <NA> <NA>>\n", "SPEAKER a 1 0 1 <NA> <NA> x <NA> <NA>\n"},
		"nemo": {"{\"audio_filepath\":\"a.wav\",\"text\":\"hi\"}\n<{\"audio_filepath\":\"a.wav\",\"offset\":-1,\"text\":\"no\"}>\n{\"audio_filepath\":\"a.wav\",\"text\":\"ho\"}\n",
			"{\"audio_filepath\":\"a.wav\",\"text\":\"hi\"}\n{\"audio_filepath\":\"a.wav\",\"text\":\"ho\"}\n"},
	} {
		f, _ := Lookup(name)
		var rejects []string // between marks
		text := c.text
		for marked := text; ; {
			_, after, found := strings.Cut(marked, "\n<")
			if !found {
				break
			}
			bad, rest, _ := strings.Cut(after, ">\n")
			rejects = append(rejects, bad)
			marked = "\n" + rest
		}
		for _, bad := range rejects {
			text = strings.Replace(text, "\n<"+bad+">", "\n"+bad, 1)
		}
		if _, _, err := f.Decode([]byte(text), "x"); err == nil {
			t.Errorf("%s: a broken record was read", name)
		}
		got, source, err := f.DecodeAs([]byte(text), "x", Reading{Lenient: true})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := decoded(t, f, []byte(c.without)); dump(got) != dump(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, dump(got), dump(want))
		}
		var found []string
		for _, r := range source.Rejects {
			found = append(found, strings.TrimSpace(r.Text))
			if !strings.HasPrefix(strings.Join(strings.Split(text, "\n")[r.Line-1:], "\n"), r.Text) || r.Err == nil {
				t.Errorf("%s: %q does not stand in line %d", name, r.Text, r.Line)
			}
		}
		for i := range rejects {
			rejects[i] = strings.TrimSpace(rejects[i])
		}
		if !reflect.DeepEqual(found, rejects) {
			t.Errorf("%s: rejects %q, want %q", name, found, rejects)
		}
	}
}

func TestOnlyTheBrokenRegionOfATaskIsPassedOver(t *testing.T) {
	region := func(id, start, text string) string {
		value := `"value":{"start":` + start + `,"end":3`
		return `{"id":"` + id + `","type":"labels",` + value + `,"labels":["Ann"]}},
{"id":"` + id + `","type":"textarea",` + value + `,"text":["` + text + `"]}}`
	}
	task := func(regions ...string) string {
		return `[{"data":{"audio":"a.wav"},"annotations":[{"result":[` + strings.Join(regions, ",\n") + `]}]}]`
	}
	good, bad, more := region("A", "1", "hi"), region("B", "9", "no"), region("C", "2", "ho")
	got, source, err := labelStudio.DecodeAs([]byte(task(good, bad, more)), "x", Reading{Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := decoded(t, labelStudio, []byte(task(good, more))); dump(got) != dump(want) {
		t.Errorf("got\n%s\nwant\n%s", dump(got), dump(want))
	}
	if len(source.Rejects) != 1 || source.Rejects[0].Line != 3 || source.Rejects[0].Err.Node != "$[0].annotations[0].result[2].value.end" ||
		!strings.Contains(source.Rejects[0].Text, `"no"`) {
		t.Errorf("rejects %+v", source.Rejects)
	}
}

func TestLinesOfJSONOfOthersAreRead(t *testing.T) {
	got := decoded(t, jsonl, []byte(`{"text":"hi","start":0.5,"end":1.25,"speaker":"Ann","score":0.9}
{"start":2,"end":3,"text":"ho","id":"b7"}
`))
	want := decoded(t, jsonl, []byte(`{"tapescript":"transcript","version":1,"speakers":[{"id":"Ann","name":"Ann"}]}
{"id":"1","start":0.5,"end":1.25,"speaker":"Ann","text":"hi","score":0.9}
{"id":"b7","start":2,"end":3,"text":"ho"}
`))
	if dump(got) != dump(want) {
		t.Errorf("got\n%s\nwant\n%s", dump(got), dump(want))
	}
}

func TestAFileThatIsWrongAsAWholeIsNoMatterOfLeniency(t *testing.T) {
	for name, text := range map[string]string{"stm": "not\nan stm\n", "vtt": "no header\n", "tsv": "a\tb\n1\t2\n", "srt": "just text\n"} {
		f, _ := Lookup(name)
		var e *Error
		if tr, _, err := f.DecodeAs([]byte(text), "x", Reading{Lenient: true}); !errors.As(err, &e) {
			t.Errorf("%s: %v was read of it (%v)", name, tr, err)
		}
	}
}

// FuzzLenient breaks files of every format at random: what can be read leniently
// is valid, and where nothing was rejected it is what is read strictly.
func FuzzLenient(f *testing.F) {
	formats := All()
	for i, format := range formats {
		for seed := range uint64(3) {
			var out bytes.Buffer
			if !format.CanWrite() || format.Encode(&out, randomTranscript(rand.New(rand.NewPCG(seed, 21)))) != nil {
				break
			}
			f.Add(byte(i), out.Bytes())
		}
	}
	f.Fuzz(func(t *testing.T, which byte, data []byte) {
		format := formats[int(which)%len(formats)]
		got, source, err := format.DecodeAs(data, "fuzz", Reading{Lenient: true, Rate: FrameRate{num: 30000, den: 1001}})
		if err != nil {
			return
		}
		if err := got.Validate(); err != nil {
			t.Fatal(err)
		}
		strict, _, err := format.DecodeAs(data, "fuzz", Reading{Rate: FrameRate{num: 30000, den: 1001}})
		if (err == nil) != (len(source.Rejects) == 0) {
			t.Fatalf("%d rejects, and strictly read: %v", len(source.Rejects), err)
		}
		if err == nil && dump(strict) != dump(got) {
			t.Errorf("leniently:\n%s\nstrictly:\n%s", dump(got), dump(strict))
		}
	})
}
