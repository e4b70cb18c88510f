package origin

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
)

// maxPartHead is how many bytes of a multipart body are read before its first part
// begins.
const maxPartHead = 16 << 10

var errPartHead = errors.New("the first part begins too late")

// firstPart returns the headers and the body of the first part of a response with
// media type multipart/byteranges (RFC 9110 section 14.6), as some servers send it
// for a single range. part is nil if it has none.
func firstPart(resp *http.Response) (header textproto.MIMEHeader, part io.ReadCloser) {
	_, params, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, nil
	}
	bounded := &partHead{body: resp.Body, left: maxPartHead}
	first, err := multipart.NewReader(bounded, params["boundary"]).NextRawPart()
	if err != nil {
		return nil, nil
	}
	bounded.left = -1
	return first.Header, struct {
		io.Reader
		io.Closer
	}{first, resp.Body}
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
