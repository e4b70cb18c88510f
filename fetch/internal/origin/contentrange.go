package origin

import (
	"fmt"
	"strings"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// parseContentRange reads the value of a Content-Range header, "bytes 0-9/100",
// "bytes 0-9/*" or "bytes */100" (RFC 9110 section 14.4). total is -1 where the
// server does not say; r is Empty in the unsatisfied form.
func parseContentRange(value string) (r ranges.Range, total int64, err error) {
	fail := func() (ranges.Range, int64, error) {
		return ranges.Range{}, -1, fmt.Errorf("%w: Content-Range %.80q", fault.ErrBadResponse, value)
	}
	spec, ok := strings.CutPrefix(value, "bytes ")
	if !ok {
		return fail()
	}
	span, size, ok := strings.Cut(spec, "/")
	if !ok {
		return fail()
	}
	if total = -1; size != "*" {
		if total, ok = httprule.ParseDigits(size); !ok {
			return fail()
		}
	}
	if span == "*" {
		if total < 0 {
			return fail()
		}
		return ranges.Range{}, total, nil
	}
	first, last, ok := strings.Cut(span, "-")
	start, ok1 := httprule.ParseDigits(first)
	end, ok2 := httprule.ParseDigits(last)
	if !ok || !ok1 || !ok2 || end < start || end == ranges.Unbounded || (total >= 0 && end >= total) {
		return fail()
	}
	return ranges.Range{Start: start, End: end + 1}, total, nil
}
