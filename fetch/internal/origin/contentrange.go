package origin

import (
	"strings"

	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A contentRange is the value of a Content-Range header (RFC 9110 section 14.4):
// "bytes 0-9/100", "bytes 0-9/*", or in the unsatisfied form "bytes */100". The
// zero value is none, or one that cannot be read.
type contentRange struct {
	form        rangeForm
	first, last int64 // of rangePart; last counts, unless the server means the end by it
	total       int64 // -1 where the server does not say
}

type rangeForm int

const (
	rangeNone rangeForm = iota
	rangeUnreadable
	rangePart
	rangeUnsatisfied
	rangeParts // of a body in several parts: each has its own, and none could be read
)

// parseContentRange reads the value of a Content-Range header; "" is none. Its unit
// may be in any case (RFC 9110 section 14.1). It also reads forms that servers send
// and other clients take: "bytes=0-9/100", "bytes: 0-9/100", "0-9/100", spaces
// around - and /, and a total that is missing or below zero.
func parseContentRange(value string) contentRange {
	if value == "" {
		return contentRange{total: -1}
	}
	bad := contentRange{form: rangeUnreadable, total: -1}
	spec, ok := cutUnit(strings.Trim(value, " \t"))
	if !ok {
		return bad
	}
	span, size, _ := strings.Cut(spec, "/")
	total, ok := parseTotal(trimSpaces(size))
	if !ok {
		return bad
	}
	if span = trimSpaces(span); span == "*" {
		if total < 0 {
			return bad
		}
		return contentRange{form: rangeUnsatisfied, total: total}
	}
	first, last, ok := strings.Cut(span, "-")
	start, ok1 := httprule.ParseDigits(trimSpaces(first))
	end, ok2 := httprule.ParseDigits(trimSpaces(last))
	if !ok || !ok1 || !ok2 || end < start || end == ranges.Unbounded || (total >= 0 && end > total) {
		return bad
	}
	return contentRange{form: rangePart, first: start, last: end, total: total}
}

func trimSpaces(s string) string { return strings.Trim(s, " \t") }

// cutUnit returns the part of a Content-Range after its unit, which must be bytes.
func cutUnit(value string) (spec string, ok bool) {
	const unit = "bytes"
	if len(value) >= len(unit) && strings.EqualFold(value[:len(unit)], unit) {
		spec = strings.TrimLeft(value[len(unit):], " \t=:")
		return spec, len(spec) < len(value)-len(unit) // else it is another unit: "bytesize 0-9/100"
	}
	return value, value != "" && (value[0] == '*' || '0' <= value[0] && value[0] <= '9')
}

// parseTotal returns the total of a Content-Range, -1 where that says unknown.
func parseTotal(size string) (total int64, ok bool) {
	if size == "" || size == "*" || size == "-1" {
		return -1, true
	}
	return httprule.ParseDigits(size)
}
