package fetch

import (
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

func TestBackoffByRetryAfter(t *testing.T) {
	b := backoff{limit: time.Minute}
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
	for _, value := range []string{"Fri, 31 Dec 9999 23:59:59 GMT", "9223372036854775807"} {
		b := backoff{limit: time.Minute}
		for _, told := range []time.Duration{time.Second, retryAfter(value, time.Now())} {
			wait, again := b.next(&fault.StatusError{RetryAfter: told, Kind: ErrUnreachable}, 0)
			if wait != told || again != (told == time.Second) {
				t.Errorf("%s: waits %v, told %v: %v", value, wait, told, again)
			}
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"":                              0,
		"soon":                          0,
		"-1":                            0,
		"1.5":                           0,
		"0":                             0,
		" 120 ":                         2 * time.Minute,
		"99999999999999999999":          0,
		"100000":                        24 * time.Hour,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute,
		"Fri, 02 Jan 2026 03:03:05 GMT": 0,
		"Fri, 31 Dec 9999 23:59:59 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}
