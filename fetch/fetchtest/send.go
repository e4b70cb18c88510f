package fetchtest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// chunk is how much of a body is written at once at full speed.
const chunk = 128 << 10

var chunks = sync.Pool{New: func() any { return new([chunk]byte) }}

// A sending is one response on its way.
type sending struct {
	*Response
	o    *Origin
	ctx  context.Context // ends with the request or with the origin
	w    http.ResponseWriter
	rec  *Request
	conn *conn     // nil in a mere Handler
	body io.Writer // where the body goes: w, or the connection itself
}

// run sends the response. It panics with http.ErrAbortHandler, as net/http wants
// it, if the connection is not to be used any more.
func (s *sending) run() {
	if s.wait() != nil {
		panic(http.ErrAbortHandler)
	}
	if s.Cut != NoCut && s.CutAt == BeforeHead {
		s.cut()
	}
	if s.Raw != nil {
		s.runRaw()
		return
	}
	surplus := s.Length >= 0 && s.Body != nil && s.To-s.From > s.Length
	if surplus && s.rec.Method != http.MethodHead {
		s.runRaw()
		return
	}
	s.head()
	if s.copyBody() != nil || s.Length >= 0 && s.To-s.From < s.Length {
		s.flush()
		panic(http.ErrAbortHandler)
	}
}

// wait lets pass what has to pass before the head.
func (s *sending) wait() error {
	link := s.o.shaper.get()
	delay := s.Delay + link.RTT
	if s.conn != nil {
		delay += max(link.Connect-time.Since(s.conn.since), 0)
	}
	if err := sleep(s.ctx, delay); err != nil {
		return err
	}
	if s.HoldAt == BeforeHead {
		return s.hold()
	}
	return nil
}

func (s *sending) hold() error {
	if s.Hold == nil {
		return nil
	}
	s.flush()
	select {
	case <-s.Hold:
		s.Hold = nil
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}

// head sends status and header.
func (s *sending) head() {
	h := s.w.Header()
	for name, values := range s.Header {
		h[name] = values
	}
	if s.Length != Unsaid && s.Status != http.StatusNotModified {
		h.Set("Content-Length", fmt.Sprint(s.Length))
	}
	s.o.ledger.head(s.rec, s.Status)
	s.w.WriteHeader(s.Status)
	s.body = s.w
	s.flush()
}

// runRaw sends what net/http would refuse to: no HTTP, or a body longer than
// its Content-Length. It takes the connection from the server, and ends it.
func (s *sending) runRaw() {
	hijacker, ok := s.w.(http.Hijacker)
	if !ok { // HTTP/2: the frames say how long a body is
		panic(http.ErrAbortHandler)
	}
	nc, rw, err := hijacker.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer func() { _ = nc.Close() }()
	s.body = rw
	if s.Raw != nil {
		_, _ = rw.Write(s.Raw) // if nobody is there to read it, so be it
	} else {
		s.rawHead(rw)
		_ = s.copyBody()
	}
	s.flush()
}

func (s *sending) rawHead(w io.Writer) {
	s.o.ledger.head(s.rec, s.Status)
	s.Header.Set("Content-Length", fmt.Sprint(s.Length))
	s.Header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	fmt.Fprintf(w, "HTTP/1.1 %d %s\r\n", s.Status, http.StatusText(s.Status))
	_ = s.Header.Write(w) // a failure comes again with the body
	fmt.Fprint(w, "\r\n")
}

// copyBody sends the body, at the pace of the link, and cuts it.
func (s *sending) copyBody() error {
	if s.Body == nil || s.rec.Method == http.MethodHead {
		return nil
	}
	lane := new(lane)
	if s.conn != nil {
		lane = &s.conn.lane
	}
	route := s.o.shaper.enter(lane, s.Rate)
	defer route.leave()
	buf := chunks.Get().(*[chunk]byte)
	defer chunks.Put(buf)
	file, err := s.fromFile()
	if err != nil {
		return err
	}
	defer file.close()
	for sent := int64(0); ; {
		if err := s.stop(sent); err != nil {
			return err
		}
		n := s.ahead(sent)
		if n == 0 {
			return nil
		}
		n, err := s.piece(route, file, buf[:n], sent)
		if err != nil {
			return err
		}
		sent += int64(n)
	}
}

// stop holds or cuts the response if this is the byte to do so at.
func (s *sending) stop(sent int64) error {
	if s.Hold != nil && sent >= s.HoldAt {
		if err := s.hold(); err != nil {
			return err
		}
	}
	if s.Cut != NoCut && sent >= s.CutAt {
		s.cut()
	}
	return s.ctx.Err()
}

// ahead returns how many bytes may be sent before the next thing to do.
func (s *sending) ahead(sent int64) int {
	n := min(s.To-s.From-sent, chunk)
	if s.Hold != nil {
		n = min(n, s.HoldAt-sent)
	}
	if s.Cut != NoCut {
		n = min(n, s.CutAt-sent)
	}
	return int(n)
}

// piece sends as much of p, the body after sent bytes, as is due next.
func (s *sending) piece(via route, file *fileBody, p []byte, sent int64) (int, error) {
	n, at, shaped := via.book(len(p))
	if shaped {
		if err := sleepUntil(s.ctx, at); err != nil {
			return 0, err
		}
	}
	if file != nil && !shaped {
		n, err := file.send(s.From+sent, n)
		s.o.ledger.count(s.rec, n)
		return n, err
	}
	if err := s.read(p[:n], s.From+sent); err != nil {
		return 0, err
	}
	n, err := s.body.Write(p[:n])
	s.o.ledger.count(s.rec, n)
	if shaped && err == nil {
		s.flush()
	}
	return n, err
}

// flush sends what the server has kept back so far.
func (s *sending) flush() {
	switch w := s.body.(type) {
	case nil:
	case *bufio.ReadWriter:
		_ = w.Flush() // a broken connection shows at the next write
	default:
		_ = http.NewResponseController(s.w).Flush()
	}
}

// cut ends the response as Cut says; it does not return.
func (s *sending) cut() {
	s.flush()
	switch {
	case s.Cut == Stall:
		<-s.ctx.Done()
	case s.Cut == Reset && s.conn != nil:
		s.conn.reset()
	}
	panic(http.ErrAbortHandler)
}
