package origin

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Request asks for bytes of a file.
type Request struct {
	Location Location
	Range    ranges.Range // End is ranges.Unbounded for all that follows Start
	File     string       // what tells the file from others of its server, whatever its address; "" is the address
	Known    int64        // length of the file as the caller knows it; 0 or less where it does not
	IfRange  string       // the condition on which a part is wanted (RFC 9110 section 13.1.5), or ""
	Expected string       // media type that the catalog tells of the file, for Offer; "" unknown

	// PartOnly is whether the whole file is of no use to the caller. It is not asked
	// for then, even where the server's ranges make no sense.
	PartOnly bool

	// Unless is the version that the server need not send again: it may say that
	// this still is the one (RFC 9110 sections 13.1.2, 13.1.3 and 15.4.5). The zero
	// value wants a body in any case.
	Unless validator.Validator

	// Patience is how long the server may send nothing, at any point until the
	// body has been read.
	Patience time.Duration

	// LeaveHost is called before a redirect to another server is followed. Its
	// time does not count as the server's.
	LeaveHost func() error

	plain bool // no range is asked for, whatever Range is
}

func (q Request) file() string { return cmp.Or(q.File, q.Location.URL) }

// conditions sets the headers of the version that need not be sent again. Both are
// sent where both are known: a server that knows tags ignores the date.
func (q Request) conditions(h http.Header) {
	if q.Unless.ETag != "" {
		h.Set("If-None-Match", q.Unless.ETag)
	}
	if q.Unless.Modified != "" {
		h.Set("If-Modified-Since", q.Unless.Modified)
	}
}

// conditional reports whether the server may send no body.
func (q Request) conditional() bool { return q.Unless.ETag != "" || q.Unless.Modified != "" }

// rangeHeader writes r as RFC 9110 section 14.2 wants it.
func rangeHeader(r ranges.Range) string {
	if r.End == ranges.Unbounded {
		return fmt.Sprintf("bytes=%d-", r.Start)
	}
	return fmt.Sprintf("bytes=%d-%d", r.Start, r.End-1)
}
