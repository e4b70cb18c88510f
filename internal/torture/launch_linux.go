package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/oracle"
	"github.com/tunesfs/tunesfs/internal/torture/wall"
)

// inside is the first word of the command line in the namespaces.
const inside = "inside"

// needs returns why a run is not possible here, or nil.
func needs() error {
	if os.Geteuid() != 0 {
		return errors.New("it needs root")
	}
	if _, err := os.Stat("/dev/fuse"); err != nil {
		return err
	}
	if _, err := exec.LookPath("ip"); err != nil {
		return fmt.Errorf("it needs iproute2: %w", err)
	}
	return nil
}

// launch builds the program and starts this one again, in namespaces of its own: all
// that a run starts or mounts ends with them.
func launch(ctx context.Context, o options) int {
	if err := needs(); err != nil {
		fmt.Fprintln(os.Stderr, "torture: skipped:", err)
		if os.Getenv("CI") != "" {
			return exitFailed
		}
		return 0
	}
	dir, err := os.MkdirTemp("", "torture-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = os.Chmod(dir, 0o755) // an ordinary user mounts below
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		return exitFailed
	}
	if err == nil && o.mutants != "" {
		return mutants(ctx, o, dir)
	}
	if (o.reduce || o.runs > 1) && o.out == "" {
		o.out, err = os.MkdirTemp("", "torture-out-")
	}
	if err == nil {
		err = build(ctx, &o, dir)
	}
	switch {
	case err != nil:
		return codeOf(err)
	case o.runs > 1:
		return many(ctx, o, dir)
	case o.dir != "":
		return regressions(ctx, o, dir)
	}
	return single(ctx, o, dir)
}

// single carries out one plan, and makes it smaller if it finds something. A plan that
// is replayed may have what it found beside it.
func single(ctx context.Context, o options, dir string) int {
	from := filepath.Dir(o.replay)
	if _, err := os.Stat(filepath.Join(from, findingName)); o.replay == "" || !o.reduce || err != nil {
		from = o.out
		if code := codeOf(start(ctx, o, dir)); code != exitFound || !o.reduce {
			return code
		}
	}
	ctx, cancel := context.WithTimeout(ctx, o.time)
	defer cancel()
	if err := reduce(ctx, o, dir, from); err != nil {
		return codeOf(err)
	}
	return exitFound
}

// regressions carries out the plans in a folder. It returns the worst exit code.
func regressions(ctx context.Context, o options, dir string) int {
	plans, err := filepath.Glob(filepath.Join(o.dir, "*.jsonl"))
	kept, kerr := filepath.Glob(filepath.Join(o.dir, "*", planName)) // by -keep
	plans, err = append(plans, kept...), errors.Join(err, kerr)
	if err == nil && len(plans) == 0 {
		err = fmt.Errorf("%s has no plans", o.dir)
	}
	if err != nil {
		return codeOf(err)
	}
	worst := 0
	for _, p := range plans {
		name, _ := filepath.Rel(o.dir, p) // below it
		sub := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		one := o
		one.replay = p
		err := os.Mkdir(sub, 0o755)
		if err == nil {
			fmt.Print(name, ": ")
			err = start(ctx, one, sub)
		}
		worst = max(worst, codeOf(err))
	}
	return worst
}

// many carries out the plans of many seeds. It returns the worst exit code.
func many(ctx context.Context, o options, dir string) int {
	worst, cells, found := 0, map[oracle.Cell]int{}, ""
	for range o.runs {
		one := o
		sub := filepath.Join(dir, fmt.Sprint("seed", o.seed))
		one.out = filepath.Join(o.out, fmt.Sprint("seed", o.seed))
		err := os.Mkdir(sub, 0o755)
		if err == nil {
			err = start(ctx, one, sub)
		}
		worst = max(worst, codeOf(err))
		found += first(o.seed, one.out)
		if ctx.Err() != nil {
			break
		}
		if err := addCells(cells, filepath.Join(one.out, cellsName)); err != nil {
			fmt.Fprintln(os.Stderr, "torture:", err)
		}
		_ = os.RemoveAll(sub)
		o.seed++
	}
	fmt.Print(summarize(cells), found)
	return worst
}

// first returns a line of what a seed found first, if it found something.
func first(seed uint64, dir string) string {
	text, err := os.ReadFile(filepath.Join(dir, findingName))
	if err != nil {
		return "" // it found nothing
	}
	_, findings, _ := strings.Cut(string(text), "\n")
	line, _, _ := strings.Cut(findings, "\n")
	return fmt.Sprintf("seed %d found: %s\n", seed, line)
}

// codeOf returns the exit code of a run, and says what went wrong before it.
func codeOf(err error) int {
	ended, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return 0
	case ok && ended.ExitCode() > 0:
		return ended.ExitCode()
	}
	fmt.Fprintln(os.Stderr, "torture:", err)
	return exitFailed
}

// build builds the program, with a wall clock that can be moved, unless there is one.
func build(ctx context.Context, o *options, dir string) error {
	if o.binary != "" {
		return nil
	}
	o.binary = filepath.Join(dir, "tunesfs")
	replace, err := wall.Replace(ctx, dir)
	if err != nil {
		return err
	}
	overlay := filepath.Join(dir, "overlay.json")
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err = errors.Join(err, os.WriteFile(overlay, b, 0o600)); err != nil {
		return err
	}
	args := []string{"build", "-overlay", overlay, "-o", o.binary, "-race=" + strconv.FormatBool(o.race),
		"github.com/tunesfs/tunesfs/cmd/tunesfs"}
	if out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %v\n%s", err, out) //nolint:errorlint // its exit code is not a run's
	}
	return nil
}

// start runs this program inside.
func start(ctx context.Context, o options, dir string) error {
	self, err := copySelf(dir)
	if err != nil {
		return err
	}
	work := filepath.Join(dir, "run")
	if err := os.Mkdir(work, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, inside, "-binary", o.binary, "-seed", strconv.FormatUint(o.seed, 10),
		"-ops", strconv.Itoa(o.ops), "-time", o.time.String(), "-replay", o.replay, "-out", o.out, "-all="+strconv.FormatBool(o.all),
		"-debug="+strconv.FormatBool(o.debug), "-race="+strconv.FormatBool(o.race),
		"-ignore", o.ignore, "-only", o.only, "-processors", strconv.Itoa(o.procs),
		"-load", strconv.Itoa(o.load), "-patience", strconv.Itoa(o.stretch),
		"-service", o.wish.Service, "-second", o.wish.Second)
	cmd.Env = append(os.Environ(), workEnv+"="+work)
	// It ends all by itself: killed at once, it could leave processes that wait for each
	// other in the kernel.
	cmd.Cancel = func() error { return cmd.Process.Signal(unix.SIGTERM) }
	cmd.WaitDelay = cleanTimeout
	if !o.quiet {
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID,
		Pdeathsig:  unix.SIGKILL,
	}
	return cmd.Run()
}

// copySelf copies this program to where an ordinary user may run it.
func copySelf(dir string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	to := filepath.Join(dir, "torture")
	return to, os.WriteFile(to, b, 0o755)
}

// cleanTimeout is how long a run that is told to end may take for it.
const cleanTimeout = 2 * time.Minute

// workEnv names the folder of a run, for the process inside.
const workEnv = "TORTURE_WORK"

// settle makes the namespaces fit to live in.
func settle() error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mounts of its own: %w", err)
	}
	if err := unix.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return fmt.Errorf("/proc: %w", err)
	}
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("ip: %w\n%s", err, out)
	}
	return nil
}
