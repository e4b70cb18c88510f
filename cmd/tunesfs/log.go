package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
)

func newLog() *cobra.Command {
	return &cobra.Command{
		Use:   "log DIR",
		Short: "show the log of the process behind a mount",
		Long: `Show the log of the process that serves the mount that DIR lies in. A mount with
--daemon logs to a file in ~/.local/state/tunesfs, to one in /var/log of a user without
a home folder, and to that of --log if it is given.`,
		Args: words(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := mounted.Of(args[0])
			if err != nil {
				return err
			}
			return showLog(cmd.OutOrStdout(), runfile.Find(runfile.Path(m.Dir, os.Getenv)))
		},
	}
}

var (
	errNoServer = errors.New("nothing tells which process serves the mount; ask as the user who mounted it")
	errNoLog    = errors.New("the mount logs to no file: it runs in the foreground, and tells its terminal")
)

// showLog writes the log of a process as it is now.
func showLog(out io.Writer, p *runfile.Process) error {
	switch {
	case p == nil:
		return errNoServer
	case p.Log == "":
		return errNoLog
	}
	file, err := os.Open(p.Log)
	if err != nil {
		return fmt.Errorf("cannot read the log: %w", err)
	}
	defer file.Close()
	_, err = io.Copy(out, file)
	return err
}
