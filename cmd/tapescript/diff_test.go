package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gitRepository is a new one with the program, under its name, on the path.
type gitRepository struct {
	*testing.T
	dir string
	env []string
}

func newGitRepository(t *testing.T) gitRepository {
	t.Helper()
	requireTool(t, "git")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir, bin := t.TempDir(), t.TempDir()
	if err := os.Symlink(self, filepath.Join(bin, "tapescript")); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
		"HOME="+dir, "XDG_CONFIG_HOME="+dir, "GIT_CONFIG_NOSYSTEM=1", "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "LANGUAGE=",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b", "GIT_PAGER=cat")
	r := gitRepository{t, dir, env}
	r.git("init", "-q")
	return r
}

func (r gitRepository) git(args ...string) string {
	r.Helper()
	c := exec.Command("git", args...)
	c.Dir, c.Env = r.dir, r.env
	out, err := c.CombinedOutput()
	if err != nil {
		r.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (r gitRepository) write(name, text string) {
	r.Helper()
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
}

// documented returns the configuration that docs/git.md shows.
func documented(t *testing.T) (attributes string, configs [][]string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "docs", "git.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "*.") {
			attributes += line + "\n"
		}
		if args, ok := strings.CutPrefix(line, "git config "); ok {
			key, value, _ := strings.Cut(args, " ")
			configs = append(configs, []string{"config", key, strings.Trim(value, "'")})
		}
	}
	if attributes == "" || len(configs) != 3 {
		t.Fatalf("docs/git.md has %q and %q", attributes, configs)
	}
	return attributes, configs
}

const gitCue = "WEBVTT\n\n1\n00:00.000 --> 00:01.000\n"

// TestGitShowsTranscripts: the lines of docs/git.md, in a real repository.
func TestGitShowsTranscripts(t *testing.T) {
	attributes, configs := documented(t)
	for _, c := range []struct {
		config []string
		want   []string
	}{
		{configs[0], []string{"diff talk.vtt\n", "the [-cat-]{+cad+} sat", "[-gone entirely-]", "{+new here+}"}},
		{configs[1], []string{"-[00:00:00.000 --> 00:00:01.000] the cat sat", "+[00:00:00.000 --> 00:00:01.000] the cad sat", "] gone entirely", "] new here"}},
	} {
		r := newGitRepository(t)
		r.git(c.config...)
		r.write(".gitattributes", attributes)
		r.write("talk.vtt", gitCue+"the cat sat\n")
		r.write("gone.vtt", gitCue+"gone entirely\n")
		r.git("add", ".")
		r.git("commit", "-q", "-m", "one")
		r.write("talk.vtt", gitCue+"the cad sat\n")
		r.write("new.vtt", gitCue+"new here\n")
		if err := os.Remove(filepath.Join(r.dir, "gone.vtt")); err != nil {
			t.Fatal(err)
		}
		r.git("add", "-A")
		got := r.git("diff", "--cached", "--ext-diff")
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%q: git diff lacks %q:\n%s", c.config, want, got)
			}
		}
		r.git("commit", "-q", "-m", "two")
		if log := r.git("log", "-p", "--ext-diff", "-1"); !strings.Contains(log, c.want[1]) {
			t.Errorf("%q: git log -p lacks %q:\n%s", c.config, c.want[1], log)
		}
	}
}

// TestGitMergesTranscripts: two people change one cue, each another word of it,
// with the lines of docs/git.md.
func TestGitMergesTranscripts(t *testing.T) {
	attributes, configs := documented(t)
	r := newGitRepository(t)
	r.git(configs[2]...)
	r.write(".gitattributes", attributes)
	commit := func(text string) {
		r.write("talk.vtt", gitCue+text+"\n")
		r.git("add", ".")
		r.git("commit", "-q", "-m", text)
	}
	commit("the cat sat on a mat")
	r.git("checkout", "-q", "-b", "other")
	commit("the cat sat on the mat")
	r.git("checkout", "-q", "-")
	commit("The cat sat on a mat")
	r.git("merge", "-q", "other", "-m", "merged")
	if got, err := os.ReadFile(filepath.Join(r.dir, "talk.vtt")); err != nil || !strings.Contains(string(got), "\nThe cat sat on the mat\n") {
		t.Errorf("%q, %v", got, err)
	}
}

// TestGitDiffGoesOn: a version that is no transcript is told of, and the files
// after it are shown.
func TestGitDiffGoesOn(t *testing.T) {
	r := newGitRepository(t)
	r.git("config", "diff.tapescript.command", "tapescript diff --git")
	r.write(".gitattributes", "*.vtt diff=tapescript\n")
	r.write("a.vtt", "WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards\n")
	r.write("b.vtt", gitCue+"one\n")
	r.git("add", ".")
	r.git("commit", "-q", "-m", "one")
	r.write("a.vtt", gitCue+"forwards\n")
	r.write("b.vtt", "NOTE\n"+gitCue+"one\n")
	r.write("b.vtt", strings.Replace(gitCue, "\n\n", "\n\nNOTE by hand\n\n", 1)+"one\n")
	got := r.git("diff")
	for _, want := range []string{"the end comes before the start", "diff b.vtt", "say the same"} {
		if !strings.Contains(got, want) {
			t.Errorf("git diff lacks %q:\n%s", want, got)
		}
	}
}
