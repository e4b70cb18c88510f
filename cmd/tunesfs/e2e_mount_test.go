//go:build linux

package main

import (
	"context"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

// endTime is how long a mount, or who reads there, may take to end on a machine
// that has much else to do.
const endTime = 20 * time.Second

// A mountProcess is the real program, serving a mount in the foreground.
type mountProcess struct {
	*process
	s       *session
	ended   bool
	mayWarn string // of what it may tell standard error
}

// mount mounts a catalog and returns once it is there. At the end of the test
// it is unmounted, and must not have complained.
func (s *session) mount(source string, flags ...string) *mountProcess {
	s.t.Helper()
	m := s.startMount(source, flags...)
	s.must(awaitMounted(s.mnt, m.done))
	if _, ok := mounted.At(s.mnt); !ok {
		s.t.Fatalf("the mount failed: %v\n%s", m.err, &m.errs)
	}
	return m
}

// startMount is mount, but does not wait.
func (s *session) startMount(source string, flags ...string) *mountProcess {
	s.t.Helper()
	args := append([]string{"mount", source, s.mnt, "--search", query}, flags...)
	m := &mountProcess{s: s, process: s.start("tunesfs", args...)}
	s.t.Cleanup(m.unmount)
	return m
}

// unmount ends the mount as Ctrl-C does.
func (m *mountProcess) unmount() {
	m.t.Helper()
	if m.ended {
		return
	}
	m.signal(os.Interrupt)
	m.finish()
}

// finish waits for the end of a mount that somebody has ended: a success, and
// nothing to complain about.
func (m *mountProcess) finish() {
	m.t.Helper()
	m.ended = true
	code, said := m.wait(endTime), m.complaints()
	if code != 0 || said != "" && (m.mayWarn == "" || !strings.Contains(said, m.mayWarn)) {
		m.t.Errorf("mount ended with code %d\n%s", code, said)
	}
	if _, still := mounted.At(m.s.mnt); still {
		m.t.Error("the process has ended, but not the mount")
	}
}

// complaints returns what a mount in the foreground has told standard error, but for where
// it is.
func (p *process) complaints() string {
	said := p.errs.String()
	if first, rest, ok := strings.Cut(said, "\n"); ok && strings.Contains(first, " is mounted at ") {
		return rest
	}
	return said
}

// kill kills the process at once, and takes away the dead mount it leaves.
func (m *mountProcess) kill(detach string) {
	m.t.Helper()
	m.ended = true
	m.signal(unix.SIGKILL)
	m.wait(endTime)
	if _, dead := mounted.At(m.s.mnt); dead {
		m.s.sh(detach)
	}
	if _, still := mounted.At(m.s.mnt); still {
		m.t.Fatalf("%s left the mount there", detach)
	}
}

// awaitMounted returns when dir is a mount of ours, or gone is closed.
func awaitMounted(dir string, gone <-chan struct{}) error {
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	defer close(over)
	go func() {
		defer cancel()
		select {
		case <-gone:
		case <-over:
		}
	}()
	return mounts.Await(ctx, func() bool {
		_, ok := mounted.At(dir)
		return ok
	})
}
