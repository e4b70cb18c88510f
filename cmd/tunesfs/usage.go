package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// maxTypos is how many letters a misspelt command may differ in from the right one.
const maxTypos = 2

// needCommand answers a command that only groups others.
func needCommand(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		cmd.SuggestionsMinimumDistance = maxTypos
		err := fmt.Errorf("no such command: %s", args[0])
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			err = fmt.Errorf("%w; did you mean %s?", err, strings.Join(near, " or "))
		}
		return misused(cmd, err)
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
