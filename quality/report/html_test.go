package report

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"tapescript/quality"
	"tapescript/transcript"
)

// talk is a recording's gold and a draft of it, with what a stranger's file may
// hold.
func talk() (gold, draft *transcript.Transcript) {
	gold = &transcript.Transcript{Speakers: []transcript.Speaker{{ID: "a", Name: "Ann Ashworth"}, {ID: "b", Name: "Béla <b>"}}}
	draft = &transcript.Transcript{Speakers: gold.Speakers}
	for i, pair := range [][2]string{
		{"Well, it's a very cold day, isn't it?", "well its a cold cold day, isn't it?"},
		{"They say that it will be colder still to-morrow.", "They say it will be uh colder, still tomorrow"},
		{"</script><script>alert(1)</script> & <img src=x onerror=alert(2)>", "</script> <script>alert(3)</script>"},
		{"abc \u202egnp.exe\u202c def \u2066ghi\u2069", "abc \u202egnp.xee def"},
		{"שלום עולם, מה שלומך היום?", "שלום לעולם מה היום?"},
		{"我们走吧", "我门走"},
		{"Nothing is wrong here.", "nothing is wrong here"},
	} {
		start := time.Duration(i) * 2 * time.Second
		s := transcript.Segment{ID: fmt.Sprint(i + 1), Start: start, End: start + 2*time.Second, Speaker: "ab"[i%2 : i%2+1]}
		g, d := s, s
		g.Text, d.Text = pair[0], pair[1]
		gold.Segments, draft.Segments = append(gold.Segments, &g), append(draft.Segments, &d)
	}
	first := draft.Segments[0]
	at := strings.Index(first.Text, "its")
	first.Words = []transcript.Word{{From: at, To: at + 3, Start: 400 * time.Millisecond, End: 700 * time.Millisecond}}
	return gold, draft
}

// talkPage is the page of that talk.
func talkPage() Page {
	gold, draft := talk()
	return Page{Title: "gold.vtt", Audio: "talk.wav", Sheets: []Sheet{{
		Scored: quality.Scored{File: "draft.vtt", Report: quality.ScoreTranscripts(gold, draft, quality.Options{})},
		Gold:   Segments(gold), Hypothesis: Segments(draft),
	}}}
}

