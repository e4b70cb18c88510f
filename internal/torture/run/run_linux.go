// Package run owns a run: it starts the origin, the mount and the workers, has each
// actor take its steps, and stops at the first finding.
//
// It must never decide what is right: package oracle does. Open run_linux.go first;
// instance_linux.go has what is mounted, actors_linux.go the steps of workers and of the
// world, checkpoint_linux.go the quiet time at the end of each round, check_linux.go the
// steps that must succeed in it.
package run

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/wall"
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
	Race       bool     // the program has the race detector
	Processors int      // that the program uses; 0 is all
	Ignore     []string // rules whose findings do not count
	Only       []string // if any, the rules whose findings count
	Stretch    int      // how many times longer than usual all may take; 0 is 1
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
	opt    Options
	ctx    context.Context
	start  time.Time
	world  *world.World
	log    *history.Log
	clock  *wall.Clock
	moves  bool // the program's clock is moved by it
	mounts []*instance
	env    []string
	stop   context.CancelCauseFunc

	mu      sync.Mutex
	changed chan struct{} // guarded by mu, as all below; closed at the next change
	workers []*worker.Process
	begun   map[int]time.Duration // when steps did
	ended   map[int]time.Duration
	count   int // ended steps of workers in this round
	kills   int
	next    int    // ID of the next step of a checkpoint
	link    string // up or down; of who changes the world
	cache   cache  // of who changes the world

	rounds []time.Duration // when rounds began; of who runs them
	hands  sync.Mutex      // held while a hand of the world carries out a step
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
		changed: make(chan struct{}), begun: map[int]time.Duration{}, ended: map[int]time.Duration{}, next: firstCheck, link: "up",
	}
	defer r.close()
	err := r.begin()
	for round := 0; err == nil && round < opt.Plan.Setup.Rounds; round++ {
		r.rounds = append(r.rounds, r.now())
		if err = r.beginCache(round); err == nil {
			err = r.round(round)
		}
		if err == nil && !opt.Plan.Setup.Unchecked {
			err = r.checkpoint(round)
		}
	}
	if err == nil {
		err = r.end()
	}
	if errors.Is(err, errFound) || len(r.findings()) > 0 {
		err = nil
	}
	res := Result{Findings: r.inRounds(r.findings()), Kills: r.kills, Took: time.Since(r.start)}
	if r.log != nil {
		res.Events, res.Cells = r.log.Events(), r.cells()
	}
	if r.world != nil {
		res.Requests = r.world.Origin.Stats().Requests
	}
	return res, err
}

// findings returns what the judges of all mounts found.
func (r *runner) findings() []oracle.Finding {
	var all []oracle.Finding
	for _, m := range r.mounts {
		all = append(all, m.oracle.Findings()...)
	}
	slices.SortStableFunc(all, func(a, b oracle.Finding) int { return cmp.Compare(a.Event.At, b.Event.At) })
	return all
}

// inRounds notes the rounds of findings whose steps are of no plan.
func (r *runner) inRounds(all []oracle.Finding) []oracle.Finding {
	for i := range all {
		s := &all[i].Event.Step
		if s.ID > 0 && s.ID < firstCheck {
			continue
		}
		for round, began := range r.rounds {
			if began <= all[i].Event.At {
				s.Round = round
			}
		}
	}
	return all
}

// cells returns the cells that all mounts hit.
func (r *runner) cells() map[oracle.Cell]int {
	all := map[oracle.Cell]int{}
	for _, m := range r.mounts {
		for c, n := range m.oracle.Cells() {
			all[c] += n
		}
	}
	return all
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
	r.log = history.NewLog(r.judge)
	for _, dir := range []string{"home", "run"} {
		if err := r.makeDir(r.path(dir)); err != nil {
			return err
		}
	}
	r.env = []string{
		"HOME=" + r.path("home"), "XDG_RUNTIME_DIR=" + r.path("run"), "PATH=" + os.Getenv("PATH"), "GOTRACEBACK=all",
		"GORACE=halt_on_error=1",
	}
	if r.opt.Processors > 0 {
		r.env = append(r.env, "GOMAXPROCS="+strconv.Itoa(r.opt.Processors))
	}
	if r.clock, err = wall.NewClock(r.path("clock")); err != nil {
		return err
	}
	if r.moves, err = wall.IsIn(r.opt.Binary); err != nil {
		return err
	}
	r.env = append(r.env, wall.Env+"="+r.path("clock"))
	if err := r.startDisk(); err != nil {
		return err
	}
	if err := r.beginInstances(); err != nil {
		return err
	}
	for by := range r.opt.Plan.Setup.Workers + len(r.mounts) { // and a hand of the world for each
		p, err := r.startWorker(by)
		if err != nil {
			return err
		}
		r.workers = append(r.workers, p)
	}
	return nil
}

// changeLocked wakes all who wait for a change.
func (r *runner) changeLocked() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// report adds a finding of the run's own, and stops the run.
func (r *runner) report(rule string, s plan.Step, text string) {
	if r.ctx.Err() != nil {
		return // all that runs is being ended
	}
	r.whose(s).oracle.Report(oracle.Finding{Rule: rule, Event: history.Event{At: r.now(), Step: s}, Text: text})
	r.stopIfFound()
}

// stopIfFound stops the run once something was found that counts.
func (r *runner) stopIfFound() {
	if !r.opt.All && len(r.findings()) > 0 {
		r.stop(errFound)
	}
}

// close ends all that runs.
func (r *runner) close() {
	for _, m := range r.mounts {
		if m.mount != nil && m.mount.Alive() {
			_ = m.mount.Kill()
		}
	}
	for _, w := range r.workers {
		_ = w.Stop()
	}
	if r.cache.disk != nil {
		_ = r.cache.disk.Stop()
	}
	if r.world != nil {
		r.world.Close()
	}
	if r.clock != nil {
		_ = r.clock.Close()
	}
}
