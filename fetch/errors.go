package fetch

import (
	"errors"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// Kinds of failure, for those who must act differently on them.
var (
	ErrUnknownCommand = errors.New("unknown command")
	ErrCanceled       = errors.New("download canceled")
	ErrStale          = errors.New("the remote file has changed since it was opened")
	ErrUntold         = errors.New("the server does not tell the size")
	ErrHostFailing    = errors.New("other files of the server failed a moment ago")

	ErrBusy        = fault.ErrBusy
	ErrLocked      = fault.ErrLocked
	ErrClosed      = fault.ErrClosed
	ErrTimeout     = fault.ErrTimeout
	ErrDenied      = fault.ErrDenied
	ErrNotFound    = fault.ErrNotFound
	ErrBadResponse = fault.ErrBadResponse
	ErrUnreachable = fault.ErrUnreachable
	ErrNoSpace     = fault.ErrNoSpace
	ErrDisk        = fault.ErrDisk // the disk of the cache failed; ErrNoSpace where it is full
	ErrTooNew      = fault.ErrTooNew
	ErrDigest      = fault.ErrDigest // a file whose bytes are not those that its digest was made of
)
