package main

import (
	"os"
	"testing"

	"tapescript/tui/locale"
)

// TestACommandIsMadeAloneAndIsTheSame: what runs alone is listed under its own
// name, and knows the flags that it has among all.
func TestACommandIsMadeAloneAndIsTheSame(t *testing.T) {
	p := &program{streams{os.Stdin, os.Stdout, os.Stderr}, locale.For("en")}
	all := p.root(nil)
	for _, c := range p.commands() {
		if c.make().Name() != c.name {
			t.Errorf("%s is listed as %s", c.make().Name(), c.name)
		}
		alone, _, err := p.root([]string{c.name}).Find([]string{c.name})
		if err != nil {
			t.Fatal(err)
		}
		among, _, err := all.Find([]string{c.name})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := alone.UsageString(), among.UsageString(); a != b {
			t.Errorf("%s alone:\n%s\namong all:\n%s", c.name, a, b)
		}
	}
	for _, line := range [][]string{nil, {"--help"}, {"help", "score"}, {"completion", "bash"}, {"__complete", ""}, {"scor"}, {"--version", "x"}} {
		if n := len(p.needed(line)); n != len(p.commands()) {
			t.Errorf("%q needs %d commands", line, n)
		}
	}
}
