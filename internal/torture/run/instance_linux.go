package run

import (
	"os"
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/mount"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// An instance is one mount of the origin from the start of a run to its end, the workers
// that use it, and the judge of their answers: no mount answers for another.
type instance struct {
	opt     mount.Options
	oracle  *oracle.Oracle
	workers []int // their numbers

	mount *mount.Mount // guarded by runner.mu
	up    bool         // guarded by runner.mu

	logLines int // at the last checkpoint; of the goroutine that runs the rounds
}

// beginInstances mounts all that the plan has, and shares out the workers over them.
func (r *runner) beginInstances() error {
	flags := slices.Clone(r.opt.Plan.Setup.Flags)
	if r.opt.Debug {
		flags = append(flags, "--debug")
	}
	opt := mount.Options{
		Binary: r.opt.Binary, Source: r.world.Source(), Dir: r.path("mount"), Cache: r.path("cache"), Log: r.path("log"),
		Flags: flags, Env: r.env, User: r.opt.Plan.Setup.User,
	}
	workers := make([]int, r.opt.Plan.Setup.Workers)
	for by := range workers {
		workers[by] = by
	}
	return r.beginInstance(opt, workers)
}

// beginInstance makes the folders of an instance and mounts it.
func (r *runner) beginInstance(opt mount.Options, workers []int) error {
	for _, dir := range []string{opt.Dir, opt.Cache} {
		if err := r.makeDir(dir); err != nil {
			return err
		}
	}
	m := &instance{opt: opt, workers: workers, oracle: oracle.New(r.world, r.opt.Plan.Setup, r.opt.Ignore)}
	r.mounts = append(r.mounts, m)
	return r.mountUp(m)
}

// step returns what stands for no step of a mount's own in a report.
func (m *instance) step() plan.Step { return plan.Step{By: m.workers[0]} }

// makeDir makes a folder of who mounts.
func (r *runner) makeDir(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil && r.opt.Plan.Setup.User {
		err = os.Chown(dir, int(mount.Nobody.Uid), int(mount.Nobody.Gid))
	}
	return err
}

// mountUp starts a mount.
func (r *runner) mountUp(m *instance) error {
	started, err := mount.Start(r.ctx, m.opt)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	m.mount, m.up = started, true
	r.changeLocked()
	return nil
}

// whose returns the mount that a step is of.
func (r *runner) whose(s plan.Step) *instance {
	if s.By == plan.World {
		return r.mounts[s.Mount]
	}
	return r.of(s.By)
}

// of returns the mount that an actor uses.
func (r *runner) of(by int) *instance {
	i := slices.IndexFunc(r.mounts, func(m *instance) bool { return slices.Contains(m.workers, by) })
	return r.mounts[max(i, 0)]
}

// judge gives an event to the judges whose mount it concerns.
func (r *runner) judge(e history.Event) {
	s := e.Step
	switch {
	case s.By != plan.World:
		r.of(s.By).oracle.Judge(e)
	case s.Do == plan.Kill || s.Do == plan.Unmount || s.Do == plan.Pull || s.Do == plan.Stop:
		r.mounts[s.Mount].oracle.Judge(e)
	default:
		for _, m := range r.mounts {
			m.oracle.Judge(e)
		}
	}
}

// remount ends a mount and starts it again.
func (r *runner) remount(s plan.Step) error {
	m := r.mounts[s.Mount]
	r.mu.Lock()
	m.up = false
	r.kills++
	r.mu.Unlock()
	if s.Do == plan.Kill {
		if err := m.mount.Kill(); err != nil {
			r.report("kill -9 ends the mount", s, err.Error())
		}
	} else if err := m.mount.Unmount(s.How); err != nil {
		r.report("unmounting ends well", s, err.Error())
	}
	if r.ctx.Err() != nil {
		return r.cause()
	}
	return r.mountUp(m)
}
