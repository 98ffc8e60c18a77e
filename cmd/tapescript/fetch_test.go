package main

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tapescript/transcript/task"
	"tapescript/transcript/task/sqlite"
	"tapescript/tui/locale"
)

// audioServer serves a recording, one that is too large, and ways out of https.
func audioServer(t *testing.T) (*httptest.Server, *fetcher) {
	t.Helper()
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("/a.wav", func(w http.ResponseWriter, _ *http.Request) { w.Write(toneWAV()) })
	mux.HandleFunc("/same.wav", func(w http.ResponseWriter, _ *http.Request) { w.Write(toneWAV()) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/a.wav", http.StatusFound) })
	mux.HandleFunc("/down", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, plain.URL, http.StatusFound) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		for range 100 { // without saying how much
			w.Write(make([]byte, 1<<16))
			w.(http.Flusher).Flush()
		}
	})
	s := httptest.NewTLSServer(mux)
	t.Cleanup(s.Close)
	f := newFetcher()
	f.folder, f.most = filepath.Join(t.TempDir(), "audio"), 1<<20
	f.client = s.Client()
	f.client.CheckRedirect = onlyHTTPS
	return s, f
}

func TestFetchingIsBoundedAndByHTTPS(t *testing.T) {
	s, f := audioServer(t)
	first, sum, err := f.fetch(t.Context(), s.URL+"/a.wav")
	if err != nil || len(sum) != 64 || filepath.Base(first) != sum+".wav" {
		t.Fatal(first, sum, err)
	}
	if again, _, err := f.fetch(t.Context(), s.URL+"/same.wav"); err != nil || again != first {
		t.Errorf("the same recording lies in %s and %s, %v", first, again, err)
	}
	if _, _, err := f.fetch(t.Context(), s.URL+"/moved"); err != nil {
		t.Errorf("a redirect: %v", err)
	}
	for path, want := range map[string]error{s.URL + "/large": errTooLarge, s.URL + "/down": errNotHTTPS, "http://127.0.0.1/a.wav": errNotHTTPS, "file:///etc/passwd": errNotHTTPS} {
		if _, _, err := f.fetch(t.Context(), path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
	if _, _, err := f.fetch(t.Context(), s.URL+"/none"); err == nil || !strings.Contains(err.Error(), "404") {
		t.Error(err)
	}
	if _, _, err := newFetcher().fetch(t.Context(), s.URL+"/a.wav"); !errors.Is(err, errLocal) {
		t.Errorf("the local network answered: %v", err)
	}
	list, err := os.ReadDir(f.folder)
	if err != nil || len(list) != 2 { // a.wav, and the redirect without an ending
		t.Errorf("left behind: %v, %v", list, err)
	}
}

func TestFetchedRecordingsAreTheTasks(t *testing.T) {
	s, f := audioServer(t)
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "b.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	_, err = store.Import(t.Context(), task.Batch{ID: "b"}, func(yield func(task.Record, error) bool) {
		for _, ref := range []string{s.URL + "/a.wav", s.URL + "/none.wav", "here.wav"} {
			if !yield(task.Record{Key: ref, Audio: task.Audio{Ref: ref}}, nil) {
				return
			}
		}
	}, task.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	quiet, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer quiet.Close()
	p := &program{streams{nil, quiet, quiet}, locale.For("en")}
	n, err := p.fetchAudio(t.Context(), store, "b", f)
	if err != nil || n != 1 {
		t.Fatalf("%d came, %v", n, err)
	}
	got, err := store.Task(t.Context(), task.TaskID("b", s.URL+"/a.wav"))
	if err != nil || got.Audio.Path == "" || len(got.Audio.SHA256) != 64 {
		t.Errorf("%+v, %v", got.Audio, err)
	}
}
