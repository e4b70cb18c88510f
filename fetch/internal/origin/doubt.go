package origin

import (
	"fmt"
	"net/http"
	"time"

	"github.com/tunesfs/tunesfs/fetch/internal/fault"
)

// plainFor is how long a server is asked without ranges after its ranges were of no
// use for two files.
const plainFor = 5 * time.Minute

// A doubtError is a response to a range that is not to be believed, so that the file
// is asked for without one. It is ErrBadResponse.
type doubtError struct {
	question
	span
	meaning
	host  string // that sent it
	words string
}

func doubtOf(q question, s span, m meaning, resp *http.Response, f fields) *doubtError {
	return &doubtError{q, s, m, resp.Request.URL.Host, wordsOf(resp, f)}
}

// wordsOf returns the parts of a head that contradict each other.
func wordsOf(resp *http.Response, f fields) string {
	const words = "HTTP %d with Content-Range %.80q and Content-Length %d"
	return fmt.Sprintf(words, resp.StatusCode, f.contentRange, resp.ContentLength)
}

func (e *doubtError) Error() string {
	return fmt.Sprintf("%v: asked for %d-%d, got %s", fault.ErrBadResponse, e.question.Start, e.question.End-1, e.words)
}

// Unwrap returns the kind.
func (e *doubtError) Unwrap() error { return fault.ErrBadResponse }

// A brokenRanges is what a client remembers of a server whose ranges are of no use.
// The zero value is nothing.
type brokenRanges struct {
	file  string    // the first that showed it; "" for none, or once all is forgotten
	until time.Time // file is asked for without ranges until then
	all   time.Time // and every other file until then
}

// plain reports whether a file is asked for without ranges.
func (b *brokenRanges) plain(file string, now time.Time) bool {
	return now.Before(b.all) || file == b.file && now.Before(b.until)
}

// note notes that the ranges of a file are of no use.
func (b *brokenRanges) note(file string, now time.Time) {
	if b.file != "" && b.file != file {
		*b = brokenRanges{all: now.Add(plainFor)}
		return
	}
	b.file, b.until = file, now.Add(plainFor)
}

// noteBroken notes that the ranges of a host are of no use for a file.
func (h *hosts) noteBroken(name, file string) {
	h.with(name, func(h *host) { h.broken.note(file, time.Now()) })
}

// plain reports whether a host is asked for a file without ranges.
func (h *hosts) plain(name, file string) (yes bool) {
	h.with(name, func(h *host) { yes = h.broken.plain(file, time.Now()) })
	return yes
}

// believe takes over a plain response in place of one that was not to be believed. It
// fails if the two contradict each other.
func (c *Client) believe(e *doubtError, q Request, r *Response) error {
	length, broken, ok := reconcile(e.question, e.span, e.meaning, r.Validator.Size)
	if !ok {
		return fmt.Errorf("%w, and %d bytes without a range", e, r.Validator.Size)
	}
	r.Validator.Size = length
	if broken {
		c.hosts.noteBroken(e.host, q.file())
	}
	return nil
}

// dropRange has a request ask for the file from its start where the server's ranges
// are of no use.
func (c *Client) dropRange(req *http.Request, q Request) {
	if q.plain || !q.PartOnly && c.hosts.plain(req.URL.Host, q.file()) {
		req.Header.Del("Range")
		req.Header.Del("If-Range")
	}
}
