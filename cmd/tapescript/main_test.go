package main

import (
	"encoding/binary"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be the program itself: scripts and terminals
// start it under the name tapescript.
func TestMain(m *testing.M) {
	if spec := os.Getenv(handsEnv); spec != "" { // workers who are killed
		os.Exit(handsInProcess(spec))
	}
	testscript.Main(m, map[string]func(){"tapescript": main})
}

// TestScripts runs every command as a shell user would, one file a story.
func TestScripts(t *testing.T) { testscript.Run(t, scripts()) }

func scripts() testscript.Params {
	return testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			demo, err := filepath.Abs("../../testdata/demo/en/recording.ogg")
			if err != nil {
				return err
			}
			e.Setenv("DEMO", demo)
			e.Setenv("LANG", "C.UTF-8")
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache"))
			e.Setenv("XDG_DATA_HOME", filepath.Join(e.WorkDir, "data"))
			e.Setenv("PULSE_SERVER", "unix:"+filepath.Join(e.WorkDir, "no-sound-server"))
			e.Setenv("TAPESCRIPT_TESTDATA", os.Getenv("TAPESCRIPT_TESTDATA"))
			e.Setenv("GORACE", os.Getenv("GORACE"))
			return os.WriteFile(filepath.Join(e.WorkDir, "tone.wav"), toneWAV(), 0o600)
		},
		Condition: func(cond string) (bool, error) {
			if cond == "data" {
				return os.Getenv("TAPESCRIPT_TESTDATA") != "", nil
			}
			return false, nil
		},
	}
}

// toneWAV is a second of 440 Hz, 16 bits, 8,000 Hz, mono.
func toneWAV() []byte {
	const rate = 8000
	b := append(make([]byte, 0, 44+2*rate), "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"...)
	binary.LittleEndian.PutUint32(b[4:], 36+2*rate)
	b = binary.LittleEndian.AppendUint32(b, rate)
	b = binary.LittleEndian.AppendUint32(b, 2*rate)
	b = append(b, "\x02\x00\x10\x00data"...)
	b = binary.LittleEndian.AppendUint32(b, 2*rate)
	for i := range rate {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(10000*math.Sin(2*math.Pi*440*float64(i)/rate))))
	}
	return b
}

// testdataDir is where the shared recordings are; a test that needs them skips
// without.
func testdataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("TAPESCRIPT_TESTDATA")
	if dir == "" {
		t.Skip("TAPESCRIPT_TESTDATA is not set: no real recordings")
	}
	return dir
}

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
