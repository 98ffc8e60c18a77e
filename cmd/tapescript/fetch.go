package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tapescript/transcript/task"
)

// fetcher brings recordings of a batch to this machine, because somebody asked
// for it by --fetch: the one place of the program that asks the network for
// anything. A batch is a stranger's file, so an address may be https alone,
// through redirects too, must not lead into the local network, and a recording
// may not be larger than most.
type fetcher struct {
	folder string
	client *http.Client
	most   int64
}

const (
	fetchMost    = 512 << 20 // bytes of a recording
	fetchTime    = 10 * time.Minute
	fetchHops    = 5
	fetchConnect = 30 * time.Second
)

var (
	errNotHTTPS = errors.New("fetch: not https")
	errLocal    = errors.New("fetch: an address of the local network")
	errTooLarge = errors.New("fetch: too large")
)

func newFetcher() *fetcher {
	dialer := &net.Dialer{Timeout: fetchConnect, Control: func(_, address string, _ syscall.RawConn) error {
		// The address that the name came to: a name may be anything.
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if ip := at.Addr().Unmap(); !ip.IsGlobalUnicast() || ip.IsPrivate() {
			return errLocal
		}
		return nil
	}}
	transport := &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: fetchConnect, ResponseHeaderTimeout: fetchConnect}
	return &fetcher{folder: filepath.Join(dataFolder(), "audio"), client: &http.Client{Transport: transport, Timeout: fetchTime, CheckRedirect: onlyHTTPS}, most: fetchMost}
}

func onlyHTTPS(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != "https" {
		return errNotHTTPS
	}
	if len(via) > fetchHops {
		return errors.New("fetch: too many redirects")
	}
	return nil
}

// fetch downloads a recording, once: its file is named by what it holds. It
// returns the path and the sum.
func (f *fetcher) fetch(ctx context.Context, address string) (file, sum string, err error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", "", err
	}
	if u.Scheme != "https" {
		return "", "", errNotHTTPS
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return "", "", err
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return "", "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", "", fmt.Errorf("fetch: the server answers %s", answer.Status)
	}
	if answer.ContentLength > f.most {
		return "", "", errTooLarge
	}
	return f.keep(answer.Body, fetchEnding(u))
}

// fetchEnding is the ending of an address, where it is a recording's.
func fetchEnding(u *url.URL) string {
	if ending := strings.ToLower(path.Ext(u.Path)); audioEnding("x" + ending) {
		return ending
	}
	return ".audio"
}

func (f *fetcher) keep(body io.Reader, ending string) (file, sum string, err error) {
	if err := os.MkdirAll(f.folder, 0o700); err != nil {
		return "", "", err
	}
	made, err := os.CreateTemp(f.folder, ".fetch-*")
	if err != nil {
		return "", "", err
	}
	defer os.Remove(made.Name()) // not there any more where all went well
	defer made.Close()
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(made, hash), io.LimitReader(body, f.most+1))
	if err != nil {
		return "", "", err
	}
	if n > f.most {
		return "", "", errTooLarge
	}
	if err := errors.Join(made.Sync(), made.Close()); err != nil {
		return "", "", err
	}
	sum = hex.EncodeToString(hash.Sum(nil))
	file = filepath.Join(f.folder, sum+ending)
	return file, sum, os.Rename(made.Name(), file)
}

// fetchAudio downloads a batch's recordings that are not here yet, and says what
// could not be had. It returns how many came.
func (p *program) fetchAudio(ctx context.Context, store task.Store, batch string, f *fetcher) (int64, error) {
	type arrived struct{ path, sum string }
	here := map[string]arrived{}
	bar := p.newProgress(p.words.Say("fetch.progress"))
	defer bar.end()
	failed := 0
	var addresses []string
	for r, err := range store.Results(ctx, task.ResultQuery{Batch: batch, All: true, Reject: true}) {
		if err != nil {
			return 0, err
		}
		if a := r.Task.Audio; a.Path == "" && strings.Contains(a.Ref, "://") && here[a.Ref] == (arrived{}) {
			here[a.Ref] = arrived{"?", ""}
			addresses = append(addresses, a.Ref)
		}
	}
	for i, address := range addresses {
		bar.show(float64(i) / float64(len(addresses)))
		path, sum, err := f.fetch(ctx, address)
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		if err != nil {
			const most = 10 // are told one by one
			if failed++; failed <= most {
				p.tell(p.words.Say("fetch.failed", address, p.fetchReason(err)))
			}
			delete(here, address)
			continue
		}
		here[address] = arrived{path, sum}
	}
	if failed > 0 {
		p.tell(p.words.Count("fetch.missing", failed))
	}
	look, ended := p.uploads(ctx, store, func(a task.Audio) (task.Audio, bool) {
		got, ok := here[a.Ref]
		if !ok {
			return a, a.Path != ""
		}
		a.Path, a.SHA256 = got.path, got.sum
		return a, true
	})
	n, err := store.SetAudio(ctx, batch, look)
	return n, errors.Join(err, ended())
}

func (p *program) fetchReason(err error) string {
	switch {
	case errors.Is(err, errNotHTTPS):
		return p.words.Say("fetch.not-https")
	case errors.Is(err, errLocal):
		return p.words.Say("fetch.local")
	case errors.Is(err, errTooLarge):
		return p.words.Say("fetch.too-large", fetchMost>>20)
	}
	return err.Error()
}
