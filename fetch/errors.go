package fetch

import "errors"

// Kinds of failure, for those who must act differently on them.
var (
	ErrUnknownCommand = errors.New("unknown command")
	ErrCanceled       = errors.New("download canceled")
	ErrStale          = errors.New("the remote file has changed since it was opened")
	ErrBusy           = errors.New("the file is in use")
	ErrLocked         = errors.New("the cache folder is in use by another process")
	ErrClosed         = errors.New("the store is closed")
	ErrTimeout        = errors.New("no progress")
	ErrDenied         = errors.New("the server refused access")
	ErrNotFound       = errors.New("the server does not have the file")
	ErrBadResponse    = errors.New("the server broke the protocol")
	ErrUnreachable    = errors.New("the server cannot be reached")
	ErrNoSpace        = errors.New("no space left in the cache")
	ErrUntold         = errors.New("the server does not tell the size")
	ErrTooNew         = errors.New("the cache entry was written by a newer version")
)

// Failures that are mapped to no sentinel of their own but must not be retried.
var (
	errDisk     = errors.New("the cache folder failed")
	errRedirect = errors.New("refused redirect")
)
