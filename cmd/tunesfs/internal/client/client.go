// Package client owns a program's view of one mount: it lists, searches, commands and
// follows a mount as any program could, through the file system alone.
//
// It must never wait for a mount longer than it says, never draw anything, and never
// know how the mount does its work.
//
// Open client.go first, then types.go and errors.go. calls.go gives up calls that hang,
// queue.go keeps commands in their order, and replace.go drops those that a later one makes
// needless; table.go knows whether the mount is there. list.go, facts.go and search.go ask
// the mount, within.go asks which downloads a folder shows. follow.go puts together news:
// health.go decides how the mount is, stream.go reads its events, lines.go and rates.go
// understand them.
package client

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

const (
	// MaxNames bounds a listing, and the downloads that are known.
	MaxNames = 100_000

	// closeTimeout is how long Close waits for commands that were given.
	closeTimeout = 5 * time.Second

	// maxCalls bounds the calls of one sort that may hang.
	maxCalls = 8
)

// Options are the settings of Open. The zero value is for the program itself.
type Options struct {
	// Program is the tunesfs program that reads the stream of events; empty for the one
	// that runs.
	Program string
}

// A Mount is a mount that is looked at. Its methods may be called from any goroutine, and
// return in time even when the mount hangs.
type Mount struct {
	dir, source, program string

	attributes, listings, changes, writes *calls

	health   *healthCheck
	table    mountTable
	searched atomic.Int64 // the time of the root at the last look; 0 before the first

	commands *queue
	ctx      context.Context // ends with Close
	cancel   context.CancelCauseFunc
}

// Open looks at the mount at dir. It succeeds even if that does not answer.
func Open(ctx context.Context, dir string, opt Options) (*Mount, error) {
	program := opt.Program
	if program == "" {
		var err error
		if program, err = os.Executable(); err != nil {
			return nil, ErrNoProgram
		}
	}
	found, err := call(ctx, newCalls(1), attributeTimeout, func() (mounts.Mount, error) {
		point, err := mounted.Point(dir) // where links are followed, this may hang
		if err != nil {
			return mounts.Mount{}, err
		}
		at, ok := mounted.At(point)
		if !ok {
			return mounts.Mount{}, ErrNoMount
		}
		return at, nil
	})
	if err != nil {
		return nil, explain(err)
	}
	m := &Mount{
		dir: found.Dir, source: found.Source, program: program,
		attributes: newCalls(maxCalls), listings: newCalls(maxCalls),
		changes: newCalls(maxCalls), writes: newCalls(maxCalls),
	}
	m.health = newHealthCheck(m.look)
	m.ctx, m.cancel = context.WithCancelCause(context.Background())
	m.commands = newQueue(m.command)
	return m, nil
}

// Close ends all that is under way, and waits for commands that were given: five seconds
// at most. It reports those that were not carried out.
func (m *Mount) Close() error {
	defer m.table.close()
	defer m.cancel(ErrClosed)
	return m.commands.close(closeTimeout)
}

// Dir returns where the mount is, without symbolic links.
func (m *Mount) Dir() string { return m.dir }

// Source returns the address of the catalog that was mounted when Open was called.
func (m *Mount) Source() string { return m.source }

// path returns where a path below the mount point is.
func (m *Mount) path(below string) (string, error) {
	if below == "" {
		return m.dir, nil
	}
	if !fs.ValidPath(below) {
		return "", ErrNotFound
	}
	return filepath.Join(m.dir, filepath.FromSlash(below)), nil
}

// check returns an error if the mount is gone: the folder below it is not ours.
func (m *Mount) check() error {
	return m.table.look(func() error {
		if _, ok := mounted.At(m.dir); !ok {
			return unmounted(m.dir)
		}
		return nil
	})
}

// until returns a context that ends with ctx and with the Mount.
func (m *Mount) until(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(m.ctx, func() { cancel(ErrClosed) })
	return ctx, func() {
		stop()
		cancel(nil)
	}
}
