package run

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"

	"github.com/tunesfs/tunesfs/internal/torture/disk"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// A cache is where all mounts keep things, and what befell that.
type cache struct {
	disk   *disk.Disk     // nil: the folders are on the machine's
	failed map[int]string // operations of the disk that fail now, by the step that has them fail
	aside  int            // folders that were swapped out so far
	lost   bool           // another program had a folder in this round

	troubles atomic.Int64 // how many befell the cache in this round
}

// troubled reports whether the cache may hold, for a while, what its disk did not remove
// or another program put there.
func (c *cache) troubled() bool { return c.troubles.Load() > 0 }

// startDisk mounts the failing disk if the plan wants one.
func (r *runner) startDisk() error {
	r.cache.failed = map[int]string{}
	if !r.opt.Plan.Setup.Disk {
		return nil
	}
	if err := errors.Join(r.makeDir(r.path("below")), r.makeDir(r.path("disk"))); err != nil {
		return err
	}
	d, err := disk.Start(r.ctx, []string{r.opt.Self, "disk"}, r.path("below"), r.path("disk"))
	r.cache.disk = d
	return err
}

// cachePath returns where a folder for a cache is: below one of who mounts, so that the
// program can make it again once it was removed.
func (r *runner) cachePath(name string) string {
	if r.cache.disk != nil {
		return filepath.Join(r.cache.disk.Dir(), name)
	}
	return filepath.Join(r.path("home"), name)
}

// failDisk makes an operation of the disk fail.
func (r *runner) failDisk(s plan.Step) error {
	op, errno, _ := s.DiskFault()
	if r.cache.disk == nil {
		return errors.New("the plan has no disk")
	}
	left := s.Count
	if left == 0 {
		left = -1
	}
	r.cache.failed[s.ID] = op
	r.cache.troubles.Add(1)
	return r.cache.disk.FailAs(op, s.Skip, left, errno)
}

// healDisk ends the fault that a step began, or all if id is below 0. Another fault of
// the same operation ends, too.
func (r *runner) healDisk(id int) error {
	op := r.cache.failed[id]
	delete(r.cache.failed, id)
	switch {
	case r.cache.disk == nil:
		return nil
	case id < 0:
		clear(r.cache.failed)
		return r.cache.disk.Heal()
	case op != "":
		return r.cache.disk.Fail(op, 0, 0)
	}
	return nil
}

// diskFails reports whether some operation of the disk may fail now.
func (r *runner) diskFails() bool { return len(r.cache.failed) > 0 }

// pull kills all mounts, has the disk lose what was not synced, and mounts again.
func (r *runner) pull(s plan.Step) error {
	if r.cache.disk == nil {
		return errors.New("the plan has no disk")
	}
	for _, m := range r.mounts {
		r.endInstance(m, s)
	}
	luck := uint64(s.ID) + 1 + r.opt.Plan.Setup.Seed<<20
	if s.How == "all" {
		luck = 0
	}
	if err := r.cache.disk.Cut(luck); err != nil || r.ctx.Err() != nil {
		return errors.Join(err, r.cause())
	}
	for _, m := range r.mounts {
		if err := r.mountAgain(m); err != nil {
			return err
		}
	}
	return nil
}

// mountAgain starts a mount, which may refuse a disk that fails.
func (r *runner) mountAgain(m *instance) error {
	err := r.mountUp(m)
	if err != nil && r.cache.disk != nil && r.ctx.Err() == nil {
		err = errors.Join(r.healDisk(-1), r.mountUp(m))
	}
	return err
}

// beginCache copies the caches that an older copy will be swapped into in a round.
// Nothing may be under way.
func (r *runner) beginCache(round int) error {
	r.cache.troubles.Store(0)
	copied := map[string]bool{}
	for _, s := range r.opt.Plan.Of(plan.World, round) {
		dir := r.mounts[s.Mount].opt.Cache
		if s.Do != plan.Swap || s.How != "older" || copied[dir] {
			continue
		}
		copied[dir] = true
		if err := copyFolder(dir, dir+olderName); err != nil {
			return err
		}
	}
	return nil
}

// copyFolder copies a folder in which a record may still be written: what is gone before
// it is copied makes cp fail.
func copyFolder(from, to string) error {
	for tries := 5; ; tries-- {
		out, err := exec.Command("cp", "-a", from, to).CombinedOutput()
		if err == nil {
			return nil
		}
		if err := errors.Join(err, os.RemoveAll(to)); tries == 0 {
			return fmt.Errorf("cp: %w: %.300s", err, out)
		}
	}
}

// olderName ends the name of a copy of a cache.
const olderName = ".older"

// endCache ends all that befell the caches.
func (r *runner) endCache() error {
	r.cache.lost = false
	err := r.healDisk(-1)
	for _, m := range r.mounts {
		others, globErr := filepath.Glob(m.opt.Cache + ".*")
		err = errors.Join(err, globErr)
		for _, o := range others {
			err = errors.Join(err, os.RemoveAll(o))
		}
	}
	return err
}
