package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// needCommand answers a command that only groups others.
func needCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misused(cmd, fmt.Errorf("no such command: %s", args[0]))
	}
	return cmd.Help()
}

// misused makes err a messages.UsageError that points at the help of cmd.
func misused(cmd *cobra.Command, err error) error {
	return &messages.UsageError{Err: err, Hint: cmd.CommandPath() + " --help"}
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
