package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/watch"
)

func newStatus() *cobra.Command {
	var watching bool
	var asJSON *bool
	cmd := &cobra.Command{
		Use:   "status [PATH...]",
		Short: "show the downloads below some paths, or of all my mounts",
		Long: `Show the downloads of the folders that are named, with their paths below the mount,
or of all my mounts. If PATH is a track, show that one, whether it is downloading or
not, and what went wrong with it. Programs that wait for its bytes are named beside
it. A catalog or a folder PATH that could not be listed is shown with why.
With --watch, of one PATH at most, keep showing what changes until all is unmounted or
Ctrl-C: pictures on a terminal, elsewhere or with --json a line for each change.`,
		Args: words(0, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := watch.View{Out: cmd.OutOrStdout(), Errs: cmd.ErrOrStderr(), JSON: *asJSON}
			if !*asJSON {
				s.Width, _ = watch.TerminalSize(s.Out)
			}
			paths := tracksOf(args)
			if !watching {
				return s.Show(paths)
			}
			if len(paths) > 1 {
				return misused(cmd, errors.New("--watch takes one path"))
			}
			if len(paths) > 0 {
				s.Path = paths[0]
			}
			return s.Watch(cmd.Context())
		},
	}
	asJSON = addJSON(cmd)
	cmd.Flags().BoolVarP(&watching, "watch", "w", false, "keep watching")
	return cmd
}
