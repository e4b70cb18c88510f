package fetch

import (
	"fmt"
	"io"
	"syscall"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// faultsAt are what a server may do wrong that can be found out without a
// digest, in answers whose first bytes come.
func (m *model) faultsAt(at int64) []fetchtest.Fault {
	return []fetchtest.Fault{
		fetchtest.ResetAfter(at), closeAfter(at), fetchtest.StallAfter(at),
		fetchtest.ResetAfter(fetchtest.BeforeHead), fetchtest.StallAfter(fetchtest.BeforeHead),
		fetchtest.Both(fetchtest.Chunked, fetchtest.ResetAfter(at)), short(at), fetchtest.Trickle(4000 + at), fetchtest.Chunked,
		fetchtest.Whole, fetchtest.Both(fetchtest.Whole, fetchtest.ResetAfter(at)), less, noTotal,
		fetchtest.ContentRange(""), fetchtest.ContentRange("bytes 9-5/1"), fetchtest.Shift(1), fetchtest.Shift(-at), fetchtest.Gzip,
		fetchtest.Unsatisfiable, fetchtest.Status(500), fetchtest.Status(403), fetchtest.Status(404), fetchtest.Status(416),
		fetchtest.RetryAfter(503, 20*time.Second), fetchtest.RetryAfterDate(429, 5*time.Second),
		fetchtest.Header("Etag", "", "Last-Modified", ""), fetchtest.Header("Etag", ""), fetchtest.Header("Last-Modified", ""),
		fetchtest.Delay(time.Duration(m.rand.IntN(30)) * time.Second), fetchtest.GoAway, fetchtest.Raw("?"),
		fetchtest.ETag(`"of another edge"`), fetchtest.ETag(`W/"weak"`), surplus(at),
		unframed, fetchtest.Page(200, "<html>"), long(at),
		flipping(0), alternate(fetchtest.Header("Etag", "")),
	}
}

// once are those of faultsAt that must not last: who is always told to wait, or
// gets a few bytes a time, waits for as long as that.
var once = map[int]bool{2: true, 7: true, 23: true, 24: true}

// few are those that let so few bytes through at some places.
var few = map[int]bool{0: true, 1: true, 5: true, 6: true, 10: true}

// opFault makes a fault that strikes some requests.
func (m *model) opFault() bool {
	if m.chance(8) {
		return m.lie()
	}
	at := m.rand.Int64N(1 << (8 + m.rand.IntN(13)))
	faults := m.faultsAt(at)
	i := m.rand.IntN(len(faults))
	next := fetchtest.Next(1 + m.rand.IntN(4))
	when := []fetchtest.When{next, fetchtest.Of(m.key()), fetchtest.All(fetchtest.Conditional, next), fetchtest.All(fetchtest.Covers(at), next)}
	j := m.rand.IntN(len(when))
	if once[i] || (few[i] && at < 4096) {
		j = 0
	}
	m.origin.Fault(when[j], faults[i])
	m.note("fault %d when %d, %d", i, j, at)
	return true
}

// lie sends other bytes in place of those of the one file whose digest is known.
func (m *model) lie() bool {
	at := m.rand.Int64N(mb)
	lies := []fetchtest.Fault{fetchtest.LyingShift(1 + at), fetchtest.LyingShift(-1), fetchtest.Splice(at, fetchtest.Random(uint64(at), 2*mb)),
		fetchtest.Total(fmt.Sprint(at))}
	i := m.rand.IntN(len(lies))
	m.origin.Fault(fetchtest.All(fetchtest.Of(sworn), fetchtest.Next(1+m.rand.IntN(3))), lies[i])
	m.note("lie %d, %d", i, at)
	return true
}

// short cuts a body whose end the connection tells: only what was promised by
// Content-Range or the size shows it.
func short(n int64) fetchtest.Fault {
	return partial(fetchtest.Both(fetchtest.Chunked, fetchtest.ShortBody(n)))
}

// unframed sends the whole to the end of the connection. One that is closed
// early looks whole to anyone, so it is reset instead.
func unframed(a *fetchtest.Response) {
	fetchtest.Both(fetchtest.Whole, fetchtest.Unframed)(a)
	if a.Cut == fetchtest.Hangup {
		a.Cut = fetchtest.Reset
	}
}

func closeAfter(at int64) fetchtest.Fault {
	return func(a *fetchtest.Response) {
		fetchtest.CloseAfter(at)(a)
		if a.Header.Get("Transfer-Encoding") != "" {
			a.Cut = fetchtest.Reset
		}
	}
}

// long and surplus send more than Content-Range promises.
func long(n int64) fetchtest.Fault    { return partial(fetchtest.LongBody(n)) }
func surplus(n int64) fetchtest.Fault { return partial(fetchtest.Surplus(n)) }

// partial has a fault strike only what says of itself which bytes it brings.
func partial(fault fetchtest.Fault) fetchtest.Fault {
	return func(a *fetchtest.Response) {
		if a.Status == 206 {
			fault(a)
		}
	}
}

func (m *model) opExpire() bool {
	m.origin.Expire([]int{401, 403, 410}[m.rand.IntN(3)])
	m.note("expire")
	return true
}

// opRedirect sends to a mirror, into a loop, or nowhere.
func (m *model) opRedirect() bool {
	key := m.key()
	to := []string{"", m.origin.URL("mirror of " + key), m.origin.URL(key), "http://nowhere.test/", "ftp://origin.test/", "http://[/"}
	i := m.rand.IntN(len(to))
	m.origin.Redirect(key, []int{301, 302, 303, 307, 308}[m.rand.IntN(5)], to[i])
	m.note("redirect %s %d", key, i)
	return true
}

func (m *model) opDrop() bool {
	m.origin.Drop()
	m.note("drop connections")
	return true
}

func (m *model) opLink() bool {
	l := fetchtest.Link{RTT: time.Duration(m.rand.IntN(200)) * time.Millisecond, ConnRate: m.rand.Int64N(4 * mb), TotalRate: m.rand.Int64N(8 * mb)}
	if m.chance(2) {
		l = fetchtest.Link{}
	}
	l.Down = m.chance(8)
	if m.chance(8) {
		l.MaxConns = 1 + m.rand.IntN(3)
	}
	m.origin.SetLink(l)
	m.note("link %+v", l)
	return true
}

// opDisk has the disk fail some steps.
func (m *model) opDisk() bool {
	kind, skip, left := diskKinds[m.rand.IntN(len(diskKinds))], m.rand.IntN(8), 1+m.rand.IntN(6)
	err := []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EROFS}[m.rand.IntN(3)]
	m.disk.fail(kind, skip, left, err)
	m.note("disk: %q after %d fails %d times with %v", kind, skip, left, err)
	return true
}

// joined is one content up to at, and another from there on.
type joined struct {
	first, second fetchtest.Content
	at            int64
}

func (j joined) Size() int64 { return j.second.Size() }

func (j joined) ReadAt(p []byte, off int64) (int, error) {
	n, err := j.second.ReadAt(p, off)
	if off < j.at && n > 0 {
		if _, err := j.first.ReadAt(p[:min(int64(n), j.at-off)], off); err != nil && err != io.EOF {
			return 0, err
		}
	}
	return n, err
}
