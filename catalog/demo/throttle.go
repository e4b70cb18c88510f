package demo

import (
	"context"
	"io"
	"net"
	"net/http"

	"golang.org/x/time/rate"
)

const (
	headSize = 64 << 10 // bytes of a tune that always come at once
	maxBurst = 16 << 10 // bytes
	minBurst = 512
)

// pacerKey finds the pacer of a connection in its contexts.
type pacerKey struct{}

// pacedConnections returns a hook that gives every connection a pacer of its
// own, in bytes a second; 0 means DefaultRate, below 0 means none.
func pacedConnections(perSecond int64) func(context.Context, net.Conn) context.Context {
	if perSecond == 0 {
		perSecond = DefaultRate
	}
	return func(ctx context.Context, _ net.Conn) context.Context {
		if perSecond < 0 {
			return ctx
		}
		// A burst lasts a twentieth of a second: progress looks smooth.
		burst := min(max(perSecond/20, minBurst), maxBurst)
		return context.WithValue(ctx, pacerKey{}, rate.NewLimiter(rate.Limit(perSecond), int(burst)))
	}
}

// pace slows content down to the pace of the connection that ctx belongs to.
func pace(ctx context.Context, content io.ReadSeeker) io.ReadSeeker {
	limiter, ok := ctx.Value(pacerKey{}).(*rate.Limiter)
	if !ok {
		return content
	}
	return &pacedReader{ctx: ctx, content: content, limiter: limiter}
}

// A pacedReader reads no faster than its limiter lets it, but for the head of
// the content, so that whoever only looks at that is not kept waiting.
type pacedReader struct {
	ctx     context.Context // of the one request that this reader serves
	content io.ReadSeeker
	limiter *rate.Limiter
	at      int64
}

func (r *pacedReader) Read(p []byte) (int, error) {
	if r.at < headSize {
		p = p[:min(int64(len(p)), headSize-r.at)]
	} else {
		p = p[:min(len(p), r.limiter.Burst())]
		if err := r.limiter.WaitN(r.ctx, len(p)); err != nil {
			return 0, err
		}
	}
	n, err := r.content.Read(p)
	r.at += int64(n)
	return n, err
}

func (r *pacedReader) Seek(offset int64, whence int) (int64, error) {
	at, err := r.content.Seek(offset, whence)
	if err == nil {
		r.at = at
	}
	return at, err
}

// prompt is a ResponseWriter that keeps no bytes back until there are more.
type prompt struct{ http.ResponseWriter }

func (w prompt) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if err != nil {
		return n, err
	}
	return n, http.NewResponseController(w.ResponseWriter).Flush()
}
