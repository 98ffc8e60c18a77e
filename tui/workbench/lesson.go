package workbench

import "tapescript/tui"

// Lesson is one step of learning by doing: what to try, and the actions that
// are the doing of it.
type Lesson struct {
	Text string // in the person's language
	Done []tui.Action
}

// learn goes on to the lesson behind the last one that an action does: who
// knows a later step already is not held up.
func (w *Workbench) learn(a tui.Action) {
	for i := len(w.Lessons) - 1; i >= w.lesson; i-- {
		for _, done := range w.Lessons[i].Done {
			if a == done {
				w.lesson = i + 1
				return
			}
		}
	}
}

// lessonText is the present lesson, "" behind the last.
func (w *Workbench) lessonText() string {
	if w.lesson >= len(w.Lessons) {
		return ""
	}
	return w.Words.Say("demo.step", w.lesson+1, len(w.Lessons), w.Lessons[w.lesson].Text)
}
