package recordings

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// places are where recordings may lie: a folder, and a store that speaks S3.
func places(t *testing.T) map[string]string {
	backend := s3mem.New()
	if err := backend.CreateBucket("audio"); err != nil {
		t.Fatal(err)
	}
	fake := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(fake.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "x")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "y")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	return map[string]string{
		"folder": filepath.Join(t.TempDir(), "audio"),
		"S3":     "s3://audio?region=us-east-1&use_path_style=true&disable_https=true&endpoint=" + url.QueryEscape(fake.URL),
	}
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

type counting struct {
	io.Reader
	n int64
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

func TestARecordingIsThereWholeOrNotAtAll(t *testing.T) {
	data := bytes.Repeat([]byte("a recording of some length. "), 400_000) // 11 MB: two parts of an S3 upload
	sum := sumOf(data)
	for name, where := range places(t) {
		t.Run(name, func(t *testing.T) {
			ctx := t.Context()
			s, err := Open(ctx, where)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if _, err := s.Size(ctx, sum); !errors.Is(err, task.ErrNotFound) {
				t.Fatal(err)
			}
			if _, err := s.Put(ctx, sum, bytes.NewReader(data[:len(data)-1])); !errors.Is(err, api.ErrWrongSum) {
				t.Fatalf("another content was taken: %v", err)
			}
			cut := errors.New("the line is gone")
			if _, err := s.Put(ctx, sum, io.MultiReader(bytes.NewReader(data[:9<<20]), broken{cut})); !errors.Is(err, cut) {
				t.Fatal(err)
			}
			if _, err := s.Size(ctx, sum); !errors.Is(err, task.ErrNotFound) {
				t.Fatalf("a part is there under the name of the whole: %v", err)
			}
			if n, err := s.Put(ctx, sum, bytes.NewReader(data)); err != nil || n != int64(len(data)) {
				t.Fatal(n, err)
			}
			again := &counting{Reader: bytes.NewReader(data)}
			if n, err := s.Put(ctx, sum, again); err != nil || n != int64(len(data)) || again.n != 0 {
				t.Fatalf("uploaded twice: %d bytes read, %v", again.n, err)
			}
			const from = 10_000_001
			r, err := s.Open(ctx, sum, from)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			r.Close()
			if err != nil || !bytes.Equal(got, data[from:]) {
				t.Fatalf("from byte %d: %d bytes, %v", from, len(got), err)
			}
			if err := s.Remove(ctx, sum); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Open(ctx, sum, 0); !errors.Is(err, task.ErrNotFound) {
				t.Fatal(err)
			}
			for _, bad := range []string{"", "..", "../../etc/passwd", sum[:63], sum + "0", "A" + sum[1:]} {
				if _, err := s.Size(ctx, bad); err == nil || errors.Is(err, task.ErrNotFound) {
					t.Errorf("%q is a sum: %v", bad, err)
				}
			}
		})
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

func TestAFolderIsTheOwnersAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audio")
	s, err := Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Put(t.Context(), sumOf([]byte("x")), bytes.NewReader([]byte("x"))); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
