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

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/daemon"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

func newDemo() *cobra.Command {
	flags := &config.Mount{}
	var guided bool
	cmd := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "mount a catalog of public-domain tunes, offline",
		Long: `Mount the catalog demo: in DIR, or in a folder of its own, and print a short
tour to copy and paste into another terminal. The tunes come from a throttled
server in this process, so that one can watch them download. Everything is
removed at the end.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFlags(cmd, flags); err != nil {
				return err
			}
			d := demonstration{cmd: cmd, flags: flags, guided: guided}
			if len(args) > 0 {
				d.dir = args[0]
			}
			return d.run(cmd.Context())
		},
	}
	flags.AddDemoFlags(cmd.Flags())
	cmd.Flags().BoolVar(&guided, "tour", false, "take the tour here, then unmount and end")
	return cmd
}

// A demonstration is one run of the demo.
type demonstration struct {
	cmd    *cobra.Command
	flags  *config.Mount
	dir    string // the mount point; empty for one of its own
	guided bool   // take the tour rather than print it
	own    string // the demo's own folder, removed at the end
}

func (d *demonstration) run(ctx context.Context) (err error) {
	own, err := newOwnFolder("tunesfs-demo-")
	if err != nil {
		return fmt.Errorf("the demo needs a folder of its own: %w", err)
	}
	defer func() { err = errors.Join(err, own.remove()) }()
	if d.own = own.path; d.dir == "" {
		d.dir = own.point()
	}
	d.flags.CacheDir = filepath.Join(d.own, "cache")
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
