package server

import (
	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Gold stays here: what it is for, the server does with it.

// correctGold replaces the accepted texts of the gold of a submission's task.
func (c *call) correctGold() error {
	id, err := c.named()
	if err != nil {
		return err
	}
	var in api.GoldRequest
	if err := c.decode(largeBody, &in); err != nil {
		return err
	}
	const most = 1000
	switch {
	case len(in.Texts) == 0:
		return &task.InvalidError{Field: "texts", Code: task.Missing}
	case len(in.Texts) > most:
		return &task.InvalidError{Field: "texts", Code: task.TooLong}
	}
	for _, text := range in.Texts {
		if len(text) > task.MaxText {
			return &task.InvalidError{Field: "texts", Code: task.TooLong}
		}
	}
	corrector, is := c.store.(task.GoldCorrector)
	if !is {
		return api.ErrForbidden
	}
	if err := corrector.CorrectGold(c.r.Context(), id, in.Texts); err != nil {
		return err
	}
	return c.done()
}

// lesson tells what is wrong with an answer to a training task.
func (c *call) lesson() error {
	id, err := c.named()
	if err != nil {
		return err
	}
	in, err := c.store.Submission(c.r.Context(), id) // a worker's own, or none
	if err != nil {
		return err
	}
	t, err := c.Store.Task(c.r.Context(), in.Task)
	if err != nil {
		return err
	}
	if t.Kind != task.Training || c.Teach == nil {
		return task.ErrNotFound
	}
	g, err := c.Store.Gold(c.r.Context(), id)
	if err != nil {
		return err
	}
	l, err := c.Teach(in, g)
	if err != nil {
		return err
	}
	return c.answer(l)
}

// examine says how somebody stands in an exam.
func (c *call) examine() error {
	var in api.ExamRequest
	if err := c.decode(smallBody, &in); err != nil {
		return err
	}
	if in.Worker == "" {
		in.Worker = c.token.Worker
	}
	switch {
	case c.reach == theirs && in.Worker != c.token.Worker:
		return api.ErrForbidden
	case c.Examine == nil:
		return task.ErrNotFound
	}
	if in.Batch != "" {
		if _, err := c.store.Batch(c.r.Context(), in.Batch); err != nil {
			return err
		}
	}
	e, err := c.Examine(c.r.Context(), in.Worker, in.Batch)
	if err != nil {
		return err
	}
	e.Now = c.Now().UTC()
	return c.answer(e)
}
