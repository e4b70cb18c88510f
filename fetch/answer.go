package fetch

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// An answer is what a response to a ranged GET means.
type answer struct {
	body      ranges.Range        // which bytes of the file the body holds; End is unbounded where the server does not say
	whole     bool                // the server sent the file from its start, whatever was asked
	framed    bool                // the transport says where the body ends: a cut one does not look whole
	validator validator.Validator // of the file the body is part of
	typ       string              // Content-Type without parameters
}

// readAnswer checks a response to a request for asked (End unbounded for an
// open range) by the rules of RFC 9110 sections 14 and 15.3.7. A partial answer
// must begin where it was asked to and may end early, never late.
func readAnswer(asked ranges.Range, resp *http.Response, now time.Time) (answer, error) {
	a := answer{validator: validator.Of(resp.Header, now), framed: framed(resp)}
	a.typ, _, _ = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if enc := resp.Header.Get("Content-Encoding"); enc != "" && enc != "identity" {
		return a, fmt.Errorf("%w: Content-Encoding %.40q was not asked for", ErrBadResponse, enc)
	}
	switch resp.StatusCode {
	case http.StatusOK:
		return wholeAnswer(a, resp), nil
	case http.StatusPartialContent:
		return partialAnswer(a, asked, resp)
	case http.StatusRequestedRangeNotSatisfiable:
		return unsatisfied(a, asked, resp)
	}
	return a, statusErrorOf(resp, now)
}

// framed reports whether a body's end is told by a length, by chunks or by HTTP/2,
// and not by the end of the connection.
func framed(resp *http.Response) bool {
	return resp.ContentLength >= 0 || resp.ProtoMajor > 1 || slices.Contains(resp.TransferEncoding, "chunked")
}

func wholeAnswer(a answer, resp *http.Response) answer {
	a.whole, a.body = true, ranges.Range{Start: 0, End: ranges.Unbounded}
	if resp.ContentLength >= 0 {
		a.validator.Size, a.body.End = resp.ContentLength, resp.ContentLength
	}
	return a
}

func partialAnswer(a answer, asked ranges.Range, resp *http.Response) (answer, error) {
	header := resp.Header.Get("Content-Range")
	r, total, err := parseContentRange(header)
	if err != nil {
		return a, err
	}
	if r.Empty() || r.Start != asked.Start || r.End > asked.End {
		return a, fmt.Errorf("%w: asked for %d-%d, got Content-Range %.80q", ErrBadResponse, asked.Start, asked.End-1, header)
	}
	if resp.ContentLength >= 0 && resp.ContentLength != r.Len() {
		return a, fmt.Errorf("%w: Content-Range %.80q with Content-Length %d", ErrBadResponse, header, resp.ContentLength)
	}
	a.body, a.validator.Size = r, total
	return a, nil
}

// unsatisfied reads a 416: the file ends before what was asked for. That is an
// answer where the server says how long the file is.
func unsatisfied(a answer, asked ranges.Range, resp *http.Response) (answer, error) {
	_, total, err := parseContentRange(resp.Header.Get("Content-Range"))
	if err != nil || total < 0 || asked.Start < total {
		return a, fmt.Errorf("%w: range %d- refused", ErrBadResponse, asked.Start)
	}
	a.validator.Size, a.body = total, ranges.Range{Start: total, End: total}
	return a, nil
}

func statusErrorOf(resp *http.Response, now time.Time) *fault.StatusError {
	return fault.NewStatusError(resp.StatusCode, retryAfter(resp.Header.Get("Retry-After"), now))
}

// retryAfter returns the wait that a Retry-After header asks for: 0 where there is
// none or it makes no sense, and no more than a day, so that sums of waits do not
// overflow.
func retryAfter(value string, now time.Time) time.Duration {
	const most = 24 * time.Hour
	wait, _ := httprule.RetryAfter(strings.TrimSpace(value), now)
	return min(max(wait, 0), most)
}
