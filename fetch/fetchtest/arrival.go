package fetchtest

import (
	"net/http"
	"slices"
)

// An arrival is what the origin was told to do until a request arrived: a test that
// waited for the request may change it from then on.
type arrival struct {
	rules      []rule
	redirect   redirect
	redirected bool
	expired    int // the status for an address that has expired, or 0
}

// arrive enters a request, and returns what holds for it.
func (o *Origin) arrive(rec *Request) arrival {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := arrival{rules: slices.Clone(o.rules), expired: o.tickets.expired(rec.URI)}
	now.redirect, now.redirected = o.redirects[rec.File]
	o.ledger.arrive(rec)
	return now
}

// response is the right response, edited by every rule that matches.
func (now arrival) response(r Request, f File) *Response {
	var resp *Response
	switch {
	case now.expired != 0:
		resp = &Response{Request: r, Header: http.Header{}, Status: now.expired}
	case now.redirected:
		resp = &Response{Request: r, Header: http.Header{"Location": {now.redirect.location}}, Status: now.redirect.status}
	case f.Content == nil:
		resp = &Response{Request: r, Header: http.Header{}, Status: http.StatusNotFound}
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		resp = &Response{Request: r, Header: http.Header{"Allow": {"GET, HEAD"}}, Status: http.StatusMethodNotAllowed}
	default:
		resp = plan(r, f)
	}
	for _, fault := range now.faults(r) {
		fault(resp)
	}
	return resp
}

// faults returns what strikes a request. Conditions are asked without a lock,
// so that they may use the origin.
func (now arrival) faults(r Request) []Fault {
	var strike []Fault
	for _, rule := range now.rules {
		if rule.when(r) {
			strike = append(strike, rule.fault)
		}
	}
	return strike
}
