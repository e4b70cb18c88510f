package fetch

import "fmt"

// State is where a download stands. Probes and read-ahead windows happen in
// Idle, which may hold bytes; Downloading means that the whole file is wanted.
type State uint8

// The states. Queued is Downloading without a connection yet: the table of
// transitions knows only Downloading, and Status tells them apart.
const (
	Idle State = iota
	Queued
	Downloading
	Paused
	Failed
	Complete
)

var stateNames = [...]string{"idle", "queued", "downloading", "paused", "failed", "complete"}

// String returns the state's name as users see it.
func (s State) String() string {
	if int(s) >= len(stateNames) {
		return fmt.Sprintf("State(%d)", uint8(s))
	}
	return stateNames[s]
}
