package fetch

import (
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// opFault makes a fault that strikes some requests. All of them can be found
// out without a digest.
func (m *model) opFault() {
	at := m.rand.Int64N(1 << (8 + m.rand.IntN(13)))
	faults := []fetchtest.Fault{
		fetchtest.ResetAfter(at), fetchtest.CloseAfter(at), fetchtest.StallAfter(at),
		fetchtest.ResetAfter(fetchtest.BeforeHead), fetchtest.StallAfter(fetchtest.BeforeHead),
		fetchtest.Both(fetchtest.Chunked, fetchtest.ResetAfter(at)), short(at), fetchtest.Trickle(1000 + at), fetchtest.Chunked,
		fetchtest.Whole, fetchtest.Both(fetchtest.Whole, fetchtest.ResetAfter(at)), less, noTotal,
		fetchtest.ContentRange(""), fetchtest.ContentRange("bytes 9-5/1"), fetchtest.Shift(1), fetchtest.Gzip,
		fetchtest.Unsatisfiable, fetchtest.Status(500), fetchtest.Status(403), fetchtest.Status(404),
		fetchtest.RetryAfter(503, 20*time.Second), fetchtest.RetryAfterDate(429, 5*time.Second),
		fetchtest.Header("Etag", "", "Last-Modified", ""), fetchtest.Header("Etag", ""), fetchtest.Header("Last-Modified", ""),
		fetchtest.Delay(time.Duration(m.rand.IntN(30)) * time.Second), fetchtest.GoAway, fetchtest.Raw("?"),
	}
	i := m.rand.IntN(len(faults))
	next := fetchtest.Next(1 + m.rand.IntN(4))
	when := []fetchtest.When{next, fetchtest.Of(m.key()), fetchtest.All(fetchtest.Conditional, next), fetchtest.All(fetchtest.Covers(at), next)}
	j := m.rand.IntN(len(when))
	if i == 2 || i == 21 || i == 22 {
		j = 0 // who is always told to wait, or gets a byte a time, waits for ever
	}
	m.origin.Fault(when[j], faults[i])
	m.note("fault %d when %d, %d", i, j, at)
}

// short cuts a body whose end the connection tells: only what was promised by
// Content-Range or the size shows it.
func short(n int64) fetchtest.Fault {
	return func(a *fetchtest.Answer) {
		if a.Status == 206 {
			fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(n))(a)
		}
	}
}
