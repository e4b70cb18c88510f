package fetch

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/tunesfs/tunesfs/internal/durable"
)

// faultyDisks are the folders of models that run at the same time, each of
// which may fail by itself.
type faultyDisks struct {
	dir   string
	disks sync.Map // of *faultyDisk by the first part of a path below dir
}

// newFaultyDisks listens to what stores below dir do to their files, until the
// test ends.
func newFaultyDisks(t *testing.T, dir string) *faultyDisks {
	all := &faultyDisks{dir: dir}
	diskHook = all.step
	t.Cleanup(func() { diskHook = nil })
	return all
}

func (all *faultyDisks) of(seed uint64) *faultyDisk {
	name := fmt.Sprint(seed)
	d := &faultyDisk{dir: filepath.Join(all.dir, name)}
	all.disks.Store(name, d)
	return d
}

func (all *faultyDisks) drop(seed uint64) { all.disks.Delete(fmt.Sprint(seed)) }

func (all *faultyDisks) step(s durable.Step) error {
	name, _, _ := strings.Cut(strings.TrimPrefix(s.Path, all.dir+"/"), "/")
	d, ok := all.disks.Load(name)
	if !ok {
		return nil
	}
	return d.(*faultyDisk).step(s)
}

// A faultyDisk fails some of the next steps of a kind.
type faultyDisk struct {
	dir string

	mu    sync.Mutex
	steps int
	kind  string // "" is any
	skip  int    // steps that succeed first
	left  int    // steps that fail then
	err   syscall.Errno
}

// diskKinds are the steps that can fail.
var diskKinds = []string{"", "reading", "writing", "wrote", "opened", "emptied", "sync", "renamed", "removed", "syncdir"}

func (d *faultyDisk) step(s durable.Step) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steps++
	if d.left == 0 || (d.kind != "" && d.kind != s.Kind) {
		return nil
	}
	if d.skip > 0 {
		d.skip--
		return nil
	}
	d.left--
	return d.err
}

// fail has the disk fail left times, after skip steps.
func (d *faultyDisk) fail(kind string, skip, left int, err syscall.Errno) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kind, d.skip, d.left, d.err = kind, skip, left, err
}

func (d *faultyDisk) heal() { d.fail("", 0, 0, 0) }

// fails reports whether more is to fail.
func (d *faultyDisk) fails() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.left > 0
}
