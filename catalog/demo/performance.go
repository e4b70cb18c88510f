package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
)

// A performance is the recording of a tune for one request. Its header is there at once,
// however much the machine has to do; the tune is played once more is read.
type performance struct {
	ctx     context.Context // of the request
	library *library
	tune    *tune
	header  []byte // of the recording
	at      int64
	sound   *bytes.Reader // nil until the tune is played
}

func (p *performance) Read(b []byte) (int, error) {
	if p.at < int64(len(p.header)) {
		n := copy(b, p.header[p.at:])
		p.at += int64(n)
		return n, nil
	}
	if p.sound == nil {
		wav, err := p.library.recording(p.ctx, serverLife(p.ctx), p.tune)
		if err != nil {
			return 0, err
		}
		p.sound = bytes.NewReader(wav)
	}
	n, err := p.sound.ReadAt(b, p.at)
	p.at += int64(n)
	return n, err
}

func (p *performance) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += p.at
	case io.SeekEnd:
		offset += p.tune.size()
	}
	if offset < 0 {
		return 0, fmt.Errorf("seek to %d: before the beginning", offset)
	}
	p.at = offset
	return offset, nil
}

// serverLife returns the context that ends with the server of a request, or that of the
// request if the server has none.
func serverLife(ctx context.Context) context.Context {
	if server, ok := ctx.Value(http.ServerContextKey).(*http.Server); ok && server.BaseContext != nil {
		return server.BaseContext(nil)
	}
	return ctx
}
