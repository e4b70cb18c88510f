//go:build linux

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// testTimeout bounds every wait of an end-to-end test; none should come near it.
const testTimeout = 2 * time.Minute

// A session is what a user has before mounting: a shell, an empty folder to
// mount on, a cache. The test itself never touches the mount, for a process
// that waits for itself waits for ever: scripts do.
type session struct {
	t    *testing.T
	mnt  string // mounted on; $M in scripts
	tmp  string // for what scripts make; $T
	run  string // XDG_RUNTIME_DIR
	term string // TERM of screens; empty for one that can be drawn on
	env  []string
}

func newSession(t *testing.T) *session {
	t.Helper()
	needMounts(t)
	home := t.TempDir()
	s := &session{t: t, mnt: filepath.Join(home, "mnt"), tmp: filepath.Join(home, "tmp"), run: filepath.Join(home, "run")}
	for _, dir := range []string{s.mnt, s.tmp, s.run} {
		s.must(os.Mkdir(dir, 0o700))
	}
	s.env = append(os.Environ(), "LC_ALL=C", "TZ=UTC", "HOME="+home, "XDG_CACHE_HOME="+s.cache(),
		"XDG_STATE_HOME="+filepath.Join(home, "state"), "XDG_RUNTIME_DIR="+s.run, "M="+s.mnt, "D="+s.mnt+"/"+query, "T="+s.tmp)
	return s
}

func (s *session) cache() string { return filepath.Join(filepath.Dir(s.mnt), "cache") }

func (s *session) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *session) ctx() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), testTimeout)
	s.t.Cleanup(cancel)
	return ctx
}

// command returns a process that ends with the test, whatever happens.
func (s *session) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.ctx(), name, args...)
	cmd.Dir, cmd.Env = s.tmp, s.env
	cmd.WaitDelay = time.Second
	return cmd
}

// sh runs a script that must succeed without a word of complaint, and returns
// what it prints. $M is the mount, $D the folder of the search, $T a folder for
// the script's files.
func (s *session) sh(script string) string {
	s.t.Helper()
	var complaints bytes.Buffer
	cmd := s.command("sh", "-euc", script)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		s.t.Errorf("%s\n%v\n%s%s", script, err, out, &complaints)
	}
	return strings.TrimRight(string(out), "\n")
}

// expect runs a script that must print want.
func (s *session) expect(script, want string) {
	s.t.Helper()
	if got := s.sh(script); got != want {
		s.t.Errorf("%s\nprints\n%s\nwant\n%s", script, got, want)
	}
}

// A process runs beside the test.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	err  error         // of exec.Cmd.Wait, once done
	out  lockedBuffer
	errs lockedBuffer
}

func (s *session) start(name string, args ...string) *process {
	s.t.Helper()
	return s.startAt(nil, name, args...)
}

// startAt starts a process with stdin as its standard input.
func (s *session) startAt(stdin io.Reader, name string, args ...string) *process {
	s.t.Helper()
	p := &process{t: s.t, cmd: s.command(name, args...), done: make(chan struct{})}
	p.cmd.Stdin = stdin
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.errs
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: unix.SIGKILL}
	s.must(p.cmd.Start())
	go func() {
		defer close(p.done)
		p.err = p.cmd.Wait()
	}()
	s.t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.done })
	return p
}

// signal sends a signal to a process that has not ended.
func (p *process) signal(sig os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
}

// wait waits for the end, a few seconds at most, and returns the exit code; -1
// is a process that was killed.
func (p *process) wait(most time.Duration) int {
	p.t.Helper()
	select {
	case <-p.done:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(most):
		_ = p.cmd.Process.Signal(unix.SIGQUIT) // a program in Go says what it is at
		select {
		case <-p.done:
		case <-time.After(time.Second):
		}
		p.t.Fatalf("%s has not ended within %v\n%s", p.cmd, most, &p.errs)
		return -1
	}
}

// A lockedBuffer can be read while a process writes to it.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// needMounts skips a test where no mount can be made, but not in CI.
func needMounts(t *testing.T) {
	t.Helper()
	ok, err := condition("fuse")
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skipf("no mount can be made here: %v", canMount())
	}
}

// needTools skips a test where a tool is missing, but not in CI.
func needTools(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err == nil {
			continue
		}
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must be able to test this: %s is missing", tool)
		}
		t.Skipf("%s is missing", tool)
	}
}
