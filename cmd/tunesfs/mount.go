package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"
)

func newMount(line []string) *cobra.Command {
	flags := &mountFlags{}
	cmd := &cobra.Command{
		Use:   "mount SOURCE DIR",
		Short: "show a catalogue in a folder until it is unmounted",
		Long: `Show the catalogue SOURCE in the empty folder DIR, in the foreground: Ctrl-C
unmounts, and so does 'tunesfs unmount DIR'. With --daemon the command returns
once the folder is there and every --search is listed, or after 30 seconds.

` + sourceHelp(),
		Args: words(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := complete(cmd, flags, args[0])
			if err != nil {
				return err
			}
			return mount(cmd, line, flags, src, args[1])
		},
	}
	flags.add(cmd.Flags())
	return cmd
}

// complete takes what the command line leaves open from the configuration, and
// returns the catalogue that word names.
func complete(cmd *cobra.Command, flags *mountFlags, word string) (source, error) {
	src, err := flags.adoptSource(word, os.Getenv, cmd.Flags().Changed)
	if err != nil {
		return source{}, err
	}
	return src, checkFlags(cmd, flags)
}

// checkFlags makes what is wrong with flags a wrong use of cmd.
func checkFlags(cmd *cobra.Command, flags *mountFlags) error {
	if err := flags.check(cmd.Flags().Changed); err != nil {
		return misused(cmd, err)
	}
	return nil
}

// mount serves in this process, or starts one that does.
func mount(cmd *cobra.Command, line []string, flags *mountFlags, src source, dir string) error {
	starter := findParent()
	password, inherited, err := inheritedSecret()
	if err == nil && !inherited {
		password, err = findSecret(src, flags.passwordFile, cmd.InOrStdin(), cmd.ErrOrStderr())
	}
	if err != nil {
		return err
	}
	if flags.daemon && !starter.exists() {
		log, err := openLog(flags.log, src.folder(), os.Getenv)
		if err != nil {
			return err
		}
		defer log.Close()
		return startDaemon(line, password, log, cmd.ErrOrStderr())
	}
	out, toFile, err := logOutput(flags, starter, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	s := &service{source: src, secret: password, dir: dir, flags: flags, parent: starter, log: newLogger(out, toFile, flags.debug)}
	err = s.run(cmd.Context())
	if err != nil {
		starter.tell(sayFailed, err.Error())
	}
	return err
}

// logOutput returns where a mount logs, and whether that is a file. A daemon's
// standard error is its log already.
func logOutput(flags *mountFlags, p parent, stderr io.Writer) (w io.Writer, toFile bool, err error) {
	if p.exists() || flags.log == "" {
		return stderr, p.exists(), nil
	}
	file, err := openLog(flags.log, "", os.Getenv)
	return file, true, err
}
