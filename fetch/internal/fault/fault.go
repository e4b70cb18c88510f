// Package fault owns the kinds of failure that the packages below fetch share.
// Package fetch exports those that its users act on. The code that finds a failure
// gives it its kind.
//
// It must never know a request or a file. Everything is in fault.go.
package fault

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Kinds of failure. Package fetch says what each means to its users.
var (
	ErrBusy        = errors.New("the file is in use")
	ErrLocked      = errors.New("the cache folder is in use by another process")
	ErrClosed      = errors.New("the store is closed")
	ErrTimeout     = errors.New("no progress")
	ErrDenied      = errors.New("the server refused access")
	ErrNotFound    = errors.New("the server does not have the file")
	ErrBadResponse = errors.New("the server broke the protocol")
	ErrUnreachable = errors.New("the server cannot be reached")
	ErrNoSpace     = errors.New("no space left in the cache")
	ErrTooNew      = errors.New("the cache entry was written by a newer version")
	ErrDigest      = errors.New("the bytes do not match the digest")
)

// Kinds that have no meaning of their own outside, but must not be retried.
var (
	ErrDisk     = errors.New("the cache folder failed")
	ErrRedirect = errors.New("refused redirect")
)

// Temporary reports whether another attempt may help after err.
func Temporary(err error) bool {
	for _, final := range []error{ErrDenied, ErrNotFound, ErrBadResponse, ErrNoSpace, ErrClosed, ErrTooNew, ErrDisk, ErrRedirect} {
		if errors.Is(err, final) {
			return false
		}
	}
	return true
}

// limits are the errors of a cache folder that works, but takes no more: the disk is
// full, or the user's share of it; the file is larger than may be; too many are open.
var limits = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, syscall.EMFILE, syscall.ENFILE}

// Disk gives a failure of the cache folder its kind: ErrNoSpace where it takes no
// more, else ErrDisk. One that has its kind keeps it.
func Disk(err error) error {
	if errors.Is(err, ErrNoSpace) || errors.Is(err, ErrDisk) {
		return err
	}
	for _, limit := range limits {
		if errors.Is(err, limit) {
			return fmt.Errorf("%w: %w", ErrNoSpace, err)
		}
	}
	return fmt.Errorf("%w: %w", ErrDisk, err)
}

// A StatusError is a response whose status says that it is not the file.
type StatusError struct {
	Code       int
	RetryAfter time.Duration // how long the server asks to wait; 0 where it does not
	Kind       error         // ErrDenied, ErrNotFound, ErrUnreachable or ErrBadResponse
}

// NewStatusError returns the error of a response with a status.
func NewStatusError(code int, retryAfter time.Duration) *StatusError {
	return &StatusError{Code: code, RetryAfter: retryAfter, Kind: kindOf(code)}
}

func kindOf(code int) error {
	switch code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusProxyAuthRequired:
		return ErrDenied
	case http.StatusNotFound, http.StatusGone:
		return ErrNotFound
	case http.StatusTooManyRequests, http.StatusRequestTimeout, http.StatusTooEarly:
		return ErrUnreachable
	}
	if code >= 500 {
		return ErrUnreachable
	}
	return ErrBadResponse
}

// Error leaves the server's own words out: they may be long, or quote secrets.
func (e *StatusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%v: HTTP %d %s", e.Kind, e.Code, http.StatusText(e.Code)))
}

// Unwrap returns the kind.
func (e *StatusError) Unwrap() error { return e.Kind }

// Expired reports whether the response can mean that the URL has expired and
// another would work.
func (e *StatusError) Expired() bool { return e.Kind == ErrDenied || e.Kind == ErrNotFound }
