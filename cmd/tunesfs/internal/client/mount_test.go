//go:build linux

package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// firstTrack makes a search of the demo and returns one of its tracks.
func firstTrack(t *testing.T, m *Mount) (folder, track string) {
	t.Helper()
	folder, made, err := m.Search(t.Context(), "bach")
	if err != nil || !made {
		t.Fatal(err)
	}
	err = m.List(t.Context(), folder, func(batch []Entry) {
		for _, e := range batch {
			if !e.Folder && track == "" {
				track = e.Path
			}
		}
	})
	if err != nil || track == "" {
		t.Fatalf("no track in %s: %v", folder, err)
	}
	return folder, track
}

// A mount that lives is searched, listed, read and told.
func TestMount(t *testing.T) {
	d := mountDemo(t)
	m := d.open()
	n := follow(t, m)
	n.awaitKind(Reset)
	folder, track := firstTrack(t, m)
	if again, made, err := m.Search(t.Context(), " bach "); again != folder || made || err != nil {
		t.Errorf("the same search is %q, %v, %v", again, made, err)
	}
	facts, err := m.AllFacts(t.Context(), track)
	if err != nil || facts.Folder || facts.Title == "" || facts.State == "" || len(facts.More) == 0 {
		t.Errorf("%s: %+v, %v", track, facts, err)
	}
	if facts, err = m.Facts(t.Context(), folder); err != nil || !facts.Folder {
		t.Errorf("%s: %+v, %v", folder, facts, err)
	}
	if err := m.Control(track, "start")(); err != nil {
		t.Fatal(err)
	}
	n.await("a download", func(e Event) bool {
		return len(e.Downloads) > 0 && e.Downloads[0].Path == track && e.Downloads[0].State != "idle"
	})
	if err := m.Control("", "cancel")(); err != nil {
		t.Error(err)
	}
	var refused *ControlError
	if err := m.Control(track, "refresh")(); !errors.As(err, &refused) || !errors.Is(err, ErrNoCommand) || refused.Path != track {
		t.Errorf("to refresh a track gives %v", err)
	}
	if err := m.Control(folder+"/none", "start")(); !errors.Is(err, ErrNotFound) {
		t.Errorf("to start nothing gives %v", err)
	}
	if _, _, err := m.Search(t.Context(), " "); !errors.Is(err, ErrBadQuery) {
		t.Errorf("a search for nothing gives %v", err)
	}
	if err := m.Unsearch(t.Context(), folder); err != nil {
		t.Error(err)
	}
	if left, err := m.Searches(t.Context()); err != nil || hasPath(left, folder) {
		t.Errorf("left are %v, %v", left, err)
	}
}

func hasPath(list []Entry, path string) bool {
	for _, e := range list {
		if e.Path == path {
			return true
		}
	}
	return false
}

// A command is not lost where the program ends right behind it.
func TestControlThenClose(t *testing.T) {
	d := mountDemo(t)
	m := d.open()
	_, track := firstTrack(t, m)
	m.Control(track, "start")
	m.Control(track, "pause")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if facts, err := d.open().Facts(t.Context(), track); err != nil || facts.State != "paused" && facts.State != "complete" {
		t.Errorf("after it is closed: %+v, %v", facts, err)
	}
	if err := m.Control(track, "start")(); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}

// A mount that hangs is told of, keeps nobody waiting, and goes on afterwards.
func TestHungMount(t *testing.T) {
	d := mountDemo(t)
	m := d.open()
	_, track := firstTrack(t, m)
	n := follow(t, m)
	n.awaitKind(Reset)
	d.signal(syscall.SIGSTOP)
	if e := n.awaitKind(Hung); !errors.Is(e.Err, ErrHung) {
		t.Error(e.Err)
	}
	var group sync.WaitGroup
	for range 4 * maxCalls {
		group.Go(func() {
			if _, err := m.Facts(t.Context(), track); !errors.Is(err, ErrHung) {
				t.Errorf("the facts of a mount that hangs: %v", err)
			}
		})
	}
	group.Wait()
	if !m.attributes.stuck() {
		t.Error("no call hangs")
	}
	other := d.open()
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	d.signal(syscall.SIGCONT)
	n.awaitKind(Alive)
	for late := time.Now().Add(longTime); m.attributes.stuck(); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatal("calls of a mount that answers again hang")
		}
	}
	if _, err := m.Facts(t.Context(), track); err != nil {
		t.Error(err)
	}
}

// A mount whose process was killed is told of, and followed again once it is back.
func TestKilledMount(t *testing.T) {
	d := mountDemo(t)
	m := d.open()
	_, track := firstTrack(t, m)
	n := follow(t, m)
	n.awaitKind(Reset)
	d.signal(syscall.SIGKILL)
	if e := n.awaitKind(Gone); !errors.Is(e.Err, ErrGone) {
		t.Error(e.Err)
	}
	<-d.done
	if _, err := m.Facts(t.Context(), track); !errors.Is(err, ErrGone) {
		t.Errorf("the facts of a dead mount: %v", err)
	}
	if err := m.Control(track, "start")(); !errors.Is(err, ErrGone) {
		t.Errorf("a command to a dead mount: %v", err)
	}
	d.unmount()
	if _, _, err := m.Search(t.Context(), "none"); !errors.Is(err, ErrGone) {
		t.Errorf("a search where nothing is mounted: %v", err)
	}
	if left, err := os.ReadDir(d.dir); err != nil || len(left) > 0 {
		t.Errorf("%v, %v are left below", left, err)
	}
	d.start()
	n.awaitKind(Alive)
	n.awaitKind(Reset)
}

// A mount that goes or comes is told of at once, not when it is looked at the next time.
func TestUnmounted(t *testing.T) {
	d := mountDemo(t)
	m := d.open()
	m.health.every = time.Hour
	n := follow(t, m)
	n.awaitKind(Reset)
	d.unmount()
	n.awaitKind(Gone)
	<-d.done
	d.start()
	n.awaitKind(Alive)
}

// A program that was removed is told of, and the mount is still looked at.
func TestNoProgram(t *testing.T) {
	d := mountDemo(t)
	m, err := Open(t.Context(), d.dir, Options{Program: filepath.Join(t.TempDir(), "none")})
	if err != nil {
		t.Fatal(err)
	}
	n := follow(t, m)
	if e := n.awaitKind(Unfollowed); !errors.Is(e.Err, ErrNoProgram) {
		t.Error(e.Err)
	}
	d.signal(syscall.SIGKILL)
	n.awaitKind(Gone)
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

// What is no mount of ours is not opened.
func TestOpenNoMount(t *testing.T) {
	if _, err := Open(t.Context(), t.TempDir(), Options{}); !errors.Is(err, ErrNoMount) {
		t.Error(err)
	}
	_, err := Open(t.Context(), filepath.Join(t.TempDir(), "none"), Options{})
	if !errors.Is(err, ErrNotFound) || bytes.Contains([]byte(err.Error()), []byte("lstat")) || strings.Contains(err.Error(), "no such") {
		t.Error(err)
	}
}
