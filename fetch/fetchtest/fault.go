package fetchtest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A Fault edits an answer before it is sent.
type Fault func(a *Answer)

// Both is all of faults, in order.
func Both(faults ...Fault) Fault {
	return func(a *Answer) {
		for _, f := range faults {
			f(a)
		}
	}
}

// Status answers with a status and no body. Headers come in pairs.
func Status(status int, headers ...string) Fault {
	return func(a *Answer) {
		a.fail(status)
		Header(headers...)(a)
	}
}

// Header sets headers, given in pairs of name and value; "" takes one away.
func Header(pairs ...string) Fault {
	return func(a *Answer) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i+1] == "" {
				a.Header.Del(pairs[i])
			} else {
				a.Header.Set(pairs[i], pairs[i+1])
			}
		}
	}
}

// RetryAfter answers with a status (429, 503) and tells to come back after d,
// as a number of seconds.
func RetryAfter(status int, d time.Duration) Fault {
	return Status(status, "Retry-After", fmt.Sprint(int64(d/time.Second)))
}

// RetryAfterDate is RetryAfter by a date, which has whole seconds only.
func RetryAfterDate(status int, d time.Duration) Fault {
	return func(a *Answer) {
		Status(status, "Retry-After", time.Now().Add(d).UTC().Format(http.TimeFormat))(a)
	}
}

// Unsatisfiable answers 416, with the true size, whatever was asked.
func Unsatisfiable(a *Answer) {
	if a.File.Content != nil {
		a.unsatisfiable(a.File.Content.Size())
	}
}

// Page answers 200 with a page of HTML in place of the file, as captive portals
// and expired sessions do.
func Page(html string) Fault {
	return func(a *Answer) {
		a.fail(http.StatusOK)
		a.Header.Set("Content-Type", "text/html; charset=utf-8")
		a.Body, a.To, a.Length = Bytes([]byte(html)), int64(len(html)), int64(len(html))
	}
}

// ResetAfter resets the connection after n body bytes (BeforeHead: before the
// head). Bytes still in the sender's buffer are lost, so n is the most that
// can arrive.
func ResetAfter(n int64) Fault { return cutAfter(Reset, n) }

// CloseAfter closes the connection in order after n body bytes (BeforeHead:
// before the head), however many were promised.
func CloseAfter(n int64) Fault { return cutAfter(Hangup, n) }

// StallAfter sends nothing more after n body bytes (BeforeHead: not even the
// head), until the client gives up or the origin closes.
func StallAfter(n int64) Fault { return cutAfter(Stall, n) }

func cutAfter(c Cut, n int64) Fault { return func(a *Answer) { a.Cut, a.CutAt = c, n } }

// HoldAt sends nothing more after n body bytes (BeforeHead: not even the head)
// until the channel is closed, and then goes on.
func HoldAt(n int64, until <-chan struct{}) Fault {
	return func(a *Answer) { a.Hold, a.HoldAt = until, n }
}

// Delay lets d pass before the head, beside what the link takes.
func Delay(d time.Duration) Fault { return func(a *Answer) { a.Delay += d } }

// Trickle sends the body at so many bytes a second.
func Trickle(rate int64) Fault { return func(a *Answer) { a.Rate = rate } }

// ShortBody sends the first n body bytes only, and says so by Content-Length
// but not by Content-Range.
func ShortBody(n int64) Fault {
	return func(a *Answer) {
		if a.Body != nil && n < a.To-a.From {
			a.To = a.From + n
			if a.Length != Unsaid {
				a.Length = n
			}
		}
	}
}

// LongBody sends n bytes more than it should, those that follow in the file or
// garbage, and says so by Content-Length but not by Content-Range.
func LongBody(n int64) Fault {
	return func(a *Answer) {
		if a.Body == nil {
			return
		}
		a.To += n
		if a.Length != Unsaid {
			a.Length += n
		}
	}
}

// Surplus sends n bytes more than Content-Length says, and closes the
// connection. Over HTTP/2, where that cannot be, the stream is reset.
func Surplus(n int64) Fault {
	return func(a *Answer) {
		if a.Body != nil {
			a.To += n
		}
	}
}

// Whole answers 200 with everything, whatever was asked.
func Whole(a *Answer) { a.whole() }

// ContentRange says s in the Content-Range of a 206; "" leaves it out.
func ContentRange(s string) Fault {
	return func(a *Answer) {
		if a.Status == http.StatusPartialContent {
			Header("Content-Range", s)(a)
		}
	}
}

// Total claims in Content-Range that the file has size s: a number, or "*".
func Total(s string) Fault {
	return func(a *Answer) {
		if before, _, ok := strings.Cut(a.Header.Get("Content-Range"), "/"); ok {
			a.Header.Set("Content-Range", before+"/"+s)
		}
	}
}

// Shift sends as a 206 the bytes that lie by bytes after those asked for
// (before them if negative), as many of them as there are, and says so.
func Shift(by int64) Fault {
	return func(a *Answer) {
		if a.Status != http.StatusPartialContent {
			return
		}
		size := a.File.Content.Size()
		a.From, a.To = clamp(a.From+by, size), clamp(a.To+by, size)
		a.Header.Set("Content-Range", contentRange(a.From, a.To, size))
		if a.Length != Unsaid {
			a.Length = a.To - a.From
		}
	}
}

// LyingShift sends in a 206 the bytes that lie by bytes after those asked for,
// and claims that they are what was asked for.
func LyingShift(by int64) Fault {
	return func(a *Answer) {
		if a.Status == http.StatusPartialContent {
			a.From, a.To = a.From+by, a.To+by
		}
	}
}

func clamp(off, size int64) int64 { return max(0, min(off, size)) }

// ETag sends another ETag than the file's; "" sends none.
func ETag(s string) Fault { return Header("Etag", s) }

// Gzip compresses the body, though nobody asked for it.
func Gzip(a *Answer) { a.compress() }

// Chunked sends no Content-Length.
func Chunked(a *Answer) { a.Length = Unsaid }

// Unframed sends no Content-Length and no chunks: the end of the connection is
// the end of the body, and a cut one looks whole. HTTP/2 frames it all the same.
func Unframed(a *Answer) {
	a.Length = Unsaid
	a.Header.Set("Transfer-Encoding", "identity")
}

// GoAway makes this answer the last of its connection: HTTP/2 sends a GOAWAY
// (with ResetAfter one that is followed by the connection's death), HTTP/1.1
// says Connection: close.
func GoAway(a *Answer) { a.Header.Set("Connection", "close") }
