package main

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/watch"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

func newStatus() *cobra.Command {
	var asJSON, watching, sparse bool
	cmd := &cobra.Command{
		Use:   "status [PATH...]",
		Short: "show the downloads below some paths, or of all my mounts",
		Long: `Show the downloads of the folders that are named, with their paths below the mount,
or of all my mounts. If PATH is a track, show that one, whether it is downloading or
not, and what went wrong with it. Programs that wait for its bytes are named beside
it. A catalog or a folder PATH that could not be listed is shown with why.
With --watch, of one PATH at most, show the downloads in the app that 'tunesfs ui'
starts: of several mounts it asks which. Its keys for all downloads are for those of PATH.
Elsewhere than on a terminal, or with --json, write a line for each change
until all is unmounted or Ctrl-C.`,
		Args: words(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := watch.View{Out: cmd.OutOrStdout(), Errs: cmd.ErrOrStderr(), JSON: asJSON, Sparse: sparse}
			if !asJSON {
				s.Width = columns(s.Out)
			}
			paths := tracksOf(args, silences{})
			if !watching {
				return s.Show(paths)
			}
			if len(paths) > 1 {
				return misused(cmd, errors.New("--watch takes one path"))
			}
			if len(paths) > 0 {
				s.Path = paths[0]
			}
			if r := newUIRun(cmd); r.canDraw() && !asJSON && !sparse {
				return r.showDownloads(cmd.Context(), s)
			}
			return s.Watch(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVarP(&watching, "watch", "w", false, "keep watching")
	cmd.Flags().BoolVar(&sparse, sparseFlag, false, "with --watch, write lines also on a terminal, one for each state and each tenth")
	_ = cmd.Flags().MarkHidden(sparseFlag) // it is there
	return cmd
}

// sparseFlag has lines written that a mount in the foreground shows.
const sparseFlag = "sparse"

// columns returns how wide the terminal is that w is, or 0 if it is none.
func columns(w io.Writer) int {
	file, ok := terminal.Underlying(w).(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}
