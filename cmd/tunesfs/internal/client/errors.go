package client

import (
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sys/unix"

	"github.com/tunesfs/tunesfs/cmd/tunesfs/internal/messages"
)

// Errors of a mount. Their texts, and those of every error that wraps them, are for users.
var (
	// ErrGone is a mount that was unmounted, or whose process has ended.
	ErrGone = errors.New("the mount is gone")

	// ErrHung is a call that the mount did not answer in time.
	ErrHung = errors.New("the mount does not answer")

	// ErrBusy is a write that too many others are before.
	ErrBusy = errors.New("the mount has too many commands to carry out; try again in a moment")

	// ErrManyListings is a listing that found no slot: others, which may have been called
	// off, wait for the catalog.
	ErrManyListings = errors.New("too many folders are being listed; try again in a moment")

	// ErrClosed is a Mount that was closed.
	ErrClosed = errors.New("the mount is closed")

	// ErrUnfinished is a command that Close did not wait for any longer.
	ErrUnfinished = errors.New("the mount did not take it in time")

	// ErrNoProgram is a tunesfs program that cannot be run to read the events.
	ErrNoProgram = errors.New("tunesfs cannot be run again to follow the mount; was it removed or replaced?")

	// ErrNoMount is a folder where nothing of ours is mounted.
	ErrNoMount = errors.New("not a tunesfs mount")

	// ErrNotFound is a path that the mount does not have.
	ErrNotFound = errors.New("it is not there any more")

	// ErrDenied is a mount, or a command, that is another user's.
	ErrDenied = errors.New("only who mounted it may do that")

	// ErrInUse is a track that cannot be evicted now.
	ErrInUse = errors.New("it is in use or downloading; cancel it first")

	// ErrNoCommand is a command that a path does not take.
	ErrNoCommand = errors.New("it does not take this command")

	// ErrBadQuery is a query that no folder can have as its name.
	ErrBadQuery = errors.New("it cannot be searched for")

	// ErrTooMany is a folder of more than MaxNames names, or a list of more downloads.
	ErrTooMany = fmt.Errorf("it has more than %d entries; the rest is not shown", MaxNames)
)

// unmounted is ErrGone of a mount that is not in the table of mounts.
func unmounted(dir string) error {
	return fmt.Errorf("%w: nothing is mounted at %s any more", ErrGone, dir)
}

// dead is ErrGone of a mount whose process has ended.
func dead(dir string) error {
	return fmt.Errorf("%w: its process has ended; run 'tunesfs unmount %s'", ErrGone, messages.Quote(dir))
}

// A ControlError is a command that was refused or not carried out.
type ControlError struct {
	Path, Verb string
	Err        error
}

// Error implements error.
func (e *ControlError) Error() string {
	path := e.Path
	if path == "" || path == "." {
		path = "all"
	}
	return fmt.Sprintf("cannot %s %s: %v", e.Verb, path, e.Err)
}

// Unwrap implements the interface of package errors.
func (e *ControlError) Unwrap() error { return e.Err }

// explain puts an error of a call on the mount into words. It keeps those that are ours.
func explain(err error) error {
	var number unix.Errno
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.ENOTCONN), errors.Is(err, unix.ECONNABORTED), errors.Is(err, unix.ESHUTDOWN):
		return ErrGone
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENOTDIR):
		return ErrNotFound
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return ErrDenied
	case errors.As(err, &number):
		return plainError{number}
	}
	return err
}

// explainControl is explain for a command.
func explainControl(err error) error {
	switch {
	case errors.Is(err, unix.EBUSY):
		return ErrInUse
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOTSUP):
		return ErrNoCommand
	}
	return explain(err)
}

// A plainError is an error number with the words that users know.
type plainError struct{ number unix.Errno }

var plainTexts = map[unix.Errno]string{
	unix.ECONNREFUSED: "the server cannot be reached: nothing listens at its address",
	unix.ENETUNREACH:  "the network cannot be reached",
	unix.ETIMEDOUT:    "the server does not answer",
	unix.EAGAIN:       "the catalog asks for fewer calls; try again in a minute",
	unix.EIO:          "the catalog could not be read; try again later",
	unix.ELOOP:        "some folders lie too deep or repeat those above them, and are left out",
	unix.EMFILE:       "too many files of the mount are open",
	unix.ENOSPC:       "the disk is full",
	unix.EROFS:        "nothing can be changed here",
	unix.ENAMETOOLONG: "the name is too long",
	unix.EINVAL:       "the catalog refuses the query",
	unix.EBUSY:        "it is in use",
}

// Error implements error.
func (e plainError) Error() string {
	if text, ok := plainTexts[e.number]; ok {
		return text
	}
	return "the system says: " + e.number.Error()
}

// Unwrap implements the interface of package errors.
func (e plainError) Unwrap() error { return e.number }
