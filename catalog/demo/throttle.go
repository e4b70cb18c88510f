package demo

import (
	"context"
	"io"
	"net/http"

	"golang.org/x/time/rate"
)

const (
	headSize = 64 << 10 // bytes of a tune that always come at once
	maxBurst = 16 << 10 // bytes
	minBurst = 512
)

// newPacer returns what holds all connections to a tune together to a pace in
// bytes a second; 0 means DefaultRate. Below 0 there is none: it is nil.
func newPacer(perSecond int64) *rate.Limiter {
	if perSecond == 0 {
		perSecond = DefaultRate
	}
	if perSecond < 0 {
		return nil
	}
	// A burst lasts a twentieth of a second: progress looks smooth.
	burst := min(max(perSecond/20, minBurst), maxBurst)
	return rate.NewLimiter(rate.Limit(perSecond), int(burst))
}

// pace slows content down for a request, which ends when ctx does.
func pace(ctx context.Context, pacer *rate.Limiter, content io.ReadSeeker) io.ReadSeeker {
	if pacer == nil {
		return content
	}
	return &pacedReader{ctx: ctx, pacer: pacer, content: content}
}

// A pacedReader reads no faster than its pacer lets it, but for the head of
// the content, so that whoever only looks at that is not kept waiting.
type pacedReader struct {
	ctx     context.Context // of the one request that this reader serves
	content io.ReadSeeker
	pacer   *rate.Limiter
	at      int64
}

func (r *pacedReader) Read(p []byte) (int, error) {
	if r.at < headSize {
		p = p[:min(int64(len(p)), headSize-r.at)]
	} else {
		p = p[:min(len(p), r.pacer.Burst())]
		if err := r.pacer.WaitN(r.ctx, len(p)); err != nil {
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

// prompt is a ResponseWriter that keeps nothing back until there is more.
type prompt struct{ http.ResponseWriter }

// WriteHeader sends the head at once: the body may have to be made.
func (w prompt) WriteHeader(status int) {
	w.ResponseWriter.WriteHeader(status)
	_ = http.NewResponseController(w.ResponseWriter).Flush() // a failure shows at the body
}

func (w prompt) Write(p []byte) (int, error) {
	n, err := w.ResponseWriter.Write(p)
	if err != nil {
		return n, err
	}
	return n, http.NewResponseController(w.ResponseWriter).Flush()
}
