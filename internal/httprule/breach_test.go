package httprule

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// certify returns a certificate for a name, valid between two times, and a pool that
// trusts it.
func certify(t *testing.T, name string, from, to time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: from, NotAfter: to, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, pool
}

// ask asks a TLS server for something, as a client that has its own opinion of the
// time, and returns the error.
func ask(t *testing.T, server *tls.Config, client *tls.Config) error {
	t.Helper()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.TLS, s.Config.ErrorLog = server, log.New(io.Discard, "", 0)
	s.StartTLS()
	defer s.Close()
	c := http.Client{Transport: &http.Transport{TLSClientConfig: client}}
	resp, err := c.Get(s.URL)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

// A certificate that the clock makes invalid says so, and all other flaws of TLS have
// words of their own.
func TestBreachOfTLS(t *testing.T) {
	now := time.Now()
	year, jump := 365*24*time.Hour, 10*365*24*time.Hour
	good, trusted := certify(t, "example.com", now.Add(-year), now.Add(year))
	strange, _ := certify(t, "example.com", now.Add(-year), now.Add(year))
	for name, test := range map[string]struct {
		server *tls.Config
		client *tls.Config
		clock  time.Time
		want   string
	}{
		"right": {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: trusted, ServerName: "example.com"}, now, ""},
		"the clock is ten years behind": {&tls.Config{Certificates: []tls.Certificate{good}},
			&tls.Config{RootCAs: trusted, ServerName: "example.com"}, now.Add(-jump), "certificate not yet valid: check the clock"},
		"the clock is ten years ahead": {&tls.Config{Certificates: []tls.Certificate{good}},
			&tls.Config{RootCAs: trusted, ServerName: "example.com"}, now.Add(jump), "its certificate expired on "},
		"another name": {&tls.Config{Certificates: []tls.Certificate{good}},
			&tls.Config{RootCAs: trusted, ServerName: "example.org"}, now, "its certificate is for another name"},
		"an unknown authority": {&tls.Config{Certificates: []tls.Certificate{strange}},
			&tls.Config{RootCAs: trusted, ServerName: "example.com"}, now, "its certificate is from an unknown authority"},
		"no common version": {&tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS13},
			&tls.Config{RootCAs: trusted, ServerName: "example.com", MaxVersion: tls.VersionTLS12}, now,
			"it refuses a TLS connection: protocol version not supported"},
		"a client's certificate is asked for": {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert},
			&tls.Config{RootCAs: trusted, ServerName: "example.com"}, now, "it refuses a TLS connection: certificate required"},
	} {
		t.Run(name, func(t *testing.T) {
			test.client.Time = func() time.Time { return test.clock }
			err := ask(t, test.server, test.client)
			got := Breach(err, test.clock)
			if (test.want == "") != (got == "") || !strings.HasPrefix(got, test.want) {
				t.Errorf("%q of %v, want %q", got, err, test.want)
			}
		})
	}
}

// sends returns the address of a server that sends the same to everyone.
func sends(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = conn.Read(make([]byte, 4096))
				_, _ = io.WriteString(conn, text)
				_ = conn.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, conn) // or what is sent may be lost
			}()
		}
	}()
	return l.Addr().String()
}

// What is no HTTP is told from a connection that broke.
func TestBreachOfHTTP(t *testing.T) {
	const malformed = "its response is malformed"
	const ok = "HTTP/1.1 200 OK\r\n"
	chunked := ok + "Transfer-Encoding: chunked\r\n\r\n"
	for name, test := range map[string]struct{ scheme, sends, want string }{
		"another protocol":       {"http", "SSH-2.0-OpenSSH_9.9\r\n", malformed},
		"no status":              {"http", "HTTP/1.1 OK\r\n\r\n", malformed},
		"a version of nowhere":   {"http", "HTTP/x.y 200 OK\r\n\r\n", malformed},
		"a header without colon": {"http", ok + "Content-Length\r\n\r\n", malformed},
		"a length of no form":    {"http", ok + "Content-Length: ten\r\n\r\n", malformed},
		"two lengths":            {"http", ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", malformed},
		"an unknown coding":      {"http", ok + "Transfer-Encoding: pigeon\r\n\r\n", malformed},
		"a chunk of no length":   {"http", chunked + "x\r\n", malformed},
		"a chunk of no end":      {"http", chunked + "1\r\naaa", malformed},
		"an endless header":      {"http", ok + "A: " + strings.Repeat("a", 11<<20) + "\r\n\r\n", malformed},
		"TLS on the plain port":  {"http", "\x15\x03\x01\x00\x02\x02\x0a", "it speaks HTTPS where plain HTTP is expected"},
		"plain on the TLS port":  {"https", "HTTP/1.1 400 Bad Request\r\n\r\n", "it speaks plain HTTP where HTTPS is expected"},
		"another on TLS's port":  {"https", "SSH-2.0-OpenSSH_9.9\r\n", "it does not speak TLS"},
		"nothing":                {"http", "", ""},
		"a cut status":           {"http", "HTTP/1.1 2", malformed}, // net/http tells no difference
		"a cut header":           {"http", ok + "Content-Le", malformed},
		"a cut body":             {"http", ok + "Content-Length: 10\r\n\r\nabc", ""},
		"a cut chunk":            {"http", chunked + "a\r\nabc", ""},
		"nothing where TLS is":   {"https", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := http.Client{Transport: &http.Transport{}}
			defer c.CloseIdleConnections()
			resp, err := c.Get(test.scheme + "://" + sends(t, test.sends))
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
				if IsMalformed(err) != (test.want != "") {
					t.Errorf("a body that ends with %v is malformed: %v", err, IsMalformed(err))
				}
			}
			if got := Breach(err, time.Now()); got != test.want || err == nil {
				t.Errorf("%q of %v, want %q", got, err, test.want)
			}
		})
	}
}

// A connection that cannot be made, or breaks, may be there again a moment later.
func TestNoBreach(t *testing.T) {
	for _, err := range []error{
		nil, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		&net.OpError{Op: "dial", Err: errors.New("connection refused")},
		&net.OpError{Op: "read", Err: errors.New("connection reset by peer")},
		&net.DNSError{Err: "no such host", Name: "example.com"},
		errors.New("net/http: TLS handshake timeout"),
		errors.New("http2: server sent GOAWAY and closed the connection"),
		errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer"),
		fmt.Errorf("tls: use of closed connection: %w", net.ErrClosed),
	} {
		if words := Breach(err, time.Now()); words != "" {
			t.Errorf("%v: %q", err, words)
		}
	}
}
