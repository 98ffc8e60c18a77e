package tasktest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Sound asks a database of the cluster, by SQL alone, whether everything in it
// adds up after a storm: each place of each task filled once, each answer that
// was acknowledged there with its words, nobody paid twice. All tasks must be
// done. kept are the texts of the acknowledged answers by the submissions' IDs,
// pay is what a task earns, in millionths.
func (c *Cluster) Sound(t testing.TB, url string, kept map[string]string, pay int64) {
	t.Helper()
	var script strings.Builder
	script.WriteString("SET client_min_messages = warning;\nCREATE TEMP TABLE kept (id text, words text);\nCOPY kept FROM stdin;\n")
	cell := strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r")
	for _, id := range slices.Sorted(maps.Keys(kept)) {
		script.WriteString(cell.Replace(id) + "\t" + cell.Replace(kept[id]) + "\n")
	}
	script.WriteString("\\.\n")
	for _, rule := range invariants {
		fmt.Fprintf(&script, "SELECT '%s', (%s);\n", rule.name, strings.ReplaceAll(rule.query, "$pay", fmt.Sprint(pay)))
	}
	psql := c.Command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url)
	psql.Stdin = strings.NewReader(script.String())
	out, err := psql.CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(invariants) {
		t.Errorf("%d rules were asked for, and the answer is %s", len(invariants), out)
	}
	for _, line := range lines {
		if name, n, _ := strings.Cut(line, "|"); n != "0" {
			t.Errorf("%s: %s", name, n)
		}
	}
}

// invariants are counts that must be zero.
var invariants = []struct{ name, query string }{
	{"acknowledged answers that are not there", "SELECT count(*) FROM kept k WHERE NOT EXISTS (SELECT 1 FROM tapescript.submission s WHERE s.id = k.id AND s.text = k.words)"},
	{"tasks that were not submitted once per place", "SELECT count(*) FROM tapescript.task t WHERE (SELECT count(*) FROM tapescript.submission s WHERE s.task = t.n AND NOT s.late) <> t.overlap"},
	{"tasks whose places do not add up", "SELECT count(*) FROM tapescript.task t WHERE taken <> (SELECT count(*) FROM tapescript.assignment a WHERE a.task = t.n AND a.state IN ('leased', 'submitted')) OR state <> (taken >= overlap)::int"},
	{"workers who filled two places of one task", "SELECT count(*) FROM (SELECT 1 FROM tapescript.submission WHERE NOT late GROUP BY task, worker HAVING count(*) > 1) x"},
	{"answers in time without their assignment", "SELECT count(*) FROM tapescript.submission s WHERE NOT late AND NOT EXISTS (SELECT 1 FROM tapescript.assignment a WHERE a.id = s.assignment AND a.state = 'submitted' AND a.worker = s.worker AND a.task = s.task)"},
	{"answers in time that are not paid once", "SELECT count(*) FROM tapescript.submission s WHERE NOT late AND (SELECT count(*) FROM tapescript.ledger l WHERE l.submission = s.id AND l.amount = $pay) <> 1"},
	{"late answers that are paid", "SELECT count(*) FROM tapescript.submission s JOIN tapescript.ledger l ON l.submission = s.id WHERE s.late"},
	{"pay of nobody''s work", "SELECT count(*) FROM tapescript.ledger l WHERE NOT EXISTS (SELECT 1 FROM tapescript.submission s WHERE s.id = l.submission)"},
	{"open tasks that the backlog counts wrongly", "SELECT abs((SELECT sum(open) FROM tapescript.backlog) - (SELECT count(*) FROM tapescript.task WHERE state = 0))::bigint"},
}
