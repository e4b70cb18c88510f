package origin

import (
	"fmt"
	"time"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Request asks for bytes of a file.
type Request struct {
	Location Location
	Range    ranges.Range // End is ranges.Unbounded for all that follows Start
	IfRange  string       // the condition on which a part is wanted (RFC 9110 section 13.1.5), or ""

	// Patience is how long the server may send nothing, at any point until the
	// body has been read.
	Patience time.Duration

	// LeaveHost is called before a redirect to another server is followed. Its
	// time does not count as the server's.
	LeaveHost func() error
}

// rangeHeader writes r as RFC 9110 section 14.2 wants it.
func rangeHeader(r ranges.Range) string {
	if r.End == ranges.Unbounded {
		return fmt.Sprintf("bytes=%d-", r.Start)
	}
	return fmt.Sprintf("bytes=%d-%d", r.Start, r.End-1)
}
