//go:build linux

package client

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

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

// A mount that hangs is told of, holds up no call, and goes on afterwards.
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

// A search that another program makes or removes is told of.
func TestSearchedByOthers(t *testing.T) {
	d := mountDemo(t)
	n := follow(t, d.open())
	n.awaitKind(Reset)
	for _, name := range []string{"mkdir", "rmdir"} {
		if out, err := exec.Command(name, filepath.Join(d.dir, "bach")).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		n.awaitKind(Searched)
	}
}
