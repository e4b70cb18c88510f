package main

import (
	"bytes"
	"cmp"
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
	demoPrefix = "tunesfs-demo-" // of the names of the demo's own folders

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

// demoSearches are those that the demo begins with.
var demoSearches = []string{"all", tourQuery}

// An ownCatalog is the catalog of a mount that ends with the app.
type ownCatalog struct {
	word, name string           // as it was typed, and as it is called
	dir        string           // where to mount, without symbolic links; empty for a folder of the app's own
	flags      []string         // of the mount
	mounted    func(dir string) // called before the app is drawn; may be nil
}

// demoCatalog returns the demo, with searches and nothing in its cache.
func demoCatalog() ownCatalog {
	c := ownCatalog{word: demoSource, name: demoSource}
	for _, query := range demoSearches {
		c.flags = append(c.flags, "--search", query)
	}
	return c
}

// An ownMount is a mount that the app has made, served by a child.
type ownMount struct {
	ownFolder
	*child
	dir  string // where it is mounted
	said *tail
}

// showOwn mounts a catalog, shows it, and unmounts it in every case.
func (r uiRun) showOwn(ctx context.Context, c ownCatalog) error {
	m, err := r.startOwn(ctx, c)
	if err != nil {
		return err
	}
	if c.mounted != nil {
		c.mounted(m.dir)
	}
	moving, err := r.show(ctx, m.dir, true)
	if errors.Is(err, ui.ErrStalled) {
		r.errs = io.Discard
	}
	died := m.died()
	ended := m.end(r.errs)
	if ended == nil && moving > 0 && c.word != demoSource {
		fmt.Fprintf(r.errs, "tunesfs: unmounted; unfinished downloads go on at the next mount of %s\n", c.name)
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

// startOwn mounts a catalog, and has a folder of its own for what belongs to that.
func (r uiRun) startOwn(ctx context.Context, c ownCatalog) (*ownMount, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, errRunAgain
	}
	m := &ownMount{said: &tail{prompts: r.errs}}
	prefix := "tunesfs-ui-"
	if c.word == demoSource {
		prefix = demoPrefix
	}
	if m.ownFolder, err = newOwnFolder(prefix); err != nil {
		return nil, fmt.Errorf("the app needs a folder of its own: %w", err)
	}
	m.dir = cmp.Or(c.dir, m.point())
	args := []string{"mount", "--log", filepath.Join(m.path, "log")}
	if c.word == demoSource {
		args = append(args, "--cache-dir", filepath.Join(m.path, "cache"))
	}
	args = append(append(args, c.flags...), "--", c.word, m.dir)
	cmd := exec.Command(self, args...) // #nosec G204 -- this program
	cmd.Stdin, cmd.Stderr = r.in, m.said
	if m.child, err = startChild(cmd); err != nil {
		return nil, errors.Join(errRunAgain, m.remove())
	}
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
		_, there = mounted.At(m.dir)
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
	_ = m.process.Signal(os.Interrupt) // or it has ended
	if !m.endsWithin(quietTimeout) {
		fmt.Fprintln(errs, "tunesfs: unmounting…")
		if !m.endsWithin(awayTimeout) {
			err = errOwnKilled
			_ = m.process.Kill()
			m.endsWithin(endTimeout)
		}
	}
	if _, still := mounted.At(m.dir); still { // as of a child that was killed
		err = errors.Join(err, runUnmount(context.Background(), m.dir))
	}
	return errors.Join(err, m.remove())
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
