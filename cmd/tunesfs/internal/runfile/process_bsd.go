//go:build darwin || freebsd

package runfile

// isTunesfs trusts the lock on the run file: these systems have no simple way
// to tell what a process runs.
func isTunesfs(int) bool { return true }

// isKilled is not told by these systems.
func isKilled(int) bool { return false }
