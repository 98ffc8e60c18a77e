package report

import (
	"bufio"
	"bytes"
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
		"--autoplay-policy=no-user-gesture-required", "--user-data-dir=" + newProfile(t),
		"--virtual-time-budget=3000",
	}, arguments...)
	got, err := exec.CommandContext(ctx, "chromium", append(arguments, "file://"+file)...).Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return string(got)
}

// newProfile is a folder for a browser, whose processes go on writing into it for
// a moment after the first of them has ended.
func newProfile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "browser")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 100 {
			if os.RemoveAll(dir) == nil {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	return dir
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

// TestBrowserPlaysAndStops plays a span of a real recording in real time: it
// stops by itself, behind the error and long before the recording's end.
func TestBrowserPlaysAndStops(t *testing.T) {
	requireTool(t, "chromium")
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	var page bytes.Buffer
	if err := HTML(&page, talkPage()); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{file: page.Bytes(), filepath.Join(dir, "talk.wav"): silence(120)} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := startBrowser(t, newProfile(t))
	target := b.call("", "Target.createTarget", map[string]any{"url": "file://" + file})["targetId"]
	session := b.call("", "Target.attachToTarget", map[string]any{"targetId": target, "flatten": true})["sessionId"].(string)
	for ready := ""; ready != "file:complete"; { // until then it may still be at an empty page
		result := b.try(session, "Runtime.evaluate", map[string]any{"expression": `location.protocol + document.readyState`})
		value, _ := result["result"].(map[string]any)
		ready, _ = value["value"].(string)
	}
	result := b.call(session, "Runtime.evaluate", map[string]any{"awaitPromise": true, "returnByValue": true, "expression": `
new Promise(async done => {
  const audio = document.getElementById("audio");
  let played = false;
  audio.addEventListener("playing", () => { played = true; });
  audio.addEventListener("pause", () => { if (played) done(audio.currentTime); });
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
})`})
	at, ok := result["result"].(map[string]any)["value"].(float64)
	if !ok || at < 0.9 || at > 60 {
		t.Errorf("it stops at %v, the error ends at 1 s and the recording at 120", result)
	}
}

// browserPipe is a browser that is spoken to over two pipes, a message of the
// DevTools protocol to each NUL.
type browserPipe struct {
	t   *testing.T
	out *os.File
	in  *bufio.Reader
	id  int
}

func startBrowser(t *testing.T, profile string) *browserPipe {
	t.Helper()
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	cmd := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--autoplay-policy=no-user-gesture-required", "--user-data-dir="+profile, "--remote-debugging-pipe")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // its descriptors 3 and 4
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirIn.Close()
	theirOut.Close()
	t.Cleanup(func() {
		ourOut.Close() // it ends with the pipe
		cancel()
		cmd.Wait()
		ourIn.Close()
	})
	return &browserPipe{t: t, out: ourOut, in: bufio.NewReader(ourIn)}
}

// call sends a command and returns its result.
func (b *browserPipe) call(session, method string, params map[string]any) map[string]any {
	b.t.Helper()
	result := b.try(session, method, params)
	if result == nil {
		b.t.Fatalf("%s was refused", method)
	}
	return result
}

// try is call for a command that may be refused: then there is no result.
func (b *browserPipe) try(session, method string, params map[string]any) map[string]any {
	b.t.Helper()
	b.id++
	message := map[string]any{"id": b.id, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	data, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.out.Write(append(data, 0)); err != nil {
		b.t.Fatal(err)
	}
	for {
		text, err := b.in.ReadBytes(0)
		if err != nil {
			b.t.Fatalf("%s: the browser is gone: %v", method, err)
		}
		var answer struct {
			ID     int
			Result map[string]any
		}
		if err := json.Unmarshal(text[:len(text)-1], &answer); err != nil {
			b.t.Fatal(err)
		}
		if answer.ID != b.id {
			continue // an event
		}
		return answer.Result
	}
}
