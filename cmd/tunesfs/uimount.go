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
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui"
)

const (
	demoSource = "demo:"

	// ownTimeout is how long a mount of the app's own may take to be there: somebody may
	// have to type a password.
	ownTimeout = 2 * time.Minute

	// lookEvery is how often the app looks whether it is.
	lookEvery = 50 * time.Millisecond
)

// errOwnLate is a mount that was not there in time.
var errOwnLate = errors.New("the catalog was not mounted within two minutes")

// An ownMount is a mount that the app has made, served by a child.
type ownMount struct {
	folder string // the app's own, removed at the end
	dir    string
	child  *exec.Cmd
	said   *tail
	ended  chan struct{} // closed when the child has ended
}

// showOwn mounts the catalog that word names, shows it, and unmounts it in every case.
func (r uiRun) showOwn(ctx context.Context, word string, src source.Source) (err error) {
	m, err := r.startOwn(ctx, word)
	if err != nil {
		return err
	}
	defer func() {
		ended := m.end()
		err = errors.Join(err, ended)
		if ended == nil && word != demoSource && !errors.Is(err, ui.ErrStalled) {
			fmt.Fprintf(r.errs, "tunesfs: unmounted; unfinished downloads go on at the next mount of %s\n", src)
		}
	}()
	return r.show(ctx, m.dir, true)
}

// startOwn mounts a catalog in a folder of its own.
func (r uiRun) startOwn(ctx context.Context, word string) (_ *ownMount, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, errors.New("tunesfs cannot be run again to mount; was it removed or replaced?")
	}
	m := &ownMount{said: &tail{prompts: r.errs}, ended: make(chan struct{})}
	if m.folder, err = os.MkdirTemp(demoFolder(os.Getenv), "tunesfs-ui-"); err != nil {
		return nil, fmt.Errorf("the app needs a folder of its own: %w", err)
	}
	m.dir = filepath.Join(m.folder, "music")
	if err := os.Mkdir(m.dir, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("the app needs a folder of its own: %w", err), os.RemoveAll(m.folder))
	}
	args := []string{"mount", "--log", filepath.Join(m.folder, "log")}
	if word == demoSource {
		args = append(args, "--cache-dir", filepath.Join(m.folder, "cache"))
	}
	m.child = exec.Command(self, append(args, "--", word, m.dir)...) // #nosec G204 -- this program
	m.child.Stdin, m.child.Stderr = r.in, m.said
	m.child.SysProcAttr = endWithParent()
	if err := m.child.Start(); err != nil {
		return nil, errors.Join(errors.New("tunesfs cannot be run again to mount"), os.RemoveAll(m.folder))
	}
	go func() {
		defer close(m.ended)
		_ = m.child.Wait() // it says itself why it failed
	}()
	if err := m.await(ctx); err != nil {
		return nil, errors.Join(err, m.end())
	}
	return m, nil
}

// await waits until the mount is there.
func (m *ownMount) await(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, ownTimeout)
	defer cancel()
	look := time.NewTicker(lookEvery) // not every system tells when a mount comes
	defer look.Stop()
	for {
		if _, there := mounted.At(m.dir); there {
			return nil
		}
		select {
		case <-look.C:
		case <-m.ended:
			return errors.New(m.said.reason())
		case <-ctx.Done():
			if parent.Err() != nil {
				return messages.ErrInterrupted
			}
			return errOwnLate
		}
	}
}

// end unmounts, and removes the folder unless something is still mounted there.
func (m *ownMount) end() (err error) {
	ctx := context.Background()
	if _, there := mounted.At(m.dir); there {
		err = runUnmount(ctx, m.dir)
		if errors.Is(err, errPuttingAway) {
			err = nil // it does that without us
		}
	}
	_ = m.child.Process.Signal(os.Interrupt) // or it has ended
	select {
	case <-m.ended:
	case <-time.After(awayTimeout):
	}
	if _, still := mounted.At(m.dir); still {
		return errors.Join(err, fmt.Errorf("%s is left behind: it is still mounted", m.folder))
	}
	return errors.Join(err, os.RemoveAll(m.folder))
}

// maxTail bounds how much of a child's messages is kept.
const maxTail = 4096

// A tail keeps the last messages of a child. It passes on what the child asks for, such
// as a password: that ends within a line.
type tail struct {
	prompts io.Writer

	mu   sync.Mutex // guards text
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !bytes.HasSuffix(p, []byte("\n")) || len(p) == 1 {
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
