package fetch

import (
	"crypto/tls"
	"testing"
	"testing/synctest"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
	"github.com/tunesfs/tunesfs/fetch/internal/origin"
)

// ownTransport has the fixture's store use the transport that it makes itself
// when it is given none, which trusts the origin.
func (f *fixture) ownTransport() {
	t := f.origin.Transport()
	f.opt.Dial = t.DialContext
	own := origin.NewTransport(origin.Options{Dial: f.opt.Dial, Connections: defaultConnections})
	own.TLSClientConfig = &tls.Config{RootCAs: t.TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12}
	f.opt.Transport = own
	f.reopen()
}

// TestOwnTransportSpeaksHTTP2 fetches by the store's own transport from servers
// with and without TLS.
func TestOwnTransportSpeaksHTTP2(t *testing.T) {
	for proto, start := range map[string]func(testing.TB, string, ...fetchtest.File) *fetchtest.Origin{
		"HTTP/1.1": fetchtest.NewLocal, "HTTP/2.0": fetchtest.NewLocalTLS,
	} {
		t.Run(proto, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, start(t, "origin.test", file("a", mb)))
				f.ownTransport()
				f.readAll("a")
				for _, r := range f.origin.Requests() {
					if r.Proto != proto || r.Header.Get("Accept-Encoding") != "identity" {
						t.Errorf("%s, %v", r.Proto, r.Header)
					}
				}
			})
		})
	}
}
