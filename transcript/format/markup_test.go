package format

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestMarkupStaysOnTheWordsThatSurviveAnEdit(t *testing.T) {
	for _, c := range []struct{ format, raw, text, want string }{
		{"vtt", "so <i>it begins</i> now", "and so it really begins now", "and so <i>it really begins</i> now"},
		{"vtt", "so <i>it begins</i> now", "so it starts now", "so <i>it</i> starts now"},
		{"vtt", "so <i>it begins</i> now", "so now", "so now"}, // nothing of it is left
		{"vtt", "<c.yellow>a <b>b</b></c> c", "b c", "<c.yellow><b>b</b></c> c"},
		{"vtt", "<i>a</i> &lt;b&gt; <i>c", "<b> c d & e", "&lt;b&gt; <i>c d &amp; e"},
		{"vtt", "un<i>be</i>lievable <i>b</i>", "unbelievable it is b", "unbelievable it is <i>b</i>"},
		{"vtt", "<v Ann><i>hello</i> there", "hello here", "<v Ann><i>hello</i> here"},
		{"srt", "{\\an8}<i>hello there</i>", "hello you", "{\\an8}<i>hello</i> you"},
		{"srt", "[Ann]: <i>hello\nthere</i>", "hello\nthere now", "[Ann]: <i>hello\nthere</i> now"},
	} {
		f, _ := Lookup(c.format)
		head := map[string]string{"vtt": "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n", "srt": "1\n00:00:01,000 --> 00:00:02,000\n"}[c.format]
		tr := decoded(t, f, []byte(head+c.raw+"\n"))
		tr.Segments[0].Text = c.text
		got := strings.TrimSuffix(strings.TrimPrefix(string(encoded(t, f, tr)), head), "\n")
		if got = strings.TrimSuffix(got, "\n"); got != c.want {
			t.Errorf("%s, %q to %q: %q, want %q", c.format, c.raw, c.text, got, c.want)
		}
		lost, err := f.Loses(tr)
		kept := sameMarkup(c.raw, c.want)
		if says := slices.ContainsFunc(lost, func(l Loss) bool { return l.What == LostExtras }); err != nil || says == kept {
			t.Errorf("%s, %q to %q: losses %v (%v)", c.format, c.raw, c.text, lost, err)
		}
	}
}

// TestSurvivorsAreALongestCommonSubsequence compares with the plain recursion.
func TestSurvivorsAreALongestCommonSubsequence(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	var longest func(a, b []string) int
	longest = func(a, b []string) int {
		if len(a) == 0 || len(b) == 0 {
			return 0
		}
		if a[0] == b[0] {
			return 1 + longest(a[1:], b[1:])
		}
		return max(longest(a[1:], b), longest(a, b[1:]))
	}
	for range 2000 {
		words := func() []string {
			list := make([]string, rng.IntN(7))
			for i := range list {
				list[i] = string(rune('a' + rng.IntN(3)))
			}
			return list
		}
		old, now := words(), words()
		count, last := 0, -1
		for i, p := range survivors(old, now) {
			if p < 0 {
				continue
			}
			if p <= last || now[p] != old[i] {
				t.Fatalf("%v in %v: %v", old, now, survivors(old, now))
			}
			last = p
			count++
		}
		if count != longest(old, now) {
			t.Fatalf("%v in %v: %d survive, want %d", old, now, count, longest(old, now))
		}
	}
}

// TestMarkupOfSubtitlesIsCarried: bold, italics and underlines go from SubRip to
// WebVTT and back; what only one of them has is said to be lost.
func TestMarkupOfSubtitlesIsCarried(t *testing.T) {
	for _, c := range []struct {
		from, to Format
		in, want string
		lost     int
	}{
		{srt, vtt, "<i>Hello</i> there & <b>you</b>", "<i>Hello</i> there &amp; <b>you</b>", 0},
		{srt, vtt, "<I>all of\nit</I>", "<i>all of\nit</i>", 0},
		{srt, vtt, "[Ann]: <u>hm</u> yes", "<v Ann><u>hm</u> yes", 0},
		{srt, vtt, "<i>Hi</i> <font color=\"red\">you</font>", "<i>Hi</i> you", 1},
		{srt, vtt, "{\\an8}<i>Hi</i>", "<i>Hi</i>", 1},
		{vtt, srt, "<i>Hello</i> there &amp; you", "<i>Hello</i> there & you", 0},
		{vtt, srt, "<v Ann><i>Hello</i> you", "[Ann]: <i>Hello</i> you", 0},
		{vtt, srt, "<i.loud>Hello</i> <c.red>you</c>", "<i>Hello</i> you", 1},
	} {
		head, times := "", "00:00:01,000 --> 00:00:02,000\n"
		if c.from.Name == vtt.Name {
			head, times = "WEBVTT\n\n", "00:00:01.000 --> 00:00:02.000\n"
		}
		tr, _, err := c.from.Decode([]byte(head+"1\n"+times+c.in+"\n"), "")
		if err != nil {
			t.Fatal(err)
		}
		file, err := c.to.Prepare(tr)
		if err != nil {
			t.Fatal(err)
		}
		lost := 0
		for _, l := range file.Losses() {
			lost += l.Count
		}
		if _, body, _ := strings.Cut(string(file.Bytes()), "00\n"); strings.TrimSpace(body) != c.want || lost != c.lost {
			t.Errorf("%s of %q: %q, %d lost %v; want %q, %d", c.to.Name, c.in, body, lost, file.Losses(), c.want, c.lost)
		}
	}
}
