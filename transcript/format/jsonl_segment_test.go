package format

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"testing"

	"tapescript/transcript"
)

// TestSegmentLinesAreThoseOfEncodingJSON holds the writer and the reader by hand
// to what encoding/json writes and reads.
func TestSegmentLinesAreThoseOfEncodingJSON(t *testing.T) {
	byHand := 0
	for seed := range uint64(300) {
		for _, s := range randomTranscript(rand.New(rand.NewPCG(seed, 3))).Segments {
			var slow bytes.Buffer
			if err := writeAnySegment(&slow, s); err != nil {
				t.Fatal(err)
			}
			line, ok := appendSegment(nil, s)
			if !ok {
				continue
			}
			byHand++
			if string(line) != slow.String() {
				t.Errorf("by hand:       %sencoding/json: %s", line, slow.String())
			}
			sameSegmentLine(t, string(line[:len(line)-1]), true)
		}
	}
	if byHand < 300 {
		t.Errorf("%d segments alone were written by hand", byHand)
	}
	for _, text := range []string{"a\u2028b", "a\u2029", "\x7f", "\x00\x1f\t\r\b\f", "\xff", "é\"\\\n/", "😀<&>"} {
		s := &transcript.Segment{ID: text, Text: text}
		var slow bytes.Buffer
		if err := writeAnySegment(&slow, s); err != nil {
			t.Fatal(err)
		}
		if line, ok := appendSegment(nil, s); !ok || string(line) != slow.String() {
			t.Errorf("by hand:       %sencoding/json: %s", line, slow.String())
		}
	}
}

// sameSegmentLine reads a line by hand, where that can be, and by encoding/json.
func sameSegmentLine(t *testing.T, line string, must bool) {
	t.Helper()
	fast, ok := readSegment(line)
	if !ok {
		if must {
			t.Errorf("%s was not read", line)
		}
		return
	}
	slow, err := anySegment(line, 1)
	if err != nil {
		t.Errorf("%s was read by hand, but: %v", line, err)
		return
	}
	if len(fast.Words) == 0 {
		fast.Words = nil
	}
	if !reflect.DeepEqual(fast, slow) {
		t.Errorf("%s\nby hand:       %+v\nencoding/json: %+v", line, fast, slow)
	}
}

func TestOtherSegmentLinesAreLeftToEncodingJSON(t *testing.T) {
	for _, line := range []string{
		`{}`, `{"id":"1","ID":"2","text":""}`, `{"id":"1","id":"2","text":""}`, `{"id":null,"text":"x"}`, `{"text":"\u00e9","id":"1"}`,
		`{"text":"x","id":"1","words":[]}`, `{"text":"x","words":[{}]}`, `{"text":"x","start":1e3}`, `{"text":"x","start":-1}`,
		`{"text":"x"} {}`, `{"text":"x","words":[{"from":0,"to":1,"estimated":false}]}`, `{"text":"x","mood":"sad"}`, `{"text":"x",}`,
		`{"text":"x","channel":1.0}`, `{"text":"x","channel":01}`, `{"text":"x","words":[{"from":0,"to":1,"estimated":trueish}]}`, `{"te\u0078t":"x"}`,
	} {
		if s, ok := readSegment(line); ok {
			t.Errorf("%s was read by hand: %+v", line, s)
		}
	}
	for _, line := range []string{
		` { "text" : "a\n\"\\\/\b\f\r\t" , "id" : "7" , "words" : [ { "to" : 1 , "from" : 0 , "confidence" : 5E-1 , "estimated" : true } ] } `,
		`{"channel":2,"speaker":"Zoé","end":2.5,"start":0.000000001,"text":"x","id":""}`, `{"id":"1"}`, `{"id":"1","channel":0}`,
	} {
		sameSegmentLine(t, line, true)
	}
}

// FuzzSegmentLine: what is read by hand is what encoding/json reads.
func FuzzSegmentLine(f *testing.F) {
	f.Add(`{"id":"1","start":0.000,"end":2.400,"speaker":"a","channel":1,"text":"hello there","words":[{"from":0,"to":5,"start":0.100,"end":0.450,"confidence":0.9,"estimated":true}]}`)
	f.Add(`{"text":"\n\"","id":"\\","words":[{"to":1,"from":0}]}`)
	f.Fuzz(func(t *testing.T, line string) {
		if transcript.Clean(line) == line { // what is no UTF-8 never comes so far
			sameSegmentLine(t, line, false)
		}
	})
}

// TestARejectedLineIsNoSegment: what breaks a rule is passed over whole.
func TestARejectedLineIsNoSegment(t *testing.T) {
	const file = `{"tapescript":"transcript","version":1}
{"id":"1","text":"a","words":[{"from":0,"to":9}]}
{"id":"2","text":"b","speaker":"nobody"}
{"id":"3","text":"c"}
`
	tr, source, err := jsonl.DecodeAs([]byte(file), "a.jsonl", Reading{Lenient: true})
	if err != nil || len(tr.Segments) != 1 || tr.Segments[0].ID != "3" || len(source.Rejects) != 2 {
		t.Errorf("%+v, rejects %+v, error %v", tr, source.Rejects, err)
	}
}
