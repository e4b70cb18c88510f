package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/tunesfs/tunesfs/catalog"
)

// The status of a response counts, in whatever coding its body is, and whether or
// not the client decodes it.
func TestStatusBeforeEncoding(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte("<html>no</html>"))
	_ = z.Close()
	for status, want := range map[int]error{
		400: catalog.ErrBadQuery, 401: catalog.ErrDenied, 403: catalog.ErrDenied, 404: catalog.ErrNotFound, 410: catalog.ErrNotFound,
		429: catalog.ErrRateLimited, 500: catalog.ErrUnavailable, 502: catalog.ErrUnavailable, 503: catalog.ErrUnavailable,
	} {
		for _, coding := range []string{"gzip", "x-gzip", "br", "Identity", "aws-chunked"} {
			for _, body := range []string{"", "<html>no</html>", zipped.String(), zipped.String()[:20]} {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Encoding", coding)
					w.WriteHeader(status)
					_, _ = w.Write([]byte(body))
				}))
				for _, raw := range []bool{false, true} {
					client := &http.Client{Transport: &http.Transport{DisableCompression: raw}}
					_, err := New(Options{Env: catalog.Env{Client: client}}).Get(t.Context(), server.URL, "")
					if !errors.Is(err, want) {
						t.Errorf("%d, %s, body %.10q, not decoded %v: %v, want %v", status, coding, body, raw, err, want)
					}
					client.CloseIdleConnections()
				}
				server.Close()
			}
		}
	}
}
