package origin

import (
	"cmp"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
)

// Options are what a Client needs from outside.
type Options struct {
	// Transport makes the requests; nil means one of the client's own, made by
	// NewTransport with the next three.
	Transport   http.RoundTripper
	Dial        func(ctx context.Context, network, address string) (net.Conn, error)
	Proxy       func(*http.Request) (*url.URL, error)
	Connections int // for each host

	UserAgent string
	Logger    *slog.Logger // nil: slog.Default

	// Refuse returns why an offer cannot be the file; nil refuses nothing.
	Refuse func(Offer) error

	// Spawn runs work that keeps connections open in a goroutine, and reports
	// whether it did.
	Spawn func(work func()) bool
}

func (opt Options) log() *slog.Logger { return cmp.Or(opt.Logger, slog.Default()) }
