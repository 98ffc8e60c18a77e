// Package server is the HTTP face of a task.Store, for people who must not hold
// the store itself: workers, reviewers and leads, each with a token of their
// own.
//
//	tokens, err := server.OpenTokens("tokens.jsonl")
//	s := server.New(server.Options{Store: store, Tokens: tokens, Log: slog.Default()})
//	err = s.Serve(ctx, listener) // until ctx is over, then lets requests end
//
// Who may do what is in one place, the table in routes.go: endpoint by role to
// nothing, to one's own, or to all. Whoever may do something to their own gets
// a store that holds nothing else (own.go); so a handler asks the store that it
// was given, and decides nothing. What is in no line of the table is refused.
//
// Nothing that comes from outside is held in memory as a whole: bodies are
// bounded and lie in a file where they are large, before the store's
// transaction begins and until the last slow reader has them. The clock that
// decides is the server's.
//
// Not here: where recordings lie (transcript/task/recordings), who grades.
package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"time"

	"tapescript/transcript/task"
	"tapescript/transcript/task/api"
)

// Recordings keeps recordings by the SHA-256 of what they hold, in lower-case
// hexadecimal digits. A recording that is not there is task.ErrNotFound.
type Recordings interface {
	Size(ctx context.Context, sum string) (int64, error)
	// Open reads from a place on.
	Open(ctx context.Context, sum string, from int64) (io.ReadCloser, error)
	// Put keeps what it reads, unless that has another sum (api.ErrWrongSum).
	Put(ctx context.Context, sum string, from io.Reader) (int64, error)
	Remove(ctx context.Context, sum string) error
}

// Options are what a server is made of, and its bounds. Zero bounds are the
// defaults.
type Options struct {
	Store      task.Store
	Tokens     *Tokens
	Recordings Recordings   // nil: none
	Log        *slog.Logger // nil: nothing is logged
	Now        func() time.Time

	// Examine says how somebody stands in an exam of a batch ("" of any), and
	// grades it. nil: there are no exams.
	Examine func(ctx context.Context, worker, batch string) (api.Exam, error)
	// Teach says what is wrong with an answer, and nothing of the gold that it is
	// held against. nil: nobody is told.
	Teach func(s task.Submission, g task.Gold) (api.Lesson, error)

	// Trusted are the proxies whose X-Forwarded-For is believed.
	Trusted []netip.Prefix
	// TLS says that people reach the server by https, here or at a proxy.
	TLS bool

	Lease        time.Duration // the longest that a worker may ask for; 24 h
	Connections  int           // at once; 4096
	TokenRate    float64       // requests a second; 20
	AddressRate  float64       // requests a second; 100
	FailureRate  float64       // wrong tokens a second from an address; 1
	MostImport   int64         // bytes of an import; 4 GiB
	MostAudio    int64         // bytes of a recording; 4 GiB
	Patience     time.Duration // with who sends or takes nothing; 30 s
	DrainFor     time.Duration // how long requests may take to end; 30 s
	SpoolFolder  string        // for bodies that are too large for memory; the system's
	SpoolMemory  int           // bytes of a body that stay in memory; 64 KiB
	MetricsAlone bool          // /metrics is not served here: [Server.Metrics] is
}

// Server answers for a store.
type Server struct {
	Options
	mux      *http.ServeMux
	tokens   *limiter
	address  *limiter
	failures *limiter
	decoding chan struct{} // how many large bodies are in memory at once
	figures  *figures
	draining atomic.Bool
}

func either[T comparable](given, usual T) T {
	var zero T
	if given == zero {
		return usual
	}
	return given
}

// New makes a server.
func New(o Options) *Server {
	o.Lease = either(o.Lease, 24*time.Hour)
	o.Connections = either(o.Connections, 4096)
	o.TokenRate = either(o.TokenRate, 20)
	o.AddressRate = either(o.AddressRate, 100)
	o.FailureRate = either(o.FailureRate, 1)
	o.MostImport = either(o.MostImport, 4<<30)
	o.MostAudio = either(o.MostAudio, 4<<30)
	o.Patience = either(o.Patience, 30*time.Second)
	o.DrainFor = either(o.DrainFor, 30*time.Second)
	o.SpoolMemory = either(o.SpoolMemory, 64<<10)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	const burst, failureBurst, decoders = 3, 10, 8
	s := &Server{
		Options: o, mux: http.NewServeMux(), decoding: make(chan struct{}, decoders), figures: newFigures(),
		tokens: newLimiter(o.TokenRate, burst*o.TokenRate), address: newLimiter(o.AddressRate, burst*o.AddressRate), failures: newLimiter(o.FailureRate, failureBurst*o.FailureRate),
	}
	s.routes()
	return s
}

// Metrics serves the figures to a listener of its own, which is not public.
func (s *Server) Metrics() http.Handler { return s.figures.handler }

const (
	headerTime  = 10 * time.Second
	idleTime    = 2 * time.Minute
	headerBytes = 16 << 10
)

// Serve answers on a listener until ctx is over; then it takes nothing new, says
// by /readyz that it is going, and lets what is under way come to its end.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	hs := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- hs.Serve(&fewer{Listener: l, places: make(chan struct{}, s.Connections)}) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.draining.Store(true)
	grace, stop := context.WithTimeout(context.WithoutCancel(ctx), s.DrainFor)
	defer stop()
	err := hs.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		err = hs.Close() // who is still there was slow for half a minute
	}
	if ended := <-ended; err == nil && !errors.Is(ended, http.ErrServerClosed) {
		err = ended
	}
	return err
}

// fewer takes no more connections than there are places for.
type fewer struct {
	net.Listener
	places chan struct{}
}

func (f *fewer) Accept() (net.Conn, error) {
	f.places <- struct{}{}
	c, err := f.Listener.Accept()
	if err != nil {
		<-f.places
		return nil, err
	}
	return &placed{Conn: c, free: func() { <-f.places }}, nil
}

type placed struct {
	net.Conn
	gone atomic.Bool
	free func()
}

func (c *placed) Close() error {
	if !c.gone.Swap(true) {
		c.free()
	}
	return c.Conn.Close()
}
