package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"tapescript/transcript/task"
)

// endless is a recording of a gigabyte that is nowhere.
type endless struct{}

const endlessSize = 1 << 30

func (endless) Size(context.Context, string) (int64, error) { return endlessSize, nil }
func (endless) Open(context.Context, string, int64) (io.ReadCloser, error) {
	return io.NopCloser(io.LimitReader(zeros{}, endlessSize)), nil
}
func (endless) Put(context.Context, string, io.Reader) (int64, error) { return 0, nil }
func (endless) Remove(context.Context, string) error                  { return nil }

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// A thousand clients at once, each as slow as can be: half of them take a byte
// of a gigabyte and no more, half send a transcript of megabytes byte by byte.
// What the server holds for them is bounded by their number, not by what they
// ask for; and others are answered meanwhile.
func TestMemoryIsFlatUnderAThousandSlowClients(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: a thousand connections")
	}
	const clients = 1000
	s := newSite(t, func(o *Options) {
		o.Recordings, o.Patience = endless{}, 10*time.Minute
		o.Log = nil
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	s.DrainFor = time.Millisecond
	go func() { ended <- s.Serve(ctx, l) }()
	defer func() { stop(); <-ended }()
	before := inUse()
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	head := "Host: x\r\nAuthorization: Bearer " + s.tokens["w"] + "\r\n"
	body := strings.Repeat("x", 96<<10) // more than stays in memory
	for i := range clients {
		c, err := net.Dial("tcp", l.Addr().String())
		s.must(err)
		open = append(open, c)
		if i%2 == 0 {
			_, err = fmt.Fprintf(c, "GET /v1/assignments/%s/audio HTTP/1.1\r\n%s\r\n", s.held["w"].Assignment.ID, head)
			s.must(err)
			status, err := bufio.NewReaderSize(c, 16).ReadString('\n')
			if err != nil || !strings.Contains(status, "200") {
				t.Fatalf("client %d: %q %v", i, status, err)
			}
			continue
		}
		_, err = fmt.Fprintf(c, "POST /v1/submissions HTTP/1.1\r\n%sContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", head, 7<<20, body)
		s.must(err)
	}
	each := (inUse() - before) / clients
	t.Logf("%d clients hold %d KB each", clients, each>>10)
	const most = 200 << 10
	if each > most {
		t.Errorf("%d bytes a client, over %d", each, most)
	}
	if _, err := s.store.Claim(t.Context(), task.Query{Worker: "w"}, time.Hour); err != nil {
		t.Error("the store is held up:", err)
	}
	r := s.ask("z", asked{"GET", "/v1/results?reject=true", nil})
	if r.StatusCode != 200 {
		t.Error("others wait:", text(r))
	}
}

func inUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapInuse + m.StackInuse)
}
