package httprule

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxSeconds is the longest time.Duration, in seconds.
const maxSeconds = int64(math.MaxInt64 / time.Second)

// RetryAfter returns the wait that a Retry-After field asks for, in either form
// of RFC 9110 section 10.2.3: seconds or a date, which counts from sent. A date
// before that is a wait below zero. ok is false if the field has neither form.
func RetryAfter(field string, sent time.Time) (wait time.Duration, ok bool) {
	if seconds, ok := ParseDigits(field); ok {
		return time.Duration(min(seconds, maxSeconds)) * time.Second, true
	}
	date, err := http.ParseTime(field)
	if err != nil {
		return 0, false
	}
	return date.Sub(sent), true
}

// Sent returns when a response was sent: by its Date field (RFC 9110 section 6.6.1),
// or, without one that makes sense, by the clock of who received it at received. Dates
// of one server are compared with this one, since the two clocks may differ.
func Sent(field string, received time.Time) time.Time {
	if date, err := http.ParseTime(field); err == nil {
		return date
	}
	return received
}

// ParseDigits returns the number that s spells in decimal digits alone, as HTTP
// writes numbers. ok is false for any other text and for a number that does not
// fit.
func ParseDigits(s string) (n int64, ok bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
