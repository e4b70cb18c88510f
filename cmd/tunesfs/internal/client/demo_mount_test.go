//go:build linux

package client

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

// longTime is when a test gives up: what it waits for takes a second or two.
const longTime = time.Minute

var program struct {
	sync.Once
	dir, path string
	err       error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if program.dir != "" {
		_ = os.RemoveAll(program.dir) // nothing else is in it
	}
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// buildProgram returns the path of tunesfs as it is in the tree now.
func buildProgram(t *testing.T) string {
	t.Helper()
	program.Do(func() {
		if program.dir, program.err = os.MkdirTemp("", "tunesfs-client-"); program.err != nil {
			return
		}
		program.path = filepath.Join(program.dir, "tunesfs")
		if out, err := exec.Command("go", "build", "-o", program.path, "github.com/tunesfs/tunesfs/cmd/tunesfs").CombinedOutput(); err != nil {
			program.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if program.err != nil {
		t.Fatal(program.err)
	}
	return program.path
}

// A demoMount is the real program with the demo catalog.
type demoMount struct {
	t    *testing.T
	dir  string
	env  []string
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

// mountDemo mounts the demo catalog, or skips the test where nothing can be mounted.
func mountDemo(t *testing.T) *demoMount {
	t.Helper()
	device, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("CI must be able to test this: %v", err)
		}
		t.Skipf("no mount can be made here: %v", err)
	}
	device.Close()
	home := t.TempDir()
	d := &demoMount{t: t, dir: filepath.Join(home, "music"), env: append(os.Environ(),
		"HOME="+home, "XDG_CACHE_HOME="+home+"/cache", "XDG_RUNTIME_DIR="+home+"/run", "XDG_STATE_HOME="+home+"/state", "XDG_CONFIG_HOME="+home+"/config")}
	for _, dir := range []string{d.dir, filepath.Join(home, "run")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	buildProgram(t)
	d.start()
	t.Cleanup(d.end)
	return d
}

// start mounts, and waits until it is.
func (d *demoMount) start() {
	d.t.Helper()
	d.cmd = exec.Command(program.path, "mount", "demo:", d.dir)
	d.cmd.Env = d.env
	d.cmd.Stderr = os.Stderr
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	done := make(chan struct{})
	cmd := d.cmd
	go func() {
		defer close(done)
		_ = cmd.Wait() // some tests kill it
	}()
	d.done = done
	ctx, cancel := context.WithTimeout(d.t.Context(), longTime)
	defer cancel()
	if err := mounts.Await(ctx, func() bool { return d.isMounted() }); err != nil || !d.isMounted() {
		d.t.Fatalf("not mounted: %v", err)
	}
}

func (d *demoMount) isMounted() bool {
	_, ok := mounted.At(d.dir)
	return ok
}

func (d *demoMount) signal(sig os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(sig); err != nil {
		d.t.Fatal(err)
	}
}

// unmount runs tunesfs unmount.
func (d *demoMount) unmount() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program.path, "unmount", d.dir)
	cmd.Env = d.env
	if out, err := cmd.CombinedOutput(); err != nil {
		d.t.Errorf("%v: %s", err, out)
	}
}

// end ends the mount, however it is.
func (d *demoMount) end() {
	_ = d.cmd.Process.Signal(syscall.SIGCONT) // or it has ended
	if d.isMounted() {
		d.unmount()
	}
	select {
	case <-d.done:
	case <-time.After(longTime):
		d.t.Error("the mount does not end")
		_ = d.cmd.Process.Kill()
		<-d.done
	}
}

// open looks at the mount.
func (d *demoMount) open() *Mount {
	d.t.Helper()
	m, err := Open(d.t.Context(), d.dir, Options{Program: program.path})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = m.Close() })
	return m
}

// A news is what a test has heard of a mount.
type news struct {
	t      *testing.T
	events chan Event
}

// follow follows a mount until the test ends.
func follow(t *testing.T, m *Mount) *news {
	t.Helper()
	n := &news{t: t, events: make(chan Event)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- m.Follow(ctx, func(e Event) {
			select {
			case n.events <- e:
			case <-ctx.Done():
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil && !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	})
	return n
}

// await returns the first event that holds.
func (n *news) await(what string, holds func(Event) bool) Event {
	n.t.Helper()
	late := time.After(longTime)
	for {
		select {
		case e := <-n.events:
			if holds(e) {
				return e
			}
		case <-late:
			n.t.Fatalf("no news of %s", what)
		}
	}
}

func (n *news) awaitKind(kind Kind) Event {
	n.t.Helper()
	return n.await(fmt.Sprintf("kind %d", kind), func(e Event) bool { return e.Kind == kind })
}
