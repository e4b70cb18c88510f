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

// Unsaid is the Length of an Answer that leaves Content-Length out.
const Unsaid = -1

// An Answer is what an origin is about to send. A Fault edits it.
type Answer struct {
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

	Cut   Cut   // what ends the answer early
	CutAt int64 // after how many body bytes; BeforeHead cuts before any
}

// BeforeHead is the CutAt or HoldAt of an Answer of which not even the head goes
// out.
const BeforeHead = -1

// A Cut is a way in which an answer ends before its end.
type Cut int

// The ways to end.
const (
	NoCut  Cut = iota
	Hangup     // the connection is closed in order (FIN); of HTTP/2, the stream is reset
	Reset      // the connection is reset (RST), whatever the protocol
	Stall      // nothing more comes, until the client gives up or the origin closes
)

// plan returns the right answer to a request for f, which has content.
func plan(r Request, f File) *Answer {
	size := f.Content.Size()
	a := &Answer{Request: r, File: f, Header: f.header()}
	if status := f.precondition(r.Header); status != 0 {
		a.Status = status
		return a
	}
	a.whole()
	if f.Gzip {
		a.compress()
		return a
	}
	if f.NoLength {
		a.Length = Unsaid
	}
	if r.Range == "" || f.NoRanges || r.IfRange != "" && !f.sameByIfRange(r.IfRange) {
		return a
	}
	switch from, to, err := parseRange(r.Range, size); {
	case err == nil:
		a.Status, a.From, a.To = http.StatusPartialContent, from, to
		a.Header.Set("Content-Range", contentRange(from, to, size))
		if a.Length != Unsaid {
			a.Length = to - from
		}
	case errors.Is(err, errUnsatisfiable):
		a.unsatisfiable(size)
	}
	return a
}

// whole makes the answer a 200 with everything.
func (a *Answer) whole() {
	if a.File.Content == nil {
		return
	}
	a.Status, a.Body, a.From, a.To = http.StatusOK, a.File.Content, 0, a.File.Content.Size()
	a.Length = a.To
	a.Header.Del("Content-Range")
}

// aboutFile are the headers that no answer without the file has.
var aboutFile = []string{"Content-Range", "Content-Type", "Etag", "Last-Modified", "Accept-Ranges", "Content-Encoding"}

// fail makes the answer one without a body, of a status that is no success.
func (a *Answer) fail(status int) {
	a.Status, a.Body, a.From, a.To, a.Length = status, nil, 0, 0, 0
	for _, name := range aboutFile {
		a.Header.Del(name)
	}
}

func (a *Answer) unsatisfiable(size int64) {
	a.fail(http.StatusRequestedRangeNotSatisfiable)
	a.Header.Set("Content-Range", unsatisfied(size))
}

// compress replaces the body by itself in gzip. It is made in memory.
func (a *Answer) compress() {
	if a.Body == nil {
		return
	}
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = io.Copy(z, io.NewSectionReader(a.Body, a.From, a.To-a.From)) // neither side can fail
	_ = z.Close()
	a.Body, a.From, a.To, a.Length = Bytes(buf.Bytes()), 0, int64(buf.Len()), int64(buf.Len())
	a.Header.Set("Content-Encoding", "gzip")
}

// read fills p with the body from off on, and with garbage where it has none.
func (a *Answer) read(p []byte, off int64) error {
	if off < 0 || off+int64(len(p)) > a.Body.Size() {
		copy(p, slices.Repeat([]byte{0xEE}, len(p)))
	}
	from, to := clamp(off, a.Body.Size()), clamp(off+int64(len(p)), a.Body.Size())
	if from == to {
		return nil
	}
	err := readFull(a.Body, p[from-off:to-off], from)
	return err
}
