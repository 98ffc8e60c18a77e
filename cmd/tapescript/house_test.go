package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The house: which package may import which of ours, and why not. A package
// that is not listed here has no place yet.

// arrows lists what each package may import, low to high.
var arrows = map[string][]string{
	"testdata": {},
	"docs":     {},

	"audio/decode":  {},
	"audio/stretch": {},
	"audio/peaks":   {},
	"audio/speech":  {},
	"audio/output":  {},
	"audio/warp":    {},
	"quality/align": {},
	"transcript":    {},

	"audio":              {"audio/decode", "audio/stretch", "audio/peaks", "audio/output"},
	"transcript/journal": {"transcript"},
	"transcript/format":  {"transcript"},
	"transcript/draft":   {"transcript"},
	"transcript/task":    {"transcript"},

	"transcript/task/platform": {"transcript", "transcript/format", "transcript/task"},
	"transcript/task/sqlite":   {"transcript/task"},
	"transcript/task/postgres": {"transcript/task"},
	"transcript/task/jobs":     {},
	"transcript/task/tasktest": {"transcript/task"},
	"transcript/task/purgelog": {"transcript"},
	"transcript/task/api":      {"transcript/task"},
	"transcript/task/server":   {"docs", "transcript/task", "transcript/task/api"},
	"transcript/task/client":   {"transcript", "transcript/task", "transcript/task/api"},

	"transcript/task/recordings": {"transcript/task", "transcript/task/api"},
	"quality/normalize":          {"transcript"},
	"quality/privacy":            {"transcript"},
	"quality/style":              {"transcript"},

	"quality":           {"transcript", "quality/align", "quality/normalize"},
	"quality/merge":     {"transcript", "quality/align"},
	"quality/report":    {"transcript", "quality/align", "quality/normalize", "quality"},
	"quality/consensus": {"quality/align", "quality/normalize"},
	"quality/grade":     {"quality", "transcript/task"},

	"quality/privacy/deidentify": {"transcript", "transcript/format", "transcript/task", "transcript/task/platform", "quality/privacy"},

	"tui/locale":    {},
	"tui":           {"tui/locale"},
	"tui/editor":    {"tui", "tui/locale", "transcript"},
	"tui/wave":      {"audio/peaks"},
	"tui/queue":     {"tui"},
	"tui/spell":     {},
	"tui/pedal":     {},
	"tui/frametest": {},
	"tui/transport": {"tui", "tui/locale", "audio", "audio/output"},
	"tui/workbench": {
		"tui", "tui/locale", "tui/editor", "tui/wave", "tui/transport", "tui/spell", "tui/pedal",
		"audio", "audio/peaks", "audio/speech", "audio/output", "transcript", "transcript/format", "transcript/journal",
		"quality", "quality/align", "quality/normalize", "quality/style",
	},
	"tui/review": {
		"tui", "tui/locale", "tui/editor", "tui/transport", "audio", "audio/output", "transcript",
		"quality", "quality/align", "quality/normalize", "quality/consensus",
	},
}

// testArrows are what the tests of a package may import besides: fixtures.
var testArrows = map[string][]string{
	"audio/speech":  {"audio/decode"},      // real speech to find
	"audio/stretch": {"audio/decode"},      // real speech to stretch
	"quality":       {"transcript/format"}, // real files to score
	"quality/style": {"transcript/format"}, // real tables to lint
	"quality/grade": {"transcript/format"}, // a crowd's results, graded

	"quality/consensus":      {"quality", "transcript/format"}, // a crowd's results, scored
	"transcript/task/sqlite": {"transcript/task/tasktest"},     // the suite of every store

	"transcript/task/api":      {"transcript/task/server"},                                                       // fuzzed through the server
	"transcript/task/server":   {"transcript/task/sqlite"},                                                       // a store to serve
	"transcript/task/client":   {"transcript/task/server", "transcript/task/sqlite", "transcript/task/tasktest"}, // the suite, through a server
	"transcript/task/jobs":     {"transcript/task/tasktest"},                                                     // a server for jobs in a database
	"transcript/task/postgres": {"transcript/task/tasktest"},                                                     // the suite of every store, and a server for it

	"quality/privacy": {"transcript/format"}, // every format is searched for what was masked

	"tui/workbench": {"tui/frametest"},
	"tui/review":    {"tui/frametest"},
}

// reasons say why an arrow that somebody may be tempted to draw is not there.
var reasons = []struct{ from, to, why string }{
	{"audio", "transcript", "audio knows time, not text: hand it an audio.Span"},
	{"audio", "tui", "sound must work without a screen"},
	{"transcript", "audio", "a transcript is text and times: it is scored and converted where there is no sound"},
	{"transcript", "quality", "the floor does not know who stands on it"},
	{"transcript", "tui", "rooms make no sentences for people: return a code and its arguments"},
	{"quality", "audio", "scores compare texts; the screen fetches the sound"},
	{"quality", "tui", "rooms make no sentences for people: return a code and its arguments"},
	{"quality/align", "transcript", "align knows integers, not text"},
	{"tui/workbench", "tui/review", "screens do not know each other: cmd hands them Open functions"},
	{"", "cmd", "nobody imports cmd: what a lower room needs from it, cmd hands it as a function"},
}

