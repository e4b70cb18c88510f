package run

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/mount"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// An instance is one mount of the origin from the start of a run to its end, the workers
// that use it, and the judge of their answers: no mount answers for another.
type instance struct {
	host    string // what it calls the origin
	opt     mount.Options
	oracle  *oracle.Oracle
	workers []int // their numbers

	mount *mount.Mount // guarded by runner.mu
	up    bool         // guarded by runner.mu

	logLines int // at the last checkpoint; of the goroutine that runs the rounds
}

// beginInstances mounts all that the plan has, and shares out the workers over them.
func (r *runner) beginInstances() error {
	flags := slices.Concat(r.opt.Plan.Setup.Flags, r.world.Flags())
	if r.opt.Debug {
		flags = append(flags, "--debug")
	}
	env, err := r.hand(r.world.Secret(), &flags)
	if err != nil {
		return err
	}
	r.mounts = []*instance{{host: "127.0.0.1", opt: mount.Options{
		Binary: r.opt.Binary, Dir: r.path("mount"), Cache: r.cachePath("cache"), Log: r.path("log"),
		Flags: flags, Env: env, User: r.opt.Plan.Setup.User,
	}}}
	if second := r.opt.Plan.Setup.Second; second != "" {
		r.mounts = append(r.mounts, r.second(*r.mounts[0], second))
	}
	for by := range r.opt.Plan.Setup.Workers {
		m := r.mounts[by%len(r.mounts)]
		m.workers = append(m.workers, by)
	}
	for i, m := range r.mounts {
		m.workers = append(m.workers, r.handOf(i))
	}
	for _, m := range r.mounts {
		m.opt.Source = r.world.Source(m.host)
		judged := oracle.Options{Host: m.host, Ignore: r.opt.Ignore, Stretch: r.opt.Stretch, Only: r.opt.Only}
		if r.opt.Plan.Setup.Second == plan.Apart {
			judged.Host = "" // both call it the same
		}
		m.oracle = oracle.New(r.world, r.opt.Plan.Setup, judged)
	}
	for _, m := range r.mounts {
		err := errors.Join(r.makeDir(m.opt.Dir), r.makeDir(m.opt.Cache))
		if err == nil {
			err = r.mountUp(m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hand gives the password of the service to the program, by a file or by its environment,
// which hand returns.
func (r *runner) hand(secret string, flags *[]string) (env []string, err error) {
	switch {
	case secret == "":
		return r.env, nil
	case r.opt.Plan.Setup.Seed%4 < 2:
		return append(slices.Clone(r.env), "TUNESFS_PASSWORD="+secret), nil
	}
	file := r.path("password")
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return nil, err
	}
	if r.opt.Plan.Setup.User {
		err = os.Chown(file, int(mount.Nobody.Uid), int(mount.Nobody.Gid))
	}
	*flags = append(*flags, "--password-file", file)
	return r.env, err
}

// second returns the second mount beside a first one.
func (r *runner) second(m instance, kind plan.Second) *instance {
	m.opt.Dir, m.opt.Log = r.path("mount2"), r.path("log2")
	if kind == plan.Beside {
		m.host = "localhost"
	} else {
		m.opt.Cache = r.cachePath("cache2")
	}
	return &m
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

// mountUp starts a mount. What workers made in the folder while nothing was mounted, which
// would be searches, goes before.
func (r *runner) mountUp(m *instance) error {
	if err := empty(m.opt.Dir); err != nil {
		return err
	}
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

// empty removes what is in a folder.
func empty(dir string) error {
	if mount.Mounted(dir) {
		return fmt.Errorf("%s is still mounted", dir)
	}
	all, err := os.ReadDir(dir)
	for _, e := range all {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
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
	case s.Do == plan.Kill || s.Do == plan.Unmount || s.Do == plan.Stop || s.Do == plan.Rival:
		r.mounts[s.Mount].oracle.Judge(e)
	default:
		for _, m := range r.mounts {
			m.oracle.Judge(e)
		}
	}
}

// rival mounts the source of a mount once more, with the same cache folder, of which the
// program says that it is in use.
func (r *runner) rival(s plan.Step) error {
	opt := r.mounts[s.Mount].opt
	opt.Dir, opt.Log = r.path("rival"), r.path("log-rival")
	opt.Flags = append(slices.Clone(opt.Flags), "--search", "rival")
	if err := r.makeDir(opt.Dir); err != nil {
		return err
	}
	started, err := mount.Start(r.ctx, opt)
	if err == nil {
		if !r.cache.lost { // else it may have a folder of which the first has not heard
			r.report("a cache folder is of one mount", s, "a second mount is there")
		}
		return started.Kill()
	}
	said, err := os.ReadFile(opt.Log)
	if err == nil && !r.diskFails() && !bytes.Contains(said, []byte("is mounted already with the cache folder")) {
		r.report("a cache folder is of one mount", s, fmt.Sprintf("a second mount fails and says %.500q", said))
	}
	return err
}

// remount ends a mount and starts it again.
func (r *runner) remount(s plan.Step) error {
	m := r.mounts[s.Mount]
	if s.Verb != "" {
		if err := r.rule(s); err != nil {
			return err
		}
	}
	r.endInstance(m, s)
	if r.ctx.Err() != nil {
		return r.cause()
	}
	if err := r.mountAgain(m); err != nil || s.Verb == "" {
		return err
	}
	return r.ask(s)
}

// endInstance ends a mount in the way of a step.
func (r *runner) endInstance(m *instance, s plan.Step) {
	r.mu.Lock()
	m.up = false
	r.kills++
	r.mu.Unlock()
	if s.Do != plan.Unmount {
		if err := m.mount.Kill(); err != nil {
			r.report("kill -9 ends the mount", s, err.Error())
		}
	} else if err := m.mount.Unmount(s.How); err != nil && (errors.Is(err, mount.ErrNoEnd) || !r.diskFails()) {
		r.report("unmounting ends well", s, err.Error())
	}
}
