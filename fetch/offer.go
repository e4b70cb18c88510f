package fetch

import (
	"bufio"
	"io"
	"net/http"
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

// refuse fails if an answer cannot be the file. One without bytes of it, which
// only says how long it is, has none to look at.
func (s *Store) refuse(a answer, resp *http.Response) error {
	if s.opt.Refuse == nil || a.body.Empty() && !a.whole {
		return nil
	}
	return s.opt.Refuse(Offer{Type: a.typ, Size: a.validator.Size, Head: func() []byte { return peek(resp) }})
}

// refuseNothing fails if a file of which a server sent no byte cannot be the
// one.
func (s *Store) refuseNothing(a answer) error {
	if s.opt.Refuse == nil {
		return nil
	}
	return s.opt.Refuse(Offer{Type: a.typ, Head: func() []byte { return nil }})
}

// peek returns the first bytes of a body, which stay to be read.
func peek(resp *http.Response) []byte {
	buffered := bufio.NewReaderSize(resp.Body, maxHead)
	head, _ := buffered.Peek(maxHead) // what ended it early will be met again
	resp.Body = struct {
		io.Reader
		io.Closer
	}{buffered, resp.Body}
	return head
}
