package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/cachedir"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/config"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/daemon"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/mounted"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/secret"
	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
	"github.com/tunesfs/tunesfs/internal/plain"
	"github.com/tunesfs/tunesfs/internal/terminal"
)

func newMount(line []string) *cobra.Command {
	flags := &config.Mount{}
	cmd := &cobra.Command{
		Use:   "mount SOURCE DIR",
		Short: "show a catalog in a folder until it is unmounted",
		Long: `Show the catalog SOURCE in the empty folder DIR, in the foreground: Ctrl-C
unmounts, and so does 'tunesfs unmount DIR'. On a terminal it shows the downloads,
a line for each tenth. DIR is made if the folder that it lies in is yours. A mount of
yours whose process was killed is taken away first. With --daemon the command returns
once the folder is there, and the catalog and every --search are listed, or after 30
seconds. A catalog that cannot be listed is a warning: it is asked again. Ctrl-C ends
the wait, and not a mount that is there.

` + source.Help(),
		Args: words(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := complete(cmd, flags, args[0])
			if err != nil {
				return err
			}
			return runMount(cmd, line, flags, src, args[1])
		},
	}
	flags.AddFlags(cmd.Flags())
	return cmd
}

// complete takes what the command line leaves open from the configuration, and
// returns the catalog that word names.
func complete(cmd *cobra.Command, flags *config.Mount, word string) (source.Source, error) {
	src, err := flags.AdoptSource(word, os.Getenv, cmd.Flags().Changed)
	if err != nil {
		return source.Source{}, err
	}
	return src, checkFlags(cmd, flags)
}

// checkFlags makes what is wrong with flags a wrong use of cmd.
func checkFlags(cmd *cobra.Command, flags *config.Mount) error {
	if err := flags.Check(cmd.Flags().Changed); err != nil {
		return misused(cmd, err)
	}
	return nil
}

// runMount serves in this process, or starts one that does.
func runMount(cmd *cobra.Command, line []string, flags *config.Mount, src source.Source, dir string) error {
	starter := daemon.FindParent()
	if flags.Daemon || flags.Log != "" {
		if err := checkLog(messages.LogPath(flags.Log, src.Folder(), os.Getenv), dir); err != nil {
			return err
		}
	}
	password, inherited, err := secret.Inherited()
	if err == nil && !inherited {
		password, err = secret.Find(src, flags.PasswordFile, cmd.InOrStdin(), cmd.ErrOrStderr())
	}
	if err != nil {
		return err
	}
	if flags.Daemon && !starter.Exists() {
		log, err := messages.OpenLog(flags.Log, src.Folder(), os.Getenv)
		if err != nil {
			return err
		}
		defer log.Close()
		err = daemon.Start(line, password, log, cmd.ErrOrStderr())
		if errors.Is(err, daemon.ErrLeft) {
			return fmt.Errorf("%w; the mount stays: 'tunesfs unmount %s' ends it", messages.ErrInterrupted, messages.Quote(dir))
		}
		return err
	}
	out, path, err := logOutput(flags, src, starter, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	s := &service{source: src, secret: password, dir: dir, flags: flags, parent: starter, logFile: path,
		log: messages.NewLogger(out, path != "", flags.Debug)}
	var lines *mountLines
	if !starter.Exists() {
		s.mounted = func() {
			fmt.Fprintln(cmd.ErrOrStderr(), messages.Prefix+welcome(src, dir))
			lines = newUIRun(cmd).showMountLines(s.dir)
		}
	}
	err = s.run(cmd.Context())
	lines.end()
	if err != nil {
		starter.Notify(daemon.Failed, plain.Text(err))
	}
	return err
}

// welcome is the line that a mount in the foreground begins with.
func welcome(src source.Source, dir string) string {
	return terminal.Line(fmt.Sprintf("%s is mounted at %s; search it with mkdir %s; Ctrl-C unmounts", src, dir,
		messages.Quote(filepath.Join(dir, "SEARCH WORDS"))))
}

// checkLog refuses a log in the folder to mount on. It leaves one that is mounted
// alone: that may not answer.
func checkLog(path, dir string) error {
	point, err := mounted.Point(dir)
	if err != nil {
		return nil // which is reported later
	}
	if _, ok := mounted.At(point); !ok && cachedir.Inside(point, path) {
		return fmt.Errorf("cannot log to %s: %w; name a file with --log", path, errCovered)
	}
	return nil
}

// logOutput returns where a mount of src logs, and the path of the file if it is one. A
// daemon's standard error is its log already.
func logOutput(flags *config.Mount, src source.Source, p daemon.Parent, stderr io.Writer) (w io.Writer, path string, err error) {
	if !p.Exists() && flags.Log == "" {
		return stderr, "", nil
	}
	if path, err = filepath.Abs(messages.LogPath(flags.Log, src.Folder(), os.Getenv)); err != nil { // a daemon leaves its folder
		return nil, "", err
	}
	file, isFile := terminal.Underlying(stderr).(*os.File)
	if !p.Exists() {
		if file, err = messages.OpenLog(flags.Log, "", os.Getenv); err != nil {
			return nil, "", err
		}
	} else if !isFile {
		return stderr, path, nil
	}
	return messages.Bound(file, path), path, nil
}
