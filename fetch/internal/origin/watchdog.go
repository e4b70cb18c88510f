package origin

import (
	"context"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// A watchdog ends a request during which the server sends nothing.
type watchdog struct {
	patience time.Duration
	timer    *time.Timer
}

func newWatchdog(patience time.Duration, cancel context.CancelCauseFunc) *watchdog {
	err := fmt.Errorf("%w: nothing arrived for %v", fault.ErrUnreachable, patience)
	return &watchdog{patience, time.AfterFunc(patience, func() { cancel(err) })}
}

// moved starts the time from zero.
func (w *watchdog) moved() { w.timer.Reset(w.patience) }

// rest stops the time until the next call of moved.
func (w *watchdog) rest() { w.timer.Stop() }
