package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/history"
	"github.com/tunesfs/tunesfs/internal/torture/minimise"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// smallName is the folder, in that of a run, of the plan that was made smaller.
const smallName = "small"

// regressionsDir is where -keep puts a small plan, from the root of the module.
const regressionsDir = "internal/torture/testdata"

// A reducer makes one plan smaller.
type reducer struct {
	opt   options
	dir   string // for runs
	rule  string // that they have to break
	tries atomic.Int64
}

// reduce makes the plan that a run left in from smaller, as long as it breaks the same
// rule, and leaves the result below o.out. It ends with ctx, with what it has.
func reduce(ctx context.Context, o options, dir, from string) error {
	finding, err := os.ReadFile(filepath.Join(from, findingName))
	if err != nil {
		return fmt.Errorf("nothing to minimise: %w", err)
	}
	rule, text, _ := strings.Cut(string(finding), "\n")
	r := &reducer{opt: o, dir: dir, rule: rule}
	c, err := loadCase(from)
	if err != nil {
		return err
	}
	begun := time.Now()
	fmt.Printf("minimising %d steps that break %q\n", len(c.Plan.Steps), rule)
	small, err := minimise.Minimise(ctx, c, r.try, func(s string) {
		fmt.Printf("%6.0f s, %4d tries: %s\n", time.Since(begun).Seconds(), r.tries.Load(), s)
	})
	if err != nil {
		return err
	}
	out := filepath.Join(o.out, smallName)
	if err := saveSmall(out, small, rule, text); err != nil {
		return err
	}
	fmt.Printf("%d steps after %d tries, in %s\n", len(small.Plan.Steps), r.tries.Load(), out)
	if err := minimise.Script(os.Stdout, small, rule+"\n"+text); err != nil || o.keep == "" {
		return err
	}
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	return saveSmall(filepath.Join(root, regressionsDir, o.keep), small, rule, text)
}

// tryTimeout is how long a try may take: a run that finds nothing has all its checkpoints.
const tryTimeout = 3 * time.Minute

// try carries out a case. It is a minimise.Try.
func (r *reducer) try(ctx context.Context, c minimise.Case) ([]history.Event, error) {
	dir := filepath.Join(r.dir, fmt.Sprint("try", r.tries.Add(1)))
	defer os.RemoveAll(dir)
	if err := saveCase(dir, c); err != nil {
		return nil, err
	}
	o := r.opt
	o.replay, o.out, o.all, o.quiet = filepath.Join(dir, planName), filepath.Join(dir, "out"), false, true
	o.time = min(o.time, tryTimeout)
	err := start(ctx, o, dir)
	if err == nil {
		return nil, nil
	}
	ended, ok := errors.AsType[*exec.ExitError](err)
	if !ok || ended.ExitCode() != exitFound {
		return nil, ctx.Err() // what cannot be carried out does not find the same
	}
	finding, err := os.ReadFile(filepath.Join(o.out, findingName))
	if err != nil || !strings.HasPrefix(string(finding), r.rule+"\n") {
		return nil, err
	}
	found, err := loadCase(o.out)
	return found.Trace, err
}

// saveSmall leaves a small case for replays and for people.
func saveSmall(dir string, c minimise.Case, rule, text string) error {
	if err := saveCase(dir, c); err != nil {
		return err
	}
	script, err := os.OpenFile(filepath.Join(dir, "steps.sh"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	return errors.Join(minimise.Script(script, c, rule+"\n"+text), script.Close(),
		savePlan(filepath.Join(dir, "faults.jsonl"), minimise.Faults(c.Plan)),
		os.WriteFile(filepath.Join(dir, findingName), []byte(rule+"\n"+text), 0o644))
}

// saveCase leaves a plan and what its run began and ended.
func saveCase(dir string, c minimise.Case) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return errors.Join(savePlan(filepath.Join(dir, planName), c.Plan),
		saveTrace(filepath.Join(dir, traceName), history.Bare(c.Trace, c.Plan.Steps)))
}

// loadCase reads the plan and the trace in a folder.
func loadCase(dir string) (minimise.Case, error) {
	p, err := loadPlan(filepath.Join(dir, planName))
	if err != nil {
		return minimise.Case{}, err
	}
	trace, err := loadTrace(filepath.Join(dir, traceName))
	return minimise.Case{Plan: p, Trace: trace}, err
}

func loadPlan(name string) (plan.Plan, error) {
	file, err := os.Open(name)
	if err != nil {
		return plan.Plan{}, err
	}
	defer file.Close()
	return plan.Load(file)
}

func savePlan(name string, p plan.Plan) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(p.Write(file), file.Close())
}

func loadTrace(name string) ([]history.Event, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return history.Load(file)
}

func saveTrace(name string, events []history.Event) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(history.Save(file, events), file.Close())
}
