package origin

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
	"github.com/tunesfs/tunesfs/fetch/internal/validator"
	"github.com/tunesfs/tunesfs/internal/httprule"
	"github.com/tunesfs/tunesfs/internal/panics"
	"github.com/tunesfs/tunesfs/internal/ranges"
)

// A Response says which bytes of which version of a file follow, and reads them.
type Response struct {
	Range     ranges.Range        // the bytes of the file that the body holds; End is ranges.Unbounded where the server does not say
	Whole     bool                // the server sends the file from its start, whatever was asked
	Unchanged bool                // the server says that it still has the version of Request.Unless, and sends nothing
	Framed    bool                // the protocol says where the body ends: a cut one does not look whole
	Validator validator.Validator // of the file that the body is part of
	Type      string              // media type without parameters; "" if there was none
	IfRange   string              // the condition that was sent; "" for none

	// RTT is how long the host takes to answer, by all its responses; 0 unknown.
	RTT time.Duration

	// RedirectTarget is where redirects led to; its URL is empty if there were none.
	RedirectTarget Location

	body     io.ReadCloser
	at       int64 // where in the file the next byte of body belongs
	refuse   func(Offer) error
	ctx      context.Context
	cancel   context.CancelCauseFunc
	watchdog *watchdog
	log      *slog.Logger
}

// newResponse checks a response to q, and says which bytes of the file its body
// holds. A status that is an error counts before all that is said of the body. It
// fails with a doubtError where the file is to be asked for without a range.
func newResponse(q Request, resp *http.Response, now time.Time) (*Response, error) {
	f := readFields(resp.Header, now)
	r := &Response{Validator: f.validator(), Type: f.mediaType, Framed: framed(resp), IfRange: resp.Request.Header.Get("If-Range"),
		RedirectTarget: redirectTarget(q.Location, resp.Request), body: resp.Body}
	if resp.StatusCode == http.StatusNotModified && q.conditional() {
		return r.unchanged(q)
	}
	asked := question{q.Range, resp.Request.Header.Get("Range") == "", q.Known}
	s, m := interpret(asked, r.headOf(resp, f))
	switch m {
	case failed:
		return nil, f.statusError(resp.StatusCode)
	case senseless:
		if asked.plain {
			return nil, fmt.Errorf("%w: asked for no range, got %s", fault.ErrBadResponse, wordsOf(resp, f))
		}
		return nil, doubtOf(asked, s, m, resp, f)
	case refused, unlikely:
		return nil, doubtOf(asked, s, m, resp, f)
	}
	if resp.StatusCode < http.StatusMultipleChoices {
		if err := r.checkEncoding(f.encoding); err != nil {
			return nil, err
		}
	}
	r.Range, r.Whole, r.Validator.Size, r.at = s.Range, s.whole, s.total, s.Start
	return r, nil
}

// headOf returns what a response says of its body, or of the part that its body
// begins with. It takes over the body and the type of that part.
func (r *Response) headOf(resp *http.Response, f fields) head {
	h := head{resp.StatusCode, parseContentRange(f.contentRange), resp.ContentLength}
	isPart := h.part.form == rangePart && h.length == h.part.last-h.part.first+1
	if r.Type != "multipart/byteranges" || h.status >= http.StatusMultipleChoices || isPart {
		return h
	}
	h.part, h.length = contentRange{form: rangeParts, total: -1}, -1
	if of, part := firstPart(resp.Body, f.boundary); part != nil && h.status == http.StatusPartialContent {
		h.part, r.Type, r.body = parseContentRange(of.contentRange), of.mediaType, part
	}
	return h
}

// redirectTarget returns where the request for loc ended, if a redirect led there.
// Its headers go with it only if they may. It counts as listed only if it holds no secret
// that the listing does not show.
func redirectTarget(loc Location, last *http.Request) Location {
	if last.Response == nil {
		return Location{}
	}
	target := Location{URL: last.URL.String()}
	from, err := url.Parse(loc.URL)
	if err != nil {
		return target
	}
	if httprule.MayCarry(last.URL, from) {
		target.Header = loc.Header
	}
	target.Listed = loc.Listed && !httprule.AddsSecret(last.URL, from)
	return target
}

// framed reports whether a body's end is told by a length, by chunks or by HTTP/2,
// and not by the end of the connection.
func framed(resp *http.Response) bool {
	return resp.ContentLength >= 0 || resp.ProtoMajor > 1 || slices.Contains(resp.TransferEncoding, "chunked")
}

// errOtherUnchanged is a 304 that names another version than the one that was asked
// about: servers answer so where the file was changed to an older one.
var errOtherUnchanged = fmt.Errorf("%w: HTTP 304 of another version", fault.ErrBadResponse)

