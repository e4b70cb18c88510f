package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// prefix begins every line that is not a result.
const prefix = "tunesfs: "

var (
	// errSaid ends a command whose failures have been reported one by one.
	errSaid = errors.New("already reported")

	// errCalledOff ends a command that a signal cut short.
	errCalledOff = errors.New("interrupted")
)

// A usageError is a command line that makes no sense.
type usageError struct {
	err  error
	hint string // what to run to learn more; empty if err says it all
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// report tells the user of err in the program's voice.
func report(w io.Writer, err error) {
	if err == nil || errors.Is(err, errSaid) {
		return
	}
	fmt.Fprintln(w, prefix+strings.TrimSpace(err.Error())) // some of go-fuse's end with a newline
	if usage, ok := errors.AsType[*usageError](err); ok && usage.hint != "" {
		fmt.Fprintf(w, "%ssee '%s'\n", prefix, usage.hint)
	}
}
