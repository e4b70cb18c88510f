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
// of RFC 9110 section 10.2.3: seconds or a date. A date in the past is a wait
// below zero. ok is false if the field has neither form.
func RetryAfter(field string, now time.Time) (wait time.Duration, ok bool) {
	if seconds, ok := ParseDigits(field); ok {
		return time.Duration(min(seconds, maxSeconds)) * time.Second, true
	}
	date, err := http.ParseTime(field)
	if err != nil {
		return 0, false
	}
	return date.Sub(now), true
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
