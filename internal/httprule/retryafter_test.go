package httprule

import (
	"math"
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const longest = time.Duration(math.MaxInt64)
	for field, want := range map[string]time.Duration{
		"0":                              0,
		"120":                            2 * time.Minute,
		"100000":                         100_000 * time.Second,
		"9223372036854775807":            longest.Truncate(time.Second),
		"Fri, 02 Jan 2026 03:05:05 GMT":  time.Minute,
		"Friday, 02-Jan-26 03:05:05 GMT": time.Minute,
		"Fri Jan  2 03:05:05 2026":       time.Minute,
		"Fri, 02 Jan 2026 03:03:05 GMT":  -time.Minute,
		"Fri, 31 Dec 9999 23:59:59 GMT":  longest,
	} {
		if got, ok := RetryAfter(field, now); got != want || !ok {
			t.Errorf("%q: %v, %v, want %v", field, got, ok, want)
		}
	}
	for _, field := range []string{"", "soon", "-1", "+1", "1.5", "1 2", "99999999999999999999"} {
		if got, ok := RetryAfter(field, now); got != 0 || ok {
			t.Errorf("%q: %v, %v, want none", field, got, ok)
		}
	}
}

func TestParseDigits(t *testing.T) {
	for s, want := range map[string]int64{"0": 0, "007": 7, "9223372036854775807": math.MaxInt64} {
		if got, ok := ParseDigits(s); got != want || !ok {
			t.Errorf("%q: %d, %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", " 1", "1 ", "+1", "-1", "0x1", "1_0", "1.0", "٣", "9223372036854775808"} {
		if got, ok := ParseDigits(s); ok {
			t.Errorf("%q: %d", s, got)
		}
	}
}

// A date that a server sends counts from the server's own: a clock that is ten years
// wrong, here or there, changes no wait.
func TestSent(t *testing.T) {
	const jump = 10 * 365 * 24 * time.Hour
	received := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, test := range map[string]struct {
		date string
		want time.Time
	}{
		"a right clock":     {received.Format(http.TimeFormat), received},
		"years ahead":       {received.Add(jump).Format(http.TimeFormat), received.Add(jump)},
		"years behind":      {received.Add(-jump).Format(http.TimeFormat), received.Add(-jump)},
		"no date":           {"", received},
		"a date of no form": {"yesterday", received},
	} {
		sent := Sent(test.date, received)
		if !sent.Equal(test.want) {
			t.Errorf("%s: sent at %v, want %v", name, sent, test.want)
		}
		after := test.want.Add(2 * time.Minute).Format(http.TimeFormat)
		if wait, ok := RetryAfter(after, sent); wait != 2*time.Minute || !ok {
			t.Errorf("%s: a wait of %v, %v", name, wait, ok)
		}
	}
}
