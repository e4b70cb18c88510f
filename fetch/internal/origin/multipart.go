package origin

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
)

// maxPartHead is how many bytes of a multipart body are read before its first part
// begins.
const maxPartHead = 16 << 10

var errPartHead = errors.New("the first part begins too late")

// boundaryOf returns the boundary that a Content-Type field names, or "".
func boundaryOf(field string) string {
	_, params, _ := mime.ParseMediaType(field)
	return bounded(params["boundary"], maxField, "")
}

// firstPart returns the fields and the body of the first part of a body of media type
// multipart/byteranges (RFC 9110 section 14.6), as some servers send it for a single
// range. part is nil if it has none.
func firstPart(body io.ReadCloser, boundary string) (of fields, part io.ReadCloser) {
	if boundary == "" {
		return fields{}, nil
	}
	limited := &partHead{body: body, left: maxPartHead}
	first, err := multipart.NewReader(limited, boundary).NextRawPart()
	if err != nil {
		return fields{}, nil
	}
	limited.left = -1
	return partFields(first.Header), struct {
		io.Reader
		io.Closer
	}{first, body}
}

// A partHead bounds how much is read until the first part begins.
type partHead struct {
	body io.Reader
	left int // bytes; -1 for no bound
}

// Read implements io.Reader.
func (p *partHead) Read(b []byte) (int, error) {
	if p.left < 0 {
		return p.body.Read(b)
	}
	if p.left == 0 {
		return 0, errPartHead
	}
	n, err := p.body.Read(b[:min(len(b), p.left)])
	p.left -= n
	return n, err
}
