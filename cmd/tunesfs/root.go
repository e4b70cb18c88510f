package main

import (
	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/source"
)

const rootHelp = `tunesfs makes a music catalog on the network look like a folder of files.

A search is a folder: make one with mkdir and the tracks that it finds are in
it. Reading a track downloads it; what has been read stays in a cache. Every
download can be paused, resumed and canceled, by the commands below, by an
extended attribute (user.tunesfs.control), or by touching the small files that
appear beside the track while it downloads.

`

// newRoot returns the command line, with all commands. A daemon is started
// with the same args.
func newRoot(args []string) *cobra.Command {
	root := &cobra.Command{
		Use:           "tunesfs",
		Short:         "a music catalog as a folder of files",
		Long:          rootHelp + source.Help(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          needCommand,
		Version:       versionLine(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(cmd, flagError(cmd, err)) })
	root.AddCommand(newMount(args), newDemo(), newUI(), newUnmount(), newSearch(), newSources(), newStatus(), newFollow(),
		newCache(), newLog(), newDoctor(), newVersion())
	root.AddCommand(newControls()...)
	root.SetArgs(args)
	return root
}
