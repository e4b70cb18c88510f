package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tunesfs/tunesfs/internal/torture/minimise"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
)

// scriptName is the plan for people.
const scriptName = "steps.sh"

// reduce makes the plan that a run left in a folder smaller, as long as it breaks the
// same rule, and leaves the result beside it.
func reduce(ctx context.Context, o options, dir, kept string) error {
	finding, err := os.ReadFile(filepath.Join(kept, findingName))
	if err != nil {
		return fmt.Errorf("nothing to minimise: %w", err)
	}
	rule, _, _ := strings.Cut(string(finding), "\n")
	p, err := loadPlan(filepath.Join(kept, planName))
	if err != nil {
		return err
	}
	fmt.Printf("minimising %d steps that break %q\n", len(p.Steps), rule)
	n := 0
	try := func(ctx context.Context, p plan.Plan) (bool, error) {
		n++
		return attempt(ctx, o, filepath.Join(dir, fmt.Sprint("try", n)), kept, p, rule)
	}
	small, err := minimise.Minimise(ctx, p, try, func(s string) { fmt.Println(s) })
	if err != nil {
		return err
	}
	out := filepath.Join(kept, "small")
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	script, err := os.Create(filepath.Join(out, scriptName))
	if err != nil {
		return err
	}
	err = errors.Join(minimise.Script(script, small, string(finding)), script.Close(), savePlan(filepath.Join(out, planName), small))
	fmt.Printf("%d steps after %d tries, in %s\n", len(small.Steps), n, out)
	return errors.Join(err, copyFile(filepath.Join(out, traceName), filepath.Join(kept, traceName)))
}

// attempt carries out a plan in the order of the trace in kept, and reports whether it
// breaks a rule.
func attempt(ctx context.Context, o options, dir, kept string, p plan.Plan, rule string) (bool, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, planName)
	err := errors.Join(savePlan(file, p), copyFile(filepath.Join(dir, traceName), filepath.Join(kept, traceName)))
	if err != nil {
		return false, err
	}
	o.replay, o.out, o.all, o.quiet = file, dir, false, true
	err = start(ctx, o, dir)
	if ended, ok := errors.AsType[*exec.ExitError](err); !ok || ended.ExitCode() != exitFound {
		return false, err
	}
	finding, err := os.ReadFile(filepath.Join(dir, findingName))
	return strings.HasPrefix(string(finding), rule+"\n"), err
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

func copyFile(to, from string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}
