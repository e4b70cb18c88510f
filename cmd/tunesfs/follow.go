package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/client"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
)

func newFollow() *cobra.Command {
	return &cobra.Command{
		Use:    client.FollowCommand + " DIR",
		Hidden: true,
		Short:  "copy the events of the mount at DIR, after an empty line, until standard input ends",
		Args:   words(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			copied := make(chan error, 1)
			go func() { copied <- client.CopyEvents(cmd.OutOrStdout(), args[0]) }()
			left := make(chan struct{})
			go func() {
				defer close(left)
				_, _ = io.Copy(io.Discard, cmd.InOrStdin()) // however it ends, nobody is there any more
			}()
			select {
			case err := <-copied:
				return mounted.ExplainDead(args[0], err)
			case <-left:
				return nil
			}
		},
	}
}
