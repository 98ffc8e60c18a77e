package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tapescript/quality/grade"
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
	"tapescript/transcript/task/sqlite"
)

// What a server tells of an exam: nothing before all of it is answered, the same
// verdict however often it is asked, and at no moment a word of gold.
func TestAServerGradesAnExam(t *testing.T) {
	const goldWord = "zubrowka"
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, err = store.Import(t.Context(), task.Batch{ID: "b", Skill: "en"}, func(yield func(task.Record, error) bool) {
		for i := range 9 {
			r := task.Record{Key: fmt.Sprint(i), Kind: task.Exam, Gold: []string{goldWord + " and the rest", goldWord}, Hint: goldWord}
			if i >= 6 { // control tasks are no part of it
				r.Kind = task.Control
			}
			if !yield(r, nil) {
				return
			}
		}
	}, task.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	exam, _ := grade.Preset("crowd")
	exam.Golds = 3
	board := &examBoard{store: store, exam: exam}
	answer := func(kind task.Kind, text string) {
		t.Helper()
		c, err := store.Claim(t.Context(), task.Query{Worker: "w", Kind: kind}, time.Hour)
		if err == nil {
			_, err = store.Submit(t.Context(), task.Submission{ID: c.Assignment.ID, Task: c.Task.ID, Assignment: c.Assignment.ID, Worker: "w", Text: text}, c.Assignment.Token)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	asks := func() api.Exam {
		t.Helper()
		e, err := board.examine(t.Context(), "w", "b")
		if err != nil {
			t.Fatal(err)
		}
		if told, _ := json.Marshal(e); strings.Contains(string(told), goldWord) {
			t.Fatalf("gold is told: %s", told)
		}
		return e
	}
	if e := asks(); e.Answered != 0 || e.Verdict != nil || e.Golds != 3 {
		t.Errorf("before: %+v", e)
	}
	answer(task.Control, "wrong")
	answer(task.Exam, "and the rest")
	answer(task.Exam, "vodka and the rest")
	if e := asks(); e.Answered != 2 || e.Verdict != nil {
		t.Errorf("in the middle: %+v", e)
	}
	answer(task.Exam, "nothing of it")
	first := asks()
	if v := first.Verdict; v == nil || v.Passed || v.Golds != 3 || len(v.Misses) != 3 || v.RetryAt.Before(v.At) || first.Answered != 0 {
		t.Fatalf("the verdict: %+v", first)
	}
	if m := first.Verdict.Misses[0]; m.Missing != 1 || len(m.Marks) != 0 {
		t.Errorf("a word that is missing: %+v", m)
	}
	if m := first.Verdict.Misses[1]; len(m.Marks) != 1 || m.Written[m.Marks[0].From:m.Marks[0].To] != "vodka" {
		t.Errorf("a word that is another: %+v", m)
	}
	if again := asks(); again.Verdict == nil || !again.Verdict.At.Equal(first.Verdict.At) || len(again.Verdict.Misses) != 3 {
		t.Errorf("asked again: %+v", again)
	}
	list, err := store.Qualifications(t.Context(), "w")
	if err != nil || len(list) != 1 || list[0].Skill != "en" {
		t.Errorf("%+v, %v", list, err)
	}
	for range 3 { // before its time, by whatever way
		answer(task.Exam, "x")
	}
	if _, err := board.examine(t.Context(), "w", "b"); !errors.Is(err, api.ErrTooSoon) {
		t.Errorf("a second try is graded at once: %v", err)
	}
}

// A lesson holds the writer's own words alone, and its marks lie within them.
func TestALessonHoldsNoGold(t *testing.T) {
	for _, c := range []struct {
		written string
		gold    []string
		marked  string
		missing int
	}{
		{"go to you hear now", []string{"go do you hear"}, "to now", 0},
		{"go you hear", []string{"go do you hear", "come"}, "", 1},
		{"", []string{"two words"}, "", 2},
		{"œuvre été là", []string{"œuvre été"}, "là", 0},
	} {
		l, err := lessonOf("t", c.written, c.gold)
		if err != nil {
			t.Fatal(err)
		}
		var marked []string
		for _, m := range l.Marks {
			marked = append(marked, l.Written[m.From:m.To])
		}
		if strings.Join(marked, " ") != c.marked || l.Missing != c.missing {
			t.Errorf("%q: %+v", c.written, l)
		}
	}
}
