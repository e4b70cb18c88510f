package durable

import "fmt"

// At returns err with the path that it is about in front, or nil for nil. A caller that
// may not show the path finds it by the method Path.
func At(path string, err error) error {
	if err == nil {
		return nil
	}
	return &located{path: path, err: err}
}

// A located error is one about a path.
type located struct {
	path string
	err  error
}

// Error implements error.
func (l *located) Error() string { return fmt.Sprintf("%s: %v", l.path, l.err) }

// Unwrap returns the error without its path.
func (l *located) Unwrap() error { return l.err }

// Path returns the path.
func (l *located) Path() string { return l.path }
