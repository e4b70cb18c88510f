package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/watch"
	"github.com/tunesfs/tunesfs/internal/mounts"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

// errNoScreen refuses to draw where nothing can be drawn.
var errNoScreen = errors.New("the app needs a terminal that can be drawn on; 'tunesfs status --watch' works anywhere")

func newUI() *cobra.Command {
	return &cobra.Command{
		Use:   "ui [DIR | SOURCE]",
		Short: "search, download and play in a terminal app",
		Long: `Show a mount in a terminal app: search, download, pause, resume, cancel and play.
With DIR, the mount that it lies in. With SOURCE, my mount of that catalog, or else one
by a process of its own until the app ends. Without either, my mount; of several the
app asks which, and without any it shows the demo. Press ? for the keys.

Downloads of a mount that was there before go on when the app ends. Tracks play in
$TUNESFS_PLAYER, else in mpv or the desktop's own player.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r := newUIRun(cmd)
			switch {
			case r.canDraw():
				soft, _, release := interrupts(cmd.Context())
				defer release()
				return unlessStalled(r.run(soft, args))
			case terminal.Is(r.out):
				return r.showLines(args)
			}
			return errNoScreen
		},
	}
}

// A uiRun is one run of the app.
type uiRun struct {
	in        io.Reader
	out       io.Writer // the stream itself
	errs      io.Writer
	downloads bool   // begin with the downloads
	folder    string // whose downloads are listed; empty for all
}

func newUIRun(cmd *cobra.Command) uiRun {
	return uiRun{in: cmd.InOrStdin(), out: terminal.Underlying(cmd.OutOrStdout()), errs: cmd.ErrOrStderr()}
}

// canDraw reports whether the app has a terminal that it can draw on.
func (r uiRun) canDraw() bool {
	kind := os.Getenv("TERM")
	return terminal.Is(r.in) && terminal.Is(r.out) && kind != "" && kind != "dumb"
}

// options are those of the app. The caller knows that it has a terminal.
func (r uiRun) options() ui.Options {
	in, _ := r.in.(*os.File)
	return ui.Options{In: in, Out: r.out, Env: os.Environ(), Downloads: r.downloads, Folder: r.folder}
}

// run shows the mount that args name.
func (r uiRun) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		mine, err := mounted.Mine()
		switch {
		case err != nil:
			return err
		case len(mine) == 0:
			return r.showOwn(ctx, demoCatalog())
		}
		return r.showOne(ctx, mine)
	}
	dir, name, err := findShown(args[0])
	switch {
	case err != nil:
		return err
	case dir == "" && args[0] == demoSource:
		return r.showOwn(ctx, demoCatalog())
	case dir == "":
		return r.showOwn(ctx, ownCatalog{word: args[0], name: name})
	}
	return r.showMount(ctx, dir)
}

// showDownloads shows the downloads of the mounts of s.
func (r uiRun) showDownloads(ctx context.Context, s watch.View) error {
	ctx, _, release := interrupts(ctx)
	defer release()
	all, err := s.Mounts()
	if err != nil || len(all) == 0 {
		return err
	}
	r.downloads = true
	if s.Path != "" {
		if r.folder, err = s.Find(all[0].Dir); err != nil {
			return err
		}
	}
	return unlessStalled(r.showOne(ctx, all))
}

// unlessStalled returns err, unless it is of a terminal that takes nothing: nothing can be
// said there.
func unlessStalled(err error) error {
	if errors.Is(err, ui.ErrStalled) {
		return nil
	}
	return err
}

// showLines shows the downloads as lines, where nothing can be drawn.
func (r uiRun) showLines(args []string) error {
	var paths []string
	for _, word := range args {
		dir, _, err := findShown(word)
		switch {
		case err != nil:
			return err
		case dir == "":
			return errNoScreen
		}
		paths = append(paths, dir)
	}
	return watch.View{Out: r.out, Errs: r.errs, Width: columns(r.out)}.Show(paths)
}

// findShown returns the mount that a word is for: the user's mount of a catalog, or the
// mount that a path lies in. Of a catalog that is not mounted there is the name alone.
func findShown(word string) (dir, name string, err error) {
	src, err := (&config.Mount{}).AdoptSource(word, os.Getenv, func(string) bool { return false })
	if err == nil {
		mine, err := mounted.Mine()
		for _, m := range mine {
			if m.Source == src.String() {
				dir = m.Dir
			}
		}
		return dir, src.String(), err
	}
	m, notIn := mounted.Of(word)
	switch {
	case errors.Is(notIn, os.ErrNotExist) && isPath(word):
		return "", "", fmt.Errorf("no such folder: %s", word)
	case errors.Is(notIn, os.ErrNotExist):
		return "", "", err // it is no path, so it was to name a catalog
	}
	return m.Dir, m.Source, notIn
}

// isPath reports whether a word looks like a path: a slash comes before any colon, as in no
// source.
func isPath(word string) bool {
	before, _, ok := strings.Cut(word, "/")
	return ok && !strings.Contains(before, ":")
}

// showOne shows a mount, of several the one that the user chooses.
func (r uiRun) showOne(ctx context.Context, all []mounts.Mount) error {
	chosen := 0
	if len(all) > 1 {
		items := make([]string, len(all))
		for i, m := range all {
			items[i] = m.Source + "  " + m.Dir
		}
		var err error
		if chosen, err = ui.Choose(ctx, items, r.options()); err != nil || chosen < 0 {
			return err
		}
	}
	return r.showMount(ctx, all[chosen].Dir)
}

// showMount shows a mount that was there before, and says how it is left.
func (r uiRun) showMount(ctx context.Context, dir string) error {
	moving, err := r.show(ctx, dir, false)
	if moving > 0 {
		fmt.Fprintf(r.errs, "tunesfs: %s; 'tunesfs ui %s' shows %s again\n", goOn(moving), messages.Quote(dir), them(moving))
	}
	return err
}

// show shows the mount at dir until the user quits, and returns how many downloads move.
func (r uiRun) show(ctx context.Context, dir string, own bool) (moving int, err error) {
	mount, err := client.Open(ctx, dir, client.Options{})
	if err != nil {
		return 0, fmt.Errorf("cannot show %s: %w", dir, err)
	}
	opt := r.options()
	opt.Own = own
	result, err := ui.Run(ctx, mount, opt)
	if result.Lost == 0 { // else they have had their time
		return result.Moving, errors.Join(err, mount.Close())
	}
	return result.Moving, errors.Join(err, fmt.Errorf("the mount at %s did not take %s in time", dir, lastCommands(result.Lost)))
}

func lastCommands(n int) string {
	if n == 1 {
		return "the last command"
	}
	return fmt.Sprintf("the last %d commands", n)
}

func goOn(n int) string {
	if n == 1 {
		return "1 download goes on"
	}
	return fmt.Sprintf("%d downloads go on", n)
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}
