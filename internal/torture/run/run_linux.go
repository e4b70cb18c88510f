// Package run owns a run: it starts the origin, the mount and the workers, has each
// actor take its steps, and stops at the first finding.
//
// It must never decide what is right: package oracle does. Open run_linux.go first;
// actors_linux.go has the steps of workers and of the world, checkpoint_linux.go the
// quiet time at the end of each round.
package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/mount"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/worker"
	"github.com/tunesfs/tunesfs/internal/torture/world"
)

// Options are what a run needs beside its plan.
type Options struct {
	Plan       plan.Plan
	Order      history.Order // that the run keeps to; nil is any
	Binary     string        // under test
	Self       string        // this program
	Dir        string        // empty; for all that the run writes
	Note       func(string)
	All        bool     // goes on after a finding
	Debug      bool     // the program logs every step
	Processors int      // that the program uses; 0 is all
	Ignore     []string // rules whose findings do not count
}

// A Result is what a run found.
type Result struct {
	Findings []oracle.Finding
	Events   []history.Event
	Cells    map[oracle.Cell]int
	Requests int
	Kills    int
	Took     time.Duration
}

// A runner is a run under way.
type runner struct {
	opt     Options
	ctx     context.Context
	start   time.Time
	world   *world.World
	oracle  *oracle.Oracle
	log     *history.Log
	workers []*worker.Process
	env     []string
	stop    context.CancelCauseFunc

	mu      sync.Mutex
	changed chan struct{} // guarded by mu, as all below; closed at the next change
	mount   *mount.Mount
	up      bool
	ended   map[int]bool // steps
	count   int          // ended steps of workers in this round
	kills   int
	next    int    // ID of the next step of a checkpoint
	link    string // up or down; of who changes the world

	// Of the goroutine that runs the rounds.
	logLines int // at the last checkpoint
}

// firstCheck is the ID of the first step that is of no plan.
const firstCheck = 1_000_000

// errFound ends a run at its first finding.
var errFound = errors.New("a finding")

// Run carries out a plan. The error is the harness's own.
func Run(ctx context.Context, opt Options) (Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &runner{
		opt: opt, ctx: ctx, stop: stop, start: time.Now(),
		changed: make(chan struct{}), ended: map[int]bool{}, next: firstCheck, link: "up",
	}
	defer r.close()
	err := r.begin()
	for round := 0; err == nil && round < opt.Plan.Setup.Rounds; round++ {
		if err = r.round(round); err == nil {
			err = r.checkpoint(r.follows(round))
		}
	}
	if err == nil {
		err = r.end()
	}
	if errors.Is(err, errFound) || len(r.findings()) > 0 {
		err = nil
	}
	res := Result{Findings: r.findings(), Kills: r.kills, Took: time.Since(r.start)}
	if r.log != nil {
		res.Events, res.Cells = r.log.Events(), r.oracle.Cells()
	}
	if r.world != nil {
		res.Requests = r.world.Origin.Stats().Requests
	}
	return res, err
}

func (r *runner) findings() []oracle.Finding {
	if r.oracle == nil {
		return nil
	}
	return r.oracle.Findings()
}

// now returns the time since the start of the run.
func (r *runner) now() time.Duration { return time.Since(r.start) }

func (r *runner) path(name string) string { return filepath.Join(r.opt.Dir, name) }

// begin starts all that a run needs.
func (r *runner) begin() error {
	var err error
	if r.world, err = world.New(r.opt.Plan.Setup, r.now); err != nil {
		return err
	}
	r.oracle = oracle.New(r.world, r.opt.Plan.Setup, r.opt.Ignore)
	r.log = history.NewLog(r.oracle.Judge)
	for _, dir := range []string{"mount", "cache", "home", "run"} {
		if err := os.MkdirAll(r.path(dir), 0o700); err != nil {
			return err
		}
		if r.opt.Plan.Setup.User {
			if err := os.Chown(r.path(dir), int(mount.Nobody.Uid), int(mount.Nobody.Gid)); err != nil {
				return err
			}
		}
	}
	r.env = []string{
		"HOME=" + r.path("home"), "XDG_RUNTIME_DIR=" + r.path("run"), "PATH=" + os.Getenv("PATH"), "GOTRACEBACK=all",
		"GORACE=halt_on_error=1",
	}
	if r.opt.Processors > 0 {
		r.env = append(r.env, "GOMAXPROCS="+strconv.Itoa(r.opt.Processors))
	}
	if err := r.mountUp(); err != nil {
		return err
	}
	var user *syscall.Credential
	if r.opt.Plan.Setup.User {
		user = mount.Nobody
	}
	for range r.opt.Plan.Setup.Workers {
		p, err := worker.Start(r.ctx, []string{r.opt.Self, "worker"}, r.path("mount"), r.opt.Binary, r.env, user)
		if err != nil {
			return err
		}
		r.workers = append(r.workers, p)
	}
	return nil
}

// mountUp starts the mount.
func (r *runner) mountUp() error {
	flags := slices.Clone(r.opt.Plan.Setup.Flags)
	if r.opt.Debug {
		flags = append(flags, "--debug")
	}
	m, err := mount.Start(r.ctx, mount.Options{
		Binary: r.opt.Binary, Source: r.world.Source(), Dir: r.path("mount"), Cache: r.path("cache"), Log: r.path("log"),
		Flags: flags, Env: r.env, User: r.opt.Plan.Setup.User,
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mount, r.up = m, true
	r.changeLocked()
	return nil
}

// changeLocked wakes all who wait for a change.
func (r *runner) changeLocked() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// await returns once ready reports true, or at the end of the run.
func (r *runner) await(readyLocked func() bool) error {
	for {
		r.mu.Lock()
		ready, changed := readyLocked(), r.changed
		r.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-changed:
		case <-r.ctx.Done():
			return context.Cause(r.ctx)
		}
	}
}

// end unmounts and looks at what the program left.
func (r *runner) end() error {
	if err := r.mount.Unmount(""); err != nil {
		r.report("unmounting ends well", plan.Step{Do: plan.Unmount}, err.Error())
	}
	log, err := os.ReadFile(r.path("log"))
	if err != nil {
		return err
	}
	for _, bad := range []string{"panic:", "fatal error:", "DATA RACE", "goroutine "} {
		if i := bytes.Index(log, []byte(bad)); i >= 0 {
			r.report("the log is calm", plan.Step{}, fmt.Sprintf("%.3000s", log[i:]))
			break
		}
	}
	return nil
}

// report adds a finding of the run's own, and stops the run.
func (r *runner) report(rule string, s plan.Step, text string) {
	if r.ctx.Err() != nil {
		return // all that runs is being ended
	}
	r.oracle.Report(oracle.Finding{Rule: rule, Event: history.Event{At: r.now(), Step: s}, Text: text})
	r.stopIfFound()
}

// stopIfFound stops the run once something was found that counts.
func (r *runner) stopIfFound() {
	if !r.opt.All && len(r.oracle.Findings()) > 0 {
		r.stop(errFound)
	}
}

// close ends all that runs.
func (r *runner) close() {
	if r.mount != nil && r.mount.Alive() {
		_ = r.mount.Kill()
	}
	for _, w := range r.workers {
		_ = w.Stop()
	}
	if r.world != nil {
		r.world.Close()
	}
}
