package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// killed runs a command, kills it at a random moment of its work several times,
// and then lets it come to its end.
func killed(t *testing.T, r *rand.Rand, within time.Duration, run func() *exec.Cmd) string {
	t.Helper()
	const times = 5
	for range times {
		c := run()
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Int64N(int64(within)))) // any moment is as good as another
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	c := run()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	return string(out)
}

// Each command that writes is killed in the middle, again and again, and run
// once more: nothing is lost, and nothing is there twice.
func TestKilledCommandsLoseAndDoubleNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: thirty programs are started")
	}
	home := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(home, "tapescript")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) func() *exec.Cmd {
		return func() *exec.Cmd {
			c := exec.Command(program, append(args, "--store", filepath.Join(home, "b.db"))...)
			c.Env = append(os.Environ(), "HOME="+home, "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "XDG_DATA_HOME="+home+"/data", "XDG_STATE_HOME="+home+"/state", "XDG_CACHE_HOME="+home+"/cache")
			c.Dir = home
			return c
		}
	}
	says := func(want string, args ...string) {
		t.Helper()
		out, err := command(args...)().CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("%v: %v, without %q:\n%s", args, err, want, out)
		}
	}
	const results = 1000
	var rows strings.Builder
	rows.WriteString("INPUT:audio\tGOLDEN:text\tOUTPUT:text\tASSIGNMENT:assignment_id\tASSIGNMENT:worker_id\tASSIGNMENT:status\n")
	for i := range results {
		gold := ""
		if i%10 == 0 {
			gold = "right words"
		}
		fmt.Fprintf(&rows, "%d.wav\t%s\t%s\tas%d\tw%d\tSUBMITTED\n", i/2, gold, []string{"right words", "wrong"}[i/10%2], i, i%2)
	}
	files := map[string]string{"results.tsv": rows.String(), "one.tsv": "INPUT:audio\none.wav\n", "rules.json": `{"configs": [{"collector_config": {"type": "ANSWER_COUNT"}, "rules": [
		{"conditions": [{"key": "assignments_accepted_count", "operator": "GTE", "value": 450}], "action": {"type": "BONUS", "parameters": {"amount": "0.50", "currency": "USD"}}}]}]}`}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(home, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r := rand.New(rand.NewPCG(8, 9))
	const quick, long = 150 * time.Millisecond, 700 * time.Millisecond

	killed(t, r, long, command("import", "results.tsv"))
	says(`"submissions": 1000`, "queue", "--json")
	says(`"tasks": 500`, "queue", "--json")
	says("0 new, 1000 known", "import", "results.tsv")

	killed(t, r, long, command("grade", "--max-wer", "35%", "--accept"))
	says("0 accepted, 0 rejected, 0 left", "grade", "--max-wer", "35%", "--accept")
	says(`"rejected": 100`, "queue", "--json")
	says(`"accepted": 900`, "queue", "--json")

	says("one", "import", "one.tsv", "--price", "0.05 USD")
	killed(t, r, quick, command("queue", "--take", "--worker", "w", "--batch", "one"))
	killed(t, r, quick, command("submit", "one/one.wav", "--text", "some words", "--worker", "w"))
	says(`"pending": "0.05"`, "pay", "--worker", "w", "--json")
	says(`"tasks": 1,`, "pay", "--worker", "w", "--json")
	says("0 left", "grade", "--batch", "one", "--accept")
	killed(t, r, quick, command("pay", "--payout", "0.05 USD", "--key", "march", "--worker", "w"))
	says(`"approved": "0.00"`, "pay", "--worker", "w", "--json")
	says(`"paid": "0.05"`, "pay", "--worker", "w", "--json")

	killedBonusesAndAppeals(t, r, command, says)

	killed(t, r, long, command("purge", "--batch", "results"))
	says("nothing is to be deleted", "purge", "--batch", "results")
	says("signed and unchanged", "purge", "--verify")
	says(`"paid": "0.05"`, "pay", "--worker", "w", "--json")
}

// killedBonusesAndAppeals goes on with bonuses, proposals and appeals on the
// batch of results.
func killedBonusesAndAppeals(t *testing.T, r *rand.Rand, command func(...string) func() *exec.Cmd, says func(string, ...string)) {
	t.Helper()
	says("0.05", "pay", "--all", "--ledger")
	killed(t, r, 150*time.Millisecond, command("pay", "--bonus", "0.50 USD", "--key", "april", "--worker", "w"))
	says(`"approved": "0.50"`, "pay", "--worker", "w", "--json")
	killed(t, r, 150*time.Millisecond, command("pay", "--bonus", "0.10 USD", "--bonus-every", "100", "--worker", "w0"))
	says(`"0.40"`, "pay", "--worker", "w0", "--json") // 450 of 500 are accepted
	killed(t, r, 700*time.Millisecond, command("grade", "--rules", "rules.json", "--max-wer", "35%"))
	killed(t, r, 150*time.Millisecond, command("pay", "--approve", "all"))
	says(`"0.90"`, "pay", "--worker", "w0", "--json")
	says("0 bonuses are approved", "pay", "--approve", "all")
	rejected, err := command("export", "--batch", "results", "-o", "-")().Output()
	if err != nil {
		t.Fatal(err)
	}
	refused := ""
	for line := range strings.Lines(string(rejected)) {
		if cells := strings.Split(line, "\t"); len(cells) > 6 && cells[6] == "-" && refused == "" {
			refused = cells[3] + "/" + cells[0]
		}
	}
	killed(t, r, 150*time.Millisecond, command("submit", refused, "--appeal", "listen again"))
	if out, err := command("grade", "--appeals", "--json")().Output(); err != nil || strings.Count(string(out), "listen again") != 1 {
		t.Errorf("appeals: %v\n%s", err, out)
	}
	killed(t, r, 150*time.Millisecond, command("grade", "--grant", refused, "--comment", "you are right"))
	says(`"rejected": 99`, "queue", "--json")
	says(`"accepted": 901`, "queue", "--json")
	if out, err := command("qualify", "--report", "--worker", "w1", "--batch", "results", "--exam", "exam", "--json")().CombinedOutput(); err == nil || !strings.Contains(string(out), `"golds": 100`) {
		t.Errorf("qualify: %v\n%s", err, out)
	}
}
