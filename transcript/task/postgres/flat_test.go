package postgres

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tapescript/transcript/task"
)

// A claim goes by the same plan and reads as many pages from a long queue as
// from a short one: but for an index that is a level deeper. No page is gone
// through that does not hold what is looked for.
func TestAClaimReadsTheSameHoweverLongTheQueue(t *testing.T) {
	const short, long = 500, 20_000
	plans, pages := map[int]string{}, map[int]int{}
	for _, n := range []int{short, long} {
		s := open(t)
		if _, err := s.Import(t.Context(), task.Batch{ID: "b", Overlap: 3}, many(n), task.ImportOptions{}); err != nil {
			t.Fatal(err)
		}
		plans[n], pages[n] = explained(t, s)
	}
	for n, plan := range plans {
		for _, table := range []string{"task", "assignment", "submission"} {
			if strings.Contains(plan, "Seq Scan "+table+"\n") {
				t.Errorf("of %d tasks it goes through all of %s:\n%s", n, table, plan)
			}
		}
	}
	if plans[short] != plans[long] {
		t.Errorf("the plans differ:\n%s\n%s", plans[short], plans[long])
	}
	// A dozen looks into indexes, each of which may be one level deeper.
	if pages[long] > pages[short]+24 {
		t.Errorf("%d pages of %d tasks, %d of %d", pages[short], short, pages[long], long)
	}
	t.Logf("%d pages of %d tasks, %d of %d", pages[short], short, pages[long], long)
}

// explained carries out the statement of a claim by its kept plan, and takes it
// back. It returns the plan, one node a line, and how many pages were read,
// without those of the planner.
func explained(t *testing.T, s *Store) (plan string, pages int) {
	t.Helper()
	conn, err := s.pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	sql := func(text string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	sql("PREPARE taking (text, bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], text, text, timestamptz, timestamptz) AS " + takeFree)
	sql("BEGIN")
	var text string
	const run = `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, FORMAT JSON) EXECUTE taking ('w', '{%[1]d,%[1]d}', '{0,1}', '{-4611686018427387904,-4611686018427387904}', '{0,0}', '{0,0}', '{0,0}', 'id', 'token', now(), now())`
	var batch int64
	if err := conn.QueryRow(t.Context(), "SELECT n FROM tapescript.batch WHERE id = 'b'").Scan(&batch); err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(t.Context(), fmt.Sprintf(run, batch)).Scan(&text); err != nil {
		t.Fatal(err)
	}
	sql("ROLLBACK")
	var root []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &root); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	root[0].Plan.write(&b)
	return b.String(), root[0].Plan.Hit + root[0].Plan.Read
}

type node struct {
	Type  string `json:"Node Type"`
	Table string `json:"Relation Name"`
	Index string `json:"Index Name"`
	Hit   int    `json:"Shared Hit Blocks"`
	Read  int    `json:"Shared Read Blocks"`
	Plans []node
}

func (n node) write(b *strings.Builder) {
	fmt.Fprintln(b, strings.TrimSpace(n.Type+" "+n.Table+" "+n.Index))
	for _, p := range n.Plans {
		p.write(b)
	}
}
