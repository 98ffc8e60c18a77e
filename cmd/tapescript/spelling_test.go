package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/transcript"
	"tapescript/tui/locale"
	"tapescript/tui/spell"
)

// twoDictionaries puts a tiny English and a tiny French dictionary where the
// system's are looked for first, and an own list of words beside the
// configuration.
func twoDictionaries(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("DICPATH", dir)
	t.Setenv("XDG_CONFIG_HOME", dir)
	for name, text := range map[string]string{
		"en_US.aff": "SET UTF-8\n", "en_US.dic": "3\nthe\nmill\nis\n",
		"fr_FR.aff": "SET ISO8859-15\n", "fr_FR.dic": "3\nle\nmoulin\nest\n",
		"qq.aff": "SET KLINGON\n", "qq.dic": "1\nx\n",
		"tapescript/words.txt": "Carrow # a creek\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheTranscriptsLanguageChoosesTheDictionary(t *testing.T) {
	twoDictionaries(t)
	p := &program{words: locale.For("en")}
	of := func(language, text string) *transcript.Transcript {
		return &transcript.Transcript{Language: language, Segments: []*transcript.Segment{{ID: "1", Text: text}}}
	}
	for _, c := range []struct {
		t         *transcript.Transcript
		preferred string
		want      string
	}{
		{of("fr", "the mill"), "", "fr_FR"},
		{of("en-GB", ""), "fr", "en_US"},
		{of("", "le moulin est la"), "", "fr_FR"},
		{of("", "the mill is old"), "", "en_US"},
		{of("", "moulin"), "fr", "fr_FR"},
		{of("", "moulin"), "", "en_US"}, // the interface's
	} {
		var s settings
		s.Spell.Language = c.preferred
		s.Glossary = []string{"Orval Priory"}
		got, err := p.checker(c.t, s)
		if err != nil {
			t.Fatal(err)
		}
		if name := got.Dictionary().Name(); name != c.want {
			t.Errorf("%+v: %s, want %s", c, name, c.want)
		}
		if !got.Good("Carrow") || !got.Good("Orval") || got.Good("Carow") {
			t.Error("one's own words are not known")
		}
	}
	_, err := p.checker(of("oc", ""), settings{})
	if text := p.explain(err); !strings.Contains(text, "hunspell-oc") || !strings.Contains(text, "config.toml") {
		t.Errorf("without a dictionary: %s", text)
	}
	_, err = p.checker(of("qq", ""), settings{})
	if text := p.explain(err); !strings.Contains(text, "qq.aff") || !strings.Contains(text, "line 1") {
		t.Errorf("a broken dictionary: %s", text)
	}
	if f := p.checkSpelling(); !f.OK || !strings.Contains(f.State, "fr_FR") {
		t.Errorf("doctor: %+v", f)
	}
}

func TestProjectWordsAreKeptBesideTheRecording(t *testing.T) {
	twoDictionaries(t)
	dir := t.TempDir()
	p := &program{words: locale.For("en")}
	s := &session{recording: filepath.Join(dir, "talk.wav")}
	w := p.spelling(&desk{}, s)
	if err := w.Learn("Whitcombe", true); err != nil {
		t.Fatal(err)
	}
	if err := w.Learn("gonna", false); err != nil {
		t.Fatal(err)
	}
	var again settings
	if err := p.addProject(&again, s.recording); err != nil {
		t.Fatal(err)
	}
	c, err := p.checker(&transcript.Transcript{Language: "en"}, again)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Good("Whitcombe") || !c.Good("gonna") {
		t.Error("words that were kept are not known in the next session")
	}
	if words, _ := spell.ReadList(filepath.Join(dir, projectWords)); len(words) != 1 {
		t.Errorf("the project's list: %q", words)
	}
	if demo := p.spelling(&desk{}, &session{demo: true}); demo.Learn != nil || demo.Project {
		t.Error("the demo would write")
	}
}
