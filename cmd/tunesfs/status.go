package main

import (
	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/watch"
)

func newStatus() *cobra.Command {
	var asJSON, watching bool
	cmd := &cobra.Command{
		Use:   "status [PATH]",
		Short: "show the downloads of a mount, or of all my mounts",
		Long: `Show the downloads of the mount that PATH lies in, or of all my mounts. If PATH
is a track, show that one, whether it is downloading or not, and what went wrong
with it. Programs that wait for its bytes are named beside it. A catalog or a folder PATH that could not be listed is shown with why.
With --watch, keep showing what changes until all is unmounted or Ctrl-C: pictures
on a terminal, elsewhere or with --json a line for each change.`,
		Args: words(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := watch.View{Out: cmd.OutOrStdout(), Errs: cmd.ErrOrStderr(), JSON: asJSON}
			if !asJSON {
				s.Width, _ = watch.TerminalSize(s.Out)
			}
			if len(args) > 0 {
				s.Path = args[0]
			}
			if watching {
				return s.Watch(cmd.Context())
			}
			return s.Show()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVarP(&watching, "watch", "w", false, "keep watching")
	return cmd
}
