package retry

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

func TestBackoffByRetryAfter(t *testing.T) {
	b := Backoff{Limit: time.Minute}
	busy := &fault.StatusError{RetryAfter: time.Second}
	if wait, again := b.next(busy, 59*time.Second); wait != time.Second || !again {
		t.Errorf("with time left: %v, %v", wait, again)
	}
	if _, again := b.next(busy, time.Second); again {
		t.Error("goes on with no time left")
	}
}

// TestBackoffDoesNotOverflow has a server put a download off for as long as a
// date can say, after it was put off before.
func TestBackoffDoesNotOverflow(t *testing.T) {
	b := Backoff{Limit: time.Minute}
	for _, told := range []time.Duration{time.Second, 24 * time.Hour} { // a day is the most that is read of a Retry-After
		wait, again := b.next(&fault.StatusError{RetryAfter: told, Kind: fault.ErrUnreachable}, 0)
		if wait != told || again != (told == time.Second) {
			t.Errorf("waits %v, told %v: %v", wait, told, again)
		}
	}
}
