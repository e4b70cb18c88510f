package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootHelp = `tunesfs makes a music catalogue on the network look like a folder of files.

A search is a folder: make one with mkdir and the tracks that it finds are in
it. Reading a track downloads it; what has been read stays in a cache. Every
download can be paused, resumed and canceled, by the commands below, by an
extended attribute (user.tunesfs.control), or by touching the small files that
appear beside the track while it downloads.

`

// newRoot returns the command line: one command a file. A daemon is started
// with the same args.
func newRoot(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "tunesfs",
		Short:         "a music catalogue as a folder of files",
		Long:          rootHelp + sourceHelp(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          needCommand,
		Version:       versionLine(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(cmd, err) })
	root.AddCommand(newMount(args), newDemo(), newUnmount(), newSearch(), newSources(), newStatus(), newFollow(),
		newCache(), newDoctor(), newVersion())
	root.AddCommand(newControls()...)
	root.SetArgs(args)
	return root
}

// needCommand answers a command that only groups others.
func needCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misused(cmd, fmt.Errorf("no such command: %s", args[0]))
	}
	return cmd.Help()
}

// misused makes err a usageError that points at the help of cmd.
func misused(cmd *cobra.Command, err error) error {
	return &usageError{err: err, hint: cmd.CommandPath() + " --help"}
}

// words accepts from minimum to maximum arguments; a maximum below 0 is none.
func words(minimum, maximum int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= minimum && (maximum < 0 || len(args) <= maximum) {
			return nil
		}
		return misused(cmd, fmt.Errorf("wrong number of words; the form is '%s'", cmd.UseLine()))
	}
}

// passwordFileFlag is shared by all that sign in.
func passwordFileFlag(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "password-file", "",
		"sign in with the password or API key in `FILE` (default: a systemd credential tunesfs, $TUNESFS_PASSWORD, or ask)")
}

// cacheDirFlag is shared by all that use the cache.
func cacheDirFlag(flags *pflag.FlagSet, dir *string) {
	flags.StringVar(dir, "cache-dir", "", "keep listings and audio in `DIR` (default: the user's cache folder)")
}
