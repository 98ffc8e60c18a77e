package main

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"tapescript/transcript/task/recordings"
	"tapescript/transcript/task/server"
)

type serveFlags struct {
	storeFlags
	listen, cert, key, audio, tokens, metrics string
	trusted                                   []string
	plain                                     bool
	lease                                     time.Duration
	rate                                      float64
	exam, pass                                string
	golds                                     int
}

func (p *program) serveCommand() *cobra.Command {
	var f serveFlags
	c := p.command("serve", cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		return p.serve(ctx, f)
	})
	p.addStoreFlag(c, &f.storeFlags)
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:8420", p.words.Say("flag.serve-listen"))
	c.Flags().StringVar(&f.cert, "tls-cert", "", p.words.Say("flag.serve-cert"))
	c.Flags().StringVar(&f.key, "tls-key", "", p.words.Say("flag.serve-key"))
	c.Flags().StringVar(&f.audio, "audio", "", p.words.Say("flag.serve-audio"))
	c.Flags().StringVar(&f.metrics, "metrics", "", p.words.Say("flag.serve-metrics"))
	c.Flags().StringSliceVar(&f.trusted, "trusted-proxy", nil, p.words.Say("flag.serve-proxy"))
	c.Flags().BoolVar(&f.plain, "plain-http", false, p.words.Say("flag.serve-plain"))
	c.Flags().DurationVar(&f.lease, "max-lease", 24*time.Hour, p.words.Say("flag.serve-lease"))
	c.Flags().Float64Var(&f.rate, "rate", 20, p.words.Say("flag.serve-rate"))
	c.Flags().StringVar(&f.exam, "exam", "crowd", p.words.Say("flag.serve-exam", strings.Join(examNames(), ", ")))
	c.Flags().StringVar(&f.pass, "pass", "", p.words.Say("flag.pass"))
	c.Flags().IntVar(&f.golds, "golds", 0, p.words.Say("flag.exam-golds"))
	c.PersistentFlags().StringVar(&f.tokens, "tokens", "", p.words.Say("flag.serve-tokens"))
	c.AddCommand(p.tokenCommand(&f.tokens))
	return c
}

// tokensPath is the file of tokens, beside the user's own store where none is
// named.
func tokensPath(given string) string {
	if given != "" {
		return given
	}
	return filepath.Join(dataFolder(), "tokens.jsonl")
}

// perAddress is how many people's requests may come from one address: an office
// has one, and so has a proxy.
const perAddress = 5

// serve answers for a store until it is told to end.
func (p *program) serve(ctx context.Context, f serveFlags) error {
	if !(f.rate > 0 && f.rate <= 1e6) {
		return usagef("%s", p.words.Say("serve.rate"))
	}
	proxies, err := p.safeToListen(f)
	if err != nil {
		return err
	}
	exam, err := p.examFrom(f.exam, f.pass, f.golds)
	if err != nil {
		return err
	}
	tokens, err := server.OpenTokens(tokensPath(f.tokens))
	if err != nil {
		return err
	}
	store, err := p.openStore(ctx, f.storeFlags, true)
	if err != nil {
		return err
	}
	defer store.Close()
	board := &examBoard{store: store, exam: exam}
	o := server.Options{
		Examine: board.examine, Teach: board.teach,
		Store: store, Tokens: tokens, Log: slog.New(slog.NewJSONHandler(p.err, nil)), Trusted: proxies,
		TLS: f.cert != "" || len(proxies) > 0, Lease: f.lease, MetricsAlone: f.metrics != "",
		TokenRate: f.rate, AddressRate: perAddress * f.rate,
	}
	if f.audio != "" {
		tapes, err := recordings.Open(ctx, f.audio)
		if err != nil {
			return err
		}
		defer tapes.Close()
		o.Recordings = tapes
	}
	l, err := p.listener(f)
	if err != nil {
		return err
	}
	s := server.New(o)
	if f.metrics != "" {
		stop, err := serveMetrics(f.metrics, s.Metrics())
		if err != nil {
			return err
		}
		defer stop()
	}
	scheme := "http"
	if f.cert != "" {
		scheme = "https"
	}
	p.tell(p.words.Say("serve.listening", scheme+"://"+l.Addr().String()))
	if list, err := tokens.List(); err == nil && len(list) == 0 {
		p.tell(p.words.Say("serve.no-tokens"))
	}
	return s.Serve(ctx, l)
}

// safeToListen refuses what would send tokens over a network for all to read.
func (p *program) safeToListen(f serveFlags) ([]netip.Prefix, error) {
	if (f.cert == "") != (f.key == "") {
		return nil, usagef("%s", p.words.Say("serve.both"))
	}
	if strings.Contains(f.store, "://") && strings.HasPrefix(f.store, "http") {
		return nil, usagef("%s", p.words.Say("serve.own-store"))
	}
	var proxies []netip.Prefix
	for _, text := range f.trusted {
		at, err := netip.ParsePrefix(text)
		if err != nil {
			one, err := netip.ParseAddr(text)
			if err != nil {
				return nil, usagef("%s", p.words.Say("serve.proxy", text))
			}
			at = netip.PrefixFrom(one, one.BitLen())
		}
		proxies = append(proxies, at)
	}
	host, _, err := net.SplitHostPort(f.listen)
	if err != nil {
		return nil, usagef("%s", p.words.Say("serve.address", f.listen))
	}
	if f.cert == "" && !f.plain && !loopback(host) {
		return nil, usagef("%s", p.words.Say("serve.public", f.listen))
	}
	return proxies, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	at, err := netip.ParseAddr(host)
	return err == nil && at.IsLoopback()
}

func (p *program) listener(f serveFlags) (net.Listener, error) {
	l, err := net.Listen("tcp", f.listen)
	if err != nil || f.cert == "" {
		return l, err
	}
	c := &certificate{cert: f.cert, key: f.key}
	if _, err := c.get(nil); err != nil {
		l.Close()
		return nil, err
	}
	return tls.NewListener(l, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}), nil
}

// certificate is read again where its file changed: renewing one needs no new
// start.
type certificate struct {
	cert, key string

	mu      sync.Mutex
	changed time.Time
	loaded  *tls.Certificate
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.cert)
	if err == nil && !info.ModTime().Equal(c.changed) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.cert, c.key); err == nil {
			c.loaded, c.changed = &pair, info.ModTime()
		}
	}
	if c.loaded != nil {
		return c.loaded, nil // while half a renewal is there
	}
	return nil, err
}

func serveMetrics(address string, h http.Handler) (stop func() error, err error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", h)
	const headerTime = 5 * time.Second
	s := &http.Server{Handler: mux, ReadHeaderTimeout: headerTime}
	go func() { _ = s.Serve(l) }()
	return s.Close, nil
}
