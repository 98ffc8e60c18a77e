package tasktest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Cluster is a PostgreSQL server of a test's own: in a temporary folder, on a
// socket in it, out of the distribution's package.
type Cluster struct {
	dir     string
	bin     string
	durable bool
	as      []string // the command that gives up root's rights, which the server refuses
	mu      sync.Mutex
	server  *exec.Cmd
	gone    chan struct{}
	log     bytes.Buffer
}

var (
	shared     *Cluster
	sharedErr  error
	sharedOnce sync.Once
)

// Main runs a package's tests and stops the server that Postgres started.
func Main(m *testing.M) int {
	code := m.Run()
	if shared != nil {
		shared.Stop()
	}
	return code
}

// Postgres is the server that all tests of a package share: its TestMain calls
// Main. It skips the test where PostgreSQL is not installed.
func Postgres(t testing.TB) *Cluster {
	t.Helper()
	sharedOnce.Do(func() { shared, sharedErr = start(false) })
	return must(t, shared, sharedErr)
}

// OwnPostgres is a server for one test, which may crash it: what it says is on
// the disk is there.
func OwnPostgres(t testing.TB) *Cluster {
	t.Helper()
	c, err := start(true)
	if err == nil {
		t.Cleanup(c.Stop)
	}
	return must(t, c, err)
}

func must(t testing.TB, c *Cluster, err error) *Cluster {
	t.Helper()
	switch {
	case errors.Is(err, errNoPostgres) && os.Getenv("TAPESCRIPT_TEST_STRICT") != "1":
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
	return c
}

var errNoPostgres = errors.New("PostgreSQL is not installed (no initdb in the PATH nor in /usr/lib/postgresql)")

func start(durable bool) (*Cluster, error) {
	c := &Cluster{durable: durable}
	path, err := exec.LookPath("initdb")
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	c.bin = filepath.Dir(path)
	if err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
		if len(found) == 0 {
			return nil, errNoPostgres
		}
		slices.Sort(found)
		c.bin = filepath.Dir(found[len(found)-1])
	}
	if c.dir, err = os.MkdirTemp("", "pg"); err != nil {
		return nil, err
	}
	if err := c.giveUpRoot(); err != nil {
		return nil, err
	}
	if out, err := c.Command("initdb", "-D", c.data(), "-U", "tapescript", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return c, c.Start()
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// giveUpRoot finds whom the server runs as.
func (c *Cluster) giveUpRoot() error {
	if os.Getuid() != 0 {
		return nil
	}
	who, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(who.Uid)
	gid, _ := strconv.Atoi(who.Gid)
	c.as = []string{"setpriv", "--reuid=" + who.Uid, "--regid=" + who.Gid, "--clear-groups", "--"}
	return os.Chown(c.dir, uid, gid)
}

// Command is one of PostgreSQL's programs, to be run beside the server.
func (c *Cluster) Command(name string, args ...string) *exec.Cmd {
	line := append(slices.Clone(c.as), append([]string{filepath.Join(c.bin, name)}, args...)...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Dir = c.dir
	return cmd
}

// Start starts the server, again after a crash, and waits until it answers.
func (c *Cluster) Start() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	args := []string{"-D", c.data(), "-k", c.dir, "-c", "listen_addresses=", "-c", "max_connections=150", "-c", "shared_buffers=64MB", "-c", "autovacuum_naptime=5"}
	if !c.durable {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off")
	}
	c.server = c.Command("postgres", args...)
	c.server.Stderr = &c.log
	if err := c.server.Start(); err != nil {
		return err
	}
	gone := make(chan struct{})
	c.gone = gone
	go func(server *exec.Cmd) {
		_ = server.Wait()
		close(gone)
	}(c.server)
	for range 600 {
		if c.Command("pg_isready", "-q", "-h", c.dir, "-d", "postgres").Run() == nil {
			return nil
		}
		select {
		case <-gone:
			return fmt.Errorf("the server did not start: %s", c.log.Bytes())
		case <-time.After(50 * time.Millisecond):
		}
	}
	out, err := c.Command("pg_isready", "-h", c.dir, "-d", "postgres").CombinedOutput()
	return fmt.Errorf("the server does not answer: %w: %s: %s", err, out, c.log.Bytes())
}

// Crash ends the server at once (an immediate stop): nothing is written any
// more.
func (c *Cluster) Crash() { c.end(syscall.SIGQUIT) }

// Stop ends the server and deletes it.
func (c *Cluster) Stop() {
	c.end(syscall.SIGINT)
	_ = os.RemoveAll(c.dir)
}

func (c *Cluster) end(how syscall.Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.server.Process.Signal(how)
	select {
	case <-c.gone:
	case <-time.After(30 * time.Second):
		_ = c.server.Process.Kill()
		<-c.gone
	}
}

// URL is where a database of the server is reached.
func (c *Cluster) URL(database string) string {
	return "postgres:///" + database + "?host=" + url.QueryEscape(c.dir) + "&user=tapescript"
}

var databases int

// Database makes an empty database and returns its URL.
func (c *Cluster) Database(t testing.TB) string {
	t.Helper()
	c.mu.Lock()
	databases++
	name := "t" + strconv.Itoa(databases)
	c.mu.Unlock()
	c.SQL(t, "postgres", "CREATE DATABASE "+name)
	return c.URL(name)
}

// SQL carries out statements by psql and returns its rows, cells between bars.
func (c *Cluster) SQL(t testing.TB, database, statements string) string {
	t.Helper()
	out, err := c.Command("psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", c.dir, "-U", "tapescript", "-d", database, "-c", statements).CombinedOutput()
	if err != nil {
		t.Fatalf("psql: %v: %s", err, out)
	}
	return string(bytes.TrimSpace(out))
}

// Program is the path of one of PostgreSQL's programs.
func (c *Cluster) Program(name string) string { return filepath.Join(c.bin, name) }
