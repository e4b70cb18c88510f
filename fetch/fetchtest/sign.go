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

// expired returns the status for a request whose address has expired, or 0.
func (o *Origin) expired(r Request) int {
	u, err := url.ParseRequestURI(r.URI)
	if err != nil {
		return 0
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if n, err := strconv.Atoi(u.Query().Get("ticket")); err == nil && n <= o.tickets.void {
		return o.tickets.status
	}
	return 0
}
