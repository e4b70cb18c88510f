package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/runfile"
	"github.com/tunesfs/tunesfs/internal/mounts"
)

func newLog() *cobra.Command {
	return &cobra.Command{
		Use:   "log DIR",
		Short: "show the log of the process behind a mount",
		Long: `Show the log of the process that serves the mount that DIR lies in. A mount with
--daemon logs to a file in ~/.local/state/tunesfs, to one in /var/log of a user without
a home folder, and to that of --log if it is given. It is shown also after the
process was killed, until DIR is unmounted or mounted on again.`,
		Args: words(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := mounted.Of(args[0])
			if err != nil {
				return err
			}
			log, ok := runfile.LogOf(runfile.Path(m.Dir, os.Getenv))
			if !ok {
				return noServer(m, os.Geteuid())
			}
			return showLog(cmd.OutOrStdout(), log)
		},
	}
}

var (
	errNoServer = errors.New("nothing tells which process serves the mount; ask as the user who mounted it")
	errRootsLog = errors.New("nothing of yours tells which process serves the mount; if root mounted it for you, root has its log")
	errNoLog    = errors.New("the mount logs to no file: it runs in the foreground, and tells its terminal")
)

// noServer returns why a user finds no process behind a mount.
func noServer(m mounts.Mount, user int) error {
	if m.UID == user && user != 0 {
		return errRootsLog
	}
	return errNoServer
}

// showLog writes the log at a path as it is now.
func showLog(out io.Writer, path string) error {
	if path == "" {
		return errNoLog
	}
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("cannot read the log: %w", err)
	}
	defer file.Close()
	_, err = io.Copy(out, file)
	return err
}
