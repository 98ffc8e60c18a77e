package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tapescript/transcript/task"
)

// packTask is a task in a worker's pack: nothing of it says whether it has gold.
type packTask struct {
	ID      string  `json:"id"`
	Audio   string  `json:"audio_filepath"`
	Offset  float64 `json:"offset,omitempty"`
	End     float64 `json:"end,omitempty"`
	Draft   string  `json:"draft,omitempty"`
	Channel int     `json:"channel,omitempty"`
}

// packTerms are the batch's terms in a pack.
type packTerms struct {
	Batch        string `json:"batch"`
	Worker       string `json:"worker"`
	Style        string `json:"style,omitempty"`
	Language     string `json:"language,omitempty"`
	Price        string `json:"price,omitempty"`
	Instructions string `json:"instructions,omitempty"`
}

// exportPack writes what a worker needs to work elsewhere: tasks, recordings,
// terms. Gold, reasons, kinds of task and other workers' answers stay here; so
// do tasks that the worker has done. It is there whole or not at all.
func (p *program) exportPack(ctx context.Context, store task.Store, worker, batch, dir string) error {
	b, err := store.Batch(ctx, batch)
	if errors.Is(err, task.ErrNotFound) {
		return errors.New(p.words.Say("store.no-batch", batch))
	}
	if err != nil {
		return err
	}
	if _, err := os.Lstat(dir); err == nil {
		return errors.New(p.words.Say("convert.exists", dir))
	}
	made, err := os.MkdirTemp(filepath.Dir(filepath.Clean(dir)), ".tapescript-pack-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	n, err := p.fillPack(ctx, store, worker, b, made)
	if err != nil {
		return err
	}
	if err := os.Rename(made, dir); err != nil {
		return err
	}
	p.tell(p.words.Count("pack.done", n, dir))
	return nil
}

func (p *program) fillPack(ctx context.Context, store task.Store, worker string, b task.Batch, dir string) (n int, err error) {
	terms, err := jsonText(packTerms{b.ID, worker, b.Style, b.Language, priceText(b.Price), b.Instructions})
	if err != nil {
		return 0, err
	}
	if err := os.WriteFile(filepath.Join(dir, "batch.json"), terms, 0o600); err != nil {
		return 0, err
	}
	sound := filepath.Join(dir, "audio")
	if err := os.Mkdir(sound, 0o700); err != nil {
		return 0, err
	}
	list, err := os.OpenFile(filepath.Join(dir, "tasks.jsonl"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	defer list.Close()
	out := json.NewEncoder(list)
	out.SetEscapeHTML(false)
	done := map[string]bool{}
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: b.ID, Worker: worker, Reject: true}) {
		if err != nil {
			return 0, err
		}
		done[r.Task.ID] = true
	}
	last, remote := "", p.soundOf(ctx, store, noCap)
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: b.ID, All: true, Reject: true, ByTask: true}) {
		if err != nil {
			return 0, err
		}
		t := r.Task
		if t.ID == last || done[t.ID] || t.State != task.Open {
			continue
		}
		last = t.ID
		if r, err = remote.exported(r); err != nil {
			return 0, err
		}
		t.Audio = r.Task.Audio
		item := packTask{t.ID, t.Audio.Ref, t.Audio.Start.Seconds(), t.Audio.End.Seconds(), t.Draft, t.Audio.Channel}
		if t.Audio.Path != "" {
			name := fmt.Sprintf("%05d%s", n+1, filepath.Ext(t.Audio.Path))
			if err := copyInto(t.Audio.Path, filepath.Join(sound, name)); err != nil {
				return 0, err
			}
			item.Audio = filepath.ToSlash(filepath.Join("audio", name))
		}
		if err := out.Encode(item); err != nil {
			return 0, err
		}
		n++
	}
	return n, list.Close()
}

func copyInto(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