func page(t testing.TB, p Page) string {
	t.Helper()
	var out bytes.Buffer
	if err := HTML(&out, p); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestAPageHasTheFiguresOfItsLanguage looks for points where a comma was asked for:
// only what tables sort by and what is played keep them.
func TestAPageHasTheFiguresOfItsLanguage(t *testing.T) {
	p := talkPage()
	p.Sheets[0].Report.Confidence = &quality.Interval{Low: 0.125, High: 0.5}
	p.Figure = func(format string, x float64) string { return strings.Replace(fmt.Sprintf(format, x), ".", ",", 1) }
	got := page(t, p)
	for _, want := range []string{"0:00,0–0:02,0", "12,50% … 50,00%"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if found := regexp.MustCompile(`>[^<>]*[0-9]\.[0-9][^<>]*<`).FindString(strings.Split(got, "</style>")[1]); found != "" {
		t.Errorf("a point in %s", found)
	}
}

// TestFilesOfAFolderAreHeard has two files whose segments have the same IDs.
func TestFilesOfAFolderAreHeard(t *testing.T) {
	var all quality.Report
	files := map[string]File{}
	for name, words := range map[string][2]string{"day/one": {"one cold day", "one old day"}, "two": {"two more", "to more"}} {
		gold, draft := talk()
		gold.Segments, draft.Segments = gold.Segments[:1], draft.Segments[:1]
		gold.Segments[0].Text, draft.Segments[0].Text = words[0], words[1]
		draft.Segments[0].Words = nil
		all.Include(name, quality.ScoreTranscripts(gold, draft, quality.Options{}))
		files[name] = File{Gold: Segments(gold), Hypothesis: Segments(draft), Audio: name + ".wav"}
	}
	got := page(t, Page{Title: "gold", Sheets: []Sheet{{Scored: quality.Scored{File: "draft", Report: &all}, Files: files}}})
	for _, want := range []string{
		`data-a="day/one.wav"`, `data-a="two.wav"`, "media-src",
		`one <span class="e s" tabindex="-1" data-t="0.000,2.000" title="whole"><span class="p"><del>cold</del><ins>old</ins></span></span> day`,
		`<span class="e s" tabindex="-1" data-t="0.000,2.000" title="whole"><span class="p"><del>two</del><ins>to</ins></span></span> more`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// body is the page without its style and script.
var body = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>\n</body>`)

func TestHTMLShowsWhatWasWritten(t *testing.T) {
	got := body.ReplaceAllString(page(t, talkPage()), "")
	for _, want := range []string{
		`<p dir="auto">Well, <span class="e s" tabindex="-1" data-t="0.100,1.000"><span class="p"><del>it&#39;s</del><ins>its</ins></span></span> a`,
		`<span class="p"><del>very</del><ins>cold</ins></span></span> cold day, isn&#39;t it?</p>`,
		`They say <span class="e d" tabindex="-1" data-t="2.000,4.000" title="whole"><span class="p"><del>that</del></span></span> it will be`,
		`<p dir="auto">我<span class="e s" tabindex="-1" data-t="10.000,12.000" title="whole"><span class="p"><del>们</del><ins>门</ins></span></span>走<span`,
		`<span>Béla &lt;b&gt;</span>`,
		`<span>0:02.0–0:04.0</span>`,
		`<p dir="auto">Nothing is wrong here.</p>`,
		`<audio id="audio" class="screen" controls preload="metadata" src="talk.wav">`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestHTMLOfStrangersRunsNothing(t *testing.T) {
	p := talkPage()
	p.Title, p.Sheets[0].File = "<script>a</script>\x00\x1b[2J", "b\u202e</title><script>"
	p.Sheets[0].Report.Missing = []string{"<script>c", "\"'><img>"}
	p.Sheets = append(p.Sheets, p.Sheets[0])
	got := page(t, p)
	if n := strings.Count(got, "<script"); n != 1 {
		t.Errorf("%d scripts", n)
	}
	if i := strings.IndexFunc(got, func(r rune) bool {
		return r < ' ' && r != '\n' || r == '\u007f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	}); i >= 0 {
		t.Errorf("a character that steers the reader: %q", got[max(0, i-40):i+10])
	}
	for _, never := range []string{"<img", "http:", "https:", "style=", "onerror=alert(2)>"} {
		if strings.Contains(got, never) {
			t.Errorf("the page holds %s", never)
		}
	}
	if !strings.Contains(got, "default-src &#39;none&#39;") && !strings.Contains(got, "default-src 'none'") {
		t.Error("no policy")
	}
}

func TestHTMLShowsTheBareWordsWithoutTheTexts(t *testing.T) {
	s := sample(t)
	got := page(t, Page{Sheets: []Sheet{{Scored: s[0], Recordings: map[string]string{"a/1.wav": "audio/1.wav"}}}})
	for _, want := range []string{
		`<span class="p"><del>It&#39;s</del><ins>its</ins></span>`, `<b>a/3.wav #2</b>`, `data-a="audio/1.wav"`, `data-t="0,"`, `9�[2J`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// TestHTMLHasEveryWord holds the parts against the report: nothing is lost or
// shown twice between two ways of cutting a text.
func TestHTMLHasEveryWord(t *testing.T) {
	p := talkPage()
	view := &pageView{Page: p}
	sheet := sheetView{Sheet: &p.Sheets[0], page: view}
	for item := range sheet.Items() {
		var gold []string
		errs := 0
		for _, part := range item.Parts() {
			gold = append(gold, strings.Fields(part.Text)...)
			for _, m := range part.Marks {
				errs++
				if m.HasGold {
					gold = append(gold, m.Gold)
				}
			}
		}
		want := clean(strings.ReplaceAll(item.segment().Text, "\n", " "))
		squeeze := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if squeeze(strings.Join(gold, "")) != squeeze(want) || errs != item.Errors() {
			t.Errorf("%d errors in %q; want %d in %q", errs, gold, item.Errors(), want)
		}
	}
}

// TestHTMLOfFreeWords: what gold leaves open is no error, and words that only one
// side has are shown all the same.
func TestHTMLOfFreeWords(t *testing.T) {
	one := func(text string) *transcript.Transcript {
		return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
	}
	gold, hyp := one("he (uh) said { two / too } things"), one("he said too thinks")
	r := quality.ScoreTranscripts(gold, hyp, quality.Options{Notation: true, Optional: true})
	got := page(t, Page{Sheets: []Sheet{{Scored: quality.Scored{Report: r}, Gold: Segments(gold), Hypothesis: Segments(hyp)}}})
	if r.Corpus.Errors() != 1 || strings.Count(got, `class="e `) != 1 || !strings.Contains(got, "<del>things</del><ins>thinks</ins>") || !strings.Contains(got, "(uh) said") {
		t.Errorf("%+v: %s", r.Corpus, body.ReplaceAllString(got, ""))
	}
}

func TestHTMLOfManyItemsIsSmall(t *testing.T) {
	const items = 5000
	gold, hyp := make([]quality.Item, items), make([]quality.Item, items)
	for i := range gold {
		gold[i] = quality.Item{ID: fmt.Sprintf("1272-128104-%05d", i), Text: "mister quilter is the apostle of the middle classes and we are glad to welcome his gospel"}
		hyp[i] = quality.Item{ID: gold[i].ID, Text: "mr quilter is the apostle of middle classes and and we are glad to welcome his gospel"}
	}
	r, err := quality.ScoreItems(gold, hyp, quality.Options{})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var size counter
	if err := HTML(&size, Page{Sheets: []Sheet{{Scored: quality.Scored{Report: r}}}}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v", size, time.Since(began))
	if size > items*1000 {
		t.Errorf("%d bytes for %d items", size, items)
	}
}

type counter int

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

func TestHTMLThatFailsIsTold(t *testing.T) {
	if err := HTML(full{}, talkPage()); err == nil || !strings.Contains(err.Error(), "the disk is full") {
		t.Errorf("got %v", err)
	}
}

// FuzzHTML: whatever two texts hold, the page stays a page.
func FuzzHTML(f *testing.F) {
	f.Add("the cat", "the </script><script>")
	f.Add("\u202eabc\x00", "a\xffb")
	f.Add("l’été… (isn't)", "“l'été” 12:30")
	f.Fuzz(func(t *testing.T, gold, hyp string) {
		if len(gold)+len(hyp) > 1<<12 {
			return
		}
		one := func(text string) *transcript.Transcript {
			return &transcript.Transcript{Segments: []*transcript.Segment{{ID: "1", Text: text}}}
		}
		g, h := one(gold), one(hyp)
		got := page(t, Page{Title: gold, Sheets: []Sheet{{
			Scored: quality.Scored{File: hyp, Report: quality.ScoreTranscripts(g, h, quality.Options{})},
			Gold:   Segments(g), Hypothesis: Segments(h),
		}}})
		if strings.Count(got, "<script") != 1 || strings.Count(got, "</script") != 1 || strings.Count(got, "<article") != 1 {
			t.Errorf("%q and %q break out of the page", gold, hyp)
		}
	})
}
