package origin

import (
	"context"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/clock"
)

// A watchdog ends a request during which the server sends nothing. Only time in which
// this process could run counts: after a stop the server has all of patience again.
type watchdog struct{ silence *clock.Stopwatch }

func newWatchdog(patience time.Duration, cancel context.CancelCauseFunc) *watchdog {
	err := fmt.Errorf("%w: nothing arrived for %v", fault.ErrUnreachable, patience)
	return &watchdog{clock.AfterFunc(patience, func() { cancel(err) })}
}

// moved starts the time from zero.
func (w *watchdog) moved() { w.silence.Reset() }

// rest stops the time until the next call of moved.
func (w *watchdog) rest() { w.silence.Stop() }
