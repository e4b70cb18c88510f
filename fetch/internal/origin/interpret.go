package origin

import (
	"net/http"

	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A question is what a request asked for, and what its caller knows of the file.
type question struct {
	ranges.Range       // of the Range header
	plain        bool  // there was none: the file is wanted from its start
	known        int64 // length of the file; 0 or less where it is unknown
}

// A head is what the head of a response says of its body.
type head struct {
	status int
	part   contentRange
	length int64 // Content-Length; -1 without one, or with Transfer-Encoding
}

// A span is the bytes of a file that a body holds.
type span struct {
	ranges.Range       // End is ranges.Unbounded where the server does not say
	total        int64 // length of the file; -1 unknown
	whole        bool  // the body is the file from its start, whatever was asked
}

// A meaning says whether a head can be believed.
type meaning int

const (
	certain   meaning = iota // the span is what the body holds
	failed                   // it is no response with bytes of the file
	refused                  // the range is not to be had, perhaps since the file is shorter
	unlikely                 // true only if the file is as long as span.total
	senseless                // it contradicts itself or the question; span.total may be believed
)

// interpret returns which bytes of a file the body of a response holds. Where a
// head contradicts itself, Content-Length decides: it is counted by the server's
// HTTP, Content-Range by its application. Only a certain meaning is a span to read.
func interpret(q question, h head) (span, meaning) {
	switch h.status {
	case http.StatusOK:
		return interpretOK(q, h)
	case http.StatusPartialContent:
		return interpretPartial(q, h)
	case http.StatusRequestedRangeNotSatisfiable:
		return interpretUnsatisfied(q, h)
	case http.StatusBadRequest:
		if !q.plain {
			return span{total: -1}, refused
		}
	}
	return span{total: -1}, failed
}

// wholeOf is a body that is the file; total is -1 where its length is unknown.
func wholeOf(total int64) span {
	s := span{Range: ranges.Range{Start: 0, End: ranges.Unbounded}, total: total, whole: true}
	if total >= 0 {
		s.End = total
	}
	return s
}

// asWhole is a body that is the file, of length total or -1.
func (q question) asWhole(total int64) (span, meaning) {
	if !q.plain && total == q.Len() && q.doubts(total) {
		return span{total: total}, unlikely // it may be a part in disguise
	}
	return wholeOf(total), certain
}

// doubts reports whether a length of the file, which is as well that of a part, needs
// another response to tell it: the caller does not know it.
func (q question) doubts(total int64) bool { return total != q.known }

// interpretOK is interpret for a 200. RFC 9110 gives its Content-Range no meaning,
// but some servers send a part with the wrong status.
func interpretOK(q question, h head) (span, meaning) {
	c := h.part
	switch {
	case c.form == rangeNone, c.form == rangeUnreadable && (q.plain || h.length >= 0 && h.length == q.known):
		return q.asWhole(h.length)
	case c.total >= 0 && h.length == c.total, h.length < 0 && coversAll(c):
		return q.asWhole(c.total)
	case h.length < 0 && c.form == rangeUnsatisfied:
		return wholeOf(-1), certain
	case c.form == rangePart && h.length == c.last-c.first+1:
		return interpretPartial(q, h)
	}
	return span{total: -1}, senseless
}

// coversAll reports whether a Content-Range is of the whole file.
func coversAll(c contentRange) bool {
	return c.form == rangePart && c.first == 0 && c.total >= 0 && c.last >= c.total-1
}

// interpretPartial is interpret for a 206. A partial response must begin where it
// was asked to and may end early, never late (RFC 9110 section 15.3.7).
func interpretPartial(q question, h head) (span, meaning) {
	c := h.part
	all := coversAll(c) && (h.length < 0 || h.length == c.total)
	switch {
	case all && (q.plain || q.Start > 0 || q.End < c.total):
		return q.asWhole(c.total)
	case c.form != rangePart || q.plain || c.first != q.Start:
		return span{total: -1}, senseless
	}
	s := span{Range: ranges.Range{Start: c.first, End: c.first + partLen(c, h.length)}, total: c.total}
	return s, q.judgePart(s)
}

// judgePart returns whether a part that begins where it was asked to can be believed.
func (q question) judgePart(s span) meaning {
	switch {
	case s.Empty() || s.End > q.End || s.total >= 0 && s.End > s.total:
		return senseless
	case q.End == ranges.Unbounded && s.End < max(s.total, q.known):
		return refused // all was asked for: the next response would end there, too
	case s.total == q.End && q.doubts(s.total):
		return unlikely // it may be the length of the part
	}
	return certain
}

// partLen returns how many bytes the body of a part has, or 0 if its Content-Range
// and its Content-Length are too far apart. Some servers write the end where last
// belongs, or one byte less than they send.
func partLen(c contentRange, length int64) int64 {
	n := c.last - c.first + 1
	switch {
	case length < 0 && c.last == c.total:
		return n - 1
	case length < 0:
		return n
	case n-1 <= length && length <= n+1:
		return length
	}
	return 0
}

// interpretUnsatisfied is interpret for a 416: the file ends before the range that
// was asked for. That is a response where the server says how long the file is.
func interpretUnsatisfied(q question, h head) (span, meaning) {
	total := h.part.total
	switch {
	case q.plain:
		return span{total: -1}, failed
	case h.part.form != rangeUnsatisfied, q.Start < total, total == 0 && q.known > 0:
		return span{total: -1}, refused
	}
	return span{Range: ranges.Range{Start: total, End: total}, total: total}, certain
}

// reconcile returns the length of a file of which a response to a range was not
// certain, with the meaning m and the span s, and a plain one was, of length total; ok
// is false if the two contradict each other. broken reports whether the ranges of
// the server are of no use, which a file that is just short does not show.
func reconcile(q question, s span, m meaning, total int64) (length int64, broken, ok bool) {
	switch {
	case m == refused:
		return total, total < 0 || total >= q.End, true
	case m == unlikely:
		return total, total != s.total, true
	case total < 0:
		return s.total, true, true
	}
	return total, true, s.total < 0 || s.total == total
}
