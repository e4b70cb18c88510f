package fetchtest

import (
	"net/http"
	"strings"
)

// ShortBody sends the first n body bytes only, and says so by Content-Length
// but not by Content-Range.
func ShortBody(n int64) Fault {
	return func(resp *Response) {
		if resp.Body != nil && n < resp.To-resp.From {
			resp.To = resp.From + n
			if resp.Length != Unsaid {
				resp.Length = n
			}
		}
	}
}

// LongBody sends n bytes more than it should, those that follow in the file or
// garbage, and says so by Content-Length but not by Content-Range.
func LongBody(n int64) Fault {
	return func(resp *Response) {
		if resp.Body == nil {
			return
		}
		resp.To += n
		if resp.Length != Unsaid {
			resp.Length += n
		}
	}
}

// Surplus sends n bytes more than Content-Length says, and closes the
// connection. Over HTTP/2, where that cannot be, the stream is reset.
func Surplus(n int64) Fault {
	return func(resp *Response) {
		if resp.Body != nil {
			resp.To += n
		}
	}
}

// Whole answers 200 with everything, whatever was asked.
func Whole(resp *Response) { resp.whole() }

// ContentRange says s in the Content-Range of a 206; "" leaves it out.
func ContentRange(s string) Fault {
	return func(resp *Response) {
		if resp.Status == http.StatusPartialContent {
			Header("Content-Range", s)(resp)
		}
	}
}

// Total claims in Content-Range that the file has size s: a number, or "*".
func Total(s string) Fault {
	return func(resp *Response) {
		if before, _, ok := strings.Cut(resp.Header.Get("Content-Range"), "/"); ok {
			resp.Header.Set("Content-Range", before+"/"+s)
		}
	}
}

// Shift sends as a 206 the bytes that lie by bytes after those asked for
// (before them if negative), as many of them as there are, and says so.
func Shift(by int64) Fault {
	return func(resp *Response) {
		if resp.Status != http.StatusPartialContent {
			return
		}
		size := resp.File.Content.Size()
		resp.From, resp.To = clamp(resp.From+by, size), clamp(resp.To+by, size)
		resp.Header.Set("Content-Range", contentRange(resp.From, resp.To, size))
		if resp.Length != Unsaid {
			resp.Length = resp.To - resp.From
		}
	}
}

// LyingShift sends in a 206 the bytes that lie by bytes after those asked for,
// and claims that they are what was asked for.
func LyingShift(by int64) Fault {
	return func(resp *Response) {
		if resp.Status == http.StatusPartialContent {
			resp.From, resp.To = resp.From+by, resp.To+by
		}
	}
}

func clamp(off, size int64) int64 { return max(0, min(off, size)) }

// Splice sends other's bytes from offset at of the file on, as a server whose
// file was overwritten in place: only a digest can tell.
func Splice(at int64, other Content) Fault {
	return func(resp *Response) {
		if resp.Body != nil {
			resp.Body = spliced{resp.Body, other, at}
		}
	}
}

// ETag sends another ETag than the file's; "" sends none.
func ETag(s string) Fault { return Header("Etag", s) }

// Raw sends s in place of any HTTP and closes the connection. Over HTTP/2 the
// stream is reset.
func Raw(s string) Fault { return func(resp *Response) { resp.Raw = []byte(s) } }

// Gzip compresses the body, though nobody asked for it.
func Gzip(resp *Response) { resp.compress() }

// Chunked sends no Content-Length.
func Chunked(resp *Response) { resp.Length = Unsaid }

// Unframed sends no Content-Length and no chunks: the end of the connection is
// the end of the body, and a cut one looks whole. HTTP/2 frames it all the same.
func Unframed(resp *Response) {
	resp.Length = Unsaid
	resp.Header.Set("Transfer-Encoding", "identity")
}

// GoAway makes this response the last of its connection: HTTP/2 sends a GOAWAY
// (with ResetAfter one that is followed by the connection's death), HTTP/1.1
// says Connection: close.
func GoAway(resp *Response) { resp.Header.Set("Connection", "close") }
