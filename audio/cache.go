package audio

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// CacheBytes bounds a Cache: overviews and indexes of some thousand hours.
const CacheBytes = 256 << 20

// A Cache keeps what was worked out of recordings, such as an overview or an
// index, in a folder that may be deleted at any moment. What was not used for
// longest goes first. It is safe for concurrent use, also by several programs.
type Cache struct {
	folder string
	most   int64 // bytes
}

// NewCache is a cache in folder, say $XDG_CACHE_HOME/tapescript/audio, that
// holds at most CacheBytes. The folder is made, for its owner alone, when
// something is put in.
func NewCache(folder string) *Cache { return &Cache{folder: folder, most: CacheBytes} }

// CacheKey stands for the content of a recording.
type CacheKey [16]byte

// cacheEnds is how much of the start and of the end of a file counts: a whole
// recording of hours would take seconds to read.
const cacheEnds = 64 << 10

// KeyOf is the key of the file at path: its size, its time of modification and
// a hash of its first and last 64 KiB. A copy of a file under another name has
// the same key if its time was copied, too. It takes less than a millisecond.
func KeyOf(path string) (CacheKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return CacheKey{}, fmt.Errorf("reading the recording's key: %w", err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return CacheKey{}, fmt.Errorf("reading the recording's key: %w", err)
	}
	hash := sha256.New()
	binary.Write(hash, binary.LittleEndian, [2]int64{st.Size(), st.ModTime().UnixNano()})
	for _, at := range []int64{0, max(0, st.Size()-cacheEnds)} {
		if _, err := io.Copy(hash, io.NewSectionReader(f, at, cacheEnds)); err != nil {
			return CacheKey{}, fmt.Errorf("reading the recording's key: %w", err)
		}
	}
	return CacheKey(hash.Sum(nil)[:16]), nil
}

// An entry is a file KEY.KIND: a mark, the checksum of what follows, the data.
// The sum tells what a crash or a full disk left half written.
const cacheMark = "tscache1"

var cacheSums = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) })

// cacheStale is the age at which a file that was never renamed to its place is
// somebody's who died.
const cacheStale = time.Hour

// Get returns what was put under key and kind, and whether there was anything.
func (c *Cache) Get(key CacheKey, kind string) ([]byte, bool) {
	path, err := c.path(key, kind)
	if err != nil {
		return nil, false
	}
	entry, err := os.ReadFile(path)
	if err != nil {
		return nil, false
	}
	head := len(cacheMark) + 4
	if len(entry) < head || string(entry[:len(cacheMark)]) != cacheMark ||
		binary.LittleEndian.Uint32(entry[len(cacheMark):]) != crc32.Checksum(entry[head:], cacheSums()) {
		os.Remove(path)
		return nil, false
	}
	now := time.Now()
	os.Chtimes(path, now, now) // the time of modification is that of use
	return entry[head:], true
}

// Put keeps data under key and kind, in place of what was there. kind is
// letters, digits and hyphens and should name the version of its format. Data
// that would take more than half of the cache are not kept, which is no error.
// An error means that nothing was kept; nothing needs doing about it.
func (c *Cache) Put(key CacheKey, kind string, data []byte) error {
	path, err := c.path(key, kind)
	if err != nil {
		return err
	}
	if int64(len(data)) > c.most/2 {
		return nil
	}
	if err := os.MkdirAll(c.folder, 0o700); err != nil {
		return fmt.Errorf("making the cache: %w", err)
	}
	entry := binary.LittleEndian.AppendUint32([]byte(cacheMark), crc32.Checksum(data, cacheSums()))
	if err := c.write(path, append(entry, data...)); err != nil {
		return fmt.Errorf("writing to the cache: %w", err)
	}
	c.evict(path)
	return nil
}

// Drop removes all that is kept under a key, and returns how many entries that
// were.
func (c *Cache) Drop(key CacheKey) (entries int) {
	list, err := os.ReadDir(c.folder)
	if err != nil {
		return 0
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), hex.EncodeToString(key[:])+".") && os.Remove(filepath.Join(c.folder, e.Name())) == nil {
			entries++
		}
	}
	return entries
}

// path is the file of an entry.
func (c *Cache) path(key CacheKey, kind string) (string, error) {
	if !isCacheKind(kind) {
		return "", fmt.Errorf("caching: %q is no kind", kind)
	}
	return filepath.Join(c.folder, hex.EncodeToString(key[:])+"."+kind), nil
}

func isCacheKind(kind string) bool {
	for _, r := range kind {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return kind != ""
}

// write puts a whole file in place at once: readers see the old one or the new.
func (c *Cache) write(path string, data []byte) error {
	f, err := os.CreateTemp(c.folder, ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// evict removes what was used least recently until the rest fits, but not the
// entry at keep. Files that are not ours are left alone.
func (c *Cache) evict(keep string) {
	list, err := os.ReadDir(c.folder)
	if err != nil {
		return
	}
	var entries []fs.FileInfo
	total := int64(0)
	for _, e := range list {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if strings.HasPrefix(e.Name(), ".new-") && time.Since(info.ModTime()) > cacheStale {
			os.Remove(filepath.Join(c.folder, e.Name()))
		}
		key, kind, _ := strings.Cut(e.Name(), ".")
		if _, err := hex.DecodeString(key); err == nil && len(key) == 2*len(CacheKey{}) && isCacheKind(kind) {
			entries = append(entries, info)
			total += info.Size()
		}
	}
	slices.SortFunc(entries, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for _, e := range entries {
		if total <= c.most {
			return
		}
		if path := filepath.Join(c.folder, e.Name()); path != keep && os.Remove(path) == nil {
			total -= e.Size()
		}
	}
}
