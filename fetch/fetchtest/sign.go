package fetchtest

import (
	"fmt"
	"net/url"
	"strconv"
)

// tickets are the addresses given out by Sign: numbered, and void up to some.
type tickets struct {
	issued, void int
	status       int // what a void one gets
}

// Sign returns an address of a file that is good until Expire, as those of
// storage services are. Every one is another.
func (o *Origin) Sign(name string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tickets.issued++
	return fmt.Sprintf("%s?ticket=%d", o.URL(name), o.tickets.issued)
}

// Expire answers with a status (401, 403, 410) to every address that Sign has
// given out so far. Those without a ticket are not concerned.
func (o *Origin) Expire(status int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tickets.void, o.tickets.status = o.tickets.issued, status
}

// expired returns the status for an address that has expired, or 0.
func (t tickets) expired(uri string) int {
	u, err := url.ParseRequestURI(uri)
	if err != nil {
		return 0
	}
	if n, err := strconv.Atoi(u.Query().Get("ticket")); err == nil && n <= t.void {
		return t.status
	}
	return 0
}
