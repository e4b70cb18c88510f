package fetchtest

import (
	"fmt"
	"net/http"
	"time"
)

// A Fault edits an answer before it is sent.
type Fault func(a *Answer)

// Both is all of faults, in order.
func Both(faults ...Fault) Fault {
	return func(a *Answer) {
		for _, f := range faults {
			f(a)
		}
	}
}

// Status answers with a status and no body. Headers come in pairs.
func Status(status int, headers ...string) Fault {
	return func(a *Answer) {
		a.fail(status)
		Header(headers...)(a)
	}
}

// Header sets headers, given in pairs of name and value; "" takes one away.
func Header(pairs ...string) Fault {
	return func(a *Answer) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i+1] == "" {
				a.Header.Del(pairs[i])
			} else {
				a.Header.Set(pairs[i], pairs[i+1])
			}
		}
	}
}

// RetryAfter answers with a status (429, 503) and tells to come back after d,
// as a number of seconds.
func RetryAfter(status int, d time.Duration) Fault {
	return Status(status, "Retry-After", fmt.Sprint(int64(d/time.Second)))
}

// RetryAfterDate is RetryAfter by a date, which has whole seconds only.
func RetryAfterDate(status int, d time.Duration) Fault {
	return func(a *Answer) {
		Status(status, "Retry-After", time.Now().Add(d).UTC().Format(http.TimeFormat))(a)
	}
}

// Unsatisfiable answers 416, with the true size, whatever was asked.
func Unsatisfiable(a *Answer) {
	if a.File.Content != nil {
		a.unsatisfiable(a.File.Content.Size())
	}
}

// Page answers with a status and a page of HTML in place of the file, as
// captive portals and expired sessions do (200 too).
func Page(status int, html string) Fault {
	return func(a *Answer) {
		a.fail(status)
		a.Header.Set("Content-Type", "text/html; charset=utf-8")
		a.Body, a.To, a.Length = Bytes([]byte(html)), int64(len(html)), int64(len(html))
	}
}
