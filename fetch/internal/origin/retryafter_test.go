package origin

import (
	"net/http"
	"testing"
	"time"
)

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
		"9223372036854775807":           24 * time.Hour,
		"Fri, 02 Jan 2026 03:05:05 GMT": time.Minute,
		"Fri, 02 Jan 2026 03:03:05 GMT": 0,
		"Fri, 31 Dec 9999 23:59:59 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

// A date counts from the one that the response itself has, whatever the clock here.
func TestRetryAfterDate(t *testing.T) {
	const jump = 10 * 365 * 24 * time.Hour
	sent := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, by := range []time.Duration{-jump, 0, jump} {
		resp := &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{
			"Date":        {sent.Format(http.TimeFormat)},
			"Retry-After": {sent.Add(time.Minute).Format(http.TimeFormat)},
		}}
		if got := readFields(resp.Header, sent.Add(by)).statusError(resp.StatusCode).RetryAfter; got != time.Minute {
			t.Errorf("by a clock that is %v off: %v", by, got)
		}
	}
}
