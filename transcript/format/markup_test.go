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
