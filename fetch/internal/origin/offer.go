package origin

import (
	"bufio"
	"io"
)

// maxHead is the most that Offer.Head returns.
const maxHead = 4 << 10

// An Offer is what a server sends, before a byte of it is kept.
type Offer struct {
	Type string // media type in lower case, without parameters; "" if there was none
	Size int64  // of the whole in bytes; -1 unknown

	// Head waits for the first bytes that were sent and returns them, at most
	// 4 KiB. They need not be the first of the file.
	Head func() []byte
}

// refuse fails if a response cannot be the file. One without bytes of it, which
// only says how long it is, has none to look at.
func (c *Client) refuse(r *Response) error {
	if c.opt.Refuse == nil || r.Range.Empty() && !r.Whole {
		return nil
	}
	return c.opt.Refuse(Offer{Type: r.Type, Size: r.Validator.Size, Head: r.peek})
}

// refuseNothing fails if a file of which a server sent no byte cannot be the
// one.
func (r *Response) refuseNothing() error {
	if r.refuse == nil {
		return nil
	}
	return r.refuse(Offer{Type: r.Type, Head: func() []byte { return nil }})
}

// peek returns the first bytes of the body, which stay to be read.
func (r *Response) peek() []byte {
	buffered := bufio.NewReaderSize(r.body, maxHead)
	head, _ := buffered.Peek(maxHead) // an error that ended it early comes again when it is read
	r.body = struct {
		io.Reader
		io.Closer
	}{buffered, r.body}
	return head
}
