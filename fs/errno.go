package fs

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/fetch"
	"github.com/tunesfs/tunesfs/internal/plain"
)

// errnos says which error number a program gets for an error. The first that
// matches wins.
var errnos = []struct {
	err   error
	errno syscall.Errno
}{
	{fetch.ErrCanceled, syscall.ECANCELED},
	{fetch.ErrStale, syscall.ESTALE},
	{fetch.ErrBusy, syscall.EBUSY},
	{fetch.ErrClosed, syscall.ENOTCONN}, // as of a mount that is gone
	{fetch.ErrTimeout, syscall.ETIMEDOUT},
	{fetch.ErrDenied, syscall.EACCES},
	{fetch.ErrNotFound, syscall.ENOENT},
	{fetch.ErrNoSpace, syscall.ENOSPC},
	{fetch.ErrUnknownCommand, syscall.EINVAL},
	{fetch.ErrBadResponse, syscall.EIO},
	{syscall.ECONNREFUSED, syscall.ECONNREFUSED}, // the one number of a network call that says all
	{fetch.ErrUnreachable, syscall.ENETUNREACH},
	{fetch.ErrDisk, syscall.EIO},
	{fetch.ErrTooNew, syscall.EIO},
	{fetch.ErrDigest, syscall.EIO},

	{catalog.ErrClosed, syscall.ENOTCONN},
	{catalog.ErrBadQuery, syscall.EINVAL},
	{catalog.ErrDenied, syscall.EACCES},
	{catalog.ErrNotFound, syscall.ENOENT},
	{catalog.ErrRateLimited, syscall.EAGAIN},
	{catalog.ErrUnavailable, syscall.EIO},
	{catalog.ErrBadResponse, syscall.EIO},
	{catalog.ErrInvalidURL, syscall.EIO},
	{catalog.ErrNotSupported, syscall.EOPNOTSUPP},

	{errLoop, syscall.ELOOP},
	{errTooDeep, syscall.ELOOP},

	{context.Canceled, syscall.EINTR},
	{context.DeadlineExceeded, syscall.ETIMEDOUT},
}

// toErrno returns the error number for err; 0 for nil.
func toErrno(err error) syscall.Errno {
	switch {
	case err == nil:
		return 0
	case isDialTimeout(err): // before context.DeadlineExceeded, which it says that it is
		return syscall.ENETUNREACH
	case errors.Is(err, errUnsaved):
		return diskErrno(err)
	}
	for _, e := range errnos {
		if errors.Is(err, e.err) {
			return e.errno
		}
	}
	// Other numbers of network calls speak of our connections, not of the file.
	var op *net.OpError
	var dns *net.DNSError
	isNetwork := errors.As(err, &op) || errors.As(err, &dns)
	var errno syscall.Errno
	if errors.As(err, &errno) && !isNetwork {
		return errno
	}
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return syscall.ETIMEDOUT
	case isNetwork:
		return syscall.ENETUNREACH
	case errors.Is(err, fs.ErrNotExist): // last: an error number beside it says more
		return syscall.ENOENT
	}
	return syscall.EIO
}

// diskErrno returns the error number for what the disk does not keep: it is full, or
// fails. Other numbers would speak of the mount, as EROFS and EACCES do.
func diskErrno(err error) syscall.Errno {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return syscall.ENOSPC
	}
	return syscall.EIO
}

// isDialTimeout reports whether no connection came about in time: whoever
// answers late has at least been reached.
func isDialTimeout(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial" && op.Timeout()
}

// errorText returns what an error says on one line, without the paths of this machine:
// all users of the mount may read it, and without the system calls that Go names.
func errorText(err error) string {
	if err == nil {
		return ""
	}
	return catalog.SanitizeText(plain.In(withoutPaths(err.Error(), err), err))
}

// withoutPaths returns the text of an error without the paths that the system's errors
// in it name.
func withoutPaths(text string, err error) string {
	hide := func(lead, path string) {
		text = strings.ReplaceAll(text, lead+path+": ", "")
		if filepath.IsAbs(path) && path != "/" {
			text = strings.ReplaceAll(text, path, elsewhere)
		}
	}
	switch e := err.(type) { //nolint:errorlint // each error of the tree is looked at
	case *fs.PathError:
		hide(e.Op+" ", e.Path)
	case *os.LinkError:
		hide(e.Op+" "+e.Old+" ", e.New)
		hide("", e.Old)
	case interface{ Path() string }:
		hide("", e.Path())
	}
	switch e := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return withoutPaths(text, inner)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			text = withoutPaths(text, inner)
		}
	}
	return text
}

// elsewhere stands for a path of this machine.
const elsewhere = "a file"
