package web

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// A service whose certificate is not valid, that speaks plain HTTP where HTTPS is
// expected, or whose response is no HTTP, breaks the protocol. The words say how.
func TestBreach(t *testing.T) {
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
	}))
	plain.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer plain.Close()
	for address, words := range map[string]string{
		secure.URL: "its certificate is from an unknown authority",
		plain.URL:  "malformed",
		strings.Replace(plain.URL, "http:", "https:", 1): "it speaks plain HTTP where HTTPS is expected",
	} {
		c := New(Options{})
		_, err := c.Get(t.Context(), address, "")
		if !errors.Is(err, catalog.ErrBadResponse) || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "tls:") {
			t.Errorf("%s: %v, want %s", address, err, words)
		}
	}
}
