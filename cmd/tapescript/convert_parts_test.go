package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// longSubRip is a file of more than partsFrom.
func longSubRip(t *testing.T, change func(i int, cue string) string) string {
	t.Helper()
	var b strings.Builder
	for i := range 15000 {
		at := i * 3
		cue := fmt.Sprintf("%d\n%02d:%02d:%02d,000 --> %02d:%02d:%02d,800\n[Ann]: and so my fellow Americans ask not\n\n", i+1, at/3600, at/60%60, at%60, (at+2)/3600, (at+2)/60%60, (at+2)%60)
		b.WriteString(change(i, cue))
	}
	path := filepath.Join(t.TempDir(), "long.srt")
	if b.Len() < partsFrom {
		t.Fatal("the file is too short")
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// convertLong runs `convert` and says what came of it.
func convertLong(t *testing.T, in *os.File, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	t.Setenv("LANG", "C.UTF-8")
	files := make([]*os.File, 2)
	for i := range files {
		f, err := os.CreateTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	code = run(append([]string{"convert"}, args...), streams{in, files[0], files[1]})
	var said [2]string
	for i, f := range files {
		data, err := os.ReadFile(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		said[i] = string(data)
	}
	return code, said[0], said[1]
}

func TestALongFileIsConvertedLikeAShortOne(t *testing.T) {
	same := func(_ int, cue string) string { return cue }
	in := longSubRip(t, same)
	out := filepath.Join(filepath.Dir(in), "long.vtt")
	if code, _, told := convertLong(t, nil, in, out); code != exitDone || told != "" {
		t.Fatalf("exit %d: %s", code, told)
	}
	data, err := os.ReadFile(out)
	if err != nil || bytes.Count(data, []byte("\n<v Ann>and so my fellow")) != 15000 || !bytes.HasSuffix(data, []byte("not\n")) {
		t.Fatalf("%v, %d bytes", err, len(data))
	}
	back := filepath.Join(filepath.Dir(in), "back.srt")
	if code, _, told := convertLong(t, nil, out, back, "--verbose"); code != exitDone || !strings.Contains(told, "15000 segments, 1 speaker") {
		t.Errorf("exit %d: %s", code, told)
	}
	want, _ := os.ReadFile(in)
	if got, err := os.ReadFile(back); err != nil || !bytes.Equal(got, want) {
		t.Errorf("back again it is another file (%v)", err)
	}
	piped, err := os.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	defer piped.Close()
	if code, stdout, told := convertLong(t, piped, "-", "-", "--from", "srt", "--to", "vtt"); code != exitDone || stdout != string(data) {
		t.Errorf("exit %d through pipes, %d bytes: %s", code, len(stdout), told)
	}
}

func TestALongFileIsRefusedLikeAShortOne(t *testing.T) {
	broken := func(i int, cue string) string {
		if i == 9000 {
			return strings.Replace(cue, " --> ", " --> 00:00:00,000\n", 1)
		}
		return cue
	}
	in := longSubRip(t, broken)
	dir := filepath.Dir(in)
	out := filepath.Join(dir, "long.vtt")
	if code, _, told := convertLong(t, nil, in, out); code != exitFailed || !strings.Contains(told, "line 36002: the end comes before the start") {
		t.Errorf("exit %d: %s", code, told)
	}
	if code, _, told := convertLong(t, nil, in, out, "--lenient", "--strict"); code != exitGate || !strings.Contains(told, "1 record could not be read") {
		t.Errorf("exit %d: %s", code, told)
	}
	if code, _, told := convertLong(t, nil, in, filepath.Join(dir, "long.trn"), "--strict", "--lenient"); code != exitGate {
		t.Errorf("exit %d: %s", code, told)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("files were left: %v (%v)", left, err)
	}
	if code, _, told := convertLong(t, nil, in, out, "--lenient"); code != exitDone || !strings.Contains(told, "1 record could not be read; it is in "+in+".rejects") {
		t.Errorf("exit %d: %s", code, told)
	}
	rejects, err := os.ReadFile(in + ".rejects")
	if err != nil || !strings.Contains(string(rejects), "\n9001\n") {
		t.Errorf("%q (%v)", rejects, err)
	}
	swapped := longSubRip(t, func(i int, cue string) string {
		if i == 14000 {
			return "5\n00:00:01,000 --> 00:00:02,000\nearlier\n\n"
		}
		return cue
	})
	if code, _, told := convertLong(t, nil, swapped, out, "--force"); code != exitDone || !strings.Contains(told, "1 segment out of order was sorted") {
		t.Errorf("exit %d: %s", code, told)
	}
	if code, _, told := convertLong(t, nil, swapped, out, "--force", "--shift", "-1h"); code != exitFailed || !strings.Contains(told, "1201 segments would end before") {
		t.Errorf("exit %d: %s", code, told)
	}
}
