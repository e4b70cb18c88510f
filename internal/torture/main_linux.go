// Command torture uses a mount of the built program as many programs at once do,
// while its server, its network and the program itself fail, and compares every
// answer with the contract, fs/semantics.md.
//
// It owns the command line, and the namespaces in which a run happens. It must never
// know the program that is tried but by its command line and its mount.
//
// CONTRIBUTING.md says how to use it. Open main_linux.go first; launch_linux.go makes the namespaces. The packages below
// are described in their own comments: plan says what a run does, world has the
// origin, disk the disk that fails, worker the processes that use the mount, mount the
// program under test, oracle the verdict, run puts them together.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/internal/torture/disk"
	"github.com/tunesfs/tunesfs/internal/torture/plan"
	"github.com/tunesfs/tunesfs/internal/torture/worker"
)

// The exit codes beside 0.
const (
	exitFound  = 1
	exitFailed = 2
)

// options are the command line.
type options struct {
	seed    uint64
	ops     int
	time    time.Duration
	replay  string
	binary  string
	out     string
	all     bool
	race    bool
	procs   int // GOMAXPROCS of the program
	debug   bool
	ignore  string
	only    string
	mutants string // all, or one
	runs    int
	dir     string // of plans that found something once
	quiet   bool   // the run prints nothing
	reduce  bool   // makes the plan smaller
	wish    plan.Wish
	serve   string // a file of faults
	load    int    // processors that are kept busy
	stretch int
	keep    string // name of the regression that the small plan becomes
}

func (o *options) parse(args []string) error {
	set := flag.NewFlagSet("torture", flag.ContinueOnError)
	set.Uint64Var(&o.seed, "seed", 1, "draw the plan from `N`")
	set.IntVar(&o.ops, "ops", 5000, "have the workers take about `N` steps")
	set.DurationVar(&o.time, "time", 10*time.Minute, "give up after this `time`")
	set.StringVar(&o.replay, "replay", "", "carry out the plan in `FILE`, in the order of the trace beside it")
	set.StringVar(&o.binary, "binary", "", "try this `PROGRAM` (default: built from ./cmd/tunesfs)")
	set.StringVar(&o.out, "out", "", "leave plan, trace and logs in `FOLDER` (default: a new one, if something was found)")
	set.BoolVar(&o.all, "all", false, "go on after the first finding")
	set.BoolVar(&o.debug, "debug", false, "have the program log every step")
	set.StringVar(&o.ignore, "ignore", "", "leave out findings of `RULES`, separated by commas")
	set.StringVar(&o.only, "only", "", "leave out findings of all but these `RULES`, separated by semicolons")
	set.StringVar(&o.dir, "regressions", "", "carry out every plan in `FOLDER`, each of which found something once")
	set.StringVar(&o.mutants, "mutants", "", "look for the fault on purpose of this `NAME`, or for all")
	set.IntVar(&o.runs, "runs", 1, "carry out the plans of `N` seeds, from -seed on, and show the cells that they hit")
	set.BoolVar(&o.quiet, "quiet", false, "print nothing")
	set.BoolVar(&o.reduce, "minimise", false, "make the plan smaller as long as it finds the same")
	set.StringVar(&o.serve, "serve", "", "serve the origin of the plan in `FILE`, and change it by its steps when asked to")
	set.IntVar(&o.load, "load", 0, "keep `N` processors busy beside the run")
	set.IntVar(&o.stretch, "patience", 1, "let all take `N` times longer, on a machine under load")
	set.StringVar(&o.keep, "keep", "", "keep what -minimise makes as the regression `NAME`")
	set.IntVar(&o.procs, "processors", 0, "have the program use `N` processors (default: all)")
	set.BoolVar(&o.race, "race", false, "build the program with the race detector")
	set.StringVar(&o.wish.Service, "service", "", "have the origin be of this `KIND`: index, archive or subsonic (default: by the seed)")
	set.StringVar(&o.wish.Second, "second", "", "have a second mount of this `KIND`: apart, beside or none (default: by the seed)")
	return set.Parse(args)
}

func main() {
	args := os.Args[1:]
	if len(args) == 3 && args[0] == "worker" {
		exit(worker.Serve(args[1], args[2], os.Stdin, os.Stdout))
	}
	if len(args) == 3 && args[0] == "disk" {
		exit(disk.Serve(args[1], args[2], os.Stdin, os.Stdout))
	}
	if len(args) == 2 && args[0] == burning {
		exit(burn(args[1]))
	}
	var o options
	isInside := len(args) > 0 && args[0] == inside
	if isInside {
		args = args[1:]
	}
	if err := o.parse(args); err != nil {
		os.Exit(exitFailed)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer cancel()
	switch {
	case isInside:
		os.Exit(runInside(ctx, o))
	case o.serve != "":
		exit(serve(ctx, o.serve))
	}
	os.Exit(launch(ctx, o))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(exitFailed)
	}
	os.Exit(0)
}
