package fetchtest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"sync"
	"time"
)

// Transport returns a RoundTripper that reaches this origin, trusts its
// certificate, and finds no other host. The origin closes its idle connections
// at Close.
func (o *Origin) Transport() *http.Transport { return Network(o) }

// Network returns a RoundTripper for which the given origins are all hosts that
// there are: any other is an unknown host, as from DNS.
func Network(origins ...*Origin) *http.Transport {
	hosts := map[string]*Origin{}
	for _, o := range origins {
		hosts[o.Host()] = o
	}
	t := &http.Transport{
		DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			o, ok := hosts[addr]
			if host, port, err := net.SplitHostPort(addr); !ok && err == nil && (port == "80" || port == "443") {
				o, ok = hosts[host]
			}
			if !ok {
				return nil, &net.DNSError{Err: "no such host", Name: addr, IsNotFound: true}
			}
			return o.dial(ctx)
		},
		TLSClientConfig:     &tls.Config{RootCAs: authority().pool, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 64,
		DisableCompression:  true,
	}
	for _, o := range origins {
		o.mu.Lock()
		o.transports = append(o.transports, t)
		o.mu.Unlock()
	}
	return t
}

func (o *Origin) dial(ctx context.Context) (net.Conn, error) {
	if p, ok := o.listener.(*pipeListener); ok {
		return p.dial(ctx)
	}
	var d net.Dialer
	return d.DialContext(ctx, "tcp", o.Host())
}

type certificate struct {
	pool *x509.CertPool
	cert tls.Certificate
}

// authority is the one certificate of all origins, made at first use. It is
// valid at any time, that of a synctest bubble included.
var authority = sync.OnceValue(func() (c certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "fetchtest"},
		NotBefore:             time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:              time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		DNSNames:              []string{"localhost", "*.test"},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	c.pool = x509.NewCertPool()
	c.pool.AddCert(leaf)
	c.cert = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
	return c
})

// Certificate returns the certificate of all origins of this process, in PEM,
// for another process to trust.
func Certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authority().cert.Leaf.Raw})
}

func serverTLS() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{authority().cert}, MinVersion: tls.VersionTLS12}
}
