package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/internal/torture/mutant"
	"github.com/tunesfs/tunesfs/internal/torture/wall"
)

// mutantSeeds is how many seeds are tried on one mutant at most.
const mutantSeeds = 20

// A hunter looks for mutants.
type hunter struct {
	opt     options
	dir     string
	pure    string            // the program without a fault
	replace map[string]string // files that go build takes in place of others
	// known has, by seed, the findings of the pure program, one a line.
	known map[uint64]string
}

// mutants has the torture look for faults that are there on purpose, each until it is
// found or the time is over, and prints a table. It fails if fewer than wanted are found.
func mutants(ctx context.Context, o options, dir string) int {
	root, err := moduleRoot(ctx)
	if err != nil {
		return codeOf(err)
	}
	o.quiet = true
	h := &hunter{opt: o, dir: dir, known: map[uint64]string{}}
	if err := build(ctx, &o, dir); err != nil {
		return codeOf(err)
	}
	h.pure = o.binary
	if h.replace, err = wall.Replace(ctx, dir); err != nil {
		return codeOf(err)
	}
	found, tried := 0, 0
	for _, m := range mutant.All {
		if o.mutants != "all" && o.mutants != m.Name {
			continue
		}
		tried++
		begun := time.Now()
		rule, seed, err := h.hunt(ctx, root, m)
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

// hunt carries out plans until one finds something that the pure program does not do. It
// returns the rule that was broken, "" for none, and the last seed.
func (h *hunter) hunt(ctx context.Context, root string, m mutant.Mutant) (rule string, seed uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, h.opt.time)
	defer cancel()
	binary := filepath.Join(h.dir, m.Name)
	defer os.Remove(binary)
	if err := m.Build(ctx, root, binary, h.replace); err != nil {
		return "", 0, err
	}
	for seed = h.opt.seed; seed < h.opt.seed+mutantSeeds; seed++ {
		found, err := h.try(ctx, binary, seed, strings.Join(m.Rules, ruleSeparator))
		if err != nil || ctx.Err() != nil {
			return "", seed, err
		}
		rule, _, _ := strings.Cut(found, "\n")
		if rule == "" {
			continue
		}
		if _, ok := h.known[seed]; !ok {
			if h.known[seed], err = h.try(ctx, h.pure, seed, ""); err != nil {
				return "", seed, err
			}
		}
		if !strings.Contains(h.known[seed], "\n"+rule+": ") {
			return rule, seed, nil
		}
	}
	return "", seed - 1, nil
}

// try carries out the plan of a seed, up to the first finding of some rules, or to the end
// if they are none. It returns what findingName says, "" for nothing.
func (h *hunter) try(ctx context.Context, binary string, seed uint64, only string) (string, error) {
	sub, err := os.MkdirTemp(h.dir, "try-")
	if err == nil {
		defer os.RemoveAll(sub)
		err = os.Chmod(sub, 0o755) // an ordinary user mounts below
	}
	if err != nil {
		return "", err
	}
	o := h.opt
	o.binary, o.seed, o.only, o.all, o.out = binary, seed, only, only == "", filepath.Join(sub, "out")
	err = start(ctx, o, sub)
	if ended, ok := errors.AsType[*exec.ExitError](err); !ok || ended.ExitCode() != exitFound {
		if binary == h.pure && ctx.Err() == nil {
			return "", err
		}
		return "", nil // a program that cannot even mount breaks no rule
	}
	found, err := os.ReadFile(filepath.Join(o.out, findingName))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return string(found), err
}

// moduleRoot returns the folder of the module that this program is run in.
func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	return strings.TrimSpace(string(out)), err
}
