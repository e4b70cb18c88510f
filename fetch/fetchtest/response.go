package fetchtest

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"
)

// Unsaid is the Length of a Response that leaves Content-Length out.
const Unsaid = -1

// A Response is what an origin is about to send. A Fault edits it.
type Response struct {
	Request Request // what was asked
	File    File    // what was asked for, as it is now; no Content if there is none such

	Status int
	Header http.Header // but for Content-Length

	// The body: bytes [From, To) of Body, none if Body is nil. From and To may
	// lie outside of it; what is not there is sent as garbage.
	Body     Content
	From, To int64
	Length   int64 // what Content-Length says, true or not; Unsaid if nothing

	Delay time.Duration   // before the head, beside the link's
	Hold  <-chan struct{} // if not nil, HoldAt body bytes go out and the rest only once Hold is closed
	// HoldAt counts body bytes; BeforeHead holds the head back as well.
	HoldAt int64
	Rate   int64 // body bytes a second; 0 means the link's

	Raw []byte // if not nil, sent in place of head and body; HTTP/1.1 only

	Cut   Cut   // what ends the response early
	CutAt int64 // after how many body bytes; BeforeHead cuts before any

	Ended func() // if not nil, called once nothing more is sent
}

// BeforeHead is the CutAt or HoldAt of a Response of which not even the head goes
// out.
const BeforeHead = -1

// A Cut is a way in which a response ends before its end.
type Cut int

// The ways to end.
const (
	NoCut  Cut = iota
	Hangup     // the connection is closed in order (FIN); of HTTP/2, the stream is reset
	Reset      // the connection is reset (RST), whatever the protocol
	Stall      // nothing more comes, until the client gives up or the origin closes
)

// plan returns the right response to a request for f, which has content.
func plan(r Request, f File) *Response {
	size := f.Content.Size()
	resp := &Response{Request: r, File: f, Header: f.header()}
	if status := f.precondition(r.Header); status != 0 {
		resp.Status = status
		return resp
	}
	resp.whole()
	if f.Gzip {
		resp.compress()
		return resp
	}
	if f.NoLength {
		resp.Length = Unsaid
	}
	if r.Range == "" || f.NoRanges || r.IfRange != "" && !f.sameByIfRange(r.IfRange) {
		return resp
	}
	switch from, to, err := parseRange(r.Range, size); {
	case err == nil:
		resp.Status, resp.From, resp.To = http.StatusPartialContent, from, to
		resp.Header.Set("Content-Range", contentRange(from, to, size))
		if resp.Length != Unsaid {
			resp.Length = to - from
		}
	case errors.Is(err, errUnsatisfiable):
		resp.unsatisfiable(size)
	}
	return resp
}

// whole makes the response a 200 with everything.
func (resp *Response) whole() {
	if resp.File.Content == nil {
		return
	}
	resp.Status, resp.Body, resp.From, resp.To = http.StatusOK, resp.File.Content, 0, resp.File.Content.Size()
	resp.Length = resp.To
	resp.Header.Del("Content-Range")
}

// aboutFile are the headers that no response without the file has.
var aboutFile = []string{"Content-Range", "Content-Type", "Etag", "Last-Modified", "Accept-Ranges", "Content-Encoding"}

// fail makes the response one without a body, of a status that is no success.
func (resp *Response) fail(status int) {
	resp.Status, resp.Body, resp.From, resp.To, resp.Length = status, nil, 0, 0, 0
	for _, name := range aboutFile {
		resp.Header.Del(name)
	}
}

func (resp *Response) unsatisfiable(size int64) {
	resp.fail(http.StatusRequestedRangeNotSatisfiable)
	resp.Header.Set("Content-Range", unsatisfied(size))
}

// compress replaces the body by itself in gzip. It is made in memory.
func (resp *Response) compress() {
	if resp.Body == nil {
		return
	}
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = io.Copy(z, io.NewSectionReader(resp.Body, resp.From, resp.To-resp.From)) // neither side can fail
	_ = z.Close()
	resp.Body, resp.From, resp.To, resp.Length = Bytes(buf.Bytes()), 0, int64(buf.Len()), int64(buf.Len())
	resp.Header.Set("Content-Encoding", "gzip")
}

// read fills p with the body from off on, and with garbage where it has none.
func (resp *Response) read(p []byte, off int64) error {
	if off < 0 || off+int64(len(p)) > resp.Body.Size() {
		copy(p, slices.Repeat([]byte{0xEE}, len(p)))
	}
	from, to := clamp(off, resp.Body.Size()), clamp(off+int64(len(p)), resp.Body.Size())
	if from == to {
		return nil
	}
	err := readFull(resp.Body, p[from-off:to-off], from)
	return err
}
