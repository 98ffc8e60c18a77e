package report

import (
	"context"
	_ "embed"
	"encoding/binary"
	"encoding/json"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"
)

// requireTool skips a test without a foreign program, or fails it where
// strictness forbids that.
func requireTool(t testing.TB, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("TAPESCRIPT_TEST_STRICT") == "1" {
		t.Fatalf("%s is not installed, and TAPESCRIPT_TEST_STRICT forbids skipping", name)
	}
	t.Skipf("%s is not installed", name)
}

// browserScript uses the page as a person would and writes what it saw into the
// attribute data-seen.
//
//go:embed testdata/browser.js
var browserScript string

// seen is what browserScript saw.
type seen struct {
	Sorted   [][]string // the first column of the speakers' table, after each press
	Aria     []string
	Steps    []string // the errors that n, n, j, k, p reached
	Place    string
	Kinds    map[string]int
	Found    int
	Order    []string
	Played   []string
	Refused  []string // what the policy did not let through
	Injected bool
}

// browse loads the page in a browser without a window, with more script in it,
// and returns the page as it is then.
func browse(t *testing.T, p Page, script string, arguments ...string) string {
	t.Helper()
	requireTool(t, "chromium")
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := writePage(out, p, pageScript+script); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "talk.wav"), silence(20), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	arguments = append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--autoplay-policy=no-user-gesture-required", "--user-data-dir=" + filepath.Join(dir, "profile"),
		"--virtual-time-budget=3000",
	}, arguments...)
	got, err := exec.CommandContext(ctx, "chromium", append(arguments, "file://"+file)...).Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return string(got)
}

// silence is a recording of that many seconds: 8,000 Hz, 8 bits, mono.
func silence(seconds int) []byte {
	const rate = 8000
	b := make([]byte, 44, 44+rate*seconds)
	copy(b, "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	binary.LittleEndian.PutUint32(b[4:], uint32(36+rate*seconds))
	binary.LittleEndian.PutUint32(b[24:], rate)
	binary.LittleEndian.PutUint32(b[28:], rate)
	copy(b[32:], "\x01\x00\x08\x00data")
	binary.LittleEndian.PutUint32(b[40:], uint32(rate*seconds))
	for range rate * seconds {
		b = append(b, 128)
	}
	return b
}

func TestBrowserSortsStepsAndPlays(t *testing.T) {
	dom := browse(t, talkPage(), browserScript, "--dump-dom")
	m := regexp.MustCompile(`data-seen="([^"]*)"`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatalf("the script did not come to its end: %s", dom)
	}
	var got seen
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &got); err != nil {
		t.Fatal(err)
	}
	want := seen{
		Sorted: [][]string{{"Ann Ashworth", "Béla <b>"}, {"Béla <b>", "Ann Ashworth"}},
		Aria:   []string{"ascending", "descending"},
		Steps:  []string{"it'sits", "verycold", "that", "verycold", "it'sits"},
		Place:  "place 1 of 13",
		Kinds:  map[string]int{"": 7, "e": 6, "s": 6, "i": 1, "d": 5},
		Found:  1,
		Order:  []string{"3", "2", "1"},
		Played: []string{"0.1", "0", "2", "0", "0.1"},
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

// TestBrowserStopsAtTheEndOfTheError plays a span of 0.9 s. A browser's virtual
// time does not move its sound, so the recording's clock is the script's own.
func TestBrowserStopsAtTheEndOfTheError(t *testing.T) {
	script := `(async () => {
  const audio = document.getElementById("audio");
  let at = 0, since = null;
  const now = () => at + (since === null ? 0 : (performance.now() - since) / 1000);
  Object.defineProperties(audio, {
    readyState: { value: 4 }, paused: { get: () => since === null },
    currentTime: { get: now, set: value => { at = value; } },
    play: { value: async () => { since = performance.now(); } },
    pause: { value: () => { at = now(); since = null; } },
  });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
  await new Promise(done => setTimeout(done, 2000));
  document.body.dataset.stopped = audio.paused + " " + audio.currentTime.toFixed(3);
})();`
	var m []string
	for range 4 { // virtual time may end before the script's own
		dom := browse(t, talkPage(), script, "--dump-dom")
		if m = regexp.MustCompile(`data-stopped="true ([0-9.]+)"`).FindStringSubmatch(dom); m != nil {
			break
		}
	}
	if m == nil {
		t.Fatal("it does not stop")
	}
	if at, err := strconv.ParseFloat(m[1], 64); err != nil || at < 1 || at > 1.2 {
		t.Errorf("it stops at %s s, not at 1 s", m[1])
	}
}

// TestBrowserPaints looks at nothing itself: with TAPESCRIPT_SCREENSHOTS it
// leaves its pictures there, for a person to look at. It holds that a page can
// be painted and printed.
func TestBrowserPaints(t *testing.T) {
	dir := os.Getenv("TAPESCRIPT_SCREENSHOTS")
	if dir == "" {
		dir = t.TempDir()
	}
	step := `document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));`
	for name, arguments := range map[string][]string{
		"light.png": {"--window-size=1000,2000", "--hide-scrollbars"},
		"dark.png":  {"--window-size=1000,2000", "--hide-scrollbars", "--force-dark-mode", "--blink-settings=preferredColorScheme=0"},
	} {
		file := filepath.Join(dir, name)
		browse(t, talkPage(), step, append(arguments, "--screenshot="+file)...)
		if info, err := os.Stat(file); err != nil || info.Size() < 10000 {
			t.Errorf("%s: %v", name, err)
		}
	}
	file := filepath.Join(dir, "print.pdf")
	browse(t, talkPage(), "", "--print-to-pdf="+file)
	if info, err := os.Stat(file); err != nil || info.Size() < 10000 {
		t.Errorf("print.pdf: %v", err)
	}
}
