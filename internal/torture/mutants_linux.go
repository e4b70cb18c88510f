package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/mutant"
)

// mutantSeeds is how many seeds are tried on one mutant at most.
const mutantSeeds = 20

// mutants has the torture look for faults that are there on purpose, each until it is
// found or the time is over, and prints a table. It fails if fewer than wanted are found.
func mutants(ctx context.Context, o options, dir string) int {
	root, err := moduleRoot(ctx)
	if err != nil {
		return codeOf(err)
	}
	found, tried := 0, 0
	for _, m := range mutant.All {
		if o.mutants != "all" && o.mutants != m.Name {
			continue
		}
		tried++
		o.binary = filepath.Join(dir, m.Name)
		if err := m.Build(ctx, root, o.binary); err != nil {
			return codeOf(err)
		}
		begun := time.Now()
		rule, seed, err := hunt(ctx, o, filepath.Join(dir, m.Name+"-runs"))
		if err != nil {
			return codeOf(err)
		}
		if rule != "" {
			found++
		}
		fmt.Printf("%-26s %6.1f s  seed %-6d %s\n", m.Name, time.Since(begun).Seconds(), seed, rule)
	}
	fmt.Printf("%d of %d found\n", found, tried)
	if found*10 < tried*9 { // nine of ten
		return exitFound
	}
	return 0
}

// hunt carries out plans until one finds something. It returns the rule that was broken,
// "" for none, and the last seed.
func hunt(ctx context.Context, o options, dir string) (rule string, seed uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, o.time)
	defer cancel()
	o.quiet, o.all = true, false
	for range mutantSeeds {
		sub := filepath.Join(dir, fmt.Sprint(o.seed))
		o.out = filepath.Join(sub, "out")
		if err := os.MkdirAll(sub, 0o755); err != nil {
			return "", o.seed, err
		}
		err := start(ctx, o, sub)
		if ended, ok := errors.AsType[*exec.ExitError](err); ok && ended.ExitCode() == exitFound {
			finding, err := os.ReadFile(filepath.Join(o.out, findingName))
			rule, _, _ := strings.Cut(string(finding), "\n")
			return rule, o.seed, err
		}
		if ctx.Err() != nil {
			return "", o.seed, nil
		}
		_ = os.RemoveAll(sub)
		o.seed++
	}
	return "", o.seed - 1, nil
}

// moduleRoot returns the folder of the module that this program is run in.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	return strings.TrimSpace(string(out)), err
}
