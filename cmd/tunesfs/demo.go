package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/daemon"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

func newDemo() *cobra.Command {
	flags := &config.Mount{}
	d := demonstration{flags: flags}
	cmd := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "mount a catalog of public-domain tunes, offline",
		Long: `Mount the catalog demo: in DIR, or in a folder of its own, and show it in the
terminal app; q there ends everything. With --no-ui, and elsewhere than on a
terminal, print a short tour instead, to copy and paste into another terminal. The
tunes come from a throttled server, so that one can watch them download.
Everything is removed at the end.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFlags(cmd, flags); err != nil {
				return err
			}
			if d.cmd = cmd; len(args) > 0 {
				d.dir = args[0]
			}
			if r := newUIRun(cmd); r.canDraw() && !d.guided && !d.noUI {
				return d.show(cmd.Context(), r)
			}
			return d.run(cmd.Context())
		},
	}
	flags.AddDemoFlags(cmd.Flags())
	cmd.Flags().BoolVar(&d.guided, tourFlag, false, "take a longer tour here, then unmount and end")
	cmd.Flags().BoolVar(&d.noUI, noUIFlag, false, "print the tour, and start no app")
	return cmd
}

// The flags that are the demo's own: all others are those of a mount.
const (
	tourFlag = "tour"
	noUIFlag = "no-ui"
)

// A demonstration is one run of the demo.
type demonstration struct {
	cmd    *cobra.Command
	flags  *config.Mount
	dir    string // the mount point; empty for one of its own
	guided bool   // take the tour rather than print it
	noUI   bool   // print the tour, also where the app can be drawn
	own    string // the demo's own folder, removed at the end
}

// show starts the app, with a child that serves the mount.
func (d *demonstration) show(ctx context.Context, r uiRun) (err error) {
	ctx, _, release := interrupts(ctx)
	defer release()
	c := demoCatalog()
	c.flags = append(c.flags, d.given()...)
	if d.dir != "" {
		s := &service{dir: d.dir, flags: d.flags, log: messages.NewLogger(d.cmd.ErrOrStderr(), false, false)}
		if err := s.checkDir(ctx); err != nil {
			return err
		}
		if c.dir = s.dir; s.made {
			defer func() { _ = os.Remove(s.dir) }() // it stays if it is not empty
		}
	}
	c.mounted = func(dir string) {
		fmt.Fprintf(d.cmd.OutOrStdout(), "From another terminal: ls -l %s\n", messages.Quote(filepath.Join(dir, tourQuery)))
	}
	if err = r.showOwn(ctx, c); err == nil {
		fmt.Fprintln(d.cmd.OutOrStdout(), "The demo is unmounted and removed.")
	}
	return unlessStalled(err)
}

// given returns the flags of the mount that were given.
func (d *demonstration) given() (flags []string) {
	d.cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Name != tourFlag && f.Name != noUIFlag {
			flags = append(flags, "--"+f.Name+"="+f.Value.String())
		}
	})
	return flags
}

func (d *demonstration) run(ctx context.Context) (err error) {
	own, err := newOwnFolder(demoPrefix)
	if err != nil {
		return fmt.Errorf("the demo needs a folder of its own: %w", err)
	}
	defer func() { err = errors.Join(err, own.remove()) }()
	if d.own = own.path; d.dir == "" {
		d.dir = own.point()
	}
	d.flags.CacheDir = filepath.Join(d.own, "cache")
	if !d.guided { // the tour makes its own
		d.flags.Searches = demoSearches
	}
	tour, err := d.plan()
	if err != nil {
		return err
	}
	out, path, err := logOutput(d.flags, d.source(), daemon.Parent{}, d.cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	return d.serve(ctx, tour, &service{
		source: d.source(), dir: d.dir, flags: d.flags, logFile: path, log: messages.NewLogger(out, path != "", d.flags.Debug),
	})
}

// serve shows the catalog until it is unmounted, or until the tour is over.
func (d *demonstration) serve(ctx context.Context, t demoTour, s *service) error {
	out := d.cmd.OutOrStdout()
	if !d.guided {
		s.mounted = func() { t.print(out) }
		return s.run(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, tourTimeout)
	defer cancel()
	toured := make(chan error, 1)
	s.mounted = func() {
		go func() {
			defer cancel()
			toured <- t.take(ctx, terminal.Underlying(out), terminal.Underlying(d.cmd.ErrOrStderr()))
		}()
	}
	err := s.run(ctx)
	if s.fs == nil || err != nil {
		return err
	}
	return <-toured
}

// source is the catalog, at a pace to watch it or, where nobody does, at one
// that is still slow enough to pause.
func (d *demonstration) source() source.Source {
	s := source.Source{Scheme: "demo"}
	if d.guided {
		s.Options = url.Values{source.DemoRate: {"1M"}}
	}
	return s
}

// tourTimeout bounds a tour: it waits for a tune or two at the demo's pace.
const tourTimeout = 3 * time.Minute

// plan makes the tour. Its commands call this program by its name if that is
// what a shell would start, else by a link in the demo's own folder.
func (d *demonstration) plan() (demoTour, error) {
	self, err := os.Executable()
	if err != nil {
		return demoTour{}, err
	}
	name := "tunesfs"
	if !inPath(self) {
		name = filepath.Join(d.own, "tunesfs")
		if err := os.Symlink(self, name); err != nil {
			return demoTour{}, err
		}
	}
	dir, err := filepath.Abs(d.dir)
	return demoTour{program: name, dir: dir, scratch: d.own}, err
}
