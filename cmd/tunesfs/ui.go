package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/ui"
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
			r := uiRun{errs: cmd.ErrOrStderr(), out: terminal.Underlying(cmd.OutOrStdout())}
			in, isFile := cmd.InOrStdin().(*os.File)
			if !isFile || !term.IsTerminal(int(in.Fd())) || !isScreen(r.out, os.Getenv("TERM")) {
				return errNoScreen
			}
			r.in = in
			soft, _, release := interrupts(cmd.Context())
			defer release()
			return r.run(soft, args)
		},
	}
}

// isScreen reports whether w is a terminal that can be drawn on.
func isScreen(w io.Writer, kind string) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && kind != "dumb" && kind != ""
}

// A uiRun is one run of the app.
type uiRun struct {
	in   *os.File
	out  io.Writer // the terminal
	errs io.Writer
}

func (r uiRun) options() ui.Options {
	return ui.Options{In: r.in, Out: r.out, Env: os.Environ()}
}

// run shows what args say.
func (r uiRun) run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		word, err := r.choose(ctx)
		if err != nil || word == "" {
			return err
		}
		args = []string{word}
	}
	word := args[0]
	src, err := (&config.Mount{}).AdoptSource(word, os.Getenv, func(string) bool { return false })
	if err == nil {
		return r.showSource(ctx, word, src)
	}
	m, notIn := mounted.Of(word)
	switch {
	case notIn == nil:
		return r.showMount(ctx, m.Dir)
	case errors.Is(notIn, os.ErrNotExist):
		return err // it is no path, so it was to name a catalog
	}
	return notIn
}

// choose returns the user's mount, or the one that they choose of several; the demo
// where there is none, and nothing if they choose none.
func (r uiRun) choose(ctx context.Context) (string, error) {
	mine, err := mounted.Mine()
	switch {
	case err != nil:
		return "", err
	case len(mine) == 0:
		return demoSource, nil
	case len(mine) == 1:
		return mine[0].Dir, nil
	}
	items := make([]string, len(mine))
	for i, m := range mine {
		items[i] = m.Source + "  " + m.Dir
	}
	i, err := ui.Choose(ctx, items, r.options())
	if err != nil || i < 0 {
		return "", err
	}
	return mine[i].Dir, nil
}

// showSource shows the user's mount of a catalog, or else one of the app's own.
func (r uiRun) showSource(ctx context.Context, word string, src source.Source) error {
	mine, err := mounted.Mine()
	if err != nil {
		return err
	}
	for _, m := range mine {
		if m.Source == src.String() {
			return r.showMount(ctx, m.Dir)
		}
	}
	return r.showOwn(ctx, word, src)
}

// showMount shows a mount that was there before, and says how it is left.
func (r uiRun) showMount(ctx context.Context, dir string) error {
	moving, err := r.show(ctx, dir, false)
	if moving > 0 {
		fmt.Fprintf(r.errs, "tunesfs: %s; 'tunesfs ui %s' shows %s again\n", goOn(moving), quote(dir), them(moving))
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
	if !result.Lost { // else they have had their time
		return result.Moving, errors.Join(err, mount.Close())
	}
	return result.Moving, errors.Join(err, fmt.Errorf("the mount at %s did not take the last commands in time", dir))
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
