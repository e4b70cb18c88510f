//go:build darwin || freebsd

package mounts

// A Changes would tell whether the table of mounts has changed: these systems do not.
type Changes struct{}

// WatchChanges tells of changes from now on.
func WatchChanges() (*Changes, error) { return &Changes{}, nil }

// Any reports that the table may have changed.
func (c *Changes) Any() bool { return true }

// Close ends the watch.
func (c *Changes) Close() {}