// unchanged reads a 304, which must not name another version than the one of the
// condition.
func (r *Response) unchanged(q Request) (*Response, error) {
	if !q.Unless.Same(r.Validator) {
		return nil, errOtherUnchanged
	}
	r.Unchanged, r.Validator = true, q.Unless
	return r, nil
}

// Read reads the body, no further than Range says. It returns io.EOF after the
// last byte of Range; where Range has no end, after the last byte that was sent. A
// body that ends before is ErrUnreachable, a malformed one ErrBadResponse; else Read
// fails with the cause of the request's context, or with the error of Refuse for a
// file without a byte.
func (r *Response) Read(p []byte) (n int, err error) {
	defer panics.Recover(r.log, "a body", fault.ErrBadResponse, &err)
	if r.at == r.Range.End {
		return 0, io.EOF
	}
	r.watchdog.moved()
	n, err = r.body.Read(p[:min(int64(len(p)), r.Range.End-r.at)])
	r.watchdog.rest() // the time until the next Read is not the server's
	if r.at += int64(n); err == nil {
		return n, nil
	}
	return n, r.end(err)
}

// end returns the meaning of the error err that ended the body.
func (r *Response) end(err error) error {
	cause := context.Cause(r.ctx)
	switch {
	case errors.Is(err, io.EOF) && r.Range.End == ranges.Unbounded:
		if r.at == 0 {
			return cmp.Or(r.refuseNothing(), io.EOF)
		}
		return io.EOF
	case errors.Is(err, io.EOF) && r.at == r.Range.End:
		return io.EOF
	case cause != nil:
		return cause // says more than that the body was closed
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	case httprule.IsMalformed(err):
		return fmt.Errorf("%w: its response is malformed", fault.ErrBadResponse)
	}
	return fmt.Errorf("%w: the connection broke: %w", fault.ErrUnreachable, err)
}

// Close ends the response, whether or not its body was read.
func (r *Response) Close() {
	_ = r.body.Close() // nothing more is wanted of it
	r.cancel(nil)
}

// statusError returns the error of a response with a status.
func (f fields) statusError(status int) *fault.StatusError {
	return fault.NewStatusError(status, retryAfter(f.retryAfter, f.sent))
}

// retryAfter returns the wait that a Retry-After header asks for: 0 where there is
// none or it makes no sense, and no more than a day, so that sums of waits do not
// overflow.
func retryAfter(value string, sent time.Time) time.Duration {
	const most = 24 * time.Hour
	wait, _ := httprule.RetryAfter(strings.TrimSpace(value), sent)
	return min(max(wait, 0), most)
}

// refuseOffer fails if the response cannot be the file, or its body broke before that
// could be told. One without bytes of it, which only says how long it is, has none to
// look at.
func (r *Response) refuseOffer(ctx context.Context) error {
	if r.refuse == nil || r.Range.Empty() && !r.Whole {
		return nil
	}
	var broke error
	head := func() (head []byte) { head, broke = r.peek(); return head }
	err := r.refuse(Offer{Type: r.Type, Size: r.Validator.Size, Start: r.Range.Start, Head: head})
	if err == nil && broke != nil {
		err = cmp.Or(context.Cause(ctx), fmt.Errorf("%w: the connection broke: %w", fault.ErrUnreachable, broke))
	}
	return err
}

// refuseNothing fails if a file of which a server sent no byte cannot be the
// one.
func (r *Response) refuseNothing() error {
	if r.refuse == nil {
		return nil
	}
	return r.refuse(Offer{Type: r.Type, Head: func() []byte { return nil }})
}

// begin returns the first bytes of the body, as far as they came.
func (r *Response) begin() []byte {
	head, _ := r.peek()
	return head
}

// peek returns the first bytes of the body, which stay to be read: those that come
// first, since a server may pause after them, and more only where they are blank or
// may begin a document. It fails where the body broke before the first of them came.
func (r *Response) peek() ([]byte, error) {
	buffered := bufio.NewReaderSize(r.body, maxHead)
	head, err := buffered.Peek(minHead)
	for err == nil && len(head) < maxHead {
		if head, _ = buffered.Peek(buffered.Buffered()); len(bytes.TrimSpace(head)) >= minHead {
			break
		}
		head, err = buffered.Peek(min(len(head)+1, maxHead))
	}
	if text := bytes.TrimSpace(head); len(text) > 0 && bytes.IndexByte([]byte("<{["), text[0]) >= 0 {
		head, _ = buffered.Peek(maxHead)
	}
	r.body = struct {
		io.Reader
		io.Closer
	}{buffered, r.body}
	if len(head) >= minHead || errors.Is(err, io.EOF) {
		return head, nil // an error comes again when it is read
	}
	return head, err
}
