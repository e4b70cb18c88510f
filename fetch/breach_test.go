package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/tunesfs/tunesfs/fetch/fetchtest"
)

// TestFinalAtOnce has a server that no attempt can help with: reads and sizes fail at
// once, in words of which none is Go's, and the next attempt works once it is mended.
func TestFinalAtOnce(t *testing.T) {
	quiet(t)
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // in a bubble
	tomorrow := &x509.Certificate{NotBefore: now.Add(24 * time.Hour), NotAfter: now.Add(48 * time.Hour)}
	yesterday := &x509.Certificate{NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)}
	certificate := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	for name, test := range map[string]struct {
		dial  error
		raw   string
		words string
	}{
		"not yet valid":   {certificate(x509.CertificateInvalidError{Cert: tomorrow, Reason: x509.Expired}), "", "certificate not yet valid: check the clock"},
		"expired":         {certificate(x509.CertificateInvalidError{Cert: yesterday, Reason: x509.Expired}), "", "expired on 1999-12-31"},
		"of another name": {certificate(x509.HostnameError{Certificate: tomorrow, Host: "origin.test"}), "", "for another name"},
		"of whom":         {certificate(x509.UnknownAuthorityError{}), "", "unknown authority"},
		"an alert": {&net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, "",
			"refuses a TLS connection: handshake failure"},
		"plain HTTP": {tls.RecordHeaderError{RecordHeader: [5]byte([]byte("HTTP/"))}, "", "plain HTTP where HTTPS"},
		"no HTTP":    {nil, "SSH-2.0-OpenSSH\r\n", "malformed"},
		"TLS":        {nil, "\x15\x03\x01\x00\x02\x02\x0a", "HTTPS where plain HTTP"},
		"two sizes":  {nil, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "malformed"},
		"bad chunks": {nil, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(f *fixture) {
				l := f.onLine(0)
				l.err = test.dial
				l.down.Store(test.dial != nil)
				if test.raw != "" {
					f.origin.Fault(fetchtest.Always, fetchtest.Raw(test.raw))
				}
				for what, try := range map[string]func() error{
					"a read": func() error { return f.whole("a") },
					"a size": func() error { _, err := f.download("b").Size(context.Background()); return err },
				} {
					began := time.Now()
					err := try()
					if took := time.Since(began); !errors.Is(err, ErrBadResponse) || took > 100*time.Millisecond {
						t.Errorf("%s fails after %v: %v", what, took, err)
						continue
					}
					if text := err.Error(); !strings.Contains(text, test.words) || strings.Contains(text, "x509") ||
						strings.Contains(text, "tls:") || strings.Contains(text, "net/http") {
						t.Errorf("%s: %q, want %q", what, text, test.words)
					}
				}
				f.origin.Heal()
				l.down.Store(false)
				time.Sleep(2 * failedRest)
				if err := f.whole("a"); err != nil {
					t.Errorf("after it was mended: %v", err)
				}
			}, file("a", mb), file("b", mb))
		})
	}
}

// TestCutHeadIsTriedAgain has a connection break within the head of a response, which
// looks malformed: another attempt brings the file.
func TestCutHeadIsTriedAgain(t *testing.T) {
	for _, cut := range []string{"HTTP/1.1 2", "HTTP/1.1 206 Partial Content\r\nContent-Le"} {
		bubble(t, func(f *fixture) {
			f.origin.Script("a", fetchtest.Raw(cut))
			if err := f.whole("a"); err != nil {
				t.Errorf("%q: %v", cut, err)
			}
		}, file("a", mb))
	}
}
