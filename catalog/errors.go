package catalog

import (
	"errors"
	"time"
)

// Kinds of failure, for those who must act differently on them. A Source wraps
// them with words of its own; what fits none of them is an ordinary error.
var (
	ErrBadQuery     = errors.New("the catalog refused the query")
	ErrDenied       = errors.New("sign-in refused")
	ErrNotFound     = errors.New("not in the catalog")
	ErrRateLimited  = errors.New("the catalog asks for fewer calls") // see RateLimitError
	ErrUnavailable  = errors.New("the catalog is out of service")
	ErrBadResponse  = errors.New("the answer is not what this catalog sends")
	ErrInvalidURL   = errors.New("not an http or https address")
	ErrNotSupported = errors.New("this catalog cannot do that")
	ErrClosed       = errors.New("the catalog is closed")
)

// A RateLimitError says that the service wants to be left alone until Retry.
// It matches ErrRateLimited.
type RateLimitError struct {
	Retry time.Time // when to ask again; zero where the service did not say
}

func (e *RateLimitError) Error() string {
	if e.Retry.IsZero() {
		return ErrRateLimited.Error()
	}
	return ErrRateLimited.Error() + ": try again after " + e.Retry.Format(time.TimeOnly)
}

// Is reports whether target is ErrRateLimited.
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }
