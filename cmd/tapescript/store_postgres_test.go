package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tapescript/transcript/task/tasktest"
)

// The story of a batch in a file is that of a batch in a database: every line of
// the script but those that look into the file itself.
func TestABatchInADatabase(t *testing.T) {
	cluster := tasktest.OwnPostgres(t)
	script, err := os.ReadFile("testdata/script/tasks.txtar")
	if err != nil {
		t.Fatal(err)
	}
	looking := regexp.MustCompile(`(?m)^!? ?(grep|exists|cmp|cp) .*b\.db.*$`)
	text := looking.ReplaceAllString(string(script), "")
	text = strings.ReplaceAll(text, "--store b.db", "--store $STORE")
	if n := strings.Count(text, "$STORE"); n < 15 || strings.Contains(text, "b.db") {
		t.Fatalf("%d commands use the database, and of the file is left: %s", n, regexp.MustCompile(`.*b\.db.*`).FindString(text))
	}
	// What is said of a database that is not there holds no password.
	text = "! exec tapescript queue --store postgres://u:hunter2@127.0.0.1:1/d?connect_timeout=2\nstderr 'no database answers at 127.0.0.1'\n! stderr hunter2\n" +
		"! exec tapescript queue --store postgres://u:hunter2@:x/\n! stderr hunter2\n! exec tapescript queue --store mysql://u:hunter2@h/d\n! stderr hunter2\n" + text
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "database.txtar"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	params := scripts()
	params.Dir = dir
	setup := params.Setup
	params.Setup = func(e *testscript.Env) error {
		e.Setenv("STORE", cluster.Database(t)+"&password=hunter2")
		return setup(e)
	}
	testscript.Run(t, params)
}
