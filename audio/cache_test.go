package audio

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
)

func cacheFile(t *testing.T, path string, data []byte) string {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func keyOf(t *testing.T, path string) CacheKey {
	t.Helper()
	key, err := KeyOf(path)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestCacheKeyIsOfTheContent(t *testing.T) {
	data := make([]byte, 300<<10)
	path := cacheFile(t, filepath.Join(t.TempDir(), "a.wav"), data)
	when := time.Unix(1700000000, 5000)
	stamp := func(path string) {
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	stamp(path)
	first := keyOf(t, path)
	renamed := filepath.Join(filepath.Dir(path), "b.wav")
	if err := os.Rename(path, renamed); err != nil {
		t.Fatal(err)
	}
	if keyOf(t, renamed) != first {
		t.Error("another name is another key")
	}
	change := func(name string, with func(data []byte) []byte) {
		cacheFile(t, renamed, with(bytes.Clone(data)))
		stamp(renamed)
		if keyOf(t, renamed) == first {
			t.Errorf("%s: the same key", name)
		}
	}
	change("first byte", func(d []byte) []byte { d[0] = 1; return d })
	change("last byte", func(d []byte) []byte { d[len(d)-1] = 1; return d })
	change("longer", func(d []byte) []byte { return append(d, 0) })
	cacheFile(t, renamed, data)
	if keyOf(t, renamed) == first {
		t.Error("another time: the same key")
	}
	if _, err := KeyOf(path); err == nil {
		t.Error("a file that is not there has a key")
	}
}

func TestCacheGivesBackWhatWasPut(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "cache", "audio")
	c := NewCache(folder)
	key := CacheKey{1, 2, 3}
	if _, ok := c.Get(key, "peaks-1"); ok {
		t.Error("an empty cache has something")
	}
	for _, data := range [][]byte{[]byte("one"), {}, []byte("three")} {
		if err := c.Put(key, "peaks-1", data); err != nil {
			t.Fatal(err)
		}
		if got, ok := NewCache(folder).Get(key, "peaks-1"); !ok || !bytes.Equal(got, data) {
			t.Errorf("got %q, %v; want %q", got, ok, data)
		}
	}
	if _, ok := c.Get(key, "index-1"); ok {
		t.Error("another kind has something")
	}
	if st, err := os.Stat(folder); err != nil || runtime.GOOS != "windows" && st.Mode().Perm() != 0o700 {
		t.Errorf("the folder is open to others: %v, %v", st.Mode(), err)
	}
	for _, kind := range []string{"", "../x", "A", "a.b"} {
		if err := c.Put(key, kind, nil); err == nil {
			t.Errorf("%q was taken for a kind", kind)
		}
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if _, ok := c.Get(key, "peaks-1"); ok {
		t.Error("a deleted cache has something")
	}
	if err := c.Put(key, "peaks-1", []byte("again")); err != nil {
		t.Errorf("after the folder was deleted: %v", err)
	}
}

// TestCacheDoesNotTrustADamagedEntry changes every byte and cuts everywhere.
func TestCacheDoesNotTrustADamagedEntry(t *testing.T) {
	c := NewCache(t.TempDir())
	key := CacheKey{9}
	if err := c.Put(key, "k", []byte("some data")); err != nil {
		t.Fatal(err)
	}
	path, _ := c.path(key, "k")
	entry, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := range entry {
		broken := bytes.Clone(entry)
		broken[at] ^= 0x20
		for _, data := range [][]byte{broken, entry[:at]} {
			cacheFile(t, path, data)
			if got, ok := c.Get(key, "k"); ok {
				t.Fatalf("damage at byte %d: got %q", at, got)
			}
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the damaged entry is still there")
	}
}

func TestCacheEvictsWhatWasNotUsed(t *testing.T) {
	c := &Cache{folder: t.TempDir(), most: 10_000}
	stranger := cacheFile(t, filepath.Join(c.folder, "notes.txt"), make([]byte, 20_000))
	stale := cacheFile(t, filepath.Join(c.folder, ".new-123"), nil)
	old := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(stale, old, old); err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		if err := c.Put(CacheKey{byte(i)}, "k", make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		path, _ := c.path(CacheKey{byte(i)}, "k")
		when := old.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := c.Get(CacheKey{0}, "k"); !ok { // now it is the last used
		t.Fatal("entry 0 is gone")
	}
	if err := c.Put(CacheKey{100}, "k", make([]byte, 3000)); err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		_, ok := c.Get(CacheKey{byte(i)}, "k")
		if want := i == 0 || i > 3; ok != want {
			t.Errorf("entry %d is there: %v, want %v", i, ok, want)
		}
	}
	if _, ok := c.Get(CacheKey{100}, "k"); !ok {
		t.Error("the new entry is gone")
	}
	if err := c.Put(CacheKey{101}, "k", make([]byte, 6000)); err != nil {
		t.Error(err)
	}
	if _, ok := c.Get(CacheKey{101}, "k"); ok {
		t.Error("more than half of the cache was kept")
	}
	if _, err := os.Stat(stranger); err != nil {
		t.Error("a file that is not the cache's was removed")
	}
	if _, err := os.Stat(stale); err == nil {
		t.Error("the rest of a program that died is still there")
	}
}

// TestCacheIsSharedByPrograms: whoever reads meets a whole entry or none.
func TestCacheIsSharedByPrograms(t *testing.T) {
	folder := t.TempDir()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			c := &Cache{folder: folder, most: 20_000}
			for n := range 50 {
				data := bytes.Repeat([]byte(strconv.Itoa(i)), 100*n)
				if err := c.Put(CacheKey{byte(n % 3)}, "k", data); err != nil {
					t.Error(err)
				}
				if got, ok := c.Get(CacheKey{byte((n + 1) % 3)}, "k"); ok && len(got) > 0 && len(bytes.Trim(got, string(got[:1]))) > 0 {
					t.Errorf("a mixed entry")
				}
			}
		})
	}
	all.Wait()
}

func TestCacheDropsAllOfAKey(t *testing.T) {
	c := NewCache(t.TempDir())
	a, b := CacheKey{1}, CacheKey{2}
	for _, put := range []struct {
		key  CacheKey
		kind string
	}{{a, "peaks-1"}, {a, "speech-1"}, {b, "peaks-1"}} {
		if err := c.Put(put.key, put.kind, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.Drop(a); n != 2 {
		t.Errorf("dropped %d entries, want 2", n)
	}
	if _, ok := c.Get(a, "peaks-1"); ok {
		t.Error("an entry is still there")
	}
	if _, ok := c.Get(b, "peaks-1"); !ok {
		t.Error("another key's entry is gone")
	}
}
