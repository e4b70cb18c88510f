package fetch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// parseContentRange reads the value of a Content-Range header, "bytes 0-9/100",
// "bytes 0-9/*" or "bytes */100" (RFC 9110 section 14.4). total is -1 where the
// server does not say; r is Empty in the unsatisfied form.
func parseContentRange(value string) (r ranges.Range, total int64, err error) {
	fail := func() (ranges.Range, int64, error) {
		return ranges.Range{}, -1, fmt.Errorf("%w: Content-Range %.80q", ErrBadResponse, value)
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
		if total, ok = parseDigits(size); !ok {
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
	start, ok1 := parseDigits(first)
	end, ok2 := parseDigits(last)
	if !ok || !ok1 || !ok2 || end < start || end == ranges.Unbounded || (total >= 0 && end >= total) {
		return fail()
	}
	return ranges.Range{Start: start, End: end + 1}, total, nil
}

// parseDigits reads a number without sign, as HTTP writes them.
func parseDigits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
