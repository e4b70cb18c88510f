package origin

import (
	"cmp"
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Request asks for bytes of a file.
type Request struct {
	Location Location
	Range    ranges.Range // End is ranges.Unbounded for all that follows Start
	File     string       // what tells the file from others of its server, whatever its address; "" is the address
	Known    int64        // length of the file as the caller knows it; 0 or less where it does not
	IfRange  string       // the condition on which a part is wanted (RFC 9110 section 13.1.5), or ""

	// PartOnly is whether the whole file is of no use to the caller. It is not asked
	// for then, even where the server's ranges make no sense.
	PartOnly bool

	// Patience is how long the server may send nothing, at any point until the
	// body has been read.
	Patience time.Duration

	// LeaveHost is called before a redirect to another server is followed. Its
	// time does not count as the server's.
	LeaveHost func() error

	plain bool // no range is asked for, whatever Range is
}

func (q Request) file() string { return cmp.Or(q.File, q.Location.URL) }

// rangeHeader writes r as RFC 9110 section 14.2 wants it.
func rangeHeader(r ranges.Range) string {
	if r.End == ranges.Unbounded {
		return fmt.Sprintf("bytes=%d-", r.Start)
	}
	return fmt.Sprintf("bytes=%d-%d", r.Start, r.End-1)
}
