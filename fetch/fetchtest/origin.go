package fetchtest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// An Origin is an HTTP server for tests, made by New, NewTLS, NewLocal or
// NewLocalTLS. All its methods may be called at any time, from anywhere.
type Origin struct {
	ledger ledger
	shaper shaper

	server   *http.Server
	listener net.Listener
	secure   bool
	ctx      context.Context // ends at Close
	cancel   context.CancelFunc
	running  sync.WaitGroup // handlers, and the server's loop

	mu         sync.Mutex // guards all below
	closed     bool
	versions   int
	files      map[string]File
	resolve    func(Request) (File, bool)
	rules      []rule
	redirects  map[string]redirect
	tickets    tickets
	conns      map[*conn]bool
	transports []*http.Transport
}

// New starts an origin that listens on 127.0.0.1 and speaks HTTP/1.1. It is
// closed at the end of the test, as are those of the others.
func New(tb testing.TB, files ...File) *Origin {
	tb.Helper()
	return start(tb, listen(tb), false, files)
}

// NewTLS starts an origin on 127.0.0.1 that speaks HTTP/2 and, with clients that do
// not, HTTP/1.1, over TLS. Transport trusts it, and who is told of Certificate.
func NewTLS(tb testing.TB, files ...File) *Origin {
	tb.Helper()
	return start(tb, listen(tb), true, files)
}

// NewLocal starts an origin without sockets, that goes by the name of host (as
// "origin.test") and can be reached by Transport or Network only. In a bubble
// of testing/synctest, it must be made there.
func NewLocal(tb testing.TB, host string, files ...File) *Origin {
	tb.Helper()
	return start(tb, newPipeListener(host), false, files)
}

// NewLocalTLS is NewLocal with what NewTLS has; the host is to end in ".test".
func NewLocalTLS(tb testing.TB, host string, files ...File) *Origin {
	tb.Helper()
	return start(tb, newPipeListener(host), true, files)
}

func listen(tb testing.TB) net.Listener {
	tb.Helper()
	l, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("fetchtest: %v", err)
	}
	return l
}

// Listen starts an origin that speaks HTTP/1.1 to those who come by l, for programs
// that are no tests. The caller closes it.
func Listen(l net.Listener, files ...File) *Origin { return serve(l, false, files) }

func start(tb testing.TB, l net.Listener, secure bool, files []File) *Origin {
	tb.Helper()
	o := serve(l, secure, files)
	tb.Cleanup(o.Close)
	return o
}

func serve(l net.Listener, secure bool, files []File) *Origin {
	o := &Origin{
		ledger:    ledger{nth: map[string]int{}, sent: map[string]int64{}},
		listener:  l,
		secure:    secure,
		files:     map[string]File{},
		redirects: map[string]redirect{},
		conns:     map[*conn]bool{},
	}
	o.ctx, o.cancel = context.WithCancel(context.Background())
	o.server = &http.Server{
		Handler:           o,
		ConnContext:       withConn,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, 0), // of broken connections, which are the point
		ReadHeaderTimeout: time.Minute,
	}
	for _, f := range files {
		o.Put(f)
	}
	o.running.Go(o.serve)
	return o
}

// serve runs until Close; what it returns then says no more than that.
func (o *Origin) serve() {
	l := listener{o.listener, o}
	if o.secure {
		o.server.TLSConfig = serverTLS()
		_ = o.server.ServeTLS(l, "", "")
		return
	}
	_ = o.server.Serve(l)
}

// Close ends every response, stalled ones too, closes every connection, and
// returns once no handler runs any more. It may be called more than once.
func (o *Origin) Close() {
	o.mu.Lock()
	o.closed = true
	transports := o.transports
	o.mu.Unlock()
	o.cancel()
	_ = o.server.Close() // of its listener, of which nothing is lost
	for _, c := range o.open() {
		_ = c.Close()
	}
	for _, t := range transports {
		t.CloseIdleConnections()
	}
	o.running.Wait()
}

// Host returns the host, with its port if there is one, that the origin goes by.
func (o *Origin) Host() string { return o.listener.Addr().String() }

// URL returns the address of a file.
func (o *Origin) URL(name string) string {
	u := url.URL{Scheme: "http", Host: o.Host(), Path: "/" + name}
	if o.secure {
		u.Scheme = "https"
	}
	return u.String()
}

// SetLink makes the origin lie behind l from now on, for bodies under way too.
func (o *Origin) SetLink(l Link) { o.shaper.set(l) }

// Put adds a file, or a new version of one, with new validators where f leaves
// them to the origin. Responses under way go on with the old one.
func (o *Origin) Put(f File) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.versions++
	f.fill(o.versions)
	o.files[f.Name] = f
}

// Replace gives a file new content and new validators, of the kind it had.
func (o *Origin) Replace(name string, c Content) {
	f := o.File(name)
	f.Content, f.ETag, f.Modified = c, "", time.Time{}
	o.Put(f)
}

// Resolve has resolve say which file a request is for where Put did not tell of
// one. Its validators are sent as they are.
func (o *Origin) Resolve(resolve func(Request) (File, bool)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.resolve = resolve
}

// find returns the file that a request is for; the zero File if there is none.
func (o *Origin) find(r Request) File {
	o.mu.Lock()
	f, ok := o.files[r.File]
	resolve := o.resolve
	o.mu.Unlock()
	if ok || resolve == nil {
		return f
	}
	if f, ok = resolve(r); !ok {
		return File{}
	}
	return f
}

// Remove takes a file away: 404.
func (o *Origin) Remove(name string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.files, name)
}

// File returns a file as it is now, validators filled in; the zero File if
// there is none of that name.
func (o *Origin) File(name string) File {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.files[name]
}

// Content returns the content of a file as it is now; nil if there is none.
func (o *Origin) Content(name string) Content { return o.File(name).Content }

// ServeHTTP answers a request as the origin does.
func (o *Origin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !o.enter() {
		panic(http.ErrAbortHandler)
	}
	defer o.running.Done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(o.ctx, cancel)()

	rec, f := o.record(r)
	now := o.arrive(rec)
	defer o.ledger.done(rec)
	s := &sending{Response: now.response(*rec, f), o: o, ctx: ctx, w: w, rec: rec, conn: connOf(r.Context())}
	if s.Ended != nil {
		defer s.Ended()
	}
	s.run()
}

// enter reports whether the origin is open, and has Close wait for the caller.
func (o *Origin) enter() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return false
	}
	o.running.Add(1)
	return true
}

// record notes what is asked, of which file.
func (o *Origin) record(r *http.Request) (*Request, File) {
	rec := &Request{
		Time: time.Now(), Proto: r.Proto,
		Method: r.Method, Host: r.Host, URI: r.RequestURI, Header: r.Header.Clone(),
		File:  strings.TrimPrefix(r.URL.Path, "/"),
		Range: r.Header.Get("Range"), IfRange: r.Header.Get("If-Range"),
	}
	if c := connOf(r.Context()); c != nil {
		rec.Conn = c.id
	}
	f := o.find(*rec)
	if f.Content != nil {
		rec.To = f.Content.Size()
		from, to, err := parseRange(rec.Range, rec.To)
		if !errors.Is(err, errNotRange) {
			rec.From, rec.To = from, to // both 0 if it is not satisfiable
		}
	}
	return rec, f
}
