package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// flagError says what is wrong with a flag of cmd without its value, which may be a secret
// in the wrong place, and without Go's own words. An unknown flag may be a secret, too.
func flagError(cmd *cobra.Command, err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fmt.Errorf("wrong value for --%s: %w", invalid.GetFlag().Name, valueError(invalid))
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if unknown.GetSpecifiedShortnames() != "" {
			return fmt.Errorf("unknown flag: -%s", unknown.GetSpecifiedName())
		}
		return fmt.Errorf("unknown flag: --%s…", knownStart(cmd.Flags(), unknown.GetSpecifiedName()))
	}
	if _, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		return errors.New("a flag has the form --name or --name=value")
	}
	return err
}

// knownStart returns the longest start of name that a flag of set has, too.
func knownStart(set *pflag.FlagSet, name string) string {
	longest := 0
	set.VisitAll(func(f *pflag.Flag) {
		longest = max(longest, messages.CommonStart(name, f.Name))
	})
	return name[:longest]
}

var (
	errNoNumber   = errors.New("not a whole number")
	errNoDuration = errors.New("not a time such as 30s, 5m or 1h30m")
	errNoBool     = errors.New("neither true nor false")
)

// valueError returns what is wrong with a value. The flags of this program say it
// themselves, those of pflag repeat it.
func valueError(err *pflag.InvalidValueError) error {
	switch err.GetFlag().Value.Type() {
	case "int", "int64", "uint", "uint16", "uint32":
		return errNoNumber
	case "duration":
		return errNoDuration
	case "bool":
		return errNoBool
	}
	return err.Unwrap()
}
