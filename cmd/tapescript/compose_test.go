package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	yaml "go.yaml.in/yaml/v4"

	"tapescript/tui/locale"
)

// composed is what docs/compose.yaml says, as far as it is ours.
type composed struct {
	Services map[string]struct {
		Image   string
		Command yaml.Node
		Built   struct {
			Context    string `yaml:"context"`
			Dockerfile string `yaml:"dockerfile_inline"`
		} `yaml:"build"`
		Environment map[string]string
		Volumes     []string
		Ports       []string
		DependsOn   yaml.Node `yaml:"depends_on"`
	}
	Volumes map[string]any
}

// understood holds a command line against our own flags and arguments.
func understood(t *testing.T, line []string) {
	t.Helper()
	p := &program{streams{nil, os.Stderr, os.Stderr}, locale.For("en")}
	c, rest, err := p.root(nil).Find(line)
	if err == nil && len(line) > 0 {
		err = c.ParseFlags(rest)
	}
	if err == nil {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil {
		t.Errorf("tapescript %s: %v", strings.Join(line, " "), err)
	}
}

// The compose file is whole, and what it and docs/team.md tell tapescript to do
// is something that tapescript does.
func TestTheTeamsDocumentsAreTrue(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	data, err := os.ReadFile(filepath.Join(docs, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file composed
	if err := yaml.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for name, s := range file.Services {
		if s.Image == "" && s.Built.Dockerfile == "" {
			t.Errorf("%s is made of nothing", name)
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			if _, is := file.Volumes[volume]; !is {
				t.Errorf("%s mounts %s, which is no volume", name, volume)
			}
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s listens to everybody at %s", name, port)
			}
		}
		var after map[string]any
		var list []string
		if s.DependsOn.Decode(&after) != nil {
			_ = s.DependsOn.Decode(&list)
		}
		for other := range after {
			list = append(list, other)
		}
		for _, other := range list {
			if _, is := file.Services[other]; !is {
				t.Errorf("%s waits for %s, which is not there", name, other)
			}
		}
	}
	ours := file.Services["tapescript"]
	var command []string
	if err := ours.Command.Decode(&command); err != nil || len(command) < 2 || command[0] != "tapescript" || command[1] != "serve" {
		t.Fatalf("%q, %v", command, err)
	}
	understood(t, command[1:])
	p := &program{streams{nil, os.Stderr, os.Stderr}, locale.For("en")}
	serve, rest, err := p.root(nil).Find(command[1:])
	if err != nil || serve.ParseFlags(rest) != nil {
		t.Fatal(err)
	}
	f := serveFlags{listen: serve.Flag("listen").Value.String(), plain: serve.Flag("plain-http").Value.String() == "true"}
	f.store = serve.Flag("store").Value.String()
	if _, err := p.safeToListen(f); err != nil || !database(f.store) {
		t.Errorf("%+v: %v", f, err)
	}
	if build := ours.Built.Dockerfile; !strings.Contains(build, "FROM golang:"+goVersion(t)+" ") {
		t.Errorf("it is built by another Go than %s", goVersion(t))
	}
	team, err := os.ReadFile(filepath.Join(docs, "team.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile(`\$\{([A-Z0-9_]+)`).FindAllStringSubmatch(string(data), -1) {
		if !strings.Contains(string(team), "echo "+name[1]+"=") {
			t.Errorf("docs/team.md does not say how %s is set", name[1])
		}
	}
	commandsOf(t, string(team))
}

// commandsOf holds what a document tells people to type against our command line.
func commandsOf(t *testing.T, text string) {
	t.Helper()
	said := 0
	for _, line := range regexp.MustCompile("(?m)^    .*?(tapescript [a-z].*)$").FindAllStringSubmatch(text, -1) {
		words := strings.Fields(line[1])
		words = words[slices.Index(words, "tapescript")+1:]
		if words[0] == "tapescript" { // of docker compose exec
			words = words[1:]
		}
		understood(t, words)
		said++
	}
	if said < 5 {
		t.Errorf("docs/team.md holds %d commands", said)
	}
}

// goVersion is that of go.mod, without the patch.
func goVersion(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(data)
	if found == nil {
		t.Fatal("go.mod names no Go")
	}
	return string(found[1])
}
