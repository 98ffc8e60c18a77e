// Package recordings keeps a team's recordings: in a folder, or in a store that
// speaks S3, each under the SHA-256 of what it holds.
//
//	tapes, err := recordings.Open(ctx, "s3://audio?region=eu-west-3")
//	size, err := tapes.Put(ctx, sum, file) // once, however often it is uploaded
//	r, err := tapes.Open(ctx, sum, 1<<20)  // from the second mebibyte on
//
// A recording is there whole and with the right sum, or not at all: what breaks
// off, or has another sum, is given up before it gets its name. So whoever has
// the sum of a recording can fetch it in pieces, from several places, and know
// that it is the one.
package recordings

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/s3blob" // s3://
	"gocloud.dev/gcerrors"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Store is a place for recordings.
type Store struct{ bucket *blob.Bucket }

// Open opens a place: a folder, which is made, or an address like
// "s3://BUCKET?region=REGION" or "s3://BUCKET?endpoint=https://HOST&use_path_style=true".
// Who may, an S3 store knows from the usual places (AWS_ACCESS_KEY_ID,
// ~/.aws).
func Open(ctx context.Context, where string) (*Store, error) {
	var bucket *blob.Bucket
	var err error
	if strings.Contains(where, "://") {
		bucket, err = blob.OpenBucket(ctx, where)
	} else {
		const private = 0o700
		bucket, err = fileblob.OpenBucket(where, &fileblob.Options{CreateDir: true, DirFileMode: private, NoTempDir: true, Metadata: fileblob.MetadataDontWrite})
	}
	if err != nil {
		return nil, fmt.Errorf("opening the recordings: %w", err)
	}
	return &Store{bucket}, nil
}

// Close ends it.
func (s *Store) Close() error { return s.bucket.Close() }

// key is where a recording lies. The first two digits keep folders short.
func key(sum string) string { return "sha256/" + sum[:2] + "/" + sum }

func valid(sum string) error {
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size || strings.ToLower(sum) != sum {
		return &task.InvalidError{Field: "sha256", Code: task.Unknown, Value: sum}
	}
	return nil
}

func known(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return task.ErrNotFound
	}
	return err
}

// Size returns how many bytes a recording has; task.ErrNotFound.
func (s *Store) Size(ctx context.Context, sum string) (int64, error) {
	if err := valid(sum); err != nil {
		return 0, err
	}
	a, err := s.bucket.Attributes(ctx, key(sum))
	if err != nil {
		return 0, known(err)
	}
	return a.Size, nil
}

// Open reads a recording from a byte on; task.ErrNotFound.
func (s *Store) Open(ctx context.Context, sum string, from int64) (io.ReadCloser, error) {
	if err := valid(sum); err != nil {
		return nil, err
	}
	r, err := s.bucket.NewRangeReader(ctx, key(sum), from, -1, nil)
	if err != nil {
		return nil, known(err)
	}
	return r, nil
}

// Put keeps what it reads. It returns api.ErrWrongSum where that is something
// else, and nothing is kept then. A recording that is there already is not read.
func (s *Store) Put(ctx context.Context, sum string, from io.Reader) (int64, error) {
	if size, err := s.Size(ctx, sum); err == nil || !errors.Is(err, task.ErrNotFound) {
		return size, err
	}
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	w, err := s.bucket.NewWriter(ctx, key(sum), &blob.WriterOptions{ContentType: "application/octet-stream"})
	if err != nil {
		return 0, err
	}
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, hash), from)
	if err == nil && hex.EncodeToString(hash.Sum(nil)) != sum {
		err = api.ErrWrongSum
	}
	if err != nil {
		giveUp() // a writer that is closed after this keeps nothing
		_ = w.Close()
		return 0, err
	}
	return n, w.Close()
}

// Remove deletes a recording; task.ErrNotFound.
func (s *Store) Remove(ctx context.Context, sum string) error {
	if err := valid(sum); err != nil {
		return err
	}
	return known(s.bucket.Delete(ctx, key(sum)))
}
