package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tapescript/audio/decode"
	"tapescript/transcript/format"
	"tapescript/tui/locale"
)

// constants lists the string constants of a type in a package of ours.
func constants(t *testing.T, dir, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root(t), dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
				name, isIdent := spec.Type.(*ast.Ident)
				value, isLit := spec.Values[0].(*ast.BasicLit)
				if isIdent && isLit && name.Name == typeName {
					text, _ := strconv.Unquote(value.Value)
					list = append(list, text)
				}
			}
			return true
		})
	}
	if len(list) < 3 {
		t.Fatalf("only %v are constants of %s", list, typeName)
	}
	return list
}

// TestEveryCodeHasASentence: a code that a room can return is said in every
// language.
func TestEveryCodeHasASentence(t *testing.T) {
	for _, c := range []struct{ dir, typeName, prefix, suffix string }{
		{"audio/decode", "Reason", "decode.", ""},
		{"audio/output", "Reason", "sound.", ""},
		{"quality/style", "Reason", "style-reason.", ""},
		{"transcript/task/postgres", "Code", "database.", ""},
		{"quality/style", "ProfileCode", "style-profile.", ""},
		{"quality/merge", "Code", "merge.", ""},
		{"quality/consensus", "Code", "consensus-code.", ""},
		{"quality/consensus", "Sign", "consensus-sign.", ""},
		{"transcript/draft", "Code", "recogniser-code.", ""},
		{"transcript/format", "Code", "format-code.", ""},
		{"transcript/format", "Advice", "format-advice.", ""},
		{"transcript/format", "NoteCode", "note.", ".many"},
		{"transcript/format", "LossKind", "loss.", ".many"},
	} {
		for _, code := range constants(t, c.dir, c.typeName) {
			if code == "range" && c.dir == "audio/decode" {
				continue // a seek that the player never makes
			}
			for _, language := range locale.Languages() {
				if key := c.prefix + code + c.suffix; !locale.For(language).Has(key) {
					t.Errorf("%s does not say %s", language, key)
				}
			}
		}
	}
}

func TestErrorsAreExplainedInTheirLanguage(t *testing.T) {
	sound := &decode.Error{Path: "a\x1b[2Jb.m4a", Format: "AAC audio", Reason: decode.ErrUnsupported}
	text := &format.Error{Path: "talk.srt", Line: 3, Code: format.EndBeforeStart, Offending: "00:05 --> 00:02", Advice: format.CorrectLine}
	for language, want := range map[string][2]string{
		"en": {"convert it first: ffmpeg -i", "talk.srt, line 3: the end comes before the start (00:05 --> 00:02); correct it in a text editor"},
		"fr": {"à convertir d'abord : ffmpeg -i", "talk.srt, ligne 3: la fin vient avant le début (00:05 --> 00:02); corrigez-la dans un éditeur de texte"},
	} {
		p := &program{words: locale.For(language)}
		if got := p.explain(sound); !strings.Contains(got, want[0]) || strings.Contains(got, "\x1b") {
			t.Errorf("%s: %q", language, got)
		}
		if got := p.explain(text); got != want[1] {
			t.Errorf("%s: %q", language, got)
		}
	}
}
