package fetchtest

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

var (
	errNotRange      = errors.New("fetchtest: not a single byte range")
	errUnsatisfiable = errors.New("fetchtest: range not satisfiable")
)

// parseRange returns the bytes [from, to) that a Range header asks of size
// (RFC 9110, 14.1.2). A header that is malformed or asks for several ranges is
// errNotRange: a server may ignore it, and this one does.
func parseRange(header string, size int64) (from, to int64, err error) {
	spec, ok := cutPrefixFold(header, "bytes=")
	first, last, ok2 := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !ok2 {
		return 0, 0, errNotRange
	}
	if first == "" {
		return parseSuffix(last, size)
	}
	from, err = position(first)
	if err != nil {
		return 0, 0, err
	}
	to = size
	if last != "" {
		end, err := position(last)
		if err != nil || end < from {
			return 0, 0, errNotRange
		}
		to = min(size-1, end) + 1
	}
	if from >= size {
		return 0, 0, errUnsatisfiable
	}
	return from, to, nil
}

func parseSuffix(s string, size int64) (from, to int64, err error) {
	n, err := position(s)
	switch {
	case err != nil:
		return 0, 0, err
	case n == 0:
		return 0, 0, errUnsatisfiable
	case size == 0: // satisfiable, but no Content-Range can say so
		return 0, 0, errNotRange
	}
	return max(0, size-n), size, nil
}

// position parses digits only; what does not fit is as good as the greatest.
func position(s string) (int64, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, errNotRange
	}
	n, _ := strconv.ParseInt(s, 10, 64) // the greatest value if out of range
	return n, nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return "", false
	}
	return s[len(prefix):], true
}

// unsatisfied is the Content-Range of a 416.
func unsatisfied(size int64) string { return fmt.Sprintf("bytes */%d", size) }

// contentRange is the Content-Range of bytes [from, to) of size.
func contentRange(from, to, size int64) string {
	return fmt.Sprintf("bytes %d-%d/%d", from, to-1, size)
}

// sameByIfRange reports whether an If-Range header names the file as it is: by
// strong comparison of ETags, or by the exact date (RFC 9110, 13.1.5).
func (f *File) sameByIfRange(header string) bool {
	if f.NoIfRange {
		return false
	}
	if strings.HasPrefix(header, `"`) || strings.HasPrefix(header, "W/") {
		return strong(header) && header == f.ETag
	}
	t, err := http.ParseTime(header)
	return err == nil && !f.Modified.IsZero() && t.Unix() == f.Modified.Unix()
}

func strong(etag string) bool { return strings.HasPrefix(etag, `"`) }

// precondition returns the status that the conditions of a request call for,
// or 0 (RFC 9110, 13.2.2).
func (f *File) precondition(h http.Header) int {
	if m := h.Get("If-Match"); m != "" {
		if !matches(m, f.ETag, true) {
			return http.StatusPreconditionFailed
		}
	} else if t, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && f.after(t.Unix()) {
		return http.StatusPreconditionFailed
	}
	if m := h.Get("If-None-Match"); m != "" {
		if matches(m, f.ETag, false) {
			return http.StatusNotModified
		}
	} else if t, err := http.ParseTime(h.Get("If-Modified-Since")); err == nil && !f.Modified.IsZero() && !f.after(t.Unix()) {
		return http.StatusNotModified
	}
	return 0
}

func (f *File) after(unix int64) bool { return !f.Modified.IsZero() && f.Modified.Unix() > unix }

// matches reports whether a list of ETags names etag, by strong or by weak
// comparison. The list is split at commas, which our ETags do not contain.
func matches(list, etag string, strongly bool) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimSpace(item)
		switch {
		case item == "*":
			return true
		case strongly:
			if strong(item) && item == etag {
				return true
			}
		case etag != "" && strings.TrimPrefix(item, "W/") == strings.TrimPrefix(etag, "W/"):
			return true
		}
	}
	return false
}
