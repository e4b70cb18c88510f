package fetchtest

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// A Fault edits a response before it is sent.
type Fault func(resp *Response)

type rule struct {
	when  When
	fault Fault
}

// Fault makes faults strike, in their order, every request from now on that
// when matches. Several that match add up, in the order of their making.
func (o *Origin) Fault(when When, faults ...Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rules = append(o.rules, rule{when, Both(faults...)})
}

// Script makes the first fault strike the next request for the file, the second
// the one after it, and so on; nil is no fault, and after the last there is none.
func (o *Origin) Script(name string, faults ...Fault) {
	var asked atomic.Int64
	o.Fault(Of(name), func(resp *Response) {
		if i := int(asked.Add(1)) - 1; i < len(faults) && faults[i] != nil {
			faults[i](resp)
		}
	})
}

// Heal takes away every fault that was made so far; redirects stay.
func (o *Origin) Heal() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rules = nil
}

// Both is all of faults, in order.
func Both(faults ...Fault) Fault {
	return func(resp *Response) {
		for _, f := range faults {
			f(resp)
		}
	}
}

// Status answers with a status and no body. Headers come in pairs.
func Status(status int, headers ...string) Fault {
	return func(resp *Response) {
		resp.fail(status)
		Header(headers...)(resp)
	}
}

// Header sets headers, given in pairs of name and value; "" takes one away.
func Header(pairs ...string) Fault {
	return func(resp *Response) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i+1] == "" {
				resp.Header.Del(pairs[i])
			} else {
				resp.Header.Set(pairs[i], pairs[i+1])
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
	return func(resp *Response) {
		Status(status, "Retry-After", time.Now().Add(d).UTC().Format(http.TimeFormat))(resp)
	}
}

// Unsatisfiable answers 416, with the true size, whatever was asked.
func Unsatisfiable(resp *Response) {
	if resp.File.Content != nil {
		resp.unsatisfiable(resp.File.Content.Size())
	}
}

// Page answers with a status and a page of HTML in place of the file, as
// captive portals and expired sessions do (200 too).
func Page(status int, html string) Fault {
	return func(resp *Response) {
		resp.fail(status)
		resp.Header.Set("Content-Type", "text/html; charset=utf-8")
		resp.Body, resp.To, resp.Length = Bytes([]byte(html)), int64(len(html)), int64(len(html))
	}
}
