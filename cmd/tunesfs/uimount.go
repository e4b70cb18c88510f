package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

const (
	demoSource = "demo:"

	// ownTimeout is how long a mount of the app's own may take to be there: the user may
	// have to type a password.
	ownTimeout = 2 * time.Minute

	// quietTimeout is how long unmounting may take before the app says that it does.
	quietTimeout = time.Second
)

var (
	errOwnLate   = errors.New("the catalog was not mounted within two minutes")
	errOwnDied   = errors.New("the process of the mount has died; it may download again what it held last")
	errOwnKilled = errors.New("the process of the mount did not end and was killed; it may download again what it held last")
)

// An ownMount is a mount that the app has made, served by a child.
type ownMount struct {
	ownFolder
	child *exec.Cmd
	said  *tail
	ended chan struct{} // closed when the child has ended
	exit  error         // how it ended; set before ended is closed
}

// showOwn mounts the catalog that word says, shows it, and unmounts it in every case.
func (r uiRun) showOwn(ctx context.Context, word, name string) error {
	m, err := r.startOwn(ctx, word)
	if err != nil {
		return err
	}
	moving, err := r.show(ctx, m.point(), true)
	if errors.Is(err, ui.ErrStalled) {
		r.errs = io.Discard
	}
	died := m.died()
	ended := m.end(r.errs)
	if ended == nil && moving > 0 && word != demoSource {
		fmt.Fprintf(r.errs, "tunesfs: unmounted; unfinished downloads go on at the next mount of %s\n", name)
	}
	return errors.Join(err, died, ended)
}

// died returns an error if the child has ended by itself, and not because somebody unmounted.
func (m *ownMount) died() error {
	select {
	case <-m.ended:
		if m.exit != nil {
			return errOwnDied
		}
	default:
	}
	return nil
}

// startOwn mounts a catalog in a folder of its own.
func (r uiRun) startOwn(ctx context.Context, word string) (*ownMount, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, errRunAgain
	}
	m := &ownMount{said: &tail{prompts: r.errs}, ended: make(chan struct{})}
	if m.ownFolder, err = newOwnFolder("tunesfs-ui-"); err != nil {
		return nil, fmt.Errorf("the app needs a folder of its own: %w", err)
	}
	args := []string{"mount", "--log", filepath.Join(m.path, "log")}
	if word == demoSource {
		args = append(args, "--cache-dir", filepath.Join(m.path, "cache"))
	}
	m.child = exec.Command(self, append(args, "--", word, m.point())...) // #nosec G204 -- this program
	m.child.Stdin, m.child.Stderr = r.in, m.said
	m.child.SysProcAttr = endWithParent()
	if m.child.Start() != nil {
		return nil, errors.Join(errRunAgain, m.remove())
	}
	go func() {
		defer close(m.ended)
		m.exit = m.child.Wait() // it says itself why it failed
	}()
	if err := m.await(ctx); err != nil {
		return nil, errors.Join(err, m.end(r.errs))
	}
	m.said.hush()
	return m, nil
}

// errRunAgain is a program that is no longer where it was.
var errRunAgain = errors.New("tunesfs cannot be run again to mount; was it removed or replaced?")

// await waits until the mount is there.
func (m *ownMount) await(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, ownTimeout)
	defer cancel()
	go func() {
		<-m.ended
		cancel()
	}()
	there := false
	err := mounts.Await(ctx, func() bool {
		_, there = mounted.At(m.point())
		return there
	})
	switch {
	case there:
		return nil
	case parent.Err() != nil:
		return messages.ErrInterrupted
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return errOwnLate
	case err != nil:
		return err
	}
	return errors.New(m.said.reason())
}

// end unmounts, says so where that takes a while, and removes the folder.
func (m *ownMount) end(errs io.Writer) (err error) {
	_ = m.child.Process.Signal(os.Interrupt) // or it has ended
	if !m.endsWithin(quietTimeout) {
		fmt.Fprintln(errs, "tunesfs: unmounting…")
		if !m.endsWithin(awayTimeout) {
			err = errOwnKilled
			_ = m.child.Process.Kill()
			m.endsWithin(endTimeout)
		}
	}
	if _, still := mounted.At(m.point()); still { // as of a child that was killed
		err = errors.Join(err, runUnmount(context.Background(), m.point()))
	}
	return errors.Join(err, m.remove())
}

// endsWithin waits a while for the child to end, and reports whether it has.
func (m *ownMount) endsWithin(most time.Duration) bool {
	select {
	case <-m.ended:
		return true
	case <-time.After(most):
		return false
	}
}

// maxTail bounds how much of a child's messages is kept.
const maxTail = 4096

// A tail keeps the last messages of a child. It passes on a question of the child, such as
// for a password: the text of one ends within a line.
type tail struct {
	mu      sync.Mutex // guards the fields below
	prompts io.Writer  // nil once nothing is passed on
	text    []byte
}

// hush has nothing passed on from now on: the screen is the app's.
func (t *tail) hush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prompts = nil
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.prompts != nil && (!bytes.HasSuffix(p, []byte("\n")) || len(p) == 1) {
		_, _ = t.prompts.Write(p) // it is in the text in any case
	}
	t.text = append(t.text, p...)
	if over := len(t.text) - maxTail; over > 0 {
		t.text = bytes.Clone(t.text[over:])
	}
	return len(p), nil
}

// reason returns the last message.
func (t *tail) reason() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	if last := strings.TrimPrefix(lines[len(lines)-1], "tunesfs: "); last != "" {
		return last
	}
	return "the catalog could not be mounted"
}