const module = "tapescript/"

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// goFiles lists our Go files, by their path from the module's root.
func goFiles(t *testing.T) []string {
	t.Helper()
	top := root(t)
	var list []string
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != top && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			rel, _ := filepath.Rel(top, path)
			list = append(list, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil || len(list) < 50 {
		t.Fatalf("walking the house: %d files, %v", len(list), err)
	}
	return list
}

func TestImportsPointOneWay(t *testing.T) {
	seen := map[string]bool{}
	for _, file := range goFiles(t) {
		from := filepath.ToSlash(filepath.Dir(file))
		seen[from] = true
		if strings.HasPrefix(from, "cmd/") {
			continue
		}
		allowed, known := arrows[from]
		if strings.HasSuffix(file, "_test.go") {
			allowed = append(slices.Clone(allowed), testArrows[from]...)
		}
		if !known {
			t.Errorf("%s has no place in the house yet: give it one in this test and in ARCHITECTURE.md", from)
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			to, ours := strings.CutPrefix(path, module)
			if ours && to != from && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s: %s", file, to, reason(from, to))
			}
		}
	}
	for from := range arrows {
		if !seen[from] {
			t.Errorf("%s is in the plan and not in the house", from)
		}
	}
}

func reason(from, to string) string {
	under := func(path, tree string) bool {
		return tree == "" || path == tree || strings.HasPrefix(path, tree+"/")
	}
	for _, r := range reasons {
		if under(from, r.from) && under(to, r.to) {
			return r.why
		}
	}
	return "imports point one way, low to high (ARCHITECTURE.md)"
}

// reach are the packages that a program leaves itself by, and who of ours may:
// nothing leaves the machine unasked, and no other program is run.
var reach = map[string][]string{
	"net": {
		"cmd/tapescript/fetch.go",          // what `import --fetch` was asked for
		"transcript/task/server/server.go", // `serve` listens where it was told to
		"transcript/task/server/call.go",   // and tells its callers apart
		"transcript/task/client/client.go", // `--store https://…`
		"cmd/tapescript/serve.go",
	},
	"gocloud.dev/blob": {"transcript/task/recordings/recordings.go"}, // `serve --audio s3://…`
	"net/http": {
		"cmd/tapescript/fetch.go",
		"transcript/task/server/server.go", "transcript/task/server/call.go", "transcript/task/server/routes.go",
		"transcript/task/server/handlers.go", "transcript/task/server/audio.go", "transcript/task/server/figures.go",
		"transcript/task/client/client.go", "transcript/task/client/store.go", "transcript/task/client/audio.go",
		"cmd/tapescript/serve.go",
		"transcript/task/api/problem.go", // the statuses of problems; sends nothing
	},
	"github.com/jackc/pgx/v5": {
		"transcript/task/postgres/postgres.go", "transcript/task/postgres/claim.go", "transcript/task/postgres/submit.go",
		"transcript/task/postgres/read.go", "transcript/task/postgres/import.go", "transcript/task/postgres/row.go",
		"transcript/task/postgres/rewrite.go",
		"transcript/task/jobs/river.go",
	}, // the database that --store postgres:// names
	"os/exec": {
		"transcript/task/tasktest/cluster.go", // tests' own PostgreSQL; no program imports it
		"cmd/tapescript/doctor.go",            // looks whether ffmpeg is there, runs nothing
		"audio/decode/ffmpeg.go",              // decodes what we do not, by an argument list, on local files only
		"transcript/draft/run.go",             // the recogniser that the user has, by an argument list
		"cmd/tapescript/draft.go",             // looks which recognisers are there
		"audio/warp/espeak.go",                // speaks a transcript's words, given on its standard input
	},
}

func TestNothingLeavesTheMachine(t *testing.T) {
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if who, watched := reach[path]; watched && !slices.Contains(who, file) {
				t.Errorf("%s imports %s: nothing leaves the machine unless asked, and no shell is run", file, path)
			}
		}
	}
}

// The sizes that keep a house readable, and the exceptions with their reasons.
const (
	longestFunction = 80
	longestFile     = 700
)

var longOnes = map[string]string{}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	excused := map[string]bool{}
	check := func(name string, lines, limit int) {
		if lines <= limit {
			return
		}
		if _, ok := longOnes[name]; ok {
			excused[name] = true
			return
		}
		t.Errorf("%s has %d lines, over %d: split it, or list it here with the reason", name, lines, limit)
	}
	for _, file := range goFiles(t) {
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, filepath.Join(root(t), file), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		check(file, set.Position(parsed.End()).Line, longestFile)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				check(fmt.Sprintf("%s %s", file, f.Name.Name), set.Position(f.End()).Line-set.Position(f.Pos()).Line+1, longestFunction)
			}
		}
	}
	for name := range longOnes {
		if !excused[name] {
			t.Errorf("%s is excused and needs no excuse", name)
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	said, seen := map[string]bool{}, map[string]bool{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		dir := filepath.Dir(file)
		seen[dir] = true
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root(t), file), nil, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if parsed.Doc != nil && len(parsed.Doc.Text()) > 20 {
			said[dir] = true
		}
	}
	for dir := range seen {
		if !said[dir] {
			t.Errorf("%s has no package comment", dir)
		}
	}
}
