// Package demo is a music catalog that needs nothing: a dozen well-known
// tunes in the public domain, written as scores (tunes/), played by a
// synthesiser when they are first asked for, and served over HTTP on loopback
// in the form of the iTunes Search API, at the pace of a modest line.
//
// It is a catalog like any other: its [Source] is the itunes client, pointed
// at the server here. The same tune has the same ID, bytes, ETag and date at
// every start and on every machine; only the port differs.
//
// It owns the tunes and their server. It must never reach the network, nor know
// a cache or a mount.
//
// Open demo.go first, then handler.go, which serves the requests. library.go
// holds the tunes, performance.go reads one for a request, search.go finds them, response.go and artwork.go write the
// responses, and throttle.go sets the pace. internal/abc reads scores;
// internal/synth plays them.
package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/tunesfs/tunesfs/catalog"
	"github.com/tunesfs/tunesfs/catalog/itunes"
	"github.com/tunesfs/tunesfs/internal/httprule"
)

// DefaultRate is the pace of each tune in bytes a second: some 4 MB take a bit
// more than ten seconds, so that progress can be watched.
const DefaultRate = 320_000

// Options are what a Catalog needs from outside. The zero value is useful.
type Options struct {
	// Rate is the pace of each tune in bytes a second, over all connections
	// that fetch it: more of them bring nothing. 0 means DefaultRate, below
	// 0 means as fast as can be. The first 64 KiB always come at once.
	Rate int64

	Logger *slog.Logger // nil: slog.Default
}

// A Catalog is a running server of the demo's tunes. Close ends it.
type Catalog struct {
	url     string
	source  catalog.Source
	client  *http.Client // of source
	server  *http.Server
	end     context.CancelFunc // of every request
	running sync.WaitGroup     // the server and its connections
}

// New starts the server on a free port of the loopback interface.
func New(opt Options) (*Catalog, error) {
	tunes, err := loadLibrary(opt.Rate)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	c, err := open(opt, func(base string) http.Handler { return newHandler(tunes, base) })
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	return c, nil
}

// open starts a server of a handler that knows where it is.
func open(opt Options, handler func(base string) http.Handler) (*Catalog, error) {
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	listener, err := listen()
	if err != nil {
		return nil, err
	}
	c := &Catalog{url: "http://" + listener.Addr().String() + "/"}
	if err := c.connect(opt.Logger); err != nil {
		listener.Close()
		return nil, err
	}
	c.start(listener, handler(c.url), opt)
	return c, nil
}

// connect makes the client through which the catalog is reached, on
// connections of its own: no proxy lies before loopback, and Close ends them.
func (c *Catalog) connect(logger *slog.Logger) error {
	var err error
	c.client = &http.Client{Transport: &http.Transport{MaxResponseHeaderBytes: httprule.MaxHeader}}
	c.source, err = itunes.New(itunes.Options{
		Base: c.url, Limit: maxLimit, License: "Public domain", Env: catalog.Env{Client: c.client, Logger: logger},
	})
	return err
}

func (c *Catalog) start(listener net.Listener, handler http.Handler, opt Options) {
	base, end := context.WithCancel(context.Background())
	c.end = end
	c.server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(opt.Logger.Handler(), slog.LevelDebug),
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnState:         c.track,
	}
	c.running.Go(func() {
		if err := c.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			opt.Logger.Error("the demo's server stopped", "error", err)
		}
	})
}

// track counts the open connections, so that Close can wait for their end.
func (c *Catalog) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		c.running.Add(1)
	case http.StateClosed:
		c.running.Done()
	}
}

// listen opens a free port on loopback, by IPv6 where there is no IPv4.
func listen() (net.Listener, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err == nil {
		return listener, nil
	}
	if six, err6 := net.Listen("tcp", "[::1]:0"); err6 == nil {
		return six, nil
	}
	return nil, err
}

// Source returns the client of this catalog. It works until Close.
func (c *Catalog) Source() catalog.Source { return c.source }

// Close ends the server, cuts its connections and waits until they are gone.
// It may be called more than once.
func (c *Catalog) Close() error {
	c.end()
	err := c.server.Close()
	c.running.Wait()
	c.client.CloseIdleConnections()
	return err
}
